#include "client/data_connection.hpp"

#include "base/limits.hpp"
#include "base/units.hpp"
#include "plan/refusal.hpp"
#include "wire/address.hpp"

#include <algorithm>

namespace ferry::client_side {

namespace {

using plan::data_setback;
using plan::data_way;

/// How one way went: a connection, or a setback and its error, or an error that ends it all.
class attempt {
public:
    attempt() = default;

    attempt(data_setback how, error cause) : setback(how), why(std::move(cause)) {}

    explicit attempt(error cause) : why(std::move(cause)) {}

    data_connection made;
    std::optional<data_setback> setback;
    std::optional<error> why;
};

/// What a refusal of a way means: a setback, unless it is about who asks and not about the way.
attempt refused(const reply& said, std::string_view verb) {
    auto why = plan::refusal(said, verb, {});
    if (why.code() == errc::login_refused) return attempt(std::move(why));
    return attempt(data_setback::refused, std::move(why));
}

task<attempt> try_passive(session& with, data_way way) {
    const std::string verb(plan::verb_of(way));
    auto said = co_await exchange(with.talk(), verb);
    if (!said) co_return attempt(std::move(said.error()));
    if (!said->completed()) co_return refused(*said, verb);
    auto where = passive_address(with, way, *said);
    if (!where) {
        where.error().said(said->code, said->text());
        co_return attempt(data_setback::malformed, std::move(where.error()));
    }
    io::dial_options limits;
    limits.connect_limit = with.options().connect_timeout;
    auto stream = co_await with.network().dial(where->address, where->port, limits);
    attempt done;
    if (stream) {
        done.made.stream = std::move(*stream);
    } else {
        done.why = std::move(stream.error());
        if (done.why->code() != errc::interrupted) done.setback = data_setback::connect_failed;
    }
    co_return done;
}

task<attempt> try_active(session& with, data_way way) {
    const std::string verb(plan::verb_of(way));
    // The address that the server sees already is the one it can reach.
    const endpoint any_port(with.talk().local().address, 0);
    auto listening = with.network().listen(any_port, 8);
    if (!listening) co_return attempt(data_setback::connect_failed, std::move(listening.error()));
    const auto where = (*listening)->local();
    auto argument = way == data_way::eprt ? wire::format_eprt_argument(where)
                                          : wire::format_port_argument(where);
    auto said = co_await exchange(with.talk(), verb, std::move(argument));
    if (!said) co_return attempt(std::move(said.error()));
    if (!said->completed()) co_return refused(*said, verb);
    attempt done;
    done.made.listening = std::move(*listening);
    co_return done;
}

/// What is reported when no way is left.
error no_way(std::optional<error> last) {
    if (!last) return error(errc::data_connection_failed, "no way to open one is left");
    if (last->code() == errc::login_refused || last->code() == errc::try_later)
        return std::move(*last);
    error made(errc::data_connection_failed, last->detail());
    made.at(last->step());
    if (last->reply_code() != 0) made.said(last->reply_code(), last->reply_text());
    return made;
}

} // namespace

result<endpoint> passive_address(session& with, data_way way, const reply& said) {
    endpoint where = with.talk().remote();
    const auto text = said.text();
    if (way == data_way::epsv) {
        auto port = wire::parse_epsv_reply(text);
        if (!port) return fail(std::move(port.error()));
        where.port = *port;
    } else {
        auto named = wire::parse_pasv_reply(text);
        if (!named) return fail(std::move(named.error()));
        where.port = named->port;
        // Following any address makes a port scanner of the client (threats C1).
        if (with.options().trust_pasv_address)
            where.address = named->address;
        else if (!wire::same_address(named->address, where.address))
            with.talk().note("PASV names " + named->address + ", not followed");
    }
    if (where.port < limits::lowest_data_port)
        return fail(errc::protocol_error,
                    "port " + std::to_string(where.port) + " is none for data connections");
    return where;
}

task<result<data_connection>> open_data_connection(session& with) {
    std::optional<error> last;
    while (const auto way = with.data_ways().current()) {
        attempt tried;
        if (plan::is_passive(*way))
            tried = co_await try_passive(with, *way);
        else
            tried = co_await try_active(with, *way);
        if (!tried.why) {
            if (tried.made.stream) with.data_ways().worked();
            co_return std::move(tried.made);
        }
        tried.why->at(plan::verb_of(*way));
        if (!tried.setback) co_return fail(std::move(*tried.why));
        with.talk().note(std::string(plan::verb_of(*way)) +
                         " does not work: " + tried.why->message());
        with.data_ways().failed(*tried.setback);
        last = std::move(tried.why);
    }
    co_return fail(no_way(std::move(last)));
}

task<result<std::unique_ptr<io::stream>>> accept_server(session& with, io::acceptor& listening) {
    using clock = std::chrono::steady_clock;
    const auto& options = with.options();
    // The server may first make up its mind, and then connect.
    const auto limit = std::max(options.connect_timeout, options.reply_timeout);
    const auto give_up = clock::now() + limit;
    const auto server = with.talk().remote().address;
    while (true) {
        const auto left = std::chrono::ceil<io::milliseconds>(give_up - clock::now());
        result<std::unique_ptr<io::stream>> came = fail(errc::data_connection_failed);
        listening.set_limit(std::max(left, io::milliseconds(1)), errc::data_connection_failed);
        if (left.count() > 0) came = co_await listening.accept();
        if (!came && came.error().code() == errc::data_connection_failed)
            co_return fail(errc::data_connection_failed, "the server did not connect to " +
                                                             to_string(listening.local()) + ", " +
                                                             waited(limit));
        if (!came) co_return came;
        if (wire::same_address((*came)->remote().address, server)) co_return came;
        with.talk().note("dropped a data connection from " + to_string((*came)->remote()));
    }
}

} // namespace ferry::client_side
