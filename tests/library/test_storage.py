"""A saved network comes back as it was; a file that is none is refused with its reason."""

import json

import numpy as np
import pytest

from course_lib.layers import relu, sigmoid, tanh
from course_lib.models import MLP
from course_lib.storage import load, save

MODELS = [
    MLP(4, 3),
    MLP(4, 1),
    MLP(4, 5, 3, activation=tanh),
    MLP(4, 6, 5, 3, activation=sigmoid, dropout=0.2, batch_norm=True),
]


@pytest.mark.parametrize("ending", [".json", ".npz"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_round_trip(tmp_path, model, dtype, ending):
    X = np.random.default_rng(0).standard_normal((7, 4)).astype(dtype)
    theta = model.start(seed=3, dtype=dtype)
    stats = model.statistics(theta, X)
    save(tmp_path / f"net{ending}", model, theta, stats)
    again, theta_again, stats_again = load(tmp_path / f"net{ending}")
    assert theta_again.dtype == dtype
    np.testing.assert_array_equal(theta_again, theta)
    np.testing.assert_array_equal(
        again(theta_again, X, stats=stats_again)[0], model(theta, X, stats=stats)[0]
    )
    assert (again.sizes, again.dropout) == (model.sizes, model.dropout)
    assert list(tmp_path.iterdir()) == [tmp_path / f"net{ending}"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(path="net.pkl"), "ends in .json or .npz"),
        (dict(theta=np.zeros((2, 15))), "15 parameters"),
        (dict(theta=np.full(15, np.nan)), "diverged"),
        (dict(model=MLP(4, 3, activation=lambda x: relu(x))), "only relu, sigmoid, tanh"),
        (dict(model=MLP(4, 2, 1, batch_norm=True), theta=np.zeros(17)), "model.statistics"),
    ],
)
def test_refuses_to_save(tmp_path, change, words):
    what = dict(path="net.json", model=MLP(4, 3), theta=np.zeros(15)) | change
    with pytest.raises(ValueError, match=words):
        save(tmp_path / what["path"], what["model"], what["theta"])
    assert not list(tmp_path.iterdir())


def damaged(tmp_path, ending):
    """A good file's bytes, and files made of it that are not good."""
    save(tmp_path / f"good{ending}", MLP(4, 3), np.arange(15.0))
    good = (tmp_path / f"good{ending}").read_bytes()
    yield "empty", b""
    yield "half", good[: len(good) // 2]
    yield "page", b"<!DOCTYPE html><html></html>"
    yield "zeros", bytes(100)
    if ending == ".json":
        content = json.loads(good)
        yield "list", b"[1, 2]"
        yield "not text", b"\xff\xfe\x00"
        for name in content:
            yield f"without {name}", json.dumps({k: content[k] for k in content if k != name})
        for key, value in [
            ("format", "another"),
            ("sizes", [4]),
            ("sizes", "43"),
            ("sizes", [4, 4]),
            ("activation", "gelu"),
            ("theta", {"dtype": "float64", "values": ["a"] * 15}),
            ("theta", {"dtype": "<U3", "values": ["a"] * 15}),
            ("theta", {"dtype": "float64", "values": [float("nan")] * 15}),
            ("stats", {"dtype": "float64", "values": [1.0]}),
        ]:
            yield f"{key} {value}", json.dumps(content | {key: value})


@pytest.mark.parametrize("ending", [".json", ".npz"])
def test_a_damaged_or_foreign_file_is_refused(tmp_path, ending):
    for what, content in damaged(tmp_path, ending):
        path = tmp_path / f"bad{ending}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(ValueError, match="is no model of this course, or damaged"):
            print(what, load(path))


def test_a_pickle_inside_npz_is_never_opened(tmp_path):
    np.savez(tmp_path / "bad.npz", about=np.array([{"format": "x"}], dtype=object))
    with pytest.raises(ValueError, match="no model of this course"):
        load(tmp_path / "bad.npz")


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.json")
