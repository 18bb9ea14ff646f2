"""MLP beyond the table of test_protocol: its layout, its start, its statistics, what its layers are."""

import itertools

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused

from course_lib.layers import affine, sigmoid, tanh
from course_lib.models import MLP, flatten, he, plain_normal, xavier, zero

MODELS = {
    "linear": MLP(3, 2), "one output": MLP(3, 1), "one hidden layer": MLP(3, 4, 2),
    "deep": MLP(3, 4, 5, 3, activation=tanh), "batch norm": MLP(3, 4, 5, 2, batch_norm=True),
    "all of it": MLP(3, 4, 5, 1, activation=sigmoid, dropout=0.4, batch_norm=True),
}  # fmt: skip
models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def numbers(model, lead=(), dtype=float):
    """A theta with no zeros in it, and rows X."""
    rng = np.random.default_rng(0)
    theta, X = rng.normal(0, 0.8, (*lead, model.size)), rng.normal(size=(6, model.sizes[0]))
    return theta.astype(dtype), X.astype(dtype)


@models
def test_theta_is_laid_out_and_found_again(model):
    theta, _ = numbers(model, (2, 3))
    parts = model.unflatten(theta)
    flat = [part for of_layer in parts for part in of_layer]
    assert all(np.shares_memory(part, theta) for part in flat)
    np.testing.assert_array_equal(flatten(flat), theta)
    assert [W.shape for W, *_ in parts] == [
        (2, 3, n, m) for n, m in itertools.pairwise(model.sizes)
    ]
    assert all(row.shape == (2, 3, 1, W.shape[-1]) for W, *rows in parts for row in rows)
    marked = model.unflatten(model.is_weight)
    assert all(W.all() and not any(row.any() for row in rows) for W, *rows in marked)


@models
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_start(model, dtype):
    theta = model.start(dtype=dtype)
    assert (theta.shape, theta.dtype) == ((model.size,), dtype)
    np.testing.assert_array_equal(theta, model.start(0, dtype))
    for W, b, *gamma_beta in model.unflatten(theta):
        assert (W != 0).all()
        assert not b.any()
        assert [set(row.ravel()) for row in gamma_beta] in ([], [{1}, {0}])


@pytest.mark.parametrize(
    ("init", "variance"), [(he, 2 / 300), (xavier, 2 / 500), (plain_normal, 1), (zero, 0)]
)
def test_initial_weights_have_the_variance_asked_for(init, variance):
    model = MLP(300, 200, init=init)
    W, _ = model.unflatten(model.start())[0]
    assert W.var() == pytest.approx(variance, rel=0.03)
    assert W.mean() == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-4), (np.float64, 1e-12)])
def test_statistics_are_those_of_all_rows(dtype, tolerance):
    """Normalised with them, all rows give what they give as one batch."""
    model = MLP(4, 5, 6, 2, batch_norm=True)
    rng = np.random.default_rng(0)
    theta, X = rng.normal(size=model.size), rng.normal(50, 1, (54_000, 4))
    theta, X = theta.astype(dtype), X.astype(dtype)
    stats = model.statistics(theta, X)
    exact = model.statistics(theta.astype(float), X.astype(float))
    assert (stats.shape, stats.dtype) == ((2 * (5 + 6),), dtype)
    assert_close(stats[:5], exact[:5], rtol=1e-6)  # 54,000 numbers added in float32 would miss it
    assert_close(stats, exact, rtol=tolerance, atol=tolerance)
    as_one_batch, _ = model(theta.astype(float), X.astype(float))
    assert_close(model(theta, X, stats=stats)[0], as_one_batch, rtol=tolerance, atol=tolerance)


def test_each_run_has_its_own_statistics():
    model = MODELS["batch norm"]
    theta, X = numbers(model, (2, 3))
    stats = model.statistics(theta, X)
    for i in np.ndindex(2, 3):
        assert_close(stats[i], model.statistics(theta[i], X))


@pytest.mark.parametrize("model", [MLP(3, 4, 2), MLP(3, 2, batch_norm=True)])
def test_a_model_that_normalises_nothing_has_no_statistics(model):
    assert not model.batch_norm
    assert model.statistics(*numbers(model)) is None


@models
def test_layers_are_what_the_network_computes(model):
    theta, X = numbers(model, (2,), np.float32)
    layers = list(model.layers(theta, X))
    logits, _ = model(theta, X)
    assert all(a.dtype == np.float32 for layer in layers for a in layer)
    assert len(layers) == len(model.sizes) - 1
    assert layers[0].input is X
    assert layers[-1].output is layers[-1].pre_activation
    np.testing.assert_array_equal(layers[-1].output.reshape(logits.shape), logits)
    for before, after in itertools.pairwise(layers):
        np.testing.assert_array_equal(before.output, model.activation(before.pre_activation)[0])
        assert after.input is before.output
    if not model.batch_norm:
        for layer, (W, b) in zip(layers, model.unflatten(theta), strict=True):
            np.testing.assert_array_equal(layer.pre_activation, layer.input @ W + b)


def test_nothing_is_computed_that_nobody_needs(monkeypatch):
    """The first layer's dx; random numbers for a dropout of rate 0."""
    needed = []

    def spy(x, W, b, *, need_dx):
        needed.append(need_dx)
        return affine(x, W, b, need_dx=need_dx)

    monkeypatch.setattr("course_lib.models.affine", spy)
    for model in (MLP(3, 2), MLP(3, 4, 5, 2)):
        model(*numbers(model), rng=NotImplemented)
    assert needed == [False, False, True, True]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: MLP(3), ["two sizes", "(3,)"]),
        (lambda: MLP(3, 0), ["above 0", "(3, 0)"]),
        (lambda: MLP(3, 2.5), ["whole numbers", "(3, 2.5)"]),
        (lambda: MLP([3, 4, 2]), ["MLP needs at least two sizes", "([3, 4, 2],)"]),
        (lambda: MLP(3, 2, dropout=1), ["below 1", "got 1"]),
        (lambda: MLP(3, 2, dropout=-0.1), ["at least 0", "got -0.1"]),
    ],
)
def test_errors_say_what_came_and_what_is_needed(call, words):
    assert_refused(ValueError, call, *words)
