// The handlers of the verb table, by family, each in the .cpp file of its family. The gate has
// passed before one is called.
#pragma once

#include "server/session.hpp"

#include <ferry/reply.hpp>

#include <string>
#include <string_view>

namespace ferry::server_side {

// Access: who is there.
reply user(session&, const std::string& name);
io::task<> pass(session&, std::string password);
reply acct(session&, const std::string&);
io::task<> rein(session&, std::string);
reply quit(session&, const std::string&);
reply host(session&, const std::string&);

// Protection: TLS.
io::task<> auth(session&, std::string mechanism);
reply pbsz(session&, const std::string& size);
reply prot(session&, const std::string& level);
io::task<> ccc(session&, std::string);

// Navigate: directories and names.
reply cwd(session&, const std::string& path);
reply cdup(session&, const std::string&);
reply pwd(session&, const std::string&);
reply mkd(session&, const std::string& path);
reply rmd(session&, const std::string& path);
reply dele(session&, const std::string& path);
reply rnfr(session&, const std::string& path);
reply rnto(session&, const std::string& path);

// Facts: what is known of one path.
reply size(session&, const std::string& path);
reply mdtm(session&, const std::string& argument);
reply mfmt(session&, const std::string& argument);
reply mlst(session&, const std::string& path);
reply site(session&, const std::string& argument);

// Hash: what a file's bytes come to.
io::task<> hash(session&, std::string path);
io::task<> xsha256(session&, std::string path);
io::task<> xsha512(session&, std::string path);
io::task<> xsha1(session&, std::string path);
io::task<> xmd5(session&, std::string path);
io::task<> xcrc(session&, std::string path);
/// OPTS HASH, with a name or without.
reply choose_hash(session&, std::string_view name);
/// The line of FEAT, in which a star marks the one that is chosen.
[[nodiscard]] std::string hash_feature(const session&);

// List: directories over a connection.
io::task<> mlsd(session&, std::string path);
io::task<> list(session&, std::string argument);
io::task<> nlst(session&, std::string argument);
io::task<> stat(session&, std::string argument);

// Data: where the data connection comes from.
reply port(session&, const std::string& argument);
reply eprt(session&, const std::string& argument);
reply pasv(session&, const std::string&);
reply epsv(session&, const std::string& argument);

// Transfer: files over it.
io::task<> retr(session&, std::string path);
io::task<> stor(session&, std::string path);
io::task<> appe(session&, std::string path);
io::task<> stou(session&, std::string path);
reply rest(session&, const std::string& offset);
reply abor(session&, const std::string&);
reply allo(session&, const std::string& argument);

// Options: parameters and what the server says of itself.
reply type(session&, const std::string& argument);
reply mode(session&, const std::string& argument);
reply stru(session&, const std::string& argument);
reply syst(session&, const std::string&);
reply feat(session&, const std::string&);
reply opts(session&, const std::string& argument);
reply lang(session&, const std::string& argument);
reply clnt(session&, const std::string&);
reply help(session&, const std::string& verb_name);
reply noop(session&, const std::string&);

/// STAT without a path.
[[nodiscard]] reply session_status(const session&);

/// The reply for a failure: its code from the error table, and what it was about.
[[nodiscard]] reply refusal(const error& why, std::string_view about);

} // namespace ferry::server_side
