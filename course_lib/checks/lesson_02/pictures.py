"""What the answers of lesson 2 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots, theory
from course_lib.optim import Optimizer, descend, sgd


def later_half(answer, steps=1000):
    """The squared distance from the minimum: of a noisy path, and of the means of its later half."""
    rng = np.random.default_rng(8)

    def f(theta):
        return (theta**2).sum(axis=-1) / 2, theta + rng.standard_normal(theta.shape)

    path = descend(f, (3.0, -3.0), Optimizer(sgd, lr=0.1), steps=steps)
    of_path, of_mean = ((points**2).sum(axis=1) for points in (path, answer(path)))
    fig, ax = plots.figure()
    ax.plot(of_path, lw=0.8, color="0.6", label="path")
    ax.plot(of_mean, "--", color=plots.COLOURS["red"], label="mean of the later half")
    ax.set(yscale="log", xlabel="step", ylabel="squared distance from the minimum")
    ax.legend()
    return fig, (
        "The squared distance on a logarithmic axis. That of the path levels out at about "
        f"{of_path[-200:].mean():.2f}; that of the mean of its later half falls to about "
        f"{of_mean[-200:].mean():.4f}."
    )


def unfair_gradients(answer):
    """The gradients of a fair draw, and of one in which long gradients are drawn more often."""
    X, y, best = _line_data(2)
    theta, fair = best - 0.3, np.full(40, 1 / 40)
    lengths = np.linalg.norm(answer(theta, X, y, fair)[0], axis=1)
    fig, axes = plots.figure(1, 2, sharex=True, sharey=True)
    noises = []
    for ax, p, name in zip(axes, (fair, lengths / lengths.sum()), ("fair", "unfair"), strict=True):
        g_each, noise = answer(theta, X, y, p)
        noises.append(noise)
        ax.scatter(*g_each.T, s=1000 * p, color="0.5", label="examples, area: chance")
        ax.plot(*(p @ g_each), "s", color=plots.COLOURS["red"], label="expected gradient")
        ax.set(title=f"{name}: noise {noise:.2f}", xlabel="∂L/∂slope")
        ax.legend()
    axes[0].set(ylabel="∂L/∂intercept")
    return fig, (
        "Two clouds of 40 gradients around the same expected gradient. Left, all are equally "
        "likely, and the "
        f"noise is {noises[0]:.2f}. Right, chances are in proportion to the length of the "
        f"gradient: the points "
        f"lie on a ring of one radius, and the noise is {noises[1]:.2f}."
    )


def sgd_until(answer, epochs=40):
    """The loss of SGD with a constant learning rate, with noise in the targets and without."""
    rng = np.random.default_rng(7)
    X, y, best = _line_data(rng)
    order = rng.integers(40, size=40 * epochs)
    columns, stops = {}, []
    for name, targets in (("noise in y", y), ("no noise", X @ best)):
        ends = [
            answer(np.zeros(2), X, targets, order[: 10 * k], 0.1, 1e-10) for k in range(4 * epochs)
        ]
        columns[name] = [np.mean((X @ theta - targets) ** 2) for theta, _ in ends]
        stops.append(ends[-1][1])
    ax = plots.curves(columns, x=10 * np.arange(4 * epochs), xlabel="steps at most", log=True)
    return ax.figure, (
        "The loss where your function stops, on a logarithmic axis, against the number of steps "
        "it may take. "
        f"With noise it stays near {np.mean(columns['noise in y'][-20:]):.2f}. Without noise it "
        f"falls in a "
        f"straight line to 1e-10, which it reaches after {stops[1]} steps."
    )


def best_rate(answer, start=10.0):
    """The best rate of a grid for each number of steps, and the v that it reaches."""
    rates, budgets = np.geomspace(0.002, 1, 60), np.unique(np.geomspace(1, 2000, 25).astype(int))
    found = np.array([answer(rates, int(steps), start, 1.0, 1.0) for steps in budgets])
    fig, axes = plots.figure(1, 2)
    for ax, column, name in zip(axes, found.T, ("best rate", "mean of θ² with it"), strict=True):
        ax.plot(budgets, column)
        ax.set(xscale="log", yscale="log", xlabel="number of steps", ylabel=name)
    return fig, (
        "Two falling curves against the number of steps, all axes logarithmic. The best rate "
        "goes from "
        f"{found[0, 0]:.2f} for one step to {found[-1, 0]:.4f} for {budgets[-1]}; the mean of θ² "
        f"from "
        f"{found[0, 1]:.2f} to {found[-1, 1]:.4f}."
    )


def best_rates(answer, steps=60):
    """One divided by your rates: a straight line, so the rates are inverse time."""
    fig, ax = plots.figure()
    ends = []
    for k, (v, s) in enumerate(((25.0, 1.0), (4.0, 3.0), (1.0, 6.0))):
        inverse = 1 / answer(v, 1.0, s, steps)
        style = plots.line_style("", k) | {"marker": ""}
        ax.plot(np.arange(1, steps + 1), inverse, label=f"v = {v:g}, s = {s:g}", **style)
        ends.append(f"from {inverse[0]:.1f} to {inverse[-1]:.1f}")
    ax.set(xlabel="step", ylabel="1 / best rate")
    ax.legend()
    return fig, (
        f"Three straight parallel lines: 1 / η rises by λ = 1 in each step, {ends[0]}, {ends[1]} "
        f"and {ends[2]}."
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
