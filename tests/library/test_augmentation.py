"""Shifted and turned images: what moves, what stays, what comes in from outside."""

import numpy as np
import pytest
from scipy import ndimage

from course_lib.augmentation import chain, rotate, shift

SHAPE = (8, 8)


def images(n=20, dtype=np.float32):
    blobs = ndimage.gaussian_filter(np.random.default_rng(0).random((n, *SHAPE)), (0, 1, 1))
    blobs[:, [0, -1]] = blobs[:, :, [0, -1]] = 0
    return blobs.reshape(n, -1).astype(dtype)


def test_shift_moves_each_image_by_whole_pixels():
    X = images()
    moved = shift(1, SHAPE)(X, np.random.default_rng(1)).reshape(-1, *SHAPE)
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    seen = set()
    for before, after in zip(X.reshape(-1, *SHAPE), moved, strict=True):
        same = [s for s in steps if np.array_equal(ndimage.shift(before, s, order=0), after)]
        assert len(same) == 1
        seen.add(same[0])
    assert len(seen) > 4


def test_rotate_agrees_with_scipy():
    X = images(1, np.float64)
    rng = np.random.default_rng(5)
    turned = rotate(30, SHAPE)(X, rng).reshape(SHAPE)
    angle = np.random.default_rng(5).uniform(-30, 30)
    expected = ndimage.rotate(
        X.reshape(SHAPE), -angle, reshape=False, order=1, mode="grid-constant"
    )
    np.testing.assert_allclose(turned, expected, atol=1e-12)


def test_rotating_by_nothing_changes_nothing():
    X = images()
    np.testing.assert_allclose(rotate(0, SHAPE)(X, np.random.default_rng(0)), X, atol=1e-6)


@pytest.mark.parametrize("make", [shift, rotate])
def test_what_every_augmentation_keeps(make):
    X = images()
    before = X.copy()
    augment = make(2, SHAPE)
    moved = augment(X, np.random.default_rng(0))
    assert moved.shape == X.shape
    assert moved.dtype == X.dtype
    np.testing.assert_array_equal(X, before)
    with pytest.raises(ValueError, match="does not hold images"):
        augment(X[:, :-1], np.random.default_rng(0))


def test_chain_is_one_after_the_other():
    X = images()
    both = chain(shift(1, SHAPE), rotate(5, SHAPE))(X, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(both, rotate(5, SHAPE)(shift(1, SHAPE)(X, rng), rng))
