# %% [markdown]
# # Lesson 3, exercises: mini-batches
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Mini-batches](../notebooks/03_mini_batches.ipynb). In each you write a function. The cell below it tries
# the function and says whether it passed, and if not, on which input it fails and what the likely cause is. Try as often as you like. For a
# hint, type `check.next_batch.hint()` in a new cell, and again for the next hint. The last cell of an exercise is locked: it shows what
# your function returns. This is what is graded, together with inputs that are not shown.
#
# The numbers begin at 3.11, because 3.1 to 3.6 belong to an earlier edition of this sheet. Exercise 3.17 is harder than the others, and 3.18
# is open: there is no single right answer.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import data, plots
from course_lib.checks import lesson_03 as check
from course_lib.checks.contests import plan_score
from course_lib.checks.values import values
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective

# %% [markdown]
# ## 3.11 Continue an interrupted training (8 minutes)
#
# A training on n examples with batches of B was interrupted after `steps` steps. Each epoch has an order of its own, a shuffled array of
# all n row numbers, and uses it in batches of B. When B does not divide n, the last batch of an epoch is smaller. No batch takes rows of
# two epochs.
#
# Which rows does the next step use? Return three whole numbers: `epoch`, counted from 0, and `begin` and `end`, so that the rows are
# `orders[epoch][begin:end]`. All arguments are whole numbers, and n and B are at least 1.
#
# **Before you write:** n = 10 and B = 3. How many steps does an epoch have, and which rows does the step after 4 steps use?


# %% answer="3.11"
def next_batch(steps, n, B):
    """Return epoch, begin and end of the batch that comes after `steps` steps."""
    ### BEGIN SOLUTION
    per_epoch = -(-n // B)  # rounded up
    begin = steps % per_epoch * B
    return steps // per_epoch, begin, min(begin + B, n)
    ### END SOLUTION


# %% practice="3.11"
check.next_batch(next_batch)

# %% [markdown]
# <details><summary>Answer</summary>
#
# An epoch has 4 steps, with 3, 3, 3 and 1 rows. So after 4 steps the first epoch is over, and the next step uses `orders[1][0:3]`.
# </details>
#
# The next cell trains for 25 steps, once without a break and once with a break after each step. The results should be equal.

# %%
diabetes = data.load("diabetes")
print(diabetes)
patients = diabetes.train[:107]
regression = Objective(MLP(10, 1), squared_error)
orders = [np.random.default_rng(seed).permutation(107) for seed in range(5)]
batches = [order[k : k + 10] for order in orders for k in range(0, 107, 10)]
try:
    straight = resumed = np.zeros(11)
    for steps in range(25):
        epoch, begin, end = next_batch(steps, 107, 10)
        rows = orders[epoch][begin:end]
        resumed = resumed - 1e-4 * regression(resumed, *patients[rows])[1]
        straight = straight - 1e-4 * regression(straight, *patients[batches[steps]])[1]
    print("the same θ:", np.array_equal(straight, resumed))
except NotImplementedError:
    print("next_batch is not written yet.")

# %% graded="3.11" points=2
# Graded, and locked: run it, and leave it as it is.
values("3.11", next_batch, (7, 100, 30), (8, 100, 30), (11, 60, 20), (12, 60, 20))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

rng = np.random.default_rng(fresh(33))

values(
    "3.11 hidden",
    next_batch,
    (int(rng.integers(300, 900)), int(rng.integers(100, 110)), 11),
    (1003, 107, 10),
    (35, 35, 7),
    (0, 9, 4),
    (2, 9, 4),
    (6, 3, 50),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.12 A large batch in a small memory (12 minutes)
#
# You want steps with batches of B examples, but your machine can compute the gradient of at most `most` examples at a time. With **gradient
# accumulation** you still get the step of the large batch: you compute the gradient in pieces and take one step for all pieces together.
#
# Write one epoch of it. `order` holds the row numbers, shuffled. Cut it into batches of B rows (the last one may be smaller), and each batch into
# pieces of at most `most` rows. `gradient(w, rows)` returns the *mean* gradient over these rows, an array like `w`. Each batch makes one step of
# gradient descent with the learning rate `lr`, and this step must equal that of the undivided batch. Return the new `w`.
#
# The check also looks at the number of rows in each of your calls of `gradient`: use full pieces, then what is left of the batch.


# %% answer="3.12"
def accumulated_epoch(gradient, w, order, B, most, lr):
    """Return w after one epoch of steps with batches of B, computed in pieces of at most `most` rows."""
    ### BEGIN SOLUTION
    for begin in range(0, len(order), B):
        rows = order[begin : begin + B]
        total = np.zeros(len(w))
        for start in range(0, len(rows), most):
            piece = rows[start : start + most]
            total = total + len(piece) * gradient(w, piece)
        w = w - lr * total / len(rows)
    return w
    ### END SOLUTION


# %% practice="3.12"
check.accumulated_epoch(accumulated_epoch)

# %% [markdown]
# The next cell compares an epoch with batches of 50 in pieces of at most 8 with an epoch whose batches are not divided.

# %%


def mean_gradient(w, rows):
    return regression(w, *patients[rows])[1]


try:
    pieces = accumulated_epoch(mean_gradient, np.zeros(11), orders[0], 50, 8, 1e-4)
    undivided = accumulated_epoch(mean_gradient, np.zeros(11), orders[0], 50, 50, 1e-4)
    error = np.abs(pieces - undivided).max() / np.abs(undivided).max()
    print("relative difference:", "below 1e-10" if error < 1e-10 else f"{error:.0e}")
except NotImplementedError:
    print("accumulated_epoch is not written yet.")


# %% graded="3.12" points=2
# Graded, and locked: run it, and leave it as it is.
def epoch_on_patients(w, order, B, most, lr):
    sizes = []

    def gradient(w, rows):
        sizes.append(len(rows))
        X, y = patients.X[rows, : len(w)] / 100, patients.y[rows] / 100
        return 2 * X.T @ (X @ w - y) / len(rows)

    return accumulated_epoch(gradient, w, order, B, most, lr), np.array(sizes)


values(
    "3.12",
    epoch_on_patients,
    (np.zeros(3), np.array([5, 0, 3, 1, 4, 2, 6]), 4, 3, 0.1),
    (np.array([1.0, -1.0]), np.array([8, 9, 2, 3]), 3, 2, 0.2),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values(
    "3.12 hidden",
    epoch_on_patients,
    (np.ones(4), np.random.default_rng(fresh(31)).permutation(33), 10, 4, 0.05),
    (np.array([0.5, 0.5]), np.array([7, 1, 30]), 2, 9, 0.1),
    (np.array([-1.0, 2.0]), np.random.default_rng(fresh(32)).permutation(12), 6, 1, 0.02),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.13 The noise scale without single examples (12 minutes)
#
# The **gradient noise scale** compares the noise of one example's gradient with the length of the full gradient $g$. It predicts
# the batch size beyond which larger batches stop paying. When a network is trained on several machines, nobody computes the gradients of single
# examples. But there are gradients of two batch sizes: each machine has that of its own small batch, and their mean is that of a large one. For
# batches of independent examples
#
# $$\text{mean of } \lVert g_B \rVert^2 = \lVert g \rVert^2 + \frac{\text{noise}}{B} ,$$
#
# because noise makes a gradient longer on average. Two sizes give two equations.
#
# `small` has the shape (K, P): a row for each of K gradients of batches of `B_small` examples. `large` does the same for `B_large`, with a
# number of rows of its own. Put the measured mean of the squared lengths on the left side, solve for $\text{noise}$ and $\lVert g \rVert^2$, and return
# the noise scale, $\text{noise} / \lVert g \rVert^2$.


# %% answer="3.13"
def scale_from_batches(small, B_small, large, B_large):
    """Return noise / ‖g‖² from the gradients (K, P) of batches of two sizes."""
    ### BEGIN SOLUTION
    few, many = (small**2).sum(axis=1).mean(), (large**2).sum(axis=1).mean()
    noise = (few - many) / (1 / B_small - 1 / B_large)
    return noise / (few - noise / B_small)
    ### END SOLUTION


# %% practice="3.13"
check.scale_from_batches(scale_from_batches)

# %% [markdown]
# **Question.** Does the noise scale rise or fall while a regression is trained? Decide first. The next cell makes a regression with 4,000 examples and
# measures the scale at five places between θ = 0 and the minimum: with your function, from 2,000 batches of 4 and of 64, and from the
# gradients of all single examples.

# %%
rng = np.random.default_rng(0)
X = rng.standard_normal((4000, 8)) * np.geomspace(1, 0.5, 8)
y = X @ rng.choice([-1.0, 1.0], 8) + 2 * rng.standard_normal(4000)
minimum = np.linalg.lstsq(X, y)[0]
try:
    rows_of_table = []
    for share in (0, 0.25, 0.5, 0.75, 0.9):
        single = 2 * X * (X @ (share * minimum) - y)[:, None]
        small, large = (single[rng.integers(0, 4000, (2000, B))].mean(axis=1) for B in (4, 64))
        exact = single.var(axis=0).sum() / (single.mean(axis=0) ** 2).sum()
        estimate = scale_from_batches(small, 4, large, 64)
        rows_of_table.append((f"{share:.0%}", f"{estimate:.0f}", f"{exact:.0f}"))
    plots.table(rows_of_table, ["share of the way", "your estimate", "all single examples"])
except NotImplementedError:
    print("scale_from_batches is not written yet.")

# %% graded="3.13" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "3.13",
    scale_from_batches,
    (np.array([[2.0, 0.0], [1.0, 3.0], [0.0, 1.0]]), 2, np.array([[1.0, 1.0], [0.5, 1.5]]), 16),
    (np.array([[5.0], [1.0]]), 1, np.array([[2.0], [3.0], [2.5]]), 8),
)


### BEGIN HIDDEN TESTS
def from_parts(length, spread, b, B):
    """Gradients whose squared lengths have exactly the means that the formula says."""
    noise = spread / np.array([b, B])
    small = np.array([[length, np.sqrt(2 * noise[0])], [length, 0.0]])
    large = np.array([[length, np.sqrt(3 * noise[1])], [length, 0.0], [0.0, length]])
    return scale_from_batches(small, b, large, B)


values("3.13 hidden", from_parts, (2.0, 24.0, 4, 64), (0.5, 3.0, 1, 10), (3.0, 5.0, 2, 50))
### END HIDDEN TESTS

# %% [markdown]
# ## 3.14 The best batch for a deadline (12 minutes)
#
# A step with a batch of B examples takes the time $a + bB$. Only whole steps count, so until the deadline $T$ there are
# $k = \lfloor T / (a + bB) \rfloor$ of them, rounded down. We model the loss at the deadline by
#
# $$\text{start} \cdot \text{factor}^k + \frac{\text{noise}}{B} .$$
#
# The first term is the distance left, of which each step leaves the share `factor`. The second is the noise, which a larger batch lowers.
#
# `sizes` is an array of batch sizes to choose from. Return the size with the smallest loss at the deadline. Where two sizes are equally
# good, return the one that comes first in `sizes`.
#
# **Before you write:** with sizes 1 and 100, $a = 20$, $b = 1$ and $T = 1200$, how many steps does each size allow?


# %% answer="3.14"
def best_batch(sizes, a, b, deadline, factor, start, noise):
    """Return the size, out of sizes, with the smallest loss left at the deadline."""
    ### BEGIN SOLUTION
    steps = deadline // (a + b * sizes)
    loss = start * factor**steps + noise / sizes
    return sizes[loss.argmin()]
    ### END SOLUTION


# %% practice="3.14"
check.best_batch(best_batch)

# %% [markdown]
# <details><summary>Answer</summary>
#
# A step takes 21 with B = 1 and 120 with B = 100, so there are 57 steps and 10 steps. The batch is a hundred times as large, but the number of
# steps falls by less than a factor of six. The examples of a batch share the fixed cost.
# </details>
#
# How does the best size depend on the fixed cost and on the deadline, when the share that each step leaves stays the same?

# %%
sizes = np.arange(1, 1001)
try:
    rows_of_table = [
        (a, *(int(best_batch(sizes, a, 1, T, 0.9, 100.0, 10.0)) for T in (2000, 8000, 32000)))
        for a in (0, 10, 100)
    ]
    plots.table(rows_of_table, ["a", "best B, T = 2000", "T = 8000", "T = 32000"])
except NotImplementedError:
    print("best_batch is not written yet.")

# %% [markdown]
# **Question.** Here a larger fixed cost asks for a smaller batch. In the lesson, with the best learning rate for each batch size, it asked for a
# larger one. Why?
#
# <details><summary>Answer</summary>
#
# Here each step leaves the same share, whatever the batch: the learning rate is fixed. A larger $a$ takes steps away, and a smaller batch
# wins some of them back. With a learning rate of its own, a large batch has less noise and can take longer steps. So it needs fewer of them, and
# pays the fixed cost less often.
# </details>

# %% graded="3.14" points=2
# Graded, and locked: run it, and leave it as it is.
powers = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256])
values(
    "3.14",
    best_batch,
    (powers, 30, 1, 3000, 0.9, 100.0, 10.0),
    (powers, 2, 1, 3000, 0.9, 100.0, 10.0),
    (powers, 5, 2, 5000, 0.9, 100.0, 10.0),
    (np.array([50, 20, 10]), 500, 1, 1100, 0.9, 100.0, 10.0),
    (np.array([2, 40, 15, 7]), 27, 1, 237, 0.7, 10.0, 40.0),
    (np.array([4, 1, 8, 2]), 2, 1, 12, 1, 16, 0),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

rng = np.random.default_rng(fresh(34))


def near(*sizes):
    return sizes * rng.integers(100, 130, len(sizes)) // 100


values(
    "3.14 hidden",
    best_batch,
    (near(50, 250, 500, 750, 1000, 2000), 1110, 3, 70001, 0.85, 80.0, 400.0),
    (near(50, 250, 500, 750, 1000, 2000), 10, 0.125, 3010, 0.95, 80.0, 400.0),
    (near(7, 77, 777, 7777), 1300, 2, 50001, 0.6, 30.0, 500.0),
    (near(90, 60, 30), 1000, 1, 3500, 0.8, 20.0, 4.0),
    (near(100, 2000, 20), 3000, 1, 50001, 0.7, 100.0, 50.0),
    (np.array([9, 4, 45, 20]), 36, 1, 168, 0.5, 50.0, 20.0),
    (np.array([6, 2, 9, 3]), 1, 1, 6, 1, 8, 0),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.15 Find the faults (12 minutes)
#
# A colleague wrote a function that returns the batches of an epoch as a list of pairs, the rows of `X` and the values of `y`. The code runs without an
# error. But a regression trained with these batches learns nothing: its loss stays near the variance of `y`. Run the next cell and
# look at the three symptoms. The function has **three faults**.


# %%
def faulty_batches(X, y, B, seed):
    rng = np.random.default_rng(seed)
    rng.shuffle(X)
    rng.shuffle(y)
    return [(X[k : k + B], y[k : k + B]) for k in range(0, len(X) - B, B)]


points = np.random.default_rng(5).standard_normal((200, 2))
targets = points @ [3.0, -2.0]
before, w = points.copy(), np.zeros(2)
for epoch in range(20):
    for inputs, outputs in faulty_batches(points, targets, 10, epoch):
        w = w - 0.1 * 2 * inputs.T @ (inputs @ w - outputs) / len(outputs)
loss = np.mean((before @ w - before @ [3.0, -2.0]) ** 2)
print(f"after 20 epochs: loss {loss:.1f}, variance of y {targets.var():.1f}")
print(
    "rows in an epoch:", sum(len(outputs) for _, outputs in faulty_batches(points, targets, 10, 0))
)
print("points is unchanged:", np.array_equal(points, before))

# %% [markdown]
# Write `fixed_batches`, with the same arguments and without the faults. `X` has the shape (n, P), `y` (n,). The order of the rows is
# `np.random.default_rng(seed).permutation(len(X))`. The last batch may be smaller than `B`. Leave the arguments as they are.


# %% answer="3.15"
def fixed_batches(X, y, B, seed):
    """Return the batches of an epoch as a list of pairs: rows of X (b, P) and values of y (b,)."""
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(X))
    pieces = [order[begin : begin + B] for begin in range(0, len(X), B)]
    return [(X[rows], y[rows]) for rows in pieces]
    ### END SOLUTION


# %% practice="3.15"
check.fixed_batches(fixed_batches)

# %% [markdown]
# **Question.** Suppose only the second fault were there: `X` and `y` keep together, but the last rows of each epoch are missing. The order is new in each
# epoch. Would you see it in the loss?
#
# <details><summary>Answer</summary>
#
# Hardly: other rows are missing in each epoch, so all of them are used in the end. Count the rows. With *one* order for all epochs the same rows
# would be missing each time, and the model would never see them.
# </details>


# %% graded="3.15" points=2
# Graded, and locked: run it, and leave it as it is.
def batches_of_second_call(X, y, B, seed):
    fixed_batches(X, y, B, seed)
    return fixed_batches(X, y, B, seed)


few = np.array([[0.5, 1.0], [-1.0, 2.0], [2.0, 0.0], [1.5, 1.0], [0.0, -1.0], [3.0, 2.5]])
goals = np.array([1.0, 0.0, 3.0, 2.0, -2.0, 5.0])
values(
    "3.15",
    batches_of_second_call,
    (few, goals, 2, 7),
    (few[:5], goals[:5], 2, 8),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values(
    "3.15 hidden",
    batches_of_second_call,
    (patients.X[:20, :3], patients.y[:20], 6, fresh(35)),
    (patients.X[:12, :2], patients.y[:12], 4, fresh(36)),
    (few[:, :1], goals, 9, fresh(37)),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.16 Predict: two losses (4 minutes)
#
# A program trains on 1,000 examples in batches of 250. Suppose that each batch has the same loss as all 1,000 examples at the same θ, and that
# each step halves this loss. Before the epoch it is 64. At the end of the epoch the program prints the mean of the batch losses that it saw, and
# then computes the loss on all examples. Which two numbers come out?
#
# Return them in this order, as in `return 1.0, 2.0`. The practice cell checks only the form of your answer.


# %% answer="3.16"
def two_losses():
    """Return the mean of the batch losses and the loss on all examples after the epoch."""
    ### BEGIN SOLUTION
    return 30.0, 4.0
    ### END SOLUTION


# %% practice="3.16"
check.two_losses(two_losses)

# %% graded="3.16" points=1
# Graded, and locked: run it, and leave it as it is.
values("3.16", two_losses)

# %% [markdown]
# ## 3.17 Stretch: measure the critical batch size (13 minutes)
#
# How many steps does a training with batches of B need to reach a target? In many trainings the answer is close to
#
# $$\text{steps}(B) = \text{fewest} \cdot \Big( 1 + \frac{\text{critical}}{B} \Big) .$$
#
# For small B twice the batch means half the steps. For large B the number of steps stays near `fewest`. In between lies the **critical batch size**,
# with which a training needs twice the fewest steps.
#
# `sizes` holds batch sizes and `steps` the steps that each needed, both arrays of the same shape. Where a training never reached the target, `steps`
# is nan: leave these out. Fit the law to the others by least squares (smallest sum of the squared differences in steps), and return `fewest` and
# `critical`.


# %% answer="3.17"
def critical_batch(sizes, steps):
    """Return the fewest steps and the critical batch size of the law that fits best."""
    ### BEGIN SOLUTION
    there = ~np.isnan(steps)
    slope, fewest = np.polyfit(1 / sizes[there], steps[there], 1)
    return fewest, slope / fewest
    ### END SOLUTION


# %% practice="3.17"
check.critical_batch(critical_batch)

# %% [markdown]
# Now measure. The next cell trains the regression of 3.13 with nine batch sizes until a tenth of the excess loss is left. Each size gets the best of
# 25 learning rates, and the steps are means over five seeds. **Question.** The noise scale of 3.13 predicts the critical batch size. Half way to the minimum,
# how far apart are the two?


# %%
def steps_to_a_tenth(B, seed, most=1000):
    """The fewest steps, over 25 learning rates, until a tenth of the excess loss is left."""
    rng, lrs = np.random.default_rng(seed), np.geomspace(0.001, 1, 25)
    hessian, w = X.T @ X / len(X), np.zeros((25, 8))
    target = 0.1 * minimum @ hessian @ minimum
    for t in range(1, most + 1):
        rows = rng.integers(0, len(X), B)
        w = w - lrs[:, None] * 2 * (w @ X[rows].T - y[rows]) @ X[rows] / B
        if (((w - minimum) @ hessian * (w - minimum)).sum(axis=1) < target).any():
            return t
    return np.nan


measured_sizes = 2.0 ** np.arange(9)
with np.errstate(all="ignore"):  # the largest learning rates diverge
    measured = np.array(
        [np.mean([steps_to_a_tenth(int(B), seed) for seed in range(5)]) for B in measured_sizes]
    )
plots.table(list(zip(measured_sizes.astype(int), measured, strict=True)), ["B", "steps"])
try:
    fewest, critical = critical_batch(measured_sizes, measured)
    print(f"critical batch size, fitted: {critical:.0f}")
    single = 2 * X * (X @ (0.5 * minimum) - y)[:, None]
    small, large = (single[rng.integers(0, 4000, (2000, B))].mean(axis=1) for B in (4, 64))
    print(f"noise scale half way:        {scale_from_batches(small, 4, large, 64):.0f}")
except NotImplementedError:
    print("critical_batch or scale_from_batches is not written yet.")

# %% graded="3.17" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "3.17",
    critical_batch,
    (np.array([1.0, 2.0, 8.0, 32.0]), np.array([300.0, 161.0, 60.0, 28.0])),
    (np.array([2.0, 4.0, 8.0, 16.0]), np.array([np.nan, 70.0, 42.0, 25.0])),
)
### BEGIN HIDDEN TESTS
values(
    "3.17 hidden",
    critical_batch,
    (np.array([64.0, 16.0, 4.0, 1.0]), np.array([11.0, 13.5, 31.0, 90.0])),
    (np.array([1.0, 3.0, 9.0, 27.0, 81.0]), np.array([np.nan, 410.0, np.nan, 77.0, 52.0])),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 3.18 Open: spend 2,000 gradients (12 minutes)
#
# A regression with 400 examples, ten columns and much noise. You may compute 2,000 gradients of single examples, five epochs' worth; a step with a batch
# of B costs B of them. Write a plan: `my_plan(spent)` returns the batch size and the learning rate of the next step, where `spent`, from 0 to just below
# 1, is the share of the 2,000 that is used up. The **score** is your excess loss at the end (the loss minus the smallest possible loss), a mean
# over ten data sets, divided by that of the constant pair B = 10, η = 0.03.
#
# The board shows what constant pairs reach, each with the best of ten learning rates. Your plan should get below two marks, **2** and
# **0.9**, on these data sets and on others, since success on a few sets may be luck. How far below can you get?


# %% answer="3.18"
def my_plan(spent):
    """Return the batch size and the learning rate of the next step."""
    ### BEGIN SOLUTION
    return 20, 0.2 * (1 - spent)
    ### END SOLUTION


# %% practice="3.18"
check.my_plan(my_plan)

# %%
board = []
for B in (1, 10, 100):
    scores = {
        lr: plan_score(lambda spent, B=B, lr=lr: (B, lr)) for lr in np.geomspace(0.001, 0.5, 10)
    }
    best = min(scores, key=scores.get)
    board.append((f"B = {B}, η = {best:.3f}", scores[best]))
try:
    board.append(("your plan", plan_score(my_plan)))
except NotImplementedError:
    print("my_plan is not written yet.")
plots.table(sorted(board, key=lambda row: row[1]), ["plan", "score"])


# %% graded="3.18" points=2
# Graded, and locked: run it, and leave it as it is.
def marks_reached(first_seed):
    score = plan_score(my_plan, first_seed)
    return first_seed, score < 2, score < 0.9


values("3.18", marks_reached, (0,))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values("3.18 hidden", marks_reached, (fresh(310),), (fresh(330),))
### END HIDDEN TESTS
