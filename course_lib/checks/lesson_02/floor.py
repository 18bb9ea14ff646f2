"""Exercises 2.2 and 2.3: how high the noise floor is, and how it rises with the learning rate."""

import numpy as np

from course_lib import plots
from course_lib.checks import exercise
from course_lib.optim import Optimizer, descend, sgd


@exercise(
    "2.2",
    inputs=[(0.1, 2.0, 3.0), (0.5, 1.0, 0.5), (0.02, 10.0, 1.0)],
    returns="v",
    hints=[
        "The mean of θ² no longer changes. What does a step make of it? Set that equal to v.",
        "v = (1 - η λ)² v + η² s². Bring both terms with v to one side.",
        "v (1 - (1 - η λ)²) = η² s², and 1 - (1 - η λ)² = η λ (2 - η λ).",
    ],
)
def stationary_variance(lr, curvature, s):
    return lr * s**2 / (curvature * (2 - lr * curvature))


@stationary_variance.also_right
def before_it_is_simplified(eta, lam, noise):
    return (eta * noise) ** 2 / (1 - (1 - eta * lam) ** 2)


@stationary_variance.also_right
def by_many_steps(lr, curvature, s):
    v = 0.0
    for _ in range(2000):
        v = (1 - lr * curvature) ** 2 * v + lr**2 * s**2
    return v


mistake = stationary_variance.mistake
mistake(
    "this is what one step adds, η² s². What was there before shrinks, but does not vanish.",
    lambda lr, curvature, s: lr**2 * s**2,
)
mistake(
    "this is the approximation for a small η λ. The denominator is λ (2 - η λ), not 2 λ.",
    lambda lr, curvature, s: lr * s**2 / (2 * curvature),
)
mistake(
    "s stands without its square: the variance of the noise is s².",
    lambda lr, curvature, s: lr * s / (curvature * (2 - lr * curvature)),
)
mistake(
    "this is the standard deviation, the root of the mean of θ².",
    lambda lr, curvature, s: np.sqrt(lr * s**2 / (curvature * (2 - lr * curvature))),
)
mistake(
    "the learning rate is squared once too often: one of the two in η² s² is cancelled by the η "
    "in 1 - (1 - η λ)².",
    lambda lr, curvature, s: lr**2 * s**2 / (curvature * (2 - lr * curvature)),
)
mistake(
    "the factor of a step is not squared: θ shrinks by 1 - η λ, so θ² by its square.",
    lambda lr, curvature, s: lr**2 * s**2 / (lr * curvature),
)
mistake(
    "this is the mean height ½ λ v of the loss. The mean of θ² is asked for.",
    lambda lr, curvature, s: lr * s**2 / (2 * (2 - lr * curvature)),
)
mistake(
    "λ is missing before the bracket: 1 - (1 - η λ)² = η λ (2 - η λ).",
    lambda lr, curvature, s: lr * s**2 / (2 - lr * curvature),
)


def simulated(rates, curvature, s, runs=400, steps=500):
    """The mean of θ² after many noisy steps, one for each of the rates (n,)."""
    rng = np.random.default_rng(3)

    def f(theta):
        noise = s * rng.standard_normal(theta.shape)
        return curvature / 2 * theta[..., 0] ** 2, curvature * theta + noise

    start = np.zeros((runs, len(rates), 1))
    path = descend(f, start, Optimizer(sgd, lr=rates), steps=steps)
    return np.mean(path[-100:, ..., 0] ** 2, axis=(0, 1))


@stationary_variance.draws
def formula_and_simulation(answer, curvature=2.0, s=1.5):
    """The student's formula as a line, simulated floors as dots."""
    rates = np.geomspace(0.02, 0.9, 10)
    formula = [answer(float(lr), curvature, s) for lr in rates]
    found = simulated(rates, curvature, s)
    fig, ax = plots.figure()
    ax.plot(rates, formula, color=plots.COLOURS["blue"], label="your formula")
    ax.plot(rates, found, "s", color=plots.COLOURS["red"], label="simulated")
    ax.set(xscale="log", yscale="log", xlabel="learning rate η", ylabel="mean of θ²")
    ax.legend()
    return fig, (
        "The mean of θ² against the learning rate, both axes logarithmic. The simulated squares lie "
        f"on the line of your formula, from {formula[0]:.3f} to {formula[-1]:.2f}: straight at "
        "first, and bent upwards near the limit."
    )


RATES = np.array([0.01, 0.02, 0.05, 0.1])


@exercise(
    "2.3",
    inputs=[
        (RATES, 3 * RATES),
        (RATES, 0.5 * RATES**2),
        (np.array([0.1, 0.3, 0.9, 1.2]), np.array([0.2, 0.5, 4.0, 5.0])),
    ],
    returns="slope",
    hints=[
        "If floor = c · η^p, then log floor = log c + p log η: a straight line whose slope is p.",
        "np.polyfit(a, b, 1) fits a line to points (a, b) by least squares, "
        "and returns its slope first.",
        "Give it np.log(rates) and np.log(floors), and return the first of the two numbers.",
    ],
)
def floor_slope(rates, floors):
    return np.polyfit(np.log(rates), np.log(floors), 1)[0]


@floor_slope.also_right
def by_least_squares(etas, heights):
    a = np.log10(etas) - np.log10(etas).mean()
    return a @ np.log10(heights) / (a @ a)


mistake = floor_slope.mistake
mistake(
    "the line is fitted without logarithms. Its slope depends on the units; the power does not.",
    lambda rates, floors: np.polyfit(rates, floors, 1)[0],
)
mistake(
    "only the floors are logarithms. Take those of the rates too.",
    lambda rates, floors: np.polyfit(rates, np.log(floors), 1)[0],
)
mistake(
    "only the rates are logarithms. Take those of the floors too.",
    lambda rates, floors: np.polyfit(np.log(rates), floors, 1)[0],
)
mistake(
    "rates and floors are exchanged: the floor is what depends on the rate.",
    lambda rates, floors: np.polyfit(np.log(floors), np.log(rates), 1)[0],
)
mistake(
    "this is the intercept of the line. np.polyfit returns the slope first.",
    lambda rates, floors: np.polyfit(np.log(rates), np.log(floors), 1)[1],
)
mistake(
    "this is the slope between the first and the last point. Fit a line to all of them.",
    lambda rates, floors: np.log(floors[-1] / floors[0]) / np.log(rates[-1] / rates[0]),
)
mistake(
    "this is the mean of log floor / log rate. That is the slope only of a line through the origin.",
    lambda rates, floors: np.mean(np.log(floors) / np.log(rates)),
)


@floor_slope.draws
def two_slopes(answer):
    """Floors of small and of large learning rates with the student's slopes."""
    fig, ax = plots.figure()
    slopes = []
    groups = {"small": np.geomspace(0.01, 0.05, 5), "large": np.geomspace(0.6, 1.8, 5)}
    for k, (name, rates) in enumerate(groups.items()):
        floors = rates / (2 - rates)
        slopes.append(answer(rates, floors))
        style = plots.line_style("", k)
        ax.plot(rates, floors, label=f"{name} rates: slope {slopes[-1]:.2f}", **style)
    ax.set(xscale="log", yscale="log", xlabel="learning rate η", ylabel="floor for λ = s = 1")
    ax.legend()
    return fig, (
        "The floor against the learning rate, both axes logarithmic. Your slope is "
        f"{slopes[0]:.2f} for small learning rates and {slopes[1]:.2f} for those near the limit."
    )
