"""The whole command on a class whose grades are known: every row, every exercise, and once more."""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from helpers.grading_hundred import LINE, few, hand_in, hundred
from helpers.grading_known import ROOT, SHEETS, Known

GRADE = [sys.executable, "-m", "course_lib", "grade", "submissions", "--out", "results"]
OPTIONS = ["--roster", "roster.csv", "--jobs", "2"]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course: whoever edits the course meanwhile does not disturb the test."""
    copy = tmp_path_factory.mktemp("course")
    for name in ("course_lib", "exercises", "solutions"):
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    return copy


def test_a_few_from_submissions_to_grades(course):
    students = few()
    hand_in(students, course / "few")
    said = grade(course, "few")
    assert said.returncode == 1, said.stdout + said.stderr  # the web page needs a person
    compare(students, course / "few" / "results", [LINE])
    again(course, "few")


@pytest.mark.slow
@pytest.mark.alone
def test_a_class_of_a_hundred(course):
    students = hundred()
    assert len(students) == 100
    assert_every_mistake_is_made(students)
    hand_in(students, course / "hundred")
    said = grade(course, "hundred")
    assert said.returncode == 1, said.stdout + said.stderr
    compare(students, course / "hundred" / "results", list(SHEETS))
    again(course, "hundred")


def grade(course, name):
    """Run the command in the folder course/name with the copy's own library."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(course), "PYTHONUTF8": "1"}
    settings = {"capture_output": True, "encoding": "utf-8", "env": environment}
    done = subprocess.run([*GRADE, *OPTIONS], cwd=course / name, **settings)
    print(done.stdout, done.stderr)
    return done


def again(course, name):
    """The same command once more grades nothing, and every file keeps its bytes."""
    out = course / name / "results"
    before, times = contents(out), graded_at(out)
    said = grade(course, name).stdout
    count = len(list((out / "results").iterdir()))
    assert f"{count} of {count} sheets need no work, 0 are graded now." in said
    assert graded_at(out) == times
    assert contents(out) == before


def contents(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def graded_at(out):
    return {path.name: path.stat().st_mtime_ns for path in (out / "results").iterdir()}


def compare(students, out, sheets):
    """Every row of grades.csv and every result beside what is known; all differences at once."""
    expected = {
        s.name: {name: s.expected.get(name, s.anywhere) for name in sheets} for s in students
    }
    honest = {s.name for s in students if s.honest}
    wrong = [*compare_rows(expected, out, sheets, honest), *compare_results(expected, out)]
    assert not wrong, "\n".join(wrong)


def compare_rows(expected, out, sheets, honest):
    text = (out / "grades.csv").read_text(encoding="utf-8-sig")
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(text))}
    if sorted(rows) != sorted(expected) or len(rows) != text.count("\n") - 1:
        yield f"the rows are of {sorted(rows)}, not of {sorted(expected)}"
    most = sum(sum(Known(name).points.values()) for name in sheets)
    for student in sorted(expected.keys() & rows):
        row, wanted = rows[student], expected[student]
        points = [wanted[name].points for name in sheets]
        total = None if None in points else sum(points)
        cells = [row[name] for name in sheets] + [row["points"], row["max_points"]]
        came = [float(cell) if cell else None for cell in cells]
        if came != [*points, total, most]:
            yield f"{student}: the row has {came}, not {[*points, total, most]}"
        status = min((e.status for e in wanted.values()), key=WORST_FIRST.index)
        if row["status"] != status:
            yield f"{student}: status {row['status']}, not {status}"
        flags = frozenset().union(*(e.flags for e in wanted.values()))
        kinds = set(filter(None, row["flags"].split("; ")))
        if not flags <= kinds or (student in honest and not kinds <= {"same_as"}):
            yield f"{student}: flags {row['flags']}, and needed are {sorted(flags)}"


WORST_FIRST = ("needs manual", "unreadable", "missing", "graded")


def compare_results(expected, out):
    """The files of results, of those that a machine looked at, and what they say."""
    found = {}
    for path in (out / "results").iterdir():
        result = json.loads(path.read_text(encoding="utf-8"))
        found[result["student"], result["sheet"]] = result
    looked_at = {(s, name) for s in expected for name, e in expected[s].items() if is_looked_at(e)}
    if found.keys() != looked_at or len(found) != len(list((out / "results").iterdir())):
        yield f"results of {sorted(found.keys() ^ looked_at)} are missing or too many"
    for student, name in sorted(found.keys() & looked_at):
        yield from compare_result(expected[student][name], found[student, name])


def is_looked_at(expected):
    return expected.status in ("graded", "unreadable")


def compare_result(expected, result):
    who = f"{result['student']}, {result['sheet']}"
    if (result["status"], result["points"]) != (expected.status, expected.points):
        came = f"{result['status']}, {result['points']} points ({result['reason']})"
        yield f"{who}: {came}, not {expected.status}, {expected.points}"
    came = {e["exercise"]: e for e in result["exercises"]}
    if came.keys() != expected.exercises.keys():
        yield f"{who}: the exercises are {list(came)}"
        return
    for exercise, (status, points, cause) in expected.exercises.items():
        got = came[exercise]
        if (got["status"], got["points"]) != (status, points):
            said = f"{got['status']}, {got['points']} ({got['message']})"
            yield f"{who}, {exercise}: {said}, not {status}, {points}"
        if (cause and cause not in got["causes"]) or (status == "passed" and got["causes"]):
            yield f"{who}, {exercise}: the causes are {got['causes']}, not {cause!r}"


def assert_every_mistake_is_made(students):
    text = b"".join(data or b"" for student in students for data in student.files.values())
    count = Counter()
    for name in SHEETS:
        for versions in Known(name).wrong.values():
            for version in versions:
                assert json.dumps(version.source, ensure_ascii=False).encode() in text
                count[version.status] += 1
    assert count["wrong"] > 100
