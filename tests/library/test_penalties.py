"""Every penalty against torch and against differences, for one strength and for one per run."""

import numpy as np
import pytest
import torch
from helpers.compare import assert_close, assert_gradient, assert_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib.penalties import elastic_net, l1, l2, none

torch.set_num_threads(1)

# penalty, the strengths tried, the same for torch
TABLE = [
    pytest.param(l2, [0.3], lambda w, a: a / 2 * w.pow(2).sum(), id="l2"),
    pytest.param(l1, [0.3], lambda w, a: a * w.abs().sum(), id="l1"),
    pytest.param(
        elastic_net, [0.3, 0.7], lambda w, a, b: a * w.abs().sum() + b / 2 * w.pow(2).sum(),
        id="elastic_net",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("make", "strengths", "theirs"), TABLE)
def test_value_and_gradient_equal_torch_and_differences(make, strengths, theirs):
    w = np.random.default_rng(0).normal(size=9)
    leaf = torch.tensor(w, requires_grad=True)
    expected = theirs(leaf, *strengths)
    expected.backward()
    R, dR = make(*strengths)(w)
    assert_close(R, expected.detach())
    assert_close(dR, leaf.grad)
    assert_gradient(dR, lambda p: make(*strengths)(p)[0], w)


@pytest.mark.parametrize(("make", "strengths", "theirs"), TABLE)
def test_at_zero_nothing_is_paid_and_nothing_pulls(make, strengths, theirs):
    R, dR = make(*strengths)(np.zeros(4))
    assert R == 0
    assert dR.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("make", "strengths", "theirs"), TABLE)
@settings(max_examples=10, deadline=None)
@given(lead=array_shapes(min_dims=0, max_dims=3, max_side=3), seed=st.integers(0, 99))
def test_one_strength_per_run(make, strengths, theirs, lead, seed):
    """Also with w (P,): the runs then are those of the strengths alone."""
    rng = np.random.default_rng(seed)
    arrays = [rng.uniform(0, 2, lead) for _ in strengths]
    w = rng.normal(size=(*lead, 5))
    penalty = make(*arrays)
    assert penalty.runs == lead
    (R, dR), (R_of_one, dR_of_one) = penalty(w), penalty(w[(0,) * len(lead)])
    assert R.shape == R_of_one.shape == lead
    assert dR.shape == dR_of_one.shape == w.shape
    for i in np.ndindex(lead):
        alone, d_alone = make(*(float(a[i]) for a in arrays))(w[i])
        assert_close(R[i], alone)
        assert_close(dR[i], d_alone)


def test_strengths_of_two_axes_make_a_grid():
    grid = elastic_net(np.array([0, 1, 2])[:, None], np.array([0.5, 1.5]))
    assert grid.runs == (3, 2)
    R, dR = grid(np.array([1.0, -2.0]))
    assert R.tolist() == [[3 * a + 2.5 * b for b in (0.5, 1.5)] for a in (0, 1, 2)]
    assert dR.shape == (3, 2, 2)


@pytest.mark.parametrize("kind", [float, np.float64, np.array, lambda s: np.full(2, s), int])
@pytest.mark.parametrize(("make", "strengths", "theirs"), TABLE)
def test_float32_stays_float32(make, strengths, theirs, kind):
    R, dR = make(*map(kind, strengths))(np.ones((2, 3), np.float32))
    assert R.dtype == dR.dtype == np.float32


@settings(max_examples=10, deadline=None)
@given(lead=array_shapes(min_dims=0, max_dims=3, max_side=3))
def test_none_is_zero(lead):
    R, dR = none(np.ones((*lead, 4), np.float32))
    assert_close(R, np.zeros(lead, np.float32))
    assert_close(dR, np.zeros((*lead, 4), np.float32))
    assert R.dtype == dR.dtype == np.float32


def test_elastic_net_is_the_sum_of_its_parts():
    w = np.random.default_rng(1).normal(size=6)
    (R, dR), (R1, dR1), (R2, dR2) = elastic_net(0.2, 0.6)(w), l1(0.2)(w), l2(0.6)(w)
    assert_close(R, R1 + R2)
    assert_close(dR, dR1 + dR2)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: l2("0.1"), TypeError, ["strength of l2", "a number or an array", "got '0.1'"]),
        (lambda: l1(-0.1), ValueError, ["strength of l1", "at least 0", "got -0.1"]),
        (lambda: elastic_net(1, [0, -2]), ValueError, ["strength l2 of elastic_net", "[0, -2]"]),
        (
            lambda: elastic_net([1, 2], [1, 2, 3]),
            ValueError,
            ["strengths", "(2,)", "(3,)", "axis"],
        ),
    ],
)
def test_errors_say_what_came_and_what_is_needed(call, kind, words):
    assert_refused(kind, call, *words)


def test_the_name_of_a_penalty_is_its_call():
    assert l2(1e-4).__name__ == "l2(0.0001)"
    assert elastic_net(0, 0.5).__name__ == "elastic_net(0, 0.5)"
