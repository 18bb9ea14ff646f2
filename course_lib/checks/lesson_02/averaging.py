"""Exercise 2.8: the mean of the later half of a path, at every step."""

import numpy as np

from course_lib.checks import exercise

PATH = np.array([[8.0, -2.0], [4.0, 0.0], [1.0, 3.0], [-1.0, 1.0], [3.0, 2.0]])


@exercise(
    "2.8",
    inputs=[(PATH,), (PATH[:, :1],), (PATH[:4],), (PATH[1:2],)],
    returns="means",
    hints=[
        "Begin with a loop over t. Which slice of `path` holds the points t // 2 to t, both "
        "included?",
        "path[a:b] ends before b. The mean over the points is the mean over axis 0.",
        "Collect the means in a list and make an array of it. Without a loop: a sum over a slice "
        "is the "
        "difference of two running sums, np.cumsum(path, axis=0).",
    ],
)
def later_half(path):
    return np.array([path[t // 2 : t + 1].mean(axis=0) for t in range(len(path))])


@later_half.also_right
def one_by_one(thetas):
    means = np.zeros(thetas.shape)
    for t in range(len(thetas)):
        first = t // 2
        for theta in thetas[first : t + 1]:
            means[t] += theta / (t + 1 - first)
    return means


@later_half.also_right
def by_running_sums(path):
    t = np.arange(len(path))
    sums = np.vstack([np.zeros(path.shape[1]), np.cumsum(path, axis=0)])
    return (sums[t + 1] - sums[t // 2]) / (t + 1 - t // 2)[:, None]


def means_of(begin, end=lambda t: t + 1):
    """The means of path[begin(t):end(t)]."""

    def wrong(path):
        with np.errstate(invalid="ignore"):
            points = [path[begin(t) : end(t)] for t in range(len(path))]
            return np.array([p.sum(axis=0) / len(p) for p in points])

    return wrong


later_half.mistake(
    "each mean begins with the first point. Row t begins with point t // 2: leave the earlier "
    "ones out.",
    means_of(lambda t: 0),
)
later_half.mistake(
    "the slice ends one point too early: path[a:b] does not contain point b. Write path[t // 2 : "
    "t + 1].",
    means_of(lambda t: t // 2, lambda t: t),
)
later_half.mistake(
    "for odd t the mean begins one point too late. t // 2 rounds down.",
    means_of(lambda t: (t + 1) // 2),
)
later_half.mistake(
    "each mean begins one point too late, at t // 2 + 1.",
    means_of(lambda t: min(t // 2 + 1, t)),
)
later_half.mistake(
    "every row begins at the middle of the whole path. Row t knows only the points up to t.",
    lambda path: np.array(
        [path[min(len(path) // 2, t) : t + 1].mean(axis=0) for t in range(len(path))]
    ),
)
later_half.mistake(
    "these are sums. Divide by the number of points in the mean.",
    lambda path: np.array([path[t // 2 : t + 1].sum(axis=0) for t in range(len(path))]),
)
later_half.mistake(
    "the sums are divided by t + 1. The later half has only t + 1 - t // 2 points.",
    lambda path: np.array([path[t // 2 : t + 1].sum(axis=0) / (t + 1) for t in range(len(path))]),
)
later_half.mistake(
    "this is only the last mean. Return a row for each point of the path.",
    lambda path: path[(len(path) - 1) // 2 :].mean(axis=0),
)
later_half.mistake("these are the points of the path themselves, not averaged.", lambda path: path)
later_half.mistake(
    "the mean runs over the numbers of θ too. Use mean(axis=0): one mean for each number of θ.",
    lambda path: np.array([path[t // 2 : t + 1].mean() for t in range(len(path))]),
)
later_half.mistake(
    "np.cumsum without axis=0 adds up all numbers of the path in one row.",
    lambda path: np.cumsum(path) / np.arange(1, path.size + 1),
)


def fading(keep):
    """An exponential average of the points."""

    def wrong(path):
        means = [path[0]]
        for theta in path[1:]:
            means.append(keep * means[-1] + (1 - keep) * theta)
        return np.array(means)

    return wrong


later_half.mistake(
    "this is an exponential average, in which old points fade. Here the points of the later half "
    "count "
    "the same, and earlier ones not at all.",
    fading(0.9),
)
later_half.mistake(
    "each new point counts half, and old ones fade. Here the points of the later half count the "
    "same, and "
    "earlier ones not at all.",
    fading(0.5),
)


@later_half.mistake(
    "each row has one number everywhere: mean() runs over the numbers of θ too. Use mean(axis=0)."
)
def one_number_a_row(path):
    means = [np.full(path.shape[1], path[t // 2 : t + 1].mean()) for t in range(len(path))]
    return np.array(means)
