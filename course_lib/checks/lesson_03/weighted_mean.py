"""Exercise 3.3: from the gradients of batches to that of all examples."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "3.3",
    inputs=[
        (np.array([[1.0, -2.0], [4.0, 0.0]]), np.array([3, 1])),
        (np.array([[2.0], [1.0], [-3.0]]), np.array([4, 4, 2])),
        (np.array([[1.0, 0.0, 2.0]]), np.array([5])),
        (np.array([[1.0, 3.0], [2.0, -1.0], [0.0, 2.0]]), np.array([4, 2, 2])),
    ],
    hints=[
        "A batch's gradient is a mean. How do you get back the sum over its examples?",
        "Add up these sums, and divide by the number of all examples.",
        "sizes @ gradients makes the weighted sum over the batches, one number for each parameter.",
    ],
)
def whole_gradient(gradients, sizes):
    return sizes @ gradients / sizes.sum()


@whole_gradient.also_right
def with_average(means, counts):
    return np.average(means, axis=0, weights=counts)


@whole_gradient.also_right
def with_loop(gradients, sizes):
    total = sum(size * g for g, size in zip(gradients, sizes, strict=True))
    return total / sum(sizes)


whole_gradient.mistake(
    "every batch counts the same here, and a small one should count for less.",
    lambda gradients, sizes: gradients.mean(axis=0),
)
whole_gradient.mistake(
    "this is the sum of the batch gradients. Take their mean, weighted by size.",
    lambda gradients, sizes: gradients.sum(axis=0),
)
whole_gradient.mistake(
    "this is the sum over all examples: divide it by their number, sizes.sum().",
    lambda gradients, sizes: sizes @ gradients,
)
whole_gradient.mistake(
    "the weighted sum is divided by the number of batches, not by the number of examples.",
    lambda gradients, sizes: sizes @ gradients / len(sizes),
)
whole_gradient.mistake(
    "the sum is divided by the number of examples there would be if every batch were as large as "
    "the first.",
    lambda gradients, sizes: sizes @ gradients / (sizes[0] * len(sizes)),
)
whole_gradient.mistake(
    "a small batch counts for more here: multiply by its size, do not divide.",
    lambda gradients, sizes: (1 / sizes) @ gradients / (1 / sizes).sum(),
)


@whole_gradient.mistake("the last batch is left out.")
def without_last(gradients, sizes):
    keep = slice(None) if len(sizes) == 1 else slice(-1)
    return sizes[keep] @ gradients[keep] / sizes[keep].sum()
