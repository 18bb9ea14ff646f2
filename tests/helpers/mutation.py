"""Which mutants of a module do its tests let pass? Each is tested in a fork of this process.

    python -m helpers.mutation        (in the folder tests)

A line of input is a JSON list: a module of course_lib, its test files, and the mutants, each with its
description and source. The answer is a line too, the descriptions of the survivors. This process has
imported NumPy, PyTorch and pytest, which are slow to import, and nothing of course_lib; so a fork
begins at once, and never sees another version of the mutated module.
"""

import gc
import importlib.machinery
import json
import os
import re
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
SECONDS = 30  # of computing: a mutant that takes longer runs for ever
UNUSED = (
    "cacheprovider", "doctest", "faulthandler", "junitxml", "logging", "pastebin", "stepwise",
    "threadexception", "unittest", "unraisableexception",
)  # fmt: skip
QUIET = [
    *("-x", "-q", "--tb=no", "--assert=plain", *(f"-pno:{plugin}" for plugin in UNUSED)),
    *("-o", "addopts=", "--import-mode=importlib", "--rootdir", str(ROOT)),
]


class MutatedModule(importlib.machinery.SourceFileLoader):
    """Finds and loads one module of course_lib, with a source that is not its file's."""

    def __init__(self, module, source):
        super().__init__(f"course_lib.{module}", str(ROOT / "course_lib" / f"{module}.py"))
        self.source = source

    def find_spec(self, name, path=None, target=None):
        mine = name == self.name
        return importlib.machinery.ModuleSpec(name, self, origin=self.path) if mine else None

    def get_code(self, name):
        return compile(self.source, self.path, "exec")


class Order:
    """A plugin of pytest: first the tests that name the changed function, then those that failed."""

    def __init__(self, description, failures, write):
        self.function = re.match(r"\S+ (\w+)", description)[1]
        self.failures, self.write = failures, write

    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: (self.function not in item.nodeid, -self.failures[item.nodeid]))

    def pytest_runtest_logreport(self, report):
        if report.failed:
            os.write(self.write, report.nodeid.encode())


def survivors(module, files, mutants):
    """The descriptions of the mutants for which no test fails, AT_ONCE processes at a time."""
    running, alive, failures = {}, [], Counter()

    def wait():
        pid, status = os.wait()
        description, read = running.pop(pid)
        with open(read, encoding="utf-8") as pipe:
            failures[pipe.read()] += 1
        if status == 0:
            alive.append(description)

    for description, source in mutants:
        if len(running) == AT_ONCE:
            wait()
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            run_tests(files, MutatedModule(module, source), Order(description, failures, write))
        os.close(write)
        running[pid] = description, read
    while running:
        wait()
    return alive


def run_tests(files, finder, order):
    """Ends the process, with 0 when all tests passed."""
    import pytest

    code = 1
    try:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        sys.meta_path.insert(0, finder)
        paths = [str(ROOT / "tests" / "library" / file) for file in files]
        code = int(pytest.main([*QUIET, *paths], plugins=[order]))
    finally:
        os._exit(code)


def prepare(folder):
    """Import, before the first fork, what tests import beside course_lib; compile into the folder."""
    sys.dont_write_bytecode, sys.pycache_prefix = False, folder
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import hypothesis.extra.numpy
    import torch

    for name in ("pytest", "scipy.ndimage", "sklearn.datasets", "threadpoolctl", "tqdm.auto"):
        importlib.import_module(name)
    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1)]).step()  # the first step of all imports half of PyTorch
    once = hypothesis.Phase.explicit, hypothesis.Phase.generate  # no search for a shorter example
    hypothesis.settings.register_profile("once", database=None, derandomize=True, phases=once)
    hypothesis.settings.load_profile("once")
    gc.freeze()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        for line in sys.stdin:
            print(json.dumps(survivors(*json.loads(line))), flush=True)
    os._exit(0)  # without the complaints of PyTorch's compiler about its own memory
