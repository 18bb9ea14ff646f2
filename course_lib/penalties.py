"""Penalties: R, dR = penalty(w), what an objective adds to its loss. w is (..., P), R is (...,).

A penalty is written as a formula of w and its strengths; `@penalty` turns it into
`l2(strength)`, the strength a number or one value per run, which then is a function of w alone.
An `Objective` hands over theta with 0 for biases, so that only weights pay.
"""

import functools
import inspect

import numpy as np

from course_lib.runs import broadcast_runs


class Penalty:
    """A formula with its strengths filled in: `R, dR = penalty(w)`; `runs` is their shape."""

    def __init__(self, formula, strengths):
        self.formula, self.strengths = formula, strengths
        shapes = {name: np.shape(s) for name, s in strengths.items()}
        self.runs = broadcast_runs(f"the strengths of {formula.__name__}", **shapes)

    def __call__(self, w):
        fitted = {
            name: np.asarray(s, w.dtype)[..., None] if np.ndim(s) else float(s)
            for name, s in self.strengths.items()
        }
        R, dR = self.formula(w, **fitted)
        return R[..., 0], dR

    def __repr__(self):
        strengths = ", ".join(f"{s!r}" for s in self.strengths.values())
        return f"{self.formula.__name__}({strengths})"


def penalty(formula):
    """Turns `formula(w, strength) -> R (..., 1), dR (..., P)` into `formula(strength) -> Penalty`."""
    names = list(inspect.signature(formula).parameters)[1:]

    @functools.wraps(formula)
    def filled(*args, **kwargs):
        given = dict(zip(names, args, strict=False)) | kwargs
        if set(given) != set(names) or len(args) > len(names):
            raise TypeError(f"{formula.__name__} needs {', '.join(names) or 'no argument'}")
        for name, strength in given.items():
            if np.any(np.asarray(strength) < 0):
                raise ValueError(f"{formula.__name__}: {name} must not be negative, got {strength}")
        return Penalty(formula, given)

    filled.__signature__ = inspect.Signature(
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    )
    return filled


@penalty
def l2(w, strength):
    """R = ½ λ Σ w², dR = λ w. With this ½, λ is PyTorch's `weight_decay` of SGD. (Tikhonov, 1943)"""
    return strength / 2 * (w**2).sum(axis=-1, keepdims=True), strength * w


@penalty
def l1(w, strength):
    """R = λ Σ |w|, dR = λ sign(w), a subgradient: 0 at 0. Steps along it do not stop at exact zeros;
    `proximal_sgd` does. (Tibshirani, 1996)"""
    return strength * np.abs(w).sum(axis=-1, keepdims=True), strength * np.sign(w)


@penalty
def elastic_net(w, l1, l2):
    """R = λ₁ Σ |w| + ½ λ₂ Σ w², dR = λ₁ sign(w) + λ₂ w. (Zou, Hastie, 2005)"""
    R = l1 * np.abs(w) + l2 / 2 * w**2
    return R.sum(axis=-1, keepdims=True), l1 * np.sign(w) + l2 * w


def none(w):
    """R = 0, dR = 0: what an objective pays when no penalty is named."""
    return np.zeros(w.shape[:-1], w.dtype), np.zeros_like(w)


none.runs = ()
