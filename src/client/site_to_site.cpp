#include "client/site_to_site.hpp"

#include "base/limits.hpp"
#include "client/data_connection.hpp"
#include "client/operations.hpp"
#include "client/security.hpp"
#include "client/transfer.hpp"
#include "io/mailbox.hpp"
#include "io/task_group.hpp"
#include "plan/refusal.hpp"
#include "wire/address.hpp"

#include <algorithm>
#include <array>

namespace ferry::client_side {

namespace {

using clock = std::chrono::steady_clock;
using io::milliseconds;

/// When the copy has failed anyway, the last replies are only wanted to keep the connections.
constexpr milliseconds patience_after_failure{5'000};
/// What one server may need for the rest when the other has done its part.
constexpr milliseconds patience_for_first_end{5'000};
/// A file that goes slower is taken for one that stands still.
constexpr std::uint64_t least_bytes_per_second = 16 * 1024;
/// So many times the timeout of data connections is waited where files have gone this way before.
constexpr int patience_for_new_way = 2;
constexpr int patience_with_known_way = 10;

error no_way(std::string why) {
    error made(errc::not_supported, std::move(why));
    made.advise("it can go through here: without --fxp");
    return made;
}

/// A refusal to listen or to connect: the way is closed, and not the file forbidden.
error way_refused(const reply& said, std::string_view verb, std::string_view argument) {
    error made(errc::data_connection_failed);
    made.at(plan::step_of(verb, argument)).said(said.code, said.text());
    return made;
}

/// Which of two servers does what to open the data connection.
class direct_set_up {
public:
    direct_set_up(session& from, session& to, const direct_way& way)
        : listener_(way.source_listens ? &from : &to), dialer_(way.source_listens ? &to : &from) {}

    [[nodiscard]] task<result<>> run();
    /// Takes back what would stand in the way of data connections with the client.
    [[nodiscard]] task<result<>> take_back();

private:
    [[nodiscard]] result<> check_addresses() const;
    [[nodiscard]] task<result<>> agree_on_tls();
    [[nodiscard]] task<result<endpoint>> listen();
    [[nodiscard]] task<result<>> connect_to(endpoint where);

    session* listener_;
    session* dialer_;
    session* with_sscn_ = nullptr; ///< SSCN is on there
    bool by_cpsv_ = false;
};

/// The address of the listening server as it is known here must mean the same to the other one.
result<> direct_set_up::check_addresses() const {
    const auto listening = listener_->talk().remote();
    const auto dialing = dialer_->talk().remote();
    if (listening.is_v6() != dialing.is_v6())
        return fail(no_way("one server is reached by IPv4 and the other by IPv6"));
    if (is_loopback(listening.address) != is_loopback(dialing.address))
        return fail(no_way("one server is on this machine, where the other cannot know it"));
    return {};
}

/// Of two servers one has to begin the handshake, as a client does.
task<result<>> direct_set_up::agree_on_tls() {
    if (protects_data(*listener_) != protects_data(*dialer_))
        co_return fail(no_way("only one of the servers protects its data connections"));
    if (!protects_data(*listener_)) co_return result<>();
    for (auto* const each : {listener_, dialer_}) {
        const auto listed = co_await features_of(*each);
        if (!listed) co_return fail(error(listed.error()));
        by_cpsv_ = each == listener_ && (*listed)->has("CPSV");
        if (by_cpsv_) co_return result<>();
        if (!(*listed)->has("SSCN")) continue;
        auto said = co_await exchange(each->talk(), "SSCN", "ON");
        if (!said) co_return fail(std::move(said.error()));
        if (!said->completed()) continue;
        with_sscn_ = each;
        co_return result<>();
    }
    co_return fail(no_way("neither server speaks TLS with another (CPSV, SSCN)"));
}

/// Where the listening server waits. EPSV is enough: its address is that of the control connection.
task<result<endpoint>> direct_set_up::listen() {
    const bool over_v6 = listener_->talk().remote().is_v6();
    auto way = over_v6 && !by_cpsv_ ? plan::data_way::epsv : plan::data_way::pasv;
    while (true) {
        const std::string verb(by_cpsv_ ? std::string_view("CPSV") : plan::verb_of(way));
        auto said = co_await exchange(listener_->talk(), verb);
        if (!said) co_return fail(std::move(said.error()));
        if (said->completed()) {
            auto where = passive_address(*listener_, way, *said);
            if (!where) where = fail(way_refused(*said, verb, {}));
            co_return where;
        }
        if (by_cpsv_ || way == plan::data_way::epsv) co_return fail(way_refused(*said, verb, {}));
        way = plan::data_way::epsv;
    }
}

task<result<>> direct_set_up::connect_to(endpoint where) {
    const std::string verb = where.is_v6() ? "EPRT" : "PORT";
    auto argument =
        where.is_v6() ? wire::format_eprt_argument(where) : wire::format_port_argument(where);
    auto said = co_await exchange(dialer_->talk(), verb, argument);
    if (!said) co_return fail(std::move(said.error()));
    if (!said->completed()) co_return fail(way_refused(*said, verb, argument));
    co_return result<>();
}

task<result<>> direct_set_up::run() {
    auto done = check_addresses();
    if (!done) co_return done;
    for (auto* const each : {listener_, dialer_}) {
        done = co_await choose_protection(*each);
        if (done) done = co_await set_type(*each, 'I');
        if (done) done = co_await set_restart(*each, 0);
        if (!done) co_return done;
    }
    done = co_await agree_on_tls();
    if (!done) co_return done;
    const auto where = co_await listen();
    if (!where) co_return fail(error(where.error()));
    co_return co_await connect_to(*where);
}

task<result<>> direct_set_up::take_back() {
    if (with_sscn_ == nullptr || !with_sscn_->talk().is_open()) co_return result<>();
    auto said = co_await exchange(with_sscn_->talk(), "SSCN", "OFF");
    if (!said) co_return fail(std::move(said.error()));
    // It would be the client in every handshake from now on.
    if (!said->completed()) with_sscn_->talk().close();
    co_return result<>();
}

/// One of the two servers, from its command to the reply that ends it.
class copying_side {
public:
    copying_side(session& server, std::string command, std::string name)
        : with(&server), verb(std::move(command)), path(std::move(name)) {}

    session* with;
    std::string verb;
    std::string path;
    bool begun = false; ///< it has said 1xx
    bool ended = false; ///< it has said 2xx
    int due = 0;        ///< final replies outstanding: of the transfer, and of ABOR
};

class happening {
public:
    happening(copying_side& side, result<reply> got) : at(&side), what(std::move(got)) {}

    copying_side* at;
    result<reply> what;
};

/// The transfer commands of both servers and their replies.
class direct_run {
public:
    direct_run(session& from, session& to, std::string source, std::string part,
               const direct_way& way, std::optional<std::uint64_t> size)
        : storer_(to, "STOR", std::move(part))
        , reader_(from, "RETR", std::move(source))
        , knows_way_(way.works)
        , size_(size)
        , box_(from.network().where())
        , tasks_(from.network().where()) {}

    [[nodiscard]] task<result<>> run();

private:
    [[nodiscard]] task<result<>> begin(copying_side& side);
    [[nodiscard]] task<> watch(copying_side& side);
    void take(happening now);
    [[nodiscard]] std::optional<milliseconds> limit() const;
    [[nodiscard]] error overdue() const;
    [[nodiscard]] task<> break_off();

    copying_side storer_;
    copying_side reader_;
    bool knows_way_;
    std::optional<std::uint64_t> size_;
    io::mailbox<happening> box_;
    io::task_group tasks_;
    clock::time_point since_ = clock::now();
    std::optional<error> why_; ///< the first thing that went wrong
};

task<result<>> direct_run::begin(copying_side& side) {
    auto sent = co_await side.with->talk().send(side.verb, side.path);
    if (!sent) {
        side.with->talk().close();
        co_return fail(std::move(sent.error().at(plan::step_of(side.verb, side.path))));
    }
    side.due = 1;
    tasks_.spawn(watch(side));
    co_return result<>();
}

/// Up to the next reply that is final.
task<> direct_run::watch(copying_side& side) {
    for (int preliminary = 0; preliminary <= limits::preliminary_replies; ++preliminary) {
        auto got = co_await side.with->talk().receive(patience::unlimited);
        const bool is_last = !got || !got->preliminary();
        box_.push(happening(side, std::move(got)));
        if (is_last) co_return;
    }
    box_.push(happening(side, fail(errc::limit_exceeded, "preliminary replies without end")));
}

void direct_run::take(happening now) {
    auto& side = *now.at;
    if (!now.what) {
        side.due = 0;
        side.with->talk().close();
        if (!why_) why_ = std::move(now.what.error().at(plan::step_of(side.verb, side.path)));
        return;
    }
    side.begun = true;
    if (now.what->preliminary()) return;
    --side.due;
    side.ended = now.what->completed();
    if (side.ended || why_) return;
    why_ = plan::refusal(*now.what, side.verb, side.path);
    if (why_->code() == errc::protocol_error) side.with->talk().close();
}

/// How long to wait for the next reply.
std::optional<milliseconds> direct_run::limit() const {
    const auto& options = reader_.with->options();
    const auto& of_data = options.data_timeout;
    const auto took = std::chrono::ceil<milliseconds>(clock::now() - since_);
    if (storer_.ended || reader_.ended) {
        if (!knows_way_) return patience_for_first_end + took;
        if (of_data.count() == 0) return std::nullopt;
        return of_data + took;
    }
    if (!storer_.begun || !reader_.begun) {
        if (options.reply_timeout.count() == 0) return std::nullopt;
        return std::max(options.reply_timeout, options.connect_timeout);
    }
    if (of_data.count() == 0) return std::nullopt;
    // Most likely they have not found each other; a large file must not wait hours for that.
    if (!knows_way_) return patience_for_new_way * of_data;
    if (!size_) return std::nullopt;
    const std::chrono::seconds of_size(static_cast<std::int64_t>(*size_ / least_bytes_per_second));
    return patience_with_known_way * of_data + of_size;
}

error direct_run::overdue() const {
    const auto& side = storer_.ended ? reader_ : storer_;
    // The first time, most likely they have not found each other.
    error made(knows_way_ ? errc::data_stalled : errc::data_connection_failed,
               "the server does not say that all has moved");
    made.at(plan::step_of(side.verb, side.path));
    return made;
}

/// ABOR where one still waits for the other. It is answered, and so is the command before it.
task<> direct_run::break_off() {
    const std::array sides{&storer_, &reader_};
    for (auto* const side : sides) {
        if (side->due == 0) continue;
        const auto sent = co_await side->with->talk().send_abort();
        if (sent) ++side->due;
    }
    const auto give_up = clock::now() + patience_after_failure;
    while (storer_.due > 0 || reader_.due > 0) {
        const auto left = std::chrono::ceil<milliseconds>(give_up - clock::now());
        if (left.count() <= 0) break;
        auto now = co_await box_.pop(left);
        if (!now) break;
        auto& side = *now->at;
        const bool is_last = !now->what || !now->what->preliminary();
        take(std::move(*now));
        if (is_last && side.due > 0) tasks_.spawn(watch(side));
    }
    for (auto* const side : sides)
        if (side->due > 0) side->with->talk().close();
}

task<result<>> direct_run::run() {
    // Which of the two says 150 first differs: some servers only when the connection is there.
    auto sent = co_await begin(storer_);
    if (sent) sent = co_await begin(reader_);
    if (!sent) why_ = std::move(sent.error());
    while (!why_ && (storer_.due > 0 || reader_.due > 0)) {
        auto now = co_await box_.pop(limit());
        if (now)
            take(std::move(*now));
        else
            why_ = now.error().code() == errc::interrupted ? std::move(now.error()) : overdue();
    }
    if (why_) co_await break_off();
    tasks_.cancel();
    co_await tasks_.join();
    if (why_) co_return fail(std::move(*why_));
    co_return result<>();
}

/// What proves it: no byte was seen here, so the sizes that both tell.
task<result<transfer_report>> conclude(session& to, std::string part, verify_mode verify,
                                       std::optional<std::uint64_t> size) {
    transfer_report report;
    report.size = report.bytes = size.value_or(0);
    if (verify == verify_mode::none) co_return report;
    const auto there = co_await size_if_known(to, part);
    if (!there) co_return fail(error(there.error()));
    if (size && *there && *size != **there)
        co_return fail(errc::truncated, "the two servers do not agree on the size");
    if (size && *there) report.proof = transfer_proof(proof_kind::size);
    co_return report;
}

} // namespace

task<result<transfer_report>> copy_between(session& from, session& to, std::string source,
                                           std::string part, transfer_options options,
                                           direct_way& way) {
    if (options.verify == verify_mode::hash)
        co_return fail(no_way("--verify=hash wants to see the bytes"));
    const auto began = clock::now();
    // Not while they are busy with it: a server may not answer, or take it for a disturbance.
    const auto size = co_await size_if_known(from, source);
    if (!size) co_return fail(error(size.error()));
    direct_set_up set_up(from, to, way);
    auto done = co_await set_up.run();
    if (done) {
        direct_run run(from, to, std::move(source), part, way, *size);
        done = co_await run.run();
    }
    auto plain = co_await set_up.take_back();
    if (done) done = std::move(plain);
    if (!done) co_return fail(std::move(done.error()));
    auto report = co_await conclude(to, std::move(part), options.verify, *size);
    way.works = way.works || report.has_value();
    if (report) report->elapsed = clock::now() - began;
    co_return report;
}

} // namespace ferry::client_side
