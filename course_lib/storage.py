"""A trained network in a file: `save(path, model, theta)`, `model, theta, stats = load(path)`.

The ending chooses the form: .json, which a person can read, or .npz, which is smaller. Never pickle:
opening a pickle runs whatever code its author put into it.
"""

import json
import zipfile
from pathlib import Path

import numpy as np

from course_lib.layers import relu, sigmoid, tanh
from course_lib.models import MLP

FORMAT = "neural network optimisation course, model 1"
ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def save(path, model, theta, stats=None):
    """Writes the model, its theta (P,) and, with batch norm, its stats to `path`.

    Raises ValueError for another ending, several runs at once, numbers that are not finite or an
    activation of one's own, before anything is written; the file appears whole or not at all.
    """
    path, theta = _checked_path(path), np.asarray(theta)
    if theta.shape != (model.size,):
        raise ValueError(f"{model} has {model.size} parameters, theta has shape {theta.shape}")
    if model.batch_norm and stats is None:
        raise ValueError(
            "a model with batch norm needs its stats: model.statistics(theta, X_train)"
        )
    if ACTIVATIONS.get(model.activation.__name__) is not model.activation:
        raise ValueError(f"only {', '.join(ACTIVATIONS)} can be saved, not {model.activation}")
    arrays = {"theta": theta} if stats is None else {"theta": theta, "stats": np.asarray(stats)}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError("theta or stats hold nan or inf: this run diverged")
    about = {
        "format": FORMAT,
        "sizes": [int(n) for n in model.sizes],
        "activation": model.activation.__name__,
        "dropout": model.dropout,
        "batch_norm": model.batch_norm,
    }
    unfinished = path.with_name(path.name + ".part")
    write = _write_json if path.suffix == ".json" else _write_npz
    write(unfinished, about, arrays)
    unfinished.replace(path)


def load(path):
    """model, theta, stats from a file of `save`; stats is None without batch norm.

    Raises ValueError, with what is wrong, for a file that is damaged or was written by another program.
    """
    path = _checked_path(path)
    try:
        about, arrays = (_read_json if path.suffix == ".json" else _read_npz)(path)
        if about["format"] != FORMAT:
            raise ValueError(f"its format is {about['format']!r}, not {FORMAT!r}")
        model = MLP(
            *about["sizes"],
            activation=ACTIVATIONS[about["activation"]],
            dropout=about["dropout"],
            batch_norm=about["batch_norm"],
        )
        theta, stats = arrays["theta"], arrays.get("stats")
        _check_arrays(model, theta, stats)
    except FileNotFoundError:
        raise
    except (KeyError, TypeError, ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else error
        raise ValueError(f"{path} is no model of this course, or damaged: {reason}") from None
    return model, theta, stats


def _check_arrays(model, theta, stats):
    if theta.shape != (model.size,):
        raise ValueError(f"theta has shape {theta.shape}, {model} needs ({model.size},)")
    needed = 2 * sum(model.sizes[1:-1]) * model.batch_norm
    held = 0 if stats is None else stats.size
    if held != needed:
        raise ValueError(f"stats has {held} numbers, {model} needs {needed}")
    if not all(
        a.dtype.kind == "f" and np.isfinite(a).all() for a in (theta, stats) if a is not None
    ):
        raise ValueError("theta or stats hold something that is not a finite number")


def _checked_path(path):
    path = Path(path)
    if path.suffix not in (".json", ".npz"):
        raise ValueError(f"a model is kept in a file that ends in .json or .npz, got {path.name!r}")
    return path


def _write_json(path, about, arrays):
    lists = {name: {"dtype": str(a.dtype), "values": a.tolist()} for name, a in arrays.items()}
    path.write_text(json.dumps(about | lists, allow_nan=False), encoding="utf-8")


def _read_json(path):
    about = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(about, dict):
        raise ValueError(f"it holds a {type(about).__name__}")
    names = [name for name in ("theta", "stats") if name in about]
    return about, {n: np.array(about[n]["values"], dtype=about[n]["dtype"]) for n in names}


def _write_npz(path, about, arrays):
    with path.open("wb") as file:
        np.savez(file, about=json.dumps(about), **arrays)


def _read_npz(path):
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return json.loads(str(arrays.pop("about"))), arrays
