"""The given part of the open exercises: what an answer may spend, and how far it gets with that.

Lower is better. The sheets show the same numbers for the library's own methods.
"""

from functools import cache

import numpy as np


def hidden_bowl(condition, seed=0, size=30):
    """(f, calls): a bowl f(θ) -> value (), gradient (size,), and the list to which each call adds 1.

    Its curvatures lie between 1 and `condition`, its axes are turned, and its minimum is somewhere.
    """
    rng = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(rng.standard_normal((size, size)))
    hessian = axes * np.geomspace(1, condition, size) @ axes.T
    minimum, calls = rng.standard_normal(size), []

    def f(theta):
        calls.append(1)
        g = hessian @ (theta - minimum)
        return (theta - minimum) @ g / 2, g

    return f, calls


def loss_left(descent, condition, seed=0, size=30):
    """(share, calls): f where descent(f, θ) ends, of f at θ = 0, and how often it called f."""
    f, calls = hidden_bowl(condition, seed, size)
    start, _ = f(np.zeros(size))
    calls.clear()
    end, spent = descent(f, np.zeros(size)), len(calls)
    return f(end)[0] / start, spent


def noisy_line(seed, n, columns=10, noise=3.0):
    """X (n, columns) with columns of size 1 to ¼, and y (n,), linear in them but for the noise."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, columns)) * np.geomspace(1, 0.25, columns)
    return X, X @ rng.standard_normal(columns) + noise * rng.standard_normal(n)


def plan_score(plan, seed=0):
    """The plan's mean_excess, divided by that of a good constant pair on the same data."""
    return mean_excess(plan, seed) / _constant_pair(seed)


@cache
def _constant_pair(seed):
    return mean_excess(lambda spent: (10, 0.03), seed)


def mean_excess(plan, seed=0, sets=10):
    """The mean of excess_loss over `sets` sets of data, from the seed on; inf where it diverges."""
    with np.errstate(all="ignore"):
        losses = [excess_loss(plan, seed=seed + k) for k in range(sets)]
    return np.mean(losses) if np.isfinite(losses).all() else np.inf


def excess_loss(plan, budget=2000, n=400, seed=0):
    """How far above the minimum the mean squared error of a linear fit is when the budget is spent.

    plan(spent) returns the batch size and the learning rate of the next step, where `spent`, from 0
    to below 1, is the share of the budget already spent. A step costs as many gradients of
    examples as its batch has; examples are drawn at random. A batch is at most what is left.
    """
    X, y = noisy_line(seed, n)
    rng, w, spent = np.random.default_rng((seed, 1)), np.zeros(X.shape[1]), 0
    while spent < budget:
        B, lr = plan(spent / budget)
        rows = rng.integers(0, n, max(1, min(int(B), budget - spent)))
        w = w - lr * 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
        spent += len(rows)
    best = np.linalg.lstsq(X, y)[0]
    return np.mean((X @ (w - best)) ** 2)


def rare_score(learner, seed=0, sets=20, n=3000):
    """(score, calls) of learner(gradient, θ) on some sets of data with features of unequal frequency.

    gradient(θ) returns the gradient (20,) of the squared error of the next example. The score is the
    excess loss, divided by that of the least-squares fit to the same n examples; `calls` is the
    largest number of calls.
    """
    reached, fitted, most = 0, 0, 0
    for k in range(seed, seed + sets):
        X, y, frequencies, best = _rare_features(k, n)
        gradient, calls = _one_after_another(X, y)
        with np.errstate(all="ignore"):
            end = learner(gradient, np.zeros(len(best)))
            reached += frequencies @ (end - best) ** 2
        fitted += frequencies @ (np.linalg.solve(X.T @ X, X.T @ y) - best) ** 2
        most = max(most, len(calls))
    return reached / fitted, most


def _rare_features(seed, n):
    """X (n, 20), y (n,), how often each feature is not 0 (20,), and the best θ (20,)."""
    rng = np.random.default_rng(seed)
    frequencies = rng.permutation(np.geomspace(1, 0.01, 20))
    best = rng.standard_normal(20)
    X = (rng.random((n, 20)) < frequencies) * rng.choice([-1.0, 1.0], (n, 20))
    return X, X @ best + 0.5 * rng.standard_normal(n), frequencies, best


def _one_after_another(X, y):
    """(gradient, calls): the gradient of each example in turn, and the list of its calls."""
    calls = []

    def gradient(theta):
        i = len(calls) % len(y)
        calls.append(i)
        return 2 * (X[i] @ theta - y[i]) * X[i]

    return gradient, calls
