#include "unit/client/pocket_server.hpp"

#include "base/text.hpp"
#include "io/digest.hpp"
#include "wire/address.hpp"
#include "wire/line_splitter.hpp"

#include <algorithm>
#include <array>

namespace ferry::test {

pocket_server::pocket_server(io::context& where, io::memory_faults faults)
    : network_(where, faults) {
    auto listening = network_.listen(endpoint(address, 21), 1);
    if (listening) listener_ = std::move(*listening);
}

bool pocket_server::was_sent(const std::string& line) const {
    return std::ranges::find(commands, line) != commands.end();
}

std::size_t pocket_server::times_sent(const std::string& verb) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        commands, [&](const std::string& each) { return each.substr(0, each.find(' ')) == verb; }));
}

task<> pocket_server::say(std::string text) {
    if (text.empty()) co_return;
    text += "\r\n";
    const auto said = co_await control_->write(text);
    static_cast<void>(said);
}

task<> pocket_server::serve() {
    auto came = co_await listener_->accept();
    if (!came) co_return;
    control_ = std::move(*came);
    co_await say("220 ready");
    wire::line_splitter lines(10'000);
    std::array<char, 512> buffer;
    while (true) {
        const auto count = co_await control_->read_some(buffer);
        if (!count || *count == 0) co_return;
        lines.feed(std::string_view(buffer.data(), *count));
        for (auto line = lines.next(); line && *line; line = lines.next()) {
            std::string_view rest = **line;
            commands.emplace_back(rest);
            auto verb = to_upper(take_until(rest, ' '));
            const bool goes_on = co_await handle(std::move(verb), std::string(rest));
            if (!goes_on) {
                control_->close();
                co_return;
            }
        }
    }
}

task<bool> pocket_server::handle(std::string verb, std::string argument) {
    auto replaced = answers.find(verb + ' ' + argument);
    if (replaced == answers.end()) replaced = answers.find(verb);
    if (replaced != answers.end()) {
        if (replaced->second == "!") co_return false;
        co_await say(replaced->second);
    } else if (verb == "RETR") {
        co_await retrieve(std::move(argument));
    } else if (verb == "STOR" || verb == "APPE") {
        co_await store(std::move(argument), verb == "APPE");
    } else if (verb == "LIST" || verb == "MLSD" || verb == "NLST") {
        co_await send_data(listing(verb, argument));
    } else {
        co_await say(plain_answer(verb, argument));
    }
    co_return verb != "QUIT";
}

std::string pocket_server::plain_answer(const std::string& verb, const std::string& argument) {
    static const std::map<std::string, std::string> fixed{
        {"USER", "331 password"},
        {"PASS", "230 welcome"},
        {"TYPE", "200 ok"},
        {"NOOP", "200 ok"},
        {"CWD", "250 ok"},
        {"PWD", "257 \"/\" is it"},
        {"QUIT", "221 bye"},
        {"ABOR", "226 aborted"},
        {"MFMT", "213 ok"},
        {"FEAT", "211-Features\r\n MDTM\r\n SIZE\r\n MLST type*;size*;\r\n MFMT\r\n211 End"}};
    if (const auto found = fixed.find(verb); found != fixed.end()) return found->second;
    if (verb == "EPSV" || verb == "PASV") {
        passive_.reset();
        auto listening = network_.listen(endpoint(address, 0), 1);
        if (!listening) return "425 no port";
        passive_ = std::move(*listening);
        const auto at = passive_->local();
        return verb == "EPSV" ? "229 " + wire::format_epsv_reply(at.port)
                              : "227 " + wire::format_pasv_reply(at);
    }
    if (verb == "EPRT" || verb == "PORT") {
        const auto at = verb == "EPRT" ? wire::parse_eprt_argument(argument)
                                       : wire::parse_port_argument(argument);
        if (!at) return "501 what";
        active_ = *at;
        return "200 ok";
    }
    if (verb == "REST") {
        restart_ = parse_number<std::size_t>(argument).value_or(0);
        return "350 go on";
    }
    const auto file = files.find(argument);
    const bool there = file != files.end();
    if (verb == "HASH" && there) {
        io::digest sum(io::digest_kind::sha256);
        sum.add(file->second);
        const auto last = std::to_string(std::max<std::size_t>(file->second.size(), 1) - 1);
        return "213 SHA-256 0-" + last + ' ' + sum.finish() + ' ' + argument;
    }
    if (verb == "SIZE") return there ? "213 " + std::to_string(file->second.size()) : "550 no file";
    if (verb == "MDTM") return there ? "213 20200101000000" : "550 no file";
    if (verb == "MLST" && there) return "250-\r\n type=file;size=1; " + argument + "\r\n250 End";
    if (verb == "DELE" && there) {
        files.erase(file);
        return "250 gone";
    }
    if (verb == "RNFR" && there) {
        renamed_ = argument;
        return "350 to what";
    }
    if (verb == "RNTO" && files.contains(renamed_)) {
        files[argument] = files[renamed_];
        files.erase(renamed_);
        return "250 renamed";
    }
    return verb == "MLST" || verb == "DELE" || verb == "RNFR" ? "550 no file" : "502 what";
}

void pocket_server::damage(std::string& bytes) {
    if (habits.damaged == 0 || bytes.empty()) return;
    --habits.damaged;
    bytes.back() = '#';
}

/// As vsftpd: LIST leaves out names that begin with a dot, unless asked. "dir/x" is x in dir.
std::string pocket_server::listing(const std::string& verb, std::string path) const {
    bool all = verb == "MLSD";
    if (verb == "LIST" && habits.takes_list_options && path.starts_with("-a")) {
        all = true;
        path.erase(0, 3);
    }
    std::string text;
    for (const auto& [whole, content] : files) {
        const bool is_below = !path.empty() && whole.starts_with(path + '/');
        if (!path.empty() && path != whole && !is_below) continue;
        const auto name = is_below ? whole.substr(path.size() + 1) : whole;
        if (name.starts_with('.') && !all) continue;
        const auto size = std::to_string(content.size());
        if (verb == "MLSD") ((text += "type=file;size=") += size) += "; ";
        if (verb == "LIST") ((text += "-rw-r--r-- 1 ftp ftp ") += size) += " Jan 01  2020 ";
        (text += name) += "\r\n";
    }
    return text;
}

task<std::unique_ptr<io::stream>> pocket_server::open_data() {
    if (active_) {
        io::dial_options from;
        from.local_address = address;
        auto stream = co_await network_.dial(active_->address, active_->port, from);
        active_.reset();
        if (!stream) co_return nullptr;
        co_return std::move(*stream);
    }
    if (!passive_) co_return nullptr;
    auto came = co_await passive_->accept();
    passive_.reset();
    if (!came) co_return nullptr;
    co_return std::move(*came);
}

task<> pocket_server::retrieve(std::string name) {
    const auto file = files.find(name);
    if (file == files.end()) {
        passive_.reset();
        co_await say("550 no file");
        co_return;
    }
    auto bytes = file->second.substr(std::min(std::exchange(restart_, 0), file->second.size()));
    damage(bytes);
    bytes.append(habits.surplus, '+');
    if (habits.send_only) bytes.resize(std::min(bytes.size(), *habits.send_only));
    co_await send_data(std::move(bytes));
}

task<> pocket_server::send_data(std::string bytes) {
    co_await say(habits.first);
    auto data = co_await open_data();
    if (!data) {
        co_await say("425 no data connection");
        co_return;
    }
    if (habits.reply_before_data) co_await say(habits.last);
    const auto sent = co_await data->write(bytes);
    if (!sent) {
        co_await say("426 broken off");
        co_return;
    }
    if (habits.stall) {
        if (on_stall) on_stall();
        // Until the client closes it.
        char ignored[1];
        const auto never = co_await data->read_some(ignored);
        static_cast<void>(never);
        co_await say("426 broken off");
        co_return;
    }
    data.reset();
    if (!habits.reply_before_data) co_await say(habits.last);
}

task<> pocket_server::store(std::string name, bool append) {
    co_await say(habits.first);
    auto data = co_await open_data();
    if (!data) {
        co_await say("425 no data connection");
        co_return;
    }
    const auto offset = std::exchange(restart_, 0);
    std::string taken;
    if (append || offset > 0) taken = files[name];
    if (!append && offset > 0) taken.resize(offset);
    std::vector<char> buffer(4096);
    while (true) {
        const auto count = co_await data->read_some(buffer);
        if (!count || *count == 0) break;
        taken.append(buffer.data(), *count);
        if (habits.reset && taken.size() > 10'000) break;
    }
    if (habits.store_only) taken.resize(std::min(taken.size(), *habits.store_only));
    damage(taken);
    files[name] = std::move(taken);
    data.reset();
    co_await say(habits.last);
}

} // namespace ferry::test
