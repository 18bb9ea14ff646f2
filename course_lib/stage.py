"""The engine behind every slider: matplotlib draws the stage, NumPy every scene, the view looks one up.

A stage is a figure and the actors that move in it. An actor's arrays hold **every** position of the
controls at once, in the order in which `descend` returns a path:

    (steps + 1, one axis for each control, points)

By NumPy's broadcasting rule leading axes may be left out, and an axis may have length 1 where nothing
depends on its control. The view (stage.js) knows nothing of optimisation, and it needs no kernel.
"""

import functools
import json
import pathlib
from dataclasses import asdict

import anywidget
import ipywidgets as widgets
import numpy as np
import traitlets
from IPython.display import HTML, display

from course_lib import plots
from course_lib.actors import SHOWN_DPI, Actor, Numbers, address
from course_lib.controls import Slider, player

DPI = 2 * SHOWN_DPI  # stays sharp on dense screens
LARGEST = 1_000_000  # bytes of one explorer
CAPTION = "Run this cell to move the sliders."
WIDGET = "application/vnd.jupyter.widget-view+json"


class View(anywidget.AnyWidget):
    """The picture. position_0 .. position_3 are the positions of the controls, linked to them."""

    _esm = pathlib.Path(__file__).with_name("stage.js")
    scene = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    prediction = traitlets.Int(-1).tag(sync=True)
    position_0 = traitlets.Int(0).tag(sync=True)
    position_1 = traitlets.Int(0).tag(sync=True)
    position_2 = traitlets.Int(0).tag(sync=True)
    position_3 = traitlets.Int(0).tag(sync=True)

    def __repr__(self):
        return f"View({self.scene.get('name', '')!r})"


class Stage:
    """A figure with actors and controls: `Stage("name", fig, [lr], steps=40, alt="...")`.

    Stage(name, fig, controls, *, steps, alt, question)
      name      of this explorer in its page: the static picture has the class twin-name
      controls  at most two Sliders and one Choice; `steps` adds a step slider with a Play button
      alt       what the picture shows, in one or two sentences, without what the texts say
      question  a Question, which locks the controls until it is answered or skipped

    The keywords of `line`, `trail` and `points` are those of matplotlib's `Axes.plot`, those of `bars`
    of `Axes.bar`. Labels appear in legends made after them. Set the panels' limits: data move.
    """

    def __init__(self, name, fig, controls=(), *, steps=None, alt, question=None):
        self.name, self.fig, self.alt, self.question = name, fig, alt, question
        self.controls, self.steps = list(controls), None
        if steps is not None:
            self.controls.insert(0, Slider("step", range(steps + 1), start=steps, digits=9))
            self.steps = np.arange(steps + 1).reshape(-1, *[1] * len(controls))
        if not 1 <= len(self.controls) <= 4:
            raise ValueError(
                f"a stage has 1 to 4 controls, steps included, got {len(self.controls)}"
            )
        self.shape = tuple(len(control.options) for control in self.controls)
        self.start = tuple(control.start for control in self.controls)
        self.actors = []

    def line(self, ax, x, y, *style, **styles):
        """A line, or with a marker and no line points, at x and y (steps + 1, controls, points)."""
        x, y = self._every_position("line", x, y, tail=1)
        artists = ax.plot(self._now(x), self._now(y), *style, **styles)
        self.actors.append(Actor("line", ax, artists, x, y))

    def points(self, ax, x, y, marker="o", **styles):
        """Markers at x and y (steps + 1, controls, points)."""
        self.line(ax, x, y, **{"marker": marker, "linestyle": "none"} | styles)

    def trail(self, ax, x, y, *style, head="o", **styles):
        """A path up to the current step, its last point marked by `head`: x, y (steps + 1, controls).

        For a curve over the steps x is `stage.steps`.
        """
        if self.steps is None:
            raise ValueError(f"a trail ends at the step: Stage({self.name!r}, ..., steps=...)")
        x, y = self._every_position("trail", x, y, tail=0)
        x, y = (np.moveaxis(a, 0, -1)[None] for a in (x, y))
        seen = slice(self.start[0] + 1)
        artists = ax.plot(self._now(x)[seen], self._now(y)[seen], *style, **styles)
        self.actors.append(Actor("line", ax, artists, x, y, "trail"))
        dot = {"color": artists[0].get_color(), "markersize": 8, "markeredgecolor": "white"}
        artists = ax.plot(self._now(x)[self.start[0]], self._now(y)[self.start[0]], head, **dot)
        self.actors.append(Actor("line", ax, artists, x, y, "head"))

    def bars(self, ax, x, heights, **styles):
        """Bars from 0 to `heights` (steps + 1, controls, bars); nan is no bar. x is (bars,)."""
        x, heights = self._every_position("bars", x, heights, tail=1)
        artists = list(ax.bar(self._now(x), self._now(heights), **styles))
        self.actors.append(Actor("bars", ax, artists, x, heights))

    def text(self, ax, say, value, *more, at=None, **styles):
        """Words for every position: `say` is a format or a function of the values' numbers.

        value, more (steps + 1, controls). The text stands above its panel, or at `at`, a place in
        fractions of the panel. It is also part of the picture's description for who cannot see it.
        """
        values = self._every_position("text", value, *more, tail=0)
        say = say if callable(say) else say.format
        words = [say(*row) for row in zip(*(v.ravel().tolist() for v in values), strict=True)]
        words = np.array(words, dtype=object).reshape(values[0].shape)
        now = self._now(words[..., None])[0]
        if at is None:
            artist = ax.set_title(now, loc="left", **styles)
        else:
            artist = ax.text(*at, now, transform=ax.transAxes, **styles)
        self.actors.append(Actor("text", ax, [artist], words=words))

    def picture(self, ax, paint, over):
        """A picture for each position k of the control `over`: `paint(ax, k)` draws it with matplotlib.

        For contours that turn, decision boundaries, histograms. Set the panel's limits first, and add
        pictures before the actors that stand in front of them.
        """
        ax.autoscale(False)
        before = set(ax.get_children())
        axis = self.controls.index(over)
        paint(ax, self.start[axis])
        new = [artist for artist in ax.get_children() if artist not in before]
        count = self.shape[axis]
        self.actors.append(Actor("picture", ax, new, paint=paint, over=axis, count=count))

    def _every_position(self, actor, *arrays, tail):
        """The arrays broadcast to one shape that has every leading axis, or a ValueError."""
        arrays = [np.asarray(a) for a in arrays]
        axes = [f"{c.label} {n}" for c, n in zip(self.controls, self.shape, strict=True)]
        try:
            arrays = np.broadcast_arrays(*arrays)
            lead = arrays[0].shape[: arrays[0].ndim - tail]
            fits = arrays[0].ndim >= tail and np.broadcast_shapes(lead, self.shape) == self.shape
        except ValueError:
            fits = False
        if not fits:
            got = ", ".join(str(a.shape) for a in arrays)
            need = ", ".join(axes + ["points"] * tail)
            raise ValueError(
                f"{actor} in stage {self.name!r} got arrays of shape {got}; needed, in this order: "
                f"({need}), where an axis may be 1 and leading axes may be left out"
            )
        shape = (1,) * (len(self.shape) + tail - arrays[0].ndim) + arrays[0].shape
        return [a.reshape(shape) for a in arrays]

    def _now(self, array):
        """The points at the start position."""
        return array[tuple(min(i, n - 1) for i, n in zip(self.start, array.shape, strict=False))]

    @functools.cached_property
    def twin(self):
        """The start position as HTML: a figure with alt text, for pages on which nothing runs."""
        now = ", ".join(f"{c.label} {c.options[c.start]}" for c in self.controls)
        said = [actor.artists[0].get_text() for actor in self.actors if actor.kind == "text"]
        alt = " ".join([self.alt, *(f"{words}." for words in [now, *said])])  # as in stage.js
        self.fig.set_dpi(DPI)
        png = plots.png(self.fig, DPI)
        self.fig.set_layout_engine("none")  # the panels stay where they are for what follows
        width = round(self.fig.get_figwidth() * SHOWN_DPI)
        return plots.figure_html(png, alt, width, f"twin-{self.name}", CAPTION)

    @functools.cached_property
    def scene(self):
        """What the view draws from: a description as JSON, and the bytes of its numbers.

        Raises ValueError where they are too large for a notebook.
        """
        _ = self.twin  # drawn with the actors on it, before they leave the stage
        numbers = Numbers()
        scene = {
            "name": self.name,
            "alt": self.alt,
            "size": [round(v * SHOWN_DPI) for v in self.fig.get_size_inches()],
            "controls": [{"label": c.label, "options": c.options} for c in self.controls],
            "question": self.question and asdict(self.question),
            "actors": [actor.scene(numbers) for actor in self.actors],
        }
        for actor in self.actors:
            for artist in actor.artists:
                artist.set_visible(False)
        scene["stage"] = address(plots.png(self.fig, DPI))
        self._weigh(len(numbers.data) + len(json.dumps(scene)))
        return scene, numbers.data

    @functools.cached_property
    def widget(self):
        """The picture above its controls; the links between them run in the page."""
        scene, numbers = self.scene
        view = View(scene=scene, numbers=numbers)
        controls = [control.widget() for control in self.controls]
        for k, control in enumerate(controls):
            setattr(view, f"position_{k}", control.index)
            widgets.jslink((control, "index"), (view, f"position_{k}"))
        if self.steps is not None:
            controls = [*controls[1:], widgets.HBox([player(controls[0]), controls[0]])]
        row = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))
        box = widgets.VBox([view, row])
        box.add_class("course-stage")
        return box

    def _weigh(self, size):
        if size > LARGEST:
            positions = " x ".join(map(str, self.shape))
            raise ValueError(
                f"stage {self.name!r} needs {size / 1e6:.1f} MB for {positions} positions and may have "
                f"{LARGEST / 1e6:.1f} MB: give fewer positions, fewer points or a smaller figure"
            )

    def _ipython_display_(self):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        display(HTML(self.twin))
        display({WIDGET: view}, raw=True)

    def __repr__(self):
        sizes = " x ".join(f"{n} {c.label}" for c, n in zip(self.controls, self.shape, strict=True))
        return f"<Stage {self.name!r}: {sizes}>"
