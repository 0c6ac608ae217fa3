// Colours for names in listings, as LS_COLORS says (dircolors(1)): by type, and by the end of the
// name.
#pragma once

#include <ferry/entry.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::cli {

class name_colours {
public:
    /// What LS_COLORS holds; what is wrong in it is passed over. Empty: directories, links and
    /// programs have the usual colours.
    explicit name_colours(std::string_view ls_colors);

    /// 0 is none; any other is for `begin`.
    [[nodiscard]] std::uint16_t colour_of(const entry& what) const;

    /// The escape sequence that begins a colour; empty for 0.
    [[nodiscard]] const std::string& begin(std::uint16_t colour) const { return begins_[colour]; }

    static constexpr std::string_view end = "\x1b[0m";

private:
    struct suffix {
        std::string text;
        std::uint16_t colour;
    };

    void take(std::string_view key, std::string_view value);
    [[nodiscard]] std::uint16_t add(std::string_view value);

    std::vector<std::string> begins_{std::string()};
    std::uint16_t directory_ = 0;
    std::uint16_t symlink_ = 0;
    std::uint16_t executable_ = 0;
    std::uint16_t file_ = 0;
    std::vector<suffix> suffixes_;
};

} // namespace ferry::cli
