"""Optimizer, a rule with its memory, and `descend`, which runs it on a function of theta.

Every rule can be imported from here too: `from course_lib.optim import Optimizer, adam`.
"""

import copy
import inspect

import numpy as np

from course_lib import rules
from course_lib.closures import check_called, name_of
from course_lib.rules import *  # noqa: F403  every rule, without a second list of them
from course_lib.runs import (
    as_floats,
    broadcast_runs,
    evaluate,
    mask_diverged,
    per_run,
    repeat_for_runs,
)
from course_lib.transforms import clip_norm, gradient_noise

__all__ = [*rules.__all__, "Optimizer", "clip_norm", "descend", "gradient_noise"]

# Arithmetic on subnormal numbers is about 8 times slower. States are set to 0 below 1e8 times the
# smallest normal number, every 16 steps: a state halved in every step needs 27 to fall that far.
FLUSH_BELOW, FLUSH_EVERY = 1e8, 16


class Optimizer:
    """A rule with its memory: `Optimizer(adam, lr=1e-3)`; `theta = optimizer.step(theta, g)`.

    Optimizer(rule, *transforms, **hyper)
      rule        any function `rule(theta, g, t, *state, *, **hyper) -> theta, *state`
      transforms  functions `transform(g, t, seed) -> g`, applied to the gradient first, in order
      hyper       a number, a schedule `t -> number`, or an array with one value per run

    Attributes: `t`, the number of steps made; `state`, what the rule remembers; `runs`, the shape of
    the runs. Raises TypeError for a hyper-parameter that the rule does not have or that has no value,
    and ValueError for shapes that do not fit together.
    """

    def __init__(self, rule, *transforms, **hyper):
        self.rule, self.transforms, self.seed = rule, transforms, 0
        self.state_names, defaults, self._initial = _signature(rule)
        _check_names(rule, hyper, defaults, self.state_names)
        for transform in transforms:
            check_called(transform, clip_norm, gradient_noise)
        self.hyper = {**defaults, **hyper}
        self.is_registered = rule in rules.RULES.values()
        self.t, self.state = 0, self._initial
        shapes = {name: np.shape(self._now(h, 1)) for name, h in self.hyper.items()}
        self.runs = broadcast_runs("the hyper-parameters", **shapes)

    def step(self, theta, g):
        """Theta after one more step, with the shape and dtype of theta; updates t and the state.

        Raises ValueError when the gradient, or the runs of the hyper-parameters, do not fit theta.
        """
        theta, t = as_floats(theta), self.t + 1
        for transform in self.transforms:
            g = transform(g, t, self.seed)
        g = np.asarray(g, theta.dtype)
        self._check_shapes(theta, g)
        hyper = {name: per_run(self._now(h, t), theta) for name, h in self.hyper.items()}
        theta, *self.state = self._call_rule(theta, g, t, hyper)
        if t % FLUSH_EVERY == 0:
            _flush(self.state)
        self.t = t
        return theta

    def _call_rule(self, theta, g, t, hyper):
        """The rule's [theta, *state]. A rule that is not registered may work in place or return a
        buffer of its own, so it gets copies and returns copies; registered rules are tested to be pure.
        """
        if self.is_registered:
            return self._checked(self.rule(theta, g, t, *self.state, **hyper), theta)
        state = [np.copy(s) if np.ndim(s) else s for s in self.state]
        result = self.rule(theta.copy(), g.copy(), t, *state, **hyper)
        return [np.copy(part) if np.ndim(part) else part for part in self._checked(result, theta)]

    def fresh(self, seed=None):
        """A copy that has made no step; `seed` replaces the seed of its noise."""
        new = copy.copy(self)
        new.t, new.state = 0, self._initial
        new.seed = self.seed if seed is None else seed
        return new

    def __repr__(self):
        names = map(name_of, (self.rule, *self.transforms))
        hyper = (f"{name}={name_of(h)}" for name, h in self.hyper.items())
        return f"Optimizer({', '.join([*names, *hyper])})"

    @staticmethod
    def _now(h, t):
        return h(t) if callable(h) else h

    def _check_shapes(self, theta, g):
        if g.shape != theta.shape:
            raise ValueError(f"the gradient has shape {g.shape}, theta has {theta.shape}")
        runs = theta.shape[:-1]
        if self.runs and broadcast_runs("the runs", theta=runs, optimizer=self.runs) != runs:
            raise ValueError(
                f"theta of shape {theta.shape} cannot hold the runs {self.runs} of the "
                f"hyper-parameters: start from {self.runs + theta.shape[-1:]}"
            )

    def _checked(self, result, theta):
        """The rule's result as [theta, *state] in theta's dtype; errors say what is wrong with it."""
        name = name_of(self.rule)
        if result is None:
            raise TypeError(f"{name} returned None: is its last line a `return`?")
        parts = result if isinstance(result, tuple) else (result,)
        if len(parts) != 1 + len(self.state_names):
            raise TypeError(
                f"{name} has {_count(self.state_names)} but returned {len(parts) - 1}: "
                f"return {', '.join(['theta', *self.state_names])}"
            )
        for part, what in zip(parts, ["theta", *self.state_names], strict=True):
            if part is None:
                raise TypeError(f"{name} returned None for {what}")
        if np.shape(parts[0]) != theta.shape:
            raise ValueError(
                f"{name} got theta of shape {theta.shape} and returned shape {np.shape(parts[0])}"
            )
        new, *state = parts
        state = [np.asarray(s, theta.dtype) if np.ndim(s) else float(s) for s in state]
        return [np.asarray(new, theta.dtype), *state]


def descend(f, theta0, optimizer, steps, seed=0):
    """The path of `steps` updates on f from theta0: (steps + 1, *runs, d), theta0 first.

    f(theta) -> value, gradient, for theta (..., d). The runs are the leading axes of theta0 broadcast
    with the shapes of the hyper-parameters and with `f.runs` if f has it. A run whose value is not
    finite is nan from then on. The optimizer does not change: `descend` uses a fresh copy. Raises
    TypeError when f does not return a pair, and ValueError when the gradient does not have theta's
    shape or the value does not have one number per run.
    """
    theta = repeat_for_runs(theta0, optimizer=optimizer.runs, f=getattr(f, "runs", ()))
    optimizer = optimizer.fresh(seed)
    path = np.empty((steps + 1, *theta.shape), theta.dtype)
    path[0] = theta
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            value, g = evaluate(f, theta)
            theta = optimizer.step(theta, g)
            path[t] = theta = mask_diverged(
                theta, np.isfinite(value) & np.isfinite(theta).all(axis=-1)
            )
    return path


def _signature(rule):
    """The names of the states, the hyper-parameters with defaults, and the initial states."""
    parameters = list(inspect.signature(rule).parameters.values())
    moving = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    if len(moving) < 3 or any(p.default is p.empty for p in moving[3:]):
        raise TypeError(
            f"a rule is `def {name_of(rule)}(theta, g, t, state=0.0, *, lr=0.01)`: theta, gradient, "
            f"step, then each state with its initial value; got {inspect.signature(rule)}"
        )
    hyper = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    return [p.name for p in moving[3:]], hyper, tuple(p.default for p in moving[3:])


def _check_names(rule, given, known, states):
    for name in given:
        if name in states:
            raise TypeError(
                f"{name_of(rule)} takes {name!r} as a state: hyper-parameters stand after a star, "
                f"as in `def {name_of(rule)}(theta, g, t, v=0.0, *, lr=0.01)`"
            )
        if name not in known:
            raise TypeError(
                f"{name_of(rule)} has no hyper-parameter {name!r}; it has {', '.join(known) or 'none'}"
            )
    for name, default in known.items():
        if default is inspect.Parameter.empty and name not in given:
            raise TypeError(
                f"{name_of(rule)} needs a value for {name!r}: Optimizer(..., {name}=...)"
            )


def _count(names):
    return f"{len(names)} state{'' if len(names) == 1 else 's'} ({', '.join(names) or 'none'})"


def _flush(state):
    """Set tiny entries of the states to 0, in place, before they become subnormal and slow."""
    for s in state:
        if np.ndim(s):
            s[np.abs(s) < FLUSH_BELOW * np.finfo(s.dtype).smallest_normal] = 0
