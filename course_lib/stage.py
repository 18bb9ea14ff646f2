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
from course_lib.actors import Actor, outside
from course_lib.controls import Slider

WIDGET = "application/vnd.jupyter.widget-view+json"


class Stage:
    """A figure with actors and controls: `Stage("name", fig, [lr], steps=40, alt="...")`.

    Stage(name, fig, controls, *, steps, alt, question)
      name      of this explorer in its page: the static picture has the class twin-name
      controls  at most two Sliders and one Choice, several made by `controls(...)` in this order;
                `steps` adds a step slider with a Play button
      alt       what the picture shows, in one or two sentences, without what the texts say
      question  a Question, which locks the controls until it is answered or skipped

    The keywords of `line`, `path`, `points` and their like are those of matplotlib's `Axes.plot`, those
    of `bars` of `Axes.bar`. Labels appear in legends made after them. Set the panels' limits before:
    data move.
    """

    def __init__(self, name, fig, controls=(), *, steps=None, alt, question=None):
        self.name, self.fig, self.alt, self.question = name, fig, alt, question
        self.controls, self.steps = list(controls), None
        if [c.behind for c in controls] != [*range(len(controls))][::-1]:
            labels = ", ".join(repr(c.label) for c in controls)
            raise ValueError(f"stage {name!r}: make {labels} by `controls(...)`, in this order")
        if steps is not None:
            self.controls.insert(0, Slider("step", range(steps + 1), start=steps, digits=9))
            self.steps = np.arange(steps + 1).reshape(-1, *[1] * len(controls))
        if not 1 <= len(self.controls) <= 4:
            raise ValueError(
                f"a stage has 1 to 4 controls, steps included, got {len(self.controls)}"
            )
        self.shape = tuple(len(control.options) for control in self.controls)
        self.position = tuple(control.position for control in self.controls)
        self.actors = []

    def line(self, ax, x, y, *style, **styles):
        """A line, or with a marker and no line points, at x and y (steps + 1, controls, points).

        y may be a function of one number of x, for a formula: `lambda x: slope * x + intercept`.
        """
        if callable(y):
            y = np.stack([y(v) for v in np.moveaxis(np.asarray(x), -1, 0)], axis=-1)
        x, y = self._every_position("line", x, y, tail=1)
        artists = ax.plot(self._now(x), self._now(y), *style, **styles)
        self.actors.append(Actor("line", ax, artists, x, y))

    def points(self, ax, x, y, marker="o", **styles):
        """Markers at x and y (steps + 1, controls, points)."""
        self.line(ax, x, y, **{"marker": marker, "linestyle": "none"} | styles)

    def point(self, ax, x, y, marker="o", **styles):
        """One marker at x and y (steps + 1, controls)."""
        x, y = self._every_position("point", x, y, tail=0)
        self.points(ax, x[..., None], y[..., None], marker, **styles)

    def path(self, ax, path, *style, until=None, returns=True, **styles):
        """A path in the plane as `descend` returns it, (steps + 1, controls, 2): up to the current step
        if the stage has a step slider, else whole.

        until    the last step that is drawn, a number or (controls)
        returns  False ends a path at its second point outside the panel, even if it comes back
        """
        if np.shape(path)[-1:] != (2,):
            raise ValueError(
                f"path in stage {self.name!r} got an array of shape {np.shape(path)}; give it the "
                "path of two parameters, (steps + 1, controls, 2)"
            )
        x, y = np.unstack(np.asarray(path), axis=-1)
        if not returns:
            y = np.where(outside(ax, x, y).cumsum(axis=0) > 1, np.nan, y)  # the first leads there
        self._over_steps(ax, x, y, style, until, styles)

    def over_steps(self, ax, values, *style, step=1, until=None, **styles):
        """values (steps + 1, controls) against 0, 1, 2, ...: up to the current step if the stage has a
        step slider, else all.

        step     the width of a step on the x-axis, a number or (controls)
        until    the last step that is drawn, a number or (controls)
        """
        values = np.asarray(values)
        x = np.arange(len(values)).reshape(-1, *[1] * (values.ndim - 1)) * step
        self._over_steps(ax, x, values, style, until, styles)

    def _over_steps(self, ax, x, y, style, until, styles):
        if until is not None:
            step = np.arange(len(y)).reshape(-1, *[1] * (y.ndim - 1))
            y = np.where(step <= until, y, np.nan)
        if self.steps is not None:
            return self.trail(ax, x, y, *style, **styles)
        x, y = (np.moveaxis(a, 0, -1) for a in np.broadcast_arrays(x, y))
        return self.line(ax, x, y, *style, **styles)

    def trail(self, ax, x, y, *style, head="o", **styles):
        """A curve up to the current step, marked there by `head`: x and y (steps + 1, controls)."""
        if self.steps is None:
            raise ValueError(f"a trail ends at the step: Stage({self.name!r}, ..., steps=...)")
        x, y = self._every_position("trail", x, y, tail=0)
        x, y = (np.moveaxis(a, 0, -1)[None] for a in (x, y))
        step = self.position[0]
        artists = ax.plot(self._now(x)[: step + 1], self._now(y)[: step + 1], *style, **styles)
        self.actors.append(Actor("line", ax, artists, x, y, "trail"))
        dot = {"color": artists[0].get_color(), "markersize": 8, "markeredgecolor": "white"}
        artists = ax.plot(self._now(x)[step], self._now(y)[step], head, **dot)
        self.actors.append(Actor("line", ax, artists, x, y, "head"))

    def sweep(self, ax, control, values, *style, head="o", vertical=False, **styles):
        """values (steps + 1, controls) as a curve over a control, marked by `head` at its position.

        vertical=True draws the control along the y-axis; head=None marks nothing.
        """
        (values,) = self._every_position("sweep", values, tail=0)
        axis = self.controls.index(control)
        curve = np.expand_dims(np.moveaxis(values, axis, -1), axis)
        x, y = (curve, control.values) if vertical else (control.values, curve)
        self.line(ax, x, y, *style, **styles)
        if head is not None:
            x, y = (values, control.axis) if vertical else (control.axis, values)
            colour = self.actors[-1].artists[0].get_color()
            self.point(ax, x, y, head, color=colour, markersize=10)

    def bars(self, ax, x, heights, **styles):
        """Bars from 0 to `heights` (steps + 1, controls, bars); nan is no bar. x is (bars,)."""
        x, heights = self._every_position("bars", x, heights, tail=1)
        artists = list(ax.bar(self._now(x), self._now(heights), **styles))
        self.actors.append(Actor("bars", ax, artists, x, heights))

    def text(self, ax, say, value, *more, at=None, **styles):
        """Words for every position: `say` is a format or a function of the values' numbers.

        value, more (steps + 1, controls). The text stands above its panel, or at `at`, a point in
        fractions of the panel. It is also part of the description for readers who cannot see it.
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
        paint(ax, self.position[axis])
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
        return array[tuple(min(i, n - 1) for i, n in zip(self.position, array.shape, strict=False))]

    @functools.cached_property
    def twin(self):
        """The still picture as HTML."""
        return view.still(self)

    @functools.cached_property
    def scene(self):
        """What the view draws from: a description, and the bytes of its numbers."""
        _ = self.twin  # drawn with the actors on it, before they leave the stage
        return view.scene(self)

    @functools.cached_property
    def widget(self):
        """The picture above its controls."""
        return view.widget(self)

    def _ipython_display_(self):
        data = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        display(HTML(self.twin))
        display({WIDGET: data}, raw=True)

    def __repr__(self):
        sizes = " x ".join(f"{n} {c.label}" for c, n in zip(self.controls, self.shape, strict=True))
        return f"<Stage {self.name!r}: {sizes}>"
