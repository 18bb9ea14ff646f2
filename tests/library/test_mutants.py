"""The tests of the library, tested: of the mutants of a module at least 95 % make a test fail.

Every other mutant stands in SURVIVORS with the reason why it needs no test. A survivor that is not
there shows a test that is missing. A sample of each module is tried here, always the same one;
COURSE_MUTANTS=10000 tries every mutant, which takes most of an hour on two cores.
"""

import ast
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.mutator import mutants

ROOT = Path(__file__).parents[2]
KILLED = 0.95
# module: the test files that concern it, the short ones first
TESTS = {
    "rules": ["test_rules.py"],
    "transforms": ["test_transforms.py", "test_closures.py"],
    "schedules": ["test_schedules.py", "test_closures.py"],
    "layers": ["test_layers.py", "test_protocol.py"],
    "losses": ["test_losses.py", "test_closures.py", "test_protocol.py"],
    "penalties": ["test_penalties.py", "test_closures.py", "test_protocol.py"],
    "landscapes": ["test_landscapes.py", "test_closures.py", "test_protocol.py"],
    "closures": ["test_closures.py"],
    "runs": ["test_optim.py", "test_own_rules.py", "test_penalties.py", "test_objective.py"],
    "models": ["test_models.py", "test_protocol.py"],
    "objective": ["test_objective.py", "test_closures.py", "test_protocol.py"],
    "optim": ["test_optim.py", "test_own_rules.py", "test_rules.py", "test_closures.py"],
    "data": ["test_data.py", "test_data_files.py"],
    "history": ["test_training.py", "test_training_limits.py"],
    "training": ["test_training.py", "test_training_limits.py"],
    "augmentation": ["test_augmentation.py", "test_closures.py", "test_protocol.py"],
    "toys": ["test_toys.py", "test_protocol.py"],
    "theory": ["test_theory.py"],
}
TRIED = int(os.environ.get("COURSE_MUTANTS", "24"))
EMPTY = "only without examples, where there is no loss: another error, or nan"
MEET = "both pieces have this value and this slope where they meet"
STRICT = "the lengths are equal: they come from the same list"
FLUSH = "what is flushed, and when, changes the speed; that it is flushed, is tested"
NOT_READ = "more zeros, where nothing is read"
SIGN = "normal noise is as likely as its opposite"
SURVIVORS = {
    "layers": {
        "sigmoid: np.where(x >= 0, 1, small) → np.where(x > 0, 1, small)": "small is 1 at 0",
        "dropout: keep.astype(x.dtype) → keep": "True / 0.6 is 1 / 0.6, and the divisor has x's dtype",
    },
    "losses": {
        "binary_cross_entropy: y.size and (not 0 <= y.min() <= y.max() <= 1)"
        " → not 0 <= y.min() <= y.max() <= 1": EMPTY,
        "_onehot: y.size and (not 0 <= y.min() <= y.max() < K)"
        " → not 0 <= y.min() <= y.max() < K": EMPTY,
    },
    "landscapes": {
        "lessard_recht_packard: [x < 1, x < 2, x >= 2] → [x <= 1, x < 2, x >= 2]": MEET,
        "lessard_recht_packard: [x < 1, x < 2, x >= 2] → [x < 1, x <= 2, x >= 2]": MEET,
    },
    "models": {
        "MLP.layers: strict=True → strict=False": STRICT,
        "MLP._moments: strict=True → strict=False": STRICT,
    },
    "objective": {
        "check_gradient: 1e-05 → 2e-05": "a step of the differences that is as good",
    },
    "optim": {
        "module: 100000000.0 → 200000000.0": FLUSH,
        "module: (100000000.0, 16) → (100000000.0, 17)": FLUSH,
        "Optimizer.step: t % FLUSH_EVERY == 0 → t % FLUSH_EVERY == 1": FLUSH,
        "Optimizer.step: t % FLUSH_EVERY == 0 → t % FLUSH_EVERY != 0": FLUSH,
        "_flush: np.abs(s) < FLUSH_BELOW * np.finfo(s.dtype).smallest_normal"
        " → np.abs(s) <= FLUSH_BELOW * np.finfo(s.dtype).smallest_normal": FLUSH,
        "Optimizer._check_shapes: self.runs and broadcast_runs('the runs', theta=runs,"
        " optimizer=self.runs) != runs → broadcast_runs('the runs', theta=runs,"
        " optimizer=self.runs) != runs": "runs of shape () change no shape",
        "Optimizer._checked: strict=True → strict=False": STRICT,
    },
    "training": {
        "module: CHUNK = 1000 → CHUNK = 1001": "how much is measured at once changes memory alone",
        "_Trainer.epoch: refresh=False → refresh=True": "the bar is drawn a little earlier",
        "_Trainer._quietly: self.threads.limit(limits=1) → self.threads.limit(limits=2)": "speed alone",
    },
    "augmentation": {
        "shift.augment: ((0, 0), (pixels, pixels), (pixels, pixels))"
        " → ((0, 1), (pixels, pixels), (pixels, pixels))": NOT_READ,
        "_between_pixels: ((0, 0), (1, 2), (1, 2)) → ((0, 1), (1, 2), (1, 2))": NOT_READ,
        "_between_pixels: ((0, 0), (1, 2), (1, 2)) → ((0, 0), (1, 3), (1, 2))": NOT_READ,
        "_between_pixels: ((0, 0), (1, 2), (1, 2)) → ((0, 0), (1, 2), (1, 3))": NOT_READ,
        "_between_pixels: strict=True → strict=False": STRICT,
    },
    "toys": {
        "line.draw: slope * x + intercept + noise * rng.standard_normal(n)"
        " → slope * x + intercept - noise * rng.standard_normal(n)": SIGN,
        "parabola.draw: 0.3 * x ** 2 - 1.7 * x + 2.5 + noise * rng.standard_normal(n)"
        " → 0.3 * x ** 2 - 1.7 * x + 2.5 - noise * rng.standard_normal(n)": SIGN,
        "sine_fit.draw: np.sin(2 * x + 0.5) + noise * rng.standard_normal(n)"
        " → np.sin(2 * x + 0.5) - noise * rng.standard_normal(n)": SIGN,
        "moons.draw: X + noise * rng.standard_normal((n, 2))"
        " → X - noise * rng.standard_normal((n, 2))": SIGN,
        "spirals.draw: 2 * np.pi * (1.5 * radius + y / arms) + noise * rng.standard_normal(n)"
        " → 2 * np.pi * (1.5 * radius + y / arms) - noise * rng.standard_normal(n)": SIGN,
        "moons.draw: np.array([1.0, 0.5]) → [1.0, 0.5]": "a list minus an array is an array",
    },
    "theory": {
        "heavy_ball_roots: half ** 2 - beta + 0j → half ** 2 - beta - 0j": "the roots change places",
    },
}


PROGRAM = '''"""Docstring 1 + 1."""
import numpy as np


@wraps(1)
def f(x: 1 + 1, n=2):
    """1 + 1."""
    if n < 0 or not n:
        raise ValueError(f"{n + 1} is below {0}")
    y = np.abs(x) + x.mean(axis=-1, keepdims=True)
    y *= 1e-8
    y = x.sum(axis=(0, 1), dtype=float)
    return len(y) ** y[-1] if x in y else -y


class A:
    def __repr__(self):
        return "1" + str(1 + 1)
'''
CHANGES = """
f.py:6 f: 2 → 3
f.py:8 f: n < 0 or not n → n < 0 and (not n)
f.py:8 f: n < 0 or not n → not n
f.py:8 f: n < 0 or not n → n < 0
f.py:8 f: n < 0 or not n → n <= 0 or not n
f.py:8 f: n < 0 or not n → n >= 0 or not n
f.py:8 f: n < 0 or not n → n < 1 or not n
f.py:8 f: n < 0 or not n → n < 0 or n
f.py:9 f: raise ValueError(f'{n + 1} is below {0}') → pass
f.py:10 f: np.abs(x) + x.mean(axis=-1, keepdims=True) → np.abs(x) - x.mean(axis=-1, keepdims=True)
f.py:10 f: np.abs(x) + x.mean(axis=-1, keepdims=True) → np.abs(x)
f.py:10 f: np.abs(x) + x.mean(axis=-1, keepdims=True) → x + x.mean(axis=-1, keepdims=True)
f.py:10 f: x.mean(axis=-1, keepdims=True) → x
f.py:10 f: x.mean(axis=-1, keepdims=True) → x.mean(axis=0, keepdims=True)
f.py:10 f: keepdims=True → keepdims=False
f.py:11 f: y *= 1e-08 → y /= 1e-08
f.py:11 f: y *= 1e-08 → pass
f.py:11 f: y *= 1e-08 → y *= 2e-08
f.py:12 f: y = x.sum(axis=(0, 1), dtype=float) → pass
f.py:12 f: x.sum(axis=(0, 1), dtype=float) → x.sum(axis=(0, 1))
f.py:12 f: x.sum(axis=(0, 1), dtype=float) → x
f.py:12 f: axis=(0, 1) → axis=(1,)
f.py:12 f: axis=(0, 1) → axis=(0,)
f.py:13 f: len(y) ** y[-1] if x in y else -y → len(y) ** y[-1] if x not in y else -y
f.py:13 f: len(y) ** y[-1] → len(y) * y[-1]
f.py:13 f: len(y) ** y[-1] → len(y) ** y[0]
f.py:13 f: len(y) ** y[-1] if x in y else -y → len(y) ** y[-1] if x in y else y
"""


def test_the_mutator_makes_every_small_change_and_no_other():
    made = list(mutants(PROGRAM, "f.py"))
    assert "\n".join(mutant.description for mutant in made) == CHANGES.strip()
    lines = PROGRAM.splitlines()
    for description, source in made:
        ast.parse(source)
        number = int(re.match(r"f\.py:(\d+) f: ", description)[1])
        changed = [k for k, line in enumerate(source.splitlines(), 1) if line != lines[k - 1]]
        assert changed == [number]


@pytest.fixture(scope="module")
def survivors():
    """survivors(module, files, mutants) of helpers.mutation, asked of its process."""
    command = [sys.executable, "-m", "helpers.mutation"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen(command, cwd=ROOT / "tests", **pipes) as process:

        def ask(*question):
            print(json.dumps(question), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def without_line(description):
    return description.partition(" ")[2]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork, which Windows does not have")
@pytest.mark.parametrize("module", TESTS)
def test_the_tests_notice_every_small_change(module, survivors):
    path = ROOT / "course_lib" / f"{module}.py"
    source = path.read_text(encoding="utf-8")
    every = list(mutants(source, path.name))
    tried = random.Random(0).sample(every, min(TRIED, len(every)))
    unchanged = f"{path.name} module: as it is"
    alive = survivors(module, TESTS[module], [(unchanged, source), *tried])
    assert unchanged in alive, "the tests fail without any change"
    alive = {without_line(description) for description in alive if description != unchanged}
    print(f"{module}: {len(every)} mutants, {len(tried)} tried, {len(alive)} survive")
    listed = set(SURVIVORS.get(module, {}))
    assert alive - listed == set(), "these need a test, or a reason in SURVIVORS"
    killed = {without_line(mutant.description) for mutant in tried} - alive
    assert listed & killed == set(), "these are killed: they need no reason"
    assert listed <= {without_line(mutant.description) for mutant in every}
    if len(tried) == len(every):
        assert len(alive) <= (1 - KILLED) * len(tried)
