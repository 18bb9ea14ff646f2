"""What moves on a stage, turned from data into the numbers and styles that the view draws.

Numbers are 16 bits wide. Along each side of its panel a point has 0 .. 65534 for the span from one
panel before the frame to one panel behind it; 65535 stands for "no point".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import plots
from course_lib.crops import data_url
from course_lib.svg import SHOWN_DPI, svg_bar, svg_line, svg_marker, svg_text

EDGE, MISSING = 65534, 65535
PICTURE_DPI = 120


@dataclass
class Actor:
    """One moving thing: `artists` draw it in matplotlib at the start, the rest says where it goes.

    x and y are (every position of the controls, points); the span "trail" has the points up to the
    step, "head" the one at the step. A text has `words` instead, cells have `cells` (every position,
    m, n), a picture has `paint` and `over`, the axes of its controls. `drags` are the axes of the
    controls that its points move when they are dragged. What gives the answer to the question away
    is shown `after_prediction`.
    """

    kind: str
    ax: Any
    artists: list
    x: np.ndarray | None = None
    y: np.ndarray | None = None
    span: str = "all"
    words: np.ndarray | None = None
    cells: np.ndarray | None = None
    paint: Callable | None = None
    over: tuple = ()
    counts: tuple = ()
    drags: tuple = ()
    after_prediction: bool = False

    def scene(self, numbers):
        """What the view needs to know of it, as JSON; its arrays go to `numbers`."""
        box = np.array(self.ax.bbox.bounds) * SHOWN_DPI / self.ax.figure.dpi
        top = self.ax.figure.get_figheight() * SHOWN_DPI - box[1] - box[3]
        panel = [round(float(v), 2) for v in (box[0], top, box[2], box[3])]
        shown = {"kind": self.kind, "panel": panel, "after": self.after_prediction}
        return shown | getattr(self, f"_{self.kind}")(numbers)

    def move(self, position):
        """Move the artists to a position of the controls."""
        if self.kind == "line":
            upto = {"all": slice(None), "trail": slice(position[0] + 1)}
            part = upto.get(self.span, slice(position[0], position[0] + 1))
            self.artists[0].set_data(at(self.x, position)[part], at(self.y, position)[part])
        elif self.kind == "bars":
            for bar, height in zip(self.artists, at(self.y, position), strict=True):
                bar.set_height(height)
        elif self.kind == "text":
            self.artists[0].set_text(at(self.words, position))
        elif self.kind == "cells":
            self.artists[0].set_data(at(self.cells, position))
        else:
            self._repaint(position)

    def _line(self, numbers):
        line, points = self.artists[0], in_panel(self.ax, self.x, self.y)
        style = {"line": svg_line(line), "marker": svg_marker(line), "span": self.span}
        connected = style["line"] or self.span != "all"
        style |= {"drags": self.drags} if self.drags else {}
        return style | _store(numbers, stop_at_edge(points) if connected else points)

    def _bars(self, numbers):
        bar, points = self.artists[0], in_panel(self.ax, self.x, self.y)
        ends = in_panel(self.ax, [bar.get_x(), bar.get_x() + bar.get_width()], [0, 0]) * 3 - 1
        size = {"width": float(ends[1, 0] - ends[0, 0]), "foot": float(ends[0, 1].clip(0, 1))}
        return size | {"bar": svg_bar(bar)} | _store(numbers, points.clip(0, 1))

    def _text(self, numbers):
        words, rows = np.unique(self.words.astype(str), return_inverse=True)
        row = numbers.add(rows.reshape(*self.words.shape, 1))
        return {"words": words.tolist(), "row": row, "text": svg_text(self.artists[0])}

    def _picture(self, numbers):
        images = [self._paint_alone(k) for k in np.ndindex(self.counts)]
        strides = [int(np.prod(self.counts[k + 1 :])) for k in range(len(self.counts))]
        return {"over": self.over, "strides": strides, "images": images}

    def _cells(self, numbers):
        image = self.artists[0]
        m, n = self.cells.shape[-2:]
        rows = image.norm(self.cells).filled(0).reshape(*self.cells.shape[:-2], m * n)
        colours = image.cmap(np.arange(256) / 255, bytes=True)
        row = numbers.add_bytes(np.rint(rows.clip(0, 1) * 255))
        return {"m": m, "n": n, "row": row, "colours": colours.ravel().tolist()}

    def _repaint(self, position):
        for artist in self.artists:
            artist.remove()
        before = set(self.ax.get_children())
        self.paint(self.ax, *(position[axis] for axis in self.over))
        self.artists = [artist for artist in self.ax.get_children() if artist not in before]

    def _paint_alone(self, k):
        """Position k painted on bare axes of the panel's size, as a PNG's URL."""
        fig, bare = plots.figure(size=tuple(self.ax.bbox.size / self.ax.figure.dpi))
        fig.set(facecolor="none", layout_engine="none")
        bare.set_position((0, 0, 1, 1))
        bare.set_axis_off()
        bare.set(xscale=self.ax.get_xscale(), yscale=self.ax.get_yscale())
        bare.set(xlim=self.ax.get_xlim(), ylim=self.ax.get_ylim(), autoscale_on=False)
        self.paint(bare, *k)
        return data_url(plots.png(fig, dpi=PICTURE_DPI))


class Numbers:
    """Arrays of 16-bit numbers laid end to end: `add` returns where in `data` the view finds one."""

    def __init__(self):
        self.offsets, self.data = {}, b""

    def add(self, array):
        """Store (every position, n); a row starts at `at` + the sum of position * stride."""
        return self._add(np.ascontiguousarray(compact(array), dtype="<u2"))

    def add_bytes(self, array):
        """Store (every position, n) in bytes; `at` and the strides count bytes."""
        return self._add(np.ascontiguousarray(compact(array), dtype="u1"))

    def _add(self, array):
        size = array.itemsize
        strides = [
            s // size if n > 1 else 0 for s, n in zip(array.strides, array.shape, strict=True)
        ]
        content = array.tobytes()
        content += b"\0" * (len(content) % 2)
        if content not in self.offsets:
            self.offsets[content] = len(self.data)
            self.data += content
        return {"at": self.offsets[content] // size, "strides": strides[:-1]}


def at(array, position):
    """The points of an array (every position, ...) at a position; an axis may have length 1."""
    return array[tuple(min(i, n - 1) for i, n in zip(position, array.shape, strict=False))]


def compact(array):
    """The array with length 1 on every leading axis along which nothing changes."""
    for axis in range(array.ndim - 1):
        first = array.take([0], axis)
        if (array == first).all():
            array = first
    return array


def in_panel(ax, x, y):
    """Points as fractions of the panel and its surroundings, (..., n, 2): the frame is 1/3 .. 2/3.

    The first coordinate runs to the right, the second one down, as on a screen.
    """
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    with np.errstate(all="ignore"):
        pixels = ax.transData.transform(np.column_stack([x.ravel(), y.ravel()]))
        fractions = (pixels - ax.bbox.p0) / ax.bbox.size
        fractions[:, 1] = 1 - fractions[:, 1]
        return ((fractions + 1) / 3).reshape(*x.shape, 2)


def outside(ax, x, y):
    """True for the points x, y (...,) more than a fifth of the panel away from it."""
    return np.abs(in_panel(ax, x, y) * 3 - 1.5).max(axis=-1) > 0.7


def stop_at_edge(points):
    """Each point outside 0 .. 1 moved back along its segment to the edge; nan where none leads there.

    points (..., n, 2). So a path that leaves the frame keeps its direction up to the border.
    """
    before = np.concatenate([points[..., :1, :], points[..., :-1, :]], axis=-2)
    with np.errstate(all="ignore"):
        step = points - before
        room = np.where(step > 0, (1 - before) / step, np.where(step < 0, -before / step, np.inf))
        edge = before + room.min(axis=-1, keepdims=True) * step
    edge = np.where(_inside(before), edge, np.nan)
    return np.where(_inside(points), points, edge)


def _store(numbers, points):
    """Fractions (every position, n, 2) stored as 16-bit x and y; y is MISSING where a point is."""
    finite = np.isfinite(points).all(axis=-1)
    whole = np.rint(np.where(finite[..., None], points, 0).clip(0, 1) * EDGE)
    x, y = whole[..., 0], np.where(finite, whole[..., 1], MISSING)
    return {"n": points.shape[-2], "x": numbers.add(x), "y": numbers.add(y)}


def _inside(points):
    return ((points >= 0) & (points <= 1)).all(axis=-1, keepdims=True)
