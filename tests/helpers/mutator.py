"""mutants(source): a program with one small change in it, every such change in turn.

Good tests fail for each of them. A change that they let pass shows a missing test, unless the
changed program does the same as the old one.
"""

import ast
import builtins
import itertools
import re
from collections import Counter
from typing import NamedTuple

OPERATORS = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult],
    ast.MatMult: [ast.Mult], ast.Pow: [ast.Mult], ast.FloorDiv: [ast.Div], ast.Mod: [ast.Mult],
    ast.BitAnd: [ast.BitOr], ast.BitOr: [ast.BitAnd], ast.And: [ast.Or], ast.Or: [ast.And],
    ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is], ast.In: [ast.NotIn], ast.NotIn: [ast.In],
}  # fmt: skip
# built-in functions that a formula can do without; a program without `len` or `zip` fails at once
NUMERIC = {"abs", "bool", "float", "int", "max", "min", "round", "sorted", "sum"}
LEFT_ALONE = (ast.Import, ast.ImportFrom, ast.JoinedStr)
FIELDS_LEFT_ALONE = {"annotation", "returns", "decorator_list"}
LONG_ENOUGH = 10  # characters of a description from which a reader finds the place
AROUND = ast.expr | ast.keyword | ast.Assign | ast.AugAssign | ast.Return  # what may be described


class Mutant(NamedTuple):
    """The changed program, and in words `file:line function: before → after`."""

    description: str
    source: str


class _Node(NamedTuple):
    """A node, the way to it from the root as (parent, field, index), and the function it stands in."""

    node: ast.AST
    way: tuple
    scope: str
    bound: frozenset


def mutants(source, name="source"):
    """Yields a Mutant for every arithmetic or logical operator, comparison, number, `axis`, keyword,
    call, term and statement: changed, or left out.

    Docstrings, the texts of errors, annotations, decorators and `__repr__` stay as they are. `name`
    opens the descriptions.
    """
    text, tree = source.encode(), ast.parse(source)
    starts = [0, *itertools.accumulate(map(len, text.splitlines(keepends=True)))]
    counts = Counter()
    for place in _places(tree):
        node = place.node
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        for new in _changes(place):
            change = _described(place, new)
            counts[change] += 1
            again = f" ({counts[change]})" if counts[change] > 1 else ""
            new_text = f"({ast.unparse(new)})" if isinstance(new, ast.expr) else ast.unparse(new)
            mutated = text[:begin] + new_text.encode() + text[end:]
            yield Mutant(f"{name}:{node.lineno} {change}{again}", mutated.decode())


def _places(tree):
    """Every _Node of the tree that may be changed, in the order of the source."""
    yield from _below(_Node(tree, (), "", frozenset()))


def _below(place):
    node, way, scope, bound = place
    if isinstance(node, ast.FunctionDef | ast.Lambda | ast.AsyncFunctionDef):
        bound |= {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        scope = f"{scope}.{node.name}" if scope else node.name
    for field, value in ast.iter_fields(node):
        if field in FIELDS_LEFT_ALONE:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_left_alone(child):
                below = _Node(child, (*way, (node, field, index)), scope, bound)
                if hasattr(child, "lineno"):
                    yield below
                if not (isinstance(child, ast.Raise) or _is_axis(child)):
                    yield from _below(below)
            if isinstance(child, ast.stmt) and scope:
                bound |= _assigned(child)


def _assigned(statement):
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return set()
    nodes = ast.walk(statement)
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _is_left_alone(node):
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    about = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("__doc__")
    return isinstance(node, LEFT_ALONE) or text or about or getattr(node, "name", "") == "__repr__"


def _changes(place):
    """The nodes that may stand for this one."""
    node, (parent, field, _) = place.node, place.way[-1]
    match node:
        case ast.keyword("axis", value):
            yield from (ast.keyword("axis", axis) for axis in _other_axes(value))
        case ast.BinOp(left, op, right):
            yield from (ast.BinOp(left, new(), right) for new in OPERATORS.get(type(op), []))
            if isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.Div):
                yield left
        case ast.BoolOp(op, values):
            yield from (ast.BoolOp(new(), values) for new in OPERATORS[type(op)])
            for k in range(len(values)):
                rest = values[:k] + values[k + 1 :]
                yield ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.Compare(left, ops, comparators):
            for k, op in enumerate(ops):
                for new in OPERATORS[type(op)]:
                    yield ast.Compare(left, [*ops[:k], new(), *ops[k + 1 :]], comparators)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() as value)):
            yield ast.Constant(1 - value)
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() as value) if not isinstance(parent, ast.UnaryOp):
            yield ast.Constant(value + 1)
        case ast.Constant(float() as value):
            yield ast.Constant(2 * value or 1.0)
        case ast.Call():
            yield from _calls(place)
        case ast.AugAssign(target, op, value):
            yield from (ast.AugAssign(target, new(), value) for new in OPERATORS.get(type(op), []))
            yield ast.Pass()
        case ast.stmt() if _may_go(place):
            yield ast.Pass()
    is_test = field in ("test", "ifs") and not isinstance(node, ast.Compare | ast.BoolOp)
    if is_test and not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        yield ast.UnaryOp(ast.Not(), node)


def _is_axis(node):
    return isinstance(node, ast.keyword) and node.arg == "axis"


def _other_axes(axis):
    """The other end for the first or the last axis, the neighbour for others; one fewer for several."""
    if isinstance(axis, ast.Tuple):
        for k in range(len(axis.elts)):
            yield ast.Tuple(axis.elts[:k] + axis.elts[k + 1 :], ast.Load())
    elif re.fullmatch(r"-?\d+", ast.unparse(axis)):
        k = ast.literal_eval(axis)
        yield ast.Constant({0: -1, -1: 0}.get(k, k - 1 if k > 0 else k + 1))


def _calls(place):
    """A call without one of its keywords, and what it was called on instead of the call."""
    call, (parent, field, _) = place.node, place.way[-1]
    for k, keyword in enumerate(call.keywords):
        if keyword.arg not in (None, "axis") and not isinstance(keyword.value, ast.Constant):
            yield ast.Call(call.func, call.args, call.keywords[:k] + call.keywords[k + 1 :])
    if isinstance(parent, ast.Expr) and field == "value":
        return  # leaves out the whole statement instead
    root = call.func
    if isinstance(root, ast.Name) and hasattr(builtins, root.id) and root.id not in NUMERIC:
        return
    while isinstance(root, ast.Attribute):
        root = root.value
    is_method = isinstance(call.func, ast.Attribute) and not (
        isinstance(root, ast.Name) and (root.id == "self" or root.id not in place.bound)
    )
    if is_method:
        yield call.func.value
    elif call.args and not isinstance(call.args[0], ast.Starred):
        yield call.args[0]


def _may_go(place):
    """Whether the program could work without this statement: it defines no name for the first time."""
    match place.node:
        case ast.Assign(targets=targets):
            names = [n for t in targets for n in (t.elts if isinstance(t, ast.Tuple) else [t])]
            return all(not isinstance(n, ast.Name) or n.id in place.bound for n in names)
        case ast.Expr() | ast.Raise() | ast.Continue() | ast.Break():
            return True
    return False


def _described(place, new):
    """`function: before → after`, with as much around the change as a reader needs to find it."""
    around, way = place.node, list(place.way)
    while len(ast.unparse(around)) < LONG_ENOUGH and isinstance(way[-1][0], AROUND):
        around = way.pop()[0]
    before = ast.unparse(around)
    parent, field, index = place.way[-1]
    if around is place.node:
        after = ast.unparse(new)
    else:
        _put(parent, field, index, new)
        after = ast.unparse(around)
        _put(parent, field, index, place.node)
    return f"{place.scope or 'module'}: {' '.join(before.split())} → {' '.join(after.split())}"


def _put(parent, field, index, node):
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node
