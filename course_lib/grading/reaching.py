"""Code that reaches out of its exercise: to the grader, the system, other files, other people's names.

Some of it is harmless, and all of it can be hidden. What is found is for a person to look at.
"""

import ast
import re

from course_lib.grading.parsing import dotted, origins, root, text
from course_lib.grading.scopes import bound, declared_global


def words(text):
    """The words of a text as a set."""
    return frozenset(text.split())


# Modules nobody needs in an exercise.
MODULES = words(
    "_thread asyncio atexit builtins cffi code codeop concurrent ctypes faulthandler fcntl ftplib gc "
    "glob http importlib ipykernel IPython jupyter_client marshal mmap multiprocessing nbformat "
    "nbval pickle pip pkgutil posix psutil pty pytest requests resource runpy shutil signal site "
    "smtplib socket ssl subprocess tempfile threading torch.multiprocessing traitlets urllib "
    "webbrowser zmq"
)
# Exceptions to these and to os and sys.
HARMLESS = words(
    "IPython.display os.path os.sep os.linesep os.cpu_count sys.float_info sys.maxsize sys.version "
    "sys.version_info sys.byteorder sys.platform sys.exit sys.getsizeof sys.stdout sys.stderr "
    "sys.setrecursionlimit sys.getrecursionlimit"
)
INSPECTION = {"inspect.stack", "inspect.currentframe", "inspect.getouterframes", "inspect.trace"}
NAMES = {"__builtins__", "get_ipython", "globals", "exec", "eval", "compile", "__import__"}
ATTRIBUTES = words(
    "__globals__ __code__ __closure__ __subclasses__ __builtins__ __getattribute__ __loader__ "
    "__spec__ __wrapped__ __dict__ __self__ f_back f_globals f_locals f_code f_builtins tb_frame "
    "gi_frame iterdir rglob read_text read_bytes write_text write_bytes unlink"
)
TEXTS = re.compile(r"NBVAL_|vnd\.course|/proc/|\.ipynb\b|\bsolutions[/\\]")
OUTSIDE = re.compile(r"[/~]/?\w|[A-Za-z]:[\\/]|.*\.\.([\\/]|$)")
DECEIVERS = words(
    "__eq__ __ne__ __float__ __array__ __array_ufunc__ __array_function__ __getattribute__ "
    "__class__ __instancecheck__ __subclasscheck__"
)
DISGUISES = {
    "float",
    "int",
    "str",
    "bool",
    "list",
    "tuple",
    "dict",
    "numpy.ndarray",
    "numpy.float64",
}
PROTECTED = ("course_lib.checks", "numpy")


def reaches(tree, source, imported):
    """Pairs (node, what it does) for a cell's tree; `imported` is {name: meaning} of the sheet."""
    meanings = imported | origins(tree)
    for node in ast.walk(tree):
        for look in LOOKS.get(type(node), ()):
            what = look(node, meanings)
            if what and (what != "get_ipython" or "get_ipython" in source):
                yield node, what
    yield from _rebound(tree, imported)


def _import(node, meanings):
    if isinstance(node, ast.ImportFrom):
        modules = [f"{node.module or '.'}.{alias.name}" for alias in node.names]
    else:
        modules = [alias.name for alias in node.names]
    return next((f"imports {module}" for module in modules if _is_foreign(module)), "")


def _is_foreign(meaning):
    parts = meaning.split(".")
    heads = [".".join(parts[:end]) for end in range(1, min(len(parts), 4) + 1)]
    if any(head in HARMLESS for head in heads):
        return False
    if any(head in MODULES or head in INSPECTION for head in heads):
        return True
    return parts[0] in ("os", "sys") and len(parts) > 1


def _name(node, meanings):
    meaning = meanings.get(node.id, node.id)
    if isinstance(node.ctx, ast.Load) and meaning.removeprefix("builtins.") in NAMES:
        return meaning
    return ""


def _attribute(node, meanings):
    if node.attr in ATTRIBUTES:
        return node.attr
    meaning = dotted(node, meanings)
    if isinstance(node.ctx, ast.Store | ast.Del):
        return f"changes {meaning}" if root(node) in meanings else ""
    # np.sys.modules is sys.modules, and __import__("os").system is os.system as well
    inner = re.search(r"\.((?:sys|os|builtins|ctypes)\..*)", meaning)
    known = root(node) in meanings or not root(node)
    found = (known and _is_foreign(meaning)) or (inner and _is_foreign(inner[1]))
    return meaning if found else ""


def _call(node, meanings):
    name = dotted(node.func, meanings)
    if name in ("getattr", "setattr", "delattr") and len(node.args) > 1:
        attribute = text(node.args[1])
        if attribute is None or attribute in ATTRIBUTES:
            return f"{name} of {attribute or 'a name that is computed'}"
        if name != "getattr" and root(node.args[0]) in meanings:
            return f"changes {dotted(node.args[0], meanings)}.{attribute}"
    if name == "vars" and node.args:
        return "vars"
    given = [text(part) for part in (*node.args, *(word.value for word in node.keywords))]
    if name in ("open", "io.open") and (not given or given[0] is None):
        return "opens a file whose name is computed"
    outside = next((part for part in given if part and OUTSIDE.match(part[:300])), "")
    return f"a path outside: {outside}" if outside else ""


def _text(node, meanings):
    found = TEXTS.search(node.value) if isinstance(node.value, str) else None
    return f"a text with {found[0]}" if found else ""


def _class(node, meanings):
    methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
    disguises = DISGUISES & {dotted(base, meanings) for base in node.bases}
    for name in sorted(DECEIVERS & methods | disguises):
        return f"a class with its own {name}" if name in methods else f"a class made from {name}"
    return ""


def _rebound(tree, imported):
    """Names the graded cells rely on, given another meaning in the notebook itself."""
    for node in getattr(tree, "body", ()):
        again = origins(ast.Module([node], []))
        for name in sorted((bound([node]) | declared_global(node)) & imported.keys()):
            meaning = imported[name]
            if meaning.startswith(PROTECTED) and again.get(name) != meaning:
                yield node, f"gives {name} another meaning"


LOOKS = {
    ast.Import: (_import,),
    ast.ImportFrom: (_import,),
    ast.Name: (_name,),
    ast.Attribute: (_attribute,),
    ast.Call: (_call,),
    ast.Constant: (_text,),
    ast.ClassDef: (_class,),
}
