"""What the answers of lesson 1 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots, theory
from course_lib.checks.lesson_01.conversion import LENGTHS
from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, sgd


def loss_and_gradient(answer, steps=60, lr=0.15):
    """Your gradient at work: a line fitted to points, and the loss on the way."""
    x = np.linspace(-2, 2, 30)
    y = 1.5 * x - 0.5 + 0.6 * np.random.default_rng(1).standard_normal(30)
    w, b, lines, losses = np.zeros(1), 0.0, [], []
    for _ in range(steps + 1):
        loss, d_w, d_b = answer(w, b, x[:, None], y)
        lines.append((w[0], b))
        losses.append(loss)
        w, b = w - lr * d_w, b - lr * d_b
    fig, (fit, curve) = plots.figure(1, 2)
    fit.plot(x, y, "o", color=plots.COLOURS["black"], label="data")
    for step, dash in ((0, ":"), (2, "--"), (steps, "-")):
        slope, height = lines[step]
        fit.plot(x, slope * x + height, dash, label=f"step {step}")
    fit.set(title="The line at three steps", xlabel="x", ylabel="y")
    fit.legend()
    curve.plot(losses)
    curve.set(title="Mean squared error", xlabel="step", ylabel="loss")
    return fig, (
        f"Left: 30 points and the line found with your gradient, which ends at "
        f"y = {_line(slope, 'x', height, 2)}. Right: the loss falls from {losses[0]:.2f} to "
        f"{losses[-1]:.2f} in {steps} steps of gradient descent with learning rate {lr}."
    )


def largest_step(answer, steps=150):
    """Two descents, one with 0.99 and one with 1.01 of your limit."""
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 3, 40)
    X, y = np.column_stack([x, np.ones(40)]), 1 + 2 * x + rng.standard_normal(40)
    minimum = np.mean((y - X @ theory.least_squares(X, y)) ** 2)

    def f(theta):
        r = theta @ X.T - y
        return np.mean(r**2, axis=-1), 2 / len(y) * r @ X

    paths = descend(f, (4, 4), Optimizer(sgd, lr=answer(X) * np.array([0.99, 1.01])), steps=steps)
    below, above = (f(paths)[0] - minimum).T
    columns = {"0.99 of your limit": below, "1.01 of your limit": above}
    ax = plots.curves(columns, xlabel="step", ylabel="excess loss", log=True)
    return ax.figure, (
        f"The excess loss on a logarithmic axis, both from {below[0]:.1f}. After {steps} steps with "
        f"0.99 of the limit it is {below[-1]:.2g}, with 1.01 of it {above[-1]:.2g}."
    )


def steps_needed(answer, tolerance=1e-6):
    """Your number of steps for many κ, beside steps counted with 1 / λ_max."""
    kappas = np.geomspace(1.5, 1000, 40)
    best = [answer(float(kappa), tolerance) for kappa in kappas]
    some = np.array([2, 5, 10, 20, 50, 100, 200, 500])
    counts = [_counted(kappa, 1 / kappa, tolerance) for kappa in some]
    fig, ax = plots.figure()
    ax.plot(kappas, best, label="best step, your formula")
    ax.plot(some, counts, "s", color=plots.COLOURS["red"], label="step 1/λ_max, counted")
    ax.set(
        xscale="log", yscale="log", xlabel="condition number κ", ylabel=f"steps to {tolerance:g}"
    )
    ax.legend()
    return fig, (
        f"Steps until {tolerance:g} of the error is left, against κ, both axes logarithmic: two almost "
        f"straight lines that rise in proportion to κ. Your formula says {best[0]:.0f} steps for "
        f"κ = {kappas[0]:g} and {best[-1]:.0f} for κ = {kappas[-1]:.0f}; counted with 1/λ_max, "
        f"{counts[-1]} steps for κ = {some[-1]}."
    )


def weights_in_raw_units(answer):
    """A line found in standardised units, and the same line in centimetres by your answer."""
    rng = np.random.default_rng(4)
    height = rng.normal(172, 9, 60)
    mass = 0.9 * height - 85 + rng.normal(0, 6, 60)
    mean, std = height.mean(), height.std()
    z = (height - mean) / std
    slope, intercept = np.polyfit(z, mass, 1)
    (raw,), bias = answer(np.array([slope]), intercept, np.array([mean]), np.array([std]))
    fig, axes = plots.figure(1, 2, sharey=True)
    for ax, name, x, a, c, label in (
        (axes[0], "z", z, slope, intercept, "z, the standardised height"),
        (axes[1], "x", height, raw, bias, "x, the height in cm"),
    ):
        ends = np.array([x.min(), x.max()])
        ax.plot(x, mass, "o", color="0.6", ms=4)
        ax.plot(ends, a * ends + c, color=plots.COLOURS["blue"])
        ax.set(title=f"mass = {_line(a, name, c, 1)}", xlabel=label)
    axes[0].set(ylabel="mass in kg")
    return fig, (
        f"The same 60 made-up people twice. Left, against the standardised height, the fitted line has "
        f"slope {slope:.2f} and intercept {intercept:.1f}. Right, against the height in centimetres, "
        f"your slope {raw:.2f} and intercept {bias:.1f} draw the same line through the same points."
    )


def convert(answer, lr=0.25, steps=9):
    """Slopes on the way: one learning rate for all three losses, and the converted ones."""
    rng = np.random.default_rng(5)
    x = rng.normal(0, 1, 8)
    y = 1.5 * x + 0.3 * rng.standard_normal(8)
    fig, axes = plots.figure(1, 2, sharey=True)
    panels = (
        ("one learning rate for all", lambda name: lr),
        ("learning rates converted by you", lambda name: answer(lr, len(x), "mean", name)),
    )
    ends = []
    for ax, (title, rate) in zip(axes, panels, strict=True):
        paths = {name: _slopes(x, y, name, rate(name), steps) for name in LENGTHS}
        for k, (name, path) in enumerate(paths.items()):
            style = plots.line_style("", k) | {"ms": 12 - 4 * k, "mfc": "none"}
            ax.plot(path, label=f"{name}, lr = {rate(name):.3g}", **style)
        ax.set(title=title, xlabel="step", ylim=(-2, 5))
        ax.legend(loc="lower right", frameon=True, framealpha=0.9)
        ends.append(", ".join(f"{name} {path[-1]:.3g}" for name, path in paths.items()))
    axes[0].set(ylabel="slope")
    return fig, (
        f"The slope of a line in {steps} steps of three descents. Left, all with the learning rate "
        f"{lr}, they go different ways and end at: {ends[0]}. Right, with the learning rates you "
        f"converted, all three lie on top of each other and end at: {ends[1]}."
    )


def fixed_step(answer, lr=0.2, steps=30):
    """The cost of descents on 100, 200 and 400 rows with one learning rate."""
    rng = np.random.default_rng(6)
    X = np.column_stack([rng.standard_normal((400, 2)), np.ones(400)])
    y = X @ [2.0, -1.0, 3.0] + rng.standard_normal(400)
    costs = {}
    for count in (100, 200, 400):
        w, column = np.zeros(3), []
        for _ in range(steps):
            w, cost = answer(w, X[:count], y[:count], lr)
            column.append(cost)
        costs[f"{count} rows"] = column
    ax = plots.curves(costs, xlabel="step", ylabel="cost")
    ends = ", ".join(f"{column[-1]:.2f} for {name}" for name, column in costs.items())
    return ax.figure, (
        f"The cost in {steps} steps with your function and the learning rate {lr}, on 100, 200 and 400 "
        f"rows. The three curves fall almost together and end at {ends}."
    )


def huber(answer, delta=1.0):
    """Your loss and derivative, beside ½ r² and |r|."""
    r = np.linspace(-3, 3, 121)
    loss, d_r = answer(r, delta)
    fig, (left, right) = plots.figure(1, 2)
    columns = {"yours": (loss, d_r), "½ r²": (r**2 / 2, r), "|r|": (np.abs(r), np.sign(r))}
    for k, ax in enumerate((left, right)):
        values = {name: column[k] for name, column in columns.items()}
        plots.curves(values, x=r, xlabel="residual r", ylabel=("loss", "derivative")[k], ax=ax)
        for edge in (-delta, delta):
            ax.axvline(edge, color="0.6", ls=":", lw=1)
    return fig, (
        f"The left panel draws losses: yours is ½ r² up to |r| = delta = {delta:g} and then continues "
        f"straight, to {loss[-1]:g} at r = {r[-1]:g}, where ½ r² is {r[-1] ** 2 / 2:g}. "
        f"The right panel draws their derivatives: yours is r between the dotted lines, {d_r[0]:g} "
        f"left and {d_r[-1]:g} right of them; that of |r| jumps at 0."
    )


def _line(slope, name, intercept, digits):
    """A line as text: "1.50 x - 0.5", the intercept with this many digits."""
    return f"{slope:.2f} {name} {'-' if intercept < 0 else '+'} {abs(intercept):.{digits}f}"


def _counted(condition, lr, tolerance):
    """The steps of a descent on a bowl with λ from 1 to κ, until `tolerance` of the error is left."""
    bowl, steps = quadratic(condition=condition), int(15 * condition)
    path = descend(bowl, (1, 1), Optimizer(sgd, lr=lr), steps=steps)
    return int(np.argmax(np.abs(path).max(axis=1) <= tolerance))


def _slopes(x, y, loss, lr, steps):
    """The slopes of y = a x in a descent from 0 with the "sum", "mean" or "half" of r²."""
    length = LENGTHS[loss](len(x))

    def f(theta):
        r = theta * x - y
        return length * np.mean(r**2, axis=-1), length * 2 * np.mean(r * x, axis=-1, keepdims=True)

    return descend(f, [0.0], Optimizer(sgd, lr=lr), steps=steps)[:, 0]
