// What a mirror does about one name: every pair of kinds, every comparison, every option.
#include "plan/mirror_diff.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>

using namespace ferry;
using namespace ferry::plan;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds noon(12h);
constexpr std::array policies{link_policy::skip, link_policy::follow, link_policy::copy};
constexpr std::array verdicts{content_verdict::not_compared, content_verdict::same,
                              content_verdict::different, content_verdict::cannot_tell};

/// f(ile), d(irectory), l(ink), o(ther), and '-' for nothing.
constexpr std::string_view kinds = "fdlo-";

entry item_of(char kind) {
    entry item;
    item.type = static_cast<entry_type>(kinds.find(kind));
    item.size = 5;
    item.permissions = "rw-r--r--";
    return item;
}

mirror_side side_of(const entry& item, char kind) {
    return kind == '-' ? mirror_side() : mirror_side(item, time_span(noon));
}

std::string text(mirror_step step) {
    return std::string(to_string(step.action)) + ": " + std::string(to_string(step.reason));
}

std::string decide(char from, char to, const mirror_options& options) {
    const auto source = item_of(from);
    const auto destination = item_of(to);
    return text(mirror_diff(side_of(source, from), side_of(destination, to), options));
}

/// Two files whose relations are given.
class two_files {
public:
    /// `sizes`: '=' same, '#' different, '?' the destination's is unknown. `times`: '=' same, '<'
    /// the source is older, '>' newer, '?' unknown.
    two_files(char sizes, char times) {
        if (sizes == '#') destination_.size = 6;
        if (sizes == '?') destination_.size.reset();
        if (times == '<') time_ = time_span(noon + 10s);
        if (times == '>') time_ = time_span(noon - 10s);
        if (times == '?') time_.reset();
    }

    two_files& with_other_mode() {
        destination_.permissions = "rwxr-xr-x";
        return *this;
    }

    two_files& without_mode() {
        destination_.permissions.clear();
        return *this;
    }

    [[nodiscard]] std::string
    decide(const mirror_options& options,
           content_verdict content = content_verdict::not_compared) const {
        return text(mirror_diff(mirror_side(source_, time_span(noon)),
                                mirror_side(destination_, time_), options, content));
    }

private:
    entry source_ = item_of('f');
    entry destination_ = item_of('f');
    std::optional<time_span> time_ = time_span(noon);
};

/// One row for each relation of sizes, one column for each relation of times.
using expectations = std::array<std::array<std::string_view, 4>, 3>;

void check_files(const expectations& expected, const mirror_options& options,
                 content_verdict content = content_verdict::not_compared) {
    constexpr std::string_view sizes = "=#?";
    constexpr std::string_view times = "=<>?";
    for (std::size_t row = 0; row < sizes.size(); ++row)
        for (std::size_t column = 0; column < times.size(); ++column) {
            INFO(sizes[row], times[column]);
            CHECK(two_files(sizes[row], times[column]).decide(options, content) ==
                  expected[row][column]);
        }
}

} // namespace

TEST_CASE("mirror: every pair of kinds, without --delete -> nothing is removed") {
    // Sources from above to below, destinations from left to right, both in the order of `kinds`.
    constexpr std::string_view same = "nothing: same";
    constexpr std::string_view kept = "skip: kind_kept";
    constexpr std::string_view extra = "nothing: extra_kept";
    constexpr std::string_view special = "skip: special";
    constexpr std::string_view link = "skip: link_skipped";
    constexpr std::string_view expected[5][5] = {
        {same, kept, kept, kept, "copy: missing"},
        {kept, same, kept, kept, "make_directory: missing"},
        {link, link, link, link, link},
        {special, special, special, special, special},
        {extra, extra, extra, extra, same},
    };
    for (std::size_t from = 0; from < 5; ++from)
        for (std::size_t to = 0; to < 5; ++to) {
            INFO(kinds[from], kinds[to]);
            CHECK(decide(kinds[from], kinds[to], mirror_options()) == expected[from][to]);
        }
}

TEST_CASE("mirror: every pair of kinds, with --delete -> what is in the way goes") {
    constexpr std::string_view same = "nothing: same";
    constexpr std::string_view file = "replace_by_file: kind_differs";
    constexpr std::string_view directory = "replace_by_directory: kind_differs";
    constexpr std::string_view link = "replace_by_link: kind_differs";
    constexpr std::string_view special = "skip: special";
    constexpr std::string_view extra = "remove: extra";
    constexpr std::string_view expected[5][5] = {
        {same, file, file, file, "copy: missing"},
        {directory, same, directory, directory, "make_directory: missing"},
        {link, link, same, link, "make_link: missing"},
        {special, special, special, special, special},
        {extra, extra, extra, extra, same},
    };
    mirror_options options;
    options.remove = true;
    options.links = link_policy::copy;
    for (std::size_t from = 0; from < 5; ++from)
        for (std::size_t to = 0; to < 5; ++to) {
            INFO(kinds[from], kinds[to]);
            CHECK(decide(kinds[from], kinds[to], options) == expected[from][to]);
        }
}

TEST_CASE("mirror: a link of the source -> as the policy says, and the destination is left alone") {
    for (const bool remove : {false, true})
        for (const char to : kinds) {
            INFO(to);
            mirror_options options;
            options.remove = remove;
            CHECK(decide('l', to, options) == "skip: link_skipped");
            options.links = link_policy::follow;
            CHECK(decide('l', to, options) == "skip: link_broken");
        }
    mirror_options options;
    options.links = link_policy::copy;
    CHECK(decide('l', '-', options) == "make_link: missing");
    CHECK(decide('l', 'f', options) == "skip: kind_kept");
}

TEST_CASE("mirror: every option for every pair of kinds -> removal only with --delete") {
    std::set<mirror_action> seen;
    for (int bits = 0; bits < 64; ++bits)
        for (const auto links : policies)
            for (const auto content : verdicts)
                for (const char from : kinds)
                    for (const char to : kinds) {
                        mirror_options options;
                        options.links = links;
                        options.checksum = (bits & 1) != 0;
                        options.remove = (bits & 2) != 0;
                        options.only_newer = (bits & 4) != 0;
                        options.set_times = (bits & 8) != 0;
                        options.set_modes = (bits & 16) != 0;
                        const auto source = item_of(from);
                        auto destination = item_of(to);
                        destination.permissions = "rwx------";
                        destination.target = "elsewhere";
                        auto there = side_of(destination, to);
                        if ((bits & 32) != 0 && to != '-') there.time = time_span(noon - 10s);
                        const auto step =
                            mirror_diff(side_of(source, from), there, options, content);
                        INFO(from, to, bits, text(step));
                        seen.insert(step.action);
                        using enum mirror_action;
                        const bool both_links = from == 'l' && to == 'l';
                        if (!options.remove && !both_links) REQUIRE(step.action < remove);
                        if (step.action == remove) REQUIRE(from == '-');
                        if (step.action == replace_by_file) REQUIRE((from == 'f' && to != 'f'));
                        if (step.action == replace_by_directory)
                            REQUIRE((from == 'd' && to != 'd'));
                        if (step.action == replace_by_link)
                            REQUIRE((from == 'l' && links == link_policy::copy));
                        if (step.action == compare_content)
                            REQUIRE((from == 'f' && to == 'f' && options.checksum));
                        const bool sets_mode =
                            step.action == set_mode || step.action == set_time_and_mode;
                        if (sets_mode) REQUIRE(options.set_modes);
                        const bool sets_time =
                            step.action == set_time || step.action == set_time_and_mode;
                        if (sets_time) REQUIRE(options.set_times);
                        if (to == '-' && from == 'f') REQUIRE(step.action == copy);
                    }
    CHECK(seen.size() == mirror_action_count);
}

TEST_CASE("mirror: files by size and time -> copied unless both agree") {
    check_files(
        {{{"nothing: same", "copy: time_differs", "copy: newer", "nothing: same"},
          {"copy: size_differs", "copy: size_differs", "copy: size_differs", "copy: size_differs"},
          {"nothing: same", "copy: time_differs", "copy: newer", "copy: time_unknown"}}},
        mirror_options());
}

TEST_CASE("mirror: files whose times cannot be set -> a later copy is the same") {
    mirror_options options;
    options.set_times = false;
    check_files(
        {{{"nothing: same", "nothing: same", "copy: newer", "nothing: same"},
          {"copy: size_differs", "copy: size_differs", "copy: size_differs", "copy: size_differs"},
          {"nothing: same", "nothing: same", "copy: newer", "copy: time_unknown"}}},
        options);
}

TEST_CASE("mirror: only newer files -> nothing newer is overwritten") {
    mirror_options options;
    options.only_newer = true;
    const expectations expected{
        {{"nothing: same", "skip: destination_newer", "copy: newer", "nothing: same"},
         {"copy: size_differs", "skip: destination_newer", "copy: size_differs",
          "copy: size_differs"},
         {"nothing: same", "skip: destination_newer", "copy: newer", "copy: time_unknown"}}};
    check_files(expected, options);
    options.set_times = false;
    check_files(expected, options);
}

TEST_CASE("mirror: files by content -> only those of one size are compared") {
    mirror_options options;
    options.checksum = true;
    constexpr std::string_view compare = "compare_content: content_not_compared";
    constexpr std::string_view size = "copy: size_differs";
    constexpr std::string_view content = "copy: content_differs";
    check_files({{{compare, compare, compare, compare},
                  {size, size, size, size},
                  {compare, compare, compare, compare}}},
                options);
    check_files({{{content, content, content, content},
                  {size, size, size, size},
                  {content, content, content, content}}},
                options, content_verdict::different);
    check_files(
        {{{"nothing: same", "set_time: time_differs", "set_time: time_differs", "nothing: same"},
          {size, size, size, size},
          {"nothing: same", "set_time: time_differs", "set_time: time_differs", "nothing: same"}}},
        options, content_verdict::same);
    check_files({{{"nothing: same", "copy: time_differs", "copy: newer", "nothing: same"},
                  {size, size, size, size},
                  {"nothing: same", "copy: time_differs", "copy: newer", "copy: time_unknown"}}},
                options, content_verdict::cannot_tell);
    options.set_times = false;
    CHECK(two_files('=', '<').decide(options, content_verdict::same) == "nothing: same");
    CHECK(two_files('=', '>').decide(options, content_verdict::same) == "nothing: same");
}

TEST_CASE("mirror: permissions -> made alike only when asked, and when both are known") {
    mirror_options options;
    CHECK(two_files('=', '=').with_other_mode().decide(options) == "nothing: same");
    options.set_modes = true;
    CHECK(two_files('=', '=').decide(options) == "nothing: same");
    CHECK(two_files('=', '=').with_other_mode().decide(options) == "set_mode: mode_differs");
    CHECK(two_files('=', '=').without_mode().decide(options) == "nothing: same");
    CHECK(two_files('#', '=').with_other_mode().decide(options) == "copy: size_differs");
    options.checksum = true;
    CHECK(two_files('=', '<').with_other_mode().decide(options, content_verdict::same) ==
          "set_time_and_mode: time_and_mode_differ");

    const auto source = item_of('d');
    auto destination = item_of('d');
    destination.permissions = "rwxr-xr-x";
    const auto directories = [&] {
        return text(mirror_diff(mirror_side(source, {}), mirror_side(destination, {}), options));
    };
    CHECK(directories() == "set_mode: mode_differs");
    options.set_modes = false;
    CHECK(directories() == "nothing: same");
}

TEST_CASE("mirror: links -> the same if they point to the same") {
    auto source = item_of('l');
    auto destination = item_of('l');
    source.target = destination.target = "a";
    mirror_options options;
    options.links = link_policy::copy;
    const auto decide_links = [&](std::chrono::seconds later) {
        return text(mirror_diff(mirror_side(source, time_span(noon)),
                                mirror_side(destination, time_span(noon + later)), options));
    };
    CHECK(decide_links(10s) == "nothing: same");
    destination.target = "b";
    CHECK(decide_links(10s) == "replace_by_link: target_differs");
    options.only_newer = true;
    CHECK(decide_links(10s) == "skip: destination_newer");
    CHECK(decide_links(0s) == "replace_by_link: target_differs");
}

TEST_CASE("mirror: the slack -> times within it are the same") {
    const auto source = item_of('f');
    const auto destination = item_of('f');
    mirror_options options;
    const auto decide_at = [&](std::chrono::seconds difference) {
        return text(mirror_diff(mirror_side(source, time_span(noon + difference)),
                                mirror_side(destination, time_span(noon, noon + 59s)), options));
    };
    CHECK(decide_at(60s) == "nothing: same");
    CHECK(decide_at(61s) == "copy: newer");
    CHECK(decide_at(-1s) == "nothing: same");
    CHECK(decide_at(-2s) == "copy: time_differs");
    options.slack = 2s;
    CHECK(decide_at(61s) == "nothing: same");
    CHECK(decide_at(-3s) == "copy: time_differs");
}

TEST_CASE("mirror: actions and reasons -> each has words of its own") {
    std::set<std::string_view> words;
    for (int i = 0; i < mirror_action_count; ++i)
        words.insert(to_string(static_cast<mirror_action>(i)));
    CHECK(words.size() == mirror_action_count);
    words.clear();
    for (int i = 0; i < mirror_reason_count; ++i) {
        words.insert(to_string(static_cast<mirror_reason>(i)));
        words.insert(describe(static_cast<mirror_reason>(i)));
    }
    CHECK(words.size() == 2 * mirror_reason_count);
    CHECK_FALSE(words.contains(""));
}
