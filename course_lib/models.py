"""MLP: a stack of layers as one function of a flat theta.

    logits, backward = model(theta, X, rng, stats)
    g = backward(d_logits)

theta is (..., P), X is (..., N, n), logits (..., N, K), or (..., N) where the last size is 1; g is
(..., P). No rng, no dropout: there is no train or eval switch to forget.
"""

from collections import namedtuple
from itertools import pairwise

import numpy as np

from course_lib.layers import affine, batch_norm, dropout, relu

_Step = namedtuple("Step", "layer input output pull")
Layer = namedtuple("Layer", "input pre_activation output")
Layer.__doc__ = "What `layers` yields for each affine layer; all are (..., N, units)."


def he(rng, n, m):
    """W (n, m), normal with variance 2 / n: keeps the size of relu outputs. (He et al., 2015)"""
    return rng.standard_normal((n, m)) * np.sqrt(2 / n)


def xavier(rng, n, m):
    """W (n, m), normal with variance 2 / (n + m), for tanh and sigmoid. (Glorot, Bengio, 2010)"""
    return rng.standard_normal((n, m)) * np.sqrt(2 / (n + m))


def plain_normal(rng, n, m):
    """W (n, m), normal with variance 1 whatever the sizes: shows what the others are for."""
    return rng.standard_normal((n, m))


def zero(rng, n, m):
    """W (n, m) of zeros: fine for one layer; in more, the units of a layer stay equal for ever."""
    return np.zeros((n, m))


class MLP:
    """A multilayer perceptron: `MLP(784, 100, 30, 10)`; `MLP(d, 1)` is linear regression.

    Between two affine layers stand, in this order, batch norm (with batch_norm=True), the activation
    and dropout (with dropout > 0). `size` is P, the length of theta; `is_weight` (P,) is True for the
    entries of the matrices W and False for biases, gamma and beta. Raises ValueError for sizes or
    rates that make no network.
    """

    def __init__(self, *sizes, activation=relu, dropout=0.0, batch_norm=False, init=he):
        if len(sizes) < 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in sizes):
            raise ValueError(f"MLP needs at least two sizes, whole numbers above 0, got {sizes}")
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout is a rate, at least 0 and below 1, got {dropout}")
        self.sizes, self.activation, self.init = sizes, activation, init
        self.dropout, self.batch_norm = dropout, batch_norm and len(sizes) > 2
        self._places, self.size = _layout(sizes, batch_norm)
        self.is_weight = np.zeros(self.size, bool)
        for W, *_ in self._places:
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
        for n, m in pairwise(self.sizes):
            parts += [self.init(rng, n, m), np.zeros((1, m))]
            if self.batch_norm:
                parts += [np.ones((1, m)), np.zeros((1, m))]
        return flatten(parts)[: self.size].astype(dtype)

    def unflatten(self, theta):
        """[[W, b], ...], with gamma and beta after b where there are any: views into theta.

        W is (..., n, m), the others are (..., 1, m).
        """
        if theta.shape[-1] != self.size:
            raise ValueError(f"{self} has {self.size} parameters, theta has shape {theta.shape}")
        runs = theta.shape[:-1]
        return [
            [theta[..., place.slice].reshape(runs + place.shape) for place in places]
            for places in self._places
        ]

    def layers(self, theta, X):
        """For every affine layer its input, pre-activation and output, each (..., N, units)."""
        steps = self._steps(theta, X)
        starts = [k for k, step in enumerate(steps) if step.layer is affine]
        for a, b in zip(starts, [*starts[1:], len(steps)], strict=True):
            before = steps[b - 2] if b - a > 1 else steps[a]
            yield Layer(steps[a].input, before.output, steps[b - 1].output)

    def statistics(self, theta, X):
        """Mean and variance of every batch norm's input over all of X, exact, flat as theta is.

        The flat vector is mean, variance of the first, mean, variance of the second, ...; None for a
        model without batch norm. To be passed as `stats` when predicting.
        """
        if not self.batch_norm:
            return None
        inputs = [step.input for step in self._steps(theta, X) if step.layer is batch_norm]
        moments = [f(axis=-2, dtype=float) for x in inputs for f in (x.mean, x.var)]
        return np.concatenate(moments, axis=-1).astype(theta.dtype)

    def __repr__(self):
        return f"MLP({', '.join(map(str, self.sizes))})"

    def _steps(self, theta, X, rng=None, stats=None):
        if X.ndim < 2 or X.shape[-1] != self.sizes[0]:
            raise ValueError(
                f"{self} takes rows of {self.sizes[0]} numbers, X (..., N, {self.sizes[0]}), "
                f"got X of shape {X.shape}; a single row is X[None]"
            )
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
        """[(mean, var), ...] for each hidden layer, each (..., 1, m), from flat stats or none."""
        widths = self.sizes[1:-1]
        if stats is None:
            return [()] * len(widths)
        if stats.shape[-1] != 2 * sum(widths):
            raise ValueError(
                f"{self} has {2 * sum(widths)} stats, got stats of shape {stats.shape}"
            )
        cuts = np.cumsum(np.repeat(widths, 2))[:-1]
        parts = [part[..., None, :] for part in np.split(stats, cuts, axis=-1)]
        return list(zip(parts[::2], parts[1::2], strict=True))


def flatten(parts):
    """One vector (..., P) from arrays (..., n, m), in their order: the way back from `unflatten`."""
    return np.concatenate([part.reshape(*part.shape[:-2], -1) for part in parts], axis=-1)


_Place = namedtuple("Place", "slice shape")


def _layout(sizes, batch_norm):
    """Where each parameter lies in theta, a list per affine layer, and the length of theta."""
    places, end = [], 0
    for k, (n, m) in enumerate(pairwise(sizes)):
        shapes = [(n, m), (1, m)]
        if batch_norm and k < len(sizes) - 2:
            shapes += [(1, m), (1, m)]
        places.append([])
        for shape in shapes:
            begin, end = end, end + shape[0] * shape[1]
            places[-1].append(_Place(slice(begin, end), shape))
    return places, end
