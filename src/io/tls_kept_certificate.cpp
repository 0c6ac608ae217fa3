#include "io/tls_kept_certificate.hpp"

#include "io/replacement_file.hpp"
#include "io/tls_context.hpp"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>

namespace ferry::io {

namespace {

constexpr const char* certificate_name = "server.crt";
constexpr const char* key_name = "server.key";
constexpr std::chrono::days life(3650);
/// Clocks of clients that are behind.
constexpr std::chrono::days before(1);

/// The directory, made if it is missing and locked: only together do the two files mean something.
/// The lock goes with the descriptor.
result<file> open_locked(const std::string& directory) {
    if (directory.empty()) return fail(errc::local_file, "there is no home directory");
    std::error_code os;
    std::filesystem::create_directories(directory, os);
    if (os) return fail(error::from_system(os, errc::local_file, directory));
    auto opened = file::open_at(current_directory, directory, O_RDONLY | O_DIRECTORY);
    if (!opened) return opened;
    while (::flock(opened->descriptor(), LOCK_EX) != 0)
        if (errno != EINTR)
            return fail(error::from_system(std::error_code(errno, std::system_category()),
                                           errc::local_file, directory));
    return opened;
}

/// What lies there, if a server can use it now.
std::optional<self_signed> load(const std::string& directory, std::chrono::sys_seconds now) {
    auto identity =
        tls_identity::load(directory + '/' + certificate_name, directory + '/' + key_name);
    if (!identity) return std::nullopt;
    const auto facts = read_certificate(identity->certificate);
    if (!facts || facts->valid_from > now || facts->valid_until <= now) return std::nullopt;
    const auto fits = tls_server_context::make(tls_server_settings(*identity));
    if (!fits) return std::nullopt;
    self_signed found;
    found.certificate = std::move(identity->certificate);
    found.key = std::move(identity->key);
    return found;
}

result<> write_file(const file& directory, const std::string& name, std::string_view text,
                    unsigned mode) {
    replacement_options options;
    options.unique_name = true;
    options.mode = mode;
    auto made = replacement_file::open(directory.descriptor(), name, options);
    if (!made) return fail(std::move(made.error()));
    auto written = made->content().write(text);
    if (written) written = made->commit();
    return written;
}

result<> write(const file& directory, const self_signed& pem) {
    constexpr unsigned only_owner = 0600;
    constexpr unsigned everybody_reads = 0644;
    auto written = write_file(directory, key_name, pem.key, only_owner);
    if (written)
        written = write_file(directory, certificate_name, pem.certificate, everybody_reads);
    return written;
}

} // namespace

result<kept_certificate> keep_certificate(const std::string& directory,
                                          const std::vector<std::string>& names,
                                          std::chrono::sys_seconds now) {
    kept_certificate out;
    auto place = open_locked(directory);
    if (auto found = load(directory, now)) {
        out.pem = std::move(*found);
        return out;
    }
    auto made = make_self_signed(names, certificate_validity(now - before, now + life));
    if (!made) return fail(std::move(made.error()));
    out.pem = std::move(*made);
    result<> written;
    if (place)
        written = write(*place, out.pem);
    else
        written = fail(std::move(place.error()));
    if (!written) out.not_kept = std::move(written.error());
    return out;
}

} // namespace ferry::io
