"""Every built notebook runs as it stands, and nbval sees what it should see."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from course_lib.build.command import ROOT
from course_lib.build.execute import execute
from course_lib.sheet_format import GRADED, PRACTICE, VALUES, role_of


def notebooks(folder):
    found = sorted((ROOT / folder).glob("*.ipynb"))
    return [pytest.param(path, id=path.stem) for path in found]


def nbval(path, option, cwd):
    """pytest's exit code, the numbers of the cells that failed, and what it printed.

    Nothing is downloaded: digits stand in for the large data sets.
    """
    ours = ("PYTEST_", "COURSE_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    environment["COURSE_OFFLINE"] = "1"
    command = [sys.executable, "-m", "pytest", option, "-rf", "-p", "no:cacheprovider", str(path)]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=1800
    )
    failed = re.findall(r"^FAILED .*::Cell (\d+)", done.stdout, re.MULTILINE)
    return done.returncode, [int(number) for number in failed], done.stdout + done.stderr


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", notebooks("solutions"))
def test_solutions_pass_strict_nbval_from_any_folder(path, tmp_path):
    code, _, printed = nbval(path, "--nbval", tmp_path)
    assert code == 0, printed


@pytest.mark.parametrize("path", notebooks("notebooks"))
def test_lessons_run_with_stand_in_data(path, tmp_path):
    code, _, printed = nbval(path, "--nbval-lax", tmp_path)
    assert code == 0, printed


@pytest.mark.parametrize("path", notebooks("exercises"))
def test_untouched_exercises_run_to_the_end_and_say_not_attempted(path, tmp_path):
    notebook = execute(nbformat.read(path, as_version=4), tmp_path)
    for cell in notebook.cells:
        if role_of(cell) == PRACTICE:
            assert "not attempted" in cell.outputs[0].data["text/plain"]
        if role_of(cell) == GRADED:
            bundles = [out.data[VALUES] for out in cell.outputs if VALUES in out.get("data", {})]
            assert [bundle["status"] for bundle in bundles] == ["not attempted"]


@pytest.mark.parametrize("path", notebooks("solutions"))
def test_solutions_show_every_practice_passed_and_every_value(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if role_of(cell) == PRACTICE:
            assert cell.outputs[0].data["text/plain"].startswith("✓")
        if role_of(cell) == GRADED:
            bundles = [out.data[VALUES] for out in cell.outputs if VALUES in out.get("data", {})]
            assert bundles
            assert all(bundle["status"] == "ok" and bundle["values"] for bundle in bundles)


@pytest.mark.parametrize("path", notebooks("solutions") + notebooks("notebooks"))
def test_nbval_compares_every_cell(path):
    """It skips a cell without an execution count, and takes the kernel's name from the notebook."""
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    assert all(cell.execution_count for cell in code_cells(notebook))


# What nbval notices, tried on copies of one solution.


@pytest.fixture
def copy(tmp_path):
    """A solution and its place in tmp_path, where the course's conftest.py is too."""
    shutil.copy(ROOT / "conftest.py", tmp_path)
    path = tmp_path / "copy.ipynb"
    shutil.copy(ROOT / "solutions" / "01_linear_regression.ipynb", path)
    return path


def altered(path, mime, pattern, replacement):
    """Change the outputs of this type in the file; return the numbers of the cells changed."""
    notebook, changed = nbformat.read(path, as_version=4), set()
    for number, cell in enumerate(code_cells(notebook)):
        for out in cell.outputs:
            old = out.get("data", {}).get(mime)
            if isinstance(old, str):
                out.data[mime] = re.sub(pattern, replacement, old)
                changed |= {number} if out.data[mime] != old else set()
    nbformat.write(notebook, path)
    return sorted(changed)


def test_other_bytes_of_a_picture_pass(copy):
    assert altered(copy, "text/html", r"base64,.{100}", "base64,ABCD")
    code, _, printed = nbval(copy, "--nbval", copy.parent)
    assert code == 0, printed


def test_another_number_and_another_alt_text_fail_and_nothing_else(copy):
    changed = altered(copy, "text/html", r'alt="Left', 'alt="Right')
    assert changed
    notebook = nbformat.read(copy, as_version=4)
    graded = next(n for n, cell in enumerate(code_cells(notebook)) if role_of(cell) == GRADED)
    bundle = code_cells(notebook)[graded].outputs[0].data[VALUES]
    first = bundle["values"][0]["tuple"]
    first[-1] = round(first[-1] * 1.00001, 5)
    nbformat.write(notebook, copy)
    code, failed, printed = nbval(copy, "--nbval", copy.parent)
    assert code == 1, printed
    assert failed == sorted([*changed, graded])
