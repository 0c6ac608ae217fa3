#include "cli/colours.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace ferry::cli {

namespace {

constexpr std::string_view usual = "di=01;34:ln=01;36:ex=01;32";
constexpr std::size_t most_colours = 4096;

/// Only what a colour is made of goes to the terminal.
bool is_colour(std::string_view value) {
    return !value.empty() &&
           std::ranges::all_of(value, [](char c) { return is_digit(c) || c == ';'; });
}

bool ends_with_ignoring_case(std::string_view text, std::string_view end) {
    return text.size() >= end.size() &&
           equal_ignoring_case(text.substr(text.size() - end.size()), end);
}

} // namespace

name_colours::name_colours(std::string_view ls_colors) {
    auto rest = ls_colors.empty() ? usual : ls_colors;
    while (!rest.empty()) {
        auto value = take_until(rest, ':');
        const auto key = take_until(value, '=');
        take(key, value);
    }
}

std::uint16_t name_colours::add(std::string_view value) {
    begins_.push_back("\x1b[" + std::string(value) + 'm');
    return static_cast<std::uint16_t>(begins_.size() - 1);
}

void name_colours::take(std::string_view key, std::string_view value) {
    if (!is_colour(value) || begins_.size() >= most_colours) return;
    if (key == "di") directory_ = add(value);
    if (key == "ln") symlink_ = add(value);
    if (key == "ex") executable_ = add(value);
    if (key == "fi") file_ = add(value);
    if (key.size() > 1 && key.starts_with('*'))
        suffixes_.push_back({std::string(key.substr(1)), add(value)});
}

std::uint16_t name_colours::colour_of(const entry& what) const {
    if (what.type == entry_type::directory) return directory_;
    if (what.type == entry_type::symlink) return symlink_;
    if (what.type == entry_type::file && what.permissions.find('x') != std::string::npos)
        return executable_;
    // The last one that fits counts, as for ls.
    const auto found = std::find_if(suffixes_.rbegin(), suffixes_.rend(), [&](const suffix& each) {
        return ends_with_ignoring_case(what.name, each.text);
    });
    return found == suffixes_.rend() ? file_ : found->colour;
}

} // namespace ferry::cli
