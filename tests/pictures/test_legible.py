"""Every explorer on the page: no panel is cut off, and a handle follows the pointer alone."""

import itertools

import numpy as np
import pytest
from helpers.scenes import Scene, explorers
from matplotlib.text import Text

from course_lib.crops import SHARP, pixels
from course_lib.svg import POINT

EXPLORERS = explorers()
WIDEST = 340  # pixels of the page that one panel takes at most
SMALLEST = 11  # pixels of a letter, at the smallest size that a picture is shown
NEIGHBOURS = 3  # pixels between neighbouring positions of a handle, at least


@pytest.fixture(scope="module", params=EXPLORERS)
def explorer(request):
    return Scene(EXPLORERS[request.param]())


def test_no_ink_lies_outside_of_the_panels_and_none_is_too_wide(explorer):
    drawn = pixels(explorer.stage.fig)
    assert max(width for _, _, width, _ in explorer.scene["crops"]) <= WIDEST
    for box in explorer.scene["crops"]:
        left, top, width, height = (SHARP * v for v in box)
        drawn[top : top + height, left : left + width] = 255
    assert (drawn == 255).all()


def test_no_text_and_no_exponent_is_ever_too_small(explorer):
    for text in explorer.stage.fig.findobj(Text):
        if text.get_visible() and text.get_text():
            part = 0.7 if "^" in text.get_text() else 1  # matplotlib's exponents
            size = explorer.scene["least"] * part * text.get_fontsize() * POINT
            assert size > SMALLEST - 0.05, text.get_text()


def test_a_handle_depends_on_the_controls_it_drags_alone(explorer):
    for _, actor in explorer.handles():
        strides = [actor[axis]["strides"] for axis in "xy"]
        moving = {axis for row in strides for axis, stride in enumerate(row) if stride}
        assert moving <= set(actor["drags"]), explorer.stage.name


def test_neighbouring_positions_of_a_handle_are_apart(explorer):
    for k, actor in explorer.handles():
        sizes = [explorer.stage.shape[axis] for axis in actor["drags"]]
        grid = np.full((*sizes, actor["n"], 2), np.nan)
        position = [0] * len(explorer.stage.shape)
        for place in itertools.product(*map(range, sizes)):
            for axis, at in zip(actor["drags"], place, strict=True):
                position[axis] = at
            grid[place] = explorer.points(k, position)
        for axis in range(len(sizes)):
            steps = np.linalg.norm(np.diff(grid, axis=axis), axis=-1)
            assert not (steps <= NEIGHBOURS).any(), (explorer.stage.name, np.nanmin(steps))
