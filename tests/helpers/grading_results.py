"""A small factory of results, as the grader writes them."""

from dataclasses import replace

from course_lib.grading.results import (
    ExerciseResult,
    Flag,
    Provenance,
    Remark,
    SheetResult,
    Status,
)

PROVENANCE = Provenance(
    *("a", "b", "c", "namespaces", "somewhere", "2026-01-01T10:00:00+00:00", 4.2, 210, 1)
)
SHEET = "01_linear_regression"
SECOND = "02_stochastic_gradient_descent"


def bundle(*values, exercise="1.1", status="ok"):
    """What a graded cell displays."""
    return {"id": exercise, "status": status, "values": list(values)}


def exercise(number="1.1", status=Status.PASSED, most=2, **changes):
    """One exercise of a result; passed, unless something else is said."""
    status = Status(status)
    judged = status in (Status.PASSED, Status.WRONG, Status.ERROR)
    return ExerciseResult(
        **{
            "exercise": number,
            "title": "The loss and its gradient",
            "status": status,
            "points": float(most) if status == Status.PASSED else 0.0,
            "max_points": float(most),
            "public": status if judged else None,
            "hidden": status if judged else None,
            "expected": bundle(1.5, exercise=number),
            "seconds": 0.1,
            "run": 1,
        }
        | changes
    )


def result(student="ada", sheet=SHEET, *exercises, status=Status.GRADED, **changes):
    """One student's sheet of 4 points: 1.1 and 1.2, both passed, unless something else is said."""
    ran = status == Status.GRADED
    exercises = (exercises or (exercise("1.1"), exercise("1.2"))) if ran else ()
    points = sum(e.points for e in exercises) if ran else None
    made = {name: changes.pop(name) for name in vars(PROVENANCE) if name in changes}
    return SheetResult(
        **{
            "student": student,
            "sheet": sheet,
            "file": f"{student}/{sheet}.ipynb",
            "status": Status(status),
            "points": 0.0 if status == Status.MISSING else points,
            "max_points": sum(e.max_points for e in exercises) if exercises else 4.0,
            "exercises": exercises,
            "provenance": replace(PROVENANCE, **made),
        }
        | changes
    )


def remark(flag=Flag.TAMPERED, evidence="put back after the answer: print", exercise="1.1"):
    """A flag as in a result."""
    return Remark(Flag(flag), exercise, evidence)


HOSTILE = (
    "<script>document.title='ran'</script>",
    '"><img src=x onerror="document.title=\'ran\'">',
    "'><svg onload=document.title='ran'>",
    "=cmd|'/c calc'!A0",
    "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "\u202egnp.exe\u2066\u200f",
    "NUL\x00 and \ud800 and \ufffe",
    "n" * 1000,
    "Zoë Łukasz 李 عمر 🎓",
    "javascript:document.title='ran'",
    "</style></title></pre></table><script>document.title='ran'</script><!--",
    "&lt;script&gt; &#x3c;b> {{7*7}} ${7*7}",
    "line\r\nline\tline\u2028line",
)


def hostile(text, student=None):
    """Two results with `text` in every field that may hold text of a student's."""
    value = {"tuple": [{"text": text}, {"object": text}, {"error": text}]}
    wrong = exercise(
        "1.1",
        "wrong",
        title=text,
        message=text,
        causes=(text,),
        hidden_causes=(text,),
        hints=(text, text),
        got=bundle(value, {"error": text}, exercise=text, status=text),
        expected=bundle({"tuple": [{"text": "b"}, {"text": "c"}, {"text": "d"}]}, 1.0),
    )
    odd = exercise("1.2", "error", got={text: text}, message=text, hints=(text,))
    remarks = (Remark(Flag.TAMPERED, text, text), Remark(Flag.SEVERAL_VERSIONS, text, text))
    student = text if student is None else student
    texts = {"file": text, "reason": text, "flags": remarks, "host": text, "sandbox": text}
    return [
        result(student, SHEET, wrong, odd, **texts),
        result(student, SECOND, status=Status.UNREADABLE, **texts),
    ]
