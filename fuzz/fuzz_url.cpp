// URLs from a command line or a web page.
//
// Thesis: whatever the text, it is a URL or `invalid_url`; a URL holds no control character and a
// host; and formatted it reads back as the same URL.
#include "base/limits.hpp"
#include "check.hpp"

#include <ferry/url.hpp>

#include <algorithm>

namespace {

using namespace ferry;

bool is_clean(std::string_view text) {
    return std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto parsed = parse_url(text);
    if (!parsed) {
        fuzz::require(parsed.error().code() == errc::invalid_url);
        fuzz::require(!parsed.error().detail().empty());
        return 0;
    }
    fuzz::require(looks_like_url(text) && !parsed->host.empty());
    fuzz::require(is_clean(parsed->host) && is_clean(parsed->path));
    fuzz::require(is_clean(parsed->user.value_or("")) && is_clean(parsed->password.value_or("")));
    const auto formatted = format_url(*parsed, true);
    fuzz::require(std::ranges::all_of(formatted, [](char c) { return c > ' ' && c <= '~'; }));
    if (formatted.size() > limits::url) return 0;
    const auto again = parse_url(formatted);
    fuzz::require(again && *again == *parsed);
    return 0;
}
