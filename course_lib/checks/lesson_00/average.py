"""Exercise 0.1: the mean of some numbers."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "0.1",
    inputs=[
        (np.array([1.0, 2.0, 6.0]),),
        (np.array([4.0, 2.0]),),
        (np.array([-1.0, 1.0, 1.0, 7.0]),),
    ],
    hints=[
        "The mean is the sum of the numbers, divided by how many there are.",
        "x.sum() is the sum, len(x) is how many there are.",
    ],
)
def mean(x):
    return x.sum() / len(x)


@mean.also_right
def with_a_loop(numbers):
    total = 0
    for number in numbers:
        total += number
    return total / len(numbers)


mean.mistake("this is the sum. For the mean, divide it by len(x).", lambda x: x.sum())
mean.mistake("this is the median, the middle one of the sorted numbers.", np.median)
mean.mistake(
    "the sum is divided by len(x) - 1. Divide by len(x).", lambda x: x.sum() / (len(x) - 1)
)
mean.mistake("this is the largest of the numbers.", np.max)
mean.mistake("this uses only the first and the last number.", lambda x: (x[0] + x[-1]) / 2)
