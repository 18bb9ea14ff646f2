"""One grading of a class: look at everything first, grade what is not graded yet, and publish."""

import base64
from collections import Counter
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

from tqdm import tqdm

from course_lib.checks.secret import key as key_of
from course_lib.grading import job, ledger, pool, roster, sandbox, scratch, sheets, submissions
from course_lib.grading.grades import publish
from course_lib.grading.preflight import NotReady, preflight
from course_lib.grading.results import Flag, Provenance, Remark, SheetResult, Status
from course_lib.grading.review import copies

NOT_YET = "it has not been graded yet; the same command, or another shard, goes on with it"


class Exit(IntEnum):
    """The exit code of the command."""

    GRADED = 0  # everything is decided
    PERSON = 1  # something needs a person, or the work was cut short
    REFUSED = 2  # nothing was graded


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
            made = job_of(work, ready[work.sheet], level)
            jobs[ledger.key(made)] = made
    results = {name: ledger.read(args.out, name) for name in jobs}
    trouble = work_off(args, jobs, results)
    done = [result or unable(jobs[name], NOT_YET) for name, result in results.items()]
    fixed = [without_grading(work, ready[work.sheet]) for work in works if _is_fixed(work)]
    try:
        grades = publish(args.out, [*fixed, *with_copies(done)], people, args.late_penalty)
    except (ValueError, OSError) as error:
        print(f"The grades are kept in {args.out}, but could not be published: {error}")
        return Exit.PERSON
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
    if args.out.resolve().is_relative_to(args.submissions.resolve()):
        raise Refused(f"--out {args.out} is inside {args.submissions}: choose a folder beside it.")
    return works, people, chosen


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


def job_of(work, ready, level):
    """The Job of a submission that can be graded."""
    return job.Job(
        student=work.student,
        sheet=work.sheet,
        file=work.name,
        data=base64.b64encode(work.data).decode("ascii"),
        flags=work.flags,
        facts=ready.facts,
        expected=ready.expected,
        timeouts=ready.timeouts,
        secret=ready.key,
        provenance=Provenance(
            submission=ledger.fingerprint(work.data),
            reference=ready.sheet.hash,
            grader=ledger.grader_hash(),
            sandbox=level,
        ),
    )


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
            if isinstance(result, pool.Trouble):
                results[name] = unable(jobs[name], result.reason)
            else:
                ledger.write(args.out, name, result)
                results[name] = result
    except KeyboardInterrupt:
        return "Stopped."
    except (OSError, RuntimeError) as error:
        return f"Stopped: {error}."
    return ""


def with_copies(results):
    """The results, with a flag on sheets that say the same as others'."""
    same = {}
    for sheet in {result.sheet for result in results}:
        marks = {r.student: r.fingerprint for r in results if r.sheet == sheet}
        same |= {(student, sheet): evidence for student, evidence in copies(marks)}
    for result in results:
        evidence = same.get((result.student, result.sheet))
        more = [Remark(Flag.SAME_AS, "", evidence)] if evidence else []
        yield replace(result, flags=(*result.flags, *more))


def _is_mine(args, name):
    part, parts = args.shard or (1, 1)
    return int(name[:12], 16) % parts == part - 1


def _is_fixed(work):
    return work.data is None or bool(work.problem)


def without_grading(work, ready):
    """The result of a student of whom nothing came, or nothing that a machine can grade."""
    return SheetResult(
        student=work.student,
        sheet=work.sheet,
        file=work.name,
        status=Status.NEEDS_MANUAL if work.problem else Status.MISSING,
        points=None if work.problem else 0.0,
        max_points=ready.sheet.max_points,
        reason=work.problem,
        flags=work.flags,
    )


def unable(made, reason):
    """The result where the machine failed: a person has to look, and it is no zero."""
    return job.result(made, Status.NEEDS_MANUAL, reason=reason)


def tell(args, grades, trouble):
    """Say what came out; returns the exit code."""
    counts = Counter(row.status for row in grades.rows)
    said = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    print(f"{len(grades.rows)} students: {said}.")
    print(f"Look at {args.out / 'index.html'}; grades are in {args.out / 'grades.csv'}.")
    if trouble:
        print(f"{trouble} The results so far are safe: the same command goes on from here.")
    person = trouble or counts[Status.NEEDS_MANUAL] or counts[Status.UNREADABLE]
    return Exit.PERSON if person else Exit.GRADED
