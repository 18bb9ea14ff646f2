"""What the answers of lesson 3 do, as pictures: for each exercise a figure and its alt text."""

import numpy as np

from course_lib import plots


def cut(answer, n=23, B=5):
    """Which batch holds which row, in three epochs."""
    rng = np.random.default_rng(3)
    table = np.full((3, n), np.nan)
    for epoch in range(3):
        for k, rows in enumerate(answer(rng.permutation(n), B)):
            table[epoch, rows] = k + 1
    fig, ax = plots.figure(size=(9, 2))
    ax.imshow(table, aspect="auto", cmap="viridis", alpha=0.5)
    for epoch, row in np.ndindex(table.shape):
        ax.text(row, epoch, f"{table[epoch, row]:.0f}", ha="center", va="center", fontsize=9)
    ax.set_yticks(range(3), ["epoch 1", "epoch 2", "epoch 3"])
    ax.set(xlabel="row", title="The batch that holds each row")
    ax.grid(False)
    return fig, (
        f"For each of {n} rows the number of its batch in three epochs: every row has one, each "
        "epoch mixes them again, and the last batch has 3 rows."
    )


def batch_variance(answer, n=40):
    """Your formula beside batches drawn at random."""
    rng = np.random.default_rng(5)
    gradients = rng.standard_normal((n, 2)) * [2.0, 1.0] + 1
    sizes = np.array([1, 2, 4, 8, 16, 32])
    orders = rng.permuted(np.tile(np.arange(n), (2000, 1)), axis=1)
    drawn = [gradients[orders[:, :B]].mean(axis=1).var(axis=0).sum() for B in sizes]
    formula = [answer(gradients, int(B)) for B in sizes]
    columns = {"your formula": formula, "2,000 drawn batches": drawn}
    ax = plots.curves(columns, x=sizes, xlabel="batch size B", ylabel="variance")
    ax.set(xscale="log", yscale="log", xticks=sizes, xticklabels=sizes)
    return ax.figure, (
        f"The variance of batches of {n} gradients, by your formula and drawn at random, lies on "
        f"one curve. From B = 1 to B = 16 it falls to {formula[4] / formula[0]:.3f} of itself."
    )


def fixed_epoch(answer, epochs=12):
    """The loss on all points after each epoch, for two learning rates."""
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.standard_normal((105, 2)), np.ones(105)])
    y = X @ [2.0, -1.0, 3.0] + 0.3 * rng.standard_normal(105)
    columns = {}
    for lr in (0.01, 0.05):
        w, losses = np.zeros(3), []
        for _ in range(epochs + 1):
            losses.append(np.mean((X @ w - y) ** 2))
            w = answer(w, X, y, rng.permutation(105), 10, lr)
        columns[f"lr = {lr:g}"] = losses
    ax = plots.curves(columns, log=True)
    return ax.figure, (
        f"The loss on 105 points in {epochs} epochs with your function falls from {losses[0]:.1f} to "
        f"{losses[-1]:.3f}, near the noise of the points, with a learning rate of 0.05."
    )
