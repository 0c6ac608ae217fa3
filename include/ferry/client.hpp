// The client: one session with one server, as blocking calls.
//
// A `client` is used by one thread at a time; `cancel` alone may be called from any thread. Every
// call fails with an error that says what failed, at which step, and what the server said; after an
// error whose `connection_usable()` is false the session is closed and `connect` must come again.
// SIGPIPE is blocked in the calling thread while a call runs: a peer or a pipe that is gone is an
// error, and never ends the process.
// Remote paths are bytes as they go to the server: relative to the working directory, or absolute.
#pragma once

#include <ferry/entry.hpp>
#include <ferry/proof.hpp>
#include <ferry/rate_limit.hpp>
#include <ferry/reply.hpp>
#include <ferry/result.hpp>
#include <ferry/retry.hpp>
#include <ferry/tls.hpp>
#include <ferry/url.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry {

/// Which side opens data connections. `automatic` begins passive (EPSV, then PASV) and falls to
/// active (EPRT, PORT).
enum class data_mode : std::uint8_t { automatic, passive, active };

/// What travels on the control connection, for a log. Passwords are replaced by "****".
enum class conversation : std::uint8_t {
    sent,     ///< a command line, without its end
    received, ///< a line of a reply
    note,     ///< what the client decided: an address tried, a fall from EPSV to PASV
};

class client_options {
public:
    client_options() = default;

    data_mode data = data_mode::automatic;
    std::chrono::milliseconds resolve_timeout{30'000};
    std::chrono::milliseconds connect_timeout{30'000};
    std::chrono::milliseconds reply_timeout{60'000};
    std::chrono::milliseconds data_timeout{60'000}; ///< without a byte moving
    /// Connect to the address a PASV reply names even if it is not the control peer's (threats C1).
    bool trust_pasv_address = false;
    tls_options tls;
    retry_options retry;
    /// What uploads and downloads keep to together with those of all other clients that are given
    /// the same one; listings do not. Null: no limit.
    std::shared_ptr<rate_limit> limit;
    /// Called with text from the wire, not escaped. May be empty.
    std::function<void(conversation, std::string_view)> on_conversation;
    /// While a call runs, SIGINT and SIGTERM cancel it (it fails with `errc::interrupted`).
    bool cancel_on_signals = false;
    /// Asked when a call begins; true: it fails with `errc::interrupted` before anything is sent.
    /// For who may call `cancel` between two calls, where that has no effect. May be empty.
    std::function<bool()> should_stop;
};

/// Who logs in. Without a user: anonymous.
class credentials {
public:
    credentials() = default;
    std::string user = "anonymous";
    std::string password = "anonymous@";
    std::string account; ///< for ACCT, where the server asks (332, 532)
};

/// Told while a transfer runs.
class transfer_progress {
public:
    transfer_progress() = default;
    std::uint64_t position = 0;         ///< bytes of the file that are there, resumed ones included
    std::uint64_t resumed_at = 0;       ///< bytes that were there before
    std::optional<std::uint64_t> total; ///< size of the whole file, if known
    std::chrono::nanoseconds elapsed{0}; ///< since the transfer began
};

class transfer_options {
public:
    transfer_options() = default;
    bool resume = false; ///< go on where an interrupted transfer ended (REST)
    /// With `resume`: only a part is gone on with. What has the final name is an older version, not
    /// the file or its beginning, whatever its size.
    bool replaces = false;
    bool ascii = false;  ///< TYPE A: line ends are translated
    bool append = false; ///< upload: APPE behind the remote file
    bool in_place =
        false; ///< upload: write under the final name at once, not under a temporary one
    bool keep_time = true; ///< give the file the time of its origin, where that is known
    /// The proof that it arrived whole. A file whose hash is another is transferred once more from
    /// the start, and then it is `verification_failed`, and its bytes get no name.
    verify_mode verify = verify_mode::automatic;
    std::uint64_t limit = 0; ///< of this transfer, in bytes a second; 0: none
    /// May call `client::cancel`, nothing else of the client.
    std::function<void(const transfer_progress&)> on_progress;
    /// Told what is no failure, but good to know: that the remote file was changed since its first
    /// half came, and is fetched from the start. One line, for people. May be empty.
    std::function<void(const std::string&)> on_notice;
    /// Not more often than this; zero: after each block. The end is always told.
    std::chrono::milliseconds progress_interval{100};
};

/// What a finished transfer did.
class transfer_report {
public:
    transfer_report() = default;
    std::uint64_t bytes = 0;      ///< over the data connection, this time
    std::uint64_t resumed_at = 0; ///< where it began
    std::uint64_t size = 0;       ///< of the whole file, here
    std::chrono::nanoseconds elapsed{0};
    transfer_proof proof; ///< that the server has the same bytes
    std::string path;     ///< the final name: local for downloads, remote for uploads
};

/// The local end of a transfer.
class local_end {
public:
    /// A file. A download is written beside it under a temporary name and renamed when complete.
    [[nodiscard]] static local_end path(std::string name);
    /// An open descriptor (a pipe, a terminal), read or written as it comes, and left open. There
    /// is nothing to resume: the temporary file of an upload that fails is removed again.
    [[nodiscard]] static local_end descriptor(int fd);

    [[nodiscard]] const std::optional<std::string>& file_path() const noexcept { return path_; }

    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    std::optional<std::string> path_;
    int fd_ = -1;
};

/// Called for each entry as it arrives. Returns false to end the listing early.
using entry_function = std::function<bool(const entry&)>;

class listing_options {
public:
    listing_options() = default;

    explicit listing_options(bool with_hidden) : hidden(with_hidden) {}

    /// Also the names that begin with a dot, of a server that leaves them out unless asked
    /// ("LIST -a"). Not the opposite: other servers list them either way.
    bool hidden = false;
    /// Also the permissions, of a server that leaves them out unless asked (OPTS MLST; RFC 3659,
    /// 7.9).
    bool modes = false;
};

/// What a listing passed over.
class listing_report {
public:
    listing_report() = default;
    std::size_t entries = 0;
    std::size_t not_understood = 0; ///< lines of no known format
    std::size_t unsafe_names = 0;   ///< names such as "../x", never handed out
    std::string first_odd_line;     ///< bytes from the server
    /// The last line has no end, as no server means it: the listing was cut, and nobody said so.
    bool breaks_off = false;
};

class client {
public:
    explicit client(client_options options = client_options());
    ~client();
    client(client&&) noexcept;
    client& operator=(client&&) noexcept;

    /// Connects, reads the greeting (120 and 220; 421 is `service_unavailable`), and protects the
    /// connection as `client_options::tls` says; with `implicit_tls` from the first byte (ftps).
    /// `tls_failed`, `untrusted`.
    [[nodiscard]] result<> connect(const std::string& host, std::uint16_t port,
                                   bool implicit_tls = false);
    /// How the control connection is protected; nothing while it is not.
    [[nodiscard]] std::optional<tls_facts> tls() const;
    /// The numeric address of the server; empty while there is no connection.
    [[nodiscard]] std::string peer_address() const;
    /// USER, PASS, ACCT as the server asks. `login_refused`, `account_needed`.
    [[nodiscard]] result<> login(const credentials& who);
    /// False also after a call that was cancelled, or failed, while a reply was outstanding: the
    /// session may be out of step then, and is closed.
    [[nodiscard]] bool connected() const noexcept;
    /// Whether the session is still there after it sat idle, as far as can be told at once: false
    /// if it is closed, if the server has closed it, or if it has said something unasked (421).
    /// Only looks, and neither waits nor sends: a server that is unreachable is not noticed.
    [[nodiscard]] bool still_there() const noexcept;
    /// QUIT, waiting for its reply, then closes. Never fails: there is nothing left to lose.
    void quit() noexcept;

    [[nodiscard]] result<std::string> working_directory();
    [[nodiscard]] result<> change_directory(const std::string& path);
    [[nodiscard]] result<> parent_directory();
    [[nodiscard]] result<> make_directory(const std::string& path);
    [[nodiscard]] result<> remove_directory(const std::string& path);
    [[nodiscard]] result<> remove_file(const std::string& path);
    [[nodiscard]] result<> rename(const std::string& from, const std::string& to);
    /// SITE CHMOD. `mode` is 0 to 07777.
    [[nodiscard]] result<> change_mode(const std::string& path, unsigned mode);
    /// SIZE in TYPE I, in bytes.
    [[nodiscard]] result<std::uint64_t> size(const std::string& path);
    /// MDTM.
    [[nodiscard]] result<std::chrono::sys_seconds> modification_time(const std::string& path);
    /// MFMT where the server has it, else MDTM with two arguments or SITE UTIME, if a look at the
    /// file shows that they work. `not_supported` if none does.
    [[nodiscard]] result<> set_modification_time(const std::string& path,
                                                 std::chrono::sys_seconds time);
    /// What one path is: by MLST, or else by SIZE, MDTM, CWD and a listing of its directory.
    [[nodiscard]] result<entry> stat(const std::string& path);
    /// The entries of a directory (or of one file), by MLSD where the server has it, else LIST.
    /// "." and ".." are left out.
    [[nodiscard]] result<listing_report> list(const std::string& path, const entry_function& each,
                                              const listing_options& options = listing_options());
    /// NLST: names only.
    [[nodiscard]] result<listing_report> names(const std::string& path, const entry_function& each);
    /// SYST.
    [[nodiscard]] result<std::string> system();
    /// The lines of FEAT.
    [[nodiscard]] result<std::vector<std::string>> features();
    [[nodiscard]] result<> no_operation();
    /// Any command without a data connection, as it is. The reply whatever its code.
    [[nodiscard]] result<reply> raw(const std::string& line);

    [[nodiscard]] result<transfer_report> download(const std::string& remote, const local_end& to,
                                                   const transfer_options& options);
    [[nodiscard]] result<transfer_report> upload(const local_end& from, const std::string& remote,
                                                 const transfer_options& options);

    /// Ends the running call with `errc::interrupted`. From any thread, also from none running.
    void cancel() noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace ferry
