"""What the build refuses: markers that are none, exercises that lack a part, cells of no form."""

import re

import pytest
from helpers.small_course import LESSON, SHEET, make, sheet_at

from course_lib.build import BuildError
from course_lib.build.source import read


@pytest.mark.parametrize(
    "line",
    [
        "## BEGIN SOLUTION",
        "###BEGIN SOLUTION",
        "### begin solution",
        "### BEGIN SOLUTION ###",
        "### BEGIN SOLUTIONS",
        "### BEGIN SOLUTOIN",
        "### END  SOLUTION",
        "# END SOLUTION",
        "# start of the solution",
        "### BEGIN HIDDEN TEST",
        "#BEGIN_HIDDEN_TESTS",
        'print("END HIDDEN TESTS")',
        "### BEGIN MARK SCHEME",
        "### HASHED AUTOTEST x",
        "# to_remove_solution",
        "# to remove solution",
        "# NBVAL_IGNORE_OUTPUT",
        "#nbval_skip",
        "### a heading",
        "# --- Begin: solution",
    ],
)
@pytest.mark.parametrize("before", ["    secret = 2 * x\n", 'values("1.1", double, (2.0,))\n'])
def test_a_line_that_looks_like_a_marker_fails_the_build(tmp_path, line, before):
    indent = re.match(" *", before)[0]
    text = SHEET.replace(before, f"{before}{indent}{line}\n")
    with pytest.raises(BuildError, match="looks like a marker"):
        read(sheet_at(tmp_path, text))


def test_markers_in_prose_fail_too_but_headings_do_not(tmp_path):
    prose = "# # A sheet\n#\n# ### A part\n# Start: hidden layers. In the end, hidden units die."
    assert read(sheet_at(tmp_path, SHEET.replace("# # A sheet", prose)))
    with pytest.raises(BuildError, match="looks like a marker"):
        read(sheet_at(tmp_path, SHEET.replace("# # A sheet", "# # A sheet\n# ### END SOLUTION?")))


BROKEN = {
    "never closed": (
        "    ### END SOLUTION\n\n\n# %% practice",
        "\n\n# %% practice",
        "one solution",
    ),
    "never opened": ("    ### BEGIN SOLUTION\n    secret", "    secret", "one solution"),
    "nested": ("    secret = 2", "    ### BEGIN SOLUTION\n    secret = 2", "one solution"),
    "no solution": (
        '    ### BEGIN SOLUTION\n    return "b"\n    ### END SOLUTION',
        "    pass",
        "one",
    ),
    "hidden in practice": (
        'print("practice")',
        '### BEGIN HIDDEN TESTS\nprint("practice")\n### END HIDDEN TESTS',
        "belongs in an answer or a graded cell",
    ),
    "hidden not closed": ("### END HIDDEN TESTS\n", "", "at most one hidden part"),
    "lines after the solution": (
        "    ### END SOLUTION\n\n\n# %% practice",
        "    ### END SOLUTION\n    x = 1\n\n\n# %% practice",
        "is the last line",
    ),
    "call after the function": (
        "    return secret\n",
        "    return secret\n(\n",
        "not valid Python",
    ),
    "misspelt key": ('answer="1.1"', 'anwser="1.1"', "anwser, which means nothing here"),
    "number for text": ('answer="1.1"', "answer=1.1", "begins with"),
    "no points": (" points=2", "", "says its points"),
    "points as text": ("points=2", 'points="2"', "says its points"),
    "typed points": (
        "(10 minutes)",
        "(10 minutes, 2 points)",
        "1.1: an exercise has its cells and",
    ),
    "no minutes": (" (10 minutes)", "", "1.1: an exercise has its cells and a heading"),
    "only a heading": ("# ## 1.2", "# ## 1.3 More (1 minutes)\n# ## 1.2", "1.3: an exercise has"),
    "typed totals": ("{minutes} minutes, {points} points", "15 minutes, 3 points", "needs a line"),
    "no practice": ('# %% practice="1.1"', "# %%", "an answer, a practice and a graded cell"),
    "twice": ('answer="1.2"', 'answer="1.1"', "an answer, a practice and a graded cell"),
    "other id": ('values("1.1", double', 'values("1.2", double', 'should call values("1.1", ...)'),
    "hidden id": ('values("1.1 hidden"', 'values("1.1"', 'values("1.1 hidden", ...)'),
    "not hidden": (
        '### BEGIN HIDDEN TESTS\nvalues("1.1 hidden", double, (1234.5,))\n',
        'values("1.1 hidden", double, (1234.5,))\n### BEGIN HIDDEN TESTS\n',
        "stands outside it",
    ),
    "looks away": ('practice="1.1"', 'practice="1.1" tags=["nbval-skip"]', "look away"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_sheet_fails_with_the_reason(tmp_path, name):
    old, new, reason = BROKEN[name]
    assert old in SHEET
    with pytest.raises(BuildError, match=re.escape(reason)) as caught:
        read(sheet_at(tmp_path, SHEET.replace(old, new)))
    assert "exercises/01_tiny.py" in str(caught.value)


def test_an_exercise_cell_has_no_place_in_a_lesson(tmp_path):
    path = make(tmp_path, lesson=LESSON + '\n# %% practice="1.1"\n1\n')
    with pytest.raises(BuildError, match="not in a lesson"):
        read(path / "source" / "lessons" / "01_tiny.py")
