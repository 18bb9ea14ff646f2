"""Objective: model, loss and penalty as one function; `check_gradient` tests a gradient."""

import numpy as np

from course_lib.closures import check_called, name_of
from course_lib.losses import huber
from course_lib.penalties import elastic_net, l1, l2, none
from course_lib.runs import evaluate

ORDERS = {  # the rows of one epoch, (n,)
    "drawn": lambda n, rng: rng.integers(n, size=n),
    "reshuffled": lambda n, rng: rng.permutation(n),
    "fixed": lambda n, rng: np.arange(n),
}


class Objective:
    """loss(model(X), y) + penalty(weights): `Objective(MLP(64, 32, 10), cross_entropy, l2(1e-4))`.

    value, g = objective(theta, X, y, rng), value (...,) and g (..., P) for theta (..., P);
    `objective.on(X, y)` is the same as a function of theta alone, for `descend`. Raises TypeError for
    `huber` or `l2` where `huber()` or `l2(1e-4)` is meant.
    """

    def __init__(self, model, loss, penalty=none):
        check_called(loss, huber)
        check_called(penalty, l1, l2, elastic_net)
        self.model, self.loss, self.penalty = model, loss, penalty
        self.runs = getattr(penalty, "runs", ())

    def __call__(self, theta, X, y, rng=None):
        logits, backward = self.model(theta, X, rng)
        value, d_logits = self.loss(logits, y)
        g = backward(d_logits)
        if self.penalty is not none:
            R, dR = self.penalty(theta * self.model.is_weight)
            value, g = value + R, g + dR
        return value, g

    def on(self, X, y):
        """The function f(theta) -> value, g of the full batch X, y."""

        def f(theta):
            return self(theta, X, y)

        f.runs = self.runs
        return f

    def one_by_one(self, X, y, order="drawn", seed=0):
        """A function f(theta) of one example, the next at each call: SGD by `descend`.

        order is "drawn" (any example at each call), "reshuffled" (a new random order of all in every
        epoch) or "fixed" (rows 0 to N - 1, again and again). All runs share it. Raises ValueError for
        another order.
        """
        if order not in ORDERS:
            raise ValueError(f"no order {order!r}: choose from {', '.join(ORDERS)}")
        rows = _rows(len(X), ORDERS[order], np.random.default_rng(seed))

        def f(theta):
            i = next(rows)
            return self(theta, X[i : i + 1], y[i : i + 1])

        f.runs = self.runs
        return f

    def evaluate(self, theta, X, y, stats=None):
        """The loss, without the penalty, and the accuracy, each (...,), with dropout off.

        The accuracy is the fraction of rows whose class is right; nan for a regression.
        """
        logits, _ = self.model(theta, X, stats=stats)
        value, _ = self.loss(logits, y)
        decide = getattr(self.loss, "decide", None)
        if decide is None:
            return value, np.full_like(value, np.nan)
        right = (decide(logits) == y).mean(axis=-1)
        return value, np.where(np.isfinite(value), right, np.nan)

    def __repr__(self):
        parts = [name_of(self.model), name_of(self.loss)]
        if self.penalty is not none:
            parts.append(name_of(self.penalty))
        return f"Objective({', '.join(parts)})"


def _rows(n, order, rng):
    while True:
        yield from order(n, rng)


def check_gradient(f, theta, h=1e-5):
    """The relative error ‖g - g_h‖ / (‖g‖ + ‖g_h‖) of f's gradient at theta (P,).

    f(theta) -> value, gradient. g_h holds the central differences (f(θ + h eᵢ) - f(θ - h eᵢ)) / 2h, for
    every i at once, each i in a row of theta. In float64 an error below 1e-7 means right and above 1e-4
    wrong; between the two, look for a kink (relu, l1). Raises ValueError for more than one theta and
    for an f that does not accept leading axes.
    """
    theta = np.asarray(theta, dtype=float)
    if theta.ndim != 1:
        raise ValueError(f"check_gradient takes one theta (P,), got shape {theta.shape}")
    _, g = evaluate(f, theta)
    nudges = h * np.eye(theta.size)
    above, _ = evaluate(f, theta + nudges)
    below, _ = evaluate(f, theta - nudges)
    numeric = (above - below) / (2 * h)
    scale = np.linalg.norm(g) + np.linalg.norm(numeric)
    return float(np.linalg.norm(g - numeric) / scale) if scale else 0.0
