"""A process with all that it has begun: who belongs to it, what memory they use, how they end."""

import contextlib
import os

import psutil


def children(process):
    """The processes below this one, and theirs."""
    with contextlib.suppress(psutil.Error):
        return process.children(recursive=True)
    return []


def resident(processes):
    """MB, quickly. A page that processes share counts once for each, so this is never too low."""
    return _sum(processes, lambda process: process.memory_info().rss) >> 20


def threads(processes):
    """How many threads these processes have together."""
    return _sum(processes, lambda process: process.num_threads())


def in_files(processes):
    """MB of the files in memory that they hold open (memfd), which count for no process; Linux only."""
    return sum({file: size for one in processes for file, size in _files(one)}.values()) >> 20


def _files(process):
    folder = f"/proc/{process.pid}/fd"
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):
                if os.readlink(f"{folder}/{name}").startswith("/memfd:"):
                    found = os.stat(f"{folder}/{name}")
                    yield found.st_ino, 512 * found.st_blocks


def used(processes):
    """MB really used: of a page that processes share, each has its part (PSS), where Linux tells it.

    It waits for a process that is just being forked; `held` ones are not.
    """
    return _sum(processes, _share) >> 20


@contextlib.contextmanager
def held(process, most):
    """The processes below this one, which hold still meanwhile; `most` are enough to know."""
    found = []
    try:
        while len(found) <= most:
            new = [child for child in children(process) if child not in found]
            if not new:
                break
            each(new, "suspend")
            found += new
        yield found
    finally:
        each(found, "resume")


def each(processes, act):
    """Let all processes "suspend", "resume" or "kill"; some may have ended."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            getattr(process, act)()


def _share(process):
    with contextlib.suppress(psutil.AccessDenied):
        full = process.memory_full_info()
        if hasattr(full, "pss"):
            return full.pss
    return process.memory_info().rss


def _sum(processes, measure):
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += measure(process)
    return total
