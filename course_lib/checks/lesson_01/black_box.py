"""Exercise 1.15: the largest and the smallest eigenvalue of a Hessian, from gradients alone."""

import numpy as np

from course_lib.checks import exercise


def parabola(theta):
    """The gradient of 3 (θ - 2)²."""
    return 6 * (theta - 2)


def bowl(theta):
    """Curvatures 1 and 9 along the axes, the minimum at (1, -1)."""
    return np.array([1.0, 9.0]) * (theta - np.array([1.0, -1.0]))


def turned_bowl(theta):
    """Curvatures 2 and 8 along the diagonals, the minimum at (3, 0)."""
    return np.array([[5.0, 3.0], [3.0, 5.0]]) @ (theta - np.array([3.0, 0.0]))


def three_curvatures(theta):
    """A Hessian with three columns, the minimum at (0, 1, 0)."""
    hessian = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]])
    return hessian @ (theta - np.array([0.0, 1.0, 0.0]))


@exercise(
    "1.15",
    inputs=[(parabola, 1), (bowl, 2), (turned_bowl, 2), (three_curvatures, 3)],
    returns="largest smallest",
    hints=[
        "The gradient of a bowl is H (θ - θ*), and θ* is unknown. What does the difference of two "
        "gradients tell you about H?",
        "gradient(v) - gradient(0) is H v, without θ*. With v one of the unit vectors, H v is a "
        "column of H.",
        "np.linalg.eigvalsh takes the whole of H. Without H: repeat v ← H v / |H v| for the "
        "largest eigenvalue, then v ← (largest · v - H v) / |largest · v - H v| for the smallest.",
    ],
)
def extreme_eigenvalues(gradient, size):
    at_zero = gradient(np.zeros(size))
    hessian = np.array([gradient(v) - at_zero for v in np.eye(size)])
    eigenvalues = np.linalg.eigvalsh(hessian)
    return eigenvalues[-1], eigenvalues[0]


@extreme_eigenvalues.also_right
def by_differences(slope, n):
    hessian = [(slope(v) - slope(-v)) / 2 for v in np.eye(n)]
    found = np.linalg.svd(hessian, compute_uv=False)
    return max(found), min(found)


def extremes_with(hessian):
    """The largest and the smallest eigenvalue of the matrix hessian(gradient, size)."""

    def wrong(gradient, size):
        eigenvalues = np.linalg.eigvalsh(hessian(gradient, size))
        return eigenvalues[-1], eigenvalues[0]

    return wrong


def columns(gradient, size):
    """H."""
    at_zero = gradient(np.zeros(size))
    return np.array([gradient(v) - at_zero for v in np.eye(size)])


extreme_eigenvalues.mistake(
    "the gradient at 0 is missing: gradient(v) is H (v - θ*). Subtract gradient(0) to get H v.",
    extremes_with(lambda gradient, size: np.array([gradient(v) for v in np.eye(size)])),
)
extreme_eigenvalues.mistake(
    "gradient(v) is H (v - θ*), not H v, so this is not H. Subtract gradient(0) from each column.",
    extremes_with(lambda gradient, size: np.array([gradient(v) for v in np.eye(size)]).T),
)
extreme_eigenvalues.mistake(
    "the order is largest, smallest.",
    lambda gradient, size: extreme_eigenvalues.reference(gradient, size)[::-1],
)
extreme_eigenvalues.mistake(
    "these are the largest and the smallest entry on the diagonal of H. Take its eigenvalues.",
    lambda gradient, size: (
        columns(gradient, size).diagonal().max(),
        columns(gradient, size).diagonal().min(),
    ),
)
extreme_eigenvalues.mistake(
    "these are half the eigenvalues. The gradient is H (θ - θ*), without another factor.",
    extremes_with(lambda gradient, size: columns(gradient, size) / 2),
)
extreme_eigenvalues.mistake(
    "the smallest is 1 / largest. Only the eigenvalues of H itself count: it has a smallest one "
    "of its own.",
    lambda gradient, size: (
        extreme_eigenvalues.reference(gradient, size)[0],
        1 / extreme_eigenvalues.reference(gradient, size)[0],
    ),
)


@extreme_eigenvalues.mistake(
    "after one step of the iteration the vectors are not eigenvectors yet: repeat some hundred "
    "times."
)
def one_iteration(gradient, size):
    hessian, v = columns(gradient, size), np.ones(size)
    v = hessian @ v / np.linalg.norm(hessian @ v)
    largest = v @ hessian @ v
    u = largest * v - hessian @ v
    u = u / (np.linalg.norm(u) or 1)
    return largest, u @ hessian @ u


@extreme_eigenvalues.mistake(
    "the second number is λ_max - λ_min: the largest eigenvalue of λ_max I - H. "
    "Subtract it from λ_max."
)
def shifted(gradient, size):
    largest, smallest = extreme_eigenvalues.reference(gradient, size)
    return largest, largest - smallest
