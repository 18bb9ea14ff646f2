"""Figures of networks: images, weights, mistakes, and the distributions of outputs of layers.

Data first, `ax=None` last, the axes returned, as in `plots`.
"""

import numpy as np

from course_lib.style import COLOURS, figure


def pictures(X, shape, titles=(), *, columns=10, signed=False, ax=None):
    """Rows of X as images of `shape` side by side, the largest number in black, with titles (n,).

    signed=True is for weights: the middle grey is 0, black the most positive, white the most negative.
    """
    columns = min(columns, len(X))
    rows = -(-len(X) // columns)
    ax = ax or figure(size=(1.1 * columns, (1.35 if len(titles) else 1.1) * rows))[1]
    height, width = shape
    room = (height // 3 if len(titles) else 0) + 1
    mosaic = np.full((rows * (height + room), columns * (width + 1)), np.nan)
    for k, image in enumerate(X):
        top, left = k // columns * (height + room) + room, k % columns * (width + 1)
        mosaic[top : top + height, left : left + width] = np.reshape(image, shape)
        if len(titles):
            ax.text(left + width / 2, top - 1, titles[k], ha="center", va="bottom", fontsize=9)
    largest = np.nanmax(np.abs(mosaic)) if signed else np.nanmax(mosaic)
    ax.imshow(mosaic, cmap="gray_r", vmin=-largest if signed else np.nanmin(mosaic), vmax=largest)
    ax.axis("off")
    return ax


def weight_images(W, shape, *, columns=10, ax=None):
    """The weights into each unit of a first layer W (n, m) as an image of `shape`; grey is 0."""
    return pictures(np.asarray(W).T, shape, columns=columns, signed=True, ax=ax)


def confident_mistakes(logits, y, X, shape, classes, *, count=10, ax=None):
    """The wrongly classified rows of X for which the network was most confident.

    logits (N, K), y (N,), X (N, height * width); the titles name the true and the predicted class.
    Raises ValueError when every row is classified correctly.
    """
    predicted = logits.argmax(axis=-1)
    confidence = np.max(logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)), axis=-1)
    wrong = np.flatnonzero(predicted != y)
    if not len(wrong):
        raise ValueError("no mistake to show: every row is classified correctly")
    worst = wrong[np.argsort(-confidence[wrong])][:count]
    titles = [f"{classes[y[k]]},\npredicted {classes[predicted[k]]}" for k in worst]
    columns = min(len(worst), 5)
    ax = ax or figure(size=(1.6 * columns, 2.2 * -(-len(worst) // columns)))[1]
    return pictures(X[worst], shape, titles, columns=columns, ax=ax)


def confusion_matrix(y, predicted, classes, ax=None):
    """How many rows of class y (rows) were predicted as each class (columns); y, predicted (N,)."""
    ax = ax or figure(size=(6.4, 5.6))[1]
    counts = np.zeros((len(classes), len(classes)), int)
    np.add.at(counts, (y, predicted), 1)
    wrong = np.where(np.eye(len(classes), dtype=bool), 0, counts)
    ax.imshow(wrong, cmap="Greys", vmax=max(wrong.max(), 1) * 1.6)
    for row, column in np.ndindex(counts.shape):
        weight = "bold" if row == column else "normal"
        ax.text(
            column, row, counts[row, column], ha="center", va="center", fontsize=9, weight=weight
        )
    turn = 45 if max(map(len, classes)) > 2 else 0
    ax.set_xticks(range(len(classes)), classes, rotation=turn, ha="right" if turn else "center")
    ax.set_yticks(range(len(classes)), classes)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(False)
    return ax


def activation_histograms(layers, axes=None):
    """A histogram of the outputs of each hidden layer, one panel per layer; returns their axes.

    layers is `model.layers(theta, X)`. The titles give mean, standard deviation and the fraction that
    is exactly 0, where a relu is inactive.
    """
    *hidden, _ = layers
    if not hidden:
        raise ValueError("this model has no hidden layer")
    if axes is None:
        _, axes = figure(1, len(hidden), size=(3.2 * len(hidden), 2.8), squeeze=False)
    axes = np.ravel(axes)
    for k, (layer, ax) in enumerate(zip(hidden, axes, strict=True)):
        output = layer.output.ravel()
        ax.hist(output, bins=50, color=COLOURS["blue"])
        zeros = (output == 0).mean()
        ax.set_title(f"layer {k + 1}: {output.mean():.2g} ± {output.std():.2g}\n{zeros:.0%} are 0")
        ax.set(xlabel="output", ylabel="count" if k == 0 else "", yscale="log")
    return axes
