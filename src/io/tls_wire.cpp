#include "io/tls_wire.hpp"

#include <algorithm>
#include <new>

namespace ferry::io {

namespace {

tls_wire& wire_of(BIO* bio) {
    return *static_cast<tls_wire*>(BIO_get_data(bio));
}

int bio_write(BIO* bio, const char* bytes, std::size_t count, std::size_t* taken) {
    BIO_clear_retry_flags(bio);
    if (!wire_of(bio).write({bytes, count})) return 0;
    *taken = count;
    return 1;
}

/// With nothing there it says "later", at the end too: what an end means is for the engine to say.
int bio_read(BIO* bio, char* into, std::size_t room, std::size_t* given) {
    BIO_clear_retry_flags(bio);
    *given = wire_of(bio).read({into, room});
    if (*given > 0) return 1;
    BIO_set_retry_read(bio);
    return 0;
}

long bio_control(BIO*, int what, long, void*) {
    return what == BIO_CTRL_FLUSH ? 1 : 0;
}

int bio_create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

using method_pointer = owned<BIO_METHOD, BIO_meth_free>;

method_pointer make_method() {
    method_pointer made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ferry's stream"));
    if (!made || BIO_meth_set_write_ex(made.get(), bio_write) != 1 ||
        BIO_meth_set_read_ex(made.get(), bio_read) != 1 ||
        BIO_meth_set_ctrl(made.get(), bio_control) != 1 ||
        BIO_meth_set_create(made.get(), bio_create) != 1)
        return nullptr;
    return made;
}

} // namespace

bio_pointer tls_wire::make_bio() {
    static const method_pointer method = make_method();
    bio_pointer made(method ? BIO_new(method.get()) : nullptr);
    if (made) BIO_set_data(made.get(), this);
    return made;
}

std::span<char> tls_wire::room() {
    if (!in_) in_ = std::make_unique_for_overwrite<char[]>(room_);
    begin_ = end_ = 0;
    return {in_.get(), room_};
}

void tls_wire::arrived(std::size_t count) noexcept {
    end_ = count;
    ended_ = count == 0;
}

void tls_wire::reuse(std::string sent) noexcept {
    // After a small answer the room of a whole flight of the handshake is not worth keeping.
    if (!out_.empty() || sent.capacity() > 2 * room_) return;
    sent.clear();
    out_ = std::move(sent);
}

std::size_t tls_wire::read(std::span<char> into) noexcept {
    const auto count = std::min(into.size(), end_ - begin_);
    std::copy_n(in_.get() + begin_, count, into.begin());
    begin_ += count;
    return count;
}

bool tls_wire::write(std::string_view bytes) noexcept {
    try {
        out_ += bytes;
    } catch (const std::bad_alloc&) {
        return false;
    }
    return true;
}

} // namespace ferry::io
