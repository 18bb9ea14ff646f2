"""One protocol, one table: layers, losses, penalties, landscapes, models and objectives.

value, g = f(theta), or value, pull = f(x) with pull(d) -> g: each returns its derivative beside its
value, for one run or, with leading axes, for many.
"""

import functools
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers.compare import assert_close, assert_gradient, assert_refused

from course_lib import augmentation, layers, losses, models, toys
from course_lib import landscapes as land
from course_lib.data import batches, split_off
from course_lib.layers import relu, sigmoid, tanh
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.penalties import elastic_net, l1, l2, none
from course_lib.transforms import gradient_noise

torch.set_num_threads(1)
rng = np.random.default_rng(0)
N, K = 7, 4
X, NUMBERS = rng.normal(size=(N, 3)), rng.normal(size=N)
CLASSES, BITS = rng.integers(0, K, N), rng.integers(0, 2, N)
MEAN, VAR = np.array([[0.3, -0.2, 1.0]]), np.array([[0.5, 2.0, 1.5]])


class TorchMasks:
    """Stands for an rng: drops what torch's next dropout of that rate would drop."""

    def __init__(self, rate):
        self.rate = rate
        torch.manual_seed(0)

    def random(self, shape, dtype):
        kept = F.dropout(torch.ones(shape, dtype=torch.float64), self.rate) > 0
        return kept.numpy().astype(dtype)


def dropout_torch(x):
    torch.manual_seed(0)
    return F.dropout(x, 0.4)


def batch_norm_torch(x, gamma, beta, mean=None, var=None):
    moments = (None, None) if mean is None else (mean[0], var[0])
    return F.batch_norm(x, *moments, gamma[0], beta[0], training=mean is None)


def binary_torch(logits, y):
    return F.binary_cross_entropy_with_logits(logits, y.double())


def sigmoid_mse(logits, y):
    return F.mse_loss(torch.sigmoid(logits), F.one_hot(y, K).double())


def at_points(f):
    """f(x, y) as a function of p, (..., 2)."""
    return lambda p: f(*p.unbind(-1))


def beale_torch(x, y):
    return sum((c - x + x * y**k) ** 2 for k, c in ((1, 1.5), (2, 2.25), (3, 2.625)))


def lessard_torch(x):
    middle = torch.where(x < 2, 0.5 * x**2 + 24 * x - 12, 12.5 * x**2 - 24 * x + 36)
    return torch.where(x < 1, 12.5 * x**2, middle)


def sine_torch(theta, X):
    return torch.sin(theta[0] * X[:, 0] + theta[1])


ACTIVATIONS = {relu: torch.relu, sigmoid: torch.sigmoid, tanh: torch.tanh}


def mlp_torch(model, theta, X, *stats):
    """The network layer by layer; with stats, flat as ours, for prediction, else for training."""
    torch.manual_seed(0)
    *hidden, (V, c) = model.unflatten(theta)
    moments = iter(
        stats[0].split([n for n in model.sizes[1:-1] for _ in range(2)]) if stats else ()
    )
    x = X
    for W, b, *gamma_beta in hidden:
        x = x @ W + b
        if gamma_beta:
            of_layer = [next(moments)[None], next(moments)[None]] if stats else []
            x = batch_norm_torch(x, *gamma_beta, *of_layer)
        x = F.dropout(ACTIVATIONS[model.activation](x), model.dropout, training=not stats)
    x = x @ V + c
    return x[:, 0] if model.sizes[-1] == 1 else x


class Row(NamedTuple):
    """call(*arrays, *data) -> value, derivative with respect to the arrays; theirs is torch's value."""

    name: str
    call: Any
    shapes: list
    theirs: Any
    data: tuple = ()  # what else it takes: the runs share it, or each has its own


def model_row(name, *sizes, predicting=False, **settings):
    model = MLP(*sizes, **settings)
    theirs = functools.partial(mlp_torch, model)
    if predicting:
        data = X, model.statistics(model.start(1), X)
        return Row(
            name, lambda p, X, stats: model(p, X, stats=stats), [(model.size,)], theirs, data
        )
    call = lambda theta, X: model(theta, X, TorchMasks(model.dropout))
    return Row(name, call, [(model.size,)], theirs, (X,))


def objective_row(loss, penalty, **settings):
    """loss and penalty are rows of the table."""
    model = MLP(3, 5, *loss.shapes[0][1:] or (1,), activation=tanh, **settings)

    def theirs(theta, X, y):
        matrices = torch.cat([W.ravel() for W, *_ in model.unflatten(theta)])
        return loss.theirs(mlp_torch(model, theta, X), y) + penalty.theirs(matrices)

    call = Objective(model, loss.call, penalty.call)
    name = f"Objective of {loss.name} and {penalty.name}"
    return Row(name, call, [(model.size,)], theirs, (X, *loss.data))


ROW, POINTS = (1, 3), (30, 2)
LOSSES = [
    Row("squared_error", losses.squared_error, [(N,)], F.mse_loss, (NUMBERS,)),
    Row("huber", losses.huber(), [(N,)], F.huber_loss, (NUMBERS,)),
    Row("huber 2.5", losses.huber(2.5), [(N,)], lambda p, y: F.huber_loss(p, y, delta=2.5), (NUMBERS,)),
    Row("binary_cross_entropy", losses.binary_cross_entropy, [(N,)], binary_torch, (BITS,)),
    Row("cross_entropy", losses.cross_entropy, [(N, K)], F.cross_entropy, (CLASSES,)),
    Row("sigmoid_squared_error", losses.sigmoid_squared_error, [(N, K)], sigmoid_mse, (CLASSES,)),
]  # fmt: skip
PENALTIES = [
    Row("none", none, [(6,)], lambda w: 0 * w.sum()),
    Row("l1", l1(0.3), [(6,)], lambda w: 0.3 * w.abs().sum()),
    Row("l2", l2(0.3), [(6,)], lambda w: 0.15 * w.pow(2).sum()),
    Row("elastic_net", elastic_net(0.3, 0.7), [(6,)],
        lambda w: 0.3 * w.abs().sum() + 0.35 * w.pow(2).sum()),
]  # fmt: skip
TABLE = [
    Row("affine", layers.affine, [(5, 3), (3, 2), (1, 2)], lambda x, W, b: x @ W + b),
    Row("relu", relu, [(5, 3)], torch.relu),
    Row("sigmoid", sigmoid, [(5, 3)], torch.sigmoid),
    Row("tanh", tanh, [(5, 3)], torch.tanh),
    Row("dropout", lambda x: layers.dropout(x, 0.4, TorchMasks(0.4)), [(5, 3)], dropout_torch),
    Row("batch_norm", layers.batch_norm, [(5, 3), ROW, ROW], batch_norm_torch),
    Row("batch_norm, predicting", layers.batch_norm, [(5, 3), ROW, ROW], batch_norm_torch, (MEAN, VAR)),
    *LOSSES,
    *PENALTIES,
    Row("quadratic", land.quadratic(25), [POINTS], at_points(lambda x, y: (x**2 + 25 * y**2) / 2)),
    Row("quadratic, turned", land.quadratic(9, 90), [POINTS],
        at_points(lambda x, y: (9 * x**2 + y**2) / 2)),
    Row("rosenbrock", land.rosenbrock, [POINTS],
        at_points(lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2)),
    Row("beale", land.beale, [POINTS], at_points(beale_torch)),
    Row("himmelblau", land.himmelblau, [POINTS],
        at_points(lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)),
    Row("saddle", land.saddle, [POINTS], at_points(lambda x, y: (x**2 - y**2 + y**4 / 2) / 2)),
    Row("lessard_recht_packard", land.lessard_recht_packard, [(30, 1)], at_points(lessard_torch)),
    model_row("MLP, linear", 3, 2),
    model_row("MLP, one output", 3, 1),
    model_row("MLP, relu", 3, 4, 2),
    model_row("MLP, sigmoid", 3, 4, 2, activation=sigmoid),
    model_row("MLP, deep", 3, 4, 5, 3, activation=tanh),
    model_row("MLP, dropout", 3, 4, 5, 2, dropout=0.3),
    model_row("MLP, batch norm", 3, 4, 5, 2, batch_norm=True),
    model_row("MLP, batch norm, predicting", 3, 4, 5, 2, batch_norm=True, predicting=True),
    model_row("MLP, all of it", 3, 4, 5, 1, activation=tanh, dropout=0.4, batch_norm=True),
    model_row("MLP, all of it, predicting", 3, 4, 5, 1, activation=tanh, dropout=0.4, batch_norm=True,
              predicting=True),
    Row("sine", models.sine, [(2,)], sine_torch, (X[:, :1],)),
    Row("Objective of sine and squared_error", Objective(models.sine, losses.squared_error), [(2,)],
        lambda theta, X, y: F.mse_loss(sine_torch(theta, X), y), (X[:, :1], NUMBERS)),
    *(objective_row(loss, PENALTIES[k % 4], batch_norm=k % 2 > 0) for k, loss in enumerate(LOSSES)),
]  # fmt: skip
functions = pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])


def numbers(row, seed, lead=(), scale=1.0, dtype=float):
    rng = np.random.default_rng(seed)
    return [rng.normal(0, scale, lead + shape).astype(dtype) for shape in row.shapes]


def of_each_run(a, lead, rng):
    """The data `a` changed a little for each run; class numbers in another order."""
    many = np.broadcast_to(a, lead + a.shape)
    if a.dtype == int:
        return rng.permuted(many, axis=-1)
    return many * rng.uniform(0.5, 1.5, lead + (1,) * a.ndim)


def evaluated(row, arrays, data, d=None):
    """The value, and the derivative of (d * value).sum() with respect to each array; d None is 1."""
    value, pull = row.call(*arrays, *data)
    if callable(pull):
        parts = pull(np.ones_like(value) if d is None else d)
        return value, list(parts) if isinstance(parts, tuple) else [parts]
    return value, [pull if d is None else d.reshape(d.shape + (1,) * (pull.ndim - d.ndim)) * pull]


def weights(row, lead=()):
    value, _ = row.call(*numbers(row, 0, lead), *row.data)
    return np.random.default_rng(9).normal(size=value.shape)


@pytest.mark.parametrize("scale", [0.3, 1, 30])
@functions
def test_value_and_derivative_equal_torch(row, scale):
    arrays, d = numbers(row, 1, scale=scale), weights(row)
    leaves = [torch.tensor(a, requires_grad=True) for a in arrays]
    expected = row.theirs(*leaves, *map(torch.tensor, row.data))
    expected.backward(torch.tensor(d))
    value, parts = evaluated(row, arrays, row.data, d)
    assert_close(value, expected.detach(), rtol=1e-10)
    for part, leaf in zip(parts, leaves, strict=True):
        assert_close(part, leaf.grad, rtol=1e-10, atol=1e-13)


@functions
def test_derivative_equals_differences(row):
    arrays, d = numbers(row, 2), weights(row)
    _, parts = evaluated(row, arrays, row.data, d)
    for k, part in enumerate(parts):
        along = lambda a, k=k: row.call(*arrays[:k], a, *arrays[k + 1 :], *row.data)[0]
        assert_gradient(part, lambda a, along=along: (d * along(a)).sum(), arrays[k])


@pytest.mark.parametrize("own_data", [False, True])
@functions
def test_leading_axes_are_runs(row, own_data):
    """With data of their own, the runs may be the examples: a gradient for each."""
    for lead in [(), (1,), (3,), (2, 3), (2, 1, 3)]:
        rng, arrays, d = np.random.default_rng(4), numbers(row, 3, lead), weights(row, lead)
        data = [of_each_run(a, lead, rng) if own_data else a for a in row.data]
        value, parts = evaluated(row, arrays, data, d)
        assert [part.shape for part in parts] == [a.shape for a in arrays]
        for i in np.ndindex(lead):
            my_data = [a[i] for a in data] if own_data else data
            alone, parts_alone = evaluated(row, [a[i] for a in arrays], my_data, d[i])
            assert_close(value[i], alone)
            for part, part_alone in zip(parts, parts_alone, strict=True):
                assert_close(part[i], part_alone, atol=1e-13)


@functions
def test_float32_stays_float32(row):
    data = [a.astype(np.float32) if a.dtype == float else a for a in row.data]
    value, parts = evaluated(row, numbers(row, 0, (2,), dtype=np.float32), data)
    assert {value.dtype, *(part.dtype for part in parts)} == {np.dtype(np.float32)}


@functions
def test_nothing_changes_in_place(row):
    arrays, data = numbers(row, 0), [a.copy() for a in row.data]
    value, _ = evaluated(row, arrays, data)
    d = np.ones_like(value)
    for a in (*arrays, *data, d):
        a.flags.writeable = False
    value, parts = evaluated(row, arrays, data)
    assert not any(np.shares_memory(r, a) for r in (value, *parts) for a in (*arrays, *data))
    _, pull = row.call(*arrays, *data)
    if callable(pull):
        np.testing.assert_equal(pull(d), pull(d))


NUMBER_LOSSES = [losses.squared_error, losses.huber(), losses.binary_cross_entropy]
CLASS_LOSSES = [losses.cross_entropy, losses.sigmoid_squared_error]
NORM = MLP(3, 4, 5, 2, batch_norm=True)
# function, the shapes of what it gets, words of the error: these shapes unless others are named
WRONG = [
    *((loss, shapes, ()) for loss in NUMBER_LOSSES for shapes in (
        [(17, 100, 1), (100,)], [(100, 1), (100,)], [(100,), (100, 1)], [(99,), (100,)],
        [(100,), ()], [(), (1,)], [(), ()],
    )),
    *((loss, shapes, ()) for loss in CLASS_LOSSES for shapes in (
        [(100, 3), (99,)], [(100,), (100,)], [(100, 3), (100, 3)], [(100, 3), (100, 1)],
        [(5, 100, 3), (4, 100)], [(100, 3), ()],
    )),
    (land.rosenbrock, [(3,)], ["last axis of 2", "(3,)"]),
    (land.rosenbrock, [()], ["last axis of 2", "()"]),
    (land.lessard_recht_packard, [(4, 2)], ["last axis of 1", "(4, 2)"]),
    (MLP(3, 2), [(9,), (5, 3)], ["MLP(3, 2) has 8", "shape (9,)"]),
    (MLP(3, 2), [(8,), (5, 4)], ["rows of 3 numbers", "(5, 4)"]),
    (MLP(3, 2), [(8,), (3,)], ["rows of 3 numbers", "(3,)"]),
    (lambda theta, X, stats: NORM(theta, X, stats=stats), [(NORM.size,), (5, 3), (4,)],
     ["18 stats", "(4,)"]),
    (models.sine, [(3,), (5, 1)], ["theta (..., 2)", "(3,)"]),
    (models.sine, [(2,), (5, 2)], ["X (..., N, 1)", "(5, 2)"]),
    (models.sine, [(2,), (1,)], ["X (..., N, 1)", "(1,)"]),
    (Objective(MLP(3, 2), losses.squared_error), [(8,), (5, 3), (5,)], ["(5, 2)", "y (5,)"]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "shapes", "words"), WRONG)
def test_shapes_are_compared_first(function, shapes, words):
    *arrays, last = map(np.zeros, shapes)
    call = lambda: function(*arrays, last.astype(int) if function in CLASS_LOSSES else last)
    assert_refused(ValueError, call, *words or map(str, shapes))


DROPPING = MLP(3, 50, 4, dropout=0.5)
THETA, SQUARES = DROPPING.start(), rng.random((9, 64))
CHANCE = {
    "dropout": lambda seed: layers.dropout(SQUARES, 0.5, np.random.default_rng(seed))[0],
    "dropout net": lambda seed: DROPPING(THETA, X, np.random.default_rng(seed))[0],
    "objective": lambda seed: Objective(DROPPING, losses.cross_entropy)(
        THETA, X, CLASSES, np.random.default_rng(seed)
    )[1],
    **{
        init.__name__: lambda seed, init=init: MLP(3, 5, 4, init=init).start(seed)
        for init in (models.he, models.xavier, models.plain_normal)
    },
    "gradient noise": lambda seed: gradient_noise(1.0)(np.zeros(50), 3, seed),
    "batches": lambda seed: np.concatenate(list(batches(50, 8, np.random.default_rng(seed)))),
    "split_off": lambda seed: split_off(X, NUMBERS, 0.4, seed)[1].y,
    **{
        make.__name__: lambda seed, make=make: make(n=30, seed=seed).train.X
        for make in (toys.line, toys.parabola, toys.sine_fit, toys.moons, toys.spirals)
    },
    "shift": lambda seed: augmentation.shift(1, (8, 8))(SQUARES, np.random.default_rng(seed)),
    "rotate": lambda seed: augmentation.rotate(9, (8, 8))(SQUARES, np.random.default_rng(seed)),
}


@pytest.mark.parametrize("draw", CHANCE.values(), ids=CHANCE)
def test_same_seed_same_bits_and_other_seeds_differ(draw):
    assert draw(1).tobytes() == draw(1).tobytes()
    assert len({draw(seed).tobytes() for seed in range(5)}) == 5
