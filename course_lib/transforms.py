"""Transforms change the gradient before the rule sees it: g = transform(g, t, seed).

    Optimizer(adam, clip_norm(1.0), gradient_noise(0.01), lr=1e-3)

g is (..., P), with a row for each run; t counts steps from 1. Any function of these three will do.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class clip_norm:
    """g ← g · min(1, largest / ‖g‖): a longer gradient keeps only its direction. Each run has its own
    norm. Raises ValueError unless largest > 0. (Pascanu, Mikolov, Bengio, 2013)"""

    largest: float

    def __post_init__(self):
        if not self.largest > 0:
            raise ValueError(f"the largest norm must be above 0, got {self.largest}")

    def __call__(self, g, t, seed):
        largest, norm = float(self.largest), np.linalg.norm(g, axis=-1, keepdims=True)
        return g * (largest / np.maximum(norm, largest))  # of a short g exactly g


@dataclass(frozen=True)
class gradient_noise:
    """g ← g + n, n normal with variance eta / t^gamma, the same numbers for all runs.

    The paper counts steps from 0 and writes (1 + t)^gamma. The noise of step t depends on the seed and
    t alone. Raises ValueError for eta < 0. (Neelakantan et al., 2015)
    """

    eta: float
    gamma: float = 0.55

    def __post_init__(self):
        if self.eta < 0:
            raise ValueError(f"eta is a variance, at least 0, got {self.eta}")

    def __call__(self, g, t, seed):
        noise = np.random.default_rng((seed, t)).standard_normal(g.shape[-1], g.dtype)
        return g + float(np.sqrt(self.eta / t**self.gamma)) * noise
