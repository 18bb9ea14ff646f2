"""Which learning rates, which momentum: exercises 4.3 to 4.5."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise
from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, momentum, sgd


@exercise(
    "4.3",
    inputs=[(0.1, 0.9), (2.0, 0.5), (0.03, 0.99), (0.4, 0.0)],
    returns="lr_sum",
    hints=[
        "Let the gradient stay 1 for a long time. How far does a step go in each convention?",
        "The sum goes lr_sum / (1 - beta), the mean goes lr_ema. Make the two equal.",
    ],
)
def sum_lr(lr_ema, beta):
    return (1 - beta) * lr_ema


@sum_lr.also_right
def from_two_steps(rate, keep):
    return rate - keep * rate


sum_lr.mistake(
    "this is the way back, from the sum to the mean. A sum of gradients is larger than their mean, so "
    "its learning rate is smaller.",
    lambda lr_ema, beta: lr_ema / (1 - beta),
)
sum_lr.mistake(
    "the factor is 1 - beta, the share of the new gradient in the mean, not beta.",
    lambda lr_ema, beta: beta * lr_ema,
)
sum_lr.mistake(
    "the learning rate is unchanged. The two conventions weigh the gradient differently.",
    lambda lr_ema, beta: lr_ema,
)
sum_lr.mistake("the factor is 1 - beta, not 1 + beta.", lambda lr_ema, beta: (1 + beta) * lr_ema)
sum_lr.mistake(
    "beta is subtracted from lr. Multiply lr by 1 - beta.", lambda lr_ema, beta: lr_ema - beta
)


@exercise(
    "4.4",
    inputs=[(1.0, 100.0), (1.0, 25.0), (0.5, 8.0), (3.0, 3.0)],
    returns="lr beta",
    hints=[
        "Both numbers need the square roots of the curvatures, not the curvatures.",
        "lr is 4 divided by the square of the sum of the two roots.",
        "With low and high for the roots, beta is the square of (high - low) / (high + low).",
    ],
)
def best_pair(smallest, largest):
    low, high = np.sqrt(smallest), np.sqrt(largest)
    return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2


@best_pair.also_right
def by_the_condition_number(smallest, largest):
    share = (np.sqrt(largest / smallest) - 1) / (np.sqrt(largest / smallest) + 1)
    return (1 + share) ** 2 / largest, share**2


def pair_with(lr=None, beta=None):
    """The right pair with its lr or its beta replaced by a function of smallest and largest."""

    def wrong(smallest, largest):
        right = best_pair.reference(smallest, largest)
        return (
            lr(smallest, largest) if lr else right[0],
            beta(smallest, largest) if beta else right[1],
        )

    return wrong


def share(smallest, largest):
    return (np.sqrt(largest) - np.sqrt(smallest)) / (np.sqrt(largest) + np.sqrt(smallest))


mistake = best_pair.mistake
mistake(
    "beta is the rate, not yet squared. Of heavy ball beta is its square.", pair_with(beta=share)
)
mistake(
    "the square roots are missing in beta: it uses kappa where sqrt(kappa) is meant.",
    pair_with(beta=lambda m, L: ((L - m) / (L + m)) ** 2),
)
mistake(
    "lr is that of plain descent, 2 / (largest + smallest). With momentum the best is larger.",
    pair_with(lr=lambda m, L: 2 / (L + m)),
)
mistake(
    "lr is 1 / largest, Nesterov's choice. Heavy ball can take more.",
    pair_with(lr=lambda m, L: 1 / L),
)
mistake(
    "this is Nesterov's pair, 1 / largest and the share without its square. Wanted is heavy ball's.",
    pair_with(lambda m, L: 1 / L, share),
)
mistake(
    "the square is missing in lr: 4 / (low + high) ** 2, with low and high the roots.",
    pair_with(lr=lambda m, L: 4 / (np.sqrt(L) + np.sqrt(m))),
)
mistake(
    "lr uses the curvatures and not their square roots: 4 / (low + high) ** 2 has the roots.",
    pair_with(lr=lambda m, L: 4 / (L + m) ** 2),
)
mistake(
    "lr is lr times largest, as in a valley scaled to largest = 1. The input has its own scale.",
    pair_with(lr=lambda m, L: 4 * L / (np.sqrt(L) + np.sqrt(m)) ** 2),
)


@best_pair.mistake("the order is lr, beta, and here beta comes first.")
def turned_round(smallest, largest):
    return best_pair.reference(smallest, largest)[::-1]


@best_pair.draws
def race(answer, steps=200):
    """The student's pair against plain descent in a valley."""
    valley = quadratic(50)
    lr, beta = answer(1.0, 50.0)
    heavy = descend(valley, (1, 1), Optimizer(momentum, lr=lr, beta=beta), steps)
    plain = descend(valley, (1, 1), Optimizer(sgd, lr=2 / 51), steps)
    losses = {"momentum": valley(heavy)[0], "sgd": valley(plain)[0]}
    ax = plots.curves(losses, xlabel="step", log=True)
    ax.set(title="A valley with κ = 50", ylim=(1e-12, 1e3))
    return ax.figure, (
        f"The loss in a valley with κ = 50. After {steps} steps it is {losses['sgd'][-1]:.0e} for "
        "plain descent with its best learning rate; heavy ball with your pair has left the picture."
    )


rising = np.linspace(0.1, 4.1, 41)


@exercise(
    "4.5",
    inputs=[
        (1.0, 0.5, rising + 0.013),
        (10.0, 0.9, rising / 10 + 0.0021),
        (2.0, 0.0, rising / 2 + 0.007),
        (0.5, 0.3, rising * 2 + 0.013),
    ],
    returns="lr",
    hints=[
        "For each lr begin anew with theta = 1.0 and v = 0.0, and walk 500 steps.",
        "The gradient is curvature * theta; the step is heavy ball's of exercise 4.1.",
        "Keep the lr whenever abs(theta) < 1 at the end. They rise, so the last kept is the largest.",
    ],
)
def largest_that_settles(curvature, beta, lrs):
    best = np.nan
    for lr in lrs:
        theta, v = 1.0, 0.0
        for _ in range(500):
            v = beta * v + curvature * theta
            theta = theta - lr * v
        if abs(theta) < 1:
            best = lr
    return best


@largest_that_settles.also_right
def all_at_once(curvature, beta, lrs):
    theta, v = np.ones(len(lrs)), np.zeros(len(lrs))
    for _ in range(500):
        v = beta * v + curvature * theta
        theta = theta - lrs * v
    return lrs[np.abs(theta) < 1].max()


@largest_that_settles.also_right
def by_the_limit(curvature, beta, lrs):
    return lrs[lrs * curvature < 2 * (1 + beta)][-1]


mistake = largest_that_settles.mistake
mistake(
    "the velocity is forgotten between the steps: this is the limit of plain descent.",
    lambda curvature, beta, lrs: by_the_limit(curvature, 0.0, lrs),
)
mistake(
    "the place in the list came, not the learning rate: return lrs[k], not k.",
    lambda curvature, beta, lrs: float(np.sum(lrs * curvature < 2 * (1 + beta)) - 1),
)
mistake(
    "this is the first that diverges. Wanted is the last that settles.",
    lambda curvature, beta, lrs: lrs[lrs * curvature > 2 * (1 + beta)][0],
)
mistake(
    "this is the smallest that settles. Do not stop at the first one.",
    lambda curvature, beta, lrs: lrs[0],
)
mistake(
    "the curvature is left out: the gradient is curvature * theta, not theta.",
    lambda curvature, beta, lrs: by_the_limit(1.0, beta, lrs),
)
mistake(
    "the curvature counts half. The gradient of ½ curvature theta² is curvature * theta.",
    lambda curvature, beta, lrs: by_the_limit(curvature / 2, beta, lrs),
)
