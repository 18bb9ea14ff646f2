"""The turns of lesson 1, linear regression by gradient descent."""

import numpy as np

from course_lib.turns import turn

x = np.array([0.0, 1.0, 3.0])
y = np.array([1.0, 0.0, 2.0])


def an_array(gradient, theta, x, y):
    """The gradient that an answer returns; a list would stop the lesson at lr * g."""
    g = gradient(theta, x, y)
    return "a list" if isinstance(g, list) else g


@turn(
    "1.a",
    through=an_array,
    inputs=[(np.array([1.0, 0.5]), x, y), (np.array([-2.0, 4.0]), x[:2], y[:2])],
    hints=[
        "Begin with w, b = theta and the residuals, w * x + b - y.",
        "∂L/∂b is the mean of 2 r. For ∂L/∂w, multiply each r by its x before you take the mean.",
    ],
)
def gradient(theta, x, y):
    w, b = theta
    residuals = w * x + b - y
    return np.array([np.mean(2 * residuals * x), np.mean(2 * residuals)])


gradient.scaled(
    {
        -1: "the sign is wrong. The residual is prediction minus target, w * x + b - y.",
        0.5: "the factor 2 is missing: the derivative of r² is 2 r.",
        "N": "these are sums over all people. The loss is a mean: use np.mean, or divide by N.",
        "1/N": "these are divided by N twice. np.mean does it already.",
    },
    N=lambda theta, x, y: len(x),
)
gradient.mistake(
    "x is missing in ∂L/∂w: multiply each residual by its x.",
    lambda theta, x, y: gradient.reference(theta, x, y)[[1, 1]],
)
gradient.mistake(
    "the numbers are in a list, which cannot be multiplied by lr. Return np.array([..., ...]).",
    lambda theta, x, y: list(gradient.reference(theta, x, y)),
)
gradient.mistake(
    "∂L/∂w is the mean of the products r x, which is not the product of the two means.",
    lambda theta, x, y: gradient.reference(theta, x, y)[1] * np.array([np.mean(x), 1]),
)
gradient.mistake(
    "the two numbers are in the wrong order: ∂L/∂w comes first.",
    lambda theta, x, y: gradient.reference(theta, x, y)[::-1],
)


@turn(
    "1.b",
    inputs=[
        (np.array([0.0, 0.0]), x, y, 0.1, 3),
        (np.array([1.0, -1.0]), x, y, 0.2, 1),
        (np.array([2.0, 1.0]), x, y, 0.05, 0),
    ],
    hints=[
        "path = [theta], and then: for _ in range(steps):",
        "In the loop: theta = theta - lr * gradient(theta, x, y), then path.append(theta).",
    ],
)
def descent_path(theta, x, y, lr, steps):
    path = [theta]
    for _ in range(steps):
        theta = theta - lr * gradient.reference(theta, x, y)
        path.append(theta)
    return np.array(path)


descent_path.mistake(
    "this goes uphill: subtract lr times the gradient.",
    lambda theta, x, y, lr, steps: descent_path.reference(theta, x, y, -lr, steps),
)


@descent_path.mistake(
    "all rows are the last θ: `theta -= ...` changes the array that is already in the list. "
    "Write theta = theta - ..."
)
def in_place(theta, x, y, lr, steps):
    path = descent_path.reference(theta, x, y, lr, steps)
    return np.broadcast_to(path[-1], path.shape)


descent_path.mistake(
    "this is the last θ only. Append each θ to a list, and return np.array(path) after the loop.",
    lambda theta, x, y, lr, steps: descent_path.reference(theta, x, y, lr, steps)[-1],
)
descent_path.mistake(
    "the last step is missing: append after each step, and take `steps` of them.",
    lambda theta, x, y, lr, steps: descent_path.reference(theta, x, y, lr, max(steps - 1, 0)),
)
descent_path.mistake(
    "the θ at the start is missing: begin with path = [theta].",
    lambda theta, x, y, lr, steps: descent_path.reference(theta, x, y, lr, steps)[1:],
)
descent_path.mistake(
    "the gradient is always the one at the start. Compute it in the loop, at the new θ.",
    lambda theta, x, y, lr, steps: (
        theta - lr * np.arange(steps + 1)[:, None] * gradient.reference(theta, x, y)
    ),
)


@turn("2.a", predict=True, hints=["One step turns θ into θ - η · 4 θ. By which factor is that?"])
def predicted_limit():
    return 0.5


@turn(
    "2.b",
    inputs=[
        (3, np.array([1.0, -2.0]), 0.5, np.array([1.0, 3.0])),
        (2, np.array([4.0, 1.0, 1.0]), 0.25, np.array([0.0, 2.0, 10.0])),
        (0, np.array([5.0]), 0.1, np.array([7.0])),
    ],
    hints=[
        "One step multiplies the errors by 1 - lr * eigenvalues, an array of n factors.",
        "Two steps multiply by the square of the factors, `steps` steps by the power: **.",
    ],
)
def error_after(steps, error, lr, eigenvalues):
    return (1 - lr * eigenvalues) ** steps * error


error_after.mistake(
    "the sign matters: a negative factor changes the side. Leave out np.abs.",
    lambda steps, error, lr, eigenvalues: np.abs(1 - lr * eigenvalues) ** steps * error,
)
error_after.mistake(
    "this is a single step. Raise the factors to the power `steps`.",
    lambda steps, error, lr, eigenvalues: (1 - lr * eigenvalues) * error,
)
error_after.mistake(
    "the factors are multiplied by the number of steps. Use the power, **.",
    lambda steps, error, lr, eigenvalues: (1 - lr * eigenvalues) * steps * error,
)
error_after.mistake(
    "the errors at the start were raised to the power as well: only the factors are repeated.",
    lambda steps, error, lr, eigenvalues: ((1 - lr * eigenvalues) * error) ** steps,
)
error_after.mistake(
    "these are the factors alone. Multiply them by the errors at the start.",
    lambda steps, error, lr, eigenvalues: (1 - lr * eigenvalues) ** steps,
)
error_after.mistake(
    "1 - steps · ηλ is not (1 - ηλ)ˢᵗᵉᵖˢ: every step multiplies what is left.",
    lambda steps, error, lr, eigenvalues: (1 - steps * lr * eigenvalues) * error,
)


@turn(
    "3.a",
    inputs=[
        (np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]]),),
        (np.array([[0.0, -1.0], [4.0, 1.0]]),),
    ],
    hints=[
        "columns.mean(axis=0) has one number for each column, and so has columns.std(axis=0).",
        "Subtract the first from columns, then divide by the second. Mind the brackets.",
    ],
)
def standardise(columns):
    return (columns - columns.mean(axis=0)) / columns.std(axis=0)


standardise.mistake(
    "brackets are missing: the division comes before the subtraction.",
    lambda columns: columns - columns.mean(axis=0) / columns.std(axis=0),
)
standardise.mistake(
    "this is one mean and one standard deviation for the whole table. axis=0 gives one a column.",
    lambda columns: (columns - columns.mean()) / columns.std(),
)
standardise.mistake(
    "you divided by the variance. Divide by its root, the standard deviation.",
    lambda columns: (columns - columns.mean(axis=0)) / columns.var(axis=0),
)
standardise.mistake(
    "axis=1 gives one mean a row, that is a person. axis=0 gives one a column.",
    lambda columns: standardise.reference(columns.T).T,
)
standardise.mistake("the mean is not subtracted.", lambda columns: columns / columns.std(axis=0))
standardise.mistake(
    "the standard deviation is missing: divide by columns.std(axis=0).",
    lambda columns: columns - columns.mean(axis=0),
)
standardise.mistake(
    "this is the standard deviation with N - 1 (ddof=1). The course divides by N, NumPy's default.",
    lambda columns: (columns - columns.mean(axis=0)) / columns.std(axis=0, ddof=1),
)


@turn(
    "4.a",
    inputs=[
        (np.array([0.2, -0.7, 5.0, -3.0]), 0.5),
        (np.array([2.0, -2.0, 0.0, 3.0, -1.0]), 2.0),
    ],
    hints=[
        "Limit each residual to the range from -delta to delta.",
        "NumPy has a function for it: np.clip(values, smallest, largest).",
    ],
)
def huber_pull(r, delta):
    return np.clip(r, -delta, delta)


huber_pull.scaled(
    {2: "there is a factor 2 too many: the loss is ½ r² near 0, so its derivative is r."}
)


@huber_pull.also_right
def with_where(r, delta):
    return np.where(np.abs(r) <= delta, r, delta * np.sign(r))


huber_pull.mistake(
    "large residuals get ±1. Their pull is ±delta.",
    lambda r, delta: np.where(np.abs(r) <= delta, r, np.sign(r)),
)
huber_pull.mistake(
    "the sign is lost: a large negative residual pulls with -delta.",
    lambda r, delta: np.where(np.abs(r) <= delta, r, delta),
)
huber_pull.mistake(
    "this is the Huber loss itself. Return its derivative.",
    lambda r, delta: np.where(np.abs(r) <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2)),
)
huber_pull.mistake(
    "negative residuals are not limited: they stop at -delta.",
    lambda r, delta: np.minimum(r, delta),
)


@turn(
    "4.b", predict=True, hints=["Fewer steps than a million: the validation loss rises at the end."]
)
def predicted_best_step():
    return 1000
