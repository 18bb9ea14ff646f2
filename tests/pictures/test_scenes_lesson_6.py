"""The explorers of lesson 6 show what single runs, other libraries and closed forms give."""

import functools

import numpy as np
import pytest
from helpers.scenes import Scene, explorers
from sklearn.linear_model import ElasticNet, Lasso, Ridge

from course_lib.explorers.lesson_06 import dashboard, penalties
from course_lib.layers import batch_norm

pytestmark = pytest.mark.xdist_group("test_scenes_lesson_6")
EXPLORERS = explorers()


@functools.cache
def scene_of(name):
    return Scene(EXPLORERS[name]())


def texts(name):
    return [actor.words for actor in scene_of(name).stage.actors if actor.kind == "text"]


LAM = np.geomspace(0.01, 1, 5)
LIBRARY = [  # our mean squared error and ½ λ w² in scikit-learn's conventions
    (0, lambda lam: Ridge(alpha=penalties.EXAMPLES * lam / 2, fit_intercept=False)),
    (1, lambda lam: Lasso(alpha=lam / 2, fit_intercept=False, tol=1e-10, max_iter=100_000)),
    (
        3,
        lambda lam: ElasticNet(
            alpha=lam / 2, l1_ratio=0.5, fit_intercept=False, tol=1e-10, max_iter=100_000
        ),
    ),
]


@pytest.mark.parametrize(("penalty", "model"), LIBRARY, ids=["L2", "L1", "elastic net"])
def test_the_weights_of_a_penalty_are_those_of_scikit_learn(penalty, model):
    (X, y), _ = penalties._splits(2)
    weights = penalties._weights(X, y, penalty, LAM)
    for split in (0, 1):
        for k, lam in enumerate(LAM):
            expected = model(lam).fit(X[split], y[split]).coef_
            np.testing.assert_allclose(weights[split, k], expected, atol=2e-3)
            if penalty:
                assert ((weights[split, k] == 0) == (expected == 0)).mean() >= 0.95


def test_only_proximal_steps_set_weights_to_0():
    zeros = texts("lambda_path")[0]  # (penalties, λ)
    assert {*zeros[0], *zeros[2]} == {"0 of 20 weights are 0"}
    assert zeros[1, -1] == "20 of 20 weights are 0"


def test_the_average_of_thinned_networks_is_the_full_one_with_one_hidden_layer():
    average, full = (scene_of("thinned_nets").stage.actors[k].y for k in (2, 1))
    away = np.sqrt(((average - full) ** 2).mean(axis=-1))  # (rates, counts, layers)
    one, two = away[1:, -1, 0], away[1:, -1, 1]  # averages of 64
    assert one.max() < 0.06 < two.max()
    assert away[0].max() < 1e-12  # p = 0


def test_two_examples_have_outputs_of_1_and_batches_have_the_expected_noise():
    stage = scene_of("batch_norm_and_batch_size").stage
    outputs = next(a for a in stage.actors if a.x is not None and a.y.shape[-1] == 256)
    assert (np.abs(np.abs(outputs.y[0]) - 1) < 0.11).all()
    x = outputs.x[-1, 0].reshape(-1, 1)
    np.testing.assert_allclose(outputs.y[-1, 2], batch_norm(x, 1.0, 0.0)[0].ravel())
    np.testing.assert_allclose(outputs.y[1:, 0], outputs.y[1:, 3], atol=0.05)  # any factor


def test_batch_norm_divides_a_variance_by_its_size():
    stage = scene_of("batch_norm_and_batch_size").stage
    ratio = next(
        a for a in stage.actors if a.kind == "line" and a.artists[0].get_linestyle() == "--"
    )
    sizes = stage.controls[0].values
    np.testing.assert_allclose(ratio.y.ravel(), (sizes - 1) / sizes * 256 / 255, rtol=0.1)


def test_a_quarter_of_the_training_labels_is_wrong_and_no_other():
    data, clean = dashboard._noisy_digits(), dashboard.load("digits")
    assert (data.train.y != clean.train.y[:500]).mean() == 0.25
    assert (data.valid.y == clean.valid.y).all()


@pytest.mark.parametrize(("patience", "end"), [(1, 2), (2, 4), (9, 6)])
def test_early_stopping_keeps_the_best_epoch(patience, end):
    loss = np.array([5.0, 3, 4, 2, 3, 3, 4])
    curves = np.stack([np.arange(7.0), loss, np.arange(7.0)])
    kept = dashboard._stop(curves, patience)
    assert kept[1].argmin() == loss[: end + 1].argmin()
    assert kept[1, -1] == loss[: end + 1].min()
