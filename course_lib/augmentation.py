"""Augmentation: images changed a little, so that their label stays right: X = augment(X, rng).

    train(..., augment=chain(shift(1, data.shape), rotate(10, data.shape)))

X is (N, height * width), rng a numpy Generator; every image gets its own random change.
"""

import numpy as np


def shift(pixels, shape):
    """Moves each image by a whole number of pixels, at most `pixels`, up or down and sideways; what
    comes in from outside is 0. Raises ValueError when the rows of X are no images of `shape`."""

    def augment(X, rng):
        images = _images(X, shape)
        padded = np.pad(images, ((0, 0), (pixels, pixels), (pixels, pixels)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, shape, axis=(1, 2))
        down, right = rng.integers(0, 2 * pixels + 1, (2, len(X)))
        return windows[np.arange(len(X)), down, right].reshape(X.shape)

    return augment


def rotate(degrees, shape):
    """Turns each image around its middle by an angle from -degrees to degrees; the value between four
    pixels is their weighted mean (bilinear), outside is 0. Raises ValueError as `shift` does."""

    def augment(X, rng):
        images = _images(X, shape)
        angle = np.deg2rad(rng.uniform(-degrees, degrees, (len(X), 1, 1)))
        rows, columns = np.indices(shape) - (np.array(shape)[:, None, None] - 1) / 2
        # where the pixel at (row, column) of the turned image comes from
        from_row = np.cos(angle) * rows - np.sin(angle) * columns + (shape[0] - 1) / 2
        from_column = np.sin(angle) * rows + np.cos(angle) * columns + (shape[1] - 1) / 2
        return _between_pixels(images, from_row, from_column).reshape(X.shape).astype(X.dtype)

    return augment


def chain(*augmentations):
    """One augmentation after the other."""

    def augment(X, rng):
        for each in augmentations:
            X = each(X, rng)
        return X

    return augment


def _images(X, shape):
    if len(shape) != 2 or X.ndim != 2 or X.shape[1] != shape[0] * shape[1]:
        raise ValueError(f"X of shape {X.shape} does not hold images of shape {tuple(shape)}")
    return X.reshape(-1, *shape)


def _between_pixels(images, row, column):
    """images (N, h, w) read at real-numbered places row, column (N, h, w)."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))  # a frame of 0 stands for all that is outside
    row, column = (
        np.clip(place + 1, 0, size - 1.001)
        for place, size in zip((row, column), padded.shape[1:], strict=True)
    )
    top, left = row.astype(int), column.astype(int)
    down, right = row - top, column - left
    n = np.arange(len(images))[:, None, None]
    upper = (1 - right) * padded[n, top, left] + right * padded[n, top, left + 1]
    lower = (1 - right) * padded[n, top + 1, left] + right * padded[n, top + 1, left + 1]
    return (1 - down) * upper + down * lower
