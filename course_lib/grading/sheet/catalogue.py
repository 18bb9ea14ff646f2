"""The answer key of a sheet: titles, hints, and what right and catalogued wrong answers show.

    catalogue(root, "01_linear_regression")["1.1"]["mistakes"][0]["cause"]

For this only the course's own code runs, its solutions and its wrong versions, in a process of its
own: python -m course_lib.grading.sheet.catalogue 01_linear_regression
"""

import argparse
import contextlib
import importlib
import io
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np

from course_lib.checks import Exercise
from course_lib.checks.secret import VARIABLE
from course_lib.checks.values import bundle
from course_lib.grading.sheet import sheets
from course_lib.grading.sheet.bundles import agree
from course_lib.sheet_format import GRADED, HEADING, PRACTICE

SECONDS = 120  # for a sheet; some seconds are usual
QUIET = {"MPLBACKEND": "Agg", "PYTHONUTF8": "1", "TQDM_DISABLE": "1"}


class CatalogueError(Exception):
    """The course's own solutions do not run, or show something else than right answers."""


def catalogue(root, sheet_name, key=""):
    """What is known of a sheet of the course in the folder `root`, as JSON data:

        {"1.1": {"title", "minutes", "points", "hints", "returns", "bundles",
                 "mistakes": [{"cause", "bundles", "tells"}, ...]}, ...}

    bundles are those that `values` displays, by their ids, for the right answer and for each wrong
    one; `tells` are the ids where the wrong one returns other values. With a key, the hidden inputs
    are those of that key. Raises CatalogueError.
    """
    command = [sys.executable, "-m", "course_lib.grading.sheet.catalogue", sheet_name]
    environment = {name: text for name, text in os.environ.items() if name != VARIABLE}
    try:
        done = subprocess.run(
            command,
            cwd=Path(root).resolve(),
            env=environment | QUIET | ({VARIABLE: key} if key else {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise CatalogueError(
            f"the solutions of {sheet_name} were stopped after {SECONDS} s; is this machine very busy?"
        ) from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise CatalogueError(
            f"the solutions of {sheet_name} do not run: {last}. "
            f"See what python -m pytest --nbval solutions/{sheet_name}.ipynb says."
        )
    return json.loads(done.stdout)


def main(arguments=None):
    """Print the catalogue of a sheet of the course in this folder; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.grading.sheet.catalogue", description=__doc__
    )
    parser.add_argument("sheet", metavar="SHEET", help="01_linear_regression")
    name = parser.parse_args(arguments).sheet
    try:
        # What the cells print, and what they would draw, is dropped: the catalogue stands alone.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            exercises = gather(Path.cwd(), name)
    except (CatalogueError, sheets.SheetError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(exercises, allow_nan=False))
    return 0


def gather(root, name):
    """The catalogue of a sheet, made by running its solutions here, in this process."""
    sheet, titles = sheets.load(root, name), headings(root, name)
    checks, space, exercises = exercises_of(name), {"__name__": "sheet"}, {}
    for cell in sheet.cells:
        if cell.role == GRADED:
            number, answer = cell.exercise, sheet.function(cell.exercise)
            exercises[number] = titles[number] | judged(cell, checks[number], answer, space)
        elif cell.role != PRACTICE:
            run(cell, space)
    return exercises


def headings(root, name):
    """Title, minutes and points of each exercise, from "## 1.1 Title (15 minutes, 2 points)"."""
    path = Path(root) / sheets.SOLUTIONS / f"{name}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return {
        number: {"title": title, "minutes": int(minutes), "points": int(points)}
        for number, title, minutes, points in HEADING.findall(text)
    }


def exercises_of(name):
    """The Exercises of a sheet's lesson by their numbers."""
    lesson = importlib.import_module(f"course_lib.checks.lesson_{name.split('_')[0]}")
    return {thing.number: thing for thing in vars(lesson).values() if isinstance(thing, Exercise)}


def judged(cell, exercise, answer, space):
    """Hints, right bundles and mistakes of one graded cell; `answer` is the name of the function."""
    right = shown(cell, space)
    if any(part["status"] != "ok" for part in right.values()):
        raise CatalogueError(f"the right answer to {exercise.number} shows {right}")
    mistakes = []
    for cause, wrong in exercise.mistakes.items():
        bundles = shown(cell, space, {answer: wrong})
        tells = [name for name in right if differs(bundles[name], right[name])]
        if tells:  # else it is wrong for other inputs only
            mistakes.append({"cause": cause, "bundles": bundles, "tells": tells})
    own = {"hints": list(exercise.hints), "returns": list(exercise.returns)}
    return own | {"bundles": right, "mistakes": mistakes}


def shown(cell, space, instead=()):
    """The bundles that a graded cell displays, with other functions in place of some of the names."""
    bundles, changed = {}, dict(instead)

    def values(name, function, *cases, **settings):
        bundles[name] = bundle(name, function, *cases, **settings)

    changed["values"] = values
    kept = {name: space[name] for name in changed}
    space.update(changed)
    run(cell, space)
    space.update(kept)
    return bundles


def differs(bundle, right):
    """True when some value was returned, and is another than the right one.

    Exceptions are known by their type alone, which is too little to tell one mistake from another.
    """
    return any(
        not agree(got, expected) and not (isinstance(got, dict) and "error" in got)
        for got, expected in zip(bundle["values"], right["values"], strict=True)
    )


def run(cell, space):
    """Run a cell of the course's own in the namespace `space`."""
    with np.errstate(all="ignore"):
        exec(compile(cell.source, cell.id, "exec"), space)


if __name__ == "__main__":
    raise SystemExit(main())
