"""What a person sees on a terminal: the escape sequences that libedit, ferry and pagers send to an
xterm, turned into rows of characters.

    screen = Screen(24, 80)
    screen.feed(b"hello\\r\\n")
    screen.lines()      # ["hello", "", ...]
    screen.cursor       # (1, 0)

Characters that are wide (East Asian) take two cells, the second of which is an empty string;
combining ones join the cell before them.
"""

import codecs
import re
import unicodedata

TAB_STOP = 8
# Control Sequence Introducer with its end (ECMA-48, 5.4); OSC; charset choice; the rest of ESC x.
SEQUENCE = re.compile(r"\x1b(?:\[([?>=!]?)([0-9;]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)"
                      r"|[()#%][0-9A-Za-z]|([^\[\]()#%]))")
UNFINISHED = re.compile(r"\x1b(?:\[[?>=!]?[0-9;]*[ -/]*|\][^\x07\x1b]*\x1b?|[()#%])?\Z")


def width_of(character):
    """Cells that a printable character takes: 0, 1 or 2."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Screen:
    """`plain` grows by all text without the sequences; `scrolled` by the lines that left at the
    top."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.plain = ""
        self.scrolled = []
        self.unknown = []  # sequences that this does not know
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""
        self._insert = False
        self._saved = (0, 0)
        self._cells = [self._blank_row() for _ in range(rows)]
        self.row = self.column = 0  # the column may be one past the edge: it wraps at the next

    def _blank_row(self):
        return [" "] * self.columns

    @property
    def cursor(self):
        return self.row, min(self.column, self.columns - 1)

    def lines(self):
        """The rows, without blanks at their ends."""
        return ["".join(row).rstrip() for row in self._cells]

    def text(self):
        return "\n".join(self.lines()).rstrip("\n")

    def before_cursor(self):
        """What stands left of the cursor in its row."""
        return "".join(self._cells[self.row][:self.column])

    def resize(self, rows, columns):
        """As xterm does it: lines are cut, not wrapped anew; rows leave at the top."""
        while len(self._cells) > rows:
            if self.row == len(self._cells) - 1:
                self.scrolled.append("".join(self._cells.pop(0)).rstrip())
                self.row -= 1
            else:
                self._cells.pop()
        self.rows, self.columns = rows, columns
        self._cells = [(row + [" "] * columns)[:columns] for row in self._cells]
        self._cells += [self._blank_row() for _ in range(rows - len(self._cells))]
        self.column = min(self.column, columns)

    def feed(self, data):
        text = self._waiting + self._decoder.decode(data)
        self._waiting = ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self._note(text[at])
                self._put(text[at])
                at += 1
                continue
            sequence = SEQUENCE.match(text, at)
            if not sequence and UNFINISHED.match(text, at):
                self._waiting = text[at:]
                return
            if sequence:
                self._obey(sequence)
            at = sequence.end() if sequence else at + 1

    def _note(self, character):
        """A shell's mark for a line without an end ($ and blanks to the next row) counts as that
        end, and for nothing where the line was empty."""
        mark = "$" + " " * (self.columns - 1)
        if character == "\r" and self.plain.endswith(mark):
            self.plain = self.plain[:-len(mark)]
            character = "" if not self.plain or self.plain.endswith("\n") else "$\n"
        self.plain += character

    def _put(self, character):
        controls = {"\r": self._return, "\n": self._line_feed, "\b": self._backspace,
                    "\t": self._tab}
        if character in controls:
            controls[character]()
        elif character >= " " and character != "\x7f":
            self._write(character)

    def _return(self):
        self.column = 0

    def _backspace(self):
        self.column = max(min(self.column, self.columns - 1) - 1, 0)

    def _tab(self):
        self.column = min((self.column // TAB_STOP + 1) * TAB_STOP, self.columns - 1)

    def _line_feed(self):
        if self.row < self.rows - 1:
            self.row += 1
            return
        self.scrolled.append("".join(self._cells.pop(0)).rstrip())
        self._cells.append(self._blank_row())

    def _write(self, character):
        width = width_of(character)
        if width == 0:
            before = self.column - 1
            while before > 0 and self._cells[self.row][before] == "":
                before -= 1
            if before >= 0:
                self._cells[self.row][before] += character
            return
        if self.column + width > self.columns:
            self._return()
            self._line_feed()
        row = self._cells[self.row]
        if self._insert:
            row[self.column:self.column] = [" "] * width
            del row[self.columns:]
        for column in range(self.column, self.column + width):
            self._break_wide(row, column)
        row[self.column:self.column + width] = [character] + [""] * (width - 1)
        self.column += width

    def _break_wide(self, row, column):
        """Half of a wide character that is overwritten takes the other half with it."""
        if row[column] == "" and column > 0:
            row[column - 1] = " "
        if column + 1 < self.columns and row[column + 1] == "":
            row[column + 1] = " "

    def _obey(self, sequence):
        private, numbers, final, single = sequence.groups()
        if single is not None:
            self._obey_single(single)
        elif final is not None and private:
            return  # modes of the terminal that nobody sees
        elif final is not None:
            given = [int(number or 0) for number in numbers.split(";")]
            if not self._move(final, given) and not self._change(final, given):
                self.unknown.append(sequence.group())

    def _obey_single(self, single):
        if single == "7":
            self._saved = self.row, self.column
        elif single == "8":
            self.row, self.column = self._saved
        elif single == "M" and self.row > 0:
            self.row -= 1
        elif single not in "=>M":
            self.unknown.append("\x1b" + single)

    def _move(self, final, given):
        """Sequences that only move the cursor."""
        count = max(given[0], 1)
        row, column = self.cursor
        if final == "A":
            row -= count
        elif final == "B":
            row += count
        elif final == "C":
            column += count
        elif final == "D":
            column -= count
        elif final in "G`":
            column = count - 1
        elif final == "d":
            row = count - 1
        elif final in "Hf":
            row, column = count - 1, max(given[1] if len(given) > 1 else 1, 1) - 1
        else:
            return False
        self.row = min(max(row, 0), self.rows - 1)
        self.column = min(max(column, 0), self.columns - 1)
        return True

    def _change(self, final, given):
        """Sequences that change cells, or how they are written."""
        row, column = self._cells[self.row], self.cursor[1]
        count = max(given[0], 1)
        if final == "K":
            first, last = {0: (column, self.columns), 1: (0, column + 1)}.get(
                given[0], (0, self.columns))
            row[first:last] = [" "] * (last - first)
        elif final == "J":
            self._erase_display(given[0])
        elif final == "@":
            row[column:column] = [" "] * count
            del row[self.columns:]
        elif final == "P":
            del row[column:column + count]
            row += [" "] * (self.columns - len(row))
        elif final == "X":
            last = min(column + count, self.columns)
            row[column:last] = [" "] * (last - column)
        elif final in "hl":
            if 4 in given:
                self._insert = final == "h"
        elif final not in "mrnct":
            return False
        return True

    def _erase_display(self, how):
        if how in (0, 1):
            self._change("K", [how])
        below, above = range(self.row + 1, self.rows), range(self.row)
        for row in {0: below, 1: above}.get(how, range(self.rows)):
            self._cells[row] = self._blank_row()
