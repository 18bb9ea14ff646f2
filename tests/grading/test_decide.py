"""Which run decides what, without kernels: a table of how answers behave stands in for the runs."""

import pytest
from helpers.grading_kernel import NAMES, SHEET, Answers, Kernel

from course_lib.grading.run.decide import MachineTrouble, Runs, ended_by
from course_lib.grading.run.execute import Execution


def decided(monkeypatch, *behaviours, **settings):
    """(statuses as one text, the runs as texts) for three answers that behave so."""
    kernel = Kernel(monkeypatch, **settings)
    runs = Runs(SHEET, Answers(dict(zip(NAMES, behaviours, strict=True))), None)
    runs.decide()
    return " ".join(runs.records[name]["status"] for name in NAMES), kernel.runs, runs


ALL = "a1 a2 a3"
TABLE = [
    # answers, statuses, runs: a an answer, r the reference's
    (("right", "right", "right"), "passed passed passed", [ALL]),
    (("right", "wrong", "right"), "passed failed passed", [ALL]),
    # Ends in the graded cell: once more, alone, and with the reference after the answer.
    (
        ("right", "exit", "right"),
        "passed killed passed",
        [ALL, ALL, "r1 a2", "a1 a2 r2 a3"],
    ),
    # The last one: nothing behind it is lost, so nothing is replaced.
    (("right", "right", "exit"), "passed passed killed", [ALL, ALL, "r1 r2 a3"]),
    # Ends in the answer's own cell: the reference in place of it.
    (
        ("right", "cell exit", "right"),
        "passed killed passed",
        [ALL, ALL, "r1 a2", "a1 a2 r2 a3", "a1 r2 a3"],
    ),
    # Time is up, and the kernel comes back: the others were judged already.
    (("right", "hang", "right"), "passed timeout passed", [ALL, ALL, "r1 a2"]),
    (
        ("right", "hang for good", "right"),
        "passed timeout passed",
        [ALL, ALL, "r1 a2", "a1 a2 r2 a3"],
    ),
    # Two that end the kernel.
    (
        ("exit", "exit", "right"),
        "killed killed passed",
        [ALL, ALL, "a1", *["a1 r1 a2 a3"] * 2, "r1 a2", "a1 r1 a2 r2 a3"],
    ),
    # It ended the kernel once: that can happen to anybody.
    (("right", "flaky", "right"), "passed passed passed", [ALL, ALL]),
    # A graded cell that shows nothing was silenced, by its own answer or by another one.
    (("right", "silent", "right"), "passed failed passed", [ALL, "r1 a2"]),
    (("spoils", "right", "right"), "failed passed passed", [ALL, "r1 a2", "r1 r2 a3"]),
]


@pytest.mark.parametrize(("behaviours", "statuses", "runs"), TABLE)
def test_the_order_of_runs(monkeypatch, behaviours, statuses, runs):
    found, played, _ = decided(monkeypatch, *behaviours, flaky=["exit"])
    assert (found, played) == (statuses, runs)


def test_no_answer_is_run_after_the_reference_has_been_in_a_kernel(monkeypatch):
    """A crash on purpose must not bring the right answer to where the answer comes later."""
    three = [("exit",) * 3, ("cell exit", "exit", "hang"), ("hang for good", "exit", "silent")]
    for behaviours in three:
        _, played, runs = decided(monkeypatch, *behaviours)
        for name in NAMES:
            number = name[-1]
            shown = [place for place, run in enumerate(played, 1) if f"r{number}" in run]
            assert not shown or runs.records[name]["run"] < min(shown)


def test_a_passed_exercise_stays_passed_whatever_comes_later(monkeypatch):
    """The first answer to need another's function passed in the first run, with all answers in it."""
    found, runs, _ = decided(monkeypatch, "helps", "needs 1.1", "exit")
    assert found == "passed passed killed"
    assert runs == [ALL, ALL, "r1 r2 a3"]


def test_never_more_runs_than_the_answers_deserve(monkeypatch):
    for behaviour in ("exit", "cell exit", "hang", "hang for good", "silent", "cell hang"):
        _, runs, _ = decided(monkeypatch, behaviour, behaviour, behaviour)
        assert len(runs) <= 1 + 2 * 3 + 2 * 3


def test_no_exercise_whose_kernel_ended_keeps_a_pass_of_the_reference(monkeypatch):
    for behaviour in ("exit", "cell exit", "hang for good"):
        for place in range(3):
            behaviours = ["wrong"] * 3
            behaviours[place] = behaviour
            found, _, runs = decided(monkeypatch, *behaviours)
            assert "passed" not in found
            assert set(runs.records) == set(NAMES)


def test_the_time_of_a_stopped_answer_is_that_of_its_longest_cell(monkeypatch):
    _, _, runs = decided(monkeypatch, "right", "cell hang", "right")
    assert runs.records["1.2"]["seconds"] == 9.0


def test_a_kernel_that_never_lets_an_exercise_run_is_the_machines_trouble(monkeypatch):
    """Alone and together the exercise was not run: nobody may call that a zero."""

    class Dead(Kernel):
        def cell(self, cell):
            record = super().cell(cell)
            return record | {"status": "not run"} if record["exercise"] == "1.2" else record

    kernel = Dead(monkeypatch)
    runs = Runs(SHEET, Answers(dict.fromkeys(NAMES, "right")), None)
    with pytest.raises(MachineTrouble, match=r"1\.2"):
        runs.decide()
    assert len(kernel.runs) <= 5


BROKEN = {
    "did not end": lambda records: Execution(records, trouble="the run did not end within 9 s"),
    "not complete": lambda records: Execution(records[:-1]),
    "did not start": lambda records: Execution([r | {"status": "machine"} for r in records]),
    "first cells failed": lambda r: Execution([r[0] | {"status": "failed"}, *r[1:]]),
    "first cells failed: E": lambda r: Execution(
        [r[0], r[1] | {"status": "killed", "error": "E"}, *r[2:]]
    ),
}


@pytest.mark.parametrize("said", BROKEN)
@pytest.mark.parametrize("later", [False, True])
def test_what_is_no_students_fault_is_trouble_and_no_zero(monkeypatch, said, later):
    breaks = [Execution, BROKEN[said]] if later else [BROKEN[said]]
    with pytest.raises(MachineTrouble, match=said):
        decided(monkeypatch, "exit", "right", "right", breaks=breaks)


@pytest.mark.parametrize(
    ("cells", "blamed"),
    [
        ([("own", "1.1", "timeout"), ("answer", "1.1", "passed")], {}),
        ([("own", "1.1", "timeout"), ("answer", "1.1", "not run")], {"1.1": "timeout"}),
        ([("own", "1.1", "killed"), ("graded", "1.1", "not run")], {"1.1": "killed"}),
        ([("answer", "1.2", "timeout"), ("graded", "1.2", "failed")], {"1.2": "timeout"}),
        (
            [("graded", "1.1", "timeout"), ("graded", "1.2", "killed")],
            {"1.1": "timeout", "1.2": "killed"},
        ),
        ([("answer", "1.1", "failed"), ("graded", "1.1", "failed")], {}),
    ],
)
def test_who_is_to_blame(cells, blamed):
    records = [{"role": role, "exercise": name, "status": status} for role, name, status in cells]
    assert ended_by(records) == blamed
