"""The class list: who should have handed in, and whose a submission is.

    student;name;moodle
    ada;Ada Lovelace;4711

The column `student` is the id that grades.csv uses. `name`, `email`, `moodle` and `canvas` help to
find the student of a submission; other columns are kept. A submission that fits nobody, or more
than one student, is nobody's: whose it is, is never guessed.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DELIMITERS = ",;\t"
WHO = ("name", "email", "moodle", "canvas")
TYPE = "Type a first line like student,name,email and one line for each student below it."


@dataclass(frozen=True)
class Roster:
    """The students in the order of the file, and the row of each with all its columns."""

    students: tuple
    columns: tuple
    rows: dict

    def find(self, texts, **ids):
        """The student all of `texts` and `ids` fit that fit anybody; "" when nobody, or several.

            roster.find(["Ada Lovelace"], moodle="4711")

        A text may be in any column, and an id of a student, which is unique, settles it. An LMS's
        number counts in the LMS's own column only: elsewhere it may be somebody else's.
        """
        texts = [key for key in map(folded, texts) if key]
        exact = {s for s in self.students if folded(s) in texts}
        if exact:
            fits = [exact]
        else:
            fits = [self._in(WHO, text) or self._in(self.columns, text) for text in texts]
        fits += [self._in((column,), folded(number)) for column, number in ids.items() if number]
        fits = [fit for fit in fits if fit]
        common = set.intersection(*fits) if fits else set()
        return common.pop() if len(common) == 1 else ""

    def _in(self, columns, key):
        """The students with this key in one of the columns."""
        return {s for s in self.students for c in columns if key in _keys(c, self.rows[s].get(c))}


def read(path) -> Roster:
    """The roster in a CSV file, with commas, semicolons or tabs, in UTF-8 or as Excel writes it.

    Raises ValueError with everything that has to be corrected.
    """
    path = Path(path)
    try:
        text = _text(path.read_bytes())
    except OSError as error:
        raise ValueError(f"The roster {path} cannot be read: {error.strerror}.") from None
    if text[:4].lower() == "sep=":  # a line that only Excel reads
        text = text[5:]
    table = _table(text) if re.search(r"\w", text) else []
    if not table:
        raise ValueError(f"The roster {path} is empty. {TYPE}")
    (_, first), *below = table
    columns = tuple(folded(cell) for cell in first)
    if "student" not in columns:
        raise ValueError(
            f"The roster {path} has the columns {', '.join(first)}, no student. {TYPE}"
        )
    problems = _problems(columns, below)
    if problems:
        raise ValueError(f"The roster {path} needs correcting:\n" + "\n".join(problems))
    rows = [dict(zip(columns, row, strict=False)) for _, row in below]
    return Roster(tuple(row["student"] for row in rows), columns, {r["student"]: r for r in rows})


def folded(text):
    """text for comparing: without case, outer and double blanks, and different ways to write é."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(100_000)
def _keys(column, cell):
    """What a cell is found by. Canvas writes Ada Lovelace as lovelaceada, so a name has that too."""
    if not cell:
        return set()
    keys = {folded(cell)}
    if column == "name":
        words = re.sub(r"[^\w\s]", "", folded(cell)).replace("_", " ").split()
        keys |= {"".join(words[k:] + words[:k]) for k in range(len(words))}
    return keys


def _text(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _table(text):
    """(line number, cells) of each line that is not blank, with the delimiter that gives `student`."""
    best = []
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error:
            continue
        rows = [(number, row) for number, row in rows if any(row)]
        if rows and "student" in map(folded, rows[0][1]):
            return rows
        best = max(best, rows, key=lambda found: len(found[0][1]) if found else 0)
    return best


def _problems(columns, table):
    """What is wrong, one sentence each: columns or students that come twice, lines that do not fit."""
    twice = {c for c in columns if c and columns.count(c) > 1}
    problems = [f"The column {column} comes twice: keep one." for column in sorted(twice)]
    if not table:
        problems.append(f"It has no students. {TYPE}")
    seen, place = {}, columns.index("student")
    for number, row in table:
        if len(row) > len(columns) and any(row[len(columns) :]):
            wide = f"Line {number} has {len(row)} cells, the first line {len(columns)}"
            problems.append(f'{wide}: put a cell with a comma in quotes, "Lovelace, Ada".')
        student = row[place] if place < len(row) else ""
        if not student:
            problems.append(f"Line {number} has no student: write the id in column student.")
        elif folded(student) in seen:
            first = seen[folded(student)]
            problems.append(f"Line {number} has {student} again, after line {first}: keep one.")
        seen.setdefault(folded(student), number)
    return problems
