"""The sentences a student reads after a check, a hint or a picture."""

from course_lib.checks.calling import Raised
from course_lib.checks.causes import parts
from course_lib.checks.plain import plain, text
from course_lib.checks.verdict import Verdict, aligned
from course_lib.sheet_format import STUB


def passed(exercise):
    """✓: right on every input."""
    tried = "" if _is_one_answer(exercise) else f", right for all {len(exercise.inputs)} inputs"
    more = f"check.{exercise.name}.plot() draws what your function does."
    sections = (("", more),) if exercise.picture else ()
    return Verdict("✓", f"Exercise {exercise.number}: passed{tried}.", sections)


def not_attempted(exercise):
    """The stub is still there."""
    how = (
        f"Write your lines in place of\n    {STUB}\n"
        f"and run that cell and the check again.{_hint_offer(exercise)}"
    )
    return Verdict("–", f"Exercise {exercise.number}: not attempted yet.", (("", how),))


def not_a_function(exercise, answer):
    """The check was given something else: a result, most often."""
    what = text(plain(answer))
    how = (
        f"The check needs the function itself, and was given {what}. "
        f"Write the name without brackets after it: check.{exercise.name}(name)"
    )
    return Verdict("✗", f"Exercise {exercise.number}: not a function.", (("", how),))


def wrong(attempt):
    """✗: the first input that fails, what was expected, what came, and the likely cause."""
    exercise, sections = attempt.exercise, []
    if not _is_one_answer(exercise):
        lines = [aligned(f"{n} = ", _shown(v)) for n, v in attempt.arguments.items()]
        sections.append((f"First input that fails ({_place(attempt)}):", "\n".join(lines)))
    if isinstance(attempt.outcome, Raised):
        sections.append(("It stopped with an error:", _error(attempt.outcome)))
    else:
        sections.append(("What it returned:", _comparison(attempt)))
    cause = exercise.cause(attempt)
    if cause:
        sections.append(("", f"Likely cause: {cause}"))
    if _hint_offer(exercise):
        sections.append(("", _hint_offer(exercise).strip()))
    return Verdict("✗", f"Exercise {exercise.number}: not right yet.", tuple(sections))


def hint(exercise, number):
    """The hint with this number, counted from 1, and how to get the next."""
    hints = exercise.hints
    if not hints:
        return Verdict("–", f"Exercise {exercise.number} has no hints.")
    if number not in range(1, len(hints) + 1):
        again = f"check.{exercise.name}.hint(1) shows the first again."
        return Verdict("–", f"Exercise {exercise.number}: no more hints.", (("", again),))
    title = f"Exercise {exercise.number}, hint {number} of {len(hints)}:"
    return Verdict("–", title, (("", hints[number - 1]),))


def nothing_to_draw(exercise):
    """`.plot()` before the check has passed, or for an exercise without a picture."""
    if exercise.picture is None:
        return Verdict("–", f"Exercise {exercise.number} has no picture.")
    return Verdict("–", f"Exercise {exercise.number}: the picture comes once the check passes.")


def no_picture(exercise, drawing):
    """The answer passed the check but fails on the picture's own inputs."""
    headline = f"Exercise {exercise.number}: your function stopped while the picture was drawn."
    return Verdict("✗", headline, (("", _error(drawing)),))


def _shown(argument):
    """An argument as text; a function among them by its name."""
    return getattr(argument, "__name__", None) or text(plain(argument))


def _is_one_answer(exercise):
    """True for a function without arguments: its right value is the answer, and stays hidden."""
    return all(not given.args and not given.kwargs for given in exercise.inputs)


def _place(attempt):
    return f"{attempt.failed + 1} of {len(attempt.outcomes)}"


def _hint_offer(exercise):
    return f" check.{exercise.name}.hint() gives a hint." if exercise.hints else ""


def _error(raised):
    error = f"{raised.kind}: {raised.message}" if raised.message else raised.kind
    return f"{error}\nline {raised.line} of its cell: {raised.code}" if raised.code else error


def _comparison(attempt):
    """Each returned part: right, or expected and got."""
    if _is_one_answer(attempt.exercise):
        return text(attempt.got)
    got, expected, names = parts(attempt.got), parts(attempt.expected), attempt.names
    if len(got) != len(expected):
        got, expected, names = [attempt.got], [attempt.expected], [""]
    lines = []
    for name, g, e in zip(names, got, expected, strict=True):
        right = attempt.exercise.same(g, e)
        lines.append(f"{name}: right" if right else _difference(name, g, e))
    lines += [f"{name}: changed by the function" for name in attempt.changed]
    return "\n".join(lines)


def _difference(name, got, expected):
    """expected above got, at as many digits as it takes to see them differ."""
    for digits in (6, 9, 17):
        e, g = text(expected, digits), text(got, digits)
        if e != g:
            break
    name = f"{name}: " if name else ""
    return aligned(f"{name}expected ", e) + "\n" + aligned(f"{' ' * len(name)}got      ", g)
