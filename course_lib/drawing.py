"""What a stage can draw: lines, points, paths, bars, cells, words and pictures for every position.

Each takes `after_prediction=True` for what gives the answer to the stage's question away.
"""

import functools

import numpy as np

from course_lib.actors import Actor, at, outside


def _actors(method):
    """The method, with the keyword `after_prediction` for the actors that it adds."""

    @functools.wraps(method)
    def add(self, *args, after_prediction=False, **kwargs):
        count = len(self.actors)
        method(self, *args, **kwargs)
        for actor in self.actors[count:]:
            actor.after_prediction |= after_prediction

    return add


class Drawing:
    """The part of a Stage that adds actors to its figure."""

    @_actors
    def line(self, ax, x, y, *style, **styles):
        """A line, or with a marker and no line points, at x and y (steps + 1, controls, points).

        y may be a function of one number of x, for a formula: `lambda x: slope * x + intercept`.
        """
        if callable(y):
            y = np.stack([y(v) for v in np.moveaxis(np.asarray(x), -1, 0)], axis=-1)
        x, y = self._every_position("line", x, y, tail=1)
        artists = ax.plot(self._now(x), self._now(y), *style, **styles)
        self.actors.append(Actor("line", ax, artists, x, y))

    @_actors
    def points(self, ax, x, y, marker="o", *, drags=(), **styles):
        """Markers at x and y (steps + 1, controls, points).

        drags  controls that the reader moves by dragging a point; it must depend on these alone
        """
        self.line(ax, x, y, **{"marker": marker, "linestyle": "none"} | styles)
        self.actors[-1].drags = tuple(self.controls.index(control) for control in drags)

    @_actors
    def point(self, ax, x, y, marker="o", **styles):
        """One marker at x and y (steps + 1, controls), with the keywords of `points`."""
        x, y = self._every_position("point", x, y, tail=0)
        self.points(ax, x[..., None], y[..., None], marker, **styles)

    @_actors
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

    @_actors
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

    @_actors
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

    @_actors
    def sweep(self, ax, control, values, *style, head="o", vertical=False, drags=(), **styles):
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
            self.point(ax, x, y, head, color=colour, markersize=10, drags=drags)

    @_actors
    def bars(self, ax, x, heights, **styles):
        """Bars from 0 to `heights` (steps + 1, controls, bars); nan is no bar. x is (bars,)."""
        x, heights = self._every_position("bars", x, heights, tail=1)
        artists = list(ax.bar(self._now(x), self._now(heights), **styles))
        self.actors.append(Actor("bars", ax, artists, x, heights))

    @_actors
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

    @_actors
    def picture(self, ax, paint, over):
        """A picture for each position k of the control `over`: `paint(ax, k)` draws it with matplotlib.

        `over` may be several controls: `paint(ax, j, k)`. For contours that turn and histograms. Set
        the panel's limits first, and add pictures before the actors that stand in front of them.
        """
        ax.autoscale(False)
        before = set(ax.get_children())
        over = over if isinstance(over, (tuple, list)) else (over,)
        axes = tuple(self.controls.index(control) for control in over)
        paint(ax, *(self.position[axis] for axis in axes))
        new = [artist for artist in ax.get_children() if artist not in before]
        counts = tuple(self.shape[axis] for axis in axes)
        self.actors.append(Actor("picture", ax, new, paint=paint, over=axes, counts=counts))

    @_actors
    def cells(self, ax, values, **styles):
        """values (steps + 1, controls, m, n) as m x n coloured cells that fill the panel, row 0 below.

        For decision boundaries and heat maps. Keywords of `Axes.imshow`: vmin, vmax, cmap.
        """
        (values,) = self._every_position("cells", values, tail=2)
        limits = {"vmin": np.nanmin(values), "vmax": np.nanmax(values)} | styles
        ax.autoscale(False)
        place = {"extent": (0, 1, 0, 1), "transform": ax.transAxes, "aspect": "auto", "zorder": 0.5}
        image = ax.imshow(
            self._now(values), origin="lower", interpolation="nearest", **place | limits
        )
        self.actors.append(Actor("cells", ax, [image], cells=values))

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
            need = ", ".join(axes + [[], ["points"], ["m", "n"]][tail])
            raise ValueError(
                f"{actor} in stage {self.name!r} got arrays of shape {got}; needed, in this order: "
                f"({need}), where an axis may be 1 and leading axes may be left out"
            )
        shape = (1,) * (len(self.shape) + tail - arrays[0].ndim) + arrays[0].shape
        return [a.reshape(shape) for a in arrays]

    def _now(self, array):
        """The points at the start position."""
        return at(array, self.position)
