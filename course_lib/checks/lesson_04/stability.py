"""Exercise 4.13: the largest learning rate for which a rule converges, by trying."""

import numpy as np

from course_lib.checks import exercise


def heavy(beta):
    """A step of heavy ball with this β."""

    def heavy_ball(theta, g, v, lr):
        v = beta * v + g
        return theta - lr * v, v

    return heavy_ball


def ahead(beta):
    """A step of Nesterov's momentum with this β."""

    def nesterov(theta, g, v, lr):
        v = beta * v + g
        return theta - lr * (g + beta * v), v

    return nesterov


@exercise(
    "4.13",
    inputs=[
        (heavy(0.5), 1.0, np.array([0.5, 2.5, 2.9, 3.1, 4.0]), 60),
        (ahead(0.9), 10.0, np.array([0.2, 0.15, 0.13, 0.25, 0.11, 0.05]), 40),
        (heavy(0.0), 1.0, np.array([1.0, 2.0, 0.5]), 10),
        (heavy(0.0), 4.0, np.array([0.75, 0.625, 0.5]), 5),
        (heavy(0.8), 2.0, np.array([1.78, 0.09, 1.26, 1.62]), 6),
        (heavy(0.9), 2.0, np.array([1.8, 0.1, 0.57, 2.28]), 5),
        (heavy(0.9), 1.0, np.array([0.4, 3.7, 2.0]), 4),
        (heavy(0.9), 2.0, np.array([1.11, 1.46, 0.52, 0.45]), 3),
        (heavy(0.0), 1.0, np.array([0.25, 0.875, 1.5]), 10),
    ],
    returns="lr",
    hints=[
        "For each lr start again with theta = 1.0 and v = 0.0, and take `steps` steps.",
        "One step is theta, v = step(theta, curvature * theta, v, lr). Look at abs(theta) after the "
        "last step only.",
        "Collect each lr with abs(theta) < 1 in a list that begins as [0.0], and return its max().",
    ],
)
def largest_stable(step, curvature, lrs, steps):
    best = 0.0
    for lr in lrs:
        theta, v = 1.0, 0.0
        for _ in range(steps):
            theta, v = step(theta, curvature * theta, v, lr)
        if abs(theta) < 1:
            best = max(best, lr)
    return best


@largest_stable.also_right
def all_at_once(rule, curvature, rates, count):
    theta, v = np.ones(len(rates)), np.zeros(len(rates))
    for _ in range(count):
        theta, v = rule(theta, curvature * theta, v, rates)
    return rates[np.abs(theta) < 1].max(initial=0)


def trial(
    returned=lambda lrs, ends: max(
        [0.0, *(lr for lr, end in zip(lrs, ends, strict=True) if abs(end) < 1)]
    ),
    steps=lambda steps: steps,
    gradient=lambda curvature, theta: curvature * theta,
    forget=False,
    carry=False,
    leaves=False,
):
    """largest_stable, or a wrong version where a part is replaced; `ends` are the last theta."""

    def wrong(step, curvature, lrs, count):
        ends, v = [], 0.0
        for lr in lrs:
            theta, v, largest = 1.0, v if carry else 0.0, 0.0
            for _ in range(steps(count)):
                theta, v = step(theta, gradient(curvature, theta), 0.0 if forget else v, lr)
                largest = max(largest, abs(theta))
            ends.append(largest if leaves else theta)
        return returned(lrs, ends)

    return wrong


def stable(lrs, ends):
    return [lr for lr, end in zip(lrs, ends, strict=True) if abs(end) < 1]


largest_stable.mistake(
    "abs(theta) is needed: a theta below -1 has diverged too.",
    trial(
        returned=lambda lrs, ends: max([0.0, *(x for x, e in zip(lrs, ends, strict=True) if e < 1)])
    ),
)
largest_stable.mistake(
    "at the end |theta| must be smaller than 1. Where it is exactly 1, it has not become smaller.",
    trial(
        returned=lambda lrs, ends: max(
            [0.0, *(x for x, e in zip(lrs, ends, strict=True) if abs(e) <= 1)]
        )
    ),
)
largest_stable.mistake(
    "the velocity is carried over from one learning rate to the next. Set v = 0.0 again for each lr.",
    trial(carry=True),
)
largest_stable.mistake(
    "you stop as soon as |theta| reaches 1. It may come back: look at theta after the last step only.",
    trial(leaves=True),
)
largest_stable.mistake(
    "the velocity is set to 0 in every step. Pass on the v that step returned.", trial(forget=True)
)
largest_stable.mistake(
    "one step is missing: there are `steps` of them.", trial(steps=lambda count: count - 1)
)
largest_stable.mistake(
    "there is one step too many: there are `steps` of them.", trial(steps=lambda count: count + 1)
)
largest_stable.mistake(
    "the number of steps is fixed. Take as many as the argument `steps` says.",
    trial(steps=lambda count: 500),
)
largest_stable.mistake(
    "you returned the index, not the learning rate: return lrs[k], not k.",
    lambda step, curvature, lrs, steps: float(
        np.flatnonzero(lrs == largest_stable.reference(step, curvature, lrs, steps)).sum()
    ),
)
largest_stable.mistake(
    "this is the smallest learning rate that fails. Return the largest that passes.",
    trial(returned=lambda lrs, ends: min(set(lrs) - set(stable(lrs, ends)))),
)
largest_stable.mistake(
    "this is the smallest learning rate that passes. Return the largest.",
    trial(returned=lambda lrs, ends: min(stable(lrs, ends), default=0.0)),
)
largest_stable.mistake(
    "this is the last one in the list that passes. The list need not rise: return the largest.",
    trial(returned=lambda lrs, ends: [0.0, *stable(lrs, ends)][-1]),
)
largest_stable.mistake(
    "this is the largest of all learning rates, whether it passes or not.",
    trial(returned=lambda lrs, ends: max(lrs)),
)
largest_stable.mistake(
    "the curvature is left out: the gradient is curvature * theta, not theta.",
    trial(gradient=lambda curvature, theta: theta),
)
largest_stable.mistake(
    "the curvature counts half. The gradient of ½ curvature theta² is curvature * theta.",
    trial(gradient=lambda curvature, theta: curvature / 2 * theta),
)


largest_stable.mistake(
    "the curvature counts twice. The gradient of ½ curvature theta² is curvature * theta.",
    trial(gradient=lambda curvature, theta: 2 * curvature * theta),
)


@largest_stable.mistake(
    "you stop at the first learning rate that fails. The list need not rise: try all of them."
)
def stops_at_the_first(step, curvature, lrs, steps):
    best = 0.0
    for lr in lrs:
        if largest_stable.reference(step, curvature, np.array([lr]), steps) == 0:
            break
        best = max(best, lr)
    return best


@largest_stable.mistake(
    "theta and v are carried over from one learning rate to the next. Start again for each."
)
def goes_on(step, curvature, lrs, steps):
    best, theta, v = 0.0, 1.0, 0.0
    for lr in lrs:
        for _ in range(steps):
            theta, v = step(theta, curvature * theta, v, lr)
        if abs(theta) < 1:
            best = max(best, lr)
    return best


@largest_stable.mistake(
    "you stop at the smallest learning rate that fails. After few steps a larger one may still pass: "
    "try all of them."
)
def stops_in_order(step, curvature, lrs, steps):
    return stops_at_the_first(step, curvature, np.sort(lrs), steps)
