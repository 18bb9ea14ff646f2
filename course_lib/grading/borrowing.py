"""Answers that come to use the library's own version of what they were to write.

Each name the student gives a meaning is noted with the names it uses. An answer borrows when a way
leads from it to a name of the library that the reference does not use.
"""

import ast

from course_lib.grading.parsing import dotted, origins, text
from course_lib.grading.scopes import bound, declared_global, loads

LIBRARY = "course_lib"
RIGHT = "reference"  # check.gradient.reference is the right version
READERS = {"getattr", "attrgetter", "methodcaller", "__getattribute__"}
TRYING = {"hint", "plot", "verdict"}  # what a student does with a check
WORK = 2_000_000  # names followed in one submission; a real one needs hundreds
PLAIN = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Tangled(Exception):
    """More names use more names than anybody writes by hand."""


class Borrowing:
    """What a student's names use, cell by cell in the order in which the cells run."""

    def __init__(self, imported):
        self.library = {n: m for n, m in imported.items() if m.split(".")[0] == LIBRARY}
        self.imported = imported
        self.uses = {}  # name -> names it uses, and meanings such as "course_lib.optim.momentum"
        self.work = 0

    def found(self, tree, allowed):
        """Pairs (node, what is borrowed) to be seen in one cell, whose bindings are noted.

        allowed   the names of the library an answer may use; None for a cell of the student's own
        """
        pairs = list(self._openly(tree, is_answer=allowed is not None))
        for statement in tree.body:
            if allowed is not None and not self._is_trial(statement):
                wanted = self.library.keys() - allowed - self.uses.keys()
                used = [node for node in loads(statement) if node.id in wanted]
                pairs += [(node, self.library[node.id]) for node in used]
            self._note(statement)
        return pairs

    def borrowed(self, name, allowed):
        """(way, meaning) for what of the library `name` leads to: (["push"], "course_lib...")."""
        waiting, seen = [(name, ())], {name}
        while waiting:
            here, way = waiting.pop()
            if here.split(".")[0] == LIBRARY:
                yield way, here
                continue
            known = self.uses.get(here)
            self._count(len(known or ()))
            if known is None and here in self.library.keys() - allowed:
                yield way, self.library[here]
            for other in sorted((known or set()) - seen):
                seen.add(other)
                waiting.append((other, (*way, here)))

    def _openly(self, tree, is_answer):
        """Imports from the library, its name in a text, and the way to a right version."""
        notes = {id(part.value) for part in ast.walk(tree) if isinstance(part, ast.Expr)}
        for node in ast.walk(tree):
            what = ""
            if isinstance(node, ast.Import | ast.ImportFrom):
                known = {} if is_answer else self.library
                what = _imports(node, known)
            elif isinstance(node, ast.Attribute) and node.attr == RIGHT:
                what = dotted(node, self.imported) or RIGHT
            elif isinstance(node, ast.Call) and _reads_right(node):
                what = RIGHT
            elif id(node) not in notes and LIBRARY in (text(node) or ""):
                what = f"{LIBRARY}, in a text"
            if what:
                yield node, what

    def _is_trial(self, statement):
        """True for a bare check.name(...), .hint() or .plot(): a student looks how it does."""
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or call.keywords:
            return False
        if not all(isinstance(part, ast.Name | ast.Constant) for part in call.args):
            return False
        parts = dotted(call.func, self.imported).split(".")
        where = parts[:2] == [LIBRARY, "checks"]
        return where and (len(parts) == 4 or (len(parts) == 5 and parts[4] in TRYING))

    def _note(self, statement):
        """Note what the names that a statement binds, or adds to, use from now on."""
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for name, meaning in origins(ast.Module([statement], [])).items():
                self.uses[name] = {meaning}
            return
        elsewhere = declared_global(statement)
        names = bound([statement]) | elsewhere
        used = {self._now(node.id, statement) for node in loads(statement)}
        receivers = set(_receivers(statement)) - names - self.imported.keys()
        self._count(len(used) * len(names | receivers))
        for name in names:
            fresh = isinstance(statement, PLAIN) and name not in elsewhere
            self.uses[name] = used if fresh else used | self.uses.get(name, {self._meaning(name)})
        for name in receivers:
            self.uses[name] = used | self.uses.get(name, set())

    def _count(self, work):
        self.work += work
        if self.work > WORK:
            raise Tangled

    def _now(self, name, statement):
        """A statement looks a name up at once; the body of a function only when it is called."""
        later = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        return name if later or name in self.uses else self._meaning(name)

    def _meaning(self, name):
        return self.library.get(name, name)


def _imports(node, known):
    """The first thing of the library that an import brings in and that is not there already."""
    brought = origins(ast.Module([node], []))
    if isinstance(node, ast.ImportFrom) and node.module is None:
        return ""
    for name, meaning in brought.items():
        if meaning.split(".")[0] == LIBRARY and known.get(name) != meaning:
            return meaning
    return ""


def _reads_right(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in READERS and any(text(part) == RIGHT for part in call.args)


def _receivers(statement):
    """Names of things that a statement may put something into: x.f = y, x[0] = y, x.append(y)."""
    for node in ast.walk(statement):
        inside = isinstance(node, ast.Attribute | ast.Subscript)
        if inside and isinstance(node.ctx, ast.Store):
            yield _base(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield _base(node.func)
        elif isinstance(node, ast.Call) and node.args and _base(node.func) == "setattr":
            yield _base(node.args[0])


def _base(node):
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
