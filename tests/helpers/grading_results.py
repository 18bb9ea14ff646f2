"""A small factory of results, as the grader writes them."""

SHEET = "01_linear_regression"
SECOND = "02_stochastic_gradient_descent"


def bundle(*values, exercise="1.1", status="ok"):
    """What a graded cell displays."""
    return {"id": exercise, "status": status, "values": list(values)}


def exercise(number="1.1", status="passed", most=2, **changes):
    """One exercise of a result; passed, unless something else is said."""
    verdict = {"passed": "passed", "wrong": "wrong", "error": "error"}.get(status, "")
    return {
        "exercise": number,
        "title": "The loss and its gradient",
        "points": float(most) if status == "passed" else 0,
        "max_points": float(most),
        "status": status,
        "public": verdict,
        "hidden": verdict,
        "got": None,
        "expected": bundle(1.5, exercise=number),
        "message": "",
        "causes": [],
        "hidden_causes": [],
        "hints": [],
        "seconds": 0.1,
        "run": "whole",
    } | changes


def result(student="ada", sheet=SHEET, *exercises, status="graded", **changes):
    """One student's sheet of 4 points: 1.1 and 1.2, both passed, unless something else is said."""
    ran = status == "graded"
    exercises = list(exercises or (exercise("1.1"), exercise("1.2"))) if ran else []
    points = sum(e["points"] for e in exercises) if ran else None
    return {
        "schema": 1,
        "student": student,
        "sheet": sheet,
        "name": f"{student}/{sheet}.ipynb",
        "status": status,
        "reason": "",
        "points": 0 if status == "missing" else points,
        "max_points": sum(e["max_points"] for e in exercises) if exercises else 4.0,
        "flags": [],
        "sandbox": "namespaces",
        "host": "somewhere",
        "started": "2026-01-01T10:00:00+00:00",
        "seconds": 4.2,
        "memory_mb": 210,
        "runs": 1,
        "hashes": {"submission": "a", "reference": "b", "grader": "c"},
        "exercises": exercises,
    } | changes


def flag(kind="tampered", evidence="put back after the answer: print", exercise="1.1"):
    """A flag as in a result."""
    return {"kind": kind, "exercise": exercise, "evidence": evidence}


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
        causes=[text],
        hidden_causes=[text],
        hints=[text, text],
        got=bundle(value, {"error": text}, exercise=text, status=text),
        expected=bundle({"tuple": [{"text": "b"}, {"text": "c"}, {"text": "d"}]}, 1.0),
    )
    odd = exercise("1.2", text, got={text: text}, public="wrong", message=text, hints=[text])
    flags = [flag(text, text, text), flag("several_versions", text, text)]
    student = text if student is None else student
    texts = {"name": text, "reason": text, "flags": flags, "host": text, "sandbox": text}
    return [
        result(student, SHEET, wrong, odd, **texts),
        result(student, SECOND, status="unreadable", **texts),
    ]
