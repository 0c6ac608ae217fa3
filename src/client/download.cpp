#include "client/download.hpp"

#include "client/overlap.hpp"
#include "client/proof.hpp"
#include "client/retrieve.hpp"
#include "io/replacement_file.hpp"

namespace ferry::client_side {

namespace {

/// Room is made beforehand for sizes up to this; a larger one is more likely a lie.
constexpr std::uint64_t sane_size = std::uint64_t{1} << 44U;

/// The size of a file that may be the beginning of the remote one; nothing if it is not there, or
/// if the remote one was changed since: two halves of different files must not be glued together.
/// `origin` is what is known of the file that it is the beginning of; without it, the time tells.
std::optional<std::uint64_t> size_of_beginning(const io::file& local,
                                               const plan::file_facts& remote,
                                               const std::optional<plan::file_facts>& origin = {}) {
    const auto size = local.size();
    if (!size) return std::nullopt;
    if (origin) return plan::may_be_same(*origin, remote) ? std::optional(*size) : std::nullopt;
    const auto time = local.modification_time();
    if (!time || (remote.time && *remote.time > *time)) return std::nullopt;
    return *size;
}

/// A download into a file, from the choice of where to begin to the final name.
class file_download {
public:
    file_download(session& with, std::string remote, std::string local, transfer_options options,
                  transfer_memory& memory)
        : with_(&with)
        , memory_(&memory)
        , remote_(std::move(remote))
        , local_(std::move(local))
        , options_(std::move(options))
        , proof_(with, options_, memory)
        , progress_(options_) {}

    [[nodiscard]] task<result<transfer_report>> run();

private:
    [[nodiscard]] result<> open_part();
    [[nodiscard]] result<plan::download_start> choose_start();
    [[nodiscard]] std::optional<plan::file_facts> origin() const;
    [[nodiscard]] result<> adopt_final();
    [[nodiscard]] task<result<bool>> final_is_right();
    [[nodiscard]] task<result<transfer_report>> fetch(beginning from);
    [[nodiscard]] task<result<transfer_report>> fetch_behind_part();
    [[nodiscard]] task<result<transfer_report>> take_whole_part();
    [[nodiscard]] task<result<transfer_report>> fetch_and_prove(plan::download_start start);
    [[nodiscard]] result<> prepare_part(beginning from);
    void start_over(const std::string& why);
    void leave_part(const error& why) noexcept;
    [[nodiscard]] result<transfer_report> commit(transfer_report report);
    [[nodiscard]] transfer_report nothing_to_do() const;

    session* with_;
    transfer_memory* memory_;
    std::string remote_;
    std::string local_;
    transfer_options options_;
    prover proof_;
    progress_teller progress_;
    plan::file_facts facts_;
    std::optional<io::replacement_file> part_;
    std::uint64_t part_size_ = 0;
};

result<> file_download::open_part() {
    io::replacement_options how;
    // Also without `resume`: a part is not given up before the server was asked for the file.
    how.keep_part = true;
    auto opened = io::replacement_file::open(io::current_directory, local_, how);
    if (!opened) return fail(std::move(opened.error()));
    part_ = std::move(*opened);
    auto size = part_->content().size();
    if (!size) return fail(std::move(size.error()));
    part_size_ = *size;
    return {};
}

/// Of the part that is there: what this run knows, or an earlier one has written down.
std::optional<plan::file_facts> file_download::origin() const {
    return memory_->began ? memory_->origin : plan::parse_facts(part_->origin());
}

void file_download::start_over(const std::string& why) {
    with_->talk().note(why + ": from the start");
    if (options_.on_notice) options_.on_notice(why + ": it is fetched from the start");
}

/// The final file becomes the part.
result<> file_download::adopt_final() {
    part_->discard();
    part_.reset();
    auto adopted = io::replacement_file::adopt(io::current_directory, local_);
    if (!adopted) return fail(std::move(adopted.error()));
    return open_part();
}

result<plan::download_start> file_download::choose_start() {
    using enum plan::download_start;
    if (!options_.resume && !memory_->began) return from_zero;
    if (options_.ascii) {
        with_->talk().note("TYPE A cannot be resumed: from the start");
        return from_zero;
    }
    // Without `resume`, only what this run has fetched is its own to go on with.
    std::optional<std::uint64_t> final_size;
    if (options_.resume && !options_.replaces)
        if (const auto final_file = io::file::open_to_read(local_))
            final_size = size_of_beginning(*final_file, facts_);
    const auto part_size = size_of_beginning(part_->content(), facts_, origin());
    const auto start = plan::plan_download(part_size.value_or(0), final_size, facts_.size);
    if (start == from_zero && part_size_ > 0)
        start_over(part_size ? "what is here already is longer than the remote file"
                             : "the remote file has changed since its beginning came");
    if (start != behind_final) return start;
    auto adopted = adopt_final();
    if (!adopted) return fail(std::move(adopted.error()));
    return behind_part;
}

result<> file_download::prepare_part(beginning from) {
    auto& content = part_->content();
    auto cut = content.truncate(from.resumed_at);
    if (!cut) return cut;
    auto at = content.seek(from.offset());
    if (!at) return fail(std::move(at.error()));
    part_->set_origin(plan::format_facts(facts_));
    memory_->began = true;
    memory_->origin = facts_;
    if (facts_.size && *facts_.size <= sane_size)
        return content.reserve(from.resumed_at, *facts_.size);
    return {};
}

/// What came stays for `resume`, unless nothing did or it cannot be right.
void file_download::leave_part(const error& why) noexcept {
    const auto size = part_->content().size();
    const bool is_wrong = why.code() == errc::verification_failed && !memory_->unproven;
    if (!size || *size == 0 || is_wrong) {
        part_->discard();
        return;
    }
    // The room made beforehand is given back, and the time tells a later run which file it is of.
    const auto cut = part_->content().truncate(*size);
    static_cast<void>(cut);
    if (!facts_.time) return;
    const auto stamped = part_->content().set_modification_time(*facts_.time);
    static_cast<void>(stamped);
}

task<result<transfer_report>> file_download::fetch(beginning from) {
    auto begun = co_await proof_.begin(part_->content(), from.offset());
    if (!begun) co_return fail(std::move(begun.error()));
    auto prepared = prepare_part(from);
    if (!prepared) co_return fail(std::move(prepared.error()));
    overlap_sink to(part_->content(), from.overlap);
    retrieve_request what;
    what.remote = remote_;
    what.to = &to;
    what.from = from;
    what.size = facts_.size;
    what.ascii = options_.ascii;
    what.sum = proof_.sum();
    what.limits = limits_of(*with_, options_);
    auto report = co_await retrieve(*with_, std::move(what), progress_, *memory_);
    memory_->reached(progress_.position());
    co_return report;
}

/// Goes on behind the part, if that turns out to be possible and right; or else once more from the
/// start, because a server may refuse REST, or take it and send the whole file all the same.
task<result<transfer_report>> file_download::fetch_behind_part() {
    const beginning behind(part_size_, plan::overlap_before(part_size_));
    auto report = co_await fetch(behind);
    if (report || !with_->talk().is_open()) co_return report;
    switch (report.error().code()) {
    case errc::restart_refused:
        start_over("the server cannot resume");
        break;
    case errc::verification_failed:
        start_over("what the server sends does not fit behind what is here");
        break;
    default:
        co_return report;
    }
    co_return co_await fetch(beginning());
}

/// All of it is here: fetched in this run, before the connection was lost, so that only the 226 is
/// missing, or by an earlier one, for the hash to prove.
task<result<transfer_report>> file_download::take_whole_part() {
    with_->talk().note("all of it has come before");
    auto begun = co_await proof_.begin(part_->content(), part_size_);
    if (!begun) co_return fail(std::move(begun.error()));
    transfer_report report;
    report.resumed_at = part_size_;
    report.size = part_size_;
    report.proof.kind = proof_kind::size;
    progress_.set(part_size_, facts_.size);
    progress_.tell();
    report.elapsed = progress_.elapsed();
    co_return report;
}

/// Once more from the start if the server's hash is another: once may be an accident of the way.
task<result<transfer_report>> file_download::fetch_and_prove(plan::download_start start) {
    using enum plan::download_start;
    while (true) {
        const bool is_whole =
            start == part_is_complete && (memory_->whole || proof_.expects_hash());
        result<transfer_report> report;
        if (start == from_zero)
            report = co_await fetch(beginning());
        else if (is_whole)
            report = co_await take_whole_part();
        else
            report = co_await fetch_behind_part();
        if (!report) co_return report;
        const auto seen = co_await proof_.compare(remote_, report->size);
        if (!seen) co_return fail(error(seen.error()));
        if (*seen == verdict::unknown && is_whole && !memory_->whole) {
            // Of an earlier run's part the size alone says too little: its end comes once more.
            start = behind_part;
            continue;
        }
        if (*seen != verdict::different) {
            const bool size_agrees = report->proof && proof_.asks_size();
            report->proof = proof_.proof(size_agrees, options_.keep_time && facts_.time);
            co_return report;
        }
        if (std::exchange(memory_->damaged, true)) {
            memory_->spent = true;
            co_return fail(proof_.mismatch("RETR", remote_));
        }
        start_over("the server's hash is not that of what came");
        start = from_zero;
    }
}

/// Whether the file under the final name, which has the size and a time that fit, has the server's
/// hash too, as far as there is one.
task<result<bool>> file_download::final_is_right() {
    if (!proof_.expects_hash()) co_return true;
    auto final_file = io::file::open_to_read(local_);
    if (!final_file) co_return fail(std::move(final_file.error()));
    const auto size = facts_.size.value_or(0);
    auto begun = co_await proof_.begin(*final_file, size);
    if (!begun) co_return fail(std::move(begun.error()));
    const auto seen = co_await proof_.compare(remote_, size);
    if (!seen) co_return fail(error(seen.error()));
    co_return *seen != verdict::different;
}

result<transfer_report> file_download::commit(transfer_report report) {
    auto size = part_->content().size();
    if (!size) return fail(std::move(size.error()));
    report.size = *size;
    report.path = local_;
    auto named = part_->commit(options_.keep_time ? facts_.time : std::nullopt);
    if (!named) return fail(std::move(named.error()));
    return report;
}

transfer_report file_download::nothing_to_do() const {
    transfer_report report;
    report.resumed_at = facts_.size.value_or(0);
    report.size = report.resumed_at;
    report.proof = proof_.proof(true, false);
    report.path = local_;
    return report;
}

task<result<transfer_report>> file_download::run() {
    using enum plan::download_start;
    auto opened = open_part();
    if (!opened) co_return fail(std::move(opened.error()));
    auto agreed = co_await proof_.agree();
    if (!agreed) {
        leave_part(agreed.error());
        co_return fail(std::move(agreed.error()));
    }
    const bool want_time = options_.keep_time || options_.resume;
    const bool want_size =
        !options_.ascii && (proof_.asks_size() || options_.resume || memory_->began);
    auto facts = co_await facts_before(*with_, remote_, want_time, want_size);
    if (!facts) {
        leave_part(facts.error());
        co_return fail(std::move(facts.error()));
    }
    facts_ = *facts;
    auto start = choose_start();
    if (!start) co_return fail(std::move(start.error()));
    if (*start == final_is_complete) {
        const auto right = co_await final_is_right();
        if (!right) co_return fail(error(right.error()));
        if (*right) {
            part_->discard();
            co_return nothing_to_do();
        }
        start_over("what is here already is not what the server has");
        start = from_zero;
    }
    auto report = co_await fetch_and_prove(*start);
    if (!report) {
        leave_part(report.error());
        co_return report;
    }
    co_return commit(std::move(*report));
}

/// A download to what cannot be taken back: a further try goes on behind what was handed out.
task<result<transfer_report>> download_to(session& with, std::string remote,
                                          transfer_options options, transfer_memory& memory) {
    const bool goes_on = memory.handed_out > 0;
    prover proof(with, options, memory);
    auto agreed = co_await proof.agree();
    if (!agreed) co_return fail(std::move(agreed.error()));
    // The time only where it is needed: to a pipe it is given by nobody.
    const bool want_size = !options.ascii && (proof.asks_size() || goes_on);
    auto facts = co_await facts_before(with, remote, with.options().retry.retries > 0, want_size);
    if (!facts) co_return fail(std::move(facts.error()));
    if (goes_on && memory.origin && !plan::may_be_same(*memory.origin, *facts)) {
        memory.spent = true;
        co_return fail(errc::verification_failed, "the remote file has changed since it began");
    }
    memory.origin = *facts;
    result<> begun;
    if (goes_on)
        proof.go_on();
    else
        begun = co_await proof.begin(*memory.out, 0);
    if (!begun) co_return fail(std::move(begun.error()));
    io::slow_file_sink sink(*memory.out);
    progress_teller progress(options);
    retrieve_request what;
    what.remote = remote;
    what.to = &sink;
    what.from = beginning(memory.handed_out);
    what.size = facts->size;
    what.ascii = options.ascii;
    what.sum = proof.sum();
    what.limits = limits_of(with, options);
    auto report = co_await retrieve(with, std::move(what), progress, memory);
    memory.handed_out = progress.position();
    memory.reached(memory.handed_out);
    memory.spent = memory.handed_out > 0 && options.ascii;
    if (!report) co_return report;
    const auto seen = co_await proof.compare(remote, report->size);
    memory.spent = memory.spent || memory.unproven || (seen && *seen == verdict::different);
    if (!seen) co_return fail(error(seen.error()));
    if (*seen == verdict::different) co_return fail(proof.mismatch("RETR", remote));
    report->proof = proof.proof(report->proof && proof.asks_size(), false);
    co_return report;
}

/// A device or a pipe of that name, once somebody reads it; nothing if it is another kind of file.
task<result<std::optional<io::file>>> open_special(session& with, std::string name) {
    // There is no event to wait for.
    constexpr io::milliseconds look_again{50};
    bool told = false;
    while (true) {
        auto found = io::file::open_special(name);
        if (!found) co_return fail(std::move(found.error()));
        if (!found->wants_reader) co_return std::move(found->opened);
        if (!std::exchange(told, true)) with.talk().note("waiting for a reader of the pipe");
        auto slept = co_await io::sleep_for(look_again);
        if (!slept) co_return fail(std::move(slept.error()));
    }
}

} // namespace

task<result<transfer_report>> download(session& with, std::string remote, local_end to,
                                       transfer_options options, transfer_memory& memory) {
    if (!memory.out && !to.file_path()) {
        auto out = io::file::duplicate(to.fd());
        if (!out) co_return fail(std::move(out.error()));
        memory.out = std::move(*out);
    } else if (!memory.out && !memory.began) {
        // A device or a pipe is written to; a new file in its place is not what anyone wants.
        auto special = co_await open_special(with, *to.file_path());
        if (!special) co_return fail(std::move(special.error()));
        memory.out = std::move(*special);
    }
    if (memory.out)
        co_return co_await download_to(with, std::move(remote), std::move(options), memory);
    file_download run(with, std::move(remote), *to.file_path(), std::move(options), memory);
    co_return co_await run.run();
}

task<result<transfer_report>> download(session& with, std::string remote, local_end to,
                                       transfer_options options) {
    transfer_memory memory;
    co_return co_await download(with, std::move(remote), std::move(to), std::move(options), memory);
}

} // namespace ferry::client_side
