# %% [markdown]
# # Lesson 4, exercises: momentum
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Momentum](../notebooks/04_momentum.ipynb). In each you write a function. The cell below it tries the function and says whether it passed, and if not, what came, what was expected and the likely cause. Try as often as you like.
#
# Each check has hints: type `check.heavy_ball.hint()` in a new cell, and again for the next one. The last cell of an exercise is locked: it shows what your function returns, and this is what is graded, together with inputs that are not shown.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib.checks import lesson_04 as check
from course_lib.checks.values import values
from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, ema_momentum, momentum, nesterov, sgd

# %% [markdown]
# ## 4.1 A step of heavy ball (8 minutes)
#
# Write one step of heavy ball in the **sum convention**, that of this course and of PyTorch:
#
# $$v \leftarrow \beta v + g, \qquad \theta \leftarrow \theta - \eta\, v .$$
#
# `theta`, the gradient `g` and the velocity `v` are arrays of the same shape, `lr` is η and `beta` is β. Return the new `theta` and the new `v`, in this order. Leave the arguments as they are.


# %% answer="4.1"
def heavy_ball(theta, g, v, lr, beta):
    """Return theta and v after one step of heavy ball in the sum convention."""
    ### BEGIN SOLUTION
    v = beta * v + g
    return theta - lr * v, v
    ### END SOLUTION


# %% practice="4.1"
check.heavy_ball(heavy_ball)

# %% [markdown]
# Does it walk? The cell takes 93 steps with the best pair for a valley with κ = 100 and prints which share of the distance is left.

# %%
valley = quadratic(condition=100)
theta, v = np.array([10.0, 10.0]), np.zeros(2)
try:
    for _ in range(93):
        _, g = valley(theta)
        theta, v = heavy_ball(theta, g, v, lr=4 / 121, beta=81 / 121)
    print(f"share left: {np.linalg.norm(theta) / np.linalg.norm([10, 10]):.1e}")
except NotImplementedError:
    print("heavy_ball is not written yet.")

# %% graded="4.1" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "4.1",
    heavy_ball,
    (np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([2.0, 4.0]), 0.1, 0.8),
    (np.array([-1.0, 3.0]), np.array([1.5, 2.0]), np.zeros(2), 0.2, 0.5),
)
### BEGIN HIDDEN TESTS
values(
    "4.1 hidden",
    heavy_ball,
    (np.linspace(-1, 1, 5), np.linspace(2, 3, 5), np.linspace(4, -2, 5), 0.03, 0.95),
    (np.array([7.0]), np.array([-2.0]), np.array([3.0]), 0.5, 0.4),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.2 A step that looks ahead (10 minutes)
#
# Nesterov's momentum takes the gradient where the old velocity is about to carry it:
#
# $$v \leftarrow \beta v + \nabla f(x - \eta\beta v), \qquad x \leftarrow x - \eta\, v .$$
#
# `f(x)` returns two things, the value and the gradient at `x`. Return the new `x` and the new `v`. One call of `f` is enough.


# %% answer="4.2"
def look_ahead(f, x, v, lr, beta):
    """Return x and v after one step of Nesterov's momentum in its look-ahead form."""
    ### BEGIN SOLUTION
    _, g = f(x - lr * beta * v)
    v = beta * v + g
    return x - lr * v, v
    ### END SOLUTION


# %% practice="4.2"
check.look_ahead(look_ahead)

# %% graded="4.2" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "4.2",
    look_ahead,
    (quadratic(10), np.array([2.0, -1.0]), np.array([0.5, 3.0]), 0.05, 0.8),
    (quadratic(4), np.array([1.0, 1.0]), np.array([-2.0, 1.0]), 0.2, 0.5),
)
### BEGIN HIDDEN TESTS
values(
    "4.2 hidden",
    look_ahead,
    (quadratic(7, rotation=30), np.array([-2.0, 1.5]), np.array([4.0, -0.5]), 0.1, 0.9),
    (quadratic(3), np.array([0.5, -0.5]), np.array([1.0, 2.0]), 0.3, 0.6),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.3 From the mean to the sum (5 minutes)
#
# A paper writes momentum as a mean (EMA), $m \leftarrow \beta m + (1-\beta) g$, $\theta \leftarrow \theta - \eta m$, and gives its learning rate. Your library writes it as a sum. Return the learning rate that makes your library walk the same path.


# %% answer="4.3"
def sum_lr(lr_ema, beta):
    """Return the learning rate in the sum convention that equals lr_ema in the mean convention."""
    ### BEGIN SOLUTION
    return (1 - beta) * lr_ema
    ### END SOLUTION


# %% practice="4.3"
check.sum_lr(sum_lr)

# %% [markdown]
# The cell walks 100 steps in both conventions and compares every one of them.

# %%
try:
    mean = descend(valley, (10, 1), Optimizer(ema_momentum, lr=0.15, beta=0.9), steps=100)
    total = descend(valley, (10, 1), Optimizer(momentum, lr=sum_lr(0.15, 0.9), beta=0.9), steps=100)
    print("100 steps agree to 1e-10:", np.allclose(mean, total, rtol=0, atol=1e-10))
except NotImplementedError:
    print("sum_lr is not written yet.")

# %% graded="4.3" points=1
# Graded, and locked: run it, and leave it as it is.
values("4.3", sum_lr, (0.5, 0.8), (0.01, 0.95))
### BEGIN HIDDEN TESTS
values("4.3 hidden", sum_lr, (3.0, 0.7), (0.25, 0.99), (0.6, 0.25))
### END HIDDEN TESTS

# %% [markdown]
# ## 4.4 The best pair (10 minutes)
#
# A bowl has curvatures from `smallest` to `largest`. Return the learning rate and the momentum with which heavy ball, in the sum convention, is quickest, in this order. The lesson derives them; this is what to find: the flattest and the steepest direction both just begin to swing.
#
# **Before you write:** what should the function return for a round bowl, where `smallest` equals `largest`?


# %% answer="4.4"
def best_pair(smallest, largest):
    """Return lr and beta of the quickest heavy ball on curvatures from smallest to largest."""
    ### BEGIN SOLUTION
    low, high = np.sqrt(smallest), np.sqrt(largest)
    return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2
    ### END SOLUTION


# %% practice="4.4"
check.best_pair(best_pair)

# %% [markdown]
# How many steps does it save? The cell walks down the valley with κ = 100 and counts the steps after which the distance stays within a millionth.

# %%
try:
    lr, beta = best_pair(1.0, 100.0)
    for name, optimizer in (
        ("plain descent", Optimizer(sgd, lr=2 / 101)),
        ("Nesterov", Optimizer(nesterov, lr=1 / 100, beta=9 / 11)),
        ("heavy ball", Optimizer(momentum, lr=lr, beta=beta)),
    ):
        left = np.linalg.norm(descend(valley, (1, 1), optimizer, steps=1000), axis=1)
        print(f"{name:>13}: {np.flatnonzero(left > 1e-6 * left[0])[-1] + 1} steps")
except NotImplementedError:
    print("best_pair is not written yet.")

# %%
check.best_pair.plot()

# %% graded="4.4" points=2
# Graded, and locked: run it, and leave it as it is.
values("4.4", best_pair, (1.0, 9.0), (2.0, 50.0))


### BEGIN HIDDEN TESTS
def pair_for(smallest, condition):
    return best_pair(smallest, condition * smallest)


values("4.4 hidden", pair_for, (0.1, 400), (1.5, 4), (5.0, 1))
### END HIDDEN TESTS

# %% [markdown]
# ## 4.5 The limit, measured (12 minutes)
#
# Which learning rate is too large for heavy ball? Measure it. On $f(\theta) = \tfrac12 \lambda \theta^2$ the gradient is $\lambda\theta$, with λ the `curvature`. For each learning rate in the array `lrs`, which rises, start at $\theta = 1$ with velocity 0 and take 500 steps of heavy ball in the sum convention. A walk **settles** when $|\theta| < 1$ at the end. Return the largest learning rate that settles.
#
# **Before you write:** which number do you expect for curvature 10 and β = 0.9?


# %% answer="4.5"
def largest_that_settles(curvature, beta, lrs):
    """Return the largest of lrs with which 500 steps of heavy ball from theta = 1 settle."""
    ### BEGIN SOLUTION
    theta, v = np.ones(len(lrs)), np.zeros(len(lrs))
    for _ in range(500):
        v = beta * v + curvature * theta
        theta = theta - lrs * v
    return lrs[np.abs(theta) < 1].max()
    ### END SOLUTION


# %% practice="4.5"
check.largest_that_settles(largest_that_settles)

# %% [markdown]
# Hold your measurements against the formula of the lesson:

# %%
try:
    for beta in (0.0, 0.5, 0.9):
        measured = largest_that_settles(100.0, beta, np.arange(0.0101, 0.05, 0.0002))
        print(f"β = {beta}: measured {measured:.4f}, 2 (1 + β) / λ = {2 * (1 + beta) / 100:.4f}")
except NotImplementedError:
    print("largest_that_settles is not written yet.")

# %% graded="4.5" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "4.5",
    largest_that_settles,
    (4.0, 0.6, np.linspace(0.11, 1.23, 57)),
    (20.0, 0.9, np.linspace(0.011, 0.25, 60)),
)


### BEGIN HIDDEN TESTS
def settles_on_a_grid(curvature, beta, steps, below):
    """The rates rise by the limit / steps, and none is nearer to the limit than a third of that."""
    limit = 2 * (1 + beta) / curvature
    places = np.arange(1 - below, steps // 2)
    return largest_that_settles(curvature, beta, limit * (1 + (places - 0.4) / steps))


values(
    "4.5 hidden",
    settles_on_a_grid,
    (3.0, 0.2, 20, 17),
    (0.7, 0.8, 24, 22),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.6 Bug hunt: one velocity too many (12 minutes)
#
# A colleague has written Nesterov's momentum. It runs, and it gets near the lowest point. But with the same learning rate and momentum it takes another path than the library, and it is slow: each gradient costs a pass over all data. Two faults, both of a kind found in real programs, are in the loop.


# %%
def colleague(gradient, x, lr, beta, steps):
    v = np.zeros_like(x)
    for _ in range(steps):
        here = gradient(x)
        ahead = gradient(x - lr * beta * v)
        v = beta * v + (here + ahead) / 2
        x = x - lr * (ahead + beta * v + beta * v)
    return x


calls = []


def gradient(x):
    calls.append(x)
    return valley(x)[1]


start = np.array([10.0, 1.0])
print("colleague:", colleague(gradient, start, 0.005, 0.5, 20).round(4))
print(
    "library:  ", descend(valley, start, Optimizer(nesterov, lr=0.005, beta=0.5), 20)[-1].round(4)
)
print("gradients taken in 20 steps:", len(calls))

# %% [markdown]
# Write it rightly. Your `x` is the point that `nesterov` of the library walks with, the one that looks ahead:
#
# $$v \leftarrow \beta v + g(x), \qquad x \leftarrow x - \eta\,(g + \beta v) ,$$
#
# with **one** gradient a step. `gradient(x)` returns the gradient at `x`; the velocity starts at 0. Return `x` after `steps` steps. The check also counts how often you call `gradient`.


# %% answer="4.6"
def nesterov_walk(gradient, x, lr, beta, steps):
    """Return x after `steps` steps of Nesterov's momentum, with one gradient in each."""
    ### BEGIN SOLUTION
    v = np.zeros_like(x)
    for _ in range(steps):
        g = gradient(x)
        v = beta * v + g
        x = x - lr * (g + beta * v)
    return x
    ### END SOLUTION


# %% practice="4.6"
check.nesterov_walk(nesterov_walk)


# %% graded="4.6" points=3
# Graded, and locked: run it, and leave it as it is.
def walk_and_count(x, lr, beta, steps):
    taken = []

    def gradient(x):
        taken.append(1)
        return x * np.linspace(1, 12, len(x))

    return nesterov_walk(gradient, x, lr, beta, steps), float(len(taken))


values(
    "4.6",
    walk_and_count,
    (np.array([1.0, -1.0]), 0.02, 0.8, 3),
    (np.array([2.0, 0.5, 1.0]), 0.05, 0.5, 10),
)
### BEGIN HIDDEN TESTS
values(
    "4.6 hidden",
    walk_and_count,
    (np.array([4.0, -2.0, 1.0, 0.5]), 0.03, 0.9, 12),
    (np.array([-3.0, 1.0]), 0.06, 0.4, 2),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 4.7 Where does the gain come from? (3 minutes)
#
# In a valley with κ = 100 heavy ball needs far fewer steps than plain descent, as 4.4 printed. All gradients are exact. Which sentence says why?
#
# - a: it averages the noise of the gradients away;
# - b: along the flat direction the gradients agree and add up, across the valley they change sign and cancel;
# - c: its speed carries it out of local minima on the way;
# - d: the velocity is a mean of the last gradients, and the mean is the better gradient.
#
# Return one letter, as text.


# %% answer="4.7"
def why_faster():
    """Return "a", "b", "c" or "d"."""
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


# %% practice="4.7"
check.why_faster(why_faster)

# %% graded="4.7" points=1
# Graded, and locked: run it, and leave it as it is.
values("4.7", why_faster)
