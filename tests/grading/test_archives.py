"""The limits of what is opened, and which sheet a notebook is of in the less clear cases."""

import io
import zipfile

import pytest

from course_lib.grading.intake import archives, arrivals
from course_lib.grading.intake.identity import by_name, sheet_of
from course_lib.grading.sheet.notebooks import Cell, Notebook

SHEETS = ("01_line", "02_steps", "02_steps_more")


def zipped(names, data=b"12345"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture
def narrow(monkeypatch):
    """Limits of 20 bytes and 6 files a student, and 10 bytes a file."""
    monkeypatch.setattr(archives.Budget.__init__, "__defaults__", (20, 6))
    monkeypatch.setattr(archives, "FILE", 10)
    monkeypatch.setattr(arrivals, "FILE", 10)


def problems(found):
    return {"/".join(a.parts): a.problem for a in found if a.problem}


@pytest.mark.parametrize("top", ["", "class/"])
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_each_student_has_a_budget_of_bytes(tmp_path, narrow, top, form):
    names = [f"{top}{student}/{k}.ipynb" for student in ("ada", "bob", "cem") for k in range(4)]
    names.append(f"{top}dan/0.ipynb")
    path = tmp_path / "class.zip"
    path.write_bytes(zipped([*names, f"{top}bob/4.ipynb"]))
    if form == "folder":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "all")
        path = tmp_path / "all"
    found = problems(arrivals.read(path))
    assert list(found) == [f"{top}bob/4.ipynb"]


def test_each_student_has_a_budget_of_files(tmp_path, narrow):
    names = [f"{student}/{k}.py" for student in ("ada", "bob") for k in range(5 + (student > "b"))]
    (tmp_path / "class.zip").write_bytes(zipped([*names, "bob/6.py", "bob/7.py"]))
    assert list(problems(arrivals.read(tmp_path / "class.zip"))) == ["bob/6.py"]


def test_a_zip_with_too_many_files_is_not_opened(tmp_path, narrow, monkeypatch):
    (tmp_path / "bob.ipynb").write_bytes(b"{}")
    (tmp_path / "ada.zip").write_bytes(zipped(map(str, range(7)), b""))
    monkeypatch.setattr(arrivals, "TOTAL", 10_000)
    monkeypatch.setattr(archives, "members", None)
    monkeypatch.setattr(arrivals.Budget, "overdrawn", lambda self, size: False)
    assert list(problems(arrivals.read(tmp_path))) == ["ada.zip"]


def test_a_large_file_and_deep_folders_on_disk(tmp_path, narrow):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "x.ipynb").write_bytes(b"12345678901")
    deep = tmp_path.joinpath("bob", *"x" * 21)
    deep.mkdir(parents=True)
    (deep / "y.ipynb").write_bytes(b"1")
    (tmp_path / "cem").mkdir()
    found = problems(arrivals.read(tmp_path))
    assert list(found) == ["ada/x.ipynb", "bob/" + "/".join("x" * 6)]  # the seventh folder


def test_twenty_folders_in_each_other_are_refused(tmp_path):
    tmp_path.joinpath(*"x" * 20).mkdir(parents=True)
    assert problems(arrivals.read(tmp_path)) == {}
    tmp_path.joinpath(*"x" * 21).mkdir()
    assert list(problems(arrivals.read(tmp_path)).values()) == ["lies below 20 folders"]


def cells(*names, grade=False):
    return [Cell(grade_id=name) if grade else Cell(id=name) for name in names]


@pytest.mark.parametrize(
    ("notebook", "name", "sheet"),
    [
        (Notebook(cells("ex-1-1", "ex-1-1-graded", grade=True)), "x.ipynb", "01_line"),
        (Notebook(cells("ex-2-1", grade=True)), "x.ipynb", ""),  # two sheets have number 2
        (Notebook(cells("01_line-ex-1-1", "02_steps-ex-2-1", "01_line-ex-1-2")), "x", "01_line"),
        (Notebook(cells("01_line-ex-1-1", "02_steps-ex-2-1")), "x.ipynb", ""),
        (Notebook(cells("01_line-03", "01_line-04")), "x.ipynb", ""),  # a lesson has such ids too
        (Notebook([], {"course": {"name": "01_line", "kind": "notebooks"}}), "x.ipynb", ""),
        (
            Notebook(cells("01_line-ex-1-1"), {"course": {"name": "01_line", "kind": "notebooks"}}),
            "x.ipynb",
            "01_line",  # exercises pasted into the lesson
        ),
        (Notebook([], {"course": {"name": ["01_line"]}}), "01 Line.ipynb", "01_line"),
    ],
)
def test_sheet_of(notebook, name, sheet):
    assert sheet_of(notebook, name, SHEETS)[0] == sheet


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("02_steps_more.ipynb", "02_steps_more"),  # the longer name
        ("ada 02-Steps (1).ipynb", "02_steps"),
        ("01_lines and 01_line.ipynb", "01_line"),
        ("line.ipynb", ""),
    ],
)
def test_by_name(name, sheet):
    assert by_name(name, SHEETS) == sheet
