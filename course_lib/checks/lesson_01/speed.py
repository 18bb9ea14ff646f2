"""Exercises 1.2 and 1.3: how long a step may be, and how many it takes."""

import math

import numpy as np

from course_lib import plots
from course_lib.checks import exercise
from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, sgd

# The last column is the ones of the intercept. 3, 4 and 5 rows, so that 2, N and 2 / N stay apart.
X3 = np.array([[1.0, 1.0], [2.0, 1.0], [6.0, 1.0]])
X4 = np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
X5 = np.array(
    [[1.0, 0.0, 1.0], [0.0, 2.0, 1.0], [-1.0, 1.0, 1.0], [2.0, -1.0, 1.0], [1.0, 1.0, 1.0]]
)


def eigenvalues(X):
    """Those of the Hessian (2 / N) XᵀX, in rising order."""
    return np.linalg.eigvalsh(2 / len(X) * X.T @ X)


@exercise(
    "1.2",
    inputs=[(X3,), (X4,), (X5,)],
    returns="limit",
    hints=[
        "A descent converges when |1 - lr λ| < 1 for every eigenvalue λ of the Hessian. "
        "Which eigenvalue is the first to break this as lr grows?",
        "The Hessian of the mean squared error is 2 / len(X) * X.T @ X. "
        "np.linalg.eigvalsh(H) returns the eigenvalues of a symmetric matrix in rising order.",
        "The limit is 2 divided by the last, the largest, of these eigenvalues.",
    ],
)
def largest_step(X):
    return 2 / eigenvalues(X)[-1]


@largest_step.also_right
def by_singular_values(rows):
    return len(rows) / np.linalg.svd(rows, compute_uv=False)[0] ** 2


@largest_step.also_right
def by_unsorted_eigenvalues(X):
    values, _ = np.linalg.eig(2 * X.T.dot(X) / X.shape[0])
    return min(2 / abs(value) for value in values)


mistake = largest_step.mistake
mistake(
    "this is 1 / λ_max, half the limit. At 1 / λ_max the steepest direction arrives in one step; "
    "it still converges up to twice that.",
    lambda X: 1 / eigenvalues(X)[-1],
)
mistake(
    "this is 2 / λ_min. The largest eigenvalue is the first for which a step is too long; "
    "np.linalg.eigvalsh sorts them in rising order.",
    lambda X: 2 / eigenvalues(X)[0],
)
mistake(
    "these are the eigenvalues of X.T @ X. The Hessian of the mean squared error is 2 / N times it.",
    lambda X: 2 / (eigenvalues(X)[-1] * len(X) / 2),
)
mistake(
    "the Hessian lacks its factor 2: the second derivative of r² is twice that of ½ r².",
    lambda X: 4 / eigenvalues(X)[-1],
)
mistake(
    "the Hessian is that of the sum of squares. Of the mean, it is divided by N, the rows of X.",
    lambda X: 2 / (eigenvalues(X)[-1] * len(X)),
)
mistake(
    "the Hessian is divided by the number of columns. N is the number of rows, len(X).",
    lambda X: 2 / (eigenvalues(X)[-1] * len(X) / X.shape[1]),
)
mistake(
    "this uses the largest singular value of X. "
    "The eigenvalues of X.T @ X are the squares of those of X; then comes the factor 2 / N.",
    lambda X: 2 / np.linalg.norm(X, 2),
)
mistake(
    "this is 2 / trace, the sum of all eigenvalues. It is safe, but shorter than it has to be.",
    lambda X: 2 / eigenvalues(X).sum(),
)
mistake(
    "this is 2 / (λ_max + λ_min), the best step. The largest one is asked for.",
    lambda X: 2 / (eigenvalues(X)[-1] + eigenvalues(X)[0]),
)
mistake("this is λ_max. The limit is 2 / λ_max.", lambda X: eigenvalues(X)[-1])
mistake(
    "a column of ones was added. X brings its own.",
    lambda X: 2 / eigenvalues(np.column_stack([X, np.ones(len(X))]))[-1],
)


@largest_step.draws
def on_both_sides_of_the_limit(answer, steps=150):
    """Two descents, one with 0.99 and one with 1.01 of the student's limit."""
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 3, 40)
    X, y = np.column_stack([x, np.ones(40)]), 1 + 2 * x + rng.standard_normal(40)
    floor = np.mean((y - X @ np.linalg.lstsq(X, y)[0]) ** 2)

    def f(theta):
        r = theta @ X.T - y
        return np.mean(r**2, axis=-1), 2 / len(y) * r @ X

    walks = descend(f, (4, 4), Optimizer(sgd, lr=answer(X) * np.array([0.99, 1.01])), steps=steps)
    excess = f(walks)[0] - floor
    fig, ax = plots.figure()
    plots.curves(
        {"0.99 of your limit": excess[:, 0], "1.01 of your limit": excess[:, 1]},
        xlabel="step",
        ylabel="loss above its lowest value",
        log=True,
        ax=ax,
    )
    return fig, (
        f"The loss above its lowest value, on a logarithmic axis, both from {excess[0, 0]:.1f}. After "
        f"{steps} steps with 0.99 of the limit it is {excess[-1, 0]:.2g}, with 1.01 of it "
        f"{excess[-1, 1]:.2g}."
    )


def exact_steps(condition, tolerance):
    """The number of steps before it is made whole."""
    return math.log(tolerance) / math.log((condition - 1) / (condition + 1))


@exercise(
    "1.3",
    inputs=[(3.0, 0.1), (1.5, 0.001), (10.0, 0.01), (100.0, 1e-6)],
    returns="steps",
    hints=[
        "With the best step each step leaves the share q = (κ - 1) / (κ + 1) of the error. "
        "What is left after k steps?",
        "q to the power k is left. Solve q**k = tolerance for k with logarithms: "
        "the logarithm of q**k is k times that of q.",
        "k = log(tolerance) / log(q) is no whole number, and with fewer steps too much is left: "
        "math.ceil rounds up.",
    ],
)
def steps_needed(condition, tolerance):
    return math.ceil(exact_steps(condition, tolerance))


@steps_needed.also_right
def by_walking(kappa, goal):
    left, steps = 1.0, 0
    while left > goal:
        left *= (kappa - 1) / (kappa + 1)
        steps += 1
    return steps


@steps_needed.also_right
def with_numpy(condition, tolerance):
    q = 1 - 2 / (condition + 1)
    return np.ceil(np.log10(tolerance) / np.log10(q))


mistake = steps_needed.mistake
mistake(
    "this is rounded down: after so many steps a little too much is left.",
    lambda condition, tolerance: math.floor(exact_steps(condition, tolerance)),
)
mistake(
    "this is rounded to the nearest whole number, sometimes down; then too much is left. Round up.",
    lambda condition, tolerance: round(exact_steps(condition, tolerance)),
)
mistake("this is no whole number. Round up.", exact_steps)
mistake(
    "this is one step too many. A loop that counts should begin with 0 steps and the error 1.",
    lambda condition, tolerance: math.ceil(exact_steps(condition, tolerance)) + 1,
)
mistake(
    "1 - 1 / κ is the share left by the step 1 / λ_max. The best step leaves a smaller share.",
    lambda condition, tolerance: math.ceil(math.log(tolerance) / math.log(1 - 1 / condition)),
)
mistake(
    "the number is negative: the share left is upside down, or a logarithm has the wrong sign.",
    lambda condition, tolerance: math.ceil(-exact_steps(condition, tolerance)),
)
mistake(
    "the quotient of the logarithms is upside down: from q**k = tolerance follows "
    "k = log(tolerance) / log(q).",
    lambda condition, tolerance: math.ceil(1 / exact_steps(condition, tolerance)),
)
mistake(
    "this is how many steps the loss needs. It shrinks by the square of the share, the error by "
    "the share itself.",
    lambda condition, tolerance: math.ceil(exact_steps(condition, tolerance) / 2),
)
mistake(
    "this is the rule of thumb ½ κ log(1 / tolerance). It is good for a large κ only; "
    "take the logarithm of the share itself.",
    lambda condition, tolerance: math.ceil(-condition * math.log(tolerance) / 2),
)


@steps_needed.draws
def steps_against_condition(answer, tolerance=1e-6):
    """The student's number of steps for many κ, beside steps counted with 1 / λ_max."""
    kappas = np.geomspace(1.5, 1000, 40)
    best = [answer(float(kappa), tolerance) for kappa in kappas]
    some = np.array([2, 5, 10, 20, 50, 100, 200, 500])
    walked = [counted(kappa, 1 / kappa, tolerance) for kappa in some]
    fig, ax = plots.figure()
    ax.plot(kappas, best, label="best step, your formula")
    ax.plot(some, walked, "s", color=plots.COLOURS["red"], label="step 1/λ_max, counted")
    ax.set(
        xscale="log", yscale="log", xlabel="condition number κ", ylabel=f"steps to {tolerance:g}"
    )
    ax.legend()
    return fig, (
        f"Steps until {tolerance:g} of the error is left, against κ, both axes logarithmic: two almost "
        f"straight lines that rise in proportion to κ. Your formula says {best[0]:.0f} steps for "
        f"κ = {kappas[0]:g} and {best[-1]:.0f} for κ = {kappas[-1]:.0f}; counted with 1/λ_max, "
        f"{walked[-1]} steps for κ = {some[-1]}."
    )


def counted(condition, lr, tolerance):
    """The steps of a descent on a bowl with λ from 1 to κ, until `tolerance` of the error is left."""
    path = descend(
        quadratic(condition=condition), (1, 1), Optimizer(sgd, lr=lr), steps=int(15 * condition)
    )
    return int(np.argmax(np.abs(path).max(axis=1) <= tolerance))
