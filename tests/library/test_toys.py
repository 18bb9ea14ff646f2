"""The synthetic sets are what their docstrings say, and repeat."""

import numpy as np
import pytest

from course_lib import toys

SETS = [toys.line, toys.parabola, toys.moons, toys.spirals]


@pytest.mark.parametrize("make", SETS)
def test_shapes_and_seeds(make):
    data = make(n=30, seed=1)
    for split in (data.train, data.valid, data.test):
        assert split.X.shape == (30, len(data.columns))
        assert split.X.dtype == np.float64
        if data.classes:
            assert set(split.y) <= set(range(len(data.classes)))
    assert not np.array_equal(data.train.X, data.valid.X)
    assert not np.array_equal(data.valid.X, data.test.X)


def test_parabola_without_noise_is_the_formula():
    (X, y) = toys.parabola(n=50).train
    np.testing.assert_array_equal(X[:, 1], X[:, 0] ** 2)
    np.testing.assert_allclose(y, X @ [-1.7, 0.3] + 2.5)
    assert -10 <= X[:, 0].min() < X[:, 0].max() < 10


def test_line_without_noise_is_the_formula():
    (X, y) = toys.line(n=50, slope=2.0, intercept=-1.0, noise=0).train
    np.testing.assert_allclose(y, 2 * X[:, 0] - 1)


def test_moons_without_noise_are_half_circles():
    (X, y) = toys.moons(n=200, noise=0).train
    np.testing.assert_allclose(np.hypot(*X[y == 0].T), 1)
    np.testing.assert_allclose(np.hypot(*(X[y == 1] - [1, 0.5]).T), 1)
    assert (X[y == 0, 1] >= 0).all()
    assert (X[y == 1, 1] <= 0.5).all()


def test_a_spirals_arms_are_apart():
    """Without noise the nearest neighbour of a point lies on its own arm."""
    (X, y) = toys.spirals(n=400, noise=0).train
    distance = np.linalg.norm(X[:, None] - X, axis=-1) + 9 * np.eye(len(X))
    assert (y[distance.argmin(axis=1)] == y).mean() > 0.98
