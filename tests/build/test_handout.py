"""The hand-out holds what a student needs and nothing that gives an answer away."""

import filecmp
import re
import zipfile

import nbformat
import pytest

from course_lib import handout
from course_lib.build.command import ROOT


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "course"
    assert handout.pack(out) == len(files(out))
    return out


def test_it_holds_lessons_sheets_and_library(packed):
    for folder in ("notebooks", "exercises"):
        wanted = {path.name for path in (ROOT / folder).glob("*.ipynb")}
        assert {path.name for path in (packed / folder).iterdir()} == wanted
    assert {"run.py", "requirements.txt", "pyproject.toml", "README.md", "LICENSE"} <= files(packed)
    assert "course_lib/stage.js" in files(packed)


def test_no_source_solution_or_leftover_is_in_it(packed):
    for name in files(packed):
        assert name.split("/")[0] not in ("source", "solutions", "tests", "benchmarks")
        assert not name.endswith((".pyc", ".part"))
        assert ".ipynb_checkpoints" not in name


def test_no_cell_gives_an_answer_away(packed):
    for path in (packed / "exercises").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert not cell.get("outputs")
            assert "SOLUTION" not in cell.source
            assert "HIDDEN TESTS" not in cell.source


def test_links_between_its_notebooks_lead_somewhere(packed):
    for path in packed.glob("*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                for target in re.findall(r"\]\(([^)#:]+)\)", cell.source):
                    assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_a_zip_holds_the_same_and_repeats_to_the_byte(packed, tmp_path):
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    handout.pack(one)
    handout.pack(other)
    assert filecmp.cmp(one, other, shallow=False)  # comparing megabytes itself, pytest shows a diff
    names = {name.removeprefix("course/") for name in zipfile.ZipFile(one).namelist()}
    assert names == files(packed)


def test_nothing_is_overwritten(tmp_path, capsys):
    out = tmp_path / "course"
    out.mkdir()
    with pytest.raises(ValueError, match="is there already"):
        handout.pack(out)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("source", "outputs"),
    [
        ("def f():\n    return 1", []),
        ("def f():\n    raise NotImplementedError()", [nbformat.v4.new_output("stream", text="7")]),
        ("### BEGIN SOLUTION\nraise NotImplementedError()\n### END SOLUTION", []),
    ],
    ids=["worked in", "output", "solution"],
)
def test_a_sheet_that_is_not_blank_is_refused(tmp_path, source, outputs):
    metadata = {"course": {"exercise": "1.1", "role": "answer"}}
    cell = nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata)
    (tmp_path / "exercises").mkdir()
    sheet = tmp_path / "exercises" / "01_line.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), sheet)
    with pytest.raises(ValueError, match=r"01_line\.ipynb is not blank"):
        handout.pack(tmp_path / "out", root=tmp_path)
    assert not (tmp_path / "out").exists()
