"""The given part of the open exercises of lessons 1 and 2: what is reached with 200 gradients."""

import numpy as np

from course_lib.checks.contests import hidden_bowl, noisy_line

BUDGET = 200


def scaled_bowl(condition, smallest, seed, size=30):
    """(f, calls): a bowl with eigenvalues `smallest` to condition · smallest, and the list of calls.

    f(θ) returns value () and gradient (size,). Its axes are turned, and its minimum is somewhere.
    """
    bowl, calls = hidden_bowl(condition, seed, size)

    def f(theta):
        value, g = bowl(theta)
        return smallest * value, smallest * g

    return f, calls


def reached(descent, condition, smallest, seed):
    """(loss at 0, is it lower at the end, below 1e-4 of it, are 200 calls kept) of descent(f, θ)."""
    f, calls = scaled_bowl(condition, smallest, seed)
    start, _ = f(np.zeros(30))
    calls.clear()
    end, spent = descent(f, np.zeros(30)), len(calls)
    with np.errstate(all="ignore"):
        loss, _ = f(end)
    return start, loss < start, loss < 1e-4 * start, spent <= BUDGET


def excess_left(walk, seed, sets=20):
    """(excess loss at 0, share left, calls) of walk(gradient, θ), in the mean over some data sets.

    gradient(θ) draws one of 400 examples and returns the gradient of its squared error, (4,).
    """
    excess, most = [], 0
    for k in range(seed, seed + sets):
        X, y = noisy_line(k, n=400, columns=4, noise=1.0)
        best, (gradient, calls) = np.linalg.lstsq(X, y)[0], _drawn(X, y, k)
        with np.errstate(all="ignore"):
            ends = np.zeros(4), walk(gradient, np.zeros(4))
            excess.append([np.mean((X @ (theta - best)) ** 2) for theta in ends])
        most = max(most, len(calls))
    before, after = np.mean(excess, axis=0)
    return before, after / before, most


def reached_with_noise(walk, seed, mark=0.04):
    """(excess loss at 0, is it lower at the end, below the mark, are 200 calls kept)."""
    before, share, calls = excess_left(walk, seed)
    return before, share < 1, share < mark, calls <= BUDGET


def _drawn(X, y, seed):
    """(gradient, calls): that of the squared error of a random example, and the list of its calls."""
    rng, calls = np.random.default_rng((seed, 1)), []

    def gradient(theta):
        i = rng.integers(len(y))
        calls.append(i)
        return 2 * (X[i] @ theta - y[i]) * X[i]

    return gradient, calls
