"""Lesson 2's explorers show what the library computes."""

import numpy as np
import pytest
from helpers.scenes import Scene

from course_lib.explorers.lesson_02 import budget, cloud, floor
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, sgd
from course_lib.schedules import inverse_time

LINE = Objective(MLP(1, 1), squared_error)
START = (-2.0, 3.0)


def noisy_line(n=20, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 2, n)
    return x, 1.5 * x + 0.5 + 0.8 * rng.standard_normal(n)


def least_squares(x, y):
    return np.linalg.lstsq(np.column_stack([x, np.ones_like(x)]), y)[0]


@pytest.fixture(scope="module")
def the_cloud():
    return Scene(cloud(*noisy_line()))


@pytest.fixture(scope="module")
def the_budget():
    return Scene(budget(*noisy_line()))


@pytest.fixture(scope="module")
def the_floor():
    return Scene(floor())


@pytest.mark.parametrize(("away", "targets"), [(30, 0), (0, 0), (15, 1), (0, 1)])
def test_cloud_shows_the_gradient_of_each_example_and_the_full_one(the_cloud, away, targets):
    x, y = noisy_line()
    best = least_squares(x, y)
    y = y if targets == 0 else best[0] * x + best[1]
    theta = best + the_cloud.stage.controls[0].values[away] * np.array([-0.6, 0.8])
    singles = [LINE(theta, x[i : i + 1, None], y[i : i + 1])[1] for i in range(len(x))]
    _, full = LINE(theta, x[:, None], y)
    single_points, mean_point = 2, 4
    for actor, wanted in ((single_points, np.array(singles)), (mean_point, full[None])):
        drawn = the_cloud.points(actor, (away, targets))
        expected = the_cloud.expected(actor, *wanted.T)
        shown = np.isfinite(drawn).all(axis=1)
        assert np.abs(drawn - expected)[shown].max() < 0.02
        assert shown[np.abs(wanted).max(axis=1) < 1].all()


def test_cloud_says_that_only_the_mean_vanishes(the_cloud):
    at_best = " ".join(the_cloud.all_words((0, 0)))
    assert "mean is 0.00 long" in at_best
    assert "lie 0.00 from it" not in at_best
    assert "lie 0.00 from it" in " ".join(the_cloud.all_words((0, 1)))


def one_by_one(x, y):
    draw = np.random.default_rng(3)

    def f(theta):
        i = draw.integers(len(x))
        return LINE(theta, x[i : i + 1, None], y[i : i + 1])

    return f


@pytest.mark.parametrize(("k", "j"), [(0, 0), (5, 4), (8, 2)])
def test_budget_shows_the_single_runs(the_budget, k, j):
    x, y = noisy_line()
    lr, half, _ = (getattr(control, "values", None) for control in the_budget.stage.controls)
    f = LINE.on(x[:, None], y)
    single = Optimizer(sgd, lr=inverse_time(lr[k], half[j]))
    paths = {
        "SGD": descend(one_by_one(x, y), START, single, 240),
        "GD": descend(f, START, Optimizer(sgd, lr=lr[k]), 240),
    }
    above = {name: f(path)[0] - f(least_squares(x, y))[0] for name, path in paths.items()}
    for actor, name in ((0, "SGD"), (1, "GD")):
        expected = the_budget.expected(actor, *paths[name].T)
        assert np.abs(the_budget.points(actor, (k, j, 0)) - expected).max() < 0.05
    for actor, name in ((2, "SGD"), (3, "GD")):
        expected = the_budget.expected(actor, np.arange(241) / 240, above[name])
        inside = above[name] > 1e-4
        assert np.abs(the_budget.points(actor, (k, j, 0)) - expected)[inside].max() < 0.05


@pytest.mark.parametrize("axis", [1, 2])
def test_at_equal_cost_gd_takes_a_step_an_epoch(the_budget, axis):
    for actor in (1, 3):
        drawn = np.isfinite(the_budget.points(actor, (5, 4, axis))).all(axis=1)
        np.testing.assert_array_equal(np.flatnonzero(drawn), np.arange(240 // 20 + 1))


def test_budget_says_when_each_of_them_diverges(the_budget):
    x, _ = noisy_line()
    curvature = np.linalg.eigvalsh(2 / len(x) * np.array([[x @ x, x.sum()], [x.sum(), len(x)]]))[-1]
    for k, lr in enumerate(the_budget.stage.controls[0].values):
        of_gd, of_sgd, _ = the_budget.all_words((k, 4, 0))
        assert ("diverges" in of_gd) == (lr > 2 / curvature)
        assert ("diverges" in of_sgd) or lr < 2 / curvature


def test_floor_is_the_formula_where_the_run_has_arrived(the_floor):
    drawn, curve = 3, 2
    for k, lr in enumerate(the_floor.stage.controls[0].values):
        if 0.05 < lr < 1.8:
            for noise in (0, 1):
                dots = the_floor.points(drawn, (k, noise))[k]
                line = the_floor.points(curve, (k, noise))[k]
                per_factor_of_ten = the_floor.scene["actors"][drawn]["panel"][3] / 8
                assert abs(dots - line)[1] < per_factor_of_ten * np.log10(1.3)


def test_floor_says_where_it_diverges_and_that_without_noise_there_is_none(the_floor):
    for k, lr in enumerate(the_floor.stage.controls[0].values):
        for noise in (0, 1, 2):
            assert ("diverges" in the_floor.all_words((k, noise))[1]) == (lr > 2)
    assert "formula: 0" in the_floor.all_words((8, 2))[1]
    assert not np.isfinite(the_floor.points(1, (8, 2))).all(axis=1).any()
