// What people read, word for word: a change of these texts is a change of the program.
#include "cli/help.hpp"

#include <ferry/version.hpp>

#include <doctest/doctest.h>

using namespace ferry::cli;

TEST_CASE("help: ferry rmdir --help -> this page") {
    CHECK(help_for(row_of(command_id::rmdir)) == R"(ferry rmdir: Remove empty directories

Usage: ferry rmdir [OPTION...] URL...

Each URL names an empty directory.

Login:
      --user NAME               Log in as NAME where the URL names nobody
      --password-file FILE      The password is the first line of FILE
      --password-command COMMAND
                                The password is the first line that COMMAND
                                prints
      --netrc-file FILE         Look up users and passwords in FILE instead of
                                ~/.netrc
      --account TEXT            The account, for servers that ask for one

Connection:
      --passive                 Connect to the server for data: never fall back
                                to active mode
      --active                  Let the server connect back for data
      --timeout SECONDS         Give up any single wait after SECONDS (fractions
                                are fine)
      --retries N               Try again up to N times in a row what fails for
                                a reason that passes
      --retry-max-time SECONDS  Begin no retry of a request that has lasted
                                SECONDS
      --trust-pasv-address      Connect to whatever address a PASV reply names
      --cd DIR                  Enter DIR after the login: paths of URLs are
                                relative to it

TLS:
      --tls auto|require|off    Protect the connections if the server can
                                (auto), always, or never
      --cacert FILE             Trust the authorities in FILE (PEM) instead of
                                the system's
      --pin sha256:HEX          Trust only the certificate with this
                                fingerprint, or of this key; may be repeated
      --insecure                Take any certificate: whoever is between here
                                and the server can read all
      --tls-cert FILE           Show the certificate in FILE (PEM) to servers
                                that ask who you are
      --tls-key FILE            Its key (PEM), where that is not in the same
                                file
      --tls-min 1.2|1.3         Speak no older version of TLS than this
      --tls-ciphers LIST        Ciphers of TLS 1.2, as openssl ciphers takes
                                them
      --tls-ciphersuites LIST   Cipher suites of TLS 1.3, with : between them
      --clear-data              Move files and listings unprotected (PROT C);
                                the login stays protected
      --ccc                     End TLS on the control connection after the
                                login (CCC), for old firewalls

Output and help:
      --json                    Print JSON on standard output, for programs
  -q, --quiet                   Print nothing but errors
  -v, --verbose                 Show the conversation with the server, passwords
                                hidden
  -h, --help                    Explain the command and its options
  -V, --version                 Print the version

Examples:
  ferry rmdir ftp://alice@host/old
      only if it is empty
)");
}

TEST_CASE("help: ferry --help -> begins with the commands") {
    CHECK(overview().starts_with("ferry " + std::string(ferry::version) + R"(: files over FTP

Usage: ferry COMMAND [OPTION...] [OPERAND...]

Commands:
  get URL...            Download files
  put FILE... URL       Upload files
  mirror SRC DST        Make one tree like another
  cat URL...            Print files on standard output
  ls URL...             List directories
  stat URL...           Tell what is known of a file or directory
  mkdir URL...          Make directories
  rmdir URL...          Remove empty directories
  rm URL...             Remove files, and with -r trees
  mv URL... URL         Rename on a server, or move into a directory
  chmod MODE URL...     Change permissions
  find URL...           Print the paths of a tree
  du URL...             Add up the sizes in directories
  tree URL...           Draw a tree
  shell [URL]           Work on a server interactively
  serve DIR             Serve a directory over FTP
  demo                  Show all of it, without a network
  trust [URL]           Look at a server's certificate, and trust it or not
  config [URL|HOST]     Show the defaults of options
  help [COMMAND]        Explain ferry or one command

Examples:
)"));
}
