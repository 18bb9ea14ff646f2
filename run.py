"""Set up the course and open it. This needs Python 3.11 or newer and nothing else.

    python run.py                open the course in JupyterLab
    python run.py test           run every test but the slow ones
    python run.py test --slow    run the slow tests only
    python run.py book           make the book, a site to read without JupyterLab, and show it

With --light, PyTorch is left out: only comparisons with it and the download of MNIST need it.
Other arguments go to JupyterLab or to pytest:  python run.py --no-browser --port 8899

The first start installs everything into the folder .venv; a later one only opens the course.
Deleting .venv undoes it.
"""

import contextlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

OLDEST = (3, 11)
OWN_INDEX = "https://download.pytorch.org/whl/cpu"
FAILURES = {  # what pip or venv prints: what came, what is needed, what to type
    r"no space left|errno 28|not enough space|winerror 112": (
        "The disk of {root} or the one for temporary files is full; the course needs {size} GB. "
        "Make room, then type: {again}"
    ),
    r"ensurepip is not available|no module named '?(venv|ensurepip)": (
        "This Python lacks the module venv. On Debian or Ubuntu type: "
        "sudo apt install python{version}-venv, then: {again}"
    ),
    r"newconnectionerror|name.?resolution|getaddrinfo|connecttimeout|timed out|proxyerror"
    r"|incompleteread|connection (broken|reset|refused|aborted)|certificate.verify.failed": (
        "The package index could not be reached; the first start needs it. Connect to a network "
        "(behind a proxy set HTTPS_PROXY and perhaps PIP_CERT), then type: {again}"
    ),
    r"permission denied|read-only file|access is denied|errno (13|30)\b|winerror (5|32)\b": (
        "Writing to {root} was refused. Close every JupyterLab of this course, or copy the course "
        "to a folder of your own, then type: {again}"
    ),
    r"no matching distribution found for torch": (
        "There is no PyTorch for this Python on this computer. Everything else works without it; "
        "type: {again} --light"
    ),
    r"": "The installation failed: {reason}. See .venv/pip.log; to try again, type: {again}",
}


class Problem(Exception):
    """Something that the person at the keyboard can solve, said in a sentence or two."""


# Paths, commands, decisions and messages: pure functions, tested for every system.


def again(system, arguments=()):
    return " ".join(["python" if system == "win32" else "python3", "run.py", *arguments])


def too_old(version, system):
    """The sentence for a Python that is too old, else nothing."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    return (
        "This is Python {}.{}, and the course needs {}.{} or newer. Install one from "
        "https://www.python.org/downloads, then type: {} run.py"
    ).format(*version[:2], *OLDEST, "py -3" if system == "win32" else "python3.13")


def venv_python(root, system):
    return root / ".venv" / ("Scripts/python.exe" if system == "win32" else "bin/python")


def lab_command(python, root, arguments):
    page = "/lab/tree/notebooks/00_start_here.ipynb"
    options = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={page}"]
    return [str(python), "-m", "jupyterlab", *options, *arguments]


def test_commands(python, slow, arguments):
    """Everything that has to pass, by name and in order."""
    checks = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
    }
    checks["build --check"] = ["course_lib", "build", "--check"]
    which, parallel = "slow" if slow else "not slow", ["-n", "auto", "--dist", "loadgroup"]
    tests = {"tests in parallel": ["pytest", "-m", f"{which} and not alone", *parallel]}
    tests["tests alone"] = ["pytest", "-m", f"{which} and alone"]
    tests = {name: [*step, "--durations=10", *arguments] for name, step in tests.items()}
    steps = tests if slow else checks | tests
    return {name: [str(python), "-m", *step] for name, step in steps.items()}


def requirements(text):
    """The lines of a requirements file as arguments of pip, without comments."""
    lines = (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def wanted(course, dev, light):
    """What to install, by part; `dev` is empty unless the tests are to run."""
    torch = [line for line in course if re.match(r"torch(vision)?\b", line)]
    parts = {"packages": [line for line in course if line not in torch], "dev": dev}
    parts["torch"] = [] if light else torch
    return {part: lines for part, lines in parts.items() if lines}


def to_do(have, want, here):
    """What is missing, in order. What is there beyond the wanted does no harm.

    `have` is the stamp that the last complete installation left in .venv, `here` the folder and
    the Python that it must have been made for.
    """
    if any(have.get(key) != here[key] for key in here):
        return ["environment", "packages"] + (["torch"] if "torch" in want else [])
    missing = {part for part in want if have.get(part) != want[part]}
    todo = ["packages"] if missing & {"packages", "dev"} else []
    return todo + (["torch"] if "torch" in missing else [])


def torch_sources(system, machine, nvidia, variables):
    """Where to get torch and torchvision: name, size, options and environment of pip, in order.

    A mixed pair cannot be imported, so both come from one place. On Linux the usual index adds
    NVIDIA's libraries; PyTorch's own index has a build for computers without such a card.
    """
    size = "3 GB" if system == "linux" else "0.2 GB"
    alone = {**variables, "PIP_FIND_LINKS": "."}  # no folder of wheels with half of another pair
    usual = [("the usual index", size, [], variables), ("the usual index only", size, [], alone)]
    if nvidia or (system, machine) != ("linux", "x86_64"):
        return usual
    # One short try, whatever pip was told to use elsewhere; certificates and proxies stay.
    kept = ("PIP_CERT", "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_CACHE_DIR", "PIP_NO_CACHE_DIR")
    own = {k: v for k, v in variables.items() if not k.startswith("PIP_") or k in kept}
    own["PIP_CONFIG_FILE"] = os.devnull
    options = ["--index-url", OWN_INDEX, "--only-binary", ":all:", "--timeout", "15"]
    return [("PyTorch's own index", "0.2 GB", [*options, "--retries", "0"], own), *usual]


def explain(output, **facts):
    """What came, what is needed and what to type, from what pip or venv printed."""
    errors = re.findall(r"^\s*error:.*", output, re.IGNORECASE | re.MULTILINE)
    reason = last_line("\n".join(errors) or output).rstrip(".")
    found = next(text for text in FAILURES if re.search(text, output, re.IGNORECASE))
    return FAILURES[found].format(reason=reason, **facts)


def last_line(text):
    return ["", *filter(None, map(str.strip, text.splitlines()))][-1]


# What acts on this computer.

ROOT = Path(__file__).resolve().parent
PYTHON = venv_python(ROOT, sys.platform)
STAMP = ROOT / ".venv" / "stamp.json"
LOG = ROOT / ".venv" / "pip.log"
SEARCHED = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
VARIABLES = {**os.environ, "PYTHONUTF8": "1", "PATH": SEARCHED}  # python, in JupyterLab's terminal
AGAIN = again(sys.platform, sys.argv[1:])


def problem(output):
    if shutil.disk_usage(ROOT).free < 2e8:  # venv does not tell why it failed
        output += "no space left"
    size = 1 if "--light" in sys.argv else 6 if sys.platform == "linux" else 2
    version = "{}.{}".format(*sys.version_info)
    return Problem(explain(output, root=ROOT, size=size, version=version, again=AGAIN))


def ask(*command):
    """Run a command quietly; return whether it succeeded and what it printed."""
    files = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    text = {"encoding": "utf-8", "errors": "replace"}
    try:
        done = subprocess.run(list(map(str, command)), cwd=ROOT, env=VARIABLES, **files, **text)
    except OSError as error:
        return False, str(error)
    return done.returncode == 0, done.stdout


def pip(arguments, variables=VARIABLES):
    """Run pip, showing its latest line and the seconds; return success and what it printed."""
    quiet = {"PIP_PROGRESS_BAR": "off", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    begin, live = time.monotonic(), sys.stdout.isatty()
    with open(LOG, "w", encoding="utf-8") as log:
        with contextlib.suppress(AttributeError, OSError):  # Windows, some network drives
            fcntl.flock(log, fcntl.LOCK_EX)  # pip inherits this lock, see busy()
        files = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
        command = [str(PYTHON), "-m", "pip", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env={**variables, **quiet}, **files)
    width = shutil.get_terminal_size().columns - 1
    while process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5 if live else 30)
        line = f"{time.monotonic() - begin:6.0f} s  {last_line(LOG.read_text('utf-8', 'replace'))}"
        print(line[:width].ljust(width), end="\r" if live else "\n", flush=True)
    print(end=" " * width + "\r" if live else "")
    return process.returncode == 0, LOG.read_text("utf-8", "replace")


def busy():
    """Whether an earlier installation still runs, even if the run.py that began it was killed."""
    try:
        if not fcntl:
            LOG.unlink()  # Windows refuses as long as pip has it open
        else:
            with open(LOG, encoding="utf-8") as log:
                fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError if fcntl else PermissionError)
    return False


def here():
    """What an installation belongs to: this folder and a Python that still runs."""
    runs, version = ask(PYTHON, "-c", "import sys; print(*sys.version_info[:2])")
    return {"root": str(ROOT), "python": runs and version.strip()}


def install_torch(lines):
    """Install torch and torchvision from the first source whose pair can be imported."""
    nvidia = os.path.exists("/dev/nvidia0") or os.path.exists("/proc/driver/nvidia")
    for source in torch_sources(sys.platform, platform.machine(), nvidia, VARIABLES):
        name, size, options, variables = source
        print(f"Installing PyTorch from {name}: {size} to download (without it: {AGAIN} --light)")
        done, output = pip(["install", *options, *lines], variables)
        if done:
            done, output = ask(PYTHON, "-c", "import torchvision")
            if done:
                return
            print(f"torch and torchvision from {name} do not work: {last_line(output)}")
            pip(["uninstall", "-y", "torch", "torchvision"])
        elif not options:
            raise problem(output)
        else:
            print(f"{name} could not be used.")
    raise Problem(f"PyTorch does not work here. Everything else does; type: {AGAIN} --light")


def set_up(test, light):
    """Install what is missing in .venv. The stamp there tells what has come to its end."""
    names = ("requirements.txt", "requirements-dev.txt")
    course, dev = (requirements((ROOT / name).read_text("utf-8")) for name in names)
    want = wanted(course, dev if test else [], light)
    try:
        have = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        have = {}
    todo = to_do(have, want, here())
    if todo and busy():
        raise Problem(f"It is being installed already. When that has ended, type: {AGAIN}")
    if "environment" in todo:
        print(f"Making the folder {STAMP.parent}")
        have = {}
        done, output = ask(sys.executable, "-m", "venv", "--clear", STAMP.parent)
        if not done:
            raise problem(output)
    if "packages" in todo:
        print("Installing JupyterLab, NumPy and the others: 0.2 GB to download the first time")
        STAMP.unlink(missing_ok=True)  # what is interrupted from here on is made anew
        done, output = pip(["install", "--no-deps", "-e", "."])  # its requirements name torch
        if done:
            done, output = pip(["install", *want["packages"], *want.get("dev", [])])
        if not done:
            if "Installing collected packages" not in output:
                STAMP.write_text(json.dumps(have), encoding="utf-8")  # nothing has been changed
            raise problem(output)
        have = {**want, **here(), "torch": have.get("torch")}
        STAMP.write_text(json.dumps(have), encoding="utf-8")
    if "torch" in todo:
        install_torch(want["torch"])
        STAMP.write_text(json.dumps({**have, **want}), encoding="utf-8")


def open_lab(arguments):
    print("Opening the course in JupyterLab. To end it, press Ctrl-C here.")
    command = lab_command(PYTHON, ROOT, arguments)
    with subprocess.Popen(command, cwd=ROOT, env=VARIABLES) as lab:
        while True:
            try:
                return lab.wait()
            except KeyboardInterrupt:
                pass  # JupyterLab has had it too, and asks whether to stop


def open_book(arguments):
    return subprocess.call(
        [str(PYTHON), "-m", "course_lib", "book", "--serve", *arguments], cwd=ROOT, env=VARIABLES
    )


def run_tests(slow, arguments):
    """Run every step, whatever became of the others; return 0 if all passed."""
    begin, codes = time.monotonic(), {}
    for name, command in test_commands(PYTHON, slow, arguments).items():
        print(f"== {name}: {' '.join(command)}")
        codes[name] = subprocess.call(command, cwd=ROOT, env=VARIABLES)
    # 5: no test was selected. It is enough that one of the two calls of pytest finds some.
    good = {0} if list(codes.values())[-2:] == [5, 5] else {0, 5}
    results = {"passed": [name for name, code in codes.items() if code in good]}
    results["FAILED"] = [name for name in codes if name not in results["passed"]]
    said = [f"{word}: {', '.join(names)}" for word, names in results.items() if names]
    print(f"== {'; '.join(said)} ({time.monotonic() - begin:.0f} s)")
    return 1 if results["FAILED"] else 0


def main(arguments):
    message = too_old(sys.version_info, sys.platform)
    if message:
        print(message)
        return 1
    sys.stdout.reconfigure(line_buffering=True, errors="replace")
    test, book = arguments[:1] == ["test"], arguments[:1] == ["book"]
    light, slow = "--light" in arguments, "--slow" in arguments
    rest = [word for word in arguments[test or book :] if word not in ("--light", "--slow")]
    if {"-h", "--help"} & set(rest):
        print(__doc__)
        return 0
    try:
        set_up(test or book, light)
        if test:
            return run_tests(slow, rest)
        return open_book(rest) if book else open_lab(rest)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    except Problem as trouble:
        print(f"\n{trouble}")
    except OSError as error:
        print(f"\n{problem(str(error))}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
