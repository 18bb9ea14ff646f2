# %% [markdown]
# # Lesson 1, exercises: linear regression
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Linear regression](../notebooks/01_linear_regression.ipynb).
# In each exercise you write a function. The cell below it tries your function and shows one of three results:
#
# - **✓ passed**: your function is right;
# - **– not attempted**: the line `raise NotImplementedError()` is still there;
# - **✗ not right yet**: you see an input, what was expected, what your function returned and, where the check can tell, the likely cause.
#
# Try as often as you like. Each check has hints: type `check.fixed_step.hint()` in a new cell, and again for the next hint.
# The last hint usually gives a line of the solution.
#
# The last cell of an exercise is locked. It shows what your function returns for some inputs.
# This is what is graded, together with inputs that are not shown.
#
# The exercises do not depend on each other. 1.15 is harder than the others, and in 1.16 there is no single right answer.
# (The numbers are not consecutive: exercises that were replaced have taken their numbers with them.)
#
# Before you hand in the sheet, save it and check that it is complete: open *File → New → Terminal* and type
# `python -m course_lib ready exercises/01_linear_regression.ipynb`.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import data, plots
from course_lib.checks import lesson_01 as check
from course_lib.checks.budgets import reached, scaled_bowl
from course_lib.checks.values import values
from course_lib.landscapes import quadratic
from course_lib.objective import check_gradient
from course_lib.optim import Optimizer, descend, sgd

# %% [markdown]
# ## 1.6 Find the fault (10 minutes)
#
# A colleague predicts how far diabetes has progressed after a year from body-mass index and blood pressure, both standardised.
# For her first 100 patients the learning rate 0.004 was fine.
# Today the data of another 100 patients arrived, and there is nothing unusual about them.
# Here is her function, the same for both data sets, and what she sees. She calls the loss *cost*.


# %%
def faulty_step(w, X, y, lr):
    """Return the weights after one step of gradient descent, and the cost before it."""
    residuals = X @ w - y
    cost = np.mean(residuals**2)
    gradient = 2 * X.T @ residuals
    return w - lr * gradient, cost


diabetes = data.load("diabetes")
print(diabetes)
two = diabetes.train.X[:, [diabetes.columns.index(name) for name in ("bmi", "bp")]]
two = (two - two.mean(axis=0)) / two.std(axis=0)
inputs = np.column_stack([two, np.ones(len(two))])  # the last column is for the intercept

costs = {}
for count in (100, 200):
    w, column = np.zeros(3), []
    for _ in range(13):
        w, cost = faulty_step(w, inputs[:count], diabetes.train.y[:count], lr=0.004)
        column.append(cost)
    costs[f"{count} patients"] = column

steps = range(0, 13, 3)
rows = [(name, *(round(column[step]) for step in steps)) for name, column in costs.items()]
plots.table(rows, ["cost", *(f"step {step}" for step in steps)])
ax = plots.curves(costs, xlabel="step", ylabel="cost", log=True)
plots.show(
    ax,
    "The cost on a logarithmic axis. With 100 patients it falls and levels out; with 200 patients and "
    "the same learning rate it grows without bound.",
)

# %% [markdown]
# She could use a smaller learning rate, and again when the next patients arrive. There is a better way.
# Write `fixed_step`, with the same arguments and the same two results.
# A learning rate that works for 100 rows should work for 200 such rows too. The cost is correct as it is.


# %% answer="1.6"
def fixed_step(w, X, y, lr):
    """Return the weights after one step of gradient descent, and the cost before it."""
    ### BEGIN SOLUTION
    residuals = X @ w - y
    cost = np.mean(residuals**2)
    gradient = 2 * X.T @ residuals / len(y)
    return w - lr * gradient, cost
    ### END SOLUTION


# %% practice="1.6"
check.fixed_step(fixed_step)

# %%
check.fixed_step.plot()

# %% [markdown]
# **Question.** Which learning rate does `fixed_step` need to take the same steps that `faulty_step` took with 0.004 on the first 100 patients?
#
# <details><summary>Answer</summary>
#
# Its gradient is 100 times as short, so the learning rate is 100 times as large: $0.004 \cdot 100 = 0.4$.
# </details>

# %% graded="1.6" points=2
# Graded, and locked: run it, and leave it as it is.
rows = np.array([[0.5, 1.0], [-1.0, 1.0], [2.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
values(
    "1.6",
    fixed_step,
    (np.zeros(2), rows, np.array([1.0, 0.0, 3.0, 2.0, -1.0]), 0.5),
    (np.array([1.0, -0.5]), rows[:3], np.array([1.0, 0.0, 3.0]), 0.1),
)
### BEGIN HIDDEN TESTS
values(
    "1.6 hidden",
    fixed_step,
    (np.full(10, 0.1), data.load("diabetes").train.X, data.load("diabetes").train.y, 1e-5),
    (np.array([2.0]), np.array([[1.0], [4.0], [-2.0]]), np.array([0.0, 1.0, 5.0]), 0.3),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.9 A loss with weights (15 minutes)
#
# Not all measurements are equally good. In a **weighted** loss each example $i$ has a weight $s_i \ge 0$, large for a reliable
# measurement, small for a doubtful one. With the residuals $r_i = x_i \cdot w + b - y_i$ the loss is
#
# $$L(w, b) = \frac{\sum_i s_i\, r_i^2}{\sum_i s_i} .$$
#
# | name | shape | what it is |
# |---|---|---|
# | `w` | (n,) | one number for each column of `X` |
# | `b` | a number | the bias (the intercept) |
# | `X` | (N, n) | one example in each row |
# | `y` | (N,) | the target of each row: the number to predict |
# | `s` | (N,) | the weight $s_i$ of each example |
#
# Write a function that returns three things:
#
# - `loss`, a number: $L(w, b)$;
# - `d_w`, shape (n,): the derivative of $L$ with respect to each $w_j$;
# - `d_b`, a number: the derivative of $L$ with respect to the bias.
#
# Do not change the arguments: the caller still needs them.


# %% answer="1.9"
def weighted_loss(w, b, X, y, s):
    """Return loss, d_w (n,), d_b for w (n,), bias b, X (N, n), targets y (N,), weights s (N,)."""
    ### BEGIN SOLUTION
    r = X @ w + b - y
    share = s / s.sum()
    loss = np.sum(share * r**2)
    d_w = 2 * X.T @ (share * r)
    d_b = 2 * np.sum(share * r)
    return loss, d_w, d_b
    ### END SOLUTION


# %% practice="1.9"
check.weighted_loss(weighted_loss)

# %% [markdown]
# When the check has passed, the next cell fits a line to 30 points with your gradient. One of the points is a typing error.

# %%
check.weighted_loss.plot()

# %% [markdown]
# You can check a gradient without knowing the right answer, with **finite differences**, as in the lesson.
# `check_gradient` needs a function of one vector θ, so `f` puts weights and bias together: $\theta = (w_1, \ldots, w_n, b)$.
# It calls `f` for many θ at once, one in each row, and the loop takes them one by one.
# A relative error below $10^{-7}$ means that the gradient belongs to the loss; above $10^{-4}$ it does not.
# Whether your loss is the one asked for, this test cannot tell.


# %%
def f(theta):
    losses, gradients = [], []
    for *w, b in theta.reshape(-1, theta.shape[-1]):
        s = np.linspace(0.5, 2, len(patients.y))
        loss, d_w, d_b = weighted_loss(np.array(w), b, patients.X, patients.y, s)
        losses.append(loss)
        gradients.append([*d_w, d_b])
    return np.reshape(losses, theta.shape[:-1]), np.reshape(gradients, theta.shape)


patients = diabetes.train
try:
    error = check_gradient(f, np.linspace(-1, 1, 11))
    print("relative error", "below 1e-7" if error < 1e-7 else f"{error:.0e}")
except NotImplementedError:
    print("weighted_loss is not written yet.")
except Exception as error:
    print("Your function stopped with an error:", error)

# %% graded="1.9" points=2
# Graded, and locked: run it, and leave it as it is.
rows = np.array([[0.5, 1.0], [-1.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
targets = np.array([1.0, 0.0, 3.0, 2.0])
values(
    "1.9",
    weighted_loss,
    (np.zeros(2), 0.0, rows, targets, np.array([1.0, 2.0, 0.5, 0.0])),
    (np.array([1.0, -0.5]), 0.25, rows, targets, np.array([3.0, 1.0, 1.0, 2.0])),
)
### BEGIN HIDDEN TESTS
patients = data.load("diabetes").train
values(
    "1.9 hidden",
    weighted_loss,
    (
        np.array([3.0]),
        -2.0,
        np.array([[1.5], [-0.5], [4.0]]),
        np.array([0.0, 1.0, 2.0]),
        np.array([0.2, 1.9, 1.1]),
    ),
    (np.linspace(-1, 1, 10), 150.0, patients.X, patients.y, np.linspace(0.1, 3, len(patients.y))),
    (np.full(10, 0.1), 100.0, patients.X[:1], patients.y[:1], np.array([0.7])),
    (np.array([2.0, -1.0]), 0.5, rows[:2], targets[:2], np.array([0.3, 0.9])),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.11 When to stop (10 minutes)
#
# The descents of the lesson took a number of steps that was fixed beforehand. Now write one that stops by itself, when the **length
# of the gradient** is at most `tolerance`.
#
# `f(theta)` returns two things: the loss, a number, and the gradient, with the shape of `theta`, (P,).
#
# - Compute the gradient at the present θ. If its length is `tolerance` or less, stop.
# - Otherwise take a step of gradient descent with the learning rate `lr`.
# - Take at most `most` steps, whatever the gradient is.
#
# Return θ and the number of steps that were taken, and do not change the arguments.


# %% answer="1.11"
def descend_until(f, theta, lr, tolerance, most):
    """Return theta (P,) and the number of steps taken until the gradient is short."""
    ### BEGIN SOLUTION
    for steps in range(most):
        _, g = f(theta)
        if np.linalg.norm(g) <= tolerance:
            return theta, steps
        theta = theta - lr * g
    return theta, most
    ### END SOLUTION


# %% practice="1.11"
check.descend_until(descend_until)

# %%
check.descend_until.plot()

# %% [markdown]
# **Question.** The line is straight: each factor of 10 in the tolerance costs the same number of extra steps. Why?
#
# <details><summary>Answer</summary>
#
# Late in the descent only the slowest direction is left, and in each step its part of the gradient is multiplied by the same number. To divide
# the gradient by 10 always takes the same number of such steps.
# </details>


# %% graded="1.11" points=2
# Graded, and locked: run it, and leave it as it is.
def halving(theta):
    return theta @ theta / 4, theta / 2


def bent(theta):
    return np.sum(np.cosh(theta)), np.sinh(theta)


def stopped(name, size, lr, tolerance, most):
    """Your descent from (size, -size/2), in one of the two landscapes."""
    start = np.array([1.0, -0.5]) * size
    return descend_until({"halving": halving, "bent": bent}[name], start, lr, tolerance, most)


values(
    "1.11",
    stopped,
    ("halving", 16, 1, 5**0.5 - 1e-6, 20),
    ("bent", 1.5, 0.3, 0.01, 40),
    ("bent", 1.5, 0.3, 0.01, 3),
)
### BEGIN HIDDEN TESTS


def stopped_on_the_edge(size, lr, tolerance, most):
    """The gradient becomes exactly 1; and a descent in the bent landscape."""
    there = descend_until(halving, np.array([0.0, -16.0]), 1, 1, 20)
    return there, descend_until(bent, np.array([0.9, -1.0]) * size, lr, tolerance, most)


values(
    "1.11 hidden",
    stopped_on_the_edge,
    (1.9, 0.25, 0.02, 50),
    (0.8, 0.4, 0.3, 2),
    (0.01, 0.4, 2.0, 7),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.12 How many steps? (10 minutes)
#
# A descent on a bowl has a learning rate `lr`, and its Hessian has the `eigenvalues`, shape (n,), all positive.
# After how many steps is the error in *every* direction at most 1/`times` of what it was? *Error* means the distance from the minimum, not the loss.
#
# With the eigenvalues 1 and 3 and `lr` = 0.5, half of the error is left after each step, in both directions. So an eighth is left after 3 steps
# and a sixteenth after 4: for `times` = 8 the answer is 3, and for `times` = 10 it is 4.
#
# Return the smallest whole number of steps, or `np.inf` if the error never gets that small.
#
# **Before you write:** which direction is the slowest when `lr` is small, and which when `lr` is just below its limit?


# %% answer="1.12"
def steps_needed(eigenvalues, lr, times):
    """Return the steps until at most 1/times of the error is left, for eigenvalues (n,)."""
    ### BEGIN SOLUTION
    factor = np.max(np.abs(1 - lr * eigenvalues))
    if factor >= 1:
        return np.inf
    return int(np.ceil(np.log(times) / -np.log(factor)))
    ### END SOLUTION


# %% practice="1.12"
check.steps_needed(steps_needed)

# %% [markdown]
# Compare it with real descents. The next cell descends in a valley with the eigenvalues 1 and 100 and counts the steps until a
# millionth of the error is left.

# %%
valley, lrs = quadratic(condition=100), (0.005, 0.01, 2 / 101, 0.01995)
rows = []
for lr in lrs:
    path = descend(valley, (1, 1), Optimizer(sgd, lr=lr), steps=8000)
    counted = int(np.argmax(np.abs(path).max(axis=1) <= 1e-6))
    try:
        yours = steps_needed(np.array([1.0, 100.0]), lr, 1e6)
    except Exception:
        yours = None
    rows.append((f"{lr:.5f}", counted, yours))
plots.table(rows, ["learning rate", "counted", "your answer"])

# %% [markdown]
# **Question.** The smallest and the largest of these learning rates need the same number of steps. Why?
#
# <details><summary>Answer</summary>
#
# With 0.005 the flat direction is the slowest: $1 - 0.005 \cdot 1 = 0.995$. With 0.01995 it is the steep one: $1 - 0.01995 \cdot 100 = -0.995$. It alternates from
# side to side, but both leave 99.5 % of the error in each step.
# </details>

# %%
check.steps_needed.plot()

# %% graded="1.12" points=2
# Graded, and locked: run it, and leave it as it is.
HALF = np.float32(0.5)
values(
    "1.12",
    steps_needed,
    (np.array([1, 3]), HALF, 4),
    (np.array([4, 1]), HALF, 100),
    (np.array([0.2, 1.0, 6.0]), 0.3, 1000.0),
    (np.array([2.0, 2.5]), 0.7, 100.0),
)
### BEGIN HIDDEN TESTS


def steps_on_the_edge(eigenvalues, lr, times):
    """Steps where the factor is exactly ½ or 1, and others."""
    half, one = np.array([3, 1]), np.array([1, 4])
    exact = [steps_needed(half, 0.5, 2**k) for k in (1, 3, 5)], steps_needed(one, 0.5, 10)
    return *exact, [steps_needed(eigenvalues, lr, times * 1.3**k) for k in range(5)]


values(
    "1.12 hidden",
    steps_on_the_edge,
    (np.array([0.0031, 1.7]), 0.53, 1e5),
    (np.array([0.6, 0.9, 2.0]), 0.9987, 1e4),
    (np.array([0.05, 2.5, 0.011]), 0.6, 300.0),
    (np.array([1.7, 1.9]), 0.9, 1e9),
    (np.array([7.0, 0.05]), 0.4, 300.0),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.13 Back to raw units (10 minutes)
#
# Before a descent the columns were standardised, $z_j = (x_j - m_j) / s_j$, with the mean $m_j$ and the standard deviation $s_j$ of column $j$.
# This time the targets were standardised too: the descent predicts $(y - m_y) / s_y$, where $m_y$ and $s_y$ are mean and standard deviation of the targets.
#
# In use you have $x$ and want $y$, in **raw units**: kilograms, years or whatever was measured.
# Write a function that turns `w` and `b` of the standardised fit into those of the raw one, so that for all $x$
#
# $$\sum_j w^{\text{raw}}_j x_j + b^{\text{raw}} \quad\text{is the prediction of } y .$$
#
# `w`, `x_mean` and `x_std` have the shape (n,); `b`, `y_mean` and `y_std` are numbers. Return `w` of shape (n,) and `b`, a number, and
# do not change the arguments.


# %% answer="1.13"
def in_raw_units(w, b, x_mean, x_std, y_mean, y_std):
    """Return w (n,) and b that predict raw targets from raw columns."""
    ### BEGIN SOLUTION
    w_raw = y_std * w / x_std
    return w_raw, y_mean + y_std * b - w_raw @ x_mean
    ### END SOLUTION


# %% practice="1.13"
check.in_raw_units(in_raw_units)

# %%
check.in_raw_units.plot()

# %% [markdown]
# The slopes in the two titles differ, but the lines are the same. **Question.** What does each slope say in words?
#
# <details><summary>Answer</summary>
#
# On the left: by how many standard deviations of mass the prediction rises when height rises by one standard deviation of height. On the right:
# by how many kilograms it rises for one centimetre.
# </details>

# %% graded="1.13" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "1.13",
    in_raw_units,
    (np.array([3.0, -2.0]), 10.0, np.array([50.0, 0.5]), np.array([4.0, 0.1]), 2.0, 5.0),
    (np.array([-1.5]), 0.25, np.array([20.0]), np.array([0.5]), -4.0, 0.2),
)
### BEGIN HIDDEN TESTS
patients = data.load("diabetes").train
values(
    "1.13 hidden",
    in_raw_units,
    (
        np.linspace(-1, 1.5, 10),
        0.1,
        patients.X.mean(axis=0),
        patients.X.std(axis=0),
        patients.y.mean(),
        patients.y.std(),
    ),
    (
        np.array([7.0, 7.0, -3.0]),
        -4.0,
        np.array([2.0, -1.0, 6.0]),
        np.array([0.2, 5.0, 30.0]),
        11.0,
        0.3,
    ),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.14 Has it converged? (5 minutes)
#
# Here is a descent in a bowl, with 0.9 of the largest learning rate that converges. The next cell prints its loss,
# and the factor by which the last step multiplied the loss.

# %%
long_valley = quadratic(condition=360_000)
slow_path = descend(long_valley, (10, 1), Optimizer(sgd, lr=0.9 * 2 / 360_000), steps=1000)
loss, _ = long_valley(slow_path)
plots.table(
    [(str(step), f"{loss[step]:,.2f}") for step in (0, 200, 400, 600, 800, 1000)], ["step", "loss"]
)
print(f"factor of the last step: 1 - {1 - loss[-1] / loss[-2]:.4g}")

# %% [markdown]
# The loss curve looks flat. Has the descent converged?
#
# The smallest possible loss is 0. **Predict: how many more steps, counted from step 1,000, until the loss is below 1?** If you think that it has converged and stays where it is,
# the number is 0. Round to two significant digits, as in 1,200 or 35,000.
#
# The check below only says whether your answer is a number. Whether it is the right one, you see when the sheet is graded.


# %% answer="1.14"
def steps_still_needed():
    """Return the number of steps after step 1,000, to two significant digits."""
    ### BEGIN SOLUTION
    # 49.5 · (1 - 1e-5)^k = 1 gives k = ln 49.5 / 1e-5 = 390,200
    return 390_000
    ### END SOLUTION


# %% practice="1.14"
check.steps_still_needed(steps_still_needed)

# %% graded="1.14" points=1
# Graded, and locked: run it, and leave it as it is.
values("1.14", steps_still_needed)

# %% [markdown]
# ## 1.15 Stretch: a Hessian that you cannot see (15 minutes)
#
# You are given a function `gradient` and the number `size` of parameters, and nothing else. `gradient(theta)` returns the gradient, shape (`size`,), of a bowl.
# You know neither its Hessian $H$ nor where its minimum $\theta^*$ is, only that the gradient is $H\,(\theta - \theta^*)$.
#
# Return the largest and the smallest eigenvalue of $H$. A relative error of $10^{-6}$ is small enough.
#
# You may write out the whole of $H$ with `size` + 1 gradients. With a million parameters you could not.
# Can you do it with two vectors and no matrix?


# %% answer="1.15"
def extreme_eigenvalues(gradient, size):
    """Return the largest and the smallest eigenvalue of the Hessian behind gradient(theta)."""

    ### BEGIN SOLUTION
    def times_hessian(v):
        return gradient(v) - gradient(np.zeros(size))

    def largest_eigenvalue(multiply, v):
        for _ in range(2000):
            v = multiply(v)
            v = v / np.linalg.norm(v)
        return v @ multiply(v)

    start = np.random.default_rng(0).standard_normal(size)
    largest = largest_eigenvalue(times_hessian, start)
    # The Hessian's smallest eigenvalue belongs to the largest of 1.1 · largest - H.
    flipped = largest_eigenvalue(lambda v: 1.1 * largest * v - times_hessian(v), start)
    return largest, 1.1 * largest - flipped
    ### END SOLUTION


# %% practice="1.15"
check.extreme_eigenvalues(extreme_eigenvalues)


# %% graded="1.15" points=2
# Graded, and locked: run it, and leave it as it is.
def of_bowl(columns, minimum):
    """Your two eigenvalues of the bowl with the Hessian columnsᵀ · columns."""
    hessian = columns.T @ columns
    return extreme_eigenvalues(lambda theta: hessian @ (theta - minimum), len(minimum))


values(
    "1.15",
    of_bowl,
    (np.array([[2.0, 0.5], [0.0, 1.0]]), np.array([1.0, -2.0])),
    (np.array([[1.0, 2.0, 0.0], [0.0, 1.5, 1.0], [-1.0, 0.0, 0.5]]), np.array([0.0, 3.0, 1.0])),
)
### BEGIN HIDDEN TESTS
values(
    "1.15 hidden",
    of_bowl,
    (np.array([[3.0, -1.0], [1.0, 0.7]]), np.array([0.5, 4.0])),
    (
        np.array([[2.0, 0.1, 0.3], [0.2, 1.0, -0.4], [0.0, 0.5, 0.6]]),
        np.array([-1.0, 2.0, 0.25]),
    ),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.16 Open: as low as you can with 200 gradients (15 minutes)
#
# Now all together. `f` is a bowl with 30 parameters, and you know nothing about it: not its eigenvalues, not its minimum, not even how large its values are.
# `f(theta)` returns loss and gradient. You may call it at most **200 times**; then your function returns its best θ. The smallest loss is 0.
#
# Your mark: less than **1/10,000** of the loss at the start, in each of the bowls below, with the same function.
# Anything is allowed: trying learning rates, measuring $\lambda_{\max}$, changing the learning rate on the way.
#
# The board shows the share of the loss that is left. The library's gradient descent was told the best learning rate for each bowl; you have to find it.


# %% answer="1.16"
def my_descent(f, theta):
    """Return theta (P,) with a small loss, after at most 200 calls of f(theta) -> loss, g."""
    ### BEGIN SOLUTION
    # Measure λ_max by power iteration (30 gradients), then descend with a bit less than 2 / λ_max.
    _, at_start = f(theta)
    v = at_start
    for _ in range(30):
        v = v / np.linalg.norm(v)
        v = f(theta + v)[1] - at_start
    lr = 1.85 / np.linalg.norm(v)
    for _ in range(169):
        theta = theta - lr * f(theta)[1]
    return theta
    ### END SOLUTION


# %% practice="1.16"
check.my_descent(my_descent)

# %%
BOWLS = (
    (100, 1.0, 0),
    (100, 0.02, 5),
    (60, 300.0, 9),
)  # condition number, smallest eigenvalue, seed


def constant(lr):
    """Gradient descent with 200 gradients and this learning rate."""
    return lambda f, theta: descend(f, theta, Optimizer(sgd, lr=lr), steps=200)[-1]


def share_left(method, bowl):
    """What is left of the loss, or None where the function does not run or takes more than 200."""
    f, calls = scaled_bowl(*bowl)
    try:
        end = method(f, np.zeros(30))
        return None if len(calls) > 200 else f(end)[0] / f(np.zeros(30))[0]
    except Exception:
        return None


methods = {
    "library, 2 / (λ_max + λ_min)": lambda bowl: constant(2 / ((bowl[0] + 1) * bowl[1])),
    "library, 1 / λ_max": lambda bowl: constant(1 / (bowl[0] * bowl[1])),
    "library, 0.5 / λ_max": lambda bowl: constant(0.5 / (bowl[0] * bowl[1])),
    "yours": lambda bowl: my_descent,
}
board = [
    (name, *(f"{s:.1e}" if (s := share_left(of(b), b)) is not None else "–" for b in BOWLS))
    for name, of in methods.items()
]
plots.table(board, ["share of the loss left", "bowl 1", "bowl 2", "bowl 3"])

# %% graded="1.16" points=2
# Graded, and locked: run it, and leave it as it is.
values("1.16", lambda *bowl: reached(my_descent, *bowl), (100, 1.0, 0), (100, 0.02, 5))
### BEGIN HIDDEN TESTS
values("1.16 hidden", lambda *bowl: reached(my_descent, *bowl), (75, 40.0, 3), (90, 7.0, 2))
### END HIDDEN TESTS
