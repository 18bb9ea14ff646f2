"""The memory of a run: what processes share counts once, what each has of its own counts each time."""

import contextlib
import os
import subprocess
import sys
import threading
import time

import psutil
import pytest

from course_lib.grading.run import family as processes

MB, CHILDREN = 128, 5
FORKS = """
import os, sys, time
shared, own, children = map(int, sys.argv[1:])
block = bytearray(b"x") * (shared << 20)
reading, writing = os.pipe()
for _ in range(children):
    if os.fork() == 0:
        mine = bytearray(b"x") * (own << 20)
        os.write(writing, b".")
        time.sleep(600)
for _ in range(children):
    os.read(reading, 1)
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def family(request):
    """A process with a block of memory and its forked children, each with a block of its own."""
    sizes = [str(size) for size in (*request.param, CHILDREN)]
    command = [sys.executable, "-I", "-c", FORKS, *sizes]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
    assert parent.stdout.readline() == b"ready\n"
    processes = [psutil.Process(parent.pid), *psutil.Process(parent.pid).children()]
    yield processes
    for process in processes:
        process.kill()
    parent.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is shared")
@pytest.mark.parametrize(
    ("family", "expected"),
    [((MB, 0), MB), ((0, MB), CHILDREN * MB), ((MB, MB), (1 + CHILDREN) * MB)],
    indirect=["family"],
    ids=["shared by all", "one block each", "both"],
)
def test_shared_pages_count_once_and_own_ones_each_time(family, expected):
    assert len(family) == 1 + CHILDREN
    python = 60  # MB at most of six small interpreters
    assert expected <= processes.used(family) < expected + python


@pytest.mark.parametrize("family", [(MB, 0)], indirect=True)
def test_the_quick_figure_is_never_below_the_true_one(family):
    quick = processes.resident(family)
    assert quick >= (1 + CHILDREN) * MB
    assert quick >= processes.used(family)


def test_a_process_that_has_ended_counts_nothing():
    ended = psutil.Popen([sys.executable, "-I", "-c", ""])
    ended.wait()
    assert processes.used([ended]) == processes.resident([ended]) == 0


def test_a_process_that_may_not_be_looked_into_counts_with_all_that_is_resident(monkeypatch):
    def refused(process):
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "memory_full_info", refused)
    itself = [psutil.Process()]
    assert processes.used(itself) == pytest.approx(processes.resident(itself), abs=8)
    assert processes.used(itself) > 0


def count(reading):
    """How many bytes a process has written to this pipe by now."""
    with contextlib.suppress(BlockingIOError):
        return len(os.read(reading, 1 << 20))
    return 0


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such files")
def test_a_file_in_memory_counts_once_whoever_holds_it_open():
    before = processes.in_files([psutil.Process()])
    file = os.memfd_create("hidden")
    os.write(file, bytes(32 << 20))
    command = [sys.executable, "-I", "-c", "import sys; sys.stdin.read()"]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[file])
    try:
        both = [psutil.Process(), psutil.Process(other.pid)]
        assert processes.in_files(both) == before + 32
        os.close(file)
        assert processes.in_files(both) == before + 32
    finally:
        other.communicate()
    assert processes.in_files(both) == before


def test_threads_are_counted():
    before, stop = processes.threads([psutil.Process()]), threading.Event()
    made = [threading.Thread(target=stop.wait) for _ in range(20)]
    for thread in made:
        thread.start()
    try:
        assert processes.threads([psutil.Process()]) == before + 20
    finally:
        stop.set()
        for thread in made:
            thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_held_processes_hold_still_and_go_on_afterwards():
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    write = f"import os, time\nwhile True: os.write({writing}, b'x'); time.sleep(0.001)"
    busy = subprocess.Popen([sys.executable, "-I", "-c", write], pass_fds=[writing])
    try:
        wait_for(lambda: count(reading))
        with processes.held(psutil.Process(), most=100) as found:
            assert busy.pid in {process.pid for process in found}
            time.sleep(0.05)
            count(reading)
            time.sleep(0.2)
            assert count(reading) == 0
        wait_for(lambda: count(reading))
    finally:
        busy.kill()
        busy.wait()
        os.close(reading)
        os.close(writing)


def wait_for(happened, seconds=20):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)
