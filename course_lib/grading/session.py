"""One grading of a class: look at everything first, grade what is not graded yet, and publish."""

import base64
import json
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from course_lib.checks.secret import key as key_of
from course_lib.grading import (
    GRADED,
    PERSON,
    job,
    ledger,
    pool,
    roster,
    sandbox,
    scratch,
    sheets,
    submissions,
)
from course_lib.grading.grades import publish
from course_lib.grading.preflight import NotReady, preflight
from course_lib.grading.similar import similar
from course_lib.sheet_format import ANSWER

RARE = 0.1  # the share of a class below which a sheet may be one that nobody asked for
NOT_YET = "it has not been graded yet; the same command, or another shard, goes on with it"


class Refused(Exception):
    """Nothing may be graded, and why."""


def grade(args, root):
    """The whole command; returns its exit code. Raises Refused while nothing has been graded."""
    scratch.clear()
    works, people, chosen = look(args, root)
    ready, level = make_ready(
        args, root, [chosen[name] for name in sorted({w.sheet for w in works})]
    )
    jobs = {}
    for work in works:
        if work.data is not None and not work.problem:
            made = job_of(args, work, ready[work.sheet], level)
            jobs[ledger.key(made)] = made
    results = {name: ledger.read(args.out, name) for name in jobs}
    trouble = work_off(args, jobs, results)
    done = [result or unable(jobs[name], NOT_YET) for name, result in results.items()]
    flag_copies(done, chosen)
    fixed = [without_grading(work, ready[work.sheet], level) for work in works if _is_fixed(work)]
    try:
        grades = publish(args.out, [*fixed, *done], people, args.late_penalty)
    except (ValueError, OSError) as error:
        print(f"The grades are kept in {args.out}, but could not be published: {error}")
        return PERSON
    return tell(args, grades, trouble)


def look(args, root):
    """The works, the roster and the sheets by name; Refused when there is nothing to grade."""
    try:
        wanted = args.exercise or sheets.names(root)
        chosen = {sheet.name: sheet for sheet in (sheets.choose(root, text) for text in wanted)}
        people = roster.read(args.roster) if args.roster else None
        works = submissions.collect(args.submissions, people, chosen, not args.exercise)
    except (ValueError, OSError) as error:
        raise Refused(error) from None
    if not works:
        raise Refused(f"{args.submissions} holds no sheet of this course.")
    if not args.exercise:
        warn_of_rare(works)
    if args.out.resolve().is_relative_to(args.submissions.resolve()):
        raise Refused(f"--out {args.out} is inside {args.submissions}: choose a folder beside it.")
    return works, people, chosen


def warn_of_rare(works):
    """Say which sheets hardly anybody handed in: everybody else would be missing them."""
    came = Counter(work.sheet for work in works if work.data is not None)
    students = len({work.student for work in works})
    for sheet, number in sorted(came.items()):
        if number < RARE * students:
            print(
                f"Only {number} of {students} students handed in {sheet}; --exercise leaves it out."
            )


def make_ready(args, root, chosen):
    """Every sheet through its preflight, and the sandbox level of this machine."""
    secret = _secret(args.secret)
    try:
        if args.dask:
            pool.reach(args.dask).close()
        level = sandbox.best(args.require_sandbox)
        print(f"Sandbox: {level}.", flush=True)
        ready = {}
        for sheet in chosen:
            print(f"Preflight: {sheet.name}", flush=True)
            key = key_of(secret, sheet.name) if secret else ""
            ready[sheet.name] = preflight(root, sheet, level, key, args.jobs)
    except (NotReady, RuntimeError, OSError) as error:
        raise Refused(error) from None
    return ready, level


def _secret(text):
    """The secret typed, or read from @FILE."""
    if not text or not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Refused(f"--secret {text}: {error}") from None


def job_of(args, work, ready, level):
    """All that a job needs to know, as JSON data."""
    hashes = {
        "submission": ledger.fingerprint(work.data),
        "reference": ready.sheet.hash,
        "grader": ledger.grader_hash(),
    }
    return {
        "student": work.student,
        "sheet": work.sheet,
        "name": work.name,
        "data": base64.b64encode(work.data).decode("ascii"),
        "flags": list(work.flags),
        "hashes": hashes,
        "policy": {"extra_cells": args.extra_cells, "follow_through": args.follow_through},
        "secret": ready.key,
        "sandbox": level,
        "facts": ready.facts,
        "expected": ready.expected,
        "timeouts": ready.timeouts,
    }


def work_off(args, jobs, results):
    """Grade what has no result yet; each result is on the disk as soon as it is there.

    Returns what cut the work short, "" when nothing did.
    """
    todo = {name: jobs[name] for name in jobs if results[name] is None and _is_mine(args, name)}
    finished = sum(result is not None for result in results.values())
    others = len(jobs) - finished - len(todo)
    rest = f", {others} belong to other shards" if others else ""
    print(
        f"{finished} of {len(jobs)} sheets need no work, {len(todo)} are graded now{rest}.",
        flush=True,
    )
    begin = pool.on_dask(todo, args.dask) if args.dask else pool.on_this_machine(todo, args.jobs)
    try:
        for name, result in tqdm(begin, total=len(todo), unit="sheet", disable=not todo):
            if "trouble" in result:
                results[name] = unable(jobs[name], result["trouble"])
            else:
                results[name] = kept(args.out, name, jobs[name], result)
    except KeyboardInterrupt:
        return "Stopped."
    except (OSError, RuntimeError) as error:
        return f"Stopped: {error}."
    return ""


def kept(out, name, made, result):
    """The result as it is on the disk now; one that cannot be written down is left to a person."""
    try:
        ledger.write(out, name, result)
        return json.loads(json.dumps(result))
    except (RecursionError, ValueError) as error:
        return unable(made, f"its result could not be written: {error}")


def flag_copies(results, chosen):
    """Flag the sheets that say the same. The answers have served then: nobody publishes them."""
    answers = {name: {} for name in chosen}
    for result in results:
        answers[result["sheet"]][result["student"]] = result.pop("answers", {})
    for name, sheet in chosen.items():
        stubs = {cell.exercise: cell.stub for cell in sheet.cells if cell.role == ANSWER}
        copies = similar(answers[name], stubs)
        for result in results:
            if result["sheet"] == name:
                result["flags"] = result["flags"] + copies[result["student"]]


def _is_mine(args, name):
    part, parts = args.shard or (1, 1)
    return int(name[:12], 16) % parts == part - 1


def _is_fixed(work):
    return work.data is None or bool(work.problem)


def without_grading(work, ready, level):
    """The result of a student of whom nothing came, or nothing that a machine can grade."""
    came = work.data is not None or bool(work.problem)
    status = "needs manual" if came else "missing"
    facts = {"facts": ready.facts, "hashes": {}, "sandbox": level}
    blank = job.begin({**vars(work), **facts}) | {"status": status, "reason": work.problem}
    return blank | {"points": None if came else 0, "started": "", "host": ""}


def unable(made, reason):
    """The result where the machine failed: a person has to look, and it is no zero."""
    return job.begin(made) | {"status": "needs manual", "reason": reason}


def tell(args, grades, trouble):
    """Say what came out; returns the exit code."""
    counts = {}
    for row in grades.rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    said = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    print(f"{len(grades.rows)} students: {said}.")
    print(f"Look at {args.out / 'index.html'}; grades are in {args.out / 'grades.csv'}.")
    if trouble:
        print(f"{trouble} The results so far are safe: the same command goes on from here.")
    person = trouble or counts.get("needs manual") or counts.get("unreadable")
    return PERSON if person else GRADED
