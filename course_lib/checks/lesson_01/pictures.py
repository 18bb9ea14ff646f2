"""What the answers of lesson 1 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots
from course_lib.landscapes import quadratic


def weighted_loss(answer, steps=100, lr=0.15):
    """Your gradient at work: lines found with equal weights, and with less weight on one point."""
    x = np.linspace(-2, 2, 30)
    y = 1.5 * x - 0.5 + 0.4 * np.random.default_rng(1).standard_normal(30)
    y[-2] -= 9
    alike = np.ones(30)
    careful = np.where(np.arange(30) == 28, 0.02, 1.0)
    fig, (fit, curve) = plots.figure(1, 2)
    fit.plot(x, y, "o", color="0.5", ms=4, label="data")
    ends = []
    for k, (name, s) in enumerate({"equal weights": alike, "one weight 0.02": careful}.items()):
        w, b, losses = _descent(lambda w, b, s=s: answer(w, b, x[:, None], y, s), steps, lr)
        style = plots.line_style("", k) | {"marker": ""}
        fit.plot(x, w[0] * x + b, label=name, **style)
        curve.plot(losses, label=name, **style)
        ends.append(f"{_line(w[0], 'x', b, 2)} ({name}, loss {losses[0]:.2f} to {losses[-1]:.2f})")
    fit.set(title="The lines found", xlabel="x", ylabel="y")
    curve.set(title="Weighted loss", xlabel="step", ylabel="loss", yscale="log")
    fit.legend()
    curve.legend()
    return fig, (
        f"Left: 30 points, one of them far below the others, and two lines found in {steps} steps "
        f"with your gradient: {ends[0]} and {ends[1]}. Right: both losses fall and level out."
    )


def _descent(loss_and_gradient, steps, lr):
    """w, b and all losses of a descent from 0."""
    w, b, losses = np.zeros(1), 0.0, []
    for _ in range(steps + 1):
        loss, d_w, d_b = loss_and_gradient(w, b)
        losses.append(loss)
        w, b = w - lr * d_w, b - lr * d_b
    return w, b, losses


def descend_until(answer, lr=0.15):
    """The steps that a descent takes in a bowl, against the tolerance for its gradient."""
    bowl, tolerances = quadratic(condition=10), np.geomspace(1, 1e-8, 17)
    steps = [answer(bowl, np.array([3.0, 1.0]), lr, float(t), 1000)[1] for t in tolerances]
    ax = plots.curves({"your count": steps}, x=tolerances, xlabel="tolerance", ylabel="steps")
    ax.set(xscale="log")
    ax.invert_xaxis()
    return ax.figure, (
        "The number of steps against the tolerance, which falls from left to right on a "
        "logarithmic axis: "
        f"a straight line from {steps[0]} steps for a tolerance of 1 to {steps[-1]} for 1e-8."
    )


def steps_needed(answer, times=1e6):
    """Your number of steps against the learning rate, for eigenvalues from 1 to 20."""
    eigenvalues, rates = np.array([1.0, 4.0, 20.0]), np.linspace(0.004, 0.0995, 80)
    steps = np.array([answer(eigenvalues, float(lr), times) for lr in rates])
    best = rates[steps.argmin()]
    fig, ax = plots.figure()
    ax.plot(rates, steps, label="your number of steps")
    for lr, name in ((2 / 21, "2 / (λ_max + λ_min)"), (1 / 20, "1 / λ_max"), (0.1, "2 / λ_max")):
        ax.axvline(lr, ls=":", color="0.6")
        ax.text(lr, steps.max(), name, rotation=90, ha="right", va="top", fontsize=8)
    ax.set(
        yscale="log",
        xlabel="learning rate η",
        ylabel=f"steps until 1/{times:,.0f} is left",
    )
    return fig, (
        f"Steps until 1/{times:,.0f} of the error is left, against the learning rate, for "
        f"eigenvalues 1, 4 and 20. "
        f"The curve falls from {steps[0]:.0f}, is lowest with {steps.min():.0f} steps at η = "
        f"{best:.3f}, and "
        "shoots up just before the limit 0.1."
    )


def in_raw_units(answer):
    """A line in standardised units, and the same line in centimetres and kilograms."""
    rng = np.random.default_rng(4)
    height = rng.normal(172, 9, 60)
    mass = 0.9 * height - 85 + rng.normal(0, 6, 60)
    x_mean, x_std, y_mean, y_std = height.mean(), height.std(), mass.mean(), mass.std()
    z, target = (height - x_mean) / x_std, (mass - y_mean) / y_std
    slope, intercept = np.polyfit(z, target, 1)
    mean, std = np.array([x_mean]), np.array([x_std])
    (raw,), bias = answer(np.array([slope]), intercept, mean, std, y_mean, y_std)
    fig, axes = plots.figure(1, 2)
    for ax, x, y, a, c, name, labels in (
        (axes[0], z, target, slope, intercept, "z", ("standardised height", "standardised mass")),
        (axes[1], height, mass, raw, bias, "x", ("height, cm", "mass, kg")),
    ):
        ends = np.array([x.min(), x.max()])
        ax.plot(x, y, "o", color="0.6", ms=4)
        ax.plot(ends, a * ends + c, color=plots.COLOURS["blue"])
        ax.set(title=_line(a, name, c, 1), xlabel=labels[0], ylabel=labels[1])
    return fig, (
        "The same 60 made-up people twice. Left, in standardised units, the fitted line has "
        f"slope {slope:.2f} and intercept {abs(intercept):.1f}. Right, in centimetres and "
        f"kilograms, "
        f"your slope {raw:.2f} and intercept {bias:.1f} draw the same line through the same points."
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
        f"The cost in {steps} steps with your function and the learning rate {lr}, on 100, 200 "
        f"and 400 "
        f"rows. The three curves fall almost together and end at {ends}."
    )


def _line(slope, name, intercept, digits):
    """A line as text: "1.50 x - 0.5", the intercept with this many digits."""
    intercept = round(intercept, digits)
    return f"{slope:.2f} {name} {'-' if intercept < 0 else '+'} {abs(intercept):.{digits}f}"
