"""Sheets as the grader sees them: the built notebooks, and what would make grading impossible."""

import dataclasses
import gc
import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from course_lib.grading.sheet.bundles import shown
from course_lib.grading.sheet.sheets import SheetError, choose, load, names, parse

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


def test_all_sheets_are_found():
    assert len(ALL) >= 4
    assert "03_mini_batches" in ALL


def test_a_sheet_has_its_code_cells_in_order_with_points_functions_and_blanks():
    assert [cell.id for cell in SHEET.cells[:3]] == [
        "04_momentum-02",
        "04_momentum-ex-4-11",
        "04_momentum-ex-4-11-practice",
    ]
    assert SHEET.points == {"4.16": 1} | dict.fromkeys(
        ("4.11", "4.12", "4.13", "4.14", "4.15", "4.17", "4.18"), 2
    )
    assert SHEET.max_points == 15
    assert SHEET.function("4.11") == "documented_step"
    answer, graded = SHEET.cell("answer", "4.11"), SHEET.cell("graded", "4.11")
    assert "return theta - lr * v, v" in answer.source
    assert "raise NotImplementedError()" in answer.stub
    assert "return theta" not in answer.stub
    assert "HIDDEN" in graded.source
    assert "HIDDEN" not in graded.stub
    assert [bundle["id"] for bundle in shown(graded.outputs)] == ["4.11", "4.11 hidden"]
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
    change(course, "exercises", lambda cells, _: cells["ex-4-11"].update(id="other"))
    with pytest.raises(SheetError, match="04_momentum-ex-4-11"):
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
        lambda cells, _: cells["ex-4-11"]["source"].append("\n# more"),
        lambda cells, _: cells["ex-4-11-graded"]["metadata"]["nbgrader"].update(points=3),
        lambda cells, _: cells["ex-4-11-graded"]["outputs"].pop(),
    ):
        change(course, "solutions", edit)
        hashes.add(load(course, "04_momentum").hash)
    change(
        course, "exercises", lambda cells, _: cells["ex-4-11"]["source"].append("\n# another blank")
    )
    hashes.add(load(course, "04_momentum").hash)
    assert len(hashes) == 5


def test_a_solution_that_was_not_run_is_refused_with_what_to_type(course):
    change(course, "solutions", lambda c, _: c["ex-4-11-graded"].update(execution_count=None))
    with pytest.raises(
        SheetError, match=r"ex-4-11-graded .* was not run.*python -m course_lib build"
    ):
        load(course, "04_momentum")


class Late:
    """Runs Python code when it is collected, as many objects of libraries do."""

    def __init__(self):
        self.me = self

    def __del__(self):
        sum(range(50))


def test_sources_can_be_parsed_in_several_threads():
    source = "".join(cell.source + "\n" for cell in SHEET.cells)
    before, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(50, 1, 1)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: [Late() for _ in range(20)] and parse(source), range(60)))
    finally:
        gc.set_threshold(*before)
        sys.setswitchinterval(interval)


def test_a_sheet_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SHEET.name = "other"
