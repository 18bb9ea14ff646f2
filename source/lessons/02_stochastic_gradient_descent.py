# %% [markdown] about="noise, schedules, averaging" builds_on="1"
# # Lesson 2: stochastic gradient descent
#
# About {minutes} minutes.
# It has four parts, and you can stop after each of them.
#
# You need: [lesson 1](01_linear_regression.ipynb) (loss, gradient, learning rate, eigenvalues of the Hessian), and what a mean, a variance and a standard deviation are.
# Symbols are explained in [Notation and terms](00_start_here.ipynb#Notation-and-terms).
#
# At the end you will be able to
#
# - write stochastic gradient descent, and say why the gradient of one example is enough for a step;
# - tell its two phases apart, and predict how low its loss gets;
# - get lower with a schedule, by averaging, and by shuffling;
# - say when a constant learning rate converges, and when noise helps;
# - compare methods fairly: at equal gradient evaluations, and over several seeds.
#
# Run the next cell first. After it, you can begin with any part.

# %%
import numpy as np

from course_lib import data, plots, theory, toys
from course_lib.explorers import lesson_02 as explore
from course_lib.losses import squared_error
from course_lib.models import MLP, sine
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, sgd
from course_lib.schedules import constant, cosine, inverse_time, step, warm_up
from course_lib.turns import lesson_02 as turn

rng = np.random.default_rng(4)  # 30 points near a line, for parts 2 to 4
x = rng.uniform(-1, 2, size=30)
points = data.Split(x[:, None], 1.5 * x + 0.5 + 0.8 * rng.standard_normal(30))

# %% [markdown]
# ## 1. One example a step ({minutes} minutes)
#
# The gradient of lesson 1 is a mean over all examples.
# With 319 people each step costs 319 gradients, and with a million images a million.
# Here is a bold idea: pick *one* person at random, take the gradient of that person's squared error alone, and step.
#
# We predict the progression of diabetes from all ten columns, standardised as in lesson 1.
# A last column of ones makes the intercept a parameter like the others, so $\theta$ has 11 entries.

# %% [markdown] tags=["teacher"]
# **Aim.** The student can write SGD in plain NumPy, and can say in which sense the gradient of one example is right.
#
# **For the room**, before the comparison: "Both methods may compute 319 gradients. Which has the lower loss?"
# Expect: "the full gradient, because it is exact", and "they are equal, because the cost is equal".
# After the table, ask what happens with 319,000 people: the first column stays nearly the same, and gradient descent has not finished its first step.
#
# **Can be cut.** The section on a draw that is not uniform.
#
# **Exercises.** Those on per-sample gradients.

# %%
diabetes = data.load("diabetes")
print(diabetes)
raw, y = diabetes.train
X = np.column_stack([(raw - raw.mean(axis=0)) / raw.std(axis=0), np.ones(len(y))])
N = len(y)
best = theory.least_squares(X, y)


def loss(theta):
    """The mean of the squared residuals, for one θ (P,) or many (..., P)."""
    return np.mean((theta @ X.T - y) ** 2, axis=-1)


# %% [markdown]
# ### A gradient for each example
#
# The loss is a mean, $L = \frac1N \sum_i \ell_i$, where $\ell_i = r_i^2$ is the squared residual of example $i$ and $r_i = x_i \cdot \theta - y_i$.
# So the gradient is a mean as well:
#
# $$g = \frac1N \sum_{i=1}^N g_i .$$
#
# The $g_i$, the gradients of the $\ell_i$, are the **per-sample gradients**.
#
# ### Your turn: the gradients of all examples
#
# Return all $g_i$ as the rows of one array.
# Row $i$ is the gradient of $(x_i \cdot \theta - y_i)^2$ with respect to $\theta$, where $x_i$ is row $i$ of `X`.


# %% turn="1.a"
def per_sample(theta, X, y):
    """The gradient of each example, (N, P), at θ (P,), for X (N, P) and y (N,)."""
    ### BEGIN SOLUTION
    residuals = X @ theta - y
    return 2 * residuals[:, None] * X
    ### END SOLUTION


# %%
theta = np.zeros(11)
g_each = per_sample(theta, X, y)
g = 2 / N * X.T @ (X @ theta - y)  # the full gradient of lesson 1
print("shape of the per-sample gradients:", g_each.shape)
print(
    f"their mean minus the full gradient, largest entry: {np.abs(g_each.mean(axis=0) - g).max():.0e}"
)

# %% [markdown]
# The difference is rounding.
#
# Now draw one of the $N$ examples, each with the same probability $1/N$.
# The **expected value** of a random quantity is its mean over everything that can be drawn, weighted with the probabilities.
# Here that is exactly $\frac1N \sum_i g_i$, the full gradient.
# An estimate whose expected value is the quantity that it estimates is called **unbiased**.
#
# A common misconception: *the gradient of SGD is biased, because it ignores most of the data.*
# A single $g_i$ is nearly always wrong, but the errors $g_i - g$ of all examples add up to exactly 0.
# This holds at every θ.

# %% tags=["test"]
assert np.abs(g_each.mean(axis=0) - g).max() < 1e-10
assert np.abs((g_each - g).sum(axis=0)).max() < 1e-9

# %% [markdown]
# ### Stochastic gradient descent
#
# **Stochastic gradient descent**, SGD for short, takes each step with the gradient of an example drawn at random:
#
# $$\theta \leftarrow \theta - \eta\, g_i .$$
#
# *Stochastic* means governed by chance.
# Here is the whole method:

# %%
rng = np.random.default_rng(0)
theta, path = np.zeros(11), [np.zeros(11)]
for _ in range(10 * N):
    i = rng.integers(N)  # draw one example
    g_i = per_sample(theta, X[[i]], y[[i]])[0]
    theta = theta - 0.005 * g_i
    path.append(theta)
path = np.array(path)

# %% [markdown]
# Three words for counting are often mixed up.
#
# - A **step** is one update of θ.
# - A **gradient evaluation** is the computation of the gradient of one example.
# - An **epoch** is $N$ gradient evaluations, as many as there are examples.
#
# Gradient descent with all examples is called **full-batch** gradient descent; we write GD for it.
# GD takes one step in an epoch, SGD takes $N$.
# A figure against steps therefore compares something that costs 319 evaluations with something that costs one.
# We compare at equal numbers of gradient evaluations.
#
# **Question.** After one epoch GD has taken 1 exact step, and SGD 319 inexact ones. Which has the lower loss? And which after ten epochs?

# %% tags=["hide-output"]
full, GD_path = np.zeros(11), [np.zeros(11)]
for _ in range(10):
    full = full - 0.2 * 2 / N * X.T @ (X @ full - y)
    GD_path.append(full)
rows = [(k, k * N, loss(GD_path[k]), loss(path[k * N])) for k in (0, 1, 2, 5, 10)]
plots.table(rows, ["epoch", "gradient evaluations", "loss of GD", "loss of SGD"])

# %% tags=["hide-input", "hide-output"]
fig, ax = plots.figure(size=(7, 3.8))
seen, red, blue = np.arange(10 * N + 1), plots.COLOURS["red"], plots.COLOURS["blue"]
ax.plot(seen, loss(path), color=red, lw=0.9, label="SGD, one example a step")
ax.plot(seen[::N], loss(np.array(GD_path)), "o--", color=blue, label="GD, all examples a step")
ax.axhline(loss(best), color="black", ls=":", lw=1.2, label="minimum")
ax.set(xlabel="gradient evaluations", ylabel="loss", yscale="log", ylim=(2500, 30_000))
ax.set_yticks([3000, 5000, 10_000, 20_000], ["3,000", "5,000", "10,000", "20,000"])
ax.set_yticks([], minor=True)
ax.legend()
plots.show(
    fig,
    "The loss against gradient evaluations. SGD falls at once and then fluctuates above the minimum. "
    "GD decreases smoothly, is far higher for the first epochs, and ends lower, close to the minimum.",
)

# %% [markdown]
# SGD is far ahead at first, and behind at the end.
# This lesson is about both halves of that sentence.
#
# The two learning rates differ because each suits its method: the gradient of one person is so uncertain that a long step does harm.
#
# A second misconception: *SGD means one example a step.*
# The name stands for every method whose gradient comes from examples drawn at random.
# A **mini-batch** uses the mean of a few $g_i$; it is the subject of [lesson 3](03_mini_batches.ipynb).

# %% tags=["test"]
of_GD, of_SGD = loss(np.array(GD_path)), loss(path[::N])
assert of_SGD[1] < of_GD[1] / 3
assert of_SGD[2] < of_GD[2]
assert loss(best) < of_GD[10] < of_SGD[10]

# %% [markdown]
# ### SGD with the library
#
# `descend` of lesson 1 runs this loop too, if its function returns the loss and the gradient of a single example.
# `one_by_one` makes such a function: each call draws the next example.
# `Objective` joins a model and a loss.
# The model here is `MLP(10, 1)`, the linear model with ten weights and an intercept; it needs no column of ones. (Lesson 3 explains the name.)

# %%
linear = Objective(MLP(10, 1), squared_error)
one_example = linear.one_by_one(X[:, :10], y, seed=0)
library_path = descend(one_example, np.zeros(11), Optimizer(sgd, lr=0.005), steps=10 * N)
print(f"largest difference from the loop: {np.abs(library_path - path).max():.0e}")

# %% [markdown]
# It is the same path, up to rounding.

# %% tags=["test"]
assert np.abs(library_path - path).max() < 1e-9

# %% [markdown]
# ### When the draw is not uniform
#
# That the estimate is unbiased depends on how you draw.
# Below we draw among all patients, and among the heavier half only.
# We average the gradients of many draws, and measure how far the average is from the full gradient.

# %%
theta = 0.9 * best
g_each, rng = per_sample(theta, X, y), np.random.default_rng(0)
g, bmi = g_each.mean(axis=0), X[:, diabetes.columns.index("bmi")]


def distance(rows, draws):
    """How far the mean of so many draws among the rows is from g: root mean square of 50."""
    means = g_each[rng.choice(rows, size=(50, draws))].mean(axis=1)
    return np.sqrt(np.mean(np.sum((means - g) ** 2, axis=1)))


groups = np.arange(N), np.flatnonzero(bmi > np.median(bmi))
rows = [(draws, *(distance(group, draws) for group in groups)) for draws in (1, 100, 10_000)]
plots.table(rows, ["draws", "distance, from all", "distance, from the heavier half"])

# %% [markdown]
# Drawing from everybody, 100 times as many draws bring the mean about 10 times closer.
# Drawing from the heavier half, the error stops falling.
# That is what **bias** is: an error that averaging does not remove.

# %% tags=["test"]
(_, all_1, _), (_, all_2, half_2), (_, all_3, half_3) = rows
assert 7 < all_1 / all_2 < 14
assert 7 < all_2 / all_3 < 14
assert half_3 > 0.7 * half_2 > 10 * all_3

# %% [markdown]
# ### How noisy is one example?
#
# We call the difference $g_i - g$ the **noise** of example $i$.
# Its **variance** is the mean squared length $\frac1N \sum_i \lVert g_i - g \rVert^2$.
# The root of the variance is the **spread**, a typical length of the noise.
#
# **Question.** We move θ in a straight line from 0 to the best θ. On the way the full gradient shrinks to 0. Does the noise?

# %% tags=["hide-output"]
rows = []
for share in (0.0, 0.5, 0.9, 0.99, 1.0):
    g_each = per_sample(share * best, X, y)
    g = g_each.mean(axis=0)
    spread = np.sqrt(np.mean(np.sum((g_each - g) ** 2, axis=1)))
    agree = f"{np.mean(g_each @ g > 0):.0%}" if share < 1 else None
    rows.append((f"{share:.0%}", f"{np.linalg.norm(g):.1f}", f"{spread:.0f}", agree))
plots.table(rows, ["of the way", "length of g", "spread", "examples that agree with g"])

# %% [markdown]
# An example *agrees* with $g$ when the angle between $g_i$ and $g$ is below 90°.
# A short step against $g_i$ then also lowers the loss over all examples.
# At the start about three quarters of the examples agree; near the best θ it is like tossing a coin.
# At the best θ the per-sample gradients cancel, but almost none of them is 0.
#
# Look at the first row: even at the start the noise is about three times as long as the gradient.
# SGD is fast there all the same.
# Part 2 explains why.
#
# **Keep this:** the gradient of one random example is wrong almost every time, and right on average.

# %% tags=["test"]
lengths = [float(row[1]) for row in rows]
spreads = [float(row[2]) for row in rows]
assert 2.5 < spreads[0] / lengths[0] < 3.5
assert lengths[-1] == 0 < 300 < spreads[-1]
assert 0.7 < float(rows[0][3][:-1]) / 100 < 0.8
assert 0.4 < float(rows[3][3][:-1]) / 100 < 0.6
assert np.mean(np.linalg.norm(g_each, axis=1) < 1) < 0.02

# %% [markdown]
# ## 2. Two phases, and the noise floor ({minutes} minutes)
#
# Eleven parameters cannot be drawn.
# From here on we fit a line to 30 points that were drawn at random near the line $y = 1.5\, x + 0.5$.
#
# We need one more word.
# The **excess loss** is the loss minus its minimum: what could still be gained.
#
# The next cell also defines `noisy_bowl`, which this part explains after the first explorer.

# %% [markdown] tags=["teacher"]
# **Aim.** The student can derive the mean squared error of noisy gradient descent, and predict how the noise floor depends on the learning rate.
#
# **For the room**, before the derivation: "The noise is three times as long as the gradient. Why does SGD make progress at all?"
# Expect: "because the gradient is larger than the noise far away" (it is not, look at the table of part 1) and "because the noise averages out" (right; ask over how many steps).
#
# **Can be cut.** One of the two explorers.
#
# **Exercises.** Those on the stationary variance and on the noise floor.

# %%
x, y = points.X[:, 0], points.y


def noisy_bowl(curvature, s, seed=0):
    """f(θ) = ½ λ θ², exact, with a gradient that has normal noise of variance s²."""
    noise = np.random.default_rng(seed)

    def f(theta):
        xi = s * noise.standard_normal(theta.shape)
        return curvature / 2 * theta[..., 0] ** 2, curvature * theta + xi

    return f


# %% [markdown]
# ### Explore: the per-sample gradients
#
# On the left is the line with the 30 points, in the middle its θ over the contours of the loss.
# On the right is an arrow for each $g_i$; the square marks their mean, the full gradient.

# %%
explore.cloud(x, y)

# %% [markdown]
# When the targets have noise, the arrows become somewhat shorter and stay different, while their mean goes to 0.
# When all targets lie on one line, all arrows go to 0 together.
# Remember the second case; part 4 returns to it.

# %% tags=["test"]
ones = np.column_stack([x, np.ones(30)])
at_best = theory.least_squares(ones, y)
for at, low, high in ((at_best + np.array([-1.8, 2.4]), 3, 6), (at_best, 1, 3)):
    each = 2 * (ones @ at - y)[:, None] * ones
    assert low < np.sqrt(np.mean(np.sum((each - each.mean(axis=0)) ** 2, axis=1))) < high
assert np.abs(each.mean(axis=0)).max() < 1e-12

# %% [markdown]
# ### A model of the noise
#
# Why does SGD make progress far from the minimum, though a single gradient is mostly noise?
# And why does it stop making progress?
# One dimension is enough to answer both.
#
# Take $f(\theta) = \frac12 \lambda \theta^2$.
# Its minimum is 0, at $\theta = 0$, its gradient is $\lambda \theta$, and its second derivative, the **curvature**, is λ.
# In each step we add to the gradient a random number ξ (xi) with mean 0 and variance $s^2$, independent of all others:
#
# $$\theta \leftarrow \theta - \eta\,(\lambda\theta + \xi) = (1 - \eta\lambda)\,\theta - \eta\,\xi .$$
#
# `noisy_bowl` above is this function.
# With η = 0.1, λ = 1 and s = 1 the mean of its loss falls at first, and then stays at about 0.026.
#
# ### Your turn: predict the floor
#
# You make the learning rate five times smaller, η = 0.02, and take enough steps.
# At which value does the mean loss stay now?
# Nobody checks your number; the next cell prints it beside the measured one.


# %% turn="2.a"
def mean_loss_at_002():
    """Your prediction, a number."""
    ### BEGIN SOLUTION
    return 0.005
    ### END SOLUTION


# %% tags=["hide-output"]
rates, runs = np.array([0.1, 0.02]), 2000
bowl, start = noisy_bowl(1.0, 1.0), np.full((runs, 2, 1), 3.0)
theta = descend(bowl, start, Optimizer(sgd, lr=rates), steps=400)[-1, ..., 0]
measured = np.mean(theta**2 / 2, axis=0)
predictions = [None, mean_loss_at_002()]
rows = list(zip(rates, predictions, measured, strict=True))
plots.table(rows, ["η", "your prediction", "mean loss of 2,000 runs after 400 steps"])

# %% [markdown]
# The mean loss is five times smaller too, up to chance.
# Let us derive it.
#
# ### From one step to the next
#
# Let $v$ be the mean of $\theta^2$ over all possible runs.
# Square both sides of the update and take the mean:
#
# - the square of $(1 - \eta\lambda)\,\theta$ has a mean that you can write in terms of $v$;
# - the square of $\eta\,\xi$ has a mean that you can write in terms of $s^2$;
# - the mixed term contains θ times ξ. Its mean is 0, because ξ is independent of θ and has mean 0.
#
# ### Your turn: the mean of θ² after a step
#
# Return the new $v$, the sum of these means.


# %% turn="2.b"
def variance_after(v, lr, curvature, s):
    """The mean of θ² after a step, where v is the mean of θ² before it."""
    ### BEGIN SOLUTION
    return (1 - lr * curvature) ** 2 * v + lr**2 * s**2
    ### END SOLUTION


# %% tags=["test"]
assert abs(measured[0] - 0.026) < 0.0015
assert 4.5 < measured[0] / measured[1] < 5.5

# %% [markdown]
# Repeat it from $v_0 = 3^2$ and compare with the mean of 2,000 runs, for three learning rates.

# %%
rates, v = np.array([0.3, 0.1, 0.03]), np.full(3, 9.0)
runs = descend(noisy_bowl(1.0, 1.0), np.full((2000, 3, 1), 3.0), Optimizer(sgd, lr=rates), 200)
simulated = np.mean(runs[..., 0] ** 2 / 2, axis=1)  # (201, 3): the mean loss
recursion = [v / 2]
for _ in range(200):
    v = variance_after(v, rates, 1.0, 1.0)
    recursion.append(v / 2)
recursion = np.array(recursion)

# %% tags=["hide-input"]
fig, ax = plots.figure(size=(7, 3.8))
for k, name in enumerate(("blue", "orange", "green")):
    colour, after = plots.COLOURS[name], (95, 95, 120)[k]
    ax.plot(simulated[:, k], color=colour, lw=3, alpha=0.4)
    ax.plot(recursion[:, k], "--", color=colour, lw=1.5)
    ax.annotate(f"η = {rates[k]}", (after, 1.25 * recursion[after, k]), color=colour)
ax.set(xlabel="step", ylabel="mean loss", yscale="log", xlim=(0, 200), ylim=(4e-3, 10))
ax.plot([], color="0.5", lw=3, alpha=0.5, label="mean of 2,000 runs")
ax.plot([], "--", color="0.3", label="your recursion")
ax.legend()
plots.show(
    fig,
    "The mean loss against steps on a logarithmic axis, for η 0.3, 0.1 and 0.03. Each curve falls along a straight line "
    "and then stays level: the larger η, the steeper the line and the higher the level. The recursion lies on the measured curves.",
)

# %% [markdown]
# Each curve has two phases.
# It falls along a straight line, then it stays level.
#
# Both phases stand in one formula.
# A step multiplies $v$ by $(1-\eta\lambda)^2$ and adds $\eta^2 s^2$.
# The two balance at the **stationary variance** $v_\infty$, where a step changes nothing: $v_\infty = (1-\eta\lambda)^2 v_\infty + \eta^2 s^2$, so
#
# $$v_\infty = \frac{\eta^2 s^2}{1 - (1-\eta\lambda)^2} = \frac{\eta\, s^2}{\lambda\,(2 - \eta\lambda)} .$$
#
# The name says *variance* because the mean of θ shrinks to 0, and then the mean of $\theta^2$ is the variance of θ.
#
# The distance of $v$ from $v_\infty$ shrinks by $(1-\eta\lambda)^2$ in each step, so
#
# $$v_t = \underbrace{(1-\eta\lambda)^{2t}\; v_0}_{\text{transient}} \;+\; \underbrace{\left(1 - (1-\eta\lambda)^{2t}\right) v_\infty}_{\text{noise}} .$$
#
# - **Transient.** The first term is gradient descent without noise. As long as $v$ is far above $v_\infty$, it is nearly the whole sum. So SGD is on average as fast as GD there, step by step, even when each single gradient is mostly noise: over about $1/(\eta\lambda)$ steps the noise averages out.
# - **Noise ball.** Later only $v_\infty$ is left, and θ fluctuates around the minimum. The mean excess loss in this phase is the **noise floor**. In one dimension it is
#
# $$\tfrac12 \lambda\, v_\infty = \frac{\eta\, s^2}{2\,(2 - \eta\lambda)} \approx \frac{\eta\, s^2}{4} .$$
#
# Half the learning rate gives about half the floor, and takes about twice as many steps to get there.
# Towards the limit $\eta\lambda = 2$ of lesson 1 the floor grows without bound.
#
# How exact is a mean of 2,000 runs?
# The mean of $n$ squares of normal numbers has a relative standard deviation of $\sqrt{2/n}$, here 3.2 %.
# So each measured floor below should be within about twice its margin of the formula.

# %%
rates, curvature, s = np.array([0.01, 0.03, 0.1, 0.3, 0.9]), 2.0, 3.0
bowl, start = noisy_bowl(curvature, s, seed=1), np.zeros((2000, 5, 1))
theta = descend(bowl, start, Optimizer(sgd, lr=rates), steps=400)[-1, ..., 0]
measured = curvature / 2 * np.mean(theta**2, axis=0)
floors = curvature / 2 * theory.stationary_variance(rates, curvature, s)
margins = [f"± {error:.4f}" for error in np.sqrt(2 / 2000) * measured]
rows = list(zip(rates, measured, margins, floors, strict=True))
plots.table(rows, ["η", "measured floor", "margin", "η s² / (2 (2 − ηλ))"])

# %% tags=["test"]
closed = [
    sum(theory.expected_loss(t, np.array([0.3, 0.1, 0.03]), 1.0, 1.0, 3.0)) for t in range(201)
]
assert np.allclose(recursion, closed)
assert np.abs(simulated / recursion - 1).max() < 0.12
assert np.abs(measured / floors - 1).max() < 2 * np.sqrt(2 / 2000)
assert round(100 * np.sqrt(2 / 2000), 1) == 3.2

# %% [markdown]
# ### Explore: the floor
#
# This is the bowl with λ = 1.
# On the left is the loss of a single run; on the right each dot will be the mean loss at the end of 80 runs, for one learning rate.

# %%
explore.floor()

# %% [markdown]
# On the right both axes are logarithmic, and the floor is a straight line of slope 1 until η gets close to the limit.
# At the left end the dots leave the line: with such small steps 400 are not enough to reach the floor.
#
# With real examples the variance of the noise changes a little with θ, and the formula holds approximately.
#
# **Keep this:** a large η shortens the transient and raises the floor; a small η does the opposite.

# %% [markdown]
# ## 3. Below the floor ({minutes} minutes)
#
# A large learning rate is fast, a small one gets low.
# This part gets both, in three ways: a learning rate that falls, an average of the path, and another order of the examples.

# %% [markdown] tags=["teacher"]
# **Aim.** The student knows three ways to get below the noise floor, and when a schedule falls too fast.
#
# **For the room**, after the first explorer: "May I start with a tiny learning rate, to be safe?"
# Expect "yes, it converges surely"; let them find how many steps that takes.
# Before the section on order: "Does it matter whether an example may come twice?" Most say no.
#
# **Can be cut.** The conditions of Robbins and Monro, or the section on averaging.
#
# **Exercises.** Those on decaying learning rates, averaging and order.

# %%
X, y = np.column_stack([points.X, np.ones(30)]), points.y
best = theory.least_squares(X, y)
line = Objective(MLP(1, 1), squared_error)  # a line, θ = (w, b)
f = line.on(*points)
minimum, _ = f(best)


def excess(theta):
    """The excess loss over all 30 points, for one θ (2,) or many (..., 2)."""
    return f(theta)[0] - minimum


# %% [markdown]
# ### Explore: GD or SGD
#
# Both methods fit the line to the 30 points, from the same start.

# %%
explore.budget(points.X[:, 0], points.y)

# %% [markdown]
# At equal gradient evaluations GD takes eight steps.
# With a small learning rate SGD is then far ahead; with a large one its floor is so high that GD wins.
# At equal steps GD looks better, but it has computed 30 times as many gradients.
#
# The second slider lets the learning rate of SGD fall.
# With some very large learning rates GD still converges and SGD diverges: the limit of lesson 1 belongs to the loss over all examples, and the squared residual of a single example can have a larger curvature.

# %% tags=["test"]
etas = np.geomspace(0.01, 1.1, 14)
of_GD = excess(descend(f, (-2.0, 3.0), Optimizer(sgd, lr=etas), 240))
runs = [
    descend(line.one_by_one(*points, seed=k), (-2.0, 3.0), Optimizer(sgd, lr=etas), 240)
    for k in range(5)
]
of_SGD = np.median([excess(run)[-24:].mean(axis=0) for run in runs], axis=0)
assert (of_SGD[:7] < of_GD[8, :7] / 5).all()
assert (of_GD[8, 9:11] < of_SGD[9:11] / 5).all()
assert (of_GD[240, :11] < of_SGD[:11]).all()
assert of_GD[240, 10] < 1e-9
assert of_SGD[10] > 100  # larger than at the start

# %% [markdown]
# ### How fast may the learning rate fall?
#
# A **schedule** makes the learning rate a function of the step, $\eta_t$.
# Herbert Robbins and Sutton Monro gave a condition in 1951, in the paper with which SGD begins.
# Under mild conditions on the function, a run converges to the minimum with probability 1 if
#
# $$\sum_t \eta_t = \infty \qquad\text{and}\qquad \sum_t \eta_t^2 < \infty .$$
#
# The first says that the steps together can cover any distance.
# The second says that the variance which the noise adds, $\eta_t^2 s^2$ in step $t$, is finite in total.
#
# We compute both sums for four schedules.
# One of them is **inverse time**, $\eta_t = \eta_1 / (1 + (t-1)/\text{half})$: it has halved η after `half` steps, and falls as $1/t$ in the long run.

# %%
candidates = {
    "constant, 0.1": constant(0.1),
    "0.1 / √t": lambda t: 0.1 / np.sqrt(t),
    "inverse time, half after 10": inverse_time(0.1, half=10),
    "0.1 / t²": lambda t: 0.1 / t**2,
}
rows = []
for name, eta in candidates.items():
    etas = np.array([eta(t) for t in range(1, 100_001)])
    sums, squares = np.cumsum(etas), np.cumsum(etas**2)
    rows.append((name, sums[999], sums[-1], squares[999], squares[-1]))
plots.table(rows, ["schedule", "Σ η to 1,000", "to 100,000", "Σ η² to 1,000", "to 100,000"])

# %% [markdown]
# For the constant and for $1/\sqrt t$ both sums keep growing, the second one slowly for $1/\sqrt t$.
# For inverse time the sum of η keeps growing and the sum of squares has a limit: it meets both conditions.
# For $1/t^2$ both sums have a limit, and θ can stop far from the minimum.
#
# The two conditions are sufficient, not necessary.
# $1/\sqrt t$ violates the second, and still the *mean* excess loss goes to 0, because the floor of each $\eta_t$ does.
# A loss is **convex** when its curvature is nowhere negative; then every minimum is a deepest one.
# $1/\sqrt t$ is the usual schedule for a convex loss that may have curvature 0 in some direction; there the steps of $1/t$ become short too early.
# Where the curvature is at least $\lambda_{\min} > 0$, $1/t$ is faster in the long run.
#
# ### Schedules in use
#
# These are the schedules that you meet in practice, from a first learning rate $\eta_1$:
#
# | schedule | $\eta_t$ | used |
# |---|---|---|
# | step | $\eta_1$, ten times smaller after each phase | classical networks for images |
# | cosine | half a cosine wave from $\eta_1$ to 0 over all $T$ steps | the usual choice when $T$ is known |
# | warm-up | rises in a straight line for the first steps, then another schedule | large networks, whose first steps are the most unstable |
# | inverse time, $1/\sqrt t$ | as above | theory, streams of data, when $T$ is unknown |

# %%
schedules = {
    "constant 0.1": constant(0.1),
    "constant 0.001": constant(0.001),
    "inverse time, half after 50": inverse_time(0.1, half=50),
    "inverse time, half after 2": inverse_time(0.1, half=2),
    "0.1 / √t": lambda t: 0.1 / np.sqrt(t),
    "step, every 1,000": step(0.1, every=1000),
    "cosine": cosine(0.1, steps=3000),
}

# %% tags=["hide-input"]
fig, ax = plots.figure(size=(6.4, 4.4))
drawn_too = schedules | {"warm-up, then cosine": warm_up(cosine(0.1, steps=3000), steps=300)}
plots.curves(
    {
        name: [eta(t) for t in range(1, 3001)]
        for name, eta in drawn_too.items()
        if "half after 2" not in name
    },
    x=np.arange(1, 3001),
    xlabel="step",
    ylabel="learning rate η",
    ax=ax,
)
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
plots.show(
    fig,
    "The learning rate of seven schedules over 3,000 steps. Two are constant, two fall quickly at first, one falls in steps of ten, "
    "one along half a cosine wave, and one rises for 300 steps and then follows the same wave.",
)

# %% [markdown]
# **Question.** Each schedule may take 3,000 steps with one example, on the 30 points. Which end with the lowest excess loss, and which two with the highest?
# One run would be luck, so we take five seeds, and the median counts.


# %% tags=["hide-output"]
def all_etas(t):
    return np.array([eta(t) for eta in schedules.values()])  # a learning rate for each run


paths = [
    descend(line.one_by_one(*points, seed=seed), (-2.0, 3.0), Optimizer(sgd, lr=all_etas), 3000)
    for seed in range(5)
]
curves = excess(np.array(paths))  # (5 seeds, 3001, 7 schedules)
ends = np.sort(curves[:, -300:].mean(axis=1), axis=0)  # the mean of the last 300 steps
rows = [(n, all_etas(3000)[k], *ends[[2, 0, 4], k]) for k, n in enumerate(schedules)]
plots.table(rows, ["schedule", "last η", "excess loss, median", "lowest seed", "highest seed"])

# %% tags=["hide-input", "hide-output"]
fig, ax = plots.figure(size=(6.4, 4.6))
shown = [name for name in schedules if "half after 2" not in name]  # as in the figure above
blocks = curves[:, 1:].reshape(5, 60, 50, 7).mean(axis=2)  # the means of 50 steps each
columns = {name: blocks[..., list(schedules).index(name)].T for name in shown}
plots.curves(
    columns, x=np.arange(25, 3000, 50), xlabel="step", ylabel="excess loss", log=True, ax=ax
)
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
plots.show(
    fig,
    "The excess loss of six schedules, means of 50 steps, median and range of five seeds. Constant 0.1 is level almost at once, "
    "constant 0.001 falls slowly. Inverse time and 0.1/√t fall quickly and end low; step and cosine stay high at first and end as low.",
)

# %% [markdown]
# The constant 0.1 ends on its floor, and the constant 0.001 is still in its transient.
# Four of the five falling schedules end roughly a hundred times lower.
# Among them the differences are no larger than those between seeds.
# Inverse time and $0.1/\sqrt t$ end with nearly the same learning rate, so their losses are nearly the same as well.
# (Warm-up is not in the table: in this bowl it only delays the start.)
#
# "Half after 2" ends highest, though it meets both conditions of Robbins and Monro: their theorem speaks of infinitely many steps.
# With $\eta_t \approx c/t$ the distance from the minimum shrinks only as $t^{-c\lambda}$, and its square, the transient, as $t^{-2c\lambda}$.
# Here $c = 0.1 \cdot 2 = 0.2$ and $\lambda_{\min}$ is about 0.7, so in that direction about a third of the distance is left after 3,000 steps.
# With half after 50, $c$ is 5.
# A rule of thumb: $c$ should be above $1/(2\lambda_{\min})$ for the squared error to fall as $1/t$.

# %% tags=["test"]
assert 0.7 < rows[4][2] / rows[2][2] < 1.4
assert 0.7 < rows[4][1] / rows[2][1] < 1.4
median = dict(zip(schedules, ends[2], strict=True))
waiting = [
    "inverse time, half after 50",
    "0.1 / √t",
    "step, every 1,000",
    "cosine",
]
assert all(25 < median["constant 0.1"] / median[name] < 400 for name in waiting)
assert max(median, key=median.get) == "inverse time, half after 2"
assert sorted(median, key=median.get)[-2] == "constant 0.1"
low, high = ends[0], ends[4]
assert (
    max(low[list(schedules).index(name)] for name in waiting)
    < min(high[list(schedules).index(name)] for name in waiting) * 2
)
eigenvalues, eigenvectors = np.linalg.eigh(theory.squared_error_hessian(X))
assert abs(eigenvalues[0] - 0.7) < 0.05
assert all_etas(51)[2] == 0.05
along = (np.array(paths)[:, :, list(schedules).index("inverse time, half after 2")] - best) @ (
    eigenvectors[:, 0]
)
assert 0.25 < np.median(along[:, -1] / along[:, 0]) < 0.42

# %% [markdown]
# ### How fast, and why SGD wins when N is large
#
# We compare three methods.
#
# | method | excess loss after $t$ steps | needs |
# |---|---|---|
# | GD, constant η | proportional to $r^t$ with $r < 1$, called **linear** convergence | $\lambda_{\min} > 0$ |
# | SGD, $\eta_t \propto 1/t$ | proportional to $1/t$ | $\lambda_{\min} > 0$ |
# | SGD, $\eta_t \propto 1/\sqrt t$ | proportional to $1/\sqrt t$, up to a logarithm | a convex loss |
#
# So GD is by far the fastest in steps.
# But its step costs $N$ gradient evaluations, and the loss of SGD after $t$ evaluations does not depend on $N$.
#
# The figure shows expected values at equal gradient evaluations: for SGD in a bowl with λ = 1 and s = 1, for GD with the condition number κ = 10.
# With ten times as many examples, the curve of GD moves to the right by a factor of ten, and that of SGD stays.
# In this example SGD is ahead for about thirty epochs, and the more examples you have, the lower its loss is by then.
# This is why SGD wins when $N$ is large. (Bottou, Curtis and Nocedal, 2018, section 4.4.)

# %% tags=["hide-input"]
evaluations = np.unique(np.geomspace(1, 1_000_000, 200).astype(int))
columns, keep = {}, set(evaluations.tolist())
for name, eta in {"SGD, η = 1/t": lambda t: 1 / t, "SGD, η = 1/√t": lambda t: t**-0.5}.items():
    v, values = 1.0, []
    for t in range(1, 1_000_001):
        v = (1 - eta(t)) ** 2 * v + eta(t) ** 2
        if t in keep:
            values.append(v / 2)
    columns[name] = np.array(values)
for N in (1_000, 10_000):
    columns[f"GD, N = {N:,}"] = 0.5 * (9 / 11) ** (2 * (evaluations // N))
fig, ax = plots.figure(size=(7, 3.8))
styles = [("red", "-"), ("red", "--"), ("blue", "-."), ("blue", ":")]
for (name, values), (colour, dash) in zip(columns.items(), styles, strict=True):
    ax.plot(evaluations, values, dash, color=plots.COLOURS[colour], label=name)
ax.set(xlabel="gradient evaluations", ylabel="expected excess loss", ylim=(1e-7, 2))
ax.set(xscale="log", yscale="log")
ax.legend()
plots.show(
    fig,
    "Expected excess loss against gradient evaluations, both axes logarithmic. SGD with 1/t is a straight line of slope −1, with 1/√t of slope −½. "
    "GD is level for about N evaluations and then falls ever more steeply; it crosses the line of 1/t after about thirty epochs.",
)

# %% tags=["test"]
slopes = {
    name: np.polyfit(np.log(evaluations[-60:]), np.log(values[-60:]), 1)[0]
    for name, values in columns.items()
}
assert abs(slopes["SGD, η = 1/t"] + 1) < 0.02
assert abs(slopes["SGD, η = 1/√t"] + 0.5) < 0.02
for N in (1_000, 10_000):
    ahead = evaluations[columns["SGD, η = 1/t"] < columns[f"GD, N = {N:,}"]]
    assert 24 < ahead[-1] / N < 36

# %% [markdown]
# ### Average the path
#
# A second way leaves the learning rate alone.
# In the noise ball θ is sometimes on one side of the minimum, sometimes on the other.
# So the *mean of the path* is closer to the minimum than the path itself.
# This is **Polyak averaging**, after Boris Polyak: use a constant learning rate, discard the transient, and average the rest.
#
# You need no memory for the path.
# If $\theta_1, \theta_2, \ldots$ are the points since averaging began, keep $\bar\theta \leftarrow \bar\theta + (\theta_k - \bar\theta)/k$.

# %%
second_half = np.array(paths)[:, 1501:, 0]  # of the constant 0.1: (5 seeds, 1500, 2)
rows = [
    ("mean of the loss along the path", np.median(excess(second_half).mean(axis=1))),
    ("loss of the mean of the path", np.median(excess(second_half.mean(axis=1)))),
]
plots.table(rows, ["second half of each run, η = 0.1", "excess loss, median of five seeds"])

# %% [markdown]
# The order of the words matters.
# The mean of the loss is the noise floor.
# The loss of the mean is far lower, because the errors cancel before they are squared.

# %% tags=["test"]
assert rows[1][1] < rows[0][1] / 50

# %% [markdown]
# ### Draw or shuffle?
#
# So far each step drew an example without regard to earlier draws.
# Such draws are called **i.i.d.**: *independent and identically distributed*.
# In an epoch of i.i.d. draws some examples come twice or more, and others not at all.
#
# In practice you **reshuffle**: put all examples in a random order, go through it once, and shuffle again.
# Then each epoch contains each example exactly once.
#
# ### Your turn: an epoch of SGD
#
# Write the steps of one epoch.
# `order` holds the row numbers; take one step with each of them, in this order, each with the gradient at the current θ.


# %% turn="3.a"
def sgd_epoch(theta, X, y, order, lr):
    """θ (P,) after a step of SGD with each example in order, for X (N, P), y (N,)."""
    ### BEGIN SOLUTION
    for i in order:
        theta = theta - lr * 2 * (X[i] @ theta - y[i]) * X[i]
    return theta
    ### END SOLUTION


# %% [markdown]
# **Question.** Which order has the lowest floor: drawn, reshuffled, or one fixed order in every epoch?
# We begin at the best line, take 120 epochs, and average the excess loss at the ends of the last 80.


# %% tags=["hide-output"]
def floor_of(order, lr, seed):
    rng, theta, values = np.random.default_rng(seed), best, []
    for _ in range(120):
        theta = sgd_epoch(theta, X, y, order(rng), lr)
        values.append(excess(theta))
    return np.mean(values[40:])


def drawn(rng):
    return rng.integers(30, size=30)


def reshuffled(rng):
    return rng.permutation(30)


def fixed(rng):
    return np.arange(30)


# %% tags=["hide-output"]
rates, rows = (0.1, 0.05, 0.02, 0.005), []
for order in (drawn, reshuffled, fixed):
    floors = [[floor_of(order, lr, seed) for seed in range(3)] for lr in rates]
    rows.append((order.__name__, *np.median(floors, axis=1)))
plots.table(rows, ["order", *(f"η = {lr}" for lr in rates)])

# %% [markdown]
# Read the rows from left to right.
# With i.i.d. draws the floor falls about in proportion to η.
# Reshuffled, it is similar at the largest η, and then falls much faster: the errors of the single examples nearly cancel within an epoch, because each example occurs once.
# So *shuffle*.
#
# The fixed order is worse than the reshuffled one here; how much worse depends on the order.
# Rows sorted by class would pull θ in one direction for half an epoch and then in another.
#
# Shuffling makes proofs harder: within an epoch the draws are not independent, and after 29 examples the last one is known.
#
# **Keep this:** first a large learning rate, then a small one; shuffle; and if the learning rate stays constant, average the path.

# %% tags=["test"]
of_drawn, of_reshuffled, of_fixed = (np.array(row[1:]) for row in rows)
assert 10 < of_drawn[0] / of_drawn[3] < 60  # η falls 20 times
assert 0.5 < of_reshuffled[0] / of_drawn[0] < 1.5
assert of_reshuffled[3] < of_drawn[3] / 10
assert (of_fixed > of_reshuffled).all()

# %% [markdown]
# ## 4. When noise vanishes, and when it helps ({minutes} minutes)
#
# Noise is not always there, and it is not always bad.
# This part shows a problem without a floor, a landscape in which noise finds the better minimum, and a run on real images.

# %% [markdown] tags=["teacher"]
# **Aim.** The student can say when SGD with a constant learning rate converges, and has seen noise leave a poor minimum.
#
# **For the room**, before the sine: "Which method finds the better minimum, the exact one or the noisy one?"
# Expect "the exact one"; and, from those who have read about it, "noise always helps". Both are refuted below: a small learning rate leaves SGD in the poor minimum too.
#
# **Can be cut.** The real data.
#
# **Exercises.** The open one.

# %%
line = Objective(MLP(1, 1), squared_error)
waves = toys.sine_fit().train  # 40 noisy points on a sine
wave = Objective(sine, squared_error)  # the model sin(ω x + φ), θ = (ω, φ)
f = wave.on(*waves)

# %% [markdown]
# ### When a constant learning rate converges
#
# A misconception: *SGD with a constant learning rate never converges.*
# It is the noise that keeps it from converging.
# The floor is proportional to $s^2$; what if $s = 0$ at the minimum?
#
# That is the second case of the cloud: all points lie on one line, and every per-sample gradient is 0 at the best θ.
# A model can **interpolate** the data when some θ fits every example exactly.
# Large networks often can.

# %%
X, exact_y = points.X, 1.5 * points.X[:, 0] + 0.5
path = descend(line.one_by_one(X, exact_y), (-2.0, 3.0), Optimizer(sgd, lr=0.1), steps=1000)
losses, _ = line.on(X, exact_y)(path)
plots.table([(t, losses[t]) for t in (0, 100, 300, 1000)], ["step", "loss"])
print("first step with a loss below 1e-10:", np.argmax(losses < 1e-10))

# %% [markdown]
# A constant learning rate, one example a step, no schedule and no averaging: the loss falls until only rounding errors are left.
# The noise shrinks together with the distance.

# %% tags=["test"]
assert np.argmax(losses < 1e-10) < 300
assert losses[1000] < 1e-25

# %% [markdown]
# ### A landscape that is not convex
#
# Now a problem with several minima.
# The 40 points lie near a sine, and we fit its frequency ω and its phase φ: the prediction is $\sin(\omega x + \varphi)$, and the loss is the mean squared residual.
# This small problem returns in lessons 4 and 5.

# %% tags=["hide-input"]
starts = {"deepest": (1.8, 0.3), "poor": (0.5, 2.5)}
minima = {name: descend(f, at, Optimizer(sgd, lr=0.1), 2000)[-1] for name, at in starts.items()}
fig, (left, right) = plots.figure(1, 2, size=(9, 3.8))
left.plot(waves.X, waves.y, "o", color="0.5", ms=4)
grid = np.linspace(-3, 3, 200)[:, None]
looks = [("-", "green", "*"), ("--", "red", "X")]
for (name, theta), (dash, colour, marker) in zip(minima.items(), looks, strict=True):
    style = {"color": plots.COLOURS[colour], "label": name}
    left.plot(grid, sine(theta, grid)[0], dash, **style)
    right.plot(*theta, marker, ms=12, mec="white", **style)
right.legend(loc="upper right", frameon=True)
left.set(xlabel="x", ylabel="y", ylim=(-1.6, 2.2))
left.legend(ncols=2, loc="upper center")
plots.contours(f, (-3.5, 4.5, -1.5, 5), log=False, levels=16, ax=right)
right.set(xlabel="frequency ω", ylabel="phase φ")
plots.show(
    fig,
    "Left, 40 points near a sine and two fits: the deepest minimum follows the points, the poor one is nearly a straight line. "
    "Right, the contours of the loss over ω and φ, with several minima; the two fits are marked by a star and a cross.",
)

# %% [markdown]
# There are several minima.
# The deepest one is near ω = 2, φ = ½, the values with which the points were made.
# (Near ω = −2, φ = π − ½ is the same sine, because $\sin(\pi - a) = \sin a$.)
# In a poor minimum near ω = 0 the curve is almost a straight line.
#
# GD that starts near a poor minimum ends in it.
# What does SGD do?
#
# ### Your turn: predict where SGD ends
#
# We start in the poor minimum near ω = 0, ten times with different seeds, with η = 0.2 at first and inverse time (half after 500 steps), 2,000 steps of one example.
# In how many of the ten runs does SGD end in the deepest minimum?


# %% turn="4.a"
def runs_that_leave():
    """Your prediction, a number from 0 to 10."""
    ### BEGIN SOLUTION
    return 10
    ### END SOLUTION


# %% tags=["hide-output"]
rates, poor = np.array([0.2, 0.1, 0.05, 0.02]), minima["poor"]
falling = Optimizer(sgd, lr=inverse_time(rates, half=500))
ends = [descend(wave.one_by_one(*waves, seed=seed), poor, falling, 2000)[-1] for seed in range(10)]
found = np.sum(f(np.array(ends))[0] < 0.1, axis=0)  # a loss below 0.1: the deepest minimum
of_GD = f(descend(f, poor, falling, 2000)[-1])[0] < 0.1
predictions = [runs_that_leave(), None, None, None]
rows = list(zip(rates, predictions, found, 10 * of_GD, strict=True))
plots.table(rows, ["first η", "your prediction", "SGD, of 10 runs", "GD, of 10 runs"])

# %% [markdown]
# With the largest first learning rate the noise carries SGD out of the poor minimum in every run; with the smallest it stays.
# GD stays with every learning rate: the same step, without noise.
#
# Here are the first 300 steps of two runs with the same seed.

# %% tags=["hide-input"]
start_at = Optimizer(sgd, lr=inverse_time(rates[[0, 3]], half=500))
run = descend(wave.one_by_one(*waves, seed=0), poor, start_at, 300)
fig, ax = plots.figure(size=(6, 4.2))
plots.contours(f, (-3.5, 4.5, -1.5, 5), log=False, levels=16, ax=ax)
for k, (colour, dash) in enumerate((("red", "-"), ("black", "--"))):
    ax.plot(*run[:, k].T, dash, lw=1, color=plots.COLOURS[colour], label=f"η from {rates[3 * k]}")
ax.plot(*poor, "X", ms=12, color=plots.COLOURS["blue"], mec="white", zorder=3, label="start")
ax.set(xlabel="frequency ω", ylabel="phase φ")
ax.legend(loc="upper right", frameon=True)
plots.show(
    fig,
    "Two paths of SGD over the contours, both from the poor minimum. With η from 0.02 the path stays close to it; "
    "with η from 0.2 it wanders far and enters the basin of a deepest minimum.",
)

# %% tags=["test"]
assert np.abs(run[:, 1] - poor).max() < 0.6
assert np.median(f(run[-50:, 0])[0]) < 0.3

# %% [markdown]
# Why does SGD leave the poor minimum, and not the deep one?

# %%
rows = []
for name, theta in minima.items():
    copies = np.broadcast_to(theta, (40, 2))  # a copy of θ for each example
    _, g_each = wave(copies, waves.X[:, None], waves.y[:, None])
    spread = np.sqrt(np.mean(np.sum((g_each - g_each.mean(axis=0)) ** 2, axis=1)))
    rows.append((name, f(theta)[0], spread))
plots.table(rows, ["minimum", "loss", "spread of the per-sample gradients"])

# %% [markdown]
# Where the fit is poor the residuals are large, and so is the noise.
# Where the fit is good the noise is small.
# The falling learning rate then keeps θ there.
#
# Two misconceptions about noise:
#
# - *Noise is always bad.* No: it helps to leave poor minima, and also saddle points (see the section after this part).
# - *Noise is always good.* No: it causes the floor, and with a small η it does not help here.

# %% tags=["test"]
assert list(found) == sorted(found, reverse=True)
assert found[0] == 10
assert found[3] == 0
assert not of_GD.any()
assert rows[1][2] > 3 * rows[0][2]
assert rows[0][1] < 0.1 < 0.4 < rows[1][1]
assert np.abs(minima["deepest"] - (2, 0.5)).max() < 0.1
assert abs(minima["poor"][0]) < 0.2
mirror = np.array([-1, -1]) * minima["deepest"] + (0, np.pi)
assert np.isclose(f(mirror)[0], f(minima["deepest"])[0])

# %% [markdown]
# ### On real data: one image a step
#
# Back to the classification of lesson 1: predict the class number from the pixels with the squared error; an image counts as correct when the prediction is less than ½ from its class.
# A student lab published on the web did this with 10,000 images, one image a step, η = 0.001 and 8,000 steps, and reported an accuracy of 0.3308 on the test images.
# It ran once.
# We run five seeds, with a constant learning rate and with a cosine schedule.

# %%
clothes = data.load("fashion_mnist", valid=0)
print(clothes)
images, test = clothes.train[:10_000], clothes.test
pixels = images.X.shape[1]
regression = Objective(MLP(pixels, 1), squared_error)
eta = 0.01 if clothes.fallback else 0.001  # the stand-in has fewer pixels: a longer step suits it
falling = cosine(2 * eta, steps=8000)  # the mean of its learning rate is eta too
print(f"{len(images):,} images, η = {eta}, 8,000 steps: {8000 / len(images):.1f} epochs")

# %%
answers = {"constant, last θ": [], "constant, mean of the second half": [], "cosine, last θ": []}
two_runs = Optimizer(sgd, lr=lambda t: np.array([eta, falling(t)]))  # in one call
for seed in range(5):
    one_image = regression.one_by_one(*images, seed=seed)
    path = descend(one_image, np.zeros(pixels + 1, images.X.dtype), two_runs, steps=8000)
    answers["constant, last θ"].append(path[-1, 0])
    answers["constant, mean of the second half"].append(path[4001:, 0].mean(axis=0))
    answers["cosine, last θ"].append(path[-1, 1])

# %%
rows = []
for name, thetas in answers.items():
    prediction, _ = regression.model(np.array(thetas), test.X)
    right = np.sort(np.mean(np.abs(prediction - test.y) <= 0.5, axis=-1))
    losses, _ = regression.evaluate(np.array(thetas), *test)
    accuracies = [f"{share:.4f}" for share in right[[0, 2, 4]]]
    rows.append((name, losses.min(), np.median(losses), losses.max(), *accuracies))
of_seeds = ["lowest seed", "median", "highest seed"]
columns = [f"{what}, {which}" for what in ("loss", "accuracy") for which in of_seeds]
plots.table(rows, ["answer", *columns])

# %% [markdown]
# Look at the first row: one method, five seeds.
# A run with a constant learning rate ends wherever in its noise ball it happens to be.
# So a single run says little, whether you print two digits or four.
#
# The mean of the path and the cosine schedule have a lower loss, and the losses of their seeds agree much better.
# The mean costs one line and no further image.
#
# We used the test images to compare three methods.
# That is for showing; to *choose* one of them you would keep validation images apart.
#
# **Keep this:** noise that vanishes at the minimum leaves no floor, and noise that is larger at poor minima helps to leave them.

# %% tags=["test"]
of_last, of_mean, of_cosine = rows
for others in (of_mean, of_cosine):
    assert others[2] < of_last[2]
    assert others[3] - others[1] < (of_last[3] - of_last[1]) / 3

# %% [markdown]
# ## Further: noise leaves a saddle point
#
# At a **saddle point** the gradient is 0, though the loss falls in some directions, as on a mountain pass.
# $f = \frac12 x^2 - \frac12 y^2 + \frac14 y^4$ has a saddle of height 0 at the origin, and two minima of height −¼.
# GD that starts exactly on the ridge $y = 0$ ends on the saddle.
# From almost every other start GD leaves a saddle too, but slowly: the distance from the ridge grows from its first value by a constant factor a step.
# Noise supplies that first distance.
# The runs below start at (1, 0), on the ridge, or next to it.

# %%
from course_lib.landscapes import saddle
from course_lib.optim import gradient_noise

starts = np.array([[1.0, 0.0], [1.0, 1e-6]])
quiet = descend(saddle, starts, Optimizer(sgd, lr=0.1), steps=300)
noisy = descend(saddle, starts[0], Optimizer(sgd, gradient_noise(0.01, 0.0), lr=0.1), steps=300)
walks = {"GD on the ridge": quiet[:, 0], "GD, 0.000001 beside it": quiet[:, 1], "with noise": noisy}
rows = [(name, *(saddle(walk[t])[0] for t in (50, 100, 300))) for name, walk in walks.items()]
plots.table(rows, ["run", "height after 50 steps", "100", "300"])

# %% tags=["test"]
assert abs(rows[0][3]) < 1e-12
assert rows[2][2] < -0.2 < rows[1][2]
assert rows[1][3] < -0.24

# %% [markdown]
# ## Further: data that come once
#
# Sometimes there is no data set, only a stream: a reading each minute, used and forgotten.
# SGD can learn from it, because it never needs an example twice; this is called **online learning**.
# The stream may also change.
# Below, the true value is 0 for 500 readings and 3 for the next 500.
# θ is one number, and its loss is the squared distance to the reading.
#
# With $\eta_t = 1/(2t)$ and this loss θ is exactly the mean of all readings so far: every old reading counts as much as a new one.
# That is best while nothing changes, and far too slow afterwards.
# A constant learning rate forgets, fluctuates, and follows.

# %%
truth = np.where(np.arange(1000) < 500, 0.0, 3.0)
readings = truth + np.random.default_rng(5).standard_normal(1000)
tracks = {"constant 0.05": lambda t: 0.05, "inverse time 1/(2t)": lambda t: 1 / (2 * t)}
rows = []
for name, eta in tracks.items():
    theta, errors = 0.0, []
    for t, reading in enumerate(readings, start=1):
        theta = theta - eta(t) * 2 * (theta - reading)
        errors.append(abs(theta - truth[t - 1]))
    rows.append((name, np.mean(errors[250:500]), np.mean(errors[750:]), theta))
plots.table(rows, ["learning rate", "mean error before the change", "at the end", "last θ"])

# %% tags=["test"]
assert rows[1][1] < rows[0][1]
assert rows[0][2] < rows[1][2] / 5
assert np.isclose(rows[1][3], readings.mean())

# %% [markdown]
# ## Summary
#
# | what | formula or rule |
# |---|---|
# | SGD | $\theta \leftarrow \theta - \eta_t\, g_i$, with example $i$ drawn at random |
# | unbiased | the mean of all $g_i$ is $g$, at every θ |
# | noise | $g_i - g$; at the minimum its variance is 0 only if every example is fitted exactly |
# | two phases | $v_t = (1-\eta\lambda)^{2t} v_0 + (1 - (1-\eta\lambda)^{2t})\, v_\infty$ |
# | stationary variance | $v_\infty = \eta s^2 / (\lambda(2 - \eta\lambda))$, in one dimension |
# | noise floor | the mean excess loss in the noise ball, $\frac12\lambda v_\infty \approx \eta s^2 / 4$ |
# | schedule | $\sum \eta_t = \infty$ and $\sum \eta_t^2 < \infty$ are sufficient; in practice step, cosine, warm-up |
# | averaging | constant learning rate, mean of the second half of the path |
# | order | reshuffle in each epoch |
# | constant learning rate | converges when the model can interpolate the data; follows data that change |
# | comparison | at equal gradient evaluations, over several seeds |

# %% [markdown]
# ## Symptom, suspect, test
#
# | symptom | suspect | test |
# |---|---|---|
# | the loss falls quickly, then fluctuates around a level | noise floor | halve η: does the level halve? |
# | the loss falls slowly and smoothly to the last step | transient: η is too small, or the schedule fell too early | double η, or double `half` |
# | GD converges, SGD diverges with the same η | the largest curvature of a single example | divide η by 10 |
# | the loss rises and falls with the period of an epoch | the order of the rows is fixed or sorted | reshuffle |
# | two runs of one program differ by several percentage points | seeds: each run ends elsewhere in its noise ball | five seeds; the mean of the path |
# | SGD levels out high, however small η is | poor minimum, or a biased draw | start elsewhere, with a larger first η; compare the mean of many $g_i$ with $g$ |

# %% [markdown]
# ## Questions
#
# <details><summary>1. At the best θ you compute the gradient of one example, and it is long. Is the gradient wrong, or θ?</summary>
#
# Neither. At the best θ the *mean* of the gradients is 0; single ones need not be. Only where the model fits every example exactly are all of them 0.
# </details>
#
# <details><summary>2. The loss of SGD is level. You halve the learning rate, and the loss falls to a new level. A colleague concludes that the first learning rate was too large from the beginning. Do you agree?</summary>
#
# No. The floor halves with η, so the loss falls. But the larger learning rate made the transient short. A schedule uses the larger one first and the smaller one afterwards.
# </details>
#
# <details><summary>3. A report says: "SGD needs 60,000 steps, GD only 400, so GD is faster." There are 60,000 examples. What do you say?</summary>
#
# 60,000 steps of SGD cost 60,000 gradient evaluations: one epoch. 400 steps of GD cost 24 million. Compare at equal numbers of gradient evaluations.
# </details>
#
# <details><summary>4. A program averages the losses along the path instead of the θs. What does it compute?</summary>
#
# The noise floor, the mean loss of a fluctuating θ. The loss of the averaged θ is lower, because the errors cancel before they are squared.
# </details>
#
# <details><summary>5. Far from the minimum the noise of a gradient is longer than the gradient. Why is SGD nearly as fast as GD there, step by step?</summary>
#
# The steps are short. Over $1/(\eta\lambda)$ of them the gradient hardly changes and its contributions add up, while those of the noise largely cancel. In $v_t$ the transient is nearly the whole sum as long as $v_t$ is far above $v_\infty$.
# </details>

# %% [markdown]
# ## Read on
#
# - Herbert Robbins and Sutton Monro, *A Stochastic Approximation Method*, 1951: the first paper on SGD.
# - Boris Polyak and Anatoli Juditsky, *Acceleration of Stochastic Approximation by Averaging*, 1992: why the mean of the path is good.
# - Léon Bottou, *Stochastic Gradient Descent Tricks*, 2012: advice for practice, schedules included.
# - Ilya Loshchilov and Frank Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2017: the cosine schedule.
# - Siyuan Ma, Raef Bassily and Mikhail Belkin, *The Power of Interpolation*, 2018: constant learning rates that converge.
# - Léon Bottou, Frank Curtis and Jorge Nocedal, *Optimization Methods for Large-Scale Machine Learning*, 2018: the theory, with proofs.
#
# Now you: [the exercises of lesson 2](../exercises/02_stochastic_gradient_descent.ipynb). Then: [lesson 3, mini-batches](03_mini_batches.ipynb).
