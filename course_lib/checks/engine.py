"""An exercise: a right version, inputs to try, wrong versions with their causes, and hints.

    @exercise("1.1", inputs=[(2.0,), (-1.0,)], hints=["The derivative of x² is 2 x."])
    def slope(x):
        return 2 * x

    slope.mistake("the factor 2 is missing.", lambda x: x)

The name then stands for the exercise: `check.slope(my_slope)` says how `my_slope` does.
"""

import functools
import inspect

import numpy as np
from IPython.display import display

from course_lib import plots
from course_lib.checks import report
from course_lib.checks.attempt import Attempt
from course_lib.checks.calling import Raised, call, case
from course_lib.checks.causes import general_cause
from course_lib.checks.plain import same


def exercise(number, **settings):
    """Decorator: turns the right version of an answer into the Exercise that checks for it."""
    return lambda reference: Exercise(number, reference, **settings)


class Exercise:
    """`check.NAME(answer)` shows how an answer does; `.hint()` gives a hint, `.plot()` a picture.

    inputs     the arguments of each call: tuples, or case(...) where keywords are wanted; left out,
               the answer is a function without arguments, and its right value is never shown
    returns    the names of the returned parts, in one text: "loss d_w d_b"
    hints      from a first push to almost the answer
    through    through(answer, *arguments) uses the answer, e.g. for ten steps; default: calls it
    rtol atol  how far a right number may be from the reference's
    """

    def __init__(
        self,
        number,
        reference,
        *,
        inputs=((),),
        returns="",
        hints=(),
        through=None,
        rtol=1e-7,
        atol=1e-9,
    ):
        self.number, self.reference, self.name = number, reference, reference.__name__
        self.inputs = [case.of(given) for given in inputs]
        self.returns = tuple(returns.split()) or ("value",)
        self.hints, self.through = tuple(hints), through
        self.same = functools.partial(same, rtol=rtol, atol=atol)
        self.mistakes, self.alternatives, self.picture = {}, [], None
        self._hints_given, self._passed = 0, None

    def __call__(self, answer):
        """Show one of three outcomes: passed, not attempted, or not right yet and why."""
        display(self.verdict(answer))

    def __repr__(self):
        name = f"check.{self.name}"
        return f"Exercise {self.number}: {name}(your function), {name}.hint() or {name}.plot()"

    def verdict(self, answer):
        """The Verdict on an answer; it never raises, except when interrupted."""
        self._passed = None
        if not callable(answer):
            return report.not_a_function(self, answer)
        attempt = Attempt(self, answer)
        if attempt.blank:
            return report.not_attempted(self)
        if attempt.failed is not None:
            return report.wrong(attempt)
        self._passed = answer
        return report.passed(self)

    def hint(self, number=None):
        """Show the next hint, or the hint with this number, counted from 1."""
        if number is None:
            number = self._hints_given + 1
            self._hints_given = min(number, len(self.hints))
        display(report.hint(self, number))

    def plot(self):
        """Draw what the answer does, once it has passed."""
        if self.picture is None or self._passed is None:
            display(report.nothing_to_draw(self))
            return
        drawing = call(lambda: plots.show(*self.picture(self._passed)), case())
        if isinstance(drawing, Raised):
            display(report.no_picture(self, drawing))

    # What a lesson's file adds to an exercise.

    def mistake(self, cause, wrong=None):
        """Catalogue a wrong version with its cause, "the sign is flipped."; also a decorator."""
        if wrong is None:
            return lambda function: self.mistake(cause, function)
        self.mistakes[cause] = wrong
        return wrong

    def also_right(self, function):
        """Decorator: another right version, for the tests."""
        self.alternatives.append(function)
        return function

    def draws(self, function):
        """Decorator: function(answer) returns the figure and the alt text that `.plot()` shows."""
        self.picture = function
        return function

    # What an Attempt asks of its exercise.

    def using(self, answer):
        """The function to call with the inputs: the answer, or `through` with the answer in it."""
        return functools.partial(self.through, answer) if self.through else answer

    def agree(self, outcome, other):
        """True when both calls raised the same type of exception, or returned the same."""
        if isinstance(outcome, Raised) or isinstance(other, Raised):
            return getattr(outcome, "kind", "") == getattr(other, "kind", None)
        return self.same(outcome.value, other.value)

    @functools.cached_property
    def expected(self):
        """What the right version gives on each input."""
        return [call(self.using(self.reference), given) for given in self.inputs]

    def named(self, given):
        """The arguments of a case by the names the right version gives them."""
        signature = inspect.signature(self.using(self.reference))
        return signature.bind(*given.args, **given.kwargs).arguments

    def cause(self, attempt):
        """Why an attempt failed: the catalogued mistake it equals, else a general cause, else ""."""
        with np.errstate(all="ignore"):
            for cause, wrong in self.mistakes.items():
                if attempt.matches(wrong):
                    return cause
        return general_cause(attempt)
