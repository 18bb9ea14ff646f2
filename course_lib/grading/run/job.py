"""One job: one student's sheet, from bytes to a result. A process of its own reads what came in.

    python -m course_lib.grading.run.job < JOB.json > RESULT.json

Whatever happens to this process, the one that collects the results goes on.
"""

import base64
import builtins
import platform
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from course_lib.checks.values import as_text
from course_lib.grading.results import (
    WITHOUT_POINTS,
    ExerciseResult,
    Flag,
    Provenance,
    Remark,
    SheetResult,
    Status,
    dumps,
    loads,
)
from course_lib.grading.run import sandbox, scratch
from course_lib.grading.run.decide import MachineTrouble, Runs, ended_by, is_silent
from course_lib.grading.run.diagnosis import causes, likely
from course_lib.grading.sheet import notebooks, sheets
from course_lib.grading.sheet.merge import GIVEN, merge
from course_lib.grading.sheet.review import fingerprint, review
from course_lib.sheet_format import GRADED, course_of

ROOT = Path(__file__).parents[3]
OFTEN = ("LinAlgError", "AxisError", "UFuncTypeError", "StdinNotImplementedError")
DEEPEST = 50  # levels of a bundle; those that `values` makes have 15
OWN_KIND = "an exception of its own kind"


@dataclass(frozen=True)
class Job:
    """One submission, and all that its result depends on, as plain data."""

    student: str
    sheet: str
    file: str  # where it came from, for people
    data: str  # its bytes, in base64
    flags: tuple[Remark, ...]
    catalogue: dict  # what is known of each exercise, by its number
    expected: dict | None  # bundles by exercise, when a secret draws the hidden inputs
    timeouts: dict  # seconds by cell id
    secret: str
    provenance: Provenance  # the hashes, and the level of the sandbox
    walls: str = ""  # with what that level was tried and held; "" when it was not


def main():
    """Read a job, write its result."""
    scratch.end_with_parent()
    answer(sys.stdin.read())


def answer(text):
    """Write the result of a job."""
    print(dumps(grade(loads(Job, text))))


def grade(job):
    """The SheetResult of a job; raises MachineTrouble."""
    began, started = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    sheet = sheets.load(ROOT, job.sheet)
    if sheet.hash != job.provenance.reference:
        raise MachineTrouble(f"{platform.node()} has another version of {sheet.name}")
    try:
        notebook = notebooks.read(base64.b64decode(job.data))
    except notebooks.Unreadable as error:
        return result(job, Status.UNREADABLE, reason=str(error))
    older = flags_of_older(sheet, notebook)
    if older:
        flags = (*job.flags, *notebook.flags, *older)
        return result(job, Status.NEEDS_MANUAL, reason=older[0].evidence, flags=flags)
    merged = merge(sheet, notebook)
    runs = run(job, sheet, merged)
    flags = (*job.flags, *notebook.flags, *merged.flags, *review(sheet, merged), *remarks(runs))
    provenance = replace(
        job.provenance,
        host=platform.node(),
        started=started,
        seconds=round(time.monotonic() - began, 1),
        memory_mb=max((one.memory_mb for one in runs.executions), default=0),
        runs=len(runs.executions),
    )
    return result(
        job,
        Status.GRADED,
        exercises=tuple(exercise(name, job.catalogue[name], merged, runs) for name in sheet.points),
        flags=flags,
        fingerprint=fingerprint(sheet, merged),
        provenance=provenance,
    )


def flags_of_older(sheet, notebook):
    """A flag when the notebook says that it was made from another version of the sheet.

    Its functions may have other names and arguments, so what they lack is no mistake. Where the
    notebook's metadata are lost, its cells alone tell what it is.
    """
    course = course_of(notebook.metadata)
    if not course or course.get("version") == sheet.version:
        return []
    evidence = (
        f"It was made from an older sheet: version {course.get('version') or 'none'}, the course has "
        f"{sheet.version}. Grade it with the version of the course that it came from, or have the "
        "student copy the answers into the present sheet."
    )
    return [Remark(Flag.OLDER_SHEET, "", evidence)]


def run(job, sheet, merged):
    """The Runs that decide the answers given; a sheet without any needs none."""
    with scratch.folder() as library:
        walls = sandbox.build(job.provenance.sandbox, library, job.walls)
        runs = Runs(sheet, merged, walls, job.timeouts, job.expected, job.secret)
        if GIVEN in merged.state.values():
            runs.decide()
    return runs


def result(job, status, **found):
    """The SheetResult of a job. Its points are the sum of its exercises' points."""
    points = sum(one.points for one in found.get("exercises", ()))
    return SheetResult(
        student=job.student,
        sheet=job.sheet,
        file=job.file,
        status=status,
        points=None if status in WITHOUT_POINTS else points,
        max_points=float(sum(entry["points"] for entry in job.catalogue.values())),
        **{"flags": job.flags, "provenance": job.provenance} | found,
    )


def exercise(name, entry, merged, runs):
    """The ExerciseResult. Points are given for nbval's "passed" and nothing else."""
    public, hidden = name, f"{name} hidden"
    record, state = runs.records.get(name, {}), merged.state[name]
    verdicts, got = record.get("verdicts", {}), {b["id"]: b for b in _bundles(record)}
    status = status_of(record) if state == GIVEN else state
    wrong = status in (Status.WRONG, Status.ERROR)
    first = record.get("run") == 1  # a later run has the reference's answers in it: not for showing
    shown = got.get(public) if first and wrong else None
    known = causes({public: got.get(public)}, entry["mistakes"]) if wrong else []
    return ExerciseResult(
        exercise=name,
        title=entry["title"],
        status=status,
        points=float(entry["points"]) if status == Status.PASSED else 0.0,
        max_points=float(entry["points"]),
        public=verdicts.get(public),
        hidden=verdicts.get(hidden),
        got=readable(shown),
        expected=entry["bundles"][public],
        message=message(status, record),
        causes=tuple(likely(shown, entry) if shown else known),
        hidden_causes=tuple(causes(got, entry["mistakes"]) if wrong else ()),
        hints=() if status == Status.PASSED else tuple(entry["hints"]),
        seconds=record.get("seconds", 0.0),
        run=record.get("run", 0),
    )


def status_of(record):
    """The status of an exercise, from the record that decides it."""
    status, verdicts = record["status"], set(record["verdicts"].values())
    if status in (Status.PASSED, Status.KILLED, Status.TIMEOUT):
        return Status(status)
    if Status.NOT_ATTEMPTED in verdicts:
        return Status.NOT_ATTEMPTED
    if "MemoryError" in (record["error"], *_kinds(record)):
        return Status.OUT_OF_MEMORY
    return Status.WRONG if verdicts and not verdicts & {Status.ERROR, None} else Status.ERROR


def message(status, record):
    """What happened, in a sentence; "" where the values say it."""
    kinds = [*_kinds(record), *(_known(record.get(k, "")) for k in ("error", "answer_error"))]
    kind = next(filter(None, reversed(kinds)), "")
    if status == Status.TIMEOUT:
        return f"It was stopped after {record['seconds']:.0f} s."
    if status == Status.KILLED:
        why = record["stopped"] or "as by a crash, or os._exit"
        return f"It ended the whole program ({why})."
    if status == Status.OUT_OF_MEMORY:
        return "It asked for more memory than there is."
    if status == Status.ERROR and record.get("answer_error"):
        return f"The cell with the answer stopped with {kind}, so there was no function to call."
    if status == Status.ERROR:
        return f"It stopped with {kind}." if kind else "It returned nothing that could be compared."
    return ""


def remarks(runs):
    """Flags from the runs, the first of each kind in an exercise."""
    first = {}
    for execution in runs.executions:
        for record in execution.records:
            for flag, evidence in noticed(record):
                first.setdefault((flag, record["exercise"]), evidence)
        if execution.stopped:
            ended = next(iter(ended_by(execution.records)), execution.began)
            first.setdefault((Flag.STOPPED, ended), execution.stopped)
    return [Remark(flag, where, evidence) for (flag, where), evidence in first.items()]


def noticed(record):
    """What a cell's record shows of things put back, silenced, cut off or forged."""
    for found in record["probe"]:
        changed = found.get("changed") if isinstance(found, dict) else found
        names = ", ".join(map(str, changed)) if isinstance(changed, list) else changed
        yield Flag.TAMPERED, f"put back after the answer: {names}"
    if record["role"] == "put back" and record["status"] == Status.FAILED:
        yield Flag.TAMPERED, f"nothing could be put back after the answer: {record['error']}"
    if record["role"] == GRADED and is_silent(record):
        yield Flag.TAMPERED, "the graded cell ended without values or an error"
    if record["dropped"]:
        yield Flag.OUTPUT_TRUNCATED, f"{record['dropped']} messages were dropped"
    if len(record["got"]) > len(record["verdicts"]) > 0:
        yield Flag.FORGED_VALUES, "more values were displayed than the cell has"


def readable(bundle):
    """The bundle, if it can be shown and written; None for a forged one that cannot."""
    try:
        as_text(bundle)
    except Exception:  # a student can display anything in place of a bundle
        return None
    return bundle if _is_shallow(bundle, DEEPEST) else None


def _is_shallow(data, left):
    """Whether data has at most `left` levels: on very deep data writing the results would fail."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return left > 0 and all(_is_shallow(part, left - 1) for part in parts)


def _bundles(record):
    """The bundles that a record got, as far as they are what `values` makes."""
    got = [bundle for bundle in record.get("got", ()) if isinstance(bundle, dict)]
    return [b for b in got if b.keys() == {"id", "status", "values"} and isinstance(b["id"], str)]


def _kinds(record):
    """The exceptions that the calls of an answer ended in."""
    statuses = [b["status"] for b in _bundles(record) if isinstance(b["status"], str)]
    return [_known(s.removeprefix("error: ")) for s in statuses if s.startswith("error: ")]


def _known(kind):
    """The name of a known exception. In one of their own, students could send out hidden inputs."""
    return kind if not kind or kind in vars(builtins) or kind in OFTEN else OWN_KIND


if __name__ == "__main__":
    main()
