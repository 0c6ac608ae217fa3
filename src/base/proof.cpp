#include <ferry/proof.hpp>

namespace ferry {

std::string_view name_of(proof_kind kind) noexcept {
    switch (kind) {
    case proof_kind::none:
        break;
    case proof_kind::size:
        return "size";
    case proof_kind::size_and_time:
        return "size_and_time";
    case proof_kind::sample:
        return "sample";
    case proof_kind::hash:
        return "hash";
    }
    return "none";
}

} // namespace ferry
