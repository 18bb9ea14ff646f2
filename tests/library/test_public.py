"""What a student meets first: quick imports, help() that explains, defaults that are torch's."""

import importlib
import inspect
import re
import subprocess
import sys

import pytest
import torch

from course_lib import rules
from course_lib.rules import RULES

NAMES = [
    "landscapes", "rules", "transforms", "schedules", "runs", "optim", "layers", "losses", "penalties",
    "models", "objective", "data", "mnist", "training", "augmentation", "toys", "storage",
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


@pytest.mark.parametrize("name", [*RULES, "lookahead_nesterov"])
def test_help_of_a_rule_gives_formula_and_reference(name):
    doc = inspect.getdoc(getattr(rules, name))
    assert "θ ←" in doc or "x ←" in doc
    assert "←" in doc.splitlines()[0]
    assert re.search(r"\([A-Z][^()]*, (18|19|20)\d\d[^()]*\)", " ".join(doc.split())), doc


@pytest.mark.parametrize("name", RULES)
def test_the_signature_of_a_rule_is_its_definition(name):
    parameters = inspect.signature(RULES[name]).parameters
    assert list(parameters)[:3] == ["theta", "g", "t"]
    moving = [p for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD][3:]
    hyper = [p for p in parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert len(moving) + len(hyper) + 3 == len(parameters)
    assert all(isinstance(p.default, float) for p in moving + hyper)
    assert hyper[0].name == "lr"


# rule, torch's class, and where our hyper-parameter has another name or place there
T, BETAS = torch.optim, {"beta1": ("betas", 0), "beta2": ("betas", 1)}
DEFAULTS = {
    "adagrad": (T.Adagrad, {}), "rmsprop": (T.RMSprop, {"rho": "alpha"}), "adadelta": (T.Adadelta, {}),
    "adam": (T.Adam, BETAS), "amsgrad": (T.Adam, BETAS), "adamw": (T.AdamW, BETAS),
    "adamax": (T.Adamax, BETAS), "nadam": (T.NAdam, BETAS),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "hyper"),
    [(r, p.name) for r in DEFAULTS for p in inspect.signature(RULES[r]).parameters.values()
     if p.kind is p.KEYWORD_ONLY],
)  # fmt: skip
def test_defaults_are_torchs(rule, hyper):
    make, names = DEFAULTS[rule]
    theirs = names.get(hyper, hyper)
    name, place = theirs if isinstance(theirs, tuple) else (theirs, None)
    default = inspect.signature(make).parameters[name].default
    expected = default if place is None else default[place]
    assert inspect.signature(RULES[rule]).parameters[hyper].default == expected


# Where torch has no default, or one that a course cannot use: its SGD has lr 0.001 and momentum 0.
CHOSEN = {
    "sgd": {"lr": 0.01}, "proximal_sgd": {"lr": 0.01, "l1": 1e-4},
    "momentum": {"lr": 0.01, "beta": 0.9},
    "velocity_momentum": {"lr": 0.01, "beta": 0.9}, "ema_momentum": {"lr": 0.01, "beta": 0.9},
    "nesterov": {"lr": 0.01, "beta": 0.9},
    "lion": {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0},
}  # fmt: skip


@pytest.mark.parametrize("rule", CHOSEN)
def test_defaults_that_torch_does_not_give(rule):
    parameters = inspect.signature(RULES[rule]).parameters.values()
    assert {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY} == CHOSEN[rule]


def test_every_default_is_accounted_for():
    assert set(RULES) == set(DEFAULTS) | set(CHOSEN)


@pytest.mark.parametrize("layer", ["batch_norm"])
def test_eps_of_batch_norm_is_torchs(layer):
    from course_lib import layers

    ours = inspect.signature(getattr(layers, layer)).parameters["eps"].default
    assert ours == inspect.signature(torch.nn.functional.batch_norm).parameters["eps"].default
