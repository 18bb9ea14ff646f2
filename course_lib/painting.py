"""Draws a stage once: its ground, what the answer adds to it, and the actors over both.

The still pictures are put together from these layers as the page puts the living one together.
"""

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course_lib.crops import box_of, crops, cut, inside, pixels, settle, without
from course_lib.style import STYLE


class Painting:
    """The layers of a stage as colours (height, width, 4), and the boxes of its panels."""

    def __init__(self, stage):
        self.stage, fig = stage, stage.fig
        settle(fig)
        self.boxes = crops(fig)
        self.secrets = stage.secrets() if stage.question else []
        acting = [artist for actor in stage.actors for artist in actor.artists]
        added = [artist for artist in self.secrets if artist not in acting]
        with without(acting):
            with without(added):
                self.ground = pixels(fig)
            self.answered = self._with(added) if added else self.ground

    def scene(self):
        """The ground of each panel as a URL, and what the answer adds to it on a clear ground."""
        added = []
        if self.answered is not self.ground:
            differs = (self.answered != self.ground).any(axis=-1, keepdims=True)
            layer = np.where(differs, self.answered, 0).astype("u1")
            added = [cut(layer, box) for box in self.boxes]
        return {"stage": [cut(self.ground, box) for box in self.boxes], "answer": added}

    def still(self, position, answered):
        """The stage at a position of its controls, as the page shows it after or before an answer."""
        canvas = FigureCanvasAgg(self.stage.fig)
        renderer = canvas.get_renderer()
        np.asarray(canvas.buffer_rgba())[...] = self.answered if answered else self.ground
        hidden = () if answered else self.secrets
        with rc_context(STYLE):
            for actor in self.stage.actors:
                actor.move(position)
                for artist in actor.artists:
                    if artist not in hidden:
                        artist.draw(renderer)
                actor.move(self.stage.position)
        return np.array(canvas.buffer_rgba())

    def _with(self, added):
        """The ground after the panels of these artists were drawn again with them."""
        boxes = [box_of(ax, self.boxes) for ax in {artist.axes for artist in added}]
        others = [ax for ax in self.stage.fig.axes if box_of(ax, self.boxes) not in boxes]
        answered = self.ground.copy()
        with without(others):
            drawn = pixels(self.stage.fig)
        for box in boxes:
            answered[inside(box)] = drawn[inside(box)]
        return answered
