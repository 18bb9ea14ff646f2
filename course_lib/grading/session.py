"""One grading of a class: read all that came, grade what is not graded yet, and publish."""

import base64
import os
from collections import Counter
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

from tqdm import tqdm

from course_lib.checks.secret import key as key_of
from course_lib.grading import store
from course_lib.grading.intake import collect, roster
from course_lib.grading.publish.grades import publish
from course_lib.grading.results import Flag, Provenance, Remark, SheetResult, Status
from course_lib.grading.run import job, sandbox, scratch, workers
from course_lib.grading.run.preflight import NotReady, preflight
from course_lib.grading.sheet import sheets
from course_lib.grading.sheet.review import copies

NOT_YET = "it has not been graded yet; the same command, or another shard, goes on with it"


class Exit(IntEnum):
    """The exit code of the command."""

    GRADED = 0  # everything is decided
    PERSON = 1  # something needs a person, or the work was cut short
    REFUSED = 2  # nothing was graded


class Refused(Exception):
    """Nothing may be graded, and why."""


def grade(settings, root):
    """The whole command; returns its exit code. Raises Refused while nothing has been graded."""
    scratch.clear()
    submissions, students, chosen = read(settings, root)
    present = sorted({submission.sheet for submission in submissions})
    ready, level = make_ready(settings, root, [chosen[name] for name in present])
    gradable = [one for one in submissions if one.data is not None and not one.problem]
    others = [one for one in submissions if one.data is None or one.problem]
    jobs = {store.key(j): j for j in (job_of(one, ready[one.sheet], level) for one in gradable)}
    results = {name: store.read(settings.out, name) for name in jobs}
    trouble = work_off(settings, jobs, results)
    done = [result or unable(jobs[name], NOT_YET) for name, result in results.items()]
    done = [*with_copies(done), *(without_grading(one, ready[one.sheet]) for one in others)]
    try:
        grades = publish(settings.out, done, students, settings.late_penalty)
    except (ValueError, OSError) as error:
        print(f"The grades are kept in {settings.out}, but could not be published: {error}")
        return Exit.PERSON
    return tell(settings, grades, trouble)


def read(settings, root):
    """The submissions, the roster and the sheets by name; Refused when there is nothing to grade."""
    try:
        wanted = settings.exercise or sheets.names(root)
        chosen = {sheet.name: sheet for sheet in (sheets.choose(root, text) for text in wanted)}
        students = roster.read(settings.roster) if settings.roster else None
        only_present = not settings.exercise
        submissions = collect.collect(settings.submissions, students, chosen, only_present)
    except (ValueError, OSError) as error:
        raise Refused(error) from None
    if not submissions:
        raise Refused(f"{settings.submissions} holds no sheet of this course.")
    if settings.out.resolve().is_relative_to(settings.submissions.resolve()):
        raise Refused(
            f"--out {settings.out} is inside {settings.submissions}: choose a folder beside it."
        )
    return submissions, students, chosen


def make_ready(settings, root, chosen):
    """Every sheet through its preflight, and the sandbox level of this machine."""
    secret = _secret(settings.secret)
    try:
        if settings.dask:
            workers.reach(settings.dask).close()
        level = sandbox.best(settings.require_sandbox)
        print(f"Sandbox: {level}.", flush=True)
        if getattr(os, "geteuid", lambda: 1)() == 0:
            print(
                "You grade as root. An ordinary user is safer: its code can harm less.", flush=True
            )
        ready = {}
        for sheet in chosen:
            print(f"Preflight: {sheet.name}", flush=True)
            key = "" if secret is None else key_of(secret, sheet.name)
            ready[sheet.name] = preflight(root, sheet, level, key, settings.jobs)
    except (NotReady, RuntimeError, OSError) as error:
        raise Refused(error) from None
    return ready, level


def _secret(text):
    """The secret typed, or read from @FILE; None when none was asked for."""
    if text is None:
        return None
    try:
        secret = Path(text[1:]).read_text(encoding="utf-8") if text[:1] == "@" else text
    except (OSError, ValueError) as error:
        raise Refused(f"--secret {text}: {error}") from None
    if not secret.strip():
        raise Refused(
            f'--secret "{text}" is empty. Type a text, or leave --secret out to grade without one.'
        )
    return secret.strip()


def job_of(submission, ready, level):
    """The Job of a submission that can be graded."""
    return job.Job(
        student=submission.student,
        sheet=submission.sheet,
        file=submission.file,
        data=base64.b64encode(submission.data).decode("ascii"),
        flags=submission.flags,
        catalogue=ready.catalogue,
        expected=ready.expected,
        timeouts=ready.timeouts,
        secret=ready.key,
        provenance=Provenance(
            submission=store.fingerprint(submission.data),
            reference=ready.sheet.hash,
            grader=store.grader_hash(),
            sandbox=level,
        ),
    )


def work_off(settings, jobs, results):
    """Grade what has no result yet; each result is on the disk as soon as it is there.

    Returns what cut the work short, "" when nothing did.
    """
    todo = {n: j for n, j in jobs.items() if results[n] is None and _is_mine(settings, n)}
    finished = sum(result is not None for result in results.values())
    elsewhere = len(jobs) - finished - len(todo)
    rest = f", {elsewhere} belong to other shards" if elsewhere else ""
    print(
        f"{finished} of {len(jobs)} sheets need no work, {len(todo)} are graded now{rest}.",
        flush=True,
    )
    if settings.dask:
        outcomes = workers.on_dask(todo, settings.dask)
    else:
        outcomes = workers.on_this_machine(todo, settings.jobs)
    try:
        for name, outcome in tqdm(outcomes, total=len(todo), unit="sheet", disable=not todo):
            if isinstance(outcome, workers.Trouble):
                results[name] = unable(jobs[name], outcome.reason)
            else:
                store.write(settings.out, name, outcome)
                results[name] = outcome
    except KeyboardInterrupt:
        return "Stopped."
    except (OSError, RuntimeError) as error:
        return f"Stopped: {error}."
    return ""


def _is_mine(settings, name):
    part, parts = settings.shard
    return int(name[:12], 16) % parts == part - 1


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


def without_grading(submission, ready):
    """The result of a student of whom nothing came, or nothing that a machine can grade."""
    problem = submission.problem
    return SheetResult(
        student=submission.student,
        sheet=submission.sheet,
        file=submission.file,
        status=Status.NEEDS_MANUAL if problem else Status.MISSING,
        points=None if problem else 0.0,
        max_points=ready.sheet.max_points,
        reason=problem,
        flags=submission.flags,
    )


def unable(job_, reason):
    """The result where the machine failed: a person has to look, and it is no zero."""
    return job.result(job_, Status.NEEDS_MANUAL, reason=reason)


def tell(settings, grades, trouble):
    """Say what came out; returns the exit code."""
    counts = Counter(row.status for row in grades.rows)
    said = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    print(f"{len(grades.rows)} students: {said}.")
    print(f"Look at {settings.out / 'index.html'}; grades are in {settings.out / 'grades.csv'}.")
    if trouble:
        print(f"{trouble} The results so far are safe: the same command goes on from here.")
    person = trouble or counts[Status.NEEDS_MANUAL] or counts[Status.UNREADABLE]
    return Exit.PERSON if person else Exit.GRADED
