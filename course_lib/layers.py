"""Layers: y, pull = layer(x, ...). pull(dy), with dy = dL/dy, gives back dL/dx and what else it holds.

x is (..., N, n): N examples of n numbers, leading axes for runs.
"""

import numpy as np


def affine(x, W, b, *, need_dx=True):
    """y = x W + b, (..., N, m), for W (..., n, m) and b (..., 1, m); pull(dy) -> dx, dW, db.

    dW and db are summed over the N examples. With need_dx=False dx is None: nobody asks how the loss
    changes with the data, and in a first layer that product is a third of the work.
    """

    def pull(dy):
        dx = dy @ W.mT if need_dx else None
        return dx, x.mT @ dy, dy.sum(axis=-2, keepdims=True)

    return x @ W + b, pull


def relu(x):
    """y = max(0, x); pull(dy) -> dx. At 0 the derivative is taken as 0, as PyTorch does."""
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

    Inverted dropout: the division keeps the mean, so that nothing is left to do when predicting. The
    mask is (N, n), the same for all runs. (Srivastava et al., 2014)
    """
    keep = rng.random(x.shape[-2:], dtype=np.float32) >= rate
    mask = keep.astype(x.dtype) / x.dtype.type(1 - rate)
    return x * mask, lambda dy: dy * mask


def batch_norm(x, gamma, beta, mean=None, var=None, *, eps=1e-5):
    """y = gamma x̂ + beta, x̂ = (x - mean) / √(var + eps); pull(dy) -> dx, d_gamma, d_beta.

    gamma, beta, mean and var are (..., 1, n). Without mean and var they are the batch's own, over its
    N examples, var divided by N; then dx knows that they depend on x. (Ioffe, Szegedy, 2015)
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
