"""Grading on a Dask cluster: a real scheduler and two workers, one of which is killed on the way."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from helpers import grading_command
from helpers.grading_hundred import LINE, few, hand_in

from course_lib.grading.run import workers

pytest.importorskip("distributed")
pytestmark = pytest.mark.alone


@pytest.fixture
def cluster(tmp_path):
    """A course, the address of a scheduler, its process and those of its two workers."""
    course = grading_command.copy_course(tmp_path / "course")
    address = tmp_path / "scheduler.json"
    started = [
        _start(course, tmp_path, "scheduler", f"--scheduler-file={address}", "--no-dashboard")
    ]
    for name in ("one", "two"):
        options = [f"--scheduler-file={address}", f"--name={name}", "--nthreads=1", "--no-nanny"]
        started.append(_start(course, tmp_path, "worker", *options, "--no-dashboard"))
    deadline = time.monotonic() + 60
    while not address.exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield course, json.loads(address.read_text())["address"], *started
    for process in started:
        process.kill()
        process.wait()


def _start(course, folder, kind, *options):
    module = f"distributed.cli.dask_{kind}"
    hosts = ["--host=127.0.0.1", *(["--port=0"] if kind == "scheduler" else [])]
    with open(folder / f"{kind}.log", "ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", module, *hosts, *options],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(course)},
            stdout=log,
            stderr=log,
        )


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_time_and_no_grade(cluster, tmp_path):
    course, address, _, lost, worker = cluster
    process = begin(course, tmp_path, address)
    os.kill(lost.pid, signal.SIGKILL)
    assert grading_command.finish(process, tmp_path) == 1  # one file is a web page
    assert worker.poll() is None
    results = [
        json.loads(p.read_text("utf-8")) for p in (tmp_path / "results/results").glob("*.json")
    ]
    found = {r["student"]: r["points"] for r in results}
    expected = {
        student.name: student.expected[LINE].points
        for student in few()
        if LINE in student.expected and student.name in found
    }
    assert found == expected
    assert len(found) >= 6


def begin(course, folder, address):
    """Start grading on the cluster, and wait for the first result."""
    hand_in(few(), folder)
    process = grading_command.begin(course, folder, f"--dask={address}")
    deadline = time.monotonic() + 300
    while not list((folder / "results" / "results").glob("*.json")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return process


@pytest.mark.slow
def test_a_scheduler_that_is_killed_stops_the_work_and_loses_nothing(cluster, tmp_path):
    course, address, scheduler, *_ = cluster
    process = begin(course, tmp_path, address)
    scheduler.kill()
    assert grading_command.finish(process, tmp_path, 180) == 1
    said = (tmp_path / "log.txt").read_text("utf-8")
    assert "was lost" in said
    assert "the same command goes on from here" in said
    assert "needs manual" in (tmp_path / "results" / "grades.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_a_cluster_that_is_not_there_is_said(address):
    with pytest.raises(
        RuntimeError, match=rf"No Dask scheduler answers at {address}.*dask scheduler"
    ):
        workers.reach(address)
