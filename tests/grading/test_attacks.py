"""What a student tries who wants points without answers, a look at what is hidden, or to do harm."""

import functools
import itertools
import os
import subprocess
import sys
import textwrap

import pytest
from helpers import grading_class as small
from helpers.grading_class import assert_only
from helpers.grading_kernel import NAMES, SHEET, Answers, Kernel

from course_lib.grading.run import assemble, decide, job, sandbox, scratch
from course_lib.grading.sheet import merge, notebooks

# What stands in a kernel and can be used to keep something for a later one.
SHARED_MEMORY = f"""
import ctypes, struct
KEY = {os.getpid()}
libc = ctypes.CDLL(None)
libc.shmat.restype, libc.shmat.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
def put(data):
    place = libc.shmat(libc.shmget(KEY, 65536, 0o1666), None, 0)
    ctypes.memmove(place, struct.pack("I", len(data)) + data, len(data) + 4)
def get():
    found = libc.shmget(KEY, 65536, 0)
    if found < 0:
        return b""
    place = libc.shmat(found, None, 0)
    return ctypes.string_at(place + 4, struct.unpack("I", ctypes.string_at(place, 4))[0])
"""
# Odd, and honest. Each of these has all its points.
DESKTOP = {
    "1.1": """
        %matplotlib qt
        import matplotlib
        matplotlib.use("TkAgg")
        import matplotlib.pyplot as plt
        plt.figure(); plt.show(); plt.pause(0.01)
        def double(x):
            plt.plot([x]); plt.show()
            return 2 * x
        """,
    "1.2": """
        !pip install a_package_that_is_nowhere
        %pip install numpy
        %timeit -n 2 -r 2 sum([1])
        def scale(theta, g):
            return theta - 0.5 * g
        """,
    "1.3": """
        %load_ext autoreload
        %autoreload 2
        values = [1, 2]; display = np = 3; θ = 1.0
        import warnings; warnings.simplefilter("error")
        def middle(x, /, *, cache={}):
        \tprint("x" * 10**6)
        \treturn x.mean(axis=0)
        """,
    "1.4": """
        %%time
        from math import *
        from numpy import *
        import sys
        sys.setrecursionlimit(10**6)
        def spread(x):
            def depth(n):
                return 0 if n == 0 else 1 + depth(n - 1)
            depth(5000)
            return float64(max(x)), x.min()
        """,
}
PARALLEL = {
    "1.1": """
        from multiprocessing import Pool
        def double(x):
            with Pool(2) as pool:
                return sum(pool.map(float, [x, x]))
        """,
    "1.4": """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        await asyncio.sleep(0)
        def spread(x):
            with ThreadPoolExecutor(4) as pool:
                most, least = pool.map(lambda f: f(x), (np.max, np.min))
            return float(most), float(least)
        """,
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    sandbox.make_library(folder)
    return folder


def inside(library, code, level=None):
    """What Python prints that runs `code` behind the walls of a level, by default the best."""
    level = level or small.level()
    if level == "process":
        pytest.skip("this machine has no walls")
    walls = sandbox.Sandbox(level, library)
    with scratch.folder() as job:
        config = walls.prepare(job, [sys.executable, "-I", "-c", code])
        command = [*walls.command(config), "no connection"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr


def test_shared_memory_ends_with_its_kernel(library):
    if small.level() != "namespaces":
        pytest.skip("only namespaces give a kernel shared memory of its own")
    print_it = SHARED_MEMORY + "print(get()); put(b'kept')"
    assert [inside(library, print_it).strip() for _ in range(2)] == ["b''", "b''"]


@pytest.mark.parametrize("level", ["landlock", "namespaces"])
def test_no_file_can_be_left_beside_the_sockets_where_the_disk_has_no_limit(library, level):
    if small.level() not in (level, "namespaces"):
        pytest.skip("this machine does not give the level")
    said = inside(library, "open('../sockets/large', 'wb').write(bytes(1 << 20))", level)
    assert "PermissionError" in said


def test_without_own_processes_none_can_be_looked_at(library):
    """The sockets of other kernels are listed there, and what they show can be read without a key."""
    code = "import os, socket\nprint(open('/proc/net/unix').read(), os.listdir('/proc'))"
    assert "PermissionError" in inside(library, code, "landlock")


@pytest.mark.parametrize("answers", [DESKTOP, PARALLEL], ids=["desktop", "parallel"])
def test_odd_and_honest_has_all_points(answers):
    if answers is PARALLEL and small.level() != "namespaces":
        pytest.skip("a pool of processes needs shared memory of its own")
    result = small.grade(small.notebook(answers), seconds=10.0)
    assert_only(result)
    assert "tampered" not in small.kinds(result)


WAYS = ("right", "wrong", "silent", "exit", "cell exit", "hang", "hang for good", "spoils")


def seen_too_early(monkeypatch, ways):
    """The exercises whose right answer is in a kernel before their own run, for answers like these."""
    runs, early = decide.Runs(SHEET, Answers(dict(zip(NAMES, ways, strict=True))), None), set()
    Kernel(monkeypatch)
    execute = decide.execute

    def watched(notebook, *settings):
        cells = [cell["metadata"]["course"] for cell in notebook["cells"]]
        there = {cell["exercise"] for cell in cells if cell["role"] == "reference"}
        early.update(there - runs.records.keys())
        return execute(notebook, *settings)

    monkeypatch.setattr(decide, "execute", watched)
    runs.decide()
    assert sorted(runs.records) == list(NAMES)
    return early


def test_no_reference_is_in_a_kernel_before_its_exercise_is_decided(monkeypatch):
    """Else a crash is a way to read it there, and to hand it in in the run that decides."""
    for ways in itertools.product(WAYS, repeat=3):
        with monkeypatch.context() as patches:
            assert seen_too_early(patches, ways) == set(), ways


def nested(levels):
    return functools.reduce(lambda inside, _: [inside], range(levels), 1.0)


def test_values_nested_a_thousand_times_are_not_kept():
    """Python cannot write them; one student's result must not stop the writing of all others."""
    bundle = {"id": "1.1", "status": "ok", "values": nested(20)}
    assert job.readable(bundle) == bundle
    assert [job.readable(bundle | {"values": nested(n)}) for n in (60, 900, 5000)] == [None] * 3


def test_who_keeps_things_from_being_put_back_is_pointed_out():
    hindered = "import sys\nsys.modules['course_probe'] = None\n" + small.RIGHT["1.4"]
    result = small.grade(small.notebook({"1.4": hindered}))
    assert_only(result)
    assert ("tampered", "1.4") in {(f.flag, f.exercise) for f in result.flags}


def test_thousands_of_own_cells_have_no_more_time_than_a_few():
    """Else 9,000 cells that sleep for a little less than they may would keep a machine for a day."""

    def own_seconds(number):
        handed_in = small.notebook(
            own={"1.2": [f"import time; time.sleep({n})" for n in range(number)]}
        )
        merged = merge.merge(small.sheet(), notebooks.read(small.as_bytes(handed_in)))
        limits = {cell.id: 10.0 for cell in small.sheet().cells}
        cells = assemble.assemble(small.sheet(), merged, timeouts=limits)["cells"]
        courses = [cell["metadata"]["course"] for cell in cells]
        return [course["timeout"] for course in courses if course["role"] == "own"]

    assert own_seconds(3) == [10.0] * 3
    assert len(own_seconds(3000)) == 3000
    assert sum(own_seconds(3000)) < 301


@pytest.mark.slow
def test_a_crash_is_no_way_to_keep_the_reference_and_to_hand_it_in():
    """1.1 ends its kernel until 1.2 has found the reference's 1.1, which the crash brought in."""
    crash = """
    if kept := get():
        exec(kept.decode())
    else:
        def double(x):
            import os; os._exit(0)
    """
    keep = """
    import linecache
    sources = ["".join(entry[2]) for entry in linecache.cache.values() if len(entry) > 2]
    found = [text for text in sources if "def double" in text and "_exit" not in text]
    if found:
        put(found[-1].encode())
    def scale(theta, g):
        return theta - 0.5 * g
    """
    own = {"1.1": [SHARED_MEMORY]}
    answers = {"1.1": textwrap.dedent(crash), "1.2": textwrap.dedent(keep)}
    if small.level() == "process":
        pytest.skip("this machine has no walls")
    try:
        result = small.grade(small.notebook(answers, own), sandbox="landlock")
    finally:
        subprocess.run(["ipcrm", "-M", str(os.getpid())], capture_output=True)
    assert_only(result, ex_1_1="killed")
