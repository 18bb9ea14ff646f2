"""The right versions of an exercise, each with one small change, and what becomes of them.

graded = Graded(sheet, "1.3")
for change, answer in mutants_of(tried):
    in_time(passes_practice, tried, answer), in_time(graded.passes, answer)
"""

import ast
import copy
import inspect
import re
import signal
import textwrap
import warnings
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from helpers.mutator import mutants

from course_lib.checks.equality import same
from course_lib.checks.judging import judge
from course_lib.checks.values import bundle

SECONDS = 0.2  # of computing: a mutant that takes longer is in an endless loop


class Changed(NamedTuple):
    """A mutant of a right version: what was changed, `function: before → after`, and the function."""

    description: str
    function: object


class Graded:
    """The graded cell of one exercise, run once: what it calls, with an answer of one's choice."""

    def __init__(self, sheet, number):
        self.space, self.name, self.calls = dict(sheet.space), sheet.names[number], []
        self.space["values"] = lambda *call, **settings: self.calls.append((call, settings))
        self.original = self.space[self.name]
        exec(compile(sheet.graded[number], f"graded {number}", "exec"), self.space)
        self.right = list(self._bundles(self.original))

    def _bundles(self, answer):
        self.space[self.name] = answer
        for (name, function, *cases), settings in self.calls:
            function = answer if function is self.original else function
            yield bundle(name, function, *cases, **settings)

    def passes(self, answer):
        """Whether this answer would get the points; compared as the grader compares."""
        shown = zip(self._bundles(answer), self.right, strict=True)
        return all(same(got, right, rtol=2e-5, atol=2e-9) for got, right in shown)


def mutants_of(tried):
    """Yields the Changed of every right version, and of the functions in its file that it calls."""
    for version in (tried.reference, *tried.alternatives):
        helpers = list(_helpers(version))
        for part in (version, *helpers):
            source = _source(part)
            for description, changed in mutants(source):
                space = dict(version.__globals__)
                for function in (version, *helpers):
                    _define(changed if function is part else _source(function), space)
                yield Changed(re.sub(r"^source:\d+ ", "", description), space[version.__name__])


def passes_practice(tried, answer):
    """Whether the check would say "passed"; the causes of mistakes are not looked for."""
    quick = copy.copy(tried)
    quick.mistakes = {}
    return judge(quick, answer).status == "passed"


def in_time(passes, *arguments):
    """passes(*arguments), and False when it has not returned after SECONDS of computing."""
    try:
        with _limit(SECONDS), warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            return passes(*arguments)
    except _TooLong:
        return False


class _TooLong(KeyboardInterrupt):
    """Like an interrupt from the keyboard, it passes through the engine of the checks."""


@contextmanager
def _limit(seconds):
    def stop(*_):
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _define(source, space):
    """Run a function's definition in the space; NumPy and Python may warn of what it says."""
    with warnings.catch_warnings(action="ignore"):
        exec(compile(source, "<mutant>", "exec"), space)


def _source(function):
    """The function's source without its decorators."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list = []
    return ast.unparse(tree)


def _helpers(function, seen=None):
    """The other functions of its file that a function calls, and those that they call."""
    seen = {function.__name__} if seen is None else seen
    for name in _names(function.__code__):
        part = function.__globals__.get(name)
        mine = inspect.isfunction(part) and part.__module__ == function.__module__
        if mine and part.__name__ == name and name not in seen:
            seen.add(name)
            yield part
            yield from _helpers(part, seen)


def _names(code):
    yield from code.co_names
    for part in code.co_consts:
        if inspect.iscode(part):
            yield from _names(part)
