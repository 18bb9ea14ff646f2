"""What a stage puts on the page: a still picture, the scene that stage.js draws from, and controls."""

import json
import pathlib
from dataclasses import asdict

import anywidget
import ipywidgets as widgets
import traitlets

from course_lib import plots
from course_lib.actors import Numbers, data_url
from course_lib.controls import player
from course_lib.svg import SHOWN_DPI

DPI = 2 * SHOWN_DPI  # stays sharp on dense screens
LARGEST = 1_000_000  # bytes of one explorer
PARTS = sorted(pathlib.Path(__file__).parent.glob("stage*.js"))  # anywidget takes one module
MODULE = "\n".join(path.read_text("utf-8") for path in PARTS)
CAPTION = "Run this cell to move the sliders."


class View(anywidget.AnyWidget):
    """The picture. position_0 .. position_3 are the positions of the controls, linked to them."""

    _esm = MODULE
    scene = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    prediction = traitlets.Int(-1).tag(sync=True)
    position_0 = traitlets.Int(0).tag(sync=True)
    position_1 = traitlets.Int(0).tag(sync=True)
    position_2 = traitlets.Int(0).tag(sync=True)
    position_3 = traitlets.Int(0).tag(sync=True)

    def __repr__(self):
        return f"View({self.scene.get('name', '')!r})"


def still(stage):
    """The stage at its start as HTML: a figure with alt text, for pages on which nothing runs."""
    now = ", ".join(f"{c.label} {c.options[c.position]}" for c in stage.controls)
    texts = [actor.artists[0].get_text() for actor in stage.actors if actor.kind == "text"]
    alt = " ".join([stage.alt, *(f"{words}." for words in [now, *texts])])  # as in stage.js
    stage.fig.set_dpi(DPI)
    png = plots.png(stage.fig, DPI)
    stage.fig.set_layout_engine("none")  # the panels stay where they are for what follows
    width = round(stage.fig.get_figwidth() * SHOWN_DPI)
    return plots.figure_html(png, alt, width, f"twin-{stage.name}", CAPTION)


def scene(stage):
    """What the view draws from: a description as JSON, and the bytes of its numbers.

    Raises ValueError where they are too large for a notebook.
    """
    numbers = Numbers()
    description = {
        "name": stage.name,
        "alt": stage.alt,
        "size": [round(v * SHOWN_DPI) for v in stage.fig.get_size_inches()],
        "controls": [{"label": c.label, "options": c.options} for c in stage.controls],
        "question": stage.question and asdict(stage.question),
        "actors": [actor.scene(numbers) for actor in stage.actors],
    }
    for actor in stage.actors:
        for artist in actor.artists:
            artist.set_visible(False)
    description["stage"] = data_url(plots.png(stage.fig, DPI))
    _check_size(stage, len(numbers.data) + len(json.dumps(description)))
    return description, numbers.data


def widget(stage):
    """The picture above its controls; the links between them run in the page."""
    description, numbers = stage.scene
    view = View(scene=description, numbers=numbers)
    controls = [control.widget() for control in stage.controls]
    for k, control in enumerate(controls):
        setattr(view, f"position_{k}", control.index)
        widgets.jslink((control, "index"), (view, f"position_{k}"))
    if stage.steps is not None:
        controls = [*controls[1:], widgets.HBox([player(controls[0]), controls[0]])]
    row = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))
    box = widgets.VBox([view, row])
    box.add_class("course-stage")
    return box


def _check_size(stage, size):
    if size > LARGEST:
        positions = " x ".join(map(str, stage.shape))
        raise ValueError(
            f"stage {stage.name!r} needs {size / 1e6:.1f} MB for {positions} positions and may have "
            f"{LARGEST / 1e6:.1f} MB: give fewer positions, fewer points or a smaller figure"
        )
