"""What a student meets first: quick imports, help() that explains."""

import importlib
import inspect
import re
import subprocess
import sys

import pytest
import torch

NAMES = [
    "closures", "files", "runs", "landscapes", "rules", "transforms", "schedules", "optim", "layers",
    "losses", "penalties", "models", "objective", "mnist", "data", "toys", "augmentation", "storage",
    "history", "training",
]  # fmt: skip
HEAVY = [
    "torch",
    "torchvision",
    "pandas",
    "scipy",
    "sklearn",
    "matplotlib",
    "IPython",
    "ipywidgets",
]
SECONDS = 0.5

REPORT = """
import sys, time
import numpy
began = time.perf_counter()
import {module}
print(time.perf_counter() - began, *sorted(set(sys.modules) & set({heavy})))
"""


@pytest.mark.alone
@pytest.mark.parametrize("module", ["course_lib", *(f"course_lib.{name}" for name in NAMES)])
def test_an_import_is_quick_and_loads_nothing_heavy(module):
    """NumPy's own import, which every notebook pays anyway, is not counted."""
    code = REPORT.format(module=module, heavy=HEAVY)
    least = SECONDS
    for _ in range(3):  # the machine may be busy: the quickest of three counts
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        seconds, *loaded = done.stdout.split()
        assert loaded == []
        least = min(least, float(seconds))
        if least < SECONDS / 2:
            break
    assert least < SECONDS


def public(name):
    """The functions and classes that a module defines for others, and the methods of the classes."""
    module = importlib.import_module(f"course_lib.{name}")
    for attribute, value in vars(module).items():
        ours = getattr(value, "__module__", None) == module.__name__
        if ours and not attribute.startswith("_") and callable(value):
            yield attribute, value
            members = vars(value).items() if inspect.isclass(value) else ()
            yield from (
                (f"{attribute}.{n}", m) for n, m in members if inspect.isfunction(m) and n[0] != "_"
            )


DOCUMENTED = [(f"{name}.{attribute}", value) for name in NAMES for attribute, value in public(name)]


@pytest.mark.parametrize(("name", "value"), DOCUMENTED, ids=[name for name, _ in DOCUMENTED])
def test_every_public_name_has_a_docstring(name, value):
    doc = inspect.getdoc(value) or ""
    assert len(doc.split()) >= 3
    assert not re.search(r"\\[a-z]+|\$", doc)  # no LaTeX: students read help()
    for word in ("TODO", "FIXME", "XXX", "!"):
        assert word not in doc


@pytest.mark.parametrize("name", NAMES)
def test_every_module_says_what_it_is(name):
    assert importlib.import_module(f"course_lib.{name}").__doc__


@pytest.mark.parametrize("layer", ["batch_norm"])
def test_eps_of_batch_norm_is_torchs(layer):
    from course_lib import layers

    ours = inspect.signature(getattr(layers, layer)).parameters["eps"].default
    assert ours == inspect.signature(torch.nn.functional.batch_norm).parameters["eps"].default
