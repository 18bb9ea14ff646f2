"""Which sheet a notebook is of, whatever its file is called."""

import re
from collections import Counter

from course_lib.grading.intake.names import stem
from course_lib.sheet_format import course_of

CELL = re.compile(r"(\w+?)-ex-\d+-\d+(-practice|-graded)?")
GRADE = re.compile(r"ex-(\d+)-\d+(-graded)?")


def sheet_of(notebook, name, sheets):
    """(sheet, why not): the sheet of a notebook in a file of this name, one of `sheets` or "".

    The notebook's own name counts, then the ids of its cells, then the file's name. When all its
    exercises are of another sheet than it says, as after copying cells, the cells are right.
    """
    said, kind = _said(notebook, "name"), _said(notebook, "kind")
    votes = _votes(notebook, sheets)
    if kind == "notebooks" and not votes:
        return "", f"is the lesson {said}, not the sheet of exercises"
    if votes and votes.get(said, 0) == 0:
        (best, count), *others = votes.most_common(2)
        if not others or others[0][1] < count:
            said = best
    said = said or by_name(name, sheets)
    if said in sheets:
        return said, ""
    return "", f"is of {said}" if said else ""


def _said(notebook, key):
    """A text of the metadata of the course, "" when there is none."""
    text = course_of(notebook.metadata).get(key)
    return text if type(text) is str else ""


def by_name(name, sheets):
    """The one sheet whose name the file's name has in it, or ""."""
    base = re.sub(r"[^a-z0-9]+", "_", stem(name).casefold())
    found = [sheet for sheet in sheets if re.sub(r"[^a-z0-9]+", "_", sheet.casefold()) in base]
    longest = max(map(len, found), default=0)
    found = [sheet for sheet in found if len(sheet) == longest]
    return found[0] if len(found) == 1 else ""


def _votes(notebook, sheets):
    """How many cells of exercises say that they are of each sheet, by cell id or by grade id."""
    votes = Counter()
    for cell in notebook.cells:
        if (found := CELL.fullmatch(cell.id)) and found.group(1) in sheets:
            votes[found.group(1)] += 1
        elif found := GRADE.fullmatch(cell.grade_id):
            numbered = [s for s in sheets if s.split("_")[0].lstrip("0") == found.group(1)]
            if len(numbered) == 1:
                votes[numbered[0]] += 1
    return votes
