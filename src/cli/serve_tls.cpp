#include "cli/serve_tls.hpp"

#include "base/text.hpp"
#include "cli/known_servers.hpp"
#include "cli/local.hpp"

#include <ferry/own_certificate.hpp>

#include <algorithm>
#include <array>

#include <unistd.h>

namespace ferry::cli {

namespace {

/// Where the certificate is kept; empty for a service without a home: nowhere.
std::string certificate_directory() {
    const bool has_home = !environment("HOME").value_or("").empty();
    const bool is_told = environment("XDG_DATA_HOME").value_or("").starts_with('/');
    return has_home || is_told ? data_directory() : std::string();
}

/// As it may stand in a certificate; empty if it may not.
std::string host_name() {
    std::array<char, 254> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return {};
    const std::string found = name.data();
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    };
    return std::ranges::all_of(found, fits) ? found : std::string();
}

/// What clients may call this server. The first one is shown to people.
std::vector<std::string> names_of_server(const std::string& listen) {
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    if (const auto own = host_name(); !own.empty() && own != "localhost")
        names.insert(names.begin(), own);
    const bool every_address = listen == "::" || listen == "0.0.0.0";
    if (!every_address && std::ranges::find(names, listen) == names.end()) names.push_back(listen);
    return names;
}

result<> check(const arguments& asked) {
    const auto& tls = asked.server_tls;
    if (tls.certificate_file.empty() && !tls.key_file.empty())
        return fail(errc::usage, "--tls-key goes with --tls-cert");
    if (asked.offer_tls) return {};
    if (tls.required_login) return fail(errc::usage, "TLS cannot be required with --tls off");
    if (tls.implicit_port) return fail(errc::usage, "--ftps-port does not go with --tls off");
    return {};
}

} // namespace

result<served_tls> prepare_tls(const arguments& asked) {
    if (auto fits = check(asked); !fits) return fail(std::move(fits.error()));
    served_tls out;
    if (!asked.offer_tls) return out;
    out.options = asked.server_tls;
    if (!out.options->certificate_file.empty()) return out;
    auto own = keep_own_certificate(certificate_directory(), names_of_server(asked.listen));
    if (!own) return fail(std::move(own.error()));
    out.options->certificate = std::move(own->certificate);
    out.options->key = std::move(own->key);
    if (!own->problem.empty())
        out.notice = "the certificate cannot be kept and is another one at the next start: " +
                     printable(own->problem);
    return out;
}

} // namespace ferry::cli
