// What the fuzz targets of the parsers share.
#pragma once

#include <ferry/error.hpp>

#include <cstdlib>
#include <string_view>

namespace ferry::fuzz {

/// Ends the run where a thesis does not hold; the stack tells which.
inline void require(bool holds) {
    if (!holds) std::abort();
}

/// An error about bytes from a peer must blame the peer, not us.
inline void require_blames_peer(const error& problem) {
    require(describe(problem.code()).who == blame::peer);
}

inline std::string_view text_of(const unsigned char* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Calls `feed` with the bytes in pieces of `step`.
template<class Feed>
void in_pieces(std::string_view bytes, std::size_t step, Feed feed) {
    for (std::size_t i = 0; i < bytes.size(); i += step)
        feed(bytes.substr(i, step));
}

} // namespace ferry::fuzz
