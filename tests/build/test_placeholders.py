"""What the build writes into the text: points, totals, and the table of the lessons."""

import re

import pytest
from helpers.small_course import LESSON, PARTS, make

from course_lib.build import BuildError
from course_lib.build.command import ROOT, find
from course_lib.build.source import read
from course_lib.sheet_format import HEADING

FIRST = f"""# %% [markdown] about="the start"
# # Start
#
# About {{minutes}} minutes.
#
# {{lessons}}
#
# That is all.
{PARTS}"""


def test_totals_and_points_come_from_the_exercises(tmp_path):
    notebook = read(make(tmp_path) / "source" / "exercises" / "01_tiny.py")
    assert notebook.cells[0].source == "# A sheet\n\n15 minutes, 3 points"
    text = "\n".join(cell.source for cell in notebook.cells)
    assert HEADING.findall(text) == [("1.1", "Double", "10", "2"), ("1.2", "Choose", "5", "1")]
    assert "(5 minutes, 1 point)" in text
    assert notebook.metadata.course.points == 3


def test_the_table_of_the_lessons_is_that_of_the_folder(tmp_path):
    lessons = make(tmp_path) / "source" / "lessons"
    (lessons / "00_first.py").write_text(FIRST, encoding="utf-8")
    (lessons / "02_last.py").write_text(LESSON.replace("Lesson 1: a", "Lesson 2: another"))
    row = "| small things | 0 |"
    assert read(lessons / "00_first.py").cells[0].source.splitlines()[4:] == [
        "| lesson | minutes | what it is about | builds on | exercises |",
        "| --- | --- | --- | --- | --- |",
        "| 0. Start | 2 | the start |  |  |",
        f"| [1. A lesson](01_tiny.ipynb) | 2 {row} [15 minutes](../exercises/01_tiny.ipynb) |",
        f"| [2. Another lesson](02_last.ipynb) | 2 {row}  |",
        "",
        "That is all.",
    ]


@pytest.mark.parametrize("line", ["# # Lesson 1: a lesson\n", "# About {minutes} minutes.\n"])
def test_a_lesson_says_its_title_and_its_minutes(tmp_path, line):
    path = make(tmp_path, lesson=LESSON.replace(line, "")) / "source" / "lessons" / "01_tiny.py"
    with pytest.raises(BuildError, match="the first cell of a lesson"):
        read(path)


def test_the_course_lists_all_its_lessons_and_sheets():
    (start,) = find(ROOT, ["lessons/00"])
    table = [cell.source for cell in read(start).cells if "| lesson |" in cell.source]
    links = set(re.findall(r"\]\(([^)]+)\.ipynb\)", table[0]))
    lessons = {path.stem for path in find(ROOT) if path.parent.name == "lessons"} - {start.stem}
    sheets = {f"../exercises/{path.stem}" for path in find(ROOT) if path.parent.name == "exercises"}
    assert links == lessons | sheets
    assert all(cell.count("|") == 6 for cell in table[0].splitlines() if cell.startswith("|"))
