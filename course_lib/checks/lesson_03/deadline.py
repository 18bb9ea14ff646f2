"""Exercise 3.4: the best batch size for a deadline."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "3.4",
    inputs=[
        (np.array([1, 2, 4, 8, 16, 32, 64]), 20, 1, 1010, 0.9, 50.0, 8.0),
        (np.array([1, 2, 4, 8, 16, 32, 64]), 1, 1, 1010, 0.9, 50.0, 8.0),
        (np.array([3, 10, 30, 100, 300]), 7, 2, 5000, 0.8, 100.0, 20.0),
        (np.array([3, 10, 30, 100, 300]), 400, 2, 5000, 0.5, 100.0, 20.0),
        (np.array([64, 32, 8]), 1000, 1, 2200, 0.9, 50.0, 8.0),
        (np.array([5, 10, 20, 40]), 3, 0.25, 100, 0.7, 10.0, 30.0),
    ],
    hints=[
        "How long does one step take with each of the sizes? a + b * sizes does it for all at once.",
        "The number of whole steps is deadline // (a + b * sizes).",
        "loss = start * factor**steps + noise / sizes; sizes[loss.argmin()] is the size wanted, and "
        "loss.argmin() only its place.",
    ],
)
def best_batch(sizes, a, b, deadline, factor, start, noise):
    steps = deadline // (a + b * sizes)
    return sizes[(start * factor**steps + noise / sizes).argmin()]


@best_batch.also_right
def one_by_one(sizes, a, b, deadline, factor, start, noise):
    losses = {}
    for B in sizes:
        losses[int(B)] = start * factor ** int(deadline / (a + b * B)) + noise / B
    return min(losses, key=losses.get)


def choosing(
    time=lambda a, b, B: a + b * B, left=None, take=lambda sizes, loss: sizes[loss.argmin()]
):
    """best_batch with another time of a step, another loss or another choice."""

    def wrong(sizes, a, b, deadline, factor, start, noise):
        steps = deadline // time(a, b, sizes)
        loss = start * factor**steps + noise / sizes
        if left:
            loss = left(steps, sizes, factor, start, noise)
        return take(sizes, loss)

    return wrong


mistake = best_batch.mistake
mistake(
    "this is its place in sizes. Return the size: sizes[place].",
    choosing(take=lambda s, l: l.argmin()),
)
mistake("this is the loss. Return the size that has it.", choosing(take=lambda s, l: l.min()))
mistake("this is the size with the highest loss.", choosing(take=lambda s, l: s[l.argmax()]))
mistake(
    "the fixed cost a is left out: a step takes a + b * B.",
    choosing(time=lambda a, b, B: b * B),
)
mistake(
    "a and b are exchanged: a is the fixed cost, b the cost of each example.",
    choosing(time=lambda a, b, B: b + a * B),
)
mistake(
    "the largest batch has the least noise, but not the least loss: the way still to go counts too.",
    choosing(left=lambda k, B, q, start, noise: noise / B),
)
mistake(
    "the noise is left out: only the number of steps counts here.",
    choosing(left=lambda k, B, q, start, noise: start * q**k),
)
mistake(
    "the noise is multiplied by B. A larger batch has less: noise / B.",
    choosing(left=lambda k, B, q, start, noise: start * q**k + noise * B),
)
