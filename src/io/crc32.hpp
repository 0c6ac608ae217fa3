// CRC-32 as of ISO 3309 and zip: what servers from before the hashes give (XCRC).
#pragma once

#include <cstdint>
#include <string_view>

namespace ferry::io {

class crc32 {
public:
    void add(std::string_view bytes) noexcept;

    [[nodiscard]] std::uint32_t value() const noexcept { return ~rest_; }

private:
    std::uint32_t rest_ = ~std::uint32_t{0};
};

} // namespace ferry::io
