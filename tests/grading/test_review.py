"""Hints for a reviewer: borrowed answers, unusual imports, equal sheets, and no false alarm."""

import ast
import copy
import importlib
import inspect
import time
from pathlib import Path

import pytest

from course_lib.checks import Exercise
from course_lib.grading.sheet.merge import Merged
from course_lib.grading.sheet.review import copies, fingerprint, review
from course_lib.grading.sheet.sheets import load, names

ROOT = Path(__file__).parents[2]
SHEETS = [load(ROOT, name) for name in names(ROOT)]
BY_NUMBER = {exercise: sheet for sheet in SHEETS for exercise in sheet.points}
SHEET = BY_NUMBER["4.11"]
HEAD = "def documented_step(theta, g, v, t, lr, beta, dampening, decay):\n    "
RIGHT = HEAD + "v = beta * v + g\n    return theta - lr * v, v"


def answers(sheet, kind="source"):
    return {exercise: getattr(sheet.cell("answer", exercise), kind) for exercise in sheet.points}


def merged(given=None, extras=(), sheet=SHEET):
    """A Merged with these answers, and `extras` in front of the first of them."""
    given = given or {}
    state = {e: "given" if e in given else "not attempted" for e in sheet.points}
    first = sheet.cell("answer", next(iter(given), next(iter(sheet.points)))).id
    return Merged(answers(sheet, "stub") | given, state, {first: list(extras)})


def flags(source, exercise="4.11", extras=()):
    sheet = BY_NUMBER[exercise]
    return list(review(sheet, merged({exercise: source}, extras, sheet)))


def kinds(*args, **settings):
    return {one.flag for one in flags(*args, **settings)}


# No false alarm.


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_solutions_and_the_sheets_own_cells_raise_nothing(sheet):
    own = [cell.stub for cell in sheet.cells if cell.role != "graded"]
    assert list(review(sheet, merged(answers(sheet), own, sheet))) == []


def catalogued():
    """(number, source) of every right and wrong version, as a student would write it."""
    lessons = {f"course_lib.checks.lesson_{int(n.split('.')[0]):02}" for n in BY_NUMBER}
    for lesson in map(importlib.import_module, sorted(lessons)):
        for exercise in vars(lesson).values():
            if isinstance(exercise, Exercise) and exercise.number in BY_NUMBER:
                for function in [*exercise.alternatives, *exercise.mistakes.values()]:
                    yield from ((exercise.number, s) for s in sources(function, exercise.name))


def sources(function, name):
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse(Path(inspect.getsourcefile(function)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        inside = first <= getattr(node, "lineno", 0) < first + len(lines)
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__ and inside:
            node.decorator_list, node.name = [], name
            yield ast.unparse(node)
        if isinstance(node, ast.Lambda) and function.__name__ == "<lambda>" and inside:
            yield f"{name} = {ast.unparse(node)}"


def test_no_catalogued_version_raises_a_flag():
    found = list(catalogued())
    assert len(found) > 200
    for number, source in found:
        # a mistake is written down with the reference, which is cheating elsewhere
        assert kinds(source, number) == ({"uses_library"} if ".reference" in source else set())


HONEST = [
    "import numpy as np\nfrom numpy import sqrt\nimport math\n" + RIGHT,
    RIGHT + "\n\ncheck.documented_step(documented_step)\ncheck.documented_step.plot()",
    # local names that happen to be names of the library
    HEAD + "momentum = beta * v + g\n    return theta - lr * momentum, momentum",
    HEAD + "sgd = [quadratic for quadratic in (1, 2)]\n    return theta, v",
    "def sgd(theta, g, lr):\n    return theta - lr * g\n" + HEAD + "return sgd(theta, g, lr), v",
    "from IPython.display import display\nimport matplotlib.pyplot as plt\n" + RIGHT,
    "%matplotlib inline\nx = !ls\nplt?\n" + RIGHT,
    RIGHT
    + "\n# course_lib.optim.momentum does the same; I read `get_ipython` and exec() somewhere",
    "def documented_step(theta, g",  # a plain syntax error does not run
    "",
]


@pytest.mark.parametrize("source", HONEST)
def test_what_honest_students_write_raises_nothing(source):
    assert flags(source) == []


def test_trying_things_out_in_a_cell_of_ones_own_raises_nothing():
    tries = [
        "check.documented_step.hint()",
        "path = descend(valley, (10, 1), Optimizer(momentum, lr=0.1), steps=9)\nprint(path)",
        "from course_lib.optim import momentum",  # the sheet has it already
    ]
    assert flags(RIGHT, extras=tries) == []


# What is pointed out, with what the evidence names.

BORROWED = {
    "from course_lib.rules import momentum\n" + HEAD + "return momentum(theta, g, 1, v)": "rules",
    HEAD + "from course_lib.rules import momentum\n    return momentum(theta, g, 1, v)": "rules",
    "import course_lib.rules as r\n" + HEAD + "return r.momentum(theta, g, 1, v)": "rules",
    "from course_lib import rules\n" + RIGHT: "course_lib.rules",
    "import course_lib\n" + RIGHT: "course_lib",
    "from course_lib.optim import momentum as documented_step": "optim.momentum",
    "documented_step = momentum": "course_lib.optim.momentum",
    "documented_step = lambda *a: momentum(*a)": "course_lib.optim.momentum",
    HEAD + "return momentum(theta, g, 1, v, lr=lr, beta=beta)": "course_lib.optim.momentum",
    "step = momentum\n" + HEAD + "return step(theta, g, 1, v)": "course_lib.optim.momentum",
    HEAD + "return Optimizer(momentum).step(theta, g)": "optim.Optimizer",
    HEAD + "return check.documented_step.reference(theta, g)": "documented_step.reference",
    "@momentum\n" + RIGHT: "optim.momentum",
    "%%time\n" + HEAD + "return momentum(theta, g, 1, v)": "course_lib.optim.momentum",
}
UNUSUAL = [
    *("import ctypes", "import gc", "import sys as s", "from inspect import currentframe"),
    *("import os; os.kill(os.getppid(), 9)", "from os import fork", "import importlib"),
    *("import subprocess", "import socket", "from urllib.request import urlopen", "import pydoc"),
    *("import builtins", "from IPython import get_ipython", "__import__('os').system('ls')"),
    *("exec('1')", "eval('1')", "from . import x", "!ls\nimport socket"),
]


@pytest.mark.parametrize("source", BORROWED)
def test_an_answer_that_borrows_is_pointed_out_with_what_it_borrows(source):
    found = [one for one in flags(source) if one.flag == "uses_library"]
    assert any(BORROWED[source] in one.evidence for one in found), flags(source)
    assert {one.exercise for one in found} == {"4.11"}


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        ("1.9", "from course_lib.losses import squared_error\ndef weighted_loss(*a): pass"),
        ("1.12", "from course_lib import theory\ndef steps_needed(*a): pass"),
        ("2.11", "def sgd_until(*a):\n    return descend(*a)"),
        ("3.12", "def accumulated_epoch(*a):\n    return Objective(MLP(1, 1), squared_error)(*a)"),
        ("4.18", "def my_descent(*a):\n    return descend(Optimizer(nesterov))"),
    ],
)
def test_each_sheet_knows_its_own_library(exercise, source):
    assert kinds(source, exercise) == {"uses_library"}


def test_own_cells_that_import_something_new_or_read_a_reference_are_pointed_out():
    for extra in ("from course_lib.rules import adam", "print(check.documented_step.reference)"):
        assert kinds(RIGHT, extras=[extra]) == {"uses_library"}


@pytest.mark.parametrize("source", UNUSUAL)
def test_an_unusual_import_is_pointed_out_with_its_line(source):
    for found in (flags(source + "\n" + RIGHT), flags(RIGHT, extras=[source])):
        assert {(one.flag, one.exercise) for one in found} == {("unusual_import", "4.11")}
        assert source.splitlines()[-1] in found[0].evidence


def test_an_answer_that_was_not_given_is_not_looked_at():
    one = merged({"4.11": "documented_step = momentum"})
    one.state["4.11"] = "refused"
    assert list(review(SHEET, one)) == []


# Nothing a student writes stops it, or takes long.

BOMBS = {
    "minus": "-" * 190_000 + "1",
    "brackets": "(" * 190_000,
    "some brackets": "(" * 45_000,
    "attributes": "a" + ".a" * 20_000,
    "some attributes": "a" + ".a" * 900,
    "calls": "f" + "()" * 20_000,
    "sum": "1" + "+1" * 20_000,
    "lambdas": "lambda:" * 7_000 + "1",
    "functions in functions": "lambda: " * 900 + "(" + "a + b, " * 5_000 + ")",
    "else if": "if 1:pass\n" + "elif 1:pass\n" * 4_000,
    "long number": "1" * 49_000,
    "NUL": "x = '\0'",
    "surrogate": "x = '\ud800'",
    "names": "a=" * 20_000 + "1",
    "magics": "%time\n" * 8_000,
    "questions": "?" * 49_000,
    "blanks": " " * 49_000 + "?\n",
    "tangled": "if 1:\n" + "".join(f" a{i}=b{i}\n" for i in range(3500)),
    "findings": "exec\n" * 9_500,
    "imports": "import a\nx=a.b\n" * 3_000,
    "too long": "x" * 300_000,
    "quotes": '"' * 49_001,
    "unfinished texts": ("'" + "\\'" * 125 + "\n") * 190,
}


@pytest.mark.alone
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_at_most_a_flag_and_takes_no_time(name):
    begin = time.perf_counter()
    assert kinds(BOMBS[name], extras=[BOMBS[name]]) <= {"unparsable", "unusual_import"}
    one = merged(answers(SHEET) | {"4.11": BOMBS[name]})
    assert fingerprint(SHEET, one) == fingerprint(SHEET, copy.deepcopy(one)) != ""
    assert fingerprint(SHEET, one) != fingerprint(SHEET, merged(answers(SHEET)))
    assert time.perf_counter() - begin < 10


@pytest.mark.parametrize("name", ["attributes", "calls", "sum", "too long"])
def test_what_python_gives_up_on_is_pointed_out(name):
    assert kinds(BOMBS[name]) == {"unparsable"}


def test_many_findings_become_a_few_flags():
    assert len(flags("\n".join(f"import x{number}" for number in range(1000)))) == 5


@pytest.mark.alone
def test_more_code_than_anybody_writes_is_not_looked_through():
    begin = time.perf_counter()
    assert kinds(RIGHT, extras=["x = 1\n" * 8_000] * 300) == {"unparsable"}
    assert time.perf_counter() - begin < 15


# Sheets that say the same.


def marks(**sources):
    """Fingerprints of the solutions, each with another answer to 4.1; None for the solution itself."""
    own = {s: answers(SHEET) | ({"4.11": text} if text else {}) for s, text in sources.items()}
    return {student: fingerprint(SHEET, merged(one)) for student, one in own.items()}


SOLUTION = answers(SHEET)["4.11"]


def test_two_equal_sheets_are_pointed_out_to_each_other_and_a_third_is_not():
    found = dict(copies(marks(ada=None, bob=None, eve=SOLUTION + "\nx = 1")))
    same = "the same code as 1 other: "
    assert found == {"ada": same + "bob", "bob": same + "ada"}


@pytest.mark.parametrize(
    ("disguise", "is_hidden"),
    [
        (SOLUTION.replace(" = ", "  =  ").replace("\n", "  # mine\n"), False),
        (SOLUTION.replace('"""', '"""My own words. ', 1), False),
        (SOLUTION.replace("theta", "w"), True),
        (SOLUTION.replace("beta * v", "v * beta"), True),
        ("x", True),
    ],
)
def test_comments_docstrings_and_layout_hide_no_copy_and_names_do(disguise, is_hidden):
    assert disguise != SOLUTION
    assert dict(copies(marks(ada=None, bob=disguise))) == {} or not is_hidden
    assert len(dict(copies(marks(ada=None, bob=disguise)))) == (0 if is_hidden else 2)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_blank_sheets_and_short_answers_are_not_compared(sheet):
    stubs, solutions = answers(sheet, "stub"), answers(sheet)
    shortest = sorted(solutions, key=lambda e: len(solutions[e]) - len(stubs[e]))[:2]
    short = stubs | {exercise: solutions[exercise] for exercise in shortest}
    for one in (stubs, short, dict.fromkeys(stubs, "")):
        assert fingerprint(sheet, merged(one, sheet=sheet)) == ""
    assert fingerprint(sheet, merged(solutions, sheet=sheet))


def test_a_crowd_is_counted_and_some_are_named():
    found = dict(copies({f"student {number:04}": "f" for number in range(1000)} | {"x": ""}))
    assert len(found) == 1000
    for student in ("student 0000", "student 0500", "student 0999"):
        assert "999 others: student 0" in found[student]
        assert student not in found[student]
        assert len(found[student]) < 300
