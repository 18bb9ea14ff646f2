"""Turns, parts and tags: what the build makes of a lesson's source, and what it refuses."""

import re

import nbformat
import pytest
from helpers.small_course import TURNS, arguments, make

from course_lib.build import BuildError
from course_lib.build.command import run
from course_lib.build.source import read


def lesson(root, text=TURNS):
    return read(make(root, lesson=text) / "source" / "lessons" / "01_tiny.py")


def test_a_turn_is_three_cells_and_a_prediction_two(tmp_path):
    cells = {cell.id: cell for cell in lesson(tmp_path).cells}
    names = [name.removeprefix("01_tiny-") for name in cells if "turn" in name]
    assert names == [
        *("turn-1-a", "turn-1-a-check", "turn-1-a-answer"),
        *("turn-2-a", "turn-2-a-check"),
    ]
    blank, check, answer = (cells[f"01_tiny-{name}"] for name in names[:3])
    assert blank.source == (
        'def double(x):\n    """Twice x."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
    )
    assert check.source == "double = turn.double(double)"
    assert answer.cell_type == "markdown"
    assert '```python\ndef double(x):\n    """Twice x."""\n    return 2 * x\n```' in answer.source
    assert answer.source.startswith("<details>\n<summary>Worked answer</summary>\n\n")
    assert not any("nbgrader" in cell.metadata for cell in cells.values())


def test_tests_and_notes_are_in_no_notebook_and_change_no_id(tmp_path):
    notebook = lesson(tmp_path)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "assert" not in text
    assert "aim: doubling" not in text
    without = re.sub(r'# %% tags=\["test"\]\nassert .*\n\n', "", TURNS)
    assert without != TURNS
    assert [c.id for c in lesson(tmp_path, without).cells] == [c.id for c in notebook.cells]


def test_tags_hide_what_jupyterlab_collapses(tmp_path):
    metadata = [cell.metadata for cell in lesson(tmp_path).cells if "tags" in cell.metadata]
    assert metadata == [
        {"jupyter": {"outputs_hidden": True}, "tags": ["hide-output"]},
        {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]},
    ]


def test_minutes_are_those_of_reading_and_doing(tmp_path):
    """Part 1: a turn (5), an explorer (3), 300 words (2), a question (1). Part 2: 25 lines, a turn."""
    text = "\n".join(cell.source for cell in lesson(tmp_path).cells)
    assert "About 19 minutes." in text
    assert re.findall(r"^## .*", text, re.MULTILINE) == [
        "## 1. Doubling (11 minutes)",
        "## 2. Guessing (8 minutes)",
        "## Summary",
    ]


BROKEN = {
    "one part": ("## 2. Guessing ({minutes} minutes)", "## Guessing", "2 to 4 parts, this one 1"),
    "parts not in order": ("## 2. Guessing", "## 3. Guessing", "numbered from 1"),
    "a part without its number": ("## 2. Guessing (", "## Guessing (", "a part begins with"),
    "too long": ("word " * 300, "word " * 15_000, r"at most 100 minutes, this one 109 \+ 8 = 117"),
    "no note": (' tags=["teacher"]', "", "part 1 has one teacher's note"),
    "a heading inside a cell": ("# **Question.**", "# ## More", "a heading ## begins a cell"),
    "a turn of another part": ('turn="2.a"', 'turn="1.b"', "this turn should be 2.a"),
    "no task": ("### Your turn: double", "### Double", "the task under ### Your turn: "),
    "no solution": ("    ### BEGIN SOLUTION\n    return 2", "    return 2", "one solution"),
    "the word of a sheet": ('turn="1.a"', 'answer="1.1"', "answer belongs in source/exercises"),
    "a number": ('turn="1.a"', "turn=1.1", 'begins with # %% turn="1.a"'),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_refused(tmp_path, name):
    old, new, message = BROKEN[name]
    assert old in TURNS
    with pytest.raises(BuildError, match=message):
        lesson(tmp_path, TURNS.replace(old, new, 1))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('# %% turn="1.a"', "turn belongs in source/lessons, not in an exercise"),
        ('# %% tags=["test"]', "the tags test and teacher belong in a lesson"),
    ],
)
def test_a_sheet_has_none_of_these(tmp_path, line, message):
    root = make(tmp_path)
    path = root / "source" / "exercises" / "01_tiny.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\nx = 1\n", encoding="utf-8")
    with pytest.raises(BuildError, match=message):
        read(path)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = make(tmp_path_factory.mktemp("course"), lesson=TURNS)
    assert run(arguments("lessons/01"), root) == 0
    return root


def test_it_runs_with_the_turns_blank(built):
    notebook = nbformat.read(built / "notebooks" / "01_tiny.ipynb", as_version=4)
    shown = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert "not attempted" in shown["01_tiny-turn-1-a-check"][0].data["text/plain"]
    assert "not attempted" in shown["01_tiny-turn-2-a-check"][0].data["text/plain"]
    assert shown["01_tiny-07"][0].data["text/plain"] == "14"


def test_check_says_that_jupyterlab_took_a_flag_away(built, capsys):
    path = built / "notebooks" / "01_tiny.ipynb"
    before, notebook = path.read_bytes(), nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if "hide-output" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {}
    nbformat.write(notebook, path)
    assert run(arguments("lessons/01", "--check"), built) == 1
    shown = capsys.readouterr().out
    path.write_bytes(before)
    assert "JupyterLab, which took away outputs_hidden; build it again" in shown


def test_the_notes_are_gathered_for_the_teacher(built, capsys):
    path = built / "book" / "teaching.md"
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^#.*", text, re.MULTILINE)
    assert headings == [
        "# Teaching notes",
        "## Lesson 1: a lesson (19 minutes)",
        "### 1. Doubling (11 minutes)",
        "### 2. Guessing (8 minutes)",
    ]
    assert "aim: doubling" in text
    path.write_text(text.replace("aim", "goal"), encoding="utf-8")
    assert run(arguments("--check"), built) == 1
    assert "FAILED  book/teaching.md is out of date" in capsys.readouterr().out
    path.write_text(text, encoding="utf-8")
