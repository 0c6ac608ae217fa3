// A tree on a server, over one connection.
#pragma once

#include "transfer/site.hpp"

namespace ferry::transfer {

class remote_site final : public site {
public:
    remote_site(const mirror_place& place, io::network& network, bool with_modes);

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

    [[nodiscard]] client_side::session* session() noexcept override { return &session_; }

    [[nodiscard]] std::string remote_path(const std::string& path) const override;

private:
    /// To a listing that tells hidden names too.
    [[nodiscard]] task<result<listing_report>> list_once(std::string path,
                                                         const entry_function& each);
    [[nodiscard]] task<result<>> make_if_missing(std::string remote);

    mirror_place place_;
    client_side::session session_;
    bool with_modes_;
};

} // namespace ferry::transfer
