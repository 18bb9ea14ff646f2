"""The synthetic sets are what their docstrings say."""

import inspect

import numpy as np
import pytest
from helpers.compare import assert_close

from course_lib import toys
from course_lib.losses import squared_error
from course_lib.models import sine
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, sgd

SIGNATURES = {
    toys.line: "(n=50, slope=1.5, intercept=1.0, noise=0.5, seed=0)",
    toys.parabola: "(n=2000, noise=0.0, seed=0)",
    toys.sine_fit: "(n=40, noise=0.2, seed=0)",
    toys.rare_words: "(n=2000, noise=0.3, seed=0)",
    toys.moons: "(n=400, noise=0.15, seed=0)",
    toys.spirals: "(n=600, arms=3, noise=0.1, seed=0)",
}


@pytest.mark.parametrize("make", SIGNATURES)
def test_shapes_and_defaults(make):
    assert str(inspect.signature(make)) == SIGNATURES[make]
    data = make(n=30)
    for split in (data.train, data.valid, data.test):
        assert split.X.shape == (30, len(data.columns))
        assert split.X.dtype == np.float64
    assert not np.array_equal(data.train.X, data.valid.X)
    assert not np.array_equal(data.valid.X, data.test.X)


def off_the_arm(split):
    """How far each point of three spirals is turned from its arm, from -π to π."""
    radius = np.hypot(*split.X.T)
    turn = np.arctan2(*split.X.T[::-1]) - 2 * np.pi * (1.5 * radius + split.y / 3)
    return (turn + np.pi) % (2 * np.pi) - np.pi


NOISY = {
    toys.line: lambda split: split.y, toys.parabola: lambda split: split.y,
    toys.sine_fit: lambda split: split.y, toys.rare_words: lambda split: split.y,
    toys.moons: lambda split: split.X, toys.spirals: off_the_arm,
}  # fmt: skip


@pytest.mark.parametrize("make", NOISY)
def test_noise_is_normal_with_the_deviation_asked_for(make):
    none, some, twice = (NOISY[make](make(n=5000, noise=s).train) for s in (0, 0.1, 0.2))
    assert_close(twice - none, 2 * (some - none), atol=1e-12)
    assert np.std(some - none) == pytest.approx(0.1, rel=0.03)
    assert np.mean(some - none) == pytest.approx(0, abs=0.005)


def test_line_without_noise_is_the_formula():
    X, y = toys.line(n=2000, slope=2.0, intercept=-1.0, noise=0).train
    np.testing.assert_allclose(y, 2 * X[:, 0] - 1)
    assert (X.mean(), X.std()) == pytest.approx((0, 1), abs=0.05)


def test_parabola_without_noise_is_the_formula():
    X, y = toys.parabola().train
    np.testing.assert_array_equal(X[:, 1], X[:, 0] ** 2)
    np.testing.assert_allclose(y, X @ [-1.7, 0.3] + 2.5)
    assert -10 <= X[:, 0].min() < -9.9 < 9.9 < X[:, 0].max() < 10


def test_sine_fit_without_noise_is_the_formula():
    X, y = toys.sine_fit(n=2000, noise=0).train
    np.testing.assert_allclose(y, np.sin(2 * X[:, 0] + 0.5))
    assert -3 <= X.min() < -2.9 < 2.9 < X.max() < 3
    prediction, _ = sine(np.array([2, 0.5]), X)
    assert_close(prediction, y)


def test_sine_fit_has_poor_minima():
    """Gradient descent ends near (2, ½) from there, and elsewhere, higher, from a larger frequency."""
    f = Objective(sine, squared_error).on(*toys.sine_fit().train)
    ends = descend(f, [[1.7, 0], [3.3, -2.5]], Optimizer(sgd, lr=0.1), 2000)[-1]
    loss, g = f(ends)
    assert_close(ends[0], np.array([2, 0.5]), rtol=0.1)
    assert_close(g, np.zeros((2, 2)), atol=1e-6)
    assert loss[0] < 0.06
    assert loss[1] > 0.4
    assert ends[1, 0] > 3


def test_rare_words_without_noise_are_the_formula():
    """Shares fall by the same factor from 1/2 to 1/500; weights alternate."""
    X, y = toys.rare_words(n=100_000, noise=0).train
    np.testing.assert_array_equal(y, X[:, ::2].sum(axis=1) - X[:, 1::2].sum(axis=1))
    assert set(np.unique(X)) == {0, 1}
    assert X.mean(axis=0) == pytest.approx(0.5 * 250 ** (-np.arange(8) / 7), rel=0.1)


def test_moons_without_noise_are_half_circles():
    data = toys.moons(n=1000, noise=0)
    X, y = data.train
    assert data.classes == ("upper", "lower")
    for of_class, moon in enumerate((X, [1, 0.5] - X)):
        x, height = moon[y == of_class].T
        np.testing.assert_allclose(np.hypot(x, height), 1)
        assert (height >= 0).all()
        assert (x.min(), x.max()) == pytest.approx((-1, 1), abs=0.01)
        assert len(x) == pytest.approx(500, abs=50)


def test_spirals_without_noise_are_their_arms():
    data = toys.spirals(n=1000, noise=0)
    X, y = data.train
    assert data.classes == ("arm 1", "arm 2", "arm 3")
    assert_close(off_the_arm(data.train), np.zeros(1000), atol=1e-12)
    radius = np.hypot(*X.T)
    assert (radius.min(), radius.max()) == pytest.approx((0.1, 1), abs=0.005)
    assert np.bincount(y) == pytest.approx(1000 / 3, abs=50)
