"""One grading of a class: read all that came, grade what is not graded yet, and publish."""

import base64
from collections import Counter
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

from course_lib.checks.secret import key as key_of
from course_lib.grading import store
from course_lib.grading.intake import collect, listing, roster
from course_lib.grading.publish.grades import publish as write_grades
from course_lib.grading.readiness import make_ready
from course_lib.grading.results import Flag, Provenance, Remark, Status
from course_lib.grading.roll import entry_of, roll_of, with_reason
from course_lib.grading.run import job, sandbox, scratch
from course_lib.grading.run.preflight import NotReady
from course_lib.grading.sheet import sheets
from course_lib.grading.sheet.review import copies
from course_lib.grading.work import work_off


class Exit(IntEnum):
    """The exit code of the command."""

    GRADED = 0  # everything is decided
    PERSON = 1  # something needs a person, or the work was cut short
    REFUSED = 2  # nothing was graded


class Refused(Exception):
    """Nothing may be graded, and why."""


def grade(settings, root):
    """The whole command; returns its exit code. Raises Refused while nothing has been graded."""
    submissions, students, chosen = read(settings, root)
    only, again = (_named(who, submissions, students) for who in (settings.only, settings.again))
    keys = _keys(settings.secret, chosen)
    jobs = {store.key(j): j for j in (job_of(o, chosen[o.sheet], keys) for o in submissions)}
    entries = [
        entry_of(one, name, chosen[one.sheet].max_points)
        for one, name in zip(submissions, jobs, strict=True)
    ]
    if settings.list:
        return show(settings, submissions, entries)
    people, old = students.rows if students else {}, store.roll(settings.out)
    roll = roll_of(entries, people, settings.late_penalty, only, old)
    jobs = {e.name: jobs[e.name] for e in entries if e.name and (not only or e.key[0] in only)}
    there = {n for n, j in jobs.items() if j.student not in again and store.read(settings.out, n)}
    todo = {n: j for n, j in jobs.items() if n not in there and _is_mine(settings, n)}
    todo = _prepared(settings, root, chosen, todo)
    tell_work(jobs, there, todo)
    return work_off_and_publish(settings, roll, todo)


def _prepared(settings, root, chosen, todo):
    """The jobs to do, complete, after the preflight of their sheets; none needs no preflight."""
    scratch.clear()
    needed = [chosen[name] for name in sorted({made.sheet for made in todo.values()})]
    keys = {made.sheet: made.secret for made in todo.values()}
    try:
        ready, level = make_ready(settings, root, needed, keys) if todo else ({}, "")
    except NotReady as error:
        raise Refused(error) from None
    return {name: completed(made, ready[made.sheet], level) for name, made in todo.items()}


def work_off_and_publish(settings, roll, todo):
    """Grade `todo`, and publish the whole roll whatever came of it; returns the exit code."""
    try:
        store.write_roll(settings.out, roll)
    except OSError as error:
        raise Refused(error) from None
    trouble, unable = work_off(settings, todo)
    for name, reason in unable.items():
        if store.read(settings.out, name):
            print(f"{todo[name].student}, {todo[name].sheet}: its earlier result stands. {reason}")
    entries = tuple(with_reason(entry, unable) for entry in roll.entries)
    return publish(settings.out, replace(roll, entries=entries), trouble)


def publish(out, roll, trouble=""):
    """Corrections, lateness and pages, from the results that are there; returns the exit code."""
    try:
        store.write_roll(out, roll)
        results = list(with_copies(store.results(out, roll)))
        grades = write_grades(out, results, roll.people, roll.late_penalty)
    except (ValueError, OSError) as error:
        print(f"The grades are kept in {out}, but could not be published: {error}")
        return Exit.PERSON
    return tell(out, grades, trouble)


def publish_again(out, late_penalty=None):
    """The command `publish`: nothing is run. Raises Refused where nothing was ever graded."""
    roll = store.roll(out)
    if roll is None:
        raise Refused(
            f"{out} holds no class that was graded. Type the folder that was given to grade as --out."
        )
    if late_penalty is not None:
        roll = replace(roll, late_penalty=late_penalty)
    return publish(out, roll)


def read(settings, root):
    """The submissions, the roster and the sheets by name; Refused when there is nothing to grade."""
    try:
        wanted = settings.exercise or sheets.names(root)
        chosen = {sheet.name: sheet for sheet in (sheets.choose(root, text) for text in wanted)}
        students = roster.read(settings.roster) if settings.roster else None
        only_present = not settings.exercise
        submissions = collect.collect(settings.submissions, students, chosen, only_present, print)
    except (ValueError, OSError) as error:
        raise Refused(error) from None
    if not submissions:
        raise Refused(f"{settings.submissions} holds no sheet of this course.")
    if settings.out and settings.out.resolve().is_relative_to(settings.submissions.resolve()):
        raise Refused(
            f"--out {settings.out} is inside {settings.submissions}: choose a folder beside it."
        )
    return submissions, students, chosen


def _named(who, submissions, students):
    try:
        return listing.named(who, submissions, students)
    except ValueError as error:
        raise Refused(error) from None


def _keys(secret, chosen):
    """The key of the hidden inputs of each sheet, "" without a secret."""
    secret = _secret(secret)
    return {name: "" if secret is None else key_of(secret, name) for name in chosen}


def show(settings, submissions, entries):
    """The command with --list: nothing is run or written."""
    out = settings.out
    done = {e.key for e in entries if out and e.name and store.read(out, e.name)}
    print("\n".join(listing.lines(submissions, done)))
    return Exit.GRADED


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


def job_of(submission, sheet, keys):
    """The Job of a submission, as far as it is known before the preflight."""
    data = submission.data or b""
    return job.Job(
        student=submission.student,
        sheet=submission.sheet,
        file=submission.file,
        data=base64.b64encode(data).decode("ascii"),
        flags=submission.flags,
        catalogue={},
        expected=None,
        timeouts={},
        secret=keys[sheet.name],
        provenance=Provenance(
            submission=store.fingerprint(data),
            reference=sheet.hash,
            grader=store.grader_hash(),
        ),
    )


def completed(made, ready, level):
    """The Job with what the preflight found out."""
    return replace(
        made,
        catalogue=ready.catalogue,
        expected=ready.expected,
        timeouts=ready.timeouts,
        walls=sandbox.tried(level),
        provenance=replace(made.provenance, sandbox=level),
    )


def tell_work(jobs, there, todo):
    """Say what is done now."""
    elsewhere = len(jobs) - len(there) - len(todo)
    rest = f", {elsewhere} belong to other shards" if elsewhere else ""
    print(
        f"{len(there)} of {len(jobs)} sheets need no work, {len(todo)} are graded now{rest}.",
        flush=True,
    )


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


def tell(out, grades, trouble):
    """Say what came out; returns the exit code."""
    counts = Counter(row.status for row in grades.rows)
    said = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    print(f"{len(grades.rows)} students: {said}.")
    print(f"Look at {out / 'index.html'}; grades are in {out / 'grades.csv'}.")
    if trouble:
        print(f"{trouble} The results so far are safe: the same command goes on from here.")
    person = trouble or counts[Status.NEEDS_MANUAL] or counts[Status.UNREADABLE]
    return Exit.PERSON if person else Exit.GRADED
