"""A trained network in a file: `save(path, model, theta)`, `model, theta, stats = load(path)`.

The suffix chooses the format: .json, which you can read, or .npz, which is smaller. Never pickle:
opening a pickle runs any code that its author put into it.
"""

import io
import json
import zipfile
from pathlib import Path

import numpy as np

from course_lib.files import write_whole
from course_lib.layers import relu, sigmoid, tanh
from course_lib.models import MLP

FORMAT = "neural network optimisation course, model 1"
ACTIVATIONS = {"relu": relu, "sigmoid": sigmoid, "tanh": tanh}


def save(path, model, theta, stats=None):
    """Write the model, its theta (P,) and, with batch norm, its stats to `path`.

    Raises ValueError for another suffix, several runs at once, numbers that are not finite or an
    activation of your own, before anything is written; the file is written completely or not at all.
    """
    path, theta = _checked_path(path), np.asarray(theta)
    arrays = {"theta": theta} if stats is None else {"theta": theta, "stats": np.asarray(stats)}
    _check_model(model, arrays)
    about = {
        "format": FORMAT,
        "sizes": [int(n) for n in model.sizes],
        "activation": model.activation.__name__,
        "dropout": model.dropout,
        "batch_norm": model.batch_norm,
    }
    to_bytes = _json_bytes if path.suffix == ".json" else _npz_bytes
    write_whole(path, to_bytes(about, arrays))


def _check_model(model, arrays):
    shape = arrays["theta"].shape
    if shape != (model.size,):
        raise ValueError(f"{model} has {model.size} parameters, theta has shape {shape}")
    if model.batch_norm and "stats" not in arrays:
        raise ValueError(
            "a model with batch norm needs its stats: model.statistics(theta, X_train)"
        )
    if ACTIVATIONS.get(model.activation.__name__) is not model.activation:
        raise ValueError(f"only {', '.join(ACTIVATIONS)} can be saved, not {model.activation}")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError("theta or stats hold nan or inf: this run diverged")


def load(path):
    """model, theta, stats from a file that `save` wrote; stats is None without batch norm.

    Raises ValueError, which says what is wrong, for a damaged file or one of another program.
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
        raise ValueError(f"the name of a model's file ends in .json or .npz, got {path.name!r}")
    return path


def _json_bytes(about, arrays):
    lists = {name: {"dtype": str(a.dtype), "values": a.tolist()} for name, a in arrays.items()}
    return json.dumps(about | lists, allow_nan=False).encode()


def _read_json(path):
    about = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(about, dict):
        raise ValueError(f"it holds a {type(about).__name__}")
    names = [name for name in ("theta", "stats") if name in about]
    return about, {n: np.array(about[n]["values"], dtype=about[n]["dtype"]) for n in names}


def _npz_bytes(about, arrays):
    content = io.BytesIO()
    np.savez(content, about=json.dumps(about), **arrays)
    return content.getvalue()


def _read_npz(path):
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return json.loads(str(arrays.pop("about"))), arrays
