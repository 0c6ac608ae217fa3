#include "cli/each_url.hpp"

#include "cli/terminal.hpp"

namespace ferry::cli {

namespace {

result<> visit(const std::string& word, connections& open, reporter& report,
               const url_action& act) {
    const auto where = open.locate(word);
    report.start(where ? open.name_of(*where) : without_password(word),
                 where ? where->path : std::string());
    if (!where) return fail(where.error());
    auto session = open.open(*where);
    if (!session) return fail(std::move(session.error()));
    return act(**session, *where, report);
}

} // namespace

int for_each_url(const arguments& asked, connections& open, std::span<const std::string> words,
                 const url_action& act) {
    reporter report(asked, open);
    for (const auto& word : words) {
        if (const auto visited = visit(word, open, report, act); visited)
            report.done();
        else if (!output_is_unread())
            report.failed(visited.error());
        if (report.should_stop()) break;
    }
    return report.finish();
}

} // namespace ferry::cli
