# %% [markdown]
# # Lesson 1, exercises: linear regression
#
# 20 minutes, 2 points
#
# These exercises go with the lesson [Linear regression](../notebooks/01_linear_regression.ipynb).
# In each you write a function. The cell below it tries the function and answers in one of three
# ways:
#
# - **✓ passed**: it is right;
# - **– not attempted**: the line `raise NotImplementedError()` is still there;
# - **✗ not right yet**: you see an input, what was expected, what your function returned and,
#   where it can be told, the likely cause.
#
# Try as often as you like. Each check also has hints: type `check.loss_and_gradient.hint()` in a
# new cell, and again for the next one.
#
# The last cell of an exercise is locked. It shows what your function returns for some inputs, and
# this is what is graded, together with inputs that are not shown.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import data
from course_lib.checks import lesson_01 as check
from course_lib.checks.values import values

# %% [markdown]
# ## 1.1 The loss and its gradient (20 minutes, 2 points)
#
# Linear regression predicts a number from n others. For N examples at once, the predictions are
# `X @ w + b`.
#
# | name | shape | what it is |
# |---|---|---|
# | `w` | (n,) | one weight for each column of `X` |
# | `b` | a number | the bias |
# | `X` | (N, n) | one example in each row |
# | `y` | (N,) | the target of each row: the number to predict |
#
# The residual of an example is prediction minus target, $r_i = x_i \cdot w + b - y_i$.
# The loss is the mean of the squared residuals, without a factor ½:
#
# $$L(w, b) = \frac{1}{N} \sum_{i=1}^{N} r_i^2$$
#
# Write a function that returns three things:
#
# - `loss`, a number: $L(w, b)$;
# - `d_w`, shape (n,): the derivative of $L$ by each weight;
# - `d_b`, a number: the derivative of $L$ by the bias.
#
# Leave the arguments as they are: whoever called the function still needs them.


# %% answer="1.1"
def loss_and_gradient(w, b, X, y):
    """Return loss, d_w, d_b for weights w (n,), bias b, examples X (N, n) and targets y (N,)."""
    ### BEGIN SOLUTION
    r = X @ w + b - y
    loss = np.mean(r**2)
    d_w = 2 * X.T @ r / len(y)
    d_b = 2 * np.mean(r)
    return loss, d_w, d_b
    ### END SOLUTION


# %% practice="1.1"
check.loss_and_gradient(loss_and_gradient)

# %% [markdown]
# Once the check passes, the next cell lets your gradient fit a line to 30 points, in 60 steps of
# gradient descent.

# %%
check.loss_and_gradient.plot()

# %% graded="1.1" points=2
# Graded, and locked: run it, and leave it as it is.
rows = np.array([[0.5, 1.0], [-1.0, 2.0], [2.0, 0.0], [1.0, 1.0]])
targets = np.array([1.0, 0.0, 3.0, 2.0])
values(
    "1.1",
    loss_and_gradient,
    (np.zeros(2), 0.0, rows, targets),
    (np.array([1.0, -0.5]), 0.25, rows, targets),
)
### BEGIN HIDDEN TESTS
diabetes = data.load("diabetes").train
values(
    "1.1 hidden",
    loss_and_gradient,
    (np.array([3.0]), -2.0, np.array([[1.5], [-0.5], [4.0]]), np.array([0.0, 1.0, 2.0])),
    (np.linspace(-1, 1, 10), 150.0, diabetes.X, diabetes.y),
    (np.full(10, 0.1), 100.0, diabetes.X[:1], diabetes.y[:1]),
)
### END HIDDEN TESTS
