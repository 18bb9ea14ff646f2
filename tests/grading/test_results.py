"""Results as types: what is written comes back, and what contradicts itself cannot be made or read."""

import ast
import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from helpers.grading_results import exercise, remark, result

from course_lib.grading import results
from course_lib.grading.results import (
    LONGEST,
    VERSION,
    Flag,
    Remark,
    SheetResult,
    Status,
    dumps,
    loads,
)

ROOT = Path(__file__).parents[2]
GRADING = ROOT / "course_lib" / "grading"
WHOLE = result("ada", "01_x", exercise(got={"id": "1.1", "values": [1.0]}), flags=(remark(),))


@pytest.mark.parametrize("status", ["graded", "missing", "unreadable", "needs manual"])
def test_what_is_written_comes_back(status):
    for one in (WHOLE, result(status=status)):
        assert loads(SheetResult, dumps(one)) == one
        assert json.loads(dumps(one))["version"] == VERSION


def changed(**changes):
    """The JSON of a result with some parts changed; None leaves one out."""
    data = json.loads(dumps(WHOLE)) | changes
    return json.dumps({name: part for name, part in data.items() if part != "gone"})


EXERCISE = json.loads(dumps(WHOLE))["exercises"][0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Expecting value"),
        (dumps(WHOLE)[:-3], "Expecting"),
        ("null", "version None came; needed: 2"),
        ("[]", "version None"),
        ("[" * 100_000, "nested too deeply"),
        (changed(version=1), "version 1 came; needed: 2"),
        (changed(version="gone"), "version None"),
        (changed(flags="gone"), "flags is missing or unknown; needed: "),
        (changed(more=1), "more is missing or unknown"),
        (changed(student=7), "SheetResult.student: '7' came; needed: <class 'str'>"),
        (changed(points="2"), "SheetResult.points: '2' came"),
        (changed(points=True), "SheetResult.points: 'True' came"),
        (changed(status="done"), "'done' is not a valid Status"),
        (changed(status=None), "SheetResult.status"),
        (changed(exercises={}), "SheetResult.exercises"),
        (changed(exercises=[EXERCISE | {"status": "fine"}]), "'fine' is not a valid Status"),
        (changed(exercises=[EXERCISE | {"hints": "A"}]), "exercises.hints"),
        (changed(exercises=[EXERCISE | {"got": []}]), "exercises.got"),
        (changed(flags=[{"flag": "odd", "exercise": "", "evidence": ""}]), "not a valid Flag"),
        (changed(points=1.0), "points 1.0, its exercises give 2.0; needed: the same"),
    ],
)
def test_what_is_no_result_is_refused_with_what_came_and_what_is_needed(text, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        loads(SheetResult, text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"points": 1.0}, "points 1.0, its exercises give 2.0"),
        ({"points": 5.0}, "points 5.0; needed: a number from 0 to 2"),
        ({"points": -1.0}, "points -1.0"),
        ({"points": float("nan")}, "points nan"),
        ({"max_points": float("inf")}, "points 2.0; needed: a number from 0 to inf"),
        ({"points": None}, "points None with status graded"),
        ({"status": Status.NEEDS_MANUAL}, "points 2.0 with status needs manual"),
        ({"status": Status.PASSED}, "status passed; needed: one of needs manual, unreadable"),
    ],
)
def test_a_result_that_contradicts_itself_cannot_be_made(changes, said):
    with pytest.raises(ValueError, match=re.escape(f"ada, 01_x: {said}")):
        replace(WHOLE, **changes)


def test_evidence_is_one_line_of_printable_characters():
    for text in ("a\nb\tc\x1b[0m", "\u202ex\x00", "é" * 1000, "x " * 10_000_000, "\ud800"):
        evidence = Remark(Flag.SAME_AS, "", text).evidence
        assert evidence.isprintable()
        assert len(evidence) <= LONGEST


# One home for each word.

WORDS = {*Status, *Flag}
# Words of other formats that are ours too, with the files in which they may stand.
OTHERS = {
    "error": {  # in nbformat, in bundles, in Dask
        *("catalogue.py", "diagnosis.py", "feedback.py", "job.py", "kernel.py", "plugin.py"),
        "workers.py",
    },
    "wrong": {"feedback.py"},  # a class of the page
}


def literals(path):
    """The texts in a file, but for docstrings and the keys of dicts and subscripts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    left_out |= {node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    left_out |= {key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out:
            yield node.value, node.lineno


def test_no_status_and_no_flag_is_written_out_elsewhere():
    found = {}
    for path in sorted(GRADING.rglob("*.py")):
        if path != Path(results.__file__):
            for text, line in literals(path):
                if text in WORDS and path.name not in OTHERS.get(text, ()):
                    found.setdefault(path.name, []).append(f"{text}, line {line}")
    assert found == {}


def test_the_book_lists_every_flag_in_the_words_of_the_table():
    text = (ROOT / "book" / "instructors.md").read_text(encoding="utf-8")
    table = text[text.index("## Flags") : text.index("## Return")]
    rows = re.findall(r"^\| `([a-z ]+)` \| (.+) \|$", table, re.MULTILINE)
    assert rows == [(flag.replace("_", " "), flag.instructor) for flag in Flag]


def test_a_flag_says_something_to_the_instructor_and_at_most_a_sentence_to_the_student():
    for flag in Flag:
        assert flag.instructor
        assert flag.student is None or re.fullmatch(r"[A-Z].*\.", flag.student)
    assert [field.name for field in fields(Remark)] == ["flag", "exercise", "evidence"]
