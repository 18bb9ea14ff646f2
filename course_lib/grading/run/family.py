"""A process with all that it has begun: who belongs to it, what memory they use, how they end."""

import contextlib

import psutil


def children(process):
    """The processes below this one, and theirs."""
    with contextlib.suppress(psutil.Error):
        return process.children(recursive=True)
    return []


def resident(processes):
    """MB, quickly. A page that processes share counts once for each, so this is never too low."""
    return _total(processes, lambda process: process.memory_info().rss)


def used(processes):
    """MB really used: of a page that processes share, each has its part (PSS), where Linux tells it.

    It waits for a process that is just being forked; `held` ones are not.
    """
    return _total(processes, _share)


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


def _total(processes, measure):
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += measure(process)
    return total >> 20
