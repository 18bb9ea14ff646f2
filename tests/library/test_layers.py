"""Layers beyond the table of test_protocol: extreme inputs, dropout's mean, the dx nobody asks for."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers.compare import assert_close

from course_lib import layers

torch.set_num_threads(1)


def test_first_affine_leaves_out_dx():
    rng = np.random.default_rng(0)
    x, W, b, dy = (rng.normal(size=shape) for shape in ((5, 3), (3, 2), (1, 2), (5, 2)))
    dx, *rest = layers.affine(x, W, b, need_dx=False)[1](dy)
    assert dx is None
    np.testing.assert_equal(rest, list(layers.affine(x, W, b)[1](dy)[1:]))


@pytest.mark.parametrize("layer", [layers.sigmoid, layers.tanh, layers.relu])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_are_stable_at_any_size(layer, dtype):
    """And relu has no slope at 0, as in torch."""
    x = np.array([-1e4, -750, -100, 0, 100, 750, 1e4], dtype)
    leaf = torch.tensor(x, requires_grad=True)
    expected = getattr(torch, layer.__name__)(leaf)
    expected.sum().backward()
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        y, pull = layer(x)
        dx = pull(np.ones_like(x))
    assert_close(y, expected.detach(), rtol=1e-6)
    assert_close(dx, leaf.grad, rtol=1e-6)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_and_drops_the_share_asked_for(rate):
    y, _ = layers.dropout(np.ones((1000, 200)), rate, np.random.default_rng(0))
    assert set(np.unique(y)) == {0, 1 / (1 - rate)}
    assert (y == 0).mean() == pytest.approx(rate, abs=0.004)
    assert y.mean() == pytest.approx(1, abs=0.02)


def test_dropout_of_rate_0_keeps_even_what_draws_0():
    zeros = SimpleNamespace(random=lambda shape, dtype: np.zeros(shape, dtype))
    np.testing.assert_array_equal(layers.dropout(np.ones((3, 2)), 0.0, zeros)[0], np.ones((3, 2)))


def test_batch_norm_has_the_eps_asked_for():
    x = np.random.default_rng(4).normal(size=(5, 3))
    y, _ = layers.batch_norm(x, np.ones((1, 3)), np.zeros((1, 3)), eps=0.3)
    assert_close(y, F.batch_norm(torch.tensor(x), None, None, training=True, eps=0.3))
