#include "client/proof.hpp"

#include "base/text.hpp"
#include "client/operations.hpp"
#include "plan/refusal.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace ferry::client_side {

namespace {

constexpr std::string_view hash_verb = "HASH";

/// A file takes longer than the data connection for its sample.
constexpr std::uint64_t least_sampled = 16 * 1024 * 1024;

/// What there was before HASH of draft-bryan-ftpext-hash; MD5 is of draft-twine-ftpmd5.
const std::array older_ways{
    hash_way(io::digest_kind::sha256, "XSHA256"), hash_way(io::digest_kind::sha512, "XSHA512"),
    hash_way(io::digest_kind::sha1, "XSHA1"),     hash_way(io::digest_kind::md5, "XMD5"),
    hash_way(io::digest_kind::md5, "MD5"),        hash_way(io::digest_kind::crc32, "XCRC"),
};

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (auto rest = trim(line); !rest.empty(); rest = trim(rest))
        words.push_back(take_until(rest, ' '));
    return words;
}

bool is_hash(std::string_view word, io::digest_kind kind) {
    const auto most = io::digits_of(kind);
    // Some give a CRC as a number, without zeros before it.
    const auto least = kind == io::digest_kind::crc32 ? 1 : most;
    return word.size() >= least && word.size() <= most &&
           word.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

/// "0-49": of 50 bytes, or of 49, as some servers have it.
bool is_whole(std::string_view range, std::uint64_t size) {
    const auto first = parse_number<std::uint64_t>(take_until(range, '-'));
    const auto last = parse_number<std::uint64_t>(range);
    return first == 0U && last && (*last == size || *last + 1 == size);
}

bool is_selected(const wire::features& listed, io::digest_kind kind) {
    return listed.has("HASH " + std::string(io::name_of(kind)) + '*');
}

bool lists(const wire::features& listed, io::digest_kind kind) {
    return listed.has("HASH " + std::string(io::name_of(kind))) || is_selected(listed, kind);
}

/// The X verbs take quotes, and some servers want them where there is a space.
std::string argument_for(const hash_way& way, const std::string& path) {
    const bool quoted = way.verb.starts_with('X') && path.find(' ') != std::string::npos;
    return quoted ? '"' + path + '"' : path;
}

} // namespace

std::optional<hash_way> way_to(io::digest_kind kind, const wire::features& listed,
                               const std::set<std::string>& unknown) {
    const auto has = [&](std::string_view verb) {
        return listed.has(verb) && !unknown.contains(std::string(verb));
    };
    if (has(hash_verb) && lists(listed, kind)) return hash_way(kind, hash_verb);
    for (const auto& way : older_ways)
        if (way.kind == kind && has(way.verb)) return way;
    return std::nullopt;
}

std::optional<hash_way> best_way(const wire::features& listed,
                                 const std::set<std::string>& unknown) {
    for (const auto kind : io::digest_kinds)
        if (const auto way = way_to(kind, listed, unknown)) return way;
    return std::nullopt;
}

namespace {

/// Has HASH give this kind (OPTS HASH), if that is the way. False if the server refuses it: then
/// HASH is of no use here.
task<result<bool>> select(session& with, const wire::features& listed, hash_way way) {
    auto& server = with.memory();
    if (way.verb != hash_verb) co_return true;
    if (!server.hash_in_use && !server.hash_was_changed && is_selected(listed, way.kind))
        server.hash_in_use = way.kind;
    if (server.hash_in_use == way.kind) co_return true;
    auto said =
        co_await exchange(with.talk(), "OPTS", "HASH " + std::string(io::name_of(way.kind)));
    if (!said) co_return fail(std::move(said.error()));
    if (said->completed())
        server.hash_in_use = way.kind;
    else
        server.unknown_verbs.emplace(hash_verb);
    co_return said->completed();
}

/// A hash may take the server as long as reading the file.
task<result<reply>> ask_hash(session& with, hash_way way, std::string path) {
    auto type = co_await set_type(with, 'I');
    if (!type) co_return fail(std::move(type.error()));
    co_return co_await ask(with, std::string(way.verb), argument_for(way, path),
                           patience::long_work);
}

} // namespace

task<result<std::optional<std::string>>> hash_of(session& with, io::digest_kind kind,
                                                 std::string path, std::uint64_t size) {
    auto listed = co_await features_of(with);
    if (!listed) co_return fail(std::move(listed.error()));
    while (const auto way = way_to(kind, **listed, with.memory().unknown_verbs)) {
        const auto selected = co_await select(with, **listed, *way);
        if (!selected) co_return fail(error(selected.error()));
        if (!*selected) continue;
        auto said = co_await ask_hash(with, *way, path);
        if (!said) co_return fail(std::move(said.error()));
        co_return hash_in(*said, *way, size);
    }
    co_return std::nullopt;
}

std::optional<std::string> hash_in(const reply& said, const hash_way& way, std::uint64_t size) {
    if (!said.completed() || said.lines.empty()) return std::nullopt;
    const auto words = words_of(said.lines.back());
    if (words.empty()) return std::nullopt;
    // "HASH NAME" has the name of the function, the range and the hash before the path, MD5 the
    // hash behind the path, and the others the hash alone. A path may look like a hash, too.
    std::size_t at = 0;
    if (way.verb == hash_verb) {
        if (words.size() < 3 || !equal_ignoring_case(words[0], io::name_of(way.kind)) ||
            !is_whole(words[1], size))
            return std::nullopt;
        at = 2;
    } else if (way.verb == "MD5") {
        at = words.size() - 1;
    }
    if (!is_hash(words[at], way.kind)) return std::nullopt;
    std::string digits(words[at]);
    digits.insert(0, io::digits_of(way.kind) - digits.size(), '0');
    return digits;
}

prover::prover(session& with, const transfer_options& options, transfer_memory& memory)
    : with_(&with)
    , memory_(&memory)
    , mode_(options.verify)
    , is_comparable_(!options.ascii && !options.append) {}

failure prover::no_hash(const std::string& why) const {
    memory_->spent = true;
    memory_->unproven = true;
    error problem(errc::verification_failed, why);
    problem.advise("ask for a weaker proof: --verify=size");
    return fail(std::move(problem));
}

task<result<>> prover::agree() {
    if (mode_ == verify_mode::hash && !is_comparable_)
        co_return no_hash("there is no hash of translated text, nor of what is appended");
    const bool wanted = mode_ == verify_mode::hash ||
                        (mode_ == verify_mode::automatic && !memory_->hash_is_overdue);
    if (!wanted || !is_comparable_) co_return result<>();
    auto listed = co_await features_of(*with_);
    if (!listed) co_return fail(std::move(listed.error()));
    while ((way_ = best_way(**listed, with_->memory().unknown_verbs))) {
        const auto selected = co_await select(*with_, **listed, *way_);
        if (!selected) co_return fail(error(selected.error()));
        if (*selected) co_return result<>();
    }
    if (mode_ == verify_mode::hash) co_return no_hash("the server gives no hash of a file (FEAT)");
    co_return result<>();
}

task<result<>> prover::begin(io::file& from, std::uint64_t count) {
    memory_->sum.reset();
    proof_ = transfer_proof();
    by_sample_ = differs_ = false;
    if (!way_) co_return result<>();
    memory_->sum = std::make_unique<io::digest>(way_->kind);
    memory_->sum_kind = way_->kind;
    if (count == 0) co_return result<>();
    auto at = from.seek(0);
    if (!at) co_return fail(std::move(at.error()));
    std::vector<char> room(io::block_size);
    while (count > 0) {
        const auto wanted = std::min<std::uint64_t>(count, room.size());
        auto got = from.read(std::span(room.data(), wanted));
        if (!got) co_return fail(std::move(got.error()));
        if (*got == 0) co_return fail(errc::local_file, "it became shorter while it was read");
        memory_->sum->add(std::string_view(room.data(), *got));
        count -= *got;
        // The turn of others: of a cancellation.
        auto turn = co_await io::sleep_for(io::milliseconds(0));
        if (!turn) co_return fail(std::move(turn.error()));
    }
    co_return result<>();
}

void prover::go_on() noexcept {
    if (!way_ || memory_->sum_kind != way_->kind) memory_->sum.reset();
}

io::digest* prover::sum() const noexcept {
    return memory_->sum.get();
}

task<result<verdict>> prover::compare(std::string path, std::uint64_t size) {
    if (!way_ || !memory_->sum) co_return verdict::unknown;
    const auto ours = memory_->sum->finish();
    memory_->sum.reset();
    auto said = co_await ask_hash(*with_, *way_, path);
    if (!said) {
        memory_->hash_is_overdue = said.error().code() == errc::reply_timeout;
        co_return fail(std::move(said.error()));
    }
    auto theirs = hash_in(*said, *way_, size);
    if (!theirs && mode_ == verify_mode::hash) {
        auto none = no_hash("the server gives no hash of this file");
        none.error()
            .at(plan::step_of(way_->verb, argument_for(*way_, path)))
            .said(said->code, said->text());
        co_return none;
    }
    if (!theirs) {
        with_->talk().note("no hash, in spite of FEAT");
        co_return verdict::unknown;
    }
    differs_ = !equal_ignoring_case(*theirs, ours);
    if (differs_) co_return verdict::different;
    proof_.kind = proof_kind::hash;
    proof_.algorithm = io::name_of(way_->kind);
    proof_.value = ours;
    co_return verdict::same;
}

bool prover::wants_sample(std::uint64_t size) const noexcept {
    return mode_ == verify_mode::automatic && is_comparable_ && !proof_ && size >= least_sampled;
}

void prover::sampled(bool is_alike) noexcept {
    by_sample_ = true;
    differs_ = !is_alike;
    if (is_alike) proof_ = transfer_proof(proof_kind::sample);
}

transfer_proof prover::proof(bool size_agrees, bool time_agrees) const {
    if (proof_ || !size_agrees) return proof_;
    return transfer_proof(time_agrees ? proof_kind::size_and_time : proof_kind::size);
}

error prover::mismatch(std::string_view verb, const std::string& path) const {
    const std::string what(by_sample_ ? std::string_view("the end of the file")
                                      : io::name_of(way_->kind));
    error problem(errc::verification_failed, what + " here and on the server differ");
    problem.at(plan::step_of(verb, path));
    return problem;
}

} // namespace ferry::client_side
