"""Runs, the leading axes of theta: what makes one call train one network or a thousand.

Their common shape, a theta for each, a value and a gradient of each, nan for those that diverged.
"""

import numpy as np


def broadcast_runs(what, **shapes):
    """The shapes broadcast to one. Raises ValueError that names the shapes if they do not fit."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        arrays = ", ".join(f"{name} {shape}" for name, shape in shapes.items() if shape)
        raise ValueError(
            f"the shapes of {what} do not fit together: {arrays}; "
            "give each its own axis, as in lr[:, None] and beta[None, :]"
        ) from None


def as_floats(theta):
    """theta as an array of floats; whole numbers become float64."""
    theta = np.asarray(theta)
    return theta if theta.dtype.kind == "f" else theta.astype(float)


def evaluate(f, theta):
    """f(theta): value (...,) and gradient (..., d) of theta (..., d), with their shapes checked."""
    result = f(theta)
    if not isinstance(result, tuple) or len(result) != 2:
        raise TypeError(f"f(theta) must return two things, value and gradient; got {result!r}")
    value, g = result
    if np.shape(g) != theta.shape:
        raise ValueError(f"the gradient has shape {np.shape(g)}, theta has {theta.shape}")
    if np.shape(value) != theta.shape[:-1]:
        raise ValueError(
            f"the value has shape {np.shape(value)}, theta has {theta.shape}: "
            f"return one number for each run, {theta.shape[:-1]}, as (...).sum(axis=-1) does"
        )
    return value, g


def repeat_for_runs(theta0, **runs):
    """A new array with theta0 (..., d) repeated for every run, `runs + (d,)`."""
    theta0 = np.atleast_1d(as_floats(theta0))
    shape = broadcast_runs("the runs", theta=theta0.shape[:-1], **runs)
    return np.broadcast_to(theta0, shape + theta0.shape[-1:]).copy()


def per_run(value, theta):
    """A number as it is; an array of one value per run with the last axis added, in theta's dtype."""
    if np.ndim(value) == 0:
        return float(value)
    return np.asarray(value, dtype=theta.dtype)[..., None]


def mask_diverged(theta, alive):
    """theta with nan for the runs that are not alive, (...,) of bool; the others do not change."""
    return theta if alive.all() else np.where(alive[..., None], theta, theta.dtype.type(np.nan))
