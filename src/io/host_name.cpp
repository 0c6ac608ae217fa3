#include "io/host_name.hpp"

#include <algorithm>
#include <idn2.h>
#include <memory>

namespace ferry::io {

result<std::string> ascii_host(const std::string& host) {
    if (std::ranges::none_of(host, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return host;
    char* made = nullptr;
    const int problem =
        ::idn2_to_ascii_8z(host.c_str(), &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const std::unique_ptr<char, decltype(&::idn2_free)> name(made, ::idn2_free);
    if (problem != IDN2_OK)
        return fail(errc::resolve_failed, host + " is no host name: " + ::idn2_strerror(problem));
    return std::string(name.get());
}

} // namespace ferry::io
