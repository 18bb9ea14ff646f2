"""Whatever ends the grader, and however often: the same command comes to the same grades.

The grader is killed eight times; COURSE_KILLS=100 kills it more often.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest
from helpers import grading_command
from helpers.grading_hundred import few, hand_in

from course_lib.grading.run import scratch

pytestmark = [pytest.mark.slow, pytest.mark.alone]
KILLS = int(os.environ.get("COURSE_KILLS", "8"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A class, the course it is graded with, and grades.csv of a grading that nothing disturbed."""
    folder = tmp_path_factory.mktemp("class")
    course = grading_command.copy_course(tmp_path_factory.mktemp("course"))
    hand_in(few(), folder)
    process = grading_command.begin(course, folder, "--jobs", "2", out="undisturbed")
    assert grading_command.finish(process, folder) == 1  # one file is a web page
    return course, folder, points(folder / "undisturbed")


def points(out):
    """grades.csv, and of every result what does not change from run to run."""
    results = [json.loads(p.read_text("utf-8")) for p in (out / "results").glob("*.json")]
    decided = {
        (r["student"], e["exercise"], e["status"], e["points"], tuple(e["causes"]))
        for r in results
        for e in r["exercises"]
    }
    return (out / "grades.csv").read_bytes(), decided


def test_killed_many_times_at_random_points(undisturbed):
    """Every fourth kill may hit the preflight; the others hit the grading itself."""
    course, folder, expected = undisturbed
    chance, killed, begun = random.Random(20), 0, 0
    while killed < KILLS:
        process = grading_command.begin(
            course, folder, "--jobs", "2", out="killed", log=f"{begun}.txt"
        )
        if killed % 4:
            wait_for(
                process, lambda log=folder / f"{begun}.txt": "graded now" in log.read_text("utf-8")
            )
        time.sleep(chance.uniform(0.1, 6))
        begun += 1
        if process.poll() is None:
            grading_command.kill(process)
            killed += 1
        else:  # everything was graded between two kills: compare, and begin afresh
            assert points(folder / "killed") == expected
            shutil.rmtree(folder / "killed")
    process = grading_command.begin(course, folder, "--jobs", "2", out="killed")
    assert grading_command.finish(process, folder) == 1
    assert points(folder / "killed") == expected


def wait_for(process, happened):
    """Until it has happened, or the process has ended; not longer than two minutes."""
    deadline = time.monotonic() + 120
    while process.poll() is None and not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_nothing_of_a_killed_grader_survives(undisturbed):
    course, folder, _ = undisturbed
    process = grading_command.begin(course, folder, "--jobs", "2", out="survivors")
    deadline = time.monotonic() + 120
    while not kernels(process.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    grading_command.kill(process)
    _, left = psutil.wait_procs(children, timeout=10)
    assert left == []
    scratch.clear()
    assert list(Path(tempfile.gettempdir()).glob(f"{scratch.PREFIX}-{process.pid}-*")) == []


def kernels(pid):
    found = psutil.Process(pid).children(recursive=True)
    return [child for child in found if "ipykernel_launcher" in " ".join(command_of(child))]


def command_of(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_helpers_killed_at_random_cost_nobody_a_point(undisturbed):
    """Jobs, pytests and kernels die, as where memory is short; the grader itself goes on."""
    course, folder, expected = undisturbed
    chance = random.Random(7)
    process = grading_command.begin(course, folder, "--jobs", "2", out="helpers")
    deadline, killed = time.monotonic() + 60, 0
    while process.poll() is None and killed < 6 and time.monotonic() < deadline:
        time.sleep(chance.uniform(0.5, 2))
        if not list((folder / "helpers" / "results").glob("*.json")):
            continue  # the preflight is still running: it would refuse to grade, and rightly
        try:
            found = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            break
        if found:
            chance.choice(found).kill()
            killed += 1
    grading_command.finish(process, folder)
    process = grading_command.begin(course, folder, "--jobs", "2", out="helpers")
    assert grading_command.finish(process, folder) == 1
    assert killed
    assert points(folder / "helpers") == expected


def test_a_full_disk_stops_the_work_and_loses_nothing(undisturbed):
    course, folder, expected = undisturbed
    out = folder / "small"
    out.mkdir()
    small = "size=260k"  # room for the preflight that is kept, and for a few results
    if subprocess.run(["mount", "-t", "tmpfs", "-o", small, "tmpfs", out]).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        process = grading_command.begin(course, folder, "--jobs", "2", out="small", log="full.txt")
        assert grading_command.finish(process, folder, log="full.txt") == 1
        assert "No space left on device" in (folder / "full.txt").read_text("utf-8")
        subprocess.run(["mount", "-o", "remount,size=50m", out], check=True)
        process = grading_command.begin(course, folder, "--jobs", "2", out="small")
        assert grading_command.finish(process, folder) == 1
        assert points(out) == expected
    finally:
        subprocess.run(["umount", out], check=True)


def test_ctrl_c_ends_the_command_at_once_and_publishes_what_is_there(undisturbed):
    course, folder, expected = undisturbed
    process = grading_command.begin(course, folder, "--jobs", "2", out="stopped")
    deadline = time.monotonic() + 180
    while not list((folder / "stopped" / "results").glob("*.json")):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    began = time.monotonic()
    process.send_signal(2)
    assert grading_command.finish(process, folder, 60) == 1
    assert time.monotonic() - began < 30  # no job is waited for; to write the pages takes a moment
    said = (folder / "stopped" / "grades.csv").read_text("utf-8-sig")
    assert "graded" in said
    assert "needs manual" in said
    process = grading_command.begin(course, folder, "--jobs", "2", out="stopped")
    assert grading_command.finish(process, folder) == 1
    assert points(folder / "stopped") == expected


def test_two_shards_at_the_same_time_share_a_folder(undisturbed):
    course, folder, expected = undisturbed
    both = [
        grading_command.begin(
            course, folder, "--jobs", "1", f"--shard={i}/2", out="shards", log=f"{i}"
        )
        for i in (1, 2)
    ]
    for number, process in enumerate(both, 1):
        assert grading_command.finish(process, folder, log=f"{number}") == 1
    process = grading_command.begin(course, folder, out="shards", log="joined")
    assert grading_command.finish(process, folder, log="joined") == 1
    assert "0 are graded now" in (folder / "joined").read_text("utf-8")
    assert points(folder / "shards") == expected


def test_grading_works_without_a_terminal_and_from_any_folder(undisturbed, tmp_path):
    course, folder, expected = undisturbed
    typed = [sys.executable, "-m", "course_lib", "grade", folder / "submissions"]
    typed += [
        "--out",
        folder / "undisturbed",
        "--roster",
        folder / "roster.csv",
        "--exercise",
        "01",
    ]
    done = subprocess.run(
        typed, cwd=tmp_path, env={"PYTHONPATH": str(course), "PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == 1
    assert points(folder / "undisturbed") == expected
