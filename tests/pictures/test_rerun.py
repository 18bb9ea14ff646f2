"""The button below a stage that computes it again with larger settings."""

import numpy as np
import pytest

from course_lib.controls import Choice, Question, Slider, controls
from course_lib.plots import figure
from course_lib.rerun import Rerun
from course_lib.stage import Stage


def stage_of(power, rerun=None):
    lr, rule = controls(Slider("lr", [0.1, 0.2, 0.3]), Choice("rule", ["a", "b"]))
    fig, ax = figure()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    question = Question("?", ("a", "b"), right=0, why="It is.")
    stage = Stage("again", fig, [lr, rule], alt="A point.", question=question, rerun=rerun)
    stage.point(ax, lr.axis, lr.axis**power)
    stage.text(ax, "power {}", power)
    return stage


def parts(box):
    """The view, the controls, and what stands below them."""
    view, row, *below = box.children
    return view, row.children, below


def test_the_button_puts_a_new_stage_in_the_place_of_the_old_one():
    shares = []

    def make(progress):
        progress(0.5)
        shares.append(bar.value)
        return stage_of(2)

    box = stage_of(1, Rerun("Run", make)).widget
    view, (slider, choice), (row,) = parts(box)
    button, bar = row.children
    view.position_0, view.position_1, view.prediction = 2, 1, 0  # as the page sets them
    button.click()
    new, (slider, choice), below = parts(box)
    assert shares == [0.5]
    assert not below
    assert new is not view
    assert (new.position_0, new.position_1, new.prediction) == (2, 1, 0)
    assert (slider.index, choice.index) == (2, 1)
    words = [actor["words"] for actor in new.scene["actors"] if actor["kind"] == "text"]
    assert words == [["power 2"]]
    assert not np.array_equal(new.numbers, view.numbers)


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ValueError("no data")])
def test_after_trouble_the_button_can_be_pressed_again(trouble):
    """An error goes on to ipywidgets, which shows it; an interrupt ends here."""

    def make(progress):
        raise trouble

    box = stage_of(1, Rerun("Run", make)).widget
    view, _, (row,) = parts(box)
    button = row.children[0]
    button.click()
    assert not button.disabled
    assert box.children[0] is view
