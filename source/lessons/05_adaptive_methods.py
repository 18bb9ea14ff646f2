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
from course_lib.losses import binary_cross_entropy, squared_error
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
# A cheaper version uses only the diagonal of $H$ and divides each *component* of the gradient by its own curvature, $\theta_i \leftarrow \theta_i - g_i / H_{ii}$.
#
# **Question.** The figure shows one step each of gradient descent, of Newton's method and of its diagonal version: A, B and C, in a valley along the axes and in a rotated one.
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
    "valley. With a rotation of 30 degrees only C ends at the minimum; B crosses the valley, and A goes a little up along it.",
)

# %% tags=["test"]
assert np.allclose(ends[0][0], 0)
assert np.allclose([end[2] for end in ends.values()], 0)
assert np.linalg.norm(ends[30][0]) > 8.5
assert np.linalg.norm(ends[30][1]) > 7

# %% [markdown]
# <details><summary>Answer</summary>
#
# C is Newton's method: it ends at the minimum whatever the rotation is.
# A is the diagonal version.
# It does the same as long as the valley is parallel to the axes; in the rotated valley it moves in a wrong direction.
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
plots.table(rows, ["word", "in so many texts", "η / √s", "times the first", "you predicted"])

# %% tags=["test"]
assert np.isclose(0.5 / 0.002, 250)
assert 8 < each[-1] / each[0] < 15 < np.sqrt(250) < 16
assert each[-1] == each.max()

# %% [markdown]
# Not 250, because the square root of $s$ counts: if both words had gradients of the same size in the texts that contain them, the ratio would be $\sqrt{250} \approx 16$.
# It is smaller, because the gradients of the rare word are larger: its weight is wrong for longer.
#
# Does this help?
# The next cell trains with 16 learning rates at once and takes for each rule the one with the smallest validation loss; the numbers are medians of 5 seeds.
#
# **Question.** The two losses will differ by a few percent only. Which weights will still be wrong?

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
# AdaGrad contains a schedule like those of lesson 2.
# This is right for noise that has to be averaged away, and AdaGrad's theory for convex functions rests on it.
# For a network it is often too fast: large gradients at the beginning reduce the steps of the whole training.
#
# ### Adaptive does not mean second order
#
# *Adaptive methods estimate the curvature* is a misconception.
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
# The curvature is the same in both runs, and so is AdaGrad's step; Newton's step knows the distance.
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
# With mini-batches this goes wrong: a component may be 1 in nine batches and −9 in the tenth.
# Its mean is 0, but sign descent takes nine steps in one direction and one step back.
#
# **RMSProp** (Tieleman and Hinton, 2012) divides by the root of an *average* of $g^2$ over recent steps, an exponential moving average as in lesson 4:
#
# $$s \leftarrow \rho s + (1 - \rho)\, g^2, \qquad \theta \leftarrow \theta - \eta\, \frac{g}{\sqrt{s} + \varepsilon} .$$
#
# With ρ = 0 it is sign descent.
# With ρ (rho) close to 1 the divisor hardly changes between batches, so all of them are divided by the same number.
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
# The table shows the length of step $t$ in units of η, with a constant gradient and ε = 0:

# %%
t = np.array([1, 10, 100, 1000])
m, root_v = 1 - 0.9**t, np.sqrt(1 - 0.999**t)  # without correction; the gradient is 1
rows = list(zip(t, m / root_v, 1 / root_v, m, m / m, strict=True))
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
# Later $|\hat m|$ is at most about $\sqrt{\hat v}$, so η is about the largest step.
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
# A gradient that is small compared with ε takes small steps, as in gradient descent.
# So ε does more than avoid 0/0: it decides which gradients count as small.
#
# ### ε from $10^{-10}$ to 1
#
# If ε is much larger than $\sqrt{\hat v}$, the divisor is about ε for all parameters:
#
# $$\theta \leftarrow \theta - \frac{\eta}{\varepsilon}\, \hat m .$$
#
# This is momentum, written as a mean, with the learning rate $\eta/\varepsilon$.
# **A large ε turns Adam into momentum.**
# The next cell trains a small network on two interleaved half circles of points (*moons*) with 11 learning rates for each of 11 values of ε: 121 networks in one call, three times.
#
# **Question.** With small ε the best η is about 0.1. Where will it be for ε = 1?

# %% tags=["hide-output"]
lrs, eps = np.geomspace(1e-3, 100, 11), np.geomspace(1e-10, 1, 11)
every_pair = Optimizer(adam, lr=lrs[:, None], eps=eps)
run = {"epochs": 80, "batch": 64, "progress": False}
ends = [train(network, moons, every_pair, seed=s, **run)[-1].train_loss for s in range(3)]
losses = np.median(ends, axis=0)
ax = plots.heat_map(losses.clip(max=1), eps, lrs, xlabel="ε", ylabel="η", label="training loss")
plots.show(
    ax,
    "Colours of the loss for each pair of ε and η. Up to ε of about 0.01 all columns are alike, with the smallest "
    "losses near η = 0.1. To the right of that the best η rises with ε.",
)

# %% tags=["test"]
medians = losses.argmin(axis=0)
assert (np.abs(np.log10(lrs[medians[eps < 5e-3]] / 0.1)) < 0.6).all()
assert lrs[medians[-1]] > 20 * lrs[medians[0]]
large = descend(valley, (10, 1), Optimizer(adam, lr=1e6 * 0.01, eps=1e6), steps=200)
m, theta, heavy = np.zeros(2), np.array([10.0, 1.0]), []
for t in range(1, 201):
    m = 0.9 * m + 0.1 * valley(theta)[1]
    theta = theta - 0.01 * m / (1 - 0.9**t)
    heavy.append(theta)
assert np.abs(large[1:] - heavy).max() < 1e-3

# %% [markdown]
# Up to ε of about 0.01 nothing changes, because $\sqrt{\hat v}$ is larger than that for most parameters here.
# To the right of that the best η grows in proportion to ε, so that $\eta/\varepsilon$ stays the same: the rule has become momentum.
# A library's default for ε is a choice between Adam and momentum, made for gradients of a usual size.
#
# **Keep in mind:** $m$ chooses the direction, $\sqrt v$ the unit of length, η the length; the correction makes the first steps as long as the later ones.

# %% [markdown]
# ## 3. What a step size per parameter cannot do ({minutes} minutes)
#
# Adam's divisor treats each parameter separately, and it changes from step to step.
# Both properties have a price.
# When is Adam worse than gradient descent?

# %% [markdown] tags=["teacher"]
# **Aim.** Adaptive methods depend on the coordinates; a divisor that forgets can reverse the direction; all methods of the family differ in four choices.
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
# Is this so for methods that divide by the size of gradients?

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
assert (left["adam"] < 1e-6).all()
assert left["momentum"][2] < left["adam"][2]

# %% [markdown]
# Gradient descent and momentum do not notice the rotation: their formulas contain only sums of vectors, and sums rotate with the coordinates.
# AdaGrad and RMSProp are perfect along the axes and lose their advantage at 45°, where both components of the gradient contain the steep direction and have the same size.
# Adam keeps most of it here, because of its numerator: momentum needs no axes.
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
plots.table([("sign descent", *changes, changes.sum(), one_round())], ["rule", "g = 3", "g = −1", "g = −1", "round / η", "you predicted"])

# %% tags=["test"]
assert changes.sum() == 1

# %% [markdown]
# Sign descent moves in the wrong direction, since it counts gradients and ignores their size.
# Adam with a short memory in $v$ does nearly the same: a large gradient enlarges its own divisor at once.
#
# ### Explore: the game

# %%
explore.amsgrad_game()

# %% [markdown]
# **AMSGrad** (Reddi, Kale and Kumar, 2018) corrects this: it divides by the *largest* $v$ so far.
# Then all gradients of a round have the same divisor, and the large one counts three times as much as a small one.
# The loop, with $\beta_1 = 0$ and $\beta_2 = 0.1$:


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
# So there is no proof that Adam converges on every convex problem, and AMSGrad has one.
# On most networks the two rules behave alike.

# %% tags=["test"]
theta, memory = 0.0, ()
for t in range(1, 3001):
    theta, *memory = adam(theta, 3.0 if t % 3 == 1 else -1.0, t, *memory, lr=0.01, beta1=0, beta2=0.999)
    theta = min(max(theta, -1.0), 1.0)
assert theta < -0.95

# %% [markdown]
# ### One table of all
#
# All these rules have the form $\theta \leftarrow \theta - \eta \cdot \text{numerator}/\text{divisor}$.
# They differ in four choices:
#
# | rule | memory of the numerator | memory of the divisor | bias correction | where ε stands |
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
# **Keep in mind:** a step size per parameter helps where the axes matter, and a divisor must change slowly compared with the gradients.
