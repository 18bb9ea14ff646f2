"""What this machine and its sheets must show before anybody is graded: done once, and kept."""

import json
import os
import platform
import sys
from importlib import metadata

from course_lib.grading import store
from course_lib.grading.run import sandbox, workers
from course_lib.grading.run.preflight import NotReady, ReadySheet, expected, preflight

PACKAGES = ("numpy", "ipykernel", "nbval", "pytest")  # a preflight depends on these versions


def make_ready(settings, root, chosen, keys):
    """Every sheet through its preflight, and the sandbox level of this machine."""
    try:
        if settings.dask:
            workers.reach(settings.dask).close()
        level = sandbox.best(settings.require_sandbox)
        print(f"Sandbox: {level}.", flush=True)
        if getattr(os, "geteuid", lambda: 1)() == 0:
            print(
                "You grade as root. An ordinary user is safer: its code can harm less.", flush=True
            )
        ready = {s.name: ready_sheet(settings, root, s, level, keys[s.name]) for s in chosen}
    except (RuntimeError, OSError) as error:
        raise NotReady(error) from None
    return ready, level


def ready_sheet(settings, root, sheet, level, key):
    """The sheet, Ready to be graded: as an earlier preflight found it, or by a new one."""
    depends_on = _depends_on(sheet, level, key)
    kept = store.preflight(settings.out, sheet.name, depends_on)
    print(f"Preflight: {sheet.name}{' (kept)' if kept else ''}", flush=True)
    if kept:
        return ReadySheet(sheet, kept.catalogue, kept.timeouts, expected(kept.catalogue, key), key)
    ready = preflight(root, sheet, level, key, settings.jobs)
    kept = store.Preflight(depends_on, ready.catalogue, ready.timeouts)
    store.write_preflight(settings.out, sheet.name, kept)
    return ready


def _depends_on(sheet, level, key):
    """A hash of what may make the preflight of a sheet come out otherwise."""
    machine = [platform.node(), level, sys.version, *map(metadata.version, PACKAGES)]
    text = json.dumps([sheet.hash, key, store.grader_hash(), *machine])
    return store.fingerprint(text.encode())
