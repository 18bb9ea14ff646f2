"""A class to grade: a sheet of four small exercises, blanks with answers put in, and jobs of them.

The sheet is built as those of the course are. Its points tell which exercises passed: 2, 3, 5, 11.
"""

import argparse
import atexit
import base64
import contextlib
import functools
import json
import os
import shutil
import sys
import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path
from unittest import mock

import psutil
from helpers.small_course import arguments, make

from course_lib.build.command import run as build
from course_lib.grading import command, store
from course_lib.grading.results import Provenance, SheetResult, dumps, loads
from course_lib.grading.run import job, kernel, sandbox, scratch, workers
from course_lib.grading.sheet import sheets
from course_lib.grading.sheet.bundles import shown

SHEET = "01_tiny"
TITLES = {"1.1": "Double", "1.2": "Scale", "1.3": "Middle", "1.4": "Spread"}
POINTS = {"1.1": 2, "1.2": 3, "1.3": 5, "1.4": 11}
NAMES = {"1.1": "double", "1.2": "scale", "1.3": "middle", "1.4": "spread"}
RIGHT = {
    "1.1": "def double(x):\n    return 2 * x",
    "1.2": "def scale(theta, g):\n    return theta - 0.5 * g",
    "1.3": "def middle(x):\n    return x.mean(axis=0)",
    "1.4": "def spread(x):\n    return float(x.max()), float(x.min())",
}
CASES = {  # a public case and a hidden one
    "1.1": ("(2.0,)", "(1234.5,)"),
    "1.2": (
        "(np.array([1.0, 2.0]), np.array([0.5, 0.25]))",
        "(np.array([3.0, -7.25]), np.ones(2))",
    ),
    "1.3": ("(np.eye(2),)", "(np.arange(6.0).reshape(3, 2) ** 2 + 0.125,)"),
    "1.4": ("(np.array([1.0, 3.0]),)", "(np.array([0.75, -98.5, 45.25]),)"),
}
HIDDEN_VALUES = ("2469", "-7.75", "6.79167", "98.5", "45.25")  # of the reference
SECONDS = 3.0  # for a cell of an exercise


def source():
    """The sheet as the authors of the course would write it."""
    parts = ["# %% [markdown]\n# # A sheet\n#\n# {minutes} minutes, {points} points\n"]
    parts.append("# %%\nimport numpy as np\n\nfrom course_lib.checks.values import values\n")
    for number, name in NAMES.items():
        public, hidden = CASES[number]
        head, *body = RIGHT[number].splitlines()
        body = "\n".join(f"    {line.strip()}" for line in body)
        heading = f"{number} {TITLES[number]} (5 minutes)"
        parts.append(
            f"# %% [markdown]\n# ## {heading}\n\n\n"
            f'# %% answer="{number}"\n{head}\n    """Its doc."""\n'
            f"    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION\n\n\n"
            f'# %% practice="{number}"\nprint("practice")\n\n'
            f'# %% graded="{number}" points={POINTS[number]}\n'
            f'values("{number}", {name}, {public})\n'
            f'### BEGIN HIDDEN TESTS\nvalues("{number} hidden", {name}, {hidden})\n'
            "### END HIDDEN TESTS\n"
        )
    return "\n".join(parts)


@functools.cache
def root():
    """The folder of a course whose only sheet is this one, built once."""
    folder = Path(tempfile.mkdtemp(prefix="tiny-course-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make(folder, sheet=source())
    assert build(arguments("exercises/01"), folder) == 0
    return folder


@functools.cache
def sheet():
    return sheets.load(root(), SHEET)


@functools.cache
def catalogue():
    """What catalogue.py would say of this sheet, which has no file of checks."""
    known = {}
    for number, points in POINTS.items():
        bundles = {b["id"]: b for b in shown(sheet().cell("graded", number).outputs)}
        own = {"title": TITLES[number], "minutes": 5, "points": points, "hints": ["Think."]}
        own["returns"] = ["value"]
        known[number] = own | {"bundles": bundles, "mistakes": []}
    return known


@functools.cache
def level():
    """The best level of this machine."""
    return sandbox.best()


def notebook(answers=(), own=()):
    """The blank with `answers` by exercise, and the student's own cells in front of the answers of
    `own`, by exercise. What is not mentioned is right; "stub" leaves the blank."""
    path = root() / "exercises" / f"{SHEET}.ipynb"
    blank = json.loads(path.read_text(encoding="utf-8"))
    given, own, cells = RIGHT | dict(answers), dict(own), []
    for cell in blank["cells"]:
        course = cell["metadata"].get("course", {})
        exercise = course.get("exercise")
        if course.get("role") == "answer":
            for text in own.get(exercise, ()):
                plain = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
                cells.append(plain | {"id": f"own-{len(cells)}", "source": textwrap.dedent(text)})
            if given[exercise] != "stub":
                cell["source"] = textwrap.dedent(given[exercise])
        cells.append(cell)
    blank["cells"] = cells
    return blank


def as_bytes(notebook):
    return notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()


def job_of(submission, **changes):
    """A Job as session.job_of makes it; `submission` is a notebook or bytes."""
    data = as_bytes(submission)
    hashes = (store.fingerprint(data), sheet().hash, "test")
    seconds, walls = changes.pop("seconds", SECONDS), changes.pop("sandbox", None)
    made = job.Job(
        student="ada",
        sheet=SHEET,
        file=f"ada/{SHEET}.ipynb",
        data=base64.b64encode(data).decode("ascii"),
        flags=(),
        catalogue=catalogue(),
        expected=None,
        timeouts={c.id: seconds if c.exercise else 60.0 for c in sheet().cells},
        secret="",
        provenance=Provenance(*hashes, walls or level()),
    )
    return replace(made, **changes)


def grade(submission, **changes):
    """The result of one submission, by the real grader in this process."""
    with mock.patch.object(job, "ROOT", root()):
        return through_json(job.grade(job_of(submission, **changes)))


def grade_all(submissions, jobs=3, patience=kernel.PATIENCE, **changes):
    """Results by name of {name: submission}, as the command grades a class, `jobs` at a time."""
    made = {name: job_of(one, **changes) for name, one in submissions.items()}
    with mock.patch.object(workers.Server, "command", server_command(patience)):
        results = dict(workers.on_this_machine(made, jobs))
    workers.stopping.clear()
    for name, result in results.items():
        assert isinstance(result, SheetResult), f"{name}: {result.reason}"
    return results


def server_command(patience=kernel.PATIENCE):
    """What begins the process that jobs are copied from, for the course of this sheet."""
    code = (
        "import pathlib; from course_lib.grading.run import forks, job, kernel; "
        f"job.ROOT = pathlib.Path({str(root())!r}); kernel.PATIENCE = {patience}; forks.serve()"
    )
    return (sys.executable, "-P", "-c", code)


@contextlib.contextmanager
def server():
    """A workers.Server for the course of this sheet."""
    made = workers.Server()
    made.command = server_command()
    yield made
    made.end()


def through_json(result):
    """The result as another process reads it."""
    return loads(SheetResult, dumps(result))


def statuses(result):
    return {entry.exercise: entry.status for entry in result.exercises}


def entry(result, exercise):
    return next(e for e in result.exercises if e.exercise == exercise)


def kinds(result):
    return {remark.flag for remark in result.flags}


def assert_only(result, **faults):
    """All exercises passed but the `faults`: status, or tuple of possible ones, by ex_1_2="killed"."""
    expected = {name.removeprefix("ex_").replace("_", "."): said for name, said in faults.items()}
    found = statuses(result)
    for number in POINTS:
        allowed = expected.get(number, "passed")
        allowed = (allowed,) if isinstance(allowed, str) else allowed
        assert found[number] in allowed, (number, found, entry(result, number).message)
    earned = sum(points for number, points in POINTS.items() if found[number] == "passed")
    assert result.points == earned
    assert result.status == "graded"


def folders():
    """The scratch folders of this process that are there."""
    own = f"{scratch.PREFIX}-{os.getpid()}-*"
    return {path.name for path in Path(tempfile.gettempdir()).glob(own)}


def survivors(mark):
    """The processes with `mark` in their command line, but for this one."""
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and mark in " ".join(process.cmdline()):
                left.append(process)
    return left


def settings(*typed):
    """The Settings that `python -m course_lib grade ...` makes."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.settings(parser.parse_args([str(part) for part in typed]))
