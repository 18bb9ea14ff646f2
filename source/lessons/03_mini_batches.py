# %% [markdown] about="a first network, batch size, its cost, shuffling" builds_on="2"
# # Lesson 3: mini-batches
#
# About {minutes} minutes.
# It has four parts, and you can stop after each of them.
#
# You need [lesson 1](01_linear_regression.ipynb) (gradient descent, its limit $2/\lambda_{\max}$) and [lesson 2](02_stochastic_gradient_descent.ipynb) (the gradient of a random example is unbiased, and its noise leaves a floor).
# Symbols are explained in [Notation and terms](00_start_here.ipynb#Notation-and-terms).
#
# At the end you will be able to
#
# - write down a small neural network and its loss in five lines of NumPy;
# - write the loop over mini-batches, so that an epoch uses every example once;
# - say how much noise a batch size leaves and what a step with it costs;
# - measure the gradient noise scale and predict from it when a larger batch stops paying;
# - recognise a training whose examples were shuffled wrongly, or not at all.
#
# Run the next cell first. After it, you can begin with any part.

# %%
import timeit

import numpy as np
from threadpoolctl import threadpool_limits

from course_lib import data, plots, theory, toys
from course_lib.data import batches
from course_lib.explorers import lesson_03 as explore
from course_lib.losses import cross_entropy
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.turns import lesson_03 as turn

clothes = data.load("fashion_mnist")
print(clothes)

# %% [markdown]
# ## 1. A network on one page ({minutes} minutes)
#
# So far nearly every model was linear: a weighted sum of the inputs, plus a bias.
# A **neural network** applies several simple functions in turn, called **layers**.
# The network of this lesson takes $N$ images, each a row of $D$ pixel values, and returns ten probabilities for each image, one per class:
#
# | layer | formula | shape |
# |---|---|---|
# | affine | $Z = X W_1 + b_1$ | (N, 16) |
# | ReLU, entry by entry | $H = \max(0, Z)$ | (N, 16) |
# | affine | logits $= H W_2 + b_2$ | (N, 10) |
# | softmax, row by row | $P_{ik} = e^{\text{logits}_{ik}} \big/ \sum_j e^{\text{logits}_{ij}}$ | (N, 10) |
#
# The matrices $W_1, W_2$ and the rows $b_1, b_2$ are the **parameters**.
# **Affine** means a matrix product plus a bias, as in linear regression.
# The **ReLU** (rectified linear unit) replaces negative numbers by 0.
# The 16 columns of $H$ are the **hidden units**; their number is our choice.
# Without the ReLU, the two affine layers would amount to one, because a product of matrices is again a matrix.
# The softmax turns ten numbers of any size, the **logits**, into positive numbers with sum 1.
#
# The loss is the **cross-entropy**: minus the mean logarithm of the probability that the network gives to the true class $y_i$,
#
# $$L = -\frac1N \sum_i \log P_{i, y_i} .$$
#
# It is 0 for a network that is certain and right, and $\ln 10 \approx 2.3$ for one that gives every class a tenth.

# %% [markdown] tags=["teacher"]
# **Aim.** Students see that a network is a function of one parameter vector with a loss and a gradient, so everything from lessons 1 and 2 applies unchanged. They do not learn backpropagation here.
#
# **For the room.** "What is the loss of a network that knows nothing?" Expect "1", "infinity" and "0.9, as nine of ten answers are wrong". The right answer is ln 10, whatever the data.
#
# **Can be cut.** All of it, for a class that knows networks. Then show only the last code cell.
#
# **Exercises.** None on the sheet of this lesson. Lesson 7 returns to the derivation.

# %%
few = clothes.train[:1000]
model = MLP(few.X.shape[1], 16, 10)
network = Objective(model, cross_entropy)
theta0 = model.start(seed=0, dtype=few.X.dtype)

# %% [markdown]
# ### Your turn: the network
#
# Write the four rows of the table in NumPy.
# `X` is (N, D), `W1` (D, 16), `b1` (1, 16), `W2` (16, 10), `b2` (1, 10).
# Return the probabilities, (N, 10).


# %% turn="1.a"
def probabilities(X, W1, b1, W2, b2):
    """The probability of each class for each row of X, (N, 10)."""
    ### BEGIN SOLUTION
    Z = X @ W1 + b1
    H = np.maximum(Z, 0)
    e = np.exp(H @ W2 + b2)
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown]
# The library keeps all parameters in one flat vector θ; `unflatten` returns the matrices in it.
# Your function and the library should agree on the loss.

# %%
(W1, b1), (W2, b2) = model.unflatten(theta0)
P = probabilities(few.X, W1, b1, W2, b2)
loss_by_hand = -np.log(P[np.arange(1000), few.y]).mean()  # in row i the entry of class yᵢ
loss, g = network(theta0, few.X, few.y)
plots.table(
    [("by hand", loss_by_hand), ("by the library", loss), ("a tenth for every class", np.log(10))],
    ["cross-entropy", "loss"],
)
print(f"{theta0.size:,} parameters; the gradient has the shape {g.shape}")

# %% tags=["test"]
assert np.isclose(loss_by_hand, loss, rtol=1e-4)
assert np.allclose(P.sum(axis=1), 1, rtol=1e-5)
assert g.shape == theta0.shape
assert 0 < loss - np.log(10) < 0.3  # no better than a tenth for every class

# %% [markdown]
# Before training, the network is no better than one that gives every class a tenth: its loss is even a little higher.
# The library also supplies the gradient $g$; lesson 7 derives it.
# With $g$, gradient descent is the same loop as in lesson 1:

# %%
theta = theta0
for _ in range(100):
    loss, g = network(theta, few.X, few.y)
    theta = theta - 0.1 * g
loss, accuracy = network.evaluate(theta, few.X, few.y)
print(f"after 100 steps: loss {loss:.2f}, {accuracy:.0%} of the training images right")

# %% tags=["test"]
assert loss < 1.2
assert accuracy > 0.6

# %% [markdown]
# **To keep:** a network is a function of one vector θ with a loss and a gradient, so every method for θ works on it unchanged.

# %% [markdown]
# ## 2. One epoch, many steps ({minutes} minutes)
#
# A network is slow to study, so we first fit a parabola, $\hat y = \theta_1 x + \theta_2 x^2 + \theta_3$, to 2,000 points on $y = 0.3 x^2 - 1.7 x + 2.5$.
# It is linear in its three parameters, so all of lesson 1 holds.
#
# Gradient descent takes the gradient of all 2,000 points for each step: this is the **full batch**.
# We can also take the gradient of 10 points, make a step, take the next 10 points, and so on.
# These are **mini-batches**, and 10 is the **batch size** $B$.
# One pass over all points is an **epoch**: 1 step with the full batch, 200 steps with mini-batches, for the same number of gradient evaluations.
#
# To make mini-batches, shuffle the row numbers 0 to $n - 1$ and cut them into pieces of $B$.
# When $B$ does not divide $n$, the last piece is smaller.
# If you dropped it, some rows would be left out of every epoch.

# %% [markdown] tags=["teacher"]
# **Aim.** Students write the mini-batch loop, and see that a step with 10 examples does nearly what a step with 2,000 does.
#
# **For the room.** Before the figure: "Both methods make 100,000 gradient evaluations. Which ends with the smaller loss, and by what factor?" Expect "the same, as they saw the same data" (most) and "the full batch, as its gradient is exact". The measured factor is above 100.
#
# **Can be cut.** Gradient accumulation; the figure on sorted data (keep its table).
#
# **Exercises.** 3.11, 3.12 and 3.15; 3.16 after the section *What the loop prints*.

# %%
points = toys.parabola().train
X, y = np.column_stack([points.X, np.ones(2000)]), points.y  # columns x, x² and 1


def loss_of(theta):
    """The mean squared error on all points."""
    return np.mean((X @ theta - y) ** 2)


# %% [markdown]
# ### Your turn: one epoch of mini-batches
#
# `order` holds the shuffled row numbers. Make a step of gradient descent with its first `B` rows, then with the next `B`, to the end.
# The gradient of the mean squared error on a batch is $\frac{2}{B} X^\top (X\theta - y)$, with the rows and the number of examples of that batch.


# %% turn="2.a"
def epoch(theta, X, y, order, B, lr):
    """θ after one epoch of gradient steps on batches of B; θ is (P,), X is (n, P), y and order (n,)."""
    ### BEGIN SOLUTION
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        residuals = X[rows] @ theta - y[rows]
        theta = theta - lr * 2 / len(rows) * X[rows].T @ residuals
    return theta
    ### END SOLUTION


# %% [markdown]
# A training repeats this epoch, each time with a new order.
# In the library `batches(n, B, rng)` yields the row numbers of an epoch, and `train` is this loop for any model and optimizer.


# %%
def losses_of(B, epochs, lr=2e-4, next_order=None):
    """The loss before the first epoch and after each, an array (epochs + 1,)."""
    rng = np.random.default_rng(0)
    next_order = next_order or (lambda: rng.permutation(2000))
    theta, losses = np.zeros(3), [loss_of(np.zeros(3))]
    for _ in range(epochs):
        theta = epoch(theta, X, y, next_order(), B, lr)
        losses.append(loss_of(theta))
    return np.array(losses)


full = losses_of(B=2000, epochs=4000)  # as many steps as 20 epochs with batches of 10
print(f"full batch: loss {full[0]:.0f} at the start, {full[50]:.1f} after 50 epochs")

# %% [markdown]
# ### Your turn: predict the loss
#
# Mini-batches of 10 start from the same θ with the same learning rate, and run for 50 epochs too.
# What will their loss be? Return a number.


# %% turn="2.b"
def loss_with_batches():
    """The loss after 50 epochs with batches of 10."""
    ### BEGIN SOLUTION
    return 0.1
    ### END SOLUTION


# %% tags=["hide-output"]
mini = losses_of(B=10, epochs=50)
plots.table(
    [("full batch", None, full[50], 50), ("batches of 10", loss_with_batches(), mini[50], 10_000)],
    ["50 epochs", "predicted", "measured", "steps"],
)

# %% tags=["hide-input", "hide-output"]
fig, (left, right) = plots.figure(1, 2)
plots.curves({"full batch": full[:51], "batches of 10": mini}, log=True, ax=left)
for (name, losses), step, style in zip(
    {"full batch": full, "batches of 10": mini[:21]}.items(), (1, 200), ("-", "s"), strict=True
):
    colour = plots.COLOURS["blue" if step == 1 else "red"]
    right.plot(np.arange(len(losses)) * step, losses, style, color=colour, label=name, ms=5)
left.set_xticks(range(0, 51, 10))
right.set(xlabel="step", ylabel="loss", yscale="log", xlim=(-50, 4050))
right.legend()
plots.show(
    fig,
    "Left, the loss against epochs: after one epoch, batches of 10 are far below the full batch. "
    "Right, the loss against steps: the two curves lie on each other.",
)

# %% tags=["test"]
assert full[50] > 100 * mini[50]  # far smaller
assert round(full[0]) == 342
both = full[200:4001:200], mini[1:21]
assert np.allclose(*both, rtol=0.15)  # step for step, they nearly agree

# %% [markdown]
# Against epochs, mini-batches win by a factor of more than 100.
# Against *steps*, the two agree: a step with 10 points does nearly what a step with 2,000 does, and an epoch has 200 of them.
#
# But this is only half of the case for mini-batches.
# First, these points have no noise, so the gradients of all batches vanish at the minimum, and no noise floor appears (lesson 2).
# Second, the same argument favours $B = 1$ over $B = 10$: the other half is what a step costs, in part 3.
#
# ### Do the batches add up to the whole?
#
# **Question.** Keep θ fixed and compute the gradients of all batches of an epoch. Is their mean the gradient of all points?

# %% tags=["hide-output"]
theta, order = np.array([-1.0, 0.2, 1.0]), np.random.default_rng(0).permutation(103)
gradient_of = lambda rows: 2 / len(rows) * X[rows].T @ (X[rows] @ theta - y[rows])
pieces = [order[begin : begin + 10] for begin in range(0, 103, 10)]
of_pieces, sizes = np.array([gradient_of(rows) for rows in pieces]), [len(r) for r in pieces]
means = {
    "plain mean": of_pieces.mean(axis=0),
    "weighted by size": np.average(of_pieces, axis=0, weights=sizes),
}
errors = {name: np.abs(mean - gradient_of(order)).max() for name, mean in means.items()}
plots.table(list(errors.items()), [f"batches of {sizes[0]}, the last of {sizes[-1]}", "error"])

# %% tags=["test"]
assert errors["weighted by size"] < 1e-10
assert errors["plain mean"] > 1

# %% [markdown]
# <details><summary>Answer</summary>
#
# Weighted by size, yes, up to rounding.
# In the plain mean, the 3 points of the last batch count for as much as 10 others.
# In training this matters little. In a *measurement*, such as a loss averaged over batches, the result is wrong.
# </details>
#
# The weighted mean has a use: **gradient accumulation**.
# If a batch of 1,000 does not fit into memory, compute the gradients of ten batches of 100 at the same θ, average them and make one step.
# This step equals the step with the batch of 1,000; it saves memory and no time.
#
# ### Shuffled wrongly
#
# **Question.** What changes if the points are not shuffled in each epoch, but only once? And if they stay sorted by $x$?

# %% tags=["hide-output"]
once, by_x = np.random.default_rng(1).permutation(2000), X[:, 0].argsort()
orders = {"new each epoch": None, "one random order": lambda: once, "sorted by x": lambda: by_x}
ends = {}
with np.errstate(all="ignore"):  # the loss of a run that diverges overflows
    for name, order in orders.items():
        ends[name] = [losses_of(10, 10, lr, order)[-1] for lr in (2e-4, 5e-5)]
plots.table(
    [(name, *losses) for name, losses in ends.items()],
    ["order, 10 epochs", "loss, η = 0.0002", "loss, η = 0.00005"],
)

# %% tags=["test"]
new, fixed, in_order = ends.values()
assert np.allclose(new, fixed, rtol=0.2)  # one random order hardly matters
assert in_order[0] > 1e6  # diverges
assert in_order[1] > 2 * new[1]

# %% [markdown]
# <details><summary>Answer</summary>
#
# One fixed order, if it is random, hardly matters here. The sorted order does: with the larger learning rate it diverges.
# </details>
#
# The next figure shows why.
# Each batch has a Hessian of its own, $\frac2B X^\top X$ with the rows of the batch, and so a $\lambda_{\max}$ of its own.

# %% tags=["hide-input"]
fig, (left, right) = plots.figure(1, 2)
for name, order, style, colour in (
    ("shuffled", once, ".", "blue"),
    ("sorted by x", by_x, "--", "red"),
):
    cut = [order[begin : begin + 10] for begin in range(0, 2000, 10)]
    steepest = [np.linalg.eigvalsh(theory.squared_error_hessian(X[rows]))[-1] for rows in cut]
    left.plot(2e-4 * np.array(steepest), style, color=plots.COLOURS[colour], label=name)
    theta, path = np.zeros(3), [loss_of(np.zeros(3))]
    for rows in cut:
        theta = epoch(theta, X, y, rows, 10, 5e-5)
        path.append(loss_of(theta))
    right.plot(path, "-" if style == "." else "--", color=plots.COLOURS[colour], label=name)
    if name == "sorted by x":
        limits_sorted, path_sorted = 2e-4 * np.array(steepest), np.array(path)
left.axhline(2, color="black", linestyle=":", linewidth=1, label="limit")
left.set(xlabel="batch", ylabel="η λ_max of the batch, η = 0.0002")
right.set(xlabel="step of the first epoch", ylabel="loss on all points, η = 0.00005", ylim=(0, 500))
left.legend()
right.legend()
plots.show(
    fig,
    "Left, η λ_max of each batch. Sorted, it is far above the limit 2 at both ends and near 0 in the "
    "middle. Shuffled, it scatters below 2. Right, the loss in the first epoch: shuffled, it "
    "falls; sorted, it falls, rises above its start, and falls again.",
)

# %% tags=["test"]
assert limits_sorted[[0, -1]].min() > 2 > limits_sorted[100]
cut = [once[begin : begin + 10] for begin in range(0, 2000, 10)]
steepest = [np.linalg.eigvalsh(theory.squared_error_hessian(X[rows]))[-1] for rows in cut]
assert 2e-4 * max(steepest) < 2  # shuffled, no batch is above the limit
assert path_sorted.max() > path_sorted[0]  # it rises above its start

# %% [markdown]
# Left: a batch of neighbours no longer represents the data.
# For the batches at both ends, η is above the limit $2/\lambda_{\max}$. Shuffled, it is below the limit of every batch.
# Right: η is now small enough for every batch, but the loss still rises above its start within the epoch, because many batches in a row pull in the same direction.
#
# A worse fault is silent: **X shuffled, but not y**.
# No error is raised. Here the columns are standardised, so that every parameter converges.

# %%
Z = np.column_stack([(points.X - points.X.mean(axis=0)) / points.X.std(axis=0), np.ones(2000)])
rows_of_table = []
for name in ("X and y shuffled", "only X shuffled"):
    theta, rng = np.zeros(3), np.random.default_rng(0)
    for _ in range(20):
        order = rng.permutation(2000)
        targets = y[order] if name == "X and y shuffled" else y
        theta = epoch(theta, Z[order], targets, np.arange(2000), 10, lr=0.001)
    seen = np.mean((Z[order] @ theta - targets) ** 2)
    rows_of_table.append((name, seen, *theta))
plots.table(rows_of_table, ["20 epochs", "loss", "weight of x", "weight of x²", "intercept"])
print(f"variance of y {y.var():.4g}, mean of y {y.mean():.4g}")

# %% tags=["test"]
right, wrong = rows_of_table
assert right[1] < 0.01
assert np.isclose(wrong[1], y.var(), rtol=0.01)
assert np.abs(wrong[2:4]).max() < 0.3
assert np.isclose(wrong[4], y.mean(), rtol=0.05)

# %% [markdown]
# With the wrong pairs, $x$ says nothing about $y$. The best remaining prediction is the mean of $y$ for every $x$, and its loss is the variance of $y$.
# **A loss that stays at the variance of the targets** means: the model has learnt only their mean. There are three suspects:
#
# 1. inputs and targets no longer match, as here;
# 2. predictions of shape (N, 1) minus targets of shape (N,), which NumPy makes an (N, N) table of every prediction with every target;
# 3. only the intercept is being trained: the learning rate is too small for the weights, or the hidden units all output 0.

# %% [markdown]
# ### What the loop prints
#
# Many programs print the mean of the batch losses of an epoch, because it costs nothing. Some stop when the gradient of a batch is short.
# The points now get noise with standard deviation 0.5, and we fit a parabola to them with 20 epochs of batches of 10.
#
# **Question.** Is the mean of the batch losses the loss on all points? Is the mean norm of the batch gradients the norm of the full gradient?

# %% tags=["hide-output"]
noisy = toys.parabola(noise=0.5).train
A = np.column_stack([noisy.X / [10, 100], np.ones(2000)])  # columns of similar scale
both = lambda theta, X, y: (np.mean((X @ theta - y) ** 2), 2 / len(y) * X.T @ (X @ theta - y))
theta, rng, rows_of_table = np.zeros(3), np.random.default_rng(0), []
for number in range(1, 21):
    seen = []
    for rows in batches(2000, 10, rng):
        loss, g = both(theta, A[rows], noisy.y[rows])
        seen.append((loss, np.linalg.norm(g)))
        theta = theta - 0.02 * g
    (mean_loss, mean_norm), (loss, g) = np.mean(seen, axis=0), both(theta, A, noisy.y)
    rows_of_table.append((number, loss, mean_loss, np.linalg.norm(g), mean_norm))
plots.table(
    [rows_of_table[k] for k in (0, 1, 4, 19)],
    ["epoch", "loss", "mean batch loss", "gradient norm", "mean batch norm"],
)

# %% tags=["test"]
first, *_, last = rows_of_table
assert first[2] > 1.5 * first[1]
assert np.isclose(last[1], last[2], rtol=0.05)
assert last[4] > 5 * last[3]
assert all(row[4] > row[3] for row in rows_of_table)

# %% [markdown]
# <details><summary>Answer</summary>
#
# **The loss.** Each batch loss is computed with the θ of that moment, usually before most of the epoch's progress. So while the loss falls quickly, the mean batch loss is too high; later the two agree. To decide when to stop, it is good enough.
#
# **The gradient.** Here the two differ even at a fixed θ. By the triangle inequality the norm of a mean is at most the mean of the norms, and at the minimum the full gradient is 0 while the batch gradients are noise. A program that stops when a *batch* gradient is short may never stop.
# </details>

# %% [markdown]
# **To keep:** at a fixed learning rate small batches win because an epoch has more steps, as long as each batch represents the data.

# %% [markdown]
# ## 3. What a batch costs ({minutes} minutes)
#
# A larger batch gives a better gradient, and its step takes longer. This part measures both.
#
# The gradient of a batch is the mean of $B$ per-sample gradients.
# Its **variance** is its mean squared distance from the full gradient, and its **spread** is the root of the variance.
# If an example may be drawn repeatedly, the variance is $\sigma^2 / B$, with $\sigma^2$ the variance for one example.
# In an epoch no example comes twice, which helps:
#
# $$\text{variance} = \frac{\sigma^2}{B} \cdot \frac{n - B}{n - 1} .$$
#
# The second factor is the **finite-population factor**. It is near 1 while the batch is a small part of the data, and 0 for the full batch.

# %% [markdown] tags=["teacher"]
# **Aim.** Noise falls with 1/√B, time per step grows with a + bB, so there is a best batch size, and it is flat around the best.
#
# **For the room.** "To halve the noise of a batch of 10, how many examples do you need?" Expect 20. Then: "And how much longer does the step take?" Expect four times; on most machines it is hardly longer.
#
# **Can be cut.** The table of step times (keep the loop against one call).
#
# **Exercises.** 3.14.

# %%
line = toys.line(n=200, noise=1.0).train
slope, intercept = 1.3, 0.6  # not far from the minimum
residuals = slope * line.X[:, 0] + intercept - line.y
gradients = 2 * np.column_stack([residuals * line.X[:, 0], residuals])  # (200, 2)
images = clothes.train[:512]
classifier = Objective(MLP(images.X.shape[1], 16, 10), cross_entropy)
weights = classifier.model.start(seed=0, dtype=images.X.dtype)

# %% [markdown]
# ### Explore: the noise of a batch
#
# The grey points are the gradients of 200 examples, for a line with two parameters; a cross marks 0.
# The triangles are the gradients of batches, and the ellipse has twice the spread that the formula predicts in each direction.
# A batch *points uphill* if its gradient makes an angle of more than 90° with the full gradient.

# %%
explore.noise_ellipse(gradients)

# %% [markdown]
# ### Your turn: the batch size for a given noise
#
# You want the spread of a batch to be a fraction `spread` of the spread of one example, 0.1 say.
# How large must the batch be, if no example comes twice? Solve the formula above for $B$, with $\sigma = 1$ and the variance `spread`², and do not round.


# %% turn="3.a"
def batch_for(spread, n):
    """The size of a batch of n examples, none twice, whose spread is this fraction of one example's."""
    ### BEGIN SOLUTION
    return n / (1 + (n - 1) * spread**2)
    ### END SOLUTION


# %%
rng, rows_of_table = np.random.default_rng(0), []
shuffled = rng.permuted(np.tile(np.arange(200), (20_000, 1)), axis=1)  # 20,000 orders
for spread in (0.4, 0.2, 0.1, 0.05):
    B = round(batch_for(spread, 200))
    drawn = gradients[shuffled[:, :B]].mean(axis=1)
    measured = np.sqrt(drawn.var(axis=0).sum() / gradients.var(axis=0).sum())
    rows_of_table.append((spread, B, measured, round(batch_for(spread, 1_000_000))))
plots.table(
    [(f"{row[0]:g}", *row[1:]) for row in rows_of_table],
    ["target spread", "B of 200", "spread measured", "B of 1,000,000"],
)

# %% tags=["test"]
table = np.array(rows_of_table)
assert np.allclose(table[:, 0], table[:, 2], rtol=0.05)
assert np.allclose(table[1:, 3] / table[:-1, 3], 4, rtol=0.05)  # half the spread: four times B
assert (table[1:, 1] / table[:-1, 1] < 4).all()

# %% [markdown]
# In a large data set, every halving of the spread costs four times the examples.
# In a small one it costs less, because the batch becomes a large part of the data.
#
# ### The time of a step
#
# If a step with 100 examples took 100 times as long as a step with one, small batches would win.
# It does not: every NumPy call has a fixed cost, whatever it works on, and a processor is fastest with many rows at once.
# Replacing a loop over examples by one call for all of them is called **vectorisation**.
#
# ### Your turn: predict the speed-up
#
# The network computes the gradients of 100 images, first in a loop over the images, then in one call.
# How many times faster is the one call? Return a number.


# %% turn="3.b"
def times_faster():
    """The time of the loop over 100 images, divided by the time of one call."""
    ### BEGIN SOLUTION
    return 20
    ### END SOLUTION


# %% tags=["hide-output"]
def seconds(f, repeats=20):
    """The shortest of several times that a call of f takes."""
    with threadpool_limits(1):  # one processor core
        return min(timeit.repeat(f, number=1, repeat=repeats))


def gradient_loop():
    return [classifier(weights, images.X[i : i + 1], images.y[i : i + 1]) for i in range(100)]


ratio = seconds(gradient_loop) / seconds(lambda: classifier(weights, *images[:100]))
plots.table([("loop / one call", times_faster(), ratio)], ["time", "predicted", "measured"])

# %% tags=["test"]
assert ratio > 3

# %% [markdown]
# The number depends on your machine. It is the other half of the case for mini-batches, and the reason to prefer $B = 10$ to $B = 1$.
# Now the time of a step for more batch sizes.
#
# **Question.** Some people say that a batch size must be a power of two. Compare 100 with 128 and 250 with 256 in the table: does a power of two save time per example?

# %% tags=["hide-output"]
sizes = np.array([1, 4, 16, 64, 100, 128, 250, 256, 512])
times = 1e6 * np.array([seconds(lambda B=B: classifier(weights, *images[:B]), 200) for B in sizes])
b, a = np.polyfit(sizes, times, 1, w=1 / times)  # weights: relative errors count equally
plots.table(
    [(int(B), t, t / B) for B, t in zip(sizes, times, strict=True)],
    ["batch size B", "microseconds a step", "microseconds an example"],
)
print(f"fit a + bB: the fixed cost a is worth {a / b:.0f} examples")

# %% tags=["hide-input"]
ax = plots.curves(
    {"measured": times, "a + bB": a + b * sizes},
    x=sizes, xlabel="batch size B", ylabel="microseconds a step",
)  # fmt: skip
ax.set(xscale="log", yscale="log", xlim=(0.9, 600))
ax.set_xticks([1, 4, 16, 64, 256])
ax.set_yticks([t for t in (20, 50, 100, 200, 500, 1000, 2000) if t < 2 * times.max()])
for axis in (ax.xaxis, ax.yaxis):
    axis.set(major_formatter="{x:g}", minor_formatter="")
plots.show(ax, "The time of a step against the batch size: nearly flat at first, then rising.")

# %% tags=["test"]
assert times[-1] < 512 * times[0] / 5  # an example is at least five times cheaper in a large batch
assert (np.diff((times / sizes)[[0, 1, 2, 8]]) < 0).all()
assert a > 0 < b
assert 0.5 < (times[4] / 100) / (times[5] / 128) < 2  # a power of two is nothing special

# %% [markdown]
# <details><summary>Answer</summary>
#
# Differences between neighbouring sizes are small, and vary from run to run: no power of two is needed. (Some accelerators do prefer multiples of 8 or 64.)
# </details>
#
# The time of a step is well described by $a + bB$, with a fixed cost $a$ and a cost $b$ per example.
# A batch much smaller than $a/b$ wastes time.
# (On some machines a step with one example is slower than a step with four: NumPy multiplies a single row with another routine.)
#
# Memory sets the upper limit. The gradient needs the output of every layer for every example of the batch, so the memory for these grows with $B$, while θ and $g$ keep their size.
# Many batch sizes in papers are simply the largest that fitted.
#
# ### Explore: the best batch for a deadline
#
# The next figure combines noise and time in a model: a bowl with two curvatures, 0.1 and 1, a gradient whose variance is proportional to $1/B$, and steps that take $a + B$. One unit of time is what one example takes, so $b = 1$.
# Each $B$ uses the learning rate that is best for it.
# As in lesson 2, the loss has two parts: the *distance left* is the transient, the *noise* the rest.

# %%
deadline = explore.cost_model()
deadline

# %% tags=["test"]
together, star = deadline.actors[2], deadline.actors[3]
best = together.y.argmin(axis=-1)
assert (star.x[-1] > 2 * star.x[0]).all()  # a larger fixed cost, a larger batch
near = np.take_along_axis(together.y, (best + 3)[..., None].clip(0, 36), axis=-1)
assert np.median(near / together.y.min(axis=-1, keepdims=True)) < 1.1  # twice the best B

# %% [markdown]
# As the fixed cost grows, so does the best batch. A batch much smaller than $a$ spends its time on the fixed cost; one much larger makes too few steps.
# Around the best $B$ the curve is flat, so you need not find it exactly.
#
# Two common misconceptions:
#
# - *A larger batch is always faster.* In examples per second, usually. In loss at the deadline, only up to a point.
# - *A larger batch is always better, because its gradient is more exact.* You pay for the exactness with steps.
#
# **To keep:** the noise falls as $1/\sqrt{B}$, the time of a step grows as $a + bB$.

# %% [markdown]
# ## 4. How large a batch, and which learning rate? ({minutes} minutes)
#
# How many *steps* does a larger batch save? A short calculation predicts it.
# The variance $\sigma^2$ of one example is the sum of the variances of all $P$ entries of its gradient.
# Papers write it $\operatorname{tr}(\Sigma)$: the **trace** of a matrix is the sum of its diagonal, and the covariance matrix $\Sigma$ of the per-sample gradients has these variances on its diagonal.
# So the gradient $g_B$ of a batch has the variance $\operatorname{tr}(\Sigma)/B$, as long as $B$ is a small part of the data.
#
# Take a loss with the same curvature λ in every direction.
# The step $-\eta\, g_B$ changes it by $-\eta\, g^\top g_B + \frac12 \lambda \eta^2 \lVert g_B \rVert^2$.
# The mean of $g_B$ is $g$, and the mean of $\lVert g_B \rVert^2$ is $\lVert g \rVert^2$ plus the variance. So on average the loss changes by
#
# $$-\eta\, \lVert g \rVert^2 + \frac{\lambda \eta^2}{2} \Big( \lVert g \rVert^2 + \frac{\operatorname{tr}(\Sigma)}{B} \Big) .$$
#
# Setting the derivative with respect to η to zero gives the best η, and with it the number of steps to a target:
#
# $$\eta_B = \frac{\eta_{\max}}{1 + \mathcal B / B}, \qquad S_B = S_{\min} \Big( 1 + \frac{\mathcal B}{B} \Big), \qquad \mathcal B = \frac{\operatorname{tr}(\Sigma)}{\lVert g \rVert^2} .$$
#
# Here $\eta_{\max} = 1/\lambda$ and $S_{\min}$ are those of the exact gradient. A step with $\eta_B$ gains in proportion to $\eta_B$, so the number of steps is proportional to $1/\eta_B$.
#
# $\mathcal B$ is the **gradient noise scale** (McCandlish and others, 2018). It divides the batch sizes into three regimes:
#
# - $B \ll \mathcal B$ (far below), **perfect scaling**: twice the batch allows twice the learning rate and needs half the steps.
# - $B \approx \mathcal B$, **diminishing returns**: this is the **critical batch size**, where a step makes half the progress of a step with the exact gradient.
# - $B \gg \mathcal B$ (far above), **stagnation**: a larger batch saves no steps.
#
# You can measure $\mathcal B$ from per-sample gradients before you try any batch size.

# %% [markdown] tags=["teacher"]
# **Aim.** One number, measured from gradients, predicts where larger batches stop saving steps, and why the learning rate scales linearly only below it.
#
# **For the room.** "You have 1,000 images and change B from 64 to 1,000. How many times fewer steps to the same loss?" Expect 16, or 4 (√16). The measured answer is near 1 to 2.
#
# **Can be cut.** The derivation; the explorer, if time is short.
#
# **Exercises.** 3.13, 3.17 and 3.18.

# %%
few = clothes.train[:1000]
model = MLP(few.X.shape[1], 16, 10)
network = Objective(model, cross_entropy)
start = model.start(seed=0, dtype=few.X.dtype)

# %% [markdown]
# ### Your turn: the gradient noise scale
#
# `gradients` is (n, P), a row for each example. Return $\operatorname{tr}(\Sigma) / \lVert g \rVert^2$, where $g$ is the mean of the rows, $\lVert g \rVert^2$ the sum of its squares, and $\operatorname{tr}(\Sigma)$ the sum of the variances of the columns, each a mean over the $n$ rows.


# %% turn="4.a"
def noise_scale(gradients):
    """tr(Σ) / ‖g‖² of per-sample gradients (n, P), a number."""
    ### BEGIN SOLUTION
    g = gradients.mean(axis=0)
    return gradients.var(axis=0).sum() / (g @ g)
    ### END SOLUTION


# %% [markdown]
# Measure it in a training with a good learning rate: batches of 64, with the best of nine learning rates.
# The next two cells find it, and the number of steps to a training loss of 1; `theta` has a row for each learning rate.


# %%
def steps_to(target, B, lrs):
    """(steps, learning rate) of the first of these trainings whose loss is below the target."""
    theta, rng, t = np.tile(start, (len(lrs), 1)), np.random.default_rng(0), 0
    while True:
        for rows in batches(1000, B, rng):
            t, (_, g) = t + 1, network(theta, *few[rows])
            theta = theta - lrs[:, None] * g
            if t % max(1, 16 // B) == 0:  # for small batches, evaluate less often
                losses, _ = network.evaluate(theta, *few)
                if losses.min() < target:
                    return t, lrs[losses.argmin()]


# %%
lrs = (0.005 * 2.0 ** np.arange(9)).astype(few.X.dtype)
with threadpool_limits(1), np.errstate(all="ignore"):
    steps_64, lr_64 = steps_to(1.0, 64, lrs)
print(f"B = 64: {steps_64} steps with η = {lr_64:.2f}")

# %%
theta, rng, rows_of_table = start, np.random.default_rng(0), []
pieces = [rows for _ in range(20) for rows in batches(1000, 64, rng)]
for t, rows in enumerate(pieces[:steps_64]):
    if t % 6 == 0:
        loss, _ = network(theta, *few)
        gradients = [network(theta, *few[i : i + 1])[1] for i in range(1000)]
        rows_of_table.append((t, loss, noise_scale(np.array(gradients))))
    theta = theta - lr_64 * network(theta, *few[rows])[1]
plots.table(rows_of_table, ["step", "loss", "noise scale"])
scale = np.median([row[2] for row in rows_of_table])
print(f"median of the noise scale: {scale:.0f}")

# %% tags=["test"]
assert rows_of_table[0][1] > 2 > rows_of_table[-1][1]
assert 10 < scale < 100
theta, rng = start, np.random.default_rng(0)
for rows in [rows for _ in range(10) for rows in batches(1000, 64, rng)][:100]:
    theta = theta - lr_64 / 8 * network(theta, *few[rows])[1]
each = np.array([network(theta, *few[i : i + 1])[1] for i in range(1000)])
assert noise_scale(each) > 2.5 * scale

# %% [markdown]
# The values vary from step to step, so we take their median.
# It says: with batches well below this size, a larger batch saves steps in proportion; well above, it saves hardly any.
# (Measure it with a learning rate that you would use. With an eighth of it, the gradient in the steep directions dies out, $\lVert g \rVert$ is smaller, and $\mathcal B$ is several times larger.)
#
# ### Your turn: predict the steps
#
# You know the steps that the training needs with $B = 64$. How many with $B = 1000$, the full batch? Return a number.


# %% turn="4.b"
def steps_with_all():
    """The steps that the full batch of 1,000 needs to the same loss."""
    ### BEGIN SOLUTION
    return 30
    ### END SOLUTION


# %% tags=["hide-output"]
sizes = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000])
with threadpool_limits(1), np.errstate(all="ignore"):
    steps, best = np.transpose([steps_to(1.0, B, lrs) for B in sizes])
plots.table(
    [
        (int(B), int(s), f"{lr:.2f}", int(B * s))
        for B, s, lr in zip(sizes, steps, best, strict=True)
    ],
    ["batch size B", "steps", "best η", "examples"],
)
plots.table([("B = 1,000", steps_with_all(), int(steps[-1]))], ["steps", "predicted", "measured"])

# %% tags=["hide-input", "hide-output"]
critical = np.exp(np.interp(-np.log(2 * steps.min()), -np.log(steps), np.log(sizes)))
fig, ax = plots.figure(size=(6.2, 4))
many = np.geomspace(1, 1000, 100)
ax.plot(sizes, steps, "o", color=plots.COLOURS["blue"], ms=7, label="measured")
ax.plot(many, steps[0] / many, ":", color="0.3", label="perfect scaling")
predicted = steps.min() * (1 + scale / many)
ax.plot(many, predicted, "--", color=plots.COLOURS["red"], label="from the noise scale")
ax.axhline(steps.min(), color="0.6", linewidth=1, label="fewest steps")
ax.set(xscale="log", yscale="log", ylim=(steps.min() / 2, 3 * max(steps[0], predicted[0])))
ax.set(xlabel="batch size B", ylabel="steps to a loss of 1")
ax.set_xticks([1, 10, 100, 1000])
ax.set_yticks([20, 50, 100, 200, 500, 1000])
for axis in (ax.xaxis, ax.yaxis):
    axis.set(major_formatter="{x:,g}", minor_formatter="")
ax.legend()
plots.show(
    fig,
    "Steps to the target against the batch size. They fall as 1/B for small batches, then bend, and "
    "are constant for large ones. The prediction from the noise scale has the same shape.",
)
print(f"twice the fewest steps are needed at B = {critical:.0f}")
print(f"median of the noise scale: {scale:.0f}")

# %% tags=["test"]
assert steps[-1] > steps_64 / 3  # 16 times the batch, but not even a third of the steps
assert 1.5 < steps[0] / steps[1] < 3  # perfect scaling
assert 1.4 < steps[1] / steps[2] < 3
assert steps[-3:].max() < 1.5 * steps[-3:].min()  # stagnation
assert (steps * sizes)[-1] > 10 * (steps * sizes)[0]
assert best[0] < best[-1]
assert 1 / 3 < scale / critical < 3

# %% [markdown]
# All three regimes are there. From 1 to 4, steps fall in proportion to $1/B$; from 256 on, they hardly fall at all, and every further example is wasted.
# At $B = \mathcal B$ the formula gives $S_B = 2\, S_{\min}$. So read off the batch size at which the training needs twice the fewest steps, and compare it with the noise scale, which you measured in a single training.
# The two differ by less than a factor of 3. The prediction is not exact, because a network does not have one curvature in all directions: in the exact formula, $\operatorname{tr}(H\Sigma) / g^\top H g$, steep directions count for more.
#
# Christopher Shallue and others (2019) found the same three regimes for many networks and data sets. The critical batch size differs widely between them, and it usually grows during training, so measure it.
#
# ### Explore: learning rate and batch size
#
# The formula for $\eta_B$ says how to change the learning rate with the batch size. The next figure tests it on a linear regression with 512 synthetic examples and 12 columns of different scale: a training for each of 24 learning rates and 10 batch sizes.
# The colour is the excess loss; hatched means that the learning rate is above the limit.

# %%
rng = np.random.default_rng(0)
columns = rng.standard_normal((512, 12)) * np.geomspace(1, 0.2, 12)
targets = columns @ (rng.standard_normal(12) * np.geomspace(1, 2, 12)) + rng.standard_normal(512)
tuned = explore.lr_and_batch(columns, targets)
tuned

# %% tags=["test"]
of_best = next(actor for actor in tuned.actors if actor.after_prediction).x[0, 0]  # (budgets, B)
assert np.allclose(of_best[:3, 1:4] / of_best[:3, :3], 2, rtol=0.2)  # linear scaling
assert (of_best[:3, -1] < 1.5 * of_best[:3, -2]).all()  # and its end
assert (np.diff(of_best[:3, 0]) < 0).all()  # more passes, smaller η
curves = [actor for actor in tuned.actors if actor.y is not None][3].y[0, :, 3, -1]
assert curves.argmin() == len(curves) - 1  # at equal steps the largest batch ends lowest

# %% [markdown]
# For small batches the best η doubles with $B$: this is **linear scaling**. Two steps with η on two batches do nearly the same as one step with 2η on both together, as long as θ moves little in between.
# It ends where noise no longer dominates: even the full batch diverges above $2/\lambda_{\max}$ (lesson 1), so the line of the best η turns upwards.
# With more passes, mostly noise is left at the end. Then the best η is smaller, and linear scaling holds up to larger batches.
# At equal *steps* the largest batch ends lowest, because its examples cost nothing there. So always ask what two runs have in common.
#
# If you compare batch sizes at one learning rate, you only see which batch size this learning rate suits. Tune η for each $B$, and say what is equal: steps, epochs or time.
#
# For Adam (lesson 5) the rule is different. Adam divides every entry of the gradient by a running root mean square. For small batches this is mostly noise, in proportion to $1/\sqrt{B}$. So its best η grows with $\sqrt{B}$ (Malladi and others, 2022).
#
# **To keep:** below the noise scale, twice the batch needs half the steps with twice the learning rate; above it, a larger batch saves nothing.

# %% [markdown]
# ## Further: an epoch is not one step
#
# *One epoch of mini-batches is one step of gradient descent, in pieces.* It looks so, because the pieces add up to the full gradient at a fixed θ. But θ moves after each piece.
# With a tiny learning rate η, 200 steps with mini-batches come close to 200 steps of gradient descent. One step with 200 η is something else:

# %%
points = toys.parabola().train
X, y = np.column_stack([points.X, np.ones(2000)]), points.y


def loss_after(B, epochs, lr):
    theta, rng = np.zeros(3), np.random.default_rng(0)
    for _ in range(epochs):
        theta = epoch(theta, X, y, rng.permutation(2000), B, lr)
    return np.mean((X @ theta - y) ** 2)


trials = {
    "1 epoch, 200 batches, η": loss_after(10, 1, 2e-6),
    "200 steps of gradient descent, η": loss_after(2000, 200, 2e-6),
    "1 step of gradient descent, 200 η": loss_after(2000, 1, 4e-4),
}
plots.table(list(trials.items()), ["from a loss of 342", "loss"])

# %% tags=["test"]
pieces, many, one = trials.values()
assert np.isclose(pieces, many, rtol=0.02)
assert one > 1.5 * many

# %% [markdown]
# ## Further: the same in PyTorch
#
# PyTorch finds gradients by itself (**autograd**): it records what is computed and applies the chain rule backwards in `backward()`. `DataLoader` makes the batches.
# The function below fits the parabola until the loss is below 0.1. If PyTorch is installed, call `pytorch_epochs()` to run it. It is not called here, because PyTorch needs several hundred MB of memory.


# %%
def pytorch_epochs(lr=2e-4, B=10):
    """The number of epochs until the loss on all points is below 0.1, in PyTorch."""
    import torch

    X, y = map(torch.from_numpy, toys.parabola().train)
    model, loss_of = torch.nn.Linear(2, 1, dtype=torch.float64), torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)  # or RMSprop, Adam
    examples = torch.utils.data.TensorDataset(X, y)
    epochs, loader = 0, torch.utils.data.DataLoader(examples, batch_size=B, shuffle=True)
    while loss_of(model(X)[:, 0], y) >= 0.1:
        for X_batch, y_batch in loader:
            optimizer.zero_grad()  # backward() adds to the gradient that is there
            loss_of(model(X_batch)[:, 0], y_batch).backward()
            optimizer.step()
        epochs += 1
    return epochs


# %% tags=["test"]
from importlib.util import find_spec

ours = np.argmax(losses_of(B=10, epochs=60) < 0.1)
assert 40 < ours < 56
if find_spec("torch"):
    assert 35 < pytorch_epochs() < 60

# %% [markdown]
# The loop of part 2 needs about 48 epochs, and so does PyTorch.
# Two traps: without `zero_grad()` the gradients of all steps add up. And `model(X)` has the shape (N, 1): without `[:, 0]` the loss compares every prediction with every target.

# %% [markdown]
# ## Further: do small batches generalise better?
#
# *Smaller batches always generalise better*, you may read: their noise is said to lead to better solutions. At equal epochs they often look better, but then they have also made more steps.
# So compare at an equal *training* loss. The cell trains on at most 2,000 images with three batch sizes, a larger learning rate and more epochs for the larger ones, and two seeds each.

# %%
from course_lib.optim import Optimizer, sgd
from course_lib.training import train

small = data.Data("small", clothes.train[:2000], clothes.valid[:1000], clothes.test)
rows_of_table = []
for B, lr, epochs in ((10, 0.03, 8), (100, 0.1, 20), (500, 0.15, 50)):
    for seed in range(2):
        plan = {"epochs": epochs, "batch": B, "seed": seed, "progress": False}
        run = train(network, small, Optimizer(sgd, lr=lr), **plan)
        at = np.argmax(run["train_loss"] < 0.6)
        rows_of_table.append((f"{B}, seed {seed}", run["valid_loss"][5], run["valid_loss"][at]))
plots.table(rows_of_table, ["B", "validation loss, epoch 5", "where the training loss is 0.6"])

# %% tags=["test"]
at_epoch, at_loss = np.array([row[1:] for row in rows_of_table]).reshape(3, 2, 2).mean(axis=1).T
assert np.diff(at_epoch).min() > 0.1  # at equal epochs the small batches look better
assert np.ptp(at_loss) < np.ptp(at_epoch) / 4

# %% [markdown]
# At equal epochs the small batches look far better. At equal training loss the differences are small: the trainings differed mostly in how far they had come.
# Whether a remaining difference is more than chance, only more seeds can tell. There are networks where small batches do generalise better and some where large ones do; *always* is wrong.

# %% [markdown]
# ## Summary
#
# | what | formula |
# |---|---|
# | steps of an epoch | $\lceil n/B \rceil$; the last batch may be smaller |
# | full gradient from batches at a fixed θ | mean of the batch gradients, weighted by size |
# | variance of a batch gradient | $\frac{\sigma^2}{B} \cdot \frac{n-B}{n-1}$; spread about $\sigma / \sqrt B$ |
# | time of a step | $a + bB$ |
# | gradient noise scale | $\mathcal B = \operatorname{tr}(\Sigma) / \lVert g \rVert^2$ |
# | steps to a target | $S_{\min} (1 + \mathcal B / B)$ |
# | best learning rate | $\eta_{\max} / (1 + \mathcal B / B)$, never above the limit of the full batch, which for a quadratic is $2/\lambda_{\max}$ |

# %% [markdown]
# ## Symptom, suspect, test
#
# | symptom | suspect | test |
# |---|---|---|
# | the loss stays at the variance of y, or at $\ln K$ for K classes | inputs and targets no longer match | print one row of X with its y, before and after shuffling |
# | the same, with a regression | shapes (N, 1) and (N,) | print `prediction.shape` and `y.shape` |
# | the batch loss falls, then jumps at regular steps | sorted data | shuffle once and compare |
# | a new batch size is worse | the learning rate was not changed | tune η for both batch sizes |
# | training is slow, the processor is mostly idle | the batch is far below $a/b$ | time a step at B and at 2B |
# | a larger batch saves no steps | B is above the noise scale | measure $\mathcal B$ |
# | out of memory | the outputs of the layers for a large batch | halve B and accumulate two gradients |
# | a training that should stop never does | it stops by a *batch* gradient, which is noise | use the loss on all examples or on the validation set |

# %% [markdown]
# ## Questions
#
# <details><summary>1. You go from B = 32 to B = 64 with the same learning rate and number of epochs. The training loss ends higher. Is the larger batch worse?</summary>
#
# Not necessarily. It made half as many steps of the same length. Below the noise scale, twice the learning rate would bring it to about the same loss.
# </details>
#
# <details><summary>2. A set has 1,000 examples. How noisy is a batch of 500, drawn without repeats, compared with a batch of 250?</summary>
#
# Its variance is $\frac{1}{500} \cdot \frac{500}{999}$ against $\frac{1}{250} \cdot \frac{750}{999}$: a third, not half. The finite-population factor matters when a batch is a large part of the data.
# </details>
#
# <details><summary>3. Eight machines compute the gradients of a batch of 256 each, and average them for one step. The noise scale is 500. Are eight machines worth it? Are 64?</summary>
#
# Eight machines make a batch of 2,048. $1 + 500/256 = 2.95$ against $1 + 500/2048 = 1.24$: less than half of the steps, for eight times the machines. With 64 machines the factor is 1.03: hardly any further gain.
# </details>
#
# <details><summary>4. Images come sorted by class, and the loader does not shuffle. What does the loss of the batches look like?</summary>
#
# It falls while a class lasts, because the network learns to answer always with this class, and jumps where the next class begins. On all images it hardly improves.
# </details>

# %% [markdown]
# ## Read on
#
# - Léon Bottou, Frank Curtis, Jorge Nocedal, *Optimization Methods for Large-Scale Machine Learning*, 2018: noise, batches and their cost.
# - Sam McCandlish, Jared Kaplan and others, *An Empirical Model of Large-Batch Training*, 2018: the gradient noise scale.
# - Christopher Shallue and others, *Measuring the Effects of Data Parallelism on Neural Network Training*, 2019: steps to a target, with care.
# - Priya Goyal and others, *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017: linear scaling, and where it stopped.
# - Sadhika Malladi and others, *On the SDEs and Scaling Rules for Adaptive Gradient Algorithms*, 2022: √B for Adam.
# - Nitish Keskar and others, *On Large-Batch Training for Deep Learning*, 2017, and Elad Hoffer and others, *Train longer, generalize better*, 2017: two sides of the question of generalisation.
#
# Now the exercises of this lesson: [sheet 3](../exercises/03_mini_batches.ipynb). The next lesson: [momentum](04_momentum.ipynb).
