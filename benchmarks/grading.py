"""Our grading beside nbgrader's autograde, in time and memory.

    python benchmarks/grading.py [--students 20] [--rounds 3]

Both get the same notebooks, sheet 1 with all right answers, and grade one after the other (--jobs 1;
nbgrader has no other mode). They take turns, so that a busy machine slows both. From the time of each
is taken that of a call with nothing left to do: the difference is the time for the submissions.

What they do with a submission differs. nbgrader runs all cells in one kernel, the practice cells too,
and gives points to a graded cell that raises nothing. Ours runs answers and graded cells behind walls
and compares the values, with nbval. Before the first class it also runs each sheet three times
itself and keeps what it found: that is done here with one submission more, and not counted.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).parents[1]
SHEET = "01_linear_regression"
SCRIPTS = sysconfig.get_path("scripts")  # nbgrader calls alembic by its bare name
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
ENVIRONMENT = os.environ | ONE_THREAD | {"PATH": os.pathsep.join([SCRIPTS, os.environ["PATH"]])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        hand_in(folder / "submitted", [f"student{n:03}" for n in range(options.students)])
        hand_in(folder / "first", ["first"])
        prepare(folder)
        measured = {"course_lib grade": [], "nbgrader autograde": []}
        for number in range(options.rounds):
            sides = [(ours, "course_lib grade"), (nbgrader, "nbgrader autograde")]
            for side, name in sides if number % 2 == 0 else reversed(sides):
                measured[name].append(side(folder))
                print(f"round {number + 1}, {name}: {measured[name][-1][0]:.1f} s", flush=True)
        report(measured, options.students)
        print("A sheet that nobody has touched gets:", blank(folder))


def hand_in(submitted, names):
    """Folders as both read them, STUDENT/SHEET/SHEET.ipynb: all right answers, no two files alike."""
    solved, sheet = (notebook(folder) for folder in ("solutions", "exercises"))
    answers = {cell["id"]: "".join(cell["source"]) for cell in solved["cells"]}
    for name in names:
        for cell in sheet["cells"]:
            if cell["metadata"].get("course", {}).get("role") == "answer":
                cell["source"] = f"# {name}\n{answers[cell['id']]}"
        path = submitted / name / SHEET / f"{SHEET}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(sheet), encoding="utf-8")


def notebook(folder):
    return json.loads((ROOT / folder / f"{SHEET}.ipynb").read_text(encoding="utf-8"))


def prepare(folder):
    """nbgrader's course: the source, and the database that generate_assignment makes of it."""
    source = folder / "source" / SHEET
    source.mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{SHEET}.ipynb", source)
    run(folder, "nbgrader", "generate_assignment", SHEET, "--create")
    shutil.copy(folder / "gradebook.db", folder / "gradebook.new")


def ours(folder):
    """(seconds, peak memory in MB) of the submissions alone, then the seconds before and after."""
    shutil.rmtree(folder / "results", ignore_errors=True)
    grade(folder, "first", "results")
    seconds, memory = grade(folder, "submitted", "results")
    check(column(folder / "results" / "grades.csv", "points"))
    fixed, _ = grade(folder, "submitted", "results")
    return seconds - fixed, memory, fixed


def check(points):
    """All answers are right."""
    most = maximum()
    assert points, "nobody was graded"
    assert all(float(p) == most for p in points), f"{points}, and not {most} each"


def maximum():
    """The points of the whole sheet."""
    cells = notebook("solutions")["cells"]
    return sum(cell["metadata"].get("nbgrader", {}).get("points", 0) for cell in cells)


def nbgrader(folder):
    """The same of nbgrader. Its database is put back first; what it made is removed."""
    shutil.rmtree(folder / "autograded", ignore_errors=True)
    shutil.copy(folder / "gradebook.new", folder / "gradebook.db")
    seconds, memory = run(folder, "nbgrader", "autograde", SHEET)
    run(folder, "nbgrader", "export")
    check(column(folder / "grades.csv", "score"))
    fixed, _ = run(folder, "nbgrader", "autograde", SHEET)
    return seconds - fixed, memory, fixed


def blank(folder):
    """Both sides' points for a blank sheet."""
    shutil.rmtree(folder / "submitted")
    shutil.rmtree(folder / "autograded")
    shutil.copy(folder / "gradebook.new", folder / "gradebook.db")
    path = folder / "submitted" / "nobody" / SHEET
    path.mkdir(parents=True)
    shutil.copy(ROOT / "exercises" / f"{SHEET}.ipynb", path)
    grade(folder, "submitted", "blank")
    run(folder, "nbgrader", "autograde", SHEET)
    run(folder, "nbgrader", "export")
    own = column(folder / "blank" / "grades.csv", "points")
    theirs = column(folder / "grades.csv", "score")
    return f"{own[0]} of {maximum()} from ours, {theirs[0]} from nbgrader"


def grade(folder, submissions, out):
    command = [sys.executable, "-m", "course_lib", "grade", submissions, "--out", out]
    return run(folder, *command, "--exercise", "01", "--jobs", "1")


def run(folder, *command):
    """(seconds, peak MB) of a command with all its children; their memory is added up."""
    began, peak, log = time.perf_counter(), 0, folder / "log"
    with open(log, "w", encoding="utf-8") as said:
        process = psutil.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=said, stderr=said)
        while process.poll() is None:
            peak = max(peak, memory_of(process))
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{log.read_text(encoding='utf-8')[-3000:]}")
    return time.perf_counter() - began, peak / 1e6


def memory_of(process):
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.Error:  # one has just ended
        pass
    return total


def column(path, name):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def report(measured, students):
    print(f"\n{students} submissions, {len(next(iter(measured.values())))} rounds; medians")
    print("| | submissions a minute and core | seconds each | seconds once | peak MB |")
    print("|---|---|---|---|---|")
    for name, rounds in measured.items():
        seconds, memory, fixed = (median(column) for column in zip(*rounds, strict=True))
        each = seconds / students
        print(f"| `{name}` | {60 / each:.1f} | {each:.2f} | {fixed:.1f} | {memory:.0f} |")
    ratios = [a[0] / b[0] for a, b in zip(*measured.values(), strict=True)]
    print(f"Ours took {median(ratios):.2f} times as long ({min(ratios):.2f} to {max(ratios):.2f}).")


if __name__ == "__main__":
    main()
