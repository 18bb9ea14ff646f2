"""Exercise 4.6: a Nesterov descent with two faults."""

import numpy as np

from course_lib.checks import exercise


def counted(answer, x, lr, beta, steps):
    """Where the answer ends in a small valley, and how many gradients it took."""
    calls = []

    def gradient(x):
        calls.append(1)
        return x * np.array([1.0, 10.0])[: len(x)]

    return answer(gradient, x, lr, beta, steps), float(len(calls))


@exercise(
    "4.6",
    inputs=[
        (np.array([1.0, 0.5]), 0.05, 0.5, 1),
        (np.array([1.0, 0.5]), 0.05, 0.5, 2),
        (np.array([-2.0, 0.25]), 0.02, 0.9, 5),
    ],
    returns="x gradients",
    through=counted,
    hints=[
        "Write the first two steps down with a pencil. Where does beta * v enter, and how often?",
        "Only one of the two gradients is needed, that at x: x is the point that looks ahead.",
        "In each step: g = gradient(x), v = beta * v + g, x = x - lr * (g + beta * v).",
    ],
)
def nesterov_walk(gradient, x, lr, beta, steps):
    v = np.zeros_like(x)
    for _ in range(steps):
        g = gradient(x)
        v = beta * v + g
        x = x - lr * (g + beta * v)
    return x


@nesterov_walk.also_right
def with_the_last_step(gradient, x, lr, beta, steps):
    v = 0 * x
    for _ in range(steps):
        g = gradient(x)
        old, v = v, beta * v + g
        x = x - lr * ((1 + beta) * v - beta * old)
    return x


def walk_with(step):
    """A wrong version: `step(gradient, x, v, lr, beta)` returns the new x and v."""

    def wrong(gradient, x, lr, beta, steps):
        v = np.zeros_like(x)
        for _ in range(steps):
            x, v = step(gradient, x, v, lr, beta)
        return x

    return wrong


@nesterov_walk.mistake(
    "this is your colleague's program: beta * v enters twice, and a step takes two gradients."
)
@walk_with
def as_it_was(gradient, x, v, lr, beta):
    here = gradient(x)
    ahead = gradient(x - lr * beta * v)
    v = beta * v + (here + ahead) / 2
    return x - lr * (ahead + beta * v + beta * v), v


@nesterov_walk.mistake("a step still takes two gradients. The one at x is enough.")
@walk_with
def two_gradients(gradient, x, v, lr, beta):
    _, g = gradient(x), gradient(x)
    v = beta * v + g
    return x - lr * (g + beta * v), v


@nesterov_walk.mistake("one gradient a step is right; beta * v still enters twice.")
@walk_with
def still_twice(gradient, x, v, lr, beta):
    g = gradient(x)
    v = beta * v + g
    return x - lr * (g + 2 * beta * v), v


@nesterov_walk.mistake("this is heavy ball. Nesterov's step is g + beta * v, with the new v.")
@walk_with
def heavy_instead(gradient, x, v, lr, beta):
    v = beta * v + gradient(x)
    return x - lr * v, v


@nesterov_walk.mistake(
    "this is x of the look-ahead form. The exercise asks for the points ahead, as in `nesterov`."
)
@walk_with
def look_ahead_form(gradient, x, v, lr, beta):
    v = beta * v + gradient(x - lr * beta * v)
    return x - lr * v, v


@nesterov_walk.mistake(
    "the velocity starts from 0 in every step, so it is forgotten. Set it once, before the loop."
)
@walk_with
def forgotten(gradient, x, v, lr, beta):
    g = gradient(x)
    return x - lr * (g + beta * g), v


@nesterov_walk.mistake(
    "the gradient is taken at x - lr * beta * v, but x is the point ahead already."
)
@walk_with
def ahead_of_ahead(gradient, x, v, lr, beta):
    g = gradient(x - lr * beta * v)
    v = beta * v + g
    return x - lr * (g + beta * v), v
