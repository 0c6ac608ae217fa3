// What a server can do, as FEAT says (RFC 2389).
#pragma once

#include <ferry/reply.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ferry::wire {

class features {
public:
    features() = default;
    /// From a 211 reply. Lines that wrongly begin with the code are taken too.
    explicit features(const reply& feat);

    /// Whether `name` is listed, in any case; "REST STREAM" and "AUTH TLS" ask for the argument too
    /// (arguments may be lists: "AUTH TLS;SSL").
    [[nodiscard]] bool has(std::string_view name) const noexcept;
    /// What stands behind `name`, or empty.
    [[nodiscard]] std::string_view argument_of(std::string_view name) const noexcept;

    [[nodiscard]] const std::vector<std::string>& lines() const noexcept { return lines_; }

private:
    std::vector<std::string> lines_;
};

} // namespace ferry::wire
