#include "io/tls_alpn.hpp"

#include <algorithm>

namespace ferry::io {

namespace {

/// Cuts the first name off; empty at the end of the list, or where it is damaged.
protocol_list take_first(protocol_list& list) {
    if (list.empty() || list.size() <= list.front()) {
        list = {};
        return {};
    }
    const auto name = list.subspan(1, list.front());
    list = list.subspan(1 + name.size());
    return name;
}

} // namespace

std::string format_protocols(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& one : names) {
        if (one.empty() || one.size() > 255) continue;
        text += static_cast<char>(one.size());
        text += one;
    }
    return text;
}

protocol_list choose_protocol(protocol_list ours, protocol_list offered) {
    for (auto wanted = take_first(ours); !wanted.empty(); wanted = take_first(ours)) {
        auto rest = offered;
        for (auto one = take_first(rest); !one.empty(); one = take_first(rest))
            if (std::ranges::equal(one, wanted)) return one;
    }
    return {};
}

} // namespace ferry::io
