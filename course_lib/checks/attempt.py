"""One attempt: a student's function run on an exercise's inputs, beside what was expected."""

import inspect
from functools import cached_property

from course_lib.checks.calling import Raised, Returned, call
from course_lib.checks.plain import plain, same


class Attempt:
    """The outcomes of `answer` on every input of `exercise`; `failed` is the first bad one's place.

    Of the failed input: `outcome` what happened, `got` and `expected` as plain data, `changed` the
    names of the arguments that the function changed in place.
    """

    rtol = 1e-7  # how well the outcomes are known

    def __init__(self, exercise, answer):
        self.exercise, self.answer = exercise, answer
        self.outcomes = []
        for arguments in exercise.inputs:
            self.outcomes.append(call(exercise.using(answer), arguments))
            if self.blank:
                break

    @property
    def blank(self):
        """True when the stub is still there: no further input is tried."""
        return isinstance(self.outcomes[-1], Raised) and self.outcomes[-1].blank

    @cached_property
    def failed(self):
        """The place of the first input that is not answered rightly, or None."""
        for place, (outcome, right) in enumerate(
            zip(self.outcomes, self.exercise.expected, strict=True)
        ):
            if not self.exercise.agree(outcome, right) or self._changed(place):
                return place
        return None

    def _changed(self, place):
        outcome = self.outcomes[place]
        if not isinstance(outcome, Returned):
            return ()
        before = self.exercise.named(self.exercise.inputs[place])
        after = self.exercise.named(outcome.arguments)
        return tuple(name for name in before if plain(before[name]) != plain(after[name]))

    @property
    def outcome(self):
        return self.outcomes[self.failed]

    @property
    def changed(self):
        return self._changed(self.failed)

    @property
    def arguments(self):
        """The failed input by name."""
        return self.exercise.named(self.exercise.inputs[self.failed])

    @property
    def got(self):
        return getattr(self.outcome, "value", None)

    @property
    def expected(self):
        return self.exercise.expected[self.failed].value

    @property
    def names(self):
        """What the parts of the returned value are called."""
        return self.exercise.returns

    @property
    def misfit(self):
        """What is wrong with the function's own arguments, "" when it can be called."""
        given = self.exercise.inputs[self.failed]
        try:
            signature = inspect.signature(self.exercise.using(self.answer))
        except Exception:  # a built-in function has none, a student's object may be anything
            return ""
        try:
            signature.bind(*given.args, **given.kwargs)
        except TypeError:
            wanted = ", ".join(self.arguments)
            return f"the function is called with ({wanted}), and its first line says {signature}."
        return ""

    def matches(self, wrong):
        """True when the function `wrong` does the same as this answer on every input."""
        others = [call(self.exercise.using(wrong), a) for a in self.exercise.inputs]
        return all(map(self.exercise.agree, self.outcomes, others))

    @property
    def constant(self):
        """True when several inputs got one and the same answer, though they should not."""
        if any(isinstance(outcome, Raised) for outcome in self.outcomes):
            return False
        values = [outcome.value for outcome in self.outcomes]
        right = [outcome.value for outcome in self.exercise.expected]
        return _all_same(values) and not _all_same(right)


def _all_same(values):
    return all(same(value, values[0]) for value in values)
