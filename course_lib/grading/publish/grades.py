"""Results of all students and the instructor's corrections become the files that people read.

    publish(out, results, roster)

Everything here is a function of its arguments and of overrides.csv and late.csv in `out`: the same
results and corrections give the same bytes, whatever was interrupted on the way to them.
"""

import math
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from course_lib.grading.publish import exports, feedback, report
from course_lib.grading.publish.corrections import (
    DELAYS,
    MARKS,
    read_late,
    read_overrides,
    template,
)
from course_lib.grading.publish.write import write_all
from course_lib.grading.results import WORST_FIRST, ExerciseResult, SheetResult, Status


@dataclass(frozen=True)
class Mark:
    """A student's sheet after corrections; points = before_late - penalty, all None without points."""

    result: SheetResult
    status: Status
    points: float | None
    before_late: float | None
    penalty: float | None
    days: float
    exercises: tuple  # of the result, with corrected points
    machine_points: dict  # of the exercises whose points were given by hand
    overrides: tuple

    student = property(lambda self: self.result.student)
    sheet = property(lambda self: self.result.sheet)
    max_points = property(lambda self: self.result.max_points)


@dataclass(frozen=True)
class Row:
    """A student: a Mark for each sheet."""

    student: str
    marks: dict
    status: Status
    points: float | None
    max_points: float

    @property
    def kinds(self):
        """The kinds of flags, each once."""
        return sorted({remark.flag for mark in self.marks.values() for remark in mark.result.flags})


@dataclass(frozen=True)
class Grades:
    """The sheets with their maxima, and a Row for each student."""

    sheets: dict
    rows: tuple


def publish(out, results, roster=None, late_penalty=0.0):
    """Write grades.csv, grades.json, the tables for platforms, and all pages into the folder `out`.

    roster: a Roster, or {student: {"name": ..., "email": ...}}. late_penalty: percent of a sheet's
    maximum that each day in late.csv costs. Returns the Grades. Every file is complete before the
    first one is replaced. Raises ValueError when results or corrections contradict each other, and
    OSError when a file cannot be written; what was published before is then still there.
    """
    out, people = Path(out), getattr(roster, "rows", roster) or {}
    out.mkdir(parents=True, exist_ok=True)
    own = {"overrides.csv": template(MARKS), "late.csv": template(DELAYS)}
    marks, late = (_own(out / name, header) for name, header in own.items())
    grades = gather(results, people, marks, late, late_penalty)
    files = {
        "grades.json": exports.grades_json(grades),
        "moodle.csv": exports.moodle_csv(grades, people),
        "canvas.csv": exports.canvas_csv(grades, people),
        "nbgrader.csv": exports.nbgrader_csv(grades, people),
        "index.html": report.index(grades, people),
        "exercises.csv": exports.exercises_csv(grades),
        "grades.csv": exports.grades_csv(grades),
    }
    files |= {name: header for name, header in own.items() if not (out / name).exists()}
    for row in grades.rows:
        path = f"feedback/{feedback.file_name(row.student)}"
        files[path] = feedback.student_page(row, people.get(row.student))
    write_all(out, files)
    return grades


def _own(path, header):
    """The bytes of a file that the instructor fills in; a missing or empty one has a header only."""
    return (path.read_bytes() if path.exists() else b"") or header


def gather(results, people=None, marks=None, late=None, late_penalty=0.0):
    """The Grades of these results; `marks` and `late` are the bytes of overrides.csv and late.csv."""
    if not 0 <= late_penalty <= 100:
        raise ValueError(f"late_penalty {late_penalty} came; needed: a percentage from 0 to 100")
    by_key = _by_key(results, people or {})
    sheets = _maxima(by_key)
    exercises = _exercises(by_key)
    maxima = {key: {"": sheets[key[1]]} | exercises[key[1]] for key in by_key}
    given = read_overrides(template(MARKS) if marks is None else marks, maxima)
    days = read_late(template(DELAYS) if late is None else late, maxima)
    by_student = {}
    for key, result in by_key.items():
        own = tuple(mark for mark in given if (mark.student, mark.sheet) == key)
        mark = _marked(result, own, exercises[key[1]])
        mark = _delayed(mark, days.get(key, 0.0), late_penalty)
        by_student.setdefault(key[0], {})[key[1]] = mark
    rows = tuple(_row(student, by_student[student]) for student in by_student)
    return Grades(sheets, rows)


def _by_key(results, people):
    """Results by (student, sheet), sorted. Every student has one for every sheet, or ValueError."""
    counts = Counter(map(_key, results))
    problems = [f"{s}, {h}: {n} results; needed: one" for (s, h), n in counts.items() if n > 1]
    students = sorted({student for student, _ in counts} | set(people))
    for sheet in sorted({sheet for _, sheet in counts}):
        lost = [student for student in students if (student, sheet) not in counts]
        problems += [f"{student}, {sheet}: no result; needed: one" for student in lost]
    if problems:
        more = [f"and {len(problems) - 20} more"] if len(problems) > 20 else []
        raise ValueError("No grades were written.\n" + "\n".join(problems[:20] + more))
    return {_key(result): result for result in sorted(results, key=_key)}


def _key(result):
    return result.student, result.sheet


def _maxima(by_key):
    """{sheet: points available}, the same for all students."""
    found = {}
    for result in by_key.values():
        found.setdefault(result.sheet, set()).add(float(result.max_points))
    for sheet, maxima in found.items():
        if len(maxima) > 1:
            raise ValueError(
                f"No grades were written.\n{sheet}: maxima {sorted(maxima)}, from different versions"
                " of the sheet; needed: one. Grade all of it again"
            )
    return {sheet: found[sheet].pop() for sheet in sorted(found)}


def _exercises(by_key):
    """{sheet: {exercise: points available}}, as far as any result lists them."""
    found = {sheet: {} for _, sheet in by_key}
    for (_, sheet), result in by_key.items():
        for exercise in result.exercises:
            found[sheet].setdefault(exercise.exercise, float(exercise.max_points))
    return found


def _marked(result, overrides, maxima):
    """The Mark after overrides; without points before, a mark for the whole or for all exercises."""
    given = {mark.exercise: mark.points for mark in overrides}
    listed = {exercise.exercise for exercise in result.exercises}
    new = [
        ExerciseResult(name, "", Status.NOT_RUN, 0.0, most)
        for name, most in maxima.items()
        if name in given and name not in listed
    ]
    before = (*result.exercises, *new)
    after = tuple(replace(e, points=given.get(e.exercise, e.points)) for e in before)
    machine = {e.exercise: e.points for e in before if e.exercise in given}
    status, points = result.status, result.points
    if "" in given:
        status, points = Status.GRADED, given[""]
    elif given and points is not None:
        status = Status.GRADED
        points += sum(given[exercise] - machine[exercise] for exercise in given)
    elif (
        given
        and given.keys() == maxima.keys()
        and math.isclose(sum(maxima.values()), result.max_points)
    ):
        status, points = Status.GRADED, sum(given.values())
    points = None if points is None else round(points, 6) + 0.0
    return Mark(result, status, points, points, None, 0.0, after, machine, overrides)


def _delayed(mark, days, percent):
    """The Mark after the delay, which is taken off last, and never below 0."""
    before = mark.before_late
    if before is None:
        return replace(mark, days=days)
    penalty = min(before, round(mark.max_points * percent / 100 * days, 2))
    points = round(before - penalty, 6) + 0.0
    return replace(mark, days=days, penalty=penalty, points=points)


def _row(student, marks):
    status = min((mark.status for mark in marks.values()), key=WORST_FIRST.index)
    points = [mark.points for mark in marks.values()]
    total = None if None in points else round(sum(points), 6)
    return Row(student, marks, status, total, sum(mark.max_points for mark in marks.values()))
