"""Optimizer: a rule with its memory. `descend` walks with it on a function of theta."""

import copy
import inspect

import numpy as np

from course_lib.rules import (
    RULES,
    adadelta,
    adagrad,
    adam,
    adamax,
    adamw,
    amsgrad,
    convert_lr,
    ema_momentum,
    lion,
    momentum,
    nadam,
    nesterov,
    proximal_sgd,
    rmsprop,
    sgd,
    velocity_momentum,
)
from course_lib.runs import as_floats, broadcast_runs, evaluate, mask_diverged, repeat_for_runs
from course_lib.transforms import clip_norm, gradient_noise

__all__ = [
    "RULES",
    "Optimizer",
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "adamw",
    "amsgrad",
    "clip_norm",
    "convert_lr",
    "descend",
    "ema_momentum",
    "gradient_noise",
    "lion",
    "momentum",
    "nadam",
    "nesterov",
    "proximal_sgd",
    "rmsprop",
    "sgd",
    "velocity_momentum",
]

FLUSH_BELOW = 1e8  # times the smallest normal number: arithmetic below that is some 8 times slower
FLUSH_EVERY = 16  # steps; a state halved every step needs 27 to fall by a factor of 1e8


class Optimizer:
    """A rule and its memory: `Optimizer(adam, lr=1e-3)`; `theta = optimizer.step(theta, g)`.

    Optimizer(rule, *transforms, **hyper)
      rule        any function `rule(theta, g, t, *state, *, **hyper) -> theta, *state`
      transforms  functions `transform(g, t, seed) -> g`, applied first, in their order
      hyper       a number, a schedule `t -> number`, or an array with one value per run

    Attributes: `t`, the steps done; `state`, what the rule remembers; `runs`, the shape of the runs.
    Raises TypeError for a hyper-parameter that the rule does not have, or lacks a value for, and
    ValueError for shapes that do not fit together.
    """

    def __init__(self, rule, *transforms, **hyper):
        self.rule, self.transforms, self.seed = rule, transforms, 0
        self.state_names, defaults, self._initial = _signature(rule)
        _check_names(rule, hyper, defaults, self.state_names)
        self.hyper = {**defaults, **hyper}
        self.is_ours = rule in RULES.values()
        self.t, self.state = 0, self._initial
        shapes = {name: np.shape(self._now(h, 1)) for name, h in self.hyper.items()}
        self.runs = broadcast_runs("the hyper-parameters", **shapes)

    def step(self, theta, g):
        """The theta after one more step, shape and dtype as theta's; t and the state move on.

        Raises ValueError when the gradient, or the runs of the hyper-parameters, do not fit theta.
        """
        theta, t = as_floats(theta), self.t + 1
        for transform in self.transforms:
            g = transform(g, t, self.seed)
        g = np.asarray(g, theta.dtype)
        self._look_at_shapes(theta, g)
        hyper = {name: _fit(self._now(h, t), theta) for name, h in self.hyper.items()}
        if self.is_ours:
            new = self.rule(theta, g, t, *self.state, **hyper)
            theta, *self.state = new if self.state_names else (new,)
            if t % FLUSH_EVERY == 0:
                _flush(self.state)
        else:  # a stranger's rule may work in place: it gets copies, and its answer is looked at
            state = [np.copy(s) for s in self.state]
            new = self.rule(theta.copy(), g.copy(), t, *state, **hyper)
            theta, *self.state = self._checked(new, theta)
        self.t = t
        return theta

    def fresh(self, seed=None):
        """A copy that has made no step, with another seed for its noise where one is given."""
        new = copy.copy(self)
        new.t, new.state = 0, self._initial
        new.seed = self.seed if seed is None else seed
        return new

    def __repr__(self):
        parts = [*map(repr, self.transforms), *(f"{k}={_shown(h)}" for k, h in self.hyper.items())]
        return f"Optimizer({', '.join([_name(self.rule), *parts])})"

    @staticmethod
    def _now(h, t):
        return h(t) if callable(h) else h

    def _look_at_shapes(self, theta, g):
        if g.shape != theta.shape:
            raise ValueError(f"the gradient has shape {g.shape}, theta has {theta.shape}")
        runs = theta.shape[:-1]
        if self.runs and broadcast_runs("the runs", theta=runs, optimizer=self.runs) != runs:
            raise ValueError(
                f"theta of shape {theta.shape} cannot hold the runs {self.runs} of the "
                f"hyper-parameters: start from {self.runs + theta.shape[-1:]}"
            )

    def _checked(self, new, theta):
        """What the rule returned as [theta, *state], or a TypeError or ValueError that says why not."""
        name = _name(self.rule)
        if new is None:
            raise TypeError(f"{name} returned None: is its last line a `return`?")
        returned = list(new) if isinstance(new, tuple) else [new]
        if len(returned) != 1 + len(self.state_names):
            raise TypeError(
                f"{name} has {_count(self.state_names)} but returned {len(returned) - 1}: "
                f"return {', '.join(['theta', *self.state_names])}"
            )
        for part, what in zip(returned, ["theta", *self.state_names], strict=True):
            if part is None:
                raise TypeError(f"{name} returned None for {what}")
        if np.shape(returned[0]) != theta.shape:
            raise ValueError(
                f"{name} got theta of shape {theta.shape} and returned shape {np.shape(returned[0])}"
            )
        return [np.array(part, dtype=theta.dtype) for part in returned]


def descend(f, theta0, optimizer, steps, seed=0):
    """The path of `steps` updates on f from theta0: (steps + 1, *runs, d), theta0 first.

    f(theta) -> value, gradient, for theta (..., d). The runs are the leading axes of theta0 broadcast
    with the shapes of the hyper-parameters and with `f.runs` where f has it. A run whose value is no
    longer finite is nan from there on. The optimizer itself stays as it is: a fresh copy walks.
    Raises TypeError when f does not return two things, ValueError when their shapes are not those of
    theta (the gradient) and of the runs (the value).
    """
    theta = repeat_for_runs(theta0, optimizer=optimizer.runs, f=getattr(f, "runs", ()))
    optimizer = optimizer.fresh(seed)
    path = np.empty((steps + 1, *theta.shape), theta.dtype)
    path[0] = theta
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            value, g = evaluate(f, theta)
            theta = optimizer.step(theta, g)
            path[t] = theta = mask_diverged(theta, np.isfinite(value) & np.isfinite(theta).all(axis=-1))
    return path


def _name(rule):
    return getattr(rule, "__name__", repr(rule))


def _shown(h):
    """A hyper-parameter for the eye; a schedule by the name of the function that made it."""
    return getattr(h, "__qualname__", repr(h)).split(".")[0] if callable(h) else repr(h)


def _signature(rule):
    """The names of the states, the hyper-parameters with defaults, and the initial states."""
    parameters = list(inspect.signature(rule).parameters.values())
    moving = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    if len(moving) < 3 or any(p.default is p.empty for p in moving[3:]):
        raise TypeError(
            f"a rule is `def {_name(rule)}(theta, g, t, state=0.0, *, lr=0.01)`: theta, gradient, "
            f"step, then each state with its initial value; got {inspect.signature(rule)}"
        )
    hyper = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    return [p.name for p in moving[3:]], hyper, tuple(p.default for p in moving[3:])


def _check_names(rule, given, known, states):
    for name in given:
        if name in states:
            raise TypeError(
                f"{_name(rule)} takes {name!r} as a state: hyper-parameters stand after a star, "
                f"as in `def {_name(rule)}(theta, g, t, v=0.0, *, lr=0.01)`"
            )
        if name not in known:
            raise TypeError(
                f"{_name(rule)} has no hyper-parameter {name!r}; it has {', '.join(known) or 'none'}"
            )
    for name, default in known.items():
        if default is inspect.Parameter.empty and name not in given:
            raise TypeError(f"{_name(rule)} needs a value for {name!r}: Optimizer(..., {name}=...)")


def _count(names):
    return f"{len(names)} state{'' if len(names) == 1 else 's'} ({', '.join(names) or 'none'})"


def _fit(value, theta):
    """A hyper-parameter in theta's precision: numbers as they are, arrays with the last axis added."""
    if np.ndim(value) == 0:
        return float(value)
    return np.asarray(value, dtype=theta.dtype)[..., None]


def _flush(state):
    for s in state:
        if np.ndim(s):
            s[np.abs(s) < FLUSH_BELOW * np.finfo(s.dtype).smallest_normal] = 0
