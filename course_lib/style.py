"""How the figures of the course look: `figure()`, colours, and a line for every rule.

Figures are plain `Figure` objects, never pyplot's, because pyplot keeps global state. The style is part
of the figure as well: it holds while the figure is drawn, and matplotlib's own settings do not change.
"""

import functools
import inspect

from matplotlib import rc_context, rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.rules import RULES

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
    "ema_momentum": ("orange", "dotted", "<"),
    "nesterov": ("red", "mixed", ">"),
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
SPARE_LINES = [  # for a rule that has no line above
    ("green", "solid", "s"),
    ("black", "dashed", "D"),
    ("sky", "dotted", "^"),
    ("black", "mixed", "p"),
    ("orange", "solid", "X"),
    ("sky", "dashed", "*"),
]
OTHER_LINES = [  # for lines that do not belong to a rule, in turn
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


def figure(rows=1, columns=1, size=None, **kwargs):
    """A figure and its axes: `fig, ax = figure()`, `fig, (left, right) = figure(1, 2)`.

    size is (width, height) in inches; the default is 4.8 by 3.6 for each panel. The keywords are those
    of matplotlib's `subplots`.
    """
    fig = CourseFigure(figsize=size or (4.8 * columns, 3.6 * rows))
    return fig, fig.subplots(rows, columns, **kwargs)


def line_style(name, position=0):
    """Matplotlib's colour, dash and marker for the rule `name`; other names take turns by position."""
    new_rules = [rule for rule in RULES if rule not in LINES]
    if name in new_rules:
        line = SPARE_LINES[new_rules.index(name) % len(SPARE_LINES)]
    else:
        line = LINES.get(name) or OTHER_LINES[position % len(OTHER_LINES)]
    colour, dash, marker = line
    return {"color": COLOURS[colour], "linestyle": DASHES[dash], "marker": marker}


def _styled(method):
    """The method, run with STYLE: matplotlib reads its settings whenever something is drawn."""

    @functools.wraps(method)
    def run(*args, **kwargs):
        if all(rcParams[name] == value for name, value in STYLE.items()):
            return method(*args, **kwargs)
        with rc_context(STYLE):
            return method(*args, **kwargs)

    return run


def _keep_style(cls):
    """The class with every method that can draw run with STYLE."""
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        if name == "__init__" or not name.startswith(("_", "get_")):
            setattr(cls, name, _styled(method))
    return cls


@_keep_style
class CourseAxes(Axes):
    """Axes that keep the course's style when they are drawn on later."""


@_keep_style
class CourseFigure(Figure):
    """A figure that keeps the course's style when it is saved, and whose axes keep it too."""

    def add_subplot(self, *args, **kwargs):
        """As matplotlib's `add_subplot`, but the axes are CourseAxes."""
        return super().add_subplot(*args, **({"axes_class": CourseAxes} | kwargs))
