"""A student's page: what each exercise earned, what happened, and what to look at next.

Of inputs that are not in the sheet it says only whether the answer is right for them. Flags are for
the instructor; a student reads of those that tell what became of the file.
"""

import hashlib
import re
import unicodedata

from course_lib.checks.equality import same
from course_lib.checks.printing import text
from course_lib.checks.values import as_text
from course_lib.grading.publish.pages import (
    clean,
    line,
    name,
    number,
    out_of,
    page,
    safe,
    sheet_title,
    table,
)
from course_lib.grading.results import Flag, Status
from course_lib.grading.sheet.bundles import ATOL, RTOL

CASES = 12  # inputs of one exercise shown
TOKEN = re.compile(r"[-+]?(?:\d[\w.]*(?:[eE][-+]?\d+)?|nan|inf)|\w+|\s+|.", re.DOTALL)
STATUS = {
    Status.PASSED: ("✓", "Right"),
    Status.WRONG: ("✗", "Not right yet"),
    Status.ERROR: ("✗", "Stopped with an error"),
    Status.TIMEOUT: ("✗", "Stopped because it took too long"),
    Status.KILLED: ("✗", "Ended Python itself"),
    Status.OUT_OF_MEMORY: ("✗", "Needed more memory than there is"),
    Status.NOT_ATTEMPTED: ("–", "Not attempted"),
    Status.MISSING: ("–", "The answer cell is missing"),
    Status.REFUSED: ("–", "Not run"),
    Status.NOT_RUN: ("–", "Not run"),
}
COLOUR = {"✓": "right", "✗": "wrong", "–": "open"}
STATES = {
    Status.NEEDS_MANUAL: (
        "Your instructor grades this sheet by hand, because it could not be graded automatically. "
        "It has no points until then, and this page will show them afterwards. You need do nothing."
    ),
    Status.UNREADABLE: (
        "The file you handed in could not be read, so it has no points yet. Ask your instructor "
        "whether you may hand it in again; before that, open it in JupyterLab, save it, and run "
        "python -m course_lib ready on it."
    ),
    Status.MISSING: (
        "No file came for this sheet, so it counts 0 points. If you handed it in, tell your "
        "instructor when and how."
    ),
}
TELLING = {Flag.SEVERAL_VERSIONS}  # the evidence says which file was taken


def file_name(student):
    """ "Ada Lovelace" as "ada-lovelace-3f2a90bc.html": safe anywhere, and different for each."""
    letters = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")[:40].strip("-") or "student"
    return f"{slug}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}.html"


def student_page(row, person=None):
    """The page of one student, a grades.Row, as bytes."""
    full = line((person or {}).get("name") or row.student, 200)
    parts = [f"<h1>Feedback for {name(full)}</h1>"]
    if full != row.student:
        parts.append(f'<p class="quiet">Student: {name(row.student)}</p>')
    parts.append(_total(row))
    parts += [_sheet(mark, place) for place, mark in enumerate(row.marks.values(), 1)]
    return page(f"Feedback for {full}", "\n".join(parts))


def _total(row):
    if row.points is None:
        open_ = sum(mark.points is None for mark in row.marks.values())
        which = "one sheet has" if open_ == 1 else f"{open_} sheets have"
        total = f"There is no total yet: {which} no points yet."
    else:
        total = f"<strong>{out_of(row.points, row.max_points)}</strong> in total."
    rows = [
        (f'<a href="#sheet-{k}">{safe(sheet_title(m.sheet))}</a>', _points(m), _state(m))
        for k, m in enumerate(row.marks.values(), 1)
    ]
    overview = table("Your sheets", ("Sheet", "Points", "State"), rows)
    return f'<p class="total">{total}</p>\n{overview}'


def _points(mark):
    return (
        "none yet" if mark.points is None else f"{number(mark.points)} of {number(mark.max_points)}"
    )


def _state(mark):
    words = {Status.NEEDS_MANUAL: "to be graded by hand", Status.MISSING: "not handed in"}
    return words.get(mark.status, mark.status)


def _sheet(mark, place):
    head = f'<h2 id="sheet-{place}">{safe(sheet_title(mark.sheet))}</h2>'
    parts = [head, f'<p class="total">{_sheet_points(mark)}</p>']
    if mark.status in STATES:
        parts.append(f'<p class="note">{STATES[mark.status]}</p>')
        if mark.result.reason and mark.status == Status.UNREADABLE:
            parts.append(f"<p>What happened: {safe(mark.result.reason)}</p>")
    parts += _corrections(mark)
    parts += [f'<p class="note">{notice}</p>' for notice in _notices(mark.result.flags)]
    if mark.result.status == Status.GRADED or mark.overrides:
        parts += [_exercise(exercise, mark) for exercise in mark.exercises]
    return "\n".join(parts)


def _sheet_points(mark):
    return out_of(mark.points, mark.max_points).capitalize() + "."


def _corrections(mark):
    """What the instructor changed of the whole sheet: its points, and what the delay costs."""
    for override in mark.overrides:
        if not override.exercise:
            yield _by_hand(override, mark.result.points, "the whole sheet")
    if mark.penalty:
        days = f"{number(mark.days)} day{'' if mark.days == 1 else 's'}"
        before = out_of(mark.before_late, mark.max_points)
        yield (
            f'<p class="note">It came {days} late: {before}, less {number(mark.penalty)} '
            f"for the delay, makes {number(mark.points)}.</p>"
        )


def _by_hand(override, before, what):
    was = "" if before is None else f" Automatic grading gave {number(before)}."
    why = f" Reason: {safe(override.reason)}" if override.reason else ""
    points = f"{number(override.points)} point{'' if override.points == 1 else 's'}"
    return f'<p class="note">Your instructor gave {points} for {what}.{was}{why}</p>'


def _notices(remarks):
    """Sentences about the file, each once, with the exercises they concern."""
    found = {}
    for remark in remarks:
        if remark.flag.student:
            told = remark.evidence if remark.flag in TELLING else ""
            where = f"Exercise {remark.exercise}: " if remark.exercise else ""
            sentence = where + remark.flag.student + (f" ({told})" if told else "")
            found[safe(line(sentence, 600))] = None
    return list(found)


def _exercise(exercise, mark):
    title = f": {safe(exercise.title, 300)}" if exercise.title else ""
    sign, words = STATUS[exercise.status]
    points = out_of(exercise.points, exercise.max_points)
    parts = [
        f"<h3>Exercise {safe(exercise.exercise, 50)}{title}</h3>",
        f'<p><span class="{COLOUR[sign]}">{sign} {safe(words)}</span>: {points}.</p>',
    ]
    if exercise.message:
        parts.append(f"<p>{safe(exercise.message)}</p>")
    for override in mark.overrides:
        if override.exercise == exercise.exercise:
            before = mark.machine_points[exercise.exercise]
            parts.append(_by_hand(override, before, "this exercise"))
    if exercise.status != Status.PASSED:
        parts += _what_happened(exercise)
    return "<article>\n" + "\n".join(parts) + "\n</article>"


def _what_happened(exercise):
    """Public inputs with values, hidden ones by name only, the likely cause, the hints."""
    public, hidden = exercise.public, exercise.hidden
    not_right = (Status.WRONG, Status.ERROR)
    if public in (Status.PASSED, *not_right):
        yield _verdict("The inputs in the sheet", public)
    if public in not_right and exercise.got is not None:
        yield comparison(exercise.got, exercise.expected)
    if hidden in (Status.PASSED, *not_right):
        yield _verdict("Further inputs, which are not shown", hidden)
    if public == Status.PASSED and hidden in not_right:
        yield (
            "<p>So the function fits the inputs in the sheet, but not every input. Try others: other "
            "sizes, signs and values, and a second call with the same arguments.</p>"
        )
    for cause in exercise.causes:
        yield f"<p><strong>Likely cause:</strong> {safe(cause)}</p>"
    hints = exercise.hints
    for place, hint in enumerate(hints, 1):
        label = f"Hint {place} of {len(hints)}" if len(hints) > 1 else "Hint"
        yield f"<details><summary>{label}</summary><p>{safe(hint)}</p></details>"


def _verdict(what, verdict):
    sign, words = ("✓", "right") if verdict == Status.PASSED else ("✗", "not right")
    return f'<p>{what}: <span class="{COLOUR[sign]}">{sign} {words}</span></p>'


def comparison(got, expected):
    """Expected and returned values one below the other for each input, differences underlined."""
    pairs = _pairs(got, expected)
    if pairs is None:
        return _pair("Values", _readable(as_text, expected), _readable(as_text, got), "differ")
    parts = []
    for place, (mine, right) in enumerate(pairs[:CASES], 1):
        agrees = same(mine, right, RTOL, ATOL)
        words = "the same" if agrees else "different"
        parts.append(
            _pair(
                f"Input {place} of {len(pairs)}",
                _readable(text, right),
                _readable(text, mine),
                words,
            )
        )
    if len(pairs) > CASES:
        parts.append(f"<p>{len(pairs) - CASES} more inputs are left out here.</p>")
    return "\n".join(parts)


def _pairs(got, expected):
    """[(got, expected)] of each input, or None where the bundles do not match in form."""
    try:
        mine, right = got["values"], expected["values"]
        whole = len(mine) == len(right) > 0 and type(mine) is list
        return list(zip(mine, right, strict=True)) if whole else None
    except (TypeError, KeyError):
        return None


def _readable(show, data):
    """Plain data as text. What came from a student's process may be anything, so it may not be."""
    if data is None:
        return "nothing"
    if isinstance(data, dict) and data.keys() == {"error"}:
        return clean(f"stopped with {data['error']}")
    try:
        return clean(show(data))
    except Exception:
        return "something that cannot be shown"


def _pair(label, right, mine, words):
    sign = "✓" if words == "the same" else "✗"
    shown = safe(mine) if words == "the same" else _underlined(mine, right)
    return (
        f'<div class="values"><table><caption>{label}: '
        f'<span class="{COLOUR[sign]}">{sign} {words}</span></caption><tbody>\n'
        f'<tr><th scope="row">expected</th><td><pre>{safe(right)}</pre></td></tr>\n'
        f'<tr><th scope="row">returned</th><td><pre>{shown}</pre></td></tr>\n'
        "</tbody></table></div>"
    )


def _underlined(mine, right):
    """mine as HTML, with a mark on each word or number that is another one in `right`."""
    a, b = TOKEN.findall(mine), TOKEN.findall(right)
    words, others = ([t for t in part if not t.isspace()] for part in (a, b))
    if len(words) != len(others):
        return safe(mine)
    differ = iter([_differ(x, y) for x, y in zip(words, others, strict=True)])
    return "".join(
        f"<mark>{safe(t)}</mark>" if not t.isspace() and next(differ) else safe(t) for t in a
    )


def _differ(x, y):
    try:
        return not same(float(x), float(y), RTOL, ATOL)
    except ValueError:
        return x != y
