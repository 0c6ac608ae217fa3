#include "cli/shell/command_line.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace ferry::cli {

namespace {

/// Also the mark by which `is_incomplete` knows the error.
constexpr std::string_view unfinished = "the line is not finished";

/// The text with aliases put in, which knows where in the typed one each place of it comes from.
class expanded_text {
public:
    explicit expanded_text(std::string_view typed) : typed_(typed), text_(typed) {}

    [[nodiscard]] std::string_view view() const noexcept { return text_; }

    /// In the texts of how many aliases `at` lies. To be asked from left to right.
    [[nodiscard]] std::size_t depth(std::size_t at) {
        std::erase_if(around_, [&](const alias_text& each) { return each.end <= at; });
        return around_.size();
    }

    /// Whether what `depth` was asked of lies in the text of this alias.
    [[nodiscard]] bool is_inside(std::string_view name) const {
        return std::ranges::any_of(around_,
                                   [&](const alias_text& each) { return each.name == name; });
    }

    /// Puts the text of an alias in the place of its name, where `depth` was asked of.
    void replace(std::size_t begin, std::size_t end, const std::string& name,
                 std::string_view with) {
        const auto new_end = begin + with.size();
        if (around_.empty())
            insertions_.push_back({begin, new_end, typed_begin(begin), typed_end(end), name});
        else
            insertions_.back().end += new_end - end; // may wrap, and wraps back
        for (auto& each : around_)
            each.end += new_end - end;
        around_.push_back({name, new_end});
        text_.replace(begin, end - begin, with);
    }

    /// The typed text from `begin` to `end`, with all of an alias of which a part lies there.
    [[nodiscard]] std::string typed(std::size_t begin, std::size_t end) const {
        const auto from = typed_begin(begin);
        return std::string(trim(typed_.substr(from, typed_end(end) - from)));
    }

    /// "at character 3", "at character 1, in the alias ll".
    [[nodiscard]] std::string place(std::size_t at) const {
        auto before = typed_.substr(0, typed_begin(at));
        std::size_t characters = 1;
        for (; !before.empty(); ++characters)
            before.remove_prefix(std::max<std::size_t>(utf8_sequence(before), 1));
        auto said = "at character " + std::to_string(characters);
        const auto* from = last_before(at + 1);
        if (from != nullptr && at < from->end) said += ", in the alias " + from->name;
        return said;
    }

private:
    struct alias_text {
        std::string name;
        std::size_t end;
    };

    /// The text of an alias that was typed, with those inside of it.
    struct insertion {
        std::size_t begin;
        std::size_t end;
        std::size_t typed_begin;
        std::size_t typed_end;
        std::string name;
    };

    /// The last one that begins before `at`.
    [[nodiscard]] const insertion* last_before(std::size_t at) const {
        const auto next = std::ranges::lower_bound(insertions_, at, {}, &insertion::begin);
        return next == insertions_.begin() ? nullptr : &*std::prev(next);
    }

    [[nodiscard]] std::size_t typed_begin(std::size_t at) const {
        const auto* from = last_before(at + 1);
        if (from == nullptr) return at;
        return at < from->end ? from->typed_begin : from->typed_end + (at - from->end);
    }

    [[nodiscard]] std::size_t typed_end(std::size_t at) const {
        const auto* from = last_before(at);
        if (from == nullptr) return at;
        return at < from->end ? from->typed_end : from->typed_end + (at - from->end);
    }

    std::string_view typed_;
    std::string text_;
    std::vector<alias_text> around_; ///< of the place last asked of
    std::vector<insertion> insertions_;
};

class line_parser {
public:
    line_parser(std::string_view typed, const alias_lookup& aliases)
        : text_(typed), aliases_(&aliases) {}

    result<command_list> read() {
        if (view().size() > limits::shell_line) return too_long();
        command_list list;
        auto when = run_when::always;
        std::size_t joint = 0;
        while (true) {
            skip_lines();
            if (at_ == view().size() && when == run_when::always) return list;
            if (at_ == view().size())
                return incomplete("nothing behind " + std::string(view().substr(joint, 2)), joint);
            statement one;
            one.when = when;
            if (auto done = read_statement(one); !done) return fail(std::move(done.error()));
            if (one.words.empty() && !one.local) continue; // all that an alias left
            joint = at_;
            when = read_joint(one);
            list.statements.push_back(std::move(one));
        }
    }

private:
    [[nodiscard]] std::string_view view() const noexcept { return text_.view(); }

    [[nodiscard]] failure problem(std::string what, std::size_t at) const {
        return fail(errc::usage, std::move(what) + ", " + text_.place(at));
    }

    [[nodiscard]] failure incomplete(std::string what, std::size_t at) const {
        auto found = problem(std::move(what), at);
        found.error().advise(unfinished);
        return found;
    }

    [[nodiscard]] static failure too_long() {
        return fail(errc::usage,
                    "the line is longer than " + std::to_string(limits::shell_line) + " bytes");
    }

    void skip_lines() {
        while (true) {
            at_ = skip_comment(view(), skip_blanks(view(), at_));
            if (operator_at(view(), at_) != "\n") return;
            ++at_;
        }
    }

    result<> count_word(std::size_t at) {
        if (++words_ <= limits::shell_words) return {};
        return problem("more than " + std::to_string(limits::shell_words) + " words", at);
    }

    /// The joint itself.
    run_when read_joint(statement& before) {
        const auto op = operator_at(view(), at_);
        at_ += op.size();
        before.background = op == "&";
        if (op == "&&") return run_when::after_success;
        return op == "||" ? run_when::after_failure : run_when::always;
    }

    /// Up to the joint behind it.
    result<> read_statement(statement& one) {
        const auto begin = at_;
        end_ = at_;
        auto op = next_operator();
        while (at_ < view().size() && !ends_statement(op)) {
            auto done = result<>();
            if (op == "|")
                done = read_pipe(one);
            else if (!op.empty())
                done = read_redirection(one);
            else if (view()[at_] == '!' && one.words.empty() && !one.output)
                done = read_local(one);
            else
                done = read_argument(one);
            if (!done) return done;
            op = next_operator();
        }
        if (one.words.empty() && !one.local) {
            if (one.output) return problem("nothing before >", begin);
            if (!op.empty() && op != "\n") return problem("nothing before " + std::string(op), at_);
        }
        one.source = text_.typed(begin, end_);
        return {};
    }

    /// Behind blanks and a comment; empty if a word or the end stands there.
    std::string_view next_operator() {
        at_ = skip_comment(view(), skip_blanks(view(), at_));
        return operator_at(view(), at_);
    }

    result<> read_local(statement& one) {
        const auto begin = at_;
        at_ = end_ = std::min(view().find('\n', at_), view().size());
        one.local = std::string(trim(view().substr(begin + 1, end_ - begin - 1)));
        return count_word(begin);
    }

    /// A word of the statement; or an alias, whose text is put there to be read next.
    result<> read_argument(statement& one) {
        const auto begin = at_;
        auto next = take_word();
        if (!next) return fail(std::move(next.error()));
        if (one.words.empty() && *aliases_ && next->is_bare()) {
            const auto name = next->text();
            const auto depth = text_.depth(begin);
            const auto text = text_.is_inside(name) ? std::nullopt : (*aliases_)(name);
            if (text && depth == limits::alias_depth)
                return problem("more than " + std::to_string(depth) + " aliases within each other",
                               begin);
            if (text) return put_alias(begin, name, *text);
        }
        one.words.push_back(std::move(*next));
        return {};
    }

    /// In the place of the word from `begin` to `at_`.
    result<> put_alias(std::size_t begin, const std::string& name, const std::string& text) {
        if (view().size() - (at_ - begin) + text.size() > limits::shell_line) return too_long();
        text_.replace(begin, at_, name, text);
        at_ = end_ = begin;
        return {};
    }

    result<word> take_word() {
        auto reading = read_word(view(), at_);
        if (reading.wrong_variable)
            return problem("a ${ without a name and }", *reading.wrong_variable);
        if (auto closed = check_closed(reading); !closed) return fail(std::move(closed.error()));
        const std::string op(operator_at(view(), reading.end));
        const auto text = reading.found.text();
        if ((op.starts_with('>') || op == "<") && reading.found.is_bare() &&
            std::ranges::all_of(text, is_digit))
            return problem("only the output can be redirected, not " + text + op, at_);
        if (auto counted = count_word(at_); !counted) return fail(std::move(counted.error()));
        at_ = end_ = reading.end;
        return std::move(reading.found);
    }

    [[nodiscard]] result<> check_closed(const word_reading& reading) const {
        if (reading.open != quote_style::none)
            return incomplete("a quote is not closed", reading.opened_at);
        if (reading.ends_in_backslash)
            return incomplete("nothing behind the backslash", reading.end - 1);
        return {};
    }

    result<> read_redirection(statement& one) {
        const auto begin = at_;
        const std::string op(operator_at(view(), at_));
        if (op == "<") return problem("the input cannot be redirected", begin);
        if (one.output) return problem("the output goes to one file only", begin);
        at_ += op.size();
        if (!next_operator().empty() || at_ == view().size())
            return problem("no file name behind " + op, begin);
        auto target = take_word();
        if (!target) return fail(std::move(target.error()));
        one.output.emplace();
        one.output->target = std::move(*target);
        one.output->append = op == ">>";
        return {};
    }

    /// Words are only passed over: what they mean is for `sh` to know.
    result<> read_pipe(statement& one) {
        auto bar = at_++;
        if (one.words.empty()) return problem("nothing before |", bar);
        if (one.output) return problem("the output goes to a file or a pipe, not to both", bar);
        skip_lines();
        const auto begin = at_;
        bool waits = true; // for something behind the last '|'
        for (auto op = next_operator(); at_ < view().size(); op = next_operator()) {
            const bool goes_on = waits && op == "\n";
            if ((ends_statement(op) && !goes_on) || (op == "|" && waits)) break;
            if (op == "|") bar = at_;
            waits = goes_on || op == "|";
            if (waits) {
                ++at_;
            } else if (!op.empty()) {
                at_ = skip_redirection(view(), at_);
            } else {
                const auto passed = read_word(view(), at_);
                if (auto closed = check_closed(passed); !closed) return closed;
                at_ = passed.end;
            }
            end_ = at_;
        }
        if (waits && at_ == view().size()) return incomplete("nothing behind |", bar);
        if (waits) return problem("nothing behind |", bar);
        one.pipe = std::string(view().substr(begin, end_ - begin));
        return count_word(begin);
    }

    expanded_text text_;
    const alias_lookup* aliases_;
    std::size_t at_ = 0;
    std::size_t end_ = 0; ///< behind what was read last, where blanks and comments may follow
    std::size_t words_ = 0;
};

} // namespace

result<command_list> parse_line(std::string_view text, const alias_lookup& aliases) {
    return line_parser(text, aliases).read();
}

bool is_incomplete(const error& problem) noexcept {
    return problem.code() == errc::usage && problem.advice() == unfinished;
}

} // namespace ferry::cli
