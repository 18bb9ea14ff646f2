"""What of a submission goes into the reference: its answers, and its own cells in front of others.

Only the source of cells is taken. A student's outputs, points, tags and edited checks count for
nothing, so there is nothing in them to forge.
"""

import re
from dataclasses import dataclass, field

from course_lib.grading.results import Flag, Remark, Status
from course_lib.grading.sheet.matching import Matches, bare, defines
from course_lib.grading.sheet.notebooks import escaped
from course_lib.sheet_format import ANSWER, GRADED

HARMLESS = ("#", "check.", "print(")  # new lines in a practice cell that change nothing
GIVEN = "given"  # there is an answer to run; any other state is a Status
# What nbval takes for an order: a line, as str.splitlines cuts them, that is only this comment.
ORDER = re.compile(r"(\s*#[#\s]*)(NBVAL|PYTEST_VALIDATE)_(\w+\s*)")


@dataclass
class Merged:
    """An answer and a state for each exercise of the sheet, and extras by the sheet's cell ids."""

    answers: dict = field(default_factory=dict)
    state: dict = field(default_factory=dict)
    extras: dict = field(default_factory=dict)
    flags: list = field(default_factory=list)


def merge(sheet, notebook):
    """The Merged of a sheet and a student's notebook. Nothing in the notebook makes it fail."""
    merged, matches, chosen = Merged(), Matches(sheet, notebook), {}
    for exercise in sheet.points:
        chosen[exercise] = _take_answer(merged, matches, exercise)
        _look_at_check(merged, matches, sheet.cell(GRADED, exercise))
    _take_extras(merged, matches, chosen)
    _look_for_orders(merged, matches)
    return merged


def clean(source):
    """A student's source in a form that Python, nbval and a file can take."""
    return "".join(map(_disarmed, escaped(source).splitlines(keepends=True)))


def _disarmed(line):
    """NBVAL_SKIP and its kind become NBVAL-SKIP, which nbval does not obey."""
    order = ORDER.fullmatch(line)
    return f"{order[1]}{order[2]}-{order[3]}" if order else line


def _take_answer(merged, matches, exercise):
    """Fill in one exercise; returns the place of its answer in the student's notebook, or None."""
    cell, name = matches.sheet.cell(ANSWER, exercise), matches.sheet.function(exercise)
    copies, blank = matches.of(cell), ("", bare(cell.stub))
    attempts = [place for place in copies if matches.says[place] not in blank]
    too_long = [place for place in copies if matches.cells[place].too_long]
    if not attempts and not too_long:
        attempts = matches.own_that_define(name)
    state, place = _state(matches, name, copies, attempts, too_long)
    merged.state[exercise] = state
    merged.answers[exercise] = clean(matches.cells[place].source) if state == GIVEN else cell.stub
    for flag, evidence in _remarks(matches, exercise, copies, state, place):
        merged.flags.append(Remark(flag, exercise, evidence))
    return place


def _state(matches, name, copies, attempts, too_long):
    """What became of an exercise, and the place of the cell that stands for it."""
    if attempts:
        return GIVEN, max(attempts, key=lambda place: _worth(matches.cells[place], name, place))
    if too_long:
        return Status.REFUSED, too_long[-1]
    return (Status.NOT_ATTEMPTED, copies[-1]) if copies else (Status.MISSING, None)


def _worth(cell, name, place):
    """Of several copies the one that defines the function counts, and of those the last."""
    return defines(cell.source, name), cell.kind == "code", place


def _remarks(matches, exercise, copies, state, place):
    """What is unusual about an answer, as pairs (flag, evidence)."""
    name = matches.sheet.function(exercise)
    if state == Status.MISSING:
        yield Flag.ANSWER_MISSING, "the notebook has no cell for this answer"
    if any(matches.cells[copy].too_long for copy in copies):
        yield Flag.TOO_LONG, "a cell for this answer is longer than a cell may be, and was not run"
    below = max(matches.of(matches.sheet.cell(GRADED, exercise)), default=len(matches.cells))
    if (
        state == GIVEN
        and place in copies
        and any(own > below for own in matches.own_that_define(name))
    ):
        yield Flag.DUPLICATE_ANSWER, f"{name} is written again below the graded cell; not taken"
    if len(copies) > 1:
        yield Flag.DUPLICATE_ANSWER, f"there are {len(copies)} cells for this answer"
    if state == GIVEN and place not in copies:
        yield (
            Flag.REMATCHED,
            f"taken from a cell of the student's own: {matches.cells[place].source}",
        )
    if place is not None and matches.cells[place].kind != "code":
        yield Flag.NOT_CODE, f"the answer stood in a {matches.cells[place].kind} cell"
    if state in (Status.MISSING, Status.NOT_ATTEMPTED) and matches.changed_that_define(name):
        yield (
            Flag.ANSWER_ELSEWHERE,
            f"{name} is written in a cell of the sheet that is not its answer",
        )


def _look_at_check(merged, matches, cell):
    """Flag a graded cell that is changed or gone; the sheet's own is used in any case."""
    copies = matches.of(cell)
    if not copies:
        evidence = "the graded cell is not in the notebook"
        merged.flags.append(Remark(Flag.CHECK_MISSING, cell.exercise, evidence))
    for place in copies:
        if matches.cells[place].kind != "code" or matches.says[place] != bare(cell.stub):
            there = {bare(line) for line in cell.stub.splitlines()}
            lines = matches.cells[place].source.splitlines()
            first = next((line for line in lines if bare(line) not in there), "lines are gone")
            evidence = f"the graded cell is not as it was: {first}"
            merged.flags.append(Remark(Flag.CHECK_MODIFIED, cell.exercise, evidence))
            return


def _take_extras(merged, matches, chosen):
    """Put the student's own cells in front of cells of the sheet, in the student's order."""
    anchors = matches.anchors(chosen)
    copies = {matches.sheet.cell(ANSWER, exercise).id: exercise for exercise in chosen}
    for place, cell in enumerate(matches.cells):
        if place in chosen.values():
            continue
        if matches.is_changed(place):
            merged.extras.setdefault(matches.known[place], []).append(clean(cell.source))
            _remark_change(merged, matches, place)
            continue
        other = copies.get(matches.known[place])  # another copy of this exercise's answer
        if other and (cell.kind != "code" or matches.says[place] in _blank(matches, other)):
            continue
        if other or matches.is_own(place):
            target = _target(matches, chosen, anchors, place)
            if target is not None:
                extras = merged.extras.setdefault(matches.sheet.cells[target].id, [])
                extras.append(clean(cell.source))
    if any(c.too_long and not matches.known[p] for p, c in enumerate(matches.cells)):
        evidence = "a cell of the student's own is longer than a cell may be; it was not run"
        merged.flags.append(Remark(Flag.TOO_LONG, "", evidence))


def _remark_change(merged, matches, place):
    """Flag a changed cell of the sheet, unless only comments, checks and prints are new in it."""
    own = matches.sheet.cells[matches.index[matches.known[place]]]
    there = {bare(line) for line in own.stub.splitlines()}
    lines = [line.strip() for line in matches.cells[place].source.splitlines()]
    new = [line for line in lines if line and bare(line) not in there]
    new = [line for line in new if not line.startswith(HARMLESS)]
    if new:
        merged.flags.append(Remark(Flag.SHEET_CELL_CHANGED, own.exercise, f"new in it: {new[0]}"))


def _blank(matches, exercise):
    return "", bare(matches.sheet.cell(ANSWER, exercise).stub)


def _target(matches, chosen, anchors, place):
    """The position in the sheet in front of which the cell at `place` runs; None when behind all.

    That is the next known cell, or an earlier check that the student has deleted.
    """
    last = max((p for p in anchors if p < place), default=None)
    following = min((p for p in anchors if p > place), default=None)
    target = len(matches.sheet.cells) if following is None else anchors[following]
    if last is not None:
        between = range(anchors[last] + 1, target)
        target = next((i for i in between if matches.sheet.cells[i].role == GRADED), target)
    for exercise, answer in chosen.items():
        # An attempt in front of the answer must not come to run behind it, and replace it.
        if answer is not None and place < answer and _belongs(matches, exercise, place):
            target = min(target, matches.index[matches.sheet.cell(ANSWER, exercise).id])
    return target if target < len(matches.sheet.cells) else None


def _belongs(matches, exercise, place):
    is_copy = matches.known[place] == matches.sheet.cell(ANSWER, exercise).id
    name = matches.sheet.function(exercise)
    return is_copy or defines(matches.cells[place].source, name)


def _look_for_orders(merged, matches):
    """Flag comments that are orders to nbval, once for each exercise."""
    found = {}
    for place, cell in enumerate(matches.cells):
        lines = cell.source.splitlines() if cell.kind == "code" else ()
        for line in lines:
            if ORDER.fullmatch(line):
                found.setdefault(matches.exercise(place), line)
    for exercise, line in found.items():
        merged.flags.append(
            Remark(Flag.NBVAL_MARKER, exercise, f"this comment has no effect: {line}")
        )
