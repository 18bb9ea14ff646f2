"""Transforms change the gradient before the rule sees it: g = transform(g, t, seed).

    Optimizer(adam, clip_norm(1.0), gradient_noise(0.01), lr=1e-3)

g is (..., P), with a row for each run; t counts steps from 1. You can use any such function.
"""

import numpy as np

from course_lib.closures import check_number, named


def clip_norm(largest):
    """g ← g · min(1, largest / ‖g‖): a longer gradient keeps its direction only. Each run has its own
    norm. Raises ValueError unless largest > 0. (Pascanu, Mikolov, Bengio, 2013)"""
    check_number("the largest norm of clip_norm", largest, above=0)
    largest = float(largest)  # an np.float64 would turn float32 into float64

    def transform(g, t, seed):
        norm = np.linalg.norm(g, axis=-1, keepdims=True)
        return g * (largest / np.maximum(norm, largest))  # g itself where ‖g‖ <= largest

    return named(transform, clip_norm, largest)


def gradient_noise(eta, gamma=0.55):
    """g ← g + n, n normal with variance eta / t^gamma, the same numbers for all runs.

    The paper counts steps from 0 and writes (1 + t)^gamma. The noise of step t depends on the seed and
    on t only. Raises ValueError for eta < 0. (Neelakantan et al., 2015)
    """
    check_number("eta of gradient_noise, a variance,", eta, least=0)
    check_number("gamma of gradient_noise", gamma)

    def transform(g, t, seed):
        noise = np.random.default_rng((seed, t)).standard_normal(g.shape[-1], g.dtype)
        return g + float(np.sqrt(eta / t**gamma)) * noise

    return named(transform, gradient_noise, eta, gamma)
