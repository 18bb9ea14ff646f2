"""Before anybody is graded, this machine and each sheet must show that grading works here.

the reference   scores 100 %, twice, and says how long each cell may take on this machine
the blank       scores 0 %: every check fails on it, as "not attempted"
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from course_lib.grading.results import Status
from course_lib.grading.run import sandbox, scratch
from course_lib.grading.run.decide import MachineTrouble, Runs
from course_lib.grading.sheet.catalogue import CatalogueError, catalogue
from course_lib.grading.sheet.merge import GIVEN, Merged
from course_lib.sheet_format import ANSWER

LEAST, TIMES = 10.0, 10.0  # a cell may take 10 s, or 10 times as long as the reference's


class NotReady(Exception):
    """Nothing may be graded here, and why."""


@dataclass(frozen=True)
class ReadySheet:
    """A sheet that may be graded: what is known of it, and its cells' time limits in seconds."""

    sheet: object
    catalogue: dict
    timeouts: dict
    expected: dict | None  # bundles by exercise when a secret draws the hidden inputs
    key: str


def preflight(root, sheet, level, key="", jobs=1):
    """The sheet, Ready to be graded at this sandbox level; raises NotReady."""
    try:
        exercises = catalogue(root, sheet.name, key)
        ready = ReadySheet(sheet, exercises, {}, expected(exercises, key), key)
        with scratch.folder() as library:
            walls = sandbox.build(level, library)
            with ThreadPoolExecutor(jobs) as threads:
                answers = (None, None, _blank(sheet))
                *reference, blank = threads.map(lambda merged: _run(ready, merged, walls), answers)
    except (MachineTrouble, CatalogueError, OSError, RuntimeError) as error:
        raise NotReady(f"{sheet.name}: {error}") from None
    _check(sheet, reference, blank)
    seconds = {r["cell"]: r["seconds"] for r in reference[0].executions[0].records}
    ready.timeouts.update({cell: max(LEAST, TIMES * s) for cell, s in seconds.items()})
    return ready


def expected(exercises, key):
    """The right bundles by exercise when a secret's key draws the hidden inputs."""
    found = {name: list(entry["bundles"].values()) for name, entry in exercises.items()}
    return found if key else None


def _run(ready, merged, walls):
    runs = Runs(ready.sheet, merged, walls, {}, ready.expected, ready.key)
    runs.run()
    return runs


def _blank(sheet):
    stubs = {cell.exercise: cell.stub for cell in sheet.cells if cell.role == ANSWER}
    return Merged(stubs, dict.fromkeys(stubs, GIVEN), {}, [])


def _check(sheet, reference, blank):
    for runs in reference:
        failed = [e for e in sheet.points if _status(runs, e) != Status.PASSED]
        if failed:
            raise NotReady(
                f"{sheet.name}: the reference's own answers to {', '.join(failed)} do not pass here. "
                f"See what python -m pytest --nbval solutions/{sheet.name}.ipynb says."
            )
    for exercise in sheet.points:
        record = blank.records.get(exercise, {"status": "", "verdicts": {}})
        verdicts = set(record["verdicts"].values())
        if record["status"] != Status.FAILED or verdicts != {Status.NOT_ATTEMPTED}:
            raise NotReady(f"{sheet.name}: the check of {exercise} does not fail on a blank answer")


def _status(runs, exercise):
    return runs.records.get(exercise, {}).get("status")
