#include "base/keyed_hash.hpp"

#include <bit>

namespace ferry {

namespace {

class sip_state {
public:
    explicit sip_state(const hash_key& key) noexcept
        : a_(key[0] ^ 0x736f6d6570736575)
        , b_(key[1] ^ 0x646f72616e646f6d)
        , c_(key[0] ^ 0x6c7967656e657261)
        , d_(key[1] ^ 0x7465646279746573) {}

    void take(std::uint64_t word) noexcept {
        d_ ^= word;
        mix(2);
        a_ ^= word;
    }

    [[nodiscard]] std::uint64_t finish() noexcept {
        c_ ^= 0xff;
        mix(4);
        return a_ ^ b_ ^ c_ ^ d_;
    }

private:
    void mix(int rounds) noexcept {
        for (; rounds > 0; --rounds) {
            a_ += b_;
            c_ += d_;
            b_ = std::rotl(b_, 13) ^ a_;
            d_ = std::rotl(d_, 16) ^ c_;
            a_ = std::rotl(a_, 32) + d_;
            c_ += b_;
            d_ = std::rotl(d_, 21) ^ a_;
            b_ = std::rotl(b_, 17) ^ c_;
            c_ = std::rotl(c_, 32);
        }
    }

    std::uint64_t a_, b_, c_, d_;
};

/// Up to eight bytes, the lowest first.
std::uint64_t word_of(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    return word;
}

} // namespace

std::uint64_t keyed_hash(std::string_view bytes, const hash_key& key) noexcept {
    sip_state state(key);
    const auto length = std::uint64_t{bytes.size()};
    for (; bytes.size() >= 8; bytes.remove_prefix(8))
        state.take(word_of(bytes.substr(0, 8)));
    state.take(word_of(bytes) | (length << 56));
    return state.finish();
}

} // namespace ferry
