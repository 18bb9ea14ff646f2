"""Jobs in copies of one process: what happens to a copy, to the process, and to what they began."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from helpers import grading_class as small
from helpers.grading_class import assert_only

from course_lib.grading.results import SheetResult, dumps
from course_lib.grading.run import forks, workers

pytestmark = pytest.mark.skipif(not forks.POSSIBLE, reason="copies are made on Linux only")


@pytest.fixture
def server():
    with small.server() as made:
        yield made


def wait_for(happened, seconds=60):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def below(server):
    """The processes that a server has begun, by what they are."""
    found = {}
    for process in psutil.Process(server.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            words = " ".join(process.cmdline())
            kind = "kernel" if "ipykernel_launcher" in words else "copy"
            found.setdefault(kind, []).append(process)
    return found


def test_one_job_after_the_other_in_one_process_that_stays_as_it_was(server):
    job = small.job_of(small.notebook())
    first = workers.run_job(job, server.run)
    assert isinstance(first, SheetResult)
    assert_only(first)
    process = server.process
    before = psutil.Process(process.pid)
    files = before.num_fds()
    wrong = small.job_of(
        small.notebook({"1.2": "import os\ndef scale(theta, g):\n    os._exit(0)"})
    )
    assert_only(workers.run_job(wrong, server.run), ex_1_2="killed")
    assert_only(workers.run_job(job, server.run))
    assert server.process is process
    assert (before.num_threads(), before.num_fds()) == (1, files)
    assert before.children() == []


def test_a_job_that_cannot_be_done_says_why(server):
    broken = small.job_of(small.notebook(), sheet="02_nothing")
    done = server.run(dumps(broken))
    assert done.returncode == 1
    assert "02_nothing" in done.stderr.splitlines()[-1]
    assert_only(workers.run_job(small.job_of(small.notebook()), server.run))


def test_what_a_job_is_copied_from_may_be_lost(server):
    job = small.job_of(small.notebook())
    assert_only(workers.run_job(job, server.run))
    lost = server.process
    lost.kill()
    assert_only(workers.run_job(job, server.run))
    assert server.process is not lost


@pytest.mark.parametrize("which", ["server", "job"])
def test_nothing_outlives_what_began_it(server, which):
    endless = small.notebook({"1.1": "while True: pass"})
    text = json.dumps(dumps(small.job_of(endless, seconds=60.0))).encode() + b"\n"
    server.begin()
    server.process.stdin.write(text)
    server.process.stdin.flush()
    wait_for(lambda: "kernel" in below(server))
    family = [process for found in below(server).values() for process in found]
    job = psutil.Process(server.process.pid).children()[0]
    os.kill(server.process.pid if which == "server" else job.pid, signal.SIGKILL)
    _, left = psutil.wait_procs(family, timeout=20)
    assert left == []


def test_a_class_leaves_no_process_behind():
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    small.grade_all({"right": small.notebook(), "blank": small.notebook({"1.1": "stub"})})
    left = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    assert left == []


def test_a_job_that_takes_too_long_ends_with_all_it_began(server, monkeypatch):
    monkeypatch.setattr(workers, "SECONDS", 6)
    endless = small.job_of(small.notebook({"1.1": "while True: pass"}), seconds=60.0)
    assert "not graded within" in workers.run_job(endless, server.run).reason
    assert server.process is None


def test_an_ordinary_folder_cannot_stand_in_for_a_module(server, tmp_path, monkeypatch):
    """The grader may well be called in the folder of the submissions."""
    for name in ("json", "numpy", "pytest", "nbformat", "conftest", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a student wrote this')")
    monkeypatch.chdir(tmp_path)
    assert_only(workers.run_job(small.job_of(small.notebook()), server.run))


@pytest.mark.parametrize(
    ("act", "code"),
    [
        ("return None", 0),
        ("return 3", 3),
        ("raise ValueError('seen in the log')", 1),
        ("raise SystemExit(7)", 1),
        ("os._exit(5)", 5),
        ("os.kill(os.getpid(), 9)", -9),
    ],
)
def test_a_copy_ends_with_a_code_and_never_comes_back(act, code):
    script = f"""
import os, sys
from course_lib.grading.run import forks
def act():
    {act}
copy = forks.Copy(act)
print(copy.wait(20), copy.poll())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == f"{code} {code}\n"


def test_waiting_for_a_copy_has_an_end():
    script = """
import subprocess, time
from course_lib.grading.run import forks
copy = forks.Copy(time.sleep, 600)
try:
    copy.wait(0.2)
except subprocess.TimeoutExpired:
    print("it goes on", copy.poll())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "it goes on None\n"
