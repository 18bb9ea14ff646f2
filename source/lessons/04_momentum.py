# %% [markdown] about="heavy ball, Nesterov, their conventions" builds_on="1 to 3"
# # Lesson 4: momentum
#
# About {minutes} minutes.
# It has four parts, and you can stop after each of them.
#
# You need the gradient, the learning rate, the Hessian's eigenvalues and the condition number of [lesson 1](01_linear_regression.ipynb).
# From lessons 2 and 3 you need one fact: a mini-batch gradient is the gradient of all data plus noise with mean 0.
# Symbols are explained in [Notation and terms](00_start_here.ipynb#Notation-and-terms).
#
# At the end you will be able to
#
# - write heavy ball and Nesterov's momentum, and say which gradients momentum adds up and which it cancels;
# - choose learning rate and momentum together, and predict which pairs diverge;
# - convert a learning rate between libraries that write momentum differently;
# - read from a loss curve whether to change η or β.
#
# Run the next cell first. After it, you can begin with any part.

# %%
import numpy as np

from course_lib import data, plots, theory, toys
from course_lib.explorers import lesson_04 as explore
from course_lib.landscapes import lessard_recht_packard, quadratic
from course_lib.optim import Optimizer, descend, gradient_noise, momentum, nesterov, sgd
from course_lib.turns import lesson_04 as turn


def steps_to_a_millionth(path):
    """The number of steps after which the distance to 0 stays below a millionth of the start."""
    distance = np.linalg.norm(path, axis=-1)
    return np.flatnonzero(distance > 1e-6 * distance[0])[-1] + 1


# %% [markdown]
# ## 1. A memory of gradients ({minutes} minutes)
#
# A long valley is slow for gradient descent, because a single learning rate must serve all directions.
# In the valley below the **curvature** (the second derivative along a direction) is 1 along $\theta_1$ and 100 along $\theta_2$: the condition number is κ = 100.
# The steep direction sets the limit, $\eta < 2/\lambda_{\max} = 0.02$.
# Along the flat direction each step then removes less than 2 % of the error.
# Can one rule take short steps across the valley and long steps along it, without knowing which direction is which?

# %% [markdown] tags=["teacher"]
# **Aim.** Momentum treats gradients that agree and gradients that alternate differently; this, and not averaging of noise, makes it fast.
#
# **Ask the room** before the first table: "η is above the limit of gradient descent. Does heavy ball converge?"
# Expect "no, the limit is the limit" (the limit is that of gradient descent) and "yes, because the average is smaller" (there is no averaging of anything random here).
# Before 1.b expect 0 ("they cancel completely") and 0.1 ("one tenth"); let the students add up three terms by hand.
#
# **Can be cut.** The figure with gradients and velocities.
#
# **Exercises.** 4.11 on sheet 4, after part 3.

# %%
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective

valley = quadratic(condition=100)  # curvature 1 along θ₁, 100 along θ₂
start = np.array([10.0, 1.0])

# %% [markdown]
# ### Heavy ball
#
# Gradient descent uses the gradient of the current position and nothing else.
# **Heavy ball** (Polyak, 1964) also keeps a second vector, the **velocity** $v$, which starts at 0:
#
# $$v \leftarrow \beta v + g, \qquad \theta \leftarrow \theta - \eta\, v .$$
#
# The **momentum** β (beta), with $0 \le \beta < 1$, is the share of the old velocity that a step keeps.
# With β = 0 the rule is gradient descent.
# The name is a picture: a heavy ball does not change direction at once when the slope does.
#
# ### Your turn: one step of heavy ball
#
# Write one step.
# `theta`, the gradient `g` and the velocity `v` are arrays of the same shape; `lr` is η and `beta` is β.
# Return the new θ and the new $v$, in this order, and leave the arguments unchanged.


# %% turn="1.a"
def heavy_ball(theta, g, v, lr, beta):
    """Return θ and v after one step of heavy ball."""
    ### BEGIN SOLUTION
    v = beta * v + g
    return theta - lr * v, v
    ### END SOLUTION


# %% [markdown]
# ### The loop
#
# Everything else is the loop of gradient descent from lesson 1, with $v$ carried from step to step.
# `valley(theta)` returns the loss and the gradient:

# %%
theta, v = start, np.zeros(2)
path = [theta]
for _ in range(300):
    _, g = valley(theta)
    theta, v = heavy_ball(theta, g, v, lr=0.03, beta=0.9)
    path.append(theta)
path = np.array(path)

# %% [markdown]
# **Question.** The learning rate in this loop, 0.03, is larger than the limit 0.02 of gradient descent.
# Does gradient descent converge with it? Does heavy ball?

# %% tags=["hide-output"]
plain = start
for _ in range(300):
    plain = plain - 0.03 * valley(plain)[1]

rows = [(name, *end) for name, end in (("gradient descent", plain), ("heavy ball", path[-1]))]
plots.table(rows, ["after 300 steps with η = 0.03", "θ₁", "θ₂"])

# %% tags=["test"]
assert np.isclose(1 - theory.convergence_factor(0.02, 1), 0.02)
assert abs(plain[1]) > 1e80
assert np.linalg.norm(path[-1]) < 1e-5 * np.linalg.norm(start)

# %% [markdown]
# Gradient descent diverges along the steep direction.
# Heavy ball converges in both.
# The library's `descend` with the rule `momentum` is the loop above:

# %%
library = descend(valley, start, Optimizer(momentum, lr=0.03, beta=0.9), steps=300)
print(f"largest difference from the loop: {np.abs(library - path).max():.0e}")

# %% tags=["test"]
assert np.abs(library - path).max() < 1e-12

# %% [markdown]
# ### Gradients that agree, gradients that alternate
#
# Insert the formula for $v$ into itself, and you see what the velocity contains:
#
# $$v_t = g_t + \beta g_{t-1} + \beta^2 g_{t-2} + \beta^3 g_{t-3} + \dots$$
#
# It is a weighted sum of all gradients so far; the weight of a gradient shrinks by the factor β with each step.
# Suppose that the gradient is 1 at every step.
# With β = 0.9 the velocity grows towards $1 + 0.9 + 0.81 + \dots = 1/(1 - 0.9) = 10$.
#
# ### Your turn: a prediction
#
# Now suppose that the gradient changes sign at every step: 1, −1, 1, −1, and so on, as it does across a valley.
# What is the size of the velocity, without its sign, after many steps with β = 0.9?
# Estimate it before you calculate; the table below shows your number beside the measured one.


# %% turn="1.b"
def alternating_velocity():
    """Return your prediction, a number from 0 to 10."""
    ### BEGIN SOLUTION
    return 1 / 1.9
    ### END SOLUTION


# %% tags=["hide-output"]
betas = np.array([0.5, 0.9, 0.99])
agree, alternate = np.zeros(3), np.zeros(3)
for t in range(2000):
    agree = betas * agree + 1
    alternate = betas * alternate + (-1) ** t

predictions = (None, alternating_velocity(), None)
rows = list(zip(map(str, betas), agree, np.abs(alternate), predictions, strict=True))
plots.table(rows, ["β", "v, gradients 1, 1, 1, …", "|v|, gradients 1, −1, 1, …", "you predicted"])

# %% tags=["test"]
assert np.allclose(agree, 1 / (1 - betas))
assert np.allclose(np.abs(alternate), 1 / (1 + betas))

# %% [markdown]
# Both are geometric series: $1 + \beta + \beta^2 + \dots = 1/(1-\beta)$, and $1 - \beta + \beta^2 - \dots = 1/(1+\beta)$.
# So heavy ball acts with two different learning rates at once:
#
# | gradients | velocity | acts as |
# |---|---|---|
# | agree, as along the flat direction | $g/(1-\beta)$ | $\eta/(1-\beta)$, the **effective learning rate** |
# | alternate in sign, as across the valley | $g/(1+\beta)$ | $\eta/(1+\beta)$ |
#
# With η = 0.03 and β = 0.9 these are 0.3 along the valley, 15 times the limit of gradient descent, and 0.016 across it, which is below that limit.
# The rule needed no knowledge of which direction is which.

# %% tags=["test"]
assert np.isclose(0.03 / (1 - 0.9), 15 * theory.lr_limit(100))
assert round(0.03 / (1 + 0.9), 3) == 0.016
assert theory.lr_limit(100) > 0.03 / (1 + 0.9)

# %% [markdown]
# The gradients of a real run neither agree nor alternate exactly.
# The figure shows gradient and velocity in the first 40 steps of the loop above; each panel belongs to one direction of the valley.
#
# **Question.** Which of the two panels below shows the flat direction?

# %% tags=["hide-input"]
fig, panels = plots.figure(2, 1, size=(5.6, 5.2))
_, g = valley(path[:40])
velocity = (path[:40] - path[1:41]) / 0.03
for k, title, ax in zip(
    (1, 0), ("A: gradient, velocity", "B: gradient, velocity"), panels, strict=True
):
    columns = {"gradient": g[:, k], "velocity": velocity[:, k]}
    plots.curves(columns, xlabel="step", ylabel=title, ax=ax)
plots.show(
    fig,
    "Panel A: a gradient that changes sign every one or two steps, and a velocity smaller than it. "
    "Panel B: a gradient that changes slowly, and a velocity several times as large.",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Panel B.
# The gradient changes slowly there, its values agree for many steps, and the velocity becomes several times as large as the gradient.
# In panel A, across the valley, gradients of opposite signs cancel and the velocity stays smaller than the gradient.
# </details>

# %% tags=["test"]
assert np.isclose((1 - 0.9) / (1 - 0.99), 10)
sizes = np.sqrt((velocity**2).mean(axis=0) / (g**2).mean(axis=0))
assert sizes[0] > 3
assert sizes[1] < 0.7

# %% [markdown]
# ### On real data
#
# The regression of lesson 1 again: the class number of an image from its pixels, with the full batch of at most 2,000 images.
# Its largest curvature sets the limit of gradient descent, which `theory.lr_limit` computes.
# Both runs below use 90 % of this limit.

# %%
clothes = data.load("fashion_mnist", valid=0)
print(clothes)
X, y = clothes.train.X[:2000], clothes.train.y[:2000]
f = Objective(MLP(X.shape[1], 1), squared_error).on(X, y)
with_ones = np.column_stack([X, np.ones(len(X))]).astype(float)
steepest = np.linalg.eigvalsh(theory.squared_error_hessian(with_ones))[-1]
lr = 0.9 * theory.lr_limit(steepest)

# %% [markdown]
# ### Your turn: predict the number of steps
#
# Gradient descent takes 1,000 steps with this η.
# Heavy ball uses the same η, and β = 0.9.
# After how many steps is its loss as low as that of gradient descent after 1,000?


# %% turn="1.c"
def steps_with_momentum():
    """Return your prediction, a number of steps."""
    ### BEGIN SOLUTION
    return 100
    ### END SOLUTION


# %% tags=["hide-output"]
origin = np.zeros(X.shape[1] + 1, X.dtype)
slow, fast = (f(descend(f, origin, Optimizer(momentum, lr=lr, beta=b), 1000))[0] for b in (0, 0.9))
steps = int(np.flatnonzero(fast > slow[-1])[-1] + 1)
rows = [("gradient descent", slow[-1], 1000, None)]
rows += [("heavy ball, β = 0.9", slow[-1], steps, steps_with_momentum())]
plots.table(rows, ["rule", "loss", "steps", "you predicted"])

# %% tags=["test"]
assert 95 < steps < 115

# %% [markdown]
# About a tenth, because the effective learning rate is 10 times as large: the number of steps times the effective learning rate is nearly the same in both runs.
#
# Two common misconceptions:
#
# - *β = 0.9 and β = 0.99 are about the same.* With the same η the effective learning rate is 10 times as large, and so is the number of steps that the velocity remembers.
# - *Momentum helps because it averages noise away.* The gradients above have no noise. An average of noisy copies does reduce noise; what helps here is that opposite gradients across the valley cancel, so that a much larger effective learning rate converges.
#
# **Keep in mind:** momentum divides gradients that agree by $1-\beta$ and gradients that alternate by $1+\beta$.

# %% [markdown]
# ## 2. The best pair of η and β ({minutes} minutes)
#
# Part 1 showed that momentum acts with the effective learning rate $\eta/(1-\beta)$ on gradients that agree.
# With β = 0.999 that is $1000\,\eta$.
# So why not take β as close to 1 as possible?

# %% [markdown] tags=["teacher"]
# **Aim.** η and β are chosen together. The convergence factor of a direction, the limit of η, the best pair, and why κ becomes √κ.
#
# **Ask the room** before the three curves: "Same η, more momentum: faster?" Expect a clear majority for yes; the curve with the largest β converges last.
# Before 2.b expect 4 · 93 = 372 (the answer of gradient descent). Ask for the reason, not for the number.
#
# **Can be cut.** The comparison of measured and computed factors; 93 steps against 69.
#
# **Exercises.** 4.13, 4.16 and 4.17 on sheet 4.

# %%
valley = quadratic(condition=100)
bowl = quadratic(condition=1)  # curvature 1 in both directions; we use the first

# %% [markdown]
# ### A ball on a spring
#
# Follow a single direction with curvature λ.
# Its gradient is $\lambda e$, where $e$ is the distance to the minimum, with its sign.
# The last step was $\eta v_t = e_{t-1} - e_t$, so you can eliminate $v$:
#
# $$e_{t+1} = e_t - \eta\,(\beta v_t + \lambda e_t) = (1 + \beta - \eta\lambda)\, e_t - \beta\, e_{t-1} .$$
#
# This is a ball on a spring with friction, observed at regular times; β close to 1 means little friction.
#
# **Question.** Three runs have the same η = 0.01 and λ = 1, and β = 0, 0.81 and 0.98.
# Which is closest to the minimum after 150 steps, and stays closest?

# %% tags=["hide-input", "hide-output"]
springs = np.array([0.0, 0.81, 0.98])
errors = descend(bowl, (1.0, 0.0), Optimizer(momentum, lr=0.01, beta=springs), steps=200)[..., 0]
columns = {f"β = {b}": errors[:, k] for k, b in enumerate(springs)}
ax = plots.curves(columns, xlabel="step", ylabel="distance e to the minimum")
ax.axhline(0, color="0.4", linewidth=1)
plots.show(
    ax,
    "Three curves from 1. β = 0 falls slowly and is still above 0.1 after 200 steps. β = 0.81 falls to 0 without "
    "crossing it. β = 0.98 is at 0 first, and then oscillates around it.",
)

# %% tags=["test"]
after = np.abs(errors[150:]).max(axis=0)
assert after[1] < 0.001
assert after[1] < after[0]
assert after[1] < after[2]
assert errors[200, 0] > 0.1
assert errors[:, 0].min() > 0
assert errors[:, 1].min() > 0
assert np.argmax(errors[:, 2] < 0) < np.argmax(errors[:, 1] < 0.1) < 200

# %% [markdown]
# The middle one.
# With β = 0 the run is **overdamped**: it approaches the minimum slowly, from one side.
# With β = 0.98 it is **underdamped**: it gets to 0 first, passes it and oscillates for a long time.
# In between, β = 0.81 is **critically damped**: the largest β that does not oscillate.
# More momentum is not always faster.
#
# ### The convergence factor
#
# Try $e_t = r^t$ in the formula for $e_{t+1}$. It is a solution when
#
# $$r^2 - (1 + \beta - \eta\lambda)\, r + \beta = 0 .$$
#
# This equation has two roots.
# In the long run the root with the larger size $|r|$ dominates, and each step multiplies the error by it.
# This **convergence factor** is what $|1 - \eta\lambda|$ was in lesson 1: below 1 the run converges, and a smaller factor means fewer steps.
#
# <details><summary>The same with a matrix</summary>
#
# Put two errors into a vector. Then a step is a product with a matrix:
#
# $$\begin{pmatrix} e_{t+1} \\ e_t \end{pmatrix} = \begin{pmatrix} 1 + \beta - \eta\lambda & -\beta \\ 1 & 0 \end{pmatrix} \begin{pmatrix} e_t \\ e_{t-1} \end{pmatrix} .$$
#
# The equation for $r$ is the equation for the eigenvalues of this matrix, and the largest $|r|$ is its **spectral radius**.
# </details>
#
# ### Your turn: the convergence factor
#
# Return the larger of the two $|r|$, a number.
# `np.roots([a, b, c])` returns both roots of $a r^2 + b r + c$; they may be complex, and `np.abs` takes the size of a complex number too.


# %% turn="2.a"
def convergence_factor(lr, beta, curvature):
    """Return the larger |r| of the roots of r² - (1 + β - ηλ) r + β."""
    ### BEGIN SOLUTION
    roots = np.roots([1, -(1 + beta - lr * curvature), beta])
    return np.abs(roots).max()
    ### END SOLUTION


# %% [markdown]
# Does the formula describe a run?
# The next cell measures the factor in runs with β = 0.81 and curvature 1, from the largest error in two windows 200 steps apart:

# %%
rows = []
for lr in (0.005, 0.3, 1.0, 2.5):
    run = descend(bowl, (1.0, 0.0), Optimizer(momentum, lr=lr, beta=0.81), steps=400)[:, 0]
    early, late = np.abs(run[100:160]).max(), np.abs(run[300:360]).max()
    rows.append((str(lr), (late / early) ** (1 / 200), convergence_factor(lr, 0.81, 1)))
plots.table(rows, ["η λ", "measured", "computed"])

# %% tags=["test"]
assert all(abs(measured - computed) < 0.002 for _, measured, computed in rows)
assert all(np.isclose(computed, 0.9) for _, _, computed in rows[1:])
assert rows[0][2] > 0.94

# %% [markdown]
# In the last three rows the computed factor is the same, 0.9, although the largest η is more than 8 times the smallest.
# There the roots are complex, and the run oscillates.
# The product of the roots is β, and complex roots have equal size, so both have the size $\sqrt\beta$, *whatever η and λ are*.
# This is the price of a large β: because the product is β, the larger $|r|$ is never below $\sqrt\beta$, and no η makes the error shrink faster.
#
# ### Explore: the map of pairs
#
# A valley has several curvatures, and its slowest direction decides.
# Here the curvatures are 1 and 25, and the best η of gradient descent is $2/26 \approx 0.077$.

# %%
explore.rate_map()

# %% [markdown]
# The smaller the share of the error that a step leaves, the fewer steps a run needs.
# Without momentum, at the left edge, even the best η is slow.
# With more momentum the best η rises beyond the limit of gradient descent, until it reaches the star.
# To the right of the star the bands are vertical: every direction oscillates, the factor is $\sqrt\beta$, and η hardly matters.
# Below these bands the flat direction is overdamped.
#
# ### The largest learning rate
#
# Above the dashed line all pairs diverge.
# Part 1 explains this line.
# Above it the steep direction diverges with alternating signs, and on alternating gradients momentum acts as $\eta/(1+\beta)$, which must stay below $2/\lambda_{\max}$:
#
# $$\eta < \frac{2(1+\beta)}{\lambda_{\max}} .$$
#
# Measure it: 401 learning rates run at once, and the table shows the largest that converges.
# The library's module `theory` holds such formulas; `theory.lr_limit` is this one.


# %%
def largest_lr(rule, beta):
    """The largest of 401 learning rates with which 2,000 steps converge along curvature 100."""
    lrs = np.linspace(0.005, 0.045, 401)
    steep = descend(valley, (0.0, 1.0), Optimizer(rule, lr=lrs, beta=beta), steps=2000)[..., 1]
    return lrs[np.abs(steep[-20:]).max(axis=0) < 1].max()


rows = [(str(b), largest_lr(momentum, b), theory.lr_limit(100, b)) for b in (0, 0.5, 0.9)]
plots.table(rows, ["β", "largest η that converges", "2 (1 + β) / λ_max"])

# %% tags=["test"]
assert all(0 < limit - measured < 0.00021 for _, measured, limit in rows)
lrs = np.linspace(0.05, 0.16, 1101)
best_lrs = [lrs[theory.slowest_factor(lrs, b, (1, 25)).argmin()] for b in (0, 0.1, 0.2, 0.3, 0.4)]
assert np.all(np.diff(best_lrs) > 0)
assert best_lrs[0] < theory.lr_limit(25) < best_lrs[-1] < theory.heavy_ball_pair(1, 25)[0]
assert np.isclose((1 + 0.9) / (1 - 0.9), 19)

# %% [markdown]
# The measured limits are a step of the grid below the formula, because *on* the limit a run does not converge.
# The limit of η itself at most doubles.
# But the limit of the *effective* learning rate, $\eta/(1-\beta)$, grows by the factor $(1+\beta)/(1-\beta)$: 19 for β = 0.9.
# This is the room that momentum gains.
#
# ### The best pair
#
# A small β gives a small factor $\sqrt\beta$.
# But β must be large enough that every direction oscillates: otherwise the flattest is overdamped, or the steepest has a root near −1.
# The best pair puts both on the boundary, where the roots are equal, $(1 + \beta - \eta\lambda)^2 = 4\beta$.
# That is $\sqrt{\eta\lambda_{\min}} = 1 - \sqrt\beta$ for the flattest and $\sqrt{\eta\lambda_{\max}} = 1 + \sqrt\beta$ for the steepest.
# Solve the two equations:
#
# $$\eta = \frac{4}{(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2}, \qquad \sqrt\beta = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} .$$
#
# **Where the gain comes from.** With this pair $1 - \beta = 4\sqrt{\lambda_{\max}\lambda_{\min}} / (\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2$, so the effective learning rate is
#
# $$\frac{\eta}{1-\beta} = \frac{1}{\sqrt{\lambda_{\max}\lambda_{\min}}} .$$
#
# Gradient descent cannot exceed $2/\lambda_{\max}$.
# The best pair exceeds this by the factor $\sqrt\kappa/2$, because across the valley the gradients cancel.
# For κ = 100 it is 0.1 instead of 0.02.
# As a result the convergence factor is $(\sqrt\kappa - 1)/(\sqrt\kappa + 1)$ instead of $(\kappa - 1)/(\kappa + 1)$: **momentum replaces κ by its square root**.

# %% tags=["test"]
for kappa in (4, 100, 400):
    lr, beta = theory.heavy_ball_pair(1, kappa)
    assert np.isclose(lr / (1 - beta), 1 / np.sqrt(kappa))
    assert np.isclose(lr / (1 - beta) / theory.lr_limit(kappa), np.sqrt(kappa) / 2)
    assert np.isclose(theory.slowest_factor(lr, beta, (1, kappa)), np.sqrt(beta))
    assert np.isclose(1 - beta, 4 * np.sqrt(kappa) / (np.sqrt(kappa) + 1) ** 2)
    plain = theory.convergence_factor(theory.best_lr(1, kappa), 1)
    assert np.isclose(plain, (kappa - 1) / (kappa + 1))
    assert np.isclose(np.sqrt(beta), (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1))
    assert np.sqrt(beta) < plain

# %% [markdown]
# ### Your turn: a prediction
#
# In the valley with κ = 100 heavy ball with the best pair needs 93 steps to a millionth of the distance; gradient descent with its best η needs 691.
# How many steps does heavy ball need for κ = 400?


# %% turn="2.b"
def steps_for_400():
    """Return your prediction, a number of steps."""
    ### BEGIN SOLUTION
    return 190
    ### END SOLUTION


# %% tags=["hide-output"]
kappas, needed = np.array([4, 25, 100, 400]), {"sgd": [], "momentum": []}
for kappa in kappas:
    lr, beta = theory.heavy_ball_pair(1, kappa)
    plain = Optimizer(sgd, lr=theory.best_lr(1, kappa))
    for name, optimizer in (("sgd", plain), ("momentum", Optimizer(momentum, lr=lr, beta=beta))):
        run = descend(quadratic(kappa), (1, 1), optimizer, steps=3000)
        needed[name].append(steps_to_a_millionth(run))

rows = list(zip(kappas, *needed.values(), (None, None, None, steps_for_400()), strict=True))
plots.table(rows, ["κ", "gradient descent", "heavy ball, best pair", "you predicted"])

# %% tags=["test"]
assert needed["momentum"][2] == 93
assert needed["sgd"][2] == 691
assert 2 < needed["momentum"][3] / needed["momentum"][2] < 2.2
assert 3.9 < needed["sgd"][3] / needed["sgd"][2] < 4.1

# %% [markdown]
# Four times the condition number costs gradient descent four times the steps, and heavy ball about twice.
#
# Why 93 steps?
# The factor is $9/11$, and $(9/11)^{69}$ is already below a millionth.
# But at the best pair the two roots are equal, and then the error is not a pure power: it is
#
# $$e_t = \bigl(1 + (1 - r)\, t\bigr)\, r^t\, e_0, \qquad r = \pm\sqrt\beta .$$
#
# The factor in front of $r^t$ grows with $t$ and costs the other 24 steps.
# A convergence factor describes the long run; for the first steps look at the path.

# %% tags=["test"]
lr, beta = theory.heavy_ball_pair(1, 100)
errors = descend(valley, (1, 1), Optimizer(momentum, lr=lr, beta=beta), steps=200)
t, roots = np.arange(201)[:, None], np.sqrt(beta) * np.array([1, -1])
assert np.allclose(errors, (1 + (1 - roots) * t) * roots**t, rtol=0, atol=1e-12)
assert theory.steps_needed(9 / 11, 1e-6) == 69
assert np.isclose(np.sqrt(beta), 9 / 11)
assert steps_to_a_millionth(errors) == 93

# %% [markdown]
# **Keep in mind:** the best pair has the effective learning rate $1/\sqrt{\lambda_{\max}\lambda_{\min}}$, and the number of steps grows with $\sqrt\kappa$ instead of κ.

# %% [markdown]
# ## 3. Three conventions, and Nesterov's momentum ({minutes} minutes)
#
# A paper reports η = 0.5 and β = 0.9.
# You type these numbers into your library, and the training diverges.
# The paper and the library can both be right.

# %% [markdown] tags=["teacher"]
# **Aim.** A learning rate means nothing without its convention; Nesterov's momentum in both forms; a proof for quadratics is not a proof for all functions.
#
# **Ask the room** before the explorer: "Three libraries, the same η and β: the same path?" Expect "yes, they are the same algorithm".
# Before the cycle: "Heavy ball has the best pair for these curvatures. Does it converge from everywhere?" Expect yes.
#
# **Can be cut.** The comparison of the limits of heavy ball and Nesterov's momentum; the cycle, if there is no time for a counterexample.
#
# **Exercises.** 4.11, 4.14 and 4.15 on sheet 4.

# %%
from course_lib.optim import convert_lr, ema_momentum, velocity_momentum

valley = quadratic(condition=100)

# %% [markdown]
# ### Three ways to write heavy ball

# %% tags=["hide-input"]
rows = [
    ("sum", "v ← β v + g,  θ ← θ − η v", "η / (1 − β)", "this course, PyTorch's SGD"),
    (
        "velocity",
        "v ← β v − η g,  θ ← θ + v",
        "η / (1 − β)",
        "Keras's SGD, Sutskever (2013)",
    ),
    ("mean (EMA)", "m ← β m + (1 − β) g,  θ ← θ − η m", "η", "Adam's first moment, some textbooks"),
]
plots.table(rows, ["convention", "rule", "effective learning rate", "used by"])

# %% [markdown]
# **EMA** stands for exponential moving average: the weights $(1-\beta)\beta^k$ add up to 1, so $m$ is a weighted mean of the gradients.

# %% [markdown]
# ### Explore: the same numbers, different results

# %%
explore.conventions()

# %% [markdown]
# With β = 0.9 and η = 0.19 sum and velocity diverge, and the mean converges.
#
# - *Sum* and *velocity* give the same path while η is constant: the $v$ of the velocity convention is $-\eta$ times the $v$ of the sum. They differ when η changes during training, because the $v$ of the velocity convention then still contains the old η.
# - *Mean* multiplies every gradient by $1-\beta$, so with the same η its velocity is smaller by the factor $1-\beta$.
#
# None of them is better: they are the same algorithm with different meanings of η, and you can convert:
#
# $$\eta_{\text{sum}} = \eta_{\text{velocity}} = (1 - \beta)\, \eta_{\text{EMA}} .$$
#
# In the terms of part 1, the mean has an effective learning rate of η, and the limit of this η is $2(1+\beta)/((1-\beta)\lambda_{\max})$.
# The gain of momentum is the same in all three.

# %% tags=["test"]
for schedule, same in ((0.02, True), (lambda t: 0.02 / t, False)):
    one, two = (
        descend(valley, (10, 1), Optimizer(rule, lr=schedule, beta=0.9), steps=100)
        for rule in (momentum, velocity_momentum)
    )
    assert np.allclose(one, two, rtol=0, atol=1e-10) == same
v, u, m = 0.0, 0.0, 0.0
for g in (1.0, -2.0, 0.5, 3.0):
    v, u, m = 0.9 * v + g, 0.9 * u - 0.02 * g, 0.9 * m + 0.1 * g
    assert np.isclose(u, -0.02 * v)
    assert np.isclose(m, 0.1 * v)
assert np.isclose(0.1 * np.sum(0.9 ** np.arange(500)), 1)

# %%
lr_sum = convert_lr(0.2, 0.9, "ema", "sum")
mean_path = descend(valley, (10, 1), Optimizer(ema_momentum, lr=0.2, beta=0.9), steps=100)
sum_path = descend(valley, (10, 1), Optimizer(momentum, lr=lr_sum, beta=0.9), steps=100)
print(f"η = {lr_sum:.3f} for the sum is η = 0.2 for the mean")
print(f"largest difference of the two paths: {np.abs(mean_path - sum_path).max():.0e}")

# %% tags=["test"]
assert np.abs(mean_path - sum_path).max() < 1e-12
assert np.isclose(lr_sum, 0.02)
mean_limit = convert_lr(theory.lr_limit(100, 0.9), 0.9, "sum", "ema")
assert np.isclose(mean_limit, 2 * 1.9 / (0.1 * 100))
assert theory.lr_limit(25, 0.9) < 0.19
assert theory.lr_limit(25, 0.9) > 0.1 * 0.19

# %% [markdown]
# ### Nesterov's momentum: look ahead first
#
# Heavy ball takes the gradient at the current position, and then the old velocity moves θ away from there.
# Nesterov's momentum (1983) first follows the old velocity, from the position $x$ to the point $x - \eta\beta v$, and takes the gradient there:
#
# $$v \leftarrow \beta v + \nabla f(x - \eta\beta v), \qquad x \leftarrow x - \eta\, v .$$
#
# Here $\nabla f$ is the gradient of $f$, at the point in brackets.
# If the velocity is about to overshoot the minimum, the gradient ahead corrects it one step earlier.
#
# ### Your turn: a step that looks ahead
#
# `f(x)` returns two things, the value and the gradient at `x`.
# Return the new $x$ and the new $v$.
# One call of `f` is enough.


# %% turn="3.a"
def look_ahead(f, x, v, lr, beta):
    """Return x and v after one step of Nesterov's momentum."""
    ### BEGIN SOLUTION
    _, g = f(x - lr * beta * v)
    v = beta * v + g
    return x - lr * v, v
    ### END SOLUTION


# %% [markdown]
# ### The form that libraries use
#
# A library hands its optimizer the gradient at the current parameters, not at another point.
# So it stores the point ahead, $\theta = x - \eta\beta v$, instead of $x$.
# With the new $v$ a step becomes
#
# $$\theta_{\text{new}} = x_{\text{new}} - \eta\beta v = (x - \eta v) - \eta\beta v$$
#
# and with the old velocity $v_{\text{old}}$ we have $x = \theta + \eta\beta v_{\text{old}}$ and $v = \beta v_{\text{old}} + g$, so that $x - \eta v = \theta - \eta g$:
#
# $$v \leftarrow \beta v + g, \qquad \theta \leftarrow \theta - \eta\,(g + \beta v) .$$
#
# This is the library's `nesterov`, and PyTorch's `SGD(nesterov=True)`.
# It needs **one gradient per step**, like gradient descent.
# Compare the two forms:

# %%
x, v = np.array([10.0, 1.0]), np.zeros(2)
ahead = [x]
for _ in range(100):
    x, v = look_ahead(valley, x, v, lr=0.01, beta=0.8)
    ahead.append(x - 0.01 * 0.8 * v)

theta = descend(valley, (10, 1), Optimizer(nesterov, lr=0.01, beta=0.8), steps=100)
print(f"largest difference of the two forms: {np.abs(np.array(ahead) - theta).max():.0e}")

# %% tags=["test"]
assert np.abs(np.array(ahead) - theta).max() < 1e-12

# %% [markdown]
# Is it better than heavy ball?
#
# **Question.** Below, both have the same η and β, in a valley with κ = 25.
# Which damps the oscillation across the valley faster?

# %% tags=["hide-input", "hide-output"]
pair = {"lr": 0.035, "beta": 0.8}
both = {
    rule.__name__: descend(quadratic(25), (-9, 2.6), Optimizer(rule, **pair), steps=60)
    for rule in (momentum, nesterov)
}
ax = plots.contours(quadratic(25), (-10, 10, -3, 3), levels=10)
plots.paths(both, ax=ax)
plots.show(
    ax,
    "Two paths along the valley from the left. Heavy ball (momentum) crosses the valley many times; the "
    "oscillation of Nesterov's momentum across the valley is gone after a few steps.",
)

# %% tags=["test"]
across = {name: np.abs(run[10:, 1]).max() for name, run in both.items()}
assert across["nesterov"] < 0.001 * across["momentum"]

# %% [markdown]
# Nesterov's momentum.
# Its equation for $r$ (part 2) has $\beta(1 - \eta\lambda)$ where that of heavy ball has β: the steeper a direction, the less momentum it gets.
# In return its limit of η is lower, $\frac{2(1+\beta)}{(1+2\beta)\lambda_{\max}}$ instead of $\frac{2(1+\beta)}{\lambda_{\max}}$.
#
# *Nesterov's momentum is always faster* is a misconception.
# The usual pair is $\eta = 1/\lambda_{\max}$, $\beta = (\sqrt\kappa - 1)/(\sqrt\kappa + 1)$; the pair that is best on quadratic functions is $\eta = 4/(3\lambda_{\max} + \lambda_{\min})$, $\beta = (\sqrt{3\kappa + 1} - 2)/(\sqrt{3\kappa + 1} + 2)$.
# With κ = 100:

# %%
root = np.sqrt(3 * 100 + 1)
pairs = [
    ("heavy ball, best pair", momentum, theory.heavy_ball_pair(1, 100)),
    ("Nesterov, usual pair", nesterov, theory.nesterov_pair(1, 100)),
    ("Nesterov, best pair", nesterov, (4 / 301, (root - 2) / (root + 2))),
]
rows = []
for name, rule, (lr, beta) in pairs:
    run = descend(valley, (1, 1), Optimizer(rule, lr=lr, beta=beta), steps=1000)
    rows.append((name, lr, beta, steps_to_a_millionth(run)))
plots.table(rows, ["rule", "η", "β", "steps to a millionth"])

# %% tags=["test"]
assert rows[0][3] < rows[2][3] < rows[1][3] < 691 / 4
lrs = np.linspace(0.005, 0.045, 401)
steep = descend(valley, (0.0, 1.0), Optimizer(nesterov, lr=lrs, beta=0.9), steps=2000)[..., 1]
largest = lrs[np.abs(steep[-20:]).max(axis=0) < 1].max()
assert 0 <= theory.nesterov_lr_limit(100, 0.9) - largest < 0.0003
for eta_lambda, beta in ((0.3, 0.8), (0.9, 0.5), (1.2, 0.7)):
    optimizer = Optimizer(nesterov, lr=eta_lambda, beta=beta)
    run = descend(quadratic(1), (1, 0), optimizer, steps=9)[:, 0]
    for old, now, new in zip(run, run[1:], run[2:], strict=False):
        assert np.isclose(new, (1 + beta) * (1 - eta_lambda) * now - beta * (1 - eta_lambda) * old)

# %% [markdown]
# All three need far fewer steps than the 691 of gradient descent, and on this function heavy ball needs the fewest.
# So what is Nesterov's momentum good for?
#
# ### Explore: a function that is not quadratic
#
# The best pair was derived for **quadratic** functions, whose curvature is the same everywhere.
# The function below has its minimum at 0; its curvature is 25, except between 1 and 2, where it is 1.
# Heavy ball gets the best pair for curvatures from 1 to 25; gradient descent and Nesterov's momentum run beside it.

# %%
explore.cycle()

# %% [markdown]
# From most starts heavy ball converges, and from some it never does: from 3.3 it visits the same three points again and again.
# Between 1 and 2 the slope rises less than outside, so the gradient there corrects the velocity too little.
# The table shows the last three positions of four runs from 3.3:

# %%
lr, beta = theory.heavy_ball_pair(1, 25)
rows = []
for name, optimizer in (
    ("heavy ball, best pair", Optimizer(momentum, lr=lr, beta=beta)),
    ("heavy ball, η = 1/25", Optimizer(momentum, lr=1 / 25, beta=beta)),
    ("Nesterov, usual pair", Optimizer(nesterov, lr=1 / 25, beta=2 / 3)),
    ("gradient descent", Optimizer(sgd, lr=2 / 26)),
):
    end = descend(lessard_recht_packard, (3.3,), optimizer, steps=3000)[-3:, 0]
    rows.append((name, *end.round(9)))
plots.table(rows, ["rule", "x after 2,998 steps", "2,999", "3,000"])

# %% tags=["test"]
assert np.abs(rows[0][1:]).min() > 0.6
assert len({f"{x:.3f}" for x in rows[0][1:]}) == 3
starts = np.linspace(-4, 4, 81)[:, None]
heavy = Optimizer(momentum, lr=1 / 9, beta=4 / 9)
ends = np.abs(descend(lessard_recht_packard, starts, heavy, steps=3000)[-1, :, 0])
assert 0.5 < (ends < 1e-8).mean() < 1
assert np.abs([row[1:] for row in rows[1:]]).max() < 1e-8

# %% [markdown]
# For gradient descent and Nesterov's momentum with these settings there are proofs: they converge on every function whose curvature stays between 1 and 25.
# For heavy ball with its best pair there is no such proof, and this function (Lessard, Recht and Packard, 2016) shows that there cannot be one.
#
# **Keep in mind:** a pair (η, β) belongs to a convention; Nesterov's momentum damps steep directions more and is safe on functions that are not quadratic.

# %% [markdown]
# ## 4. Momentum in practice ({minutes} minutes)
#
# The best pair needs $\lambda_{\min}$ and $\lambda_{\max}$, which nobody knows for a network.
# How do you choose η and β then, and what can momentum not do?

# %% [markdown] tags=["teacher"]
# **Aim.** A recipe; reading a loss curve; what momentum is not: no noise reduction, no way out of a minimum, and often only a larger learning rate.
#
# **Ask the room** before the table of clouds: "Momentum averages gradients: is the cloud smaller?" Expect yes; with the same η it is about ten times as large.
# Before the network: "Which two rows will be most alike?" Expect the rows with the same η.
#
# **Can be cut.** The sine; the network takes half a minute, so start it before you discuss the question.
#
# **Exercises.** 4.12 and 4.18 on sheet 4.

# %%
from course_lib.losses import cross_entropy, squared_error
from course_lib.models import MLP, sine
from course_lib.objective import Objective
from course_lib.training import train

valley = quadratic(condition=100)

# %% [markdown]
# ### A recipe
#
# 1. Start with β = 0.9. Know your library's convention.
# 2. Find η *with the momentum switched on*, as in lesson 1: double it until the loss diverges, then go back by a factor of 2 or 3.
# 3. When you change β, keep the effective learning rate, so that you change the memory only.
# 4. Read the loss curve, and change what it tells you to change.
#
# ### Your turn: change β, keep the effective learning rate
#
# A training runs with `lr` and `beta` in the sum convention.
# Return the learning rate that has the same effective learning rate with `new_beta`.


# %% turn="4.a"
def new_lr(lr, beta, new_beta):
    """Return the learning rate that keeps lr / (1 - beta) when beta becomes new_beta."""
    ### BEGIN SOLUTION
    return lr * (1 - new_beta) / (1 - beta)
    ### END SOLUTION


# %%
print("β from 0.9 to 0.99: η from 0.01 to", round(new_lr(0.01, 0.9, 0.99), 6))

# %% [markdown]
# ### Read the loss curve
#
# Three runs in the valley with κ = 100, each with one poor setting.
#
# **Question.** For each of A, B and C: would you change η or β, and in which direction?

# %% tags=["hide-input"]
settings = {"A": (0.01, 0.99), "B": (0.0381, 0.9), "C": (0.01, 0.0)}
columns = {}
for name, (lr, beta) in settings.items():
    run = descend(valley, (10, 0.1), Optimizer(momentum, lr=lr, beta=beta), steps=200)
    columns[name] = valley(run)[0]
ax = plots.curves(columns, xlabel="step", ylabel="loss", log=True)
ax.set(ylim=(1e-3, 1e6))
plots.show(
    ax,
    "Three losses on a logarithmic axis. A falls slowly, and rises and falls in waves. B rises without "
    "end. C falls smoothly and slowly.",
)


# %% tags=["hide-output"]
def steps_with(lr, beta):
    """Steps to a millionth in the valley, "diverges" if there are none."""
    run = descend(valley, (10, 0.1), Optimizer(momentum, lr=lr, beta=beta), steps=3000)
    return int(steps_to_a_millionth(run)) if np.linalg.norm(run[-1]) < 1e-5 else "diverges"


other = {"A": 0.9, "B": 0.8, "C": 0.9}
rows = []
for name, (lr, beta) in settings.items():
    steps = steps_with(lr, beta), steps_with(lr / 2, beta), steps_with(lr, other[name])
    rows.append((name, str(lr), str(beta), *steps, f"β = {other[name]}"))
plots.table(
    rows, ["run", "η", "β", "steps", "steps with half of η", "steps with another β", "that β"]
)

# %% tags=["test"]
(a, a_half, a_beta), (b, b_half, b_beta), (c, c_half, c_beta) = (row[3:6] for row in rows)
assert abs(a_half - a) < 0.01 * a
assert a_beta < a / 10
assert b == b_beta == "diverges"
assert b_half < 300
assert c_beta < c / 5
assert c_half > 1.9 * c
assert settings["C"][0] == theory.lr_limit(100) / 2

# %% [markdown]
# - **A oscillates slowly:** the flat direction is underdamped, its factor is $\sqrt\beta$. A smaller η does not help; lower β.
# - **B diverges:** η is above $2(1+\beta)/\lambda_{\max}$. Lower η. Lowering β makes it worse, because it lowers the limit.
# - **C is overdamped:** raise η or β. Here η is already half of the limit without momentum, so raise β.
#
# A loss that stops falling at a level and fluctuates there shows noise; the next section is about it.

# %% [markdown]
# ### Explore: match the curve
#
# Can you recover the settings from a curve alone?
# Four losses, A to D, were recorded with settings that you do not see: η, β, a batch size B, and for some a step after which η was divided by 10.
# Move the sliders until your curve agrees with the recorded one.

# %%
explore.match_the_curve()

# %% [markdown]
# Look at the shape first.
# Waves point to β, a level that fluctuates points to noise, and a sudden change of the slope to a change of η.
# Only then adjust the speed.

# %% [markdown]
# ### When noise is what is left
#
# Near the minimum a mini-batch gradient is almost pure noise, and with a constant η the parameters stay in a cloud around the minimum (lesson 2).
# Momentum is a sum of many gradients. Does it average the noise, and make the cloud smaller?
#
# The next cells train 2,000 independent parameters, each in a bowl of curvature 1 with noise of variance 1 in its gradient, for four pairs (η, β): (0.1, 0), (0.1, 0.9), (0.01, 0.9) and (0.001, 0.99).
#
# **Question.** Which of the four clouds is the largest, and which have about the same size?


# %%
def many_bowls(theta):
    return 0.5 * (theta**2).sum(axis=-1), theta


def cloud(lr, beta):
    """The variance of 2,000 parameters around the minimum, over steps 1,000 to 1,500."""
    noisy = Optimizer(momentum, gradient_noise(1.0, gamma=0), lr=lr, beta=beta)
    return descend(many_bowls, np.zeros(2000), noisy, steps=1500)[1000:].var()


# %% tags=["hide-output"]
settings = ((0.1, 0), (0.1, 0.9), (0.01, 0.9), (0.001, 0.99))
rows = [(str(lr), str(beta), lr / (1 - beta), cloud(lr, beta)) for lr, beta in settings]
plots.table(rows, ["η", "β", "η / (1 − β)", "variance of the cloud"])

# %% tags=["test"]
clouds = [row[-1] for row in rows]
assert 9 < clouds[1] / clouds[0] < 11
assert max(clouds[0], *clouds[2:]) / min(clouds[0], *clouds[2:]) < 1.1

# %% [markdown]
# With the same η, momentum makes the variance about 10 times as large.
# With the same *effective* learning rate it is that of SGD without momentum, within 10 %.
# The noise of each gradient is spread over many steps, but its total weight is the same.
# So where noise limits a training, momentum is a larger learning rate under another name.
# Smaller learning rates and larger batches reduce noise; momentum does not.
#
# ### A loss that is not convex
#
# Lesson 2 fitted the frequency ω and the phase φ of a sine to noisy points.
# Its loss has one deep minimum, near ω = 2 and φ = 0.5, and several poor ones.
# People say that momentum *escapes* poor minima.
#
# **Question.** Each panel has one start and two runs with the same η, gradient descent (`sgd`) and momentum. In which panel does momentum end in the better minimum?

# %% tags=["hide-input"]
f = Objective(sine, squared_error).on(*toys.sine_fit().train)
rules = {"sgd": Optimizer(sgd, lr=0.1), "momentum": Optimizer(momentum, lr=0.1, beta=0.9)}
fig, panels = plots.figure(2, 1, size=(5.2, 7.4))
for start, ax in zip(((2.6, -2.1), (2.6, -1.5)), panels, strict=True):
    plots.contours(f, (0.8, 4.2, -4, 2), levels=14, log=False, ax=ax)
    plots.paths({name: descend(f, start, rule, 400) for name, rule in rules.items()}, ax=ax)
    ax.set(xlabel="frequency ω", ylabel="phase φ")
plots.show(
    fig,
    "Two panels with contours of the loss of the sine. In the upper one gradient descent ends in the poor minimum at "
    "the lower right and momentum in the deep one; in the lower one it is the other way round.",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# In the upper one.
# In the lower one gradient descent ends in the deep minimum, and momentum in a poor one.
# </details>
#
# Which case is more common? Count over 441 starts:

# %%
starts = np.stack(np.meshgrid(np.linspace(0, 4, 21), np.linspace(-3, 3, 21)), axis=-1)
without = descend(f, starts, Optimizer(sgd, lr=0.1), steps=1000)[-1]
was_deep, rows = f(without)[0] < 0.1, []
for beta in (0.9, 0.95):
    ends = descend(f, starts, Optimizer(momentum, lr=0.1, beta=beta), steps=1000)[-1]
    is_deep = f(ends)[0] < 0.1
    rows.append((str(beta), (is_deep & ~was_deep).sum(), (was_deep & ~is_deep).sum()))
plots.table(rows, ["β", "starts that now end in the deep minimum", "starts that no longer do"])

# %% tags=["test"]
(a_sgd, a_momentum), (b_sgd, b_momentum) = (
    [f(descend(f, start, rule, 1000)[-1])[0] for rule in rules.values()]
    for start in ((2.6, -2.1), (2.6, -1.5))
)
assert a_momentum < 0.1 < a_sgd
assert b_sgd < 0.1 < b_momentum
assert f(np.array([2, 0.5]))[0] < 0.1
assert all(gained > lost > 0 for _, gained, lost in rows)
at_rest = descend(f, without, Optimizer(momentum, lr=0.1, beta=0.95), steps=1000)[-1]
assert starts.shape[:2] == (21, 21)
assert np.abs(at_rest - without).max() < 1e-6

# %% [markdown]
# Momentum carries some runs over a ridge into the deep minimum, and a few away from it.
# More gain than lose, because a run needs more speed to leave a deep minimum than a poor one.
# But nothing in the rule looks for the deeper minimum: started at rest in a poor one, where the gradient is 0, no run leaves it.
#
# ### A network
#
# Does this hold for a network?
# Six trainings of one network (an input for each pixel, 100 and 30 hidden units, 10 classes) run at once for about 1,000 steps, with batches of 100 and three seeds.
# The pairs (η, β) are (0.01, 0), (0.1, 0), (0.01, 0.9), (1, 0), (0.1, 0.9) and (0.1, 0.99).
#
# **Question.** Which trainings will end with about the same loss, and will any of them fail?

# %% tags=["hide-output"]
digits = data.load("mnist")
print(digits)
lrs, betas = np.array([0.01, 0.1, 0.01, 1, 0.1, 0.1]), np.array([0, 0, 0.9, 0, 0.9, 0.99])
objective = Objective(MLP(digits.train.X.shape[1], 100, 30, 10), cross_entropy)
epochs = max(2, round(1000 * 100 / len(digits.train.X)))
optimizer = Optimizer(momentum, lr=lrs, beta=betas)
run = {"epochs": epochs, "progress": False}
ends = [train(objective, digits, optimizer, seed=s, **run)[-1].train_loss for s in range(3)]
rows = list(zip(map(str, lrs), map(str, betas), lrs / (1 - betas), *ends, strict=True))
plots.table(rows, ["η", "β", "η / (1 − β)", "training loss, seed 0", "seed 1", "seed 2"])

# %% tags=["test"]
small, tenth, tenth_momentum, one, one_momentum, ten = np.array(ends).T
assert np.abs(np.log(tenth_momentum / tenth)).max() < 0.2
assert np.log(small / tenth_momentum).min() > 0.6
assert (one_momentum < one).all()
assert (one_momentum < 0.75 * tenth).all()
assert (ten > 2).all()
assert np.isclose(np.log(10), 2.303, atol=1e-3)

# %% [markdown]
# - The second and the third row have the same effective learning rate, 0.1, and nearly the same loss. The first and the third have the same η, and very different losses. In a short training with noisy gradients, most of what momentum does is to enlarge the step.
# - The fourth and the fifth row both have 1. The loss with momentum is lower for every seed. How much lower depends on the data: η = 1 without momentum can be too large for the steepest directions, where momentum acts as $0.1/1.9 \approx 0.05$.
# - The last row changes only β, to 0.99. It does not learn: its loss stays near $\ln 10 \approx 2.3$, the loss of guessing among 10 classes.
#
# The training loss is compared here, because the question is how fast the loss is minimised.

# %% [markdown]
# ### Explore: what is left?
#
# Lessons 1 to 4 in one picture: the loss that remains along five curvatures, split into a part from the distance to the minimum (lesson 1) and a part from noise (lesson 2).
# The batch size divides the noise (lesson 3), and momentum raises the effective learning rate.
# What limits the run now?

# %%
explore.what_is_left()

# %% [markdown]
# Distance is left in the flat directions: it needs more steps or a larger effective learning rate.
# Noise is left in the steep ones: it needs a smaller effective learning rate or a larger batch.
# At the same $\eta/(1-\beta)$ momentum changes little of either; its gain is an effective learning rate at which gradient descent diverges.

# %% tags=["test"]
curvatures, left = np.array([1, 0.3, 0.1, 0.03, 0.01]), []
for lr, beta in ((0.1, 0), (0.01, 0.9)):
    model = (lr, beta, curvatures, 2 * np.sqrt(curvatures), 10.0, 550)
    mean, variance = theory.heavy_ball_moments(*model)
    left.append([(curvatures / 2 * part[-1]).sum() for part in (mean**2, variance)])
assert np.abs(np.log(np.divide(*left))).max() < 0.05
assert theory.lr_limit(1) < 0.5 / (1 - 0.8) < theory.lr_limit(1, 0.8) / (1 - 0.8)

# %% [markdown]
# **Keep in mind:** compare optimizers at equal *effective* learning rates; momentum is worth its memory where steep directions forbid a larger step.

# %% [markdown]
# ## Further: Nesterov's momentum without κ
#
# Nesterov's usual pair needs κ.
# His method of 1983 needs only $\lambda_{\max}$: the learning rate is $1/\lambda_{\max}$, and the momentum grows with the step, $\beta_k = k/(k+3)$.
# For every convex function with curvatures up to $\lambda_{\max}$ the excess loss after $k$ steps is then at most about $2\lambda_{\max} \lVert\theta_0 - \theta^*\rVert^2/k^2$, in short **O(1/k²)**; gradient descent guarantees only O(1/k).
#
# After many steps this momentum is larger than the best one, and the loss oscillates.
# A **restart** corrects this (O'Donoghue and Candès, 2015): when the velocity points uphill, $g \cdot v < 0$, set $k$ back to 0, so that the momentum starts from 0 again.

# %%
rows, f = [], quadratic(condition=1000)
for name, on, restarts in (("gradient descent", 0, 0), ("k/(k+3)", 1, 0), ("with restarts", 1, 1)):
    theta, v, k, losses = np.array([10.0, 1.0]), np.zeros(2), 0, []
    for _ in range(1001):
        loss, g = f(theta)
        losses.append(loss)
        k = 0 if restarts and g @ v < 0 else k + 1
        beta = on * k / (k + 3)
        v = beta * v + g
        theta = theta - (g + beta * v) / 1000
    rows.append((name, losses[100], losses[300], losses[1000]))
plots.table(rows, ["κ = 1000", "loss after 100 steps", "300 steps", "1,000 steps"])

# %% tags=["test"]
for place, t in enumerate((100, 300, 1000), 1):
    assert rows[1][place] < 2 * 1000 * 101 / t**2
    assert rows[1][place] < rows[0][place] / 10
assert rows[2][3] < 1e-20 * rows[1][3]
assert theory.nesterov_pair(1, 1000)[1] < 1000 / 1003

# %% [markdown]
# ## Further: an unfair comparison
#
# A report trains the regression of part 1 with batches of 100, with three rules at the first three settings below, and concludes that Nesterov's momentum is the best rule.
#
# **Question.** Compare the column *steps times effective learning rate* with the losses. Does the table support the conclusion?
# The last row, heavy ball with the settings of Nesterov's momentum, is not in the report.

# %% tags=["hide-output"]
clothes, rows = data.load("fashion_mnist", valid=0), []
print(clothes)
regression = Objective(MLP(clothes.train.X.shape[1], 1), squared_error)
settings = ((sgd, 1e-3, 0), (momentum, 4e-4, 0.95), (nesterov, 2e-3, 0.95), (momentum, 2e-3, 0.95))
epochs = round(600 * 100 / len(clothes.train))
for rule, lr, beta in settings:
    optimizer = Optimizer(rule, lr=lr, **({"beta": beta} if beta else {}))
    run = {"epochs": epochs, "progress": False}
    ends = [
        float(train(regression, clothes, optimizer, seed=s, **run)[-1].train_loss) for s in range(3)
    ]
    rows.append((rule.__name__, str(lr), str(beta), 600 * lr / (1 - beta), *ends))
effort = "steps times effective learning rate"
plots.table(rows, ["rule", "η", "β", effort, "training loss, seed 0", "seed 1", "seed 2"])

# %% tags=["test"]
report, ours = np.array([row[4:] for row in rows[:3]]), np.array(rows[3][4:])
assert (np.diff(report, axis=0) < 0).all()
assert rows[0][3] < rows[1][3] < rows[2][3]
assert (ours < report[1]).all()
assert (np.abs(np.log(ours / report[2])) < 0.06).all()

# %% [markdown]
# No. The losses follow the effective learning rate: in the report, the rule with the largest one has the lowest loss.
# With the same η and β, heavy ball ends within a few percent of Nesterov's momentum.
# The ranking of the report is the ranking of its effective learning rates.

# %% [markdown]
# ## Further: a step for each direction
#
# Momentum gives the flat direction a larger effective learning rate, because its gradients agree.
# Why not choose a learning rate for each direction?
#
# **Newton's method** does: $\theta \leftarrow \theta - H^{-1} g$ divides by the curvature along each eigenvector of the Hessian $H$.
# On a quadratic function a single step leads to the minimum.
# But the Hessian of a network with a million parameters has $10^{12}$ entries.
#
# **Diagonal preconditioning** keeps the diagonal only: each *parameter* has its own learning rate $\eta / H_{ii}$, at the cost of a gradient.
#
# **Question.** The table rotates the valley of part 1. For which angles does the diagonal help?

# %% tags=["hide-output"]
rows = []
for angle in (0, 15, 45):
    f = quadratic(100, rotation=angle)
    diagonal = np.diag(f.hessian)
    scaled = f.hessian / np.sqrt(np.outer(diagonal, diagonal))  # as the rescaled parameters see it
    _, g = f(np.array([10.0, 1.0]))
    after_newton = np.array([10.0, 1.0]) - np.linalg.solve(f.hessian, g)
    kappas = np.linalg.cond(f.hessian), np.linalg.cond(scaled)
    rows.append((f"{angle}°", *kappas, np.linalg.norm(after_newton).round(9)))
plots.table(rows, ["rotation", "κ", "κ with the diagonal", "distance after a Newton step"])

# %% tags=["test"]
assert np.isclose(rows[0][2], 1)
assert 20 < rows[1][2] < 30
assert np.isclose(rows[2][2], 100)
assert all(np.isclose(row[1], 100) and row[3] == 0 for row in rows)

# %% [markdown]
# At 0° the diagonal removes the valley completely, at 15° it reduces κ to about a quarter, and at 45° not at all.
# Lesson 5 follows this idea: its methods estimate a learning rate for each parameter from the gradients alone, and they share this limitation.

# %% [markdown]
# ## Summary
#
# | what | formula |
# |---|---|
# | heavy ball | $v \leftarrow \beta v + g$, $\theta \leftarrow \theta - \eta v$ |
# | Nesterov's momentum | $v \leftarrow \beta v + g$, $\theta \leftarrow \theta - \eta (g + \beta v)$; one gradient per step |
# | gradients that agree | act with the effective learning rate $\eta/(1-\beta)$ |
# | gradients that alternate | act with $\eta/(1+\beta)$ |
# | conventions | $\eta_{\text{sum}} = \eta_{\text{velocity}} = (1-\beta)\,\eta_{\text{EMA}}$ |
# | largest η of heavy ball | $2(1+\beta)/\lambda_{\max}$ on quadratic functions |
# | convergence factor | larger size of the roots of $r^2 - (1+\beta-\eta\lambda) r + \beta$; $\sqrt\beta$ where a direction oscillates |
# | best pair | $\eta = 4/(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2$, $\sqrt\beta = (\sqrt\kappa-1)/(\sqrt\kappa+1)$ |
# | its effective learning rate | $1/\sqrt{\lambda_{\max}\lambda_{\min}}$ |
# | gain | steps grow with $\sqrt\kappa$ instead of κ |
# | no gain | where noise limits; where a larger η does the same |

# %% [markdown]
# ## Symptom, suspect, test
#
# | symptom | suspect | test |
# |---|---|---|
# | the loss rises and falls in slow waves | β too large: the flat direction is underdamped | lower β (0.99 to 0.9), keep η |
# | the loss grows, and the gradient changes sign at every step | η above $2(1+\beta)/\lambda_{\max}$ | halve η |
# | the loss falls smoothly and slowly | effective learning rate too small | multiply η by 3, or raise β |
# | the loss stops falling at a level and fluctuates there | noise | lower η, or take larger batches; not: raise β |
# | diverges with the numbers of a paper | another convention | multiply η by $1-\beta$ |
# | changing β changes everything | the effective learning rate changed with it | keep $\eta/(1-\beta)$ |
# | Nesterov's momentum takes other steps than the library | the velocity is added once too often | compare ten steps with `nesterov` |

# %% [markdown]
# ## Questions
#
# <details><summary>1. You change β from 0.9 to 0.99 and keep η. What have you changed besides the memory?</summary>
#
# The effective learning rate $\eta/(1-\beta)$, in the sum and the velocity convention: it is 10 times as large.
# To change only the memory, divide η by 10 as well.
# In the mean convention the effective learning rate stays η.
# </details>
#
# <details><summary>2. A paper trains with η = 0.5 and β = 0.9. In your library these numbers diverge. Is the library wrong?</summary>
#
# Probably not: the paper may write momentum as a mean.
# In a library that writes it as a sum, $\eta = (1 - 0.9) \cdot 0.5 = 0.05$ gives the same path.
# </details>
#
# <details><summary>3. A run with momentum oscillates slowly along the flat direction. Does a smaller η help?</summary>
#
# No: where a direction oscillates, its convergence factor is $\sqrt\beta$, whatever η is.
# A smaller β helps.
# </details>
#
# <details><summary>4. The gradients are exact, without noise. Can momentum still help?</summary>
#
# Yes, it helps most then: in a long valley the number of steps grows with $\sqrt\kappa$ instead of κ.
# Nothing is averaged away, because there is no noise.
# Opposite gradients across the valley cancel, and this permits a larger effective learning rate along it.
# </details>
#
# <details><summary>5. A program for Nesterov's momentum calculates two gradients per step, one at x and one ahead. Is that necessary?</summary>
#
# No. Only the gradient ahead appears in the formula.
# If the program stores the point ahead, as `nesterov` does, it needs one gradient per step, at the stored point.
# </details>
#
# <details><summary>6. Which is larger in a long valley, the effect of momentum on the largest η or on the largest effective learning rate?</summary>
#
# On the effective learning rate: the largest η grows by the factor $1+\beta$, at most 2; the largest effective learning rate by $(1+\beta)/(1-\beta)$, which is 19 for β = 0.9.
# </details>

# %% [markdown]
# ## Read on
#
# - Gabriel Goh, *Why Momentum Really Works*, Distill, 2017: the spring, the map and the best pair.
# - Boris Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964: heavy ball.
# - Yurii Nesterov, *A method of solving a convex programming problem with convergence rate O(1/k²)*, 1983.
# - Ilya Sutskever, James Martens, George Dahl, Geoffrey Hinton, *On the importance of initialization and momentum in deep learning*, 2013: the look-ahead form, and a momentum that grows during training.
# - Brendan O'Donoghue, Emmanuel Candès, *Adaptive restart for accelerated gradient schemes*, 2015.
# - Laurent Lessard, Benjamin Recht, Andrew Packard, *Analysis and design of optimization algorithms via integral quadratic constraints*, 2016: the function on which heavy ball does not converge, and the best pairs on quadratic functions.
#
# **Next:** the [exercises of this lesson](../exercises/04_momentum.ipynb); [lesson 5, adaptive methods](05_adaptive_methods.ipynb).
