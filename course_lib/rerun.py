"""A button below a stage that computes it again with larger settings, and its progress bar."""

import ipywidgets as widgets


class Rerun:
    """What a Run button does: `Rerun("Run: 5 seeds, 40 epochs", make)`.

    make(progress) -> a Stage with the same controls; it calls progress(share) with the share, from 0
    to 1, that is done. The new stage takes the place of the old one, with the controls where they
    are. The button needs a kernel; the picture above it does not.
    """

    def __init__(self, label, make):
        self.label, self.make = label, make

    def row(self, box):
        """The button and its bar, for the box of a stage, whose first child is the view."""
        button = widgets.Button(description=self.label, layout=widgets.Layout(width="auto"))
        bar = widgets.FloatProgress(max=1, description="progress", layout={"visibility": "hidden"})

        def run(_):
            button.disabled, bar.layout.visibility = True, "visible"
            try:
                new = self.make(lambda share: setattr(bar, "value", share))
                box.children = _in_place(new, box.children[0]).children
            except KeyboardInterrupt:  # the stop button of the notebook: the old stage stays
                pass
            finally:
                button.disabled, bar.layout.visibility = False, "hidden"

        button.on_click(run)
        return widgets.HBox([button, bar])


def _in_place(stage, view):
    """The box of a new stage, with its controls and its answer as those of the old view."""
    stage.position = tuple(getattr(view, f"position_{k}") for k in range(len(stage.controls)))
    for control, position in zip(stage.controls, stage.position, strict=True):
        control.position = position
    box = stage.widget
    box.children[0].prediction = view.prediction
    return box
