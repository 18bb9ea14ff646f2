"""Functions and expressions as syntax trees in which only names that anybody may choose differ.

forms("def f(x):\\n    return 2 * x") & forms("double = 2 * number")   ->  the product, not empty
"""

import ast
import re

SMALLEST = 8  # nodes of a tree that is worth comparing: (a - b) * c is met everywhere


def forms(source, smallest=SMALLEST):
    """{normal form: the line it begins in} of all functions and of what a statement computes."""
    found = {}
    for node in ast.walk(ast.parse(_python(source))):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            body = node.body if isinstance(node.body, list) else [ast.Return(node.body)]
        elif isinstance(node, ast.Return | ast.Assign | ast.Expr | ast.AugAssign) and node.value:
            body = [ast.Return(node.value)]
        else:
            continue
        body = _without_text(body)
        if _size(body) >= smallest:
            found.setdefault(normal(body), getattr(node, "lineno", 0))
    return found


def answers(source, smallest=SMALLEST):
    """The normal forms of the functions that an answer cell defines."""
    tree = ast.parse(_python(source))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    bodies = [_without_text(function.body) for function in functions]
    return {normal(body) for body in bodies if _size(body) >= smallest}


def normal(body):
    """Statements as text, the names that they do not call numbered in the order they come."""
    names = {}
    tree = ast.parse(ast.unparse(ast.Module(list(body), [])))
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    called |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    own = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in own:
            node.id = names.setdefault(node.id, f"name{len(names)}")
        elif isinstance(node, ast.arg):
            node.arg, node.annotation = names.setdefault(node.arg, f"name{len(names)}"), None
    return ast.dump(tree)


def _size(body):
    return sum(1 for part in body for _ in ast.walk(part))


def _without_text(body):
    """The statements without docstrings and other bare texts."""
    return [
        part
        for part in body
        if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
    ] or [ast.Pass()]


def _python(source):
    """A cell without IPython's lines."""
    return re.sub(r"^(\s*)[%!?].*$", r"\1pass", source, flags=re.MULTILINE)
