"""Exercise 4.12: the learning rate and the momentum, found in a recorded path."""

import numpy as np

from course_lib.checks import exercise


def recording(lr, beta, start, v=0.0, steps=5):
    """A path of heavy ball (steps + 1, P) on curvatures 1, 10, ..., and its gradients (steps, P)."""
    theta, path, gradients = np.array(start), [np.array(start)], []
    for _ in range(steps):
        g = theta * 10.0 ** np.arange(len(start))
        v = beta * v + g
        theta = theta - lr * v
        path.append(theta)
        gradients.append(g)
    return np.array(path), np.array(gradients)


@exercise(
    "4.12",
    inputs=[
        recording(0.1, 0.5, [4.0, 1.0], steps=3),
        recording(0.05, 0.8, [1.0, -1.0], v=np.array([2.0, 1.0]), steps=4),
        recording(0.5, 0.9, [8.0], v=-3.0),
    ],
    returns="lr beta",
    hints=[
        "step = path[t + 1] - path[t] is -lr * v. Write v as beta * (old v) + g: how does a step "
        "follow from the step before it and the gradient?",
        "step[t] = beta * step[t - 1] - lr * gradients[t]. This is linear in lr and beta, and holds "
        "for each t from 1 on and each entry of theta.",
        "Put all these equations below each other: two columns, -gradients[1:].ravel() and "
        "steps[:-1].ravel(), and steps[1:].ravel() on the right. np.linalg.lstsq(A, b)[0] solves them.",
    ],
)
def recover(path, gradients):
    steps = np.diff(path, axis=0)
    columns = np.column_stack([-gradients[1:].ravel(), steps[:-1].ravel()])
    lr, beta = np.linalg.lstsq(columns, steps[1:].ravel())[0]
    return lr, beta


@recover.also_right
def from_two_equations(points, slopes):
    """The last two steps of the first entry are two equations."""
    step = points[1:, 0] - points[:-1, 0]
    equations = [[-slopes[-2, 0], step[-3]], [-slopes[-1, 0], step[-2]]]
    lr, beta = np.linalg.solve(equations, step[-2:])
    return lr, beta


@recover.also_right
def with_sums(path, gradients):
    steps = path[1:] - path[:-1]
    g, old, new = gradients[1:], steps[:-1], steps[1:]
    a, b, c = (g * g).sum(), (g * old).sum(), (old * old).sum()
    d, e = (g * new).sum(), (old * new).sum()
    determinant = a * c - b * b
    return (b * e - c * d) / determinant, (a * e - b * d) / determinant


def fitted(gradients, old, new):
    """lr and beta by least squares from new = beta old - lr gradients."""
    columns = np.column_stack([-gradients.ravel(), old.ravel()])
    lr, beta = np.linalg.lstsq(columns, new.ravel())[0]
    return lr, beta


def fit_with(gradient=lambda g: g[1:], start=False):
    """recover with other gradients, or with a first step that is taken to begin at rest."""

    def wrong(path, gradients):
        steps = np.diff(path, axis=0)
        if not start:
            return fitted(gradient(gradients), steps[:-1], steps[1:])
        before = np.concatenate([np.zeros_like(steps[:1]), steps[:-1]])
        return fitted(gradients, before, steps)

    return wrong


recover.mistake(
    "each step is paired with the gradient of the step before. step[t] uses gradients[t].",
    fit_with(gradient=lambda g: g[:-1]),
)
recover.mistake(
    "the first step is treated as if the velocity before it were 0. The recording may begin in the "
    "middle of a run: use the steps from the second on.",
    fit_with(start=True),
)
recover.mistake(
    "lr has the wrong sign: the step is minus lr times the velocity.",
    lambda path, gradients: (
        -recover.reference(path, gradients)[0],
        recover.reference(path, gradients)[1],
    ),
)
recover.mistake(
    "this lr is the effective learning rate, lr / (1 - beta). The exercise asks for lr itself.",
    lambda path, gradients: (
        recover.reference(path, gradients)[0] / (1 - recover.reference(path, gradients)[1]),
        recover.reference(path, gradients)[1],
    ),
)
recover.mistake(
    "the order of the returned values is lr, beta. You return beta first.",
    lambda path, gradients: recover.reference(path, gradients)[::-1],
)


@recover.mistake(
    "the old step is left out, as if beta were 0: these are the lr of gradient descent and 0."
)
def without_memory(path, gradients):
    steps = np.diff(path, axis=0)
    return -(gradients * steps).sum() / (gradients**2).sum(), 0.0


@recover.mistake("the step before and the step after are exchanged.")
def exchanged(path, gradients):
    steps = np.diff(path, axis=0)
    return fitted(gradients[1:], steps[1:], steps[:-1])


@recover.mistake(
    "the positions stand where the steps belong. The velocity is in the differences of the path."
)
def positions(path, gradients):
    return fitted(gradients[1:], path[1:-1], path[2:])


@recover.mistake(
    "lr comes from the first step alone, as if the velocity before it were 0. The recording may begin "
    "in the middle of a run: use two later steps."
)
def from_rest(path, gradients):
    steps = np.diff(path, axis=0)
    lr = -steps[0, 0] / gradients[0, 0]
    return lr, (steps[1, 0] + lr * gradients[1, 0]) / steps[0, 0]
