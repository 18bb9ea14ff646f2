"""The sentences a student reads after a check, a hint or a picture."""

from course_lib.checks.equality import same
from course_lib.checks.plain import parts, plain
from course_lib.checks.printing import aligned, text
from course_lib.checks.verdict import Verdict
from course_lib.sheet_format import STUB

FORM = "Its form is right. Whether the answer itself is right, you see when the sheet is graded."


def verdict(exercise, judgement):
    """The Verdict that says what a Judgement holds."""
    kinds = {
        "passed": _passed,
        "wrong": _wrong,
        "not attempted": _not_attempted,
        "not a function": _not_a_function,
    }
    return kinds[judgement.status](exercise, judgement)


def hint(exercise, number):
    """The hint with this number, counted from 1."""
    hints = exercise.hints
    if not hints:
        return Verdict("–", f"{exercise.title} has no hints.")
    if number not in range(1, len(hints) + 1):
        again = f"{exercise.command}.hint(1) shows the first again."
        return Verdict("–", f"{exercise.title}: no more hints.", (("", again),))
    title = f"{exercise.title}, hint {number} of {len(hints)}:"
    return Verdict("–", title, (("", hints[number - 1]),))


def nothing_to_draw(exercise):
    """`.plot()` before the check has passed, or for an exercise without a picture."""
    if exercise.picture is None:
        return Verdict("–", f"{exercise.title} has no picture.")
    return Verdict("–", f"{exercise.title}: the picture comes once the check passes.")


def no_picture(exercise, raised):
    """The answer passed the check but fails on the picture's own inputs."""
    headline = f"{exercise.title}: your function stopped while the picture was drawn."
    return Verdict("✗", headline, (("", error_text(raised)),))


def _passed(exercise, judgement):
    """✓: right on every input; for a prediction, of the right form."""
    if exercise.is_prediction:
        headline = f"{exercise.title}: your answer is {text(judgement.got)}."
        return Verdict("✓", headline, (("", FORM),))
    tried = f", right for all {len(exercise.inputs)} inputs"
    more = f"{exercise.command}.plot() draws what your function does."
    sections = (("", more),) if exercise.picture else ()
    return Verdict("✓", f"{exercise.title}: passed{tried}.", sections)


def _not_attempted(exercise, judgement):
    """–: the stub is still there."""
    how = (
        f"Write your lines in place of\n    {STUB}\n"
        f"and run that cell and the check again.{_hint_offer(exercise)}"
    )
    return Verdict("–", f"{exercise.title}: not attempted yet.", (("", how),))


def _not_a_function(exercise, judgement):
    """✗: the check was given something else, a result most often."""
    how = (
        f"The check needs the function itself, and was given {text(judgement.got)}. "
        f"Write the name without brackets after it: {exercise.command}(name)"
    )
    return Verdict("✗", f"{exercise.title}: not a function.", (("", how),))


def _wrong(exercise, judgement):
    """✗: the first input that fails, what was expected, what the function did, and the likely cause."""
    sections = []
    if not exercise.is_prediction:
        place = f"{judgement.failed + 1} of {len(judgement.outcomes)}"
        lines = [aligned(f"{n} = ", _shown(v)) for n, v in judgement.arguments.items()]
        sections.append((f"First input that fails ({place}):", "\n".join(lines)))
    if judgement.raised:
        how = "It was stopped:" if judgement.raised.timed_out else "It stopped with an error:"
        sections.append((how, error_text(judgement.raised)))
    elif exercise.is_prediction:
        sections.append(("What it returned:", text(judgement.got)))
    else:
        sections.append(("What it returned:", _comparison(judgement)))
    if judgement.cause:
        sections.append(("", f"Likely cause: {judgement.cause}"))
    if exercise.hints:
        sections.append(("", _hint_offer(exercise).strip()))
    return Verdict("✗", f"{exercise.title}: not right yet.", tuple(sections))


def _hint_offer(exercise):
    return f" {exercise.command}.hint() gives a hint." if exercise.hints else ""


def _shown(argument):
    """An argument as text; a function among them by its name."""
    return getattr(argument, "__name__", None) or text(plain(argument))


def error_text(raised):
    """The type and the message of an exception, and the student's line."""
    error = f"{raised.kind}: {raised.message}" if raised.message else raised.kind
    return f"{error}\nline {raised.line} of its cell: {raised.code}" if raised.code else error


def _comparison(judgement):
    """Each returned part: right, or expected and got."""
    got, expected, names = parts(judgement.got), parts(judgement.expected), judgement.names
    if len(got) != len(expected):
        got, expected, names = [judgement.got], [judgement.expected], [""]
    lines = []
    for name, g, e in zip(names, got, expected, strict=True):
        right = same(g, e, judgement.rtol, judgement.atol)
        lines.append(f"{name}: right" if right else _difference(name, g, e))
    lines += [f"{name}: changed by the function" for name in judgement.changed]
    return "\n".join(lines)


def _difference(name, got, expected):
    """expected above got, at as many digits as it takes to see them differ."""
    for digits in (6, 9, 17):
        e, g = text(expected, digits), text(got, digits)
        if e != g:
            break
    name = f"{name}: " if name else ""
    return aligned(f"{name}expected ", e) + "\n" + aligned(f"{' ' * len(name)}got      ", g)
