"""The parts of a lesson, and the minutes that each takes.

    # ## 1. Which line, and how to descend ({minutes} minutes)

opens a part, which ends where the next cell begins with ## . Minutes are those of reading and doing:
150 words or 10 lines of code a minute, 1 for a question, 3 for an explorer, 5 for a Your turn. Code
that is hidden is not read.
"""

import re
from dataclasses import dataclass

from course_lib.sheet_format import TURN, role_of

MINUTES = "{minutes} minutes"
HEADING = re.compile(r"^## (\d+)\. (.+) \(\{minutes\} minutes\)$", re.MULTILINE)
QUESTION = re.compile(r"^(?:#+ |[-*] |\d+\. )?\**Question\b", re.MULTILINE)
EXPLORER = re.compile(r"\bexplore\.\w+\(")
UNREAD = TEST, TEACHER = "test", "teacher"  # tags of cells that are in no notebook
WORDS, LINES, FOR_QUESTION, FOR_EXPLORER, FOR_TURN = 150, 10, 1, 3, 5
FEWEST, MOST, LONGEST = 2, 4, 100


@dataclass
class Part:
    """A part: its number, its title, its cells from the heading on, and how long they take."""

    number: int
    title: str
    cells: list

    @property
    def note(self):
        """The teacher's note, the cell after the heading's, or None."""
        second = self.cells[1:2]
        return second[0] if second and TEACHER in tags_of(second[0]) else None

    @property
    def minutes(self):
        """Whole minutes, at least 1."""
        return max(1, round(sum(map(_minutes, self.cells))))


def tags_of(cell):
    """The tags of a cell, a list."""
    return cell.metadata.get("tags", [])


def is_unread(cell):
    """True for a cell that stands in the source only."""
    return any(tag in UNREAD for tag in tags_of(cell))


def part_of(cell):
    """The match of the heading with which this cell opens a part, or None."""
    return (
        HEADING.match(cell.source) if cell.cell_type == "markdown" and not is_unread(cell) else None
    )


def parts(cells):
    """The parts among the cells of a lesson's source."""
    found, is_open = [], False
    for cell in cells:
        if opening := part_of(cell):
            found.append(Part(int(opening[1]), opening[2], []))
        if opening or _is_heading(cell):
            is_open = bool(opening)
        if is_open:
            found[-1].cells.append(cell)
    return found


def total(cells):
    """The minutes of a lesson: those of its parts."""
    return sum(part.minutes for part in parts(cells))


def problems(cells):
    """What is wrong with the parts of a lesson, as sentences."""
    found = parts(cells)
    faults = [fault for place, cell in enumerate(cells, 1) for fault in _headings(cell, place)]
    if [part.number for part in found] != list(range(1, len(found) + 1)):
        faults.append("parts are numbered from 1: ## 1. Title ({minutes} minutes)")
    if not FEWEST <= len(found) <= MOST:
        faults.append(f"a lesson has {FEWEST} to {MOST} parts, this one {len(found)}")
    if total(cells) > LONGEST:
        each = " + ".join(f"{part.minutes}" for part in found)
        faults.append(f"a lesson takes at most {LONGEST} minutes, this one {each} = {total(cells)}")
    for part in found:
        if [TEACHER in tags_of(cell) for cell in part.cells].count(True) != 1 or not part.note:
            faults.append(f"part {part.number} has one teacher's note, right after its heading")
    return faults


def fill(cells):
    """Write the minutes into the headings and the first cell, in place."""
    cells[0].source = cells[0].source.replace(MINUTES, f"{total(cells)} minutes", 1)
    for part in parts(cells):
        first = part.cells[0]
        first.source = first.source.replace(MINUTES, f"{part.minutes} minutes", 1)


def _is_heading(cell):
    """True for a Markdown cell of the notebook that begins with a heading of the second level."""
    return cell.cell_type == "markdown" and not is_unread(cell) and cell.source.startswith("## ")


def _headings(cell, place):
    """Headings of the second level that do not begin their cell, or are no heading of a part."""
    if cell.cell_type != "markdown" or is_unread(cell):
        return
    first, *others = cell.source.splitlines() or [""]
    if any(line.startswith("## ") for line in others):
        yield f"cell {place}: a heading ## begins a cell"
    if _is_heading(cell) and MINUTES in first and not HEADING.match(first):
        yield f"cell {place}: a part begins with ## 1. Title ({{minutes}} minutes)"


def _minutes(cell):
    """How long a cell takes, not rounded."""
    if is_unread(cell):
        return 0
    if role_of(cell) == TURN:
        return FOR_TURN
    if cell.cell_type == "markdown":
        questions = len(QUESTION.findall(cell.source))
        return len(cell.source.split()) / WORDS + FOR_QUESTION * questions
    explorers = FOR_EXPLORER * len(EXPLORER.findall(cell.source))
    is_read = "hide-input" not in tags_of(cell)
    return explorers + is_read * sum(map(bool, cell.source.split("\n"))) / LINES
