"""Exercise 3.14: the best batch size for a deadline."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "3.14",
    inputs=[
        (np.array([1, 2, 4, 8, 16, 32, 64]), 20, 1, 1010, 0.9, 50.0, 8.0),
        (np.array([1, 2, 4, 8, 16, 32, 64]), 1, 1, 1010, 0.9, 50.0, 8.0),
        (np.array([3, 10, 30, 100, 300]), 7, 2, 5000, 0.8, 100.0, 20.0),
        (np.array([3, 10, 30, 100, 300]), 400, 2, 5000, 0.5, 100.0, 20.0),
        (np.array([64, 32, 8]), 1000, 1, 2200, 0.9, 50.0, 8.0),
        (np.array([5, 10, 20, 40]), 3, 0.25, 100, 0.7, 10.0, 30.0),
        (np.array([2, 5, 10, 20]), 10, 1, 175, 0.8, 10.0, 8.0),
        (np.array([2, 1]), 1, 1, 6, 0.5, 8.0, 2.0),
        (np.array([1, 2]), 1, 1, 6, 0.5, 8.0, 2.0),
    ],
    hints=[
        "How long does one step take with each of the sizes? a + b * sizes does it for all at once.",
        "The number of whole steps is deadline // (a + b * sizes).",
        "loss = start * factor**steps + noise / sizes; sizes[loss.argmin()] is the best size, and "
        "loss.argmin() only its index.",
    ],
)
def best_batch(sizes, a, b, deadline, factor, start, noise):
    steps = deadline // (a + b * sizes)
    return sizes[(start * factor**steps + noise / sizes).argmin()]


@best_batch.also_right
def one_by_one(sizes, a, b, deadline, factor, start, noise):
    losses = {}
    for B in sizes:
        losses[B] = start * factor ** int(deadline / (a + b * B)) + noise / B
    return min(losses, key=losses.get)


def best_with(
    time=lambda a, b, B: a + b * B,
    whole=np.floor,
    loss=lambda k, B, factor, start, noise: start * factor**k + noise / B,
    choice=lambda sizes, loss: sizes[loss.argmin()],
):
    """best_batch with another time of a step, another loss after k steps or another choice."""

    def wrong(sizes, a, b, deadline, factor, start, noise):
        steps = whole(deadline / time(a, b, sizes))
        return choice(sizes, loss(steps, sizes, factor, start, noise))

    return wrong


best_batch.mistake(
    "this is the index of the size. Return the size: sizes[index].",
    best_with(choice=lambda sizes, loss: loss.argmin()),
)
best_batch.mistake(
    "this is the loss. Return the size that has it.",
    best_with(choice=lambda sizes, loss: loss.min()),
)
best_batch.mistake(
    "this is the size with the highest loss.",
    best_with(choice=lambda sizes, loss: sizes[loss.argmax()]),
)
best_batch.mistake(
    "the fixed cost a is left out: a step takes a + b * B.",
    best_with(time=lambda a, b, B: b * B),
)
best_batch.mistake(
    "a is multiplied by B too. The fixed cost comes once a step: a + b * B, not (a + b) * B.",
    best_with(time=lambda a, b, B: (a + b) * B),
)
best_batch.mistake(
    "a and b are exchanged: a is the fixed cost, b the cost of each example.",
    best_with(time=lambda a, b, B: b + a * B),
)
best_batch.mistake(
    "this is always the largest size. It has the least noise, but the distance left counts too: "
    "start * factor**steps, with steps = deadline // (a + b * sizes).",
    best_with(loss=lambda k, B, factor, start, noise: noise / B),
)
best_batch.mistake(
    "the noise is left out: only the number of steps counts here.",
    best_with(loss=lambda k, B, factor, start, noise: start * factor**k),
)
best_batch.mistake(
    "the noise is multiplied by B. A larger batch has less: noise / B.",
    best_with(loss=lambda k, B, factor, start, noise: start * factor**k + noise * B),
)
best_batch.mistake(
    "the number of steps is not rounded. Only whole steps count: deadline // (a + b * sizes).",
    best_with(whole=lambda steps: steps),
)
best_batch.mistake(
    "the number of steps is rounded up. The step at the deadline is not finished: round down.",
    best_with(whole=np.ceil),
)
best_batch.mistake(
    "the number of steps is rounded to the nearest whole number. Round down.",
    best_with(whole=np.round),
)
best_batch.mistake(
    "where two sizes are equally good, this is the last. Return the first.",
    best_with(choice=lambda sizes, loss: sizes[::-1][loss[::-1].argmin()]),
)
best_batch.mistake(
    "where two sizes are equally good, this is the smaller. Return the first in sizes.",
    best_with(choice=lambda sizes, loss: sizes[loss == loss.min()].min()),
)
best_batch.mistake(
    "where two sizes are equally good, this is the larger. Return the first in sizes.",
    best_with(choice=lambda sizes, loss: sizes[loss == loss.min()].max()),
)
