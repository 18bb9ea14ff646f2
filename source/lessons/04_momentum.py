# %% [markdown] about="heavy ball, Nesterov, their conventions" builds_on="1 to 3"
# # Lesson 4: momentum
#
# About 70 minutes. You need: the gradient, the learning rate and the condition number of [lesson 1](01_linear_regression.ipynb). From lessons 2 and 3 one sentence is enough: a **stochastic gradient** is the gradient of a few examples drawn at random, a **mini-batch**, so it is the gradient of all data plus noise whose mean is 0.
#
# At the end you will be able to
#
# - write heavy ball and Nesterov's momentum, and say what each remembers;
# - choose learning rate and momentum together for a valley, and know beforehand which pairs diverge;
# - translate a learning rate between libraries that write momentum differently;
# - tell when momentum helps, when it does nothing, and when it does harm.

# %%
from dataclasses import replace

import numpy as np

from course_lib import data, plots, theory
from course_lib.explorers import lesson_04 as explore
from course_lib.landscapes import lessard_recht_packard, quadratic
from course_lib.losses import cross_entropy, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import (
    Optimizer,
    convert_lr,
    descend,
    ema_momentum,
    gradient_noise,
    momentum,
    nesterov,
    sgd,
)
from course_lib.penalties import l2
from course_lib.rules import lookahead_nesterov
from course_lib.training import train

# %% [markdown]
# ## The same valley, the same gradient
#
# Below are two walks down one long valley: its **curvature**, the rate at which the slope grows, is 1 along $\theta_1$ and 100 along $\theta_2$. The condition number κ, the largest curvature divided by the smallest, is 100. Both walks get the exact gradient, without noise. The first is **plain descent**, the gradient descent of lesson 1, with its best learning rate. The second has a memory.
#
# **Before you go on:** plain descent needs several hundred steps to a millionth of the distance. How many does the walk with a memory need: about as many, half, or fewer than a fifth?

# %%
valley = quadratic(condition=100)


def steps_to_a_millionth(path):
    """After how many steps the distance to 0 stays within a millionth of that at the start."""
    distance = np.linalg.norm(path, axis=-1)
    return np.flatnonzero(distance > 1e-6 * distance[0])[-1] + 1


plain = descend(valley, (10, 10), Optimizer(sgd, lr=theory.best_lr(1, 100)), steps=800)
lr, beta = theory.heavy_ball_pair(1, 100)
heavy = descend(valley, (10, 10), Optimizer(momentum, lr=lr, beta=beta), steps=800)
print("plain descent:", steps_to_a_millionth(plain), "steps")
print("with a memory:", steps_to_a_millionth(heavy), "steps")

fig, ax = plots.figure(size=(6.4, 3.8))
distances = {"sgd": np.linalg.norm(plain, axis=1), "momentum": np.linalg.norm(heavy, axis=1)}
plots.curves(distances, xlabel="step", ylabel="distance to the lowest point", log=True, ax=ax)
ax.set(ylim=(1e-6, 1e3), xlim=(0, 750))
plots.show(
    fig,
    "Two falling curves. That of momentum reaches a millionth of the start after "
    f"{steps_to_a_millionth(heavy)} steps, that of plain descent (sgd) after {steps_to_a_millionth(plain)}.",
)

# %% [markdown]
# In this lesson you will see where that gain comes from. One thing can be ruled out already: these gradients have no noise, so *the gain does not come from averaging noise away*.
#
# ## A memory of gradients
#
# Plain descent forgets: each step uses the gradient of the present place and nothing else. **Heavy ball** keeps a second vector, the **velocity** $v$, which starts at 0:
#
# $$v \leftarrow \beta v + g, \qquad \theta \leftarrow \theta - \eta\, v .$$
#
# The **momentum** β (beta), from 0 to just under 1, says how much of the old velocity is kept. With β = 0 this is plain descent. The name comes from mechanics: a heavy ball that rolls does not turn at once where the slope turns.
#
# Write the velocity out and you see the memory. After $t$ steps it is $v_t = g_t + \beta g_{t-1} + \beta^2 g_{t-2} + \dots$, every gradient so far, the older the fainter. **Question.** Suppose the gradient is the same, 1, at every step. How large does $v$ become for β = 0.5, 0.9 and 0.99?

# %%
betas = np.array([0.5, 0.9, 0.99])
velocity = np.cumsum(betas ** np.arange(500)[:, None], axis=0)
for b, v in zip(betas, velocity[-1], strict=True):
    print(f"β = {b:<4}: v ends at {v:6.1f}, and 1 / (1 − β) is {1 / (1 - b):.0f}")

fig, (left, right) = plots.figure(1, 2)
age = np.arange(60)
plots.curves({f"β = {b}": b**age for b in betas}, xlabel="steps ago", ylabel="weight in v", ax=left)
columns = {f"β = {b}": velocity[:, k] for k, b in enumerate(betas)}
plots.curves(columns, xlabel="step", ylabel="velocity v", log=True, ax=right)
right.set(ylim=(0.8, 2000))
plots.show(
    fig,
    "Left, the weight of a gradient in the velocity against its age: gone after ten steps for β = 0.5, after "
    "fifty for 0.9, still half for 0.99. Right, the velocity under a gradient of 1 grows to 2, 10 and 100.",
)

# %% [markdown]
# Where the gradient stays the same, the velocity grows to $1/(1-\beta)$ gradients. So heavy ball moves as plain descent would with the **effective learning rate**
#
# $$\frac{\eta}{1 - \beta} .$$
#
# Two misconceptions meet their end here. *0.9 and 0.99 are close*: from one to the other with the same η the effective learning rate becomes ten times as large, as the numbers above show, and the memory ten times as long. *Momentum only averages the gradients*: an average of gradients that are all 1 is 1; this is a sum, and it adds up.
#
# In a valley the two directions fare differently. Along the flat one the gradients agree for many steps and add up. Across it they change sign from step to step and cancel. Heavy ball goes faster where the way is long, without going faster where it is steep.
#
# ## A ball on a spring
#
# Along one direction with curvature λ the gradient is $\lambda e$, where $e$ is the distance to the lowest point. One line of algebra removes $v$, because $\eta v$ is the last step: the next distance depends on the last two,
#
# $$e_{t+1} = (1 + \beta - \eta\lambda)\, e_t - \beta\, e_{t-1} .$$
#
# That is a ball on a spring with friction, seen at regular moments. β close to 1 means little friction. **Question.** The three curves below have the same η and λ, and β = 0, 0.81 and 0.98. Which arrives first?

# %%
spring = np.array([0.0, 0.81, 0.98])
bowl = quadratic(1)  # curvature 1 in both directions; we look at the first
walks = descend(bowl, (1.0, 0.0), Optimizer(momentum, lr=0.01, beta=spring), steps=200)[..., 0]

ax = plots.curves(
    {f"β = {b}": walks[:, k] for k, b in enumerate(spring)}, xlabel="step", ylabel="distance e"
)
ax.axhline(0, color="0.4", linewidth=1)
plots.show(
    ax,
    "β = 0 creeps towards 0 and has not arrived; β = 0.81 arrives without passing 0; β = 0.98 is there first, "
    "runs past 0 to the other side and swings to and fro.",
)
for b, e in zip(spring, walks.T, strict=True):
    late = np.abs(e[150:]).max()
    print(
        f"β = {b:<4}: passes 0 {(np.diff(np.sign(e)) != 0).sum()} times; after step 150 within {late:.3f}"
    )

# %% [markdown]
# With too little memory the ball **creeps**. With too much it **swings**: it comes past 0 at speed and must come back. In between lies the memory that brings it to rest soonest. More momentum is not faster as such.
#
# How fast? A sequence with such a rule is made of powers $r^t$. Put $e_t = r^t$ into it:
#
# $$r^2 - (1 + \beta - \eta\lambda)\, r + \beta = 0 .$$
#
# This equation has two roots. In the long run each step leaves the share $|r|$ of the error, for the larger of the two. We call it the **rate**; books call it the **spectral radius**, of the matrix that makes a step. It plays the part of $|1 - \eta\lambda|$ in lesson 1. Below 1 the descent settles. When the roots are complex, the ball swings; their product is β, so both have the size $\sqrt\beta$, *whatever η and λ are*. Is that so? The cell measures the rate of a swinging walk over 200 steps, and computes it:

# %%
for lam in (0.3, 1.0, 2.5):
    walk = descend(quadratic(1), (1.0, 0.0), Optimizer(momentum, lr=lam, beta=0.81), steps=400)[
        :, 0
    ]
    peaks = [np.abs(walk[a : a + 60]).max() for a in (100, 300)]
    measured = (peaks[1] / peaks[0]) ** (1 / 200)
    computed = theory.spectral_radius(lam, 0.81)
    print(f"η λ = {lam}: measured {measured:.3f}, computed {computed:.3f}, √β = {0.81**0.5:.3f}")

# %% [markdown]
# ## Explore: the map of pairs
#
# A valley has many curvatures, and its rate is that of the slowest direction. Here the curvatures are 1 and 25. The best η of plain descent is $2/26 \approx 0.077$.

# %%
explore.rate_map()

# %% [markdown]
# Dark is quick. Without momentum, at the left edge, even the best place is slow. Follow the dark region: it rises to the right, past the limit of plain descent, and ends in a sharp tip at the star. To the right of the star the colours stand in upright bands: there every direction swings, the rate is $\sqrt\beta$, and η hardly matters. Below the slanting edges the flat direction creeps.
#
# Above the dashed line every pair diverges. Momentum *raises* this limit:
#
# $$\eta < \frac{2(1+\beta)}{\lambda_{\max}} .$$
#
# At this η the smaller root of the equation is −1: put $r = -1$ into it. Is it so for curvature 100? The cell lets 401 learning rates walk in one call, and looks for the largest that settles.

# %%
print("β     measured   2 (1 + β) / 100")
for b in (0, 0.5, 0.9):
    rates = np.linspace(0.01, 0.05, 401)
    walk = descend(valley, (0.0, 1.0), Optimizer(momentum, lr=rates, beta=b), steps=2000)[..., 1]
    settled = rates[np.abs(walk[-20:]).max(axis=0) < 1]
    print(f"{b:<4}  {settled[-1]:.4f}     {theory.lr_limit(100, b):.4f}")

# %% [markdown]
# The measured ones are a grid step below, as they should be: on the limit itself nothing settles. The gain is at most twofold: momentum is not fast because η may grow.
#
# ## The best pair
#
# To be quick, β should be small, because $\sqrt\beta$ is the rate. But both the flattest and the steepest direction must just swing. They stop swinging where the two roots are equal, $(1 + \beta - \eta\lambda)^2 = 4\beta$, which says $\sqrt{\eta\lambda} = 1 - \sqrt\beta$ for the flattest and $1 + \sqrt\beta$ for the steepest. Two equations, two unknowns:
#
# $$\eta = \frac{4}{(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2}, \qquad \beta = \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2, \qquad \text{rate } \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} .$$
#
# Compare it with plain descent: $(\kappa - 1)/(\kappa + 1)$. **Momentum replaces κ by its square root.** That is where the gain comes from. **Nesterov's momentum**, which comes further down, does nearly the same with $\eta = 1/\lambda_{\max}$ and $\beta = (\sqrt\kappa - 1)/(\sqrt\kappa + 1)$, without the square.


# %%
def best_settings(kappa):
    """The usual best settings of the three rules on curvatures 1 to kappa."""
    lr, beta = theory.heavy_ball_pair(1, kappa)
    nesterov_lr, nesterov_beta = theory.nesterov_pair(1, kappa)
    return {
        "sgd": Optimizer(sgd, lr=theory.best_lr(1, kappa)),
        "momentum": Optimizer(momentum, lr=lr, beta=beta),
        "nesterov": Optimizer(nesterov, lr=nesterov_lr, beta=nesterov_beta),
    }


kappas = np.array([4, 10, 25, 100, 400])
needed = {name: [] for name in best_settings(1)}
for kappa in kappas:
    for name, optimizer in best_settings(kappa).items():
        path = descend(quadratic(kappa), (1, 1), optimizer, steps=3000)
        needed[name].append(steps_to_a_millionth(path))

lr, beta = theory.heavy_ball_pair(1, 100)
print(f"κ = 100: best pair η λ_max = {100 * lr:.4f}, β = {beta:.5f}")
print("steps to a millionth   " + "".join(f"κ = {k:<6}" for k in kappas))
for name, steps in needed.items():
    print(f"{name:>20}   " + "".join(f"{k:<10}" for k in steps))

ax = plots.curves(
    needed, x=kappas, xlabel="condition number κ", ylabel="steps to a millionth", log=True
)
ax.set(xscale="log")
plots.show(
    ax,
    "Steps against the condition number on two logarithmic axes. The line of plain descent (sgd) rises twice as steeply as those "
    "of momentum and Nesterov, which run side by side, Nesterov above.",
)

# %% [markdown]
# On these axes a line of twice the slope means a power twice as high: κ for plain descent, $\sqrt\kappa$ for the other two. Nesterov needs more steps than heavy ball here, so *Nesterov is always faster* is not true.
#
# The pair needs the largest and the smallest curvature, which nobody knows for a network. In practice one sets β to 0.9, and tries learning rates.
#
# ## Three ways to write it
#
# Libraries agree on the idea and not on the formula. The three **conventions**:
#
# | convention | rule | effective learning rate | who has it |
# |---|---|---|---|
# | sum | $v \leftarrow \beta v + g$, $\theta \leftarrow \theta - \eta v$ | $\eta/(1-\beta)$ | this course's `momentum`, PyTorch's `SGD` |
# | velocity | $v \leftarrow \beta v - \eta g$, $\theta \leftarrow \theta + v$ | $\eta/(1-\beta)$ | Keras's `SGD`, Sutskever and others (2013) |
# | mean (EMA) | $m \leftarrow \beta m + (1-\beta) g$, $\theta \leftarrow \theta - \eta m$ | $\eta$ | the first moment in Adam, several textbooks |
#
# **EMA** is short for exponential moving average: the weights $(1-\beta)\beta^k$ add up to 1, so $m$ is a mean of the gradients. In sum and velocity convention they are the same walk as long as η stays the same. Where η changes on the way they differ, because the old velocity holds the old η. The mean moves $1-\beta$ times as far.
#
# ## Explore: the same numbers, another verdict

# %%
explore.conventions()

# %% [markdown]
# With β = 0.9 and η = 0.19 sum and velocity diverge, and the mean settles: the same numbers, the opposite verdict. Neither is better. They are one rule with two names for the learning rate, and the way between them is
#
# $$\eta_{\text{sum}} = \eta_{\text{velocity}} = (1 - \beta)\, \eta_{\text{EMA}} .$$
#
# So a learning rate from a paper means nothing without its convention. Here is the conversion, over 100 steps:

# %%
lr_sum = convert_lr(0.2, 0.9, "ema", "sum")
one = descend(valley, (10, 1), Optimizer(ema_momentum, lr=0.2, beta=0.9), steps=100)
other = descend(valley, (10, 1), Optimizer(momentum, lr=lr_sum, beta=0.9), steps=100)
print(f"η = 0.2 for the mean is η = {lr_sum:.3f} for the sum")
print("the two walks agree to 1e-12:", np.allclose(one, other, rtol=0, atol=1e-12))

# %% [markdown]
# ## Nesterov: look ahead first
#
# Heavy ball takes the gradient where it stands, and then its old velocity carries it away from there. Nesterov's idea: the velocity will carry us to about $x - \eta\beta v$ anyway, so take the gradient *there*.
#
# $$v \leftarrow \beta v + \nabla f(x - \eta\beta v), \qquad x \leftarrow x - \eta\, v .$$
#
# Here ∇f(x) is the gradient of f at x. If the ball is about to run up the other side, the gradient ahead says so one step earlier, and brakes.
#
# This form needs the gradient at another point than the one it stands on, which suits no library. So follow the points ahead instead: call $\theta = x - \eta\beta v$. After the step, the new point ahead is $\theta - \eta(g + \beta v)$, with the new $v$:
#
# $$v \leftarrow \beta v + g(\theta), \qquad \theta \leftarrow \theta - \eta\, (g + \beta v) .$$
#
# That is `nesterov`, and PyTorch's `SGD(nesterov=True)`. It needs **one gradient a step**, as plain descent does. Are they equal? Walk with both, and compare the points ahead.

# %%
x, v = np.array([10.0, 1.0]), 0.0
ahead = [x]
for _ in range(100):
    x, v = lookahead_nesterov(valley, x, v, lr=0.01, beta=0.8)
    ahead.append(x - 0.01 * 0.8 * v)
theta = descend(valley, (10, 1), Optimizer(nesterov, lr=0.01, beta=0.8), steps=100)
print("the two forms agree to 1e-12:", np.allclose(ahead, theta, rtol=0, atol=1e-12))

# %% [markdown]
# In $g + \beta v$ the new $v$ holds $g$ already. It is easy to add the velocity once more than the formula does, and the walk then often still works, only with another effective learning rate: a fault that no error message reports. The exercises have one.
#
# How do heavy ball and Nesterov differ in a valley? Same η, same β:

# %%
ax = plots.contours(quadratic(25), (-10, 10, -3, 3), levels=10)
pair = {"lr": 0.035, "beta": 0.8}
walks = {
    rule.__name__: descend(quadratic(25), (-9, 2.6), Optimizer(rule, **pair), steps=60)
    for rule in (momentum, nesterov)
}
plots.paths(walks, ax=ax)
plots.show(
    ax,
    "Both walks run along the valley from the left. Heavy ball swings across it several times before it "
    "calms down; Nesterov's swings across it are gone after a few steps.",
)
for name, walk in walks.items():
    across = np.abs(walk[10:, 1]).max()
    print(f"{name:>9}: after step 10 at most {across:.4f} from the middle of the valley")

# %% [markdown]
# Nesterov damps the steep directions more; heavy ball treats all swinging directions alike. In return, Nesterov's limit of η is lower: $\frac{2(1+\beta)}{(1+2\beta)\,\lambda_{\max}}$, which for β close to 1 is about $\frac{4}{3\lambda_{\max}}$. Measured as before, for curvature 100:

# %%
rates = np.linspace(0.005, 0.045, 401)
for rule in (momentum, nesterov):
    walk = descend(valley, (0.0, 1.0), Optimizer(rule, lr=rates, beta=0.9), steps=2000)[..., 1]
    settled = rates[np.abs(walk[-20:]).max(axis=0) < 1]
    print(f"{rule.__name__:>8}: largest η that settles {settled[-1]:.4f}")

# %% [markdown]
# ## Explore: where heavy ball never arrives
#
# The map and the best pair hold for **quadratic** bowls, those with the same curvature everywhere. The bowl below has one lowest point, at 0, and curvature 25 except between 1 and 2, where it is 1. Heavy ball gets the best pair for curvatures from 1 to 25: η = 1/9, β = 4/9. Plain descent gets $2/26$, Nesterov $\eta = 1/25$ and β = 2/3.

# %%
explore.cycle()

# %% [markdown]
# From most starts it does, and from some it never does: from 3.3 it runs round a triangle of three points for ever. Past the gentle piece the slope is smaller than in a bowl of curvature 25 throughout, so the ball is pushed back less than the pair was made for. The last places of a very long walk, and what the others do, among them heavy ball with a smaller learning rate:

# %%
lr, beta = theory.heavy_ball_pair(1, 25)
long = descend(lessard_recht_packard, (3.3,), Optimizer(momentum, lr=lr, beta=beta), steps=3000)
print("heavy ball, the last six places:", long[-6:, 0].round(3))
for name, optimizer in (
    ("heavy ball, η = 1/25", Optimizer(momentum, lr=1 / 25, beta=4 / 9)),
    ("Nesterov", Optimizer(nesterov, lr=1 / 25, beta=2 / 3)),
    ("plain descent", Optimizer(sgd, lr=2 / 26)),
):
    end = descend(lessard_recht_packard, (3.3,), optimizer, steps=3000)[-1, 0]
    print(f"{name}: within 1e-9 of the lowest point: {abs(end) < 1e-9}")

# %% [markdown]
# For plain descent and Nesterov with these settings there are proofs for every bowl whose curvature stays between 1 and 25; for heavy ball there is none, and this bowl shows why. Lessard, Recht and Packard found it in 2016.
#
# ## When momentum does not help
#
# ### In a round bowl
#
# With κ = 1 there is no long flat way. Plain descent with $\eta = 1/\lambda$ is there in one step, and any memory only carries it past. **Question.** How many steps does β = 0.9 cost?

# %%
for b in (0, 0.5, 0.9):
    path = descend(quadratic(1), (1, 1), Optimizer(momentum, lr=1.0, beta=b), steps=600)
    print(f"β = {b:<3}: {steps_to_a_millionth(path)} steps to a millionth")

# %% [markdown]
# ### When noise is what is left
#
# Near the lowest point a stochastic gradient is nearly all noise, and with a fixed learning rate the walk never rests: it keeps to a cloud around the lowest point. Surely a memory of gradients averages the noise, and makes the cloud smaller? Here are 2,000 walkers in a bowl of curvature 1; each gets noise of its own with variance 1. **Question.** Whose cloud is smallest?


# %%
def bowl_of_many(theta):
    return 0.5 * (theta**2).sum(axis=-1), theta


def cloud(lr, beta):
    """The variance of 2,000 walkers around the lowest point, after 1,000 steps, over 500 more."""
    noisy = Optimizer(momentum, gradient_noise(1.0, gamma=0), lr=lr, beta=beta)
    return descend(bowl_of_many, np.zeros(2000), noisy, steps=1500)[1000:].var()


print("β     η       η / (1 − β)   variance of the cloud")
for lr, b in ((0.1, 0), (0.1, 0.9), (0.01, 0.9), (0.001, 0.99)):
    print(f"{b:<4}  {lr:<6}  {lr / (1 - b):<12.3g}  {cloud(lr, b):.4f}")

# %% [markdown]
# With the same η momentum makes the cloud about ten times as large. With the same *effective* learning rate the cloud is that of plain descent. The noise of each gradient is spread over many steps, but none of it is lost: it is added up with the same total weight. So where noise is what limits a descent, momentum is a larger learning rate under another name. *The gain comes from noise reduction* is wrong; smaller learning rates and larger batches reduce noise.
#
# ### Out of the wrong hollow?
#
# People say that momentum *escapes local minima*: a **local minimum** is a hollow that is lowest nearby, and not lowest of all. The function below has a deep hollow on the left and a shallow one on the right. **Question.** From 400 starts, which share changes sides, and in which direction?


# %%
def two_hollows(theta):
    x = theta[..., 0]
    return (x**2 - 1) ** 2 / 4 + 0.12 * x, (x**3 - x + 0.12)[..., None]


starts = np.linspace(-2.5, 2.5, 400)
ridge = np.roots([1, 0, -1, 0.12]).real
ridge = np.sort(ridge)[1]
for name, lr, b in (("plain", 0.05, 0), ("β = 0.9", 0.05, 0.9), ("β = 0.95", 0.05, 0.95)):
    optimizer = Optimizer(momentum, lr=lr, beta=b)
    ends = descend(two_hollows, starts[:, None], optimizer, steps=2000)[-1, :, 0]
    to_deep = np.mean(ends[starts > ridge] < ridge)
    to_shallow = np.mean(ends[starts < ridge] > ridge)
    print(f"{name:>8}: shallow to deep {to_deep:4.0%}, deep to shallow {to_shallow:4.0%}")

# %% [markdown]
# A ball with speed runs over small ridges, in both directions. It leaves shallow hollows, and it leaves deep ones. Which hollow it ends in depends on where it starts and how fast it is then, as the cell shows; nothing in the rule looks for the deeper one.
#
# ## On real data: fewer steps
#
# The same regression as in lesson 1: the class number of a Fashion-MNIST image from its pixels, right when less than ½ away. A classical student lab trains it with the learning rates below, on 2,000 images at a time or in batches of 100 out of 10,000. The lab adds the squared errors up instead of taking the mean. A sum over 100 images is 100 times the mean, so its learning rate $4 \cdot 10^{-6}$ is $4 \cdot 10^{-4}$ here.

# %%
clothes = data.load("fashion_mnist", valid=0)
print(clothes)
few, many = (160, 1400) if clothes.fallback else (2000, 10_000)
small = replace(clothes, train=clothes.train[:few])
large = replace(clothes, train=clothes.train[:many])
line = MLP(clothes.train.X.shape[1], 1)
fit = Objective(line, squared_error)
origin = np.zeros(clothes.train.X.shape[1] + 1, clothes.train.X.dtype)


def share_right(theta):
    predictions, _ = line(theta, clothes.test.X)
    return np.mean(np.abs(predictions - clothes.test.y) <= 0.5, axis=-1)


# %% [markdown]
# First the full batch. The largest curvature sets the limit of η. **Question.** Plain descent walks 1,000 steps. Nesterov with β = 0.95 and a *quarter* of the learning rate walks 200. Whose loss is lower?

# %%
f = fit.on(small.train.X, small.train.y)
columns = np.column_stack([small.train.X, np.ones(few)]).astype(float)
steepest = np.linalg.eigvalsh(2 / few * columns.T @ columns)[-1]
eta = 0.9 * 2 / steepest  # for the 2,000 images: close to the lab's 4e-6 on the sum
slow = descend(f, origin, Optimizer(sgd, lr=eta), steps=1000)
quick = descend(f, origin, Optimizer(nesterov, lr=eta / 4, beta=0.95), steps=200)
print(f"largest curvature {steepest:.1f}, learning rate {eta:.5f}, on the sum {eta / few:.1e}")
for name, path in (("plain", slow), ("Nesterov", quick)):
    print(
        f"{name:>8}: {len(path) - 1:4} steps, loss {f(path[-1])[0]:.3f}, right {share_right(path[-1]):.4f}"
    )
print(
    "1,000 · η =", f"{1000 * eta:.2f};", "200 · (η / 4) / (1 − β) =", f"{200 * eta / 4 / 0.05:.2f}"
)

# %% [markdown]
# They arrive at about the same loss, and the last line says why: number of steps times effective learning rate is the same for both. A fifth of the steps, then, for the same way. The lab's own setting, a quarter of the learning rate, gives some of the gain away. How many steps are needed with the full η?

# %%
goal = f(slow[-1])[0]
loss_of = {"sgd": f(slow)[0]}
for rule, lr in ((momentum, eta), (nesterov, 1 / steepest)):
    walk = descend(f, origin, Optimizer(rule, lr=lr, beta=0.95), steps=400)
    loss_of[rule.__name__] = f(walk)[0]
    steps = np.flatnonzero(loss_of[rule.__name__] > goal)[-1] + 1
    print(
        f"{rule.__name__:>8}, η = {lr:.5f}, β = 0.95: loss {goal:.3f} after {steps} steps, not 1,000"
    )

ax = plots.curves(loss_of, xlabel="step", ylabel="loss, images learnt from", log=True)
ax.set(xscale="log", xlim=(1, 1000))
plots.show(
    ax,
    "The losses of three rules against the step. Momentum's swings at first; then it and Nesterov's pass that of "
    f"plain descent (sgd), reach its final value, {goal:.2f}, long before it, and go on falling.",
)

# %% [markdown]
# Now mini-batches of 100, as in the lab: 2,000 steps of plain descent against 500 of the two others. Three **seeds** each, three orders of the images, because the order is luck. The last row is not in the lab: heavy ball with Nesterov's η.

# %%
settings = (
    ("plain", Optimizer(sgd, lr=1e-3), 2000),
    ("momentum", Optimizer(momentum, lr=4e-4, beta=0.95), 500),
    ("Nesterov", Optimizer(nesterov, lr=2e-3, beta=0.95), 500),
    ("momentum", Optimizer(momentum, lr=2e-3, beta=0.95), 500),
)
for name, optimizer, steps in settings:
    epochs = round(steps * 100 / many)
    ends = np.array(
        [
            train(fit, large, optimizer, epochs=epochs, seed=s, theta=origin, progress=False)[
                -1
            ].theta
            for s in range(3)
        ]
    )
    lr = optimizer.hyper["lr"]
    effective = lr / (1 - optimizer.hyper.get("beta", 0))
    right = " ".join(f"{share:.4f}" for share in share_right(ends))
    print(f"{name:>8}: {epochs:3} epochs, η {lr:.4f}, effective {effective:.4f}; right {right}")

# %% [markdown]
# The lab reported 0.3323 for momentum and 0.3351 for Nesterov on 10,000 images, 0.3092 for plain descent, and 0.3476 for Nesterov on the full batch of 2,000. Compare with what your machine printed: on Fashion-MNIST the seeds differ by a percent or two, so more than two digits of such a number mean nothing. Look instead at the effective learning rates. The lab gave Nesterov five times the η of momentum, so its comparison says nothing about the two rules; the last row gives heavy ball the same η.
#
# ### A network on MNIST
#
# Does any of this hold for a network, whose landscape is no bowl? Four trainings of one network on MNIST at once: 784 pixels go in, 100 and 30 units stand between, ten numbers come out, one for each digit (lesson 7 builds it; lesson 6 explains the small L2 penalty in it). Each training makes two **epochs**, two passes over the images. The **validation loss** is the loss on images that were kept apart. **Question.** Which two of the four will be most alike?

# %%
digits = data.load("mnist")
print(digits)
network = MLP(digits.train.X.shape[1], 100, 30, 10)
lrs, memories = np.array([0.01, 0.1, 0.01, 0.1]), np.array([0, 0, 0.9, 0.9])
history = train(
    Objective(network, cross_entropy, l2(1e-4)),
    digits,
    Optimizer(momentum, lr=lrs, beta=memories),
    epochs=2,
    progress=False,
)
print("η      β     η / (1 − β)   validation loss, accuracy after 2 epochs")
last = history[-1]
for row in zip(lrs, memories, last.valid_loss, last.valid_accuracy, strict=True):
    print(
        "{:<5}  {:<4}  {:<12.3g}  {:.3f}            {:.4f}".format(
            *row[:2], row[0] / (1 - row[1]), *row[2:]
        )
    )

# %% [markdown]
# The second and the third have the same effective learning rate. Compare their lines, and the first with the third, which have the same η. With short trainings and noisy gradients most of what momentum does is to enlarge the step. It becomes worth its memory where the steep directions forbid that larger step to plain descent.
#
# ## Summary
#
# | | |
# |---|---|
# | heavy ball | $v \leftarrow \beta v + g$, $\theta \leftarrow \theta - \eta v$ |
# | Nesterov | $v \leftarrow \beta v + g$, $\theta \leftarrow \theta - \eta (g + \beta v)$; one gradient a step |
# | effective learning rate | $\eta/(1-\beta)$ for sum and velocity, η for the mean |
# | 0.9 to 0.99 | ten times the effective learning rate |
# | conventions | $\eta_{\text{sum}} = \eta_{\text{velocity}} = (1-\beta)\,\eta_{\text{EMA}}$ |
# | settles | for $\eta < 2(1+\beta)/\lambda_{\max}$, heavy ball on a quadratic bowl |
# | rate | the larger root of $r^2 - (1+\beta-\eta\lambda) r + \beta$; $\sqrt\beta$ where it swings |
# | best pair | $\eta = 4/(\sqrt{\lambda_{\max}} + \sqrt{\lambda_{\min}})^2$, $\sqrt\beta = (\sqrt\kappa-1)/(\sqrt\kappa+1)$ |
# | gain | κ becomes $\sqrt\kappa$ in the number of steps |
# | no gain | round bowls; where noise is what limits |
#
# ## Questions
#
# <details><summary>1. You change β from 0.9 to 0.99 and leave η. What have you changed besides the memory?</summary>
#
# The effective learning rate $\eta/(1-\beta)$, in the sum and the velocity convention: it is ten times as large. To change only the memory, divide η by ten as well. In the mean convention the effective learning rate stays η.
# </details>
#
# <details><summary>2. A paper trains with η = 0.5 and β = 0.9. In your library these numbers diverge. Is the library broken?</summary>
#
# Probably not: the paper may write momentum as a mean. In a library that writes it as a sum, $\eta = (1 - 0.9) \cdot 0.5 = 0.05$ gives the same walk.
# </details>
#
# <details><summary>3. A descent with momentum swings to and fro along the flat direction. Does a smaller η help?</summary>
#
# Little: where a direction swings, its rate is $\sqrt\beta$, whatever η is. A smaller β damps the swing.
# </details>
#
# <details><summary>4. Gradients are exact, without noise. Can momentum still help?</summary>
#
# Yes, and there it helps most: in a long valley the number of steps grows with $\sqrt\kappa$ instead of κ. Nothing was averaged away, as there was no noise.
# </details>
#
# <details><summary>5. Somebody's Nesterov takes two gradients a step, one at x and one ahead. Is that needed?</summary>
#
# No. Only the gradient ahead enters the formula. Following the points ahead, as `nesterov` does, needs one gradient a step, at the point where it stands.
# </details>
#
# ## Now you
#
# The exercises of this lesson: [exercises/04_momentum.ipynb](../exercises/04_momentum.ipynb).
#
# ## Where to read on
#
# - Gabriel Goh, *Why Momentum Really Works*, Distill, 2017: the spring, the map and the best pair.
# - Boris Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964: heavy ball.
# - Yurii Nesterov, *A method of solving a convex programming problem with convergence rate O(1/k²)*, 1983.
# - Ilya Sutskever, James Martens, George Dahl, Geoffrey Hinton, *On the importance of initialization and momentum in deep learning*, 2013: the look-ahead form.
# - Laurent Lessard, Benjamin Recht, Andrew Packard, *Analysis and Design of Optimization Algorithms via Integral Quadratic Constraints*, 2016: the cycle.
