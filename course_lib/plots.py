"""Figures: data first, `ax=None` last, the axes returned; `show(fig, alt)` puts one on the page.

Figures are plain `Figure` objects, never pyplot's: pyplot keeps global state, and slider callbacks
can run on another thread.
"""

import base64
import html
import io

import matplotlib
from IPython.display import HTML, display
from matplotlib.figure import Figure

# Wong's eight colours (Nature Methods, 2011) stay apart under the common colour blindnesses.
COLOURS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#000000",
}

STYLE = {
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "image.cmap": "viridis",
}


def figure(rows=1, columns=1, size=None, **kwargs):
    """A figure in the course's style and its axes: `fig, ax = figure()`, `fig, (a, b) = figure(1, 2)`.

    size is (width, height) in inches; the default is 4.8 by 3.6 for each panel.
    """
    size = size or (4.8 * columns, 3.6 * rows)
    with matplotlib.rc_context(STYLE):
        fig = Figure(figsize=size)
        axes = fig.subplots(rows, columns, **kwargs)
    return fig, axes


def png(fig, dpi=200):
    """The figure as PNG bytes; dpi 200 shown at half size stays sharp on dense screens."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def figure_html(picture, alt, width, css_class="", caption=""):
    """A PNG as `<figure><img alt=...>`, the one form whose alt text every Jupyter tool keeps."""
    data = base64.b64encode(picture).decode()
    opening = f'<figure class="{html.escape(css_class)}">' if css_class else "<figure>"
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return (
        f'{opening}<img alt="{html.escape(alt)}" width="{width}" '
        f'src="data:image/png;base64,{data}"/>{below}</figure>'
    )


def show(fig, alt):
    """Put the figure on the page with alt text: a sentence that says what is to be seen in it."""
    if not alt or not alt.strip():
        raise ValueError("show needs alt text: one sentence that says what the figure shows")
    width = round(fig.get_figwidth() * 100)
    display(HTML(figure_html(png(fig), alt, width)))
