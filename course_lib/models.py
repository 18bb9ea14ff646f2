"""MLP: a stack of layers as one function of a flat theta; and `sine`, a model with two parameters.

    logits, backward = model(theta, X, rng, stats)
    g = backward(d_logits)

theta is (..., P), X is (..., N, n), logits (..., N, K), or (..., N) if the last size is 1; g is
(..., P). Without rng there is no dropout, so there is no train or eval mode to forget.
"""

from collections import namedtuple
from itertools import pairwise

import numpy as np

from course_lib.layers import affine, batch_norm, dropout, relu

_Step = namedtuple("Step", "layer input output pull")
Layer = namedtuple("Layer", "input pre_activation output")
Layer.__doc__ = "What `layers` yields for each affine layer; all are (..., N, units)."


def he(rng, n, m):
    """W (n, m), normal with variance 2 / n: preserves the size of relu outputs. (He et al., 2015)"""
    return rng.standard_normal((n, m)) * np.sqrt(2 / n)


def xavier(rng, n, m):
    """W (n, m), normal with variance 2 / (n + m), for tanh and sigmoid. (Glorot, Bengio, 2010)"""
    return rng.standard_normal((n, m)) * np.sqrt(2 / (n + m))


def plain_normal(rng, n, m):
    """W (n, m), normal with variance 1 for all sizes: shows why the others scale."""
    return rng.standard_normal((n, m))


def zero(rng, n, m):
    """W (n, m) of zeros: fine for one layer; with more, the units of a layer always stay equal."""
    return np.zeros((n, m))


class MLP:
    """A multilayer perceptron: `MLP(784, 100, 30, 10)`; `MLP(d, 1)` is linear regression.

    Each hidden layer is affine, then batch norm (with batch_norm=True), the activation and dropout
    (with dropout > 0). `size` is P, the length of theta; `is_weight` (P,) is True for the entries of
    the matrices W and False for biases, gamma and beta. Raises ValueError for sizes that are not whole
    numbers above 0 and for a dropout rate outside 0 to 1.
    """

    def __init__(self, *sizes, activation=relu, dropout=0.0, batch_norm=False, init=he):
        if len(sizes) < 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in sizes):
            raise ValueError(f"MLP needs at least two sizes, whole numbers above 0, got {sizes}")
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout is a rate, at least 0 and below 1, got {dropout}")
        self.sizes, self.activation, self.init = sizes, activation, init
        self.dropout, self.batch_norm = dropout, batch_norm and len(sizes) > 2
        self._blocks, self.size = _layout(sizes, batch_norm)
        self.is_weight = np.zeros(self.size, bool)
        for W, *_ in self._blocks:
            self.is_weight[W.slice] = True

    def __call__(self, theta, X, rng=None, stats=None):
        steps = self._steps(theta, X, rng, stats)
        flat = self.sizes[-1] == 1

        def backward(d):
            d, parts = d[..., None] if flat else d, []
            for step in reversed(steps):
                pulled = step.pull(d)
                d, *of_parameters = pulled if isinstance(pulled, tuple) else (pulled,)
                parts = of_parameters + parts
            return flatten(parts)

        logits = steps[-1].output
        return logits[..., 0] if flat else logits, backward

    def start(self, seed=0, dtype=float):
        """A first theta (P,): W by `init`, gamma 1, biases and beta 0; the same for the same seed."""
        rng = np.random.default_rng(seed)
        parts = []
        for W, b, *gamma_beta in self._blocks:
            parts += [self.init(rng, *W.shape), np.zeros(b.shape)]
            if gamma_beta:
                parts += [np.ones(b.shape), np.zeros(b.shape)]
        return flatten(parts).astype(dtype)

    def unflatten(self, theta):
        """[[W, b], ...], with gamma and beta after b in layers with batch norm: views into theta.

        W is (..., n, m), the others are (..., 1, m).
        """
        if theta.shape[-1] != self.size:
            raise ValueError(f"{self} has {self.size} parameters, theta has shape {theta.shape}")
        runs = theta.shape[:-1]
        return [
            [theta[..., block.slice].reshape(runs + block.shape) for block in blocks]
            for blocks in self._blocks
        ]

    def layers(self, theta, X):
        """For every affine layer its input, pre-activation and output, each (..., N, units)."""
        steps = self._steps(theta, X)
        *hidden, last = [step for step in steps if step.layer is affine]
        activations = [step for step in steps if step.layer is self.activation]
        for step, activation in zip(hidden, activations, strict=True):
            yield Layer(step.input, activation.input, activation.output)
        yield Layer(last.input, last.output, last.output)

    def statistics(self, theta, X):
        """Exact mean and variance of the input of every batch norm over all of X, as one flat vector.

        It holds mean, variance of the first, mean, variance of the second, ...; None for a model
        without batch norm. Pass it as `stats` when predicting.
        """
        if not self.batch_norm:
            return None
        inputs = [step.input for step in self._steps(theta, X) if step.layer is batch_norm]
        moments = [f(axis=-2, dtype=float) for x in inputs for f in (x.mean, x.var)]
        return np.concatenate(moments, axis=-1).astype(theta.dtype)

    def __repr__(self):
        return f"MLP({', '.join(map(str, self.sizes))})"

    def _check_rows(self, X):
        if X.ndim < 2 or X.shape[-1] != self.sizes[0]:
            raise ValueError(
                f"{self} takes rows of {self.sizes[0]} numbers, X (..., N, {self.sizes[0]}), "
                f"got X of shape {X.shape}; a single row is X[None]"
            )

    def _steps(self, theta, X, rng=None, stats=None):
        """The layers applied in order, each with its input, output and pull."""
        self._check_rows(X)
        steps = []

        def step(layer, x, *args, **kwargs):
            y, pull = layer(x, *args, **kwargs)
            steps.append(_Step(layer, x, y, pull))
            return y

        *hidden, last = self.unflatten(theta)
        moments = self._moments(stats)
        x = X
        for k, (W, b, *gamma_beta) in enumerate(hidden):
            x = step(affine, x, W, b, need_dx=k > 0)
            if self.batch_norm:
                x = step(batch_norm, x, *gamma_beta, *moments[k])
            x = step(self.activation, x)
            if self.dropout and rng is not None:
                x = step(dropout, x, self.dropout, rng)
        step(affine, x, *last, need_dx=bool(hidden))
        return steps

    def _moments(self, stats):
        """[(mean, var), ...] for each hidden layer, each (..., 1, m), from the flat stats."""
        widths = self.sizes[1:-1]
        if stats is None:
            return [()] * len(widths)
        if stats.shape[-1] != 2 * sum(widths):
            raise ValueError(
                f"{self} needs {2 * sum(widths)} stats, got stats of shape {stats.shape}"
            )
        cuts = np.cumsum(np.repeat(widths, 2))[:-1]
        parts = [part[..., None, :] for part in np.split(stats, cuts, axis=-1)]
        return list(zip(parts[::2], parts[1::2], strict=True))


def sine(theta, X, rng=None, stats=None):
    """sin(ω x + φ) (..., N) for θ = (ω, φ) (..., 2) and X (..., N, 1), not linear in ω and φ.

    A model like `MLP(1, 1)`, without chance or batch norm. Raises ValueError for other last axes.
    """
    if theta.shape[-1] != 2 or X.ndim < 2 or X.shape[-1] != 1:
        raise ValueError(
            f"sine takes theta (..., 2) and X (..., N, 1), got shapes {theta.shape} and {X.shape}"
        )
    x = X[..., 0]
    angle = theta[..., :1] * x + theta[..., 1:]

    def backward(d):
        d_angle = d * np.cos(angle)
        return np.stack([(d_angle * x).sum(axis=-1), d_angle.sum(axis=-1)], axis=-1)

    return np.sin(angle), backward


def flatten(parts):
    """One vector (..., P) from arrays (..., n, m), in their order: the inverse of `unflatten`."""
    return np.concatenate([part.reshape(*part.shape[:-2], -1) for part in parts], axis=-1)


_Block = namedtuple("Block", "slice shape")


def _layout(sizes, batch_norm):
    """The slice and shape of each parameter, a list per affine layer; and the length of theta."""
    blocks, end = [], 0
    for k, (n, m) in enumerate(pairwise(sizes)):
        shapes = [(n, m), (1, m)]
        if batch_norm and k < len(sizes) - 2:
            shapes += [(1, m), (1, m)]
        blocks.append([])
        for shape in shapes:
            begin, end = end, end + shape[0] * shape[1]
            blocks[-1].append(_Block(slice(begin, end), shape))
    return blocks, end
