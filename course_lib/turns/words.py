"""What a Your turn says beyond what every check says: what the lesson uses, and predictions."""

from course_lib.checks.printing import kind_of, text
from course_lib.checks.report import error_text
from course_lib.checks.verdict import Verdict
from course_lib.sheet_format import STUB

NUMBER, LETTER = "a number", "a letter"
EXAMPLES = {NUMBER: "return 12", LETTER: 'return "b"'}


def used(is_passed):
    """Which function the lesson uses from here on."""
    if is_passed:
        return "From here on, the lesson uses your function."
    return "From here on, the lesson uses the reference, so you can read on and come back later."


def not_yours(turn):
    """The check cell was run again, but not the cell with the student's function."""
    how = "Run the cell with your function first, then this one."
    headline = f"{turn.title}: this is not your function yet."
    return Verdict("–", headline, (("", how),))


def form_of(value):
    """NUMBER or LETTER for plain data of that form, else ""."""
    if isinstance(value, float):
        return NUMBER
    is_letter = isinstance(value, dict) and len(value.get("text", "")) == 1
    return LETTER if is_letter and value["text"].isalpha() else ""


def no_prediction(turn):
    """The stub is still there."""
    how = f"Write your prediction in place of\n    {STUB}\nand run both cells again."
    headline = f"{turn.title}: not attempted yet."
    return Verdict("–", headline, (("", how),))


def stopped(turn, raised):
    """The function of a prediction raised an exception."""
    sections = (("It stopped with an error:", error_text(raised)), ("", _form(turn)))
    return Verdict("✗", f"{turn.title}: no prediction yet.", sections)


def predicted(turn, value):
    """The prediction has the right form or not; whether it is right, the lesson shows."""
    if form_of(value) == turn.form:
        headline = f"{turn.title}: your prediction is {text(value)}."
        return Verdict("✓", headline, (("", "The lesson shows what happens."),))
    came = f"Your function returned {kind_of(value)}. {_form(turn)}"
    return Verdict("✗", f"{turn.title}: no prediction yet.", (("", came),))


def _form(turn):
    return f"It should return {turn.form}, as in: {EXAMPLES[turn.form]}"
