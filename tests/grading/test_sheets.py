"""Sheets as the grader sees them: the built notebooks, and what would make grading impossible."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from course_lib.grading.bundles import shown
from course_lib.grading.sheets import SheetError, choose, load, names

ROOT = Path(__file__).parents[2]
ALL = names(ROOT)
SHEET = load(ROOT, "04_momentum")


@pytest.fixture
def course(tmp_path):
    """A course of one sheet, whose notebooks a test may change."""
    for folder in ("solutions", "exercises"):
        (tmp_path / folder).mkdir()
        shutil.copy(ROOT / folder / "04_momentum.ipynb", tmp_path / folder)
    return tmp_path


def change(course, folder, edit):
    path = course / folder / "04_momentum.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    edit({cell["id"].removeprefix("04_momentum-"): cell for cell in notebook["cells"]}, notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def problems(course):
    return load(course, "04_momentum").lint()


def test_all_sheets_are_found():
    assert len(ALL) >= 4
    assert "03_mini_batches" in ALL


@pytest.mark.parametrize("name", ALL)
def test_the_built_sheets_have_no_problem(name):
    assert load(ROOT, name).lint() == []


def test_a_sheet_has_its_code_cells_in_order_with_points_functions_and_blanks():
    assert [cell.id for cell in SHEET.cells[:3]] == [
        "04_momentum-02",
        "04_momentum-ex-4-1",
        "04_momentum-ex-4-1-practice",
    ]
    assert SHEET.points == {"4.1": 2, "4.2": 2, "4.3": 1, "4.4": 2, "4.5": 2, "4.6": 3, "4.7": 1}
    assert SHEET.max_points == 13
    assert SHEET.function("4.1") == "heavy_ball"
    answer, graded = SHEET.cell("answer", "4.1"), SHEET.cell("graded", "4.1")
    assert "return theta - lr * v, v" in answer.source
    assert "raise NotImplementedError()" in answer.stub
    assert "return theta" not in answer.stub
    assert "HIDDEN" in graded.source
    assert "HIDDEN" not in graded.stub
    assert [bundle["id"] for bundle in shown(graded.outputs)] == ["4.1", "4.1 hidden"]
    assert SHEET.cell("graded", "9.9") is None


def test_texts_of_outputs_are_in_one_piece():
    for output in (output for cell in SHEET.cells for output in cell.outputs):
        texts = [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
        assert all(isinstance(text, str) for text in texts)


@pytest.mark.parametrize(
    "text",
    ["03", "3", "03_mini_batches", "exercises/03_mini_batches.ipynb", "03_mini_batches.ipynb"],
)
def test_a_sheet_is_chosen_by_number_name_or_path(text):
    assert choose(ROOT, text).name == "03_mini_batches"


@pytest.mark.parametrize("text", ["9", "", "mini", "03_mini", ".."])
def test_another_text_is_refused_with_what_there_is(text):
    with pytest.raises(SheetError, match=r"names no sheet.*03_mini_batches"):
        choose(ROOT, text)


def test_a_folder_without_sheets_says_so(tmp_path):
    with pytest.raises(SheetError, match="is it built"):
        choose(tmp_path, "03")


def test_a_sheet_that_is_not_whole_is_refused_with_what_to_type(course):
    (course / "exercises" / "04_momentum.ipynb").unlink()
    with pytest.raises(SheetError, match=r"exercises.*python -m course_lib build"):
        load(course, "04_momentum")
    (course / "exercises" / "04_momentum.ipynb").write_text("<html>")
    with pytest.raises(SheetError, match="is no notebook"):
        load(course, "04_momentum")


def test_a_solution_whose_blank_is_missing_is_refused(course):
    change(course, "exercises", lambda cells, _: cells["ex-4-1"].update(id="other"))
    with pytest.raises(SheetError, match="04_momentum-ex-4-1"):
        load(course, "04_momentum")


def test_the_fingerprint_changes_with_what_matters_and_with_nothing_else(course):
    before = load(course, "04_momentum").hash
    assert before == SHEET.hash

    def picture(cells, _):
        cells["24"]["outputs"], cells["24"]["execution_count"] = [], 99

    change(course, "solutions", picture)
    assert load(course, "04_momentum").hash == before
    hashes = {before}
    for edit in (
        lambda cells, _: cells["ex-4-1"]["source"].append("\n# more"),
        lambda cells, _: cells["ex-4-1-graded"]["metadata"]["nbgrader"].update(points=3),
        lambda cells, _: cells["ex-4-1-graded"]["outputs"].pop(),
    ):
        change(course, "solutions", edit)
        hashes.add(load(course, "04_momentum").hash)
    change(
        course, "exercises", lambda cells, _: cells["ex-4-1"]["source"].append("\n# another blank")
    )
    hashes.add(load(course, "04_momentum").hash)
    assert len(hashes) == 5


def bundle_of(cell):
    return next(o for o in cell["outputs"] if "data" in o)["data"][
        "application/vnd.course.values+json"
    ]


FAULTS = {
    "never run": lambda c, _: c["ex-4-1-graded"].update(execution_count=None),
    "does not show the values 4.1, 4.1 hidden": lambda c, _: c["ex-4-1-graded"]["outputs"].pop(),
    "does not show the values 4.2": lambda c, _: bundle_of(c["ex-4-2-graded"]).update(id="4.9"),
    "shows error: TypeError": lambda c, _: bundle_of(c["ex-4-2-graded"]).update(
        status="error: TypeError"
    ),
    "and no values": lambda c, _: bundle_of(c["ex-4-2-graded"]).update(values=[]),
    "has the tag nbval-skip": lambda c, _: c["ex-4-3-graded"]["metadata"].update(
        tags=["nbval-skip"]
    ),
    "has the tag raises-exception": lambda c, _: c["ex-4-3-graded"]["metadata"].update(
        tags=["raises-exception"]
    ),
    "NBVAL comment": lambda c, _: c["ex-4-4-graded"]["source"].append("\n  # NBVAL_IGNORE_OUTPUT"),
    "announces 13 points": lambda c, _: c["ex-4-4-graded"]["metadata"]["nbgrader"].update(points=1),
    "is worth no points": lambda c, _: c["ex-4-4-graded"]["metadata"]["nbgrader"].update(points=0),
    "exercise 4.5 has 0 graded cells": lambda c, n: n["cells"].remove(c["ex-4-5-graded"]),
    "exercise 4.5 has 0 answer cells": lambda c, n: n["cells"].remove(c["ex-4-5"]),
    "is there 2 times": lambda c, n: n["cells"].append(c["ex-4-5"]),
    "defines no function": lambda c, _: c["ex-4-5"].update(source="x = 1"),
    "it announces the exercises": lambda c, n: n["metadata"]["course"].update(exercises=["4.1"]),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_lint_says_what_is_wrong(course, sentence):
    change(course, "solutions", FAULTS[sentence])
    assert any(sentence in problem for problem in problems(course)), problems(course)


@pytest.mark.parametrize(
    ("cell", "sentence"), [("ex-4-1", "not blank"), ("ex-4-1-graded", "hidden")]
)
def test_lint_sees_a_solution_or_a_hidden_part_that_students_have(course, cell, sentence):
    source = SHEET.cell("answer" if cell == "ex-4-1" else "graded", "4.1").source
    change(course, "exercises", lambda cells, _: cells[cell].update(source=source))
    assert any(sentence in problem for problem in problems(course))


def test_a_sheet_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SHEET.name = "other"
