"""What is pointed out to a reviewer: borrowed answers and code that reaches out; rows 19 to 23."""

import ast
import importlib
import inspect
import threading
import time
from pathlib import Path

import pytest

from course_lib.checks import Exercise
from course_lib.grading.merge import Merged
from course_lib.grading.scan import scan
from course_lib.grading.sheets import load, names

ROOT = Path(__file__).parents[2]
SHEETS = [load(ROOT, name) for name in names(ROOT)]
BY_NUMBER = {exercise: sheet for sheet in SHEETS for exercise in sheet.points}
SHEET = BY_NUMBER["4.1"]
HEAD = "def heavy_ball(theta, g, v, lr, beta):\n    "
RIGHT = HEAD + "v = beta * v + g\n    return theta - lr * v, v"


def merged(answers=None, extras=None, sheet=SHEET):
    """A Merged with these answers; extras by the ends of cell ids."""
    given = answers or {}
    return Merged(
        {e: given.get(e, sheet.cell("answer", e).stub) for e in sheet.points},
        {e: "given" if e in given else "not attempted" for e in sheet.points},
        {f"{sheet.name}-{end}": sources for end, sources in (extras or {}).items()},
    )


def flags(source, exercise="4.1", extras=None):
    sheet = BY_NUMBER[exercise]
    return scan(sheet, merged({exercise: source}, extras, sheet))


def kinds(*args, **kwargs):
    return {one["kind"] for one in flags(*args, **kwargs)}


# No false alarm.


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_solutions_and_the_sheets_own_cells_raise_nothing(sheet):
    answers = {e: sheet.cell("answer", e).source for e in sheet.points}
    extras = {c.id.removeprefix(sheet.name + "-"): [c.stub] for c in sheet.cells if not c.role}
    practice = {
        f"{c.id.removeprefix(sheet.name + '-')}": [c.stub]
        for c in sheet.cells
        if c.role == "practice"
    }
    assert scan(sheet, merged(answers, extras | practice, sheet)) == []


def exercises():
    for number in BY_NUMBER:
        lesson = importlib.import_module(f"course_lib.checks.lesson_{int(number.split('.')[0]):02}")
        for thing in vars(lesson).values():
            if isinstance(thing, Exercise) and thing.number == number:
                yield thing


def sources(function):
    """The source of a function of the course's, without decorators, as a student would write it."""
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse(Path(inspect.getsourcefile(function)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        inside = first <= getattr(node, "lineno", 0) < first + len(lines)
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__ and inside:
            node.decorator_list = []
            yield ast.unparse(node).replace(f"def {node.name}", "def ANSWER", 1)
        if isinstance(node, ast.Lambda) and function.__name__ == "<lambda>" and inside:
            yield f"ANSWER = {ast.unparse(node)}"


def catalogued():
    for exercise in exercises():
        for function in [*exercise.alternatives, *exercise.mistakes.values()]:
            for source in sources(function):
                yield exercise, source.replace("ANSWER", exercise.name)


def test_no_catalogued_version_raises_a_flag():
    found = list(catalogued())
    assert len(found) > 200
    for exercise, source in found:
        raised = flags(source, exercise.number)
        if ".reference" in source:  # this is how a mistake is written down, and cheating elsewhere
            assert [one["kind"] for one in raised] == ["uses_library"], source
        else:
            assert raised == [], source


HONEST = [
    "import numpy as np\nfrom numpy import sqrt\nimport math\n" + RIGHT,
    RIGHT + "\n\ncheck.heavy_ball(heavy_ball)\ncheck.heavy_ball.plot()",
    # local names that happen to be names of the library
    HEAD + "momentum = beta * v + g\n    return theta - lr * momentum, momentum",
    HEAD + "sgd = [quadratic for quadratic in (1, 2)]\n    return theta, v",
    "def sgd(theta, g, lr):\n    return theta - lr * g\n" + HEAD + "return sgd(theta, g, lr), v",
    HEAD + 'print("a/b", "x..y", "1/2")\n    return theta.copy(), v',
    "import os, sys\nprint(os.path.sep, sys.float_info.eps)\n" + RIGHT,
    HEAD + "theta[0] = 3\n    return theta, v",
    "from IPython.display import display\n" + RIGHT,
    RIGHT
    + "\n# course_lib.optim.momentum does the same; I read `get_ipython` and exec() somewhere",
    "def heavy_ball(theta, g",  # a plain syntax error does not run
    "",
]


@pytest.mark.parametrize("source", HONEST)
def test_what_honest_students_write_raises_nothing(source):
    assert flags(source) == []


def test_trying_things_out_in_a_cell_of_ones_own_raises_nothing():
    tries = [
        "check.heavy_ball.hint()",
        "check.heavy_ball(heavy_ball)",
        "path = descend(valley, (10, 1), Optimizer(momentum, lr=0.1), steps=9)\nprint(path)",
        "def show():\n    return descend(valley, (1, 1), Optimizer(sgd, lr=0.1), 5)\nshow()",
        "from course_lib.optim import momentum",  # the sheet has it already
        "for name in ('a',):\n    print(quadratic(10))",
    ]
    assert flags(RIGHT, extras={"ex-4-1-practice": tries, "ex-4-1": tries}) == []


# Borrowed answers.

BORROWED = {
    "from course_lib.rules import momentum\n" + HEAD + "return momentum(theta, g, 1, v)": "rules",
    HEAD + "from course_lib.rules import momentum\n    return momentum(theta, g, 1, v)": "rules",
    "import course_lib.rules as r\n" + HEAD + "return r.momentum(theta, g, 1, v)": "rules",
    "from course_lib import rules\n" + RIGHT: "course_lib.rules",
    "from course_lib.optim import momentum as heavy_ball": "optim.momentum",
    "heavy_ball = momentum": "course_lib.optim.momentum",
    "heavy_ball = lambda *a: momentum(*a)": "course_lib.optim.momentum",
    HEAD + "return momentum(theta, g, 1, v, lr=lr, beta=beta)": "course_lib.optim.momentum",
    "step = momentum\n" + HEAD + "return step(theta, g, 1, v)": "course_lib.optim.momentum",
    "momentum = momentum\n" + HEAD + "return momentum(theta, g, 1, v)": "optim.momentum",
    "if False:\n    momentum = 0\n" + HEAD + "return momentum(theta, g, 1, v)": "optim.momentum",
    HEAD + "[momentum for momentum in (1,)]\n    return momentum(theta, g, 1, v)": "optim.momentum",
    HEAD + "return Optimizer(momentum).step(theta, g)": "optim.Optimizer",
    HEAD + "return check.heavy_ball.reference(theta, g, v, lr, beta)": "heavy_ball.reference",
    "heavy_ball = check.heavy_ball.reference": "heavy_ball.reference",
    'heavy_ball = getattr(check.heavy_ball, "reference")': "reference",
    "heavy_ball = vars(check.heavy_ball)['refer' + 'ence']": "checks.lesson_04",
    'import importlib\nr = importlib.import_module("course_lib.rules")\n' + RIGHT: "course_lib",
    HEAD + 'return __import__("course_lib.rules").rules.momentum(theta, g, 1, v)': "course_lib",
    'exec("from course_lib.rules import momentum as heavy_ball")': "course_lib",
    "heavy_ball = eval(\"__import__('course_lib').optim.momentum\")": "course_lib",
    "@momentum\n" + RIGHT: "optim.momentum",
    "def heavy_ball(theta, g, v, lr, beta, rule=momentum):\n    return rule(theta, g)": "momentum",
    "%%time\n" + HEAD + "return momentum(theta, g, 1, v)": "course_lib.optim.momentum",
    "%matplotlib inline\n" + HEAD + "return momentum(theta, g, 1, v)": "course_lib.optim.momentum",
}


@pytest.mark.parametrize("source", BORROWED)
def test_an_answer_that_borrows_is_pointed_out_with_what_it_borrows(source):
    found = [one for one in flags(source) if one["kind"] == "uses_library"]
    assert any(BORROWED[source] in one["evidence"] for one in found), flags(source)
    assert {one["exercise"] for one in found} == {"4.1"}


HELPERS = {
    "push = momentum": "return push(theta, g, 1, v)",
    "def push(*a):\n    return momentum(*a)": "return push(theta, g, 1, v)",
    "def pull(*a):\n    return push(*a)\ndef push(*a):\n    return momentum(*a)": "return pull(g)",
    "class Push:\n    rule = momentum": "return Push.rule(theta, g, 1, v)",
    "tools = {}\ntools['push'] = momentum": "return tools['push'](theta, g, 1, v)",
    "tools = []\ntools.append(momentum)": "return tools[0](theta, g, 1, v)",
    "def push(): pass\npush.rule = momentum": "return push.rule(theta, g, 1, v)",
    "def push(): pass\nsetattr(push, 'rule', momentum)": "return push.rule(theta, g, 1, v)",
    "with np.errstate() as e:\n    push = momentum": "return push(theta, g, 1, v)",
}


@pytest.mark.parametrize("place", ["ex-4-1", "ex-4-1-practice", "ex-4-1-graded"])
@pytest.mark.parametrize("helper", HELPERS)
def test_borrowing_by_way_of_own_cells_before_or_behind_the_answer(helper, place):
    found = flags(HEAD + HELPERS[helper], extras={place: [helper]})
    about = [one for one in found if "course_lib.optim.momentum" in one["evidence"]]
    assert [(one["kind"], one["exercise"]) for one in about] == [("uses_library", "4.1")]


@pytest.mark.parametrize(
    "extra", ["heavy_ball = momentum", "def heavy_ball(*a):\n    return momentum(*a)"]
)
def test_an_answer_replaced_behind_its_cell_is_pointed_out(extra):
    assert kinds(RIGHT, extras={"ex-4-1-graded": [extra]}) == {"uses_library"}
    assert kinds(RIGHT, extras={"ex-4-2": [extra]}) == set()  # too late for its graded cell


def test_own_cells_that_import_something_new_or_read_a_reference_are_pointed_out():
    for extra in ("from course_lib.rules import adam", "print(check.heavy_ball.reference)"):
        assert kinds(RIGHT, extras={"ex-4-1": [extra]}) == {"uses_library"}


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        ("1.1", "loss_and_gradient = check.loss_and_gradient.reference"),
        ("1.1", "from course_lib.losses import squared_error\ndef loss_and_gradient(*a): pass"),
        ("1.8", "from course_lib.losses import huber"),
        ("2.4", "def decaying_sgd(*a):\n    return descend(*a)"),
        ("3.3", "def whole_gradient(*a):\n    return Objective(MLP(1, 1), squared_error)(*a)"),
        ("4.1", "from course_lib.optim import momentum as my_momentum\n" + RIGHT),
        ("4.6", "def nesterov_walk(*a):\n    return descend(Optimizer(nesterov))"),
        ("4.2", "def look_ahead(f, x, v, lr, beta):\n    return nesterov(x, f(x)[1], 1, v)"),
    ],
)
def test_each_sheet_knows_its_own_library(exercise, source):
    assert kinds(source, exercise) == {"uses_library"}


# Code that reaches out.

REACHING = r"""
get_ipython().run_line_magic("reset", "-f")
import ctypes
import gc; gc.get_objects()
import sys; sys.modules["course_lib.checks.values"].values = print
import sys as s; s.modules
np.sys.modules
__builtins__.print = None
import inspect; inspect.stack()
from inspect import currentframe
import sys; sys._getframe(1)
import sys; sys.settrace(None)
import os; os.kill(os.getppid(), 9)
import os; os.getppid()
import os as o; o._exit(0)
from os import fork
import os; os.system("ls")
import os; print(os.environ)
import os; os.listdir(".")
__import__("os").system("ls")
import importlib
import subprocess
import socket
from urllib.request import urlopen
import requests
import multiprocessing as mp
import threading
import atexit
import builtins
import glob
from IPython import get_ipython
open("/etc/passwd")
open("../solutions/04_momentum.ipynb")
open(str(3))
open("..")
np.load("/tmp/x.npy")
from pathlib import Path; Path("../x")
np.loadtxt("~/x")
s = "# NBVAL_SKIP"
display({"application/vnd.course.values+json": {}}, raw=True)
globals()["values"] = print
setattr(np, "allclose", print)
np.allclose = lambda *a: True
np.testing.assert_allclose = None
check.heavy_ball.same = None
del np.allclose
np.random.seed, np.allclose = 1, 2
for np.pi in (1, 2): pass
values = print
def values(*a): pass
np = None
class check: pass
def f():\n    global values\n    values = 1
exec("1")
eval("1")
compile("1", "", "exec")
getattr(np, "all" + "close")
heavy_ball.__code__ = None
type(3).__subclasses__()
class Yes:\n    def __eq__(self, other): return True
class Number(float): pass
class Lazy(np.ndarray): pass
class Odd:\n    def __array__(self): return 1
vars(np)["allclose"] = None
try:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_frame.f_back
""".strip().splitlines()


@pytest.mark.parametrize("line", REACHING)
def test_reaching_out_is_pointed_out_with_the_line(line):
    source = line.replace("\\n", "\n")
    for found in (flags(source + "\n" + RIGHT), flags(RIGHT, extras={"ex-4-1-practice": [source]})):
        reached = [one for one in found if one["kind"] == "reaches_out"]
        assert reached, line
        assert reached[0]["exercise"] == "4.1"
        assert any(part.strip() in reached[0]["evidence"] for part in source.splitlines())


@pytest.mark.parametrize(
    "source", ["%cd x\n", "!rm -rf x\n", "x = !ls\n", "x = %pwd\n", "%%time\n", "?np\n", "np?\n"]
)
def test_magics_are_pointed_out_and_what_is_beside_them_is_read(source):
    found = flags(source + "import socket\n" + RIGHT)
    assert [one["kind"] for one in found] == ["magic", "reaches_out"]
    assert found[0]["evidence"] == source.strip()


# Nothing a student writes stops the scan.

BOMBS = {
    "minus": "-" * 190_000 + "1",
    "brackets": "(" * 190_000,
    "attributes": "a" + ".a" * 90_000,
    "some attributes": "a" + ".a" * 900,
    "calls": "f" + "()" * 90_000,
    "sum": "1" + "+1" * 90_000,
    "lambdas": "lambda:" * 25_000 + "1",
    "some lambdas": "lambda:" * 60 + "1",
    "else if": "if 1:pass\n" + "elif 1:pass\n" * 15_000,
    "long number": "1" * 190_000,
    "NUL": "x = '\0'",
    "surrogate": "x = '\ud800'",
    "names": "a=" * 90_000 + "1",
    "magics": "%time\n" * 30_000,
    "some magics": "%time\n" * 49,
    "too long": "x" * 300_000,
    "questions": "?" * 100_000,
    "tangle": "=".join(f"a{i}" for i in range(9000)) + f"={','.join(f'a{i}' for i in range(9000))}",
    "tangled if": "if 1:\n" + "".join(f" a{i}=b{i}\n" for i in range(9000)),
    "findings": "exec\n" * 38_000,
    "imports": "import a\nx=a.b\n" * 11_000,
    "quotes": '"' * 100_001,
}


@pytest.mark.alone
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_at_most_a_flag(name):
    begin = time.perf_counter()
    found = kinds(BOMBS[name], extras={"ex-4-1": [BOMBS[name]]})
    assert found <= {"unparsable", "magic", "reaches_out"}
    assert time.perf_counter() - begin < 15


@pytest.mark.parametrize("name", ["attributes", "calls", "sum", "too long"])
def test_what_python_gives_up_on_is_pointed_out(name):
    assert kinds(BOMBS[name]) == {"unparsable"}


def test_a_small_stack_of_the_caller_is_enough():
    """macOS gives a thread 512 kB, on which Python's parser would end the whole process."""
    before, found = threading.stack_size(512 * 1024), []
    try:
        thread = threading.Thread(target=lambda: found.append(kinds(BOMBS["sum"])))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert found == [{"unparsable"}]


def test_many_findings_become_a_few_flags():
    source = "\n".join(f"np.x{number} = 1" for number in range(1000))
    assert len(flags(source)) == 5


@pytest.mark.alone
def test_more_code_than_anybody_writes_is_not_looked_through():
    begin = time.perf_counter()
    extras = {"ex-4-1": ["x = 1\n" * 30_000] * 100}
    assert kinds(RIGHT, extras=extras) == {"unparsable"}
    assert time.perf_counter() - begin < 30


def test_answers_that_were_not_given_are_not_looked_at():
    one = merged({"4.1": "heavy_ball = momentum"})
    one.state["4.1"] = "refused"
    assert scan(SHEET, one) == []
