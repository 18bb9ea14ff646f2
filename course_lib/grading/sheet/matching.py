"""Which cell of a student's notebook is which cell of the sheet, whatever an editor did to it."""

import re

from course_lib.sheet_format import ANSWER, GRADED


def bare(source):
    """A source without its white space, which editors change on their own."""
    return "".join(source.split())


def defines(source, name):
    """True when a source, at a glance, gives something this name; it need not be valid Python."""
    if name not in source:  # quick, and true of most cells
        return False
    name = re.escape(name)
    ways = rf"(?:(?:async[ \t]+)?def|class)[ \t]+{name}\b|{name}[ \t]*(?::[^=\n]*)?=(?!=)"
    return re.search(rf"^[ \t]*(?:{ways})|\bas[ \t]+{name}\b", source, re.MULTILINE) is not None


class Matches:
    """The cells of a notebook and, place by place, `known`: the id of the sheet's cell, or ""."""

    def __init__(self, sheet, notebook):
        self.sheet, self.cells = sheet, notebook.cells
        self.says = [bare(cell.source) for cell in self.cells]
        self.index = {cell.id: i for i, cell in enumerate(sheet.cells)}
        self.blanks = {bare(cell.stub): cell.id for cell in reversed(sheet.cells)}
        by_role = {(c.role, c.exercise): c.id for c in sheet.cells if c.exercise}
        by_grade_id = {c.grade_id: c.id for c in sheet.cells if c.grade_id}
        self.known = [
            by_role.get((cell.role, cell.exercise))
            or by_grade_id.get(cell.grade_id)
            or (cell.id if cell.id in self.index else "")
            for cell in self.cells
        ]
        self._know_by_source()

    def _know_by_source(self):
        """A cell without identity that says what a missing cell of the sheet says, is that cell."""
        there = set(self.known)
        for place, cell in enumerate(self.cells):
            wanted = self.blanks.get(self.says[place], "")
            if cell.kind == "code" and not self.known[place] and wanted not in there:
                self.known[place] = wanted
                there.add(wanted)

    def of(self, cell):
        """The places of all copies of a cell of the sheet."""
        return [place for place, known in enumerate(self.known) if known == cell.id]

    def is_own(self, place):
        """Whether this is a code cell that the student has added."""
        cell, says = self.cells[place], self.says[place]
        return cell.kind == "code" and not self.known[place] and says and says not in self.blanks

    def own_that_define(self, name):
        """The places of the student's own cells that define a function of this name."""
        places = [place for place in range(len(self.cells)) if self.is_own(place)]
        return [place for place in places if defines(self.cells[place].source, name)]

    def changed_that_define(self, name):
        """The places of changed cells of the sheet, practice cells say, that define this name."""
        return [
            place
            for place, known in enumerate(self.known)
            if known
            and self.sheet.cells[self.index[known]].role != ANSWER
            and self.says[place] not in self.blanks
            and defines(self.cells[place].source, name)
        ]

    def is_changed(self, place):
        """Whether this is a code cell of the sheet, no answer and no check, with other words in it."""
        cell, known = self.cells[place], self.known[place]
        if cell.kind != "code" or not known or not self.says[place]:
            return False
        own = self.sheet.cells[self.index[known]]
        return own.role not in (ANSWER, GRADED) and self.says[place] not in self.blanks

    def exercise(self, place):
        """The exercise that the cell at this place belongs to, or ""."""
        known = self.known[place]
        return self.sheet.cells[self.index[known]].exercise if known else ""

    def anchors(self, chosen):
        """{place: position in the sheet} of the cells that say where in the sheet one is.

        One for each cell of the sheet: of an answer the one in `chosen` (exercise -> place), of
        other cells the original before any copy.
        """
        found = {}
        for cell in self.sheet.cells:
            copies = self.of(cell)
            place = chosen.get(cell.exercise) if cell.role == ANSWER else None
            if place is None and copies:
                place = next((p for p in copies if self.cells[p].id == cell.id), copies[0])
            if place is not None:
                found[place] = self.index[cell.id]
        return found
