"""tools/check_layers: includes out of place are found, the others are not."""

import importlib.machinery
import importlib.util
import pathlib
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/check_layers"
loader = importlib.machinery.SourceFileLoader("check_layers", str(TOOL))
check_layers = importlib.util.module_from_spec(
    importlib.util.spec_from_loader("check_layers", loader))
loader.exec_module(check_layers)

BAD = (
    ("src/wire/a.cpp", '#include "plan/b.hpp"'),
    ("src/client/a.cpp", '#include "server/b.hpp"'),
    ("src/cli/a.cpp", '#include "wire/url.hpp"'),
    ("src/io/a.cpp", '#include "wire/url.hpp"'),
    ("include/ferry/a.hpp", '#include "base/text.hpp"'),
    ("src/client/a.cpp", "#include <boost/asio/ip/tcp.hpp>"),
    ("src/io/tcp.cpp", "#include <openssl/ssl.h>"),
    ("src/wire/path.cpp", "#include <boost/url/parse.hpp>"),
    ("src/client/a.cpp", "#include <fmt/format.h>"),
    ("src/io/a.cpp", "#include <termios.h>"),
    ("src/server/session.cpp", "#include <unistd.h>"),
    ("src/server/session.cpp", "  #  include <sys/stat.h>"),
    ("src/plan/a.cpp", "#include <thread>"),
    ("src/plan/a.cpp", "#include <unicase.h>"),
    ("src/plan/a.cpp", "auto now = std::chrono::steady_clock::now();"),
)
GOOD = (
    ("src/client/a.cpp", '#include "wire/url.hpp"'),
    ("src/client/a.cpp", "#include <ferry/client.hpp>"),
    ("src/io/tls_stream.cpp", "#include <openssl/ssl.h>"),
    ("src/io/tcp.cpp", "#include <boost/asio/ip/tcp.hpp>"),
    ("src/wire/url.cpp", "#include <boost/url/parse.hpp>"),
    ("src/server/file_storage.cpp", "#include <sys/stat.h>"),
    ("src/cli/terminal.cpp", "#include <termios.h>"),
    ("src/cli/json.cpp", "#include <boost/json.hpp>"),
    ("src/plan/a.cpp", "#include <vector>"),
    ("src/plan/name_key.cpp", "#include <unicase.h>"),
    ("src/plan/a.cpp", "// not steady_clock::now(): it is passed in"),
)


class CheckTest(unittest.TestCase):
    def test_includes_out_of_place_are_found(self):
        for path, line in BAD:
            with self.subTest(path=path, line=line):
                self.assertTrue(list(check_layers.problems_of(path, line)))

    def test_includes_in_place_pass(self):
        for path, line in GOOD:
            with self.subTest(path=path, line=line):
                self.assertEqual(list(check_layers.problems_of(path, line)), [])


if __name__ == "__main__":
    unittest.main()
