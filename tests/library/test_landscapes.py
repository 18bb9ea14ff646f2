"""Every landscape: its gradient, its minimum, its leading axes."""

import numpy as np
import pytest
import torch
from helpers.compare import assert_close, assert_gradient, assert_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib import landscapes as land

torch.set_num_threads(1)


def lessard_torch(x):
    x = x[..., 0]
    middle = torch.where(x < 2, 0.5 * x**2 + 24 * x - 12, 12.5 * x**2 - 24 * x + 36)
    return torch.where(x < 1, 12.5 * x**2, middle)


# landscape, the same written for torch from its definition, dimensions
TABLE = [
    pytest.param(
        land.quadratic(25), lambda p: 0.5 * p[..., 0] ** 2 + 12.5 * p[..., 1] ** 2, 2, id="quadratic"
    ),
    pytest.param(
        land.quadratic(9, rotation=90), lambda p: 4.5 * p[..., 0] ** 2 + 0.5 * p[..., 1] ** 2, 2,
        id="quadratic turned",
    ),
    pytest.param(
        land.rosenbrock, lambda p: (1 - p[..., 0]) ** 2 + 100 * (p[..., 1] - p[..., 0] ** 2) ** 2, 2,
        id="rosenbrock",
    ),
    pytest.param(
        land.beale,
        lambda p: sum(
            (c - p[..., 0] + p[..., 0] * p[..., 1] ** k) ** 2
            for k, c in ((1, 1.5), (2, 2.25), (3, 2.625))
        ), 2, id="beale",
    ),
    pytest.param(
        land.himmelblau,
        lambda p: (p[..., 0] ** 2 + p[..., 1] - 11) ** 2 + (p[..., 0] + p[..., 1] ** 2 - 7) ** 2, 2,
        id="himmelblau",
    ),
    pytest.param(
        land.saddle, lambda p: 0.5 * p[..., 0] ** 2 - 0.5 * p[..., 1] ** 2 + 0.25 * p[..., 1] ** 4, 2,
        id="saddle",
    ),
    pytest.param(land.lessard_recht_packard, lessard_torch, 1, id="lessard_recht_packard"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "theirs", "d"), TABLE)
def test_value_and_gradient_equal_torch(f, theirs, d):
    theta = np.random.default_rng(0).normal(0, 2, (50, d))
    leaf = torch.tensor(theta, requires_grad=True)
    expected = theirs(leaf)
    expected.sum().backward()
    value, g = f(theta)
    assert_close(value, expected.detach(), atol=1e-12)
    assert_close(g, leaf.grad, atol=1e-12)


@pytest.mark.parametrize(("f", "theirs", "d"), TABLE)
def test_gradient_equals_differences(f, theirs, d):
    for theta in np.random.default_rng(1).normal(0, 2, (10, d)):
        assert_gradient(f(theta)[1], lambda p: f(p)[0], theta)


@pytest.mark.parametrize(
    ("f", "minimum", "value"),
    [
        (land.quadratic(100, 30), (0, 0), 0),
        (land.rosenbrock, (1, 1), 0),
        (land.beale, (3, 0.5), 0),
        (land.himmelblau, (3, 2), 0),
        (land.himmelblau, (-2.805118086952745, 3.131312518250573), 0),
        (land.himmelblau, (-3.779310253377747, -3.283185991286170), 0),
        (land.himmelblau, (3.584428340330492, -1.848126526964404), 0),
        (land.saddle, (0, 1), -0.25),
        (land.saddle, (0, -1), -0.25),
        (land.lessard_recht_packard, (0,), 0),
    ],
)
def test_minimum(f, minimum, value):
    found, g = f(minimum)
    assert_close(found, value, atol=1e-12)
    assert_close(g, np.zeros(len(minimum)), atol=1e-10)
    around = minimum + np.random.default_rng(2).normal(0, 1e-3, (100, len(minimum)))
    assert (f(around)[0] > value).all()


@pytest.mark.parametrize(("f", "theirs", "d"), TABLE)
@settings(max_examples=10, deadline=None)
@given(lead=array_shapes(min_dims=0, max_dims=3, max_side=3), seed=st.integers(0, 99))
def test_leading_axes_are_points(f, theirs, d, lead, seed):
    theta = np.random.default_rng(seed).normal(size=(*lead, d))
    value, g = f(theta)
    assert value.shape == lead
    assert g.shape == theta.shape
    for i in np.ndindex(lead):
        assert_close(value[i], f(theta[i])[0])
        assert_close(g[i], f(theta[i])[1])


@pytest.mark.parametrize(("f", "theirs", "d"), TABLE)
def test_dtype_is_that_of_theta_and_whole_numbers_are_points_too(f, theirs, d):
    value, g = f(np.ones(d, np.float32))
    assert value.dtype == g.dtype == np.float32
    assert_close(f([2] * d)[0], f([2.0] * d)[0])
    assert_close(f([2] * d)[1], f([2.0] * d)[1])


@pytest.mark.parametrize("condition", [1, 1.5, 40])
@pytest.mark.parametrize("rotation", [0, 30, -75])
def test_quadratic_has_the_condition_number_and_the_axes_asked_for(condition, rotation):
    A = land.quadratic(condition, rotation).hessian
    assert_close(np.linalg.eigvalsh(A), [1, condition], atol=1e-12)
    flat = np.array([np.cos(np.deg2rad(rotation)), np.sin(np.deg2rad(rotation))])
    assert_close(A @ flat, flat, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: land.quadratic(0.5), ["at least 1", "0.5"]),
        (lambda: land.rosenbrock(np.ones(3)), ["last axis of 2", "(3,)"]),
        (lambda: land.rosenbrock(1.0), ["last axis of 2", "()"]),
        (lambda: land.lessard_recht_packard(np.ones((4, 2))), ["last axis of 1", "(4, 2)"]),
    ],
)
def test_errors_say_what_came_and_what_is_needed(call, words):
    assert_refused(ValueError, call, *words)
