"""One job: one student's sheet, from bytes to a result. A process of its own reads what came in.

    python -m course_lib.grading.job < JOB.json > RESULT.json

Whatever happens to this process, the one that collects the results goes on.
"""

import base64
import builtins
import json
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from course_lib.checks.values import as_text
from course_lib.grading import lenient, sandbox, scratch, sheets
from course_lib.grading.decide import MachineTrouble, Runs, ended_by, is_silent
from course_lib.grading.facts import causes
from course_lib.grading.flags import flag
from course_lib.grading.likely import likely
from course_lib.grading.merge import merge
from course_lib.grading.pool import end_with_parent
from course_lib.grading.scan import scan
from course_lib.sheet_format import GRADED, course_of

ROOT = Path(__file__).parents[2]
SCHEMA = 1
OFTEN = ("LinAlgError", "AxisError", "UFuncTypeError", "StdinNotImplementedError")
DEEPEST = 50  # levels of a bundle; those that `values` makes have 15
OWN_KIND = "an exception of its own kind"


def main():
    """Read a job, write its result."""
    end_with_parent()
    job = json.load(sys.stdin)
    print(json.dumps(grade(job)))


def grade(job):
    """The result of a job, as in `begin`; raises MachineTrouble."""
    began, result = time.monotonic(), begin(job)
    sheet = sheets.load(ROOT, job["sheet"])
    if sheet.hash != job["hashes"]["reference"]:
        raise MachineTrouble(f"{platform.node()} has another version of {sheet.name}")
    try:
        notebook = lenient.read(base64.b64decode(job["data"]))
    except lenient.Unreadable as error:
        return result | {"status": "unreadable", "reason": str(error)}
    older = flags_of_older(sheet, notebook)
    if older:
        result["flags"] += [*notebook.flags, *older]
        return result | {"status": "needs manual", "reason": older[0]["evidence"]}
    merged = merge(sheet, notebook)
    runs = run(job, sheet, merged)
    result["flags"] += [*notebook.flags, *merged.flags, *scan(sheet, merged), *seen(runs)]
    entries = [exercise(name, job["facts"][name], merged, runs) for name in sheet.points]
    return result | {
        "exercises": entries,
        "points": sum(entry["points"] for entry in entries),
        "answers": {name: merged.answers[name] for name in given(merged)},  # for similar.py
        "runs": len(runs.played),
        "memory_mb": max((played.memory_mb for played in runs.played), default=0),
        "seconds": round(time.monotonic() - began, 1),
    }


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
    return [flag("older_sheet", "", evidence)]


def run(job, sheet, merged):
    """The Runs that decide the answers given; a sheet without any needs none."""
    if job["policy"]["extra_cells"] == "drop":
        merged.extras.clear()
    with scratch.folder() as library:
        walls = sandbox.build(job["sandbox"], library)
        runs = Runs(sheet, merged, walls, job["timeouts"], job["expected"], job["secret"])
        if given(merged):
            runs.decide()
        if job["policy"]["follow_through"]:
            runs.follow_through(given(merged))
    return runs


def given(merged):
    """The exercises with an answer of the student's."""
    return [name for name, state in merged.state.items() if state == "given"]


def begin(job):
    """A result in which nothing is decided yet."""
    kept = {key: job[key] for key in ("student", "sheet", "name", "hashes", "sandbox")}
    return kept | {
        "schema": SCHEMA,
        "status": "graded",
        "reason": "",
        "points": None,
        "max_points": sum(fact["points"] for fact in job["facts"].values()),
        "flags": list(job["flags"]),
        "host": platform.node(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": 0.0,
        "memory_mb": 0,
        "runs": 0,
        "exercises": [],
    }


def exercise(name, fact, merged, runs):
    """What is said of one exercise. Points are given for nbval's "passed" and nothing else."""
    public, hidden = name, f"{name} hidden"
    record, state = runs.records.get(name, {}), merged.state[name]
    verdicts, got = record.get("verdicts", {}), {b["id"]: b for b in _bundles(record)}
    status = status_of(record) if state == "given" else state
    wrong = status in ("wrong", "error")
    first = record.get("run") == 1  # a later run has the reference's answers in it: not for showing
    shown = got.get(public) if first and wrong else None
    known = causes({public: got.get(public)}, fact["mistakes"]) if wrong else []
    return {
        "exercise": name,
        "title": fact["title"],
        "points": fact["points"] if status == "passed" else 0,
        "max_points": fact["points"],
        "status": status,
        "public": verdicts.get(public, ""),
        "hidden": verdicts.get(hidden, ""),
        "got": readable(shown),
        "expected": fact["bundles"][public],
        "message": message(status, record),
        "causes": likely(shown, fact) if shown else known,
        "hidden_causes": causes(got, fact["mistakes"]) if wrong else [],
        "hints": [] if status == "passed" else fact["hints"],
        "seconds": record.get("seconds", 0.0),
        "run": "again" if record.get("run", 1) > 1 else "whole",
        "follow_through": fact["points"] * runs.followed[name] if name in runs.followed else None,
    }


def status_of(record):
    """The status of an exercise, from the record that decides it."""
    status, verdicts = record["status"], set(record["verdicts"].values())
    if status in ("passed", "killed", "timeout"):
        return status
    if "not attempted" in verdicts:
        return "not attempted"
    if "MemoryError" in (record["error"], *_kinds(record)):
        return "out of memory"
    return "wrong" if verdicts and not verdicts & {"error", ""} else "error"


def message(status, record):
    """What happened, in a sentence; "" where the values say it."""
    kinds = [*_kinds(record), *(_known(record.get(k, "")) for k in ("error", "answer_error"))]
    kind = next(filter(None, reversed(kinds)), "")
    if status == "timeout":
        return f"It was stopped after {record['seconds']:.0f} s."
    if status == "killed":
        why = record["stopped"] or "as by a crash, or os._exit"
        return f"It ended the whole program ({why})."
    if status == "out of memory":
        return "It asked for more memory than there is."
    if status == "error" and record.get("answer_error"):
        return f"The cell with the answer stopped with {kind}, so there was no function to call."
    if status == "error":
        return f"It stopped with {kind}." if kind else "It returned nothing that could be compared."
    return ""


def seen(runs):
    """Flags from the runs, the first of each kind in an exercise."""
    first = {}
    for played in runs.played:
        for record in played.records:
            for kind, evidence in noticed(record):
                first.setdefault((kind, record["exercise"]), evidence)
        if played.stopped:
            ended = next(iter(ended_by(played.records)), played.began)
            first.setdefault(("stopped", ended), played.stopped)
    return [flag(kind, where, evidence) for (kind, where), evidence in first.items()]


def noticed(record):
    """What a cell's record shows of things put back, silenced, cut off or forged."""
    for found in record["probe"]:
        changed = found.get("changed") if isinstance(found, dict) else found
        names = ", ".join(map(str, changed)) if isinstance(changed, list) else changed
        yield "tampered", f"put back after the answer: {names}"
    if record["role"] == "put back" and record["status"] == "failed":
        yield "tampered", f"nothing could be put back after the answer: {record['error']}"
    if record["role"] == GRADED and is_silent(record):
        yield "tampered", "the graded cell ended without values or an error"
    if record["dropped"]:
        yield "output_truncated", f"{record['dropped']} messages were dropped"
    if len(record["got"]) > len(record["verdicts"]) > 0:
        yield "forged_values", "more values were displayed than the cell has"


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
