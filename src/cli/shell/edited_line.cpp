#include "cli/shell/edited_line.hpp"

#include "cli/shell/line_editor.hpp"
#include "cli/shell/line_text.hpp"
#include "cli/terminal.hpp"

#include <array>

#include <unistd.h>

namespace ferry::cli {

namespace {

constexpr const wchar_t* complete_name = L"ferry-complete";
constexpr const wchar_t* nothing_name = L"ferry-nothing";

struct key_binding {
    const wchar_t* keys;
    const wchar_t* command;
};

constexpr key_binding completion_key{L"^I", complete_name};

// What terminals send, whatever termcap says of them. vi's insert mode knows none of them itself.
constexpr std::array more_keys{
    key_binding{L"^R", L"em-inc-search-prev"},
    key_binding{L"\\e[A", L"ed-prev-history"},
    key_binding{L"\\eOA", L"ed-prev-history"},
    key_binding{L"\\e[B", L"ed-next-history"},
    key_binding{L"\\eOB", L"ed-next-history"},
    key_binding{L"\\e[C", L"ed-next-char"},
    key_binding{L"\\eOC", L"ed-next-char"},
    key_binding{L"\\e[D", L"ed-prev-char"},
    key_binding{L"\\eOD", L"ed-prev-char"},
    key_binding{L"\\e[H", L"ed-move-to-beg"},
    key_binding{L"\\eOH", L"ed-move-to-beg"},
    key_binding{L"\\e[1~", L"ed-move-to-beg"},
    key_binding{L"\\e[F", L"ed-move-to-end"},
    key_binding{L"\\eOF", L"ed-move-to-end"},
    key_binding{L"\\e[4~", L"ed-move-to-end"},
    key_binding{L"\\e[3~", L"ed-delete-next-char"},
    key_binding{L"\\e[3;5~", L"em-delete-next-word"},
    key_binding{L"\\e[5~", L"ed-search-prev-history"},
    key_binding{L"\\e[6~", L"ed-search-next-history"},
    key_binding{L"\\e[1;5C", L"em-next-word"},
    key_binding{L"\\e[1;3C", L"em-next-word"},
    key_binding{L"\\e[1;5D", L"ed-prev-word"},
    key_binding{L"\\e[1;3D", L"ed-prev-word"},
    // Of sequences that nobody knows, the end would be taken for text: other keys, and the marks of
    // a paste, for terminals that send them unasked.
    key_binding{L"\\e[2~", nothing_name},
    key_binding{L"\\e[Z", nothing_name},
    key_binding{L"\\eOP", nothing_name},
    key_binding{L"\\eOQ", nothing_name},
    key_binding{L"\\eOR", nothing_name},
    key_binding{L"\\eOS", nothing_name},
    key_binding{L"\\e[15~", nothing_name},
    key_binding{L"\\e[17~", nothing_name},
    key_binding{L"\\e[18~", nothing_name},
    key_binding{L"\\e[19~", nothing_name},
    key_binding{L"\\e[20~", nothing_name},
    key_binding{L"\\e[21~", nothing_name},
    key_binding{L"\\e[23~", nothing_name},
    key_binding{L"\\e[24~", nothing_name},
    key_binding{L"\\e[1;5A", nothing_name},
    key_binding{L"\\e[1;5B", nothing_name},
    key_binding{L"\\e[200~", nothing_name},
    key_binding{L"\\e[201~", nothing_name},
};

} // namespace

edited_line::edited_line(const line_callbacks& callbacks, const history& past)
    : callbacks_(callbacks), out_(is_terminal(stdout) ? stdout : stderr) {
    if (!is_terminal(out_) || ::tcgetattr(STDIN_FILENO, &modes_) != 0) return;
    use_utf8(); // libedit looks at it when it starts
    lines_.reset(::history_winit());
    editor_.reset(
        ::el_init_fd("ferry", stdin, out_, stderr, STDIN_FILENO, ::fileno(out_), STDERR_FILENO));
    if (!works()) return;
    HistEventW event{};
    ::history_w(lines_.get(), &event, H_SETSIZE, static_cast<int>(history::most_lines));
    for (const auto& line : past.lines())
        remember(line);
    auto* const editor = editor_.get();
    ::el_wset(editor, EL_CLIENTDATA, this);
    ::el_wset(editor, EL_SIGNAL, 0);
    ::el_wset(editor, EL_HIST, &::history_w, lines_.get());
    ::el_wset(editor, EL_PROMPT_ESC, &give_prompt, static_cast<int>(invisible_mark));
    ::el_wset(editor, EL_GETCFN, &give_character);
    ::el_wset(editor, EL_ADDFN, complete_name, L"Complete the word", &on_tab);
    ::el_wset(editor, EL_ADDFN, nothing_name, L"Do nothing", &on_nothing);
    set_keys(editing_keys::emacs);
    ::el_source(editor, nullptr);
    if (has_vi_keys()) bind_keys(); // `bind -v` has thrown ours away
}

edited_line::~edited_line() {
    if (!editor_) return;
    // libedit would throw away what is typed for the program behind us.
    ::el_wset(editor_.get(), EL_EDITMODE, 0);
    editor_.reset();
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes_);
}

void edited_line::set_keys(editing_keys keys) {
    ::el_wset(editor_.get(), EL_EDITOR, keys == editing_keys::vi ? L"vi" : L"emacs");
    bind_keys();
}

void edited_line::bind_keys() {
    auto* const editor = editor_.get();
    ::el_wset(editor, EL_BIND, completion_key.keys, completion_key.command, nullptr);
    for (const auto& each : more_keys)
        ::el_wset(editor, EL_BIND, each.keys, each.command, nullptr);
    if (!has_vi_keys()) return;
    // vi has a second map, that of its command mode.
    for (const auto& each : more_keys)
        ::el_wset(editor, EL_BIND, L"-a", each.keys, each.command, nullptr);
    const std::wstring lone(1, lone_escape);
    ::el_wset(editor, EL_BIND, lone.c_str(), L"vi-command-mode", nullptr);
    ::el_wset(editor, EL_BIND, L"-a", lone.c_str(), nothing_name, nullptr);
}

bool edited_line::has_vi_keys() const {
    const wchar_t* name = nullptr;
    return ::el_wget(editor_.get(), EL_EDITOR, &name) == 0 && name != nullptr &&
           std::wstring_view(name) == L"vi";
}

edited_line& edited_line::of(EditLine* editor) {
    void* data = nullptr;
    ::el_wget(editor, EL_CLIENTDATA, &data);
    return *static_cast<edited_line*>(data);
}

wchar_t* edited_line::give_prompt(EditLine* editor) {
    return of(editor).prompt_.data();
}

int edited_line::give_character(EditLine* editor, wchar_t* to) {
    const auto& calls = of(editor).callbacks_;
    return calls.next_character(calls.owner, *to);
}

unsigned char edited_line::on_tab(EditLine* editor, wint_t /*key*/) {
    const auto& calls = of(editor).callbacks_;
    return calls.complete_word(calls.owner);
}

unsigned char edited_line::on_nothing(EditLine* /*editor*/, wint_t /*key*/) {
    return CC_NORM;
}

std::optional<std::string> edited_line::edit(const std::string& prompt, bool& unfinished) {
    const std::string_view whole = prompt;
    const auto last = whole.substr(whole.rfind('\n') + 1); // all of it, if there is none
    print(whole.substr(0, whole.size() - last.size()));
    prompt_ = mark_invisible(widen(last));
    // Before the prompt can be seen: what is typed then must not be echoed by the system.
    take_terminal();
    int count = 0;
    const wchar_t* typed = ::el_wgets(editor_.get(), &count);
    unfinished = count < 0;
    if (typed == nullptr || count <= 0) return std::nullopt;
    return narrow(std::wstring_view(typed, static_cast<std::size_t>(count)));
}

void edited_line::remember(std::string_view line) {
    HistEventW event{};
    ::history_w(lines_.get(), &event, H_ENTER, widen(line).c_str());
}

std::wstring_view edited_line::text() const {
    const auto* line = ::el_wline(editor_.get());
    return {line->buffer, line->lastchar};
}

std::wstring_view edited_line::before_cursor() const {
    const auto* line = ::el_wline(editor_.get());
    return {line->buffer, line->cursor};
}

/// The searches show their prompts as further lines of the text.
bool edited_line::is_searching() const {
    const auto whole = text();
    return whole.starts_with(L'\n') || whole.find(L"\nbck") != whole.npos ||
           whole.find(L"\nfwd") != whole.npos;
}

void edited_line::replace(std::size_t count, std::string_view with) {
    ::el_deletestr(editor_.get(), static_cast<int>(count));
    ::el_winsertstr(editor_.get(), widen(with).c_str());
}

void edited_line::move_cursor(int characters) {
    ::el_cursor(editor_.get(), characters);
}

void edited_line::print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), out_);
    std::fflush(out_);
}

void edited_line::erase() {
    int rows = 0;
    int columns = 0;
    ::el_get(editor_.get(), EL_GETTC, "li", &rows);
    ::el_get(editor_.get(), EL_GETTC, "co", &columns);
    const screen_size size(static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
    const auto before = before_cursor();
    const auto behind = text().substr(before.size());
    const auto above =
        row_of_cursor(prompt_, before, behind.empty() ? L'\0' : behind.front(), size);
    std::string sequence = "\r";
    if (above > 0) sequence += "\x1b[" + std::to_string(above) + "A";
    print(sequence + "\x1b[J");
}

void edited_line::draw() {
    ::el_wset(editor_.get(), EL_REFRESH);
}

void edited_line::redraw() {
    erase();
    draw();
}

void edited_line::leave(std::string_view tail) {
    const auto at = static_cast<int>(before_cursor().size());
    const auto end = static_cast<int>(text().size());
    erase();
    move_cursor(end - at);
    draw();
    // In vi's command mode the cursor does not go behind the last character.
    print(narrow(text().substr(before_cursor().size())));
    print(tail);
    move_cursor(at - static_cast<int>(before_cursor().size()));
}

void edited_line::measure() {
    ::el_resize(editor_.get());
}

std::size_t edited_line::width() const {
    return terminal_width(out_);
}

void edited_line::take_terminal() {
    ::el_wset(editor_.get(), EL_PREP_TERM, 1);
}

void edited_line::give_terminal_back() {
    ::el_wset(editor_.get(), EL_PREP_TERM, 0);
}

} // namespace ferry::cli
