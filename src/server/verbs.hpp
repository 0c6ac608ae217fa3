// The verb table: the one place that says which commands there are. Dispatch, the gate, HELP and
// FEAT come from it, and so do the tests that look at every verb in every state.
#pragma once

#include "io/task.hpp"
#include "plan/verb_gate.hpp"

#include <ferry/reply.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::server_side {

class session;

/// What a verb does: most answer at once; those that wait for something are tasks, which send their
/// replies themselves.
struct handler {
    using answer_function = reply (*)(session&, const std::string& argument);
    using perform_function = io::task<> (*)(session&, std::string argument);

    constexpr handler(answer_function at_once) : answer(at_once) {}

    constexpr handler(perform_function as_task) : perform(as_task) {}

    answer_function answer = nullptr;
    perform_function perform = nullptr;
};

struct verb {
    std::string_view name;
    plan::verb_rule rule;
    handler run;
    std::string_view feature; ///< its line of FEAT, or empty
    std::string_view syntax;  ///< of the argument, for HELP
    std::string_view help;
};

[[nodiscard]] std::span<const verb> verbs() noexcept;
/// nullptr if there is none. `name` in upper case.
[[nodiscard]] const verb* find_verb(std::string_view name) noexcept;

/// A table of names as lines of a reply, eight in each.
[[nodiscard]] std::vector<std::string> name_lines(const std::vector<std::string_view>& names);

} // namespace ferry::server_side
