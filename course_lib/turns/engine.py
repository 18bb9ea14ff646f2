"""A Your turn: the check of an exercise, which also returns the function that the lesson goes on with.

    @turn("1.a", inputs=[(np.array([1.0, 2.0]), np.array([0.5, -1.0]), 0.1)], hints=["θ minus ..."])
    def step(theta, g, lr):
        return theta - lr * g

    step.mistake("this goes uphill: subtract the gradient.", lambda theta, g, lr: theta + lr * g)

    @turn("1.b", predict=True)
    def steps_needed():
        return 40

The lesson says `step = turn.step(step)`, and has the student's function when it is right and the
reference otherwise.
"""

from dataclasses import replace

from IPython.display import display

from course_lib.checks import report
from course_lib.checks.calling import Raised, call, case
from course_lib.checks.engine import Exercise
from course_lib.checks.judging import SECONDS, Judgement
from course_lib.checks.plain import plain
from course_lib.turns import words


def turn(number, *, predict=False, **settings):
    """Decorator: makes of a reference the Turn, or the Prediction, that checks for it."""
    return lambda reference: (Prediction if predict else Turn)(number, reference, **settings)


class Turn(Exercise):
    """`step = turn.step(step)` shows how the student's function does and returns the one to use.

    inputs, returns, hints and the other settings are those of an Exercise.
    """

    kind, prefix = "Your turn", "turn"

    def __call__(self, answer):
        """Show the verdict; return the answer when it is right, the reference otherwise."""
        if answer is self.reference:  # the cell was run a second time, the cell above was not
            display(words.not_yours(self))
            return answer
        said = self.verdict(answer)
        display(said)
        return answer if said.passed else self.reference

    def verdict(self, answer):
        """The Verdict on an answer, with the function that the lesson uses from here on."""
        said = super().verdict(answer)
        return replace(said, sections=(*said.sections, ("", words.used(said.passed))))


class Prediction(Turn):
    """A Turn whose function takes no arguments and returns a number or a letter.

    The check says whether the form is right, never whether the prediction is. Without a prediction
    the returned function returns None.
    """

    def __init__(self, number, reference, **settings):
        super().__init__(number, reference, **settings)
        self.form = words.form_of(plain(reference()))
        if not self.form:
            raise ValueError(f"turn {number} predicts a number or a letter, not {reference()!r}")

    def __call__(self, answer):
        """Show whether the form is right; return the answer when it is, else one that returns None."""
        if answer is no_prediction:
            display(words.not_yours(self))
            return answer
        said = self.verdict(answer)
        display(said)
        return answer if said.passed else no_prediction

    def verdict(self, answer):
        """The Verdict on the form of a prediction."""
        if not callable(answer):
            return report.verdict(self, Judgement("not a function", got=plain(answer)))
        outcome = call(answer, case(), SECONDS)
        if outcome.blank:
            return words.no_prediction(self)
        if isinstance(outcome, Raised):
            return words.stopped(self, outcome)
        return words.predicted(self, outcome.value)


def no_prediction():
    """What a lesson uses in place of a prediction that was not made: None, printed as "–"."""
    return
