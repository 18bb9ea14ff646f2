# %% [markdown]
# # Lesson 2, exercises: stochastic gradient descent
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Stochastic gradient descent](../notebooks/02_stochastic_gradient_descent.ipynb). They work like those of lesson 1: you write a function, the cell below it tries the function, and the locked cell shows what is graded. For a hint, type `check.per_sample.hint()` in a new cell, and again for the next one.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import data, plots
from course_lib.checks import lesson_02 as check
from course_lib.checks.values import values
from course_lib.optim import Optimizer, descend, sgd

# %% [markdown]
# ## 2.1 A gradient for each example (10 minutes)
#
# The squared error of example $i$ is $\ell_i(\theta) = (x_i \cdot \theta - y_i)^2$. `X` has the shape (N, n), a row for each example, and brings its own column of ones where an intercept is wanted; `theta` has the shape (n,), `y` (N,).
#
# Write a function that returns two arrays:
#
# - `g_each`, shape (N, n): row $i$ is the gradient of $\ell_i$;
# - `g`, shape (n,): the gradient of the loss, the mean of all $\ell_i$.


# %% answer="2.1"
def per_sample(theta, X, y):
    """Return g_each (N, n) and g (n,), for theta (n,), examples X (N, n) and targets y (N,)."""
    ### BEGIN SOLUTION
    residuals = X @ theta - y
    g_each = 2 * residuals[:, None] * X
    return g_each, g_each.mean(axis=0)
    ### END SOLUTION


# %% practice="2.1"
check.per_sample(per_sample)

# %%
check.per_sample.plot()

# %% [markdown]
# **Question.** In the right-hand picture the mean is 0. Has a step with one of these examples no effect there?
#
# <details><summary>Answer</summary>
#
# It has: the single gradients are not 0. SGD that stands at the best θ leaves it in the next step. That is the noise ball.
# </details>

# %% graded="2.1" points=2
# Graded, and locked: run it, and leave it as it is.
rows = np.array([[0.5, 1.0], [-1.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
values(
    "2.1",
    per_sample,
    (np.array([1.0, -0.5]), rows, np.array([1.0, 0.0, 3.0, 2.0])),
    (np.array([0.2, 0.1]), rows[:2], np.array([1.0, -1.0])),
)
### BEGIN HIDDEN TESTS
patients = data.load("diabetes").train
values(
    "2.1 hidden",
    per_sample,
    (np.linspace(-1, 1, 10), patients.X[:10], patients.y[:10]),
    (np.array([3.0]), np.array([[1.5], [-0.5], [4.0]]), np.array([0.0, 1.0, 2.0])),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 2.2 How high is the floor? (10 minutes)
#
# SGD on $\frac12 \lambda \theta^2$ with noise of variance $s^2$ makes the step $\theta \leftarrow \theta - \eta\,(\lambda\theta + \xi)$. After many steps the mean of $\theta^2$ stays at a value $v$. Try to find the formula yourself, with pencil and paper, before you look it up in the lesson: what does one step make of $v$?
#
# Write a function that returns $v$ for the learning rate `lr`, the curvature `curvature` (λ) and the standard deviation `s` of the noise, with 0 < ηλ < 2.


# %% answer="2.2"
def stationary_variance(lr, curvature, s):
    """Return the mean of θ² after many steps."""
    ### BEGIN SOLUTION
    return lr * s**2 / (curvature * (2 - lr * curvature))
    ### END SOLUTION


# %% practice="2.2"
check.stationary_variance(stationary_variance)

# %% [markdown]
# The next cell lets 4,000 runs walk, all in one call, and prints by how much the mean of θ² differs from your formula. A few per cent are chance.

# %%
rng = np.random.default_rng(0)


def noisy_bowl(theta):
    noise = 3.0 * rng.standard_normal(theta.shape)
    return theta[..., 0] ** 2, 2.0 * theta + noise


walks = descend(noisy_bowl, np.zeros((4000, 1)), Optimizer(sgd, lr=0.2), steps=200)
try:
    found, wanted = np.mean(walks[-1] ** 2), stationary_variance(0.2, 2.0, 3.0)
    print("within 5 % of the formula:", bool(abs(found / wanted - 1) < 0.05))
except Exception:
    print("stationary_variance is not written yet, or does not run.")

# %%
check.stationary_variance.plot()

# %% graded="2.2" points=2
# Graded, and locked: run it, and leave it as it is.
values("2.2", stationary_variance, (0.3, 1.5, 2.0), (0.01, 4.0, 0.7))
### BEGIN HIDDEN TESTS
values("2.2 hidden", stationary_variance, (0.7, 2.5, 1.3), (0.04, 0.3, 5.0), (1.9, 1.0, 0.2))
### END HIDDEN TESTS

# %% [markdown]
# ## 2.3 The slope of the floor (10 minutes)
#
# Someone has measured the floor for several learning rates and wants to know how the one depends on the other. If $\text{floor} = c\,\eta^p$, the points lie on a straight line once both axes are logarithmic, and its slope is the power $p$.
#
# Write a function that fits a line to the points (log η, log floor) by least squares, and returns its slope. `rates` and `floors` have the shape (n,). `np.polyfit` fits lines.
#
# **Before you write:** which slope do you expect for small learning rates, and is it larger or smaller near the limit?


# %% answer="2.3"
def floor_slope(rates, floors):
    """Return the slope of log floor against log rate, for rates (n,) and floors (n,)."""
    ### BEGIN SOLUTION
    slope, _ = np.polyfit(np.log(rates), np.log(floors), 1)
    return slope
    ### END SOLUTION


# %% practice="2.3"
check.floor_slope(floor_slope)

# %%
check.floor_slope.plot()

# %% graded="2.3" points=2
# Graded, and locked: run it, and leave it as it is.
values("2.3", floor_slope, (np.array([0.1, 0.2, 0.5]), np.array([0.06, 0.1, 0.4])))
### BEGIN HIDDEN TESTS
values(
    "2.3 hidden",
    floor_slope,
    (np.array([0.5, 0.9, 1.2, 1.7]), np.array([0.4, 0.7, 1.6, 6.0])),
    (np.array([0.002, 0.01, 0.03]), np.array([0.1, 0.2, 0.9])),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 2.4 A learning rate that falls (10 minutes)
#
# Now SGD itself, for the squared error, with **inverse time**: in step $t = 1, 2, \ldots$ the learning rate is
#
# $$\eta_t = \frac{\text{lr}}{1 + (t - 1)/\text{half}} .$$
#
# So that everybody gets the same numbers, the examples are drawn beforehand: `order` (T,) holds the number of the row that each step looks at. `theta` (n,) is where the walk begins, `X` (N, n) and `y` (N,) are the examples. Return θ after the last step, and leave the arguments as they are.


# %% answer="2.4"
def decaying_sgd(theta, X, y, order, lr, half):
    """Return theta (n,) after one step for each entry of order (T,)."""
    ### BEGIN SOLUTION
    for t, i in enumerate(order, start=1):
        eta = lr / (1 + (t - 1) / half)
        gradient = 2 * (X[i] @ theta - y[i]) * X[i]
        theta = theta - eta * gradient
    return theta
    ### END SOLUTION


# %% practice="2.4"
check.decaying_sgd(decaying_sgd)

# %%
check.decaying_sgd.plot()

# %% [markdown]
# Both curves looked at the same examples in the same order. **Question.** Both are down after the first epoch. Why did the falling learning rate not slow it down?
#
# <details><summary>Answer</summary>
#
# An epoch has 40 steps here, and the rate is halved only after 50. So in the transient both learning rates are large; the difference comes later, in the noise ball.
# </details>

# %% graded="2.4" points=2
# Graded, and locked: run it, and leave it as it is.
rows = np.array([[0.5, 1.0], [-1.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
targets = np.array([1.0, 0.0, 3.0, 2.0])
values(
    "2.4",
    decaying_sgd,
    (np.zeros(2), rows, targets, np.array([3, 3, 0, 2, 1, 0]), 0.1, 2.0),
    (np.array([1.0, -1.0]), rows, targets, np.array([1, 0, 2, 2, 3, 1, 1]), 0.05, 5.0),
)
### BEGIN HIDDEN TESTS
digits = data.load("digits").train
values(
    "2.4 hidden",
    decaying_sgd,
    (np.zeros(64), digits.X[:50], digits.y[:50].astype(float), np.arange(200) * 7 % 50, 0.01, 20.0),
    (
        np.array([0.3]),
        np.array([[1.5], [-0.5]]),
        np.array([0.0, 1.0]),
        np.array([0, 0, 1, 1, 0]),
        0.3,
        1.5,
    ),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 2.5 Average the path (10 minutes)
#
# Polyak averaging answers with the mean of the path from some step on. Write a function that returns this mean as it develops. `path` has the shape (T, n), one θ in each row; the average begins with the row `begin`. Return an array of the shape (T − begin, n) whose row $k$ is the mean of `path[begin]`, ..., `path[begin + k]`.
#
# For the path 5, 1, 3, 8 (with n = 1) and `begin` = 1 the rows are 1, 2 and 4.


# %% answer="2.5"
def running_mean(path, begin):
    """Return the running means (T - begin, n) of path (T, n) from the row begin on."""
    ### BEGIN SOLUTION
    late = path[begin:]
    counts = np.arange(1, len(late) + 1)
    return np.cumsum(late, axis=0) / counts[:, None]
    ### END SOLUTION


# %% practice="2.5"
check.running_mean(running_mean)

# %%
check.running_mean.plot()

# %% graded="2.5" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "2.5",
    running_mean,
    (np.array([[5.0], [1.0], [3.0], [8.0]]), 1),
    (np.array([[2.0, 0.0], [0.0, 4.0], [1.0, -1.0]]), 0),
)
### BEGIN HIDDEN TESTS
values(
    "2.5 hidden",
    running_mean,
    (np.column_stack([np.linspace(4, -1, 8) ** 2, np.cos(np.arange(8))]), 3),
    (np.array([[7.0, 1.0, 2.0], [3.0, 0.5, 6.0], [5.0, -2.0, 1.0]]), 1),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 2.6 Find the fault (10 minutes)
#
# A colleague trains with one example a step and wants the examples reshuffled in each epoch. The function below makes the order for all epochs. The loss on the examples that her SGD sees goes on falling. On the whole training set it comes down at first, and then not any more. She blames SGD.


# %%
def faulty_order(N, epochs, seed):
    """Return the row to look at in each step, for all epochs one after the other."""
    order = []
    for _ in range(epochs):
        rng = np.random.default_rng(seed)
        order.append(rng.permutation(N)[::2])
    return np.concatenate(order)


digits = data.load("digits")
print(digits)
digits = digits.train[:80]
order = faulty_order(80, epochs=400, seed=0)
seen = np.unique(order)
theta, column = np.zeros(64), {"rows seen": [], "all rows": []}
for t, i in enumerate(order):
    if t % 400 == 0:
        errors = (digits.X @ theta - digits.y) ** 2
        column["rows seen"].append(errors[seen].mean())
        column["all rows"].append(errors.mean())
    theta = theta - 0.02 * 2 * (digits.X[i] @ theta - digits.y[i]) * digits.X[i]

ax = plots.curves(column, x=np.arange(0, len(order), 400), xlabel="step", ylabel="loss", log=True)
plots.show(
    ax,
    "Two curves on a logarithmic axis. The loss on the rows seen falls and falls; that on all rows "
    "comes down at first and then stays.",
)

# %% [markdown]
# There are two faults. Find them by looking at what the function returns, for instance with `faulty_order(6, 3, seed=0)` in a new cell.
#
# Write `fixed_order`, with the same arguments. It returns a vector of `epochs * N` row numbers: in each epoch every row once, and each epoch in a new order. So that results can be compared, make **one** generator, `np.random.default_rng(seed)`, and take each epoch's order from its `permutation(N)`.


# %% answer="2.6"
def fixed_order(N, epochs, seed):
    """Return the row to look at in each step, (epochs * N,), for all epochs one after the other."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(N) for _ in range(epochs)])
    ### END SOLUTION


# %% practice="2.6"
check.fixed_order(fixed_order)

# %%
check.fixed_order.plot()

# %% graded="2.6" points=2
# Graded, and locked: run it, and leave it as it is.
values("2.6", fixed_order, (5, 3, 1), (8, 2, 4))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values("2.6 hidden", fixed_order, (9, 4, fresh(7)), (6, 3, fresh(11)))
### END HIDDEN TESTS

# %% [markdown]
# ## 2.7 What does the drop say? (5 minutes)
#
# A line is fitted by SGD with one example a step. For 2,000 steps the loss has trembled around a level above its lowest. Then the learning rate is made ten times smaller, and within a few hundred steps the loss falls to a new level, about a tenth as far above its lowest. Four people explain the drop. Who is right?
#
# - **a.** The gradient of a single example is biased, and a smaller learning rate makes it less so.
# - **b.** Nothing was wrong. The height of the noise floor is about in proportion to the learning rate.
# - **c.** SGD was caught in a poor valley, and the smaller steps found the way to a better one.
# - **d.** The first learning rate was a mistake. With the smaller one from the beginning it would have been there sooner.
#
# Let the function return the letter, as in `return "a"`.


# %% answer="2.7"
def answer_7():
    """Return the letter of the right answer: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


# %% practice="2.7"
check.answer_7(answer_7)

# %% graded="2.7" points=1
# Graded, and locked: run it, and leave it as it is.
values("2.7", answer_7)
