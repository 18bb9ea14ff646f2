"""A student's source as a syntax tree, to be looked at; it is never compiled and never run."""

import ast
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

LONGEST = 200_000  # characters; Python's parser takes some 300 bytes of memory for each
SHORT = 20_000  # up to here IPython's magics are translated, which takes a pass for each
BEGINNINGS = ("%", "!", "?", ",", ";", "/")


@dataclass
class Parsed:
    """The tree (None where there is none), lines that are IPython's, and what was wrong."""

    tree: ast.AST | None = None
    magics: tuple = ()
    problem: str = ""


def parse(source):
    """The Parsed of any text. A plain syntax error is no problem: such a cell does not run."""
    if len(source) > LONGEST:
        return Parsed(problem=f"{len(source)} characters are too many to look through")
    magics = []
    while source.startswith("%%"):  # what follows may well run, in %%time for one
        line, _, source = source.partition("\n")
        magics.append(line)
    try:
        return Parsed(ast.parse(source), tuple(magics))
    except SyntaxError:
        magics += [line for line in source.splitlines() if _is_magic(line.strip())]
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        return Parsed(None, tuple(magics), f"Python's parser gives up: {type(error).__name__}")
    tree = _translated(source) if len(magics) <= 50 and len(source) <= SHORT else None
    if tree is None and not magics:
        return Parsed()
    problem = "" if tree or source.strip() == "" else "cannot be read with its magics"
    return Parsed(tree, tuple(magics), problem)


def _is_magic(line):
    value = line.partition("=")[2].lstrip()
    return line.startswith(("%", "!", "?")) or value.startswith(("%", "!")) or line.endswith("?")


def _translated(source):
    """The tree of a cell in IPython's dialect; None when it is not that either."""
    if sum(line.lstrip().startswith(BEGINNINGS) for line in source.splitlines()) > 50:
        return None
    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except Exception:  # IPython's transformers raise many kinds
        return None


def origins(tree):
    """{name: what it stands for} of a tree's imports, and of names given to imported things."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and root(node.value) in found:
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            found |= dict.fromkeys(names, dotted(node.value, found))
    return found


def dotted(node, origins):
    """What a node names, "os.environ.get" say, with imported names in full; "" for no name."""
    attributes = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if isinstance(node, ast.Call) and node.args:
        base = _imported(node)
    else:
        base = origins.get(node.id, node.id) if isinstance(node, ast.Name) else ""
    return ".".join([base, *reversed(attributes)]) if base else ""


def root(node):
    """The name with which "os.environ.get" begins; "" where it begins with something else."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _imported(call):
    """The module that __import__("os") and import_module("os") return."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    is_import = name in ("__import__", "import_module")
    return (text(call.args[0]) if is_import else "") or ""


def text(node):
    """The text that a node spells out; None when it is none."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None


def line_of(node, source):
    """The line of the source on which a node begins."""
    lines, number = source.splitlines(), getattr(node, "lineno", 1)
    return lines[number - 1].strip() if number <= len(lines) else ""
