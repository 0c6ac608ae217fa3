"""What `cmake --install` leaves is enough for a user: the program with its pages, and the library
for find_package and for pkg-config, also after the tree has moved."""

import pathlib
import shutil
import tempfile
import unittest

from programs import ferry_program, run

BUILD = pathlib.Path(ferry_program()).resolve().parents[1]
README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
CONSUMER = pathlib.Path(__file__).with_name("consumer")
RELEASE = "CMAKE_BUILD_TYPE:STRING=Release" in (BUILD / "CMakeCache.txt").read_text()


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="ferry-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        done = run(["cmake", "--install", BUILD, "--prefix", cls.work / "staging"])
        assert done.status == 0, done
        cls.prefix = cls.work / "moved"
        (cls.work / "staging").rename(cls.prefix)
        (cls.work / "served").mkdir()
        (cls.work / "served/hello.txt").write_text("hello")

    def ok(self, command, **options):
        done = run(command, timeout=300, **options)
        self.assertEqual(done.status, 0, done)
        return done.text

    def one(self, pattern):
        found = list(self.prefix.glob(pattern))
        self.assertEqual(len(found), 1, pattern)
        return found[0]

    def test_program_runs(self):
        self.assertIn("0.1.0", self.ok([self.prefix / "bin/ferry", "--version"]))

    @unittest.skipUnless(RELEASE, "the pages are made in a release build only")
    def test_pages_are_there(self):
        for pattern, holds in (("share/man/man1/ferry.1", ".TH"),
                               ("share/bash-completion/completions/ferry", "complete"),
                               ("share/zsh/vendor-completions/_ferry", "#compdef"),
                               ("share/fish/vendor_completions.d/ferry.fish", "complete -c ferry")):
            self.assertIn(holds, self.one(pattern).read_text(), pattern)

    def test_private_headers_stay_private(self):
        headers = [str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*.hpp")]
        self.assertTrue(headers)
        self.assertEqual([name for name in headers if not name.startswith("include/ferry/")], [])

    def test_find_package(self):
        build = self.work / "with-cmake"
        self.ok(["cmake", "-S", CONSUMER, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                 "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_COMPILER=g++"])
        self.ok(["cmake", "--build", build])
        self.assertEqual(self.ok([build / "consumer", self.work / "served"]), "hello.txt\n")

    def compile_with_pkg_config(self, source, name):
        folder = self.one("lib/**/ferry.pc").parent
        flags = self.ok(["pkg-config", "--cflags", "--libs", "ferry"],
                        env={"PKG_CONFIG_PATH": str(folder)}).split()
        program = self.work / name
        self.ok(["g++", "-std=c++23", source, "-o", program, *flags])
        return program

    def test_pkg_config(self):
        program = self.compile_with_pkg_config(CONSUMER / "main.cpp", "with-pkg-config")
        self.assertEqual(self.ok([program, self.work / "served"]), "hello.txt\n")

    def test_readme_example(self):
        code = README.read_text().split("```cpp\n")[1].split("```")[0]
        source = self.work / "readme.cpp"
        source.write_text(code)
        self.compile_with_pkg_config(source, "readme")


if __name__ == "__main__":
    unittest.main()
