"""The engine behind every slider: matplotlib draws the stage, NumPy every scene, the view looks one up.

A stage is a figure and the actors that move in it. An actor's arrays hold **every** position of the
controls at once, in the order in which `descend` returns a path:

    (steps + 1, one axis for each control, points)

By NumPy's broadcasting rule leading axes may be left out, and an axis may have length 1 where nothing
depends on its control: `lr.axis` has such a shape. The view (stage.js) knows nothing of optimisation,
and it needs no kernel.
"""

import functools

import numpy as np
from IPython.display import HTML, display

from course_lib import view
from course_lib.actors import at
from course_lib.controls import Slider
from course_lib.drawing import Drawing
from course_lib.painting import Painting
from course_lib.stills import still_picture

WIDGET = "application/vnd.jupyter.widget-view+json"
MOST = 5  # controls


class Stage(Drawing):
    """A figure with actors and controls: `Stage("name", fig, [lr], steps=40, alt="...")`.

    Stage(name, fig, controls, *, steps, alt, question, still, rerun)
      name      of this explorer in its page: the still picture has the class twin-name
      controls  Sliders, Choices and Switches, several made by `controls(...)` in this order;
                `steps` adds a step slider with a Play button; at most five, steps included
      alt       what the picture shows, in one or two sentences, without what the texts say
      question  a Question, which locks the controls until it is answered or skipped
      still     the position that the still picture shows, if not the start: `{lr: 0.5, "step": 9}`
      rerun     a Rerun, a button that computes the stage again with larger settings

    The keywords of `line`, `path`, `points` and their like are those of matplotlib's `Axes.plot`, those
    of `bars` of `Axes.bar`. Labels appear in legends made after them. Set the panels' limits before:
    data move.
    """

    def __init__(
        self, name, fig, controls=(), *, steps=None, alt, question=None, still=None, rerun=None
    ):
        self.name, self.fig, self.alt, self.question = name, fig, alt, question
        self.rerun = rerun
        self.controls, self.steps = list(controls), None
        if [c.behind for c in controls] != [*range(len(controls))][::-1]:
            labels = ", ".join(repr(c.label) for c in controls)
            raise ValueError(f"stage {name!r}: make {labels} by `controls(...)`, in this order")
        if steps is not None:
            self.controls.insert(0, Slider("step", range(steps + 1), start=steps, digits=9))
            self.steps = np.arange(steps + 1).reshape(-1, *[1] * len(controls))
        if not 1 <= len(self.controls) <= MOST:
            raise ValueError(
                f"a stage has 1 to {MOST} controls, steps included, got {len(self.controls)}"
            )
        self.shape = tuple(len(control.options) for control in self.controls)
        self.position = tuple(control.position for control in self.controls)
        self.still_position = self._position_of(still or {})
        self.actors, self.marked = [], []

    def after_prediction(self, *artists):
        """Mark artists of the figure that give the answer to the question away.

        The stage is drawn without them, and without their entries in legends, until it is answered.
        """
        self.marked += artists

    def secrets(self):
        """All artists that give the answer away, entries in legends among them."""
        own = [
            artist for actor in self.actors if actor.after_prediction for artist in actor.artists
        ]
        secrets = [*self.marked, *own]
        names = {artist.get_label() for artist in secrets}
        for legend in filter(None, (ax.get_legend() for ax in self.fig.axes)):
            for entry in zip(legend.legend_handles, legend.get_texts(), strict=True):
                secrets += entry if entry[1].get_text() in names else ()
        return secrets

    def words(self, position, answered=True):
        """What the picture shows at a position, in words, as stage.js says it."""
        settings = ", ".join(
            f"{c.label} {c.options[k]}" for c, k in zip(self.controls, position, strict=True)
        )
        texts = [
            a for a in self.actors if a.kind == "text" and (answered or not a.after_prediction)
        ]
        said = [settings, *(at(actor.words, position) for actor in texts)]
        return " ".join([self.alt, *(f"{words}." for words in said)])

    def _position_of(self, values):
        """The start, with the controls of {control or its label: value} at these values."""
        position = dict(zip(self.controls, self.position, strict=True))
        labels = {control.label: control for control in self.controls}
        for key, value in values.items():
            control = labels.get(key, key)
            if control not in position:
                raise ValueError(f"stage {self.name!r} has no control {key!r} for `still`")
            position[control] = control.nearest(value)
        return tuple(position.values())

    @functools.cached_property
    def painting(self):
        """The drawn layers of the stage."""
        return Painting(self)

    @functools.cached_property
    def twin(self):
        """The still picture as HTML."""
        return still_picture(self)

    @functools.cached_property
    def scene(self):
        """What the view draws from: a description, and the bytes of its numbers."""
        return view.scene(self)

    @functools.cached_property
    def widget(self):
        """The picture above its controls."""
        return view.widget(self)

    def _ipython_display_(self):
        data = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        display(HTML(self.twin))
        display({WIDGET: data}, raw=True)
        vars(self).pop("painting", None)  # its pixels would stay in memory

    def __repr__(self):
        sizes = " x ".join(f"{n} {c.label}" for c, n in zip(self.controls, self.shape, strict=True))
        return f"<Stage {self.name!r}: {sizes}>"
