"""Exercise 2.5: the mean of a path, kept up to date at every step."""

import numpy as np

from course_lib.checks import exercise

PATH = np.array([[8.0, -2.0], [4.0, 0.0], [1.0, 3.0], [-1.0, 1.0], [3.0, 2.0]])


@exercise(
    "2.5",
    inputs=[(PATH, 2), (PATH[:, :1], 0), (PATH[::-1], 1)],
    returns="means",
    hints=[
        "Row k of the answer is the mean of k + 1 points: path[begin], ..., path[begin + k].",
        "With the mean of k points known, the next point moves it by "
        "(point - mean) / (k + 1). np.cumsum(..., axis=0) adds up without a loop.",
        "late = path[begin:]; its running sums np.cumsum(late, axis=0), divided row by row by "
        "1, 2, 3, ... as a column.",
    ],
)
def running_mean(path, begin):
    late = path[begin:]
    return np.cumsum(late, axis=0) / np.arange(1, len(late) + 1)[:, None]


@running_mean.also_right
def one_by_one(thetas, start):
    mean, means = np.zeros(thetas.shape[1]), []
    for k, theta in enumerate(thetas[start:], 1):
        mean = mean + (theta - mean) / k
        means.append(mean)
    return np.array(means)


@running_mean.also_right
def by_slices(path, begin):
    return np.array([path[begin : end + 1].mean(axis=0) for end in range(begin, len(path))])


def sums(path, begin):
    return np.cumsum(path[begin:], axis=0)


running_mean.mistake(
    "these are sums. Row k is a mean of k + 1 points: divide by their number.", sums
)
running_mean.mistake(
    "the points before `begin` are in the mean too: leave the transient out.",
    lambda path, begin: running_mean.reference(path, 0)[begin:],
)
running_mean.mistake(
    "the divisor counts from the start of the path. The mean is over the points since `begin`.",
    lambda path, begin: sums(path, begin) / np.arange(begin + 1, len(path) + 1)[:, None],
)
running_mean.mistake(
    "the average begins one point too late. path[begin] is its first point.",
    lambda path, begin: running_mean.reference(path, begin + 1),
)
running_mean.mistake(
    "the sums are divided by 2, 3, 4, ... The first row is the mean of one point.",
    lambda path, begin: sums(path, begin) / np.arange(2, len(path) - begin + 2)[:, None],
)
running_mean.mistake(
    "every row is divided by the number of all points. Row k is the mean of those so far.",
    lambda path, begin: sums(path, begin) / (len(path) - begin),
)
running_mean.mistake(
    "this is only the last mean. Return a row for each point.",
    lambda path, begin: path[begin:].mean(axis=0),
)
running_mean.mistake(
    "these are the points of the path themselves, not averaged.",
    lambda path, begin: path[begin:],
)


@running_mean.mistake(
    "each new point counts half, and old ones fade. In this mean all points count the same: "
    "the weight of the k-th is 1 / k."
)
def fading(path, begin):
    means = [path[begin]]
    for theta in path[begin + 1 :]:
        means.append((means[-1] + theta) / 2)
    return np.array(means)
