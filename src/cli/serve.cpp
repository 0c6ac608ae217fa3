// ferry serve.
#include "base/endpoint.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/login.hpp"
#include "cli/serve_tls.hpp"
#include "cli/terminal.hpp"

#include <ferry/server.hpp>

#include <fmt/core.h>

#include <ctime>

namespace ferry::cli {

namespace {

result<server_options> options_of(const arguments& asked) {
    if (!asked.user && !asked.anonymous) {
        error problem(errc::usage, "nobody could log in");
        problem.advise("let somebody in with --user NAME (and a password in FERRY_PASSWORD or "
                       "--password-file), or anybody with --anonymous");
        return fail(std::move(problem));
    }
    server_options options;
    options.directory = asked.operands.front();
    options.listen_address = asked.listen;
    options.port = asked.port;
    options.anonymous = asked.anonymous;
    options.read_only = asked.read_only;
    options.stop_on_signals = true;
    if (asked.max_sessions) options.max_sessions = *asked.max_sessions;
    if (asked.idle_timeout) options.idle_timeout = *asked.idle_timeout;
    if (asked.user) {
        auto password = find_server_password(asked, secret_sources());
        if (!password) return fail(std::move(password.error()));
        options.users.emplace_back(*asked.user, *std::move(password));
    }
    return options;
}

std::string who_may_do_what(const arguments& asked) {
    std::string out;
    if (asked.user)
        out = printable(*asked.user) + (asked.read_only ? " (read only)" : " (read and write)");
    if (asked.anonymous) out += std::string(out.empty() ? "" : ", ") + "anonymous (read only)";
    return out;
}

std::string url_of(std::string_view scheme, const server& running, std::uint16_t port) {
    return fmt::format("{}://{}/", scheme, to_string(endpoint(running.address(), port)));
}

void announce_to_program(const arguments& asked, const server& running) {
    boost::json::object line{{"event", "serving"},
                             {"directory", text_value(asked.operands.front())},
                             {"url", text_value(url_of("ftp", running, running.port()))},
                             {"port", running.port()},
                             {"read_only", asked.read_only}};
    if (!running.fingerprint().empty()) line["fingerprint"] = "sha256:" + running.fingerprint();
    if (running.implicit_port() != 0) {
        line["ftps_url"] = text_value(url_of("ftps", running, running.implicit_port()));
        line["ftps_port"] = running.implicit_port();
    }
    write_out(json_line(line));
}

void announce(const arguments& asked, const server& running) {
    if (asked.json) {
        announce_to_program(asked, running);
    } else {
        auto line = fmt::format("ferry: serving {} on {}", printable(asked.operands.front()),
                                url_of("ftp", running, running.port()));
        if (running.implicit_port() != 0)
            line += " and " + url_of("ftps", running, running.implicit_port());
        line += " as " + who_may_do_what(asked);
        if (!running.fingerprint().empty())
            line += ", TLS certificate sha256:" + running.fingerprint();
        write_out(line + '\n');
    }
    std::fflush(stdout);
}

void show_event(bool as_json, std::string_view text) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (as_json) {
        auto line = json_line({{"event", "log"},
                               {"time", text_value(format_iso8601(now))},
                               {"text", text_value(text)}});
        line.pop_back();
        return messages().line(line);
    }
    const std::time_t time = now.time_since_epoch().count();
    std::tm parts{};
    ::localtime_r(&time, &parts);
    messages().line(
        fmt::format("{:02}:{:02}:{:02} {}", parts.tm_hour, parts.tm_min, parts.tm_sec, text));
}

} // namespace

result<int> run_serve(const arguments& asked, connections& /*open*/) {
    auto options = options_of(asked);
    if (!options) return fail(std::move(options.error()));
    if (!asked.quiet)
        options->on_event = [as_json = asked.json](std::string_view text) {
            show_event(as_json, text);
        };
    auto tls = prepare_tls(asked);
    if (!tls) return fail(std::move(tls.error()));
    options->tls = std::move(tls->options);
    server running(*std::move(options));
    if (auto started = running.start(); !started) return fail(std::move(started.error()));
    announce(asked, running);
    if (!asked.quiet && !tls->notice.empty()) show_event(asked.json, tls->notice);
    if (auto ended = running.run(); !ended) return fail(std::move(ended.error()));
    return 0;
}

} // namespace ferry::cli
