// TYPE A: a file of lines that end in LF, translated on its way (RFC 959, 3.1.1.1).
#pragma once

#include "io/pump.hpp"
#include "wire/ascii.hpp"

#include <string>
#include <vector>

namespace ferry::server_side {

class to_ascii_source final : public io::source {
public:
    explicit to_ascii_source(io::source& origin) : origin_(&origin), buffer_(16 * 1024) {}

    [[nodiscard]] result<std::size_t> read(std::span<char> into) override;

private:
    io::source* origin_;
    wire::to_network_ascii translator_;
    std::vector<char> buffer_;
    std::string text_;
    std::size_t given_ = 0; ///< bytes of `text_` that have been read
};

class from_ascii_sink final : public io::sink {
public:
    explicit from_ascii_sink(io::sink& target) : target_(&target) {}

    [[nodiscard]] result<> write(std::string_view bytes) override;
    [[nodiscard]] result<> finish() override;

private:
    io::sink* target_;
    wire::from_network_ascii translator_;
    std::string text_;
};

} // namespace ferry::server_side
