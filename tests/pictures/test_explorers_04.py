"""The explorers of lesson 4 against single walks and hand-made formulas."""

import numpy as np
import pytest
from helpers.scenes import Scene

from course_lib.explorers.lesson_04 import (
    LEAST,
    MOST,
    START,
    best_pair,
    conventions,
    cycle,
    rate,
    rate_map,
    spectral_radius,
)
from course_lib.landscapes import lessard_recht_packard, quadratic
from course_lib.optim import Optimizer, descend, ema_momentum, momentum, sgd


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("s", [0.05, 0.8, 1.7, 2.5, 3.9])
def test_the_spectral_radius_is_that_of_the_matrix_of_a_step(s, beta):
    step = np.array([[1 + beta - s, -beta], [1, 0]])
    np.testing.assert_allclose(spectral_radius(s, beta), np.abs(np.linalg.eigvals(step)).max())


def test_the_best_pair_has_the_lowest_rate_and_it_is_the_root_of_beta():
    lr, beta = best_pair()
    lowest = rate(lr, beta)
    assert lowest == pytest.approx(np.sqrt(beta), abs=1e-6)
    around = rate(lr * np.linspace(0.5, 1.5, 51)[:, None], np.linspace(0, 0.99, 100))
    assert around.min() > lowest - 1e-6


@pytest.mark.parametrize(("i", "j"), [(0, 0), (12, 5), (31, 17)])
def test_the_map_shows_the_single_walk_and_its_rate(i, j):
    explorer = Scene(rate_map(steps=30))
    _, lr, beta = explorer.stage.controls
    eta, memory = lr.values[i], beta.values[j]
    path = descend(quadratic(MOST), START, Optimizer(momentum, lr=eta, beta=memory), 30)
    dot, walk, _, curve, *_ = range(5)
    got = explorer.points(dot, (30, i, j))
    assert np.abs(got - explorer.expected(dot, np.array([memory]), np.array([eta]))).max() < 0.02
    seen = explorer.points(walk, (30, i, j))[:2]
    assert np.abs(seen - explorer.expected(walk, *path[:2].T)).max() < 0.05
    loss = explorer.expected(curve, np.arange(31), quadratic(MOST)(path)[0])
    inside = (quadratic(MOST)(path)[0] > 1e-8) & (quadratic(MOST)(path)[0] < 1e5)
    assert np.abs(explorer.points(curve, (30, i, j)) - loss)[inside].max() < 0.05
    words = " ".join(explorer.all_words((30, i, j)))
    assert ("diverges" in words) == (rate(eta, memory) > 1)


@pytest.mark.parametrize(("i", "j"), [(2, 0), (10, 4), (11, 8)])
def test_the_conventions_agree_once_the_mean_has_its_own_learning_rate(i, j):
    explorer = Scene(conventions())
    words = explorer.all_words((i, j, 1))
    assert words[0].split(":")[-1] == words[1].split(":")[-1]
    summed, velocity, mean = (explorer.points(k, (i, j, 1)) for k in (1, 3, 5))
    np.testing.assert_allclose(velocity, summed, atol=0.5)
    np.testing.assert_allclose(mean, summed, atol=0.5)


def test_the_mean_with_the_same_learning_rate_walks_elsewhere():
    explorer = Scene(conventions())
    lr, beta, _ = explorer.stage.controls
    position = (11, 7, 0)
    eta, memory = lr.values[position[0]], beta.values[position[1]]
    steps = explorer.scene["actors"][5]["n"] - 1
    path = descend(quadratic(MOST), START, Optimizer(ema_momentum, lr=eta, beta=memory), steps)
    want = explorer.expected(5, np.arange(steps + 1), quadratic(MOST)(path)[0])
    assert np.abs(explorer.points(5, position) - want).max() < 0.05
    assert np.abs(explorer.points(1, position) - want)[5:].max() > 5


def test_at_beta_zero_all_conventions_are_plain_descent():
    explorer = Scene(conventions())
    for choice in (0, 1):
        summed, mean = (explorer.points(k, (5, 0, choice)) for k in (1, 5))
        np.testing.assert_allclose(mean, summed, atol=0.02)


def test_heavy_ball_cycles_where_the_others_arrive():
    explorer = Scene(cycle())
    position = (45, int(np.abs(explorer.stage.controls[1].values - 3.3).argmin()))
    assert "cycles" in explorer.all_words(position)[1]
    lr, beta = best_pair()
    assert (lr, beta) == pytest.approx((1 / 9, 4 / 9))
    path = descend(lessard_recht_packard, (3.3,), Optimizer(momentum, lr=lr, beta=beta), 45)
    heavy = 4
    want = explorer.expected(heavy, np.arange(46), path[:, 0])
    assert np.abs(explorer.points(heavy, position) - want).max() < 0.05
    plain = descend(lessard_recht_packard, (3.3,), Optimizer(sgd, lr=2 / (LEAST + MOST)), 45)
    want = explorer.expected(1, np.arange(46), plain[:, 0])
    assert np.abs(explorer.points(1, position) - want).max() < 0.05


def test_what_the_title_says_of_a_start_holds_for_a_long_walk():
    stage = cycle()
    starts = stage.controls[1].values
    lr, beta = best_pair()
    walk = descend(
        lessard_recht_packard, starts[:, None], Optimizer(momentum, lr=lr, beta=beta), 3000
    )
    explorer = Scene(stage)
    for k, last in enumerate(np.abs(walk[-5:, :, 0]).max(axis=0)):
        assert ("cycles" in explorer.all_words((0, k))[1]) == (last > 0.1)
