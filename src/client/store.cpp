#include "client/store.hpp"

#include "client/ascii.hpp"
#include "client/operations.hpp"
#include "client/overlap.hpp"
#include "client/transfer.hpp"
#include "io/hashing.hpp"
#include "plan/refusal.hpp"

namespace ferry::client_side {

namespace {

/// One STOR or APPE of what `from` gives from here on.
task<transfer_result> send(session& with, upload_source& from, std::string verb, std::string path,
                           std::uint64_t offset, const transfer_options& options,
                           progress_teller& progress, io::digest* sum) {
    io::file_source bytes(from.content);
    ascii_source translated(bytes);
    std::optional<io::hashing_source> hashed;
    transfer_request what;
    what.verb = std::move(verb);
    what.path = std::move(path);
    what.offset = offset;
    what.from = &bytes;
    if (options.ascii) what.from = &translated;
    if (sum != nullptr) what.from = &hashed.emplace(bytes, *sum);
    if (!options.ascii) what.size = from.size;
    what.progress = progress.function();
    what.limits = limits_of(with, options);
    co_return co_await transfer(with, std::move(what));
}

/// Whether SIZE of `path` is `expected`: true if it says so, false if it says nothing.
task<result<bool>> has_size(session& with, std::string path, std::uint64_t expected) {
    auto there = co_await size_if_known(with, path);
    if (!there) co_return fail(std::move(there.error()));
    if (!*there) co_return false;
    if (**there == expected) co_return true;
    error why(**there < expected ? errc::truncated : errc::verification_failed,
              "the server has " + std::to_string(**there) + " of " + std::to_string(expected) +
                  " bytes");
    why.at(plan::step_of("STOR", path));
    co_return fail(std::move(why));
}

/// Reads back the end of a large file that has no hash, and compares it with `from`. A server that
/// lets nobody read is believed.
task<result<>> take_sample(session& with, upload_source& from, std::string path,
                           std::uint64_t expected, prover& proof) {
    if (!from.can_seek || !proof.wants_sample(expected)) co_return result<>();
    auto alike = co_await ends_alike(with, path, from.content, expected);
    if (!alike) co_return fail(std::move(alike.error()));
    if (!*alike) co_return result<>();
    proof.sampled(**alike);
    if (!**alike) co_return fail(proof.mismatch("STOR", path));
    co_return result<>();
}

/// What proves that the server holds the `expected` bytes under `path`. The hash comes first: it
/// proves the size, too, and a round trip is saved.
task<result<transfer_proof>> verify(session& with, upload_source& from, std::string path,
                                    std::uint64_t expected, prover& proof) {
    auto hash = co_await proof.compare(path, expected);
    if (!hash) co_return fail(std::move(hash.error()));
    bool size_agrees = false;
    if (*hash != verdict::same && proof.asks_size()) {
        auto sized = co_await has_size(with, path, expected);
        if (!sized) co_return fail(std::move(sized.error()));
        size_agrees = *sized;
    }
    if (*hash == verdict::different) co_return fail(proof.mismatch("STOR", path));
    if (size_agrees) {
        auto sampled = co_await take_sample(with, from, path, expected, proof);
        if (!sampled) co_return fail(std::move(sampled.error()));
    }
    co_return proof.proof(size_agrees, false);
}

/// Ends a store: what was sent, and whether it is there. A server that lost count after the last
/// byte (426, 451) is believed by the proof.
task<store_result> conclude(session& with, upload_source& from, transfer_result sent,
                            std::string path, std::optional<std::uint64_t> expected,
                            prover& proof) {
    store_result done;
    done.report.bytes = sent.bytes;
    done.touched = sent.touched;
    done.status = std::move(sent.status);
    const bool late_complaint = !done.status && sent.data_ended && sent.said.code / 100 == 4;
    if (!expected || (!done.status && !(late_complaint && with.talk().is_open()))) co_return done;
    auto verified = co_await verify(with, from, std::move(path), *expected, proof);
    if (late_complaint) {
        if (!verified || !*verified) co_return done;
        with.talk().note("complete in spite of " + std::to_string(sent.said.code));
        done.status = result<>();
    }
    if (!verified)
        done.status = fail(std::move(verified.error()));
    else
        done.report.proof = *std::move(verified);
    co_return done;
}

store_result failed(error why) {
    store_result made;
    made.status = fail(std::move(why));
    return made;
}

/// The source at `offset`, all before it hashed.
task<result<>> get_ready(upload_source& from, std::uint64_t offset, prover& proof) {
    auto begun = co_await proof.begin(from.content, offset);
    if (!begun || !from.can_seek) co_return begun;
    auto at = from.content.seek(offset);
    if (!at) co_return fail(std::move(at.error()));
    co_return result<>();
}

} // namespace

result<upload_source> upload_source::open(const local_end& from) {
    auto opened = from.file_path() ? io::file::open_to_read(*from.file_path())
                                   : io::file::duplicate(from.fd());
    if (!opened) return fail(std::move(opened.error()));
    upload_source made;
    made.content = std::move(*opened);
    const auto regular = made.content.is_regular();
    if (!from.file_path() || !regular || !*regular) return made;
    made.can_seek = true;
    auto size = made.content.size();
    if (!size) return fail(std::move(size.error()));
    made.size = *size;
    auto time = made.content.modification_time();
    if (time) made.time = *time;
    return made;
}

task<store_result> store(session& with, upload_source& from, std::string path, std::uint64_t offset,
                         const transfer_options& options, progress_teller& progress,
                         prover& proof) {
    auto type = co_await set_type(with, options.ascii ? 'A' : 'I');
    if (!type) co_return failed(std::move(type.error()));
    progress.set(offset, from.size);
    auto ready = co_await get_ready(from, offset, proof);
    if (!ready) co_return failed(std::move(ready.error()));
    auto sent = co_await send(with, from, "STOR", path, offset, options, progress, proof.sum());
    if (offset > 0 && !sent.status && sent.status.error().code() == errc::restart_refused &&
        !sent.touched && with.talk().is_open()) {
        with.talk().note("REST is refused: APPE");
        ready = co_await get_ready(from, offset, proof);
        if (!ready) co_return failed(std::move(ready.error()));
        sent = co_await send(with, from, "APPE", path, 0, options, progress, proof.sum());
    }
    std::optional<std::uint64_t> expected;
    if (!options.ascii) expected = offset + sent.bytes;
    auto done = co_await conclude(with, from, std::move(sent), std::move(path), expected, proof);
    done.report.resumed_at = offset;
    done.report.size = from.size.value_or(offset + done.report.bytes);
    progress.tell();
    done.report.elapsed = progress.elapsed();
    co_return done;
}

namespace {

/// How many bytes of the source a try before this one has appended.
task<result<std::uint64_t>> already_appended(session& with, const upload_source& from,
                                             std::string path, transfer_memory& memory) {
    if (!memory.began) co_return std::uint64_t{0};
    std::optional<std::uint64_t> now;
    if (memory.before && from.can_seek) {
        auto known = co_await size_if_known(with, path);
        if (!known) co_return fail(std::move(known.error()));
        now = *known;
    }
    const bool is_known = now && *now >= *memory.before && *now - *memory.before <= *from.size;
    if (is_known) co_return *now - *memory.before;
    memory.spent = true;
    error why(errc::transfer_aborted, "nobody knows how much of it was appended");
    why.at(plan::step_of("APPE", path));
    why.advise("look at the remote file before it is sent again");
    co_return fail(std::move(why));
}

} // namespace

task<store_result> append(session& with, upload_source& from, std::string path,
                          const transfer_options& options, progress_teller& progress,
                          transfer_memory& memory, prover& proof) {
    auto type = co_await set_type(with, options.ascii ? 'A' : 'I');
    if (!type) co_return failed(std::move(type.error()));
    if (!options.ascii && !memory.began) {
        auto known = co_await size_if_known(with, path);
        if (!known) co_return failed(std::move(known.error()));
        memory.before = *known;
    }
    auto there = co_await already_appended(with, from, path, memory);
    if (!there) co_return failed(std::move(there.error()));
    if (from.can_seek) {
        auto at = from.content.seek(*there);
        if (!at) co_return failed(std::move(at.error()));
    }
    progress.set(*there, from.size);
    transfer_result sent;
    sent.data_ended = true;
    if (!from.size || *there < *from.size || *from.size == 0)
        sent = co_await send(with, from, "APPE", path, 0, options, progress, nullptr);
    memory.reached(*there); // what left here may have got no further than the system's buffers
    memory.began = memory.began || sent.touched;
    std::optional<std::uint64_t> expected;
    if (memory.before) expected = *memory.before + *there + sent.bytes;
    auto done = co_await conclude(with, from, std::move(sent), std::move(path), expected, proof);
    done.report.resumed_at = *there;
    done.report.size = from.size.value_or(done.report.bytes);
    progress.tell();
    done.report.elapsed = progress.elapsed();
    co_return done;
}

} // namespace ferry::client_side
