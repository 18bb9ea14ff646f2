# %% [markdown]
# # Lesson 6, exercises: regularisation
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Regularisation](../notebooks/06_regularisation.ipynb). In each you write a function. The cell below it tries the function and says whether it passed, and if not, on which input it fails and what the likely cause is. Try as often as you like.
#
# Each check has hints: type `check.stopped.hint()` in a new cell, and again for the next one. The last cell of an exercise is locked: it shows what your function returns. This is what is graded, together with inputs that are not shown.
#
# Exercise 6.7 is harder than the others, and 6.8 is open: there is no single right answer.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import plots
from course_lib.checks import lesson_06 as check
from course_lib.checks.sparse_lines import error_left
from course_lib.checks.values import values
from course_lib.optim import adam, momentum, sgd

# %% [markdown]
# ## 6.1 Warm-up: when to stop (10 minutes)
#
# A library stops a training early, by these rules:
#
# > *`valid_loss[0]` is the validation loss before training, `valid_loss[k]` the one after epoch k. An epoch **makes progress** when its loss is below the loss of the last epoch that made progress by **more than** `min_delta`; epoch 0 counts as the first that did. Training stops after `patience` epochs in a row without progress.*
#
# Given the array `valid_loss` of a training that was not stopped, find out what the library would have done. Return two whole numbers: the number of the epoch whose parameters you keep, and the number of the last epoch that is trained. Keep the epoch with the lowest loss among those that are trained, whether or not it made progress; if two are equal, the first. If the patience never runs out, the last epoch is the last of the array.
#
# Example: the losses 9, 7, 8, 6, 7, 7, 5 with `patience` 2 and `min_delta` 0 give `(3, 5)`. Epochs 1 and 3 make progress, epochs 4 and 5 do not, and epoch 6 is never trained.


# %% answer="6.1"
def stopped(valid_loss, patience, min_delta):
    """Return the number of the best epoch, and of the last epoch that is trained."""
    ### BEGIN SOLUTION
    mark, waited = valid_loss[0], 0
    for last in range(1, len(valid_loss)):
        if valid_loss[last] < mark - min_delta:
            mark, waited = valid_loss[last], 0
        else:
            waited += 1
        if waited == patience:
            break
    return np.argmin(valid_loss[: last + 1]), last
    ### END SOLUTION


# %% practice="6.1"
check.stopped(stopped)

# %% [markdown]
# **Question.** A validation loss is measured on few images, so it is noisy. The cell makes a curve that falls until epoch 100 and then rises slowly, and adds noise. With which patience is most of the way lost, and what does a longer patience cost?

# %%
epochs = np.arange(301)
curve = 1 + np.exp(-epochs / 20) + 0.001 * np.maximum(epochs - 100, 0)
curve = curve + 0.02 * np.random.default_rng(6).standard_normal(301)
try:
    rows_of_table = []
    for patience in (1, 3, 10, 30, 100):
        best, last = stopped(curve, patience, 0.0)
        rows_of_table.append((patience, best, last, curve[best]))
    plots.table(rows_of_table, ["patience", "epoch kept", "epochs trained", "its loss"])
except NotImplementedError:
    print("stopped is not written yet.")

# %% graded="6.1" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "6.1",
    stopped,
    (np.array([8, 6, 7, 5, 6, 6, 4]), 2, 0),
    (np.array([20, 16, 13, 14, 14, 2]), 2, 4),
    (np.array([3, 4, 5, 1]), 2, 0),
    (np.array([1.1, 0.7, 0.65, 0.64, 0.9, 0.95]), 3, 0.2),
)


### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh


def of_curves(curves, patience, min_delta):
    return [stopped(valid_loss, patience, min_delta) for valid_loss in curves]


def random_curves(seed):
    noise = np.random.default_rng(seed).integers(0, 12, (20, 14))
    return noise + np.maximum(30 - 4 * np.arange(14), 0)


values(
    "6.1 hidden",
    of_curves,
    (random_curves(fresh(61)), 2, 0),
    (random_curves(fresh(62)), 3, 2),
    (random_curves(fresh(63)), 1, 3),
    (random_curves(fresh(64)), 2, 1),
    (np.array([[9, 7, 8, 6, 7, 7, 5], [6, 9, 8, 7, 5, 4, 3], [9, 4, 4, 6, 7, 1, 0]]), 3, 0),
    (np.array([[10, 8, 7, 8, 8, 1], [10, 8, 6, 4, 2, 0], [5, 6, 7, 8, 9, 4]]), 2, 2),
    (np.array([[10, 9, 8, 7, 6, 5], [2, 3, 4, 1, 0, 0]]), 2, 1),
    (np.array([[10, 8, 7, 6, 5, 4, 5, 5, 0]]), 3, 2),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 6.2 The proximal step of the elastic net (10 minutes)
#
# The elastic net adds the penalty $\lambda_1 \sum |w| + \tfrac12 \lambda_2 \sum w^2$ to the loss. Its proximal step first takes a step of gradient descent on the loss alone, $u = \theta - \eta g$. Then it replaces each weight $u$ by the number $x$ for which
#
# $$\tfrac12 (x - u)^2 + \eta \left(\lambda_1 |x| + \tfrac12 \lambda_2 x^2\right)$$
#
# is smallest. For $\lambda_2 = 0$ this is the step of the lesson. Entries of θ that are no weights (biases) take the gradient step only.
#
# `theta` and `g`, the gradient of the loss, have the shape (P,). `is_weight` (P,) is an array of `True` and `False`; `lr` is η, `l1` is λ₁ and `l2` is λ₂. Return the new `theta`, and how many **weights** are exactly 0 in it. Leave the arguments as they are.
#
# Example: three weights 3, −2 and 1 with g = 0 and η = λ₁ = λ₂ = 1 become 1, −0.5 and 0. One of them is exactly 0.


# %% answer="6.2"
def elastic_step(theta, g, is_weight, lr, l1, l2):
    """Return theta (P,) after a proximal step of the elastic net, and its number of zero weights."""
    ### BEGIN SOLUTION
    u = theta - lr * g
    shrunk = np.sign(u) * np.maximum(np.abs(u) - lr * l1, 0) / (1 + lr * l2)
    theta = np.where(is_weight, shrunk, u)
    return theta, np.sum(theta[is_weight] == 0)
    ### END SOLUTION


# %% practice="6.2"
check.elastic_step(elastic_step)

# %% [markdown]
# **Question.** The second column of the data below goes closely with the first. What does L1 alone do with such a pair, and what does λ₂ change?

# %%
rng = np.random.default_rng(62)
one_column = rng.standard_normal(80)
table = np.column_stack([one_column, 0.9 * one_column + 0.3 * rng.standard_normal(80)])
table = np.column_stack([table, rng.standard_normal((80, 4))])
goal = 2 * one_column + 0.2 * rng.standard_normal(80)
try:
    rows_of_table = []
    for l2 in (0.0, 0.1, 1.0):
        theta = np.zeros(6)
        for _ in range(5000):
            g = 2 * table.T @ (table @ theta - goal) / 80
            theta, zeros = elastic_step(theta, g, np.ones(6, bool), 0.1, 0.4, l2)
        rows_of_table.append((l2, theta[0], theta[1], zeros))
    plots.table(rows_of_table, ["λ₂", "first weight", "second weight", "exact zeros of 6"])
except NotImplementedError:
    print("elastic_step is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# L1 keeps the first weight and sets the second to exactly 0: the first column predicts y better, and a share of the second would save nothing. The squares make two small weights cheaper than one large weight, so the elastic net keeps both and brings them closer together. The larger λ₂, the closer they are, and the more both shrink.
# </details>

# %% graded="6.2" points=2
# Graded, and locked: run it, and leave it as it is.
mixed = np.array([True, False, True, True])
values(
    "6.2",
    elastic_step,
    (np.array([2, -3, 1, -1]), np.array([0, 0, 0, 0]), mixed, 1, 1, 1),
    (np.array([1.5, 0.2, -0.4, 2.0]), np.array([6.6, 2.0, -1.1, -1.0]), mixed, 0.2, 0.8, 0.5),
)
### BEGIN HIDDEN TESTS
values(
    "6.2 hidden",
    elastic_step,
    (np.array([4, -1, 1, 0, -6]), np.array([1, 0, 0, 0, -1]), np.arange(5) < 4, 1, 1, 2),
    (np.array([3, 2, 2, -7]), np.array([1, 1, 5, 0]), np.arange(4) != 1, 2, 1, 3),
    (np.array([0, 0, 5]), np.array([0, 3, 0]), np.array([False, True, True]), 1, 2, 1),
    (
        np.array([2.0, -1.5, 0.6, 0.0, 3.0, -0.2]),
        np.array([-1.0, 1.0, 4.0, 0.0, 0.5, 0.3]),
        np.array([True, True, True, True, False, False]),
        0.5,
        0.8,
        1.5,
    ),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 6.3 L2 or weight decay? For any rule (12 minutes)
#
# A training can shrink its weights in two ways. **L2** adds `decay` times the weights to the gradient, and the rule sees this sum. **Decoupled decay** keeps the gradient as it is: in each step it first computes the gradient, then shrinks the weights by `lr * decay` of their size, and then the rule takes its step with that gradient, from the shrunken weights.
#
# Write a function that trains with both and returns the two results. The rule is given as a function: `step(theta, g, memory, lr)` returns the new θ and the new memory. The memory is whatever the rule remembers, such as a velocity; in the first step it is `None`. `gradient(theta)` returns the gradient of the loss. Only the entries where `is_weight` is `True` decay. Each of the two runs starts at `theta` and takes `steps` steps (at least 1).
#
# Return θ at the end of the run with L2 and θ at the end of the run with decoupled decay, in this order. Leave the arguments as they are.
#
# Example: for one step of gradient descent from θ = 2 with `gradient(theta) = theta`, `lr` 0.1 and `decay` 0.5, both are 1.7.


# %% answer="6.3"
def two_decays(step, gradient, theta, is_weight, lr, decay, steps):
    """Return theta (P,) after a run with L2 in the gradient, and after one with decoupled decay."""
    ### BEGIN SOLUTION
    coupled, memory = theta, None
    for _ in range(steps):
        g = gradient(coupled) + decay * is_weight * coupled
        coupled, memory = step(coupled, g, memory, lr)
    decoupled, memory = theta, None
    for _ in range(steps):
        g = gradient(decoupled)
        decoupled = decoupled - lr * decay * is_weight * decoupled
        decoupled, memory = step(decoupled, g, memory, lr)
    return coupled, decoupled
    ### END SOLUTION


# %% practice="6.3"
check.two_decays(two_decays)

# %% [markdown]
# **Question.** For which of these three rules are the two ways the same? Decide first. In the bowl below the second direction is a hundred times as steep as the first; the minimum of the loss is at (1, 1).

# %%


def sgd_step(theta, g, memory, lr):
    return sgd(theta, g, 1, lr=lr), None


def momentum_step(theta, g, memory, lr):
    return momentum(theta, g, 1, 0.0 if memory is None else memory, lr=lr, beta=0.9)


def adam_step(theta, g, memory, lr):
    t, m, v = memory or (0, 0.0, 0.0)
    theta, m, v = adam(theta, g, t + 1, m, v, lr=lr)
    return theta, (t + 1, m, v)


def bowl_gradient(theta):
    return np.array([0.1, 10.0]) * (theta - 1)


try:
    rows_of_table = []
    for step, steps in ((sgd_step, 10), (momentum_step, 10), (adam_step, 10), (adam_step, 20_000)):
        ends = two_decays(step, bowl_gradient, np.zeros(2), np.ones(2, bool), 0.01, 0.1, steps)
        for name, end in zip(("L2", "decoupled"), ends, strict=True):
            rows_of_table.append((step.__name__, steps, name, f"{end[0]:.4f}", f"{end[1]:.4f}"))
    plots.table(rows_of_table, ["rule", "steps", "decay", "flat direction", "steep direction"])
except NotImplementedError:
    print("two_decays is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Only for gradient descent. Heavy ball adds the L2 term to its velocity, so it acts in later steps too. Adam divides it by √v̂ together with the gradient: after many steps, L2 still leads to the minimum of loss and penalty, while decoupled decay ends somewhere else.
# </details>


# %% graded="6.3" points=2
# Graded, and locked: run it, and leave it as it is.
def in_a_bowl(step, curvatures, theta, is_weight, lr, decay, steps):
    """The two results on a bowl with these curvatures and its minimum at (1, 1, ...)."""

    def gradient(theta):
        return curvatures * (theta - 1)

    return two_decays(step, gradient, theta, is_weight, lr, decay, steps)


def signed_momentum(theta, g, memory, lr):
    v = 0.3 * g if memory is None else 0.7 * memory + 0.3 * g
    return theta - lr * v / (1 + np.abs(v)), v


first_two = np.array([True, True, False])
values(
    "6.3",
    in_a_bowl,
    (
        signed_momentum,
        np.array([1.0, 4.0, 2.0]),
        np.array([3.0, -1.0, 2.0]),
        first_two,
        0.2,
        0.5,
        1,
    ),
    (
        signed_momentum,
        np.array([2.0, 1.0, 3.0]),
        np.array([0.5, 2.0, -2.0]),
        first_two,
        0.1,
        0.3,
        4,
    ),
)
### BEGIN HIDDEN TESTS
values(
    "6.3 hidden",
    in_a_bowl,
    (
        signed_momentum,
        np.array([5.0, 0.5]),
        np.array([2.0, 4.0]),
        np.array([False, True]),
        0.15,
        0.6,
        7,
    ),
    (
        lambda theta, g, memory, lr: (theta - lr * g**3, None),
        np.array([0.7, 0.3]),
        np.array([-1.0, 2.5]),
        np.array([True, True]),
        0.1,
        0.4,
        2,
    ),
    (
        lambda theta, g, memory, lr: (theta - lr * g / 2, None),
        np.array([1.0, 3.0, 2.0]),
        np.array([1.5, -2.0, 3.0]),
        first_two,
        0.3,
        0.8,
        5,
    ),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 6.4 Batch normalisation that remembers (12 minutes)
#
# The documentation of a library describes batch normalisation like this:
#
# > *In training, each column of `x` is normalised with the mean and the variance of the batch: subtract the mean, divide by the square root of variance + `eps`. Here the variance is divided by N, the number of rows. Then multiply by `gamma` and add `beta`. At the same time the running mean and the running variance move towards those of the batch: the new value is (1 − `share`) times the old one plus `share` times that of the batch. For the running variance, the batch's variance is divided by N − 1. In evaluation, each column is normalised with the running mean and the running variance, and these stay as they are.*
#
# Write this layer. `x` has the shape (N, n); `gamma`, `beta`, `running_mean` and `running_var` have the shape (n,). `training` is `True` or `False`; in training N is at least 2. Return three things: y (N, n), the new running mean (n,), the new running variance (n,). Leave the arguments as they are.
#
# Example in training: one column 1, 3, 5 with running mean 0, running variance 1 and `share` 0.25. Its mean is 3. Its variance is 8/3, or 4 when divided by N − 1. So the new running mean is 0.75, and the new running variance is 1.75.


# %% answer="6.4"
def batch_norm_step(x, gamma, beta, running_mean, running_var, share, eps, training):
    """Return y (N, n), and the running mean (n,) and variance (n,) after this batch."""
    ### BEGIN SOLUTION
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - share) * running_mean + share * mean
        running_var = (1 - share) * running_var + share * x.var(axis=0, ddof=1)
    y = gamma * (x - mean) / np.sqrt(var + eps) + beta
    return y, running_mean, running_var
    ### END SOLUTION


# %% practice="6.4"
check.batch_norm_step(batch_norm_step)

# %% [markdown]
# **Question.** The data below have mean 5 and variance 4. How many batches does the running average need until evaluation is right? And how good does it get with batches of 2?

# %%
try:
    rows_of_table = []
    for N in (2, 32):
        rng, mean, var = np.random.default_rng(64), np.zeros(1), np.ones(1)
        for batch in range(1, 501):
            x = 5 + 2 * rng.standard_normal((N, 1))
            _, mean, var = batch_norm_step(x, 1.0, 0.0, mean, var, 0.1, 1e-5, True)
            if batch in (1, 10, 50, 500):
                rows_of_table.append((N, batch, f"{mean[0]:.2f}", f"{var[0]:.2f}"))
    plots.table(rows_of_table, ["rows in a batch", "batches", "running mean", "running variance"])
except NotImplementedError:
    print("batch_norm_step is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# With `share` 0.1 the start has the weight 0.9¹⁰ = 0.35 after ten batches, and 0.005 after fifty. After that the average no longer improves: it is a mean over about the last twenty batches, and with batches of 2 these are too few rows for a good estimate.
# </details>

# %% graded="6.4" points=2
# Graded, and locked: run it, and leave it as it is.
four_rows = np.array([[2.0, 1.0], [0.0, 3.0], [4.0, 1.0], [6.0, -1.0]])
scale, offset, old_mean, old_var = np.array([[1.5, -2.0], [0.5, 1.0], [1.0, 0.2], [3.0, 0.8]])
values(
    "6.4",
    batch_norm_step,
    (four_rows, scale, offset, old_mean, old_var, 0.3, 0.25, True),
    (four_rows, scale, offset, old_mean, old_var, 0.3, 0.25, False),
)
### BEGIN HIDDEN TESTS
some_rows = np.random.default_rng(65).standard_normal((5, 2)) * [1, 3] + [2, -1]
values(
    "6.4 hidden",
    batch_norm_step,
    (some_rows, scale, offset, old_mean, old_var, 0.2, 0.4, True),
    (some_rows[:2], offset, scale, np.zeros(2), old_var, 0.6, 0.1, True),
    (some_rows, scale, offset, old_mean, old_var, 0.2, 0.4, False),
    (some_rows[:1], scale, offset, old_mean, old_var, 0.2, 0.4, False),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 6.5 Find the faults: too good to be true (14 minutes)
#
# A colleague predicts y from many columns: choose the `count` columns that go best with y, fit ridge to them, and judge by k-fold cross-validation. `folds` is a list of arrays of row numbers; each row is in exactly one of them, and its prediction comes from a model that was fitted to the other rows. Or so the colleague believes. The function has **three faults of the same kind**.


# %%
def faulty_predictions(X, y, folds, count, lam):
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    level = y.mean()
    best = np.argsort(np.abs(X.T @ (y - level)))[-count:]  # the largest |correlations| with y
    predictions = np.zeros(len(y))
    for rows in folds:
        rest = np.setdiff1d(np.arange(len(y)), rows)  # all rows that are not in this fold
        A = X[rest][:, best]
        w = np.linalg.solve(A.T @ A + lam * np.eye(count), A.T @ (y[rest] - level))
        predictions[rows] = level + X[rows][:, best] @ w
    return predictions


def explained(predictions, y):
    """The share of the variance of y that is predicted: 1 is perfect, 0 is as good as the mean."""
    return 1 - np.mean((predictions - y) ** 2) / np.var(y)


rng = np.random.default_rng(66)
noise_X, noise_y = rng.standard_normal((60, 500)), rng.standard_normal(60)
five_folds = np.array_split(rng.permutation(60), 5)
predictions = faulty_predictions(noise_X, noise_y, five_folds, 10, 1.0)
print(f"y is pure noise, and {explained(predictions, noise_y):.0%} of its variance is predicted.")

changed_y = noise_y.copy()
changed_y[five_folds[0]] += 10  # the model that predicts the first fold should not notice this
change = faulty_predictions(noise_X, changed_y, five_folds, 10, 1.0) - predictions
print(
    f"Its predictions for the first fold change by up to {np.abs(change[five_folds[0]]).max():.1f}."
)

# %% [markdown]
# Write `honest_predictions`, with the same arguments and without the faults: nothing that is used to predict a row may depend on the rows of its fold, except the columns of X of this row itself. Keep everything else: the columns with the largest |correlations|, ridge with `lam`, standard deviations that are divided by N. Return the predictions (N,), and leave the arguments as they are.


# %% answer="6.5"
def honest_predictions(X, y, folds, count, lam):
    """Return the prediction (N,) of each row by a model that has not seen its fold."""
    ### BEGIN SOLUTION
    predictions = np.zeros(len(y))
    for rows in folds:
        rest = np.setdiff1d(np.arange(len(y)), rows)
        Z = (X - X[rest].mean(axis=0)) / X[rest].std(axis=0)
        level = y[rest].mean()
        best = np.argsort(np.abs(Z[rest].T @ (y[rest] - level)))[-count:]
        A = Z[rest][:, best]
        w = np.linalg.solve(A.T @ A + lam * np.eye(count), A.T @ (y[rest] - level))
        predictions[rows] = level + Z[rows][:, best] @ w
    return predictions
    ### END SOLUTION


# %% practice="6.5"
check.honest_predictions(honest_predictions)

# %% [markdown]
# How much of the noise does your function predict? The number should be about 0, or below: a model that was fitted to noise is worse than the mean.

# %%
try:
    predictions = honest_predictions(noise_X, noise_y, five_folds, 10, 1.0)
    change = honest_predictions(noise_X, changed_y, five_folds, 10, 1.0) - predictions
    print(f"share of the noise predicted: {explained(predictions, noise_y):.0%}")
    print(f"change in the first fold: up to {np.abs(change[five_folds[0]]).max():.1f}")
except NotImplementedError:
    print("honest_predictions is not written yet.")

# %% graded="6.5" points=2
# Graded, and locked: run it, and leave it as it is.
eight = np.array(
    [
        [1.0, 0.5, -2.0],
        [0.0, 1.5, 3.0],
        [2.0, -1.0, 4.0],
        [-1.5, 0.2, 1.0],
        [0.5, 2.0, -3.0],
        [1.2, -0.7, 6.0],
        [-0.4, 1.1, 0.5],
        [3.0, 0.3, 2.0],
    ]
)
eight_y = np.array([2.0, -1.0, 0.5, -3.0, 4.0, -0.5, 0.2, 5.0])
values(
    "6.5",
    honest_predictions,
    (eight, eight_y, [np.array([0, 1, 2]), np.array([3, 4]), np.array([5, 6, 7])], 2, 1.5),
    (eight, eight_y, [np.array([6, 1, 3, 0]), np.array([2, 7, 5, 4])], 1, 0.5),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh


def on_drawn_data(seed, N, columns, k, count, lam):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((N, columns)) * rng.uniform(0.3, 5, columns) + rng.uniform(
        -3, 3, columns
    )
    y = 2 + rng.standard_normal(N) - 2 * X[:, 0] / X[:, 0].std() + X[:, 1]
    return honest_predictions(X, y, np.array_split(rng.permutation(N), k), count, lam)


values("6.5 hidden", on_drawn_data, (fresh(67), 20, 8, 5, 3, 2.0), (fresh(68), 15, 12, 4, 2, 0.5))
### END HIDDEN TESTS

# %% [markdown]
# ## 6.6 Predict: larger weights before batch normalisation (6 minutes)
#
# The weights W of a layer are followed by batch normalisation (with ε = 0). Somebody multiplies all of W by 5 and leaves everything else as it is.
#
# Return two numbers, as in `return 1.0, 2.0`: the factor by which the **length of the gradient** with respect to W changes, and the factor by which you must multiply the **learning rate** of gradient descent so that its next step turns W by the same angle as before. You need pencil and paper. The practice cell checks only the form of your answer.


# %% answer="6.6"
def predicted_rescaling():
    """Return the factor of the gradient's length, and that of the learning rate for the same turn."""
    ### BEGIN SOLUTION
    return 1 / 5, 25.0  # L(5 W) = L(W), so 5 ∇L(5 W) = ∇L(W); and W itself is 5 times as long
    ### END SOLUTION


# %% practice="6.6"
check.predicted_rescaling(predicted_rescaling)

# %% graded="6.6" points=1
# Graded, and locked: run it, and leave it as it is.
values("6.6", predicted_rescaling)

# %% [markdown]
# ## 6.7 Stretch: dropout without chance (14 minutes)
#
# A linear model predicts y from the inputs X with dropout: each number in X is set to 0 with probability `rate`, and otherwise divided by 1 − `rate`. All numbers are dropped independently of each other. So each mask gives another squared error (the mean of $r^2$ over the rows, without ½).
#
# Return the **mean of this loss over all masks**, each weighted by its probability, and its gradient with respect to w. Both are exact: no random numbers. `w` has the shape (n,), `X` (N, n), `y` (N,), and `rate` is at least 0 and below 1. Leave the arguments as they are.
#
# Example: w = 2, x = 3, y = 5 and `rate` 0.5. Half of the masks drop x: the prediction is 0 and the loss is 25. The other half double it: the prediction is 12 and the loss is 49. So the mean is 37; its derivative with respect to w is 42.
#
# **Before you write:** the lesson says which penalty dropout of the inputs is equal to. You can also go through all masks of a row, because there are only $2^n$ of them; n is at most 4 here.


# %% answer="6.7"
def expected_loss(w, X, y, rate):
    """Return the mean over all dropout masks of the squared error, and its gradient (n,)."""
    ### BEGIN SOLUTION
    r = X @ w - y
    strength = rate / (1 - rate) * (X**2).mean(axis=0)
    loss = (r**2).mean() + np.sum(strength * w**2)
    return loss, 2 * X.T @ r / len(y) + 2 * strength * w
    ### END SOLUTION


# %% practice="6.7"
check.expected_loss(expected_loss)

# %% [markdown]
# Compare your loss with what a training with dropout sees: the mean over random masks. How many masks do you need for two digits?

# %%
rng = np.random.default_rng(67)
some_X, some_w = rng.standard_normal((10, 3)), np.array([1.0, -2.0, 0.5])
some_y = some_X @ some_w + rng.standard_normal(10)
try:
    exact, _ = expected_loss(some_w, some_X, some_y, 0.3)
    rows_of_table = []
    for masks in (1, 10, 100, 10_000):
        keep = rng.random((masks, 10, 3)) >= 0.3
        losses = ((some_X * keep / 0.7 @ some_w - some_y) ** 2).mean(axis=-1)
        rows_of_table.append((masks, losses.mean(), exact))
    plots.table(rows_of_table, ["random masks", "mean loss", "yours"])
except NotImplementedError:
    print("expected_loss is not written yet.")

# %% graded="6.7" points=2
# Graded, and locked: run it, and leave it as it is.
three_rows = np.array([[1.0, 2.0], [-2.0, 0.5], [0.0, 3.0]])
three_y = np.array([1.0, -1.0, 2.0])
values(
    "6.7",
    expected_loss,
    (np.array([1.5, -0.5]), three_rows, three_y, 0.4),
    (np.array([-1.0, 2.0]), three_rows, three_y, 0.0),
)
### BEGIN HIDDEN TESTS
drawn = np.random.default_rng(69).normal([0.5, -1, 2, 0], size=(6, 4))
values(
    "6.7 hidden",
    expected_loss,
    (np.array([2.0, -1.0, 0.5, 3.0]), drawn, drawn[:, 0] - 1.5, 0.6),
    (np.array([-1.0, 0.7]), drawn[:4, 1:3], drawn[:4, 3], 0.15),
    (np.array([2.5]), drawn[:3, :1], drawn[:3, 1], 0.8),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 6.8 Open: forty columns, fifty rows (14 minutes)
#
# You get data with 50 rows and 40 columns. y is linear in X plus noise; X has mean 0, so you need no bias. Of the 40 true weights only **a few are not 0**, and you do not know which. The size of the noise differs from one data set to the next. Write `my_fit(X, y)`, which returns weights w (40,). How you get them is up to you.
#
# The score is the squared distance of your weights from the true ones, summed over 16 data sets, and divided by the same sum for w = 0. Get below two marks, **0.7** and **0.25**, here and on data that are not shown. Below a score of 1 your weights are better than none.


# %% answer="6.8"
def my_fit(X, y):
    """Return the weights (n,) that you choose for X (N, n) and y (N,)."""
    ### BEGIN SOLUTION
    strengths = np.geomspace(0.1, 2, 8)

    def lasso(X, y):
        H, b = 2 * X.T @ X / len(y), 2 * X.T @ y[:, None] / len(y)
        lr, w = 1 / np.linalg.norm(H, 2), np.zeros((X.shape[1], len(strengths)))
        for _ in range(100):
            u = w - lr * (H @ w - b)
            w = np.sign(u) * np.maximum(np.abs(u) - lr * strengths, 0)
        return w  # a column for each strength

    error = 0
    for k in range(5):
        held = np.arange(len(y)) % 5 == k
        w = lasso(X[~held], y[~held])
        error = error + np.sum((X[held] @ w - y[held, None]) ** 2, axis=0)
    return lasso(X, y)[:, np.argmin(error)]
    ### END SOLUTION


# %% practice="6.8"
check.my_fit(my_fit)

# %%


def ridge(lam):
    def fit(X, y):
        return np.linalg.solve(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y)

    return fit


def early_stopping(X, y):
    w = np.zeros(X.shape[1])
    for _ in range(20):
        w = w - 0.05 * 2 * X.T @ (X @ w - y) / len(y)
    return w


contestants = {
    "nothing, w = 0": lambda X, y: np.zeros(X.shape[1]),
    "least squares": ridge(0.0),
    "ridge, λ = 0.3": ridge(0.3),
    "ridge, λ = 3": ridge(3.0),
    "20 steps of gradient descent": early_stopping,
    "yours": my_fit,
}
board = []
try:
    for name, fit in contestants.items():
        board.append((name, f"{error_left(fit, seed=0):.2f}"))
except NotImplementedError:
    print("my_fit is not written yet.")
plots.table(board, ["method", "score"])


# %% graded="6.8" points=2
# Graded, and locked: run it, and leave it as it is.
def marks_reached(seed):
    score = error_left(my_fit, seed)
    return seed, score < 1, score < 0.7, score < 0.25


values("6.8", marks_reached, (0,))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values("6.8 hidden", marks_reached, (fresh(71),), (fresh(72),))
### END HIDDEN TESTS
