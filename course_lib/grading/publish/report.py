"""The instructor's page: what needs attention first, then the class, the points, the exercises."""

from collections import Counter

from course_lib.grading.publish.feedback import file_name
from course_lib.grading.publish.pages import (
    breakable,
    line,
    name,
    number,
    page,
    safe,
    sheet_title,
    table,
)
from course_lib.grading.results import WORST_FIRST, Status

ATTENTION = (
    (
        Status.NEEDS_MANUAL,
        "To be graded by hand",
        "Give the points in overrides.csv, then publish again.",
    ),
    (
        Status.UNREADABLE,
        "Unreadable",
        "Ask for the file again, or give the points in overrides.csv.",
    ),
    (Status.MISSING, "Not handed in", "Counts 0 points until a file comes."),
)
STOPPED = (Status.TIMEOUT, Status.KILLED, Status.OUT_OF_MEMORY)
NEVER_RUN = (Status.MISSING, Status.REFUSED, Status.NOT_RUN)
BINS = 10
SLOWEST = 10


def index(grades, people=None):
    """The page about all students, as bytes."""
    people = people or {}
    links = {row.student: _link(row.student, people.get(row.student)) for row in grades.rows}
    marks = [mark for row in grades.rows for mark in row.marks.values()]
    parts = [
        "<h1>Grading report</h1>",
        _summary(grades, marks),
        *_attention(grades, marks, links),
        *_corrections(marks, links),
        *_class(grades, links),
        *_distribution(grades),
        *_exercises(grades, marks),
        *_mistakes(marks),
        *_slowest(marks, links),
        *_machines(marks),
    ]
    return page("Grading report", "\n".join(parts), wide=True)


def _link(student, person):
    full = line((person or {}).get("name") or "", 200)
    known_as = f" ({name(full)})" if full and full != student else ""
    link = f'<a href="feedback/{file_name(student)}">{name(student)}</a>'
    return f'<span class="who">{link}{known_as}</span>'


def _summary(grades, marks):
    counts = Counter(mark.status for mark in marks)
    states = [f"{counts[status]} {status}" for status in reversed(WORST_FIRST) if counts[status]]
    students, sheets = len(grades.rows), len(grades.sheets)
    return (
        f'<p class="total">{students} student{_s(students)}, {sheets} sheet{_s(sheets)}: '
        f"{', '.join(states) or 'nothing came'}.</p>"
    )


def _s(number_):
    return "" if number_ == 1 else "s"


def _attention(grades, marks, links):
    yield '<h2 id="attention">What needs attention</h2>'
    quiet = True
    for status, title, advice in ATTENTION:
        found = [mark for mark in marks if mark.status == status]
        if found:
            quiet = False
            yield f"<h3>{title}: {len(found)}</h3>\n<p>{advice}</p>"
            yield _attention_table(title, found, links)
    flags = _flags(marks)
    if flags:
        quiet = False
        yield f"<h3>Flags to review: {len(flags)}</h3>"
        yield (
            "<p>A flag changes no points. It is a reason to look, and proves nothing. The last ones "
            "are what happens to honest files; their students read of those.</p>"
        )
        yield _flags_table(flags, links)
    if quiet:
        yield "<p>Nothing: every sheet has its points, and there are no flags.</p>"


def _flags(marks):
    """{(mark, kind): flags}, those first that students do not read of."""
    found = {}
    for place, mark in enumerate(marks):
        for remark in mark.result.flags:
            key = (remark.flag.student is not None, remark.flag, mark.student, place)
            found.setdefault(key, (mark, []))[1].append(remark)
    return [found[key] for key in sorted(found)]


def _attention_table(title, marks, links):
    columns = ["Student", "Sheet", "Reason", "File"]
    rows = [
        (
            links[m.student],
            breakable(m.sheet),
            _reason(m),
            safe(line(m.result.file, 300)),
        )
        for m in marks
    ]
    if not any(row[2] or row[3] for row in rows):
        return table(title, columns[:2], [row[:2] for row in rows], style="same")
    return table(title, columns, rows, words=(2, 3), style="same")


def _reason(mark):
    """Why, and which exercises are marked by hand already where that does not suffice."""
    reason = safe(line(mark.result.reason, 600))
    given = ", ".join(override.exercise for override in mark.overrides if override.exercise)
    return f"{reason} Marked so far: {safe(given)}; the others are needed too." if given else reason


def _flags_table(flags, links):
    rows = []
    for mark, alike in flags:
        exercises = sorted({remark.exercise for remark in alike} - {""})
        said = list(dict.fromkeys(remark.evidence for remark in alike))
        more = f" (and {len(said) - 1} more like this)" if len(said) > 1 else ""
        row = (
            safe(alike[0].flag.replace("_", " ")),
            links[mark.student],
            breakable(mark.sheet),
            safe(", ".join(exercises), 300),
            safe(line(said[0], 400)) + more,
        )
        rows.append(row)
    columns = ("Kind", "Student", "Sheet", "Exercise", "Evidence")
    return table("Flags", columns, rows, words=(4,), style="same")


def _corrections(marks, links):
    by_hand = [(mark, override) for mark in marks for override in mark.overrides]
    late = [mark for mark in marks if mark.days]
    if by_hand or late:
        yield "<h2>Corrections</h2>"
    if by_hand:
        rows = [
            (
                links[m.student],
                breakable(m.sheet),
                safe(o.exercise) or "all",
                number(o.points),
                safe(o.reason),
            )
            for m, o in by_hand
        ]
        columns = ("Student", "Sheet", "Exercise", "Points", "Reason")
        yield table("Points given by hand", columns, rows, numbers=(3,), words=(4,))
    if late:
        rows = [
            (
                links[m.student],
                breakable(m.sheet),
                *map(number, (m.days, m.before_late, m.penalty, m.points)),
            )
            for m in late
        ]
        columns = ("Student", "Sheet", "Days", "Points before", "Less", "Points")
        yield table("Handed in late", columns, rows, numbers=(2, 3, 4, 5))


def _class(grades, links):
    yield "<h2>The class</h2>"
    columns = ["Student", *map(breakable, grades.sheets), "Points", "State", "Flags"]
    rows = [_class_row(row, links) for row in grades.rows]
    last = len(grades.sheets) + 1
    yield table("Points of each student", columns, rows, numbers=(*range(1, last + 1), last + 2))
    most = " + ".join(number(most) for most in grades.sheets.values())
    total = number(sum(grades.sheets.values()))
    yield f'<p class="quiet">Points available: {most}{f" = {total}" if " + " in most else ""}.</p>'


def _class_row(row, links):
    cells = [number(m.points) if m.points is not None else "–" for m in row.marks.values()]
    total = number(row.points) if row.points is not None else "–"
    flags = sum(len(mark.result.flags) for mark in row.marks.values())
    return links[row.student], *cells, total, row.status, flags or ""


def _distribution(grades):
    """How many students earned which share of all points; the bars only repeat the numbers."""
    shares = [r.points / r.max_points for r in grades.rows if r.points is not None and r.max_points]
    yield "<h2>Distribution of points</h2>"
    if not shares:
        yield "<p>No student has points for every sheet yet.</p>"
        return
    without = len(grades.rows) - len(shares)
    if without:
        yield f"<p>Without the {without} who have no total yet.</p>"
    counts = Counter(min(int(share * BINS + 1e-9), BINS - 1) for share in shares)
    most = max(counts.values())
    rows = []
    for place in range(BINS):
        end = "100" if place == BINS - 1 else f"under {(place + 1) * 100 // BINS}"
        width = round(100 * counts[place] / most)
        bar = f'<span class="bar" style="width: {width}%"></span>' if counts[place] else ""
        rows.append((f"{place * 100 // BINS} to {end} %", counts[place], bar))
    yield table("Share of all points", ("Share", "Students", "Bar"), rows, (1,), style="bars")
    ordered = sorted(r.points for r in grades.rows if r.points is not None)
    half = len(ordered) // 2
    median = (ordered[half] + ordered[~half]) / 2
    yield f"<p>Median: {number(median)} of {number(sum(grades.sheets.values()))} points.</p>"


def _exercises(grades, marks):
    yield "<h2>Exercises</h2>"
    yield (
        "<p>Of the sheets that were run. <em>Shown only</em>: right for the inputs in the sheet, "
        "not for the others. <em>Stopped</em>: too slow, too large, or the end of Python.</p>"
    )
    for sheet in grades.sheets:
        columns, rows = _exercise_table(
            e
            for m in marks
            if m.sheet == sheet and m.result.status == Status.GRADED
            for e in m.exercises
        )
        yield f"<h3>{safe(sheet_title(sheet))}</h3>"
        if rows:
            yield table(
                f"Exercises of {safe(sheet)}", columns, rows, range(1, len(columns)), style="same"
            )
        else:
            yield "<p>Nobody's was run.</p>"


def _exercise_table(exercises):
    """(columns, rows) with a row for each exercise, in the sheet's order."""
    found = {}
    for exercise in exercises:
        found.setdefault((exercise.exercise, exercise.title), []).append(exercise)
    columns = [
        "Exercise",
        "Right",
        "Shown only",
        "Wrong",
        "Error",
        "Stopped",
        "Not attempted",
        "Not run",
    ]
    rows = []
    for (number_, title), own in found.items():
        rows.append([f"{safe(number_)}: {safe(title)}" if title else safe(number_), *_counts(own)])
    return columns, rows


def _counts(exercises):
    states = Counter(exercise.status for exercise in exercises)
    right = states[Status.PASSED]
    shown = sum(
        e.public == Status.PASSED and e.hidden in (Status.WRONG, Status.ERROR) for e in exercises
    )
    share = f"{right} of {len(exercises)} ({round(100 * right / len(exercises))} %)"
    stopped, never = (sum(states[s] for s in group) for group in (STOPPED, NEVER_RUN))
    counts = (shown, states[Status.WRONG], states[Status.ERROR], stopped)
    counts += (states[Status.NOT_ATTEMPTED], never)
    return [share, *(count or "–" for count in counts)]


def _mistakes(marks):
    """Catalogued mistakes, the most frequent first; those that hidden values confirm count too."""
    counts = Counter()
    for mark in marks:
        for exercise in mark.exercises:
            causes = {*exercise.causes, *exercise.hidden_causes}
            counts.update((exercise.exercise, cause) for cause in causes)
    yield "<h2>Known mistakes</h2>"
    if not counts:
        yield "<p>None of the catalogued mistakes was made.</p>"
        return
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(safe(exercise), safe(line(cause, 600)), n) for (exercise, cause), n in ordered]
    columns = ("Exercise", "Likely cause", "Students")
    yield table("How many students made which mistake", columns, rows, numbers=(2,), words=(1,))


def _slowest(marks, links):
    cells = [(e.seconds, m, e) for m in marks for e in m.exercises]
    cells.sort(key=lambda cell: (-cell[0], cell[1].student, cell[2].exercise))
    rows = [
        (safe(e.exercise), links[m.student], safe(e.status), f"{seconds:.1f}")
        for seconds, m, e in cells[:SLOWEST]
        if seconds >= 0.05
    ]
    if rows:
        yield "<h2>Slowest answers</h2>"
        columns = ("Exercise", "Student", "State", "Seconds")
        yield table("Time of the graded cell", columns, rows, numbers=(3,))


def _machines(marks):
    """Where it ran, and behind which walls."""
    ran = [mark.result.provenance for mark in marks if mark.result.provenance.host]
    if not ran:
        return
    places = Counter((made.host, made.sandbox) for made in ran)
    rows = [(safe(host, 200), safe(level, 50), n) for (host, level), n in sorted(places.items())]
    yield "<h2>Where it ran</h2>"
    yield table("Machines", ("Machine", "Sandbox", "Sheets"), rows, numbers=(2,))
    seconds = sum(made.seconds for made in ran)
    memory = max(made.memory_mb for made in ran)
    yield f"<p>{seconds / 60:.1f} minutes of work in total; at most {memory} MB for one sheet.</p>"
