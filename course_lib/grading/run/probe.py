"""Runs in the student's kernel round each answer: remembers, puts back, and reports what was changed.

What it reports can be forged by what it reports on. So it costs nobody a point: it only says where
a person should look. Points hang on the values, which are compared outside this process.
"""

import builtins
import os
import random
import sys
import threading
import warnings

import matplotlib
import numpy as np
from IPython import get_ipython
from IPython.display import display

from course_lib.checks import calling, equality, plain, printing, values, verdict
from course_lib.sheet_format import PROBE

MODULES = (builtins, np, np.linalg, np.testing, np.random)
MODULES += (values, plain, equality, printing, calling, verdict)
SHELL = ("showtraceback", "run_cell", "run_cell_async", "run_code", "displayhook", "display_pub")
SHELL += ("ask_exit",)
PER_CELL = ("_", "input")  # ipykernel sets these for every cell
# Their hooks and threads come with a figure, a progress bar or a long print.
HARMLESS = ("matplotlib", "matplotlib_inline", "ipykernel", "IPython", "zmq", "tqdm")


def ignore_exit():
    """quit() would end the kernel some time later, in somebody else's exercise."""


def ignore(*_, **__):
    """!pip finds no terminal and no network here, %matplotlib qt no screen: neither is an error."""


def is_harmless(made_in):
    """True for a hook or a thread that a package brings along, by the name of its module."""
    return str(made_in).partition(".")[0] in HARMLESS


class Probe:
    """`remember` before the first answer, `put_back` after each."""

    def remember(self):
        """Take note of everything that answers have no business to change."""
        shell = get_ipython()
        shell.ask_exit, shell.system = ignore_exit, ignore
        shell.register_magic_function(ignore, magic_name="matplotlib")
        matplotlib.use = ignore
        self.modules = {module: dict(vars(module)) for module in MODULES}
        self.shell = {name: getattr(shell, name) for name in SHELL}
        self.hooks = [list(hooks) for hooks in self._hooks(shell)]
        self.errors, self.path, self.folder = np.geterr(), list(sys.path), os.getcwd()
        self.limit, self.threads = sys.getrecursionlimit(), threading.enumerate()

    def put_back(self):
        """Put back what was changed, and display what that was."""
        shell, changed = get_ipython(), []
        for module, names in self.modules.items():
            changed += self._module(module, names)
        for name, thing in self.shell.items():
            if getattr(shell, name, None) != thing:
                changed.append(f"IPython's {name}")
                setattr(shell, name, thing)
        for hooks, before in zip(self._hooks(shell), self.hooks, strict=True):
            new = [hook for hook in hooks if hook not in before]
            gone = any(hook not in hooks for hook in before)
            if gone or not all(is_harmless(getattr(hook, "__module__", "")) for hook in new):
                changed.append("IPython's hooks")
            hooks[:] = before
        changed += self._process()
        if changed:
            display({PROBE: {"changed": sorted(set(changed))[:20]}, "text/plain": ""}, raw=True)

    def _module(self, module, names):
        """Names of a module that now mean something else; new ones may stay."""
        now = vars(module)
        changed = [name for name in names if now.get(name, self) is not names[name]]
        changed = [name for name in changed if name not in PER_CELL]
        for name in changed:
            setattr(module, name, names[name])
        return [f"{module.__name__}.{name}" for name in changed]

    def _process(self):
        """What belongs to the whole process. Harmless changes are put back without a word."""
        changed = []
        if sys.gettrace() or sys.getprofile():
            sys.settrace(None)
            sys.setprofile(None)
            changed.append("a trace function")
        threads = [thread for thread in threading.enumerate() if thread not in self.threads]
        if not all(is_harmless(type(thread).__module__) for thread in threads):
            changed.append("a thread that goes on")
        sys.path[:], _ = self.path, os.chdir(self.folder)
        sys.setrecursionlimit(max(self.limit, sys.getrecursionlimit()))
        np.seterr(**self.errors)
        np.random.seed(0)  # noqa: NPY002  students may use the old functions
        random.seed(0)
        warnings.resetwarnings()
        return changed

    @staticmethod
    def _hooks(shell):
        manager = shell.input_transformer_manager
        callbacks = shell.events.callbacks.values()
        return [
            shell.ast_transformers,
            shell.input_transformers_post,
            manager.cleanup_transforms,
            manager.line_transforms,
            manager.token_transformers,
            *callbacks,
        ]


probe = Probe()
