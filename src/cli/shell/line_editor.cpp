#include "cli/shell/line_editor.hpp"

#include "base/text.hpp"
#include "cli/shell/edited_line.hpp"
#include "cli/shell/line_text.hpp"
#include "cli/shell/terminal_input.hpp"
#include "cli/terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <exception>
#include <utility>

#include <unistd.h>
#include <wchar.h>

namespace ferry::cli {

namespace {

constexpr wchar_t escape = L'\x1b';
constexpr std::chrono::milliseconds sequence_gap{30}; // within the bytes that one key sends

} // namespace

/// What goes on between the keys: events, completion, and how a line is given up.
class line_editor::session {
public:
    session(line_editor& of, interrupts& signals, history& past);
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    void set_keys(editing_keys keys);
    result<std::optional<std::string>> read(const std::string& prompt);
    void print_above(std::string_view text);

    void wake() noexcept { input_.wake(); }

private:
    template<class Work>
    int guarded(Work work, int otherwise);

    void begin();
    int next_character(wchar_t& to);
    bool heed(input_event event);
    void take_byte(unsigned char byte);
    void take_escape();
    void stop();
    int complete_word();
    void complete_only(const completion& with, std::size_t count);

    line_editor* owner_;
    interrupts* signals_;
    history* past_;
    terminal_input input_;
    edited_line line_;
    std::string unfinished_;      ///< bytes of a character
    std::deque<wchar_t> waiting_; ///< characters that came with others
    std::string told_note_;       ///< the last note on this line
    wchar_t last_ = 0;
    bool reading_ = false;
    bool given_up_ = false; ///< Ctrl-C
    bool ended_ = false;
    bool on_fresh_line_ = false; ///< the cursor is where the next output should begin
    std::exception_ptr thrown_;  ///< by a callback: it must not pass through C
};

line_editor::session::session(line_editor& of, interrupts& signals, history& past)
    : owner_(&of)
    , signals_(&signals)
    , past_(&past)
    , input_(STDIN_FILENO, signals)
    , line_(line_callbacks(
                this,
                [](void* self, wchar_t& to) {
                    auto& me = *static_cast<session*>(self);
                    return me.guarded([&] { return me.next_character(to); }, -1);
                },
                [](void* self) {
                    auto& me = *static_cast<session*>(self);
                    return static_cast<unsigned char>(
                        me.guarded([&] { return me.complete_word(); }, CC_EOF));
                }),
            past) {}

/// Keeps an exception until `read` returns.
template<class Work>
int line_editor::session::guarded(Work work, int otherwise) {
    try {
        return work();
    } catch (...) {
        thrown_ = std::current_exception();
        ended_ = true;
        return otherwise;
    }
}

void line_editor::session::set_keys(editing_keys keys) {
    if (line_.works()) line_.set_keys(keys);
}

void line_editor::session::begin() {
    unfinished_.clear();
    waiting_.clear();
    told_note_.clear();
    last_ = 0;
    given_up_ = ended_ = on_fresh_line_ = false;
    thrown_ = nullptr;
    signals_->clear();
}

result<std::optional<std::string>> line_editor::session::read(const std::string& prompt) {
    if (!line_.works()) return fail(errc::usage, "there is no terminal to edit lines on");
    begin();
    std::optional<std::string> typed;
    bool unfinished = false;
    {
        const terminal_input::listening while_reading(input_);
        reading_ = true;
        typed = line_.edit(prompt, unfinished);
        reading_ = false;
    }
    if (thrown_) std::rethrow_exception(thrown_);
    if (given_up_) {
        if (unfinished && !on_fresh_line_) line_.print("\n");
        signals_->clear();
        return fail(errc::interrupted);
    }
    if (!typed) return std::nullopt;
    while (typed->ends_with('\n') || typed->ends_with('\r'))
        typed->pop_back();
    if (past_->add(*typed)) line_.remember(*typed);
    return typed;
}

/// 1 and a character; 0 at the end, -1 after Ctrl-C, both of them for good.
int line_editor::session::next_character(wchar_t& to) {
    if (given_up_) {
        // A search that was given up has drawn the prompt again.
        line_.print("\r\x1b[J");
        on_fresh_line_ = true;
        return -1;
    }
    // libedit takes combining characters for one column wide when it appends them.
    if (last_ > 0x7F && ::wcwidth(last_) == 0) line_.redraw();
    last_ = 0;
    while (waiting_.empty()) {
        if (ended_) return 0;
        const auto patience = owner_->idle ? owner_->idle_interval : std::chrono::milliseconds(0);
        if (heed(input_.wait(patience))) continue;
        errno = EINTR;
        return -1;
    }
    to = last_ = waiting_.front();
    waiting_.pop_front();
    return 1;
}

/// Does what an event asks for. False if the line is given up.
bool line_editor::session::heed(input_event event) {
    switch (event) {
    case input_event::byte:
        take_byte(input_.byte());
        break;
    case input_event::interrupted:
        given_up_ = true;
        line_.leave("^C");
        return false;
    case input_event::woken:
    case input_event::idle:
        if (owner_->idle) owner_->idle();
        break;
    case input_event::resized:
        line_.measure();
        line_.redraw();
        break;
    case input_event::stopping:
        stop();
        break;
    case input_event::continued:
        // Whoever stopped us has written below the line, and may have changed the terminal's mode.
        line_.give_terminal_back();
        line_.take_terminal();
        line_.measure();
        line_.print("\r\x1b[J");
        line_.draw();
        break;
    case input_event::ended:
        ended_ = true;
        break;
    }
    return true;
}

void line_editor::session::take_byte(unsigned char byte) {
    unfinished_ += static_cast<char>(byte);
    if (is_unfinished_utf8(unfinished_)) return;
    for (const wchar_t character : widen(std::exchange(unfinished_, {})))
        waiting_.push_back(character);
    if (waiting_.back() == escape) take_escape();
}

/// libedit waits without end for the rest of what begins with Escape, and its searches take that
/// rest for text. So it is told here whether there is a rest.
void line_editor::session::take_escape() {
    if (line_.is_searching()) {
        // The first one ends the search.
        if (input_.peek(sequence_gap)) waiting_.push_back(escape);
    } else if (line_.has_vi_keys()) {
        const auto next = input_.peek(sequence_gap);
        if (next != '[' && next != 'O') waiting_.back() = lone_escape;
    }
}

void line_editor::session::stop() {
    line_.leave("^Z\n");
    line_.give_terminal_back();
    input_.stop();
    line_.take_terminal();
    line_.measure();
    line_.draw();
}

void line_editor::session::print_above(std::string_view text) {
    if (text.empty()) return;
    if (reading_) line_.erase();
    line_.print(text);
    if (!text.ends_with('\n')) line_.print("\n");
    if (reading_) line_.draw();
}

int line_editor::session::complete_word() {
    if (!owner_->complete) return CC_ERROR;
    const auto whole = narrow(line_.text());
    const auto cursor = narrow(line_.before_cursor()).size();
    const auto offered = owner_->complete(whole, cursor);
    if (offered.found.empty()) {
        if (offered.note.empty()) return CC_ERROR;
        if (std::exchange(told_note_, offered.note) != offered.note)
            print_above(printable(offered.note));
        return CC_NORM;
    }
    told_note_.clear();
    const auto from = std::min(offered.from, cursor);
    const auto word = std::string_view(whole).substr(from, cursor - from);
    const auto count = widen(word).size();
    if (offered.found.size() == 1) {
        complete_only(offered.found.front(), count);
        return CC_REFRESH;
    }
    const auto common = common_part(offered.found);
    if (common.size() > word.size() || (common.size() == word.size() && common != word)) {
        line_.replace(count, common);
        return CC_REFRESH;
    }
    line_.leave("\n" + list_of(offered.found, line_.width()));
    line_.draw();
    return CC_NORM;
}

void line_editor::session::complete_only(const completion& with, std::size_t count) {
    line_.replace(count, with.replacement);
    if (!with.complete) return;
    if (line_.text().substr(line_.before_cursor().size()).starts_with(L' '))
        line_.move_cursor(1);
    else
        line_.replace(0, " ");
}

bool line_editor::is_possible() noexcept {
    return is_terminal(stdin) && (is_terminal(stdout) || is_terminal(stderr));
}

line_editor::line_editor(interrupts& signals, history& past)
    : session_(std::make_unique<session>(*this, signals, past)) {}

line_editor::~line_editor() = default;

void line_editor::set_keys(editing_keys keys) {
    session_->set_keys(keys);
}

result<std::optional<std::string>> line_editor::read(const std::string& prompt) {
    return session_->read(prompt);
}

void line_editor::print_above(std::string_view text) {
    session_->print_above(text);
}

void line_editor::wake() noexcept {
    session_->wake();
}

} // namespace ferry::cli
