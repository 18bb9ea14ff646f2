"""Small synthetic data sets: each function returns a `Data` whose three splits have n rows each.

X is (n, columns) float64; the same seed gives the same numbers.
"""

import numpy as np

from course_lib.data import Data, Split


def line(n=50, slope=1.5, intercept=1.0, noise=0.5, seed=0):
    """y = slope x + intercept + noise, x normal with mean 0 and variance 1. A regression."""

    def draw(rng):
        x = rng.standard_normal(n)
        return Split(x[:, None], slope * x + intercept + noise * rng.standard_normal(n))

    return _data("line", draw, seed, columns=("x",))


def parabola(n=2000, noise=0.0, seed=0):
    """y = 0.3 x² - 1.7 x + 2.5 + noise, x uniform from -10 to 10; the columns of X are x and x².

    `MLP(2, 1)` on it is the fit of a parabola: linear in its weights, though not in x.
    """

    def draw(rng):
        x = rng.uniform(-10, 10, n)
        y = 0.3 * x**2 - 1.7 * x + 2.5 + noise * rng.standard_normal(n)
        return Split(np.stack([x, x**2], axis=1), y)

    return _data("parabola", draw, seed, columns=("x", "x²"))


def sine_fit(n=40, noise=0.2, seed=0):
    """y = sin(2 x + ½) + noise, x uniform from -3 to 3. A regression that is not convex: frequency
    and phase θ = (ω, φ) are fitted by `Objective(sine, squared_error)`, with the model
    `course_lib.models.sine`. The deepest minimum is near (2, ½); others are poor fits.
    """

    def draw(rng):
        x = rng.uniform(-3, 3, n)
        return Split(x[:, None], np.sin(2 * x + 0.5) + noise * rng.standard_normal(n))

    return _data("sine_fit", draw, seed, columns=("x",))


def rare_words(n=2000, noise=0.3, seed=0):
    """The score of a text from its words: column k of X is 1 where the text contains word k, else 0.

    y = X w + noise with weights w = 1, -1, 1, -1, ...; word 0 is in half of the texts, word 7 in 1 of
    500. A regression for rules that give rare features larger steps. (Duchi, Hazan, Singer, 2011)
    """
    share, w = np.geomspace(0.5, 0.002, 8), np.tile([1.0, -1.0], 4)

    def draw(rng):
        X = (rng.random((n, 8)) < share).astype(float)
        return Split(X, X @ w + noise * rng.standard_normal(n))

    return _data("rare_words", draw, seed, columns=tuple(f"word {k}" for k in range(8)))


def moons(n=400, noise=0.15, seed=0):
    """Two interleaved half circles; classes 0 and 1."""

    def draw(rng):
        y = rng.integers(0, 2, n)
        angle = rng.uniform(0, np.pi, n)
        X = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        X[y == 1] = np.array([1.0, 0.5]) - X[y == 1]
        return Split(X + noise * rng.standard_normal((n, 2)), y)

    return _data("moons", draw, seed, classes=("upper", "lower"), columns=("x", "y"))


def spirals(n=600, arms=3, noise=0.1, seed=0):
    """`arms` spirals of 1.5 turns around the origin; the class of a point is its arm."""

    def draw(rng):
        y = rng.integers(0, arms, n)
        radius = rng.uniform(0.1, 1, n)
        angle = 2 * np.pi * (1.5 * radius + y / arms) + noise * rng.standard_normal(n)
        return Split(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y)

    names = tuple(f"arm {k + 1}" for k in range(arms))
    return _data("spirals", draw, seed, classes=names, columns=("x", "y"))


def _data(name, draw, seed, **about):
    train, valid, test = (draw(np.random.default_rng((seed, k))) for k in range(3))
    return Data(name, train, valid, test, **about)
