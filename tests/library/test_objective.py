"""Objective against torch: loss and penalty of weights in one gradient; and the check of gradients."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers.compare import assert_close, assert_gradient, assert_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib import losses
from course_lib.landscapes import quadratic, rosenbrock
from course_lib.layers import tanh
from course_lib.models import MLP
from course_lib.objective import Objective, check_gradient
from course_lib.optim import Optimizer, descend, sgd
from course_lib.penalties import elastic_net, l1, l2, none

torch.set_num_threads(1)
N = 9
rng = np.random.default_rng(0)
X, CLASSES, NUMBERS = rng.normal(size=(N, 3)), rng.integers(0, 4, N), rng.normal(size=N)
X.flags.writeable = False

LOSSES = {
    "cross_entropy": (losses.cross_entropy, F.cross_entropy, 4, CLASSES),
    "squared_error": (losses.squared_error, lambda p, y: F.mse_loss(p[:, 0], y), 1, NUMBERS),
    "huber": (losses.huber(), lambda p, y: F.huber_loss(p[:, 0], y), 1, NUMBERS),
    "binary": (
        losses.binary_cross_entropy,
        lambda p, y: F.binary_cross_entropy_with_logits(p[:, 0], y), 1, CLASSES % 2 * 1.0,
    ),
    "sigmoid": (
        losses.sigmoid_squared_error,
        lambda p, y: F.mse_loss(torch.sigmoid(p), F.one_hot(y, 4).double()), 4, CLASSES,
    ),
}  # fmt: skip
PENALTIES = {
    "none": (none, lambda w: 0.0),
    "l1": (l1(0.1), lambda w: 0.1 * w.abs().sum()),
    "l2": (l2(0.1), lambda w: 0.05 * w.pow(2).sum()),
    "elastic_net": (elastic_net(0.1, 0.3), lambda w: 0.1 * w.abs().sum() + 0.15 * w.pow(2).sum()),
}
KINDS = list(itertools.product(LOSSES, PENALTIES, [False, True]))
kinds = pytest.mark.parametrize(("loss", "penalty", "norm"), KINDS)


def made(loss, penalty, norm):
    """An objective, its targets and a theta."""
    function, _, outputs, y = LOSSES[loss]
    model = MLP(3, 5, outputs, activation=tanh, batch_norm=norm)
    theta = np.random.default_rng(1).normal(size=model.size)
    return Objective(model, function, PENALTIES[penalty][0]), y, theta


def torch_value(model, theta, X, y, loss, penalty):
    """The whole objective as torch would be told it, layer by layer; weights pay, the rest does not."""
    (W, b, *norm), (V, c) = [
        [part.contiguous() for part in parts] for parts in model.unflatten(theta)
    ]
    z = X @ W + b
    if norm:
        z = F.batch_norm(z, None, None, norm[0][0], norm[1][0], training=True)
    logits = torch.tanh(z) @ V + c
    return LOSSES[loss][1](logits, y) + PENALTIES[penalty][1](torch.cat([W.ravel(), V.ravel()]))


@kinds
def test_value_and_gradient_equal_torch_and_differences(loss, penalty, norm):
    objective, y, theta = made(loss, penalty, norm)
    leaf = torch.tensor(theta, requires_grad=True)
    expected = torch_value(objective.model, leaf, torch.tensor(X), torch.tensor(y), loss, penalty)
    expected.backward()
    value, g = objective(theta, X, y)
    assert_close(value, expected.detach())
    assert_close(g, leaf.grad, rtol=1e-10, atol=1e-13)
    assert_gradient(g, lambda p: objective(p, X, y)[0], theta)


@kinds
def test_on_is_the_same_function_of_theta_alone(loss, penalty, norm):
    objective, y, theta = made(loss, penalty, norm)
    f = objective.on(X, y)
    for ours, theirs in zip(f(theta), objective(theta, X, y), strict=True):
        assert_close(ours, theirs)
    assert check_gradient(f, theta) < 1e-7


@settings(max_examples=25, deadline=None)
@given(kind=st.sampled_from(KINDS), lead=array_shapes(min_dims=0, max_dims=3, max_side=3))
def test_leading_axes_are_runs(kind, lead):
    objective, y, _ = made(*kind)
    theta = np.random.default_rng(2).normal(size=(*lead, objective.model.size))
    value, g = objective(theta, X, y)
    share, accuracy = objective.evaluate(theta, X, y)
    assert value.shape == share.shape == accuracy.shape == lead
    assert g.shape == theta.shape
    for i in np.ndindex(lead):
        alone, g_alone = objective(theta[i], X, y)
        assert_close(value[i], alone)
        assert_close(g[i], g_alone, atol=1e-13)
        assert_close([share[i], accuracy[i]], objective.evaluate(theta[i], X, y))


@pytest.mark.parametrize("loss", LOSSES)
def test_per_sample_gradients_average_to_the_gradient(loss):
    objective, y, theta = made(loss, "none", False)
    values, g = objective(np.broadcast_to(theta, (N, theta.size)), X[:, None], y[:, None])
    assert values.shape == (N,)
    assert g.shape == (N, theta.size)
    whole, g_whole = objective(theta, X, y)
    assert_close(values.mean(), whole)
    assert_close(g.mean(axis=0), g_whole, atol=1e-13)
    for i in range(N):
        assert_close(g[i], objective(theta, X[[i]], y[[i]])[1], atol=1e-13)


def test_one_penalty_strength_per_run():
    model, strengths = MLP(3, 4), np.array([0, 0.1, 3])
    objective = Objective(model, losses.cross_entropy, l2(strengths))
    assert objective.runs == objective.on(X, CLASSES).runs == (3,)
    theta = np.random.default_rng(1).normal(size=model.size)
    path = descend(objective.on(X, CLASSES), theta, Optimizer(sgd, lr=0.1), 10)
    assert path.shape == (11, 3, model.size)
    for k, s in enumerate(strengths):
        alone = Objective(model, losses.cross_entropy, l2(s)).on(X, CLASSES)
        assert_close(path[:, k], descend(alone, theta, Optimizer(sgd, lr=0.1), 10))


def test_biases_gamma_and_beta_pay_nothing():
    model = MLP(3, 5, 4, batch_norm=True)
    free, paid = (Objective(model, losses.cross_entropy, p) for p in (none, elastic_net(1, 1)))
    theta = np.random.default_rng(1).normal(size=model.size)
    change = paid(theta, X, CLASSES)[1] - free(theta, X, CLASSES)[1]
    assert (change[~model.is_weight] == 0).all()
    assert (change[model.is_weight] != 0).all()


def test_dropout_works_where_an_rng_is_given_and_only_there():
    objective = Objective(MLP(3, 50, 4, dropout=0.5), losses.cross_entropy)
    theta = objective.model.start(0)
    value = lambda seed: objective(theta, X, CLASSES, np.random.default_rng(seed))[0]
    assert value(1) == value(1) != value(2)
    assert objective(theta, X, CLASSES)[0] == objective.evaluate(theta, X, CLASSES)[0] != value(1)


@pytest.mark.parametrize("penalty", [none, l2(np.float64(0.1)), elastic_net(np.ones(2), 0.1)])
@pytest.mark.parametrize("loss", LOSSES)
def test_float32_stays_float32(loss, penalty):
    function, _, outputs, y = LOSSES[loss]
    model = MLP(3, 5, outputs, dropout=0.2, batch_norm=True)
    objective = Objective(model, function, penalty)
    theta = np.broadcast_to(model.start(0, np.float32), (2, model.size))
    value, g = objective(theta, X.astype("f4"), y, np.random.default_rng(0))
    assert value.dtype == g.dtype == np.float32


@pytest.mark.parametrize(
    ("loss", "outputs", "theta", "y", "accuracy"),
    [
        (losses.cross_entropy, 2, [1, -1, 0, 0], [0, 1, 0], 2 / 3),
        (losses.sigmoid_squared_error, 2, [1, -1, 0, 0], [0, 1, 1], 1),
        (losses.binary_cross_entropy, 1, [1, 0], [1, 0, 1], 2 / 3),
        (losses.squared_error, 1, [1, 0], [1, 0, 1], np.nan),
    ],
)
def test_accuracy_is_the_share_of_right_classes(loss, outputs, theta, y, accuracy):
    rows = np.array([[2.0], [-1.0], [-3.0]])
    evaluate = Objective(MLP(1, outputs), loss, l2(5)).evaluate
    value, share = evaluate(np.array(theta, float), rows, np.array(y))
    assert share == pytest.approx(accuracy, nan_ok=True)
    predicted = (
        rows @ np.array(theta[:outputs], float)[None] if outputs > 1 else rows[:, 0] * theta[0]
    )
    assert_close(value, loss(predicted, np.array(y))[0])  # the penalty is left out


def test_a_diverged_run_has_no_accuracy():
    theta = np.array([np.full(8, np.nan), np.ones(8)])
    value, share = Objective(MLP(1, 4), losses.cross_entropy).evaluate(theta, X[:, :1], CLASSES)
    assert np.isnan([value[0], share[0]]).all()
    assert np.isfinite([value[1], share[1]]).all()


WRONG = {
    "sign": lambda v, g: (v, -g), "a factor": lambda v, g: (v, 2 * g),
    "one entry": lambda v, g: (v, g * [1, 1.001]), "transposed": lambda v, g: (v, g[..., ::-1]),
    "zero": lambda v, g: (v, 0 * g),
}  # fmt: skip


@pytest.mark.parametrize("f", [quadratic(30, 40), rosenbrock])
def test_check_gradient_tells_right_from_wrong(f):
    assert check_gradient(f, (0.7, -0.4)) < 1e-7
    for change in WRONG.values():
        assert check_gradient(lambda p, change=change: change(*f(p)), (0.7, -0.4)) > 1e-4


def test_check_gradient_at_a_minimum_is_zero_not_nan():
    assert check_gradient(lambda p: (0 * p.sum(axis=-1), 0 * p), (1.0, 2.0)) == 0


@pytest.mark.parametrize(
    ("f", "theta", "words"),
    [
        (lambda p: ((p**2).sum(), 2 * p), (1.0, 2.0), ["(2, 2)", "shape ()", "(2,)"]),
        (lambda p: (p[..., 0], p[..., :1]), (1.0, 2.0), ["gradient has shape (1,)", "(2,)"]),
        (rosenbrock, np.ones((3, 2)), ["theta (P,)", "(3, 2)"]),
    ],
)
def test_check_gradient_says_what_it_needs(f, theta, words):
    assert_refused(ValueError, lambda: check_gradient(f, theta), *words)


def test_repr():
    model = MLP(3, 4)
    assert repr(Objective(model, losses.cross_entropy)) == "Objective(MLP(3, 4), cross_entropy)"
    wide = Objective(model, losses.huber(2.0), l2(0.1))
    assert repr(wide) == "Objective(MLP(3, 4), huber(2.0), l2(0.1))"


def test_a_function_without_its_parameters_is_refused():
    calls = {
        "huber()": lambda: Objective(MLP(3, 1), losses.huber),
        "l2(strength)": lambda: Objective(MLP(3, 1), losses.squared_error, l2),
        "elastic_net(l1, l2)": lambda: Objective(MLP(3, 1), losses.squared_error, elastic_net),
    }
    for words, call in calls.items():
        assert_refused(TypeError, call, f"must be called first: write {words}")
