// Fingerprints of content: what two ends compare to know that they hold the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::io {

enum class digest_kind : std::uint8_t { sha256, sha512, sha1, md5, crc32 };

/// All of them, the best first.
inline constexpr std::array digest_kinds{digest_kind::sha256, digest_kind::sha512,
                                         digest_kind::sha1, digest_kind::md5, digest_kind::crc32};

/// As IANA's registry of hash functions has it, "SHA-256", and as FEAT lists it.
[[nodiscard]] std::string_view name_of(digest_kind kind) noexcept;
/// By that name, in any case.
[[nodiscard]] std::optional<digest_kind> find_digest(std::string_view name) noexcept;
/// How many hex digits it gives.
[[nodiscard]] std::size_t digits_of(digest_kind kind) noexcept;

class digest {
public:
    explicit digest(digest_kind kind);
    ~digest();
    digest(const digest&) = delete;
    digest& operator=(const digest&) = delete;

    void add(std::string_view bytes);
    /// Lower-case hex digits of all that was added. Once.
    [[nodiscard]] std::string finish();

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace ferry::io
