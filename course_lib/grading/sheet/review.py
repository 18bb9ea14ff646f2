"""Hints for a reviewer: answers that borrow from the library, unusual imports, equal sheets.

Code is parsed and never run. No hint takes a point away, and no hint proves nothing: values do.
"""

import ast
import hashlib
import re
from collections import Counter

from course_lib.grading.results import Flag, Remark
from course_lib.grading.sheet.merge import GIVEN
from course_lib.grading.sheet.sheets import parse
from course_lib.sheet_format import ANSWER

# Modules that an exercise may need.
USUAL = re.compile(
    r"""(__future__ | abc | array | bisect | cmath | collections | copy | course_lib | dataclasses |
    datetime | decimal | enum | fractions | functools | heapq | IPython\.display | ipywidgets |
    itertools | math | matplotlib | numbers | numpy | operator | pandas | pprint | random | re |
    scipy | seaborn | sklearn | statistics | string | textwrap | time | timeit | torch | tqdm |
    types | typing | warnings)(\.|$)""",
    re.VERBOSE,
)
IMPORTERS = {"__import__", "eval", "exec"}
RIGHT = "reference"  # check.gradient.reference is a right version
MAGIC = re.compile(r"^([ \t]*(?:.*=)?[ \t]*)(?:[%!?].*|.*\?[ \t]*)$", re.MULTILINE)
TOO_MUCH = (RecursionError, MemoryError, ValueError)  # for Python's parser
LONGEST, TOGETHER = 50_000, 200_000  # characters parsed of a cell, of a submission
MOST = 5  # flags of one kind for one exercise
TOKEN = re.compile(r"\w+|[^\w\s]")
SHORT, ENOUGH = 15, 100  # tokens an answer, a sheet needs of its own before it is compared
NAMED = 8  # other students named in one flag


def review(sheet, merged):
    """The flags for the answers and the student's own cells in a Merged; nothing in them stops it."""
    found, counts, left = {}, Counter(), TOGETHER
    for exercise, source, known, borrowable in _sources(sheet, merged):
        left -= len(source)
        for flag, evidence in _look(source if left > 0 else None, known, borrowable):
            found[flag, exercise, evidence] = None
    for flag, exercise, evidence in found:
        counts[flag, exercise] += 1
        if counts[flag, exercise] <= MOST:
            yield Remark(flag, exercise, evidence)


def _sources(sheet, merged):
    """(exercise, source, what of the library it may import, names it may not use) of each cell."""
    own = [parse(cell.source) for cell in sheet.cells if not cell.role]
    library = {n: m for tree in own for node in ast.walk(tree) for n, m in _library(node)}
    for cell in sheet.cells:
        for source in merged.extras.get(cell.id, ()):
            yield cell.exercise, source, set(library.values()), {}
        if cell.role == ANSWER and merged.state[cell.exercise] == GIVEN:
            used = {n.id for n in ast.walk(parse(cell.source)) if isinstance(n, ast.Name)}
            known = {meaning for name, meaning in library.items() if name in used}
            borrowable = {name: meaning for name, meaning in library.items() if name not in used}
            yield cell.exercise, merged.answers[cell.exercise], known, borrowable


def _look(source, known, borrowable):
    """Pairs (flag, evidence) for one cell; `source` is None for one too many."""
    try:
        if source is None or len(source) > LONGEST:
            raise MemoryError
        tree = _parsed(source)
    except SyntaxError:
        return  # such a cell does not run
    except TOO_MUCH:
        yield Flag.UNPARSABLE, "too long or too tangled to be looked through"
        return
    lines, nodes = source.splitlines(), list(ast.walk(tree))
    borrowable = {name: borrowable[name] for name in borrowable.keys() - _bound(nodes)}
    for node in nodes:
        line = lines[getattr(node, "lineno", 1) - 1].strip() if lines else ""
        for _, meaning in _library(node):
            if meaning not in known:
                yield Flag.USES_LIBRARY, f"{meaning}: {line}"
        if isinstance(node, ast.Attribute) and node.attr == RIGHT:
            yield Flag.USES_LIBRARY, f"{RIGHT}: {line}"
        if isinstance(node, ast.Name) and node.id in borrowable:
            yield Flag.USES_LIBRARY, f"{borrowable[node.id]}: {line}"
        for _, meaning in _imports(node):
            if not USUAL.match(meaning):
                yield Flag.UNUSUAL_IMPORT, f"imports {meaning}: {line}"
        if isinstance(node, ast.Name) and node.id in IMPORTERS:
            yield Flag.UNUSUAL_IMPORT, f"{node.id}: {line}"


def _parsed(source):
    """The syntax tree of a cell, without IPython's lines. Raises SyntaxError and TOO_MUCH."""
    try:
        return parse(source)
    except SyntaxError:
        return parse(MAGIC.sub(r"\1None", source))


def _imports(node):
    """(name, what it stands for) of an import statement."""
    for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
        if isinstance(node, ast.Import):
            yield alias.asname or alias.name.partition(".")[0], alias.name
        else:
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _library(node):
    """The same for what the library brings in. Checks are silent while grading, and hold no answers."""
    for name, meaning in _imports(node):
        if f"{meaning}.".startswith("course_lib.") and "course_lib.checks" not in meaning:
            yield name, meaning


def _bound(nodes):
    """The names that a cell gives a meaning of its own, anywhere in it."""
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    named = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return stored | named | {n.arg for n in nodes if isinstance(n, ast.arg)}


def fingerprint(sheet, merged):
    """A hash, the same for sheets with the same code, layout and comments aside; "" for too little."""
    total, whole = 0, hashlib.sha256()
    for cell in sheet.cells:
        if cell.role == ANSWER:
            text, blank = _normal(merged.answers[cell.exercise]), _normal(cell.stub)
            own = (Counter(TOKEN.findall(text)) - Counter(TOKEN.findall(blank))).total()
            total += own if own >= SHORT else 0
            whole.update(repr(text).encode())
    return whole.hexdigest() if total >= ENOUGH else ""


def _normal(source):
    """A source without comments, docstrings and layout; where Python gives up on it, its words."""
    try:
        tree = parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
                node.body = node.body[1:] or [ast.Pass()]
        return ast.unparse(tree)
    except (SyntaxError, *TOO_MUCH):
        return " ".join(source.split())


def copies(fingerprints):
    """(student, evidence) of each student who shares a fingerprint; from {student: fingerprint}."""
    groups = {}
    for student, mark in fingerprints.items():
        groups.setdefault(mark, []).append(student)
    for mark, group in groups.items():
        for student in group if mark and len(group) > 1 else ():
            others = [str(name)[:60] for name in group if name != student]
            names = ", ".join(others[:NAMED]) + ", ..." * (len(others) > NAMED)
            more = "s" * (len(others) > 1)
            yield student, f"the same code as {len(others)} other{more}: {names}"
