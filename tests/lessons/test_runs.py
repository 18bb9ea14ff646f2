"""The helper that runs lessons notices what it should, tried on a lesson of its own."""

import sys
import types

import pytest
from helpers.lessons import run, solved
from helpers.small_course import make

from course_lib.turns import turn

LESSON = """# %% [markdown]
# # A lesson
#
# About {minutes} minutes.

# %%
from course_lib.turns import lesson_77 as turn

scale = 2.0

# %% [markdown]
# ## 1. Doubling ({minutes} minutes)

# %%
start = 3.0


# %% turn="1.a"
def double(x):
    ### BEGIN SOLUTION
    return scale * x
    ### END SOLUTION


# %% tags=["test"]
assert double(start) == 6, "six"

# %% [markdown]
# ## 2. Guessing ({minutes} minutes)


# %% turn="2.a"
def guess():
    ### BEGIN SOLUTION
    return 6
    ### END SOLUTION


# %%
seen = guess()
"""


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """lesson(text) is the path of a lesson with this source; its references are in lesson_77."""

    @turn("1.a", inputs=[(2.0,), (-1.0,)])
    def double(x):
        return 2 * x

    @turn("2.a", predict=True)
    def guess():
        return 6

    double.mistake("this is the square.", lambda x: x**2)
    module = types.ModuleType("course_lib.turns.lesson_77")
    module.double, module.guess = double, guess
    monkeypatch.setitem(sys.modules, module.__name__, module)

    def written(text):
        tiny = make(tmp_path, lesson=text) / "source" / "lessons" / "01_tiny.py"
        return tiny.rename(tiny.with_name("77_own.py"))

    return written


@pytest.mark.parametrize(("mode", "seen"), [("right", 6), ("blank", None), ("wrong", None)])
def test_each_mode_runs_to_the_end(lesson, mode, seen):
    space = run(lesson(LESSON), mode)
    assert space["double"](4) == 8
    assert space["seen"] == seen


def test_one_part_alone_has_the_first_cell_and_its_own(lesson):
    space = run(lesson(LESSON), part=2)
    assert space["seen"] == 6
    assert "start" not in space


def test_a_part_that_needs_another_fails(lesson):
    with pytest.raises(NameError, match="start"):
        run(lesson(LESSON.replace("seen = guess()", "seen = start")), part=2)


def test_a_sentence_that_is_false_fails_with_its_cell(lesson):
    with pytest.raises(AssertionError, match="six") as caught:
        run(lesson(LESSON.replace("== 6,", "== 7,")))
    assert "begins: assert double(start) == 7" in caught.value.__notes__[0]


def test_a_solution_that_its_reference_rejects_fails(lesson):
    with pytest.raises(AssertionError, match=r"turn 1\.a, right"):
        run(lesson(LESSON.replace("return scale * x", "return scale + x")))


def test_a_mistake_that_passes_fails(lesson):
    path = lesson(LESSON)
    double = sys.modules["course_lib.turns.lesson_77"].double
    double.mistakes.clear()
    double.mistake("it is right.", lambda x: x + x)
    with pytest.raises(AssertionError, match=r"turn 1\.a, wrong"):
        run(path, "wrong")


def test_a_solution_may_use_the_first_cell_and_earlier_turns(lesson):
    path = lesson(LESSON.replace("return 6", "return double(3)"))
    assert solved(path, "2.a")() == 6
