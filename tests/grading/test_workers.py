"""What a machine fails at is tried three times and is then a sentence, never a zero or a crash."""

import subprocess

import pytest
from helpers.grading_results import result

from course_lib.grading.results import Flag, Remark, dumps, loads
from course_lib.grading.run import workers

RESULT, JOB = result(), Remark(Flag.STOPPED, "", "stands for a job")


class Machine:
    """Stands for subprocess.run: does one of `acts` at each call."""

    def __init__(self, monkeypatch, *acts):
        self.acts, self.calls = list(acts), 0
        workers.stopping.clear()  # a test before may have graded a class
        monkeypatch.setattr(workers.subprocess, "run", self)

    def __call__(self, command, **settings):
        self.calls += 1
        act = self.acts.pop(0)
        if isinstance(act, Exception):
            raise act
        code, out, err = act
        return subprocess.CompletedProcess(command, code, out, err)


GOOD = (0, dumps(RESULT), "")
KILLED = (-9, "", "")
TROUBLE = (
    1,
    "",
    "Traceback ...\ncourse_lib.grading.decide.MachineTrouble: the kernel did not start\n",
)
TORN = (0, '{"points":', "")


BAD = [KILLED, TROUBLE, TORN, OSError("no memory"), (1, "", "\ufffd"), (0, "{}", "")]


@pytest.mark.parametrize("bad", BAD)
def test_trouble_is_tried_again(monkeypatch, bad):
    machine = Machine(monkeypatch, bad, bad, GOOD)
    assert workers.run_job(JOB) == RESULT
    assert machine.calls == 3


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (KILLED, "exit code -9"),
        (TROUBLE, "the kernel did not start"),
        (TORN, "Expecting value"),
        (OSError("no memory"), "no memory"),
    ],
)
def test_three_times_is_a_sentence(monkeypatch, bad, said):
    machine = Machine(monkeypatch, bad, bad, bad)
    trouble = workers.run_job(JOB)
    assert said in trouble.reason
    assert "3 times" in trouble.reason
    assert machine.calls == 3


def test_what_takes_too_long_is_not_tried_again(monkeypatch):
    machine = Machine(monkeypatch, subprocess.TimeoutExpired("job", 1))
    assert "30 minutes" in workers.run_job(JOB).reason
    assert machine.calls == 1


def test_after_ctrl_c_nothing_is_begun(monkeypatch):
    machine = Machine(monkeypatch)
    monkeypatch.setattr(workers, "ATTEMPTS", 2)
    workers.stopping.set()
    try:
        assert isinstance(workers.run_job(JOB), workers.Trouble)
    finally:
        workers.stopping.clear()
    assert machine.calls == 0


def test_every_job_has_an_outcome(monkeypatch):
    acts = {"a": GOOD, "b": KILLED, "c": GOOD}

    def run(text):
        return subprocess.CompletedProcess([], *acts[loads(Remark, text).evidence])

    monkeypatch.setattr(workers.forks, "POSSIBLE", False)
    monkeypatch.setattr(workers, "_run", run)
    jobs = {name: Remark(Flag.STOPPED, "", name) for name in acts}
    found = dict(workers.on_this_machine(jobs, 2))
    assert found.keys() == jobs.keys()
    assert found["a"] == found["c"] == RESULT
    assert isinstance(found["b"], workers.Trouble)
