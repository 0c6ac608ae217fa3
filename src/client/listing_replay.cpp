#include "client/listing_replay.hpp"

#include "client/listing.hpp"

namespace ferry::client_side {

namespace {

result<listing_report> checked(result<listing_report> got, listing_replay& replay) {
    if (!got || replay.is_consistent()) return got;
    replay.memory().spent = true;
    return fail(errc::transfer_aborted, "the directory changed while it was being listed");
}

} // namespace

bool listing_replay::take(const entry& what) {
    seen_hash_ = seen_hash_ * 31 + std::hash<std::string>()(what.name);
    if (++seen_ <= handed_out_) {
        differs_ = differs_ || (seen_ == handed_out_ && seen_hash_ != handed_hash_);
        return !differs_;
    }
    handed_out_ = seen_;
    handed_hash_ = seen_hash_;
    return (*each_)(what);
}

task<result<listing_report>> list_again(session& with, std::string path, listing_replay& replay,
                                        listing_options options) {
    replay.begin();
    const entry_function each = [&replay](const entry& what) { return replay.take(what); };
    auto got = co_await list(with, std::move(path), each, options);
    co_return checked(std::move(got), replay);
}

task<result<listing_report>> names_again(session& with, std::string path, listing_replay& replay) {
    replay.begin();
    const entry_function each = [&replay](const entry& what) { return replay.take(what); };
    auto got = co_await names(with, std::move(path), each);
    co_return checked(std::move(got), replay);
}

} // namespace ferry::client_side
