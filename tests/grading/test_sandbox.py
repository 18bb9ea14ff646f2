"""The walls round a kernel, each tried from inside, at each level that this machine gives.

Whoever runs these tests as root sees more of the level "process" fail to hold, as it says it may.
"""

import json
import os
import platform
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from helpers import grading_class as small
from helpers.grading_class import assert_only, kinds

from course_lib.build.command import ROOT
from course_lib.grading.run import execute, job, sandbox, scratch
from course_lib.grading.run.decide import MachineTrouble

pytestmark = pytest.mark.alone  # they count, sweep and stop processes
WALLS = ("landlock", "namespaces")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="walls are Linux's")
# What a student tries: prints {name: "" when it worked, else what it raised}.
TRY = """
import ctypes, json, os, socket, sys
from course_lib.checks import lesson_01, lesson_03
given = json.loads(sys.argv[1])
def read(path):
    with open(path, "rb") as file:
        assert file.read(1)
def connect(kind, address, family=socket.AF_INET):
    with socket.socket(family, kind) as made:
        made.settimeout(2)
        made.connect(address)
        made.send(b"x")
def listen():
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
libc = ctypes.CDLL(None, use_errno=True)
parent = given["parent"]
tries = {name: (lambda path=path: read(path)) for name, path in given["files"].items()}
tries |= {f"list {name}": (lambda path=path: os.listdir(path))
          for name, path in given["folders"].items()}
tries |= {f"proc {name}": (lambda name=name: read(f"/proc/{parent}/{name}"))
          for name in ("environ", "mem", "maps", "auxv")}
tries |= {
    "proc fd": lambda: os.listdir(f"/proc/{parent}/fd"),
    "proc cwd": lambda: os.listdir(f"/proc/{parent}/cwd"),
    "proc root": lambda: os.listdir(f"/proc/{parent}/root"),
    "write outside": lambda: open(given["outside"] + "/new", "w"),
    "write library": lambda: open(given["library"] + "/course_lib/optim.py", "a"),
    "write system": lambda: open("/usr/new-by-a-student", "w"),
    "delete outside": lambda: os.remove(given["outside"] + "/canary"),
    "link": lambda: read(os.symlink(given["outside"] + "/canary", "link") or "link"),
    "hard link": lambda: os.link(given["outside"] + "/canary", "hard"),
    "tcp": lambda: connect(socket.SOCK_STREAM, ("127.0.0.1", given["tcp"])),
    "listen": listen,
    "udp": lambda: connect(socket.SOCK_DGRAM, ("127.0.0.1", given["udp"])),
    "abstract": lambda: connect(socket.SOCK_STREAM, "\\0" + given["abstract"], socket.AF_UNIX),
    "kill": lambda: os.kill(parent, 0),
    "kill group": lambda: os.killpg(os.getpgid(parent), 0),
    "ptrace": lambda: checked(libc.ptrace(0x4206, parent, 0, 0)),
    "mount": lambda: checked(libc.mount(b"none", os.getcwd().encode(), b"tmpfs", 0, None)),
    "umount": lambda: checked(libc.umount2(os.getcwd().encode(), 2)),
    "grader": lambda: __import__("course_lib.grading"),
    "build": lambda: __import__("course_lib.build"),
    "own file": lambda: open("own", "w").write("x"),
    "own child": lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)[1] and 1 / 0,
}
last = {  # in a user namespace of its own it has all rights, but not to what is outside
    "unshare and mount": lambda: checked(libc.unshare(0x10020000))
        or checked(libc.mount(b"/proc", b"/usr", None, 4096, None)),
    "chroot": lambda: os.chroot("/usr"),
}
done = {"environment": sorted(os.environ), "pid": os.getpid()}
done["lesson file"] = len(open(lesson_01.__file__).read())
for name, act in (tries | last).items():
    try:
        act()
        done[name] = ""
    except BaseException as error:
        done[name] = type(error).__name__
done["lesson"] = [type(thing).__name__ for thing in (lesson_01.weighted, lesson_03.cut("anything"))]
print(json.dumps(done))
"""
FILES = ("solution", "grader", "check", "other student", "canary", "records", "notebook", "shadow")
MAY = {"own file", "own child"}
NAMED = ("proc environ", "proc mem", "proc maps", "proc fd", "proc cwd", "proc root", "ptrace")
REFUSED = {
    "landlock": {
        *FILES,
        *NAMED,
        "list solutions",
        "list tmp",
        "list home",
        "list checks",
        "list parent",
    }
    | {"write outside", "write library", "write system", "delete outside", "link", "hard link"}
    | {"tcp", "listen", "abstract", "kill", "kill group", "mount", "umount", "unshare and mount"}
    | {"grader", "build"},
}
REFUSED["namespaces"] = REFUSED["landlock"] | {"udp"}
REFUSED["process"] = set()  # what this level promises is a home of its own, and limits


def walls(level, folder):
    try:
        return sandbox.build(level, folder)
    except RuntimeError as error:
        pytest.skip(str(error))


def run_inside(level, folder, script, *arguments):
    """What a script printed that ran as a kernel does."""
    library, own = folder / "library", folder / "job"
    for path in (library, own):
        path.mkdir()
    made = walls(level, library)
    for name in ("cells.jsonl", "merged.ipynb"):
        (own / name).write_text("the expected values", encoding="utf-8")
    config = made.prepare(own, [sys.executable, "-c", script, *arguments])
    return subprocess.run(
        [*made.command(config), "no connection"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,  # as Jupyter begins kernels
    )


@pytest.fixture(scope="module", params=sandbox.LEVELS)
def tried(request, tmp_path_factory):
    """What each try came to at each level, with servers and files outside to reach for."""
    outside, folder = tmp_path_factory.mktemp("outside"), tmp_path_factory.mktemp("inside")
    (outside / "canary").write_text("another student's answers", encoding="utf-8")
    tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    hole = socket.socket(socket.AF_UNIX)
    name = f"course-{os.getpid()}-{request.param}"
    with tcp, udp, hole:
        for server in (tcp, udp):
            server.bind(("127.0.0.1", 0))
        hole.bind("\0" + name)
        tcp.listen(), hole.listen()
        given = {
            "parent": os.getpid(),
            "files": dict(zip(FILES, paths_outside(outside, folder), strict=True)),
            "folders": {
                "solutions": str(ROOT / "solutions"),
                "checks": str(ROOT / "course_lib" / "checks"),
                "tmp": str(outside.parent),
                "home": os.path.expanduser("~"),
                "parent": str(folder / "job"),
            },
            "outside": str(outside),
            "library": str(folder / "library"),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "abstract": name,
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("INSTRUCTORS_TOKEN", "secret of the instructor's shell")
            patch.setenv("LD_PRELOAD_X", "x")
            done = run_inside(request.param, folder, TRY, json.dumps(given))
    assert done.returncode == 0, done.stderr
    return request.param, json.loads(done.stdout.splitlines()[-1])


def paths_outside(outside, folder):
    course = ROOT / "course_lib"
    paths = [ROOT / "solutions" / "01_linear_regression.ipynb", course / "grading" / "job.py"]
    paths += [next((course / "checks" / "lesson_01").glob("[!_]*.py")), outside / "canary"]
    paths += [outside / "canary", folder / "job" / "cells.jsonl", folder / "job" / "merged.ipynb"]
    return [*map(str, paths), "/etc/shadow"]


@LINUX
def test_23_24_25_what_a_level_refuses_is_refused(tried):
    level, done = tried
    worked = {name for name in REFUSED[level] if done[name] == ""}
    assert worked == set()


@LINUX
def test_what_a_kernel_needs_works_at_every_level(tried):
    _, done = tried
    assert {name: done[name] for name in MAY} == dict.fromkeys(MAY, "")


@LINUX
def test_no_variable_of_the_shell_reaches_the_kernel(tried):
    _, done = tried
    known = set(sandbox.environment(ROOT, ROOT, "")) | {"LC_CTYPE", "PWD"}
    assert set(done["environment"]) <= known
    assert "COURSE_SECRET" not in done["environment"]


@LINUX
def test_23_the_checks_of_the_lessons_hold_no_answers(tried):
    _, done = tried
    assert done["lesson"] == ["Silent", "NoneType"]
    assert done["lesson file"] == len(sandbox.SILENT)


@LINUX
def test_only_the_highest_level_hides_other_processes(tried):
    level, done = tried
    assert (done["pid"] == 1) == (level == "namespaces")


def test_the_best_level_is_the_highest_that_holds(monkeypatch):
    monkeypatch.setattr(sandbox, "trial", lambda made: "no" if made.level == "namespaces" else "")
    assert sandbox.best() == "landlock"
    with pytest.raises(RuntimeError, match=r"'namespaces' was required.*namespaces: no"):
        sandbox.best("namespaces")
    monkeypatch.setattr(sandbox, "trial", lambda made: "no")
    with pytest.raises(RuntimeError, match=r"landlock: no; process: no"):
        sandbox.best()


def test_a_level_that_does_not_hold_is_not_built(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "trial", lambda made: "a file outside can be read")
    with pytest.raises(RuntimeError, match="a file outside can be read"):
        sandbox.build("landlock", tmp_path / "library")


def test_a_level_is_tried_once_and_again_where_something_is_different(monkeypatch, tmp_path):
    trials = []
    monkeypatch.setattr(sandbox, "trial", lambda made: trials.append(made.level) or "")
    monkeypatch.setattr(sandbox, "make_library", lambda folder: None)
    held = sandbox.tried("landlock")
    assert sandbox.build("landlock", tmp_path, held).level == "landlock"
    assert trials == []
    changes = {"node": "another host", "release": "another kernel"}
    for name, value in changes.items():
        with monkeypatch.context() as changed:
            changed.setattr(sandbox.platform, name, lambda value=value: value)
            sandbox.build("landlock", tmp_path, held)
    with monkeypatch.context() as changed:
        changed.setattr(sandbox.os, "getuid", lambda: 4711, raising=False)
        sandbox.build("landlock", tmp_path, held)
    sandbox.build("landlock", tmp_path, "")
    assert trials == ["landlock"] * 4
    sandbox.build("namespaces", tmp_path, held)
    assert trials[-1] == "namespaces"


@LINUX
def test_the_trial_sees_walls_that_do_not_stand(monkeypatch):
    """A launcher that puts up no walls, and one that does not start."""
    with scratch.folder() as library:
        sandbox.make_library(library)
        made = sandbox.Sandbox("landlock", library)
        fake = library / "launcher.py"
        text = sandbox.LAUNCHER.read_text(encoding="utf-8")
        fake.write_text(text.replace('if config["level"] != "process"', "if False"))
        monkeypatch.setattr(sandbox, "LAUNCHER", fake)
        assert "can be" in sandbox.trial(made)
        fake.write_text("raise SystemExit('it does not start')")
        assert sandbox.trial(made) == "it does not start"


@LINUX
@pytest.mark.parametrize("level", WALLS)
def test_no_terminal_and_no_disk_can_be_opened(level, tmp_path):
    """Else code of a student's reads what the instructor types, or as root what is on the disk."""
    outside, terminal = os.openpty()
    os.write(outside, b"a password\n")
    devices = sandbox.terminals_and_disks()
    assert os.ttyname(terminal) in devices
    script = """
import os, sys
opened = []
for path in sys.argv[1:]:
    try:
        opened.append((path, os.open(path, os.O_RDONLY | os.O_NONBLOCK)))
    except OSError:
        pass
print([path for path, _ in opened])
assert open("/dev/null", "r+b").write(b"x") == 1
assert open("/dev/zero", "rb").read(1) == bytes(1)
assert len(open("/dev/urandom", "rb").read(9)) == 9
"""
    done = run_inside(level, tmp_path, script, *devices)
    assert done.stdout == "[]\n"
    assert done.returncode == 0
    os.close(outside)
    os.close(terminal)


@LINUX
def test_a_terminal_that_can_be_opened_is_seen_by_the_trial(monkeypatch):
    outside, terminal = os.openpty()
    monkeypatch.setattr(sandbox, "SYSTEM", (*sandbox.SYSTEM, "/dev"))
    with scratch.folder() as library:
        (library / "template").mkdir()
        assert sandbox.trial(sandbox.Sandbox("landlock", library)).endswith("can be opened")
    os.close(outside)
    os.close(terminal)


@LINUX
@pytest.mark.parametrize("level", sandbox.LEVELS)
def test_limits_are_set_and_cannot_be_raised(level, tmp_path):
    script = """
import json, resource
names = ("AS", "FSIZE", "NOFILE", "CORE")
found = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}
try:
    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    found["raised"] = True
except (ValueError, OSError):
    found["raised"] = False
print(json.dumps(found))
"""
    done = json.loads(run_inside(level, tmp_path, script).stdout)
    limits = {name: [limit, limit] for name, limit in sandbox.LIMITS.items()}
    raised = done.pop("raised")
    assert done == limits
    if level != "process" or os.getuid():  # root without walls may raise them again
        assert not raised


@LINUX
def test_a_kernel_of_its_own_processes_can_have_so_many_and_no_more(tmp_path):
    """Where Linux knows the limit; it is the namespace's, and not the machine's."""
    if tuple(map(int, platform.release().split(".")[:2])) < (6, 14):
        pytest.skip("this Linux has no limit for a namespace alone")
    before = Path("/proc/sys/kernel/pid_max").read_text()
    script = """
import os, time
made = 0
try:
    while made < 3000:
        if os.fork() == 0:
            time.sleep(600)
        made += 1
except OSError:
    pass
print(made)
"""
    made = int(run_inside("namespaces", tmp_path, script).stdout)
    assert sandbox.THREADS / 2 < made < 1.5 * sandbox.THREADS
    assert Path("/proc/sys/kernel/pid_max").read_text() == before


def test_processes_are_counted_for_all_but_root(monkeypatch):
    if not hasattr(os, "getuid"):
        pytest.skip("this system has no user numbers")
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert sandbox.processes_allowed() == {}
    monkeypatch.setattr(os, "getuid", lambda: 65_432)
    assert sandbox.processes_allowed() == {"NPROC": 2 * sandbox.PROCESSES}


def test_the_library_of_a_kernel_has_neither_grader_nor_answers(tmp_path):
    sandbox.make_library(tmp_path / "library")
    course = tmp_path / "library" / "course_lib"
    assert not (course / "grading").exists()
    assert not (course / "build").exists()
    assert not (course / "turns").exists()
    assert {p.read_text() for p in course.glob("checks/lesson_*")} == {sandbox.SILENT}
    assert (course / "checks" / "values.py").exists()
    assert (tmp_path / "library" / "course_probe.py").exists()


@LINUX
@pytest.mark.parametrize("level", sandbox.LEVELS)
def test_11_nothing_survives_its_run(level, tmp_path):
    """A child with a session of its own, whose parent has gone."""
    script = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (0, 1, 2):
            os.close(number)
        os.execv("/bin/sleep", ["sleep", "9875{len(level)}"])
    os._exit(0)
time.sleep(0.2)
"""
    run_inside(level, tmp_path, script)
    execute._sweep("job")  # the folder's name is what all its processes inherit
    assert small.survivors(f"9875{len(level)}") == []


KILLS = "import os\ndef scale(theta, g):\n    os.kill(os.getppid(), 9)\n    return theta - 0.5 * g"


@LINUX
def test_24_a_student_who_ends_the_grader_where_there_are_no_walls_is_left_to_a_person():
    """At the level "process" it can be done; then nobody gets points or loses any."""
    with pytest.raises(MachineTrouble, match=r"exit code -9 .*while exercise 1\.2 ran"):
        small.grade(small.notebook({"1.2": KILLS}), sandbox="process")


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("level", WALLS)
def test_24_behind_walls_it_is_refused(level, tmp_path):
    walls(level, tmp_path / "library")
    result = small.grade(small.notebook({"1.2": KILLS}), sandbox=level)
    assert_only(result, ex_1_2=("passed", "error", "killed"))


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize("level", sandbox.LEVELS)
def test_02_05_08_10_faults_cost_their_exercise_alone_at_every_level(level, tmp_path):
    walls(level, tmp_path / "library")
    leaves = """
        import subprocess
        subprocess.Popen(["setsid", "sleep", "98741"])
        for i in range(3000):
            open(f"file{i}", "w").close()
        def middle(x):
            return x.mean(axis=0)
        """
    answers = {"1.1": "import os\ndef double(x):\n    os._exit(1)", "1.3": leaves}
    before = small.folders()
    result = small.grade(small.notebook(answers), sandbox=level)
    assert_only(result, ex_1_1="killed")
    assert result.provenance.sandbox == level
    assert small.survivors("98741") == []
    assert small.folders() == before
    assert "unusual_import" in kinds(result)


@LINUX
@pytest.mark.slow
def test_10_ten_thousands_of_files_are_gone_afterwards_without_a_disk_of_its_own():
    many = "for i in range(100_000):\n    open(f'file{i}', 'w').close()\n" + small.RIGHT["1.2"]
    before, began = small.folders(), time.monotonic()
    result = small.grade(small.notebook({"1.2": many}), sandbox="process", seconds=60.0)
    assert_only(result)
    assert small.folders() == before
    assert time.monotonic() - began < 120


def test_a_folder_that_a_student_closed_is_removed(tmp_path):
    with scratch.folder() as made:
        inner = made / "closed" / "inner"
        inner.mkdir(parents=True)
        (inner / "file").write_text("x", encoding="utf-8")
        (made / "link").symlink_to(tmp_path)
        inner.chmod(0)
        inner.parent.chmod(0)
    assert not made.exists()
    assert tmp_path.exists()


def test_folders_of_graders_that_are_gone_are_cleared(monkeypatch, tmp_path):
    monkeypatch.setattr(scratch.tempfile, "gettempdir", lambda: str(tmp_path))
    gone = next(pid for pid in range(30_000, 4_000_000) if not psutil.pid_exists(pid))
    for name in (f"grade-{gone}-x", f"grade-{os.getpid()}-x", "grade-me-not", "other"):
        (tmp_path / name).mkdir()
    scratch.clear()
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {f"grade-{os.getpid()}-x", "grade-me-not", "other"}


def test_another_version_of_the_sheet_is_the_machines_trouble(monkeypatch):
    monkeypatch.setattr(job, "ROOT", small.root())
    made = small.job_of(small.notebook())
    made = replace(made, provenance=replace(made.provenance, reference="another"))
    with pytest.raises(MachineTrouble, match="another version of 01_tiny"):
        job.grade(made)
