"""MLP against torch's modules and against differences; its axes, its layout, its errors."""

import itertools

import numpy as np
import pytest
import torch
from helpers.compare import assert_close, assert_gradient, assert_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from torch import nn

from course_lib.layers import relu, sigmoid, tanh
from course_lib.models import MLP, flatten, he, plain_normal, xavier, zero

torch.set_num_threads(1)
N = 6
MODELS = {
    "linear": MLP(3, 2), "linear, one output": MLP(3, 1), "one hidden layer": MLP(3, 4, 2),
    "sigmoid": MLP(3, 4, 2, activation=sigmoid), "tanh, deep": MLP(3, 4, 5, 3, activation=tanh),
    "dropout": MLP(3, 4, 5, 2, dropout=0.3), "batch norm": MLP(3, 4, 5, 2, batch_norm=True),
    "all of it": MLP(3, 4, 5, 1, activation=tanh, dropout=0.4, batch_norm=True),
}  # fmt: skip
NORM = MODELS["batch norm"]
models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


class TorchMasks:
    """Stands for an rng; keeps what torch's next dropout of that rate would keep."""

    def __init__(self, rate):
        self.rate = rate
        torch.manual_seed(0)

    def random(self, shape, dtype):
        kept = nn.functional.dropout(torch.ones(shape, dtype=torch.float64), self.rate) > 0
        return kept.numpy().astype(dtype)


def torch_net(model, theta, stats=None):
    """The same network of torch's modules, our numbers in it."""
    activation = {relu: nn.ReLU, sigmoid: nn.Sigmoid, tanh: nn.Tanh}[model.activation]
    moments = iter(
        np.split(stats, np.cumsum(np.repeat(model.sizes[1:-1], 2))[:-1])
        if stats is not None
        else ()
    )
    modules = []
    for W, b, *gamma_beta in model.unflatten(theta):
        modules.append(with_values(nn.Linear(*W.shape), weight=W.T, bias=b[0]))
        if model.batch_norm and gamma_beta:
            norm = with_values(
                nn.BatchNorm1d(len(b[0])).double(), weight=gamma_beta[0][0], bias=gamma_beta[1][0]
            )
            if stats is not None:
                norm.running_mean, norm.running_var = map(
                    torch.tensor, (next(moments), next(moments))
                )
            modules.append(norm)
        modules += [activation(), nn.Dropout(model.dropout)]
    return nn.Sequential(*modules[:-2])


def with_values(module, **values):
    for name, value in values.items():
        setattr(module, name, nn.Parameter(torch.tensor(np.ascontiguousarray(value))))
    return module


def torch_gradient(net):
    parts = [(m.weight.grad.numpy().T, m.bias.grad.numpy()) for m in net if hasattr(m, "weight")]
    return np.concatenate([part.ravel() for part in itertools.chain(*parts)])


def numbers(model, lead=(), seed=0, dtype=float):
    """A theta with no zeros in it, and rows X."""
    rng = np.random.default_rng(seed)
    theta, X = rng.normal(0, 0.8, (*lead, model.size)), rng.normal(size=(N, model.sizes[0]))
    return theta.astype(dtype), X.astype(dtype)


@models
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_logits_and_gradient_equal_torch(model, mode):
    theta, X = numbers(model)
    rng = TorchMasks(model.dropout) if mode == "train" else None
    stats = model.statistics(theta, X) if mode == "eval" else None
    logits, backward = model(theta, X, rng, stats)
    d = np.random.default_rng(1).normal(size=logits.shape)
    net = getattr(torch_net(model, theta, stats), mode)()
    torch.manual_seed(0)
    expected = net(torch.tensor(X)).reshape(logits.shape)
    expected.backward(torch.tensor(d))
    assert_close(logits, expected.detach(), rtol=1e-11)
    assert_close(backward(d), torch_gradient(net), rtol=1e-10, atol=1e-13)


@models
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_gradient_equals_differences(model, mode):
    theta, X = numbers(model, seed=2)
    stats = model.statistics(theta, X) if mode == "eval" else None
    run = lambda theta: model(
        theta, X, np.random.default_rng(5) if mode == "train" else None, stats
    )
    logits, backward = run(theta)
    d = np.random.default_rng(1).normal(size=logits.shape)
    assert_gradient(backward(d), lambda p: (run(p)[0] * d).sum(), theta)


@models
@settings(max_examples=6, deadline=None)
@given(
    lead=array_shapes(min_dims=0, max_dims=3, max_side=3),
    own_X=st.booleans(),
    mode=st.sampled_from(["train", "eval"]),
)
def test_leading_axes_are_runs(model, lead, own_X, mode):
    """The rows X may be shared by all runs or be each run's own."""
    theta, X = numbers(model, lead)
    X = np.random.default_rng(3).normal(size=(*lead, *X.shape)) if own_X else X
    stats = model.statistics(theta, X) if mode == "eval" else None
    rng = lambda: np.random.default_rng(5) if mode == "train" else None
    logits, backward = model(theta, X, rng(), stats)
    g = backward(np.ones_like(logits))
    assert logits.shape == (*lead, N, *model.sizes[-1:])[: len(lead) + 1 + (model.sizes[-1] > 1)]
    assert g.shape == theta.shape
    for i in np.ndindex(lead):
        alone, back = model(
            theta[i], X[i] if own_X else X, rng(), None if stats is None else stats[i]
        )
        assert_close(logits[i], alone)
        assert_close(g[i], back(np.ones_like(alone)), atol=1e-13)


@models
def test_per_sample_gradients_sum_to_the_gradient(model):
    if model.batch_norm:
        model = MLP(*model.sizes, activation=model.activation)  # one row has no variance
    theta, X = numbers(model)
    logits, backward = model(np.broadcast_to(theta, (N, model.size)), X[:, None])
    whole, back = model(theta, X)
    d = np.random.default_rng(1).normal(size=whole.shape)
    assert_close(logits[:, 0], whole)
    assert_close(backward(d[:, None]).sum(axis=0), back(d), atol=1e-13)


@models
def test_float32_stays_float32(model):
    theta, X = numbers(model, (2,), dtype=np.float32)
    stats = model.statistics(theta, X)
    for rng in (None, np.random.default_rng(0)):
        for s in (None, stats):
            logits, backward = model(theta, X, rng, s)
            assert logits.dtype == backward(np.ones_like(logits)).dtype == np.float32
    assert stats is None or stats.dtype == np.float32
    assert model.start(0, np.float32).dtype == np.float32
    assert all(a.dtype == np.float32 for layer in model.layers(theta, X) for a in layer)


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
def test_start(model):
    theta = model.start(seed=4)
    assert theta.shape == (model.size,)
    assert theta.tobytes() == model.start(seed=4).tobytes()
    assert not np.array_equal(theta, model.start(seed=5))
    for W, b, *gamma_beta in model.unflatten(theta):
        assert (W != 0).all()
        assert not b.any()
        assert [set(row.ravel()) for row in gamma_beta] in ([], [{1}, {0}])


@pytest.mark.parametrize(
    ("init", "variance"), [(he, 2 / 300), (xavier, 2 / 500), (plain_normal, 1), (zero, 0)]
)
def test_initial_weights_have_the_variance_asked_for(init, variance):
    model = MLP(300, 200, init=init)
    W, b = model.unflatten(model.start())[0]
    assert W.var() == pytest.approx(variance, rel=0.03)
    assert W.mean() == pytest.approx(0, abs=0.02)
    assert not b.any()


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-4), (np.float64, 1e-12)])
def test_statistics_are_those_of_all_rows(dtype, tolerance):
    """Normalised with them, all rows give what they give as one batch."""
    model = MLP(4, 5, 6, 2, batch_norm=True)
    rng = np.random.default_rng(0)
    theta, X = (
        rng.normal(size=model.size).astype(dtype),
        rng.normal(50, 1, (54_000, 4)).astype(dtype),
    )
    stats = model.statistics(theta, X)
    exact = model.statistics(theta.astype(float), X.astype(float))
    assert stats.shape == (2 * (5 + 6),)
    assert stats.dtype == dtype
    assert_close(stats[:5], exact[:5], rtol=1e-6)  # 54,000 numbers added in float32 would miss it
    assert_close(stats, exact, rtol=tolerance, atol=tolerance)
    as_one_batch, _ = model(theta.astype(float), X.astype(float))
    assert_close(model(theta, X, stats=stats)[0], as_one_batch, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("model", [MLP(3, 4, 2), MLP(3, 2, batch_norm=True)])
def test_a_model_that_normalises_nothing_has_no_statistics(model):
    assert not model.batch_norm
    assert model.statistics(*numbers(model)) is None


@models
def test_layers_are_what_the_network_computes(model):
    theta, X = numbers(model, (2,))
    layers = list(model.layers(theta, X))
    logits, _ = model(theta, X)
    assert len(layers) == len(model.sizes) - 1
    assert_close(layers[-1].output.reshape(logits.shape), logits)
    assert layers[0].input is X
    for before, after in itertools.pairwise(layers):
        assert_close(before.output, model.activation(before.pre_activation)[0])
        assert after.input is before.output
    if not model.batch_norm:
        for layer, (W, b) in zip(layers, model.unflatten(theta), strict=True):
            assert_close(layer.pre_activation, layer.input @ W + b)


def test_one_output_is_linear_regression():
    theta, X = np.array([2.0, -1.0, 0.5]), np.array([[1.0, 1.0], [3.0, 0.0]])
    y, backward = MLP(2, 1)(theta, X)
    assert y.tolist() == [1.5, 6.5]
    assert backward(np.array([1.0, 0.0])).tolist() == [1, 1, 1]


def test_an_activation_of_ones_own():
    leaky = lambda x: (np.where(x > 0, x, 0.1 * x), lambda dy: np.where(x > 0, dy, 0.1 * dy))
    model = MLP(3, 4, 2, activation=leaky)
    theta, X = numbers(model)
    assert_gradient(model(theta, X)[1](np.ones((N, 2))), lambda p: model(p, X)[0].sum(), theta)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: MLP(3), ["two sizes", "(3,)"]),
        (lambda: MLP(3, 0), ["above 0", "(3, 0)"]),
        (lambda: MLP(3, 2.5), ["whole numbers", "(3, 2.5)"]),
        (lambda: MLP([3, 4, 2]), ["MLP needs at least two sizes", "([3, 4, 2],)"]),
        (lambda: MLP(3, 2, dropout=1), ["below 1", "got 1"]),
        (lambda: MLP(3, 2, dropout=-0.1), ["at least 0", "got -0.1"]),
        (lambda: MLP(3, 2)(np.zeros(9), np.zeros((5, 3))), ["MLP(3, 2) has 8", "shape (9,)"]),
        (lambda: MLP(3, 2)(np.zeros(8), np.zeros((5, 4))), ["rows of 3 numbers", "(5, 4)"]),
        (lambda: MLP(3, 2)(np.zeros(8), np.zeros(3)), ["rows of 3 numbers", "(3,)"]),
        (lambda: NORM(NORM.start(), np.zeros((5, 3)), stats=np.zeros(4)),
         ["stats", "18", "(4,)"]),
    ],
)  # fmt: skip
def test_errors_say_what_came_and_what_is_needed(call, words):
    assert_refused(ValueError, call, *words)
