"""Exercise 4.2: one step of Nesterov's method, which looks ahead."""

import numpy as np

from course_lib.checks import exercise


def bowl(x):
    """f(x) = ½ (x₁² + 10 x₂²), with its gradient: small enough for a pencil."""
    g = x * np.array([1.0, 10.0])
    return 0.5 * (x * g).sum(), g


@exercise(
    "4.2",
    inputs=[
        (bowl, np.array([1.0, -0.5]), np.array([0.5, 2.0]), 0.1, 0.5),
        (bowl, np.array([2.0, 1.0]), np.zeros(2), 0.05, 0.9),
        (bowl, np.array([-1.0, 0.25]), np.array([1.0, -3.0]), 0.2, 0.8),
    ],
    returns="x v",
    hints=[
        "Three lines: the point ahead, the gradient there, then the step of heavy ball from x.",
        "The point ahead is where the old velocity alone would carry x: x - lr * beta * v.",
        "_, g = f(ahead), then v = beta * v + g. The step starts from x, not from the point ahead.",
    ],
)
def look_ahead(f, x, v, lr, beta):
    _, g = f(x - lr * beta * v)
    v = beta * v + g
    return x - lr * v, v


@look_ahead.also_right
def from_the_point_ahead(f, x, v, lr, beta):
    ahead = x - lr * beta * v
    g = f(ahead)[1]
    return ahead - lr * g, v * beta + g


def with_gradient_at(ahead):
    """The step of heavy ball with the gradient at another point."""

    def wrong(f, x, v, lr, beta):
        _, g = f(ahead(x, v, lr, beta))
        v = beta * v + g
        return x - lr * v, v

    return wrong


look_ahead.mistake(
    "the gradient is taken at x, which makes it heavy ball. Take it at the point ahead.",
    with_gradient_at(lambda x, v, lr, beta: x),
)
look_ahead.mistake(
    "it looks back instead of ahead: the step goes against v, so the point ahead is x - lr * beta * v.",
    with_gradient_at(lambda x, v, lr, beta: x + lr * beta * v),
)
look_ahead.mistake(
    "lr is missing in the point ahead, x - lr * beta * v.",
    with_gradient_at(lambda x, v, lr, beta: x - beta * v),
)
look_ahead.mistake(
    "beta is missing in the point ahead: only beta * v of the velocity is left in the next step.",
    with_gradient_at(lambda x, v, lr, beta: x - lr * v),
)


@look_ahead.mistake("beta * v is added twice: v holds it already, so the step is lr * v.")
def beta_v_twice(f, x, v, lr, beta):
    _, g = f(x - lr * beta * v)
    v = beta * v + g
    return x - lr * (g + beta * v), v


@look_ahead.mistake("the step starts from the point ahead, so beta * v counts twice. Start from x.")
def starts_ahead(f, x, v, lr, beta):
    ahead = x - lr * beta * v
    _, g = f(ahead)
    v = beta * v + g
    return ahead - lr * v, v


@look_ahead.mistake(
    "the gradient is multiplied by 1 - beta. That is the mean convention; add g itself."
)
def as_a_mean(f, x, v, lr, beta):
    _, g = f(x - lr * beta * v)
    v = beta * v + (1 - beta) * g
    return x - lr * v, v
