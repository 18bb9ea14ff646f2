"""Pictures under sliders: a module for each lesson, and the list of explorers that the tests run."""

import functools

EXPLORERS = []


def explorer(*args, **kwargs):
    """Registers an explorer with example arguments, with which the tests run it: `@explorer(x, y)`."""

    def register(function):
        EXPLORERS.append(functools.partial(function, *args, **kwargs))
        return function

    return register
