"""The explorers, and what stage.js reads from a scene, in Python: for tests that need no browser."""

import importlib
import pkgutil

import numpy as np

import course_lib.explorers
from course_lib.actors import EDGE, MISSING


def explorers():
    """Every explorer of every lesson by its name, with the arguments under which it is registered."""
    for module in pkgutil.iter_modules(course_lib.explorers.__path__):
        importlib.import_module(f"course_lib.explorers.{module.name}")
    by_name = {}
    for explorer in course_lib.explorers.EXPLORERS:
        name = explorer.func.__name__
        by_name[f"{name}-{len(by_name)}" if name in by_name else name] = explorer
    return by_name


class Scene:
    """The scene of a stage, read at positions of its controls."""

    def __init__(self, stage):
        self.stage = stage
        self.scene, data = stage.scene
        self.numbers = np.frombuffer(data, "<u2")

    def points(self, k, position):
        """Where actor k has its points, (n, 2) in pixels of its panel; nan where there is none."""
        actor = self.scene["actors"][k]
        _, _, width, height = actor["panel"]
        x, y = (self._row(actor[name], position, actor["n"]) for name in "xy")
        pixels = (np.column_stack([x, y]) * 3 / EDGE - 1) * (width, height)
        return np.where((y == MISSING)[:, None], np.nan, pixels)

    def words(self, k, position):
        """What the text k says."""
        actor = self.scene["actors"][k]
        return actor["words"][self._row(actor["row"], position, 1)[0]]

    def cells(self, k, position):
        """The bytes of the cells k, (m, n)."""
        actor = self.scene["actors"][k]
        at = actor["row"]["at"] + np.dot(actor["row"]["strides"], position)
        return self.numbers.view("u1")[at : at + actor["m"] * actor["n"]].reshape(actor["m"], -1)

    def handles(self):
        """The actors that can be dragged, each with its position in the scene."""
        return [(k, actor) for k, actor in enumerate(self.scene["actors"]) if "drags" in actor]

    def all_words(self, position):
        kinds = [actor["kind"] for actor in self.scene["actors"]]
        return [self.words(k, position) for k, kind in enumerate(kinds) if kind == "text"]

    def expected(self, k, x, y):
        """Data of actor k as pixels of its panel, by matplotlib's own transform."""
        ax = self.stage.actors[k].ax
        pixels = ax.transData.transform(np.column_stack(np.broadcast_arrays(x, y)))
        pixels = (pixels - ax.bbox.p0) * 100 / ax.figure.dpi
        return pixels * (1, -1) + (0, self.scene["actors"][k]["panel"][3])

    def _row(self, place, position, n):
        at = place["at"] + np.dot(place["strides"], position)
        return self.numbers[at : at + n].astype(float if n > 1 else int)
