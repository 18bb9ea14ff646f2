"""A bowl with five curvatures and noisy gradients, in which all of lessons 1 to 4 is at work."""

import numpy as np

from course_lib import theory

CURVATURES = np.array([1.0, 0.3, 0.1, 0.03, 0.01])
THETA0 = 10.0  # where each coordinate starts
NOISE = 2.0  # of one example along curvature λ: NOISE √λ, as in a fit whose residuals are noise


def loss_parts(lr, beta, size, steps):
    """½ λ mean² and ½ λ variance, each (steps + 1, ..., 5): the distance still to go, and the noise.

    lr, beta and the batch size broadcast; lr may be a schedule.
    """
    last = lambda x: np.asarray(x)[..., None]
    schedule = (lambda t: last(lr(t))) if callable(lr) else last(lr)
    s = NOISE * np.sqrt(CURVATURES / last(size))
    mean, variance = theory.heavy_ball_moments(schedule, last(beta), CURVATURES, s, THETA0, steps)
    return np.broadcast_arrays(CURVATURES / 2 * mean**2, CURVATURES / 2 * variance)


def loss_parts_at(steps, *settings):
    """loss_parts after each of these numbers of steps, (..., steps, 5).

    lr, beta and size have a last axis of 1, which becomes that of the steps.
    """
    parts = loss_parts(*(setting[..., 0] for setting in settings), steps[-1])
    return [np.moveaxis(part[steps], 0, -2) for part in parts]


def recorded_loss(lr, beta, size, steps, *, runs, rng):
    """The loss (steps + 1,) of heavy ball with a schedule lr, averaged over runs with real noise."""
    theta, v, losses = np.full((runs, 5), THETA0), 0.0, []
    for t in range(steps + 1):
        losses.append((CURVATURES / 2 * theta**2).sum(axis=-1).mean())
        noise = NOISE * np.sqrt(CURVATURES / size) * rng.standard_normal(theta.shape)
        v = beta * v + CURVATURES * theta + noise
        theta = theta - lr(t + 1) * v
    return np.array(losses)
