"""Who and what belongs to a class, with a result or without: nobody is lost between two gradings."""

from dataclasses import replace

from course_lib.grading import store
from course_lib.grading.results import SheetResult, Status

NOT_YET = "it has not been graded yet; the same command, or another shard, goes on with it"
NOT_LOOKED_FOR = "--only left it out, and it was never graded before; grade once without --only"


def entry_of(submission, name, max_points):
    """The Entry of a submission; `name` is that of its result. Only of nothing the points are 0."""
    gradable = submission.data is not None and not submission.problem
    reason = NOT_YET if gradable else submission.problem
    otherwise = SheetResult(
        student=submission.student,
        sheet=submission.sheet,
        file=submission.file,
        status=Status.NEEDS_MANUAL if reason else Status.MISSING,
        points=None if reason else 0.0,
        max_points=float(max_points),
        reason=reason,
        flags=submission.flags,
    )
    return store.Entry(name if gradable else "", otherwise)


def roll_of(entries, people, late_penalty, only=(), old=None):
    """The Roll of these entries. With `only`, what was not asked for stays as it is in the old roll."""
    by_key = {entry.key: entry for entry in entries}
    if only and old:
        people = old.people | people
        by_key |= {entry.key: entry for entry in old.entries if entry.otherwise.student not in only}
    most = {entry.otherwise.sheet: entry.otherwise for entry in by_key.values()}
    for student in {student for student, _ in by_key} | set(people):
        for sheet in most:
            left = replace(
                most[sheet],
                student=student,
                file="",
                status=Status.NEEDS_MANUAL,
                points=None,
                reason=NOT_LOOKED_FOR,
                flags=(),
            )
            by_key.setdefault((student, sheet), store.Entry("", left))
    return store.Roll(tuple(by_key[k] for k in sorted(by_key)), people, float(late_penalty))


def with_reason(entry, unable):
    """The entry, with the reason where the machine failed; `unable` has them by name."""
    if entry.name not in unable:
        return entry
    return replace(entry, otherwise=replace(entry.otherwise, reason=unable[entry.name]))
