"""The stage: what goes in by the axes of the controls comes out at the right pixel."""

import base64
import copy
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest
from helpers.scenes import Scene
from matplotlib.image import imread
from matplotlib.path import Path as Outline

from course_lib.actors import stop_at_edge
from course_lib.controls import Choice, Question, Slider, Switch, controls
from course_lib.crops import SHARP, cut, pixels, png, without
from course_lib.plots import figure
from course_lib.stage import Stage
from course_lib.stills import CAPTION
from course_lib.style import CourseFigure
from course_lib.svg import outline, svg_line, svg_marker
from course_lib.view import LARGEST

ROOT = Path(__file__).parents[2]


def stage_of(members=(), steps=None, **kwargs):
    fig, ax = figure(size=(4, 3))
    ax.set(xlim=(0, 10), ylim=(-1, 1))
    return Stage("test", fig, controls(*members), steps=steps, alt="A test.", **kwargs), ax


def sliders():
    return [Slider("a", np.linspace(1, 5, 5)), Slider("b", [0.5, 1.5, 2.5])]


def random(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape)


def test_a_line_comes_out_where_matplotlib_draws_it_at_every_position():
    stage, ax = stage_of(sliders(), steps=3)
    x = np.linspace(0, 10, 7)
    y = np.sin(np.arange(4 * 5 * 3 * 7)).reshape(4, 5, 3, 7)
    stage.line(ax, x, y)
    scene = Scene(stage)
    for position in [(0, 0, 0), (3, 4, 2), (1, 2, 1)]:
        error = scene.points(0, position) - scene.expected(0, x, y[position])
        assert np.abs(error).max() < 0.02  # pixels


def test_axes_that_change_nothing_take_no_room():
    stage, ax = stage_of(sliders(), steps=3)
    x = np.linspace(0, 10, 7)
    stage.line(ax, x, np.zeros((5, 1, 7)) + np.linspace(-1, 1, 5)[:, None, None])
    scene = Scene(stage)
    assert len(scene.numbers) == 7 + 5 * 7
    assert scene.scene["actors"][0]["y"]["strides"] == [0, 7, 0]
    assert np.array_equal(scene.points(0, (0, 2, 0)), scene.points(0, (3, 2, 2)))


def test_each_control_has_an_axis_of_its_own_in_the_order_of_the_stage():
    a, b, rule = controls(*sliders(), Choice("rule", ["x", "y"], values=[0.1, 0.9], start=0.8))
    assert [c.axis.shape for c in (a, b, rule)] == [(5, 1, 1), (3, 1), (2,)]
    assert a.axis.ravel().tolist() == a.values.tolist()
    assert (rule.position, rule.axis.tolist()) == (1, [0.1, 0.9])
    fig, _ = figure()
    with pytest.raises(ValueError, match="make 'b', 'a', 'rule' by `controls"):
        Stage("test", fig, [b, a, rule], alt="A test.")


X, PATH = np.arange(4.0), random(4, 5, 3, 2)


@pytest.mark.parametrize(
    ("steps", "draw", "position", "x", "y"),
    [
        (3, lambda s, ax: s.path(ax, PATH), (3, 4, 1), *PATH[:, 4, 1].T),
        (None, lambda s, ax: s.path(ax, PATH), (4, 1), *PATH[:, 4, 1].T),
        (3, lambda s, ax: s.over_steps(ax, PATH[..., 0]), (3, 4, 1), X, PATH[:, 4, 1, 0]),
        (None, lambda s, ax: s.over_steps(ax, PATH[..., 0], step=2), (4, 1), 2 * X, PATH[:, 4, 1, 0]),
        (None, lambda s, ax: s.over_steps(ax, PATH[..., 0], step=s.controls[1].axis), (4, 2), 2.5 * X,
         PATH[:, 4, 2, 0]),
        (None, lambda s, ax: s.path(ax, PATH, until=s.controls[1].axis), (4, 1),
         *np.where(X < 2, PATH[:, 4, 1].T, np.nan)),
        (3, lambda s, ax: s.over_steps(ax, PATH[..., 0], until=1), (3, 4, 1), X,
         np.where(X < 2, PATH[:, 4, 1, 0], np.nan)),
        (3, lambda s, ax: s.trail(ax, s.steps, PATH[..., 0]), (3, 4, 1), X, PATH[:, 4, 1, 0]),
        (3, lambda s, ax: s.point(ax, s.controls[1].axis, PATH[..., 0]), (2, 4, 1), 5,
         PATH[2, 4, 1, 0]),
        (None, lambda s, ax: s.line(ax, [2, 7], lambda x: s.controls[1].axis / x), (4, 1), [2, 7],
         [1.5 / 2, 1.5 / 7]),
        (None, lambda s, ax: s.sweep(ax, s.controls[0], PATH[0, ..., 0]), (4, 1), range(1, 6),
         PATH[0, :, 1, 0]),
        (None, lambda s, ax: s.sweep(ax, s.controls[1], PATH[0, :, :1, 0]), (4, 1), [0.5, 1.5, 2.5],
         PATH[0, 4, 0, 0]),
        (3, lambda s, ax: s.sweep(ax, s.controls[1], PATH[..., 0], vertical=True), (2, 4, 1),
         PATH[2, :, 1, 0], range(1, 6)),
    ],
)  # fmt: skip
def test_the_words_of_a_stage_place_their_points(steps, draw, position, x, y):
    stage, ax = stage_of(sliders(), steps)
    ax.set(ylim=(-6, 6))
    draw(stage, ax)
    scene = Scene(stage)
    np.testing.assert_allclose(scene.points(0, position), scene.expected(0, x, y), atol=0.02)


def test_a_trail_and_its_head_are_stored_once():
    stage, ax = stage_of(sliders(), steps=3)
    stage.over_steps(ax, PATH[..., 0], "--", head="s")
    trail, head = Scene(stage).scene["actors"]
    assert [trail["span"], head["span"]] == ["trail", "head"]
    assert trail["y"] == head["y"]


@pytest.mark.parametrize(("vertical", "x", "y"), [(False, 3, 0.25), (True, 0.25, 3)])
def test_a_sweep_marks_the_position_of_its_control(vertical, x, y):
    stage, ax = stage_of([Slider("a", [1, 2, 3])])
    ax.set(ylim=(-5, 5))
    stage.sweep(ax, stage.controls[0], [0.5, -0.5, 0.25], "--", vertical=vertical, color="red")
    scene = Scene(stage)
    np.testing.assert_allclose(scene.points(1, [2]), scene.expected(1, x, y), atol=0.02)
    assert scene.scene["actors"][1]["marker"]["fill"] == "#ff0000"
    stage, ax = stage_of([Slider("a", [1, 2, 3])])
    stage.sweep(ax, stage.controls[0], [0.5, -0.5, 0.25], head=None)
    assert len(stage.actors) == 1


def test_a_path_that_does_not_return_ends_outside_the_panel():
    stage, ax = stage_of([Slider("a", [1, 2])])
    path = np.array([[5, 0], [5, 1.3], [5, 1.6], [5, -1.6], [5, 0.5]], float)
    both = np.stack([path, path / (1, 1.2)], axis=1)  # only the first is ever a fifth outside
    stage.path(ax, both, returns=False)
    stage.path(ax, both)
    scene = Scene(stage)
    drawn = [np.isfinite(scene.points(actor, [k])).all(axis=1) for actor in (0, 1) for k in (0, 1)]
    np.testing.assert_array_equal(drawn, [[True, True, True, False, False], *[[True] * 5] * 3])


def test_a_trail_needs_steps():
    stage, ax = stage_of(sliders())
    with pytest.raises(ValueError, match="steps="):
        stage.trail(ax, np.zeros((5, 3)), np.zeros((5, 3)))


@pytest.mark.parametrize("shape", [(5, 7), (3, 5, 7), (2, 5, 3, 7), (4, 4, 5, 3, 7), ()])
def test_a_wrong_shape_is_answered_with_what_came_and_what_is_needed(shape):
    stage, ax = stage_of(sliders(), steps=3)
    message = re.escape(f"{shape}") + r".*\(step 4, a 5, b 3, points\)"
    with pytest.raises(ValueError, match=message):
        stage.line(ax, np.zeros(shape), np.zeros(shape))


def test_a_path_of_other_than_two_parameters_is_refused():
    stage, ax = stage_of(sliders(), steps=3)
    with pytest.raises(ValueError, match=r"\(4, 5, 3, 1\); give .* \(steps \+ 1, controls, 2\)"):
        stage.path(ax, np.zeros((4, 5, 3, 1)))


def test_x_and_y_that_do_not_fit_are_both_named():
    stage, ax = stage_of(sliders())
    with pytest.raises(ValueError, match=r"\(6,\), \(5, 3, 7\)"):
        stage.line(ax, np.zeros(6), np.zeros((5, 3, 7)))


def test_a_path_that_leaves_the_frame_keeps_its_direction_up_to_the_edge():
    path = np.array(
        [[0.5, 0.5], [0.6, 0.7], [1e9, 2e9 - 0.5], [np.inf, 0.5], [0.5, 0.5], [0.4, 0.4]]
    )
    stopped = stop_at_edge(path)
    assert np.allclose(stopped[2], [0.75, 1.0])  # on the way from (0.6, 0.7), at the upper edge
    assert np.isnan(stopped[3]).all()
    assert np.array_equal(stopped[[0, 1, 4, 5]], path[[0, 1, 4, 5]])


def test_what_starts_far_outside_is_missing_until_it_enters():
    assert np.isnan(stop_at_edge(np.array([[7.0, 0.5], [3.0, 0.5], [0.5, 0.5]]))[:2]).all()


def test_divergence_ends_a_line_without_a_warning():
    lr = Slider("lr", [0.5, 3.0])
    stage, ax = stage_of([lr], steps=2000)
    with np.errstate(all="ignore"):
        path = (1 - lr.values) ** np.arange(2001)[:, None]
    stage.trail(ax, stage.steps, path)
    scene = Scene(stage)
    assert np.isfinite(scene.points(0, (2000, 0))[:15]).all()
    far = scene.points(0, (2000, 1))
    assert np.isfinite(far[:2]).all()
    assert np.isnan(far[5:]).all()


def test_zero_on_a_logarithmic_axis_lies_below_the_frame():
    stage, ax = stage_of([Slider("a", [1, 2])])
    ax.set(yscale="log", ylim=(0.1, 10))
    stage.line(ax, [0.0, 5.0, 10.0], np.array([[1.0, 0.0, 1.0]]))
    scene = Scene(stage)
    assert scene.points(0, [0])[1, 1] > scene.scene["actors"][0]["panel"][3]


def test_points_bars_texts_and_pictures_have_a_scene():
    angle = Slider("angle", [0, 45, 90])
    stage, ax = stage_of([angle])
    ax.set(ylim=(0, 2))
    stage.picture(ax, lambda ax, k: ax.plot([0, 10], [0, k], color="0.5"), over=angle)
    stage.points(ax, [1, 2], [[1, 2], [1, 1], [2, np.nan]], marker="s")
    stage.bars(ax, [4, 5], [[1, 2], [1, 1], [0.5, np.nan]], width=0.5, color="orange")
    stage.text(ax, "angle {:.0f}", angle.values)
    stage.text(ax, lambda a: "right" if a == 90 else "not right", angle.values, at=(0.5, 0.9))
    scene = Scene(stage)
    picture, points, bars, *_ = scene.scene["actors"]
    assert len(set(picture["images"])) == 3
    assert points["line"] is None
    assert np.isnan(scene.points(1, [2])[1]).all()
    top = scene.points(2, [0])[:, 1]
    assert top == pytest.approx([bars["panel"][3] / 2, 0], abs=0.02)
    assert bars["foot"] == 1
    assert bars["width"] == pytest.approx(0.05)
    assert [scene.all_words([k]) for k in (0, 2)] == [
        ["angle 0", "not right"],
        ["angle 90", "right"],
    ]


def test_a_picture_may_depend_on_several_controls():
    stage, ax = stage_of(sliders(), steps=3)
    a, b = stage.controls[1:]
    painted = []
    stage.picture(ax, lambda ax, j, k: painted.append((j, k)) or ax.plot(j, k), over=(a, b))
    picture = Scene(stage).scene["actors"][0]
    assert painted[-15:] == [*np.ndindex(5, 3)]
    assert (picture["over"], picture["strides"], len(picture["images"])) == ((1, 2), [3, 1], 15)


def test_cells_keep_their_values_as_bytes_of_a_colour_table():
    stage, ax = stage_of(sliders())
    ax.set(xlim=(1, 100), xscale="log")
    values = np.random.default_rng(0).uniform(0, 1, (5, 1, 4, 6))
    stage.cells(ax, values, cmap="cividis", vmin=0, vmax=1)
    stage.line(ax, [1, 100], [0, 0])  # 16 bits beside 8
    scene = Scene(stage)
    cells = scene.scene["actors"][0]
    assert np.abs(scene.cells(0, (3, 2)) / 255 - values[3, 0]).max() < 0.002
    assert len(cells["colours"]) == 4 * 256
    assert len(scene.numbers) == 5 * 4 * 6 / 2 + 2 + 2


def test_32_by_32_cells_at_360_positions_fit():
    stage, ax = stage_of([Slider("a", range(1, 41)), Slider("b", range(1, 10))])
    stage.cells(ax, random(40, 9, 32, 32))
    scene, data = stage.scene
    assert len(data) + len(json.dumps(scene)) < 0.25 * LARGEST


def test_what_gives_the_answer_away_is_in_no_picture_or_word_before_the_prediction():
    question = Question("What?", ("this", "that"), right=1, why="Because.")
    stage, ax = stage_of([Slider("a", [1, 2, 3])], question=question, still={"a": 3})
    a = stage.controls[0]
    (best,) = ax.plot([2, 2], [-1, 1], color="#ff0000", label="best")
    stage.line(
        ax, [0, 1], lambda x: a.axis * x, color="#00ff00", label="hidden", after_prediction=True
    )
    stage.line(ax, [0, 1], lambda x: -x * a.axis, color="#0000ff", label="open")
    ax.legend()
    stage.after_prediction(best)
    stage.text(ax, "it is {:.0f}", a.axis, at=(0.1, 0.9), after_prediction=True)
    before, after = stage.twin.split("<details>")
    assert "it is" not in before
    assert "it is 3." in after
    assert "The answer: that. Because." in after
    scene = stage.scene[0]
    bare, added = ([image_of(url) for url in scene[kind]] for kind in ("stage", "answer"))
    assert not any(has_colour(image, (255, 0, 0)) for image in bare)
    assert not any(has_colour(image, (0, 255, 0)) for image in bare)  # in the legend
    assert any(has_colour(image, (0, 0, 255)) for image in bare)
    assert any(has_colour(image, (0, 255, 0)) for image in added)
    assert any(has_colour(image, (255, 0, 0)) for image in added)
    for image in added:
        assert (image[..., 3] == 0).mean() > 0.9
    assert [a["after"] for a in scene["actors"]] == [True, False, True]


def test_a_question_needs_its_answer_and_the_reason():
    for missing in ({"right": 0}, {"why": "So."}):
        with pytest.raises(TypeError, match="missing 1 required"):
            Question("What?", ("this", "that"), **missing)


def drawn_stage(question=None):
    stage, ax = stage_of([Slider("a", [1, 2, 3])], steps=4, question=question, still={"a": 3})
    a = stage.controls[1]
    (best,) = ax.plot([2, 2], [-1, 1], "--", color="#ff0000", label="best")
    stage.after_prediction(best)
    stage.bars(ax, [7, 8], np.stack([a.axis / 9, a.axis / 5], axis=-1), width=0.5)
    stage.over_steps(ax, np.arange(5).reshape(-1, 1) * a.axis / 20, ".-", label="run")
    stage.text(ax, "a is {:.0f}", a.axis)
    ax.legend(loc="lower left")
    return stage


def test_what_stands_still_is_drawn_once_and_the_answer_once_more(monkeypatch):
    drawn, draw = [], CourseFigure.draw
    monkeypatch.setattr(CourseFigure, "draw", lambda *args: drawn.append(1) or draw(*args))
    for question, times in ((None, 1), (Question("What?", ("a", "b"), right=0, why="So."), 2)):
        drawn.clear()
        _ = drawn_stage(question).widget
        assert len(drawn) == times


def test_a_still_picture_is_as_matplotlib_draws_the_stage():
    stage = drawn_stage(Question("What?", ("a", "b"), right=0, why="So."))
    for position, answered in ((stage.position, False), ((1, 2), True)):
        still = stage.painting.still(position, answered)
        for actor in stage.actors:
            actor.move(position)
        with without([] if answered else stage.secrets()):
            whole = pixels(stage.fig)
        differs = (np.abs(still.astype(int) - whole) > 40).any(axis=-1)
        assert differs.mean() < 1e-3
        assert has_colour(still, (255, 0, 0, 255)[:3]) == answered


def test_a_picture_of_few_colours_loses_none_of_them():
    rng = np.random.default_rng(0)
    for colours in (2, 256, 400):
        table = np.append(rng.integers(0, 256, (colours, 3)), np.full((colours, 1), 255), axis=1)
        image = table[rng.integers(0, colours, (60, 80))].astype("u1")
        read = np.rint(255 * imread(io.BytesIO(png(image))))
        np.testing.assert_array_equal(read[..., :3], image[..., :3])


def test_the_still_picture_shows_the_position_it_names():
    stage, ax = stage_of([Slider("a", [1, 2, 3])], steps=4, still={"step": 1, "a": 3})
    stage.over_steps(ax, np.arange(5.0)[:, None] + stage.controls[1].axis)
    stage.bars(ax, [1], stage.controls[1].axis[:, None])
    stage.text(ax, "a is {:.0f}", stage.controls[1].axis)
    assert "step 1, a 3. a is 3." in stage.twin
    assert stage.actors[0].artists[0].get_ydata().size == 5  # back at the start
    with pytest.raises(ValueError, match="no control 'b'"):
        stage_of([Slider("a", [1, 2])], still={"b": 1})


def image_of(url):
    """The colours of a picture (height, width, 4)."""
    read = np.rint(imread(io.BytesIO(base64.b64decode(url.partition(",")[2]))) * 255)
    opaque = np.full((*read.shape[:2], 4 - read.shape[2]), 255)
    return np.concatenate([read, opaque], axis=-1)


def has_colour(image, colour):
    return (image == (*colour, 255)).all(axis=-1).any()


def test_crops_hold_all_ink_and_side_by_side_they_are_the_figure():
    fig, axes = figure(2, 2, size=(8, 6))
    for ax in axes.flat:
        ax.set(xlabel="x", ylabel="y", title="A rather long title above its panel")
    image = axes[0, 0].imshow([[0, 1]])
    fig.colorbar(image, ax=axes[0, 0])
    stage = Stage("crops", fig, [Slider("a", [1, 2])], alt="Four.")
    stage.line(axes[1, 1], [0, 1], [0, 1])
    boxes = stage.scene[0]["crops"]
    assert len(boxes) == 4
    assert [box[1::2] for box in boxes[:2]] == [boxes[0][1::2]] * 2
    drawn = pixels(fig)
    for left, top, width, height in boxes:
        drawn[SHARP * top : SHARP * (top + height), SHARP * left : SHARP * (left + width)] = 255
    assert (drawn == 255).all()
    assert cut(pixels(fig), boxes[0]) == stage.scene[0]["stage"][0]
    assert stage.scene[0]["actors"][0]["crop"] == 3


def test_a_slider_computes_what_it_says():
    lr = Slider("lr", np.geomspace(0.001, 1, 10), start=0.1)
    assert [float(words) for words in lr.options] == lr.values.tolist()
    assert lr.options[lr.position] == "0.1"
    assert Slider("n", [1, 10, 128], digits=3).options == ["1", "10", "128"]
    assert Slider("eps", [1e-8, 1e-4]).options == ["1.0 × 10⁻⁸", "0.0001"]
    assert Slider("x", [-1.25, 0, 2], digits=3).options == ["−1.25", "0", "2"]
    assert Slider("half", [5, 1e9], names={1e9: "never"}).options == ["5", "never"]
    assert (Slider("n", [1, 2, 3]).position, Choice("rule", "ab").position) == (1, 0)


def test_controls_that_cannot_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="equal at 2 digits"):
        Slider("lr", [0.1, 0.1001])
    with pytest.raises(ValueError, match="2 to 8 choices, got 9"):
        Choice("rule", "abcdefghi")
    with pytest.raises(ValueError, match="1 to 5 controls"):
        stage_of([])


def test_too_large_an_explorer_says_so():
    stage, ax = stage_of(
        [Slider("a", range(1, 101), digits=3), Slider("b", range(1, 101), digits=3)]
    )
    stage.line(ax, np.arange(101), random(100, 100, 101))
    with pytest.raises(ValueError, match=r"2\.\d MB for 100 x 100 positions"):
        _ = stage.scene


def test_forty_by_twenty_one_positions_of_eighty_steps_fit():
    stage, ax = stage_of(
        [Slider("a", np.linspace(1, 5, 40)), Slider("b", np.linspace(0, 1, 21))], 80
    )
    stage.trail(ax, *np.random.default_rng(0).uniform(0, 1, (2, 81, 40, 21)))
    stage.trail(ax, stage.steps, np.random.default_rng(1).uniform(-1, 1, (81, 40, 21)))
    scene, data = stage.scene
    assert len(data) + len(json.dumps(scene)) < 0.3 * LARGEST


def test_the_controls_drive_the_view_by_links_in_the_page():
    question = Question("What?", ("this", "that"), right=0, why="So.")
    members = [*sliders(), Choice("rule", "xyzuv", start=1), Switch("noise", start=True)]
    stage, ax = stage_of(members, 9, question=question)
    stage.line(ax, [0, 1], np.zeros(2))
    view, row = stage.widget.children
    assert [getattr(view, f"position_{k}") for k in range(5)] == [9, 2, 1, 1, True]
    assert [child.description for child in row.children[:4]] == ["a", "b", "rule", "noise"]
    assert [type(child).__name__ for child in row.children[2:4]] == ["Dropdown", "Checkbox"]
    play, step = row.children[4].children
    assert (play.value, play.max, step.index) == (9, 9, 9)
    assert view.scene["question"]["options"] == ["this", "that"]
    assert repr(view) == "View('test')"
    assert repr(stage) == "<Stage 'test': 10 step x 5 a x 3 b x 5 rule x 2 noise>"


def test_lines_look_as_matplotlib_draws_them():
    _, ax = figure()
    dashed, marked = ax.plot([0, 1], "--", lw=1.8, alpha=0.5)[0], ax.plot([0, 1], "s", ms=7.2)[0]
    style = svg_line(dashed)
    assert style["stroke-width"] == 2.5  # 1.8 points at 100 pixels to the inch
    assert style["stroke-opacity"] == 0.5
    assert [float(d) for d in style["stroke-dasharray"].split()] == pytest.approx(
        [9.25, 4], abs=0.01
    )
    assert svg_line(marked) is None
    assert svg_marker(dashed) is None
    assert svg_marker(marked)["d"] == "m-5.00 5.00l10.00 0.00l0.00 -10.00l-10.00 0.00z"


def test_an_outline_is_relative_to_the_pen():
    square = Outline([(1, 1), (2, 1), (2, 2), (0, 0), (5, 5)], [1, 2, 2, 79, 1])
    assert outline(square) == "m1.00 1.00l1.00 0.00l0.00 1.00zm4.00 4.00"


CELL = """
import numpy as np
from course_lib.controls import Slider
from course_lib.plots import figure
from course_lib.stage import Stage
fig, ax = figure()
a = Slider("a", [1, 2, 3], start=2)
stage = Stage("twice", fig, [a], alt="A line that rises.")
stage.line(ax, [0, 1], np.array([[0, 1]]) * a.values[:, None])
stage.text(ax, "slope {:.0f}", a.values)
stage
"""


@pytest.fixture(scope="module")
def executed():
    """A notebook with one explorer, executed as the build does it."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbclient.NotebookClient(book, store_widget_state=False).execute()
    return book


def test_an_explorer_displays_its_static_twin_and_then_the_view_alone(executed):
    twin, view = executed.cells[0].outputs
    assert view.data.keys() == {"application/vnd.jupyter.widget-view+json"}
    html = twin.data["text/html"]
    assert html.startswith('<figure class="twin-twice"><img alt="A line that rises. a 2. slope 2."')
    assert f"<figcaption>{CAPTION}</figcaption><style>" in html
    assert html.endswith("</style></figure>")


@pytest.mark.parametrize(
    ("old", "new", "passes"),
    [
        ("base64,iVBORw0KGgo", "base64,AAAABBBBCCC", True),
        ("slope 2", "slope 3", False),
    ],
)
def test_nbval_compares_the_words_of_a_twin_and_not_its_bytes(executed, tmp_path, old, new, passes):
    book = copy.deepcopy(executed)
    book.cells[0].outputs.pop()  # as the build does: a view cannot be opened again
    data = book.cells[0].outputs[0].data
    assert old in data["text/html"]
    data["text/html"] = data["text/html"].replace(old, new)
    nbformat.write(book, tmp_path / "twin.ipynb")
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text("utf-8"), "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--nbval",
        "-p",
        "no:cacheprovider",
        "twin.ipynb",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode == 0) == passes, done.stdout
