# %% [markdown] about="batch size, its cost, shuffling" builds_on="2"
# # Lesson 3: mini-batches
#
# About 60 minutes. You need: [lesson 1](01_linear_regression.ipynb), gradient descent and its limit for the learning rate, and the idea of lesson 2: the gradient of one example, drawn at random, is right on average, so a descent may use it, but its noise keeps the descent from settling.
#
# At the end you will be able to
#
# - write a loop over mini-batches that uses every example once, the last few included, and prove that it does;
# - say how much noise a batch size leaves, and what it costs to halve it;
# - choose a batch size for a machine and a deadline, and change the learning rate with it, as far as that goes;
# - recognise a training whose examples were shuffled wrongly, or not at all;
# - fit a parabola in NumPy and in PyTorch, step by step the same.

# %%
import time

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from course_lib import data, plots, theory, toys
from course_lib.data import batches
from course_lib.explorers import lesson_03 as explore
from course_lib.losses import cross_entropy, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, adam, rmsprop, sgd
from course_lib.training import train

# %% [markdown]
# ## All points, or ten of them?
#
# We fit the parabola $\hat y = w_1 x + w_2 x^2 + c$ to 2,000 points that lie on $y = 0.3 x^2 - 1.7 x + 2.5$. It is a curve in $x$, but linear in its three parameters, so everything in lesson 1 holds: the columns are $x$, $x^2$ and 1.
#
# Two descents start from $\theta = 0$ with the same learning rate. One takes the gradient of all 2,000 points for each step: the **full batch**. The other takes that of 10 points, then of 10 others, until each point has been used: these are **mini-batches**, and 10 is the **batch size** $B$. One pass over all points is an **epoch**: 1 step for the first, 200 steps for the second, and equally many points looked at for both.
#
# **Before you go on:** after 50 epochs, which of the two has the smaller loss? About the same, a little smaller, or far smaller?

# %%
points = toys.parabola().train
parabola = Objective(MLP(2, 1), squared_error)


def watch(split, optimizer, batch, epochs, shuffle=True, seed=0):
    """What each epoch leaves and what it saw on its way: four columns, (epochs, 4)."""
    X, y = split
    theta, optimizer = np.zeros(3), optimizer.fresh()
    rng = np.random.default_rng(seed) if shuffle else None
    rows_of_table = []
    for _ in range(epochs):
        seen = []
        for rows in batches(len(X), batch, rng):
            loss, g = parabola(theta, X[rows], y[rows])
            seen.append((loss, np.linalg.norm(g)))
            theta = optimizer.step(theta, g)
        loss, g = parabola(theta, X, y)
        rows_of_table.append((loss, np.linalg.norm(g), *np.mean(seen, axis=0)))
    return np.array(rows_of_table)


full = watch(points, Optimizer(sgd, lr=2e-4), batch=2000, epochs=60)[:, 0]
mini = watch(points, Optimizer(sgd, lr=2e-4), batch=10, epochs=60)[:, 0]
ax = plots.curves(
    {"all 2,000 points": full, "batches of 10": mini}, x=np.arange(1, 61), xlabel="epoch", log=True
)
plots.show(
    ax,
    f"Loss against epochs. With all points it is {full[-1]:.1f} after 60 epochs, with batches of 10 "
    f"it is {mini[-1]:.2g}.",
)
print(f"after 50 epochs: all points {full[49]:.1f}, batches of 10 {mini[49]:.3f}")

# %% [markdown]
# Far smaller. A step with 10 points is nearly as good as one with 2,000, and there are 200 times as many of them. This is the whole case for mini-batches. The rest of the lesson is about the word *nearly*, and about what a step really costs.
#
# ## The loop
#
# A mini-batch is a set of row numbers. Shuffle the numbers 0 to $n - 1$, cut them into pieces of $B$, and take the same rows of `X` and of `y`. When $B$ does not divide $n$ the last piece is smaller: the **ragged** end. In the library, `batches` does this:

# %%
for rows in batches(10, 4, np.random.default_rng(1)):
    print(rows)

# %% [markdown]
# Dropping the ragged end would leave some rows out of every epoch, different ones each time if the order is new, the same ones for ever if it is not.
#
# **Question.** Leave θ where it is, and take the gradients of all batches of an epoch. Is their mean the gradient of all points?

# %%
X, y = points[:103]
theta = np.array([-1.0, 0.2, 1.0])
_, whole = parabola(theta, X, y)
pieces = list(batches(103, 10, np.random.default_rng(0)))
gradients = np.array([parabola(theta, X[rows], y[rows])[1] for rows in pieces])
sizes = np.array([len(rows) for rows in pieces])

print("sizes:", sizes)
for name, mean in (
    ("plain mean", gradients.mean(axis=0)),
    ("mean weighted by size", sizes @ gradients / sizes.sum()),
):
    print(f"{name:>22}: differs from the whole by {np.abs(mean - whole).max():.1e}")

# %% [markdown]
# Weighted by size, it is, but for rounding. Unweighted, the 3 points of the ragged end count for as much as 10 others. In a training this matters little, for the next epoch has another ragged end. In a *measurement*, such as a loss averaged over batches, it makes the number wrong.
#
# ## How noisy is a batch?
#
# The gradient of a batch is a mean of $B$ gradients, so it is right on average, as that of one example is. **Variance** is the mean squared distance from the average; the **spread** in the next figure is its square root. The mean of $B$ independent draws has $1/B$ of the variance of one draw.
#
# Draws from an epoch are not quite independent, because no example comes twice. This helps: a batch of all $n$ examples has no noise at all. The variance is
#
# $$\frac{\sigma^2}{B} \cdot \frac{n - B}{n - 1} ,$$
#
# with $\sigma^2$ the variance of one example's gradient. The second factor is the **finite-population factor**. It is near 1 while the batch is a small part of the data.
#
# The points below are gradients for a line through 200 points, by slope and intercept; the cross marks 0. A batch *points uphill* when a step against its gradient would lead away from where the full gradient leads: more than a right angle between the two. The ellipse is where the formula expects most batches: twice the spread in each direction.

# %%
cloud = toys.line(n=200, noise=1.0).train
near = np.array([1.3, 0.6])  # not far from the lowest point
residual = near[0] * cloud.X[:, 0] + near[1] - cloud.y
explore.noise_ellipse(2 * np.column_stack([residual * cloud.X[:, 0], residual]))

# %% [markdown]
# Four times the batch, half the width: the spread goes with $1/\sqrt B$. To halve the noise once more takes four times as many examples again. The first examples of a batch are worth the most.
#
# The same with counted numbers, 20,000 batches of each size, every example at most once:

# %%
one = 2 * np.column_stack([residual * cloud.X[:, 0], residual])
rng = np.random.default_rng(0)
orders = rng.permuted(np.tile(np.arange(200), (20_000, 1)), axis=1)
print("   B   measured variance   1/B      with the factor (one example's is 1)")
for B in (1, 4, 16, 64, 200):
    means = one[orders[:, :B]].mean(axis=1)
    measured = means.var(axis=0).sum() / one.var(axis=0).sum()
    print(f"{B:>4} {measured:>18.4f} {1 / B:>8.4f} {theory.batch_variance(B, 200):>12.4f}")

# %% [markdown]
# ## What a step costs
#
# If a step with 100 examples took 100 times as long as one with a single example, small batches would win. It does not. Each call of a NumPy function has a fixed cost, whatever it works on; and a matrix product over many rows makes better use of a processor than many products over one. To replace a loop over examples by one call for all is **vectorisation**.
#
# The cell measures a loss with its gradient for a network of ten outputs on 64 numbers, at several batch sizes, on one processor core. The ratios it prints are this machine's; run it on yours.

# %%
rng = np.random.default_rng(0)
digits_like, labels = rng.standard_normal((512, 64)), rng.integers(0, 10, 512)
small_network = Objective(MLP(64, 10), cross_entropy)
still = np.zeros(small_network.model.size)


def seconds(B, calls=20, repeats=20):
    """The shortest of several times for a gradient over B examples."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        for _ in range(calls):
            small_network(still, digits_like[:B], labels[:B])
        times.append((time.perf_counter() - begin) / calls)
    return min(times)


trial = np.array([1, 2, 4, 10, 32, 64, 100, 128, 250, 256, 500, 512])
with threadpool_limits(1):
    seconds(1)  # the first calls are slower than all others
    taken = np.array([seconds(B) for B in trial])
for B, t in zip(trial, taken, strict=True):
    print(f"B = {B:>5}: a step {t / taken[0]:6.2f}, an example {t / B / taken[0]:.4f} times B = 1")

# %% [markdown]
# Going from 1 to 10 examples costs little, and an example in a large batch costs a small part of what it costs alone. Some people say that the batch size *must be a power of two*. Compare 100 with 128, 250 with 256 and 500 with 512, example by example: does a power of two save anything worth having? (Times on a busy machine scatter; run the cell twice before you believe a difference.) Special hardware may like multiples of 8 or 64, for reasons of its own. For the mathematics any number will do.
#
# A straight line describes such times well enough to think with: a step takes $a + bB$, a fixed cost $a$ and $b$ for each example.

# %%
b, a = np.polyfit(trial, taken, 1, w=1 / taken)  # weights: an error counts in proportion
print(f"the fixed cost of a step is worth {a / b:.0f} examples")
ax = plots.curves(
    {"measured": taken / taken[0], "a + bB": (a + b * trial) / taken[0]},
    x=trial,
    xlabel="batch size B",
    ylabel="time of a step, B = 1 is 1",
)
ax.set(xscale="log", yscale="log")
for axis in (ax.xaxis, ax.yaxis):
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter("")
plots.show(
    ax, "The time of a step against the batch size: flat at first, then rising, with a + bB."
)

# %% [markdown]
# ## Explore: the best batch for a deadline
#
# Noise speaks for large batches, the number of steps for small ones. The cost decides. The figure is a model and not a measurement: a bowl with two directions, one ten times as steep as the other, gradients with a noise of variance $1/B$, and a step that takes $a + B$. One unit of time is what one example takes, so $b = 1$ and $a$ is counted in examples, like the fixed cost just printed. At the deadline the loss has two parts, the **way still to go** from the start, and the **noise**.

# %%
explore.cost_model()

# %% [markdown]
# With the best learning rate for each $B$, it grows. A batch much smaller than $a$ spends its time on the fixed cost; one much larger leaves too few steps. In between the curve is flat: twice or half the best $B$ costs little. So nobody needs to find it exactly.
#
# With one learning rate for every $B$ it is different. There the noise has a floor that only a larger batch can lower, so a long deadline asks for a large batch, and a growing $a$ takes away steps, which a *smaller* batch wins back. Whoever compares batch sizes at one learning rate compares learning rates.
#
# Two misconceptions can go. *A bigger batch is always faster*: counted in examples a second, mostly; counted in loss at the deadline, only up to a point. *A bigger batch is always better, as its gradient is more exact*: the exactness is paid for with steps.
#
# ## Explore: learning rate and batch size
#
# With less noise longer steps are safe. How much longer? The next figure answers by trying: linear regression on 512 made-up examples with 12 columns of different size, and a training for each of 24 learning rates and 10 batch sizes. All are given equally many passes over the data, so equally many gradients of single examples. The colour is the loss above the lowest one; hatched means diverged. The white line is the best η for each $B$; the dashed one doubles η with $B$. The square is the pair you chose, and its training is drawn on the right.

# %%
rng = np.random.default_rng(0)
columns = rng.standard_normal((512, 12)) * np.geomspace(1, 0.2, 12)
targets = columns @ (rng.standard_normal(12) * np.geomspace(1, 2, 12)) + rng.standard_normal(512)
explore.lr_and_batch(columns, targets)

# %% [markdown]
# For small batches the best η doubles with $B$, and the loss along the line hardly changes. This is **linear scaling**: two steps with η on two batches do about the same as one step with 2η on both together, while θ moves little in between. Where the loss begins to rise along the white line, the batch has become too large for this budget: this is often called the **critical batch size**. Beyond it a larger batch only means fewer steps.
#
# Where does it stop? Look at the hatching on the right. Even the full batch diverges above $2/\lambda_{\max}$ (lesson 1), and small batches before that, so the white line turns upwards there. Without noise there is nothing left to win by a still larger batch. Try the three budgets: with more passes the best η is smaller and linear scaling holds further up, since the noise is what is left at the end.
#
# ## An epoch is not a step
#
# *One epoch of mini-batches is one step of gradient descent, in pieces.* It looks so, because the pieces add up to the full gradient. But θ moves after each piece. For a tiny learning rate, 200 steps of mini-batches come to about 200 steps of gradient descent. One step of gradient descent with 200 times the learning rate is something else.

# %%
tiny = 2e-6
f = parabola.on(*points)


def full_steps(count, lr):
    theta = np.zeros(3)
    for _ in range(count):
        theta = theta - lr * f(theta)[1]
    return f(theta)[0]


print(f"at the start                                 loss {f(np.zeros(3))[0]:7.2f}")
once = watch(points, Optimizer(sgd, lr=tiny), batch=10, epochs=1)[-1, 0]
print(f"1 epoch of mini-batches, 200 steps with η    loss {once:7.2f}")
print(f"200 steps of gradient descent with η         loss {full_steps(200, tiny):7.2f}")
print(f"1 step of gradient descent with η            loss {full_steps(1, tiny):7.2f}")
print(f"1 step of gradient descent with 200 η        loss {full_steps(1, 200 * tiny):7.2f}")

# %% [markdown]
# ## Shuffling, off
#
# **Question.** What changes when the points are not shuffled? Everybody writes `shuffle=True`; few have seen it off.
#
# It depends on the order they come in. Here are three: shuffled anew each epoch; shuffled once, and then always in the same order; and sorted by $x$, as they would come from `np.arange(-10, 10, 0.01)`.

# %%
in_order = points[points.X[:, 0].argsort()]
with np.errstate(all="ignore"):  # a diverging loss overflows in the end
    for lr in (2e-4, 1e-4):
        print(f"η = {lr:g}, loss after 10 and after 60 epochs")
        for name, split, shuffle in (
            ("shuffled each epoch", points, True),
            ("one random order", points, False),
            ("sorted by x", in_order, False),
        ):
            loss = watch(split, Optimizer(sgd, lr=lr), batch=10, epochs=60, shuffle=shuffle)[:, 0]
            print(f"{name:>22}: {loss[9]:10.3g} {loss[59]:10.3g}")

# %% [markdown]
# A fixed order, if it is a random one, hardly matters here. The sorted one does. Two things happen, and the figure shows both. First, a batch of neighbours is no longer a small picture of the whole. A batch with $x$ near −10 or 10 sees a bowl far steeper than the average one, with a λ_max of its own, and η is above *its* limit. Second, all of its points pull the same way, and batch after batch does: the gradients are not right on average during a part of the epoch. On the right η is small enough for the steepest batch, so there only the second is at work.

# %%
fig, (left, right) = plots.figure(1, 2)
for name, split, style, colour in (
    ("shuffled", points, ".", "blue"),
    ("sorted by x", in_order, "--", "red"),
):
    steepest = []
    for rows in batches(2000, 10):
        Z = np.column_stack([split.X[rows], np.ones(10)])
        steepest.append(np.linalg.eigvalsh(2 / 10 * Z.T @ Z)[-1])
    left.plot(2e-4 * np.array(steepest), style, color=plots.COLOURS[colour], label=name)
left.axhline(2, color="black", linestyle=":", linewidth=1)
left.set(xlabel="batch", ylabel="η λ_max of the batch, η = 0.0002")
left.legend()
path = {"shuffled": [], "sorted by x": []}
for name, split in (("shuffled", points), ("sorted by x", in_order)):
    theta = np.zeros(3)
    for rows in batches(2000, 10):
        theta = theta - 5e-5 * parabola(theta, split.X[rows], split.y[rows])[1]
        path[name].append(f(theta)[0])
plots.curves(path, xlabel="step of the first epoch, η = 0.00005", log=True, ax=right)
right.yaxis.set_major_formatter("{x:g}")
right.yaxis.set_minor_formatter("{x:g}")
plots.show(
    fig,
    "Left, η times the steepest curvature of each batch: sorted, it is far above 2 at both ends and "
    "near 0 in the middle; shuffled, it scatters, mostly below 2. Right, the loss on all points in "
    "the first epoch: shuffled, it falls; sorted, it rises far above where it began, then falls.",
)

# %% [markdown]
# ### X shuffled, but not y
#
# A common fault: the rows of `X` are taken in the new order, the targets in the old one. No error is raised, and the loss even falls at first.

# %%
X, y = points
print(f"variance of y: {y.var():.2f}")
for name, targets_of in (
    ("right", lambda rows, k: y[rows]),
    ("wrong", lambda rows, k: y[k : k + 10]),
):
    theta, optimizer, rng = np.zeros(3), Optimizer(adam, lr=0.01), np.random.default_rng(0)
    for epoch in range(10):
        seen = []
        for k, rows in enumerate(batches(2000, 10, rng)):
            loss, g = parabola(theta, X[rows], targets_of(rows, 10 * k))
            theta = optimizer.step(theta, g)
            seen.append(loss)
        if epoch in (0, 1, 9):
            print(f"{name}, epoch {epoch + 1:>2}: mean loss of the batches {np.mean(seen):8.3f}")
    print(f"{name}: w = {theta.round(2)}")

# %% [markdown]
# (`adam`, from lesson 5, is a rule that chooses the length of the step for each parameter; here it only saves time.) With the wrong pairs $x$ says nothing about $y$. The best that is left is to predict the mean of $y$ for every $x$, and the loss stops near the variance of $y$. **A loss that gets stuck at the variance of the targets** is the mark of inputs and targets that have come apart.
#
# ## What the loop sees
#
# Many programs print the mean of the batch losses seen during an epoch, because it costs nothing. Is it the loss on all points? And is the mean length of the batch gradients the length of the full gradient?
#
# To see more, the points now get noise: each $y$ is off by 0.5 or so, and no parabola fits exactly.

# %%
noisy = toys.parabola(noise=0.5).train
loss, length, seen_loss, seen_length = watch(noisy, Optimizer(adam, lr=3e-3), 10, 25).T

fig, (left, right) = plots.figure(1, 2)
epochs = np.arange(1, 26)
plots.curves(
    {"all points, after the epoch": loss, "mean of the batches seen": seen_loss},
    x=epochs, xlabel="epoch", log=True, ax=left,
)  # fmt: skip
plots.curves(
    {"gradient of all points": length, "mean over the batches": seen_length},
    x=epochs, xlabel="epoch", ylabel="length of the gradient", log=True, ax=right,
)  # fmt: skip
plots.show(
    fig,
    "Left, the mean of the batch losses lies above the loss on all points while this falls, and close "
    "to it later. Right, the mean length of the batch gradients is always above that of the full "
    "gradient, and stays large when this has become small.",
)
for k in (0, 4, 24):
    print(
        f"epoch {k + 1:>2}: loss {loss[k]:8.3f}, seen {seen_loss[k]:8.3f};"
        f" length {length[k]:8.3f}, seen {seen_length[k]:8.3f}"
    )

# %% [markdown]
# **The loss.** With θ held still, the size-weighted mean of the batch losses *is* the loss on all points. (For the plain *sum* of the batch losses multiply by the number of batches.) They differ because θ moves: each batch is judged by the θ of its own moment, most of them before the epoch's learning was done. While the loss falls quickly, the mean seen is too high; later the two agree, but for the noise of θ. As a stop criterion it is good enough, and late by about half an epoch.
#
# **The gradient.** Here it does not help to hold θ still. By the triangle inequality the length of a mean is at most the mean of the lengths,
#
# $$\Big\lVert \frac1K \sum_k g_k \Big\rVert \le \frac1K \sum_k \lVert g_k \rVert ,$$
#
# with equality only when all batches point the same way. At the lowest point the left side is 0 and the right side is the noise. So a program that stops when the *batch* gradient is short may never stop. Does it matter? For the loss hardly, for the gradient very much. The last lines:

# %%
best = np.linalg.lstsq(np.column_stack([noisy.X, np.ones(2000)]), noisy.y)[0]
print(
    f"at the lowest point, length of the full gradient: {np.linalg.norm(parabola(best, *noisy)[1]):.0e}"
)
for B in (10, 100, 1000):
    lengths = [
        np.linalg.norm(parabola(best, *noisy[rows])[1])
        for rows in batches(2000, B, np.random.default_rng(0))
    ]
    print(f"mean length over batches of {B:>4}: {np.mean(lengths):.2f}")

# %% [markdown]
# ## The parabola, until it fits
#
# Back to the points without noise, and to a task that is often given to beginners: descend from $\theta = 0$ until the loss on all points is below 0.1. How many epochs does it take? A progress bar shows the epoch and the loss.


# %%
def fit_until(split, optimizer, batch, stop=0.1, most=20_000, seed=0):
    """The number of epochs until the loss on all points is below `stop`, and θ."""
    theta, optimizer, rng = np.zeros(3), optimizer.fresh(), np.random.default_rng(seed)
    with tqdm(unit=" epochs") as bar:
        epoch, loss = 0, parabola(theta, *split)[0]
        while loss >= stop and epoch < most:
            for rows in batches(len(split), batch, rng):
                _, g = parabola(theta, *split[rows])
                theta = optimizer.step(theta, g)
            epoch, loss = epoch + 1, parabola(theta, *split)[0]
            bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
            bar.update()
    return epoch, theta


attempts = {
    "all points, η = 0.0002": (Optimizer(sgd, lr=2e-4), 2000),
    "batches of 10, η = 0.0002": (Optimizer(sgd, lr=2e-4), 10),
    "batches of 10, RMSProp, η = 0.001": (Optimizer(rmsprop, lr=1e-3), 10),
    "batches of 10, Adam, η = 0.001": (Optimizer(adam, lr=1e-3), 10),
}
for name, (optimizer, batch) in attempts.items():
    epochs_needed, theta = fit_until(points, optimizer, batch)
    steps = epochs_needed * -(-2000 // batch)
    print(f"{name:>34}: {epochs_needed:>5,} epochs, {steps:>6,} steps, w = {theta.round(2)}")

# %% [markdown]
# Compare the steps of the first two lines: nearly the same number. A step with 10 points does here what a step with 2,000 does, at 1/200 of the price in examples. RMSProp and Adam, the subject of lesson 5, need fewer: they take the three very different columns into account.
#
# None of them has found the constant 2.5 yet. A loss below 0.1 is a modest goal, and the intercept is a flat direction (lesson 1). And can the naive one be improved by a better learning rate alone? Its limit is $2/\lambda_{\max}$; standardising the two columns does far more:

# %%
Z = np.column_stack([points.X, np.ones(2000)])
print(f"limit of η: {2 / np.linalg.eigvalsh(2 / 2000 * Z.T @ Z)[-1]:.5f}")
standard = data.Split((points.X - points.X.mean(axis=0)) / points.X.std(axis=0), points.y)
for batch in (2000, 10):
    needed, _ = fit_until(standard, Optimizer(sgd, lr=0.1), batch)
    print(
        f"standardised, η = 0.1, batches of {batch:>4}: epochs {needed}, steps {needed * 2000 // batch}"
    )

# %% [markdown]
# ## The same in PyTorch
#
# PyTorch is the library most networks are trained with. It finds gradients by itself, **autograd**: it records what is computed and applies the chain rule backwards when `backward()` is called. The next cells do what we did, and compare. Without PyTorch on your machine they say so, and you can read on.

# %%
try:
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    torch.set_num_threads(1)  # the parabola is too small for more
    tensors = torch.from_numpy(points.X), torch.from_numpy(points.y)
    print("PyTorch is here.")
except (ImportError, OSError):
    torch = None
    print("PyTorch is not installed: this part is skipped. `pip install torch` installs it.")

# %% [markdown]
# First everything by hand, only the gradient by autograd: the first 1,000 steps with all points. The gradient is added to what `grad` holds, so it has to be set back after each step.

# %%
if torch:
    X_all, y_all = tensors
    weights = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    theta, difference = np.zeros(3), 0.0
    for _ in range(1000):
        residuals = X_all @ weights[:2] + weights[2] - y_all
        (residuals**2).mean().backward()
        with torch.no_grad():
            weights -= 2e-4 * weights.grad
            weights.grad = None
        theta = theta - 2e-4 * f(theta)[1]
        difference = max(difference, np.abs(weights.detach().numpy() - theta).max())
    print(f"largest difference in 1,000 steps: {difference:.0e}")
else:
    print("Skipped: PyTorch is not installed.")

# %% [markdown]
# Then with what PyTorch has ready: `DataLoader` makes the batches, `nn.Linear` is the model, `nn.MSELoss` the loss, `torch.optim` the rule. SGD goes on until the loss is below 0.1, the two others for 5 epochs of 200 steps. To compare step by step, both sides must get the same batches, so the loader is given ours, as a list of row numbers; on its own it would be `DataLoader(dataset, batch_size=10, shuffle=True)`.


# %%
def both(torch_optimizer, ours, most):
    """Train in PyTorch and in NumPy on the same batches until the loss is below 0.1, or `most`."""
    model = torch.nn.Linear(2, 1, dtype=torch.float64)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    loss_of, optimizer = torch.nn.MSELoss(), torch_optimizer(model.parameters())
    theta, rng, difference = np.zeros(3), np.random.default_rng(0), 0.0
    for epoch in tqdm(range(most + 1), unit=" epochs"):
        if epoch == most or parabola(theta, *points)[0] < 0.1:
            break
        order = [rows.tolist() for rows in batches(2000, 10, rng)]
        loader = DataLoader(TensorDataset(*tensors), sampler=order, batch_size=None)
        for rows, (X, y) in zip(order, loader, strict=True):
            optimizer.zero_grad()
            loss_of(model(X)[:, 0], y).backward()
            optimizer.step()
            theta = ours.step(theta, parabola(theta, *points[rows])[1])
            theirs = np.append(model.weight.detach().numpy(), model.bias.detach().numpy())
            difference = max(difference, np.abs(theirs - theta).max())
    return epoch, difference


if torch:
    for name, theirs, ours, most in (
        ("SGD", lambda p: torch.optim.SGD(p, lr=2e-4), Optimizer(sgd, lr=2e-4), 100),
        ("RMSprop", lambda p: torch.optim.RMSprop(p, lr=1e-3), Optimizer(rmsprop, lr=1e-3), 5),
        ("Adam", lambda p: torch.optim.Adam(p, lr=1e-3), Optimizer(adam, lr=1e-3), 5),
    ):
        epoch, difference = both(theirs, ours, most)
        print(f"{name:>7}: {epoch} epochs, largest difference at any step {difference:.0e}")
else:
    print("Skipped: PyTorch is not installed.")

# %% [markdown]
# A trap on the way: `model(X)` has the shape (10, 1) and `y` has (10,). Without the `[:, 0]` the difference of the two is a table of 10 × 10, every prediction against every target, and the model learns the mean of $y$. PyTorch warns of it once; NumPy says nothing.
#
# ## On real data: do small batches generalise better?
#
# *Smaller batches always generalise better*, one often reads: their noise is said to lead to solutions that do better on new examples. Compared at equal epochs small batches often look better. But they have then made more steps, and are further along on the examples learnt from as well.
#
# So compare at an equal *training* loss. The cell trains a small network on at most 2,000 images of clothes, with batches of 10, 100 and 500, the larger ones with more epochs and a larger learning rate, with three seeds each. (What the network and its loss, the cross-entropy, do inside is for lesson 7; here a smaller loss is better, and that is enough.) **Question.** When two trainings have the same loss on the images learnt from, which has the lower loss on others?

# %%
clothes = data.load("fashion_mnist")
print(clothes)
few = data.Data("few", clothes.train[:2000], clothes.valid[:1000], clothes.test)
network = Objective(MLP(few.train.X.shape[1], 32, 10), cross_entropy)
plans = {10: (0.03, 12), 100: (0.1, 30), 500: (0.15, 80)}  # batch: learning rate, epochs
histories = {
    B: [
        train(
            network, few, Optimizer(sgd, lr=lr), epochs=epochs, batch=B, seed=seed, progress=False
        )
        for seed in range(3)
    ]
    for B, (lr, epochs) in plans.items()
}

# %%
fig, (left, right) = plots.figure(1, 2)
for k, (B, runs) in enumerate(histories.items()):
    style = plots.line_style("", k) | {"ms": 4, "alpha": 0.7, "linewidth": 1}
    for run in runs:
        label = f"B = {B}" if run is runs[0] else None
        every = max(1, len(run) // 12)
        left.plot(run["valid_loss"], label=label, markevery=every, **style)
        right.plot(run["train_loss"], run["valid_loss"], label=label, markevery=every, **style)
left.set(xlabel="epoch", ylabel="loss on other images")
right.set(xlabel="loss on the images learnt from", ylabel="loss on other images")
right.invert_xaxis()
left.legend()
right.legend()
plots.show(
    fig,
    "Left, the loss on other images against epochs: it falls first for the smallest batches. Right, the "
    "same against the loss on the images learnt from, for the three batch sizes.",
)
for B, runs in histories.items():
    lowest = [run["valid_loss"].min() for run in runs]
    right_ones = [network.evaluate(run.best.theta, *clothes.test)[1] for run in runs]
    print(
        f"B = {B:>4}: lowest loss on other images {', '.join(f'{v:.3f}' for v in lowest)};"
        f" of the test images {', '.join(f'{v:.1%}' for v in right_ones)} right"
    )

# %% [markdown]
# Where curves lie apart on the left and together on the right, the sizes differed only in how far their trainings had come. The printed lines stop each training where its loss on other images was lowest. Is a row further from the next one than its own three seeds are from each other? Only then is there something to explain, and the first thing to look at is the right panel: perhaps one size simply ended too early. There are networks and learning rates where small batches do generalise better, and some where large ones do; *always* is wrong.
#
# ## Summary
#
# | | |
# |---|---|
# | step, epoch | an epoch has $\lceil n/B \rceil$ steps, the last batch may be smaller |
# | gradient of a batch | right on average; weighted by size, the batches at a fixed θ add up to the full gradient |
# | variance | $\frac{\sigma^2}{B} \cdot \frac{n-B}{n-1}$: four times the batch, half the spread |
# | time of a step | $a + bB$: a batch much smaller than $a/b$ wastes time |
# | learning rate | doubles with $B$ while $B$ is small, and never goes beyond $2/\lambda_{\max}$ |
# | comparing sizes | tune the learning rate for each; say what is equal: steps, epochs or time |
# | shuffle | X and y by the same row numbers; never leave sorted data sorted |
# | stuck at the variance of y | X and y have come apart |
# | stop | by the loss, not by the length of a batch gradient |
#
# ## Questions
#
# <details><summary>1. You go from B = 32 to B = 64 with the same learning rate and number of epochs. The training loss ends higher. Is the larger batch worse?</summary>
#
# Not for that reason. It made half as many steps of the same length. With twice the learning rate it would probably end where the smaller one did.
# </details>
#
# <details><summary>2. A set has 1,000 examples. How noisy is a batch of 500, drawn without repeats, compared with one of 250?</summary>
#
# Its variance is $\frac{1}{500} \cdot \frac{500}{999}$ against $\frac{1}{250} \cdot \frac{750}{999}$: a third, and not half. The finite-population factor matters when a batch is a large part of the data.
# </details>
#
# <details><summary>3. A program stops as soon as the gradient of a batch is shorter than 0.001. It runs for ever. Why, and what would you change?</summary>
#
# Near the lowest point the gradient of all examples is nearly 0 and that of a batch is noise, which does not get shorter. Look at the loss on all examples, or on a set apart, once an epoch.
# </details>
#
# <details><summary>4. Images come sorted by class, and the loader does not shuffle. What will the loss of the batches look like?</summary>
#
# It falls while a class lasts, as the network learns to answer always with this class, and jumps up where the next class begins. On all images it hardly improves.
# </details>
#
# ## Now you
#
# The exercises of this lesson: [exercises/03_mini_batches.ipynb](../exercises/03_mini_batches.ipynb).
#
# ## Where to read on
#
# - Léon Bottou, Frank Curtis, Jorge Nocedal, *Optimization Methods for Large-Scale Machine Learning*, 2018: noise, batches and what they cost.
# - Priya Goyal and others, *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017: linear scaling, and where it stopped.
# - Sam McCandlish, Jared Kaplan and others, *An Empirical Model of Large-Batch Training*, 2018: the critical batch size.
# - Christopher Shallue and others, *Measuring the Effects of Data Parallelism on Neural Network Training*, 2019: batch sizes compared with care.
# - Nitish Keskar and others, *On Large-Batch Training for Deep Learning*, 2017, and Elad Hoffer and others, *Train longer, generalize better*, 2017: two sides of the question of generalisation.
