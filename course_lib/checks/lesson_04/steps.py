"""One step with a memory: exercises 4.1 and 4.2."""

import numpy as np

from course_lib.checks import exercise

theta, v, g = np.array([1.0, -2.0]), np.array([0.5, 1.0]), np.array([2.0, -1.0])


def bowl(x):
    """f(x) = ½ (x₁² + 10 x₂²), with its gradient: small enough for a pencil."""
    g = x * np.array([1.0, 10.0])
    return 0.5 * (x * g).sum(), g


@exercise(
    "4.1",
    inputs=[
        (theta, g, v, 0.1, 0.5),
        (theta, g, np.zeros(2), 0.1, 0.9),
        (np.array([3.0]), np.array([0.0]), np.array([2.0]), 0.25, 0.8),
        (
            np.array([0.0, 1.0, 2.0]),
            np.array([1.0, 2.0, -4.0]),
            np.array([4.0, -1.0, 0.5]),
            0.5,
            0.0,
        ),
    ],
    returns="theta v",
    hints=[
        "Two lines: first the new velocity, then the new theta, which uses the new velocity.",
        "In the sum convention the gradient enters the velocity as it is: v = beta * v + g.",
        "The learning rate appears once, in theta = theta - lr * v. Return theta and v.",
    ],
)
def heavy_ball(theta, g, v, lr, beta):
    v = beta * v + g
    return theta - lr * v, v


@heavy_ball.also_right
def in_one_line(place, slope, memory, rate, keep):
    return place - rate * slope - rate * keep * memory, slope + memory * keep


@heavy_ball.mistake(
    "this is the mean convention: g is multiplied by 1 - beta. The sum takes g whole."
)
def as_a_mean(theta, g, v, lr, beta):
    v = beta * v + (1 - beta) * g
    return theta - lr * v, v


@heavy_ball.mistake("theta moves with the old velocity. First renew v, then use it.")
def with_the_old_velocity(theta, g, v, lr, beta):
    return theta - lr * v, beta * v + g


@heavy_ball.mistake(
    "the new velocity is used and not returned: the old one comes back, so it is lost."
)
def velocity_not_kept(theta, g, v, lr, beta):
    return theta - lr * (beta * v + g), v


@heavy_ball.mistake("the velocity is forgotten: this is a step of plain descent, with v = g.")
def forgotten(theta, g, v, lr, beta):
    return theta - lr * g, g


@heavy_ball.mistake(
    "theta moves uphill. In the sum convention v adds up gradients, so subtract lr * v."
)
def uphill(theta, g, v, lr, beta):
    v = beta * v + g
    return theta + lr * v, v


@heavy_ball.mistake("lr is in the velocity and in the step, so it counts twice. Leave it out of v.")
def lr_twice(theta, g, v, lr, beta):
    v = beta * v + lr * g
    return theta - lr * v, v


@heavy_ball.mistake("beta is applied to the gradient too: v = beta * v + g, without brackets.")
def beta_on_both(theta, g, v, lr, beta):
    v = beta * (v + g)
    return theta - lr * v, v


@heavy_ball.mistake("this is Nesterov's step, g + beta * v. Heavy ball moves with v itself.")
def nesterov_instead(theta, g, v, lr, beta):
    v = beta * v + g
    return theta - lr * (g + beta * v), v


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


def nesterov_with(ahead, step=lambda v, g, beta: v):
    """A wrong version: the gradient is taken at `ahead`, and x moves by lr times `step`."""

    def wrong(f, x, v, lr, beta):
        _, g = f(ahead(x, v, lr, beta))
        v = beta * v + g
        return x - lr * step(v, g, beta), v

    return wrong


def right_place(x, v, lr, beta):
    return x - lr * beta * v


mistake = look_ahead.mistake
mistake(
    "the gradient is taken at x, which makes it heavy ball. Take it at the point ahead.",
    nesterov_with(lambda x, v, lr, beta: x),
)
mistake(
    "it looks back instead of ahead: the step goes against v, so the point ahead is x - lr * beta * v.",
    nesterov_with(lambda x, v, lr, beta: x + lr * beta * v),
)
mistake(
    "lr is missing in the point ahead, x - lr * beta * v.",
    nesterov_with(lambda x, v, lr, beta: x - beta * v),
)
mistake(
    "beta is missing in the point ahead: only beta * v of the velocity is left in the next step.",
    nesterov_with(lambda x, v, lr, beta: x - lr * v),
)
mistake(
    "beta * v is added twice: v holds it already, so the step is lr * v.",
    nesterov_with(right_place, lambda v, g, beta: g + beta * v),
)


@look_ahead.mistake("the step starts from the point ahead, so beta * v counts twice. Start from x.")
def starts_ahead(f, x, v, lr, beta):
    ahead = x - lr * beta * v
    _, g = f(ahead)
    v = beta * v + g
    return ahead - lr * v, v


@look_ahead.mistake(
    "the gradient is multiplied by 1 - beta. That is the mean convention; take g whole."
)
def as_a_mean_ahead(f, x, v, lr, beta):
    _, g = f(x - lr * beta * v)
    v = beta * v + (1 - beta) * g
    return x - lr * v, v
