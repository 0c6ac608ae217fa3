#include "io/crc32.hpp"

#include <array>
#include <cstring>

namespace ferry::io {

namespace {

/// Bytes that are taken at once: a table for each, or a byte would have to wait for the one before.
constexpr std::size_t stride = 8;
constexpr std::uint32_t polynomial = 0xEDB88320U;

using table = std::array<std::uint32_t, 256>;

constexpr std::array<table, stride> build_tables() {
    std::array<table, stride> made{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        auto rest = byte;
        for (int bit = 0; bit < 8; ++bit)
            rest = (rest >> 1U) ^ ((rest & 1U) != 0 ? polynomial : 0);
        made[0][byte] = rest;
    }
    for (std::size_t behind = 1; behind < stride; ++behind)
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const auto before = made[behind - 1][byte];
            made[behind][byte] = (before >> 8U) ^ made[0][before & 0xFFU];
        }
    return made;
}

constexpr auto tables = build_tables();

} // namespace

void crc32::add(std::string_view bytes) noexcept {
    auto rest = rest_;
    for (; bytes.size() >= stride; bytes.remove_prefix(stride)) {
        std::array<unsigned char, stride> block;
        std::memcpy(block.data(), bytes.data(), stride);
        for (std::size_t i = 0; i < sizeof rest; ++i)
            block[i] ^= static_cast<unsigned char>(rest >> (8 * i));
        rest = 0;
        for (std::size_t i = 0; i < stride; ++i)
            rest ^= tables[stride - 1 - i][block[i]];
    }
    for (const char each : bytes)
        rest = (rest >> 8U) ^ tables[0][(rest ^ static_cast<unsigned char>(each)) & 0xFFU];
    rest_ = rest;
}

} // namespace ferry::io
