"""Losses beyond the table of test_protocol: extreme logits, kinds of targets, predicted classes."""

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused

from course_lib import losses

NUMBER_LOSSES = [losses.squared_error, losses.huber(np.float64(0.5)), losses.binary_cross_entropy]
CLASS_LOSSES = [losses.cross_entropy, losses.sigmoid_squared_error]


@pytest.mark.parametrize("target", [np.int64, np.uint8, np.float64])
@pytest.mark.parametrize("loss", NUMBER_LOSSES + CLASS_LOSSES)
def test_float32_stays_float32_whatever_the_targets(loss, target):
    of_classes = loss in CLASS_LOSSES
    y = np.array([0, 1, 0]).astype(np.int64 if of_classes and target is np.float64 else target)
    value, d = loss(np.ones((3, 4) if of_classes else 3, np.float32), y)
    assert value.dtype == d.dtype == np.float32


@pytest.mark.parametrize("loss", NUMBER_LOSSES + CLASS_LOSSES)
def test_targets_may_be_a_list_and_all_alike(loss):
    prediction = np.random.default_rng(0).normal(size=(3, 4) if loss in CLASS_LOSSES else 3)
    for y in ([0, 1, 0], [1, 1, 1]):
        np.testing.assert_equal(loss(prediction, y), loss(prediction, np.array(y)))


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
        (losses.binary_cross_entropy, [-3.0, 0.0, 0.1, 2.0], [0, 0, 1, 1]),
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
    answer = loss.decide(np.array(prediction))
    assert answer.tolist() == classes
    assert answer.dtype.kind == "i"


@pytest.mark.parametrize("loss", [losses.squared_error, losses.huber()])
def test_a_regression_decides_nothing(loss):
    assert not hasattr(loss, "decide")
