"""Runs: the leading axes of theta. Their common shape, a theta for each, nan for the diverged."""

import numpy as np


def common(what, **shapes):
    """The shapes broadcast to one. Raises ValueError that names those which do not fit together."""
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        arrays = ", ".join(f"{name} {shape}" for name, shape in shapes.items() if shape)
        raise ValueError(
            f"the shapes of {what} do not fit together: {arrays}; "
            "give each its own axis, as in lr[:, None] and beta[None, :]"
        ) from None


def floating(theta):
    """theta as an array of floats; whole numbers become float64."""
    theta = np.asarray(theta)
    return theta if theta.dtype.kind == "f" else theta.astype(float)


def start(theta0, **runs):
    """A new array with theta0 (..., d) repeated for every run, `runs + (d,)`."""
    theta0 = np.atleast_1d(floating(theta0))
    shape = common("the runs", theta=theta0.shape[:-1], **runs)
    return np.broadcast_to(theta0, shape + theta0.shape[-1:]).copy()


def bury(theta, alive):
    """theta with nan for the runs that are not alive, (...,) of bool; the others are not touched."""
    return theta if alive.all() else np.where(alive[..., None], theta, theta.dtype.type(np.nan))
