"""What the instructor corrects by hand: marks in overrides.csv, days of delay in late.csv.

Both lie beside grades.csv and are read whenever the grades are written, so a correction outlives
every new grading. A file with one wrong line changes nothing: all its wrong lines are named.
"""

import csv
import io
import re
from dataclasses import dataclass

from course_lib.grading.publish.exports import cell
from course_lib.grading.publish.pages import line, number

MARKS = ("student", "sheet", "exercise", "points", "reason")
DELAYS = ("student", "sheet", "days")
SHOWN = 20  # wrong lines named at once


@dataclass(frozen=True)
class Override:
    """Points given by hand, for one exercise or, with exercise "", for the whole sheet."""

    student: str
    sheet: str
    exercise: str
    points: float
    reason: str


def template(columns):
    """An empty file to fill in; the byte order mark makes Excel save names as it should."""
    return (",".join(columns) + "\n").encode("utf-8-sig")


def read_overrides(data, maxima):
    """The marks in the file's bytes; maxima[student, sheet] is {"": 14.0, "1.1": 2.0, ...}.

    Raises ValueError with every line that cannot be used.
    """
    read = _Reader("overrides.csv", data, MARKS, maxima)
    marks = {}
    for place, row in read.rows:
        sheet = read.sheet_of(place, row)
        exercise = row["exercise"]
        most = maxima[sheet].get(exercise) if sheet else None
        if sheet and most is None:
            read.wrong(place, f"exercise {exercise!r}", _needed_exercise(maxima[sheet]))
            continue
        points = read.number(place, "points", row["points"], most)
        key = (*sheet, exercise) if sheet else None
        if key in marks:
            read.wrong(place, f"a second mark for {', '.join(filter(None, key))}", "one of the two")
        if key:
            marks[key] = Override(*key, points, row["reason"])
    read.check_levels(marks)
    read.finish()
    return list(marks.values())


def read_late(data, maxima):
    """{(student, sheet): days} from the bytes of late.csv. Raises ValueError as read_overrides."""
    read = _Reader("late.csv", data, DELAYS, maxima)
    late = {}
    for place, row in read.rows:
        sheet = read.sheet_of(place, row)
        days = read.number(place, "days", row["days"])
        if sheet in late:
            read.wrong(place, f"a second line for {', '.join(sheet)}", "one of the two")
        if sheet:
            late[sheet] = days
    read.finish()
    return late


def _needed_exercise(most):
    exercises = [exercise for exercise in most if exercise]
    if not exercises:
        return "an empty cell: this sheet was read from nobody, so only the whole can be marked"
    return f"one of {', '.join(exercises)}, or an empty cell for the whole sheet"


class _Reader:
    """Reads one file, and collects what is wrong with it."""

    def __init__(self, name, data, columns, maxima):
        self.name, self.maxima, self.problems = name, maxima, []
        self.delimiter = ","
        self.rows = list(self._read(data, columns))
        self.students = _by_cell(student for student, _ in maxima)

    def wrong(self, place, came, needed):
        self.problems.append(f"line {place}: {came} came; needed: {needed}")

    def finish(self):
        """Raise ValueError if anything was wrong."""
        if self.problems:
            shown = self.problems[:SHOWN]
            more = len(self.problems) - len(shown)
            shown += [f"and {more} more"] if more else []
            whole = "Nothing of it was used; fix it and publish again."
            raise ValueError(f"{self.name}: {whole}\n" + "\n".join(shown))

    def _read(self, data, columns):
        """(line number, {column: text}) of each line that is not blank."""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.wrong(1, "a file that is not UTF-8", 'a file saved as "CSV UTF-8"')
            self.finish()
        first = text.split("\n", 1)[0]
        self.delimiter = ";" if first.count(";") > first.count(",") else ","
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter, strict=True)
        try:
            lines = [(rows.line_num, [part.strip() for part in row]) for row in rows]
        except csv.Error as error:
            self.wrong(rows.line_num, f"something that is no CSV ({error})", "quotes in pairs")
            self.finish()
        head = [part.casefold() for part in lines[0][1]] if lines else []
        if sorted(filter(None, head)) != sorted(columns):
            self.wrong(1, f"{line(first, 200)!r}", f"the columns {','.join(columns)}")
            self.finish()
        for place, row in lines[1:]:
            if not any(row):
                continue
            if any(row[len(head) :]) or len(row) < len([part for part in head if part]):
                self.wrong(
                    place, f"{len(row)} cells", f"{len(head)}; a comma in a cell needs quotes"
                )
                continue
            yield place, dict(zip(head, row, strict=False))

    def sheet_of(self, place, row):
        """(student, sheet) as the results know them, or None."""
        fits = self.students.get(row["student"], ())
        if len(fits) != 1:
            what = f"student {line(row['student'], 100)!r}, who is"
            who = "not graded here" if not fits else "more than one"
            self.wrong(place, f"{what} {who}", "a student as written in grades.csv")
            return None
        sheet = (next(iter(fits)), row["sheet"])
        if sheet not in self.maxima:
            sheets = sorted({name for _, name in self.maxima})
            came = f"sheet {line(row['sheet'], 100)!r}"
            self.wrong(place, came, f"one of {', '.join(sheets)}")
            return None
        return sheet

    def number(self, place, what, text, most=None):
        """The number in text, from 0 to `most`, or None."""
        plain = text.replace(",", ".") if self.delimiter == ";" else text
        value = float(plain) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", plain) else None
        if value is None or (most is not None and value > most):
            limit = "0 or more" if most is None else f"from 0 to {number(most)}"
            self.wrong(place, f"{what} {line(text, 100)!r}", f"a number {limit}, such as 1.5")
        return value

    def check_levels(self, marks):
        """Marks for a sheet and for exercises of it would contradict each other."""
        whole = {key[:2] for key in marks if not key[2]}
        for student, sheet in sorted(whole & {key[:2] for key in marks if key[2]}):
            came = f"{cell(student)}, {sheet} has a mark for the whole and marks for exercises"
            self.problems.append(f"{came}; needed: one or the other")


def _by_cell(students):
    """Students by their ids, and by the form the ids have in grades.csv."""
    found = {}
    for student in dict.fromkeys(students):
        for text in {student.strip(), cell(student)}:
            found.setdefault(text, set()).add(student)
    return found
