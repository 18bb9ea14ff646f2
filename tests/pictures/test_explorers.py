"""Every explorer at every end of its controls. A new explorer needs one line in EXPLORERS."""

import itertools
import json
import time

import numpy as np
import pytest
from matplotlib.textpath import TextPath
from helpers.scenes import Scene

from course_lib.explorers import number
from course_lib.explorers.lesson_00 import first_slider
from course_lib.explorers.lesson_01 import contraction, three_panels, units, verdict
from course_lib.explorers.lesson_02 import budget, cloud, floor
from course_lib.explorers.lesson_03 import cost_model, lr_and_batch, noise_ellipse
from course_lib.explorers.lesson_04 import conventions, cycle, rate_map
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, sgd
from course_lib.stage import LARGEST


def line_data(n=40):
    x = np.linspace(0, 2, n)
    return x, 1.5 * x - 0.5 + 0.3 * np.sin(40 * x)


EXPLORERS = {
    "first_slider": first_slider,
    "three_panels": lambda: three_panels(*line_data()),
    "contraction": lambda: contraction(np.array([0.5, 1.0, 3.0])),
    "units": lambda: units(*line_data()),
    "cloud": lambda: cloud(*line_data(30)),
    "budget": lambda: budget(*line_data(30)),
    "floor": floor,
    "noise_ellipse": lambda: noise_ellipse(np.column_stack(line_data())),
    "lr_and_batch": lambda: lr_and_batch(
        line_data()[0][:, None], line_data()[1], sizes=(1, 2, 4, 8, 16), epochs=(1, 2, 4)
    ),
    "cost_model": cost_model,
    "rate_map": rate_map,
    "conventions": conventions,
    "cycle": cycle,
}


@pytest.fixture(scope="module", params=EXPLORERS)
def explorer(request):
    return Scene(EXPLORERS[request.param]())


def corners(stage):
    """Both ends of every control, and the start."""
    return [*itertools.product(*((0, n - 1) for n in stage.shape)), stage.start]


def test_every_actor_has_finite_or_missing_points_at_every_corner(explorer):
    for position in corners(explorer.stage):
        for k, actor in enumerate(explorer.scene["actors"]):
            if "n" not in actor:
                continue
            points = explorer.points(k, position)
            width, height = actor["panel"][2:]
            known = points[np.isfinite(points).all(axis=1)]
            assert (np.abs(known / (width, height) - 0.5) <= 1.51).all()


def test_the_start_is_drawn(explorer):
    drawn = {"line": [], "bars": []}
    for k, actor in enumerate(explorer.scene["actors"]):
        if "n" in actor:
            points = explorer.points(k, explorer.stage.start)
            drawn[actor["kind"]].append(np.isfinite(points).all(axis=1).any())
    assert all(drawn["line"])
    assert any(drawn["bars"]) or not drawn["bars"]  # of two colours of bars one may be missing


def test_the_texts_say_something_in_numbers_and_words(explorer):
    for position in corners(explorer.stage):
        for words in explorer.all_words(position):
            assert words.strip()
            assert "nan" not in words
            assert "{" not in words


def test_the_texts_fit_their_panels(explorer):
    for actor in explorer.stage.actors:
        if actor.kind == "text":
            size = actor.artists[0].get_fontsize() * actor.ax.figure.dpi / 72
            longest = max(actor.words.ravel(), key=len)
            assert TextPath((0, 0), longest, size).get_extents().width < actor.ax.bbox.width, (
                longest
            )


def test_no_two_lines_of_a_panel_differ_by_colour_alone(explorer):
    looks = []
    for drawn, actor in zip(explorer.stage.actors, explorer.scene["actors"], strict=True):
        if actor["kind"] == "line":
            line, marker = actor["line"] or {}, actor["marker"] or {}
            looks.append((drawn.ax, line.get("stroke-dasharray"), bool(line), marker.get("d")))
    assert len(set(looks)) == len(looks)


def test_it_is_small(explorer):
    assert len(json.dumps(explorer.scene)) + explorer.numbers.nbytes < LARGEST / 2


@pytest.mark.parametrize("name", EXPLORERS)
def test_it_is_made_in_about_a_second(name):
    begin = time.process_time()
    _ = EXPLORERS[name]().widget
    assert time.process_time() - begin < 2


def test_the_static_twin_says_what_the_picture_says(explorer):
    for words in explorer.all_words(explorer.stage.start):
        assert words.replace("<", "&lt;").replace(">", "&gt;") in explorer.stage.twin


def test_first_slider_follows_the_formula():
    explorer = Scene(first_slider(start=2.0, steps=20))
    lr = explorer.stage.controls[1].values
    for k in (0, 10, 20):
        theta = 2 * (1 - 2 * lr[k]) ** np.arange(21)
        error = explorer.points(0, (20, k)) - explorer.expected(0, theta, theta**2)
        assert np.abs(error).max() < 0.02


@pytest.mark.parametrize("k", [0, 16, 24])
def test_three_panels_shows_the_single_run_of_every_learning_rate(k):
    x, y = line_data()
    explorer = Scene(three_panels(x, y, steps=30))
    f = Objective(MLP(1, 1), squared_error).on(x[:, None], y)
    path = descend(f, (-1.0, 1.0), Optimizer(sgd, lr=explorer.stage.controls[1].values[k]), 30)
    line, walk, _, curve, *_ = range(7)
    for step in (0, 1, 30):
        slope, intercept = path[step]
        x_line = np.linspace(x.min(), x.max(), 21)
        want = explorer.expected(line, x_line, slope * x_line + intercept)
        assert np.abs(explorer.points(line, (step, k)) - want).max() < 0.02
    assert np.abs(explorer.points(walk, (30, k)) - explorer.expected(walk, *path.T)).max() < 0.02
    loss = explorer.expected(curve, np.arange(31), f(path)[0])
    assert np.abs(explorer.points(curve, (30, k)) - loss).max() < 0.02


@pytest.mark.parametrize("name", ["first_slider", "three_panels"])
def test_divergence_is_said_in_words_and_its_path_ends_at_the_border(name):
    explorer = Scene(EXPLORERS[name]())
    position = tuple(n - 1 for n in explorer.stage.shape)
    assert any("diverges" in words for words in explorer.all_words(position))
    assert not any("diverges" in words for words in explorer.all_words((position[0], 0)))
    trails = [k for k, a in enumerate(explorer.scene["actors"]) if a.get("span") == "trail"]
    for k in trails:
        last = explorer.points(k, position)[-1]
        width, height = explorer.scene["actors"][k]["panel"][2:]
        assert not (0 <= last[0] <= width and 0 <= last[1] <= height)


@pytest.mark.parametrize("k", [0, 12, 30, 35])
def test_contraction_paints_red_what_grows(k):
    eigenvalues = np.array([0.5, 1.0, 3.0])
    explorer = Scene(contraction(eigenvalues))
    lr = explorer.stage.controls[0].values[k]
    factors = np.abs(1 - lr * eigenvalues)
    below, above, dot = range(3)
    for actor, wanted in ((below, factors < 1), (above, factors >= 1)):
        tops = explorer.points(actor, (k,))
        np.testing.assert_array_equal(np.isfinite(tops).all(axis=1), wanted)
        want = explorer.expected(actor, np.arange(3), factors)
        assert np.abs(tops - want)[wanted].max(initial=0) < 0.02
    want = explorer.expected(dot, np.array([lr]), np.array([factors.max()]))
    assert np.abs(explorer.points(dot, (k,)) - want).max() < 0.02
    assert ("diverges" in " ".join(explorer.all_words((k,)))) == (factors.max() > 1)


@pytest.mark.parametrize(("unit", "origin"), [(0, 0), (14, 2), (28, 1)])
def test_units_shows_the_path_of_gradient_descent_on_the_data(unit, origin):
    x, y = line_data()
    explorer = Scene(units(x, y, steps=10))
    _, sizes, _ = explorer.stage.controls
    scaled = (x - [x.mean(), x.min(), 0][origin]) / sizes.values[unit]
    X = np.column_stack([scaled, np.ones_like(x)])
    best = np.linalg.lstsq(X, y)[0]
    eigenvalues = np.linalg.eigvalsh(2 / len(x) * X.T @ X)
    f = Objective(MLP(1, 1), squared_error).on(scaled[:, None], y)
    path = descend(f, np.add(best, [-1, 1]), Optimizer(sgd, lr=2 / eigenvalues.sum()), 10) - best
    walk = 1
    want = explorer.expected(walk, *path.T)
    got = explorer.points(walk, (10, unit, origin))
    inside = np.isfinite(got).all(axis=1) & (np.abs(path) < 1.5).all(axis=1)
    assert inside[0]
    assert np.abs(got - want)[inside].max() < 0.05
    kappa = f"κ = {eigenvalues[-1] / eigenvalues[0]:,.1f}"
    assert kappa in " ".join(explorer.all_words((10, unit, origin)))


@pytest.mark.parametrize(
    ("s", "words"),
    [
        (0.5, "η λ_max = 0.50 < 2: settles"),
        (1.4, "η λ_max = 1.40 < 2: bounces, settles"),
        (2.0000001, "η λ_max = 2.00 = 2: never settles"),
        (2.4, "η λ_max = 2.40 > 2: diverges"),
    ],
)
def test_the_verdict_on_a_learning_rate(s, words):
    assert verdict(s) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.306, "1.31"), (-0.001, "0.00"), (-2.5, "−2.50"), (3890.2, "3,890"), (1.7e12, "1.7e+12")],
)
def test_numbers_are_short(value, words):
    assert number(value) == words
