"""Exercise 4.15: how long is the cycle that heavy ball ends in?"""

import numpy as np

from course_lib.checks import exercise


def bent(theta):
    """The slope of Lessard, Recht and Packard's function: curvature 25, and 1 between 1 and 2."""
    return 25 * theta - 24 * np.clip(theta - 1, 0, 1)


def downhill(theta):
    """The slope is -1 everywhere."""
    return -1


def uphill(theta):
    """The slope is 1 everywhere."""
    return 1


def wall(theta):
    """The slope is theta - 1 below 1, and 0 above."""
    return min(theta - 1, 0)


def spring(steps):
    """The slope of a bowl in which heavy ball with lr = 1 and beta = 1 has a cycle of `steps` steps."""

    def bowl(theta):
        return (2 - 2 * np.cos(2 * np.pi / steps)) * theta

    return bowl


@exercise(
    "4.15",
    inputs=[
        (bent, 3.3, 1 / 9, 4 / 9, 500, 1e-6),
        (bent, 0.5, 1 / 9, 4 / 9, 500, 1e-6),
        (spring(12), 1.0, 1.0, 1.0, 3, 1e-6),
        (spring(13), 1.0, 1.0, 1.0, 3, 1e-6),
        (spring(4), 1.0, 1.0, 0.0, 0, 1e-6),
        (downhill, 0, 1, 0, 1, 1),
        (uphill, 0, 1, 0, 1, 0.5),
        (wall, 0, 1, 0, 1, 1),
        (downhill, 0.0, 0.5, 0.5, 0, 1.5),
        (downhill, 0, 2, 0, 0, 1.5),
    ],
    returns="length",
    hints=[
        "First take `steps` steps. Remember theta and v, the place and the velocity.",
        "Then take one step at a time, at most 12, and compare theta and v with what you remembered.",
        "Return k as soon as abs(theta - old_theta) < tolerance and abs(v - old_v) < tolerance. "
        "After the loop, return 0.",
    ],
)
def cycle_length(gradient, theta, lr, beta, steps, tolerance):
    v = 0.0
    for _ in range(steps):
        v = beta * v + gradient(theta)
        theta = theta - lr * v
    old_theta, old_v = theta, v
    for k in range(1, 13):
        v = beta * v + gradient(theta)
        theta = theta - lr * v
        if abs(theta - old_theta) < tolerance and abs(v - old_v) < tolerance:
            return k
    return 0


@cycle_length.also_right
def with_a_list(slope, place, rate, keep, count, near):
    states = [(place, 0.0)]
    for _ in range(count + 12):
        place, speed = states[-1]
        speed = keep * speed + slope(place)
        states.append((place - rate * speed, speed))
    table = np.array(states)
    later = np.abs(table[count + 1 :] - table[count])
    back = (later < near).all(axis=1)
    return back.argmax() + 1 if back.any() else 0


def length_with(
    near=lambda away, v_away, tolerance: away < tolerance and v_away < tolerance,
    returned=lambda k: k,
    never=0,
    most=12,
    before=lambda steps: steps,
    velocity=lambda v, g, beta: beta * v + g,
):
    """cycle_length, or a wrong version where a part is replaced."""

    def wrong(gradient, theta, lr, beta, steps, tolerance):
        v = 0.0
        for _ in range(before(steps)):
            v = velocity(v, gradient(theta), beta)
            theta = theta - lr * v
        old_theta, old_v = theta, v
        for k in range(1, most + 1):
            v = velocity(v, gradient(theta), beta)
            theta = theta - lr * v
            if near(abs(theta - old_theta), abs(v - old_v), tolerance):
                return returned(k)
        return never

    return wrong


cycle_length.mistake(
    "only theta is compared. It may come back to the same place at another velocity, and then it "
    "goes on differently: compare v too.",
    length_with(near=lambda away, v_away, tolerance: away < tolerance),
)
cycle_length.mistake(
    "only v is compared. Compare theta too.",
    length_with(near=lambda away, v_away, tolerance: v_away < tolerance),
)
cycle_length.mistake(
    "it is enough for you that theta or v is near. Both must be.",
    length_with(near=lambda away, v_away, tolerance: away < tolerance or v_away < tolerance),
)
cycle_length.mistake(
    "the distance must be smaller than tolerance; exactly tolerance is not near enough.",
    length_with(near=lambda away, v_away, tolerance: away <= tolerance and v_away <= tolerance),
)
cycle_length.mistake(
    "the count is one too small: after the first further step it is 1.",
    length_with(returned=lambda k: k - 1),
)
cycle_length.mistake(
    "the search stops after 11 further steps. The twelfth counts too: range(1, 13).",
    length_with(most=11),
)
cycle_length.mistake(
    "the search goes on after 12 further steps. Return 0 then.", length_with(most=1000)
)
cycle_length.mistake(
    "you return 12 where theta and v do not come back within 12 steps. Return 0 there.",
    length_with(never=12),
)
cycle_length.mistake(
    "the first `steps` steps are left out, so this looks for a cycle at the very start.",
    length_with(before=lambda steps: 0),
)
cycle_length.mistake(
    "the velocity is forgotten: this is gradient descent.",
    length_with(velocity=lambda v, g, beta: g),
)
cycle_length.mistake(
    "the gradient is multiplied by 1 - beta. That is the mean convention; the sum adds g itself.",
    length_with(velocity=lambda v, g, beta: beta * v + (1 - beta) * g),
)


@cycle_length.mistake("theta moves with the old velocity. First the new velocity, then the step.")
def with_the_old_velocity(gradient, theta, lr, beta, steps, tolerance):
    v = 0.0
    for k in range(-steps, 13):
        if k == 0:
            old_theta, old_v = theta, v
        elif k > 0 and abs(theta - old_theta) < tolerance and abs(v - old_v) < tolerance:
            return k
        theta, v = theta - lr * v, beta * v + gradient(theta - lr * v)
    return 0


@cycle_length.mistake("the velocity is set to 0 again after the first steps. The ball goes on.")
def stopped(gradient, theta, lr, beta, steps, tolerance):
    v = 0.0
    for _ in range(steps):
        v = beta * v + gradient(theta)
        theta = theta - lr * v
    old_theta, old_v, v = theta, v, 0.0
    for k in range(1, 13):
        v = beta * v + gradient(theta)
        theta = theta - lr * v
        if abs(theta - old_theta) < tolerance and abs(v - old_v) < tolerance:
            return k
    return 0
