"""Exercise 1.8: the Huber loss."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "1.8",
    inputs=[
        (np.array([0.5, -1.0, 3.0, -4.0]), 2.0),
        (np.array([2.0, -2.0, 0.0]), 0.5),
        (np.array([1.5, -1.5, 6.0, -0.3]), 1.5),
    ],
    returns="loss d_r",
    hints=[
        "Look at |r| <= delta alone first: ½ r² and its derivative r. "
        "if decides for one number only; np.where(condition, here, there) chooses element by element.",
        "At |r| = delta both parts must have the same height, ½ delta², and the same slope, delta. "
        "So the straight line is delta |r| minus a number; which?",
        "For |r| > delta: loss delta * (|r| - ½ delta), derivative delta times the sign of r, "
        "np.sign(r).",
    ],
)
def huber(r, delta):
    clipped = np.clip(r, -delta, delta)
    return clipped * (r - clipped / 2), clipped


@huber.also_right
def with_where(r, delta):
    near = np.abs(r) <= delta
    loss = np.where(near, r**2 / 2, delta * np.abs(r) - delta**2 / 2)
    return loss, np.where(near, r, delta * np.sign(r))


@huber.also_right
def with_a_loop(residuals, limit):
    losses, slopes = [], []
    for r in residuals:
        if abs(r) < limit:
            losses.append(0.5 * r * r)
            slopes.append(r)
        else:
            losses.append(limit * (abs(r) - 0.5 * limit))
            slopes.append(limit if r > 0 else -limit)
    return np.array(losses), np.array(slopes)


def huber_with(
    near=lambda r, delta: r**2 / 2,
    far=lambda r, delta: delta * (np.abs(r) - delta / 2),
    d_near=lambda r, delta: r,
    d_far=lambda r, delta: delta * np.sign(r),
    is_near=lambda r, delta: np.abs(r) <= delta,
):
    """The right answer, or a wrong one where its formulas or its condition are replaced."""

    def wrong(r, delta):
        inside = is_near(r, delta)
        loss = np.where(inside, near(r, delta), far(r, delta))
        return loss, np.where(inside, d_near(r, delta), d_far(r, delta))

    return wrong


huber.mistake(
    "½ delta² is missing beyond delta: the loss jumps there. Both parts must meet at |r| = delta.",
    huber_with(far=lambda r, delta: delta * np.abs(r)),
)
huber.mistake(
    "beyond delta the loss is delta (|r| - delta), which begins at 0. "
    "It should continue from ½ delta², where the square ends.",
    huber_with(far=lambda r, delta: delta * (np.abs(r) - delta)),
)
huber.mistake(
    "the straight part has slope 1: the factor delta is missing before |r|, and in the derivative.",
    huber_with(far=lambda r, delta: np.abs(r) - delta / 2, d_far=lambda r, delta: np.sign(r)),
)
huber.mistake(
    "the loss is right. Its derivative beyond delta is ±delta, not ±1.",
    huber_with(d_far=lambda r, delta: np.sign(r)),
)
huber.mistake(
    "the loss is right. Its derivative beyond delta has the sign of r: -delta for a negative r.",
    huber_with(d_far=lambda r, delta: delta),
)
huber.mistake(
    "½ is missing within delta: the loss is r² there, with the derivative 2 r, and both jump at delta.",
    huber_with(near=lambda r, delta: r**2, d_near=lambda r, delta: 2 * r),
)
huber.mistake(
    "½ is missing within delta: the loss there is ½ r². The derivative is right.",
    huber_with(near=lambda r, delta: r**2),
)
huber.mistake(
    "the loss is right. The derivative of ½ r² is r, not 2 r.",
    huber_with(d_near=lambda r, delta: 2 * r),
)
huber.mistake(
    "r itself is compared with delta, not its absolute value, so a large negative r counts as small.",
    huber_with(is_near=lambda r, delta: r <= delta),
)
huber.mistake(
    "the two parts are swapped: the square belongs to |r| <= delta.",
    huber_with(is_near=lambda r, delta: np.abs(r) > delta),
)
huber.mistake(
    "this is the mean over the residuals. Return a loss and a derivative for each residual.",
    lambda r, delta: (huber.reference(r, delta)[0].mean(), huber.reference(r, delta)[1] / len(r)),
)
