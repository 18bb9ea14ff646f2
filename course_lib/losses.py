"""Losses: loss, d_prediction = f(prediction, y), the mean over N examples and its derivative.

The loss is (...,), its derivative has the prediction's shape. Regression and binary losses take
(..., N) and y (N,); losses over K classes take logits (..., N, K) and whole numbers y (N,) from 0 to
K - 1. y may have the prediction's leading axes too, so that each run has its own targets. A loss of a
classification has `decide(prediction)`, the predicted class.
"""

import numpy as np

from course_lib.closures import check_number, named
from course_lib.layers import sigmoid


def squared_error(prediction, y):
    """mean(r²) with r = prediction - y, and 2 r / N. There is no ½, as in PyTorch, so the Hessian of a
    linear regression is (2 / N) XᵀX and a learning rate here is half of that for ½ mean(r²)."""
    r = prediction - _matching_targets(y, prediction)
    return (r**2).mean(axis=-1), 2 / r.shape[-1] * r


def huber(delta=1.0):
    """mean of ½ r² where |r| <= delta, else delta (|r| - ½ delta); derivative clip(r, ±delta) / N.

    `huber()` and `huber(2.0)` are losses. The ½ belongs to the definition, as in PyTorch's HuberLoss.
    Raises ValueError unless delta > 0. (Huber, 1964)
    """
    check_number("the delta of huber", delta, above=0)
    delta = float(delta)  # an np.float64 would turn float32 into float64

    def loss(prediction, y):
        r = prediction - _matching_targets(y, prediction)
        clipped = np.clip(r, -delta, delta)
        return (clipped * (r - 0.5 * clipped)).mean(axis=-1), clipped / r.shape[-1]

    return named(loss, huber, delta)


def binary_cross_entropy(logits, y):
    """mean(log(1 + eᶻ) - y z) for logits z and y in {0, 1}; derivative (sigmoid(z) - y) / N.

    Computed as max(z, 0) - y z + log(1 + e^-|z|), which cannot overflow.
    """
    y = _matching_targets(y, logits)
    if y.size and not 0 <= y.min() <= y.max() <= 1:
        raise ValueError(f"y must be 0 or 1, got numbers from {y.min()} to {y.max()}")
    loss = np.maximum(logits, 0) - y * logits + np.log1p(np.exp(-np.abs(logits)))
    p, _ = sigmoid(logits)
    return loss.mean(axis=-1), (p - y) / logits.shape[-1]


binary_cross_entropy.decide = lambda logits: (logits > 0).astype(int)


def cross_entropy(logits, y):
    """mean(-log p_y), p = softmax(logits); derivative (p - onehot(y)) / N.

    We subtract the largest logit first: the largest power is then e^0, so nothing overflows.
    """
    target = _onehot(y, logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(axis=-1, keepdims=True)
    loss = np.log(total[..., 0]) - np.where(target, shifted, 0).sum(axis=-1)
    return loss.mean(axis=-1), (powers / total - target) / logits.shape[-2]


cross_entropy.decide = lambda logits: logits.argmax(axis=-1)


def sigmoid_squared_error(logits, y):
    """mean over N and K of (sigmoid(logits) - onehot(y))²: the loss that cross-entropy replaced.

    Its derivative 2 (s - onehot) s (1 - s) / (N K) is almost 0 where a sigmoid is confident and wrong.
    """
    target = _onehot(y, logits)
    N, K = logits.shape[-2:]
    s, _ = sigmoid(logits)
    r = s - target
    return (r**2).mean(axis=(-2, -1)), 2 / (N * K) * r * s * (1 - s)


sigmoid_squared_error.decide = lambda logits: logits.argmax(axis=-1)


def _matching_targets(y, prediction):
    """y in the prediction's dtype, since float32 minus whole numbers is float64; its shape checked."""
    y = np.asarray(y, prediction.dtype)
    if y.ndim == 0 or prediction.shape[-y.ndim :] != y.shape:
        raise ValueError(
            f"prediction has shape {prediction.shape} and y {y.shape}: prediction must be (..., N), "
            "y (N,); a prediction of (..., N, 1) needs prediction[..., 0]"
        )
    return y


def _onehot(y, logits):
    """True where the class is y, False elsewhere, (..., N, K); the shape and numbers of y checked."""
    y = np.asarray(y)
    if y.ndim == 0 or logits.shape[-1 - y.ndim : -1] != y.shape:
        raise ValueError(
            f"logits have shape {logits.shape} and y {y.shape}: logits must be (..., N, K), y (N,)"
        )
    if y.dtype.kind not in "iu":
        raise TypeError(f"y must hold whole class numbers, got {y.dtype}: y.astype(int)")
    K = logits.shape[-1]
    if y.size and not 0 <= y.min() <= y.max() < K:
        raise ValueError(f"y runs from {y.min()} to {y.max()}, logits have {K} classes")
    return y[..., None] == np.arange(K)
