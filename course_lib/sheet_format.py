"""The format of a sheet of exercises: roles of cells, markers, headings, metadata, MIME types."""

import ast
import hashlib
import json
import re
from pathlib import Path

ROLES = ANSWER, PRACTICE, GRADED = ("answer", "practice", "graded")
TURN = "turn"  # the role of a cell of a lesson in which the student writes a function
SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
STUB = "raise NotImplementedError()"  # nbgrader leaves it in place of a solution
# A heading as it is typed in source/, and as the build writes it, with the points of the graded cell.
SOURCE_HEADING = re.compile(r"^## (\d+\.\d+) (.+) \((\d+) minutes\)$", re.MULTILINE)
HEADING = re.compile(r"^## (\d+\.\d+) (.+) \((\d+) minutes, (\d+) points?\)$", re.MULTILINE)
VALUES = "application/vnd.course.values+json"  # what a graded cell displays
PROBE = "application/vnd.course.probe+json"  # what grading found changed in the student's kernel
VERSIONS = Path(__file__).with_name("sheet_versions.json")  # {sheet: version}, by the build


def course_of(metadata):
    """The dict under `course` in the metadata of a notebook or a cell; {} where there is none."""
    course = metadata.get("course")
    return course if isinstance(course, dict) else {}


def role_of(cell):
    """ANSWER, PRACTICE, GRADED, in a lesson TURN, or "" for any other cell."""
    return course_of(cell["metadata"]).get("role", "")


def exercise_of(cell):
    """The number of the exercise that a cell belongs to, "1.1", or ""."""
    return course_of(cell["metadata"]).get("exercise", "")


def version_of(blank):
    """The version of a blank sheet, 16 hex digits: answers fit every sheet of the same version.

    It changes with the given cells, the graded cells as a student sees them, and the names and
    arguments of the functions asked for. It does not change with text, docstrings, points,
    solutions, hidden inputs, practice cells, or white space at the end of a line.
    """
    parts = []
    for cell in blank["cells"]:
        role = role_of(cell)
        if cell["cell_type"] == "code" and role != PRACTICE:
            lines = [line.rstrip() for line in cell["source"].rstrip().splitlines()]
            parts.append([role, exercise_of(cell), _functions(cell) if role == ANSWER else lines])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def current_version(name):
    """The version of the course's present sheet of this name; None where there is no such sheet."""
    return json.loads(VERSIONS.read_text(encoding="utf-8")).get(name)


def _functions(cell):
    """The name of each function that a cell defines, followed by the names of its arguments."""
    functions = [
        part for part in ast.parse(cell["source"]).body if isinstance(part, ast.FunctionDef)
    ]
    return [
        [f.name, *(a.arg for a in ast.walk(f.args) if isinstance(a, ast.arg))] for f in functions
    ]
