#include "plan/name_key.hpp"

#include "base/text.hpp"

#include <ferry/entry.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include <unicase.h>
#include <uninorm.h>

namespace ferry::plan {

namespace {

bool is_ascii(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const auto length = utf8_sequence(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

/// Both make NFD when the form is ignored, so that case does not matter to accents either.
std::uint8_t* transformed(std::string_view name, const name_rules& rules, std::size_t& length) {
    const auto* text = reinterpret_cast<const std::uint8_t*>(name.data());
    const auto form = rules.ignores_form ? UNINORM_NFD : nullptr;
    if (rules.ignores_case)
        return ::u8_casefold(text, name.size(), nullptr, form, nullptr, &length);
    return ::u8_normalize(UNINORM_NFD, text, name.size(), nullptr, &length);
}

std::string in_lower_case(std::string_view name) {
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) { return to_lower(c); });
    return lower;
}

/// "CON", "com1.txt": devices of MS-DOS, with any extension.
bool is_device(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 4> devices{"CON", "PRN", "AUX", "NUL"};
    auto stem = name.substr(0, name.find('.'));
    while (stem.ends_with(' '))
        stem.remove_suffix(1);
    const auto is_stem = [&](std::string_view device) { return equal_ignoring_case(stem, device); };
    if (std::ranges::any_of(devices, is_stem)) return true;
    const auto port = stem.substr(0, 3);
    return stem.size() == 4 && stem[3] >= '1' && stem[3] <= '9' &&
           (equal_ignoring_case(port, "COM") || equal_ignoring_case(port, "LPT"));
}

bool has_windows_character(std::string_view name) noexcept {
    constexpr std::string_view reserved = "<>:\"\\|?*";
    return std::ranges::any_of(name, [&](char c) {
        return static_cast<unsigned char>(c) < 0x20 || reserved.find(c) != reserved.npos;
    });
}

struct name_rule {
    std::string_view text;
    bool (*forbids)(std::string_view name, const name_rules& rules);
};

constexpr std::array illegal{
    name_rule{"is no name of a file",
              [](std::string_view name, const name_rules&) { return !is_safe_name(name); }},
    name_rule{"has a line end in it",
              [](std::string_view name, const name_rules& rules) {
                  return rules.is_ftp && name.find_first_of("\r\n") != name.npos;
              }},
    name_rule{"is not UTF-8",
              [](std::string_view name, const name_rules& rules) {
                  return rules.needs_utf8 && !is_utf8(name);
              }},
    name_rule{"has a character that Windows reserves",
              [](std::string_view name, const name_rules& rules) {
                  return rules.is_windows && has_windows_character(name);
              }},
    name_rule{"ends in a dot or a space, which Windows drops",
              [](std::string_view name, const name_rules& rules) {
                  return rules.is_windows && (name.ends_with('.') || name.ends_with(' '));
              }},
    name_rule{"is a device of Windows",
              [](std::string_view name, const name_rules& rules) {
                  return rules.is_windows && is_device(name);
              }},
};

} // namespace

name_rules name_rules::windows() {
    name_rules rules;
    rules.ignores_case = rules.needs_utf8 = rules.is_windows = true;
    return rules;
}

name_rules name_rules::macos() {
    name_rules rules;
    rules.ignores_case = rules.ignores_form = rules.needs_utf8 = true;
    return rules;
}

std::string name_key(std::string_view name, const name_rules& rules) {
    if (!rules.ignores_case && !rules.ignores_form) return std::string(name);
    if (is_ascii(name) || !is_utf8(name))
        return rules.ignores_case ? in_lower_case(name) : std::string(name);
    std::size_t length = 0;
    const std::unique_ptr<std::uint8_t, decltype(&std::free)> made(transformed(name, rules, length),
                                                                   &std::free);
    if (!made) return std::string(name); // no memory
    return {reinterpret_cast<const char*>(made.get()), length};
}

std::optional<std::string> why_illegal(std::string_view name, const name_rules& rules) {
    for (const auto& rule : illegal)
        if (rule.forbids(name, rules)) return std::string(rule.text);
    if (name.size() > rules.longest)
        return "is longer than " + std::to_string(rules.longest) + " bytes";
    return std::nullopt;
}

} // namespace ferry::plan
