"""Catalogued answers as a student would have typed them: source for a sheet's answer cell.

    typed(exercise, exercise.mistakes[cause], stub)

The catalogue holds functions, some of them made by other functions. Here the lines of the lesson's
file that one of them needs are put into one function, and the stub calls what it returns:

    def version_of_loss_and_gradient():
        import numpy as np
        ...
        return not_transposed

    def loss_and_gradient(w, b, X, y):
        return version_of_loss_and_gradient()(w, b, X, y)
"""

import ast
import copy
import inspect
import sys
from functools import cache

from course_lib.checks import Exercise

CATALOGUE = {"exercise", "mistake", "also_right"}
BLANK = "raise NotImplementedError()"


def typed(exercise, version, stub):
    """The answer cell of a student whose function does what `version` does."""
    module = exercise.reference.__module__
    expression = _expressions(module)[version]
    returned = ast.Return(_Plain(module).visit(copy.deepcopy(expression)))
    function = [part for part in ast.parse(stub).body if isinstance(part, ast.FunctionDef)][-1]
    tree = ast.parse(f"def version_of_{function.name}(): pass")
    tree.body[0].body = [*_needed(module, expression), returned]
    names = [argument.arg for argument in function.args.args]
    names += [f"{argument.arg}={argument.arg}" for argument in function.args.kwonlyargs]
    assert stub.count(BLANK) == 1, stub
    answer = stub.replace(BLANK, f"return {tree.body[0].name}()({', '.join(names)})")
    return f"{ast.unparse(ast.fix_missing_locations(tree))}\n\n\n{answer}"


@cache
def _parsed(module):
    return ast.parse(inspect.getsource(sys.modules[module]))


@cache
def _expressions(module):
    """{function: the expression it comes from} of all right and wrong versions in a lesson's file."""
    found = {}
    for name, thing in vars(sys.modules[module]).items():
        if isinstance(thing, Exercise) and thing.reference.__module__ == module:
            found[thing.reference] = ast.parse(f"{name}.reference", mode="eval").body
            for function in thing.alternatives:
                found[function] = ast.Name(function.__name__, ast.Load())
    for exercise, cause, expression in _catalogued(module):
        found[exercise.mistakes[cause]] = expression
    return found


def _catalogued(module):
    """(exercise, cause, expression) of each wrong version, in the order of the file."""
    space = vars(sys.modules[module])
    for node in [part for statement in _parsed(module).body for part in _unrolled(statement)]:
        calls = [node.value] if isinstance(node, ast.Expr) else getattr(node, "decorator_list", [])
        for call in calls:
            method = getattr(getattr(call, "func", None), "attr", "")
            if method == "mistake":
                own = ast.Name(node.name, ast.Load()) if hasattr(node, "name") else call.args[1]
                cause = ast.fix_missing_locations(ast.Expression(call.args[0]))
                yield space[call.func.value.id], eval(compile(cause, module, "eval"), space), own
            elif method == "scaled":
                table = call.args[0]
                for factors, cause in zip(table.keys, table.values, strict=True):
                    yield space[call.func.value.id], ast.literal_eval(cause), _times(call, factors)


def _unrolled(statement):
    """The statement itself; of a `for` over a table that is written out, its body for each row."""
    if not isinstance(statement, ast.For):
        return [statement]
    table = statement.iter
    if isinstance(table, ast.Call):  # {...}.items()
        rows = zip(table.func.value.keys, table.func.value.values, strict=True)
    else:
        rows = (row.elts for row in table.elts)
    names = [part.id for part in ast.walk(statement.target) if isinstance(part, ast.Name)]
    filled = [_Filled(dict(zip(names, row, strict=True))) for row in rows]
    return [fill.visit(copy.deepcopy(part)) for fill in filled for part in statement.body]


class _Filled(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, values):
        self.values = values

    def visit_Name(self, node):
        return copy.deepcopy(self.values.get(node.id, node))


def _times(call, factors):
    """The right version with its parts, or its only part, times the factors in a table of `scaled`."""
    functions = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}

    def number(factor):
        name = ast.literal_eval(factor)
        if not isinstance(name, str):
            return ast.unparse(factor)
        value = f"({functions[name.removeprefix('1/')]})(*given)"
        return f"1 / {value}" if name.startswith("1/") else value

    right = f"{call.func.value.id}.reference(*given)"
    if not isinstance(factors, ast.Tuple):
        return ast.parse(f"lambda *given: {number(factors)} * {right}", mode="eval").body
    numbers = ", ".join(map(number, factors.elts))
    pairs = f"zip(({numbers}), {right}, strict=True)"
    return ast.parse(f"lambda *given: tuple(f * part for f, part in {pairs})", mode="eval").body


def _needed(module, expression):
    """The statements of the file that the expression needs, themselves and what these need."""
    defined = {name: node for node in _parsed(module).body for name in _names(node)}
    wanted, todo = {}, [expression]
    while todo:
        for part in ast.walk(todo.pop()):
            node = defined.get(part.id) if isinstance(part, ast.Name) else None
            if node is not None and node not in wanted:
                wanted[node] = None
                todo.append(_bare(node))
    statements = []
    for node in sorted(wanted, key=lambda node: node.lineno):
        source = node.module if isinstance(node, ast.ImportFrom) else ""
        if source.startswith("course_lib.checks.lesson"):  # there, answers are not to be had
            for name in _names(node):
                statements += _needed(source, ast.Name(name, ast.Load()))
        else:
            statements.append(_Plain(module).visit(_bare(node)))
    return statements


def _names(node):
    """The names that a statement of a file defines."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [part.id for part in ast.walk(node.targets[0]) if isinstance(part, ast.Name)]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [name.asname or name.name for name in node.names]
    return []


def _bare(node):
    """A copy of a statement; a function without the decorators of the catalogue."""
    own = copy.deepcopy(node)
    if isinstance(own, ast.FunctionDef):
        own.decorator_list = [d for d in own.decorator_list if not CATALOGUE & _words(d)]
    return own


def _words(decorator):
    """The names in what is called as a decorator: {"huber", "also_right"}."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return {getattr(part, "attr", getattr(part, "id", "")) for part in ast.walk(called)}


class _Plain(ast.NodeTransformer):
    """Writes right_huber for huber.reference and for the right version's own name."""

    def __init__(self, module):
        space = vars(sys.modules[module])
        self.exercises = {name for name, thing in space.items() if isinstance(thing, Exercise)}

    def visit_Attribute(self, node):
        value = node.value.id if isinstance(node.value, ast.Name) else ""
        if node.attr == "reference" and value in self.exercises:
            return ast.Name(f"right_{value}", ast.Load())
        return self.generic_visit(node)

    def visit_FunctionDef(self, node):
        if node.name in self.exercises:
            node.name = f"right_{node.name}"
        return self.generic_visit(node)
