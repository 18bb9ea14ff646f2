"""Jobs and pytests as copies of a process that has imported all they need, which takes long.

    python -P -m course_lib.grading.run.forks

reads jobs, one on a line, and answers each with a line: exit code, output, errors. A job is a copy of
this process, and its pytests are copies of the job. Neither runs a student's code; a kernel begins
as a program of its own. On Linux only: elsewhere a job and a pytest are programs of their own, too.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import subprocess
import sys
import traceback

from course_lib.grading.run import scratch

POSSIBLE = sys.platform == "linux"
warm = False  # True in a process that may be copied: all is imported, and it has one thread


class Copy:
    """A copy of this process, which does `act` and ends; to be watched as a subprocess.Popen is."""

    def __init__(self, act, *arguments):
        self.returncode = None
        self.pid = os.fork()
        if self.pid == 0:
            _live(act, arguments)

    def poll(self):
        """The exit code, None while it runs."""
        return self._ended(os.WNOHANG)

    def wait(self, timeout=None):
        """The exit code, as soon as it has ended. Raises subprocess.TimeoutExpired."""
        if timeout is not None and self.poll() is None and not _ends(self.pid, timeout):
            raise subprocess.TimeoutExpired("a copy", timeout)
        return self._ended(0)

    def _ended(self, options):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _live(act, arguments):
    """All that a copy ever does: it must not come back to where it was copied."""
    code = 1
    try:
        scratch.end_with_parent()
        code = int(act(*arguments) or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _ends(pid, seconds):
    """Whether this process ends within so many seconds."""
    handle = os.pidfd_open(pid)
    try:
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        return bool(waiting.poll(1000 * seconds))
    finally:
        os.close(handle)


def prepare():
    """Import what jobs and pytests need; from here on this process may be copied."""
    global warm
    importlib.import_module("course_lib.grading.run.quick")  # before nbformat
    from _pytest.config import default_plugins

    needed = ("matplotlib", "nbformat", "nbval.plugin", "course_lib.grading.run.plugin")
    for name in (*needed, *(f"_pytest.{name}" for name in default_plugins)):
        importlib.import_module(name)
    nbformat = sys.modules["nbformat"]
    nbformat.validate(nbformat.v4.new_notebook())  # reads the schema
    gc.freeze()
    warm = True


def pytest(arguments, folder, environment, log):
    """Run pytest as if it began here: nothing open, no variable, no working folder is left."""
    os.setsid()
    files = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT, 0o600)
    for number, file in enumerate((files[0], files[1], files[1])):
        os.dup2(file, number)
    for number in set(map(int, os.listdir("/proc/self/fd"))) - {0, 1, 2}:
        with contextlib.suppress(OSError):  # the list itself was one of them
            os.close(number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.dont_write_bytecode = True
    return importlib.import_module("pytest").main(arguments)


def serve():
    """Answer jobs until there are no more."""
    scratch.end_with_parent()
    prepare()
    from course_lib.grading.run import job

    for line in sys.stdin:
        with _file() as out, _file() as errors:
            copy = Copy(_job, job, json.loads(line), out, errors)
            answer = [copy.wait(), *map(_read, (out, errors))]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _job(job, text, out, errors):
    null = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((null, out.fileno(), errors.fileno())):
        os.dup2(file, number)
    job.answer(text)


def _file():
    """A file in memory: what a job says must not depend on a disk that is full."""
    return open(os.memfd_create("said"), "w+b")


def _read(file):
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")


if __name__ == "__main__":
    from course_lib.grading.run import forks

    forks.serve()  # not this module, which has another name
