"""Optimizer and descend: many runs, precision, divergence, rules of a student's own."""

import warnings

import numpy as np
import pytest
from helpers.compare import assert_close

from course_lib import schedules
from course_lib.landscapes import quadratic, rosenbrock
from course_lib.optim import (
    RULES,
    Optimizer,
    adam,
    clip_norm,
    descend,
    gradient_noise,
    momentum,
    sgd,
)
from course_lib.penalties import l2
from course_lib.runs import repeat_for_runs

STEPS, START, BOWL = 40, (1.5, -0.7), quadratic(7, 30)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings(action="error"):
        yield


# Many runs against single ones.


LRS = np.array([0.01, 0.03])
# what differs between the runs: everything for all runs at once, and for run k alone
MANY = {
    "clip_norm": lambda k: Optimizer(momentum, clip_norm(0.5), lr=LRS[k]),
    "gradient_noise": lambda k: Optimizer(adam, gradient_noise(0.3), lr=LRS[k]),
    "both": lambda k: Optimizer(adam, clip_norm(1), gradient_noise(0.3), clip_norm(0.4), lr=LRS[k]),
}


@pytest.mark.parametrize("make", MANY.values(), ids=MANY)
def test_transforms_of_many_runs(make):
    many = descend(BOWL, START, make(slice(None)), STEPS, seed=3)
    for k in range(2):
        assert_close(many[:, k], descend(BOWL, START, make(k), STEPS, seed=3))
    assert not np.array_equal(many[:, 0], many[:, 1])


def test_runs_of_the_function_itself():
    strengths = np.array([0.1, 1, 10])
    many = descend(l2(strengths), START, Optimizer(sgd, lr=0.01), STEPS)
    for k, s in enumerate(strengths):
        assert_close(many[:, k], descend(l2(s), START, Optimizer(sgd, lr=0.01), STEPS))


# Precision.


def test_a_theta_for_every_run_is_a_new_array():
    theta0 = np.zeros(2)
    theta = repeat_for_runs(theta0, optimizer=(3,))
    theta[0] = 1
    assert (theta.tolist(), theta0.tolist()) == ([[1, 1], [0, 0], [0, 0]], [0, 0])
    assert repeat_for_runs(3.5).tolist() == [3.5]


def test_whole_numbers_are_a_start_too():
    half = lambda theta, g, t: theta / 2
    for rule in (sgd, half):
        assert descend(BOWL, (3, 1), Optimizer(rule), 5).dtype == float
        assert Optimizer(rule).step(np.array([3, 1]), np.array([1, 1])).dtype == float
    assert Optimizer(half).step([3, 1], [0, 0]).tolist() == [1.5, 0.5]


def test_a_schedule_is_asked_for_its_shape_at_1_and_then_for_each_step():
    asked = []
    descend(BOWL, START, Optimizer(sgd, lr=lambda t: asked.append(t) or 0.1), 3)
    assert asked == [1, 1, 2, 3]


# Chance and memory.


def test_same_seed_same_bits_and_other_seeds_differ():
    noisy = Optimizer(adam, gradient_noise(1.0), lr=0.1)
    walk = lambda **seed: descend(BOWL, START, noisy, STEPS, **seed)
    assert walk(seed=1).tobytes() == walk(seed=1).tobytes()
    assert not np.allclose(walk(seed=1)[1:], walk(seed=2)[1:])
    np.testing.assert_array_equal(walk(), walk(seed=0))
    np.testing.assert_array_equal(walk()[1], noisy.step(START, BOWL(START)[1]))


@pytest.mark.parametrize("name", RULES)
def test_descend_leaves_the_optimizer_as_it_is(name):
    optimizer = Optimizer(RULES[name])
    first = descend(rosenbrock, START, optimizer, STEPS)
    assert optimizer.t == 0
    assert optimizer.state == Optimizer(RULES[name]).state
    assert descend(rosenbrock, START, optimizer, STEPS).tobytes() == first.tobytes()


def test_an_optimizer_remembers_and_a_fresh_one_does_not():
    optimizer, g = Optimizer(momentum, lr=1, beta=0.5), np.ones(1)
    assert optimizer.step(np.zeros(1), g).tolist() == [-1]
    assert optimizer.step(np.zeros(1), g).tolist() == [-1.5]
    assert (optimizer.t, optimizer.state[0].tolist()) == (2, [1.5])
    assert optimizer.fresh().step(np.zeros(1), g).tolist() == [-1]


def test_subnormal_states_become_zero():
    """Adam's moments of a pixel that went dark, which would slow every step."""
    for dtype in (np.float32, np.float64):
        optimizer, theta = Optimizer(adam, beta2=0.9), np.ones(2, dtype)
        for t in range(8000 if dtype is np.float64 else 1000):
            theta = optimizer.step(theta, np.array([t == 0, 1]))
            sizes = np.abs(np.array(optimizer.state))
            assert (sizes[sizes != 0] >= np.finfo(dtype).smallest_normal).all()
        assert optimizer.state[0].tolist()[0] == 0


# Divergence.


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_divergence_is_silent_local_and_final(name, dtype):
    lr = np.array([0.02, 1e100, 0.01])
    explode = lambda theta: ((theta**4).sum(axis=-1), 4 * theta**3)
    start = np.array(START, dtype)
    path = descend(explode, start, Optimizer(RULES[name], lr=lr), STEPS)
    gone = np.isnan(path).all(axis=-1)
    assert gone[-1].tolist() == [False, True, False]
    assert np.isfinite(path[~gone]).all()  # a theta is whole or gone
    assert (np.diff(gone.astype(int), axis=0) >= 0).all()  # and stays gone
    without = descend(explode, start, Optimizer(RULES[name], lr=lr[[0, 2]]), STEPS)
    assert path[:, [0, 2]].tobytes() == without.tobytes()


def test_a_single_run_that_diverges_ends_in_nan():
    path = descend(BOWL, START, Optimizer(sgd, lr=1e200), 5)
    assert np.isnan(path).all(axis=-1).tolist() == [False, False, True, True, True, True]


def test_a_value_that_is_not_finite_ends_a_path():
    f = lambda theta: (np.log(theta).sum(axis=-1), 1 / theta)
    path = descend(f, np.array([[0.5], [5.0]]), Optimizer(sgd, lr=0.3), 4)
    assert np.isnan(path[:, 0, 0]).tolist() == [False, False, True, True, True]
    assert np.isfinite(path[:, 1]).all()


def test_repr_holds_no_address():
    optimizer = Optimizer(
        adam, clip_norm(1.0), lr=schedules.cosine(1e-3, 5000), beta1=np.array([0, 1])
    )
    assert repr(optimizer) == (
        "Optimizer(adam, clip_norm(1.0), lr=cosine(0.001, 5000, 0.0), beta1=array([0, 1]), "
        "beta2=0.999, eps=1e-08)"
    )
