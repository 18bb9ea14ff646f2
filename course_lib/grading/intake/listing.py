"""For the screen: what was handed in, whose it is and what is missing; and who is meant."""

from course_lib.grading.intake.names import printable
from course_lib.grading.intake.roster import folded

COLUMNS = ("student", "sheet", "handed in")


def lines(submissions, done):
    """A line for each student and sheet, and a sum; `done` holds the (student, sheet) with a result."""
    rows = [COLUMNS, *((one.student, one.sheet, _what(one, done)) for one in submissions)]
    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max(len(row[place]) for row in rows) for place in range(2)]
    for student, sheet, what in rows:
        yield f"{student:<{widths[0]}}  {sheet:<{widths[1]}}  {what}"
    yield _sum(submissions, done)


def named(who, submissions, students=None):
    """The students that the texts `who` name, by id or by what the roster says. Raises ValueError."""
    there, found = sorted({one.student for one in submissions}), set()
    for text in who:
        fits = [s for s in there if s == text] or [s for s in there if folded(s) == folded(text)]
        fits = fits or ([students.find([text])] if students else [])
        if len(fits) != 1 or fits[0] not in there:
            raise ValueError(f"{text!r} names nobody here, or several. --list shows all who are.")
        found.add(fits[0])
    return found


def _what(one, done):
    """The file, or why there is none; then whatever is strange about it."""
    if one.problem or one.data is None:
        said = [one.problem or "nothing"]
    else:
        said = [f"{one.file} ({'has a result' if (one.student, one.sheet) in done else 'new'})"]
    return "; ".join(said + [f"{r.flag.replace('_', ' ')}: {r.evidence}" for r in one.flags])


def _sum(submissions, done):
    came = [one for one in submissions if one.data is not None and not one.problem]
    new = sum((one.student, one.sheet) not in done for one in came)
    unclear = sum(bool(one.problem) for one in submissions)
    missing = len(submissions) - len(came) - unclear
    students = len({one.student for one in submissions})
    return (
        f"{students} students: {len(came)} sheets came ({new} new), {unclear} need a person, "
        f"{missing} are missing. Nothing was run."
    )
