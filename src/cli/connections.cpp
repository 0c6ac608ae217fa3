#include "cli/connections.hpp"

#include "base/text.hpp"
#include "cli/terminal.hpp"

namespace ferry::cli {

namespace {

/// A line of the conversation as -v shows it.
void show_conversation(conversation kind, std::string_view text) {
    std::string line(kind == conversation::sent       ? "> "
                     : kind == conversation::received ? "< "
                                                      : "* ");
    line += printable(text);
    messages().line(line);
}

} // namespace

client_options client_options_of(const arguments& asked) {
    client_options options;
    options.data = asked.data;
    options.trust_pasv_address = asked.trust_pasv_address;
    options.cancel_on_signals = true;
    if (asked.timeout) {
        options.resolve_timeout = *asked.timeout;
        options.connect_timeout = *asked.timeout;
        options.reply_timeout = *asked.timeout;
        options.data_timeout = *asked.timeout;
    }
    if (asked.verbose) options.on_conversation = &show_conversation;
    return options;
}

bool same_session(const url& a, const url& b) noexcept {
    return equal_ignoring_case(a.host, b.host) && a.effective_port() == b.effective_port() &&
           a.user == b.user && a.password == b.password;
}

connections::~connections() {
    if (client_ && client_->connected()) client_->quit();
}

result<client*> connections::open(const url& where) {
    const bool same = client_.has_value() && same_session(where, open_to_);
    if (same && refused_) return fail(*refused_);
    if (same && client_->connected()) return &*client_;
    if (client_ && client_->connected()) client_->quit();
    refused_.reset();
    client_.emplace(client_options_of(*asked_));
    open_to_ = where;
    if (auto in = log_in(where); !in) {
        refused_ = in.error();
        return fail(std::move(in.error()));
    }
    return &*client_;
}

result<> connections::log_in(const url& where) {
    // Never in the clear where TLS was asked for.
    if (where.implicit_tls)
        return fail(errc::tls_failed, "this version of ferry does not speak TLS");
    const auto login = find_login(where, *asked_, sources_);
    if (!login) return fail(login.error());
    if (auto connected = client_->connect(where.host, where.effective_port()); !connected)
        return connected;
    return client_->login(*login);
}

} // namespace ferry::cli
