"""Exercise 1.2: the largest step, beyond which gradient descent diverges."""

import numpy as np

from course_lib.checks import exercise

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


largest_step.scaled(
    {
        0.5: "this is 1 / λ_max, half the limit. With 1 / λ_max the steepest direction reaches its "
        "minimum in one step; gradient descent converges up to twice that.",
        2: "the Hessian lacks its factor 2: the second derivative of r² is twice that of ½ r².",
        "1/N": "the Hessian is that of the sum of squares. For the mean, divide it by N, the number "
        "of rows of X.",
    },
    N=len,
)
largest_step.mistake(
    "these are the eigenvalues of X.T @ X. The Hessian of the mean squared error is 2 / N times it.",
    lambda X: 2 / np.linalg.eigvalsh(X.T @ X)[-1],
)
largest_step.mistake(
    "the Hessian is divided by the number of columns. N is the number of rows, len(X).",
    lambda X: 2 / np.linalg.eigvalsh(2 / X.shape[1] * X.T @ X)[-1],
)
largest_step.mistake(
    "this is 2 / λ_min. The largest eigenvalue is the first for which a step is too long; "
    "np.linalg.eigvalsh sorts them in rising order.",
    lambda X: 2 / eigenvalues(X)[0],
)
largest_step.mistake(
    "this uses the largest singular value of X. "
    "The eigenvalues of X.T @ X are the squares of those of X; then comes the factor 2 / N.",
    lambda X: 2 / np.linalg.norm(X, 2),
)
largest_step.mistake(
    "this is 2 / trace, the sum of all eigenvalues. It is safe, but shorter than necessary.",
    lambda X: 2 / eigenvalues(X).sum(),
)
largest_step.mistake(
    "this is 2 / (λ_max + λ_min), the best step. The exercise asks for the largest one.",
    lambda X: 2 / (eigenvalues(X)[-1] + eigenvalues(X)[0]),
)
largest_step.mistake("this is λ_max. The limit is 2 / λ_max.", lambda X: eigenvalues(X)[-1])
largest_step.mistake(
    "you added a column of ones. X already has one.",
    lambda X: 2 / eigenvalues(np.column_stack([X, np.ones(len(X))]))[-1],
)
