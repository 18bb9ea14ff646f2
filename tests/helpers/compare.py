"""How tests compare: numbers, gradients with central differences, and the words of an error."""

import numpy as np
import pytest


def numeric_gradient(f, x, h=1e-5):
    """df/dx, of x's shape, for f(x) -> number; each entry of x is moved by h up and down."""
    g = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        g[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return g


def assert_close(ours, theirs, rtol=1e-12, atol=1e-14):
    """Equal shapes, and equal numbers up to rounding; nan equals nan."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


def assert_gradient(ours, f, x):
    """A gradient, in float64, against central differences of f at x."""
    assert_close(ours, numeric_gradient(f, x), rtol=1e-6, atol=1e-8)


def assert_refused(kind, call, *words):
    """call() raises an error of that kind whose text holds every one of the words."""
    with pytest.raises(kind) as error:
        call()
    assert [word for word in words if word not in str(error.value)] == [], str(error.value)
