"""What `ready` says of a sheet: complete or not, attempted or not, and what to fix."""

import nbformat
import pytest

from course_lib import ready
from course_lib.__main__ import main

STUB = "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()"
DONE = "def f():\n    return 1"


def cell(exercise, role, source):
    metadata = {"course": {"exercise": exercise, "role": role}}
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def sheet(tmp_path, cells, exercises=("1.1", "1.2")):
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["course"] = {"name": "01_line", "exercises": list(exercises)}
    path = tmp_path / "01_line.ipynb"
    nbformat.write(notebook, path)
    return path


def both(first=DONE, second=STUB):
    return [
        cell("1.1", "answer", first),
        cell("1.1", "graded", "values()"),
        cell("1.2", "answer", second),
        cell("1.2", "graded", "values()"),
    ]


def test_complete_and_partly_attempted(tmp_path, capsys):
    assert ready.report(sheet(tmp_path, both()))
    assert capsys.readouterr().out == (
        "01_line.ipynb: this file is complete, 1 of 2 attempted.\nNot attempted: 1.2.\n"
    )


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (both()[1:], "the answer cell of 1.1 is missing"),
        (both()[:3], "the locked graded cell of 1.2 is missing"),
        (both()[:1] + both(), "the answer cell of 1.1 is there 2 times"),
        (both(first="def f(:\n    return 1"), "the answer of 1.1 cannot run: line 1"),
        (both(first="x = 1\n  y = 2"), "the answer of 1.1 cannot run: line 2"),
    ],
)
def test_problems_are_named(tmp_path, capsys, cells, problem):
    assert not ready.report(sheet(tmp_path, cells))
    printed = capsys.readouterr().out
    assert "this file has problems" in printed
    assert problem in printed


def test_an_answer_turned_to_text_is_named(tmp_path, capsys):
    cells = both()
    cells[0] = nbformat.v4.new_markdown_cell("def f()", metadata=cells[0].metadata)
    assert not ready.report(sheet(tmp_path, cells))
    assert "no code cell any more" in capsys.readouterr().out


def test_notebook_magic_is_no_syntax_error(tmp_path):
    assert ready.report(sheet(tmp_path, both(first="%time 1 + 1\n!ls\ndef f():\n    return 1")))


def test_nothing_is_run(tmp_path):
    path = tmp_path / "trace"
    ready.report(sheet(tmp_path, both(first=f"open({str(path)!r}, 'w')")))
    assert not path.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "this is no notebook"),
        (b"<html></html>", "this is no notebook"),
        (b"[]", "no"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "not a sheet"),
        (b"\xff\xfe{", "this is no notebook"),
    ],
)
def test_other_files_are_refused_in_words(tmp_path, capsys, content, words):
    path = tmp_path / "file.ipynb"
    path.write_bytes(content)
    assert main(["ready", str(path)]) == 1
    assert words in capsys.readouterr().out


def test_a_missing_file(tmp_path, capsys):
    assert main(["ready", str(tmp_path / "none.ipynb")]) == 1
    assert "there is no such file" in capsys.readouterr().out
