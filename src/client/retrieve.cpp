#include "client/retrieve.hpp"

#include "client/ascii.hpp"
#include "client/operations.hpp"
#include "client/transfer.hpp"
#include "io/hashing.hpp"
#include "plan/refusal.hpp"

namespace ferry::client_side {

task<result<plan::file_facts>> facts_before(session& with, std::string remote, bool want_time,
                                            bool want_size) {
    plan::file_facts facts;
    if (want_size) {
        auto size = co_await size_if_known(with, remote);
        if (!size) co_return fail(std::move(size.error()));
        facts.size = *size;
    }
    if (want_time) {
        auto time = co_await modification_time_if_known(with, remote);
        if (!time) co_return fail(std::move(time.error()));
        facts.time = *time;
    }
    co_return facts;
}

task<result<transfer_report>> retrieve(session& with, retrieve_request wanted,
                                       progress_teller& progress, transfer_memory& memory) {
    auto type = co_await set_type(with, wanted.ascii ? 'A' : 'I');
    if (!type) co_return fail(std::move(type.error()));
    const auto& from = wanted.from;
    const auto& size = wanted.size;
    ascii_sink translated(*wanted.to);
    std::optional<io::hashing_sink> hashed;
    transfer_request what;
    what.verb = "RETR";
    what.path = wanted.remote;
    what.offset = from.offset();
    what.to = wanted.to;
    if (wanted.ascii) what.to = &translated;
    if (wanted.sum != nullptr) what.to = &hashed.emplace(*wanted.to, *wanted.sum);
    if (size.value_or(0) > 0) what.at_most = *size - from.offset();
    progress.set(from.resumed_at, size, from.overlap);
    what.size = size;
    what.progress = progress.function();
    what.limits = wanted.limits;
    auto done = co_await transfer(with, std::move(what));

    transfer_report report;
    report.bytes = done.bytes - std::min(done.bytes, from.overlap);
    report.resumed_at = from.resumed_at;
    report.size = from.offset() + done.bytes;
    const bool size_agrees = size && report.size == *size;
    if (size_agrees) report.proof.kind = proof_kind::size;
    memory.whole = size_agrees;
    // All is there, and it is the server that lost count: the size proves more than a 426 does.
    const bool late_complaint = !done.status && done.data_ended && done.said.code / 100 == 4;
    if (late_complaint && size_agrees && *size > 0) {
        with.talk().note("complete in spite of " + std::to_string(done.said.code));
        done.status = result<>();
    }
    if (!done.status) co_return fail(std::move(done.status.error()));
    const bool overlap_is_missing = done.bytes < from.overlap;
    if (size.value_or(0) > report.size || overlap_is_missing) {
        error short_of(errc::truncated, std::to_string(report.size) + " of " +
                                            std::to_string(size.value_or(from.resumed_at)) +
                                            " bytes came");
        short_of.at(plan::step_of("RETR", wanted.remote)).said(done.said.code, done.said.text());
        co_return fail(std::move(short_of));
    }
    progress.tell();
    report.elapsed = progress.elapsed();
    co_return report;
}

} // namespace ferry::client_side
