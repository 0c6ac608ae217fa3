// A tree of this machine.
#pragma once

#include "transfer/site.hpp"

#include <optional>

namespace ferry::transfer {

class local_site final : public site {
public:
    explicit local_site(std::string directory) : directory_(std::move(directory)) {}

    [[nodiscard]] task<result<>> connect() override;
    [[nodiscard]] task<> leave() override;
    [[nodiscard]] task<result<>> list(std::string path, const entry_function& each) override;
    [[nodiscard]] task<result<>> check_root() override;
    [[nodiscard]] task<result<>> make_root() override;
    [[nodiscard]] task<result<>> make_directory(std::string path) override;
    [[nodiscard]] task<result<>> remove(std::string path, entry_type type) override;
    [[nodiscard]] task<result<>> rename(std::string from, std::string to) override;
    [[nodiscard]] task<result<>> set_time(std::string path, std::chrono::sys_seconds time) override;
    [[nodiscard]] task<result<>> set_mode(std::string path, unsigned mode) override;
    [[nodiscard]] task<result<>> make_link(std::string path, std::string target) override;
    [[nodiscard]] task<result<entry>> follow(std::string path) override;
    [[nodiscard]] task<result<entry>> look_at(std::string path) override;
    [[nodiscard]] task<result<std::optional<std::chrono::sys_seconds>>>
    exact_time(std::string path) override;
    [[nodiscard]] task<result<std::optional<std::string>>>
    hash(io::digest_kind kind, std::string path, std::uint64_t size) override;
    [[nodiscard]] task<result<plan::name_rules>> names() override;

    [[nodiscard]] const io::local_tree* local() const noexcept override {
        return tree_ ? &*tree_ : nullptr;
    }

private:
    std::string directory_;
    std::optional<io::local_tree> tree_;
};

} // namespace ferry::transfer
