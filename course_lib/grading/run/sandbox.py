"""Which walls this machine can put round a student's kernel, and the command that begins it there.

    process      limits on memory, files and processes; a home and a scratch folder of its own
    landlock     and: reads Python and the library, writes its scratch folder; no TCP; no signals out
    namespaces   and: sees its own processes only, has no network at all, and a disk of its own

Each level is tried with a real process before it is used, once in a command and on each host. The
launcher puts the walls up for every kernel, and begins none when one of them cannot be put up.
"""

import json
import os
import platform
import shutil
import site
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from course_lib.grading.results import LEVELS
from course_lib.grading.run import scratch

LAUNCHER = Path(__file__).with_name("launcher.py")
PROBE = Path(__file__).with_name("probe.py")
LIBRARY = Path(__file__).parents[2]
UNSHARE = "setpriv --pdeathsig KILL unshare -r -n -i -p -m -f --kill-child --mount-proc"
LIMITS = {"AS": 4 << 30, "FSIZE": 50 << 20, "NOFILE": 1024, "CORE": 0}
PROCESSES = 200  # more than this many of one kernel are a fork bomb
THREADS = 1000  # of all processes of one kernel
DISK_MB = 100
KERNEL = {
    "pid_max": THREADS + 300,
    "shmall": DISK_MB << 8,
}  # pages of 4 kB; 300 numbers are reserved
SHARED_MEMORY = "/dev/shm"  # a pool of processes needs it; only where it is the kernel's own
FONTS = "fontlist-v*.json"
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
SYSTEM = (
    *("/usr", "/bin", "/lib", "/lib64", "/sys/devices/system", *DEVICES),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/nsswitch.conf", "/etc/passwd"),
    *("/etc/alternatives", "/etc/mime.types"),
)
# The library as the kernel gets it: without the grader, and with checks that hold no answers.
LEFT_OUT = ("grading", "build", "turns", "lesson_*", "__pycache__")
SILENT = '''"""While a sheet is graded, its checks are silent and hold no answers."""


class Silent:
    """Takes any call and does nothing."""

    def __call__(self, *args, **kwargs):
        return None

    hint = plot = __call__


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return Silent()
'''

UNSEEN = '''

def show(fig, alt):
    """While a sheet is graded, nobody looks at its figures."""
'''


@dataclass(frozen=True)
class Sandbox:
    """Walls of one level; `library` is the folder whose course_lib the kernel imports."""

    level: str
    library: Path

    def command(self, config):
        """What begins the launcher, before its two arguments."""
        outside = UNSHARE.split() if self.level == "namespaces" else []
        return [*outside, sys.executable, "-I", "-S", str(LAUNCHER), str(config)]

    def _processes(self):
        """Where processes are listed, and their sockets: only if there are no others' to be seen."""
        return ["/proc"] if self.level == "namespaces" else []

    def prepare(self, job, command, secret=""):
        """Make the folders of one kernel in `job` and its CONFIG; returns the config's path.

        job/scratch is the kernel's home and working folder, job/sockets where it is spoken to.
        """
        scratch, sockets = job / "scratch", job / "sockets"
        for folder in (scratch, sockets):
            folder.mkdir(mode=0o700)
        config = {
            "level": self.level,
            "limits": LIMITS | processes_allowed(),
            "read": [*SYSTEM, *self._processes(), *pythons(), str(self.library)],
            "write": ["/dev/null"],
            "sockets": str(sockets),
            "scratch": str(scratch),
            "disks": [str(scratch), *filter(os.path.isdir, (SHARED_MEMORY,))],
            "disk_mb": DISK_MB,
            "kernel": KERNEL,
            "template": [str(self.library / "template")],
            "command": command,
            "environment": environment(scratch, self.library, secret),
        }
        path = sockets / "config.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        return path


def environment(scratch, library, secret):
    """All that the kernel knows of the world: no variable of the instructor's shell."""
    home = str(scratch)
    own = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP", "IPYTHONDIR"), home)
    threads = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "VECLIB_MAXIMUM")
    one = {f"{name}_NUM_THREADS": "1" for name in threads}
    needed = ("SYSTEMROOT", "SYSTEMDRIVE", "PATHEXT")  # without these Windows starts nothing
    kept = {name: os.environ[name] for name in needed if name in os.environ}
    return {
        **kept,
        **own,
        **one,
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONPATH": str(library),
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "MPLBACKEND": "agg",
        "JUPYTER_PLATFORM_DIRS": "1",
        "COURSE_OFFLINE": "1",
        "TQDM_DISABLE": "1",
        "COURSE_JOB": scratch.parent.name,  # by which what it leaves behind is found
        **({"COURSE_SECRET": secret} if secret else {}),
    }


def pythons():
    """The folders that hold this Python and its packages."""
    paths = {sys.prefix, sys.base_prefix, sys.exec_prefix, *site.getsitepackages()}
    paths |= {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    paths.add(str(Path(sys.executable).resolve().parent))
    return sorted(paths)


def processes_allowed():
    """A limit on processes and threads that counts those the user has already. Root has none."""
    try:
        import psutil
    except ImportError:
        return {}
    if not hasattr(os, "getuid") or os.getuid() == 0:
        return {}
    mine = 0
    for process in psutil.process_iter(["uids", "num_threads"]):
        if process.info["uids"] and process.info["uids"].real == os.getuid():
            mine += process.info["num_threads"] or 1
    return {"NPROC": mine + 2 * PROCESSES}


def make_library(folder):
    """Copy into `folder` what the kernels import, and what they find in their scratch folder."""
    target = folder / "course_lib"
    shutil.copytree(LIBRARY, target, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for lesson in sorted((LIBRARY / "checks").glob("lesson_*")):
        (target / "checks" / f"{lesson.stem}.py").write_text(SILENT, encoding="utf-8")
    with open(target / "plots.py", "a", encoding="utf-8") as plots:
        plots.write(UNSEEN)
    shutil.copy(PROBE, folder / "course_probe.py")
    _copy_font_list(folder / "template" / "matplotlib")


def _copy_font_list(folder):
    """matplotlib's list of fonts takes seconds to make: each kernel gets a copy."""
    import matplotlib

    made = Path(matplotlib.get_cachedir())
    if not any(made.glob(FONTS)):
        import matplotlib.font_manager
    folder.mkdir(parents=True)
    for path in made.glob(FONTS):
        shutil.copy(path, folder)


def tried(level):
    """What the trial of a level depends on: the host, its kernel, the user, this Python."""
    user = os.getuid() if hasattr(os, "getuid") else ""
    return f"{level}, {platform.node()}, {platform.release()}, {user}, {sys.executable}"


def build(level, library, held=""):
    """The Sandbox of this level with its library in the empty folder `library`, tried out.

    `held` says what it was tried with before; where that is the same here, it is not tried again.
    Raises RuntimeError when this machine does not give the level.
    """
    make_library(library)
    sandbox = Sandbox(level, library)
    failure = "" if held == tried(level) else trial(sandbox)
    if failure:
        raise RuntimeError(f"the sandbox level {level!r} does not hold here: {failure}")
    return sandbox


def best(wanted="process"):
    """The highest level that holds on this machine, tried out.

    Raises RuntimeError when it is lower than `wanted`, with what failed.
    """
    failures = {}
    for level in reversed(LEVELS):
        with scratch.folder() as library:
            (library / "template").mkdir()
            failures[level] = trial(Sandbox(level, library))
        if not failures[level]:
            return level
        if level == wanted:
            break
    said = "; ".join(f"{level}: {why}" for level, why in failures.items())
    raise RuntimeError(
        f"The sandbox level {wanted!r} was required, and this machine does not give it ({said}). "
        "Grade on another machine, or leave --require-sandbox out."
    )


def terminals_and_disks():
    """What a student could read the instructor's typing from, or as root any file at all."""
    found = [*Path("/dev").glob("*"), *Path("/dev/pts").glob("*")]
    names = ("console", "ptmx", "tty", "vcs")
    screens = [p for p in found if p.parent.name == "pts" or p.name.startswith(names)]
    return [str(p) for p in found if p.is_block_device() or (p in screens and p.is_char_device())]


# What must hold inside, printed as a list of what does not.
TRIAL = """
import os, socket, sys
level, canary, grader, parent, *devices = sys.argv[1:]
wrong = []
def refused(what, act):
    try:
        act()
    except OSError:
        return
    wrong.append(what)
open("own", "w").write("x")
if level != "process":
    refused("a file outside can be read", lambda: open(canary).read())
    refused("the grader can be read", lambda: open(grader).read())
    refused("a file can be left beside the sockets", lambda: open("../sockets/own", "w"))
    refused("the parent can be looked at", lambda: open(f"/proc/{parent}/cmdline").read())
    refused("a folder outside can be listed", lambda: os.listdir(os.path.dirname(canary)))
    refused("a file outside can be written", lambda: open(canary, "w"))
    for path in devices:
        refused(f"{path} can be opened", lambda: os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    server = socket.socket()
    refused("a TCP port can be opened", lambda: server.bind(("127.0.0.1", 0)))
    refused("the parent can be signalled", lambda: os.kill(int(parent), 0))
if level == "namespaces":
    if os.getpid() != 1:
        wrong.append("other processes are visible")
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    refused("there is a network", lambda: udp.connect(("192.0.2.1", 9)))
print("\\n".join(wrong) or "holds")
"""


def trial(sandbox):
    """Begin a process at this level and let it try what it may not; returns what went wrong, or ""."""
    with scratch.folder() as job:
        canary = job / "canary"
        canary.write_text("not for students")
        arguments = [sandbox.level, str(canary), str(LAUNCHER), str(os.getpid())]
        arguments += terminals_and_disks()
        config = sandbox.prepare(job, [sys.executable, "-I", "-c", TRIAL, *arguments])
        try:
            done = subprocess.run(
                [*sandbox.command(config), "no connection"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    said = (done.stdout + done.stderr).strip().splitlines() or [f"exit code {done.returncode}"]
    return "" if said[-1] == "holds" else said[-1]
