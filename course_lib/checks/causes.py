"""Likely causes that are the same in every exercise: no return, a list, a shape, an argument changed.

Each function reads a Judgement and returns a sentence, or "" where it has nothing to say.
"""

from course_lib.checks.calling import Raised, Returned
from course_lib.checks.equality import as_array, each_number, same
from course_lib.checks.exceptions import meaning
from course_lib.checks.plain import is_a, parts
from course_lib.checks.printing import kind_of

FACTORS = {
    -1.0: "has the opposite sign",
    0.5: "is half of what is expected",
    2.0: "is twice what is expected",
}


def general_cause(judgement):
    """The first sentence that fits, most certain first; "" when none does or nothing failed."""
    if judgement.failed is None:
        return ""
    if judgement.raised:
        return _exception(judgement)
    for sentence in (_no_return, _changed_in_place, _kind, _factor, _constant, _nearly):
        if words := sentence(judgement):
            return words
    return ""


def _exception(judgement):
    if judgement.raised.timed_out:
        return (
            "a loop that never ends. Something in the condition of a while loop must change in each "
            "pass, until the condition is False."
        )
    return judgement.misfit or meaning(judgement.raised, tuple(judgement.arguments))


def _no_return(judgement):
    if judgement.got is not None:
        return ""
    if any(isinstance(o, Returned) and o.value is not None for o in judgement.outcomes):
        return "the function returns None for this input. Is there an if without a return in it?"
    return "the function returns None. Is the return line missing, or indented too far?"


def _changed_in_place(judgement):
    if not judgement.changed:
        return ""
    names = " and ".join(judgement.changed)
    return (
        f"the function changes its argument {names} in place, so the caller's array changes too. "
        "a -= b changes the array a itself; a = a - b makes a new one."
    )


def _kind(judgement):
    """A list for an array, two values for three, a column for a vector."""
    got, expected = judgement.got, judgement.expected
    if not is_a(expected, "tuple"):
        rows = [("the returned value", got, expected)]
    elif is_a(got, "list"):
        return (
            "the function returned a list in square brackets; write return a, b without brackets."
        )
    elif len(parts(got)) != len(parts(expected)):
        return _number_of_parts(judgement)
    else:
        rows = zip(judgement.names, parts(got), parts(expected), strict=True)
    for name, g, e in rows:
        g = as_array(g) if is_a(e, "array") else g
        if kind_of(g) != kind_of(e):
            return f"{name} should be {kind_of(e)}, and it is {kind_of(g)}.{_remedy(g, e)}"
    return ""


def _number_of_parts(judgement):
    got, expected = len(parts(judgement.got)), len(parts(judgement.expected))
    names = ", ".join(judgement.names)
    return f"the function should return {expected} values ({names}); it returned {got}."


def _remedy(got, expected):
    if is_a(got, "object"):
        return _remedy_for_object(got["object"])
    if is_a(got, "list") and is_a(expected, "array"):
        return " Its items are not numbers, or its rows differ in length."
    if not is_a(got, "array"):
        return ""
    if not is_a(expected, "array"):
        return _remedy_for_too_many(got, expected)
    if got["array"] == [*expected["array"], 1]:
        return " A column (n, 1) is not a vector (n,): column[:, 0] makes a vector of it."
    if len(got["array"]) > len(expected["array"]):
        return " An array (n,) and a column (n, 1) combine to a table (n, n)."
    if got["array"] == expected["array"][::-1]:
        return " Is a transpose, .T, missing?"
    return ""


def _remedy_for_object(name):
    if "complex" in name:
        return (
            " It holds complex numbers. np.roots and np.linalg.eigvals can return them, and ** does "
            "where a negative number has a fraction as its power. np.abs takes their size."
        )
    if name in ("function", "builtin_function_or_method", "method"):
        return " Call that function, with round brackets, and return its result."
    if name == "generator":
        return " yield makes a generator; collect the values in a list and return it."
    return ""


def _remedy_for_too_many(got, expected):
    """An array came where a number belongs."""
    numbers = got.get("data", [])
    if len(numbers) == 1:
        return " An array of one number is not a number: x[0] or x.item() is."
    if sum(same(number, expected) for number in numbers) == 1:
        return " One of its elements is the expected number: return that one alone."
    return " Is a sum or a mean missing?"


def _factor(judgement):
    """A part that is, on every input, the right one times -1, ½ or 2."""
    if any(isinstance(outcome, Raised) for outcome in judgement.outcomes):
        return ""
    got = [parts(outcome.value) for outcome in judgement.outcomes]
    expected = [parts(outcome.value) for outcome in judgement.right]
    if list(map(len, got)) != list(map(len, expected)):
        return ""
    columns = zip(judgement.names, zip(*got, strict=True), zip(*expected, strict=True), strict=True)
    for name, g, e in columns:
        for factor, words in FACTORS.items():
            multiple = each_number(list(e), lambda x, factor=factor: factor * x)
            if _same(judgement, list(g), multiple) and not _same(judgement, list(g), list(e)):
                return f"{name} {words} on every input."
    return ""


def _constant(judgement):
    """The same answer to every input: the arguments are not used."""
    if any(isinstance(outcome, Raised) for outcome in judgement.outcomes):
        return ""
    if not _all_same(judgement.outcomes) or _all_same(judgement.right):
        return ""
    return (
        "the answer is the same for every input. "
        "Does the function use variables of the notebook instead of its arguments?"
    )


def _nearly(judgement):
    """Right to three digits but not to seven."""
    if not same(judgement.got, judgement.expected, 1e-3, 1e-5):
        return ""
    return (
        "the numbers are close, not equal. Is something rounded, float32, "
        "or a small difference quotient used in place of the formula?"
    )


def _same(judgement, got, expected):
    return same(got, expected, judgement.rtol, judgement.atol)


def _all_same(outcomes):
    return all(same(outcome.value, outcomes[0].value) for outcome in outcomes)
