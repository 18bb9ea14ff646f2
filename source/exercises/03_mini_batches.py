# %% [markdown]
# # Lesson 3, exercises: mini-batches
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Mini-batches](../notebooks/03_mini_batches.ipynb). How they work is said at the start of
# [sheet 1](01_linear_regression.ipynb): you write a function, the cell below it tries the function, and a locked cell shows
# what is graded. For a hint, type `check.cut.hint()` in a new cell, with the name of your function for `cut`.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import data
from course_lib.checks import lesson_03 as check
from course_lib.checks.values import values
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective

# %% [markdown]
# ## 3.1 Batches (8 minutes)
#
# An epoch uses every example once, in an order drawn at random. Write a function that cuts an order into batches.
#
# | name | shape | what it is |
# |---|---|---|
# | `order` | (n,) | the row numbers 0 to n - 1, shuffled |
# | `B` | a whole number, at least 1 | the batch size |
#
# Return a list of arrays: the first B numbers of `order`, the next B, and so on. When B does not divide n the last batch is the
# smaller rest, the ragged end. There is no empty batch. B may be larger than n.


# %% answer="3.1"
def cut(order, B):
    """Return the row numbers in order (n,) as a list of batches of B, the last one maybe smaller."""
    ### BEGIN SOLUTION
    return [order[begin : begin + B] for begin in range(0, len(order), B)]
    ### END SOLUTION


# %% practice="3.1"
check.cut(cut)

# %%
check.cut.plot()

# %% graded="3.1" points=2
# Graded, and locked: run it, and leave it as it is.
values("3.1", cut, (np.array([2, 0, 3, 1, 4]), 2), (np.array([1, 0, 3, 2]), 2))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values(
    "3.1 hidden",
    cut,
    (np.random.default_rng(fresh(31)).permutation(17), 5),
    (np.array([2, 0, 1]), 10),
    (np.random.default_rng(fresh(32)).permutation(12), 4),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.2 The noise of a batch (10 minutes)
#
# How noisy is the gradient of a batch of B examples, when no example comes twice in it? `gradients` has the shape (n, P): a row for
# each of n examples, the gradient of its loss by the P parameters.
#
# The variance of one example's gradient is σ², the mean over the rows of the *squared distance* to the mean row; the
# squared distance of two vectors is the sum of the squares over all P entries. Of a batch it is
#
# $$\frac{\sigma^2}{B} \cdot \frac{n - B}{n - 1} .$$
#
# Return this number. B lies between 1 and n, and n is at least 2.


# %% answer="3.2"
def batch_variance(gradients, B):
    """Return the variance of the mean of B different rows of gradients (n, P), a number."""
    ### BEGIN SOLUTION
    n = len(gradients)
    sigma2 = gradients.var(axis=0).sum()
    return sigma2 / B * (n - B) / (n - 1)
    ### END SOLUTION


# %% practice="3.2"
check.batch_variance(batch_variance)

# %%
check.batch_variance.plot()

# %% [markdown]
# **Question.** By what factor is the variance smaller with B = 16 than with B = 1? Decide first: 4, 16, or a little more than 16? The next
# cell draws 20,000 batches of either size from the patients of the diabetes data, for a line that predicts the progression from the
# body-mass index, and asks your function too.

# %%
diabetes = data.load("diabetes")
print(diabetes)
patients = diabetes.train
bmi = (patients.X[:, diabetes.columns.index("bmi")] - 26) / 4
residuals = 45 * bmi + 140 - patients.y
one_each = 2 * np.column_stack([residuals * bmi, residuals])

orders = np.random.default_rng(0).permuted(
    np.tile(np.arange(len(one_each)), (20_000, 1)), axis=1
)  # fmt: skip
drawn = [one_each[orders[:, :B]].mean(axis=1).var(axis=0).sum() for B in (1, 16)]
print(f"drawn:         {drawn[0] / drawn[1]:.1f} times")
try:
    yours = batch_variance(one_each, 1) / batch_variance(one_each, 16)
    print(f"your function: {yours:.1f} times")
except NotImplementedError:
    print("batch_variance is not written yet.")

# %% graded="3.2" points=2
# Graded, and locked: run it, and leave it as it is.
table = np.array([[2.0, 1.0], [0.0, -1.0], [4.0, 3.0], [1.0, 1.0], [-2.0, 0.5], [3.0, 2.0]])
values("3.2", batch_variance, (table, 2), (table, 5), (table[:, :1], 3))
### BEGIN HIDDEN TESTS
patients = data.load("diabetes").train
values(
    "3.2 hidden",
    batch_variance,
    (patients.X, 16),
    (patients.X[:40, :3], 10),
    (np.linspace(-1, 3, 24).reshape(12, 2) ** 3, 7),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.3 From the batches to the whole (8 minutes)
#
# θ is held still, and an epoch of batches gives K gradients, each of them the *mean* over the examples of its batch. What is
# the gradient of all examples, each of which counts for as much as any other?
#
# `gradients` has the shape (K, P), a row for each batch; `sizes` has the shape (K,), the number of examples in each. The sizes may all
# be different. Return an array of shape (P,).


# %% answer="3.3"
def whole_gradient(gradients, sizes):
    """Return the gradient (P,) of all examples from those of batches (K, P) and their sizes (K,)."""
    ### BEGIN SOLUTION
    return sizes @ gradients / sizes.sum()
    ### END SOLUTION


# %% practice="3.3"
check.whole_gradient(whole_gradient)

# %% [markdown]
# The next cell takes the first 107 patients in batches of 10, and compares with the gradient of all 107 at once. Below $10^{-10}$
# the two are the same but for rounding.

# %%
regression = Objective(MLP(10, 1), squared_error)
some, theta = patients[:107], np.linspace(-1, 1, 11)
try:
    pieces = cut(np.random.default_rng(4).permutation(107), 10)
    means = np.array([regression(theta, *some[rows])[1] for rows in pieces])
    mine = whole_gradient(means, np.array([len(rows) for rows in pieces]))
    _, whole = regression(theta, *some)
    error = np.abs(mine - whole).max() / np.abs(whole).max()
    print("relative difference", "below 1e-10" if error < 1e-10 else f"{error:.0e}")
except NotImplementedError:
    print("cut or whole_gradient is not written yet.")

# %% graded="3.3" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "3.3",
    whole_gradient,
    (np.array([[1.0, 2.0], [3.0, -2.0], [0.0, 4.0]]), np.array([10, 10, 5])),
    (np.array([[2.0, 0.5], [-1.0, 1.0]]), np.array([7, 2])),
)
### BEGIN HIDDEN TESTS
values(
    "3.3 hidden",
    whole_gradient,
    (np.linspace(-1, 3, 20).reshape(4, 5) ** 2, np.array([32, 32, 32, 3])),
    (np.array([[1.5], [-0.5], [4.0], [2.0], [1.0]]), np.array([6, 1, 9, 2, 4])),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.4 The best batch for a deadline (12 minutes)
#
# A step with a batch of B examples takes the time $a + bB$. Only whole steps count, so until the deadline $T$ there are
# $k = \lfloor T / (a + bB) \rfloor$ of them, rounded down. What is left of the loss then is modelled by
#
# $$\text{start} \cdot \text{factor}^k + \frac{\text{noise}}{B} ,$$
#
# the way still to go, of which each step leaves the share `factor`, and the noise, which a larger batch lowers.
#
# `sizes` is an array of batch sizes to choose from. Return the one of them with the smallest loss at the deadline. Where two are equally
# good, the first.
#
# **Before you write:** with sizes 1 and 100, $a = 20$, $b = 1$ and $T = 1200$, how many steps does each get?


# %% answer="3.4"
def best_batch(sizes, a, b, deadline, factor, start, noise):
    """Return the size, out of sizes, with the smallest loss left at the deadline."""
    ### BEGIN SOLUTION
    steps = deadline // (a + b * sizes)
    loss = start * factor**steps + noise / sizes
    return sizes[loss.argmin()]
    ### END SOLUTION


# %% practice="3.4"
check.best_batch(best_batch)

# %% [markdown]
# <details><summary>Answer</summary>
#
# A step takes 21 with B = 1 and 120 with B = 100, so there are 57 steps and 10 steps: a hundred times the batch, but not a hundredth of
# the steps. The fixed cost is shared by the examples of a batch.
# </details>
#
# How does the best size go with the fixed cost, and with the deadline, when the share each step leaves stays the same?

# %%
sizes = np.arange(1, 1001)
try:
    for a in (0, 10, 100):
        best = [int(best_batch(sizes, a, 1, T, 0.9, 100.0, 10.0)) for T in (2000, 8000, 32000)]
        print(f"a = {a:>3}: best B for T = 2000, 8000, 32000: {best}")
except NotImplementedError:
    print("best_batch is not written yet.")

# %% [markdown]
# **Question.** Here a larger fixed cost asks for a smaller batch. In the lesson, with the best learning rate for each batch size, it asked for a
# larger one. Why?
#
# <details><summary>Answer</summary>
#
# Here each step leaves the same share, whatever the batch: the learning rate is fixed. A larger $a$ takes steps away, and a smaller batch
# wins some of them back. With a learning rate of its own, a large batch has less noise and can take longer steps, so it needs fewer of them, and
# pays the fixed cost less often.
# </details>

# %% graded="3.4" points=2
# Graded, and locked: run it, and leave it as it is.
powers = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256])
values(
    "3.4",
    best_batch,
    (powers, 30, 1, 3000, 0.9, 100.0, 10.0),
    (powers, 2, 1, 3000, 0.9, 100.0, 10.0),
    (np.array([50, 20, 10]), 500, 1, 1100, 0.9, 100.0, 10.0),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

rng = np.random.default_rng(fresh(34))


def near(*sizes):
    return sizes * rng.integers(100, 130, len(sizes)) // 100


values(
    "3.4 hidden",
    best_batch,
    (near(50, 250, 500, 750, 1000, 2000), 1110, 3, 70001, 0.85, 80.0, 400.0),
    (near(50, 250, 500, 750, 1000, 2000), 10, 0.125, 3010, 0.95, 80.0, 400.0),
    (near(7, 77, 777, 7777), 1300, 2, 50001, 0.6, 30.0, 500.0),
    (near(90, 60, 30), 1000, 1, 3500, 0.8, 20.0, 4.0),
    (near(100, 2000, 20), 3000, 1, 50001, 0.7, 100.0, 50.0),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.5 Find the faults (12 minutes)
#
# A colleague wrote an epoch of mini-batches for a linear regression with the mean of the squared residuals as its loss. `order` is the
# shuffled row numbers, `B` the batch size. The loss does not come down: it stays near the variance of `y`. And with a larger set of the
# same kind every step gets shorter. There are **two faults**.


# %%
def faulty_epoch(w, X, y, order, B, lr):
    for begin in range(0, len(X), B):
        rows = order[begin : begin + B]
        residuals = X[rows] @ w - y[begin : begin + B]
        gradient = 2 * X[rows].T @ residuals / len(y)
        w = w - lr * gradient
    return w


rng = np.random.default_rng(5)
X = rng.standard_normal((200, 2))
y = X @ [3.0, -2.0]
w = np.zeros(2)
for _ in range(200):
    w = faulty_epoch(w, X, y, rng.permutation(200), 10, 0.1)
print(f"after 200 epochs: loss {np.mean((X @ w - y) ** 2):.2f}, variance of y {y.var():.2f}")

# %% [markdown]
# Write `fixed_epoch`, with the same arguments, without the faults. `X` has the shape (n, P), `y` (n,), `w` (P,); the ragged end counts as
# a batch of its own, and its gradient is the mean over its own rows. Return the new `w`, and leave the arguments as they are.


# %% answer="3.5"
def fixed_epoch(w, X, y, order, B, lr):
    """Return w (P,) after one epoch of gradient steps on the batches of order."""
    ### BEGIN SOLUTION
    for begin in range(0, len(X), B):
        rows = order[begin : begin + B]
        residuals = X[rows] @ w - y[rows]
        w = w - lr * 2 * X[rows].T @ residuals / len(rows)
    return w
    ### END SOLUTION


# %% practice="3.5"
check.fixed_epoch(fixed_epoch)

# %%
check.fixed_epoch.plot()

# %% [markdown]
# **Question.** Another colleague writes `residuals = (X @ w - y)[rows]`. What comes out is right. What is wrong with it?
#
# <details><summary>Answer</summary>
#
# It computes the residuals of *all* rows in each step and throws most of them away. A step then costs nearly as much as one
# with the full batch, and the reason for mini-batches is gone. No check of the numbers finds this; a clock does.
# </details>

# %% graded="3.5" points=2
# Graded, and locked: run it, and leave it as it is.
rows = np.array([[0.5, 1.0], [-1.0, 2.0], [2.0, 0.0], [1.0, 1.0], [0.0, -1.0]])
targets = np.array([1.0, 0.0, 3.0, 2.0, -2.0])
values(
    "3.5",
    fixed_epoch,
    (np.zeros(2), rows, targets, np.array([4, 2, 0, 1, 3]), 2, 0.1),
    (np.array([1.0, -0.5]), rows, targets, np.array([1, 4, 3, 2, 0]), 3, 0.05),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

patients = data.load("diabetes").train
standard = (patients.X - patients.X.mean(axis=0)) / patients.X.std(axis=0)
values(
    "3.5 hidden",
    fixed_epoch,
    (
        np.zeros(10),
        standard[:64],
        patients.y[:64],
        np.random.default_rng(fresh(35)).permutation(64),
        10,
        0.01,
    ),
    (
        np.array([2.0]),
        np.array([[1.0], [3.0], [-2.0]]),
        np.array([0.0, 1.0, 4.0]),
        np.array([2, 0, 1]),
        2,
        0.1,
    ),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.6 Two losses (5 minutes)
#
# A program trains on 1,000 examples in batches of 10, without dropout or any other noise of its own. After the first epoch it
# prints the mean of the 100 batch losses it has seen, 2.0. Then it computes the loss on all 1,000 examples: 0.9. Four people explain
# the difference. Who is right?
#
# - **a.** An average over batches is never the average over all examples. The two are different things.
# - **b.** Each batch was judged with the θ of its moment, most of them with one that had learnt less than the last.
# - **c.** It is the triangle inequality: the mean of the losses is at least the loss of the mean.
# - **d.** The ragged batch at the end is smaller and counts for too much.
#
# Let the function return the letter, as in `return "a"`.


# %% answer="3.6"
def answer_6():
    """Return the letter of the right answer: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


# %% practice="3.6"
check.answer_6(answer_6)

# %% graded="3.6" points=1
# Graded, and locked: run it, and leave it as it is.
values("3.6", answer_6)
