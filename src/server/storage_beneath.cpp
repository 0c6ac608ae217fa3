#include "server/storage_beneath.hpp"

#include "wire/path.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace ferry::server_side {

namespace {

/// The kernel gives up with EAGAIN when directories move while it looks at "..": once more is
/// enough unless somebody does it on purpose.
constexpr int resolve_attempts = 16;

errc cause_of(int system_error) noexcept {
    switch (system_error) {
    case ENOENT:
    case ENOTDIR:
        return errc::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
    case EXDEV:
        return errc::permission_denied;
    case EEXIST:
        return errc::already_exists;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return errc::no_space_there;
    case EAGAIN:
    case EBUSY:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ETXTBSY:
        return errc::try_later;
    default:
        return errc::refused;
    }
}

std::string words_of(int system_error) {
    // From RESOLVE_BENEATH; the system's words speak of devices.
    if (system_error == EXDEV) return "Leads out of the served directory";
    return std::generic_category().message(system_error);
}

} // namespace

error storage_error(int system_error) {
    return error(cause_of(system_error), words_of(system_error));
}

failure last_storage_error() {
    return fail(storage_error(errno));
}

error storage_error(const error& local) {
    switch (local.code()) {
    case errc::local_no_space:
        return error(errc::no_space_there);
    case errc::local_not_found:
        return error(errc::not_found);
    case errc::local_exists:
        return error(errc::already_exists);
    default:
        return error(errc::refused);
    }
}

result<io::file> tree::open(std::string_view path, int flags, unsigned mode) const {
    while (path.starts_with('/'))
        path.remove_prefix(1);
    const std::string relative(path.empty() ? std::string_view(".") : path);
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
    // openat2 takes no flag that has no meaning with the others.
    if ((flags & O_PATH) == 0) how.flags |= static_cast<std::uint64_t>(O_NOCTTY | O_NONBLOCK);
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    for (int attempt = 1;; ++attempt) {
        const auto descriptor =
            ::syscall(SYS_openat2, root_.descriptor(), relative.c_str(), &how, sizeof how);
        if (descriptor >= 0) return io::file(static_cast<int>(descriptor));
        if (errno != EINTR && (errno != EAGAIN || attempt >= resolve_attempts))
            return last_storage_error();
    }
}

result<place> tree::locate(const std::string& path) const {
    auto [parent, last] = wire::split_path(path);
    if (last.empty()) return fail(errc::refused, "Not possible with the root directory");
    auto opened = open(parent, O_PATH | O_DIRECTORY);
    if (!opened) return fail(std::move(opened.error()));
    return place(std::move(*opened), std::move(last));
}

} // namespace ferry::server_side
