// The sending half of an upload: one local source, and the name it is stored under.
#pragma once

#include "client/progress.hpp"
#include "client/proof.hpp"
#include "client/transfer_memory.hpp"

namespace ferry::client_side {

/// What is sent. A plain file of known size can be sent again, and from any byte.
class upload_source {
public:
    [[nodiscard]] static result<upload_source> open(const local_end& from);

    io::file content;
    std::optional<std::uint64_t> size;
    std::optional<std::chrono::sys_seconds> time;
    bool can_seek = false;

    [[nodiscard]] plan::file_facts facts() const {
        plan::file_facts made;
        made.size = size;
        made.time = time;
        return made;
    }

private:
    upload_source() = default;
};

/// How storing under one name went.
class store_result {
public:
    store_result() = default;
    transfer_report report;
    bool touched = false; ///< the server took some of it, or was about to
    result<> status;
};

/// Sends `from` behind the first `offset` bytes of `path`, by REST and STOR or else by APPE, and
/// asks for the proof.
[[nodiscard]] task<store_result> store(session& with, upload_source& from, std::string path,
                                       std::uint64_t offset, const transfer_options& options,
                                       progress_teller& progress, prover& proof);
/// Sends `from` behind whatever `path` holds. A further try sends what is not there yet; that needs
/// SIZE, and a source that can be read again, or it fails and the tries have ended.
[[nodiscard]] task<store_result> append(session& with, upload_source& from, std::string path,
                                        const transfer_options& options, progress_teller& progress,
                                        transfer_memory& memory, prover& proof);

} // namespace ferry::client_side
