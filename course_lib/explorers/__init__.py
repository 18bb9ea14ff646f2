"""Pictures under sliders: a module for each lesson, and the list of explorers that the tests run."""

import functools

EXPLORERS = []


def explorer(*args, **kwargs):
    """Register an explorer with example arguments, with which the tests run it: `@explorer(x, y)`.

    Written twice, the tests run it with both: `@explorer("adam")`, `@explorer("sgd")`.
    """

    def register(function):
        EXPLORERS.append(functools.partial(function, *args, **kwargs))
        return function

    return register
