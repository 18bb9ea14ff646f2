"""The sheets with their solutions, run in plain Python."""

import ast
import importlib

import numpy as np

from course_lib.build.command import ROOT, find
from course_lib.build.source import read
from course_lib.checks import Exercise
from course_lib.checks.values import bundle
from course_lib.sheet_format import ANSWER, GRADED, PRACTICE, exercise_of, role_of

SHEETS = [path for path in find(ROOT) if path.parent.name == "exercises"]


class Sheet:
    """A sheet with its solutions, run here in plain Python."""

    def __init__(self, path):
        self.graded, self.names, self.space = {}, {}, {"__name__": "sheet"}
        for cell in read(path).cells:
            if cell.cell_type != "code" or role_of(cell) == PRACTICE:
                continue
            exec(compile(cell.source, cell.id, "exec"), self.space)
            if role_of(cell) == ANSWER:
                self.names[exercise_of(cell)] = ast.parse(cell.source).body[-1].name
            if role_of(cell) == GRADED:
                self.graded[exercise_of(cell)] = cell.source

    def bundles(self, number, answer=None, change=lambda given: given):
        """What exercise `number` would show, with another answer or with changed inputs."""
        shown, space = [], dict(self.space)
        if answer:
            space[self.names[number]] = answer
        space["values"] = lambda name, function, *cases, **settings: shown.append(
            bundle(name, function, *map(change, cases or ((),)), **settings)
        )
        with np.errstate(all="ignore"):
            exec(compile(self.graded[number], f"graded {number}", "exec"), space)
        return shown


def check_of(number):
    """The Exercise that checks for this number."""
    lesson = importlib.import_module(f"course_lib.checks.lesson_{int(number.split('.')[0]):02}")
    exercises = {e.number: e for e in vars(lesson).values() if isinstance(e, Exercise)}
    return exercises[number]
