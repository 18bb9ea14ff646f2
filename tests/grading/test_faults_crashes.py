"""What students hand in that ends, blocks or floods its kernel: it costs that exercise alone.

Here a submission takes several runs, so that most are for the slow tests. What an exercise may cost
its neighbours is nothing: all but the exercises named in a test have to pass.
"""

import sys
import time

import psutil
import pytest
from helpers import grading_class as small
from helpers.grading_class import RIGHT, assert_only, entry, kinds

from course_lib.grading.run.execute import TREE_MB

pytestmark = pytest.mark.alone
# Each row: the answers that are no right ones, and the statuses that they may have.
SWALLOWS = """
def scale(theta, g):
    while True:
        try:
            while True:
                print("still here", flush=True)
        except BaseException:
            pass
"""
IGNORES = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
def scale(theta, g):
    import time
    time.sleep(1e9)
"""
IN_C = "def scale(theta, g):\n    return sum(iter(int, 1))"
LATER = """
import os, threading
threading.Timer(0.4, os._exit, [0]).start()
def scale(theta, g):
    import time
    time.sleep(2)
"""
SEGFAULT = "import ctypes\ndef scale(theta, g):\n    ctypes.string_at(0)"
FORKS = """
import os
def scale(theta, g):
    while True:
        try:
            os.fork()
        except OSError:
            pass
"""
THREADS = """
import threading, time
def scale(theta, g):
    for i in range(10_000):
        threading.Thread(target=time.sleep, args=[1e6]).start()
"""
LIST = "def scale(theta, g):\n    x = []\n    while True:\n        x.append(bytearray(64 << 20))"
HOARD = """
kept = []
def scale(theta, g):
    import mmap, os
    while True:
        if os.fork() == 0:
            x = [b'x' * (256 << 20) for i in range(4)]
            import time; time.sleep(1e6)
"""
IN_FILES = """
import os
kept, block = [], bytes(16 << 20)
def scale(theta, g):
    while True:
        kept.append(os.memfd_create("hidden"))
        os.write(kept[-1], block)
"""
SEGMENTS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def scale(theta, g):
    for _ in range(100):
        if libc.shmget(0, 64 << 20, 0o1600) < 0:
            raise MemoryError
    return theta
"""
MANY_THREADS = """
import os, threading, time
def scale(theta, g):
    for _ in range(5):
        if os.fork() == 0:
            threading.stack_size(1 << 20)
            for _ in range(400):
                threading.Thread(target=time.sleep, args=[1e6]).start()
            time.sleep(1e6)
    time.sleep(1e6)
"""
SILENCE = """
import ast
class Drop(ast.NodeTransformer):
    def visit_Expr(self, node): return ast.Pass()
shell = get_ipython()
shell.ast_transformers.append(Drop())
shell.showtraceback = shell.display_pub.publish = lambda *a, **k: None
def scale(theta, g):
    return theta
"""
REWRITES = """
get_ipython().input_transformers_post.append(lambda lines: ["1 + 1\\n"])
def scale(theta, g):
    return theta
"""
NO_TYPES = """
import builtins
builtins.type = builtins.isinstance = lambda *a: True
def scale(theta, g):
    return theta
"""
STATES = {"killed", "timeout", "error", "wrong", "out of memory"}
LOOP = "def scale(theta, g):\n    while True:\n        pass"
QUICK = {
    "loop": (LOOP, {"timeout"}),
    "exit": ("import os\ndef scale(theta, g):\n    os._exit(0)", {"killed"}),
    "exit in the answer": ("import os\nos._exit(0)", {"killed"}),
}
SLOW = {
    "swallows interrupts and prints": (SWALLOWS, {"timeout", "killed"}),
    "ignores SIGINT": (IGNORES, {"timeout", "killed"}),
    "a loop in C": (IN_C, {"timeout", "killed"}),
    "a thread that exits later": (LATER, {"killed"}),
    "segfault": (SEGFAULT, {"killed"}),
    "abort": ("import os\nos.abort()", {"killed"}),
    "kills its own process": ("import os\nos.kill(os.getpid(), 9)", {"killed", "error"}),
    "fork bomb": (FORKS, {"killed", "timeout", "error", "out of memory"}),
    "10,000 threads": (THREADS, {"killed", "error", "timeout", "out of memory"}),
    "memory bomb in a list": (LIST, {"out of memory", "killed", "timeout"}),
    "memory bomb in processes": (HOARD, {"killed", "timeout", "error", "out of memory"}),
    "memory bomb in files": (IN_FILES, {"killed"}),
    "2,000 threads of five": (MANY_THREADS, {"killed", "error", "timeout"}),
    "silences the shell": (SILENCE, {"error", "wrong"}),
    "rewrites cells": (REWRITES, {"error", "wrong"}),
    "isinstance says True": (NO_TYPES, STATES),
}
FAR = 60.0  # seconds
OWN = {  # in a cell of the student's own, in front of 1.2
    "own exit": "import os\nos._exit(0)",
    "own loop": "while True:\n    pass",
}


@pytest.fixture(scope="module")
def quick():
    """A loop is stopped after 3 s; what ends by itself has a limit far away."""
    made = {name: small.notebook({"1.2": text}) for name, (text, _) in QUICK.items()}
    loop = small.grade_all({"loop": made.pop("loop")}, seconds=3.0)
    return loop | small.grade_all(made, seconds=FAR)


@pytest.fixture(scope="module")
def slow():
    """The slow ones; what needs much memory or many processes goes alone."""
    before, left = small.folders(), {p.pid for p in psutil.process_iter()}
    made = {name: small.notebook({"1.2": text}) for name, (text, _) in SLOW.items()}
    made |= {name: small.notebook(own={"1.2": [text]}) for name, text in OWN.items()}
    greedy = [name for name in made if "bomb" in name or "threads" in name]
    others = {name: one for name, one in made.items() if name not in greedy}
    results = small.grade_all(others, patience=2.0, seconds=4.0)
    results |= small.grade_all({name: made[name] for name in greedy}, jobs=1, seconds=15.0)
    assert small.folders() == before, "a scratch folder is left"
    return results, left


@pytest.mark.parametrize("name", QUICK)
def test_02_05_a_loop_or_an_exit_costs_its_own_exercise(quick, name):
    assert_only(quick[name], ex_1_2=tuple(QUICK[name][1]))
    assert entry(quick[name], "1.2").points == 0


def test_05_a_dead_kernel_is_noticed_at_once(quick):
    assert entry(quick["exit"], "1.2").message.startswith("It ended the whole program")
    assert entry(quick["exit"], "1.2").seconds < FAR / 10


def test_02_a_loop_is_stopped_at_its_own_limit(quick):
    assert 3 <= entry(quick["loop"], "1.2").seconds < 10  # a busy machine may notice it later
    assert entry(quick["loop"], "1.2").message.startswith("It was stopped after ")


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_03_to_08_it_costs_its_own_exercise(slow, name):
    states = tuple(SLOW[name][1])
    result = slow[0][name]
    assert_only(result, **({} if states == ("passed",) else {"ex_1_2": states}))
    # Ended above TREE_MB; but that is looked at five times a second only.
    assert result.provenance.memory_mb < 2 * TREE_MB


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_05_own_cells_that_end_the_kernel_cost_their_exercise_at_most(slow, name):
    result = slow[0][name]
    assert small.statuses(result)["1.2"] in ("passed", "killed", "timeout")
    assert {small.statuses(result)[e] for e in ("1.1", "1.3", "1.4")} == {"passed"}


@pytest.mark.slow
def test_08_a_fork_bomb_is_told_of(slow):
    assert "stopped" in kinds(slow[0]["fork bomb"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such files")
def test_07_memory_in_files_counts_as_well(slow):
    found = [f.evidence for f in slow[0]["memory bomb in files"].flags if f.flag == "stopped"]
    assert found == [f"more than {TREE_MB} MB of memory"]


@pytest.mark.slow
def test_07_memory_in_segments_is_refused_where_the_walls_are_highest():
    if small.level() != "namespaces":
        pytest.skip("only a namespace of its own has a limit on segments")
    assert_only(small.grade(small.notebook({"1.2": SEGMENTS})), ex_1_2="out of memory")


@pytest.mark.slow
def test_21_silence_is_told_of(slow):
    assert "tampered" in kinds(slow[0]["silences the shell"])


@pytest.mark.slow
def test_11_no_process_is_left(slow):
    _, before = slow
    time.sleep(0.5)
    mine = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    assert mine == []


@pytest.mark.slow
def test_09_10_000_messages_each(tmp_path):
    display = "from IPython.display import display\nfor i in range(10_000):\n    display(i)\n"
    answers = {
        "1.1": "for i in range(10_000):\n    print(i, flush=True)\n" + RIGHT["1.1"],
        "1.2": display + RIGHT["1.2"],
        "1.3": "print('x' * 100_000_000)\n" + RIGHT["1.3"],
    }
    result = small.grade(small.notebook(answers), seconds=120.0)
    assert_only(result)
    assert result.provenance.runs == 1
    assert "output_truncated" in kinds(result)
    assert result.provenance.memory_mb < 1500


@pytest.mark.slow
def test_07_28_torch_asks_for_too_much_or_changes_its_defaults():
    pytest.importorskip("torch")
    answers = {
        "1.1": "import torch\ntorch.set_default_dtype(torch.float16)\n" + RIGHT["1.1"],
        "1.2": "import torch\ndef scale(theta, g):\n    return torch.zeros(10 ** 13)",
        "1.3": "def middle(x):\n    return np.ones(10 ** 12).mean()",
    }
    result = small.grade(small.notebook(answers), seconds=60.0)
    assert_only(result, ex_1_2=("error", "out of memory"), ex_1_3="out of memory")
