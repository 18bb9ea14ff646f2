"""Lesson 4, momentum: what its exercises check."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise
from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, momentum, sgd

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


def repaired(gradient, x, lr, beta, steps):
    v = np.zeros_like(x)
    for _ in range(steps):
        g = gradient(x)
        v = beta * v + g
        x = x - lr * (g + beta * v)
    return x


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
    return repaired(gradient, x, lr, beta, steps)


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


mistake = nesterov_walk.mistake


@mistake("this is the colleague's walk: beta * v enters twice, and there are two gradients a step.")
@walk_with
def as_it_was(gradient, x, v, lr, beta):
    here = gradient(x)
    ahead = gradient(x - lr * beta * v)
    v = beta * v + (here + ahead) / 2
    return x - lr * (ahead + beta * v + beta * v), v


@mistake("there are still two gradients a step. The one at x is enough.")
def two_gradients(gradient, x, lr, beta, steps):
    def twice(x):
        gradient(x)
        return gradient(x)

    return repaired(twice, x, lr, beta, steps)


@mistake("one gradient a step is right; beta * v still enters twice.")
@walk_with
def still_twice(gradient, x, v, lr, beta):
    g = gradient(x)
    v = beta * v + g
    return x - lr * (g + 2 * beta * v), v


@mistake("this is heavy ball. Nesterov's step is g + beta * v, with the new v.")
@walk_with
def heavy_instead(gradient, x, v, lr, beta):
    v = beta * v + gradient(x)
    return x - lr * v, v


@mistake(
    "this is x of the look-ahead form. Wanted is the walk of the points ahead, as in `nesterov`."
)
@walk_with
def look_ahead_form(gradient, x, v, lr, beta):
    v = beta * v + gradient(x - lr * beta * v)
    return x - lr * v, v


@mistake(
    "the velocity begins at 0 in every step, so it is forgotten. Set it once, before the loop."
)
@walk_with
def begins_anew(gradient, x, v, lr, beta):
    g = gradient(x)
    return x - lr * (g + beta * g), v


@mistake("the gradient is taken at x - lr * beta * v, but x is the point ahead already.")
@walk_with
def ahead_of_ahead(gradient, x, v, lr, beta):
    g = gradient(x - lr * beta * v)
    v = beta * v + g
    return x - lr * (g + beta * v), v


@exercise(
    "4.7",
    hints=[
        "Is there any noise in these gradients that could be averaged away?",
        "Compare the effective learning rates, and the directions in which gradients agree.",
    ],
)
def why_faster():
    return "b"


why_faster.mistake("there is no noise here: every gradient is exact.", lambda: "a")
why_faster.mistake(
    "there is only one hollow in this valley; nothing has to be escaped.", lambda: "c"
)
why_faster.mistake(
    "a mean of equal gradients is one gradient, and would gain nothing.", lambda: "d"
)
