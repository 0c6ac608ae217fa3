"""docs/shell-commands.md: what it says of ferry exists, and no command of anybody is left out."""

import pathlib
import re
import unittest

from ferrycase import FerryCase
from programs import run

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "shell-commands.md"
COLUMNS = ["to do", "lftp", "ncftp", "tnftp", "ferry"]


def rows():
    """The cells of all tables: {column: text}."""
    for line in DOCUMENT.read_text().splitlines():
        if not line.startswith("|"):
            continue
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) != len(COLUMNS):
            raise AssertionError(f"not {len(COLUMNS)} cells: {line}")
        if cells != COLUMNS and set("".join(cells)) != {"-"}:
            yield dict(zip(COLUMNS, cells))


def spans(column):
    """What stands in backquotes in a column."""
    return [span for row in rows() for span in re.findall(r"`([^`]+)`", row[column])]


class Tables(unittest.TestCase):
    def test_each_row_says_something_of_ferry(self):
        for row in rows():
            with self.subTest(row=row["to do"]):
                self.assertTrue(row["to do"] and row["ferry"])


class Ferry(FerryCase):
    def names(self):
        """The commands that help lists."""
        text = self.succeed("shell", "-c", "help").text
        return re.findall(r"(?m)^  (\S+)\s{2,}\S", text)

    def explained(self):
        """{name or synonym: its help}"""
        names = self.names()
        script = "\n".join(f"echo '== {name}'; help '{name}'" for name in names)
        pages = self.succeed("shell", "-c", script).text.split("== ")[1:]
        self.assertEqual(len(pages), len(names))
        found = {}
        for name, page in zip(names, pages):
            called = re.search(r"(?m)^Also called: (.*)$", page)
            for each in [name, *(called.group(1).split() if called else [])]:
                found[each] = page
        return found

    def test_every_command_is_named(self):
        said = {re.split(r"[ ;|]", span)[0] for span in spans("ferry")}
        said |= {span[0] for span in spans("ferry") if span.startswith("!")}
        self.assertEqual([name for name in self.names() if name not in said], [])

    def test_what_is_named_exists(self):
        known = self.explained()
        settings = re.findall(r"(?m)^set (\S+)", self.succeed("shell", "-c", "set").text)
        overview = self.succeed("--help").text.partition("Commands:\n")[2].partition("\n\n")[0]
        one_shot = re.findall(r"(?m)^  (\S+)", overview)
        self.assertTrue(settings and one_shot)
        for span in spans("ferry"):
            with self.subTest(span=span):
                words = re.split(r"[|;&]", span)[0].split()
                name = words[0].strip("'")
                if span.startswith("$"):
                    self.assertTrue(span[1:].isidentifier())
                elif span.startswith("!"):
                    self.assertTrue("!" in known)
                elif "ferry" in words:
                    self.assertIn(words[words.index("ferry") + 1], one_shot)
                else:
                    self.assertTrue(name in known, "no such command")
                    if name == "set" and len(words) > 1:
                        self.assertIn(words[1], settings)
                    for word in words[1:]:
                        if word.startswith("-"):
                            self.assertRegex(known[name], rf"(?m)^ +(-., )?{word}\b")


class Others(FerryCase):
    """The commands that the others list themselves."""

    def listed(self, *command, asking=b""):
        done = run(command, input=asking, env={"HOME": str(self.home), "COLUMNS": "80"})
        return done.text + done.stderr

    def assert_named(self, column, wanted):
        self.assertGreater(len(wanted), 30, wanted)
        self.assertEqual(sorted(wanted - set(spans(column))), [])

    def test_lftp(self):
        text = self.listed("lftp", "-c", "help")
        wanted = set()
        for again, name in re.findall(r"(?m)^\s+(\[re\])?([!(]|[a-z.]+)", text):
            wanted |= {name, "re" + name} if again else {name}
        self.assert_named("lftp", wanted)

    def test_lftp_has_what_the_table_says(self):
        for name in spans("lftp"):
            with self.subTest(name=name):
                self.assertNotIn("No such command", self.listed("lftp", "-c", f"help '{name}'"))

    def test_ncftp(self):
        text = self.listed("ncftp", asking=b"help showall\n")
        table = text.partition("description of <command>.")[2].partition("For details")[0]
        self.assert_named("ncftp", set(table.split()))
        self.assertEqual(sorted(set(spans("ncftp")) - set(table.split())), [])

    def test_tnftp(self):
        table = self.listed("tnftp", asking=b"help\n").partition("Commands are:")[2]
        self.assert_named("tnftp", set(table.split()))
        self.assertEqual(sorted(set(spans("tnftp")) - set(table.split())), [])


if __name__ == "__main__":
    unittest.main()
