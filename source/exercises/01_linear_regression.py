# %% [markdown]
# # Lesson 1, exercises: linear regression
#
# {minutes} minutes, {points} points
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
# new cell, and again for the next one. The exercises do not need each other; 1.8 is for those who want more.
#
# The last cell of an exercise is locked. It shows what your function returns for some inputs, and
# this is what is graded, together with inputs that are not shown.
#
# Before you hand the sheet in, save it and look whether it is whole: open *File → New → Terminal* and type
# `python -m course_lib ready exercises/01_linear_regression.ipynb`.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import data, plots
from course_lib.checks import lesson_01 as check
from course_lib.checks.values import values
from course_lib.landscapes import quadratic
from course_lib.objective import check_gradient
from course_lib.optim import Optimizer, descend, sgd

# %% [markdown]
# ## 1.1 The loss and its gradient (15 minutes)
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

# %% [markdown]
# A gradient can be checked without knowing the right answer. **Finite differences** do it, as in the lesson:
# move each parameter a little up and down and see how the loss changes. `check_gradient` wants a function of
# one vector θ, so `f` puts the weights and the bias together: $\theta = (w_1, \ldots, w_n, b)$. It calls `f`
# for many θ at once, one in each row, and the loop takes them one by one. With a relative error
# below $10^{-7}$ the gradient fits the loss, above $10^{-4}$ it does not. Whether the loss is the one asked for, this cannot tell.


# %%
def f(theta):
    losses, gradients = [], []
    for *w, b in theta.reshape(-1, theta.shape[-1]):
        loss, d_w, d_b = loss_and_gradient(np.array(w), b, patients.X, patients.y)
        losses.append(loss)
        gradients.append([*d_w, d_b])
    return np.reshape(losses, theta.shape[:-1]), np.reshape(gradients, theta.shape)


diabetes = data.load("diabetes")
print(diabetes)
patients = diabetes.train
try:
    error = check_gradient(f, np.linspace(-1, 1, 11))
    print("relative error", "below 1e-7" if error < 1e-7 else f"{error:.0e}")
except NotImplementedError:
    print("loss_and_gradient is not written yet.")
except Exception as error:
    print("It stopped:", error)

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
    (np.array([2.0, -1.0]), 0.5, rows[:2], targets[:2]),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.2 The largest step (10 minutes)
#
# In the lesson gradient descent converged for learning rates below $2/\lambda_{\max}$ and not above, where $\lambda_{\max}$ is the
# largest eigenvalue of the Hessian. Write a function that returns this limit for the **mean squared error**
#
# $$L(\theta) = \frac1N \sum_{i=1}^N (x_i \cdot \theta - y_i)^2 .$$
#
# `X` has the shape (N, n): a row for each example. It brings its own column of ones for the intercept, so nothing
# has to be added. The targets $y$ do not matter here.
#
# **Before you write:** how does the limit change when every row of `X` is there twice?


# %% answer="1.2"
def largest_step(X):
    """Return the learning rate below which gradient descent converges, for examples X (N, n)."""
    ### BEGIN SOLUTION
    hessian = 2 / len(X) * X.T @ X
    return 2 / np.linalg.eigvalsh(hessian)[-1]
    ### END SOLUTION


# %% practice="1.2"
check.largest_step(largest_step)

# %% [markdown]
# The picture takes 0.99 and 1.01 of your limit, for 40 points of its own. The loss is drawn on a logarithmic axis, where a
# straight line means the same factor in every step. **Question.** Which factors are these?

# %%
check.largest_step.plot()

# %% [markdown]
# <details><summary>Answers to both questions</summary>
#
# The limit stays the same when every row is there twice: sums and N are both doubled. (For the sum of squares it would be halved.)
#
# Along the steepest direction the error is multiplied by $1 - \eta\lambda_{\max}$, which is $1 - 0.99 \cdot 2 = -0.98$ for the one and
# $1 - 1.01 \cdot 2 = -1.02$ for the other. The loss goes with the square of the error: $0.98^2$ and $1.02^2$.
# </details>

# %% graded="1.2" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "1.2",
    largest_step,
    (np.array([[0.5, 1.0], [-1.0, 1.0], [2.0, 1.0], [1.0, 1.0]]),),
    (np.column_stack([np.linspace(-1, 1, 7), np.ones(7)]),),
)


### BEGIN HIDDEN TESTS
def largest_step_with_ones(columns):
    return largest_step(np.column_stack([columns, np.ones(len(columns))]))


values(
    "1.2 hidden",
    largest_step_with_ones,
    (data.load("diabetes").train.X,),
    (np.column_stack([np.linspace(0, 2, 5) ** 2, np.linspace(3, -1, 5)]),),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.3 How many steps? (10 minutes)
#
# The best learning rate, $2/(\lambda_{\max} + \lambda_{\min})$, leaves the share $(\kappa - 1)/(\kappa + 1)$ of the error in each
# step, along the directions that are slowest; κ is the condition number $\lambda_{\max}/\lambda_{\min}$. Error means the distance to
# the lowest point, not the loss.
#
# After how many steps is at most `tolerance` of the error left? With κ = 3 half of it is left in each step, so after 3 steps
# an eighth and after 4 a sixteenth: for a tolerance of 0.1 the answer is 4. Return the smallest whole number. `condition` is larger than
# 1, `tolerance` lies between 0 and 1.


# %% answer="1.3"
def steps_needed(condition, tolerance):
    """Return the number of best steps after which at most `tolerance` of the error is left."""
    ### BEGIN SOLUTION
    share = (condition - 1) / (condition + 1)
    return int(np.ceil(np.log(tolerance) / np.log(share)))
    ### END SOLUTION


# %% practice="1.3"
check.steps_needed(steps_needed)

# %% [markdown]
# Hold it against a real descent. The next cell walks down a valley with κ = 100, eigenvalues 1 and 100, and counts the steps until a
# millionth of the error is left: with the best learning rate, and with $1/\lambda_{\max}$, which never jumps across the valley.
# `steps_needed(100, 1e-6)` should return the first of the two numbers.

# %%
smallest, largest = 1, 100
valley = quadratic(condition=largest / smallest)
for name, lr in (
    ("best, 2/(λ_max + λ_min)", 2 / (largest + smallest)),
    ("1/λ_max", 1 / largest),
):
    path = descend(valley, (1, 1), Optimizer(sgd, lr=lr), steps=2000)
    left = np.abs(path).max(axis=1)
    print(f"{name:>24}: {np.argmax(left <= 1e-6)} steps")

# %%
check.steps_needed.plot()

# %% graded="1.3" points=2
# Graded, and locked: run it, and leave it as it is.
values("1.3", steps_needed, (20.0, 1e-3), (4.0, 0.2))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

way = np.random.default_rng(fresh(13)).integers(2, 400, 3)


def steps_for(condition, whole, rest):
    """The steps for a tolerance that is reached after `whole` + rest / 10 of them."""
    share = (condition - 1) / (condition + 1)
    return steps_needed(condition, share ** (whole + rest / 10))


values(
    "1.3 hidden",
    steps_for,
    (250.0, 2300 + way[0], 3),
    (2.5, 3, 5),
    (7.0, 30 + way[1], 2),
    (1.2, 1, 9),
    (40.0, way[2], 7),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.4 Back to raw units (10 minutes)
#
# Columns are standardised before a descent: $z_j = (x_j - m_j) / s_j$, with the mean $m_j$ and the standard deviation $s_j$
# of column j. The weights found then belong to $z$. Whoever wants to use them has $x$, in kilograms, years or whatever was measured:
# **raw units**.
#
# Write a function that turns the weights and the bias for $z$ into those for $x$, so that every prediction stays the same:
#
# $$\sum_j w^{\text{raw}}_j x_j + b^{\text{raw}} = \sum_j w_j z_j + b \quad\text{for all } x .$$
#
# `w`, `mean` and `std` have the shape (n,), `b` is a number. Return `w` of shape (n,) and `b`, a number, and leave
# the arguments as they are.


# %% answer="1.4"
def weights_in_raw_units(w, b, mean, std):
    """Return w (n,) and b for raw columns, from those for columns standardised by mean and std."""
    ### BEGIN SOLUTION
    w_raw = w / std
    return w_raw, b - w_raw @ mean
    ### END SOLUTION


# %% practice="1.4"
check.weights_in_raw_units(weights_in_raw_units)

# %%
check.weights_in_raw_units.plot()

# %% [markdown]
# The slopes in the two titles differ, the lines do not. **Question.** What does each slope say in words, and what
# each intercept?
#
# <details><summary>Answer</summary>
#
# On the left: how many kilograms one standard deviation more of height goes with, and the mass predicted for a person of mean
# height. On the right: how many kilograms go with one centimetre, and the mass predicted for a height of 0 cm. Nobody is 0 cm tall, so
# that number means little.
# </details>

# %% graded="1.4" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "1.4",
    weights_in_raw_units,
    (np.array([3.0, -2.0]), 10.0, np.array([50.0, 0.5]), np.array([4.0, 0.1])),
    (np.array([-1.5]), 0.25, np.array([20.0]), np.array([0.5])),
)
### BEGIN HIDDEN TESTS
patients = data.load("diabetes").train
values(
    "1.4 hidden",
    weights_in_raw_units,
    (np.linspace(-20, 25, 10), 152.0, patients.X.mean(axis=0), patients.X.std(axis=0)),
    (np.array([7.0, 7.0, -3.0]), -4.0, np.array([2.0, -1.0, 6.0]), np.array([0.2, 5.0, 30.0])),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.5 One learning rate, three losses (5 minutes)
#
# A book trains with a learning rate and does not say whether its loss is the sum of the squares, their mean or half
# the mean. You find out, and want to make the same steps with another of the three. Write a function that converts the learning rate.
#
# | `source`, `target` | loss |
# |---|---|
# | `"sum"` | $\sum r_i^2$ |
# | `"mean"` | $\frac1N \sum r_i^2$ |
# | `"half"` | $\frac1{2N} \sum r_i^2$ |
#
# `lr` is the learning rate for the loss `source`, `N` the number of examples; return the learning rate with which the
# loss `target` takes the same path.


# %% answer="1.5"
def convert(lr, N, source, target):
    """Return the learning rate for the loss `target` that steps like lr for the loss `source`."""
    ### BEGIN SOLUTION
    length_of_gradient = {"sum": N, "mean": 1, "half": 1 / 2}
    return lr * length_of_gradient[source] / length_of_gradient[target]
    ### END SOLUTION


# %% practice="1.5"
check.convert(convert)

# %%
check.convert.plot()

# %% graded="1.5" points=1
# Graded, and locked: run it, and leave it as it is.
values("1.5", convert, (0.01, 100, "mean", "half"), (4e-6, 2000, "sum", "mean"))
### BEGIN HIDDEN TESTS
values(
    "1.5 hidden",
    convert,
    (0.3, 7, "half", "sum"),
    (0.3, 7, "half", "mean"),
    (0.02, 60, "sum", "half"),
    (0.02, 60, "mean", "sum"),
    (0.9, 5, "half", "half"),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 1.6 Find the fault (10 minutes)
#
# A colleague predicts how far diabetes has moved on from body-mass index and blood pressure, both standardised. For her first 100 patients
# the learning rate 0.004 was fine. Today the next 100 came in, with nothing strange among them. Here is her function, the
# same for both, and what she sees. Cost is her word for the loss.


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
    print(f"{count} patients, cost of every third step:", [f"{cost:,.0f}" for cost in column[::3]])

ax = plots.curves(costs, xlabel="step", ylabel="cost", log=True)
plots.show(
    ax,
    "The cost on a logarithmic axis. With 100 patients it falls and levels out; with 200 patients and "
    "the same learning rate it grows without end.",
)

# %% [markdown]
# She could take a smaller learning rate, and again when the next patients come. There is a better way. Write `fixed_step`, with the same
# arguments and the same two results, in which a learning rate that is right for 100 rows is right for 200 such rows.
# The cost is right as it is.


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
# **Question.** Which learning rate does `fixed_step` need to take the very steps that `faulty_step` took with 0.004 on the first 100
# patients?
#
# <details><summary>Answer</summary>
#
# It is exercise 1.5, from `"sum"` to `"mean"`: 100 times as much, $0.004 \cdot 100 = 0.4$.
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
# ## 1.7 Has it arrived? (5 minutes)
#
# A descent in a bowl, such as the mean squared error of a linear regression makes, with 0.9 of the largest learning rate that
# converges. The next cell prints how its loss goes on, and by how much it fell in the last step.

# %%
long_valley = quadratic(condition=360_000)
slow_path = descend(long_valley, (10, 1), Optimizer(sgd, lr=0.9 * 2 / 360_000), steps=1000)
loss, _ = long_valley(slow_path)
for step in (0, 200, 400, 600, 800, 1000):
    print(f"step {step:>4}: loss {loss[step]:10,.2f}")
print(f"fall in the last step: {1 - loss[-1] / loss[-2]:.3%}")

# %% [markdown]
# Four people look at the printed numbers. Who is right?
#
# - **a.** It has arrived. When a step hardly changes the loss, the parameters have hardly any way left.
# - **b.** It has not arrived, and ten times the learning rate would bring it there in a tenth of the steps.
# - **c.** These numbers do not tell. Most of the way along a flat direction may still be ahead.
# - **d.** It is stuck in a valley that is not the lowest one. Another start would end at a lower loss.
#
# Let the function return the letter, as in `return "a"`.


# %% answer="1.7"
def answer_7():
    """Return the letter of the right answer: "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "c"
    ### END SOLUTION


# %% practice="1.7"
check.answer_7(answer_7)

# %% [markdown]
# When you have decided, look where the descent is. It started at (10, 1), and the lowest point is at (0, 0).

# %%
print("after 1,000 steps:", slow_path[-1].round(2) + 0.0)
print("loss there:", round(loss[-1], 2), "and at the lowest point:", long_valley(np.zeros(2))[0])

# %% graded="1.7" points=1
# Graded, and locked: run it, and leave it as it is.
values("1.7", answer_7)

# %% [markdown]
# ## 1.8 Extra: the Huber loss (10 minutes)
#
# The Huber loss treats small residuals like the squared error and large ones like the absolute error, so that one outlier
# pulls with a limited force. For one residual $r$ and a limit $\delta > 0$ (delta) it is
#
# - $\frac12 r^2$ for $|r| \le \delta$, with the ½,
# - beyond that a straight line in $|r|$, which goes on from the square at $|r| = \delta$ **with the same height and the same slope**.
#
# Find the formula of the straight line yourself. The function takes many residuals at once, `r` of shape (N,), and returns two arrays of
# that shape: the loss of each residual, and its derivative by that residual. Nothing is averaged here.


# %% answer="1.8"
def huber(r, delta):
    """Return loss (N,) and d_r (N,), the Huber loss of each residual r (N,) and its derivative."""
    ### BEGIN SOLUTION
    small = np.abs(r) <= delta
    loss = np.where(small, r**2 / 2, delta * (np.abs(r) - delta / 2))
    d_r = np.where(small, r, delta * np.sign(r))
    return loss, d_r
    ### END SOLUTION


# %% practice="1.8"
check.huber(huber)

# %%
check.huber.plot()

# %% graded="1.8" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "1.8",
    huber,
    (np.array([0.2, -0.7, 5.0, -3.0]), 0.5),
    (np.array([0.2, -0.7, 5.0, -3.0]), 2.0),
)
### BEGIN HIDDEN TESTS
values(
    "1.8 hidden",
    huber,
    (np.linspace(-4, 4, 15), 1.3),
    (np.array([100.0, -0.01, 0.0, -40.0]), 30.0),
)
### END HIDDEN TESTS
