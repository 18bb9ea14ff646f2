"""The recipes of CONTRIBUTING.md, followed in a copy of the course: what they name is enough.

Each recipe touches only the files that it names. A step left out is noticed by the tests it names.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest
from helpers.small_course import PARTS

from course_lib.build.command import ROOT

pytestmark = pytest.mark.slow
IGNORED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info")
needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="the table of the rules compares with torch"
)


class Course:
    """A copy of the course to edit, and what is run in it."""

    def __init__(self, root):
        self.root = root
        shutil.copytree(ROOT, root, ignore=IGNORED)

    def insert(self, path, text, before):
        """Put text in front of the only place in a file where it says `before`."""
        old = (self.root / path).read_text(encoding="utf-8")
        assert old.count(before) == 1, f"{path}: {before}"
        (self.root / path).write_text(old.replace(before, text + before), encoding="utf-8")

    def append(self, path, text):
        with open(self.root / path, "a", encoding="utf-8") as file:
            file.write(text)

    def write(self, path, text):
        assert not (self.root / path).exists()
        (self.root / path).write_text(text, encoding="utf-8")

    def run(self, *command):
        """Exit code and output of python -m ..."""
        ours = ("PYTEST_", "COURSE_")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        environment |= {"PYTHONPATH": str(self.root), "COURSE_OFFLINE": "1"}
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.root, env=environment, capture_output=True, encoding="utf-8",
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def passes(self, *command):
        code, printed = self.run(*command)
        assert code == 0, printed

    def fails(self, word, *command):
        """The step is noticed: the command fails, and names what is missing."""
        code, printed = self.run(*command)
        assert code == 1, printed
        assert re.search(word, printed), printed


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path / "course")


RULE = '''@rule
def signum(theta, g, t, m=0.0, *, lr=0.01, beta=0.9):
    """m ← β m + (1 - β) g;  θ ← θ - lr sign(m). (Bernstein et al., 2018)"""
    m = beta * m + (1 - beta) * g
    return theta - lr * np.sign(m), m


'''
BY_HAND = '''def signum_by_hand(theta, g, memory, lr, beta):
    """Bernstein et al., 2018, algorithm 2."""
    m = memory.setdefault("m", [0.0] * len(theta))
    for i in range(len(theta)):
        m[i] = beta * m[i] + (1 - beta) * g[i]
        theta[i] -= lr * ((m[i] > 0) - (m[i] < 0))


'''
ROW = '    "signum": Row(signum_by_hand, HEAVY_BALL, {"lr": 0.01, "beta": 0.9}),\n'


@needs_torch
def test_a_rule_is_a_function_and_a_row(course):
    course.insert("course_lib/rules.py", RULE, before="@rule\ndef lion(")
    course.fails("signum", "pytest", "-q", "tests/library/test_rules.py")
    course.insert("tests/library/test_rules.py", BY_HAND, before="# THE TABLE.")
    course.insert("tests/library/test_rules.py", ROW, before='    "lion": Row(')
    course.passes(
        "pytest",
        "-q",
        "tests/library",
        "tests/pictures/test_plots.py",
        "-m",
        "not slow and not alone",
    )
    course.passes("ruff", "check", "course_lib/rules.py", "tests/library/test_rules.py")


EXPLORER = '''

@explorer()
def one_path(theta0=2.0, steps=20):
    """Gradient descent on f(θ) = θ² from theta0: θ at each step."""
    lr = Slider("learning rate η", np.geomspace(0.01, 0.9, 31), start=0.1)
    theta = descend(_parabola, [theta0], Optimizer(sgd, lr=lr.axis), steps)[..., 0]
    fig, ax = figure()
    ax.set(xlim=(0, steps), ylim=(-2.2, 2.2), xlabel="step", ylabel="θ")
    stage = Stage("one-path", fig, [lr], steps=steps, alt="θ at each step.", question=QUESTION)
    stage.over_steps(ax, theta, ".-", **BLUE)
    stage.text(ax, lambda t: f"θ = {number(t)}", theta)
    return stage
'''


def test_an_explorer_is_a_function(course):
    course.append("course_lib/explorers/lesson_00.py", EXPLORER)
    course.passes("pytest", "-q", "-k", "one_path", "tests/pictures/test_explorers.py")
    course.passes("pytest", "-q", "-k", "apart", "tests/pictures/test_explorers.py")
    course.passes("ruff", "check", "course_lib/explorers")


EXERCISE = '''"""Exercise 4.8: twice a number."""

from course_lib.checks import exercise


@exercise("4.8", inputs=[(2.0,), (-3.0,)], hints=["Multiply by 2."])
def double(x):
    return 2 * x


@double.also_right
def by_adding(x):
    return x + x


double.scaled({0.5: "this is x. Multiply it by 2."})
double.mistake("this is x². Multiply x by 2.", lambda x: x**2)
'''
CELLS = '''

# %% [markdown]
# ## 4.8 Twice a number (3 minutes)


# %% answer="4.8"
def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% practice="4.8"
check.double(double)

# %% graded="4.8" points=1
values("4.8", double, (1.5,))
### BEGIN HIDDEN TESTS
values("4.8 hidden", double, (-2.5,))
### END HIDDEN TESTS
'''


def test_an_exercise_is_a_file_and_its_cells(course):
    course.append("source/exercises/04_momentum.py", CELLS)
    course.fails("no attribute 'double'", "course_lib", "build", "exercises/04")
    course.write("course_lib/checks/lesson_04/twice.py", EXERCISE)
    course.passes("course_lib", "build", "exercises/04")
    course.fails("notebooks/00_.*is out of date", "course_lib", "build", "--check")
    course.passes("course_lib", "build", "00")
    course.passes("course_lib", "build", "--check")
    folders = ("tests/checks", "tests/build", "tests/grading/test_catalogue.py")
    course.passes("pytest", "-q", "-k", "(double or 04_momentum) and not lessons", *folders)
    for folder, shown in (
        ("exercises", "4.8 Twice a number (3 minutes, 1 point)"),
        ("solutions", "Exercise 4.8: passed"),
    ):
        built = course.root / folder / "04_momentum.ipynb"
        assert shown in built.read_text(encoding="utf-8")


LESSON = f"""# %% [markdown] about="how it all ends" builds_on="1 to 4"
# # Lesson 99: the end
#
# About {{minutes}} minutes.

# %%
print("the end")
{PARTS}"""


def test_a_lesson_is_its_source(course):
    course.write("source/lessons/99_the_end.py", LESSON)
    course.fails("notebooks/99_the_end.ipynb is missing", "course_lib", "build", "--check")
    course.passes("course_lib", "build", "99")
    course.fails("notebooks/00_.*is out of date", "course_lib", "build", "--check")
    course.passes("course_lib", "build", "00")
    course.passes("course_lib", "build", "--check")
    course.passes("pytest", "-q", "-k", "99 or handout or placeholders", "tests/build")
