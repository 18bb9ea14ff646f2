"""Runs jobs side by side: on this machine's cores, or on a Dask cluster that is there already.

A job is a process of its own, so that one that dies takes no other with it. What a machine fails at
is tried again, and after that left to a person: it is never a zero.
"""

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import psutil

from course_lib.grading.results import SheetResult, dumps, loads
from course_lib.grading.run import forks

ROOT = Path(__file__).parents[3]
ATTEMPTS = 3
stopping = threading.Event()  # set, no job is begun or tried again on this machine
SECONDS = 1800  # no job takes longer; its own limits end it much earlier


@dataclass(frozen=True)
class Trouble:
    """Why the machine has no result: no fault of the student's, and no zero."""

    reason: str


def run_job(job, run=None):
    """The SheetResult of one job, or the Trouble when the machine failed three times.

    `run` makes a process of a job's text; without it, one that begins from nothing.
    """
    reason = "it was stopped"
    for _ in range(ATTEMPTS):
        if stopping.is_set():
            break
        try:
            done = (run or _run)(dumps(job))
            if done.returncode == 0:
                return loads(SheetResult, done.stdout)
            lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            reason = lines[-1][:300]
        except subprocess.TimeoutExpired:  # it would be no quicker the next time
            return Trouble(f"It was not graded within {SECONDS // 60} minutes.")
        except (OSError, ValueError) as error:
            reason = str(error)
    return Trouble(f"The machine failed {ATTEMPTS} times: {reason}")


def _run(text):
    return subprocess.run(
        [sys.executable, "-m", "course_lib.grading.run.job"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        start_new_session=True,  # Ctrl-C is for the one who collects
    )


class Server:
    """Runs one job after the other in copies of a process that begins with the first (see forks.py)."""

    command = (sys.executable, "-P", "-m", "course_lib.grading.run.forks")
    process = None

    def run(self, text):
        """As `_run`. Raises OSError when the process was lost; the next call begins another."""
        process = self.process or self.begin()
        try:
            process.stdin.write(json.dumps(text).encode() + b"\n")
            process.stdin.flush()
            if not _comes(process.stdout, SECONDS):
                raise subprocess.TimeoutExpired(self.command, SECONDS)
            line = process.stdout.readline()
            if not line.endswith(b"\n"):
                raise OSError("the process that jobs are copied from has ended")
        except (OSError, subprocess.TimeoutExpired):
            self.end()
            raise
        return subprocess.CompletedProcess(self.command, *json.loads(line))

    def begin(self):
        """Start the process that is copied."""
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        own = {"PYTHONPATH": path, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(
            self.command, env=os.environ | own, start_new_session=True, **pipes
        )
        return self.process

    def end(self):
        """End the process, and with it its job, the job's pytest, and the kernel."""
        process, self.process = self.process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()


def _comes(file, seconds):
    """Whether there is something to read within so many seconds."""
    waiting = select.poll()
    waiting.register(file, select.POLLIN)
    return bool(waiting.poll(1000 * seconds))


def on_this_machine(jobs, workers):
    """Yields (name, result) for {name: job}, as they end."""
    pool = ThreadPoolExecutor(workers)
    servers = [Server() for _ in range(workers)] if forks.POSSIBLE else []
    idle = queue.SimpleQueue()
    for server in servers:
        idle.put(server)
    stopping.clear()
    try:
        futures = {pool.submit(_with_server, idle, job): name for name, job in jobs.items()}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:  # also after Ctrl-C, when jobs are still running
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for left in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                left.kill()
        for server in servers:
            server.end()


def _with_server(idle, job):
    if not forks.POSSIBLE:
        return run_job(job)
    server = idle.get()
    try:
        return run_job(job, server.run)
    finally:
        idle.put(server)


def on_dask(jobs, address):
    """The same on a cluster; a worker that is lost costs only time."""
    from dask.distributed import as_completed

    with reach(address) as client:
        futures = {
            client.submit(run_job, job, key=f"grade-{name}", pure=False, retries=2): name
            for name, job in jobs.items()
        }
        for future in as_completed(futures):
            if future.status == "finished":
                yield futures[future], future.result()
            elif future.status == "error":
                yield futures[future], Trouble(f"The cluster failed: {future.exception()!r}"[:300])
            else:
                raise RuntimeError(f"the Dask cluster at {address} was lost")


def reach(address):
    """A client of the Dask cluster at this address. Raises RuntimeError when none answers."""
    try:
        from dask.distributed import Client

        return Client(address, timeout="10s")
    except ImportError:
        needed = "--dask needs the package distributed; type: python -m pip install distributed"
        raise RuntimeError(needed) from None
    except (OSError, ValueError) as error:
        needed = (
            f"No Dask scheduler answers at {address} ({error}). Type dask scheduler to start one."
        )
        raise RuntimeError(needed) from None
