"""What came in, as one Submission for each student and sheet, whatever happened to the files.

    submissions = collect("submissions", roster, ["01_linear_regression", "03_mini_batches"])

No student is lost: a file that cannot be graded leaves a row with a sentence saying why.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

from course_lib.grading.intake import arrivals
from course_lib.grading.intake.archives import Arrival
from course_lib.grading.intake.identity import by_name, sheet_of
from course_lib.grading.intake.names import (
    Owner,
    from_lms,
    imitations,
    label,
    owner,
    printable,
    stem,
    times_again,
)
from course_lib.grading.results import Flag, Remark
from course_lib.grading.sheet import notebooks

LONGEST = 300  # characters of a name
WRAPPERS = ("submitted", "submissions")  # folders that are nobody's


@dataclass(frozen=True)
class Submission:
    """One student's notebook of one sheet; data is None when none came."""

    student: str
    sheet: str
    data: bytes | None
    file: str = ""  # where it came from, for people
    flags: tuple = ()
    problem: str = ""  # why it cannot be graded by machine


@dataclass(frozen=True)
class Seen:
    """One file of a student, and what it turned out to be."""

    arrival: Arrival
    owner: Owner
    sheet: str = ""  # one of the sheets graded, or ""
    readable: bool = False
    reason: str = ""  # why it is no notebook of a sheet
    other: bool = False  # certainly nothing that is graded: a lesson, a picture

    @property
    def name(self):
        """Its place among the submissions, for people."""
        return _short("/".join(self.arrival.parts))

    @property
    def age(self):
        """What sorts versions: the LMS's count, whose times are those of the download, then time."""
        again = times_again(stem(self.arrival.parts[-1]))
        return self.readable, self.owner.again or (0, 0), self.arrival.time, again, self.name


@dataclass
class Student:
    """All that came of one student."""

    files: list = field(default_factory=list)
    flags: list = field(default_factory=list)


def collect(path, roster=None, sheets=(), only_present=True, say=lambda _: None):
    """One Submission for each student of the roster, or who handed in, and each sheet; sorted.

    Of `sheets` those count of which at least one notebook came, or all with only_present=False.
    `say` gets a sentence on what was taken for more than one student's. Raises ValueError when there
    is nothing at `path`, never because of what a student handed in.
    """
    sheets, path = tuple(dict.fromkeys(sheets)), Path(path)
    owned = list(_owned(arrivals.read(path), path, sheets, roster, say))
    students = _students(_told_apart(owned), roster, sheets)
    if not students:
        raise ValueError(f"{path} holds no submissions. {arrivals.NEEDED}")
    for student in roster.students if roster else ():
        students.setdefault(student, Student())
    came = {seen.sheet for student in students.values() for seen in student.files}
    present = [sheet for sheet in sheets if sheet in came] if only_present else []
    return [
        _work(name, sheet, students[name])
        for name in sorted(students)
        for sheet in sorted(present or sheets)
    ]


def _owned(found, path, sheets, roster, say):
    """(owner, arrival) of everything that came; the owner is in the first name that is somebody's."""
    wrapper = _wrapper(found, path, roster)
    if wrapper:
        say(
            f"{printable(wrapper)} was taken for a folder of the whole class: what is in it counts."
        )
    folded = {sheet.lower() for sheet in sheets}
    for arrival in found if wrapper else _without_exports(found):
        parts = arrival.parts[1:] if wrapper else arrival.parts
        if arrival.folder or len(parts) > 1:  # submissions/01_linear_regression/ada/...
            parts = parts[1:] if parts and parts[0].lower() in folded else parts
        if parts:
            yield owner(parts[0], path.resolve().name, sheets), len(parts) == 1, arrival


def _wrapper(found, path, roster):
    """The one folder or zip that all came in, "" when it is a student's own.

    A student could write an LMS's names into a folder too. So all names in it must be such, and its
    own name nobody's on the roster.
    """
    only, *others = {arrival.parts[0] for arrival in found}
    below = {arrival.parts[1] for arrival in found if len(arrival.parts) > 1}
    if others or not below or from_lms(only):
        return ""
    if stem(only).lower() in (*WRAPPERS, stem(path.name).lower()):
        return only
    if roster and roster.find([stem(only)]):
        return ""
    texts = (".html", ".htm")  # what was typed on the platform's own page
    exported = [name for name in below if not name.lower().endswith(texts)]
    return only if exported and all(map(from_lms, exported)) else ""


def _told_apart(owned):
    """The same, with a row of its own for each name that only looks like another one."""
    false = imitations(who for who, _, _ in owned)
    for who, is_first, arrival in owned:
        if who.spelled.casefold() in false:
            named = label(who.label, as_came=who.spelled)
            who = replace(who, label=named, texts=(), or_text="", ids=())
        yield who, is_first, arrival


def _without_exports(found):
    """found, with one problem in place of everything in an LMS's zip beside other submissions.

    Names in it say whose the files are; a student could write them too, so they count only when the
    instructor has given that path.
    """
    inside = {}
    for arrival in found:
        if len(arrival.parts) > 1 and not from_lms(arrival.parts[0]) and from_lms(arrival.parts[1]):
            inside.setdefault(arrival.parts[0], set()).add(from_lms(arrival.parts[1]).label)
    exports = {first for first, owners in inside.items() if len(owners) > 1}
    problem = "holds submissions of several students: grade it by its own path"
    yield from (arrival for arrival in found if arrival.parts[0] not in exports)
    yield from (Arrival((first,), problem=problem) for first in sorted(exports))


def _students(owned, roster, sheets):
    """{student: Student} of all that came, with every file looked into."""
    students = {}
    for who, is_first, arrival in owned:
        seen = _look(arrival, who, sheets)
        if is_first and _is_nobodys(seen):
            continue
        name = _found(who, roster)
        taken = roster and not name and who.label in roster.students
        label = f"{who.label} (not on the roster)" if taken else name or who.label
        student = students.setdefault(label, Student())
        if roster and not name:
            student.flags.append(
                Remark(Flag.NOT_ON_ROSTER, "", f"{who.label} fits nobody, or several")
            )
        if arrival.flag:
            student.flags.append(Remark(arrival.flag, "", f"{seen.name} {arrival.problem}"))
        if not arrival.folder:
            student.files.append(seen)
    return students


def _found(who, roster):
    """The roster's id of the owner, "" when there is none, or when the name has another one's too."""
    if not roster or who.doubtful:
        return ""
    ids = dict(who.ids)
    return roster.find(who.texts, **ids) or (who.or_text and roster.find([who.or_text], **ids))


def _is_nobodys(seen):
    """Whether a file beside the students' folders is the instructor's, a list or a note."""
    arrival = seen.arrival
    if arrival.folder or arrival.problem or from_lms(arrival.parts[-1]) or seen.readable:
        return False
    return ".ipynb" not in arrival.parts[-1].lower()


def _look(arrival, who, sheets):
    """What a file is. No exception leaves here: each is a reason to look at the file by hand."""
    name = arrival.parts[-1]
    sheet = by_name(name, sheets) if ".ipynb" in name.lower() else ""
    if arrival.data is None:
        other = not arrival.problem
        return Seen(arrival, who, sheet, reason=arrival.problem or "is no notebook", other=other)
    if stem(name).lower().endswith("-checkpoint"):
        reason = "is a copy that Jupyter made"
        copy = Arrival(arrival.parts, None, arrival.time, reason, arrival.flag)
        return Seen(copy, who, reason=reason)
    try:
        notebook = notebooks.read(arrival.data)
        sheet, reason = sheet_of(notebook, name, sheets)
        reason = reason or ("" if sheet else "does not say which sheet it is of")
        return Seen(arrival, who, sheet, True, reason, other=reason.startswith("is "))
    except notebooks.Unreadable as error:
        other = ".ipynb" not in name.lower()
        return Seen(arrival, who, sheet, reason=f"cannot be read: {error.reason}", other=other)
    except Exception as error:  # whatever it is, this student's row stays, and all others'
        return Seen(arrival, who, sheet, reason=f"cannot be read ({type(error).__name__})")


def _work(name, sheet, student):
    """The row of a student and sheet: the latest notebook, or what came in its place."""
    versions = [s for s in student.files if s.sheet == sheet and s.arrival.data is not None]
    flags = _unique(student.flags)
    if not versions:
        return _without(name, sheet, student, flags)
    versions.sort(key=lambda seen: seen.age, reverse=True)
    latest = versions[0]
    if len({seen.arrival.data for seen in versions}) > 1:
        others = ", ".join(f"{seen.name} {seen.reason}".strip() for seen in versions[1:])
        flags.append(
            Remark(Flag.SEVERAL_VERSIONS, "", f"took {latest.name}; there are also {others}")
        )
    return Submission(name, sheet, latest.arrival.data, latest.name, tuple(flags))


def _without(name, sheet, student, flags):
    """The row when no notebook of the sheet came: missing, or a person has to look.

    A file of an unknown sheet might be this one; one that is certainly something else counts only
    when nothing of the student's can be graded.
    """
    files = [seen for seen in student.files if seen.sheet in ("", sheet)]
    unsure = [seen for seen in files if not seen.other or seen.sheet]
    has_other = any(seen.readable and seen.sheet for seen in student.files)
    left = unsure or ([] if has_other else files)
    if not left:
        return Submission(name, sheet, None, flags=tuple(flags))
    said = "; ".join(f"{seen.name} {seen.reason}" for seen in left[:3])
    more = f"; and {len(left) - 3} more" if len(left) > 3 else ""
    problem = f"No notebook of {sheet} could be taken: {said}{more}."
    only = left[0] if len(left) == 1 else None
    data = only.arrival.data if only else None
    return Submission(name, sheet, data, only.name if only else "", tuple(flags), problem)


def _unique(flags):
    found = []
    for each in flags:
        if each not in found:
            found.append(each)
    return found


def _short(text):
    text = printable(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 60]}...{text[-57:]}"
