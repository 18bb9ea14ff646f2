"""Functions with parameters filled in, such as `l2(1e-4)` and `huber()`: their names and checks.

A maker checks its parameters and returns a function that remembers them, a closure:

    def clip_norm(largest):
        check_number("the largest norm of clip_norm", largest, above=0)

        def transform(g, t, seed):
            ...

        return named(transform, clip_norm, largest)
"""

import inspect

import numpy as np


def named(function, maker, *parameters):
    """The function, whose name is now the call that made it: `l2(1e-4).__name__` is "l2(0.0001)"."""
    call = f"{maker.__name__}({', '.join(name_of(p) for p in parameters)})"
    function.__name__ = function.__qualname__ = call
    return function


def name_of(thing):
    """The name of a function, as in "adam" or "l2(0.0001)"; the repr of anything else."""
    return getattr(thing, "__name__", repr(thing))


def check_number(what, value, *, least=None, above=None, whole=False, per_run=False, finite=True):
    """Raise TypeError or ValueError unless value is a finite number within its limits.

    With per_run=True it may be an array of such numbers, one per run, with finite=False infinite.
    `what` names it in the message.
    """
    numbers = np.asarray(value)
    if numbers.dtype.kind not in ("iu" if whole else "iuf") or (numbers.ndim and not per_run):
        kind = "a whole number" if whole else "a number or an array" if per_run else "a number"
        raise TypeError(f"{what} must be {kind}, got {value!r}")
    if least is not None and not (numbers >= least).all():
        raise ValueError(f"{what} must be at least {least}, got {value}")
    if above is not None and not (numbers > above).all():
        raise ValueError(f"{what} must be above {above}, got {value}")
    if finite and not np.isfinite(numbers).all():
        raise ValueError(f"{what} must be finite, got {value}")


def check_called(function, *makers):
    """Raise TypeError for a maker that stands where its result is needed: `huber` for `huber()`."""
    if function in makers:
        parameters = inspect.signature(function).parameters.values()
        needed = ", ".join(p.name for p in parameters if p.default is p.empty)
        name = function.__name__
        raise TypeError(f"{name} must be called first: write {name}({needed})")
