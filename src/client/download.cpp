#include "client/download.hpp"

#include "client/overlap.hpp"
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
        , progress_(options_) {}

    [[nodiscard]] task<result<transfer_report>> run();

private:
    [[nodiscard]] result<> open_part();
    [[nodiscard]] result<plan::download_start> choose_start();
    [[nodiscard]] std::optional<plan::file_facts> origin() const;
    [[nodiscard]] result<> adopt_final();
    [[nodiscard]] task<result<transfer_report>> fetch(beginning from);
    [[nodiscard]] task<result<transfer_report>> fetch_behind_part();
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
    if (options_.resume)
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
    if (!size || *size == 0 || why.code() == errc::verification_failed) {
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
    auto prepared = prepare_part(from);
    if (!prepared) co_return fail(std::move(prepared.error()));
    overlap_sink to(part_->content(), from.overlap);
    auto report =
        co_await retrieve(*with_, remote_, to, from, facts_.size, options_.ascii, progress_);
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
    report.size_verified = true;
    report.path = local_;
    return report;
}

task<result<transfer_report>> file_download::run() {
    using enum plan::download_start;
    auto opened = open_part();
    if (!opened) co_return fail(std::move(opened.error()));
    const bool want_time = options_.keep_time || options_.resume;
    auto facts = co_await facts_before(*with_, remote_, want_time, options_.ascii);
    if (!facts) {
        leave_part(facts.error());
        co_return fail(std::move(facts.error()));
    }
    facts_ = *facts;
    auto start = choose_start();
    if (!start) co_return fail(std::move(start.error()));
    if (*start == final_is_complete) {
        part_->discard();
        co_return nothing_to_do();
    }
    result<transfer_report> report;
    if (*start == from_zero)
        report = co_await fetch(beginning());
    else
        report = co_await fetch_behind_part();
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
    // The time only where it is needed: to a pipe it is given by nobody.
    auto facts =
        co_await facts_before(with, remote, with.options().retry.retries > 0, options.ascii);
    if (!facts) co_return fail(std::move(facts.error()));
    if (goes_on && memory.origin && !plan::may_be_same(*memory.origin, *facts)) {
        memory.spent = true;
        co_return fail(errc::verification_failed, "the remote file has changed since it began");
    }
    memory.origin = *facts;
    io::slow_file_sink sink(*memory.out);
    progress_teller progress(options);
    const beginning from(memory.handed_out);
    auto report = co_await retrieve(with, remote, sink, from, facts->size, options.ascii, progress);
    memory.handed_out = progress.position();
    memory.reached(memory.handed_out);
    memory.spent = memory.handed_out > 0 && options.ascii;
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
