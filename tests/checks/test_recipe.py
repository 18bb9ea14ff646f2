"""The recipe of an exercise: one file in checks/lesson_NN and its cells in source/exercises."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from course_lib.build.command import ROOT

FILE = '''"""Exercise 4.8: twice a number."""

from course_lib.checks import exercise


@exercise("4.8", inputs=[(2.0,), (-3.0,)], hints=["Multiply by 2."])
def double(x):
    return 2 * x


@double.also_right
def by_adding(x):
    return x + x


double.scaled({0.5: "this is x. Multiply it by 2."})
double.mistake("this is x². Multiply x by 2.", lambda x: x**2)
'''
CELLS = '''

# %% [markdown]
# ## 4.8 Twice a number (2 minutes)


# %% answer="4.8"
def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% practice="4.8"
check.double(double)

# %% graded="4.8" points=1
values("4.8", double, (1.5,))
### BEGIN HIDDEN TESTS
values("4.8 hidden", double, (-2.5,))
### END HIDDEN TESTS
'''


def shown(path):
    """All text of a notebook: sources, and outputs as text."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [out for cell in cells for out in cell.get("outputs", ())]
    texts = [cell["source"] for cell in cells]
    texts += [out["data"].get("text/plain", "") for out in outputs if "data" in out]
    return "\n".join("".join(text) for text in texts)


@pytest.mark.slow
def test_an_exercise_is_one_file_and_its_cells(tmp_path):
    def run(*command):
        environment = os.environ | {"PYTHONPATH": str(course), "PYTHONUTF8": "1"}
        subprocess.run([sys.executable, "-m", *command], cwd=course, env=environment, check=True)

    course = tmp_path / "course"
    others = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "notebooks", "benchmarks")
    shutil.copytree(ROOT, course, ignore=others)
    (course / "course_lib/checks/lesson_04/twice.py").write_text(FILE, encoding="utf-8")
    with open(course / "source/exercises/04_momentum.py", "a", encoding="utf-8") as sheet:
        sheet.write(CELLS)
    run("course_lib", "build", "exercises/04")
    assert "## 4.8 Twice a number (2 minutes, 1 point)" in shown(
        course / "exercises/04_momentum.ipynb"
    )
    assert "Exercise 4.8: passed" in shown(course / "solutions/04_momentum.ipynb")
    run("pytest", "tests/checks", "-q", "-k", "double or 04_momentum")
