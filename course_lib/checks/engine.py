"""An exercise: a right version, inputs to try, wrong versions with their causes, and hints.

    @exercise("1.1", inputs=[(2.0,), (-1.0,)], hints=["The derivative of x² is 2 x."])
    def slope(x):
        return 2 * x

    slope.scaled({0.5: "the factor 2 is missing.", -1: "the sign is wrong."})
    slope.mistake("this is x², not its derivative.", lambda x: x**2)

The name then stands for the exercise: `check.slope(my_slope)` says how `my_slope` does.
"""

import importlib
import pkgutil
import sys
from dataclasses import replace

from IPython.display import display

from course_lib.checks import report
from course_lib.checks.calling import Raised, call, case
from course_lib.checks.equality import ATOL, RTOL
from course_lib.checks.judging import judge
from course_lib.checks.outdated import outdated


def exercise(number, **settings):
    """Decorator: turns the right version of an answer into the Exercise that checks for it."""
    return lambda reference: Exercise(number, reference, **settings)


class Exercise:
    """`check.NAME(answer)` shows how an answer does; `.hint()` gives a hint, `.plot()` a picture.

    inputs     the arguments of each call: tuples, or case(...) where keywords are needed; without
               inputs, the answer is a prediction: a function without arguments, of which the check
               looks at the form alone (a number, a letter), so that nobody can try until it is right
    returns    the names of the returned parts, in one text: "loss d_w d_b"
    hints      from a first push to almost the answer
    through    through(answer, *arguments) uses the answer, e.g. for ten steps; default: calls it
    rtol atol  how far a right number may be from the reference's
    """

    kind, prefix = "Exercise", "check"  # what it is called, and the module in a student's notebook
    pictures = ""  # the module with the lesson's pictures

    def __init__(
        self,
        number,
        reference,
        *,
        inputs=((),),
        returns="",
        hints=(),
        through=None,
        rtol=RTOL,
        atol=ATOL,
    ):
        self.number, self.reference, self.name = number, reference, reference.__name__
        self.inputs = tuple(map(case.of, inputs))
        self.returns = tuple(returns.split()) or ("value",)
        self.hints, self.through = tuple(hints), through
        self.rtol, self.atol = rtol, atol
        self.mistakes, self.alternatives = {}, []
        self._hints_given, self._passed = 0, None

    def __call__(self, answer):
        """Show one of three outcomes: passed, not attempted, or not right yet and why."""
        display(self.verdict(answer))

    def __repr__(self):
        name = self.command
        return f"{self.title}: {name}(your function), {name}.hint() or {name}.plot()"

    @property
    def title(self):
        """What messages call it: "Exercise 1.1"."""
        return f"{self.kind} {self.number}"

    @property
    def command(self):
        """What students type for it: "check.NAME"."""
        return f"{self.prefix}.{self.name}"

    @property
    def is_prediction(self):
        """True for a function without arguments."""
        return all(not given.args and not given.kwargs for given in self.inputs)

    def verdict(self, answer):
        """The Verdict on an answer; it never raises, except when interrupted."""
        self._passed = None
        judgement = judge(self, answer)
        if judgement.status == "passed":
            self._passed = answer
        verdict = report.verdict(self, judgement)
        warning = outdated(answer)
        return replace(verdict, sections=(("", warning), *verdict.sections)) if warning else verdict

    def hint(self, number=None):
        """Show the next hint, or the hint with this number, counted from 1."""
        if number is None:
            number = self._hints_given + 1
            self._hints_given = min(number, len(self.hints))
        display(report.hint(self, number))

    @property
    def picture(self):
        """picture(answer) returns a figure and its alt text; None for an exercise without one."""
        if not self.pictures:
            return None
        return getattr(importlib.import_module(self.pictures), self.name, None)

    def plot(self):
        """Draw what the answer does, once it has passed."""
        if not self.picture or self._passed is None:
            display(report.nothing_to_draw(self))
            return
        from course_lib import plots  # here, because matplotlib comes with it

        drawing = call(lambda: plots.show(*self.picture(self._passed)), case())
        if isinstance(drawing, Raised):
            display(report.no_picture(self, drawing))

    # What the file of an exercise adds to it.

    def also_right(self, function):
        """Decorator: another right version, for the tests."""
        self.alternatives.append(function)
        return function

    def mistake(self, cause, wrong=None):
        """Catalogue a wrong version with its cause, "the sign is wrong."; also a decorator."""
        if wrong is None:
            return lambda function: self.mistake(cause, function)
        if cause in self.mistakes:
            raise ValueError(f"exercise {self.number} has the cause {cause!r} twice")
        self.mistakes[cause] = wrong
        return wrong

    def scaled(self, causes, **named):
        """Catalogue the right parts, each times a factor, as {factors: cause}.

            slope.scaled({(1, -1): "b has the wrong sign.", (1, "N"): "b is a sum."}, N=len)

        A factor is a number, or "N" or "1/N" for a function N of the arguments.
        """
        for factors, cause in causes.items():
            self.mistake(cause, _scaled(self.reference, factors, named))


def _scaled(reference, factors, named):
    """A wrong version: the reference with its parts, or its only part, times these factors."""

    def number(factor, arguments):
        if not isinstance(factor, str):
            return factor
        value = named[factor.removeprefix("1/")](*arguments)
        return 1 / value if factor.startswith("1/") else value

    def wrong(*arguments):
        right = reference(*arguments)
        if not isinstance(factors, tuple):
            return number(factors, arguments) * right
        return tuple(number(f, arguments) * r for f, r in zip(factors, right, strict=True))

    return wrong


def exercises_in(package):
    """{name: Exercise} of the files in a lesson's package, given by its name.

    The functions in the lesson's pictures.py, not loaded here, draw for the exercises of their names.
    """
    files = [file.name for file in pkgutil.iter_modules(sys.modules[package].__path__)]
    modules = [importlib.import_module(f"{package}.{file}") for file in files if file != "pictures"]
    exercises = [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, Exercise) and thing.reference.__module__ == module.__name__
    ]
    names = [one.name for one in exercises]
    if len(set(names)) < len(names):
        raise ValueError(f"two exercises in {package} have the same name: {sorted(names)}")
    for one in exercises:
        one.pictures = f"{package}.pictures" if "pictures" in files else ""
    return dict(zip(names, exercises, strict=True))
