"""Shifted and rotated images: what moves, what stays, what comes in from outside."""

import numpy as np
import pytest
from scipy import ndimage

from course_lib.augmentation import chain, rotate, shift

SHAPE = (6, 9)


def images(n=50, dtype=np.float64):
    return np.random.default_rng(0).uniform(0.1, 1, (n, 54)).astype(dtype)


@pytest.mark.parametrize("pixels", [1, 2])
def test_shift_moves_each_image_by_whole_pixels(pixels):
    X = images(200)
    moved = shift(pixels, SHAPE)(X, np.random.default_rng(1))
    each_way = range(-pixels, pixels + 1)
    steps = {(down, right) for down in each_way for right in each_way}
    seen = set()
    for before, after in zip(X.reshape(-1, *SHAPE), moved.reshape(-1, *SHAPE), strict=True):
        same = [s for s in steps if np.array_equal(ndimage.shift(before, s, order=0), after)]
        assert len(same) == 1
        seen.add(same[0])
    assert seen == steps


@pytest.mark.parametrize("degrees", [10, 90, 180])
def test_rotate_agrees_with_scipy(degrees):
    """A pixel outside is 0, so a value on the edge is the mean of the edge and 0."""
    X = images(20)
    rotated = rotate(degrees, SHAPE)(X, np.random.default_rng(5))
    angles = np.random.default_rng(5).uniform(-degrees, degrees, 20)
    for before, angle, after in zip(X, angles, rotated, strict=True):
        expected = ndimage.rotate(
            before.reshape(SHAPE), -angle, reshape=False, order=1, mode="grid-constant"
        )
        np.testing.assert_allclose(after.reshape(SHAPE), expected, atol=1e-12)


def test_rotating_by_nothing_changes_nothing():
    np.testing.assert_array_equal(rotate(0, SHAPE)(images(), np.random.default_rng(0)), images())


@pytest.mark.parametrize("make", [shift, rotate])
def test_what_every_augmentation_keeps(make):
    X = images(dtype=np.float32)
    before = X.copy()
    moved = make(2, SHAPE)(X, np.random.default_rng(0))
    assert moved.shape == X.shape
    assert moved.dtype == X.dtype
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("make", [shift, rotate])
@pytest.mark.parametrize("rows", [(5, 53), (5, 6, 9), (5, 54, 1), (54,)])
def test_rows_that_are_no_images_are_refused(make, rows):
    with pytest.raises(ValueError, match="does not hold images of shape"):
        make(2, SHAPE)(np.zeros(rows), np.random.default_rng(0))


def test_an_image_may_be_one_pixel_wide():
    assert shift(1, (4, 1))(np.ones((3, 4)), np.random.default_rng(0)).shape == (3, 4)


def test_chain_is_one_after_the_other():
    X = images()
    both = chain(shift(1, SHAPE), rotate(5, SHAPE))(X, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(both, rotate(5, SHAPE)(shift(1, SHAPE)(X, rng), rng))
