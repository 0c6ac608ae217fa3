#include "client/upload.hpp"

#include "client/operations.hpp"
#include "client/overlap.hpp"
#include "client/store.hpp"
#include "io/readiness.hpp"
#include "io/replacement_file.hpp"
#include "plan/resume.hpp"
#include "wire/path.hpp"

namespace ferry::client_side {

namespace {

/// One upload, from the choice of name and beginning to the final name.
class upload_run {
public:
    upload_run(session& with, upload_source from, std::string remote, transfer_options options,
               transfer_memory& memory)
        : with_(&with)
        , memory_(&memory)
        , from_(std::move(from))
        , final_(std::move(remote))
        , part_(io::replacement_file::part_name(final_))
        , options_(std::move(options))
        , proof_(with, options_, memory)
        , progress_(options_) {}

    [[nodiscard]] task<result<transfer_report>> run();

private:
    [[nodiscard]] task<store_result> store_and_prove(std::string name, std::uint64_t offset);
    [[nodiscard]] task<result<transfer_report>> store_in_place(std::uint64_t offset);
    [[nodiscard]] task<result<transfer_report>> store_and_rename(std::uint64_t offset);
    [[nodiscard]] task<result<transfer_report>> store_final_after_all(error why);
    [[nodiscard]] task<result<>> give_final_name();
    [[nodiscard]] task<result<>> wait_for_source() const;
    [[nodiscard]] task<result<plan::upload_start>> choose_start();
    [[nodiscard]] task<result<std::optional<std::uint64_t>>> size_of_part();
    [[nodiscard]] task<result<std::optional<std::uint64_t>>> size_of_final();
    [[nodiscard]] task<result<bool>> goes_on_behind(std::string name);
    [[nodiscard]] task<result<verdict>> compare_with(std::string name);
    void start_over(const std::string& why);
    void remember(const store_result& done);
    [[nodiscard]] task<result<transfer_report>> store_anew_or_resume();
    [[nodiscard]] task<> remove_part_unless_resumable(const store_result& done);
    [[nodiscard]] task<result<bool>> keep_time();
    [[nodiscard]] transfer_report nothing_to_send() const;

    [[nodiscard]] bool uses_part() const {
        return !options_.in_place && !with_->memory().refuses_part_names;
    }

    /// Whether the user says that what has the final name may be a beginning of the file.
    [[nodiscard]] bool goes_on_behind_final() const {
        return options_.resume && !options_.replaces;
    }

    session* with_;
    transfer_memory* memory_;
    upload_source from_;
    std::string final_;
    std::string part_;
    transfer_options options_;
    prover proof_;
    progress_teller progress_;
    std::uint64_t there_ = 0; ///< bytes that the server has already, where the upload goes on
};

/// Whether the server holds something else than what was sent.
bool is_damaged(const store_result& done) {
    if (done.status) return false;
    const auto why = done.status.error().code();
    return why == errc::truncated || why == errc::verification_failed;
}

/// Whether a temporary name may have been what the server did not want.
bool is_about_the_name(const store_result& done) {
    if (done.status || done.touched) return false;
    switch (done.status.error().code()) {
    case errc::refused:
    case errc::permission_denied:
    case errc::not_found:
    case errc::already_exists:
    case errc::not_supported:
        return done.status.error().reply_code() != 0;
    default:
        return false;
    }
}

/// A pipe may be silent for long at first. Servers wait longer for a command than for data.
task<result<>> upload_run::wait_for_source() const {
    if (from_.can_seek) co_return result<>();
    const io::readiness first_bytes(from_.content.descriptor(), io::readiness_to::read);
    co_return co_await first_bytes.wait();
}

void upload_run::start_over(const std::string& why) {
    with_->talk().note(why + ": from the start");
    if (options_.on_notice) options_.on_notice(why + ": it is sent from the start");
}

task<result<std::optional<std::uint64_t>>> upload_run::size_of_part() {
    if (!uses_part()) co_return std::nullopt;
    co_return co_await size_if_known(*with_, part_);
}

/// What stands under the final name matters to who asks to resume, and to a further try that may
/// find the file there: stored in place, or renamed with the reply lost.
task<result<std::optional<std::uint64_t>>> upload_run::size_of_final() {
    const bool is_own = memory_->naming || (memory_->began && !uses_part());
    if (!goes_on_behind_final() && !is_own) co_return std::nullopt;
    co_return co_await size_if_known(*with_, final_);
}

/// Whether what is under `name` already, `there_` bytes, is the beginning of the source.
task<result<bool>> upload_run::goes_on_behind(std::string name) {
    auto alike = co_await ends_alike(*with_, std::move(name), from_.content, there_);
    if (!alike) co_return fail(std::move(alike.error()));
    if (!*alike) with_->talk().note("what is there cannot be read back: its size is all there is");
    if (*alike && there_ == from_.size && proof_.wants_sample(there_)) proof_.sampled(**alike);
    co_return alike->value_or(true);
}

/// Whether what is under `name` already, as long as the source, has its hash.
task<result<verdict>> upload_run::compare_with(std::string name) {
    if (!proof_.expects_hash()) co_return verdict::unknown;
    auto begun = co_await proof_.begin(from_.content, there_);
    if (!begun) co_return fail(std::move(begun.error()));
    co_return co_await proof_.compare(std::move(name), there_);
}

task<result<plan::upload_start>> upload_run::choose_start() {
    using enum plan::upload_start;
    if (!options_.resume && !memory_->began) co_return from_zero;
    if (options_.ascii || !from_.can_seek) {
        with_->talk().note("this upload cannot be resumed: from the start");
        co_return from_zero;
    }
    if (memory_->origin && !plan::may_be_same(*memory_->origin, from_.facts())) {
        start_over("the local file has changed");
        co_return from_zero;
    }
    auto part = co_await size_of_part();
    if (!part) co_return fail(std::move(part.error()));
    std::optional<std::uint64_t> final_size;
    if (part->value_or(0) == 0) {
        auto known = co_await size_of_final();
        if (!known) co_return fail(std::move(known.error()));
        final_size = *known;
    }
    const auto start = plan::plan_upload(from_.size, *part, final_size);
    // Another's file under the final name is not for this run to go on with, unless asked to.
    const bool is_own = goes_on_behind_final() || !uses_part();
    if (start == from_zero || (start == behind_final && !is_own)) co_return from_zero;
    there_ = part->value_or(0) > 0 ? **part : *final_size;
    auto seen = verdict::unknown;
    if (start == final_is_complete || start == part_is_complete) {
        auto compared = co_await compare_with(start == final_is_complete ? final_ : part_);
        if (!compared) co_return fail(std::move(compared.error()));
        seen = *compared;
    }
    if (seen == verdict::same) co_return start;
    if (seen == verdict::unknown) {
        if (start == final_is_complete) co_return start;
        auto fits = co_await goes_on_behind(start == behind_final ? final_ : part_);
        if (!fits) co_return fail(std::move(fits.error()));
        if (*fits) co_return start;
    }
    start_over("what is there is not the beginning of the local file");
    there_ = 0;
    co_return from_zero;
}

/// For a further try. What the server had when this one began counts as progress: bytes that left
/// here may have got no further than the system's buffers.
void upload_run::remember(const store_result& done) {
    memory_->reached(there_);
    memory_->began = memory_->began || done.touched;
    memory_->spent = done.touched && !from_.can_seek;
    // Found when all was sent. Once may be an accident of the way, twice is the server.
    const bool again = is_damaged(done) && std::exchange(memory_->damaged, true);
    memory_->spent = memory_->spent || again;
    memory_->origin = from_.facts();
}

transfer_report upload_run::nothing_to_send() const {
    transfer_report report;
    report.resumed_at = there_;
    report.size = there_;
    report.proof = proof_.proof(true, false);
    return report;
}

/// Once more from the start if the server's hash is another: once may be an accident of the way.
task<store_result> upload_run::store_and_prove(std::string name, std::uint64_t offset) {
    auto done = co_await store(*with_, from_, name, offset, options_, progress_, proof_);
    remember(done);
    const bool differs = is_damaged(done) && proof_.differs();
    if (!differs || memory_->spent || !with_->talk().is_open()) co_return done;
    start_over("what the server has is not what was sent");
    done = co_await store(*with_, from_, name, 0, options_, progress_, proof_);
    remember(done);
    co_return done;
}

task<result<transfer_report>> upload_run::store_in_place(std::uint64_t offset) {
    auto done = co_await store_and_prove(final_, offset);
    if (!done.status) co_return fail(std::move(done.status.error()));
    co_return done.report;
}

/// The part stays where a later run can go on behind it.
task<> upload_run::remove_part_unless_resumable(const store_result& done) {
    if (!done.touched || !with_->talk().is_open()) co_return;
    const bool is_wrong = is_damaged(done) && !memory_->unproven;
    if (from_.can_seek && !options_.ascii && !is_wrong) {
        const auto kept = co_await size_if_known(*with_, part_);
        if (!kept || kept->value_or(1) > 0) co_return;
    }
    const auto removed = co_await remove_file(with_->talk(), part_);
    static_cast<void>(removed); // the upload has failed either way, and its reason is known
}

task<result<>> upload_run::give_final_name() {
    auto renamed = co_await rename(with_->talk(), part_, final_);
    if (renamed || !is_refusal(renamed.error())) co_return renamed;
    // Some servers do not rename over a file that is there. The new one is complete by now.
    auto old = co_await size_if_known(*with_, final_);
    if (!old) co_return fail(std::move(old.error()));
    if (!*old) co_return renamed;
    with_->talk().note("the old file is in the way: it is removed first");
    auto removed = co_await remove_file(with_->talk(), final_);
    if (!removed && !is_refusal(removed.error())) co_return removed;
    if (!removed) co_return renamed;
    co_return co_await rename(with_->talk(), part_, final_);
}

/// When the server does not rename: again, under the final name.
task<result<transfer_report>> upload_run::store_final_after_all(error why) {
    if (!from_.can_seek) {
        error stuck(errc::refused, "complete on the server as " + part_);
        stuck.at(why.step()).said(why.reply_code(), why.reply_text());
        co_return fail(std::move(stuck));
    }
    with_->talk().note("no renaming here: again, under the final name");
    with_->memory().refuses_part_names = true;
    auto stored = co_await store_in_place(0);
    if (with_->talk().is_open()) {
        const auto removed = co_await remove_file(with_->talk(), part_);
        static_cast<void>(removed);
    }
    co_return stored;
}

task<result<transfer_report>> upload_run::store_and_rename(std::uint64_t offset) {
    auto report = nothing_to_send();
    const bool is_complete = from_.size && there_ == *from_.size && offset > 0;
    if (!is_complete) {
        auto done = co_await store_and_prove(part_, offset);
        if (is_about_the_name(done) && offset == 0) {
            with_->talk().note("the temporary name is refused: under the final name");
            auto stored = co_await store_in_place(0);
            if (stored) with_->memory().refuses_part_names = true;
            co_return stored;
        }
        if (!done.status) {
            co_await remove_part_unless_resumable(done);
            co_return fail(std::move(done.status.error()));
        }
        report = done.report;
    }
    memory_->naming = true;
    auto named = co_await give_final_name();
    if (named) co_return report;
    if (!is_refusal(named.error())) co_return fail(std::move(named.error()));
    co_return co_await store_final_after_all(std::move(named.error()));
}

/// Whether the file has its time now. One that could not be set does not undo an upload; only the
/// user's wish to stop counts.
task<result<bool>> upload_run::keep_time() {
    if (!options_.keep_time || !from_.time || options_.append || !with_->talk().is_open())
        co_return false;
    auto set = co_await set_modification_time(*with_, final_, *from_.time);
    if (set) co_return true;
    if (set.error().code() == errc::not_supported) co_return false;
    if (set.error().code() == errc::interrupted) co_return fail(std::move(set.error()));
    with_->talk().note("the time was not set: " + set.error().message());
    co_return false;
}

task<result<transfer_report>> upload_run::store_anew_or_resume() {
    using enum plan::upload_start;
    auto start = co_await choose_start();
    if (!start) co_return fail(std::move(start.error()));
    if (*start == final_is_complete) co_return nothing_to_send();
    if (*start == behind_final || !uses_part()) co_return co_await store_in_place(there_);
    co_return co_await store_and_rename(there_);
}

task<result<transfer_report>> upload_run::run() {
    auto ready = co_await wait_for_source();
    if (ready) ready = co_await proof_.agree();
    if (!ready) co_return fail(std::move(ready.error()));
    result<transfer_report> report;
    if (options_.append) {
        auto done = co_await append(*with_, from_, final_, options_, progress_, *memory_, proof_);
        if (!done.status) co_return fail(std::move(done.status.error()));
        report = done.report;
    } else {
        report = co_await store_anew_or_resume();
    }
    if (!report) co_return report;
    report->path = final_;
    auto timed = co_await keep_time();
    if (!timed) co_return fail(std::move(timed.error()));
    if (*timed && report->proof.kind == proof_kind::size)
        report->proof.kind = proof_kind::size_and_time;
    report->elapsed = progress_.elapsed();
    co_return report;
}

} // namespace

task<result<transfer_report>> upload(session& with, local_end from, std::string remote,
                                     transfer_options options, transfer_memory& memory) {
    if (wire::split_path(remote).second.empty())
        co_return fail(errc::invalid_argument, "no name to store under");
    auto source = upload_source::open(from);
    if (!source) co_return fail(std::move(source.error()));
    upload_run run(with, std::move(*source), std::move(remote), std::move(options), memory);
    co_return co_await run.run();
}

task<result<transfer_report>> upload(session& with, local_end from, std::string remote,
                                     transfer_options options) {
    transfer_memory memory;
    co_return co_await upload(with, std::move(from), std::move(remote), std::move(options), memory);
}

} // namespace ferry::client_side
