"""Figures: data first, `ax=None` last, the axes returned; `show(fig, alt)` puts one on the page.

Figures are plain `Figure` objects, never pyplot's: pyplot keeps global state, and slider callbacks
can run on another thread. Importing this module sets the course's style for every later figure.
"""

import base64
import html
import io

import matplotlib
import numpy as np
from IPython.display import HTML, display
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

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
DASHES = {"solid": "-", "dashed": (0, (5, 2)), "dotted": (0, (1, 1.5)), "mixed": (0, (6, 2, 1, 2))}

# One colour, dash and marker for each rule through the whole course. Dashes tell rules of one colour
# apart, and all of them in a black and white print.
LINES = {
    "sgd": ("black", "solid", "o"),
    "proximal_sgd": ("black", "dotted", "s"),
    "momentum": ("blue", "solid", "^"),
    "velocity_momentum": ("blue", "dashed", "v"),
    "ema_momentum": ("blue", "dotted", "<"),
    "nesterov": ("sky", "mixed", ">"),
    "adagrad": ("orange", "dashed", "s"),
    "rmsprop": ("green", "mixed", "D"),
    "adadelta": ("green", "dotted", "d"),
    "adam": ("red", "solid", "P"),
    "adamw": ("red", "dashed", "X"),
    "adamax": ("purple", "dotted", "p"),
    "nadam": ("purple", "dashed", "h"),
    "amsgrad": ("orange", "mixed", "*"),
    "lion": ("purple", "mixed", "o"),
}
OTHERS = [  # for lines that are no rule's, in turn
    ("blue", "solid", "o"),
    ("red", "dashed", "s"),
    ("green", "dotted", "^"),
    ("black", "mixed", "D"),
    ("purple", "solid", "v"),
    ("orange", "dashed", "P"),
    ("sky", "dotted", "X"),
    ("black", "solid", "*"),
]

STYLE = {
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "image.cmap": "viridis",
}
matplotlib.rcParams.update(STYLE)


def figure(rows=1, columns=1, size=None, **kwargs):
    """A figure and its axes: `fig, ax = figure()`, `fig, (left, right) = figure(1, 2)`.

    size is (width, height) in inches; the default is 4.8 by 3.6 for each panel.
    """
    fig = Figure(figsize=size or (4.8 * columns, 3.6 * rows))
    return fig, fig.subplots(rows, columns, **kwargs)


def line_style(name, position=0):
    """Matplotlib's colour, dash and marker for the rule `name`; other names take turns by position."""
    colour, dash, marker = LINES.get(name) or OTHERS[position % len(OTHERS)]
    return {"color": COLOURS[colour], "linestyle": DASHES[dash], "marker": marker}


def curves(columns, x=None, *, xlabel="epoch", ylabel="loss", log=False, ax=None):
    """A line for every entry of columns, {name: values (n,) or (n, seeds)}, against x or 0, 1, 2, ...

    Of several seeds the line is the median, the band runs from the lowest to the highest.
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

    With log=True the levels grow evenly in the logarithm of the height above the lowest point seen.
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


def paths(walks, ax=None):
    """Paths in the plane, {name: path (steps + 1, 2)}, each with its start and its marker every few
    steps; a path that became nan ends there. The window stays as it is."""
    ax = ax or figure()[1]
    for position, (name, path) in enumerate(walks.items()):
        style = line_style(name, position)
        every = max(1, len(path) // 15)
        ax.plot(*path.T, label=name, markevery=every, ms=5, scalex=False, scaley=False, **style)
        ax.plot(*path[0], "o", ms=8, mfc="white", mec="black", scalex=False, scaley=False)
    ax.legend(frameon=True, framealpha=0.9, edgecolor="none")
    return ax


def pictures(X, shape, titles=(), *, columns=10, signed=False, ax=None):
    """Rows of X as images of `shape` side by side, black for the largest number, with titles (n,).

    signed=True is for weights: the middle grey is 0, black the most positive, white the most negative.
    """
    columns = min(columns, len(X))
    rows = -(-len(X) // columns)
    ax = ax or figure(size=(1.1 * columns, (1.35 if len(titles) else 1.1) * rows))[1]
    height, width = shape
    room = (height // 3 if len(titles) else 0) + 1
    mosaic = np.full((rows * (height + room), columns * (width + 1)), np.nan)
    for k, image in enumerate(X):
        top, left = k // columns * (height + room) + room, k % columns * (width + 1)
        mosaic[top : top + height, left : left + width] = np.reshape(image, shape)
        if len(titles):
            ax.text(left + width / 2, top - 1, titles[k], ha="center", va="bottom", fontsize=9)
    largest = np.nanmax(np.abs(mosaic)) if signed else np.nanmax(mosaic)
    ax.imshow(mosaic, cmap="gray_r", vmin=-largest if signed else np.nanmin(mosaic), vmax=largest)
    ax.axis("off")
    return ax


def weight_images(W, shape, *, columns=10, ax=None):
    """The weights into each unit of a first layer W (n, m) as an image of `shape`; grey is 0."""
    return pictures(np.asarray(W).T, shape, columns=columns, signed=True, ax=ax)


def confident_mistakes(logits, y, X, shape, classes, *, count=10, ax=None):
    """The wrongly classified rows of X that the network was surest of, each with its two names.

    logits (N, K), y (N,), X (N, height * width); the title says what it is and what it was taken for.
    Raises ValueError when no row is wrong.
    """
    said = logits.argmax(axis=-1)
    sureness = np.max(logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)), axis=-1)
    wrong = np.flatnonzero(said != y)
    if not len(wrong):
        raise ValueError("no mistake to show: every row is classified rightly")
    worst = wrong[np.argsort(-sureness[wrong])][:count]
    titles = [f"{classes[y[k]]},\nsaid {classes[said[k]]}" for k in worst]
    columns = min(len(worst), 5)
    ax = ax or figure(size=(1.6 * columns, 2.2 * -(-len(worst) // columns)))[1]
    return pictures(X[worst], shape, titles, columns=columns, ax=ax)


def confusion_matrix(y, said, classes, ax=None):
    """How often class y (rows) was taken for class `said` (columns), (N,) each; counts in the cells."""
    ax = ax or figure(size=(6.4, 5.6))[1]
    counts = np.zeros((len(classes), len(classes)), int)
    np.add.at(counts, (y, said), 1)
    wrong = np.where(np.eye(len(classes), dtype=bool), 0, counts)
    ax.imshow(wrong, cmap="Greys", vmax=max(wrong.max(), 1) * 1.6)
    for row, column in np.ndindex(counts.shape):
        weight = "bold" if row == column else "normal"
        ax.text(
            column, row, counts[row, column], ha="center", va="center", fontsize=9, weight=weight
        )
    turn = 45 if max(map(len, classes)) > 2 else 0
    ax.set_xticks(range(len(classes)), classes, rotation=turn, ha="right" if turn else "center")
    ax.set_yticks(range(len(classes)), classes)
    ax.set(xlabel="class said", ylabel="true class")
    ax.grid(False)
    return ax


def heat_map(values, x, y, *, xlabel, ylabel, label, log=False, ax=None):
    """values (len(y), len(x)) as colours with a scale; nan, a run that diverged, is hatched."""
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


def activation_histograms(layers, axes=None):
    """How the numbers of each hidden layer's output spread, a panel a layer; returns their axes.

    layers is `model.layers(theta, X)`. The title says mean, standard deviation and the share that is
    exactly 0, the units a relu has switched off.
    """
    *hidden, _ = layers
    if not hidden:
        raise ValueError("this model has no hidden layer")
    if axes is None:
        _, axes = figure(1, len(hidden), size=(3.2 * len(hidden), 2.8), squeeze=False)
    axes = np.ravel(axes)
    for k, (layer, ax) in enumerate(zip(hidden, axes, strict=True)):
        output = layer.output.ravel()
        ax.hist(output, bins=50, color=COLOURS["blue"])
        share = (output == 0).mean()
        ax.set_title(f"layer {k + 1}: {output.mean():.2g} ± {output.std():.2g}\n{share:.0%} are 0")
        ax.set(xlabel="output", ylabel="count" if k == 0 else "", yscale="log")
    return axes


def png(fig, dpi=200):
    """The figure as PNG bytes; dpi 200 shown at half size stays sharp on dense screens."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def figure_html(picture, alt, width, css_class="", caption=""):
    """A PNG as `<figure><img alt=...>`, the one form whose alt text every Jupyter tool keeps."""
    data = base64.b64encode(picture).decode()
    opening = f'<figure class="{html.escape(css_class)}">' if css_class else "<figure>"
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return (
        f'{opening}<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%" '
        f'src="data:image/png;base64,{data}"/>{below}</figure>'
    )


def show(fig, alt):
    """Put the figure, or the figure of some axes, on the page with alt text: what is to be seen in it.

    Raises ValueError without alt text.
    """
    if not alt or not alt.strip():
        raise ValueError("show needs alt text: one sentence that says what the figure shows")
    if not isinstance(fig, Figure):
        fig = np.ravel(fig)[0].figure
    display(HTML(figure_html(png(fig), alt, round(fig.get_figwidth() * 100))))
