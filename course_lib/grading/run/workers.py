"""Runs jobs side by side: on this machine's cores, or on a Dask cluster that is there already.

A job is a process of its own, so that one that dies takes no other with it. What a machine fails at
is tried again, and after that left to a person: it is never a zero.
"""

import contextlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import psutil

from course_lib.grading.results import SheetResult, dumps, loads

ATTEMPTS = 3
stopping = threading.Event()  # set, no job is begun or tried again on this machine
SECONDS = 1800  # no job takes longer; its own limits end it much earlier


@dataclass(frozen=True)
class Trouble:
    """Why the machine has no result: no fault of the student's, and no zero."""

    reason: str


def run_job(job):
    """The SheetResult of one job, or the Trouble when the machine failed three times."""
    reason = "it was stopped"
    for _ in range(ATTEMPTS):
        if stopping.is_set():
            break
        try:
            done = _run(job)
            if done.returncode == 0:
                return loads(SheetResult, done.stdout)
            lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            reason = lines[-1][:300]
        except subprocess.TimeoutExpired:  # it would be no quicker the next time
            return Trouble(f"It was not graded within {SECONDS // 60} minutes.")
        except (OSError, ValueError) as error:
            reason = str(error)
    return Trouble(f"The machine failed {ATTEMPTS} times: {reason}")


def _run(job):
    return subprocess.run(
        [sys.executable, "-m", "course_lib.grading.run.job"],
        input=dumps(job),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        start_new_session=True,  # Ctrl-C is for the one who collects
    )


def on_this_machine(jobs, workers):
    """Yields (name, result) for {name: job}, as they end."""
    pool = ThreadPoolExecutor(workers)
    stopping.clear()
    try:
        futures = {pool.submit(run_job, job): name for name, job in jobs.items()}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:  # also after Ctrl-C, when jobs are still running
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for left in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                left.kill()


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
