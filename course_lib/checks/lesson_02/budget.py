"""Exercise 2.12: the best constant learning rate for a given number of steps."""

import numpy as np

from course_lib.checks import exercise

RATES = np.array([0.02, 0.1, 0.3, 0.6, 1.1])


@exercise(
    "2.12",
    inputs=[
        (RATES, 3, 5.0, 1.0, 1.0),
        (RATES, 40, 5.0, 1.0, 2.0),
        (RATES, 10, 0.5, 0.5, 3.0),
        (np.array([0.4, 0.2, 0.1]), 1, 3.0, 2.0, 0.5),
        (RATES, 10, 4.0, 2.0, 0.0),
        (np.array([0.5, 0.05, 0.2]), 0, 2.0, 1.0, 1.0),
    ],
    returns="rate v",
    hints=[
        "One step turns the mean of θ², v, into (1 - ηλ)² v + η² s². What is v before the first "
        "step?",
        "Repeat this `steps` times for each rate. As `rates` is an array, v can be one too: "
        "one number for each rate.",
        "np.argmin(v) is the place of the smallest v; the rate itself stands at this place in "
        "`rates`.",
    ],
)
def best_rate(rates, steps, start, curvature, s):
    v = np.full(len(rates), start**2)
    for _ in range(steps):
        v = (1 - rates * curvature) ** 2 * v + rates**2 * s**2
    return rates[np.argmin(v)], np.min(v)


@best_rate.also_right
def one_rate_at_a_time(etas, count, theta, lam, noise):
    best, lowest = None, np.inf
    for eta in etas:
        v = theta * theta
        for _ in range(count):
            v = v - 2 * eta * lam * v + (eta * lam) ** 2 * v + (eta * noise) ** 2
        if v < lowest:
            best, lowest = eta, v
    return best, lowest


@best_rate.also_right
def by_the_closed_form(rates, steps, start, curvature, s):
    left = (1 - rates * curvature) ** (2 * steps)
    floor = rates * s**2 / (curvature * (2 - rates * curvature))
    v = left * start**2 + (1 - left) * floor
    k = v.argmin()
    return rates[k], v[k]


def best_with(
    step=lambda v, rates, curvature, s: (1 - rates * curvature) ** 2 * v + rates**2 * s**2,
    first=lambda start: start**2,
    extra=0,
    pick=np.argmin,
):
    """The right answer, or a wrong one where a part is replaced."""

    def wrong(rates, steps, start, curvature, s):
        v = first(start) * np.ones(len(rates))
        for _ in range(max(steps + extra, 0)):
            v = step(v, rates, curvature, s)
        return rates[pick(v)], v[pick(v)]

    return wrong


best_rate.mistake(
    "v starts as θ. It is the mean of θ², so it starts as start**2.",
    best_with(first=lambda start: start),
)
best_rate.mistake(
    "v starts at 0, as if θ began at the minimum. It starts as start**2.",
    best_with(first=lambda start: 0.0),
)
best_rate.mistake(
    "the noise is missing: each step adds η² s².",
    best_with(lambda v, rates, curvature, s: (1 - rates * curvature) ** 2 * v),
)
best_rate.mistake(
    "the factor of a step is not squared: θ is multiplied by 1 - ηλ, so θ² by its square.",
    best_with(lambda v, rates, curvature, s: (1 - rates * curvature) * v + rates**2 * s**2),
)
best_rate.mistake(
    "s lacks its square: the variance of the noise is s².",
    best_with(lambda v, rates, curvature, s: (1 - rates * curvature) ** 2 * v + rates**2 * s),
)
best_rate.mistake(
    "the learning rate in front of the noise lacks its square: a step adds η² s².",
    best_with(lambda v, rates, curvature, s: (1 - rates * curvature) ** 2 * v + rates * s**2),
)
best_rate.mistake(
    "the curvature is not used: the factor of a step is 1 - ηλ.",
    best_with(lambda v, rates, curvature, s: (1 - rates) ** 2 * v + rates**2 * s**2),
)
best_rate.mistake("there is one step too many.", best_with(extra=1))
best_rate.mistake("there is one step too few.", best_with(extra=-1))
best_rate.mistake(
    "this is the rate with the largest v. The smallest is best.", best_with(pick=np.argmax)
)


@best_rate.mistake(
    "you returned the place of the rate in the list. Return the rate itself: rates[k]."
)
def place(rates, steps, start, curvature, s):
    rate, v = best_rate.reference(rates, steps, start, curvature, s)
    return list(rates).index(rate), v


@best_rate.mistake(
    "the rate is right. The second number is ½ λ v, the mean loss; return v, the mean of θ²."
)
def loss(rates, steps, start, curvature, s):
    rate, v = best_rate.reference(rates, steps, start, curvature, s)
    return rate, curvature / 2 * v


@best_rate.mistake(
    "this is v after infinitely many steps. After `steps` steps a part of the start is left."
)
def stationary(rates, steps, start, curvature, s):
    with np.errstate(divide="ignore", invalid="ignore"):
        v = rates * s**2 / (curvature * np.maximum(2 - rates * curvature, 1e-300))
    return rates[np.argmin(v)], np.min(v)


@best_rate.mistake("the order is rate, v.")
def swapped(rates, steps, start, curvature, s):
    return best_rate.reference(rates, steps, start, curvature, s)[::-1]


@best_rate.mistake(
    "v starts as θ, one number. It is the mean of θ², start**2, and each rate needs a v of its own."
)
def one_start(rates, steps, start, curvature, s):
    v = start
    for _ in range(steps):
        v = (1 - rates * curvature) ** 2 * v + rates**2 * s**2
    return rates[np.argmin(v)], v[np.argmin(v)]


@best_rate.mistake("v goes on from one rate to the next. Each rate begins again with start**2.")
def carried_over(rates, steps, start, curvature, s):
    v, reached = start**2, []
    for rate in rates:
        for _ in range(steps):
            v = (1 - rate * curvature) ** 2 * v + rate**2 * s**2
        reached.append(v)
    return rates[np.argmin(reached)], min(reached)
