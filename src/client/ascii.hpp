// TYPE A around another sink or source: line ends are translated on the way.
#pragma once

#include "io/pump.hpp"
#include "wire/ascii.hpp"

#include <algorithm>
#include <vector>

namespace ferry::client_side {

class ascii_sink final : public io::sink {
public:
    explicit ascii_sink(io::sink& below) : below_(&below) {}

    [[nodiscard]] result<> write(std::string_view bytes) override {
        text_.clear();
        lines_.translate(bytes, text_);
        return below_->write(text_);
    }

    [[nodiscard]] result<> finish() override {
        text_.clear();
        lines_.finish(text_);
        auto written = below_->write(text_);
        if (!written) return written;
        return below_->finish();
    }

    [[nodiscard]] int slow_descriptor() const noexcept override {
        return below_->slow_descriptor();
    }

private:
    io::sink* below_;
    wire::from_network_ascii lines_;
    std::string text_;
};

class ascii_source final : public io::source {
public:
    explicit ascii_source(io::source& below) : below_(&below) {}

    [[nodiscard]] result<std::size_t> read(std::span<char> into) override {
        if (given_ == text_.size()) {
            block_.resize(io::block_size);
            const auto count = below_->read(block_);
            if (!count || *count == 0) return count;
            text_.clear();
            given_ = 0;
            lines_.translate(std::string_view(block_.data(), *count), text_);
        }
        const auto count = text_.copy(into.data(), into.size(), given_);
        given_ += count;
        return count;
    }

    [[nodiscard]] int slow_descriptor() const noexcept override {
        return given_ == text_.size() ? below_->slow_descriptor() : -1;
    }

private:
    io::source* below_;
    wire::to_network_ascii lines_;
    std::vector<char> block_;
    std::string text_;
    std::size_t given_ = 0;
};

} // namespace ferry::client_side
