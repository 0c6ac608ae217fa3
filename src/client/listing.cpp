#include "client/listing.hpp"

#include "client/operations.hpp"
#include "client/transfer.hpp"
#include "plan/refusal.hpp"
#include "wire/facts.hpp"
#include "wire/listing.hpp"

#include <utility>

namespace ferry::client_side {

namespace {

/// Parses what arrives and hands out the entries.
class entry_sink final : public io::sink {
public:
    entry_sink(wire::listing_format format, const entry_function& each)
        : lines_(format, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()))
        , each_(&each) {}

    [[nodiscard]] result<> write(std::string_view bytes) override {
        lines_.feed(bytes);
        return hand_out();
    }

    [[nodiscard]] result<> finish() override {
        lines_.finish();
        return hand_out();
    }

    /// Whether the callback had enough.
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

    [[nodiscard]] listing_report report() const {
        listing_report made;
        made.entries = entries_;
        made.not_understood = lines_.lines_not_understood();
        made.unsafe_names = lines_.unsafe_names();
        made.first_odd_line = lines_.first_odd_line();
        made.breaks_off = lines_.breaks_off();
        return made;
    }

    /// Whether the server sent nothing that looks like an entry, understood or not.
    [[nodiscard]] bool nothing_came() const {
        return entries_ + lines_.lines_not_understood() + lines_.unsafe_names() == 0;
    }

private:
    [[nodiscard]] result<> hand_out() {
        while (!stopped_) {
            const auto item = lines_.next();
            if (!item) return {};
            ++entries_;
            stopped_ = !(*each_)(*item);
        }
        return fail(errc::interrupted, "enough entries");
    }

    wire::listing_parser lines_;
    const entry_function* each_;
    std::size_t entries_ = 0;
    bool stopped_ = false;
};

std::string verb_of(wire::listing_format format) {
    switch (format) {
    case wire::listing_format::mlsd:
        return "MLSD";
    case wire::listing_format::nlst:
        return "NLST";
    case wire::listing_format::list:
        break;
    }
    return "LIST";
}

/// Servers take a leading dash for options of ls, and spaces between options and path are nobody's.
std::string listing_argument(wire::listing_format format, std::string path, bool all) {
    const bool looks_odd = path.starts_with('-') || (all && path.starts_with(' '));
    if (format != wire::listing_format::mlsd && looks_odd) path.insert(0, "./");
    if (!all) return path;
    return path.empty() ? "-a" : "-a " + path;
}

class listing_result {
public:
    listing_result() = default;
    transfer_result transferred;
    listing_report report;
    bool nothing_came = false;
};

task<listing_result> run_listing(session& with, wire::listing_format format, std::string path,
                                 const entry_function& each, bool all = false) {
    entry_sink sink(format, each);
    transfer_request what;
    what.verb = verb_of(format);
    what.path = listing_argument(format, std::move(path), all);
    what.to = &sink;
    listing_result done;
    done.transferred = co_await transfer(with, std::move(what));
    if (sink.stopped()) done.transferred.status = result<>();
    done.report = sink.report();
    done.nothing_came = sink.nothing_came();
    co_return done;
}

bool is_unknown_command(const transfer_result& done) {
    return done.said.code == 500 || done.said.code == 502;
}

/// LIST and NLST of a directory that is not there end well and empty on some servers (vsftpd), and
/// others refuse to list an empty one. Changing into it tells.
task<result<listing_report>> finish_listing(session& with, std::string path, listing_result done) {
    const bool refused_as_empty = !done.transferred.status && with.talk().is_open() &&
                                  plan::means_empty_directory(done.transferred.said, path);
    if (!done.transferred.status && !refused_as_empty)
        co_return fail(std::move(done.transferred.status.error()));
    const bool is_current = path.empty() || path == ".";
    if ((refused_as_empty || done.nothing_came) && !is_current && with.talk().is_open()) {
        auto there = co_await check_directory(with, path);
        if (!there) co_return fail(std::move(there.error()));
    }
    co_return std::move(done.report);
}

/// Whether a server that takes "-a" for a name would have answered this: no such thing, or an
/// empty listing.
bool may_be_misunderstood(const listing_result& done) {
    if (done.report.entries > 0) return false;
    const auto& status = done.transferred.status;
    if (status) return true;
    switch (status.error().code()) {
    case errc::refused:
    case errc::permission_denied:
    case errc::not_found:
    case errc::not_supported:
    case errc::try_later:
        return is_refusal(status.error());
    default:
        return false;
    }
}

/// LIST, hidden names included where the server can be asked for them. Whether it can is learned
/// from the first path that shows it: some take "-a" alone, but "-a PATH" for a name.
task<listing_result> run_list(session& with, std::string path, const entry_function& each,
                              bool hidden) {
    auto& takes_options = with.memory().takes_list_options;
    if (hidden && takes_options.value_or(true)) {
        auto all = co_await run_listing(with, wire::listing_format::list, path, each, true);
        if (all.report.entries > 0 && !path.empty()) takes_options = true;
        if (takes_options.has_value() || !may_be_misunderstood(all) || !with.talk().is_open())
            co_return all;
        with.talk().note("LIST -a shows nothing: LIST");
    }
    auto plain = co_await run_listing(with, wire::listing_format::list, path, each);
    if (hidden && plain.transferred.status && plain.report.entries > 0) takes_options = false;
    co_return plain;
}

/// MLSD of a file is refused (RFC 3659, 7.2.1); its facts are its listing.
task<result<listing_report>> list_one_file(session& with, std::string path, error refused,
                                           const entry_function& each) {
    auto facts = co_await facts_of(with, std::move(path));
    if (!facts || facts->type == entry_type::directory) co_return fail(std::move(refused));
    listing_report report;
    report.entries = 1;
    each(*facts);
    co_return report;
}

/// Nothing if the server turns out not to know MLSD.
task<result<std::optional<listing_report>>> list_facts(session& with, std::string path,
                                                       const entry_function& each) {
    auto done = co_await run_listing(with, wire::listing_format::mlsd, path, each);
    auto& status = done.transferred.status;
    if (status) co_return std::move(done.report);
    if (!with.talk().is_open()) co_return fail(std::move(status.error()));
    if (is_unknown_command(done.transferred)) {
        with.memory().unknown_verbs.insert("MLSD");
        co_return std::optional<listing_report>();
    }
    if (plan::means_empty_directory(done.transferred.said, path)) {
        auto report = co_await finish_listing(with, std::move(path), std::move(done));
        if (!report) co_return fail(std::move(report.error()));
        co_return std::move(*report);
    }
    const int code = done.transferred.said.code;
    if (code != 501 && code != 550) co_return fail(std::move(status.error()));
    auto one = co_await list_one_file(with, std::move(path), std::move(status.error()), each);
    if (!one) co_return fail(std::move(one.error()));
    co_return std::move(*one);
}

/// A server that does not take it lists on as before.
task<result<>> ask_for_modes(session& with, const wire::features& listed) {
    if (std::exchange(with.memory().asked_for_modes, true)) co_return result<>();
    const auto facts = wire::facts_with_mode(listed.argument_of("MLST"));
    if (facts.empty()) co_return result<>();
    auto said = co_await exchange(with.talk(), "OPTS", "MLST " + facts);
    if (!said) co_return fail(std::move(said.error()));
    co_return result<>();
}

} // namespace

task<result<listing_report>> list(session& with, std::string path, const entry_function& each,
                                  listing_options options) {
    auto features = co_await features_of(with);
    if (!features) co_return fail(std::move(features.error()));
    const bool lists_facts = (*features)->has("MLST") || (*features)->has("MLSD");
    if (lists_facts && !with.memory().unknown_verbs.contains("MLSD")) {
        if (options.modes) {
            auto asked = co_await ask_for_modes(with, **features);
            if (!asked) co_return fail(std::move(asked.error()));
        }
        auto report = co_await list_facts(with, path, each);
        if (!report) co_return fail(std::move(report.error()));
        if (*report) co_return std::move(**report);
        with.talk().note("MLSD is not known after all: LIST");
    }
    auto done = co_await run_list(with, path, each, options.hidden);
    co_return co_await finish_listing(with, std::move(path), std::move(done));
}

task<result<listing_report>> names(session& with, std::string path, const entry_function& each) {
    auto done = co_await run_listing(with, wire::listing_format::nlst, path, each);
    co_return co_await finish_listing(with, std::move(path), std::move(done));
}

} // namespace ferry::client_side
