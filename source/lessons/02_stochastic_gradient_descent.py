# %% [markdown] about="noise, schedules, averaging" builds_on="1"
# # Lesson 2: stochastic gradient descent
#
# About 65 minutes. You need: [lesson 1](01_linear_regression.ipynb), that is loss, gradient, learning rate and eigenvalues; and what a mean and a standard deviation are.
#
# At the end you will be able to
#
# - say why the gradient of one example is enough for a step, and in what sense it is right;
# - tell the two phases of stochastic gradient descent apart, and predict how low the second one gets;
# - get lower by a falling learning rate, by averaging, by shuffling;
# - say when a constant learning rate does arrive;
# - compare methods fairly: by examples looked at, and over several seeds.

# %%
import numpy as np

from course_lib import data, plots, theory
from course_lib.explorers import lesson_02 as explore
from course_lib.landscapes import saddle
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend, gradient_noise, sgd
from course_lib.schedules import constant, inverse_time

# %% [markdown]
# ## Must a step look at everybody?
#
# The gradient of lesson 1 is a mean over all examples. With the 319 people of the diabetes data each step looks at 319 people, and with a million images at a million. Here is an impudent idea: pick *one* person at random, take the gradient of that person's squared error alone, and step.
#
# **Before you go on:** both ways may look at 319 people in all. Descent with everybody gets one step for that, descent with one person at a time gets 319 careless steps. Which is lower then? And after ten times as many?


# %%
def standardise(columns):
    return (columns - columns.mean(axis=0)) / columns.std(axis=0)


def one_at_a_time(objective, X, y, seed=0):
    """A function of theta that looks, at each call, at one example drawn at random."""
    rng = np.random.default_rng(seed)

    def f(theta):
        i = rng.integers(len(X))
        return objective(theta, X[i : i + 1], y[i : i + 1])

    return f


diabetes = data.load("diabetes")
print(diabetes)
patients = diabetes.train
X, y = standardise(patients.X), patients.y
N = len(y)
linear = Objective(MLP(10, 1), squared_error)
f = linear.on(X, y)

everybody = descend(f, np.zeros(11), Optimizer(sgd, lr=0.2), steps=10)
one_person = descend(
    one_at_a_time(linear, X, y), np.zeros(11), Optimizer(sgd, lr=0.005), steps=10 * N
)
loss_everybody, loss_one_person = f(everybody)[0], f(one_person)[0]
for passes in (1, 2, 5, 10):
    print(
        f"{passes * N:>5,} people looked at: loss {loss_everybody[passes]:>6,.0f} with everybody, "
        f"{loss_one_person[passes * N]:>6,.0f} with one at a time"
    )

# %%
fig, ax = plots.figure(size=(7, 3.8))
seen = np.arange(10 * N + 1)
ax.plot(seen, loss_one_person, color=plots.COLOURS["red"], lw=0.9, label="one at a time")
ax.plot(
    seen[::N], loss_everybody, "o--", color=plots.COLOURS["blue"], label="everybody at each step"
)
ax.set(xlabel="people looked at", ylabel="loss over all 319", yscale="log")
ax.yaxis.set_major_formatter("{x:,.0f}")
ax.yaxis.set_minor_formatter("{x:,.0f}")
ax.legend()
plots.show(
    fig,
    "The loss against the number of people looked at. One at a time falls at once and then trembles; "
    "everybody at each step goes down smoothly, is far higher for the first few passes, and ends lower.",
)

# %% [markdown]
# The careless steps win by far at first, and lose in the end. This lesson is about both halves of that sentence. (The two learning rates differ because each suits its method: one person's gradient is so uncertain that a long step along it does harm.)
#
# Descent with one example drawn at random at each step is **stochastic gradient descent**, SGD for short; *stochastic* means governed by chance. Descent with all examples, as in lesson 1, is called *full-batch*; for it we write GD. The rule is the same, $\theta \leftarrow \theta - \eta\, g$, and so is its name in the library, `sgd`. Only where $g$ comes from differs.
#
# Three words for counting, which are often mixed up. A **step** is one update of θ. A **gradient evaluation** is looking at one example once. An **epoch** is as many evaluations as there are examples. GD takes one step an epoch, SGD takes $N$. So "*one epoch is one step*" is true of GD alone, and a figure against steps compares something that costs 319 evaluations with something that costs one. That is why the figure above counts people.
#
# ## A gradient for each example
#
# The loss is a mean, $L = \frac1N \sum_i \ell_i$, where $\ell_i = r_i^2$ is the squared error of example $i$. So the gradient is a mean too: $g = \frac1N \sum_i g_i$, with the **per-sample gradients** $g_i$. All of them come out of one call: give each example a copy of θ (a row), and make each example a data set of its own.


# %%
def per_sample(objective, theta, X, y):
    """The gradient of each example: (N, P) for theta (P,), X (N, n), y (N,)."""
    copies = np.broadcast_to(theta, (len(X), len(theta)))
    _, g = objective(copies, X[:, None, :], y[:, None])
    return g


theta = np.zeros(11)
g_each = per_sample(linear, theta, X, y)
_, g = f(theta)
print("shape:", g_each.shape)
print(
    f"mean of the {N} against the full gradient, largest difference: {np.abs(g_each.mean(axis=0) - g).max():.0e}"
)

# %% [markdown]
# The difference is rounding. Now draw one of the $N$ examples, each with the same chance $1/N$. The **expected value** of a random number, its mean over all that can be drawn, weighted by their chances, is here just this mean: the full gradient. An estimate whose expected value is what it estimates is called **unbiased**.
#
# - Misconception: *the gradient of SGD is biased, because it ignores most of the data.* A single $g_i$ is nearly always wrong. But the errors $g_i - g$ of all examples add up to exactly 0: what one example pushes too far, others push back. This holds at every θ.
#
# It does depend on how examples are drawn. Draw only among the heavier half of the patients, and no amount of averaging gives the right gradient:

# %%
best = np.linalg.lstsq(np.column_stack([X, np.ones(N)]), y)[0]
theta = 0.9 * best
g_each, (_, g) = per_sample(linear, theta, X, y), f(theta)
rng = np.random.default_rng(0)
bmi = X[:, diabetes.columns.index("bmi")]
heavier = np.flatnonzero(bmi > np.median(bmi))


def typical_distance(rows, draws):
    """From the mean gradient of so many draws among these rows to g; of 50 such means."""
    means = g_each[rng.choice(rows, size=(50, draws))].mean(axis=1)
    return np.sqrt(np.mean(np.sum((means - g) ** 2, axis=1)))


print(f"length of the full gradient: {np.linalg.norm(g):.1f}")
print("distance from it of the mean of so many draws")
for draws in (1, 100, 10_000):
    among_all, among_heavier = (
        typical_distance(np.arange(N), draws),
        typical_distance(heavier, draws),
    )
    print(f"{draws:>8,} draws: {among_all:6.1f} among all, {among_heavier:6.1f} among the heavier")

# %% [markdown]
# Among all, a hundred times as many draws come about ten times as near. The error of the unfair draw stops falling: that is what **bias** is, an error that averaging does not take away.
#
# ## How far off is a single one?
#
# How much the $g_i$ differ is their **variance**, the mean squared distance from their own mean: $\frac1N \sum_i \lVert g_i - g \rVert^2$. Its square root, the **spread**, is a typical distance. We say **noise** for the difference $g_i - g$.
#
# **Question.** On the way to the best θ the full gradient $g$ shrinks to 0. Does the noise?

# %%
for share in (0.0, 0.5, 0.9, 0.99, 1.0):
    g_each = per_sample(linear, share * best, X, y)
    g = g_each.mean(axis=0)
    spread = np.sqrt(np.mean(np.sum((g_each - g) ** 2, axis=1)))
    agree = f"{np.mean(g_each @ g > 0):4.0%} of the single ones agree" if share < 1 else ""
    print(
        f"{share:4.0%} of the way: length of g {np.linalg.norm(g):6.1f}, spread {spread:6.0f}   {agree}"
    )

# %% [markdown]
# To *agree* means here to point, like $g$, uphill of the loss over all: to have an angle of less than 90° with $g$. At the start most agree: the loss is so high that nearly any example tells the way. Near the best θ it is close to tossing a coin, and at the best θ itself the single gradients cancel, but none of them is 0.
#
# ## Explore: the cloud
#
# Ten columns cannot be drawn. From here on we fit a line to 30 points, drawn by chance around a line.

# %%
rng = np.random.default_rng(4)
x = rng.uniform(-1, 2, size=30)
y = 1.5 * x + 0.5 + 0.8 * rng.standard_normal(30)

explore.cloud(x, y)

# %% [markdown]
# With noise in the targets the cloud shrinks a little and stays, while its mean goes to 0. On one line, everything goes to 0 together. Keep the second case in mind; it comes back below.
#
# ## Two phases
#
# So SGD has two phases. Far away the full gradient is longer than the noise, and SGD goes down about as GD does, at a fraction of the cost: this is the **transient**. Near the best θ the noise is longer, and θ wanders around in a **noise ball**. The mean height of the loss in it, above the lowest loss, is the **noise floor**.
#
# ## Explore: one example or all

# %%
explore.budget(x, y)

# %% [markdown]
# The third control says up to where both are drawn: as many examples looked at (that is, gradient evaluations), or as many steps. Against steps GD looks better; it has looked at 30 times as many examples. At equal cost GD gets eight steps. With a small learning rate SGD is then far ahead; with a large one its noise ball is so large that GD wins. Look for the place where they change over.
#
# A large η shortens the transient and swells the noise ball. A small η does the opposite. A learning rate that falls, called **decay**, gets both: here η is halved after the number of steps on the slider, $\eta_t = \eta / (1 + (t-1)/\text{half})$. When it falls too early, SGD stops before it has arrived. The decay is that of SGD alone; GD has no noise and keeps its rate.
#
# Very large rates show one thing more. With some of them GD still converges and SGD diverges: the limit of lesson 1 belongs to the loss over all examples, and the squared error of a single one can be much steeper.
#
# ## How high is the floor?
#
# In one dimension this can be worked out. Take $f(\theta) = \frac12 \lambda \theta^2$, whose gradient is $\lambda\theta$ and whose second derivative, the **curvature**, is λ. Add noise ξ (xi) with mean 0 and variance $s^2$, drawn anew at each step:
#
# $$\theta \leftarrow \theta - \eta\,(\lambda\theta + \xi) = (1 - \eta\lambda)\,\theta - \eta\,\xi .$$
#
# Square both sides and take the mean over the noise. The mixed term, θ times ξ, has the mean 0, because ξ does not depend on where θ is and is positive as much as negative. So the squares simply add up: if $v$ is the mean of $\theta^2$, then a step makes of it
#
# $$v \leftarrow (1 - \eta\lambda)^2\, v + \eta^2 s^2 .$$
#
# The first part shrinks, the second comes anew each time. They balance when $v$ no longer changes. Solve for this **stationary variance**:
#
# $$v = \frac{\eta^2 s^2}{1 - (1-\eta\lambda)^2} = \frac{\eta\, s^2}{\lambda\,(2 - \eta\lambda)} .$$
#
# Does it hold? Here are 2,000 runs for each of five learning rates, all in one call. A row of θ is a run, and each has noise of its own.

# %%
curvature, s = 2.0, 3.0
rates = np.array([0.01, 0.03, 0.1, 0.3, 0.9])
noise = np.random.default_rng(1)


def noisy_bowl(theta):
    xi = s * noise.standard_normal(theta.shape)
    return curvature / 2 * theta[..., 0] ** 2, curvature * theta + xi


walks = descend(noisy_bowl, np.zeros((2000, 5, 1)), Optimizer(sgd, lr=rates), steps=400)
simulated = np.mean(walks[-1, ..., 0] ** 2, axis=0)
formula = theory.stationary_variance(rates, curvature, s)
for eta, found, expected in zip(rates, simulated, formula, strict=True):
    print(f"η = {eta:4.2f}: mean of θ² {found:7.4f} simulated, {expected:7.4f} by the formula")

# %% [markdown]
# For a small ηλ the denominator is about $2\lambda$, so the floor is about $\eta s^2 / (2\lambda)$: **half the learning rate, half the floor**. Towards the limit $\eta\lambda = 2$ of lesson 1 it grows without bound.
#
# ## Explore: the floor
#
# Here λ = 1.

# %%
explore.floor()

# %% [markdown]
# Both axes on the right are logarithmic, and the floor is a straight line of slope 1 until η gets close to the limit. At the left end the dots leave the line: with such small steps 400 are not enough to get down. And without noise there is no floor; the loss falls until the computer's numbers end.
#
# With real examples the noise changes a little with θ, and the formula holds approximately.
#
# ## Let the learning rate fall
#
# A large η gets there, a small η gets low. A **schedule** makes the learning rate a function of the step. How fast may it fall? Herbert Robbins and Sutton Monro answered in 1951, in the paper with which stochastic gradient descent begins. θ arrives, under mild conditions, if
#
# $$\sum_t \eta_t = \infty \qquad\text{and}\qquad \sum_t \eta_t^2 < \infty .$$
#
# The first says that the steps together are long enough to get anywhere. The second says that the noise which they let in, $\eta_t^2 s^2$ each, is finite in all. $1/t$ meets both:

# %%
schedules = {
    "constant 0.1": constant(0.1),
    "0.1 / √t": lambda t: 0.1 / np.sqrt(t),
    "inverse time, half after 10": inverse_time(0.1, half=10),
    "0.1 / t²": lambda t: 0.1 / t**2,
}
for name, eta in schedules.items():
    column = np.array([eta(t) for t in range(1, 100_001)])
    sums = ", ".join(f"{column[:n].sum():9.3f}" for n in (1_000, 10_000, 100_000))
    squares = ", ".join(f"{np.sum(column[:n] ** 2):8.4f}" for n in (1_000, 10_000, 100_000))
    print(f"{name:>27}: sums {sums}; of the squares {squares}")

# %% [markdown]
# Each line has both sums after a thousand, ten thousand and a hundred thousand steps. The sum of the constant and of $1/\sqrt t$ grow for ever, and so do their squares, if slowly for the second. For **inverse time**, $\eta_t = \eta_1 / (1 + (t-1)/\text{half})$, the sum goes on growing, the squares have settled. For $1/t^2$ both have settled: it stops wherever it happens to be.
#
# **Question.** Back to the 30 points. Two constant rates and two schedules may each take 3,000 steps with one example. Which is lowest at the end? One run would be luck; so here are five seeds each, and the middle one counts.


# %%
line = Objective(MLP(1, 1), squared_error)
f = line.on(x[:, None], y)
lowest, _ = f(np.linalg.lstsq(np.column_stack([x, np.ones(30)]), y)[0])
seeds = range(5)


def five_walks(lr, steps=3000):
    """The paths of several rates for five seeds: (5, steps + 1, rates, 2)."""
    return np.stack(
        [
            descend(
                one_at_a_time(line, x[:, None], y, seed), (-2.0, 3.0), Optimizer(sgd, lr=lr), steps
            )
            for seed in seeds
        ]
    )


halves = {  # the first rate, and the number of steps until half of it: never, for a constant
    "constant 0.1": (0.1, np.inf),
    "constant 0.001": (0.001, np.inf),
    "inverse time from 0.1, half after 50": (0.1, 50),
    "inverse time from 0.1, half after 2": (0.1, 2),
}
first, half = np.array(list(halves.values())).T
heights = f(five_walks(inverse_time(first, half)))[0] - lowest  # (5, 3001, 4)
contest = dict(zip(halves, heights.T, strict=True))
for name, height in contest.items():
    column = np.sort(height[-300:].mean(axis=0))
    print(
        f"{name:>36}: {column[2]:.4f} above the lowest, seeds from {column[0]:.4f} to {column[-1]:.4f}"
    )

# %%
fig, ax = plots.figure(size=(7, 4))
blocks = {name: height[1:].reshape(60, 50, 5).mean(axis=1) for name, height in contest.items()}
plots.curves(
    blocks,
    x=np.arange(25, 3000, 50),
    xlabel="step",
    ylabel="loss above its lowest",
    log=True,
    ax=ax,
)
plots.show(
    fig,
    "Four curves on a logarithmic axis, means of 50 steps, median of five seeds with a band. Constant 0.1 is level at "
    "once, and highest at the end but for the schedule that falls too early. Constant 0.001 falls slowly. Inverse time, half after 50, is "
    "the lowest at the end.",
)

# %% [markdown]
# The figure shows the mean of each 50 steps. The schedule that waits begins as quickly as the large constant and ends lowest. The one that falls after two steps has satisfied Robbins and Monro too, but their theorem speaks of infinitely many steps.
#
# ## Average the path
#
# Another way down leaves the learning rate alone. In the noise ball θ is now on this side of the lowest point, now on that. So the *mean* of the path is closer to the middle than the path ever stays. This is **Polyak averaging**, after Boris Polyak: walk with a constant rate, throw the transient away, and average the rest.
#
# No memory for the path is needed. With $\theta_1, \theta_2, \ldots$ the points counted from where averaging begins, keep $\bar\theta \leftarrow \bar\theta + (\theta_k - \bar\theta)/k$.

# %%
constant_rates = np.array([0.1, 0.03])
walks = five_walks(constant_rates)
last = f(walks[:, -300:])[0].mean(axis=1) - lowest  # (5, 2)
averaged = f(walks[:, 1501:].mean(axis=1))[0] - lowest
for k, lr in enumerate(constant_rates):
    print(
        f"η = {lr}: {np.median(last[:, k]):.4f} above the lowest at the end of the path, "
        f"{np.median(averaged[:, k]):.5f} for the mean of its second half"
    )

# %% [markdown]
# The mean is far lower than the path that it is made of. Note what is *not* averaged: the loss. The mean loss along the path is the height of the floor. The loss of the mean θ is lower, because the errors cancel before they are squared.
#
# ## Draw or shuffle?
#
# So far each step drew an example without looking at what had been drawn before: the draws are independent and all alike, in short **i.i.d.**, for *independent and identically distributed*. In one epoch of such draws some examples come twice or more, and others not at all. In practice one **reshuffles**: put all examples in a random order, go through it once, shuffle again. Then an epoch has each example exactly once.
#
# **Question.** Does it matter? And must one shuffle at all, or will one fixed order do? We start at the best line and measure how high the floor is at the ends of epochs.


# %%
def in_order(kind, seed):
    """A function of theta that takes the next example in this kind of order at each call."""
    rng, waiting = np.random.default_rng(seed), []

    def f(theta):
        if not waiting:
            orders = {"drawn": rng.integers(30, size=30), "reshuffled": rng.permutation(30)}
            waiting.extend(orders.get(kind, np.arange(30)))
        i = waiting.pop(0)
        return line(theta, x[i : i + 1, None], y[i : i + 1])

    return f


rates = np.array([0.005, 0.01, 0.02, 0.05, 0.1])
start = np.linalg.lstsq(np.column_stack([x, np.ones(30)]), y)[0]
print(f"{'η':>13} " + "".join(f"{rate:9}" for rate in rates))
for kind in ("drawn", "reshuffled", "one order"):
    floors = []
    for seed in range(3):
        path = descend(in_order(kind, seed), start, Optimizer(sgd, lr=rates), steps=30 * 120)
        floors.append(np.mean(f(path[30 * 40 :: 30])[0] - lowest, axis=0))
    print(f"{kind:>13}:" + "".join(f"{floor:9.5f}" for floor in np.median(floors, axis=0)))

# %% [markdown]
# Read the lines from right to left. With i.i.d. draws the floor falls in proportion to η, as it should. Reshuffled, it is no better at the largest rate, and then falls much faster: in the course of an epoch the errors of the single examples nearly cancel, since each has been there once. So *shuffle*. The fixed order is no catastrophe here, but is worse than the reshuffled one, and it depends on which order it happens to be: rows sorted by class would pull θ one way for half an epoch and then the other.
#
# One thing is lost: in the course of an epoch the draws are not independent, and after 29 examples the last one is known. In return the gradients of a whole epoch, taken at one θ, add up to $N$ times the full gradient exactly, and not only in the mean.
#
# ## When a constant step does arrive
#
# - Misconception: *SGD with a constant learning rate never converges.* It is the noise that keeps it from converging. The floor is proportional to $s^2$; what if $s = 0$ at the lowest point?
#
# That is the second case in the cloud: all points on one line, each example's own gradient is 0 at the best θ. A model is said to **interpolate** the data when some θ fits every example exactly. Large networks often can do it.

# %%
exact_y = 1.5 * x + 0.5
on_line = line.on(x[:, None], exact_y)
path = descend(
    one_at_a_time(line, x[:, None], exact_y), (-2.0, 3.0), Optimizer(sgd, lr=0.1), steps=1000
)
for step in (0, 100, 300, 1000):
    print(f"after {step:>5,} steps: loss {on_line(path[step])[0]:.1e}")
print(f"first step with a loss below 1e-10: {np.argmax(on_line(path)[0] < 1e-10)}")

# %% [markdown]
# A constant learning rate, one example a step, no schedule, no averaging, and the loss goes down to rounding. The noise shrinks together with the distance.
#
# ## Is noise good or bad?
#
# - *Noise is always bad.* Look at a **saddle point**: a place where the gradient is 0 though the loss falls on two sides, like the middle of a saddle or a mountain pass. GD that comes exactly along the ridge stops there. A little noise pushes it off, and then it rolls down by itself. The landscape below is $\frac12 x^2 - \frac12 y^2 + \frac14 y^4$, with a saddle of height 0 and two lowest points of height −¼.
# - *Noise is always good.* You have seen the floor.

# %%
push = gradient_noise(0.01, 0.0)  # normal noise of variance 0.01 in every step
walks = {
    "GD": descend(saddle, (1.0, 0.0), Optimizer(sgd, lr=0.1), steps=150),
    "with noise": descend(saddle, (1.0, 0.0), Optimizer(sgd, push, lr=0.1), steps=150),
}
fig, ax = plots.figure(size=(5.6, 3.8))
plots.contours(saddle, (-0.5, 1.2, -1.4, 1.4), log=False, levels=24, ax=ax)
plots.paths(walks, ax=ax)
heights = {name: saddle(walk[-1])[0] for name, walk in walks.items()}
plots.show(
    fig,
    "Contours of a saddle. Both paths start on the ridge at the right. GD stops in the middle, on the saddle, at height "
    f"{heights['GD']:.2f}; the noisy path leaves it and ends in one of the two hollows, at height {heights['with noise']:.2f}.",
)
print("height at the end:", {name: round(float(height), 3) for name, height in heights.items()})

# %% [markdown]
# So noise has a price and a use. Early on, cheap noisy steps win; at a saddle noise helps; close to the end it is in the way.
#
# ## One example, or some?
#
# - Misconception: *SGD means one example a step.* The name stands for any step whose gradient comes from examples drawn by chance. Between one and all lies the **mini-batch** of $B$ examples, whose gradient is the mean of $B$ of the $g_i$. It is unbiased too, and its variance is smaller. By how much, and what that costs, is lesson 3; here is a first look:

# %%
g_each = per_sample(line, np.array([0.0, 0.0]), x[:, None], y)
g = g_each.mean(axis=0)
rng = np.random.default_rng(2)
for B in (1, 4, 16):
    means = g_each[rng.integers(30, size=(100_000, B))].mean(axis=1)
    off = np.abs(means.mean(axis=0) - g).max()
    variance = np.mean(np.sum((means - g) ** 2, axis=1))
    print(
        f"B = {B:>2}: mean of 100,000 gradients is {off:.3f} off, their variance is {variance:6.3f}"
    )

# %% [markdown]
# ## Examples that come once
#
# Sometimes there is no data set, only a stream: a reading each minute, used and forgotten. SGD does not mind, since it never asks for an example twice. Learning from a stream is called **online learning**. And a stream can change under one's feet. Below the true value is 0 for 500 readings, and 3 from then on. θ is one number, and its loss the squared distance to the reading.
#
# **Question.** Which rate copes with the change: a constant one or inverse time?

# %%
rng = np.random.default_rng(5)
truth = np.where(np.arange(1000) < 500, 0.0, 3.0)
readings = truth + rng.standard_normal(1000)


def stream():
    """A function of theta that uses the next reading at each call, and never an old one."""
    coming = iter(readings)

    def f(theta):
        r = theta - next(coming)
        return r[..., 0] ** 2, 2 * r

    return f


tracks = {
    "constant 0.05": descend(stream(), [0.0], Optimizer(sgd, lr=0.05), steps=1000)[1:, 0],
    "inverse time 1/(2t)": descend(
        stream(), [0.0], Optimizer(sgd, lr=inverse_time(0.5, 1)), steps=1000
    )[1:, 0],
}
fig, ax = plots.figure(size=(7, 3.6))
ax.plot(readings, ".", color="0.8", ms=3)
ax.plot(truth, ":", color="black", label="true value")
plots.curves(tracks, xlabel="reading", ylabel="θ", ax=ax)
plots.show(
    fig,
    "A stream whose true value jumps from 0 to 3 halfway. The constant rate trembles and follows within some fifty readings. "
    f"Inverse time is steady before the jump, and at the end has come only to {tracks['inverse time 1/(2t)'][-1]:.1f}.",
)
for name, track in tracks.items():
    before, after = np.abs(track - truth)[250:500].mean(), np.abs(track - truth)[750:].mean()
    print(f"{name:>19}: mean error {before:.2f} before the jump, {after:.2f} at the end")
print(
    f"mean of all readings {readings.mean():.6f}, θ of inverse time {tracks['inverse time 1/(2t)'][-1]:.6f}"
)

# %% [markdown]
# With the rate $1/(2t)$ and this loss θ is exactly the mean of all readings so far, as the last line shows: each old reading counts as much as a new one. That is best while nothing changes, and far too slow afterwards. The constant rate forgets, trembles, and follows.
#
# ## On real data: one image a step
#
# Back to the clothes of lesson 1: predict the class number from the pixels, squared error, and an image counts as right when the prediction is less than ½ away. A student's lab did it on 10,000 images with one image a step, step size 0.001 and 8,000 steps, and reported an accuracy of 0.3308. The lab does not say whether its gradient of $r^2$ has the factor 2; so here are both readings, the rate 0.001 and half of it.
#
# The lab ran once. We run five seeds, and look at the path every 400 steps. The loop is written out here, because a path of 8,000 points with a number for each pixel is not worth keeping; while it walks it also averages the second half.

# %%
clothes = data.load("fashion_mnist", valid=0)
print(clothes)
images, test = clothes.train[:10_000], clothes.test
pixels = images.X.shape[1]
regression = Objective(MLP(pixels, 1), squared_error)
rate = 0.01 if clothes.fallback else 0.001  # the stand-in has fewer pixels: longer steps suit it
print(f"{len(images):,} images, learning rate {rate}, 8,000 steps: {8000 / len(images):.1f} epochs")


def walk(lr, seed, steps=8000, every=400):
    """θ every so many steps, (steps / every, P), and the mean of θ over the second half, (P,)."""
    optimizer, rng = Optimizer(sgd, lr=lr), np.random.default_rng(seed)
    theta, mean, seen = np.zeros(pixels + 1, images.X.dtype), 0.0, []
    for t in range(1, steps + 1):
        i = rng.integers(len(images))
        _, g = regression(theta, images.X[i : i + 1], images.y[i : i + 1])
        theta = optimizer.step(theta, g)
        if t > steps // 2:
            mean = mean + (theta - mean) / (t - steps // 2)
        if t % every == 0:
            seen.append(theta)
    return np.array(seen), mean


def share_right(thetas):
    """The accuracy on the test images of each row of thetas (k, P)."""
    prediction, _ = regression.model(thetas, test.X)
    return np.mean(np.abs(prediction - test.y) <= 0.5, axis=-1)


def loss_on_test(thetas):
    return regression.evaluate(thetas, *test)[0]


# %%
constant_rate = [walk(rate, seed) for seed in range(5)]
half_the_rate = [walk(rate / 2, seed) for seed in range(5)]
falling_rate = [walk(inverse_time(2 * rate, half=1000), seed) for seed in range(5)]
answers = {
    "half of it, last θ": np.array([seen[-1] for seen, _ in half_the_rate]),
    "constant, last θ": np.array([seen[-1] for seen, _ in constant_rate]),
    "inverse time, last θ": np.array([seen[-1] for seen, _ in falling_rate]),
    "constant, averaged": np.array([mean for _, mean in constant_rate]),
}
for name, thetas in answers.items():
    right, loss = share_right(thetas), loss_on_test(thetas)
    print(f"{name:>21}: right", *(f"{r:.4f}" for r in right), " loss", *(f"{v:.2f}" for v in loss))
late = np.concatenate([share_right(seen[10:]) for seen, _ in constant_rate + half_the_rate])
print(
    f"both constant rates, all looks at the second half: from {late.min():.4f} to {late.max():.4f} right"
)
if not clothes.fallback:
    print(f"looks that reach the lab's 0.3308: {np.sum(late >= 0.3308)} of {late.size}")

# %%
heights = {
    "constant": np.stack([loss_on_test(seen) for seen, _ in constant_rate], axis=-1),
    "inverse time": np.stack([loss_on_test(seen) for seen, _ in falling_rate], axis=-1),
}
of_mean = np.median(loss_on_test(answers["constant, averaged"]))
fig, ax = plots.figure(size=(7, 3.8))
plots.curves(
    heights, x=np.arange(400, 8001, 400), xlabel="step", ylabel="loss on test images", ax=ax
)
ax.axhline(of_mean, color="black", ls=":", label="constant, averaged")
ax.legend()
plots.show(
    fig,
    "The loss on the test images against steps, median and band of five seeds. The band of the constant rate is wide to the end, that of "
    f"inverse time narrows. A dotted line, lower than both at the end, is the averaged θ, at {of_mean:.2f}.",
)

# %% [markdown]
# Look at the first two lines: one method, five seeds, and accuracies that differ in the second digit. Had one of them been run alone, it would have been reported to four digits. Where a single run of SGD with a constant rate ends depends on where it happened to stand in its noise ball, and the line on all looks shows how far apart the places are that it visits. One number from one run says little.
#
# The averaged θ has the lowest loss for every seed, and its seeds agree best. It costs one line of code and no further image.
#
# The test images have been used here to compare three methods. That is for showing; to *choose* one of them you would keep a validation set apart, as Start here says.
#
# ## Summary
#
# | | |
# |---|---|
# | SGD | $\theta \leftarrow \theta - \eta_t\, g_i$ with example $i$ drawn at random |
# | unbiased | the mean of all $g_i$ is $g$, at every θ |
# | noise | $g_i - g$; its variance does not go to 0 at the best θ, unless every example is fitted exactly |
# | two phases | transient, as quick as the rate allows; then a noise ball |
# | stationary variance, one dimension | $\eta s^2 / (\lambda(2 - \eta\lambda))$, about in proportion to η |
# | schedule | $\sum \eta_t = \infty$, $\sum \eta_t^2 < \infty$; inverse time meets both |
# | averaging | walk at a constant rate, answer with the mean of the second half |
# | order | reshuffle in each epoch |
# | constant rate | arrives when the model can interpolate the data; follows when they change |
# | count | examples looked at, not steps; several seeds, not one |
#
# ## Questions
#
# <details><summary>1. At the best θ you compute the gradient of one example and find that it is long. Is the gradient wrong, or θ?</summary>
#
# Neither. At the best θ the *mean* of the gradients is 0; single ones need not be. Only where the model fits every example exactly are all of them 0.
# </details>
#
# <details><summary>2. SGD has levelled out. You halve the learning rate, and the loss falls at once to a new level. A colleague concludes that the first learning rate was too large from the beginning. Is that so?</summary>
#
# No. The floor halves with η, so the loss falls at once. But the larger rate made the transient short. To use the larger one first and the smaller one afterwards is what a schedule does.
# </details>
#
# <details><summary>3. A report says: "SGD needs 60,000 steps, GD only 400, so GD is faster." There are 60,000 examples. What do you say?</summary>
#
# 60,000 SGD steps look at 60,000 examples: one epoch. 400 GD steps look at 24 million. Compare at equal numbers of gradient evaluations.
# </details>
#
# <details><summary>4. Someone averages the losses along the path instead of the θs. What do they get?</summary>
#
# The height of the noise floor, the mean loss of a wandering θ. The loss of the averaged θ is lower, as the errors cancel before they are squared.
# </details>
#
# <details><summary>5. Why should a stream that changes slowly not be learnt with inverse time?</summary>
#
# The rate goes to 0, so that new examples hardly count any more. A constant rate keeps forgetting the old ones.
# </details>
#
# ## Now you
#
# The exercises of this lesson: [exercises/02_stochastic_gradient_descent.ipynb](../exercises/02_stochastic_gradient_descent.ipynb).
#
# ## Where to read on
#
# - Herbert Robbins and Sutton Monro, *A Stochastic Approximation Method*, 1951: where it begins.
# - Boris Polyak and Anatoli Juditsky, *Acceleration of Stochastic Approximation by Averaging*, 1992: why the mean of the path is good.
# - Léon Bottou, *Stochastic Gradient Descent Tricks*, 2012: advice for practice, schedules among it.
# - Léon Bottou, Frank Curtis, Jorge Nocedal, *Optimization Methods for Large-Scale Machine Learning*, 2018: the theory, with proofs.
# - Siyuan Ma, Raef Bassily, Mikhail Belkin, *The Power of Interpolation*, 2018: constant steps that arrive.
