"""Transforms of the gradient: clipping against torch, noise against its formula."""

import warnings

import numpy as np
import pytest
import torch
from helpers.compare import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib.optim import Optimizer, sgd
from course_lib.transforms import clip_norm, gradient_noise

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings(action="error"):
        yield


@pytest.mark.parametrize("largest", [0.1, 1, 100])
def test_clip_norm_equals_torch(largest):
    g = np.random.default_rng(0).normal(size=20)
    p = torch.zeros(20, requires_grad=True, dtype=float)
    p.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_([p], largest)
    assert_close(clip_norm(largest)(g, 1, 0), p.grad, rtol=1e-5)  # torch adds 1e-6 to the norm


@settings(max_examples=20, deadline=None)
@given(lead=array_shapes(min_dims=0, max_dims=3, max_side=3), seed=st.integers(0, 99))
def test_clip_norm_gives_each_run_its_own_norm(lead, seed):
    g = np.random.default_rng(seed).normal(size=(*lead, 5)) * 2
    clipped = clip_norm(3.0)(g, 1, 0)
    norm = np.linalg.norm(g, axis=-1)
    assert_close(np.linalg.norm(clipped, axis=-1), np.minimum(norm, 3))
    np.testing.assert_array_equal(clipped[norm <= 3], g[norm <= 3])
    assert_close(clipped / np.linalg.norm(clipped, axis=-1, keepdims=True), g / norm[..., None])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_clip_norm_of_zero_and_of_a_huge_gradient(dtype):
    assert clip_norm(1.0)(np.zeros(3, dtype), 1, 0).tolist() == [0, 0, 0]
    huge = np.array([3, 4], dtype) * dtype(1e15)
    assert_close(clip_norm(1.0)(huge, 1, 0), [0.6, 0.8], rtol=1e-6)


def test_a_diverged_run_leaves_its_neighbours_alone():
    g = np.array([[3.0, 4.0], [np.nan, 1.0], [0.3, 0.4]])
    clipped = clip_norm(1.0)(g, 1, 0)
    assert np.isnan(clipped[1]).all()
    assert_close(clipped[[0, 2]], [[0.6, 0.8], [0.3, 0.4]])


@pytest.mark.parametrize(
    ("eta", "gamma", "t", "seed"),
    [(0.3, 0.55, 1, 0), (0.3, 0.55, 9, 3), (4, 1, 25, 3), (0, 1, 1, 0)],
)
def test_noise_is_that_of_seed_and_step(eta, gamma, t, seed):
    g, normal = np.ones(9), np.random.default_rng((seed, t)).standard_normal(9)
    assert_close(gradient_noise(eta, gamma)(g, t, seed), g + np.sqrt(eta / t**gamma) * normal)


def test_all_runs_meet_the_same_noise():
    noise = gradient_noise(1.0)(np.zeros((3, 2, 8)), 1, 0)
    assert (noise == noise[0, 0]).all()
    assert_close(noise[0, 0], gradient_noise(1.0)(np.zeros(8), 1, 0))


@pytest.mark.parametrize("number", [float, np.float64])
def test_float32_stays_float32(number):
    for transform in (clip_norm(number(0.5)), gradient_noise(number(0.1), number(0.55))):
        assert transform(np.ones((2, 3), np.float32), 1, 0).dtype == np.float32


def test_transforms_work_in_their_order():
    double, add = lambda g, t, seed: 2 * g, lambda g, t, seed: g + t
    step = lambda *transforms: Optimizer(sgd, *transforms, lr=1).step(np.zeros(1), np.ones(1))[0]
    assert (step(), step(double), step(double, add), step(add, double)) == (-1, -2, -3, -4)
