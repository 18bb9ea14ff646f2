"""Exercise 3.13: the gradient noise scale, from batches of two sizes."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "3.13",
    inputs=[
        (np.array([[3.0, 1.0], [1.0, -1.0]]), 1, np.array([[2.0, 0.5], [1.0, 1.0]]), 4),
        (np.array([[2.0], [-1.0], [4.0]]), 2, np.array([[1.0], [2.0]]), 10),
        (np.array([[1.0, 2.0, 2.0]]), 5, np.array([[0.0, 2.0, 1.0], [1.0, 1.0, 1.5]]), 20),
    ],
    returns="scale",
    hints=[
        "First the two measured numbers: for each batch size the mean of ‖g‖², the sum of the squares "
        "of a row, over its rows.",
        "The formula says measured = length² + noise / B, once for each batch size. These are two "
        "equations for two unknowns.",
        "Subtract them: noise = (few - many) / (1 / B_small - 1 / B_large). Then "
        "length² = few - noise / B_small, and the scale is noise / length².",
    ],
)
def scale_from_batches(small, B_small, large, B_large):
    few, many = (small**2).sum(axis=1).mean(), (large**2).sum(axis=1).mean()
    noise = (few - many) / (1 / B_small - 1 / B_large)
    return noise / (few - noise / B_small)


@scale_from_batches.also_right
def by_solving(first, b, second, B):
    measured = [np.trace(g @ g.T) / len(g) for g in (first, second)]
    square, noise = np.linalg.solve([[1, 1 / b], [1, 1 / B]], measured)
    return noise / square


@scale_from_batches.also_right
def in_one_formula(small, b, large, B):
    s, t = np.sum(small * small) / len(small), np.sum(large * large) / len(large)
    return b * B * (s - t) / (B * t - b * s)


def scale_with(
    measure=lambda g: (g**2).sum(axis=1).mean(),
    share=lambda B: 1 / B,
    returned=lambda noise, square: noise / square,
):
    """scale_from_batches, or a wrong version where a part is replaced."""

    def wrong(small, b, large, B):
        few, many = measure(small), measure(large)
        noise = (few - many) / (share(b) - share(B))
        return returned(noise, few - noise * share(b))

    return wrong


scale_from_batches.mistake(
    "this is the squared length of the mean gradient. The formula needs the mean of the squared "
    "lengths: square first, then average.",
    scale_with(measure=lambda g: (g.mean(axis=0) ** 2).sum()),
)
scale_from_batches.mistake(
    "these are lengths, not squared lengths.",
    scale_with(measure=lambda g: np.linalg.norm(g, axis=1).mean()),
)
scale_from_batches.mistake(
    "the lengths are averaged before they are squared. Average ‖g‖², the squares.",
    scale_with(measure=lambda g: np.linalg.norm(g, axis=1).mean() ** 2),
)
scale_from_batches.mistake(
    "the squared lengths of all rows are added up. Take their mean: (g**2).sum(axis=1).mean().",
    scale_with(measure=lambda g: (g**2).sum()),
)
scale_from_batches.mistake(
    "this is the noise of one example. The scale is the noise divided by the squared length.",
    scale_with(returned=lambda noise, square: noise),
)
scale_from_batches.mistake(
    "this is the squared length of the full gradient. The scale is the noise divided by it.",
    scale_with(returned=lambda noise, square: square),
)
scale_from_batches.mistake(
    "the quotient is upside down: the scale is the noise divided by the squared length.",
    scale_with(returned=lambda noise, square: square / noise),
)
scale_from_batches.mistake(
    "the noise is divided by the length. Divide it by the squared length.",
    scale_with(returned=lambda noise, square: noise / np.sqrt(square)),
)
scale_from_batches.mistake(
    "the noise falls with 1/√B here. The formula has 1/B, because it is about squares.",
    scale_with(share=lambda B: 1 / np.sqrt(B)),
)
scale_from_batches.mistake(
    "the noise is multiplied by B. The formula divides it by B.", scale_with(share=lambda B: B)
)


@scale_from_batches.mistake(
    "the noise has the wrong sign. Small batches have the longer gradients: few - many is positive."
)
def noise_upside_down(small, b, large, B):
    few, many = (small**2).sum(axis=1).mean(), (large**2).sum(axis=1).mean()
    noise = (many - few) / (1 / b - 1 / B)
    return noise / (few - noise / b)


@scale_from_batches.mistake(
    "the measured value of the large batch stands for the full gradient. It holds noise too: solve "
    "the two equations."
)
def large_is_full(small, b, large, B):
    few, many = (small**2).sum(axis=1).mean(), (large**2).sum(axis=1).mean()
    return b * (few - many) / many
