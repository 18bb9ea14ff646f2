"""Figures: data first, `ax=None` last, the axes returned; `show(fig, alt)` puts one on the page.

The names of `style` and `tables` can be used from here too: `plots.figure()`, `plots.table(...)`.
"""

import base64
import html
import io

import numpy as np
from IPython.display import HTML, display
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course_lib.style import COLOURS, DASHES, STYLE, figure, line_style
from course_lib.tables import table

__all__ = [
    "COLOURS",
    "DASHES",
    "STYLE",
    "contours",
    "curves",
    "figure",
    "figure_html",
    "heat_map",
    "line_style",
    "paths",
    "png",
    "show",
    "table",
]


def curves(columns, x=None, *, xlabel="epoch", ylabel="loss", log=False, ax=None):
    """A line for every entry of columns, {name: values (n,) or (n, seeds)}, against x or 0, 1, 2, ...

    With several seeds the line is the median and the band shows the range from minimum to maximum.
    """
    ax = ax or figure()[1]
    for position, (name, values) in enumerate(columns.items()):
        values = np.asarray(values, float)
        at = np.arange(len(values)) if x is None else np.asarray(x)
        seeds = values.reshape(len(values), -1)
        style = line_style(name, position)
        ax.plot(
            at, np.median(seeds, axis=1), label=name, markevery=max(1, len(at) // 12), ms=5, **style
        )
        if seeds.shape[1] > 1:
            low, high = seeds.min(axis=1), seeds.max(axis=1)
            ax.fill_between(at, low, high, color=style["color"], alpha=0.18, lw=0)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    if x is None:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax


def contours(f, window, *, levels=18, log=True, ax=None):
    """Contour lines of f(theta) -> value, gradient over window = (left, right, bottom, top).

    With log=True the levels are spaced evenly in the logarithm of the height above the minimum shown.
    """
    ax = ax or figure()[1]
    left, right, bottom, top = window
    x, y = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    values, _ = f(np.stack([x, y], axis=-1))
    if log:
        height = values - values.min()
        low, high = np.quantile(height, [0.002, 1])
        levels = values.min() + np.geomspace(max(low, 1e-12), high, levels)
    ax.contour(x, y, values, levels=levels, cmap="viridis", linewidths=0.9, alpha=0.75)
    ax.set(xlim=(left, right), ylim=(bottom, top), xlabel="θ₁", ylabel="θ₂")
    ax.grid(False)
    return ax


def paths(columns, ax=None):
    """Paths in the plane, {name: path (steps + 1, 2)}, each with its start and a marker every few
    steps. A path ends where it becomes nan. The window does not change."""
    ax = ax or figure()[1]
    for position, (name, path) in enumerate(columns.items()):
        style = line_style(name, position)
        every = max(1, len(path) // 15)
        ax.plot(*path.T, label=name, markevery=every, ms=5, scalex=False, scaley=False, **style)
        ax.plot(*path[0], "o", ms=8, mfc="white", mec="black", scalex=False, scaley=False)
    ax.legend(frameon=True, framealpha=0.9, edgecolor="none")
    return ax


def heat_map(values, x, y, *, xlabel, ylabel, label, log=False, ax=None):
    """values (len(y), len(x)) as colours with a colour bar; nan, a run that diverged, is hatched."""
    ax = ax or figure(size=(5.8, 4.2))[1]
    values = np.asarray(values, float)
    ax.patch.set(hatch="///", edgecolor="0.6", facecolor="white")
    norm = "log" if log else "linear"
    mesh = ax.pcolormesh(
        np.arange(len(x)), np.arange(len(y)), np.ma.masked_invalid(values), norm=norm
    )
    ax.figure.colorbar(mesh, ax=ax, label=label)
    for axis, ticks in ((ax.xaxis, x), (ax.yaxis, y)):
        every = -(-len(ticks) // 6)
        axis.set_ticks(range(0, len(ticks), every), [f"{v:.3g}" for v in ticks[::every]])
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(False)
    return ax


def png(fig, dpi=200):
    """The figure as PNG bytes; dpi 200, shown at half size, is sharp on dense screens."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def figure_html(picture, alt, width, css_class="", caption=""):
    """A PNG as `<figure><img alt=...>`, the only form whose alt text every Jupyter tool keeps."""
    data = base64.b64encode(picture).decode()
    opening = f'<figure class="{html.escape(css_class)}">' if css_class else "<figure>"
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return (
        f'{opening}<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%" '
        f'src="data:image/png;base64,{data}"/>{below}</figure>'
    )


def show(fig, alt):
    """Show the figure, or the figure of some axes, on the page, with alt text that describes it.

    Raises ValueError without alt text.
    """
    if not alt or not alt.strip():
        raise ValueError("show needs alt text: one sentence that says what the figure shows")
    if not isinstance(fig, Figure):
        fig = np.ravel(fig)[0].figure
    display(HTML(figure_html(png(fig), alt, round(fig.get_figwidth() * 100))))
