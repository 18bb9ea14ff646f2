"""Each closed form against a simulation, or a computation that does not use it."""

from itertools import combinations, product

import numpy as np
import pytest
from helpers.compare import assert_close

from course_lib import theory
from course_lib.landscapes import quadratic
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, adam, descend, momentum, nesterov, sgd

LEAST, MOST = 1.0, 25.0
LRS = np.linspace(0.001, 0.2, 400)


def descent(rule, lr, steps, curvature=1.0, **hyper):
    """θ (steps + 1, runs) of a rule on ½ λ θ² from 1."""
    bowl = quadratic(curvature)  # its second coordinate has the curvature
    return descend(bowl, (0.0, 1.0), Optimizer(rule, lr=lr, **hyper), steps)[..., 1]


def factor_in_the_long_run(f, rule, lr, beta):
    """What a step leaves of the error, measured between two late windows of a descent."""
    size = np.linalg.norm(descend(f, (1.0, 1.0), Optimizer(rule, lr=lr, beta=beta), 400), axis=-1)
    return (size[350:].max() / size[150:201].max()) ** (1 / 200)


def data(n=30):
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((n, 2)), np.ones(n)])
    return X, X @ [1.0, -2.0, 0.5] + rng.standard_normal(n)


def test_least_squares_has_gradient_zero():
    X, y = data()
    _, g = Objective(MLP(2, 1), squared_error)(theory.least_squares(X, y), X[:, :2], y)
    assert_close(g, np.zeros(3), atol=1e-13)


def test_the_path_of_least_squares_is_that_of_gradient_descent():
    X, y = data()
    f = Objective(MLP(2, 1), squared_error).on(X[:, :2], y)
    path = descend(f, np.zeros(3), Optimizer(sgd, lr=0.6), steps=12)
    assert_close(
        theory.least_squares_path(X, y, 0.6, [0, 1, 5, 12]), path[[0, 1, 5, 12]], rtol=1e-10
    )


@pytest.mark.parametrize("zeros", [0, 2])
def test_the_path_of_least_squares_ends_at_the_minimum_of_least_norm(zeros):
    X, y = data()
    X = np.column_stack([X, X[:, 0], np.zeros((len(X), zeros))])  # a column twice: many minima
    path = theory.least_squares_path(X, y, 0.1, [10**6, np.inf])
    assert_close(path, [theory.least_squares(X, y)] * 2, rtol=1e-9, atol=1e-12)


def test_the_hessian_is_the_change_of_the_gradient():
    X, y = data()
    f = Objective(MLP(2, 1), squared_error).on(X[:, :2], y)
    change = f(np.eye(3))[1] - f(np.zeros((3, 3)))[1]  # the loss is quadratic
    assert_close(theory.squared_error_hessian(X), change, rtol=1e-12)


@pytest.mark.parametrize("lr", [0.01, 0.05, 0.079])
def test_the_convergence_factor_is_what_a_step_leaves(lr):
    theta = descent(sgd, lr, 3, curvature=MOST)
    assert_close(abs(theta[3] / theta[2]), theory.convergence_factor(lr, MOST), rtol=1e-10)


def test_the_best_lr_has_the_smallest_factor_and_leaves_a_share_of_the_condition_number():
    slowest = lambda lr: max(theory.convergence_factor(lr, c) for c in (LEAST, MOST))
    best = theory.best_lr(LEAST, MOST)
    assert slowest(best) == pytest.approx((MOST / LEAST - 1) / (MOST / LEAST + 1))
    assert slowest(best) < min(slowest(0.999 * best), slowest(1.001 * best))


@pytest.mark.parametrize(
    ("rule", "hyper", "limit"),
    [
        (sgd, {}, theory.lr_limit(MOST)),
        (momentum, {"beta": 0.5}, theory.lr_limit(MOST, 0.5)),
        (momentum, {"beta": 0.9}, theory.lr_limit(MOST, 0.9)),
        (nesterov, {"beta": 0.5}, theory.nesterov_lr_limit(MOST, 0.5)),
        (nesterov, {"beta": 0.9}, theory.nesterov_lr_limit(MOST, 0.9)),
    ],
)
def test_a_descent_converges_below_its_limit_and_diverges_above(rule, hyper, limit):
    ends = np.abs(descent(rule, limit * np.array([0.99, 1.01]), 3000, MOST, **hyper)[-20:])
    assert ends[:, 0].max() < 1e-6
    assert not ends[:, 1].max() < 1e6


@pytest.mark.parametrize("beta", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("eta_lambda", [0.05, 0.8, 1.7, 2.5, 3.9])
def test_the_roots_are_the_eigenvalues_of_the_matrix_of_a_step(eta_lambda, beta):
    step = np.array([[1 + beta - eta_lambda, -beta], [1, 0]])
    roots = theory.heavy_ball_roots(eta_lambda, beta)
    assert_close(np.sort(np.abs(roots)), np.sort(np.abs(np.linalg.eigvals(step))), atol=1e-12)
    assert theory.spectral_radius(eta_lambda, beta) == np.abs(roots).max()
    np.testing.assert_array_equal(theory.heavy_ball_roots([eta_lambda] * 3, beta)[:, 2], roots)


@pytest.mark.parametrize(("lr", "beta"), [(0.02, 0.9), (0.05, 0.6), (0.1, 0.3)])
def test_the_slowest_factor_is_that_of_a_long_descent(lr, beta):
    measured = factor_in_the_long_run(quadratic(MOST), momentum, lr, beta)
    assert measured == pytest.approx(theory.slowest_factor(lr, beta, (LEAST, MOST)), rel=2e-3)
    assert theory.slowest_factor(LRS, 0.0, (LEAST, MOST)) == pytest.approx(
        np.maximum(abs(1 - LRS * LEAST), abs(1 - LRS * MOST))
    )


def test_no_pair_is_faster_than_the_pair_of_heavy_ball():
    lr, beta = theory.heavy_ball_pair(LEAST, MOST)
    assert (lr, beta) == pytest.approx((1 / 9, 4 / 9))
    assert theory.heavy_ball_pair(4, 100) == pytest.approx((1 / 36, 4 / 9))
    factor = theory.slowest_factor(lr, beta, (LEAST, 4.0, MOST))
    assert factor == pytest.approx(np.sqrt(beta), abs=1e-6)
    around = np.meshgrid(lr * np.linspace(0.5, 1.5, 51), np.linspace(0, 0.99, 100))
    assert theory.slowest_factor(*around, (LEAST, MOST)).min() > factor - 1e-6


def test_the_pair_of_nesterov_converges_as_its_root_says():
    lr, beta = theory.nesterov_pair(LEAST, MOST)
    assert (lr, beta) == pytest.approx((1 / 25, 2 / 3))
    assert theory.nesterov_pair(4, 100) == pytest.approx((1 / 100, 2 / 3))
    measured = factor_in_the_long_run(quadratic(MOST), nesterov, lr, beta)
    assert measured == pytest.approx(1 - np.sqrt(LEAST / MOST), rel=0.01)  # a double root


@pytest.mark.parametrize(("factor", "tolerance"), [(0.5, 0.1), (0.9, 1e-3), (0.99, 1e-6)])
def test_the_steps_needed_are_counted(factor, tolerance):
    left = factor ** np.arange(2000)
    assert theory.steps_needed(factor, tolerance) == np.argmax(left <= tolerance)


@pytest.mark.parametrize(
    ("lr", "curvature", "s"), [(0.1, 2.0, 3.0), (0.5, 1.0, 0.5), (1.5, 1.0, 1.0)]
)
def test_the_noise_is_that_of_simulated_descents_and_of_their_second_moment(lr, curvature, s):
    rng, theta, moment = np.random.default_rng(1), np.full(40_000, 3.0), 9.0
    for steps in range(1, 61):
        theta = theta - lr * (curvature * theta + s * rng.standard_normal(len(theta)))
        moment = (1 - lr * curvature) ** 2 * moment + lr**2 * s**2
        loss = sum(theory.expected_loss(steps, lr, curvature, s, 3.0))
        assert loss == pytest.approx(curvature / 2 * moment, rel=1e-12)
    assert np.mean(theta**2) == pytest.approx(moment, rel=0.03)
    assert theory.stationary_variance(lr, curvature, s) == pytest.approx(moment, rel=1e-6)


def test_no_variance_is_stationary_at_the_limit_and_beyond():
    v = theory.stationary_variance(np.array([1.9, 2.0, 2.1]), 1.0, 1.0)
    np.testing.assert_array_equal(np.isnan(v), [False, True, True])


@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_variance_of_a_batch_is_that_of_all_batches(size):
    x = np.array([3.0, -1.0, 4.0, 1.0, -5.0])
    once = [np.mean(batch) for batch in combinations(x, size)]
    assert np.var(once) / np.var(x) == pytest.approx(theory.batch_variance(size, len(x)), abs=1e-15)
    repeated = np.mean(list(product(x, repeat=size)), axis=1)
    assert np.var(repeated) / np.var(x) == pytest.approx(theory.batch_variance(size))


@pytest.mark.parametrize(("lr", "beta"), [(0.3, 0.0), (0.2, 0.9), (lambda t: 0.3 / t, 0.5)])
def test_the_moments_of_heavy_ball_are_those_of_many_runs(lr, beta):
    steps, runs, rng = 30, 40_000, np.random.default_rng(0)
    mean, variance = theory.heavy_ball_moments(lr, beta, 2.0, 0.5, 3.0, steps)
    theta, v, path = np.full(runs, 3.0), 0.0, [np.full(runs, 3.0)]
    for t in range(1, steps + 1):
        v = beta * v + 2.0 * theta + 0.5 * rng.standard_normal(runs)
        theta = theta - (lr(t) if callable(lr) else lr) * v
        path.append(theta)
    path = np.array(path)
    assert_close(path.mean(axis=-1), mean, atol=4 * np.sqrt(variance.max() / runs), rtol=0)
    assert_close(path.var(axis=-1), variance, rtol=4 * np.sqrt(2 / runs))
    exact = 3.0 * descent(momentum, lr, steps, curvature=2.0, beta=beta)
    assert_close(mean, exact, atol=1e-12)


def test_the_moments_of_gradient_descent_end_at_the_stationary_variance():
    lr, curvature = np.array([0.1, 0.5, 1.5])[:, None], np.array([0.3, 1.0])
    _, variance = theory.heavy_ball_moments(lr, 0.0, curvature, 0.7, 1.0, 2000)
    assert_close(variance[-1], theory.stationary_variance(lr, curvature, 0.7), rtol=1e-9)
    assert variance.shape == (2001, 3, 2)


@pytest.mark.parametrize(("C", "beta2"), [(3, 0.1), (3, 0.5), (1.5, 0.9), (7, 0.2), (4, 0.999)])
def test_the_drift_of_adam_is_that_of_a_late_round(C, beta2):
    theta, optimizer = np.zeros(1), Optimizer(adam, lr=1.0, beta1=0.0, beta2=beta2)
    for g in [C, -1, -1] * 5000:
        theta = optimizer.step(theta, [g])
    before = theta
    for g in (C, -1, -1):
        theta = optimizer.step(theta, [g])
    assert_close((before - theta)[0], theory.adam_drift(C, beta2), rtol=1e-5, atol=1e-6)
