"""Layers: y, pull = layer(x, ...); pull(dy), with dy = dL/dy, returns dL/dx and parameter gradients.

x is (..., N, n): N examples of n numbers, with leading axes for runs.
"""

import numpy as np


def affine(x, W, b, *, need_dx=True):
    """y = x W + b, (..., N, m), for W (..., n, m) and b (..., 1, m); pull(dy) -> dx, dW, db.

    dW and db are summed over the N examples. With need_dx=False dx is None: a first layer does not need
    the derivative with respect to the data, and this product is a third of its work.
    """

    def pull(dy):
        dx = dy @ W.mT if need_dx else None
        return dx, x.mT @ dy, dy.sum(axis=-2, keepdims=True)

    return x @ W + b, pull


def relu(x):
    """y = max(0, x); pull(dy) -> dx. The derivative at 0 is set to 0, as in PyTorch."""
    return np.maximum(x, 0), lambda dy: dy * (x > 0)


def sigmoid(x):
    """y = 1 / (1 + e⁻ˣ), stable for any x; pull(dy) -> dx = dy y (1 - y)."""
    small = np.exp(-np.abs(x))  # in (0, 1]: cannot overflow
    y = np.where(x >= 0, 1, small) / (1 + small)
    return y, lambda dy: dy * y * (1 - y)


def tanh(x):
    """y = tanh x; pull(dy) -> dx = dy (1 - y²)."""
    y = np.tanh(x)
    return y, lambda dy: dy * (1 - y**2)


def dropout(x, rate, rng):
    """y = x mask / (1 - rate), each number kept with probability 1 - rate; pull(dy) -> dx.

    Inverted dropout: the division preserves the mean, so prediction needs no correction. The mask is
    (N, n), the same for all runs. (Srivastava et al., 2014)
    """
    keep = rng.random(x.shape[-2:], dtype=np.float32) >= rate
    mask = keep.astype(x.dtype) / x.dtype.type(1 - rate)
    return x * mask, lambda dy: dy * mask


def batch_norm(x, gamma, beta, mean=None, var=None, *, eps=1e-5):
    """y = gamma x̂ + beta, x̂ = (x - mean) / √(var + eps); pull(dy) -> dx, d_gamma, d_beta.

    gamma, beta, mean and var are (..., 1, n). Without mean and var they are those of the batch, over
    its N examples, with var divided by N, and dx accounts for their dependence on x. (Ioffe, Szegedy,
    2015)
    """
    own = mean is None
    if own:
        mean, var = x.mean(axis=-2, keepdims=True), x.var(axis=-2, keepdims=True)
    scale = 1 / np.sqrt(var + eps)
    x_hat = (x - mean) * scale

    def pull(dy):
        d_gamma = (dy * x_hat).sum(axis=-2, keepdims=True)
        d_beta = dy.sum(axis=-2, keepdims=True)
        if own:
            N = x.shape[-2]
            dx = gamma * scale * (dy - d_beta / N - x_hat * d_gamma / N)
        else:
            dx = gamma * scale * dy
        return dx, d_gamma, d_beta

    return gamma * x_hat + beta, pull
