"""Exercise 4.1: one step of heavy ball, with its memory."""

import numpy as np

from course_lib.checks import exercise

theta, v, g = np.array([1.0, -2.0]), np.array([0.5, 1.0]), np.array([2.0, -1.0])
theta_three, g_three = np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, -4.0])


@exercise(
    "4.1",
    inputs=[
        (theta, g, v, 0.1, 0.5),
        (theta, g, np.zeros(2), 0.1, 0.9),
        (np.array([3.0]), np.array([0.0]), np.array([2.0]), 0.25, 0.8),
        (theta_three, g_three, np.array([4.0, -1.0, 0.5]), 0.5, 0.0),
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
    "this is the mean convention: g is multiplied by 1 - beta. The sum convention adds g itself."
)
def as_a_mean(theta, g, v, lr, beta):
    v = beta * v + (1 - beta) * g
    return theta - lr * v, v


@heavy_ball.mistake("theta moves with the old velocity. First update v, then use it.")
def with_the_old_velocity(theta, g, v, lr, beta):
    return theta - lr * v, beta * v + g


@heavy_ball.mistake(
    "the new velocity is used but not returned: you return the old one, so the new one is lost."
)
def velocity_not_returned(theta, g, v, lr, beta):
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
