"""run.py: what it decides and says on every system, and what it does with a pip that is not one."""

import ast
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "run.py"
SYSTEMS = ("linux", "darwin", "win32")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of Linux and macOS")

PYTEST = ["py", "-m", "pytest", "-m"]
SPREAD, SLOWEST = ["-n", "auto", "--dist", "loadgroup"], "--durations=10"
MIXED = "RuntimeError: operator torchvision::nms does not exist"
OFFLINE = "connection broken by 'NameResolutionError(\"Failed to resolve\")': /simple/numpy/"


def load(folder):
    """run.py as a module, from a folder of its own."""
    folder.mkdir(exist_ok=True)
    lines = "# course\nnumpy>=2  # arrays\ntorchvision>=0.20,<1\n\n"
    (folder / "requirements.txt").write_text(lines, encoding="utf-8")
    (folder / "requirements-dev.txt").write_text("pytest>=8\n", encoding="utf-8")
    return module(shutil.copy(SOURCE, folder))


def module(path):
    spec = importlib.util.spec_from_file_location("run", path)
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    return run


RUN = module(SOURCE)


class Computer:
    """Stands in for pip, venv and the Python of .venv; `answers` says what pip will do.

    `asked` lists what pip was to install, but for course_lib itself, which `linked` counts.
    """

    def __init__(self, run, monkeypatch):
        self.run, self.asked, self.answers, self.pair, self.venv = run, [], {}, "", (True, "")
        self.python, self.linked = "3 11", 0
        for name in ("pip", "ask", "open_lab"):
            monkeypatch.setattr(run, name, getattr(self, name))
        monkeypatch.setattr(run.sys, "argv", ["run.py"])
        monkeypatch.setattr(run.sys, "platform", "linux")
        monkeypatch.setattr(run.platform, "machine", lambda: "x86_64")
        monkeypatch.setattr(run.os.path, "exists", lambda path: False)  # no NVIDIA device
        monkeypatch.setattr(run, "AGAIN", "python3 run.py")

    def open_lab(self, arguments):
        return 7

    def pip(self, arguments, variables=None):
        if arguments == ["install", "--no-deps", "-e", "."]:
            self.linked += 1
            return self.answers.get("course_lib", (True, "Installing collected packages", ""))[:2]
        source = arguments[0] if arguments[0] == "uninstall" else "packages"
        if arguments[-1].startswith("torchvision>"):
            usual = "only" if variables.get("PIP_FIND_LINKS") == "." else "usual"
            source = "own" if "--index-url" in arguments else usual
        self.asked.append((source, arguments))
        done, output, self.pair = self.answers.get(source, (True, "", ""))
        return done, output

    def ask(self, *command):
        words = [str(word) for word in command]
        if words[1:4] == ["-m", "venv", "--clear"]:
            shutil.rmtree(words[4], ignore_errors=True)
            Path(words[4]).mkdir()
            return self.venv
        if words[-1] == "import torchvision":
            return not self.pair, f"Traceback:\n{self.pair}\n"
        return bool(self.python), f"{self.python}\n"

    def sources(self):
        """Where pip was to install from since the last look."""
        asked, self.asked = self.asked, []
        return [source for source, _ in asked]


@pytest.fixture
def run(tmp_path):
    return load(tmp_path / "a côurse")


@pytest.fixture
def computer(run, monkeypatch):
    return Computer(run, monkeypatch)


# Paths, commands and messages.


def test_paths_and_what_to_type():
    assert str(RUN.venv_python(PurePosixPath("/c"), "darwin")) == "/c/.venv/bin/python"
    assert str(RUN.venv_python(PureWindowsPath("C:/c"), "win32")) == (
        r"C:\c\.venv\Scripts\python.exe"
    )
    assert [RUN.again(system) for system in SYSTEMS] == [
        "python3 run.py", "python3 run.py", "python run.py",
    ]  # fmt: skip
    assert RUN.again("win32", ["test", "--light"]) == "python run.py test --light"


@pytest.mark.parametrize("root", [PurePosixPath("/a b/c"), PureWindowsPath(r"C:\a b\c")])
def test_lab_opens_the_first_page_with_the_course_as_its_root(root):
    command = RUN.lab_command("python", root, ["--no-browser", "--port", "8899"])
    assert command[:3] == ["python", "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={root}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command
    assert command[-3:] == ["--no-browser", "--port", "8899"]


def test_steps_of_the_tests():
    steps = RUN.test_commands("py", False, ["-k", "adam"])
    assert list(steps.values()) == [
        ["py", "-m", "ruff", "check", "."],
        ["py", "-m", "ruff", "format", "--check", "."],
        ["py", "-m", "course_lib", "build", "--check"],
        [*PYTEST, "not slow and not alone", *SPREAD, SLOWEST, "-k", "adam"],
        [*PYTEST, "not slow and alone", SLOWEST, "-k", "adam"],
    ]
    assert list(RUN.test_commands("py", True, ["-x"]).values()) == [
        [*PYTEST, "slow and not alone", *SPREAD, SLOWEST, "-x"],
        [*PYTEST, "slow and alone", SLOWEST, "-x"],
    ]


def test_requirements_lose_comments_and_nothing_else():
    text = '# a\n\nnumpy>=2,<3  # b\n  x; python_version < "3.12"\nu @ file:///a#egg=u\n'
    assert RUN.requirements(text) == [
        "numpy>=2,<3", 'x; python_version < "3.12"', "u @ file:///a#egg=u",
    ]  # fmt: skip


def test_light_leaves_out_torch_alone():
    course = ["numpy", "torch>=2", "torchvision>=0.20", "torchmetrics"]
    rest = ["numpy", "torchmetrics"]
    assert RUN.wanted(course, [], light=True) == {"packages": rest}
    assert RUN.wanted(course, ["pytest"], light=False) == {
        "packages": rest, "dev": ["pytest"], "torch": ["torch>=2", "torchvision>=0.20"],
    }  # fmt: skip


def test_the_course_s_own_requirements():
    text = SOURCE.with_name("requirements.txt").read_text(encoding="utf-8")
    want = RUN.wanted(RUN.requirements(text), [], light=False)
    assert [line[:11] for line in want["torch"]] == ["torchvision"]
    assert any(line.startswith("jupyterlab") for line in want["packages"])


HERE = {"root": "/course", "python": "3 11"}
FULL = {"packages": ["numpy"], "torch": ["torchvision"]}
LIGHT, TESTS = {"packages": ["numpy"]}, {**FULL, "dev": ["pytest"]}
NEWER = {"packages": ["numpy>=3"], "torch": ["torchvision"]}
ANEW = ["environment", "packages", "torch"]


@pytest.mark.parametrize(
    ("have", "want", "here", "todo"),
    [
        pytest.param({}, FULL, HERE, ANEW, id="fresh or half made"),
        pytest.param({}, TESTS, HERE, ANEW, id="fresh, tests"),
        pytest.param({}, LIGHT, HERE, ["environment", "packages"], id="fresh, light"),
        pytest.param({**FULL, **HERE}, FULL, HERE, [], id="second start"),
        pytest.param({**FULL, **HERE}, LIGHT, HERE, [], id="full does for light"),
        pytest.param({**LIGHT, **HERE}, FULL, HERE, ["torch"], id="light to full"),
        pytest.param({**TESTS, **HERE}, FULL, HERE, [], id="tests do for the course"),
        pytest.param({**FULL, **HERE}, TESTS, HERE, ["packages"], id="course to tests"),
        pytest.param({**LIGHT, **HERE}, TESTS, HERE, ["packages", "torch"], id="light to tests"),
        pytest.param({**FULL, **HERE}, NEWER, HERE, ["packages"], id="requirements changed"),
        pytest.param({**FULL, **HERE}, FULL, {**HERE, "root": "/moved"}, ANEW, id="moved"),
        pytest.param({**FULL, **HERE}, FULL, {**HERE, "python": "3 13"}, ANEW, id="new Python"),
        pytest.param({**FULL, **HERE}, FULL, {**HERE, "python": False}, ANEW, id="broken Python"),
    ],
)
def test_what_is_to_be_done(have, want, here, todo):
    assert RUN.to_do(have, want, here) == todo


@pytest.mark.parametrize(
    ("system", "machine", "nvidia", "names", "size"),
    [
        ("linux", "x86_64", False, ["PyTorch's own index"], "3 GB"),
        ("linux", "x86_64", True, [], "3 GB"),
        ("linux", "aarch64", False, [], "3 GB"),
        ("darwin", "x86_64", False, [], "0.2 GB"),
        ("win32", "AMD64", False, [], "0.2 GB"),
    ],
)
def test_where_torch_comes_from(system, machine, nvidia, names, size):
    sources = RUN.torch_sources(system, machine, nvidia, {"HOME": "/h"})
    assert [source[0] for source in sources] == [*names, "the usual index", "the usual index only"]
    assert sources[-1][1] == sources[-2][1] == size


def test_the_own_index_is_asked_without_what_else_pip_was_told():
    told = {
        "PIP_FIND_LINKS": "/wheels", "PIP_EXTRA_INDEX_URL": "x", "PIP_DEFAULT_TIMEOUT": "180",
        "PIP_CERT": "/cert", "HTTPS_PROXY": "proxy", "SSL_CERT_FILE": "/cert",
    }  # fmt: skip
    own, usual, only = RUN.torch_sources("linux", "x86_64", False, told)
    assert own[3] == {
        "PIP_CERT": "/cert", "HTTPS_PROXY": "proxy", "SSL_CERT_FILE": "/cert",
        "PIP_CONFIG_FILE": os.devnull,
    }  # fmt: skip
    options = " ".join(own[2])
    assert "--index-url https://download.pytorch.org/whl/cpu" in options
    assert "--only-binary :all:" in options
    assert "--timeout 15 --retries 0" in options
    assert usual[2:] == ([], told)
    assert only[2:] == ([], {**told, "PIP_FIND_LINKS": "."})


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_too_old_a_python_is_told_what_to_do(version, system):
    message = RUN.too_old(version, system)
    assert message.startswith("This is Python {}.{}, and the course needs 3.11".format(*version))
    assert message.endswith("py -3 run.py" if system == "win32" else "python3.13 run.py")


def test_python_new_enough():
    assert [RUN.too_old(version, "linux") for version in [(3, 11, 0), (3, 14, 1), (4, 0)]] == [
        ""
    ] * 3


def test_old_pythons_can_read_run_py():
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))


OLD = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python")) + sorted(
    Path.home().glob(".pyenv/versions/3.10.*/bin/python")
)


@pytest.mark.skipif(not OLD, reason="no old Python on this computer")
@pytest.mark.parametrize("python", OLD, ids=lambda python: python.parts[-3])
def test_old_pythons_end_with_one_sentence(python):
    done = subprocess.run([python, SOURCE], capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert re.fullmatch(r"This is Python 3\.\d+, and the course needs 3\.11 .*\n", done.stdout)


@pytest.mark.parametrize(
    ("output", "start", "end"),
    [
        (OFFLINE, "The package index could not", "then type: AGAIN"),
        ("socket.gaierror: [Errno 11001] getaddrinfo failed", "The package index", "AGAIN"),
        ("ProxyError('Cannot connect to proxy.')", "The package index", "AGAIN"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed", "The package index", "AGAIN"),
        ("OSError: [Errno 28] No space left on device", "The disk of ROOT", "AGAIN"),
        ("[WinError 112] There is not enough space on the disk", "The disk of ROOT", "AGAIN"),
        ("Error: [Errno 13] Permission denied: '/c/.venv'", "Writing to ROOT", "AGAIN"),
        ("Error: [Errno 30] Read-only file system: '/c/.venv'", "Writing to ROOT", "AGAIN"),
        ("PermissionError: [WinError 5] Access is denied: 'x.pyd'", "Writing to ROOT", "AGAIN"),
        ("not created successfully because ensurepip is not available", "This Python", "AGAIN"),
        ("/usr/bin/python3: No module named venv", "This Python lacks", "then: AGAIN"),
        ("ERROR: No matching distribution found for torch==2.15.0", "There is no", "AGAIN --light"),
        ("ERROR: No matching distribution found for torchvision<1", "There is no", "AGAIN --light"),
        (
            "Collecting async-timeout\nERROR: No matching distribution found for numpy\nnote: x\n",
            "The installation failed: ERROR: No matching distribution found for numpy. ",
            "AGAIN",
        ),
        ("Killed\n\n", "The installation failed: Killed. See", "AGAIN"),
        ("error: it broke.\n", "The installation failed: error: it broke. See", "AGAIN"),
        ("", "The installation failed", "AGAIN"),
    ],
)
def test_a_failure_is_explained(output, start, end):
    message = RUN.explain(output, root="ROOT", size=6, version="3.12", again="AGAIN")
    assert message.startswith(start)
    assert message.endswith(end)
    assert "\n" not in message


# What it does, on a computer that is not one.


def test_first_start_installs_and_opens_then_only_opens(run, computer, capsys):
    assert run.main([]) == 7
    packages, torch = computer.asked
    assert packages == ("packages", ["install", "numpy>=2"])
    assert computer.linked == 1
    assert torch[0] == "own"
    assert torch[1][-1] == "torchvision>=0.20,<1"
    assert capsys.readouterr().out.count("0.2 GB to download") == 2
    assert [run.main([]), run.main(["--light"])] == [7, 7]
    assert computer.sources() == ["packages", "own"]
    assert "Installing" not in capsys.readouterr().out


def test_light_then_full_installs_torch_alone(run, computer):
    run.set_up(test=False, light=True)
    assert computer.sources() == ["packages"]
    run.set_up(test=False, light=False)
    assert computer.sources() == ["own"]


def test_tests_add_their_packages_and_the_course_keeps_them(run, computer):
    run.set_up(test=False, light=False)
    computer.asked.clear()
    run.set_up(test=True, light=False)
    assert computer.asked == [("packages", ["install", "numpy>=2", "pytest>=8"])]
    run.set_up(test=False, light=False)
    run.set_up(test=True, light=False)
    assert len(computer.asked) == 1


def test_changed_requirements_are_installed_over_the_old(run, computer):
    run.set_up(test=False, light=False)
    computer.asked.clear()
    kept = run.STAMP.with_name("kept")
    kept.write_text("", encoding="utf-8")
    path = run.ROOT / "requirements.txt"
    path.write_text(path.read_text(encoding="utf-8") + "# only a comment\n", encoding="utf-8")
    run.set_up(test=False, light=False)
    assert computer.asked == []
    path.write_text("tqdm\ntorchvision>=0.20,<1\n", encoding="utf-8")
    run.set_up(test=False, light=False)
    assert computer.asked == [("packages", ["install", "tqdm"])]
    assert kept.exists()


def test_a_moved_folder_is_noticed(run, computer, monkeypatch):
    run.set_up(test=False, light=True)
    (run.STAMP.parent / "old").write_text("", encoding="utf-8")
    run.ROOT.rename(run.ROOT.with_name("moved"))
    moved = load(run.ROOT.with_name("moved"))
    computer = Computer(moved, monkeypatch)
    moved.set_up(test=False, light=True)
    assert computer.sources() == ["packages"]
    assert not (moved.STAMP.parent / "old").exists()


def test_what_an_environment_had_is_forgotten_with_it(run, computer):
    run.set_up(test=False, light=False)
    computer.python = "3 12"
    run.set_up(test=False, light=True)
    run.set_up(test=False, light=False)
    assert computer.sources() == ["packages", "own", "packages", "own"]


@pytest.mark.parametrize("python", ["", "3 12"])
def test_a_python_that_is_gone_or_another_is_replaced(run, computer, python):
    run.set_up(test=False, light=True)
    (run.STAMP.parent / "old").write_text("", encoding="utf-8")
    computer.python = python
    run.set_up(test=False, light=True)
    assert computer.sources() == ["packages", "packages"]
    assert not (run.STAMP.parent / "old").exists()


@pytest.mark.parametrize("stamp", ["not json", "{}", None])
def test_a_half_made_environment_is_made_anew(run, computer, stamp):
    run.set_up(test=False, light=True)
    (run.STAMP.parent / "rest").write_text("", encoding="utf-8")
    run.STAMP.unlink()
    if stamp:
        run.STAMP.write_text(stamp, encoding="utf-8")
    run.set_up(test=False, light=True)
    assert computer.sources() == ["packages", "packages"]
    assert not (run.STAMP.parent / "rest").exists()


def test_without_a_network_one_sentence_and_a_second_try(run, computer, capsys):
    computer.answers = {"packages": (False, OFFLINE, "")}
    assert run.main(["--light"]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("The package index could not be reached")
    assert last.endswith("type: python3 run.py")
    computer.answers = {}
    assert run.main(["--light"]) == 7


def test_an_update_that_fails_keeps_what_works_unless_it_was_touched(run, computer):
    run.set_up(test=False, light=True)
    before = run.STAMP.read_text(encoding="utf-8")
    computer.answers = {"packages": (False, OFFLINE, "")}
    with pytest.raises(run.Problem):
        run.set_up(test=True, light=True)
    assert run.STAMP.read_text(encoding="utf-8") == before
    computer.answers = {"course_lib": (False, OFFLINE, "")}  # building it needs setuptools
    with pytest.raises(run.Problem):
        run.set_up(test=True, light=True)
    assert run.STAMP.read_text(encoding="utf-8") == before
    output = "Installing collected packages: a, b\n[Errno 28] No space left on device"
    computer.answers = {"packages": (False, output, "")}
    with pytest.raises(run.Problem, match="is full"):
        run.set_up(test=True, light=True)
    assert not run.STAMP.exists()


def test_the_disk_is_full_before_pip_can_say_so(run, computer, monkeypatch):
    computer.venv = (False, "Error: ensurepip returned non-zero exit status 1.")
    with pytest.raises(run.Problem, match="ensurepip returned"):
        run.set_up(test=False, light=True)
    usage = shutil.disk_usage(run.ROOT)
    monkeypatch.setattr(run.shutil, "disk_usage", lambda path: usage._replace(free=10**8))
    with pytest.raises(run.Problem, match="is full"):
        run.set_up(test=False, light=True)


def test_debian_without_venv(run, computer, capsys):
    computer.venv = (False, "... was not created successfully because ensurepip is not available.")
    assert run.main([]) == 1
    version = "{}.{}".format(*sys.version_info)
    assert f"sudo apt install python{version}-venv" in capsys.readouterr().out
    assert computer.asked == []


def test_writing_is_refused(run, computer, monkeypatch, capsys):
    def refuse(*arguments, **more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(run, "pip", refuse)
    assert run.main(["--light"]) == 1
    assert f"Writing to {run.ROOT} was refused" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answers", "sources"),
    [
        ({}, ["own"]),
        ({"own": (False, OFFLINE, "")}, ["own", "usual"]),
        ({"own": (True, "", MIXED)}, ["own", "uninstall", "usual"]),
        (
            {"own": (False, OFFLINE, ""), "usual": (True, "", MIXED)},
            ["own", "usual", "uninstall", "only"],
        ),
    ],
)
def test_torch_and_torchvision_come_as_a_pair_that_works(run, computer, capsys, answers, sources):
    computer.answers = answers
    run.set_up(test=False, light=False)
    removed = [arguments for source, arguments in computer.asked if source == "uninstall"]
    assert removed == [["uninstall", "-y", "torch", "torchvision"]] * sources.count("uninstall")
    assert computer.sources() == ["packages", *sources]
    said = capsys.readouterr().out
    assert ("do not work: " + MIXED in said) == ("uninstall" in sources)
    assert ("PyTorch's own index could not be used." in said) == (sources[:2] == ["own", "usual"])
    assert said.count("without it: python3 run.py --light") == len(set(sources) - {"uninstall"})
    run.set_up(test=False, light=False)
    assert computer.asked == []


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (dict.fromkeys(("own", "usual", "only"), (True, "", MIXED)), "does not work here"),
        (dict.fromkeys(("own", "usual"), (False, OFFLINE, "")), "could not be reached"),
        (
            {
                "own": (False, "", ""),
                "usual": (False, "ERROR: No matching distribution found for torch==2.15", ""),
            },
            "There is no PyTorch for this Python",
        ),
    ],
)
def test_without_a_torch_that_works_light_opens_at_once(run, computer, capsys, answers, words):
    computer.answers = answers
    assert run.main([]) == 1
    assert words in capsys.readouterr().out.splitlines()[-1]
    computer.asked.clear()
    assert run.main(["--light"]) == 7
    assert computer.asked == []
    assert run.main([]) == 1  # the full start tries again
    assert computer.sources()[0] == "own"


CHECKS, TWICE = "ruff check, ruff format, build --check", "tests in parallel, tests alone"


@pytest.mark.parametrize(
    ("codes", "slow", "code", "line"),
    [
        ([0, 0, 0, 0, 0], [], 0, f"== passed: {CHECKS}, {TWICE} ("),
        ([0, 0, 0, 0, 5], [], 0, f"== passed: {CHECKS}, {TWICE} ("),
        ([0, 0, 0, 5, 0], [], 0, f"== passed: {CHECKS}, {TWICE} ("),
        ([0, 0, 0, 5, 5], [], 1, f"== passed: {CHECKS}; FAILED: {TWICE} ("),
        ([0, 0, 0, 1, 5], [], 1, f"== passed: {CHECKS}, tests alone; FAILED: tests in parallel ("),
        (
            [0, 1, 0, 0, 2],
            [],
            1,
            "== passed: ruff check, build --check, tests in parallel; FAILED: ",
        ),
        ([0, 0], ["--slow"], 0, f"== passed: {TWICE} ("),
        ([5, 0], ["--slow"], 0, f"== passed: {TWICE} ("),
        ([5, 5], ["--slow"], 1, f"== FAILED: {TWICE} ("),
        ([0, 1], ["--slow"], 1, "== passed: tests in parallel; FAILED: tests alone ("),
    ],
)
def test_every_step_runs_and_is_reported(
    run, computer, monkeypatch, capsys, codes, slow, code, line
):
    commands = []

    def call(command, cwd, env):
        assert (cwd, env["PYTHONUTF8"]) == (run.ROOT, "1")
        assert env["PATH"].split(os.pathsep)[0] == str(run.PYTHON.parent)
        commands.append(command)
        return codes[len(commands) - 1]

    monkeypatch.setattr(run.subprocess, "call", call)
    assert run.main(["test", *slow, "--light", "-q"]) == code
    assert len(commands) == len(codes)
    assert commands[-1][-3:] == [f"{'' if slow else 'not '}slow and alone", SLOWEST, "-q"]
    assert capsys.readouterr().out.splitlines()[-1].startswith(line)
    assert computer.asked == [("packages", ["install", "numpy>=2", "pytest>=8"])]


@pytest.mark.parametrize("device", ["/dev/nvidia0", "/proc/driver/nvidia"])
def test_with_an_nvidia_card_torch_comes_from_the_usual_index(run, computer, monkeypatch, device):
    monkeypatch.setattr(run.os.path, "exists", lambda path: path == device)
    run.set_up(test=False, light=False)
    assert computer.sources() == ["packages", "usual"]


def test_help_installs_nothing(run, computer, capsys):
    assert [run.main(["test", "--help"]), run.main(["-h"])] == [0, 0]
    assert "--light" in capsys.readouterr().out
    assert not run.STAMP.parent.exists()


def test_busy_on_windows(run, monkeypatch):
    monkeypatch.setattr(run, "fcntl", None)
    assert not run.busy()  # no log yet
    run.STAMP.parent.mkdir()
    run.LOG.write_text("", encoding="utf-8")
    assert not run.busy()

    def refuse(path, **more):
        raise PermissionError(13, "The file is being used by another process")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert run.busy()


# The same with real processes. `python -m pip` takes a pip.py in the folder it runs in before the
# real pip, so the course's folder gets small stand-ins.

PROGRAMS = {
    "venv.py": "import pathlib, sys; pathlib.Path(sys.argv[-1]).mkdir(exist_ok=True)",
    "pip.py": """
import json, os, pathlib, sys, time
variables = {key: os.environ[key] for key in os.environ if key.startswith("PIP_")}
with open("calls.jsonl", "a", encoding="utf-8") as calls:
    print(json.dumps([sys.argv[1:], variables]), file=calls)
print("Collecting numpy\\nInstalling collected packages: numpy", flush=True)
while pathlib.Path("wait").exists():
    time.sleep(0.02)
sys.exit(OFFLINE if pathlib.Path("offline").exists() else 0)
""".replace("OFFLINE", repr(OFFLINE)),
    "jupyterlab.py": """
import os, pathlib, sys
sys.stdout.reconfigure(errors="replace")
print("Lab", sys.argv[1:], os.environ["PYTHONUTF8"], pathlib.Path.cwd())
sys.exit(7)
""",
}
DRIVER = """
import pathlib, sys
import run
run.PYTHON = pathlib.Path(sys.executable)
sys.exit(run.main(sys.argv[1:]))
"""


@pytest.fixture
def start(run, monkeypatch):
    """Start run.py as a process with a group of its own."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "PYTHONSAFE"))]:
        monkeypatch.delenv(name)
    for name, text in PROGRAMS.items():
        (run.ROOT / name).write_text(text, encoding="utf-8")
    variables = {**os.environ, "PYTHONIOENCODING": "ascii"}  # as on an old console
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    started = []

    def start(*arguments):
        command = [sys.executable, "-c", DRIVER, *arguments]
        process = subprocess.Popen(
            command, cwd=run.ROOT, env=variables, start_new_session=True, **pipes
        )
        started.append(process)
        return process

    yield start
    (run.ROOT / "wait").unlink(missing_ok=True)  # so that nothing is left running
    for process in started:
        process.communicate(timeout=20)


def wait_for(condition):
    for _ in range(800):
        if condition():
            return
        time.sleep(0.025)
    raise AssertionError("nothing came within twenty seconds")


def test_a_real_start(run, start):
    process = start("--light", "--port", "8899")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 7
    root = str(run.ROOT).replace("ô", "?")
    assert f"Making the folder {root}" in said
    assert f"Lab ['--ServerApp.root_dir={root}'" in said
    assert said.endswith(f"'--port', '8899'] 1 {root}\n")
    lines = (run.ROOT / "calls.jsonl").read_text(encoding="utf-8").splitlines()
    variables = {
        "PIP_NO_INPUT": "1", "PIP_PROGRESS_BAR": "off", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }  # fmt: skip
    assert [json.loads(line) for line in lines] == [
        [["install", "--no-deps", "-e", "."], variables],
        [["install", "numpy>=2"], variables],
    ]
    assert "Installing collected packages" in run.LOG.read_text(encoding="utf-8")


def test_pip_gets_the_variables_of_its_source(run, start):
    run.STAMP.parent.mkdir()
    run.PYTHON = Path(sys.executable)
    done, output = run.pip(["install", "x"], {**os.environ, "PIP_FIND_LINKS": "."})
    assert (done, output.splitlines()[0]) == (True, "Collecting numpy")
    arguments, variables = json.loads((run.ROOT / "calls.jsonl").read_text(encoding="utf-8"))
    assert (arguments, variables["PIP_FIND_LINKS"]) == (["install", "x"], ".")


def test_a_program_that_is_not_there(run):
    done, said = run.ask(run.ROOT / "nothing")
    assert not done
    assert said
    run.PYTHON = run.ROOT / "nothing"
    assert run.here() == {"root": str(run.ROOT), "python": False}


def test_a_real_start_without_a_network(run, start):
    (run.ROOT / "offline").write_text("", encoding="utf-8")
    process = start("--light")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("The package index could not be reached")


@posix
def test_killed_while_installing(run, start):
    (run.ROOT / "wait").write_text("", encoding="utf-8")
    first = start("--light")
    wait_for(lambda: run.LOG.is_file() and "Installing" in run.LOG.read_text(encoding="utf-8"))
    first.kill()
    first.wait(20)
    assert run.busy()  # pip lives on
    said, _ = start("--light").communicate(timeout=60)
    assert said.splitlines()[-1].startswith("It is being installed already")
    (run.ROOT / "wait").unlink()
    wait_for(lambda: not run.busy())
    assert start("--light").wait(60) == 7
    assert run.STAMP.exists()


@posix
def test_ctrl_c_while_installing_ends_quietly(run, start):
    (run.ROOT / "wait").write_text("", encoding="utf-8")
    process = start("--light")
    wait_for(lambda: run.LOG.is_file() and "Installing" in run.LOG.read_text(encoding="utf-8"))
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.endswith("\nStopped.\n")
    assert "Traceback" not in said
    assert not run.STAMP.exists()


@posix
def test_ctrl_c_is_for_jupyterlab_to_answer(run, start):
    text = """
import pathlib, signal, sys, time
def stop(*_):
    time.sleep(0.5)
    print("Lab has ended by itself", flush=True)
    sys.exit(0)
signal.signal(signal.SIGINT, stop)
pathlib.Path("open").write_text("", encoding="utf-8")
time.sleep(30)
"""
    (run.ROOT / "jupyterlab.py").write_text(text, encoding="utf-8")
    process = start("--light")
    wait_for((run.ROOT / "open").is_file)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.endswith("Lab has ended by itself\n")
