"""Which names a piece of Python takes from outside itself, and which it gives a meaning."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def depth(tree):
    """How many functions, at most, are one inside the other."""
    deepest, waiting = 0, [(tree, 0)]
    while waiting:
        node, inside = waiting.pop()
        inside += isinstance(node, FUNCTIONS)
        deepest = max(deepest, inside)
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]
    return deepest


def loads(tree):
    """The Name nodes that are looked up outside: not parameters, not local variables."""
    waiting = [(tree, frozenset())]
    while waiting:
        node, local = waiting.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in local:
                yield node
        elif isinstance(node, FUNCTIONS):
            waiting += _in_function(node, local)
        elif isinstance(node, COMPREHENSIONS):
            first, inner = node.generators[0].iter, local | _targets(node)
            waiting.append((first, local))
            for part in ast.iter_child_nodes(node):
                children = ast.iter_child_nodes(part) if part is node.generators[0] else [part]
                waiting += [(child, inner) for child in children if child is not first]
        else:
            waiting += [(child, local) for child in ast.iter_child_nodes(node)]


def _in_function(node, local):
    """The parts of a function, each with the names that are local there."""
    arguments, body = node.args, node.body if isinstance(node.body, list) else [node.body]
    names = {a.arg for a in ast.walk(arguments) if isinstance(a, ast.arg)}
    inner = (local | names | bound(body)) - _declared(body)
    outside = [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
    outside += getattr(node, "decorator_list", [])
    return [(part, local) for part in outside] + [(part, inner) for part in body]


def bound(statements):
    """The names that these statements give a meaning, in their own scope."""
    names, waiting = set(), list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(getattr(node, "name", ""))
        elif isinstance(node, COMPREHENSIONS):
            inside = (part for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
            names |= {part.target.id for part in inside}
        else:
            waiting += ast.iter_child_nodes(node)
    return names - {""}


def declared_global(tree):
    """The names that functions in this tree declare global."""
    return {n for part in ast.walk(tree) if isinstance(part, ast.Global) for n in part.names}


def _declared(body):
    return {name for part in body for name in declared_global(part)}


def _targets(comprehension):
    parts = (part for g in comprehension.generators for part in ast.walk(g.target))
    return {part.id for part in parts if isinstance(part, ast.Name)}
