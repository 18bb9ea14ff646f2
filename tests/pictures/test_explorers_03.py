"""The explorers of lesson 3 show what they say."""

import numpy as np
import pytest
from helpers.scenes import Scene

from course_lib.data import Data, Split
from course_lib.explorers.lesson_03 import cost_model, lr_and_batch, noise_ellipse
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, sgd
from course_lib.training import train


def gradients(n=60):
    rng = np.random.default_rng(0)
    return rng.standard_normal((n, 2)) * [2.0, 1.0] + [1.0, -0.5]


def regression(n=32, d=3):
    rng = np.random.default_rng(1)
    X = rng.standard_normal((n, d)) * np.geomspace(1, 0.3, d)
    return X, X @ np.arange(1.0, d + 1) + rng.standard_normal(n)


@pytest.mark.parametrize("k", [0, 4, 12])
def test_the_ellipse_holds_most_batches_and_shrinks_with_the_formula(k):
    g = gradients()
    scene = Scene(noise_ellipse(g))
    B, n = scene.stage.controls[0].values[k], len(g)
    cloud, ellipse = scene.stage.actors[:2]
    for drawing, factor in ((0, (n - B) / (n - 1)), (1, 1.0)):
        away = np.stack([ellipse.x[k, drawing], ellipse.y[k, drawing]], axis=1) - g.mean(axis=0)
        variance = (away[:-1] ** 2).sum(axis=1).mean() / 2  # of an ellipse of twice the spread
        assert variance == pytest.approx(g.var(axis=0).sum() * factor / B, rel=1e-6)
        inverse = np.linalg.inv(np.cov(g.T, bias=True) * factor / B)
        off = np.stack([cloud.x[k, drawing], cloud.y[k, drawing]], axis=1) - g.mean(axis=0)
        inside = np.einsum("ni,ij,nj->n", off, inverse, off) < 4
        assert 0.7 < inside.mean() <= 1


def test_a_batch_of_all_examples_has_no_noise_only_without_repeats():
    scene = Scene(noise_ellipse(gradients()))
    last = scene.stage.shape[0] - 1
    assert "no noise" in " ".join(scene.all_words((last, 0)))
    assert "no noise" not in " ".join(scene.all_words((last, 1)))
    cloud = scene.stage.actors[0]
    assert np.ptp(cloud.x[last, 0]) < 1e-12 < np.ptp(cloud.x[last, 1])


@pytest.mark.parametrize(("k", "size"), [(0, 0), (3, 1), (2, 2)])
def test_each_pair_is_the_single_training(k, size):
    X, y = regression()
    scene = Scene(lr_and_batch(X, y, sizes=(1, 4, 16), epochs=(1, 3), rates=6))
    lr, B, _ = scene.stage.controls
    assert B.values[-1] == len(X)
    data = Data("one", Split(X, y), Split(X[:0], y[:0]), Split(X[:0], y[:0]))
    run = train(
        Objective(MLP(3, 1), squared_error),
        data,
        Optimizer(sgd, lr=lr.values[k]),
        epochs=3,
        batch=int(B.values[size]),
        theta=np.zeros(4),
        progress=False,
    )
    X1 = np.column_stack([X, np.ones(len(X))])
    lowest = np.mean((X1 @ np.linalg.lstsq(X1, y)[0] - y) ** 2)
    chosen = scene.stage.actors[-3]
    np.testing.assert_allclose(chosen.y[k, size, 1], run["train_loss"] - lowest, rtol=1e-9)
    assert np.isnan(chosen.y[k, size, 0, 2:]).all()


def test_a_pair_that_diverges_says_so():
    scene = Scene(lr_and_batch(*regression(), sizes=(1, 4, 16), epochs=(1, 12), rates=6))
    assert "diverges" in " ".join(scene.all_words((5, 0, 1)))
    assert "diverges" not in " ".join(scene.all_words((1, 0, 1)))


def test_the_cost_model_is_the_mean_of_simulated_descents():
    scene = Scene(cost_model())
    a, T, _ = scene.stage.controls
    way, rest, together = scene.stage.actors[:3]
    place = 18  # of a batch size in the middle
    B = together.x[0, 0, 0, place]
    steps = int(T.values[2] // (a.values[5] + B))
    rng, theta = np.random.default_rng(0), np.full((4000, 2), 10.0)
    curvature = np.array([1.0, 0.1])
    for _ in range(steps):
        noise = rng.standard_normal(theta.shape) * 10 * np.sqrt(curvature / B)
        theta = theta - 0.1 * (curvature * theta + noise)
    loss = (curvature * theta**2).sum(axis=1).mean() / 2
    np.testing.assert_allclose(together.y[5, 2, 0, place], loss, rtol=0.05)
    np.testing.assert_array_equal(way.y + rest.y, together.y)


def test_the_best_batch_grows_with_the_fixed_cost_when_the_rate_is_tuned():
    star = cost_model().actors[3]
    middle = 5
    assert star.x[-1, middle, 1, 0] > 3 * star.x[0, middle, 1, 0]
    assert star.x[-1, middle, 0, 0] < star.x[0, middle, 0, 0]
