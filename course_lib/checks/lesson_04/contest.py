"""Exercise 4.18, open: how far down in 200 gradients?"""

from course_lib.checks import exercise
from course_lib.checks.contests import loss_left


def reached(answer, seed):
    """Whether the answer gets below each mark in a bowl with curvatures 1 to 300, and keeps to 200."""
    share, calls = loss_left(answer, 300, seed)
    return share < 1e-6, share < 1e-14, calls <= 200


@exercise(
    "4.18",
    inputs=[(0,), (5,)],
    returns="below_1e-6 below_1e-14 within_200",
    through=reached,
    hints=[
        "The board shows what gradient descent and Nesterov's momentum reach. Which method of the "
        "lesson has the smallest convergence factor on a bowl?",
        "You know that the curvatures lie between 1 and 300. That is all its best pair needs.",
        "Count: one call of f a step makes 200 steps. Do not call f for the value alone.",
    ],
)
def my_descent(f, theta):
    low, high = 1, 300**0.5
    lr, beta = 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2
    v = 0
    for _ in range(200):
        _, g = f(theta)
        v = beta * v + g
        theta = theta - lr * v
    return theta


@my_descent.also_right
def by_conjugate_gradients(f, theta):
    """One more call a step measures the curvature along the direction. (Hestenes, Stiefel, 1952)"""
    _, g = f(theta)
    direction = -g
    for _ in range(60):
        _, ahead = f(theta + direction)
        bent = ahead - g
        step = -(g @ direction) / (direction @ bent)
        theta, old, g = theta + step * direction, g, g + step * bent
        direction = (g @ g) / (old @ old) * direction - g
    return theta


def heavy(lr, beta, steps=200):
    """Heavy ball with this pair; with beta = 0 gradient descent."""

    def wrong(f, theta):
        v = 0
        for _ in range(steps):
            v = beta * v + f(theta)[1]
            theta = theta - lr * v
        return theta

    return wrong


my_descent.mistake(
    "as gradient descent would: the flat directions are not finished. Use a velocity.",
    heavy(2 / 301, 0.0),
)
my_descent.mistake(
    "the first mark is reached, the second is not: the pair of lr and beta is not the best one yet.",
    heavy(2 / 300, 0.9),
)
my_descent.mistake(
    "the marks are reached, but f was called more than 200 times.",
    heavy(4 / (1 + 300**0.5) ** 2, 0.8, 400),
)
