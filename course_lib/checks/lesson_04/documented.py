"""Exercise 4.11: one step of momentum, as a library's documentation describes it."""

import numpy as np

from course_lib.checks import exercise

theta, g, v = np.array([1.0, -2.0]), np.array([2.0, -1.0]), np.array([0.5, 1.0])


@exercise(
    "4.11",
    inputs=[
        (theta, g, v, 3, 0.1, 0.5, 0.25, 0.5),
        (theta, g, np.zeros(2), 1, 0.1, 0.5, 0.25, 0.5),
        (theta, g, v, 2, 0.5, 0.8, 0.0, 0.0),
        (np.array([4.0]), np.array([-3.0]), np.array([2.0]), 10, 0.25, 0.9, 0.9, 0.1),
    ],
    returns="theta v",
    hints=[
        "Three lines, one for each sentence: the gradient with weight decay, the velocity, theta.",
        "The first step is a case of its own. Without it the velocity is beta * v plus "
        "(1 - dampening) times the gradient.",
        "After g = g + decay * theta: v = g if t == 1 else beta * v + (1 - dampening) * g.",
    ],
)
def documented_step(theta, g, v, t, lr, beta, dampening, decay):
    g = g + decay * theta
    v = g if t == 1 else beta * v + (1 - dampening) * g
    return theta - lr * v, v


@documented_step.also_right
def with_branches(place, slope, memory, count, rate, keep, damp, shrink):
    total = slope + shrink * place
    memory = total if count < 2 else keep * memory + total - damp * total
    return place - rate * memory, memory


def step_with(
    decayed=lambda theta, g, decay: g + decay * theta,
    first=lambda g, dampening: g,
    later=lambda v, g, beta, dampening: beta * v + (1 - dampening) * g,
    moved=lambda theta, g, old, v, lr, beta: theta - lr * v,
    kept=lambda old, v: v,
):
    """The right step, or a wrong one where a part is replaced."""

    def wrong(theta, g, v, t, lr, beta, dampening, decay):
        g = decayed(theta, g, decay)
        new = first(g, dampening) if t == 1 else later(v, g, beta, dampening)
        return moved(theta, g, v, new, lr, beta), kept(v, new)

    return wrong


documented_step.mistake(
    "the first step is dampened too. At t = 1 the velocity is the gradient itself. t counts from 1.",
    step_with(first=lambda g, dampening: (1 - dampening) * g),
)
documented_step.mistake(
    "the dampening is left out: the gradient is multiplied by 1 - dampening.",
    step_with(later=lambda v, g, beta, dampening: beta * v + g),
)
documented_step.mistake(
    "the gradient is multiplied by dampening. The factor is 1 - dampening.",
    step_with(later=lambda v, g, beta, dampening: beta * v + dampening * g),
)
documented_step.mistake(
    "the old velocity is dampened too. Only the new gradient is multiplied by 1 - dampening.",
    step_with(later=lambda v, g, beta, dampening: (1 - dampening) * (beta * v + g)),
)
documented_step.mistake(
    "the factor of the gradient is 1 - beta, as in the mean convention. Here it is 1 - dampening.",
    step_with(later=lambda v, g, beta, dampening: beta * v + (1 - beta) * g),
)
documented_step.mistake(
    "the weight decay is left out: decay * theta is added to the gradient.",
    step_with(decayed=lambda theta, g, decay: g),
)
documented_step.mistake(
    "brackets are missing: the gradient is multiplied by (1 - dampening).",
    step_with(later=lambda v, g, beta, dampening: beta * v + g - dampening),
)
documented_step.mistake(
    "the weight decay has the wrong sign: it is added to the gradient, so that weights shrink.",
    step_with(decayed=lambda theta, g, decay: g - decay * theta),
)
documented_step.mistake(
    "the velocity is forgotten: theta moves with the gradient alone.",
    step_with(later=lambda v, g, beta, dampening: g),
)
documented_step.mistake(
    "theta moves with the old velocity. Compute the new velocity first, then use it.",
    step_with(moved=lambda theta, g, old, v, lr, beta: theta - lr * old),
)
documented_step.mistake(
    "theta moves with the new velocity, but you return the old one, so the new one is lost.",
    step_with(kept=lambda old, v: old),
)
documented_step.mistake(
    "theta moves uphill: subtract lr * v.",
    step_with(moved=lambda theta, g, old, v, lr, beta: theta + lr * v),
)
documented_step.mistake(
    "this is Nesterov's step, g + beta * v. The text moves theta with v itself.",
    step_with(moved=lambda theta, g, old, v, lr, beta: theta - lr * (g + beta * v)),
)
documented_step.mistake(
    "the order of the returned values is theta, v. You return v first.",
    lambda *given: documented_step.reference(*given)[::-1],
)


@documented_step.mistake(
    "lr is inside the velocity, as in the velocity convention. Here lr enters only when theta moves, "
    "so v has no lr in it."
)
def as_keras(theta, g, v, t, lr, beta, dampening, decay):
    g = g + decay * theta
    v = -lr * g if t == 1 else beta * v - lr * (1 - dampening) * g
    return theta + v, v


@documented_step.mistake(
    "v holds lr * g, and theta moves by v. Here v holds the gradient, and theta moves by lr * v."
)
def lr_inside(theta, g, v, t, lr, beta, dampening, decay):
    g = g + decay * theta
    v = lr * g if t == 1 else beta * v + lr * (1 - dampening) * g
    return theta - v, v


@documented_step.mistake(
    "lr is in the velocity and in the step, so it counts twice. Leave it out of v."
)
def lr_twice(theta, g, v, t, lr, beta, dampening, decay):
    g = g + decay * theta
    v = lr * g if t == 1 else beta * v + lr * (1 - dampening) * g
    return theta - lr * v, v


@documented_step.mistake(
    "the weight decay is taken from theta directly and does not pass through the velocity. "
    "The text adds it to the gradient."
)
def decoupled(theta, g, v, t, lr, beta, dampening, decay):
    v = g if t == 1 else beta * v + (1 - dampening) * g
    return theta - lr * v - lr * decay * theta, v


@documented_step.mistake("in the first step the weight decay is left out. It belongs there too.")
def first_without_decay(theta, g, v, t, lr, beta, dampening, decay):
    v = g if t == 1 else beta * v + (1 - dampening) * (g + decay * theta)
    return theta - lr * v, v
