"""The shape of course_lib: short files and functions, a first line that says it, imports one way."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "course_lib"
EVERY = {
    path.relative_to(LIBRARY).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(LIBRARY.rglob("*.py"))
}
FILES = {name: tree for name, tree in EVERY.items() if not name.startswith("grading/")}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_EXPLORER = 250, 25, 30  # a function without its docstring


def lines(function):
    docstring = function.body[0] if ast.get_docstring(function) is not None else None
    of_docstring = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
    return function.end_lineno - function.lineno + 1 - of_docstring


def test_files_are_short():
    lengths = {name: len((LIBRARY / name).read_bytes().splitlines()) for name in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short():
    long = {}
    for name, tree in FILES.items():
        most = LONGEST_EXPLORER if name.startswith("explorers/") else LONGEST_FUNCTION
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and lines(node) > most:
                long[f"{name} {node.name}"] = lines(node)
    assert long == {}


def test_the_first_line_of_a_file_is_a_sentence():
    """Four words or more, and a full stop; or a colon, before the call that the file is about."""
    first = {
        name: (ast.get_docstring(tree) or "").partition("\n")[0] for name, tree in FILES.items()
    }
    sentence = re.compile(r"\S+( \S+){3,}[.:?]")
    assert {name: line for name, line in first.items() if not sentence.fullmatch(line)} == {}


def architecture():
    """The modules of ARCHITECTURE.md in reading order: its table whose first column is "module"."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    _, _, table = text.partition("\n| module |")
    cells = [line.split("|")[1] for line in table.partition("\n\n")[0].splitlines()[1:]]
    return [name for cell in cells for name in re.findall(r"`([a-z_]+)/?`", cell)]


def top(name):
    """The module or package of course_lib that a file belongs to."""
    return name.partition("/")[0].removesuffix(".py")


def imported(tree):
    """The modules and packages of course_lib that a file imports, at its top or in a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "the library imports by full names"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("course_lib."))


def test_every_module_stands_in_the_table_once():
    modules = {top(name) for name in EVERY} - {"__init__", "__main__"}
    assert Counter(architecture()) == dict.fromkeys(modules, 1)


def test_a_module_imports_only_what_stands_before_it():
    """The modules of a row stand in the order in which they import each other."""
    order, wrong = architecture(), {}
    for name, tree in EVERY.items():
        before = order[: order.index(top(name))] if top(name) in order else order
        needed = set(imported(tree)) - {*before, *([top(name)] if "/" in name else [])}
        if needed:
            wrong[name] = sorted(needed)
    assert wrong == {}
