"""Penalties: R, dR = penalty(w), which an objective adds to its loss. w is (..., P), R is (...,).

    Objective(MLP(64, 32, 10), cross_entropy, l2(1e-4))

A strength is a number or an array with one value per run. An `Objective` passes theta with its biases
set to 0, so that a penalty acts on weights only.
"""

import numpy as np

from course_lib.closures import check_number, named
from course_lib.runs import broadcast_runs, per_run


def l2(strength):
    """R = ½ λ Σ w², dR = λ w. With this ½, λ is PyTorch's `weight_decay` of SGD. (Tikhonov, 1943)"""
    check_number("the strength of l2", strength, least=0, per_run=True)

    def penalty(w):
        lam = per_run(strength, w)
        R = lam / 2 * (w**2).sum(axis=-1, keepdims=True)
        return R[..., 0], lam * w

    penalty.runs = np.shape(strength)
    return named(penalty, l2, strength)


def l1(strength):
    """R = λ Σ |w|, dR = λ sign(w), a subgradient: 0 at 0. Steps along it do not stop at exact zeros;
    `proximal_sgd` does. (Tibshirani, 1996)"""
    check_number("the strength of l1", strength, least=0, per_run=True)

    def penalty(w):
        lam = per_run(strength, w)
        R = lam * np.abs(w).sum(axis=-1, keepdims=True)
        return R[..., 0], lam * np.sign(w)

    penalty.runs = np.shape(strength)
    return named(penalty, l1, strength)


def elastic_net(l1, l2):
    """R = λ₁ Σ |w| + ½ λ₂ Σ w², dR = λ₁ sign(w) + λ₂ w. (Zou, Hastie, 2005)"""
    check_number("the strength l1 of elastic_net", l1, least=0, per_run=True)
    check_number("the strength l2 of elastic_net", l2, least=0, per_run=True)

    def penalty(w):
        lam1, lam2 = per_run(l1, w), per_run(l2, w)
        R = lam1 * np.abs(w) + lam2 / 2 * w**2
        return R.sum(axis=-1), lam1 * np.sign(w) + lam2 * w

    penalty.runs = broadcast_runs("the strengths", l1=np.shape(l1), l2=np.shape(l2))
    return named(penalty, elastic_net, l1, l2)


def none(w):
    """R = 0, dR = 0: the penalty of an objective that has no other."""
    return np.zeros(w.shape[:-1], w.dtype), np.zeros_like(w)
