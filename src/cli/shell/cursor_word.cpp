// Where a cursor stands in a line that is being typed.
#include "cli/shell/command_line.hpp"

#include <utility>

namespace ferry::cli {

namespace {

/// Reads the text before a cursor, whatever is wrong with it.
class cursor_finder {
public:
    explicit cursor_finder(std::string_view text) : text_(text) {}

    cursor_word find() {
        while (true) {
            at_ = skip_blanks(text_, at_);
            if (at_ == text_.size()) return finish(at_);
            const auto op = operator_at(text_, at_);
            if (text_[at_] == '#') {
                at_ = skip_comment(text_, at_);
                if (at_ == text_.size()) return in_comment();
            } else if (!op.empty()) {
                pass(op);
            } else if (text_[at_] == '!' && !begun_) {
                begin_statement();
                mode_ = mode::local_line;
                ++at_;
            } else {
                begin_statement();
                auto reading = read_word(text_, at_);
                if (reading.end == text_.size()) return finish(at_, std::move(reading));
                if (!std::exchange(file_next_, false))
                    found_.before.push_back(reading.found.text());
                waits_ = false;
                at_ = reading.end;
            }
        }
    }

private:
    enum class mode : std::uint8_t { own, pipe, local_line };

    void begin_statement() {
        if (!std::exchange(begun_, true)) found_.statement_begin = at_;
    }

    void end_statement() {
        if (std::exchange(begun_, false)) ++found_.statement_index;
        mode_ = mode::own;
        file_next_ = false;
        found_.before.clear();
    }

    void pass(std::string_view op) {
        const bool redirects = op.starts_with('>') || op == "<";
        const auto next =
            redirects && mode_ != mode::own ? skip_redirection(text_, at_) : at_ + op.size();
        if (redirects) {
            begin_statement();
            waits_ = false;
            file_next_ = op != "<";
        } else if (op == "|" || (mode_ == mode::local_line && op != "\n")) {
            begin_statement();
            if (mode_ == mode::own) mode_ = mode::pipe;
            waits_ = op == "|";
            file_next_ = false;
            found_.before.clear();
        } else if (op != "\n" || mode_ != mode::pipe || !waits_) {
            end_statement();
        }
        at_ = next;
    }

    cursor_word finish(std::size_t begin, word_reading reading = {}) {
        if (!begun_) found_.statement_begin = begin;
        if (mode_ != mode::own)
            found_.place = cursor_place::local_command;
        else if (file_next_)
            found_.place = cursor_place::output_file;
        found_.begin = begin;
        found_.text = reading.found.text();
        found_.typed = std::move(reading.found);
        found_.open = reading.open;
        return std::move(found_);
    }

    cursor_word in_comment() {
        auto found = finish(at_);
        found.place = cursor_place::comment;
        return found;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    mode mode_ = mode::own;
    bool begun_ = false;     ///< something of the statement was read
    bool waits_ = false;     ///< a '|' was read last
    bool file_next_ = false; ///< a '>' was read last
    cursor_word found_;
};

} // namespace

cursor_word word_at(std::string_view line, std::size_t cursor) {
    return cursor_finder(line.substr(0, cursor)).find();
}

} // namespace ferry::cli
