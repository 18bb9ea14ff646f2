"""Which run decides which exercise: a crash costs the crashed exercise alone.

    1  all answers of the student together, in one kernel
    2  an exercise that ended the kernel, or its time, once more: a crash has to happen twice
    3  then alone, with nothing of the student's in the others, in case one of those is to blame
    4  the others again, with the reference's answer after that one, and if that is not enough, in
       place of it; and so on, until every exercise has a verdict

So no answer is judged in a kernel that another one had ruined, and none comes after a kernel in
which the reference's answer to it has been.
"""

from collections import Counter
from dataclasses import dataclass, field

from course_lib.grading.results import Status
from course_lib.grading.run.assemble import assemble
from course_lib.grading.run.execute import execute
from course_lib.sheet_format import ANSWER, GRADED

TRUSTED = ("guard", "setup")


class MachineTrouble(Exception):
    """The machine failed, not the student: to be tried again, and never a zero."""


@dataclass
class Runs:
    """The runs of one submission. `records` has the graded cell's record that counts, by exercise."""

    sheet: object
    merged: object  # None: the reference's own answers
    sandbox: object
    timeouts: dict = field(default_factory=dict)
    expected: dict | None = None  # bundles by exercise, when a secret draws the hidden inputs
    secret: str = ""
    records: dict = field(default_factory=dict)
    ended: dict = field(default_factory=dict)  # the record of the first crash, by exercise
    executions: list = field(default_factory=list)

    def decide(self):
        """Run as often as needed."""
        replaced, left_out, times = [], [], Counter()
        while self.undecided():
            ended = self.run(replaced, left_out)
            times.update(ended)
            if not ended or max(times.values()) > 3:
                break
            for exercise in ended:
                if times[exercise] == 2:
                    self.alone(exercise)
                    replaced.append(exercise)
                elif times[exercise] == 3:
                    left_out.append(exercise)
        for exercise in sorted(self.undecided()):
            self.alone(exercise)

    def undecided(self):
        """The exercises that no run has decided yet."""
        return self.sheet.points.keys() - self.records.keys()

    def alone(self, last):
        """Decide an exercise, and those before it: their right answers will be in its kernel."""
        for exercise in self.sheet.points:
            if exercise not in self.records:
                self._alone(exercise)
            if exercise == last:
                return

    def _alone(self, exercise):
        """Decide an exercise in a kernel with nothing else of the student's in it."""
        others = [other for other in self.sheet.points if other != exercise]
        self.run(left_out=others, until=exercise)
        record = self.records.get(exercise, self.last[exercise])
        # Alone it may lack a function that stands in another answer: then only its crash is known.
        told = {Status.PASSED, Status.WRONG} & {record["status"], *record["verdicts"].values()}
        self.records[exercise] = record if told else self.ended.get(exercise, record)
        if self.records[exercise]["status"] == Status.NOT_RUN:
            raise MachineTrouble(f"exercise {exercise} could not be run")

    def run(self, replaced=(), left_out=(), until=""):
        """One run; returns the exercises that ended it or ran out of time, in order."""
        notebook = assemble(
            self.sheet, self.merged, replaced, left_out, self.timeouts, self.expected, until
        )
        execution = execute(notebook, self.sandbox, self.secret)
        self.executions.append(execution)
        _check(execution, notebook)
        ended = ended_by(execution.records)
        self.last = {r["exercise"]: r for r in execution.records if r["role"] == GRADED}
        for exercise, record in self.last.items():
            record["run"] = len(self.executions)
            record["answer_error"] = _answer_error(execution.records, exercise)
            if exercise in ended:
                record["status"], record["stopped"] = ended[exercise], execution.stopped
                record["seconds"] = _seconds(execution.records, exercise)
            if exercise in ended and exercise not in {*replaced, *left_out}:
                self.ended.setdefault(exercise, record)
            elif record["status"] == Status.NOT_RUN or exercise in {*replaced, *left_out}:
                continue
            elif not is_silent(record):
                self.records.setdefault(exercise, record)
        return list(ended)


def ended_by(records):
    """The exercises to blame, in order: {"1.2": Status.KILLED, "1.4": Status.TIMEOUT}."""
    lost = any(record["status"] == Status.NOT_RUN for record in records)
    ended = {}
    for record in records:
        judged = record["role"] in (ANSWER, GRADED, "reference")
        # A student's own cell may well be too slow, as long as the kernel comes back.
        stopped = record["status"] == Status.TIMEOUT and (judged or lost)
        if record["status"] == Status.KILLED or stopped:
            ended.setdefault(record["exercise"], Status(record["status"]))
    return ended


def is_silent(record):
    """True when a graded cell showed nothing at all, without an error: somebody silenced it."""
    return record["status"] == Status.FAILED and not record["got"] and not record["error"]


def _seconds(records, exercise):
    """The time of the exercise's longest cell."""
    return max(record["seconds"] for record in records if record["exercise"] == exercise)


def _answer_error(records, exercise):
    """The exception in which the answer's own cell ended, such as SyntaxError; "" if in none."""
    for record in records:
        if (record["role"], record["exercise"]) == (ANSWER, exercise):
            return record["error"]
    return ""


def _check(execution, notebook):
    """Raises MachineTrouble when what a run left says nothing about the student."""
    if execution.trouble:
        where = f" while exercise {execution.began} ran" if execution.began else ""
        raise MachineTrouble(f"{execution.trouble}{where}")
    if [record["cell"] for record in execution.records] != [
        cell["id"] for cell in notebook["cells"]
    ]:
        raise MachineTrouble("the records of a run are not complete")
    for record in execution.records:
        if record["status"] == Status.MACHINE:
            raise MachineTrouble("the kernel did not start")
        if record["role"] in TRUSTED and record["status"] != Status.PASSED:
            raise MachineTrouble(f"the sheet's first cells failed: {record['error']}")
