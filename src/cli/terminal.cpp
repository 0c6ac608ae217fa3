#include "cli/terminal.hpp"

#include "base/text.hpp"
#include "cli/shell/line_text.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdio_ext.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace ferry::cli {

namespace {

constexpr std::string_view erase_line = "\r\x1b[K";

constexpr std::size_t longest_secret = 4096;

int lost_output = 0; // errno of the first write to stdout that failed

std::atomic<int> asking_bell = -1; // all that the handler below touches

/// While it lives, signals end the waiting instead of the program, so that the terminal is always
/// put back; also where somebody has blocked them. If `silent`, it does not show what is typed.
class asking_terminal {
public:
    asking_terminal(int fd, bool silent) : fd_(fd), bell_(::eventfd(0, EFD_CLOEXEC)) {
        ::tcgetattr(fd_, &before_);
        auto changed = before_;
        if (silent) changed.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(fd_, TCSAFLUSH, &changed);
        asking_bell = bell_;
        struct sigaction action{};
        action.sa_handler = [](int) {
            const int problem = errno;
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto count = ::write(asking_bell, &one, sizeof one);
            errno = problem;
        };
        for (std::size_t i = 0; i < caught.size(); ++i)
            ::sigaction(caught[i], &action, &handlers_[i]);
        sigset_t heard{};
        ::sigemptyset(&heard);
        for (const int each : caught)
            ::sigaddset(&heard, each);
        ::pthread_sigmask(SIG_UNBLOCK, &heard, &mask_);
    }

    ~asking_terminal() {
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        for (std::size_t i = 0; i < caught.size(); ++i)
            ::sigaction(caught[i], &handlers_[i], nullptr);
        ::tcsetattr(fd_, TCSAFLUSH, &before_);
        if (bell_ >= 0) ::close(bell_);
    }

    asking_terminal(const asking_terminal&) = delete;
    asking_terminal& operator=(const asking_terminal&) = delete;

    /// One byte of the answer; nothing at its end. `errc::interrupted` after a signal, which may
    /// have come before.
    [[nodiscard]] result<std::optional<char>> read() const {
        while (true) {
            std::array<pollfd, 2> events{{{fd_, POLLIN, 0}, {bell_, POLLIN, 0}}};
            if (::poll(events.data(), events.size(), -1) < 0 && errno == EINTR) continue;
            if (events[1].revents != 0) return fail(errc::interrupted);
            char c = 0;
            const auto count = ::read(fd_, &c, 1);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0 || c == '\n') return std::nullopt;
            return c;
        }
    }

private:
    static constexpr std::array caught{SIGINT, SIGTERM, SIGHUP, SIGTSTP};
    int fd_;
    int bell_; ///< eventfd: a signal has come
    termios before_{};
    sigset_t mask_{};
    std::array<struct sigaction, caught.size()> handlers_{};
};

void write_error_stream(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

} // namespace

bool is_terminal(std::FILE* stream) noexcept {
    return ::isatty(::fileno(stream)) == 1;
}

std::size_t terminal_width(std::FILE* stream) noexcept {
    winsize size{};
    if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

bool wants_escapes(std::FILE* stream) noexcept {
    const char* kind = std::getenv("TERM");
    return is_terminal(stream) && kind != nullptr && std::string_view(kind) != "dumb";
}

bool wants_colour(std::FILE* stream) noexcept {
    const char* forbidden = std::getenv("NO_COLOR");
    return wants_escapes(stream) && (forbidden == nullptr || *forbidden == '\0');
}

void use_utf8() {
    static const bool done = [] {
        const char* chosen = std::setlocale(LC_CTYPE, "");
        if (chosen == nullptr || std::string_view(::nl_langinfo(CODESET)) != "UTF-8")
            std::setlocale(LC_CTYPE, "C.UTF-8");
        return true;
    }();
    static_cast<void>(done);
}

std::size_t display_width(std::string_view text) {
    const bool is_ascii =
        std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (is_ascii) return text.size();
    use_utf8();
    return columns_of(text);
}

bool can_ask() noexcept {
    return is_terminal(stderr);
}

namespace {

/// A line from the terminal itself.
result<std::string> ask_line(std::string_view question, bool silent) {
    const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return fail(errc::usage, "there is no terminal to ask on");
    const auto close_it = [](const int* open) { ::close(*open); };
    const std::unique_ptr<const int, decltype(close_it)> closer(&fd, close_it);
    const asking_terminal asking(fd, silent);
    messages().erase();
    write_error_stream(question);
    std::string answer;
    while (answer.size() < longest_secret) {
        const auto next = asking.read();
        if (!next) {
            write_error_stream("\n");
            return fail(next.error());
        }
        if (!*next) break;
        answer += **next;
    }
    if (silent) write_error_stream("\n");
    return answer;
}

} // namespace

result<std::string> ask_secret(std::string_view question) {
    return ask_line(question, true);
}

result<char> ask_choice(std::string_view question, std::string_view letters, char otherwise) {
    while (true) {
        const auto answer = ask_line(question, false);
        if (!answer && answer.error().code() == errc::interrupted) return fail(answer.error());
        if (!answer || answer->empty()) return otherwise;
        const char letter = to_lower(answer->front());
        if (letters.find(letter) != std::string_view::npos) return letter;
    }
}

void write_out(std::string_view text) noexcept {
    if (lost_output != 0 || text.empty()) return;
    errno = 0;
    // glibc counts as written what a line-buffered stream could not write.
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::ferror(stdout) != 0)
        lost_output = errno != 0 ? errno : EIO;
}

result<> finish_out() noexcept {
    if (std::fflush(stdout) != 0 && lost_output == 0) lost_output = errno;
    const int problem = lost_output;
    if (problem == 0 || problem == EPIPE) return {};
    auto lost = error::from_system(std::error_code(problem, std::generic_category()),
                                   errc::local_file, "standard output");
    lost.advise("run it again where the output fits");
    return fail(std::move(lost));
}

bool output_is_unread() noexcept {
    return lost_output == EPIPE;
}

bool reader_is_gone() noexcept {
    pollfd out{STDOUT_FILENO, 0, 0};
    if (::poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0) lost_output = EPIPE;
    return output_is_unread();
}

int forget_lost_output() noexcept {
    if (std::fflush(stdout) != 0 && lost_output == 0) lost_output = errno;
    ::__fpurge(stdout); // it would come out where stdout goes next
    std::clearerr(stdout);
    return std::exchange(lost_output, 0);
}

void end_as_unread() noexcept {
    std::signal(SIGPIPE, SIG_DFL);
    (void)std::raise(SIGPIPE);
}

message_stream& messages() noexcept {
    static message_stream only;
    return only;
}

void message_stream::line(std::string_view text) {
    const std::scoped_lock lock(mutex_);
    std::string whole(drawn_ ? erase_line : "");
    whole += text;
    whole += '\n';
    write_error_stream(whole);
    drawn_ = false;
}

void message_stream::draw(std::string_view text) {
    const std::scoped_lock lock(mutex_);
    write_error_stream("\r" + std::string(text) + "\x1b[K");
    drawn_ = true;
}

void message_stream::erase() {
    const std::scoped_lock lock(mutex_);
    if (drawn_) write_error_stream(erase_line);
    drawn_ = false;
}

} // namespace ferry::cli
