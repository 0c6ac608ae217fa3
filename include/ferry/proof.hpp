// What shows that both ends of a transfer hold the same bytes: the server's hash of the file, its
// size, or nothing. docs/transfers.md has the rules.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ferry {

/// What to ask the server for, once a file has been transferred.
enum class verify_mode : std::uint8_t {
    automatic, ///< a hash where FEAT lists one, else a sample of large uploads, else the size
    hash,      ///< a hash; without one the transfer has failed
    size,      ///< the size
    none,      ///< nothing
};

/// The weakest first.
enum class proof_kind : std::uint8_t {
    none,
    size,
    size_and_time, ///< the same size, and the copy bears the time of the original
    sample,        ///< the same size, and the end of what was stored, read back, is the same
    hash,
};

/// "none", "size", "size_and_time", "sample", "hash".
[[nodiscard]] std::string_view name_of(proof_kind kind) noexcept;

class transfer_proof {
public:
    transfer_proof() = default;

    explicit transfer_proof(proof_kind of) : kind(of) {}

    proof_kind kind = proof_kind::none;
    std::string algorithm; ///< of a hash: "SHA-256", "SHA-512", "SHA-1", "MD5", "CRC32"
    std::string value;     ///< of a hash: its lower-case hex digits, the same at both ends

    /// Whether there is any.
    [[nodiscard]] explicit operator bool() const noexcept { return kind != proof_kind::none; }
};

} // namespace ferry
