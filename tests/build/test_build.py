"""From source files to notebooks: what is built, what is refused, and that nothing leaks."""

import json
import re

import nbformat
import pytest
from helpers.small_course import LESSON, SHEET, arguments, make, sheet_at

from course_lib.__main__ import main
from course_lib.build import BuildError
from course_lib.build.blanks import blanks, edited
from course_lib.build.command import ROOT, find, run
from course_lib.build.source import read
from course_lib.sheet_format import SOLUTION, VERSIONS, role_of, version_of


def load(root, folder):
    return nbformat.read(root / folder / "01_tiny.ipynb", as_version=4)


def all_bytes(root):
    built = [*root.glob("*/*.ipynb"), *root.glob(f"*/{VERSIONS.name}"), *root.glob("book/*.md")]
    return {path: path.read_bytes() for path in sorted(built)}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = make(tmp_path_factory.mktemp("course"))
    assert run(arguments(), root) == 0
    return root


@pytest.fixture
def copy(course, tmp_path):
    """The built course, to be spoiled."""
    make(tmp_path)
    for path, content in all_bytes(course).items():
        target = tmp_path / path.relative_to(course)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
    return tmp_path


def rewrite(root, folder, change):
    notebook = load(root, folder)
    change(notebook)
    nbformat.write(notebook, root / folder / "01_tiny.ipynb")


# What is built.


def test_three_folders(course):
    assert [str(path.relative_to(course)) for path in all_bytes(course)] == [
        "book/teaching.md",
        f"course_lib/{VERSIONS.name}",
        "exercises/01_tiny.ipynb",
        "notebooks/01_tiny.ipynb",
        "solutions/01_tiny.ipynb",
    ]


def test_the_blank_sheet_holds_no_solution_no_hidden_input_and_no_output(course):
    text = (course / "exercises" / "01_tiny.ipynb").read_text(encoding="utf-8")
    assert not re.search(r"secret|1234\.5|SOLUTION|HIDDEN|hidden", text)
    notebook = load(course, "exercises")
    answer = notebook.cells[3].source
    assert answer == (
        'def double(x):\n    """Twice x."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
    )
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_solution_is_whole_and_executed(course):
    notebook = load(course, "solutions")
    assert "secret" in notebook.cells[3].source
    graded = notebook.cells[5]
    assert "### BEGIN HIDDEN TESTS" in graded.source
    shown = [out.data["application/vnd.course.values+json"] for out in graded.outputs]
    assert [bundle["id"] for bundle in shown] == ["1.1", "1.1 hidden"]
    assert shown[1]["values"] == [2469.0]
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


def test_ids_and_metadata(course):
    for folder in ("exercises", "solutions"):
        notebook = load(course, folder)
        nbformat.validate(notebook)
        ids = [cell.id for cell in notebook.cells]
        assert ids[0] == "01_tiny-01"
        assert ids[3:6] == ["01_tiny-ex-1-1", "01_tiny-ex-1-1-practice", "01_tiny-ex-1-1-graded"]
        assert len(set(ids)) == len(ids)
        assert notebook.metadata.kernelspec.name == "python3"
        assert notebook.metadata.course.points == 3
        assert notebook.metadata.course.kind == folder
        assert "jupytext" not in notebook.metadata
        assert notebook.cells[5].metadata.course == {"exercise": "1.1", "role": "graded"}
        assert notebook.cells[4].metadata == {"course": {"exercise": "1.1", "role": "practice"}}
        for cell in notebook.cells:
            assert "lines_to_next_cell" not in cell.metadata


def test_nbgrader_finds_what_it_needs(course):
    cells = load(course, "exercises").cells
    answer, graded = cells[3].metadata.nbgrader, cells[5].metadata.nbgrader
    assert (answer.solution, answer.grade, answer.locked) == (True, False, False)
    assert (graded.solution, graded.grade, graded.locked) == (False, True, True)
    assert (answer.grade_id, graded.grade_id, graded.points) == ("ex-1-1", "ex-1-1-graded", 2)
    assert cells[5].metadata.editable is False
    assert not edited(load(course, "exercises"))


def test_blank_and_solution_have_one_version_which_the_library_knows(course):
    versions = {
        load(course, folder).metadata.course.version for folder in ("exercises", "solutions")
    }
    known = json.loads((course / "course_lib" / VERSIONS.name).read_text(encoding="utf-8"))
    assert versions == {known["01_tiny"]}
    assert re.fullmatch("[0-9a-f]{16}", known["01_tiny"])


SAME = {
    "solution": ("secret = 2 * x", "secret = x + x"),
    "hidden input": ("1234.5", "1234.75"),
    "points": ("points=2", "points=7"),
    "text": ("# ## 1.2 Choose (5", "# ## 1.2 Choose well (6"),
    "docstring": ("Twice x.", "The double of x."),
    "practice": ('print("practice", double(1))', 'print("practice", double(2))'),
    "white space": ('values("1.2", choose)\n', 'values("1.2", choose)   \n\n\n'),
}
OTHER = {
    "name": ("double", "twice"),
    "argument": ("def double(x)", "def double(z)"),
    "one more argument": ("def choose()", "def choose(rng=None)"),
    "graded input": ("(2.0,)", "(2.5,)"),
    "given cell": ("import values\n", "import values\n\nscale = 3.0\n"),
    "number": ("1.2", "1.3"),
}


@pytest.mark.parametrize("name", [*SAME, *OTHER])
def test_the_version_tells_which_sheets_the_same_answers_fit(tmp_path, name):
    def version(sheet):
        return version_of(blanks(read(sheet_at(tmp_path, sheet))))

    old, new = (SAME | OTHER)[name]
    assert old in SHEET
    assert (version(SHEET.replace(old, new)) == version(SHEET)) == (name in SAME)


def test_a_lesson_keeps_outputs_but_no_widget(course):
    text = (course / "notebooks" / "01_tiny.ipynb").read_text(encoding="utf-8")
    assert "widget" not in text.replace("ipywidgets", "")
    notebook = load(course, "notebooks")
    assert notebook.cells[1].outputs[0].text == "Digits: 10 to train\n"
    assert len(notebook.cells[1].outputs) == 1
    assert notebook.metadata.course == {"data": "full", "kind": "notebooks", "name": "01_tiny"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.cells[2].metadata == {"jupyter": {"source_hidden": True}, "tags": ["wide"]}


def test_building_twice_gives_the_same_bytes(copy, course):
    assert run(arguments(), copy) == 0
    assert list(all_bytes(copy).values()) == list(all_bytes(course).values())


# What is refused.


def test_a_failing_cell_leaves_the_old_pages_and_says_where(copy, capsys):
    before = all_bytes(copy)
    broken = SHEET.replace('print("practice", double(1))', "double(1) / 0")
    make(copy, sheet=broken, lesson=LESSON.replace("1 + 1", "1 / 0"))
    assert run(arguments(), copy) == 1
    shown = capsys.readouterr().out
    assert "notebooks/01_tiny.ipynb, cell 3 ('1 / 0') failed with ZeroDivisionError" in shown
    assert "solutions/01_tiny.ipynb, cell 5 ('double(1) / 0') failed" in shown
    assert all_bytes(copy) == before
    assert not list(copy.glob("*/*.part"))


def test_figures_of_the_full_data_are_not_replaced_by_stand_ins(copy, capsys):
    fallback = LESSON.replace("Digits: 10 to train", "FALLBACK: Fashion-MNIST is not here.")
    make(copy, lesson=fallback)
    before = all_bytes(copy)
    assert run(arguments("01_tiny"), copy) == 1
    assert "--allow-fallback" in capsys.readouterr().out
    assert (
        before[copy / "notebooks" / "01_tiny.ipynb"]
        == all_bytes(copy)[copy / "notebooks" / "01_tiny.ipynb"]
    )
    assert run(arguments("--allow-fallback"), copy) == 0
    assert load(copy, "notebooks").metadata.course.data == "fallback"


def test_a_sheet_somebody_worked_in_is_not_overwritten(copy, capsys):
    def work(notebook):
        notebook.cells[3].source = "def double(x):\n    return x + x"

    rewrite(copy, "exercises", work)
    assert run(arguments("01"), copy) == 1
    assert "has been worked in (ex-1-1)" in capsys.readouterr().out
    assert "x + x" in load(copy, "exercises").cells[3].source
    assert run(arguments("01", "--overwrite"), copy) == 0
    assert "x + x" not in load(copy, "exercises").cells[3].source


def test_a_name_that_is_none(course, capsys):
    assert run(arguments("99"), course) == 1
    assert "no source is called 99; there are 01_tiny" in capsys.readouterr().out
    assert len(find(course, ["01", "01_tiny"])) == 2
    assert find(course, ["exercises/01"]) == [course / "source" / "exercises" / "01_tiny.py"]
    with pytest.raises(BuildError, match="no source is called 01_ti;"):
        find(course, ["01_ti"])


# --check.


def test_check_is_content_with_what_was_built_and_changes_nothing(copy, capsys):
    before = all_bytes(copy)
    assert run(arguments("--check"), copy) == 0
    assert capsys.readouterr().out.count("up to date") == 2
    assert all_bytes(copy) == before


def test_check_ignores_outputs(copy):
    def change(notebook):
        notebook.cells[1].outputs = []

    rewrite(copy, "notebooks", change)
    rewrite(copy, "solutions", change)
    assert run(arguments("--check"), copy) == 0


def change_source(notebook):
    notebook.cells[-1].source += "\n# more"


def change_id(notebook):
    notebook.cells[-1].id = "other"


def change_metadata(notebook):
    notebook.cells[-1].metadata["tags"] = ["more"]


def change_kernel(notebook):
    notebook.metadata.kernelspec.name = "other"


def drop_a_cell(notebook):
    del notebook.cells[-1]


def forget_to_run(notebook):
    notebook.cells[-1].execution_count = None


@pytest.mark.parametrize("folder", ["notebooks", "exercises", "solutions"])
@pytest.mark.parametrize(
    "change",
    [change_source, change_id, change_metadata, change_kernel, drop_a_cell, forget_to_run],
)
def test_check_finds_every_difference(copy, capsys, folder, change):
    if change is forget_to_run and folder == "exercises":
        pytest.skip("a blank sheet is not executed")
    rewrite(copy, folder, change)
    assert run(arguments("--check"), copy) == 1
    assert f"{folder}/01_tiny.ipynb" in capsys.readouterr().out


def test_check_finds_missing_and_stray_notebooks(copy, capsys):
    (copy / "exercises" / "01_tiny.ipynb").rename(copy / "exercises" / "02_old.ipynb")
    assert run(arguments("--check"), copy) == 1
    shown = capsys.readouterr().out
    assert "exercises/01_tiny.ipynb is missing" in shown
    assert "exercises/02_old.ipynb has no source" in shown


def test_check_finds_wrong_versions(copy, capsys):
    path = copy / "course_lib" / VERSIONS.name
    path.write_text(path.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    assert run(arguments("--check"), copy) == 1
    assert f"FAILED  course_lib/{VERSIONS.name} is out of date" in capsys.readouterr().out


def test_check_compares_exercises_byte_by_byte(copy):
    path = copy / "exercises" / "01_tiny.ipynb"
    path.write_text(json.dumps(json.loads(path.read_bytes())), encoding="utf-8")
    assert run(arguments("--check"), copy) == 1


def test_check_says_which_file_is_no_notebook(copy, capsys):
    (copy / "solutions" / "01_tiny.ipynb").write_text("<html>")
    assert run(arguments("--check"), copy) == 1
    assert "solutions/01_tiny.ipynb is no notebook" in capsys.readouterr().out


# The course itself.


def test_everything_built_is_up_to_date(capsys):
    assert main(["build", "--check"]) == 0, capsys.readouterr().out


def test_no_line_of_a_solution_is_in_the_students_sheet():
    for source in (path for path in find(ROOT) if path.parent.name == "exercises"):
        notebook = read(source)
        for whole, blank in zip(notebook.cells, blanks(notebook).cells, strict=True):
            if role_of(whole) == "answer":
                begin, end = SOLUTION
                solution = whole.source.split(begin)[1].split(end)[0]
                for line in filter(None, map(str.strip, solution.splitlines())):
                    assert line not in blank.source
