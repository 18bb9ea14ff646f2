"""A data set of 23 rows and a network of 27 numbers: trainings that take milliseconds."""

import numpy as np
from helpers.compare import assert_close

from course_lib.data import Data, Split
from course_lib.history import MEASURES
from course_lib.losses import cross_entropy
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.penalties import none
from course_lib.training import train

TRAIN, VALID, BATCH, EPOCHS = 23, 9, 5, 3  # 23 rows in batches of 5: the last holds 3
STEPS = 5 * EPOCHS


def blobs(n, seed, dtype=float):
    """Three clouds of points in the plane, labels 0 to 2."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    X = np.array([[0, 2], [2, -1], [-2, -1]])[y] + rng.normal(size=(n, 2))
    return Split(X.astype(dtype), y)


def data(dtype=float, valid=VALID):
    return Data("blobs", blobs(TRAIN, 1, dtype), blobs(valid, 2, dtype), blobs(4, 3, dtype))


def objective(penalty=none, loss=cross_entropy, outputs=3, **model):
    return Objective(MLP(2, 4, outputs, **model), loss, penalty)


def shifted(X, rng):
    return X + rng.normal(0, 0.3, X.shape).astype(X.dtype)


def run(objective, optimizer, **settings):
    settings = {"data": data(), "epochs": EPOCHS, "batch": BATCH, "progress": False} | settings
    return train(objective, settings.pop("data"), optimizer, **settings)


def assert_same(many, alone, k=()):
    """Run k of a History against a History of its own, which ends where the run stops."""
    for name in MEASURES:
        assert_close(many[name][(slice(len(alone)), *k)], alone[name])
        assert np.isnan(many[name][(slice(len(alone), None), *k)]).all()
    assert_close(many[-1].theta[k], alone[-1].theta, atol=1e-13)
    assert_close(many.best.theta[k], alone.best.theta, atol=1e-13)
    assert_close(
        many.best.number[k] if np.ndim(many.best.number) else many.best.number, alone.best.number
    )
    steps = alone["step_loss"]
    assert_close(many["step_loss"][(slice(len(steps)), *k)], steps)
