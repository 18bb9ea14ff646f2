"""Augmentation: small random changes of images that keep their label: X = augment(X, rng).

    train(..., augment=chain(shift(1, data.shape), rotate(10, data.shape)))

X is (N, height * width), rng a numpy Generator; every image gets its own random change.
"""

import numpy as np

from course_lib.closures import check_called, check_number, named


def shift(pixels, shape):
    """Moves each image by at most `pixels` whole pixels, up or down and sideways; the margin it leaves
    is 0. Raises ValueError when the rows of X are not images of `shape`, (height, width)."""
    check_number("the pixels of shift", pixels, least=0, whole=True)
    _check_image_shape("shift", shape)

    def augment(X, rng):
        images = _as_images(X, shape)
        padded = np.pad(images, ((0, 0), (pixels, pixels), (pixels, pixels)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, shape, axis=(1, 2))
        down, right = rng.integers(0, 2 * pixels + 1, (2, len(X)))
        return windows[np.arange(len(X)), down, right].reshape(X.shape)

    return named(augment, shift, pixels, shape)


def rotate(degrees, shape):
    """Rotates each image around its centre by an angle from -degrees to degrees; the value between four
    pixels is their weighted mean (bilinear), outside it is 0. Raises ValueError as `shift` does."""
    check_number("the degrees of rotate", degrees, least=0)
    _check_image_shape("rotate", shape)

    def augment(X, rng):
        images = _as_images(X, shape)
        angle = np.deg2rad(rng.uniform(-degrees, degrees, (len(X), 1, 1)))
        rows, columns = np.indices(shape) - (np.array(shape)[:, None, None] - 1) / 2
        # where in the old image the value at (row, column) of the rotated image comes from
        from_row = np.cos(angle) * rows - np.sin(angle) * columns + (shape[0] - 1) / 2
        from_column = np.sin(angle) * rows + np.cos(angle) * columns + (shape[1] - 1) / 2
        return _between_pixels(images, from_row, from_column).reshape(X.shape).astype(X.dtype)

    return named(augment, rotate, degrees, shape)


def chain(*augmentations):
    """One augmentation after the other: `chain(shift(1, data.shape), rotate(10, data.shape))`."""
    for each in augmentations:
        check_called(each, shift, rotate)
        if not callable(each):
            raise TypeError(f"chain takes functions such as shift(1, data.shape), got {each!r}")

    def augment(X, rng):
        for each in augmentations:
            X = each(X, rng)
        return X

    return named(augment, chain, *augmentations)


def _check_image_shape(name, shape):
    if np.shape(shape) != (2,) or not all(isinstance(n, int | np.integer) and n > 0 for n in shape):
        raise TypeError(
            f"the shape of {name} must be (height, width) of an image, as in {name}(2, data.shape); "
            f"got {shape!r}"
        )


def _as_images(X, shape):
    if X.ndim != 2 or X.shape[1] != shape[0] * shape[1]:
        raise ValueError(f"X of shape {X.shape} does not hold images of shape {tuple(shape)}")
    return X.reshape(-1, *shape)


def _between_pixels(images, row, column):
    """images (N, h, w) read between their pixels, at real numbers row and column (N, h, w)."""
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2)))  # a frame of 0 stands for all pixels outside
    row, column = (
        np.clip(index + 1, 0, size - 2)
        for index, size in zip((row, column), padded.shape[1:], strict=True)
    )
    top, left = row.astype(int), column.astype(int)
    down, right = row - top, column - left
    n = np.arange(len(images))[:, None, None]
    upper = (1 - right) * padded[n, top, left] + right * padded[n, top, left + 1]
    lower = (1 - right) * padded[n, top + 1, left] + right * padded[n, top + 1, left + 1]
    return (1 - down) * upper + down * lower
