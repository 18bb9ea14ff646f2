"""The answer to a graded exercise stands nowhere in the hand-out but in the practice checks.

No function and no cell of the lessons, the sheets and the library computes the same in the same
way. The practice checks need the right functions; they are the one place, and the page for
instructors says so.
"""

import json

import pytest
from helpers.same_code import answers, forms

from course_lib import handout
from course_lib.build.command import ROOT

CHECKS = "course_lib/checks/lesson_"
# {exercise: {where: why that is no answer}}
ALLOWED = {}


def solutions():
    """{exercise: source of its answer cell in solutions/}"""
    found = {}
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            course = cell["metadata"].get("course", {})
            if course.get("role") == "answer":
                found[course["exercise"]] = "".join(cell["source"])
    return found


ANSWERS = solutions()


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """{normal form: [places]} of all code that a student gets, practice checks aside."""
    folder = tmp_path_factory.mktemp("out") / "course"
    handout.pack(folder)
    places = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(CHECKS) or path.suffix not in (".py", ".ipynb"):
            continue
        for place, source in sources(path):
            for form, line in forms(source).items():
                places.setdefault(form, []).append(f"{name}{place}:{line}")
    return places


def sources(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return [("", text)]
    cells = json.loads(text)["cells"]
    return [(f" {c['id']}", "".join(c["source"])) for c in cells if c["cell_type"] == "code"]


@pytest.mark.parametrize("exercise", ANSWERS)
def test_no_function_or_cell_is_the_answer(handed_out, exercise):
    found = {place for form in answers(ANSWERS[exercise]) for place in handed_out.get(form, ())}
    assert found == set(ALLOWED.get(exercise, ()))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("def f(a, b):\n    return a.T @ (a @ b) / len(b)", "g = X.T @ (X @ w) / len(w)", True),
        (
            "def f(a, b):\n    'A text.'\n    return a.T @ (a @ b) / len(b)",
            "lambda X, w: X.T @ (X @ w) / len(w)",
            True,
        ),
        ("def f(a, b):\n    return a.T @ (a @ b) / len(b)", "g = X.T @ (X @ w) / len(X)", False),
        ("def f(a, b):\n    return a.T @ (a @ b) / len(b)", "g = X.T @ (X @ w) / sum(w)", False),
        (
            "def f(x):\n    x = np.sqrt(x + 1)\n    return np.mean(x - 2)",
            "def g(y):\n    y = np.sqrt(y + 1)\n    return np.mean(y - 2)",
            True,
        ),
    ],
)
def test_code_is_alike_whatever_its_names_are(one, other, alike):
    assert bool(forms(one).keys() & forms(other).keys()) is alike


def test_an_answer_that_is_there_is_found():
    checks = (ROOT / "course_lib" / "checks").glob("lesson_*/*.py")
    there = {form for path in checks for form in forms(path.read_text(encoding="utf-8"))}
    known = [exercise for exercise, source in ANSWERS.items() if answers(source) & there]
    assert len(known) > len(ANSWERS) / 3, known
