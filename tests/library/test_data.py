"""The small data sets, splits and batches."""

from importlib.resources import files

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import data, mnist
from course_lib.data import Data, Split, batches, load, split_off

# name, valid, sizes of the splits, columns, classes, dtype
TABLE = [
    ("digits", 0.1, (1294, 144, 359), 64, 10),
    ("digits", 0, (1438, 0, 359), 64, 10),
    ("digits", 0.5, (719, 719, 359), 64, 10),
    ("diabetes", 0.1, (319, 35, 88), 10, 0),
]


@pytest.mark.parametrize(("name", "valid", "sizes", "width", "classes"), TABLE)
def test_small_sets(name, valid, sizes, width, classes, capsys, monkeypatch):
    monkeypatch.setattr(mnist, "read", None)  # no file of a big set is asked for
    data = load(name, valid)
    splits = data.train, data.valid, data.test
    assert tuple(map(len, splits)) == sizes
    assert all(split.X.shape == (len(split), width) for split in splits)
    assert all(split.X.dtype == np.float64 for split in splits)
    assert len(data.classes) == classes
    assert not data.fallback
    assert capsys.readouterr().out == ""


def test_digits_are_images_from_0_to_1():
    data = load("digits")
    assert (data.train.X.min(), data.train.X.max(), data.shape) == (0, 1, (8, 8))
    assert set(data.train.y) == set(data.test.y) == set(range(10))


def test_diabetes_is_in_the_units_it_was_measured_in():
    data = load("diabetes")
    assert data.columns[:4] == ("age", "sex", "bmi", "bp")
    assert 40 < data.train.X[:, 0].mean() < 60  # years
    assert 20 < data.train.X[:, 2].mean() < 30  # kg / m²
    assert data.train.y.mean() > 100


@pytest.mark.parametrize("name", ["digits", "diabetes"])
def test_the_small_sets_are_those_of_scikit_learn(name):
    from sklearn import datasets

    theirs = datasets.load_digits() if name == "digits" else datasets.load_diabetes(scaled=False)
    X, y = data._small(name)
    assert np.array_equal(X, theirs.data)
    assert np.array_equal(y, theirs.target)
    assert load(name).columns == (() if name == "digits" else tuple(theirs.feature_names))


def test_the_small_sets_name_their_licence():
    text = (files("course_lib") / "small" / "LICENSE.txt").read_text(encoding="utf-8")
    assert "BSD 3-Clause License" in text
    assert "The scikit-learn developers" in text


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("digits", [[0, 1, 2, 3], [4, 5, 8, 2], [5, 2, 7, 1]]),
        ("diabetes", [[151, 75, 141, 135], [310, 144, 276, 61], [206, 63, 101, 185]]),
    ],
)
def test_one_split_for_everybody(name, targets):
    data = load(name)
    assert [s.y[:4].tolist() for s in (data.train, data.valid, data.test)] == targets


@pytest.mark.parametrize(
    ("name", "valid", "words"),
    [
        ("cifar", 0.1, ["no data set 'cifar'", "mnist, fashion_mnist, digits, diabetes"]),
        ("MNIST", 0.1, ["no data set 'MNIST'", "mnist"]),
        ("digits", 1, ["fraction", "below 1", "got 1"]),
        ("digits", -0.1, ["at least 0", "got -0.1"]),
        ("digits", 500, ["below 1", "got 500"]),
    ],
)
def test_errors_say_what_came_and_what_is_needed(name, valid, words):
    assert_refused(ValueError, lambda: load(name, valid), *words)


@settings(max_examples=50, deadline=None)
@given(n=st.integers(1, 60), share=st.floats(0, 0.99), seed=st.integers(0, 99))
def test_splits_are_disjoint_and_complete(n, share, seed):
    keep, apart = split_off(np.arange(n)[:, None], 10 * np.arange(n), share, seed)
    assert len(apart) == round(share * n)
    assert sorted([*keep.X[:, 0], *apart.X[:, 0]]) == list(range(n))
    for split in (keep, apart):
        np.testing.assert_array_equal(split.y, 10 * split.X[:, 0])


@settings(max_examples=50, deadline=None)
@given(n=st.integers(0, 60), batch=st.integers(1, 70), seed=st.none() | st.integers(0, 99))
def test_batches_cover_each_row_once(n, batch, seed):
    rng = None if seed is None else np.random.default_rng(seed)
    parts = list(batches(n, batch, rng))
    assert sorted(row for part in parts for row in part) == list(range(n))
    assert all(len(part) == batch for part in parts[:-1])
    assert all(0 < len(part) <= batch for part in parts)
    if seed is None:
        assert [row for part in parts for row in part] == list(range(n))


def test_splits_keep_the_order_of_the_rows():
    for split in split_off(np.arange(40.0)[:, None], np.arange(40), 0.3):
        assert (np.diff(split.y) > 0).all()


def test_batches_come_in_a_new_order_every_time():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(batches(50, 8, rng))) for _ in range(2))
    again = np.concatenate(list(batches(50, 8, np.random.default_rng(0))))
    assert first.tolist() == again.tolist()
    assert first.tolist() != second.tolist()


def test_a_split_is_a_pair_that_can_be_cut():
    split = Split(np.arange(12.0).reshape(6, 2), np.arange(6))
    X, y = split
    assert X is split.X
    assert y is split.y
    assert len(split) == 6
    part = split[[4, 0]]
    assert_close(part.X, [[8, 9], [0, 1]])
    assert part.y.tolist() == [4, 0]
    assert len(split[:2]) == 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Split(np.ones((5, 2)), np.ones(4)), ["(5, 2)", "(4,)"]),
        (lambda: Split(np.ones(5), np.ones(5)), ["X must be (N, n)", "(5,)"]),
        (lambda: Split(np.ones((5, 2)), np.ones((5, 1))), ["y (N,)", "(5, 1)"]),
        (lambda: list(batches(5, 0)), ["at least 1", "got 0"]),
    ],
)
def test_wrong_shapes_are_named(call, words):
    assert_refused(ValueError, call, *words)


def test_repr_says_what_it_is():
    split = Split(np.ones((1200, 2)), np.ones(1200))
    data = Data("fashion_mnist", split, split, split)
    assert repr(data) == "Fashion-MNIST: 1,200 to train, 1,200 to validate, 1,200 to test"
    assert repr(Data("spirals", split, split, split)).startswith("spirals: ")
