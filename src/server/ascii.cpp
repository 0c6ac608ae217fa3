#include "server/ascii.hpp"

namespace ferry::server_side {

result<std::size_t> to_ascii_source::read(std::span<char> into) {
    while (given_ == text_.size()) {
        const auto got = origin_->read(buffer_);
        if (!got) return fail(got.error());
        if (*got == 0) return std::size_t{0};
        text_.clear();
        given_ = 0;
        translator_.translate(std::string_view(buffer_.data(), *got), text_);
    }
    const auto count = text_.copy(into.data(), into.size(), given_);
    given_ += count;
    return count;
}

result<> from_ascii_sink::write(std::string_view bytes) {
    text_.clear();
    translator_.translate(bytes, text_);
    return target_->write(text_);
}

result<> from_ascii_sink::finish() {
    text_.clear();
    translator_.finish(text_);
    auto written = target_->write(text_);
    if (!written) return written;
    return target_->finish();
}

} // namespace ferry::server_side
