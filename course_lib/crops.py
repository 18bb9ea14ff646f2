"""Draws a figure and cuts it into its panels, each with its title, ticks, legend and colour bar."""

import base64
import contextlib
import io

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from course_lib.style import STYLE
from course_lib.svg import POINT, SHOWN_DPI

SHARP = 2  # pixels of a picture for each pixel of the page: sharp on dense screens
MARGIN = 1  # pixels of the page around a panel
EXPONENT = 0.7  # of the size of its base, in matplotlib's formulas
SMALLEST = 11  # pixels of the page: no text is shown smaller


def settle(fig):
    """Lay the figure out once: its panels stay where they are for what follows."""
    fig.set_dpi(SHARP * SHOWN_DPI)
    if fig.get_layout_engine() is not None:
        with rc_context(STYLE):
            fig.get_layout_engine().execute(fig)
        fig.set_layout_engine("none")


def pixels(fig):
    """The figure as colours (height, width, 4), bytes."""
    fig.set_dpi(SHARP * SHOWN_DPI)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    return np.array(canvas.buffer_rgba())


def png(image):
    """Colours (height, width, 4) as the bytes of a PNG; few opaque colours become a table of them."""
    picture = Image.fromarray(np.ascontiguousarray(image))
    if image[..., 3].min() == 255:
        picture = picture.convert("RGB")
        if picture.getcolors(256):
            picture = picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    picture.save(buffer, "png")
    return buffer.getvalue()


def data_url(image):
    """A PNG's bytes as a URL that needs no server."""
    return "data:image/png;base64," + base64.b64encode(image).decode()


def inside(box):
    """Which pixels of the whole figure lie in a box of `crops`."""
    left, top, width, height = (SHARP * v for v in box)
    return slice(top, top + height), slice(left, left + width)


def cut(image, box):
    """The part of an image of the whole figure inside a box of `crops`, as a URL."""
    return data_url(png(image[inside(box)]))


def box_of(ax, boxes):
    """The one of the boxes in which the middle of the axes lies."""
    x, y = ax.bbox.get_points().mean(axis=0) * SHOWN_DPI / ax.figure.dpi
    y = ax.figure.get_figheight() * SHOWN_DPI - y
    return next(
        [left, top, w, h]
        for left, top, w, h in boxes
        if left <= x < left + w and top <= y < top + h
    )


def crops(fig):
    """The boxes [left, top, width, height] of a drawn figure's panels, in pixels of the page.

    A colour bar belongs to its panel, panels that overlap share a box, and the boxes of a row are
    equally high.
    """
    with rc_context(STYLE):  # ticks are measured as they are drawn
        boxes = _merge([_tight(fig, axes) for axes in _panels(fig)], _overlap)
    rows = _merge(boxes, _in_one_row)
    found = []
    for left, top, right, _ in sorted(boxes):
        row = next(row for row in rows if row[1] <= top < row[3])
        found.append([left, row[1], right - left, row[3] - row[1]])
    return sorted(found, key=lambda box: (box[1], box[0]))


def smallest_scale(fig):
    """How far the figure may shrink before a text of it is smaller than SMALLEST."""
    texts = [text for text in fig.findobj(Text) if text.get_visible() and text.get_text()]
    smallest = min((_smallest_part(text) for text in texts), default=SMALLEST)
    return min(1.0, round(SMALLEST / (smallest * POINT), 3))


def _smallest_part(text):
    """The size of a text's letters, or of the exponent in it."""
    return text.get_fontsize() * (EXPONENT if "$" in text.get_text() else 1)


@contextlib.contextmanager
def without(artists):
    """Inside `with`, these artists are not drawn."""
    shown = [artist for artist in artists if artist.get_visible()]
    places = {text: text.get_position() for text in shown if isinstance(text, Text)}
    for artist in shown:
        artist.set_visible(False)
    yield
    for artist in shown:
        artist.set_visible(True)
    for text, place in places.items():
        text.set_position(place)  # matplotlib moves titles that it does not see


def _panels(fig):
    """The axes of each panel: its own and those of its colour bars."""
    bars = {}
    for ax in fig.axes:
        for artist in ax.get_children():
            if getattr(artist, "colorbar", None) is not None:
                bars.setdefault(ax, []).append(artist.colorbar.ax)
    of_bars = [bar for own in bars.values() for bar in own]
    return [[ax, *bars.get(ax, [])] for ax in fig.axes if ax not in of_bars]


def _tight(fig, axes):
    """The box (left, top, right, bottom) around all that these axes show, in pixels of the page."""
    scale = SHOWN_DPI / fig.dpi
    tight = Bbox.union([ax.get_tightbbox() for ax in axes]).padded(MARGIN / scale)
    width, height = fig.get_size_inches() * SHOWN_DPI
    left, right = np.clip([tight.x0 * scale, tight.x1 * scale], 0, width)
    top, bottom = np.clip([height - tight.y1 * scale, height - tight.y0 * scale], 0, height)
    return int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom))


def _merge(boxes, touch):
    """The boxes, where those that touch have become one."""
    done = []
    for box in boxes:
        while other := next((b for b in done if touch(b, box)), None):
            done.remove(other)
            box = (
                *np.minimum(box[:2], other[:2]).tolist(),
                *np.maximum(box[2:], other[2:]).tolist(),
            )
        done.append(box)
    return done


def _in_one_row(a, b):
    return a[1] < b[3] and b[1] < a[3]


def _overlap(a, b):
    return _in_one_row(a, b) and a[0] < b[2] and b[0] < a[2]
