#include "client/overlap.hpp"

#include "client/operations.hpp"
#include "client/transfer.hpp"
#include "plan/resume.hpp"

#include <algorithm>
#include <array>

namespace ferry::client_side {

static_assert(plan::longest_overlap <= io::block_size, "it must go through `write`");

result<bool> continues_with(io::file& at, std::string_view bytes) {
    std::array<char, 8 * 1024> room;
    while (!bytes.empty()) {
        const auto wanted = std::min(bytes.size(), room.size());
        const auto got = at.read(std::span(room.data(), wanted));
        if (!got) return fail(got.error());
        if (*got == 0 || bytes.substr(0, *got) != std::string_view(room.data(), *got)) return false;
        bytes.remove_prefix(*got);
    }
    return true;
}

result<> overlap_sink::write(std::string_view bytes) {
    if (left_ == 0) return file_sink::write(bytes);
    const auto known = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
    const auto same = continues_with(*file_, known);
    if (!same) return fail(same.error());
    if (!*same)
        return fail(errc::verification_failed, "the beginning that is here is not the server's");
    left_ -= known.size();
    bytes.remove_prefix(known.size());
    return bytes.empty() ? result<>() : file_sink::write(bytes);
}

namespace {

/// Takes nothing but what the file holds at its position.
class comparing_sink final : public io::sink {
public:
    explicit comparing_sink(io::file& with) : file_(&with) {}

    [[nodiscard]] result<> write(std::string_view bytes) override {
        const auto same = continues_with(*file_, bytes);
        if (!same) return fail(same.error());
        differs_ = differs_ || !*same;
        return differs_ ? fail(errc::verification_failed) : result<>();
    }

    [[nodiscard]] bool differs() const noexcept { return differs_; }

private:
    io::file* file_;
    bool differs_ = false;
};

} // namespace

task<result<std::optional<bool>>> ends_alike(session& with, std::string remote, io::file& local,
                                             std::uint64_t size) {
    const auto overlap = plan::overlap_before(size);
    auto at = local.seek(size - overlap);
    if (!at) co_return fail(std::move(at.error()));
    auto type = co_await set_type(with, 'I');
    if (!type) co_return fail(std::move(type.error()));
    comparing_sink to(local);
    transfer_request what;
    what.verb = "RETR";
    what.path = std::move(remote);
    what.offset = size - overlap;
    what.to = &to;
    what.at_most = overlap;
    auto done = co_await transfer(with, std::move(what));
    if (to.differs() || (done.status && done.bytes != overlap)) co_return false;
    if (done.status) co_return true;
    auto& why = done.status.error();
    if (!with.talk().is_open() || why.code() == errc::interrupted) co_return fail(std::move(why));
    co_return std::nullopt;
}

} // namespace ferry::client_side
