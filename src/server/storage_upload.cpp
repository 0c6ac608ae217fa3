#include "server/storage_upload.hpp"

#include "io/replacement_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace ferry::server_side {

namespace {

class new_file final : public upload {
public:
    new_file(io::file parent, io::replacement_file replacement)
        : parent_(std::move(parent))
        , replacement_(std::move(replacement))
        , sink_(replacement_.content()) {}

    [[nodiscard]] io::sink& content() noexcept override { return sink_; }

    [[nodiscard]] result<> commit() override {
        auto committed = replacement_.commit();
        if (!committed) return fail(storage_error(committed.error()));
        return {};
    }

    void discard() noexcept override { replacement_.discard(); }

private:
    io::file parent_; ///< the replacement's names are relative to it
    io::replacement_file replacement_;
    io::file_sink sink_;
};

class continued_file final : public upload {
public:
    explicit continued_file(io::file opened) : file_(std::move(opened)), sink_(file_) {}

    [[nodiscard]] io::sink& content() noexcept override { return sink_; }

    [[nodiscard]] result<> commit() override {
        const auto end = ::lseek(file_.descriptor(), 0, SEEK_CUR);
        if (end < 0 || ::ftruncate(file_.descriptor(), end) != 0) return last_storage_error();
        auto closed = file_.close();
        if (!closed) return fail(storage_error(closed.error()));
        return {};
    }

    void discard() noexcept override {}

private:
    io::file file_;
    io::file_sink sink_;
};

} // namespace

result<std::unique_ptr<upload>> open_new_file(place where) {
    const int parent = where.directory.descriptor();
    if (::faccessat(parent, ".", W_OK | X_OK, AT_EACCESS) != 0) return last_storage_error();
    io::replacement_options options;
    options.unique_name = true;
    auto opened = io::replacement_file::open(parent, where.name, options);
    if (!opened) return fail(storage_error(opened.error()));
    std::unique_ptr<upload> made =
        std::make_unique<new_file>(std::move(where.directory), std::move(*opened));
    return made;
}

result<std::unique_ptr<upload>> continue_file(io::file opened, std::uint64_t offset) {
    auto placed = opened.seek(offset);
    if (!placed) return fail(storage_error(placed.error()));
    std::unique_ptr<upload> made = std::make_unique<continued_file>(std::move(opened));
    return made;
}

} // namespace ferry::server_side
