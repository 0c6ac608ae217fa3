// A digest of what passes: around another sink or source, whose bytes then go through user space.
#pragma once

#include "io/digest.hpp"
#include "io/pump.hpp"

namespace ferry::io {

class hashing_sink final : public sink {
public:
    hashing_sink(sink& below, digest& sum) : below_(&below), sum_(&sum) {}

    [[nodiscard]] result<> write(std::string_view bytes) override {
        auto written = below_->write(bytes);
        if (written) sum_->add(bytes);
        return written;
    }

    [[nodiscard]] result<> finish() override { return below_->finish(); }

    [[nodiscard]] int slow_descriptor() const noexcept override {
        return below_->slow_descriptor();
    }

private:
    sink* below_;
    digest* sum_;
};

class hashing_source final : public source {
public:
    hashing_source(source& below, digest& sum) : below_(&below), sum_(&sum) {}

    [[nodiscard]] result<std::size_t> read(std::span<char> into) override {
        const auto count = below_->read(into);
        if (count) sum_->add(std::string_view(into.data(), *count));
        return count;
    }

    [[nodiscard]] int slow_descriptor() const noexcept override {
        return below_->slow_descriptor();
    }

private:
    source* below_;
    digest* sum_;
};

} // namespace ferry::io
