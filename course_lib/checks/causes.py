"""Likely causes that are the same in every exercise: no return, a list, a shape, an argument changed.

Each function looks at one failed attempt and returns a sentence, or "" where it has nothing to say.
"""

from course_lib.checks.calling import Raised
from course_lib.checks.plain import each_number, same

FACTORS = {
    -1.0: "has the opposite sign",
    0.5: "is half of what is expected",
    2.0: "is twice what is expected",
}


def general_cause(attempt):
    """The first sentence that fits the Attempt, most certain first; "" when none does."""
    for look in (_raised, _nothing_returned, _changed_in_place, _kind, _factor, _constant, _nearly):
        sentence = look(attempt)
        if sentence:
            return sentence
    return ""


def _raised(attempt):
    if not isinstance(attempt.outcome, Raised):
        return ""
    if attempt.outcome.kind == "SystemExit":
        return "quit() or exit() ends the program; use return."
    if attempt.misfit:
        return attempt.misfit
    return ""


def _nothing_returned(attempt):
    if attempt.got is not None or isinstance(attempt.outcome, Raised):
        return ""
    return "the function returns None. Is the return line missing, or indented too far?"


def _changed_in_place(attempt):
    if not attempt.changed:
        return ""
    names = " and ".join(attempt.changed)
    return (
        f"the function changes its argument {names} in place, for whoever called it too. "
        "a -= b changes the array a itself; a = a - b makes a new one."
    )


def _kind(attempt):
    """A list for an array, two values for three, a column for a vector."""
    if isinstance(attempt.outcome, Raised):
        return ""
    got, expected = attempt.got, attempt.expected
    if not is_a(expected, "tuple"):
        pairs = [("the returned value", got, expected)]
    elif is_a(got, "list"):
        return "a list in square brackets came; write return a, b without brackets."
    elif len(parts(got)) != len(parts(expected)):
        return _number_of_parts(attempt)
    else:
        pairs = zip(attempt.names, parts(got), parts(expected), strict=True)
    for name, g, e in pairs:
        if kind_of(g) != kind_of(e):
            return f"{name} should be {kind_of(e)}, and it is {kind_of(g)}.{_remedy(g, e)}"
    return ""


def _number_of_parts(attempt):
    got, expected = len(parts(attempt.got)), len(parts(attempt.expected))
    names = ", ".join(attempt.names)
    return f"{expected} values are wanted, return {names}; {got} came."


def _remedy(got, expected):
    if is_a(got, "list") and is_a(expected, "array"):
        return " np.array(...) makes an array of a list."
    if is_a(got, "array") and is_a(expected, "array"):
        if got["array"] == [*expected["array"], 1]:
            return " A column (n, 1) is not a vector (n,): column[:, 0] makes a vector of it."
        if len(got["array"]) > len(expected["array"]):
            return " An array (n,) and a column (n, 1) combine to a table (n, n)."
    if is_a(got, "array"):
        return " Is a sum or a mean missing?"
    return ""


def _factor(attempt):
    """A part that is, on every input, the right one times -1, ½ or 2."""
    rows = [
        (parts(getattr(outcome, "value", None)), parts(right.value))
        for outcome, right in zip(attempt.outcomes, attempt.exercise.expected, strict=True)
    ]
    if any(len(got) != len(expected) for got, expected in rows):
        return ""
    for place, name in enumerate(attempt.names):
        got = [row[0][place] for row in rows]
        expected = [row[1][place] for row in rows]
        for factor, words in FACTORS.items():
            multiple = each_number(expected, lambda x, factor=factor: factor * x)
            if same(got, multiple, attempt.rtol) and not same(got, expected, attempt.rtol):
                return f"{name} {words} on every input."
    return ""


def _constant(attempt):
    """The same answer to every input: the arguments are not used."""
    if not attempt.constant:
        return ""
    return (
        "the answer is the same for every input. "
        "Does the function use variables of the notebook instead of its arguments?"
    )


def _nearly(attempt):
    """Right to three digits but not to seven."""
    if isinstance(attempt.outcome, Raised) or not same(attempt.got, attempt.expected, 1e-3, 1e-5):
        return ""
    return (
        "the numbers are close, not equal. Is something rounded, float32, "
        "or a small difference quotient used in place of the formula?"
    )


def parts(value):
    """The items of a returned tuple; any other value is its own single part."""
    return value["tuple"] if is_a(value, "tuple") else [value]


def kind_of(value):
    """What a piece of plain data is, in words: "a number", "an array of shape (3,)"."""
    if isinstance(value, bool):
        return "True or False"
    if isinstance(value, float) or value in ("nan", "inf", "-inf"):
        return "a number"
    if value is None:
        return "None"
    if is_a(value, "array"):
        return f"an array of shape {tuple(value['array'])}"
    if is_a(value, "object"):
        return f"an object of type {value['object']}"
    return {"text": "a text", "tuple": "a tuple", "list": "a list", "dict": "a dictionary"}[
        next(iter(value))
    ]


def is_a(value, kind):
    """True for plain data of this kind: "tuple", "list", "array", "object"."""
    return isinstance(value, dict) and kind in value
