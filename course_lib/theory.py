"""Closed forms: what theory says about a descent before it runs, each with its source.

λ is a curvature, an eigenvalue of the Hessian; `least` and `most` are the smallest and the largest,
κ = λ_max / λ_min. η is `lr`, β is `beta`, s² is the variance of the noise in a gradient. All functions
of numbers take arrays too, which broadcast.
"""

import numpy as np


def least_squares(X, y):
    """The minimum θ (n,) of the mean of (Xθ - y)², for X (N, n) and y (N,). (Legendre, 1805)"""
    return np.linalg.lstsq(X, y)[0]


def squared_error_hessian(X):
    """H = (2 / N) XᵀX (n, n), the Hessian of the mean of (Xθ - y)², for X (N, n)."""
    return 2 / len(X) * X.T @ X


def least_squares_path(X, y, lr, steps):
    """θ (K, n) after each number of `steps` (K,) of gradient descent from 0 on the mean of (Xθ - y)².

    Along an eigenvector of the Hessian θ_k = (1 - (1 - ηλ)ᵏ) θ_∞, and θ_k = 0 where λ = 0. So `np.inf`
    steps give the minimum of least norm. (Landweber, 1951)
    """
    curvatures, V = np.linalg.eigh(squared_error_hessian(X))
    flat = curvatures <= 1e-12 * curvatures[-1]
    pull = V.T @ (2 / len(X) * X.T @ y)
    end = np.where(flat, 0, pull / np.where(flat, 1, curvatures))
    left = (1 - lr * np.where(flat, 0, curvatures)) ** np.asarray(steps, float)[:, None]
    return (end - left * end) @ V.T


def convergence_factor(lr, curvature):
    """|1 - ηλ|, the factor by which a step of gradient descent multiplies the error along λ.

    (Polyak, 1987, chapter 1)
    """
    return np.abs(1 - lr * curvature)


def best_lr(least, most):
    """η = 2 / (λ_min + λ_max), the fastest of gradient descent: its factor is (κ - 1) / (κ + 1).

    (Polyak, 1987, chapter 1)
    """
    return 2 / (least + most)


def lr_limit(most, beta=0.0):
    """2 (1 + β) / λ_max: heavy ball, or gradient descent at β = 0, converges below this η.

    (Polyak, 1964)
    """
    return 2 * (1 + beta) / most


def nesterov_lr_limit(most, beta):
    """2 (1 + β) / ((1 + 2β) λ_max): Nesterov's momentum converges below this η.

    There r = -1 is a root of r² - (1 + β) (1 - ηλ) r + β (1 - ηλ). (O'Donoghue, Candès, 2015)
    """
    return 2 * (1 + beta) / ((1 + 2 * beta) * most)


def heavy_ball_roots(eta_lambda, beta):
    """The two roots of r² - (1 + β - ηλ) r + β, (2, ...) and complex.

    The error of heavy ball along λ is a sum of their powers rᵗ. Where they are not real, it
    oscillates and |r| = √β. (Polyak, 1964)
    """
    half = (1 + beta - np.asarray(eta_lambda)) / 2
    root = np.sqrt(half**2 - beta + 0j)
    return np.stack([half + root, half - root])


def spectral_radius(eta_lambda, beta):
    """max |r|, by which a step of heavy ball multiplies the error along λ in the long run."""
    return np.abs(heavy_ball_roots(eta_lambda, beta)).max(axis=0)


def slowest_factor(lr, beta, curvatures):
    """The largest spectral radius of heavy ball over the curvatures, a list of numbers."""
    return np.max([spectral_radius(lr * curvature, beta) for curvature in curvatures], axis=0)


def heavy_ball_pair(least, most):
    """η = 4 / (√λ_min + √λ_max)² and β = ((√κ - 1) / (√κ + 1))², the fastest pair of heavy ball.

    Its spectral radius is √β on every curvature between. (Polyak, 1964)
    """
    low, high = np.sqrt(least), np.sqrt(most)
    return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2


def nesterov_pair(least, most):
    """η = 1 / λ_max and β = (√κ - 1) / (√κ + 1), the usual pair of Nesterov's momentum.

    It converges on every function with curvatures between. (Nesterov, 2004, section 2.2)
    """
    low, high = np.sqrt(least), np.sqrt(most)
    return 1 / most, (high - low) / (high + low)


def steps_needed(factor, tolerance):
    """⌈log tolerance / log factor⌉, the steps until `tolerance` of the error is left; factor < 1."""
    return np.ceil(np.log(tolerance) / np.log(factor))


def stationary_variance(lr, curvature, s):
    """v = η s² / (λ (2 - ηλ)), the mean of θ² after many steps θ ← θ - η (λθ + ξ), ξ of variance s².

    nan where ηλ ≥ 2, which diverges. (Zhang et al., 2019, the noisy quadratic model)
    """
    room = 2 - lr * curvature
    with np.errstate(divide="ignore"):
        return np.where(room > 0, lr * s**2 / (curvature * room), np.nan)


def expected_loss(steps, lr, curvature, s, theta0):
    """The mean of ½ λ θ² after `steps` noisy steps from theta0, as its two parts: transient, noise.

    (1 - ηλ)²ᵗ ½ λ θ₀² and (1 - (1 - ηλ)²ᵗ) ½ λ v, where v is the stationary variance.
    (Zhang et al., 2019, the noisy quadratic model)
    """
    left = convergence_factor(lr, curvature) ** (2 * steps)
    floor = curvature / 2 * stationary_variance(lr, curvature, s)
    return left * curvature / 2 * theta0**2, (1 - left) * floor


def batch_variance(size, n=None):
    """1 / B, the variance of a mean of B random examples, where that of one example is 1.

    With n, no example is drawn twice of n: (n - B) / (n - 1) / B, by the finite-population factor
    (n - B) / (n - 1). (Cochran, 1977, chapter 2)
    """
    return 1 / size if n is None else (n - size) / (n - 1) / size


def heavy_ball_moments(lr, beta, curvature, s, theta0, steps):
    """The mean and the variance of θ, each (steps + 1, ...), of heavy ball from theta0 with noise.

    v ← β v + λθ + ξ, θ ← θ - η v on ½ λθ², with independent noise ξ of variance s². lr may be a
    schedule t → η. The mean of the loss is ½ λ (mean² + variance): the distance still to go, and the
    noise. (Zhang et al., 2019, the noisy quadratic model)
    """
    mean, velocity, var, cov, var_v = theta0, 0.0, 0.0, 0.0, 0.0
    means, variances = [mean], [var]
    for t in range(1, steps + 1):
        eta = lr(t) if callable(lr) else lr
        velocity = beta * velocity + curvature * mean
        mean = mean - eta * velocity
        var_v = beta**2 * var_v + 2 * beta * curvature * cov + curvature**2 * var + s**2
        cov = beta * cov + curvature * var  # of the old θ with the new v
        var = var - 2 * eta * cov + eta**2 * var_v
        cov = cov - eta * var_v
        means.append(mean)
        variances.append(var)
    return np.stack(np.broadcast_arrays(*means)), np.stack(np.broadcast_arrays(*variances))


def adam_drift(C, beta2):
    """The sum of the steps g / √v in a round of gradients C, -1, -1, after many rounds; β1 = 0.

    v is then periodic: behind the gradient g₀ come (1 - β2) (g₀² + β2 g₁² + β2² g₂²) / (1 - β2³), g₁
    the one before. Adam moves against the sign, gradient descent against that of C - 2. (Reddi,
    Kale, Kumar, 2018, theorem 1)
    """
    square, root = np.square(C), lambda a, b, c: np.sqrt(a + beta2 * b + beta2**2 * c)
    steps = C / root(square, 1, 1) - 1 / root(1, square, 1) - 1 / root(1, 1, square)
    return steps * np.sqrt((1 - beta2**3) / (1 - beta2))
