"""A class of a hundred students with known grades: what each hands in, and what it must come to.

    students = hundred()                    # or few(), for every test run
    hand_in(students, folder)               # folder/submissions and folder/roster.csv
    students[0].expected[LINE].points       # by sheet

Of every catalogued mistake there is one student at least who makes it. Nothing here is drawn by
chance, and nothing is asked of the grader.
"""

import copy
import csv
import json
from dataclasses import dataclass, field
from functools import cache

from helpers.grading_known import SHEETS, Known

LINE = "01_linear_regression"


@dataclass(frozen=True)
class Expected:
    """What must come out for one student and sheet; exercises: {"1.1": (status, points, cause)}."""

    status: str = "missing"
    exercises: dict = field(default_factory=dict)
    flags: frozenset = frozenset()  # kinds that must be there

    @property
    def points(self):
        """None where a person has to decide."""
        if self.status in ("unreadable", "needs manual"):
            return None
        return sum(points for _, points, _ in self.exercises.values())


@dataclass(frozen=True)
class Student:
    """A student with all files, {path: bytes}, and one Expected for each sheet handed in.

    A path with None is an empty folder. An honest student's work must have no flag, but that it may
    say the same as another's.
    """

    name: str
    files: dict
    expected: dict
    moodle: str = ""
    canvas: str = ""
    on_roster: bool = True
    anywhere: Expected = Expected()  # for all other sheets
    honest: bool = False


known = cache(Known)


def hundred():
    """The whole class."""
    from helpers.grading_hostile import hostile

    some = [*right(), *mistaken(), *blank(SHEETS[::3]), *half_done(SHEETS[::2]), *hostile()]
    absent = [Student(f"absent-{number}", {}, {}) for number in range(3)]
    return some + absent + single_mistakes(100 - len(some) - len(absent))


def few():
    """Some of the class, one of each kind, with the first sheet alone."""
    from helpers.grading_hostile import hostile

    wanted = ("exits", "web-page", "moodle")
    found = [student for student in hostile() if student.name in wanted]
    some = [*right([LINE])[1:2], *mistaken([LINE])[:1], *blank([LINE]), *half_done([LINE])]
    return [*some, *found, Student("absent-0", {}, {})]


def right(sheets=SHEETS):
    """For each sheet, all right answers: the reference's, and each of the other right ways."""
    for_all = []
    for name in sheets:
        found = known(name).right
        for number in range(max(map(len, found.values()))):
            chosen = {e: versions[number % len(versions)] for e, versions in found.items()}
            for_all.append(working(f"right-{name[:2]}-{number}", name, chosen))
    return for_all


def mistaken(sheets=SHEETS):
    """As many students as an exercise has mistakes, wrong nearly everywhere on all of the sheets."""
    for_all = {}
    for name in sheets:
        rights, wrongs = known(name).right, known(name).wrong
        for number in range(max(map(len, wrongs.values()))):
            chosen = {e: [*w, *rights[e]][min(number, len(w))] for e, w in wrongs.items()}
            one = working(f"mistaken-{number:02}", name, chosen)
            before = for_all.setdefault(one.name, one)
            before.files.update(one.files)
            before.expected.update(one.expected)
    return list(for_all.values())


def single_mistakes(count):
    """Students with one wrong answer among right ones."""
    rights, wrongs = known(LINE).right, known(LINE).wrong
    exercises = list(wrongs)
    for_all = []
    for number in range(count):
        exercise = exercises[number % len(exercises)]
        chosen = {e: versions[-1] for e, versions in rights.items()}
        chosen[exercise] = wrongs[exercise][number // len(exercises)]
        for_all.append(working(f"single-{number:02}", LINE, chosen))
    return for_all


def blank(sheets=SHEETS):
    """Each sheet as it was handed out."""
    return [working(f"blank-{name[:2]}", name, {}) for name in sheets]


def half_done(sheets=SHEETS):
    """The first half of each sheet, and nothing after it."""
    for_all = []
    for name in sheets:
        found = known(name).right
        chosen = {exercise: found[exercise][0] for exercise in list(found)[: len(found) // 2]}
        for_all.append(working(f"half-{name[:2]}", name, chosen))
    return for_all


def working(student, name, chosen):
    """A student who hands in one sheet with the chosen Versions, {exercise: Version}."""
    answers = {exercise: version.source for exercise, version in chosen.items()}
    came = {e: (v.status, v.points, v.cause) for e, v in chosen.items()}
    exercises = {e: came.get(e, ("not attempted", 0.0, "")) for e in known(name).points}
    files = {f"{student}/{name}.ipynb": as_bytes(notebook(name, answers))}
    return Student(student, files, {name: Expected("graded", exercises)}, honest=True)


def notebook(name, answers):
    """The sheet as it was handed out, with these answers, {exercise: source}, filled in."""
    filled = copy.deepcopy(known(name).blank)
    for exercise, source in answers.items():
        cell_of(filled, exercise, "answer")["source"] = source
    return filled


def cell_of(filled, exercise, role):
    """The cell of a notebook with this role in this exercise."""
    wanted = {"exercise": exercise, "role": role}
    return next(cell for cell in filled["cells"] if cell["metadata"].get("course") == wanted)


def as_bytes(filled):
    """A notebook as a file."""
    return json.dumps(filled, indent=1, ensure_ascii=False).encode()


def hand_in(students, folder):
    """Write submissions/ and roster.csv into the folder."""
    submissions = folder / "submissions"
    submissions.mkdir(parents=True)
    for student in students:
        for name, data in student.files.items():
            path = submissions / name
            folder_of = path if data is None else path.parent
            folder_of.mkdir(parents=True, exist_ok=True)
            if data is not None:
                path.write_bytes(data)
    with open(folder / "roster.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["student", "name", "email", "moodle", "canvas"])
        for s in students:
            if s.on_roster:
                email = f"{s.name}@example.org"
                rows.writerow([s.name, f"Person {s.name}", email, s.moodle, s.canvas])
