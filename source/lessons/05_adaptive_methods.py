# %% [markdown] about="AdaGrad, RMSProp, Adam, fair comparisons" builds_on="1 to 4"
# # Lesson 5: adaptive methods
#
# About {minutes} minutes.
# It has four parts, and you can stop after each of them.
#
# You need curvature and the condition number of [lesson 1](01_linear_regression.ipynb), the noise of mini-batch gradients of [lessons 2](02_stochastic_gradient_descent.ipynb) and [3](03_mini_batches.ipynb), and momentum as a mean (EMA) from [lesson 4](04_momentum.ipynb).
# Symbols are explained in [Notation and terms](00_start_here.ipynb#Notation-and-terms).
#
# At the end you will be able to
#
# - write AdaGrad, RMSProp and Adam, and say what each of their memories is for;
# - explain what the bias correction and ε change, and when they matter;
# - name two situations in which a step size for each parameter does not help;
# - compare optimizers fairly, and find a faulty one by its loss curve.
#
# Run the next cell first. After it, you can begin with any part.

# %%
import numpy as np

from course_lib import data, plots, toys
from course_lib.explorers import lesson_05 as explore
from course_lib.landscapes import quadratic
from course_lib.losses import binary_cross_entropy, cross_entropy, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, adagrad, adam, amsgrad, descend, momentum, rmsprop, sgd
from course_lib.training import train
from course_lib.turns import lesson_05 as turn


def rotate(point, degrees):
    """The point of the plane, rotated around 0."""
    a = np.deg2rad(degrees)
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) @ point


# %% [markdown]
# ## 1. One step size per direction ({minutes} minutes)
#
# Gradient descent multiplies the gradient by one number, η, in all directions.
# In a long valley this number is too large for the steep direction or too small for the flat one.
# What would be the best number for each direction, and how much of it can you learn from gradients alone?

# %% [markdown] tags=["teacher"]
# **Aim.** Newton's method is the ideal, the diagonal of the Hessian an approximation, and the size of past gradients a substitute that costs nothing. AdaGrad has its own reason: rare features.
#
# **Ask the room** before the table of words: "Both optimizers have nearly the same loss. Which weights will be wrong?" Expect "those with noise" or "none"; few connect a small share of the data with a small gradient.
# Before 1.b expect 250, the ratio of the counts. It is the root of it, because squares are added.
#
# **Can be cut.** The comparison with Newton at the end (*adaptive means second order*).
#
# **Exercises.** 5.1 and 5.8 on sheet 5.

# %%
words = toys.rare_words()  # 2,000 texts; X says which of 8 words a text contains
regression = Objective(MLP(8, 1), squared_error)

# %% [markdown]
# ### The ideal: Newton's method
#
# **Newton's method** divides the gradient by the curvature along each eigenvector of the Hessian $H$:
#
# $$\theta \leftarrow \theta - H^{-1} g .$$
#
# On a quadratic function one step leads to the minimum.
# A cheaper version uses only the diagonal of $H$ and divides each *component* $g_i$ by the curvature along its own axis: $\theta_i \leftarrow \theta_i - g_i / H_{ii}$.
#
# **Question.** The figure shows one step each of gradient descent, of Newton's method and of its diagonal version: A, B and C, in a valley along the axes and in a rotated one.
# On the left A and C cover each other.
# Which is which?

# %% tags=["hide-input"]
fig, panels = plots.figure(1, 2, size=(9.6, 4.2))
ends = {}
for angle, ax in zip((0, 30), panels, strict=True):
    f, start = quadratic(25, rotation=angle), rotate((8, 2), angle)
    _, g = f(start)
    steps = g / np.diag(f.hessian), 2 / 26 * g, np.linalg.solve(f.hessian, g)
    ends[angle] = [start - step for step in steps]
    plots.contours(f, (-2, 10, -3, 7), levels=10, ax=ax)
    for (name, dash), end in zip((("A", "-"), ("B", "--"), ("C", ":")), ends[angle], strict=True):
        style = {"arrowstyle": "->", "lw": 2.2, "linestyle": dash, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", end, start, arrowprops=style)
        at = end + {"A": (0.1, 0.5), "B": (-0.9, -0.5), "C": (-1.2, -1.0)}[name]
        ax.text(*at, name, fontsize=13, weight="bold")
    ax.set(title=f"rotation {angle}°")
plots.show(
    fig,
    "Two valleys with three arrows from one point. Without rotation A and C both end at the minimum, and B crosses the "
    "valley. With a rotation of 30 degrees only C ends at the minimum; B crosses the valley, and A ends farther from the minimum than it started.",
)

# %% tags=["test"]
assert np.allclose(ends[0][0], 0)
assert np.allclose([end[2] for end in ends.values()], 0)
assert np.linalg.norm(ends[30][0]) > 8.5 > np.linalg.norm(start)
assert np.linalg.norm(ends[30][1]) > 7

# %% [markdown]
# <details><summary>Answer</summary>
#
# C is Newton's method: it ends at the minimum whatever the rotation is.
# A is the diagonal version.
# It does the same as long as the valley is parallel to the axes; in the rotated valley it even ends farther from the minimum than it started.
# B is gradient descent with its best learning rate: it crosses the valley and makes little progress along it.
# </details>
#
# The Hessian of a network with a million parameters has $10^{12}$ entries, and even its diagonal is not what backpropagation calculates.
# What you have is one gradient per step.
# But where the curvature is large, gradients are large too.
# So use the **size of the past gradients** of each parameter in place of its curvature.

# %% [markdown]
# ### AdaGrad
#
# **AdaGrad** (Duchi, Hazan and Singer, 2011) keeps a second vector, $s$, which starts at 0, and adds up the squares of the gradients:
#
# $$s \leftarrow s + g^2, \qquad \theta \leftarrow \theta - \eta\, \frac{g}{\sqrt{s} + \varepsilon} .$$
#
# Square, root and division act on each component separately, so each parameter has its own learning rate, $\eta/\sqrt{s_i}$.
# The small number ε (epsilon), here $10^{-10}$, avoids a division by 0.
# In the first step $s = g^2$: every parameter moves by η, whatever the size of its gradient.
#
# ### Your turn: one step of AdaGrad
#
# `theta`, `g` and `s` are arrays of the same shape.
# Return the new θ and the new $s$, and leave the arguments unchanged.


# %% turn="1.a"
def adagrad_step(theta, g, s, lr, eps):
    """Return θ and s after one step of AdaGrad."""
    ### BEGIN SOLUTION
    s = s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s
    ### END SOLUTION


# %% [markdown]
# ### What AdaGrad was made for: rare features
#
# A text contains a few of many words, and most words are rare.
# In `words` each row of $X$ belongs to a text: column $k$ is 1 if the text contains word $k$, and else 0.
# The target, the score of the text, is the sum of the weights of its words plus noise; the true weights are 1, −1, 1, −1, …
# The first word is in half of the texts, the last in 1 of 500.
#
# The gradient of a rare word's weight is 0 in most batches.
# A learning rate that suits the frequent words moves it too little.
# AdaGrad's $s$ stays small for it, so the few gradients that it gets count more.
#
# Here is AdaGrad with batches of 10 texts; `regression(theta, X, y)` returns the loss and its gradient:

# %%
rng = np.random.default_rng(0)
theta, s = np.zeros(9), np.zeros(9)  # the weights of 8 words, and the bias
for _ in range(3):  # epochs
    for rows in data.batches(len(words.train), 10, rng):
        _, g = regression(theta, *words.train[rows])
        theta, s = adagrad_step(theta, g, s, lr=0.2, eps=1e-10)

# %% [markdown]
# ### Your turn: a prediction
#
# The first word is in 250 times as many texts as the last.
# After the three epochs, how many times as large as the first word's learning rate $\eta/\sqrt{s}$ is the last word's?


# %% turn="1.b"
def ratio_of_learning_rates():
    """Return your prediction, a number."""
    ### BEGIN SOLUTION
    return 16
    ### END SOLUTION


# %% tags=["hide-output"]
counts, each = words.train.X.sum(axis=0).astype(int), 0.2 / np.sqrt(s[:8])
said = [*[None] * 7, ratio_of_learning_rates()]
rows = list(zip(range(8), counts, each, each / each[0], said, strict=True))
plots.table(rows, ["word", "number of texts", "η / √s", "times the first", "you predicted"])

# %% tags=["test"]
assert np.isclose(0.5 / 0.002, 250)
assert 8 < each[-1] / each[0] < 15 < np.sqrt(250) < 16
assert each[-1] == each.max()

# %% [markdown]
# Not 250, because the square root of $s$ counts: if both words had gradients of the same size in the texts that contain them, the ratio would be $\sqrt{250} \approx 16$.
# It is smaller, because the gradients of the rare word are larger: its weight is wrong for longer.
#
# Does this help?
# The next cell trains each rule with 16 learning rates at once and keeps the one with the smallest validation loss; the numbers are medians of 5 seeds.
#
# **Question.** The validation losses of SGD and AdaGrad will differ by a few percent only. Which weights will still be wrong, and with which rule?

# %%
lrs = np.geomspace(0.01, 3, 16)
run = {"epochs": 3, "batch": 10, "theta": np.zeros(9), "progress": False}
best = {}
for rule in (sgd, adagrad):
    ends = [train(regression, words, Optimizer(rule, lr=lrs), seed=s, **run)[-1] for s in range(5)]
    losses = np.median([end.valid_loss for end in ends], axis=0)
    k = np.nanargmin(losses)
    best[rule.__name__] = lrs[k], losses[k], np.median([end.theta[k] for end in ends], axis=0)

# %% tags=["hide-output"]
ones = np.column_stack([words.train.X, np.ones(len(words.train))])
minimum = np.linalg.lstsq(ones, words.train.y)[0]
columns = [f"weight of word {k}" for k in (0, 1, 5, 6, 7)]
shown = {"minimum of the loss": (None, None, minimum), **best}
rows = [(name, lr, loss, *w[[0, 1, 5, 6, 7]]) for name, (lr, loss, w) in shown.items()]
plots.table(rows, ["rule", "best η", "validation loss", *columns])

# %% tags=["test"]
error = {name: np.abs(w - minimum)[:8] for name, (_, _, w) in best.items()}
assert 1 < best["sgd"][1] / best["adagrad"][1] < 1.1
assert error["sgd"][:5].max() < 0.2
assert error["sgd"][7] > 0.4
assert error["sgd"][7] > 3 * error["adagrad"][7]
assert error["sgd"][6] > 3 * error["adagrad"][6]
assert lrs[0] < best["sgd"][0] < lrs[-1]
assert lrs[0] < best["adagrad"][0] < lrs[-1]

# %% [markdown]
# With SGD the weights of the rare words are far from the minimum, with AdaGrad they are close to it.
# The loss hardly shows this, because few texts contain these words; for those texts it matters.
#
# ### The price: AdaGrad never forgets
#
# Suppose that the gradient is the same at every step.
# Then $s = t g^2$ after $t$ steps, and step $t$ has the length $\eta/\sqrt{t}$.
# So AdaGrad contains a schedule, the $1/\sqrt t$ of lesson 2.
# This is right for noise that has to be averaged away, and AdaGrad's theory for convex functions rests on it.
# For a network it is often too fast: large gradients at the beginning reduce the steps of the whole training.
#
# ### Adaptive does not mean second order
#
# Newton's method is a **second-order** method: it uses the curvature, which is a second derivative.
# *Adaptive methods estimate the curvature too* is a misconception.
#
# **Question.** Two runs start in a bowl of curvature 1, at the distances 1 and 10 from its minimum.
# How long are the first steps of Newton's method, and how long those of AdaGrad with η = 0.1?

# %% tags=["hide-output"]
_, g = quadratic(1)(np.array([[1.0, 0.0], [10.0, 0.0]]))  # g = θ
first, s = adagrad_step(np.zeros((2, 2)), g, np.zeros((2, 2)), lr=0.1, eps=1e-10)
rows = [(1, g[0, 0] / 1, -first[0, 0]), (10, g[1, 0] / 1, -first[1, 0])]
plots.table(rows, ["distance", "first step of Newton", "first step of AdaGrad"])

# %% tags=["test"]
assert np.allclose([row[1] for row in rows], [1, 10])
assert np.allclose([row[2] for row in rows], 0.1)
t, theta, s = np.arange(1, 101), np.zeros(1), np.zeros(1)
lengths = []
for _ in t:
    new, s = adagrad_step(theta, np.array([3.0]), s, lr=0.1, eps=1e-10)
    lengths.append((theta - new)[0])
    theta = new
assert np.allclose(lengths, 0.1 / np.sqrt(t))

# %% [markdown]
# The curvature is the same in both runs, and so is AdaGrad's step; Newton's step is as long as the distance.
# $\sqrt s$ measures how large gradients are, not how fast they change.
# This says which parameter needs a larger step *than another*; how long the steps are is still up to η.
#
# **Keep in mind:** AdaGrad divides η by the root of all squared gradients of a parameter, so parameters with small or rare gradients take larger steps.

# %% [markdown]
# ## 2. RMSProp and Adam ({minutes} minutes)
#
# AdaGrad's sum grows for the whole training.
# The remedy is to forget: average over recent gradients only.
# How far back should this average reach, and what goes wrong at its start?

# %% [markdown] tags=["teacher"]
# **Aim.** RMSProp lies between sign descent and SGD; Adam is RMSProp with momentum as a mean, and both means corrected for their start at 0. ε is a hyper-parameter.
#
# **Ask the room** before the table of ρ: "The mean gradient is 0. Does sign descent stay?" Expect yes.
# Before 2.b expect 1 ("Adam's first step is always η") and 0.
# Before the heat map expect "ε is far too small to matter".
#
# **Can be cut.** The stream of gradients; the heat map, if part 4 is discussed in full.
#
# **Exercises.** 5.2 and 5.3 on sheet 5.

# %%
valley = quadratic(condition=100)
moons = toys.moons(n=300, noise=0.2)
network = Objective(MLP(2, 5, 2, 1), binary_cross_entropy)  # 2 inputs, 5 and 2 hidden units

# %% [markdown]
# ### RMSProp: softened sign descent
#
# **Sign descent** uses only the sign of each component, $\theta \leftarrow \theta - \eta \operatorname{sign}(g)$, where $\operatorname{sign}(g) = g/\sqrt{g^2}$.
# Every parameter moves by η at every step, so steep and flat directions are equally fast.
# With mini-batches this goes wrong: a component of the gradient may be 1 in nine batches and −9 in the tenth.
# Its mean is 0, but sign descent takes nine steps in one direction and one step back.
#
# **RMSProp** (Tieleman and Hinton, 2012) divides by the root of an *average* of $g^2$ over recent steps, an exponential moving average as in lesson 4:
#
# $$s \leftarrow \rho s + (1 - \rho)\, g^2, \qquad \theta \leftarrow \theta - \eta\, \frac{g}{\sqrt{s} + \varepsilon} .$$
#
# With ρ (rho) = 0 it is sign descent.
# With ρ close to 1 the denominator hardly changes between batches, so all of them are divided by the same number.
#
# **Question.** The next cell runs RMSProp with four values of ρ on the gradients 1, …, 1, −9, again and again, with η = 1.
# How far does θ move per step, on average?

# %% tags=["hide-output"]
rhos, s, theta, start = np.array([0, 0.5, 0.9, 0.99]), 1.0, 0.0, 0.0
for t in range(3000):
    g = -9.0 if t % 10 == 9 else 1.0
    s = rhos * s + (1 - rhos) * g**2
    theta = theta - g / np.sqrt(s)
    start = theta if t == 1999 else start  # the first 2,000 steps are not counted
rows = list(zip(map(str, rhos), (theta - start) / 1000, strict=True))
plots.table(rows, ["ρ", "movement per step"])

# %% tags=["test"]
drift = np.array([row[1] for row in rows])
assert np.isclose(drift[0], -0.8)
assert (np.diff(drift) > 0).all()
assert -0.01 < drift[-1] < 0
assert np.isclose(rmsprop(0.0, -3.0, 1, lr=0.1, rho=0.0)[0], 0.1)

# %% [markdown]
# Sign descent moves by −0.8 per step although the mean gradient is 0; with ρ = 0.99 the movement almost disappears.
# A long memory treats the batches alike, and parameters with large gradients still get smaller learning rates than others.
#
# ### Adam: two means, both corrected
#
# **Adam** (Kingma and Ba, 2015) has two memories, which both start at 0: a mean of the gradients, $m$, as in momentum written as a mean, and a mean of their squares, $v$, as in RMSProp:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 .$$
#
# (Here $v$ is not a velocity: each paper names its memory as it likes, and this course keeps the names.)
# The usual values are $\beta_1 = 0.9$ and $\beta_2 = 0.999$.
#
# Means that start at 0 are too small at first.
# If the gradient is $g$ at every step, then after $t$ steps
#
# $$m = (1 - \beta_1^t)\, g, \qquad v = (1 - \beta_2^t)\, g^2 .$$
#
# The factors are known, so Adam divides by them.
# This is the **bias correction**; the corrected means get a hat:
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad \theta \leftarrow \theta - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon} .$$
#
# ### Your turn: one step of Adam
#
# `t` is the number of the step, 1 for the first.
# Return the new θ, and the new $m$ and $v$ *without* correction: they are the memory for the next step.


# %% turn="2.a"
def adam_step(theta, g, t, m, v, lr, beta1, beta2, eps):
    """Return θ, m and v after step t of Adam."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    ### END SOLUTION


# %%
theta, m, v = np.array([10.0, 1.0]), np.zeros(2), np.zeros(2)
path = [theta]
for t in range(1, 301):
    _, g = valley(theta)
    theta, m, v = adam_step(theta, g, t, m, v, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8)
    path.append(theta)

library = descend(valley, (10, 1), Optimizer(adam, lr=0.1), steps=300)
print(f"largest difference from the library's adam: {np.abs(library - path).max():.0e}")

# %% tags=["test"]
assert np.abs(library - path).max() < 1e-12
first = np.array(path[1]) - path[0]
assert np.allclose(first, -0.1)

# %% [markdown]
# ### Explore: the anatomy of a step
#
# The explorer shows one parameter: its gradients, the memories $m$ and $v$, and the length of each step.
# Switch the ingredients on and off.

# %%
explore.anatomy_of_a_step()

# %% [markdown]
# *The correction enlarges the first steps* is a misconception.
# The correction of $m$ alone enlarges them, that of $v$ alone makes them smaller, and with the usual values the second is stronger.
# The table shows the length of step $t$ in units of η, with the gradient 1 at every step and ε = 0:

# %%
t = np.array([1, 10, 100, 1000])
m, root_v = 1 - 0.9**t, np.sqrt(1 - 0.999**t)  # without correction; corrected, both are 1
rows = list(zip(t, m / root_v, 1 / root_v, m / 1, np.ones(4), strict=True))
plots.table(rows, ["step t", "no correction", "only m̂", "only v̂", "both, as in Adam"])

# %% tags=["test"]
none, only_m, only_v, both = np.array([row[1:] for row in rows]).T
assert np.isclose(none[0], np.sqrt(10))
assert (none > 1).all()
assert none.argmax() == 1
assert (only_v <= both).all()
assert (only_m > both).all()

# %% [markdown]
# Without correction the first step is $\sqrt{10} \approx 3.2$ times as long, and the following ones even longer: training can fail in its first steps.
# After 1,000 steps the correction of $v$ still changes a step by a quarter.
#
# ### How long is a step?
#
# In the first step $\hat m = g$ and $\hat v = g^2$: every parameter moves by η, whether its gradient is 0.0001 or 10,000.
# Later $|\hat m|$ is at most about $\sqrt{\hat v}$ unless the gradients suddenly grow, so η is about the largest step.
# *Adam needs no learning rate* is therefore a misconception: η is the length of a step, measured in the units of θ.
# A parameter that has to move by 10 needs about 10,000 steps with η = 0.001.
#
# What does ε do?
#
# ### Your turn: a prediction
#
# A parameter has the gradient $g = 10^{-9}$ in its first step, and ε has its usual value, $10^{-8}$.
# How long is Adam's step, in units of η?


# %% turn="2.b"
def first_step():
    """Return your prediction, the length of the step divided by η."""
    ### BEGIN SOLUTION
    return 1 / 11
    ### END SOLUTION


# %% tags=["hide-output"]
g = np.array([1e-9, 1e-4, 1.0, 1e4])
zero = np.zeros(4)
theta, _, _ = adam_step(zero, g, 1, zero, zero, lr=1.0, beta1=0.9, beta2=0.999, eps=1e-8)
steps = [f"{step:.5f}" for step in -theta]
rows = list(zip(map(str, g), steps, (first_step(), None, None, None), strict=True))
plots.table(rows, ["gradient", "first step / η", "you predicted"])

# %% tags=["test"]
assert np.allclose(-theta, [1 / 11, 0.9999, 1, 1], atol=1e-6)
far = descend(valley, (10, 1), Optimizer(adam, lr=0.001), steps=1000)
assert 8.9 < far[-1, 0] < 9.1
assert np.isclose(1 / np.sqrt(1 - 0.999**1000), 1.25, atol=0.02)

# %% [markdown]
# A parameter whose gradient is small compared with ε takes small steps, as in gradient descent.
# *ε only avoids 0/0* is a misconception: ε also decides which gradients count as small.
#
# ### ε from $10^{-10}$ to 1
#
# If ε is much larger than $\sqrt{\hat v}$, the denominator is about ε for all parameters:
#
# $$\theta \leftarrow \theta - \frac{\eta}{\varepsilon}\, \hat m .$$
#
# This is momentum, written as a mean, with the learning rate $\eta/\varepsilon$.
# **A large ε turns Adam into momentum.**
# The next cell trains a small network on two interleaved half circles of points (*moons*) with 11 learning rates for each of 11 values of ε: 121 networks in one call, three times.
#
# **Question.** With small ε the best η is between 0.1 and 0.3. Where will it be for ε = 1?

# %% tags=["hide-output"]
lrs, eps = np.geomspace(1e-3, 100, 11), np.geomspace(1e-10, 1, 11)
every_pair = Optimizer(adam, lr=lrs[:, None], eps=eps)
run = {"epochs": 60, "batch": 64, "progress": False}
ends = [train(network, moons, every_pair, seed=s, **run)[-1].train_loss for s in range(3)]
losses = np.median(ends, axis=0)
ax = plots.heat_map(losses.clip(max=1), eps, lrs, xlabel="ε", ylabel="η", label="training loss")
plots.show(
    ax,
    "Colours of the loss for each pair of ε and η. Up to ε of about 0.01 all columns are alike, with the smallest "
    "losses near η = 0.1. To the right of that the best η rises.",
)

# %% tags=["test"]
best_lrs = lrs[losses.argmin(axis=0)]
assert set(best_lrs[eps < 0.02].round(3)) <= {0.1, 0.316}
assert 9 < best_lrs[-1] / best_lrs[eps < 0.02].max() < 33
root_v = Optimizer(adam, lr=0.1)
theta = network.model.start(0)
for _ in range(300):
    theta = root_v.step(theta, network(theta, *moons.train)[1])
assert np.sqrt(root_v.state[1] / (1 - 0.999**300)).max() < 0.3
large = descend(valley, (10, 1), Optimizer(adam, lr=1e6 * 0.01, eps=1e6), steps=200)
m, theta, heavy = np.zeros(2), np.array([10.0, 1.0]), []
for t in range(1, 201):
    m = 0.9 * m + 0.1 * valley(theta)[1]
    theta = theta - 0.01 * m / (1 - 0.9**t)
    heavy.append(theta)
assert np.abs(large[1:] - heavy).max() < 1e-3

# %% [markdown]
# Up to ε = 0.01 the best η hardly changes.
# For ε = 1 it is about 10 times as large: now ε is much larger than $\sqrt{\hat v}$, the step depends on $\eta/\varepsilon$ only, and the rule has become momentum.
# A library's default for ε is a choice between Adam and momentum, made for gradients of a usual size.
#
# **Keep in mind:** $m$ chooses the direction, $\sqrt v$ the unit of length, η the length; the correction makes the first steps as long as the later ones.

# %% [markdown]
# ## 3. What a step size per parameter cannot do ({minutes} minutes)
#
# Adam's denominator treats each parameter separately, and it changes from step to step.
# Both properties have a price.
# When is Adam worse than gradient descent?

# %% [markdown] tags=["teacher"]
# **Aim.** Adaptive methods depend on the coordinates; a denominator that forgets can reverse the direction; all methods of the family differ in four choices.
#
# **Ask the room** before the game: "The mean gradient is positive. Can a rule that follows the gradient end at +1?" Expect no.
# Before the table of methods, let the students write the columns that they would need.
#
# **Can be cut.** The table after the game.
#
# **Exercises.** 5.4 and 5.7 on sheet 5.

# %%
from course_lib.optim import adamax

lrs = np.geomspace(0.001, 10, 41)

# %% [markdown]
# ### Explore: rotate the valley
#
# The diagonal of the Hessian stopped helping when the valley was rotated.
# Does the same hold for methods that divide by the size of gradients?

# %%
explore.rotate_the_valley()

# %% [markdown]
# The table shows the loss after 200 steps, each with the best of 41 learning rates, in a valley with κ = 100.

# %%
rows = []
for rule in (sgd, momentum, adagrad, rmsprop, adam):
    left = []
    for angle in (0, 15, 45):
        f, start = quadratic(100, rotation=angle), rotate((10, 1), angle)
        ends = descend(f, start, Optimizer(rule, lr=lrs), steps=200)[-1]
        left.append(np.nanmin(f(ends)[0]))
    rows.append((rule.__name__, *left))
plots.table(rows, ["rule", "loss at 0°", "15°", "45°"])

# %% tags=["test"]
left = {row[0]: np.array(row[1:]) for row in rows}
for name in ("sgd", "momentum"):
    assert np.allclose(left[name], left[name][0], rtol=1e-3)
assert left["adagrad"][0] < 1e-20 < left["adagrad"][2]
assert left["adagrad"][2] > left["sgd"][2]
assert left["rmsprop"][0] < 1e-20
assert left["rmsprop"][2] > 1e-3
assert left["adam"].max() < min(1e-6, 2 * left["adam"].min())
assert left["momentum"][2] < left["adam"][2]
f, without = quadratic(100, rotation=45), Optimizer(adam, lr=lrs, beta1=0)
assert np.nanmin(f(descend(f, rotate((10, 1), 45), without, steps=200)[-1])[0]) > 1e-3

# %% [markdown]
# Gradient descent and momentum do not notice the rotation: their formulas contain only sums of vectors, and sums rotate with the coordinates.
# AdaGrad and RMSProp are perfect along the axes and lose their advantage at 45°, where both components of the gradient contain the steep direction and have the same size.
# Adam, with its best η at each angle, loses hardly anything here, because of its numerator: momentum needs no axes.
#
# In networks the axes are not arbitrary.
# Each is a weight or a bias, and those of different layers have gradients of different sizes; there a step size per parameter does help.
#
# ### A game that Adam loses
#
# A parameter θ must stay between −1 and 1.
# Its gradient is 3 in every third step and −1 in the two steps after it, wherever θ is.
# The mean gradient is $\frac13$, so the minimum of the mean loss is at θ = −1.
#
# ### Your turn: a prediction
#
# Start with sign descent, $\theta \leftarrow \theta - \eta \operatorname{sign}(g)$.
# By how much does one round of three steps, with the gradients 3, −1 and −1, change θ, in units of η and with its sign?


# %% turn="3.a"
def one_round():
    """Return your prediction, the change of θ divided by η."""
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION


# %% tags=["hide-output"]
changes = -np.sign([3.0, -1.0, -1.0])
plots.table(
    [("sign descent", *changes, changes.sum(), one_round())],
    ["rule", "g = 3", "g = −1", "g = −1", "round / η", "you predicted"],
)

# %% tags=["test"]
assert changes.sum() == 1

# %% [markdown]
# Sign descent moves in the wrong direction, since it counts gradients and ignores their size.
# Adam's numerator keeps the size.
# Is that enough?
#
# ### Explore: the game
#
# The explorer calls the parameter $x$ and the large gradient $C$.
# Its last panel shows the **average regret**: the mean loss so far minus the mean loss of the best fixed $x$.
# It tends to 0 for a rule that solves the problem.

# %%
explore.amsgrad_game()

# %% [markdown]
# With a short memory in $v$ Adam resembles sign descent: a large gradient enlarges its own denominator at once.
#
# **AMSGrad** (Reddi, Kale and Kumar, 2018) corrects this: it divides by the *largest* $v$ so far.
# Then all gradients of a round have the same denominator, and the large one counts three times as much as a small one.
# Here is the game as a loop, with $\beta_1 = 0$ and $\beta_2 = 0.1$:


# %%
def play(rule, steps=3000):
    """θ after each step of the game."""
    theta, memory, path = 0.0, (), []
    for t in range(1, steps + 1):
        g = 3.0 if t % 3 == 1 else -1.0
        theta, *memory = rule(theta, g, t, *memory, lr=0.01, beta1=0.0, beta2=0.1)
        theta = min(max(theta, -1.0), 1.0)
        path.append(theta)
    return np.array(path)


rows = [(rule.__name__, *play(rule)[[29, 299, 2999]]) for rule in (adam, amsgrad)]
plots.table(rows, ["rule", "θ after 30 steps", "300 steps", "3,000 steps"])

# %% tags=["test"]
assert rows[0][3] > 0.95
assert rows[1][3] < -0.95
assert rows[0][1] > 0 > rows[1][1]

# %% [markdown]
# Adam ends at the worst point, AMSGrad at the best.
# With the usual $\beta_2 = 0.999$ Adam wins this game too, because $v$ hardly changes within a round; but for every $\beta_2$ there is a game with a rarer and larger gradient that Adam loses.
# So Adam does not converge on every convex problem; for AMSGrad with a falling η there is a proof that it does.
# On a network for the digits, with η = 0.001, the losses of the two rules differ by less than 5 %.

# %% tags=["test"]
theta, memory = 0.0, ()
for t in range(1, 3001):
    theta, *memory = adam(
        theta, 3.0 if t % 3 == 1 else -1.0, t, *memory, lr=0.01, beta1=0, beta2=0.999
    )
    theta = min(max(theta, -1.0), 1.0)
assert theta < -0.95
on_digits = Objective(MLP(64, 30, 10), cross_entropy)
both = [
    train(on_digits, data.load("digits"), Optimizer(rule), epochs=10, batch=10, progress=False)
    for rule in (adam, amsgrad)
]
one, other = (history["train_loss"][1:] for history in both)
assert np.abs(np.log(one / other)).max() < 0.05

# %% [markdown]
# ### One table of all
#
# All these rules have the form $\theta \leftarrow \theta - \eta \cdot \text{numerator}/\text{denominator}$.
# They differ in four choices:
#
# | rule | memory of the numerator | memory of the denominator | bias correction | where ε stands |
# |---|---|---|---|---|
# | `sgd` | none: $g$ | none | – | – |
# | `momentum` | sum $v \leftarrow \beta v + g$ | none | no | – |
# | `adagrad` | none | sum of $g^2$ | no | $\sqrt s + \varepsilon$ |
# | `rmsprop` | none | mean of $g^2$ | no | $\sqrt s + \varepsilon$ |
# | `adadelta` | $g$ times the root of a mean $d$ of its squared steps | mean of $g^2$ | no | $\sqrt{d + \varepsilon}$, $\sqrt{s + \varepsilon}$ |
# | `adam` | mean $m$ | mean $v$ of $g^2$ | both | $\sqrt{\hat v} + \varepsilon$ |
# | `adamax` | mean $m$ | $u \leftarrow \max(\beta_2 u, \lvert g \rvert + \varepsilon)$ | only $m$ | beside $\lvert g \rvert$ |
# | `nadam` | mean $m$, one step ahead as in Nesterov's momentum | mean $v$ of $g^2$ | both | $\sqrt{\hat v} + \varepsilon$ |
# | `amsgrad` | mean $m$ | largest $v$ so far | both | $\sqrt{\hat v_{\max}} + \varepsilon$ |
# | `adamw` | as `adam`; the weights also decay: lesson 6 | | | |
#
# AdaDelta (Zeiler, 2012) needs no η, because the root of $d$ has the units of θ; instead its ε decides how long the first steps are.
# Each rule in the library is this formula and nothing else; read one with `help(adam)`.
#
# ### Your turn: from a row to code
#
# Write one step of AdaMax from its row.
# There is no root: $u$ replaces $\sqrt{\hat v}$, and it already contains ε.


# %% turn="3.b"
def adamax_step(theta, g, t, m, u, lr, beta1, beta2, eps):
    """Return θ, m and u after step t of AdaMax."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    return theta - lr * m_hat / u, m, u
    ### END SOLUTION


# %%
theta, m, u = np.array([10.0, 1.0]), np.zeros(2), np.zeros(2)
for t in range(1, 201):
    _, g = quadratic(100)(theta)
    theta, m, u = adamax_step(theta, g, t, m, u, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8)
library = descend(quadratic(100), (10, 1), Optimizer(adamax, lr=0.1), steps=200)
print(f"largest difference from the library's adamax: {np.abs(library[-1] - theta).max():.0e}")

# %% tags=["test"]
assert np.abs(library[-1] - theta).max() < 1e-12

# %% [markdown]
# **Keep in mind:** a step size per parameter helps where the axes matter, and a denominator must change slowly compared with the gradients.

# %% [markdown]
# ## 4. Comparing optimizers ({minutes} minutes)
#
# Which optimizer is the best?
# Many tables answer this question, and most of them measure something else.

# %% [markdown] tags=["teacher"]
# **Aim.** A comparison at one learning rate compares learning rates. Several seeds, each rule with its own best η. Faults in optimizers rarely stop a training; a curve on the right test problem shows them.
#
# **Ask the room** after the first table: "Is Adam better?" Let them defend it before the explorer. After it, ask what they would write in a report.
# Before 4.b expect the panel with the flat curve: counting epochs sounds worse than it is.
#
# **Can be cut.** The sine; Fashion-MNIST.
#
# **Exercises.** 5.5, 5.6 and 5.8 on sheet 5.

# %%
from dataclasses import replace

from course_lib.models import sine
from course_lib.optim import adadelta, ema_momentum, nadam

moons = toys.moons(n=300, noise=0.2)
network = Objective(MLP(2, 5, 2, 1), binary_cross_entropy)  # 2 inputs, 5 and 2 hidden units

# %% [markdown]
# ### A famous comparison
#
# A well-known online course trains a small network on noisy half circles (*moons*) with three optimizers, all with η = 0.0007.
# Gradient descent and momentum (as a mean) classify 79.7 % of the points correctly, Adam 94 %.
# Its conclusion: Adam clearly outperforms the other two.
#
# Here is the experiment with the same network, fewer epochs and a larger η, 0.002, but with five seeds.
# The call computes 13 learning rates at once, because we need the others later.

# %%
lrs, rules = np.geomspace(2e-4, 2, 13), (sgd, ema_momentum, adam)
run = {"epochs": 150, "batch": 64, "progress": False}
losses, accuracies = {}, {}
for rule in rules:
    optimizer = Optimizer(rule, lr=lrs)
    ends = [train(network, moons, optimizer, seed=s, **run)[-1] for s in range(5)]
    losses[rule.__name__] = np.array([end.train_loss for end in ends])  # (5 seeds, 13 η)
    accuracies[rule.__name__] = np.median([end.train_accuracy for end in ends], axis=0)

same = [(name, *np.sort(of[:, 3])[[0, 2, 4]], accuracies[name][3]) for name, of in losses.items()]
columns = ["lowest of 5 seeds", "median", "highest", "median accuracy"]
plots.table(same, ["training loss at η = 0.002", *columns])

# %% tags=["test"]
assert np.isclose(lrs[3], 0.002)
assert same[2][2] < 0.5 * min(same[0][2], same[1][2])
assert same[2][4] > 0.85 > 0.7 > max(same[0][4], same[1][4])

# %% [markdown]
# **Question.** The median loss of Adam is less than half of the others. Would you sign the conclusion?
# Write down your answer before you go on.
#
# ### Explore: loss against learning rate

# %%
explore.loss_against_lr()

# %% [markdown]
# At η = 0.002 gradient descent takes steps that are far too short: its gradients are small, and its steps are proportional to them.
# Adam's steps are about η long, whatever the size of the gradients.
# So the same η means different steps, and the table has compared step lengths.
#
# ### Your turn: the best learning rate
#
# A fair comparison gives each rule its own best η.
# `losses` has one row for each seed and one column for each learning rate in `lrs`; a run that diverged is nan.
# Return the learning rate with the smallest *median* over the seeds.
# A learning rate with which any seed diverged does not count.


# %% turn="4.a"
def best_lr(lrs, losses):
    """Return the learning rate with the smallest median loss; losses are (seeds, learning rates)."""
    ### BEGIN SOLUTION
    return lrs[np.nanargmin(np.median(losses, axis=0))]
    ### END SOLUTION


# %%
own = []
for name, of in losses.items():
    lr = best_lr(lrs, of)
    own.append((name, lr, *np.sort(of[:, np.argmin(np.abs(lrs - lr))])[[0, 2, 4]]))
plots.table(own, ["rule", "best η", *columns[:3]])

# %% tags=["test"]
medians, lowest, highest = (np.array([row[k] for row in own]) for k in (3, 2, 4))
assert medians.max() / medians.min() < 1.5
assert (highest / lowest > medians.max() / medians.min()).all()
assert own[0][1] > 5 * own[2][1]
assert own[1][1] > 5 * own[2][1]
assert lrs[0] < min(row[1] for row in own)
assert max(row[1] for row in own) < lrs[-1]

# %% [markdown]
# With their own best learning rates the three medians are close together, and the seeds of a single rule differ by more.
# The conclusion disappears.
# What the experiment does show: Adam's best η is much smaller than that of gradient descent, so a learning rate must not be carried from one rule to another.
#
# *Newer is better* is a misconception that such tables feed.
# A fair comparison needs several seeds, an η for each rule, the same budget for all, and a validation set for the choice; lesson 8 makes it a protocol.
#
# ### The sine again
#
# Does Adam avoid the poor minima of lesson 4, where a frequency and a phase were fitted to noisy points?
#
# **Question.** Of 441 starts, how many more end in the deep minimum with Adam than with gradient descent?

# %% tags=["hide-output"]
f = Objective(sine, squared_error).on(*toys.sine_fit().train)
starts = np.stack(np.meshgrid(np.linspace(0, 4, 21), np.linspace(-3, 3, 21)), axis=-1)
rows = []
for rule, lr in ((sgd, 0.1), (momentum, 0.1), (adam, 0.01), (adam, 0.1), (adam, 1.0)):
    ends = descend(f, starts, Optimizer(rule, lr=lr), steps=1000)[-1]
    rows.append((rule.__name__, str(lr), int((f(ends)[0] < 0.1).sum())))
plots.table(rows, ["rule", "η", "of 441 starts end in the deep minimum"])

# %% tags=["test"]
deep = [row[2] for row in rows]
assert max(deep[:4]) < 1.2 * min(deep[:4])
assert max(deep[:4]) < 220
assert deep[4] > 1.2 * deep[0]
assert starts.shape[:2] == (21, 21)

# %% [markdown]
# With the usual learning rates hardly more: in each of the first four rows fewer than half of the starts end there.
# Only with η = 1 do clearly more runs end there: such long steps jump over ridges.
# A denominator changes the length of steps, not where the minima are.

# %% [markdown]
# ### On real data
#
# The regression of the earlier lessons: predict the class number of an image from its pixels; an image counts as correct when the prediction is at most ½ from its class.
# A student lab published on the web used Adam with 10,000 images, batches of 100, η = 0.01 and 1,000 steps, and reported an accuracy of 0.3358.
# It ran once.
# The next cell runs it with four learning rates and three seeds.
#
# **Question.** How many of the four digits of 0.3358 mean anything?

# %% tags=["hide-output"]
clothes = data.load("fashion_mnist", valid=0)
print(clothes)
images = replace(clothes, train=clothes.train[:10_000])
lrs, pixels = np.array([0.0001, 0.001, 0.01, 0.1]), images.train.X.shape[1]
regression = Objective(MLP(pixels, 1), squared_error)
run = {"epochs": round(1000 * 100 / len(images.train)), "theta": np.zeros(pixels + 1)}
run |= {"batch": 100, "progress": False}
ends = [train(regression, images, Optimizer(adam, lr=lrs), seed=s, **run)[-1] for s in range(3)]
predictions = np.array([regression.model(end.theta, clothes.test.X)[0] for end in ends])
right = np.sort(np.mean(np.abs(predictions - clothes.test.y) <= 0.5, axis=-1), axis=0)
rows = [(str(lr), *of_lr) for lr, of_lr in zip(lrs, right.T, strict=True)]
rows.append(("0.01, the lab, on Fashion-MNIST", None, "0.3358, one run", None))
plots.table(rows, ["η", "lowest accuracy on the test images", "median", "highest"])

# %% tags=["test"]
assert right[1, 3] < right[1, 2]
assert 0.005 < np.ptp(right[:, 2]) < 0.02
assert right[1, 2] - right[1, 1] > 2 * np.ptp(right[:, 2])

# %% [markdown]
# The lab's number is one seed at one learning rate.
# In the row of its η the seeds differ by about 0.01, so only two of its four digits mean anything; from η = 0.001 to η = 0.01 the accuracy changes by several times as much.

# %% [markdown]
# ### A clinic of faulty optimizers
#
# Four programs that were published or handed in contain these faults:
#
# - **Nadam that squares** the gradient in its numerator;
# - **AMSGrad that never uses** its maximum;
# - **AdaDelta with the memories of the biases** for all weights, and with ε = 10⁻¹⁰;
# - **Adam that counts epochs**: its $t$ is the number of the epoch, not of the step.
#
# None of them stops with an error.
# Each panel below shows a correct rule and its faulty version on a problem that reveals the fault.

# %% tags=["hide-input"]
digits = data.load("digits")
softmax = Objective(MLP(64, 10), cross_entropy)


def nadam_squares(theta, g, t, m=0.0, v=0.0, *, lr):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    numerator = 0.9 * m / (1 - 0.9 ** (t + 1)) + 0.1 * g**2 / (1 - 0.9**t)
    return theta - lr * numerator / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v


def amsgrad_without_maximum(theta, g, t, m=0.0, v=0.0, v_max=0.0, **hyper):
    return *adam(theta, g, t, m, v, **hyper), np.maximum(v_max, v)


def adadelta_of_biases(theta, g, t, s=0.0, d=0.0, *, lr=1.0):
    s = 0.9 * s + 0.1 * np.tile(g[-10:], 65) ** 2  # the last 10 of 650 parameters are biases
    step = np.sqrt((d + 1e-10) / (s + 1e-10)) * g
    d = 0.9 * d + 0.1 * np.tile(step[-10:], 65) ** 2
    return theta - lr * step, s, d


def adam_counts_epochs(theta, g, t, m=0.0, v=0.0, *, lr):
    return adam(theta, g, 1 + (t - 1) // 130, m, v, lr=lr)  # 130 batches of 10 are an epoch


# %% tags=["hide-input"]
def game_loss(rule):
    """The mean gradient of the game of part 3, 1/3, times θ: after each round."""
    theta, memory, losses = 0.0, (), [0.0]
    for t in range(1, 1201):
        g = 3.0 if t % 3 == 1 else -1.0
        theta, *memory = rule(theta, g, t, *memory, lr=0.01, beta1=0.0, beta2=0.1)
        theta = min(max(theta, -1.0), 1.0)
        losses += [theta / 3] if t % 3 == 0 else []
    return np.array(losses)


def on_digits(rule, **hyper):
    run = {"epochs": 12, "batch": 10, "progress": False}
    return train(softmax, digits, Optimizer(rule, **hyper), **run)["train_loss"]


def in_valley(rule):
    f = quadratic(condition=100)
    return f(descend(f, (10, 1), Optimizer(rule, lr=0.03), steps=40))[0]


# %% tags=["hide-input"]
fig, panels = plots.figure(2, 2, size=(9.6, 7.2))
clinic = {
    "A": {"correct": game_loss(amsgrad), "faulty": game_loss(amsgrad_without_maximum)},
    "B": {"correct": on_digits(adam, lr=1e-3), "faulty": on_digits(adam_counts_epochs, lr=1e-3)},
    "C": {"correct": in_valley(nadam), "faulty": in_valley(nadam_squares)},
    "D": {
        "correct": on_digits(adadelta),
        "faulty": on_digits(adadelta_of_biases),
        "faulty, η = 100": on_digits(adadelta_of_biases, lr=100),
    },
}
xlabels = ("round of the game", "epoch, digits", "step, valley with κ = 100", "epoch, digits")
for (name, curves), xlabel, ax in zip(clinic.items(), xlabels, panels.flat, strict=True):
    plots.curves(curves, xlabel=xlabel, log=name == "C", ax=ax)
    ax.set(title=name)
panels[1, 0].set(ylim=(1, 1e9))
plots.show(
    fig,
    "Four panels with the loss of a correct and a faulty rule. A: the correct loss falls, the faulty one rises. B: the "
    "faulty loss is smaller after the first epoch and larger from the third on. C: the faulty loss explodes after a few "
    "steps. D: the faulty loss hardly falls; with a learning rate of 100 it falls, but less than the correct one.",
)

# %% [markdown]
# ### Your turn: a diagnosis
#
# Match the faults with the panels.
# Then return the letter of the panel that belongs to Adam that counts epochs.


# %% turn="4.b"
def counts_epochs():
    """Return your prediction, "A", "B", "C" or "D"."""
    ### BEGIN SOLUTION
    return "B"
    ### END SOLUTION


# %% tags=["hide-output"]
said = str(counts_epochs()).upper()
faults = ("AMSGrad without maximum", "Adam that counts epochs", "Nadam that squares", "AdaDelta")
rows = [
    (
        name,
        fault,
        *(curves[k][-1] for k in ("correct", "faulty")),
        "epochs" if name == said else None,
    )
    for (name, curves), fault in zip(clinic.items(), faults, strict=True)
]
plots.table(rows, ["panel", "fault", "last loss, correct", "faulty", "you predicted"])

# %% tags=["test"]
assert len(list(data.batches(len(digits.train), 10))) == 130
assert clinic["A"]["correct"][-1] < -0.3 < 0.3 < clinic["A"]["faulty"][-1]
one, other = clinic["B"]["correct"], clinic["B"]["faulty"]
assert other[1] < one[1]
assert (other[3:] > one[3:]).all()
assert other[-1] > 2 * one[-1]
assert clinic["C"]["faulty"][30] > 1e20
assert (np.diff(clinic["C"]["correct"]) < 0).all()
slow, hidden, one = clinic["D"]["faulty"], clinic["D"]["faulty, η = 100"], clinic["D"]["correct"]
assert slow[-1] > 0.9 * slow[0]
assert one[-1] < hidden[-1] < 0.5
assert np.array_equal(game_loss(adam), clinic["A"]["faulty"])

# %% [markdown]
# <details><summary>Answer, fault by fault</summary>
#
# - **A, AMSGrad without its maximum**, is Adam to the last digit. On most networks nobody would notice, so test it where the two rules differ: in the game of part 3.
# - **B, Adam that counts epochs**, corrects the whole first epoch as if it were step 1. The first steps are too long, the later ones too short: fast in the first epoch, slow afterwards.
# - **C, Nadam that squares**, adds the squares to its numerator. They are never negative, so they push every parameter down, whatever the sign of its gradient. Where gradients are large, the loss explodes. Where they are small, as on the digits, the squares hardly count and the fault stays hidden.
# - **D, AdaDelta**: with ε = 10⁻¹⁰ the first steps are far too short, and the memory of steps grows slowly. The program used η = 100 in place of a larger ε, and this hid the second fault, that all weights share the memories of the biases.
# </details>
#
# A fault in an optimizer rarely stops a training.
# Compare the first ten steps with a reference, to all digits; then use a problem on which the fault must show.
#
# **Keep in mind:** compare rules at their own best η and over several seeds, and test an optimizer step by step before you compare it.

# %% [markdown]
# ## Further: Lion
#
# **Lion** (Chen and others, 2023) was found by a program that searched through millions of rules.
# It is momentum followed by sign descent:
#
# $$\theta \leftarrow \theta - \eta \operatorname{sign}\bigl(\beta_1 m + (1 - \beta_1)\, g\bigr), \qquad m \leftarrow \beta_2 m + (1 - \beta_2)\, g ,$$
#
# with $\beta_1 = 0.9$ and $\beta_2 = 0.99$.
# It needs no $v$, so it stores half as much as Adam, which matters for models that hardly fit into memory.
# Each parameter moves by exactly η at every step, while most of Adam's steps are shorter.
#
# **Question.** Both rules train a network on the digits. Is the best η of Lion larger or smaller than that of Adam?

# %% tags=["hide-output"]
from course_lib.optim import lion

digits, network = data.load("digits"), Objective(MLP(64, 30, 10), cross_entropy)
lrs, rows = np.geomspace(1e-4, 1, 9), []
for rule in (adam, lion):
    run = {"epochs": 10, "progress": False}
    ends = [train(network, digits, Optimizer(rule, lr=lrs), seed=s, **run)[-1] for s in range(3)]
    of_lr = np.nan_to_num(np.median([end.train_loss for end in ends], axis=0), nan=np.inf)
    rows.append((rule.__name__, lrs[of_lr.argmin()], of_lr.min()))
plots.table(rows, ["rule", "best η", "training loss, median of 3 seeds"])

# %% tags=["test"]
assert rows[1][1] < 0.4 * rows[0][1]
assert lrs[0] < rows[1][1] < rows[0][1] < lrs[-1]

# %% [markdown]
# Smaller: every step has full length, and near the minimum the parameters keep moving by η.
# So Lion needs a smaller η than Adam, and it needs a schedule that lets η fall even more than other rules do.

# %% [markdown]
# ## Further: loss spikes and β2
#
# Sometimes the loss of a training that went well for days jumps up.
# One cause is $\beta_2$ close to 1.
# When gradients have been small for a long time, $v$ is small.
# If they suddenly grow, because of unusual data or an unstable layer, $m$ follows within about $1/(1-\beta_1)$ steps, $v$ only within $1/(1-\beta_2)$.
# In between the step is much longer than η.
#
# The cell feeds Adam with a gradient of 1 for 9,900 steps, then with 30, and prints its longest step.

# %%
beta2 = np.array([0.9, 0.95, 0.99, 0.999, 0.9999])
m, v, longest = 0.0, 0.0, 0.0
for t in range(1, 10_001):
    g = 1.0 if t <= 9900 else 30.0
    m, v = 0.9 * m + 0.1 * g, beta2 * v + (1 - beta2) * g**2
    step = m / (1 - 0.9**t) / np.sqrt(v / (1 - beta2**t))  # in units of η
    longest = np.maximum(longest, step)
plots.table(list(zip(map(str, beta2), longest, strict=True)), ["β2", "longest step / η"])

# %% tags=["test"]
assert (np.diff(longest) > 0).all()
assert np.isclose(longest[0], 1, atol=0.01)
assert longest[3] > 5

# %% [markdown]
# With the usual 0.999 a step is six times as long as η, with 0.95 hardly longer.
# For this reason large language models are often trained with $\beta_2 = 0.95$, with gradients clipped to a largest length, or both.
# The price of a short memory is noise in the denominator, and the game of part 3.

# %% [markdown]
# ## Further: do adaptive methods generalise worse?
#
# Wilson and others (2017) built data on which Adam and AdaGrad fit all training examples and fail on new ones, while gradient descent is right on all of them.
# Each example has the label as its first feature, two features that are always 1, and one (label 1) or five (label −1) features that no other example has.
# Adaptive methods give the rare features weights as large as the first; on new examples these weights are useless.
# Choi and others (2019) answer: momentum is Adam with a large ε, so if ε is tuned as well, Adam is never worse.
#
# **Question.** The last row is Adam with ε = 1000. Which of the others will it resemble?

# %% tags=["hide-output"]
rng, n = np.random.default_rng(0), 40
y = np.where(rng.random(2 * n) < 0.65, 1, -1)  # the second half are new examples
X = np.zeros((2 * n, 3 + 10 * n))
X[:, 0], X[:, 1:3] = y, 1
for i in range(2 * n):
    X[i, 3 + 5 * i :][: 1 if y[i] == 1 else 5] = 1
f = Objective(MLP(3 + 10 * n, 1), squared_error).on(X[:n], y[:n])
rows, settings = [], ((sgd, {"lr": 0.1}), (adagrad, {"lr": 0.1}), (adam, {"lr": 0.001}))
for rule, hyper in (*settings, (adam, {"lr": 100, "eps": 1000})):
    theta = descend(f, np.zeros(4 + 10 * n), Optimizer(rule, **hyper), steps=3000)[-1]
    correct = np.sign(X @ theta[:-1] + theta[-1]) == y
    rows.append((f"{rule.__name__} {hyper}", correct[:n].mean(), correct[n:].mean()))
plots.table(rows, ["rule", "training examples right", "new examples right"])

# %% tags=["test"]
assert all(row[1] == 1 for row in rows)
assert rows[0][2] == rows[3][2] == 1
assert max(rows[1][2], rows[2][2]) < 0.8

# %% [markdown]
# Gradient descent.
# So neither "Adam generalises worse" nor its opposite is a law: both papers show what a comparison leaves out when it fixes a hyper-parameter.

# %% [markdown]
# ## Summary
#
# | what | formula |
# |---|---|
# | Newton's method | $\theta \leftarrow \theta - H^{-1} g$ |
# | AdaGrad | $s \leftarrow s + g^2$, $\theta \leftarrow \theta - \eta\, g/(\sqrt s + \varepsilon)$; steps shrink like $1/\sqrt t$ |
# | sign descent | $\theta \leftarrow \theta - \eta \operatorname{sign}(g)$ |
# | RMSProp | $s \leftarrow \rho s + (1-\rho) g^2$, $\theta \leftarrow \theta - \eta\, g/(\sqrt s + \varepsilon)$ |
# | Adam's memories | $m \leftarrow \beta_1 m + (1-\beta_1) g$, $v \leftarrow \beta_2 v + (1-\beta_2) g^2$ |
# | bias correction | $\hat m = m/(1-\beta_1^t)$, $\hat v = v/(1-\beta_2^t)$ |
# | Adam | $\theta \leftarrow \theta - \eta\, \hat m/(\sqrt{\hat v} + \varepsilon)$; its first step is η for every parameter |
# | large ε | Adam becomes momentum (mean) with the learning rate $\eta/\varepsilon$ |
# | AMSGrad | Adam with the largest $v$ so far |
# | a fair comparison | several seeds, each rule at its own best η |

# %% [markdown]
# ## Symptom, suspect, test
#
# | symptom | suspect | test |
# |---|---|---|
# | AdaGrad learns quickly, then hardly at all | its sum only grows | RMSProp with the same first steps; print $\eta/\sqrt s$ |
# | the loss jumps up in the first steps, then recovers | bias correction missing or wrong | print the length of the first step: it should be η |
# | fast first epoch, slow later ones | $t$ counts epochs | print $t$ after the first epoch |
# | Adam is no better than momentum | ε is large compared with the gradients | print the median of $\sqrt{\hat v}$ beside ε |
# | Adam diverges or stagnates with the η of SGD | η is the length of a step | divide η by 10 to 100 |
# | single jumps of the loss late in training | $\beta_2$ close to 1, or an η that is too large | $\beta_2 = 0.95$; clip the gradients |
# | two rules have exactly the same loss | a memory is kept and never used | compare them in a game where they must differ |
# | a rule needs η = 100 | another constant is wrong, often ε | vary ε by factors of 100 |
# | a table says that one optimizer is far better | one η for all, or one seed | loss against learning rate, five seeds |

# %% [markdown]
# ## Questions
#
# <details><summary>1. You multiply the loss by 1,000. What changes for gradient descent, and what for Adam?</summary>
#
# All gradients become 1,000 times as large.
# Gradient descent needs an η that is smaller by the same factor.
# Adam's numerator and denominator both grow by this factor, so its path stays the same, as long as ε is small compared with the gradients.
# </details>
#
# <details><summary>2. Does the bias correction make Adam's first steps longer?</summary>
#
# No, shorter: without any correction the first step is $\sqrt{10}\,\eta$ with the usual $\beta_1$ and $\beta_2$, with both it is η.
# </details>
#
# <details><summary>3. Is √v̂ an estimate of the curvature?</summary>
#
# No, it measures the size of recent gradients.
# At ten times the distance from the minimum of a bowl the gradient is ten times as large and the curvature is the same.
# </details>
#
# <details><summary>4. Your features are standardised and all common. Do you still need AdaGrad?</summary>
#
# Its reason, features with rare or small gradients, is gone, and its falling steps may harm.
# Gradient descent or momentum with a tuned η may do as well: compare.
# </details>
#
# <details><summary>5. Why does Adam with β1 = 0.9 survive a rotated valley better than RMSProp?</summary>
#
# Its numerator is momentum, which does not depend on the coordinates; only the denominator does.
# </details>
#
# <details><summary>6. A paper compares its new rule, tuned over 50 settings, with Adam at its default η. What does the comparison show?</summary>
#
# That tuning helps.
# Adam needs the same budget of settings and seeds before the rules can be compared.
# </details>

# %% [markdown]
# ## Read on
#
# - John Duchi, Elad Hazan, Yoram Singer, *Adaptive subgradient methods for online learning and stochastic optimization*, 2011: AdaGrad.
# - Geoffrey Hinton, Tijmen Tieleman, *Lecture 6.5: RMSProp*, 2012: sign descent for mini-batches.
# - Matthew Zeiler, *ADADELTA: an adaptive learning rate method*, 2012.
# - Diederik Kingma, Jimmy Ba, *Adam: a method for stochastic optimization*, 2015; AdaMax is in section 7.
# - Timothy Dozat, *Incorporating Nesterov momentum into Adam*, 2016.
# - Sashank Reddi, Satyen Kale, Sanjiv Kumar, *On the convergence of Adam and beyond*, 2018: the game and AMSGrad.
# - Ashia Wilson and others, *The marginal value of adaptive gradient methods in machine learning*, 2017.
# - Dami Choi and others, *On empirical comparisons of optimizers for deep learning*, 2019.
# - Xiangning Chen and others, *Symbolic discovery of optimization algorithms*, 2023: Lion.
#
# **Next:** the [exercises of this lesson](../exercises/05_adaptive_methods.ipynb); [lesson 6, regularisation](06_regularisation.ipynb).
