"""A look at what a student wrote, for a person to look again: it is read, and never run.

No flag takes a point away. Nor does the absence of flags prove anything: values do.
"""

import ast
import threading
from itertools import islice

from course_lib.grading.borrowing import Borrowing, Tangled
from course_lib.grading.flags import flag
from course_lib.grading.parsing import line_of, origins, parse
from course_lib.grading.reaching import reaches
from course_lib.grading.scopes import depth
from course_lib.sheet_format import ANSWER, GRADED

STACK = 64_000_000  # bytes: Python's parser needs more than the threads of some systems have
TOGETHER = 500_000  # characters looked through in one submission
DEEPEST = 20  # functions in functions: the time to look grows with their number
MOST = 5  # flags of one kind for one exercise
ROOM = threading.Lock()


def scan(sheet, merged):
    """The flags for the answers and extras of a Merged; whatever is in them, it returns."""
    found = []
    with ROOM:
        before = threading.stack_size(STACK)
        thread = threading.Thread(target=lambda: found.extend(_scan(sheet, merged)))
        try:
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    return found


def _scan(sheet, merged):
    borrowing, flags, left = Borrowing(imports(sheet)), [], TOGETHER
    for cell in sheet.cells:
        for source, allowed in _sources(cell, merged):
            left -= len(source)
            if left < 0:
                flags.append(flag("unparsable", "", "too much code to be looked through"))
                return _few(flags)
            flags += _look(source, cell.exercise, borrowing, allowed)
        if cell.role == GRADED:
            flags += _graded(sheet, cell.exercise, borrowing)
    return _few(flags)


def _sources(cell, merged):
    """What runs at a cell of the sheet, and which names of the library it may use, None for all."""
    for source in merged.extras.get(cell.id, ()):
        yield source, None
    if cell.role == ANSWER and merged.state[cell.exercise] == "given":
        yield merged.answers[cell.exercise], names_in(cell.source)


def imports(sheet):
    """{name: meaning} of everything the sheet's own cells import."""
    return {n: m for cell in sheet.cells for n, m in _imports(cell.source).items() if not cell.role}


def _imports(source):
    found = origins(ast.parse(source))
    brought = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.alias)]
    names = {alias.asname or alias.name.partition(".")[0] for alias in brought}
    return {name: meaning for name, meaning in found.items() if name in names}


def names_in(source):
    """All names in a piece of the course's own code."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _look(source, exercise, borrowing, allowed):
    """The flags of one cell; allowed is None for a cell of the student's own."""
    parsed = parse(source)
    flags = [flag("magic", exercise, line.strip()) for line in parsed.magics]
    if parsed.problem:
        return [*flags, flag("unparsable", exercise, parsed.problem)]
    if parsed.tree is None:
        return flags
    try:
        if depth(parsed.tree) > DEEPEST:
            raise Tangled
        reached = islice(reaches(parsed.tree, source, borrowing.imported), 10 * MOST)
        borrowed = {meaning: node for node, meaning in borrowing.found(parsed.tree, allowed)}
        pairs = [(node, "reaches_out", what) for node, what in reached]
        pairs += [(node, "uses_library", what) for what, node in borrowed.items()]
        return flags + [flag(kind, exercise, f"{w}: {line_of(n, source)}") for n, kind, w in pairs]
    except (RecursionError, Tangled):
        return [*flags, flag("unparsable", exercise, "too tangled to be looked through")]


def _graded(sheet, exercise, borrowing):
    """Where the exercise's function leads to, when its graded cell is about to run."""
    name, reference = sheet.function(exercise), sheet.cell(ANSWER, exercise).source
    try:
        for way, meaning in borrowing.borrowed(name, names_in(reference)):
            evidence = f"{meaning}: used by {', used by '.join(reversed(way))}"
            yield flag("uses_library", exercise, evidence)
    except Tangled:
        yield flag("unparsable", exercise, "too tangled to be looked through")


def _few(flags):
    """Each piece of evidence once, the library's names once for an exercise, at most MOST a kind."""
    kept, seen, counts = [], set(), {}
    for one in flags:
        kind, exercise = one["kind"], one["exercise"]
        about = one["evidence"].partition(":")[0] if kind == "uses_library" else one["evidence"]
        counts[kind, exercise] = counts.get((kind, exercise), 0)
        if (kind, exercise, about) in seen or counts[kind, exercise] == MOST:
            continue
        seen.add((kind, exercise, about))
        counts[kind, exercise] += 1
        kept.append(one)
    return kept
