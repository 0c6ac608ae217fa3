// The seam of a resumed transfer: bytes that came before, compared with those that come now.
#pragma once

#include "client/session.hpp"
#include "io/pump.hpp"

namespace ferry::client_side {

/// Compares the first `overlap` bytes with what the file holds at its position, and writes what
/// follows. `verification_failed` where they differ.
class overlap_sink final : public io::file_sink {
public:
    overlap_sink(io::file& target, std::uint64_t overlap)
        : file_sink(target), file_(&target), left_(overlap) {}

    [[nodiscard]] result<> write(std::string_view bytes) override;

private:
    io::file* file_;
    std::uint64_t left_;
};

/// Whether the bytes of `at` from its position on begin with these. Its position moves behind them.
[[nodiscard]] result<bool> continues_with(io::file& at, std::string_view bytes);

/// Whether the last bytes of `remote`, which has `size` of them, are those of `local` there: they
/// are read back. Nothing where the server does not let them be read.
[[nodiscard]] task<result<std::optional<bool>>> ends_alike(session& with, std::string remote,
                                                           io::file& local, std::uint64_t size);

} // namespace ferry::client_side
