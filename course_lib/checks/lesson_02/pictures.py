"""What the answers of lesson 2 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots, theory
from course_lib.optim import Optimizer, descend, sgd


def per_sample(answer):
    """Your gradients of 40 examples as points, with their mean."""
    X, y, best = _line_data(2)
    fig, axes = plots.figure(1, 2, sharex=True, sharey=True)
    for ax, theta, name in zip(
        axes, (best - 1, best), ("away from the best θ", "at the best θ"), strict=True
    ):
        g_each, g = answer(theta, X, y)
        ax.plot(*g_each.T, "o", color="0.5", ms=4, label="single examples")
        ax.plot(*g, "s", color=plots.COLOURS["red"], label="their mean")
        ax.set(title=name, xlabel="∂L/∂slope")
        ax.legend()
    axes[0].set(ylabel="∂L/∂intercept")
    return fig, (
        "Two clouds of 40 gradients with their means. Left, away from the best θ, the mean lies "
        "away from 0; right, at the best θ, the mean is 0 and the cloud around it is not a point."
    )


def stationary_variance(answer, curvature=2.0, s=1.5):
    """Your formula as a line, simulated floors as squares."""
    rates = np.geomspace(0.02, 0.9, 10)
    formula = [answer(float(lr), curvature, s) for lr in rates]
    fig, ax = plots.figure()
    ax.plot(rates, formula, color=plots.COLOURS["blue"], label="your formula")
    simulated = _simulated(rates, curvature, s)
    ax.plot(rates, simulated, "s", color=plots.COLOURS["red"], label="simulated")
    ax.set(xscale="log", yscale="log", xlabel="learning rate η", ylabel="mean of θ²")
    ax.legend()
    return fig, (
        "The mean of θ² against the learning rate, both axes logarithmic. The simulated squares lie "
        f"on the line of your formula, from {formula[0]:.3f} to {formula[-1]:.2f}: straight at "
        "first, and bent upwards near the limit."
    )


def floor_slope(answer):
    """Floors of small and of large learning rates with your slopes."""
    fig, ax = plots.figure()
    slopes = []
    groups = {"small": np.geomspace(0.01, 0.05, 5), "large": np.geomspace(0.6, 1.8, 5)}
    for k, (name, rates) in enumerate(groups.items()):
        floors = theory.stationary_variance(rates, curvature=1.0, s=1.0)
        slopes.append(answer(rates, floors))
        style = plots.line_style("", k)
        ax.plot(rates, floors, label=f"{name} rates: slope {slopes[-1]:.2f}", **style)
    ax.set(xscale="log", yscale="log", xlabel="learning rate η", ylabel="floor for λ = s = 1")
    ax.legend()
    return fig, (
        "The floor against the learning rate, both axes logarithmic. Your slope is "
        f"{slopes[0]:.2f} for small learning rates and {slopes[1]:.2f} for those near the limit."
    )


def decaying_sgd(answer, epochs=50):
    """The loss at the end of each epoch for your decay, and for hardly any."""
    rng = np.random.default_rng(7)
    X, y, best = _line_data(rng)
    minimum = np.mean((X @ best - y) ** 2)
    order = rng.integers(40, size=40 * epochs)
    columns = {}
    for name, half in (("constant 0.1", 1e12), ("inverse time, half after 50", 50.0)):
        thetas = [answer(np.zeros(2), X, y, order[: 40 * k], 0.1, half) for k in range(epochs + 1)]
        columns[name] = [np.mean((X @ theta - y) ** 2) - minimum for theta in thetas]
    ax = plots.curves(columns, ylabel="excess loss", log=True)
    levels = [np.mean(column[-10:]) for column in columns.values()]
    return ax.figure, (
        f"The excess loss in {epochs} epochs, on a logarithmic axis. The mean over the last ten is "
        f"{levels[0]:.3f} with a constant learning rate, {levels[1]:.4f} with inverse time."
    )


def running_mean(answer, steps=1000):
    """A noisy path in a bowl and its running mean: the squared distances from the minimum."""
    rng = np.random.default_rng(8)

    def f(theta):
        return (theta**2).sum(axis=-1) / 2, theta + rng.standard_normal(theta.shape)

    path = descend(f, (3.0, -3.0), Optimizer(sgd, lr=0.1), steps=steps)
    means = answer(path, 100)
    of_path, of_mean = ((points**2).sum(axis=1) for points in (path, means))
    fig, ax = plots.figure()
    ax.plot(of_path, lw=0.8, color="0.6", label="path")
    at = np.arange(100, steps + 1)
    ax.plot(at, of_mean, "--", color=plots.COLOURS["red"], label="mean since step 100")
    ax.set(yscale="log", xlabel="step", ylabel="squared distance from the minimum")
    ax.legend()
    return fig, (
        "The squared distance on a logarithmic axis. That of the path levels out at about "
        f"{of_path[-200:].mean():.2f}; that of your running mean falls to about "
        f"{of_mean[-200:].mean():.4f}."
    )


def fixed_order(answer, N=12, epochs=6):
    """Each row of the data against the step in which it comes."""
    order = answer(N, epochs, 1)
    fig, ax = plots.figure(size=(7, 3.2))
    ax.plot(order, "o", ms=5, color=plots.COLOURS["blue"])
    for epoch in range(1, epochs):
        ax.axvline(epoch * N - 0.5, color="0.5", ls="--", lw=1)
    ax.set(xlabel="step", ylabel="row of the data", yticks=range(0, N, 2))
    return fig, (
        f"A dot for each of {len(order)} steps at the row that it takes. Between two dashed lines, "
        f"an epoch, there is one dot in each of the {N} rows, in another order each time."
    )


def _line_data(seed):
    """40 points around a line: X with its ones, y, and the best θ."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.uniform(-1, 2, 40), np.ones(40)])
    y = X @ [1.5, 0.5] + 0.8 * rng.standard_normal(40)
    return X, y, theory.least_squares(X, y)


def _simulated(rates, curvature, s, runs=400, steps=500):
    """The mean of θ² after many noisy steps, one for each of the rates (n,)."""
    rng = np.random.default_rng(3)

    def f(theta):
        noise = s * rng.standard_normal(theta.shape)
        return curvature / 2 * theta[..., 0] ** 2, curvature * theta + noise

    start = np.zeros((runs, len(rates), 1))
    path = descend(f, start, Optimizer(sgd, lr=rates), steps=steps)
    return np.mean(path[-100:, ..., 0] ** 2, axis=(0, 1))
