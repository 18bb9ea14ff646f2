"""Test functions to minimise: f(theta) -> value, gradient, with theta (..., d) and value (...,).

All leading axes of theta are evaluated at once, so one call gives a contour map or a thousand paths.
"""

import numpy as np

from course_lib.closures import check_number, named


def quadratic(condition=10.0, rotation=0.0):
    """f(θ) = ½ θᵀ A θ, A with eigenvalues 1 and `condition`, its axes rotated by `rotation` degrees.

    With rotation 0 the steep direction is the second coordinate. The minimum is 0 at (0, 0).
    `f.hessian` is A, (2, 2). Raises ValueError for a condition number below 1.
    """
    check_number("the condition number of quadratic, largest over smallest,", condition, least=1)
    check_number("the rotation of quadratic", rotation)
    angle = np.deg2rad(rotation)
    R = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    A = R @ np.diag([1.0, condition]) @ R.T

    def f(theta):
        theta = _points(theta, 2)
        g = theta @ A.astype(np.result_type(theta, np.float32))  # float32 stays float32
        return 0.5 * (theta * g).sum(axis=-1), g

    f.hessian = A
    return named(f, quadratic, condition, rotation)


def rosenbrock(theta):
    """f(x, y) = (1 - x)² + 100 (y - x²)²: a curved valley, minimum 0 at (1, 1). (Rosenbrock, 1960)"""
    x, y = _coordinates(theta)
    value = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    return value, _gradient(-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2))


def beale(theta):
    """f(x, y) = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)²: flat plains between
    steep walls, the minimum is 0 at (3, 0.5). (Beale, 1958)"""
    x, y = _coordinates(theta)
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    dx = 2 * a * (y - 1) + 2 * b * (y**2 - 1) + 2 * c * (y**3 - 1)
    dy = 2 * a * x + 4 * b * x * y + 6 * c * x * y**2
    return a**2 + b**2 + c**2, _gradient(dx, dy)


def himmelblau(theta):
    """f(x, y) = (x² + y - 11)² + (x + y² - 7)²: four minima of value 0, one of them at (3, 2).
    (Himmelblau, 1972)"""
    x, y = _coordinates(theta)
    a, b = x**2 + y - 11, x + y**2 - 7
    return a**2 + b**2, _gradient(4 * a * x + 2 * b, 2 * a + 4 * b * y)


def saddle(theta):
    """f(x, y) = ½ x² - ½ y² + ¼ y⁴: a saddle point at (0, 0), minima -¼ at (0, 1) and (0, -1)."""
    x, y = _coordinates(theta)
    return 0.5 * x**2 - 0.5 * y**2 + 0.25 * y**4, _gradient(x, -y + y**3)


def lessard_recht_packard(theta):
    """f(x) with f' = 25x below 1, x + 24 from 1 to 2, 25x - 24 above: strongly convex, minimum 0 at 0.

    theta is (..., 1). Heavy ball with the best pair for quadratics (lr 1/9, beta 4/9) does not converge
    from 3.3: it cycles through three points. (Lessard, Recht, Packard, 2016, section 4.6)
    """
    x = _points(theta, 1)[..., 0]
    pieces = [x < 1, x < 2, x >= 2]
    value = np.select(
        pieces, [12.5 * x**2, 0.5 * x**2 + 24 * x - 12, 12.5 * x**2 - 24 * x + 36], np.nan
    )
    return value, np.select(pieces, [25 * x, x + 24, 25 * x - 24], np.nan)[..., None]


def _points(theta, d):
    theta = np.asarray(theta)
    if theta.ndim == 0 or theta.shape[-1] != d:
        raise ValueError(f"theta needs a last axis of {d}, got shape {theta.shape}")
    return theta


def _coordinates(theta):
    theta = _points(theta, 2)
    return theta[..., 0], theta[..., 1]


def _gradient(dx, dy):
    return np.stack([dx, dy], axis=-1)
