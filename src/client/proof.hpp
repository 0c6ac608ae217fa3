// Proving a transfer: agreeing with the server on a hash, taking it of the bytes at this end, and
// comparing.
#pragma once

#include "client/transfer_memory.hpp"
#include "io/pump.hpp"

#include <ferry/client.hpp>

namespace ferry::client_side {

/// How a server is asked for the hash of a file.
class hash_way {
public:
    hash_way(io::digest_kind of, std::string_view by) noexcept : kind(of), verb(by) {}

    io::digest_kind kind;
    std::string_view verb; ///< HASH, XSHA256, MD5 ...
};

/// The best that FEAT lists and the session has not found unknown.
[[nodiscard]] std::optional<hash_way> best_way(const wire::features& listed,
                                               const std::set<std::string>& unknown);

/// The same for one kind of hash.
[[nodiscard]] std::optional<hash_way> way_to(io::digest_kind kind, const wire::features& listed,
                                             const std::set<std::string>& unknown);

/// The hash of a whole file of `size` bytes; nothing if this server gives none of that kind.
[[nodiscard]] task<result<std::optional<std::string>>>
hash_of(session& with, io::digest_kind kind, std::string path, std::uint64_t size);

/// The hex digits in a reply to it, as they came; nothing if there are none, or if they are not of
/// all `size` bytes.
[[nodiscard]] std::optional<std::string> hash_in(const reply& said, const hash_way& way,
                                                 std::uint64_t size);

enum class verdict : std::uint8_t { unknown, same, different };

/// The proof of one transfer, in one try. What is hashed is kept in the memory of all tries.
class prover {
public:
    /// All must outlive it.
    prover(session& with, const transfer_options& options, transfer_memory& memory);

    /// Before the bytes move: which hash there will be, if any. `verification_failed`, and no
    /// further try, if one is demanded and there is none.
    [[nodiscard]] task<result<>> agree();

    [[nodiscard]] bool expects_hash() const noexcept { return way_.has_value(); }

    [[nodiscard]] bool asks_size() const noexcept { return mode_ != verify_mode::none; }

    /// A new hash begins, with the first `count` bytes of `from`, whose position moves.
    [[nodiscard]] task<result<>> begin(io::file& from, std::uint64_t count);
    /// Goes on with the hash that a try before this one has begun, or with none.
    void go_on() noexcept;
    /// What is to take the bytes that move; nullptr if they need not be seen.
    [[nodiscard]] io::digest* sum() const noexcept;

    /// Asks for the hash of `path`, which should have `size` bytes, and ends ours. `unknown` if
    /// there is none; `verification_failed`, and no further try, if it is demanded.
    [[nodiscard]] task<result<verdict>> compare(std::string path, std::uint64_t size);
    /// Whether so large a file, for which `compare` has found nothing, is worth a second look: its
    /// end, read back.
    [[nodiscard]] bool wants_sample(std::uint64_t size) const noexcept;
    /// What reading it back has found.
    void sampled(bool is_alike) noexcept;
    /// What `compare` or `sampled` has found, or else what is known of the size and time.
    [[nodiscard]] transfer_proof proof(bool size_agrees, bool time_agrees) const;
    /// The error of what was found to be different.
    [[nodiscard]] error mismatch(std::string_view verb, const std::string& path) const;

    /// Whether the last look found a difference.
    [[nodiscard]] bool differs() const noexcept { return differs_; }

private:
    [[nodiscard]] failure no_hash(const std::string& why) const;

    session* with_;
    transfer_memory* memory_;
    verify_mode mode_;
    bool is_comparable_; ///< the file there is to be, byte for byte, what passes here
    std::optional<hash_way> way_;
    transfer_proof proof_;
    bool by_sample_ = false; ///< the last look was
    bool differs_ = false;
};

} // namespace ferry::client_side
