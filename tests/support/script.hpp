// A server as a script: which lines are expected, and which replies each of them gets.
//
// `play` runs an operation against its script, and then again and again: with the connection
// breaking at every step, and with a reply of every wrong kind at every step.
#pragma once

#include "client/session.hpp"
#include "io/mailbox.hpp"
#include "io/memory_network.hpp"
#include "plan/refusal.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace ferry::test {

using client_side::task;

/// "MKD a" and what is said to it: "257 made", or "150 go|226 done".
class line {
public:
    line(std::string expected, std::string given)
        : sent(std::move(expected)), replies(std::move(given)) {}

    std::string sent;
    std::string replies;
};

using script = std::vector<line>;

/// One performance of a script.
class performance {
public:
    performance(io::context& where, script text) : lines(std::move(text)), replies(where) {}

    void say(std::string_view several) {
        while (!several.empty()) {
            const auto bar = several.find('|');
            auto one = several.substr(0, bar);
            several = bar == std::string_view::npos ? "" : several.substr(bar + 1);
            reply said(std::stoi(std::string(one.substr(0, 3))), std::string(one.substr(4)));
            for (auto end = said.lines.back().find('\n'); end != std::string::npos;
                 end = said.lines.back().find('\n')) {
                said.lines.push_back(said.lines.back().substr(end + 1));
                said.lines[said.lines.size() - 2].resize(end);
            }
            replies.push(std::move(said));
        }
    }

    void break_off() { replies.push(fail(errc::connection_lost, "as the script wants it")); }

    /// Takes a line from the client.
    void hear(const std::string& said) {
        sent.push_back(said);
        const auto step = next++;
        if (step < lines.size() && lines[step].sent == said) {
            if (broken_step == step)
                break_off();
            else
                say(odd_step == step ? odd_reply : lines[step].replies);
            return;
        }
        // Where the script has been left on purpose, what follows is the client's choice.
        if (!odd_step && problem.empty())
            problem = "sent \"" + said + "\", expected \"" +
                      (step < lines.size() ? lines[step].sent : "nothing more") + '"';
        say("502 not in the script");
    }

    script lines;
    io::mailbox<result<reply>> replies;
    std::optional<std::size_t> broken_step;
    std::optional<std::size_t> odd_step;
    std::string odd_reply;
    std::vector<std::string> sent;
    std::vector<std::string> notes;
    std::string problem;
    std::size_t next = 0;
    bool open = true;
};

class scripted_control final : public client_side::control {
public:
    explicit scripted_control(performance& played) : played_(&played) {}

    [[nodiscard]] task<result<>> send(std::string verb, std::string argument) override {
        if (!played_->open) co_return fail(errc::connection_lost, "not connected");
        played_->hear(argument.empty() ? verb : verb + ' ' + argument);
        co_return result<>();
    }

    [[nodiscard]] task<result<reply>> receive(client_side::patience how) override {
        if (!played_->open) co_return fail(errc::connection_lost, "not connected");
        // Silence is not worth waiting for, unless something else goes on.
        if (how == client_side::patience::limited && played_->replies.empty())
            co_return fail(errc::reply_timeout);
        auto got = co_await played_->replies.pop();
        if (!got) co_return fail(std::move(got.error()));
        if (*got && (*got)->code == 421) {
            error leaving(errc::service_unavailable);
            leaving.said(421, (*got)->text());
            co_return fail(std::move(leaving));
        }
        co_return std::move(*got);
    }

    [[nodiscard]] task<result<>> send_abort() override { return send("ABOR", {}); }

    void close() noexcept override { played_->open = false; }

    [[nodiscard]] bool is_open() const noexcept override { return played_->open; }

    [[nodiscard]] endpoint local() const override { return endpoint("10.0.0.2", 50'000); }

    [[nodiscard]] endpoint remote() const override { return endpoint("10.0.0.1", 21); }

    void note(std::string_view what) override { played_->notes.emplace_back(what); }

private:
    performance* played_;
};

/// Gives only whether it worked.
template<class T>
[[nodiscard]] task<result<>> only_status(task<result<T>> work) {
    auto got = co_await std::move(work);
    if (!got) co_return fail(std::move(got.error()));
    co_return result<>();
}

using operation = std::function<task<result<>>(client_side::session&)>;

/// What one run left behind.
class outcome {
public:
    result<> status;
    std::vector<std::string> sent;
    std::vector<std::string> notes;
    std::string problem;
    bool open = false;
    bool complete = false; ///< every line of the script was sent
};

inline task<> keep_status(task<result<>> work, result<>& status) {
    status = co_await std::move(work);
}

/// `prepare` may break the script, and what the network offers.
inline outcome perform(const script& text, const operation& what,
                       const std::function<void(performance&)>& prepare = {},
                       const client_options& options = client_options()) {
    io::context where;
    io::memory_network network(where);
    performance played(where, text);
    if (prepare) prepare(played);
    client_side::session with(network, options);
    with.attach(std::make_unique<scripted_control>(played));
    outcome seen;
    where.run(keep_status(what(with), seen.status));
    seen.sent = played.sent;
    seen.notes = played.notes;
    seen.problem = played.problem;
    seen.open = played.open;
    seen.complete = played.next == text.size();
    return seen;
}

/// The operation breaks at `step`: it fails at once, and the connection is closed.
inline void play_broken(const script& text, const operation& what, std::size_t step) {
    CAPTURE(text[step].sent);
    const auto seen = perform(text, what, [step](performance& p) { p.broken_step = step; });
    CHECK_FALSE(seen.status);
    if (!seen.status) CHECK(seen.status.error().code() == errc::connection_lost);
    CHECK_FALSE(seen.open);
    CHECK(seen.sent.size() == step + 1);
}

/// A wrong reply at `step`: no success, unless the step is one that may fail; and a connection that
/// may be out of step is closed.
inline void play_odd(const script& text, const operation& what, std::size_t step, bool may_fail,
                     const std::string& odd) {
    CAPTURE(text[step].sent);
    CAPTURE(odd);
    const auto seen = perform(text, what, [&](performance& p) {
        p.odd_step = step;
        p.odd_reply = odd;
    });
    if (!may_fail) {
        CHECK_FALSE(seen.status);
        if (!seen.status && odd.front() >= '4')
            CHECK(seen.status.error().reply_code() == std::stoi(odd));
    }
    if (!seen.status && !seen.status.error().connection_usable()) CHECK_FALSE(seen.open);
    if (odd.starts_with("421")) CHECK_FALSE(seen.open);
}

/// The operation as written, then with every step broken and every step answered wrongly.
/// `may_fail`: steps whose refusal is not the end.
inline void play(const script& text, const operation& what,
                 const std::set<std::size_t>& may_fail = {}) {
    const auto seen = perform(text, what);
    CHECK_MESSAGE(seen.status, (seen.status ? "" : seen.status.error().message()));
    CHECK(seen.problem == "");
    CHECK(seen.complete);
    CHECK(seen.open);
    for (std::size_t step = 0; step < text.size(); ++step) {
        play_broken(text, what, step);
        const bool wants_3xx = text[step].replies.front() == '3';
        for (const auto* odd : {"421 going down", "450 later", "550 no", "500 what", "530 who"})
            play_odd(text, what, step, may_fail.contains(step), odd);
        // In place of 3xx, 2xx may be good news: those are tested one by one.
        if (!wants_3xx) play_odd(text, what, step, may_fail.contains(step), "399 odd");
        // 1xx, and nothing more.
        play_odd(text, what, step, false, "150 wait");
    }
}

} // namespace ferry::test
