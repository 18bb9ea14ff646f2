"""What a stage puts on the page: the scene that stage.js draws from, and the controls below it."""

import json
import pathlib

import anywidget
import ipywidgets as widgets
import traitlets

from course_lib.actors import Numbers
from course_lib.controls import Switch, player
from course_lib.crops import box_of, smallest_scale
from course_lib.stills import THEMES

LARGEST = 2_000_000  # bytes of one explorer
PARTS = sorted(pathlib.Path(__file__).parent.glob("stage*.js"))  # anywidget takes one module
MODULE = "\n".join(
    [f"const THEMES = {json.dumps(THEMES)};", *(path.read_text("utf-8") for path in PARTS)]
)


class View(anywidget.AnyWidget):
    """The picture. position_0 .. position_4 are the positions of the controls, linked to them."""

    _esm = MODULE
    scene = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    prediction = traitlets.Int(-1).tag(sync=True)
    position_0 = traitlets.Int(0).tag(sync=True)
    position_1 = traitlets.Int(0).tag(sync=True)
    position_2 = traitlets.Int(0).tag(sync=True)
    position_3 = traitlets.Int(0).tag(sync=True)
    position_4 = traitlets.Int(0).tag(sync=True)

    def __repr__(self):
        return f"View({self.scene.get('name', '')!r})"


def scene(stage):
    """What the view draws from: a description as JSON, and the bytes of its numbers.

    Raises ValueError where they are too large for a notebook.
    """
    numbers, boxes = Numbers(), stage.painting.boxes
    crop = lambda actor: {"crop": boxes.index(box_of(actor.ax, boxes))}
    description = {
        "name": stage.name,
        "alt": stage.alt,
        "crops": boxes,
        "least": smallest_scale(stage.fig),
        "start": stage.position,
        "controls": [_control(control) for control in stage.controls],
        "question": stage.question and stage.question.scene(),
        "actors": [actor.scene(numbers) | crop(actor) for actor in stage.actors],
    } | stage.painting.scene()
    _check_size(stage, len(numbers.data) + len(json.dumps(description)))
    return description, numbers.data


def widget(stage):
    """The picture above its controls; the links between them run in the page."""
    description, numbers = stage.scene
    view = View(scene=description, numbers=numbers)
    controls = [control.widget() for control in stage.controls]
    for k, control in enumerate(controls):
        trait = "value" if isinstance(control, widgets.Checkbox) else "index"
        setattr(view, f"position_{k}", getattr(control, trait))
        widgets.jslink((control, trait), (view, f"position_{k}"))
        control.add_class(f"course-control-{k}")
    if stage.steps is not None:
        controls = [*controls[1:], widgets.HBox([player(controls[0]), controls[0]])]
    row = widgets.HBox(controls, layout=widgets.Layout(flex_flow="row wrap"))
    box = widgets.VBox([view, row])
    if stage.rerun is not None:
        box.children = [*box.children, stage.rerun.row(box)]
    box.add_class("course-stage")
    return box


def _control(control):
    shown = {"label": control.label, "options": control.options}
    return shown | {"switch": isinstance(control, Switch)}


def _check_size(stage, size):
    if size > LARGEST:
        positions = " x ".join(map(str, stage.shape))
        raise ValueError(
            f"stage {stage.name!r} needs {size / 1e6:.1f} MB for {positions} positions and may have "
            f"{LARGEST / 1e6:.1f} MB: give fewer positions, fewer points or a smaller figure"
        )
