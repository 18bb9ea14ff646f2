"""Every layer: its value against torch, its pull against torch and against differences, its axes."""

import functools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers.compare import assert_close, assert_gradient
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib import layers

torch.set_num_threads(1)
MEAN, VAR = np.array([[0.3, -0.2, 1.0]]), np.array([[0.5, 2.0, 1.5]])


class Mask:
    """Stands for an rng whose random numbers keep exactly the entries where `keep` is True."""

    def __init__(self, keep):
        self.keep = np.asarray(keep)

    def random(self, shape, dtype):
        assert shape == self.keep.shape
        return self.keep.astype(dtype)


def torch_mask(rate, shape, seed=0):
    """What torch's own dropout makes of ones: 0 or 1 / (1 - rate)."""
    torch.manual_seed(seed)
    return F.dropout(torch.ones(shape, dtype=float), rate, training=True)


def dropout(x):
    return layers.dropout(x, 0.4, Mask(torch_mask(0.4, (5, 3)) > 0))


def dropout_torch(x):
    torch.manual_seed(0)
    return F.dropout(x, 0.4, training=True)


def batch_norm_torch(x, gamma, beta):
    return F.batch_norm(x, None, None, gamma[0], beta[0], training=True)


def fixed_norm(x, gamma, beta):
    return layers.batch_norm(x, gamma, beta, MEAN, VAR)


def fixed_norm_torch(x, gamma, beta):
    mean, var = torch.tensor(MEAN[0]), torch.tensor(VAR[0])
    return F.batch_norm(x, mean, var, gamma[0], beta[0], training=False)


# our layer, torch's, the shapes of what it takes
X, ROW = (5, 3), (1, 3)
TABLE = [
    pytest.param(layers.affine, lambda x, W, b: x @ W + b, [X, (3, 2), (1, 2)], id="affine"),
    pytest.param(layers.relu, F.relu, [X], id="relu"),
    pytest.param(layers.sigmoid, torch.sigmoid, [X], id="sigmoid"),
    pytest.param(layers.tanh, torch.tanh, [X], id="tanh"),
    pytest.param(dropout, dropout_torch, [X], id="dropout"),
    pytest.param(layers.batch_norm, batch_norm_torch, [X, ROW, ROW], id="batch_norm, training"),
    pytest.param(fixed_norm, fixed_norm_torch, [X, ROW, ROW], id="batch_norm, eval"),
]


def numbers(seed, shapes, lead=(), dtype=float):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(*lead, *shape)).astype(dtype) for shape in shapes]


def pulled(pull, dy):
    result = pull(dy)
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("layer", "theirs", "shapes"), TABLE)
def test_value_and_pull_equal_torch(layer, theirs, shapes, seed):
    arrays = numbers(seed, shapes)
    leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    expected = theirs(*leaves)
    dy = np.random.default_rng(seed + 100).normal(size=expected.shape)
    expected.backward(torch.tensor(dy))
    y, pull = layer(*arrays)
    assert_close(y, expected.detach())
    for ours, leaf in zip(pulled(pull, dy), leaves, strict=True):
        assert_close(ours, leaf.grad, atol=1e-13)


@pytest.mark.parametrize(("layer", "theirs", "shapes"), TABLE)
def test_pull_equals_differences(layer, theirs, shapes):
    arrays = numbers(7, shapes)
    y, pull = layer(*arrays)
    dy = np.random.default_rng(8).normal(size=y.shape)
    for k, ours in enumerate(pulled(pull, dy)):
        along = lambda a, k=k: (layer(*arrays[:k], a, *arrays[k + 1 :])[0] * dy).sum()
        assert_gradient(ours, along, arrays[k])


@pytest.mark.parametrize(("layer", "theirs", "shapes"), TABLE)
@settings(max_examples=8, deadline=None)
@given(lead=array_shapes(min_dims=0, max_dims=2, max_side=3), seed=st.integers(0, 99))
def test_leading_axes_are_runs(layer, theirs, shapes, lead, seed):
    arrays = numbers(seed, shapes, lead)
    y, pull = layer(*arrays)
    dy = np.random.default_rng(seed).normal(size=y.shape)
    parts = pulled(pull, dy)
    assert [part.shape for part in parts] == [a.shape for a in arrays]
    for i in np.ndindex(lead):
        alone, pull_alone = layer(*(a[i] for a in arrays))
        assert_close(y[i], alone)
        for part, expected in zip(parts, pulled(pull_alone, dy[i]), strict=True):
            assert_close(part[i], expected)


@pytest.mark.parametrize(("layer", "theirs", "shapes"), TABLE[:-1])
def test_float32_stays_float32(layer, theirs, shapes):
    y, pull = layer(*numbers(0, shapes, dtype=np.float32))
    parts = pulled(pull, np.ones_like(y))
    assert {y.dtype, *(part.dtype for part in parts)} == {np.dtype(np.float32)}


def test_float32_stays_float32_with_given_statistics():
    x, gamma, beta = numbers(0, [X, ROW, ROW], dtype=np.float32)
    y, pull = layers.batch_norm(x, gamma, beta, MEAN.astype("f4"), VAR.astype("f4"))
    assert {y.dtype, *(part.dtype for part in pull(y))} == {np.dtype(np.float32)}


def test_first_affine_leaves_out_dx():
    x, W, b = numbers(0, [X, (3, 2), (1, 2)])
    _, full = layers.affine(x, W, b)
    _, first = layers.affine(x, W, b, need_dx=False)
    dy = np.ones((5, 2))
    assert first(dy)[0] is None
    for a, b in zip(first(dy)[1:], full(dy)[1:], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("layer", [layers.sigmoid, layers.tanh, layers.relu])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_are_stable_at_any_size(layer, dtype):
    x = np.array([-1e4, -750, -100, 0, 100, 750, 1e4], dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        y, pull = layer(x)
        dx = pull(np.ones_like(x))
    expected = getattr(torch, layer.__name__)(torch.tensor(x))
    assert_close(y, expected, rtol=1e-6)
    assert np.isfinite(dx).all()


def test_relu_has_no_slope_at_zero_as_in_torch():
    leaf = torch.zeros(3, requires_grad=True)
    F.relu(leaf).sum().backward()
    y, pull = layers.relu(np.zeros(3))
    assert_close(pull(np.ones(3)), leaf.grad)
    assert_close(y, np.zeros(3))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_and_drops_the_share_asked_for(rate):
    y, _ = layers.dropout(np.ones((1000, 200)), rate, np.random.default_rng(0))
    assert set(np.unique(y)) == {0, 1 / (1 - rate)}
    assert (y == 0).mean() == pytest.approx(rate, abs=0.004)
    assert y.mean() == pytest.approx(1, abs=0.02)


def test_dropout_mask_is_shared_by_all_runs():
    y, _ = layers.dropout(np.ones((4, 6, 5)), 0.5, np.random.default_rng(0))
    assert 0 < (y == 0).mean() < 1
    assert (y == y[0]).all()


def test_batch_norm_with_the_batchs_own_numbers_as_statistics_gives_the_same_y():
    x, gamma, beta = numbers(3, [X, ROW, ROW])
    mean, var = x.mean(axis=0, keepdims=True), x.var(axis=0, keepdims=True)
    own, _ = layers.batch_norm(x, gamma, beta)
    fixed, _ = layers.batch_norm(x, gamma, beta, mean, var)
    assert_close(own, fixed)


@pytest.mark.parametrize("eps", [1e-5, 1e-2])
def test_batch_norm_eps_is_torchs(eps):
    x, gamma, beta = map(torch.tensor, numbers(4, [X, ROW, ROW]))
    expected = F.batch_norm(x, None, None, gamma[0], beta[0], training=True, eps=eps)
    y, _ = functools.partial(layers.batch_norm, eps=eps)(*(a.numpy() for a in (x, gamma, beta)))
    assert_close(y, expected)
