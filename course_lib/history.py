"""What a training returns: an Epoch for each pass over the data, and History, the list of them."""

from dataclasses import dataclass, fields, replace

import numpy as np

MEASURES = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")


@dataclass(frozen=True, repr=False)
class Epoch:
    """The state after one epoch; number 0 is the start. Measures are (...,), one number per run.

    theta (..., P); stats, of a model with batch norm; train_loss and train_accuracy, after the epoch
    and on at most the first 10,000 examples; valid_loss and valid_accuracy; step_loss (steps, ...),
    loss and penalty of each batch before its step; seconds of the epoch, measuring included.
    """

    number: int
    theta: np.ndarray
    stats: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    valid_loss: np.ndarray
    valid_accuracy: np.ndarray
    step_loss: np.ndarray
    seconds: float

    def __repr__(self):
        if np.ndim(self.valid_loss):
            return f"Epoch {self.number} of {self.valid_loss.size} runs"
        text = f"Epoch {self.number}: validation loss {self.valid_loss:.4g}"
        known = np.isfinite(self.valid_accuracy)
        return f"{text}, accuracy {self.valid_accuracy:.4f}" if known else text


COLUMNS = tuple(field.name for field in fields(Epoch))


class History(list):
    """The epochs of a training in order; `history["valid_loss"]` is a column, (epochs + 1, ...).

    `history["step_loss"]` is (steps, ...), the loss and penalty of every batch before its step.
    `history.best` is the Epoch with the lowest validation loss, chosen for each run on its own; without
    a validation split it is the last. `history[-1].theta` is the last theta.
    """

    best = None

    def __getitem__(self, key):
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in COLUMNS:
            raise KeyError(f"no column {key!r}: choose from {', '.join(COLUMNS)}")
        column = [getattr(epoch, key) for epoch in self]
        if any(entry is None for entry in column):
            raise ValueError(f'not every epoch keeps its {key}: train(..., keep="all") does that')
        return np.concatenate(column) if key == "step_loss" else np.stack(column)

    def __repr__(self):
        return (
            f"History of {len(self) - 1} epochs; last: {self[-1]!r}" if self else "History, empty"
        )


def better_epoch(best, epoch):
    """For each run the one of two epochs with the lower validation loss, as one Epoch."""
    if best is None:
        return epoch
    better = (epoch.valid_loss < best.valid_loss) | np.isnan(best.valid_loss)
    if better.all() or not better.any():
        return epoch if better.all() else best
    columns = {}
    for name in ("number", "theta", "stats", *MEASURES):
        new, old = getattr(epoch, name), getattr(best, name)
        which = better[..., None] if name in ("theta", "stats") else better
        columns[name] = None if new is None else np.where(which, new, old)
    return replace(epoch, **columns)
