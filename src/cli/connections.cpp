#include "cli/connections.hpp"

#include "base/endpoint.hpp"
#include "base/text.hpp"
#include "cli/reporter.hpp"
#include "cli/terminal.hpp"
#include "cli/walk.hpp"

#include <fmt/core.h>

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

failure not_connected() {
    error problem(errc::usage, "not connected");
    problem.advise("open a server first: open HOST");
    return fail(std::move(problem));
}

} // namespace

client_options client_options_of(const arguments& asked) {
    client_options options;
    options.data = asked.data;
    options.trust_pasv_address = asked.trust_pasv_address;
    options.cancel_on_signals = !asked.in_shell;
    if (asked.timeout) {
        options.resolve_timeout = *asked.timeout;
        options.connect_timeout = *asked.timeout;
        options.reply_timeout = *asked.timeout;
        options.data_timeout = *asked.timeout;
    }
    options.retry.retries = asked.retries;
    options.retry.most_time = asked.retry_time;
    options.tls = asked.tls;
    if (asked.verbose) options.on_conversation = &show_conversation;
    return options;
}

void print_retry(const retry_notice& notice) {
    messages().line(retry_line(problems_are_called(), notice));
}

bool same_session(const url& a, const url& b) noexcept {
    return equal_ignoring_case(a.host, b.host) && a.effective_port() == b.effective_port() &&
           a.implicit_tls == b.implicit_tls && a.user == b.user && a.password == b.password;
}

connections::~connections() {
    if (client_ && client_->connected()) client_->quit();
}

result<url> connections::locate(std::string_view word) const {
    if (!home_ || looks_like_url(word)) return parse_url(word);
    url where = *home_;
    where.path = word;
    where.type = 0;
    return where;
}

std::string connections::name_of(const url& where) const {
    if (!home_ || !same_session(*home_, where)) return format_url(where);
    return where.path.empty() ? "." : where.path;
}

result<client*> connections::open(const url& where) {
    const bool same = client_.has_value() && same_session(where, open_to_);
    if (same && refused_) return fail(*refused_);
    if (same && client_->connected()) return &*client_;
    refused_.reset();
    if (auto ready = connect(where); !ready) {
        refused_ = ready.error();
        return fail(std::move(ready.error()));
    }
    return &*client_;
}

void connections::settle(const url& home) {
    home_ = home;
    refused_.reset();
    login_.reset();
}

void connections::leave() {
    drop();
    home_.reset();
    directory_.clear();
    login_.reset();
}

result<client*> connections::at_home() {
    if (!home_) return not_connected();
    refused_.reset();
    look();
    return open(*home_);
}

void connections::look() {
    if (!client_ || !client_->connected() || client_->still_there()) return;
    const std::scoped_lock lock(mutex_);
    client_.reset(); // there is nobody to say goodbye to
}

bool connections::stands() const noexcept {
    return client_ && client_->connected();
}

std::string connections::protection() const {
    const auto tls = stands() ? client_->tls() : std::nullopt;
    if (!tls) return "not protected by TLS";
    const auto& judged = trust_->judgement();
    return fmt::format("{}, {}, {}", tls->version, tls->cipher,
                       judged && judged->ground ? cli::name_of(*judged->ground) : "not verified");
}

result<> connections::log_in_as(const credentials& who) {
    if (!home_) return not_connected();
    const auto home_before = *home_;
    const auto login_before = std::exchange(login_, who);
    const auto directory_before = std::exchange(directory_, {});
    home_->user = who.user;
    home_->password = who.password;
    open_to_ = *home_;
    auto in = stands() ? client_->login(who) : connect(*home_);
    // Many servers let nobody change who is logged in already: they want a new connection.
    const bool at_user = !in && in.error().step().starts_with("USER");
    if (at_user && in.error().code() != errc::interrupted) in = connect(*home_);
    if (in) return in;
    // Nobody is logged in any more: the next command begins again as who was there before.
    drop();
    home_ = home_before;
    open_to_ = home_before;
    login_ = login_before;
    directory_ = directory_before;
    return in;
}

void connections::cancel() noexcept {
    cancelled_ = true; // before the client is told, which may be between two calls
    const std::scoped_lock lock(mutex_);
    if (client_) client_->cancel();
    if (cancels_) cancels_();
}

void connections::cancels(std::function<void()> what) {
    const std::scoped_lock lock(mutex_);
    cancels_ = std::move(what);
}

result<mirror_place> connections::place(const url& where) {
    auto session = open(where);
    if (!session) return fail(std::move(session.error()));
    auto root = where;
    // Relative to where this session began, which is not where the login leads.
    const auto& start = home_ && !directory_.empty() ? directory_ : options_start_;
    if (!start.empty() && !root.path.starts_with('/'))
        root.path = root.path.empty() ? start : path_below(start, root.path);
    // One name for one directory, so that two runs know of each other.
    while (root.path.size() > 1 && (root.path.ends_with('/') || root.path.ends_with("/.")))
        root.path.pop_back();
    if (root.path == ".") root.path.clear();
    auto made = mirror_place::remote(std::move(root), *login_, options_);
    // Its connection counts: some servers grant few.
    drop();
    gave_way_ = true;
    trust_of_places_.push_back(std::move(trust_));
    return made;
}

void connections::drop() noexcept {
    if (client_ && client_->connected()) client_->quit();
    const std::scoped_lock lock(mutex_);
    client_.reset();
}

result<> connections::connect(const url& where) {
    drop();
    gave_way_ = false;
    auto options = config_->effective(*asked_, where.host, where.effective_port());
    if (!options) return fail(std::move(options.error()));
    options->in_shell = asked_->in_shell;
    if (auto limited = set_limit(*options); !limited) return limited;
    {
        auto told = client_options_of(*options);
        if (options->in_shell)
            told.on_conversation = [this](conversation kind, std::string_view text) {
                const auto level = shown_.load();
                const bool is_shown =
                    level == conversation_level::all ||
                    (level == conversation_level::replies && kind == conversation::received);
                if (is_shown) show_conversation(kind, text);
            };
        // A one-shot command has a reporter, which knows what --quiet and --json mean for it.
        if (!options->quiet || !options->in_shell)
            told.retry.on_retry = [this](const retry_notice& notice) {
                if (on_retry_) on_retry_(notice);
            };
        told.should_stop = [this] { return cancelled_.load(); };
        trust_ = std::make_unique<server_trust>(where, *options);
        auto tls = trust_->prepare();
        if (!tls) return fail(std::move(tls.error()));
        told.tls = *std::move(tls);
        told.limit = limit_;
        options_ = told;
        const std::scoped_lock lock(mutex_);
        client_.emplace(std::move(told));
    }
    if (!same_session(where, open_to_)) login_.reset();
    open_to_ = where;
    return log_in(where, *options);
}

result<> connections::set_limit(const arguments& options) {
    if (!obeys_ && options.limit_descriptor >= 0) {
        auto shared = rate_limit::in_file(options.limit_descriptor);
        if (!shared) return fail(errc::usage, "--limit-fd: " + shared.error().detail());
        obey(*std::move(shared));
    }
    if (obeys_ || options.limit == limit_options_) return {};
    limit_options_ = options.limit;
    if (!limit_) limit_ = std::make_shared<rate_limit>();
    limit_->set(options.limit.value_or(0));
    return {};
}

/// Connects, and asks about a certificate that nobody vouches for.
result<> connections::reach(const url& where) {
    const auto dial = [&] {
        return client_->connect(where.host, where.effective_port(), where.implicit_tls);
    };
    auto connected = dial();
    if (!connected && connected.error().code() == errc::untrusted) {
        const auto trusted = trust_->ask();
        if (!trusted) return fail(trusted.error());
        if (*trusted) connected = dial();
    }
    if (connected) trust_->remember(client_->tls().has_value());
    return connected;
}

void connections::warn_of_plain_text(const url& where, const std::string& user) {
    if (is_anonymous(user) || client_->tls() || is_loopback(client_->peer_address())) return;
    messages().line(fmt::format("ferry: the password for {} goes to {} without protection",
                                printable(user), printable(where.host)));
}

result<> connections::log_in(const url& where, const arguments& options) {
    if (auto connected = reach(where); !connected) return connected;
    // Before anybody is asked for the password.
    const auto user = login_ ? login_->user : where.user ? where.user : options.user;
    if (user && !options.quiet) warn_of_plain_text(where, *user);
    if (!login_) {
        auto found = find_login(where, options, sources_);
        if (!found) return fail(std::move(found.error()));
        login_ = *std::move(found);
        if (!user && !options.quiet) warn_of_plain_text(where, login_->user);
    }
    options_start_ = options.start_directory;
    const auto& start = home_ && !directory_.empty() ? directory_ : options_start_;
    if (auto in = client_->login(*login_); !in || start.empty()) return in;
    return client_->change_directory(start);
}

} // namespace ferry::cli
