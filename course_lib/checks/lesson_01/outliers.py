"""Exercise 1.8: the Huber loss."""

import numpy as np

from course_lib import plots
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


def parts(near=None, far=None, d_near=None, d_far=None):
    """The right answer with some of its four formulas replaced, each a function of r and delta."""

    def wrong(r, delta):
        loss, d_r = huber.reference(r, delta)
        inside = np.abs(r) <= delta

        def put(formula, where, value):
            return np.where(where, formula(r, delta), value) if formula else value

        loss = put(far, ~inside, put(near, inside, loss))
        return loss, put(d_far, ~inside, put(d_near, inside, d_r))

    return wrong


mistake = huber.mistake
mistake(
    "½ delta² is missing beyond delta: the loss jumps there. Both parts must meet at |r| = delta.",
    parts(far=lambda r, delta: delta * np.abs(r)),
)
mistake(
    "beyond delta the loss is delta (|r| - delta), which begins at 0. "
    "It should go on from ½ delta², where the square ends.",
    parts(far=lambda r, delta: delta * (np.abs(r) - delta)),
)
mistake(
    "the straight part has slope 1: the factor delta is missing before |r|, and in the derivative.",
    parts(far=lambda r, delta: np.abs(r) - delta / 2, d_far=lambda r, delta: np.sign(r)),
)
mistake(
    "the loss is right. Its derivative beyond delta is ±delta, not ±1.",
    parts(d_far=lambda r, delta: np.sign(r)),
)
mistake(
    "the loss is right. Its derivative beyond delta has the sign of r: -delta for a negative r.",
    parts(d_far=lambda r, delta: delta),
)
mistake(
    "½ is missing within delta: the loss is r² there, with the derivative 2 r, and both jump at delta.",
    parts(near=lambda r, delta: r**2, d_near=lambda r, delta: 2 * r),
)
mistake(
    "½ is missing within delta: the loss there is ½ r². The derivative is right.",
    parts(near=lambda r, delta: r**2),
)
mistake(
    "the loss is right. The derivative of ½ r² is r, not 2 r.",
    parts(d_near=lambda r, delta: 2 * r),
)
mistake(
    "r itself is compared with delta, not its absolute value, so a large negative r counts as small.",
    lambda r, delta: tuple(
        np.where(r <= delta, small, large)
        for small, large in zip((r**2 / 2, r), huber.reference(r, delta), strict=True)
    ),
)
mistake(
    "the two parts are swapped: the square belongs to |r| <= delta.",
    lambda r, delta: tuple(
        np.where(np.abs(r) > delta, small, large)
        for small, large in zip(
            (r**2 / 2, r),
            (delta * (np.abs(r) - delta / 2), delta * np.sign(r)),
            strict=True,
        )
    ),
)
mistake(
    "this is the mean over the residuals. A loss and a derivative for each residual are wanted.",
    lambda r, delta: (huber.reference(r, delta)[0].mean(), huber.reference(r, delta)[1] / len(r)),
)


@huber.draws
def between_square_and_line(answer, delta=1.0):
    """The student's loss and derivative, beside ½ r² and |r|."""
    r = np.linspace(-3, 3, 121)
    loss, d_r = answer(r, delta)
    fig, (left, right) = plots.figure(1, 2)
    columns = {"yours": (loss, d_r), "½ r²": (r**2 / 2, r), "|r|": (np.abs(r), np.sign(r))}
    for k, ax in enumerate((left, right)):
        values = {name: column[k] for name, column in columns.items()}
        plots.curves(values, x=r, xlabel="residual r", ylabel=("loss", "derivative")[k], ax=ax)
        for edge in (-delta, delta):
            ax.axvline(edge, color="0.6", ls=":", lw=1)
    return fig, (
        f"The left panel draws losses: yours is ½ r² up to |r| = delta = {delta:g} and then goes on "
        f"straight, to {loss[-1]:g} at r = {r[-1]:g}, where ½ r² is {r[-1] ** 2 / 2:g}. "
        f"The right panel draws their derivatives: yours is r between the dotted lines, {d_r[0]:g} "
        f"left and {d_r[-1]:g} right of them; that of |r| jumps at 0."
    )
