"""Every loss against torch and against differences; shapes, labels and sizes that trip others up."""

import functools
import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from helpers.compare import assert_close, assert_gradient, assert_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib import losses

torch.set_num_threads(1)
N, K = 7, 4
rng = np.random.default_rng(0)
CLASSES, BITS, NUMBERS = rng.integers(0, K, N), rng.integers(0, 2, N), rng.normal(size=N)


def sigmoid_mse(logits, y):
    return F.mse_loss(torch.sigmoid(logits), F.one_hot(y, K).double())


# our loss, torch's, shape of the prediction, targets
TABLE = [
    pytest.param(losses.squared_error, F.mse_loss, (N,), NUMBERS, id="squared_error"),
    pytest.param(losses.huber(), F.huber_loss, (N,), NUMBERS, id="huber"),
    pytest.param(
        losses.huber(2.5), functools.partial(F.huber_loss, delta=2.5), (N,), NUMBERS, id="huber 2.5"
    ),
    pytest.param(
        losses.binary_cross_entropy,
        F.binary_cross_entropy_with_logits,
        (N,),
        1.0 * BITS,
        id="binary",
    ),
    pytest.param(losses.cross_entropy, F.cross_entropy, (N, K), CLASSES, id="cross_entropy"),
    pytest.param(
        losses.sigmoid_squared_error, sigmoid_mse, (N, K), CLASSES, id="sigmoid + squared"
    ),
]
NUMBER_LOSSES = [losses.squared_error, losses.huber(), losses.binary_cross_entropy]
CLASS_LOSSES = [losses.cross_entropy, losses.sigmoid_squared_error]


@pytest.mark.parametrize("scale", [0.1, 3, 30])
@pytest.mark.parametrize(("loss", "theirs", "shape", "y"), TABLE)
def test_value_and_derivative_equal_torch(loss, theirs, shape, y, scale):
    prediction = np.random.default_rng(1).normal(0, scale, shape)
    leaf = torch.tensor(prediction, requires_grad=True)
    expected = theirs(leaf, torch.tensor(y))
    expected.backward()
    value, d = loss(prediction, y)
    assert_close(value, expected.detach())
    assert_close(d, leaf.grad, rtol=1e-10)


@pytest.mark.parametrize(("loss", "theirs", "shape", "y"), TABLE)
def test_derivative_equals_differences(loss, theirs, shape, y):
    prediction = np.random.default_rng(2).normal(0, 2, shape)
    assert_gradient(loss(prediction, y)[1], lambda p: loss(p, y)[0], prediction)


@pytest.mark.parametrize(("loss", "theirs", "shape", "y"), TABLE)
@settings(max_examples=8, deadline=None)
@given(lead=array_shapes(min_dims=0, max_dims=3, max_side=3), own_y=st.booleans())
def test_leading_axes_are_runs(loss, theirs, shape, y, lead, own_y):
    """With the same targets for all runs, and with targets of their own (per-sample gradients)."""
    prediction = np.random.default_rng(3).normal(size=(*lead, *shape))
    targets = np.broadcast_to(y, (*lead, N)) if own_y else y
    value, d = loss(prediction, targets)
    assert value.shape == lead
    assert d.shape == prediction.shape
    for i in np.ndindex(lead):
        alone, d_alone = loss(prediction[i], y)
        assert_close(value[i], alone)
        assert_close(d[i], d_alone)


@pytest.mark.parametrize(
    ("loss", "shape", "target"),
    [
        *(
            (loss, (N,), dtype)
            for loss in NUMBER_LOSSES
            for dtype in (np.int64, np.uint8, np.float64)
        ),
        *((loss, (N, K), dtype) for loss in CLASS_LOSSES for dtype in (np.int64, np.uint8)),
    ],
)
def test_float32_stays_float32_whatever_the_targets(loss, shape, target):
    value, d = loss(np.ones(shape, np.float32), BITS.astype(target))
    assert value.dtype == d.dtype == np.float32


def test_float32_stays_float32_with_a_float64_delta():
    value, d = losses.huber(np.float64(0.5))(np.ones(N, np.float32), NUMBERS)
    assert value.dtype == d.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [losses.binary_cross_entropy, *CLASS_LOSSES])
def test_logits_of_ten_thousand_do_no_harm(loss, dtype):
    y = np.array([0, 1, 0, 1])
    logits = np.array([-1e4, -1e4, 1e4, 1e4], dtype)
    if loss in CLASS_LOSSES:
        logits = np.stack([np.zeros(4, dtype), logits], axis=-1)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        value, d = loss(logits, y)
    expected = {losses.sigmoid_squared_error: (0.25 * 4 + 2) / 8}.get(loss, 2e4 / 4)
    assert value == pytest.approx(expected, rel=1e-6)
    assert np.isfinite(d).all()


def test_cross_entropy_of_an_excluded_class_is_finite():
    value, d = losses.cross_entropy(np.array([[0, -np.inf, 0]]), np.array([2]))
    assert value == pytest.approx(np.log(2))
    assert_close(d, [[0.5, 0, -0.5]])


@pytest.mark.parametrize(
    ("loss", "prediction", "y"),
    [
        *((loss, (17, 100, 1), (100,)) for loss in NUMBER_LOSSES),
        *((loss, (100, 1), (100,)) for loss in NUMBER_LOSSES),
        *((loss, (100,), (100, 1)) for loss in NUMBER_LOSSES),
        *((loss, (99,), (100,)) for loss in NUMBER_LOSSES),
        *((loss, (100,), ()) for loss in NUMBER_LOSSES),
        *((loss, (), (1,)) for loss in NUMBER_LOSSES),
        *((loss, (100, 3), (99,)) for loss in CLASS_LOSSES),
        *((loss, (100,), (100,)) for loss in CLASS_LOSSES),
        *((loss, (100, 3), (100, 3)) for loss in CLASS_LOSSES),  # one-hot targets
        *((loss, (100, 3), (100, 1)) for loss in CLASS_LOSSES),
        *((loss, (5, 100, 3), (4, 100)) for loss in CLASS_LOSSES),
        *((loss, (100, 3), ()) for loss in CLASS_LOSSES),
    ],
)
def test_shapes_are_compared_first(loss, prediction, y):
    call = lambda: loss(np.zeros(prediction), np.zeros(y, int))
    assert_refused(ValueError, call, f"shape {prediction}", f"y {y}", "(..., N")


@pytest.mark.parametrize("loss", CLASS_LOSSES)
@pytest.mark.parametrize(
    ("y", "kind", "words"),
    [
        ([0, 1, 3], ValueError, ["0 to 3", "3 classes"]),
        ([0, -1, 2], ValueError, ["-1 to 2", "3 classes"]),
        ([0.0, 1.0, 2.0], TypeError, ["whole", "float64", "astype(int)"]),
        ([True, False, True], TypeError, ["whole", "bool"]),
    ],
)
def test_labels_that_are_no_classes_are_refused(loss, y, kind, words):
    assert_refused(kind, lambda: loss(np.zeros((3, 3)), np.array(y)), *words)


@pytest.mark.parametrize("y", [[-1, 1, 1], [0, 1, 2]])
def test_binary_labels_outside_0_and_1_are_refused(y):
    call = lambda: losses.binary_cross_entropy(np.zeros(3), np.array(y))
    assert_refused(ValueError, call, "0 or 1", f"from {min(y)}.0 to {max(y)}.0")


@pytest.mark.parametrize(
    ("loss", "prediction", "classes"),
    [
        (losses.binary_cross_entropy, [-3.0, 0.1, 2.0], [0, 1, 1]),
        (losses.cross_entropy, [[1.0, 2.0, 0.0], [5.0, 2.0, 0.0]], [1, 0]),
        (
            losses.cross_entropy,
            [[[0.0, 2.0], [3.0, 1.0]], [[1.0, 0.0], [4.0, 1.0]]],
            [[1, 0], [0, 0]],
        ),
        (losses.sigmoid_squared_error, [[1.0, 2.0, 0.0], [5.0, 2.0, 9.0]], [1, 2]),
    ],
)
def test_decide_answers_a_class(loss, prediction, classes):
    assert loss.decide(np.array(prediction)).tolist() == classes


@pytest.mark.parametrize("loss", [losses.squared_error, losses.huber()])
def test_a_regression_decides_nothing(loss):
    assert not hasattr(loss, "decide")


def test_squared_error_has_no_half():
    """So the Hessian of a linear regression is (2 / N) XᵀX, and its largest step size 2 / λ_max."""
    value, d = losses.squared_error(np.array([3.0, 0.0]), np.array([1.0, 0.0]))
    assert value == 2
    assert d.tolist() == [2, 0]


def test_nothing_is_changed_in_place():
    with warnings.catch_warnings(action="error"):
        for loss, shape, y in [(p.values[0], p.values[2], p.values[3]) for p in TABLE]:
            prediction = np.random.default_rng(0).normal(size=shape)
            before, y_before = prediction.copy(), y.copy()
            _, d = loss(prediction, y)
            d += 1
            np.testing.assert_array_equal(prediction, before)
            np.testing.assert_array_equal(y, y_before)
