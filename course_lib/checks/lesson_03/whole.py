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


mistake = whole_gradient.mistake


@mistake("every batch counts for as much here, and a small one should count for less.")
def plain_mean(gradients, sizes):
    return gradients.mean(axis=0)


@mistake("this is the sum of the batch gradients. Take their mean, weighted by size.")
def plain_sum(gradients, sizes):
    return gradients.sum(axis=0)


@mistake("this is the sum over all examples: divide it by their number, sizes.sum().")
def sum_over_examples(gradients, sizes):
    return sizes @ gradients


@mistake("the weighted sum is divided by the number of batches, not by the number of examples.")
def by_batches(gradients, sizes):
    return sizes @ gradients / len(sizes)


@mistake("it is divided by what there would be if every batch were as large as the first.")
def as_if_all_were_full(gradients, sizes):
    return sizes @ gradients / (sizes[0] * len(sizes))


@mistake("a small batch counts for more here: multiply by its size, do not divide.")
def divided_by_size(gradients, sizes):
    return (1 / sizes) @ gradients / (1 / sizes).sum()


@mistake("the last batch is left out.")
def without_last(gradients, sizes):
    keep = slice(None) if len(sizes) == 1 else slice(-1)
    return sizes[keep] @ gradients[keep] / sizes[keep].sum()
