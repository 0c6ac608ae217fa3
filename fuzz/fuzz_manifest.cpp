// Manifests from a hostile server.
//
// Thesis: whatever the bytes, the reader gives files and then an end or one error that blames the
// peer; whole and byte by byte it gives the same; its files are in order and below the root; and
// what it took for complete, written again, is what it read, but for line ends.
#include "check.hpp"
#include "plan/manifest.hpp"
#include "plan/tree_path.hpp"

#include <string>

namespace {

using namespace ferry;

class reading {
public:
    /// False when there is nothing more to read: an error, or the end.
    bool take_all() {
        for (;;) {
            const auto item = reader.next();
            if (!item) {
                fuzz::require_blames_peer(item.error());
                problem = item.error().message();
                return false;
            }
            if (!*item) return true;
            fuzz::require(plan::is_below_root((*item)->path));
            fuzz::require(plan::walk_order()(last_path_, (*item)->path));
            last_path_ = (*item)->path;
            fuzz::require(writer_.add(**item, again).has_value());
        }
    }

    void finish() {
        if (!problem.empty()) return;
        reader.finish();
        if (take_all()) writer_.finish(again);
    }

    plan::manifest_reader reader;
    std::string again; ///< what was read, written
    std::string problem;

private:
    plan::manifest_writer writer_;
    std::string last_path_;
};

reading read(std::string_view bytes, std::size_t step) {
    reading seen;
    fuzz::in_pieces(bytes, step, [&](std::string_view piece) {
        if (!seen.problem.empty()) return;
        seen.reader.feed(piece);
        (void)seen.take_all();
    });
    seen.finish();
    return seen;
}

std::string without_carriage_returns(std::string_view text) {
    std::string out(text);
    std::erase(out, '\r');
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    const auto whole = read(bytes, bytes.size() + 1);
    const auto single = read(bytes, 1);
    fuzz::require(single.again == whole.again && single.problem == whole.problem);
    fuzz::require(whole.reader.is_complete() == whole.problem.empty());
    if (whole.problem.empty()) fuzz::require(without_carriage_returns(bytes) == whole.again);
    return 0;
}
