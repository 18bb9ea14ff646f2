"""Exercise 2.9: gradients of examples that are drawn unequally often, and still unbiased."""

import numpy as np

from course_lib.checks import exercise

X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
# Square, so that r * X runs where each row should have its own residual, and returns wrong numbers.
X_square = np.array([[1.0, 2.0], [3.0, -1.0]])
X_one = np.array([[2.0], [0.0], [1.0], [-1.0]])


@exercise(
    "2.9",
    inputs=[
        (np.array([1.0, -1.0]), X, np.array([1.0, 2.0, 0.0]), np.array([0.5, 0.25, 0.25])),
        (np.array([2.0, 1.0]), X_square, np.array([1.0, 3.0]), np.array([0.2, 0.8])),
        (
            np.array([0.5]),
            X_one,
            np.array([3.0, 1.0, 1.0, 2.0]),
            np.array([0.1, 0.2, 0.3, 0.4]),
        ),
    ],
    returns="g_each noise",
    hints=[
        "The gradient of (x_i · θ - y_i)² is 2 r_i x_i: one row for each example. "
        "r[:, None] * X multiplies row i by r[i].",
        "An example drawn twice as often as its fair share 1/N must count half: "
        "multiply its gradient by (1 / N) / p_i.",
        "The expected gradient is the sum of p_i times row i. The noise is the sum of p_i times "
        "the squared "
        "distance of row i from it.",
    ],
)
def unfair_gradients(theta, X, y, p):
    g_each = 2 * ((X @ theta - y) / (len(y) * p))[:, None] * X
    return g_each, p @ np.sum((g_each - p @ g_each) ** 2, axis=1)


@unfair_gradients.also_right
def with_a_loop(theta, rows, targets, chances):
    g_each, g = np.zeros(rows.shape), np.zeros(len(theta))
    for i in range(len(rows)):
        own = 2 * rows[i] * (sum(rows[i] * theta) - targets[i])
        g_each[i] = own / len(rows) / chances[i]
        g += own / len(rows)
    noise = 0
    for i in range(len(rows)):
        noise += chances[i] * np.linalg.norm(g_each[i] - g) ** 2
    return g_each, noise


@unfair_gradients.also_right
def by_second_moment(theta, X, y, p):
    r = y - X.dot(theta)
    g_each = np.einsum("i,ij->ij", -2 * r / p, X) / len(y)
    g = -2 * r @ X / len(y)
    return g_each, np.sum(p[:, None] * g_each**2) - g @ g


def unfair_with(gradient=lambda g, p: g / (len(p) * p)[:, None], noise=None, centre=None):
    """The right answer, or a wrong one where a part is replaced; g holds the plain gradients."""

    def wrong(theta, X, y, p):
        g = 2 * (X @ theta - y)[:, None] * X
        g_each = gradient(g, p)
        middle = p @ g_each if centre is None else centre(g_each, p)
        squares = np.sum((g_each - middle) ** 2, axis=1)
        return g_each, p @ squares if noise is None else noise(squares, p)

    return wrong


unfair_gradients.mistake(
    "the gradients are those of a fair draw. Divide row i by N p_i, so that frequent examples "
    "count less.",
    unfair_with(lambda g, p: g),
)
unfair_gradients.mistake(
    "the rows are multiplied by N p_i. Divide: an example that is drawn often must count less.",
    unfair_with(lambda g, p: g * (len(p) * p)[:, None]),
)
unfair_gradients.mistake(
    "the rows are divided by p_i alone, so their expected value is the sum of all gradients. "
    "Divide by N too: the loss is a mean.",
    unfair_with(lambda g, p: g / p[:, None]),
)
unfair_gradients.mistake(
    "the rows are multiplied by p_i. Divide by N p_i: an example that is drawn often must count "
    "less.",
    unfair_with(lambda g, p: g * p[:, None]),
)
unfair_gradients.mistake(
    "the factor 2 is missing: the derivative of r² is 2 r.",
    unfair_with(lambda g, p: g / 2 / (len(p) * p)[:, None]),
)
unfair_gradients.mistake(
    "the gradients have the wrong sign. The residual is prediction minus target.",
    unfair_with(lambda g, p: -g / (len(p) * p)[:, None]),
)
unfair_gradients.mistake(
    "g_each is right. The noise is the mean over the rows; weight each row with its chance p_i "
    "instead.",
    unfair_with(noise=lambda squares, p: squares.mean()),
)
unfair_gradients.mistake(
    "g_each is right. The noise is a sum in which all rows count alike; weight each with its "
    "chance p_i.",
    unfair_with(noise=lambda squares, p: squares.sum()),
)
unfair_gradients.mistake(
    "g_each is right. The noise is the root of what is asked for: leave the squared distance "
    "squared.",
    unfair_with(noise=lambda squares, p: np.sqrt(p @ squares)),
)
unfair_gradients.mistake(
    "g_each is right. The noise is the mean squared length of the rows: subtract the expected "
    "gradient first.",
    unfair_with(centre=lambda g_each, p: 0),
)
unfair_gradients.mistake(
    "g_each is right. In the noise, the distance is measured from the mean of the rows. The rows "
    "are not "
    "equally likely: their expected value is p @ g_each.",
    unfair_with(centre=lambda g_each, p: g_each.mean(axis=0)),
)


@unfair_gradients.mistake("y is left out of the residual: r = X @ theta - y.")
def without_target(theta, X, y, p):
    return unfair_gradients.reference(theta, X, 0 * y, p)


@unfair_gradients.mistake(
    "x_i is missing: the gradient of example i is 2 r_i x_i, a row as long as theta."
)
def without_x(theta, X, y, p):
    g_each = np.ones_like(X) * (2 * (X @ theta - y) / (len(y) * p))[:, None]
    return g_each, p @ np.sum((g_each - p @ g_each) ** 2, axis=1)


@unfair_gradients.mistake(
    "X times r takes the residuals along the columns; each row needs its own. Write r[:, None]."
)
def along_the_columns(theta, X, y, p):
    g_each = 2 * ((X @ theta - y) / (len(y) * p)) * X
    return g_each, p @ np.sum((g_each - p @ g_each) ** 2, axis=1)
