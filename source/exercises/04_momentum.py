# %% [markdown]
# # Lesson 4, exercises: momentum
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Momentum](../notebooks/04_momentum.ipynb). In each you write a function. The cell below it tries the function and says whether it passed, and if not, on which input it fails and what the likely cause is. Try as often as you like.
#
# Each check has hints: type `check.documented_step.hint()` in a new cell, and again for the next one. The last cell of an exercise is locked: it shows what your function returns. This is what is graded, together with inputs that are not shown.
#
# The numbers begin at 4.11, because 4.1 to 4.7 belong to an earlier edition of this sheet. Exercise 4.17 is harder than the others, and 4.18 is open: there is no single right answer.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import plots
from course_lib.checks import lesson_04 as check
from course_lib.checks.contests import loss_left
from course_lib.checks.values import values
from course_lib.landscapes import lessard_recht_packard, quadratic
from course_lib.optim import (
    Optimizer,
    adam,
    descend,
    ema_momentum,
    momentum,
    nesterov,
    sgd,
    velocity_momentum,
)

# %% [markdown]
# ## 4.11 From a documentation (10 minutes)
#
# The documentation of a library describes its optimizer like this:
#
# > *Weight decay comes first: `decay` times the parameters is added to the gradient. Momentum multiplies the velocity by `beta` and adds the gradient times one minus `dampening`. In the very first step, t = 1, there is no velocity yet: it is set to the gradient itself, without dampening. The parameters then move against the velocity, by `lr` times the velocity.*
#
# Write this step. `theta`, the gradient `g` and the velocity `v` are arrays of the same shape; `t` counts the steps from 1. Return the new `theta` and the new `v`, in this order. Leave the arguments as they are.


# %% answer="4.11"
def documented_step(theta, g, v, t, lr, beta, dampening, decay):
    """Return theta and v after the step that the documentation describes."""
    ### BEGIN SOLUTION
    g = g + decay * theta
    v = g if t == 1 else beta * v + (1 - dampening) * g
    return theta - lr * v, v
    ### END SOLUTION


# %% practice="4.11"
check.documented_step(documented_step)

# %% [markdown]
# **Question.** With `dampening` equal to `beta` and without weight decay, which of the three conventions of the lesson is this? The next cell compares your function with each of them after one step and after 50 steps, from θ = 10 on a bowl of curvature 1. Which rows agree from the first step on?

# %%
bowl = quadratic(1)
try:
    rows_of_table = []
    for dampening in (0.0, 0.9):
        theta, v, path = np.array([10.0, 0.0]), np.zeros(2), []
        for t in range(1, 51):
            theta, v = documented_step(theta, bowl(theta)[1], v, t, 0.1, 0.9, dampening, 0.0)
            path.append(theta[0])
        rows_of_table.append((f"yours, dampening {dampening}", path[0], path[1], path[-1]))
    for rule in (momentum, velocity_momentum, ema_momentum):
        path = descend(bowl, (10, 0), Optimizer(rule, lr=0.1, beta=0.9), steps=50)[:, 0]
        rows_of_table.append((rule.__name__, path[1], path[2], path[50]))
    plots.table(rows_of_table, ["rule", "θ after 1 step", "after 2", "after 50"])
except NotImplementedError:
    print("documented_step is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Without dampening the rule is the sum convention, step by step, and so is the velocity convention while η stays the same. With `dampening` = `beta` it has the gradient's weight 1 − β of the mean convention, but its first velocity is ten times as large, so the path begins with a longer step.
# </details>

# %% graded="4.11" points=2
# Graded, and locked: run it, and leave it as it is.
some_theta, some_g, some_v = np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([2.0, 4.0])
values(
    "4.11",
    documented_step,
    (some_theta, some_g, some_v, 2, 0.1, 0.8, 0.3, 0.2),
    (some_theta, some_g, np.zeros(2), 1, 0.2, 0.5, 0.6, 0.1),
)
### BEGIN HIDDEN TESTS
values(
    "4.11 hidden",
    documented_step,
    (np.linspace(-1, 1, 5), np.linspace(2, 3, 5), np.linspace(4, -2, 5), 7, 0.03, 0.95, 0.5, 0.4),
    (np.array([7.0]), np.array([-2.0]), np.zeros(1), 1, 0.5, 0.4, 0.7, 0.3),
    (np.array([3.0, 1.0]), np.array([1.0, -4.0]), np.array([1.0, 2.0]), 2, 0.25, 0.6, 0.9, 0.05),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.12 Which η and β were used? (12 minutes)
#
# Somebody sends you the recording of a run and has forgotten the settings. You know only that the rule was heavy ball, with a learning rate and a momentum that stayed the same.
#
# `path` has the shape (T + 1, P): θ before the first recorded step, and after each of T steps. `gradients` has the shape (T, P): the gradient that each step used, at `path[t]`. The recording may begin in the middle of a run, so the velocity before the first step is unknown. Return the learning rate and the momentum of the **sum convention** that explain the steps, in this order. T is at least 3.
#
# Hint for the start: in the sum convention a step is $-\eta v$. How does it follow from the step before it?


# %% answer="4.12"
def recover(path, gradients):
    """Return lr and beta of heavy ball, in the sum convention, from a recorded run."""
    ### BEGIN SOLUTION
    steps = np.diff(path, axis=0)
    columns = np.column_stack([-gradients[1:].ravel(), steps[:-1].ravel()])
    lr, beta = np.linalg.lstsq(columns, steps[1:].ravel())[0]
    return lr, beta
    ### END SOLUTION


# %% practice="4.12"
check.recover(recover)

# %% [markdown]
# **Question.** Three libraries run with η = 0.1 and β = 0.9, each in its own convention. Which η will your function find for each? Decide first. The last row is Nesterov's momentum, which is no heavy ball: your function still returns two numbers for it.

# %%
valley = quadratic(condition=10)
try:
    rows_of_table = []
    for rule in (momentum, velocity_momentum, ema_momentum, nesterov):
        path = descend(valley, (10, 1), Optimizer(rule, lr=0.1, beta=0.9), steps=20)
        lr, beta = recover(path, valley(path[:-1])[1])
        rows_of_table.append((rule.__name__, 0.1, lr, beta))
    plots.table(rows_of_table, ["run with", "its η", "η found", "β found"])
except NotImplementedError:
    print("recover is not written yet.")


# %% graded="4.12" points=2
# Graded, and locked: run it, and leave it as it is.
def recovered(lr, beta, start, v, steps):
    """What `recover` finds in a run on curvatures 1, 4, 9, ... with velocity v at the start."""
    theta, path, gradients = start, [start], []
    for _ in range(steps):
        g = theta * np.arange(1, len(start) + 1) ** 2
        v = beta * v + g
        theta = theta - lr * v
        path.append(theta)
        gradients.append(g)
    return recover(np.array(path), np.array(gradients))


values(
    "4.12",
    recovered,
    (0.05, 0.6, np.array([2.0, 1.0]), 0.0, 4),
    (0.12, 0.85, np.array([1.0, -3.0]), 2.0, 6),
)
### BEGIN HIDDEN TESTS
values(
    "4.12 hidden",
    recovered,
    (0.03, 0.9, np.array([1.0, 2.0, -1.5]), -4.0, 3),
    (0.4, 0.3, np.array([5.0]), 3.0, 5),
    (0.02, 0.97, np.array([4.0, -2.0]), 1.0, 12),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.13 The limit of any rule, measured (12 minutes)
#
# Which learning rate is too large for a rule? Measure it, for a rule that is given as a function: `step(theta, g, v, lr)` returns the new θ and the new velocity. On $f(\theta) = \tfrac12 \lambda \theta^2$ the gradient is $\lambda\theta$, with λ the `curvature`.
#
# For each learning rate in the array `lrs` start at $\theta = 1$ with velocity 0 and take `steps` steps. The learning rate passes when $|\theta| < 1$ at the end. Return the largest learning rate that passes, or 0 when none does. The array is in no particular order.


# %% answer="4.13"
def largest_stable(step, curvature, lrs, steps):
    """Return the largest of lrs with which |theta| < 1 after so many steps from theta = 1, or 0."""
    ### BEGIN SOLUTION
    best = 0.0
    for lr in lrs:
        theta, v = 1.0, 0.0
        for _ in range(steps):
            theta, v = step(theta, curvature * theta, v, lr)
        if abs(theta) < 1:
            best = max(best, lr)
    return best
    ### END SOLUTION


# %% practice="4.13"
check.largest_stable(largest_stable)

# %% [markdown]
# **Question.** Here is a rule that no lesson treats, the **quasi-hyperbolic** momentum of Ma and Yarats (2019): a step goes against a mix of the gradient and the mean of the gradients. Is its limit above or below that of the mean alone? Measure it.

# %%


def mean_of_gradients(theta, g, v, lr):
    v = 0.9 * v + 0.1 * g
    return theta - lr * v, v


def quasi_hyperbolic(theta, g, v, lr):
    v = 0.9 * v + 0.1 * g
    return theta - lr * (0.3 * g + 0.7 * v), v


try:
    grid = np.arange(0.05, 50, 0.1)
    with np.errstate(all="ignore"):  # far beyond the limit numbers overflow
        limits = [
            (rule.__name__, largest_stable(rule, 1.0, grid, 300))
            for rule in (mean_of_gradients, quasi_hyperbolic)
        ]
    plots.table(limits, ["rule", "largest η that passes, curvature 1"])
except NotImplementedError:
    print("largest_stable is not written yet.")


# %% graded="4.13" points=2
# Graded, and locked: run it, and leave it as it is.
def stable_heavy_ball(beta, curvature, lrs, steps):
    def step(theta, g, v, lr):
        v = beta * v + g
        return theta - lr * v, v

    return largest_stable(step, curvature, lrs, steps)


values(
    "4.13",
    stable_heavy_ball,
    (0.6, 4.0, np.array([0.9, 0.75, 0.3, 0.7, 1.2]), 50),
    (0.8, 3.0, np.array([1.028, 1.13, 0.317, 0.8, 0.057]), 10),
    (0.9, 1.0, np.array([4.184, 1.046, 3.303, 0.184]), 9),
    (0.9, 1.0, np.array([3.04, 3.44, 1.38, 0.56]), 4),
    (0, 1, np.array([1, 2]), 10),
)


### BEGIN HIDDEN TESTS
def in_thousandths(beta, curvature, lrs, steps):
    return stable_heavy_ball(beta / 1000, curvature, lrs / 1000, steps)


values(
    "4.13 hidden",
    in_thousandths,
    (800, 4, np.array([229, 815, 41, 577, 742]), 8),
    (900, 8, np.array([403, 22, 128, 511]), 7),
    (900, 1, np.array([260, 2410, 1390, 3230]), 3),
    (0, 4, np.array([2000, 3000]), 3),
    (0, 2, np.array([1000, 2000]), 4),
    (700, 2.5, np.array([1050.0, 400.0, 1700.0, 900.0]), 40),
    (500, 1.5, np.array([300.0, 1500.0, 2400.0]), 25),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.14 Find the faults: momentum without effect (12 minutes)
#
# A colleague trains a linear regression by mini-batches with heavy ball in the sum convention. `orders` is a list of arrays, the order of the rows in each epoch. The loss falls, but two things are strange. With batches of all rows, β changes nothing. And the same training, run a second time, begins where the first one ended. The function has **two faults**.


# %%
def faulty_training(w, X, y, orders, B, lr, beta):
    for order in orders:
        v = np.zeros(len(w))
        for begin in range(0, len(order), B):
            rows = order[begin : begin + B]
            g = 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
            v = beta * v + g
            w -= lr * v
    return w


points = np.random.default_rng(1).standard_normal((60, 2))
targets = points @ [3.0, -2.0]
ten_epochs = [np.random.default_rng(seed).permutation(60) for seed in range(10)]
for beta in (0.0, 0.9):
    w = faulty_training(np.ones(2), points, targets, ten_epochs, 60, 0.02, beta)
    print(f"batches of all 60 rows, β = {beta}: w = {w.round(4)}")
origin = np.zeros(2)
for run in ("first", "second"):
    w = faulty_training(origin, points, targets, ten_epochs, 20, 0.02, 0.5)
    print(f"{run} run from the same start: w = {w.round(4)}")

# %% [markdown]
# Write `fixed_training`, with the same arguments and without the faults. Return the new `w`, and leave the arguments as they are.


# %% answer="4.14"
def fixed_training(w, X, y, orders, B, lr, beta):
    """Return w (P,) after an epoch of heavy ball, sum convention, for each order in orders."""
    ### BEGIN SOLUTION
    v = np.zeros(len(w))
    for order in orders:
        for begin in range(0, len(order), B):
            rows = order[begin : begin + B]
            g = 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)
            v = beta * v + g
            w = w - lr * v
    return w
    ### END SOLUTION


# %% practice="4.14"
check.fixed_training(fixed_training)


# %% graded="4.14" points=2
# Graded, and locked: run it, and leave it as it is.
def train_twice(w, X, y, orders, B, lr, beta):
    first = fixed_training(w, X, y, orders, B, lr, beta)
    return np.array(first), fixed_training(w, X, y, orders, B, lr, beta)


rows = np.array([[0.5, 1.0], [-1.0, 2.0], [2.0, 0.0], [1.0, 1.0], [0.0, -1.0]])
goals = np.array([1.0, 0.0, 3.0, 2.0, -2.0])
values(
    "4.14",
    train_twice,
    (np.array([1.0, 2.0]), rows, goals, [np.arange(5), np.array([4, 2, 0, 1, 3])], 2, 0.05, 0.6),
    (np.array([0.5, -1.0]), rows, goals, [np.arange(5)] * 3, 5, 0.1, 0.8),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values(
    "4.14 hidden",
    train_twice,
    (
        np.array([-1.0, 0.5]),
        points[:17],
        targets[:17],
        [np.random.default_rng((fresh(41), k)).permutation(17) for k in range(3)],
        5,
        0.03,
        0.7,
    ),
    (np.array([2.0]), rows[:3, :1], goals[:3], [np.array([2, 0, 1])] * 2, 1, 0.1, 0.5),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.15 How long is the cycle? (12 minutes)
#
# On some functions heavy ball does not converge: it repeats a few points indefinitely. Write a function that measures how many. θ is a number here, and `gradient(theta)` returns the slope, a number.
#
# Start at `theta` with velocity 0 and take `steps` steps of heavy ball in the sum convention, so that only the cycle is left. Remember where you are. Then go on, one step at a time: return the number of further steps after which θ **and** the velocity are both nearer than `tolerance` to what they were. At the minimum this number is 1. Return 0 when they do not come back within 12 further steps.


# %% answer="4.15"
def cycle_length(gradient, theta, lr, beta, steps, tolerance):
    """Return after how many steps heavy ball is back where it was after `steps` steps, or 0."""
    ### BEGIN SOLUTION
    v = 0.0
    for _ in range(steps):
        v = beta * v + gradient(theta)
        theta = theta - lr * v
    old_theta, old_v = theta, v
    for k in range(1, 13):
        v = beta * v + gradient(theta)
        theta = theta - lr * v
        if abs(theta - old_theta) < tolerance and abs(v - old_v) < tolerance:
            return k
    return 0
    ### END SOLUTION


# %% practice="4.15"
check.cycle_length(cycle_length)

# %% [markdown]
# The lesson shows the function of Lessard, Recht and Packard, on which heavy ball with η = 1/9 and β = 4/9 cycles from 3.3. **Question.** How special is this start, and how special is this η? The cell tries 61 starts with five learning rates, each time with β = 4/9, and counts.

# %%


def slope(theta):
    return lessard_recht_packard(np.array([theta]))[1][0]


try:
    rows_of_table = []
    for share in (0.4, 0.8, 0.95, 1.0, 1.05):
        found = [
            cycle_length(slope, start, share / 9, 4 / 9, 400, 1e-6)
            for start in np.linspace(0.5, 6.5, 61)
        ]
        counts = [sum(length == wanted for length in found) for wanted in (1, 3)]
        rows_of_table.append((f"{share:g} / 9", *counts, 61 - sum(counts)))
    plots.table(rows_of_table, ["η", "starts that converge", "cycles of 3", "others"])
except NotImplementedError:
    print("cycle_length is not written yet.")


# %% graded="4.15" points=2
# Graded, and locked: run it, and leave it as it is.
def on_the_bent_bowl(start, lr, beta):
    """On curvature 25, except between 1 and 2, where it is 1."""
    return cycle_length(lambda x: 25 * x - 24 * np.clip(x - 1, 0, 1), start, lr, beta, 500, 1e-6)


values("4.15", on_the_bent_bowl, (3.3, 1 / 9, 4 / 9), (0.5, 1 / 9, 4 / 9), (3.3, 1 / 25, 4 / 9))


### BEGIN HIDDEN TESTS
def in_other_bowls(kind, start, lr, beta, steps, tolerance):
    springs = {n: 2 - 2 * np.cos(2 * np.pi / n) for n in range(3, 15)}
    bowls = {n: lambda x, bend=bend: bend * x for n, bend in springs.items()}
    bowls |= {"downhill": lambda x: -1, "wall": lambda x: min(x - 1, 0)}
    return cycle_length(bowls[kind], start, lr, beta, steps, tolerance)


from course_lib.checks.secret import fresh

rng = np.random.default_rng(fresh(42))
some_springs = [(int(n), 1.0, 1, 1, int(n) - 2, 1e-6) for n in rng.integers(3, 15, 8)]
values(
    "4.15 hidden",
    in_other_bowls,
    *some_springs,
    (12, 1.0, 1, 1, 3, 1e-6),
    (13, 1.0, 1, 1, 3, 1e-6),
    (5, 2.0, 1, 1, 11, 1e-6),
    (7, 1.0, 1, 0, 0, 1e-6),
    ("downhill", 0, 1, 0, 1, 1),
    ("wall", 0, 1, 0, 1, 1),
    ("downhill", 0, 1, 1, 2, 3),
    ("downhill", 0, 2, 0, 0, 1.5),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.16 Predict: what the best pair does (6 minutes)
#
# A bowl has curvatures from 4 to 900. Heavy ball, in the sum convention, gets its best pair of η and β.
#
# Return two numbers: its effective learning rate, and how many times this is the largest learning rate with which gradient descent converges (its limit), as in `return 1.0, 2.0`. You need pencil and paper. The practice cell checks only the form of your answer.


# %% answer="4.16"
def predicted_gain():
    """Return the effective learning rate, and how many times gradient descent's limit it is."""
    ### BEGIN SOLUTION
    return 1 / 60, 7.5  # 1 / √(4 · 900), and the limit is 2 / 900
    ### END SOLUTION


# %% practice="4.16"
check.predicted_gain(predicted_gain)

# %% graded="4.16" points=1
# Graded, and locked: run it, and leave it as it is.
values("4.16", predicted_gain)

# %% [markdown]
# ## 4.17 Stretch: the best momentum for a given learning rate (14 minutes)
#
# In practice the learning rate is often given, by a recipe or by what the largest curvature allows, and you choose β. The array `curvatures` holds the curvatures of a quadratic bowl, in no particular order. Return the β in [0, 1) for which heavy ball, in the sum convention, with the learning rate `lr` has the smallest convergence factor on this bowl (that of its slowest direction), and this factor. `lr` times the largest curvature is below 4, so that such a β exists.
#
# **Before you write:** the lesson says when a direction is critically damped. What happens to the factor of this direction when β is a little smaller than that, and what when β is a little larger?


# %% answer="4.17"
def best_beta(lr, curvatures):
    """Return the beta with the smallest convergence factor at this lr, and the factor."""
    ### BEGIN SOLUTION
    beta = ((1 - np.sqrt(lr * curvatures)) ** 2).max()
    return beta, np.sqrt(beta)
    ### END SOLUTION


# %% practice="4.17"
check.best_beta(best_beta)

# %%
check.best_beta.plot()

# %% [markdown]
# How much does a poor learning rate cost, if you choose β well? The cell compares gradient descent and heavy ball with your β, on curvatures from 1 to 100. A dash means that it does not converge.

# %%
try:
    rows_of_table = []
    for lr in (0.001, 0.005, 0.01, 0.02, 4 / 121, 0.038):
        beta, factor = best_beta(lr, np.array([1.0, 100.0]))
        plain = max(abs(1 - lr), abs(1 - 100 * lr))
        steps = [np.log(1e-3) / np.log(x) if x < 1 else None for x in (plain, factor)]
        rows_of_table.append((f"{lr:.3f}", f"{beta:.3f}", *(s and int(np.ceil(s)) for s in steps)))
    plots.table(rows_of_table, ["η", "your β", "steps to a thousandth, β = 0", "with your β"])
except NotImplementedError:
    print("best_beta is not written yet.")

# %% graded="4.17" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "4.17",
    best_beta,
    (0.01, np.array([4.0, 64.0, 25.0])),
    (0.25, np.array([9.0, 2.25])),
    (0.16, np.array([2.0])),
)
### BEGIN HIDDEN TESTS
values(
    "4.17 hidden",
    best_beta,
    (0.02, np.array([30.0, 0.5, 7.0, 110.0])),
    (0.5, np.array([6.5, 3.0, 2.0])),
    (0.003, np.array([1.0, 2.0])),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.18 Open: 200 gradients (12 minutes)
#
# Somewhere in a bowl with 30 parameters lies the minimum, with value 0. All curvatures lie between 1 and 300, the axes are turned, and the start is θ = 0. You may call `f` 200 times; each call `f(theta)` returns the value and the gradient. Write `my_descent(f, theta)`, which returns the θ that you end with. How you use the 200 calls is up to you.
#
# The score is the share of the start's value that is left. Get below two marks, **1e-6** and **1e-14**, here and in bowls that are not shown. The board shows what the library reaches; one method that no lesson treats gets far below the second mark.


# %% answer="4.18"
def my_descent(f, theta):
    """Return the theta that you reach with at most 200 calls of f, which returns value and gradient."""
    ### BEGIN SOLUTION
    low, high = 1, 300**0.5  # the square roots of the smallest and the largest curvature
    lr, beta = 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2
    v = 0
    for _ in range(200):
        _, g = f(theta)
        v = beta * v + g
        theta = theta - lr * v
    return theta
    ### END SOLUTION


# %% practice="4.18"
check.my_descent(my_descent)

# %%


def with_optimizer(rule, **hyper):
    def descent(f, theta):
        optimizer = Optimizer(rule, **hyper)
        for _ in range(200):
            theta = optimizer.step(theta, f(theta)[1])
        return theta

    return descent


contestants = {
    "gradient descent, η = 2/301": with_optimizer(sgd, lr=2 / 301),
    "Adam, η = 0.03": with_optimizer(adam, lr=0.03),
    "heavy ball, η = 1/300, β = 0.9": with_optimizer(momentum, lr=1 / 300, beta=0.9),
    "Nesterov, η = 1/300, β = 0.9": with_optimizer(nesterov, lr=1 / 300, beta=0.9),
    "yours": my_descent,
}
board = []
try:
    for name, descent in contestants.items():
        share, calls = loss_left(descent, condition=300, seed=0)
        board.append((name, f"{share:.0e}", calls))
except NotImplementedError:
    print("my_descent is not written yet.")
plots.table(board, ["method", "share left", "calls of f"])


# %% graded="4.18" points=2
# Graded, and locked: run it, and leave it as it is.
def marks_reached(seed):
    share, calls = loss_left(my_descent, condition=300, seed=seed)
    return seed, share < 1e-6, share < 1e-14, calls <= 200


values("4.18", marks_reached, (0,))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values("4.18 hidden", marks_reached, (fresh(45),), (fresh(46),))
### END HIDDEN TESTS
