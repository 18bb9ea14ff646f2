# %% [markdown] about="loss, gradient, learning rate, conditioning" builds_on="0"
# # Lesson 1: linear regression by gradient descent
#
# About 60 minutes. You need: a straight line $y = a x + c$, what a derivative is, and a little NumPy. [Start here](00_start_here.ipynb) shows how cells, sliders and checks work.
#
# At the end you will be able to
#
# - say how well a line fits data by one number, the loss, and find its gradient;
# - let gradient descent walk to the best line, and know beforehand which learning rates work;
# - see from the data why a descent is slow, and mend it by scaling;
# - tell when to stop early, and when to use another loss.

# %%
import numpy as np

from course_lib import data, plots, toys
from course_lib.explorers import lesson_01 as explore
from course_lib.landscapes import quadratic
from course_lib.losses import huber, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective, check_gradient
from course_lib.optim import Optimizer, descend, sgd

# %% [markdown]
# ## Which line?
#
# In a study of 442 people with diabetes, ten things were measured at the start, among them the body-mass index (weight in kg divided by the square of the height in m). A year later a doctor put into a number how far the illness had moved on. Can the one be predicted from the other?
#
# **Before you go on:** one of the two lines below is better. Which, and how would you say so in one number?

# %%
diabetes = data.load("diabetes")
print(diabetes)
bmi = diabetes.train.X[:, diabetes.columns.index("bmi")]
progression = diabetes.train.y

fig, ax = plots.figure()
ax.plot(bmi, progression, "o", color="0.6", ms=3)
ax.plot([18, 42], [80, 280], color=plots.COLOURS["blue"], label="line A")
ax.plot([18, 42], [150, 160], "--", color=plots.COLOURS["red"], label="line B")
ax.set(xlabel="body-mass index, kg/m²", ylabel="progression after a year")
ax.legend()
plots.show(
    fig,
    "A cloud of points that rises to the right. Line A rises with it; line B is almost flat.",
)

# %% [markdown]
# ## The loss: one number for a line
#
# A line predicts $\hat y = a x + c$: $a$ is the **slope** and $c$ the **intercept**. For each person $i$ the **residual** $r_i = a x_i + c - y_i$ says by how much the prediction is wrong. The **loss** is the mean of the squared residuals over all $N$ people:
#
# $$L(a, c) = \frac1N \sum_{i=1}^N r_i^2 .$$
#
# The square makes both signs count, and makes one large error worse than two of half its size. Some books put ½ in front, some leave out the $1/N$; further down you will see what that changes, and what not.


# %%
def loss_of(slope, intercept, x=bmi, y=progression):
    residuals = slope * x + intercept - y
    return np.mean(residuals**2)


print(f"line A: {loss_of(200 / 24, 80 - 18 * 200 / 24):,.0f}")
print(f"line B: {loss_of(10 / 24, 150 - 18 * 10 / 24):,.0f}")

# %% [markdown]
# Line A has the smaller loss. Its square root is the size of a typical error, in the units of the progression.
#
# ## The loss as a landscape
#
# Every pair (slope, intercept) is a line, and has a loss: a height over a plane. The best line is the lowest point. We call the two numbers together the **parameters** and write $\theta = (a, c)$, a vector.
#
# In the library a line is the smallest of all networks, `MLP(1, 1)`: one number in, one out. (MLP stands for multilayer perceptron, the kind of network of this course.) An `Objective` joins a network and a loss, and `.on(x, y)` makes of them a function $f(\theta)$ on these data, which returns the loss and its gradient, explained in a moment.
#
# From here on $x$ counts the body-mass index from 20 upwards, in tens: 25 becomes 0.5, and 40 becomes 2. What such a choice of units changes comes further down.

# %%
x = (bmi - 20) / 10
f = Objective(MLP(1, 1), squared_error).on(x[:, None], progression)

theta = np.array([0.0, 100.0])
loss, gradient = f(theta)
print(f"at slope 0, intercept 100: loss {loss:,.1f}, gradient {gradient.round(2)}")

# %% [markdown]
# ## The gradient: which way is up
#
# The **gradient** $g$ holds the derivative of the loss by each parameter. It points to where the loss rises fastest; its length says how steeply. By the chain rule, the derivative of $r^2$ is $2r$ times the derivative of $r$, so
#
# $$\frac{\partial L}{\partial a} = \frac2N \sum_i r_i x_i, \qquad \frac{\partial L}{\partial c} = \frac2N \sum_i r_i .$$
#
# The intercept needs no rule of its own: it is the weight of a column that is 1 for everybody.
#
# Is a gradient right? Move each parameter a little up and down, see how the loss changes, and compare. This is a check by **finite differences**; a result below $10^{-7}$ is right, above $10^{-4}$ wrong.

# %%
print(f"relative error against finite differences: {check_gradient(f, theta):.0e}")

# %% [markdown]
# ## The step
#
# **Gradient descent** takes a step downhill, against the gradient, again and again:
#
# $$\theta \leftarrow \theta - \eta\, g .$$
#
# The **learning rate** η (eta) says how far. This is all; here it is in the library, where the learning rate is called `lr` as in most libraries:

# %%
help(sgd)

# %% [markdown]
# The name `sgd` is that of the next lesson, where the gradient comes from a part of the data only. With the gradient of all data the formula is the same.
#
# ## Explore: the learning rate

# %%
explore.three_panels(
    x,
    progression,
    theta0=(0, 40),
    x_label="x, tens of kg/m² above 20",
    y_label="progression",
)

# %% [markdown]
# On the left the line turns and rises into the data. In the middle the same thing is a path over the landscape, whose **contours** join points of equal loss. On the right the loss is drawn against the number of steps.
#
# Four things to see: with a very small η nothing goes wrong, and nothing happens either. With a larger one the path is straight and quick. Larger still, it jumps across the valley and back, and still arrives. Past a certain η every jump is longer than the one before: the descent **diverges**. Two misconceptions can go:
#
# - *A smaller learning rate is always safer.* It is, and it may need a thousand times the steps.
# - *When the loss explodes, the gradient must be wrong.* The gradient is right at every point; only the steps are too long.
#
# ## The same answer as least squares
#
# For this loss the lowest point can be had without walking: there the gradient is 0, which is a set of linear equations, the **normal equations**, $X^\top X\,\theta = X^\top y$, where $X$ has a row for each person: $(x_i, 1)$. Does gradient descent find another answer?

# %%
X = np.column_stack([x, np.ones_like(x)])
exact = np.linalg.solve(X.T @ X, X.T @ progression)
walked = descend(f, (0, 0), Optimizer(sgd, lr=0.6), steps=200)[-1]
print("normal equations:", exact)
print("gradient descent:", walked)

# %% [markdown]
# It does not: it is a way to the same point. For a line solving is quicker. For a million parameters, or a network, there is nothing to solve, and walking is all there is.
#
# ## How long may a step be?
#
# Near its lowest point the landscape is a bowl: steep in some directions, flat in others. How steep is in the **Hessian**, the matrix of second derivatives, here $H = \frac2N X^\top X$. There are directions that the matrix only stretches, its **eigenvectors**. Along one of them the slope grows evenly with the distance, at a rate λ (lambda), its **eigenvalue**. There a step does something simple: the distance $e$ to the lowest point becomes
#
# $$e \leftarrow e - \eta \lambda e = (1 - \eta\lambda)\, e .$$
#
# So each direction has a factor of its own, $|1 - \eta\lambda|$, by which its error shrinks in a step, or grows. Take two measurements of each person, body-mass index and blood pressure, and the intercept: three directions. Both columns are **standardised**: the mean taken off, then divided by the standard deviation, the usual distance from the mean.


# %%
def standardise(columns):
    return (columns - columns.mean(axis=0)) / columns.std(axis=0)


def with_ones(columns):
    return np.column_stack([columns, np.ones(len(columns))])


def hessian(columns):
    X = with_ones(columns)
    return 2 / len(X) * X.T @ X


two = standardise(diabetes.train.X[:, [diabetes.columns.index(name) for name in ("bmi", "bp")]])
eigenvalues = np.linalg.eigvalsh(hessian(two))
print("eigenvalues:", eigenvalues.round(3))

# %% [markdown]
# ## Explore: a factor for each direction

# %%
explore.contraction(eigenvalues)

# %% [markdown]
# A bar past 1 is an error that grows. The largest eigenvalue gets there first, so gradient descent converges when
#
# $$\eta < \frac{2}{\lambda_{\max}} ,$$
#
# and not beyond. The best η makes the two ends equal, $1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1$, so it is $2 / (\lambda_{\max} + \lambda_{\min})$. Then a step leaves $(\kappa - 1)/(\kappa + 1)$ of the error, with the **condition number** $\kappa = \lambda_{\max} / \lambda_{\min}$. A round bowl has κ = 1. A long narrow valley has a large κ, and is slow with any η.
#
# Is the limit sharp? Here are 300 steps with 0.99 and with 1.01 times it. Two learning rates go in as an array, and two paths come out of one call.

# %%
f2 = Objective(MLP(2, 1), squared_error).on(two, progression)
limit = 2 / eigenvalues[-1]
both = descend(f2, (0, 0, 0), Optimizer(sgd, lr=np.array([0.99, 1.01]) * limit), steps=300)
losses, _ = f2(both)
print(f"limit: {limit:.4f}")
print(f"0.99 of it: loss {losses[0, 0]:,.0f} at the start, {losses[-1, 0]:,.0f} at the end")
print(f"1.01 of it: loss {losses[0, 1]:,.0f} at the start, {losses[-1, 1]:,.0f} at the end")

# %% [markdown]
# ## A falling loss is not an answer
#
# **Question.** In the figure below the loss has been falling all the time and is nearly flat at the end. Has it arrived?
#
# The valley is one of the library's test landscapes, with κ = 100: eigenvalue 1 along $\theta_1$, 100 along $\theta_2$. The descent starts at (10, 1) with η = 1/100.

# %%
valley = quadratic(condition=100)
path = descend(valley, (10, 1), Optimizer(sgd, lr=0.01), steps=150)
loss, _ = valley(path)

fig, (left, right) = plots.figure(1, 2)
plots.curves({"loss": loss}, xlabel="step", ax=left)
distances = {"along θ₁, flat": np.abs(path[:, 0]), "along θ₂, steep": np.abs(path[:, 1])}
plots.curves(distances, xlabel="step", ylabel="distance to the lowest point", ax=right)
plots.show(
    fig,
    "Left, the loss falls, ever more slowly, and looks flat at the end. Right, the distance along the "
    f"steep direction is gone after one step; {path[-1, 0]:.1f} of 10 are left along the flat one.",
)
print(
    f"after 150 steps the loss is {loss[-1]:.2f}, and {path[-1, 0]:.2f} of the distance of 10 are left"
)

# %% [markdown]
# It has not. The flat direction still has a good part of its way to go; the loss shows little of it, because flat means that it hardly matters to the loss. To know whether a descent has arrived, look at the length of the gradient, or at the parameters themselves; a flat loss curve alone says only that it is slow.
#
# ## Units stretch the valley
#
# What makes a valley narrow? Often only the units, and where they count from. The body-mass index below is given in a unit of your choice.

# %%
explore.units(bmi, progression)

# %% [markdown]
# Numbers of very different size make eigenvalues of very different size. For all ten measurements at once:

# %%
raw = diabetes.train.X
for name, columns in (("as measured", raw), ("standardised", standardise(raw))):
    smallest, *_, largest = np.linalg.eigvalsh(hessian(columns))
    print(f"{name:>13}: condition number {largest / smallest:12,.0f}, limit {2 / largest:.1e}")

# %% [markdown]
# The data are the same and the best prediction is the same. But the number of steps to a given accuracy grows in proportion to κ: compare the two condition numbers. **Standardise the columns before you descend.** The weights for the old units come back by dividing: if $z = (x - m)/s$, then $w z + c = (w/s)\, x + (c - w m / s)$.

# %%
slope, intercept = exact  # for x = (bmi - 20) / 10
back = slope / 10, intercept - slope * 20 / 10
print(f"progression = {back[0]:.2f} · bmi {back[1]:+.1f}, for bmi in kg/m²")
print(f"loss in old units {loss_of(*back):,.3f}, for x {f(exact)[0]:,.3f}")

# %% [markdown]
# ## Sum, mean, or half the mean
#
# Some books sum the squares, some take the mean, some half the mean. The lowest point is the same. The gradient is not: it is $N$ times as long for the sum, and half as long for half the mean. So a learning rate means nothing without its loss.
#
# | loss | gradient | limit of η | who has it |
# |---|---|---|---|
# | $\sum r^2$ | $2 X^\top r$ | $2/(N \lambda_{\max})$ | PyTorch's `MSELoss(reduction="sum")` |
# | $\frac1N \sum r^2$ | $\frac2N X^\top r$ | $2/\lambda_{\max}$ | this course, PyTorch's `MSELoss()` |
# | $\frac1{2N} \sum r^2$ | $\frac1N X^\top r$ | $4/\lambda_{\max}$ | many textbooks |
#
# λ is that of the mean, the convention of this course. Twice the loss and half the learning rate give the same path:


# %%
def half(theta):
    value, g = f(theta)
    return value / 2, g / 2


one = descend(f, (0, 0), Optimizer(sgd, lr=0.2), steps=10)
other = descend(half, (0, 0), Optimizer(sgd, lr=0.4), steps=10)
print("largest difference between the two paths:", np.abs(one - other).max())

# %% [markdown]
# ## Outliers: other losses
#
# The square makes a large residual count for very much. **Question.** One point in the figure is a slip of the pen. Which of the three lines lets itself be pulled?
#
# The **absolute error** takes $|r|$ instead of $r^2$: every residual pulls with the same force, whatever its size. Its derivative jumps at 0, so a descent with a fixed learning rate never quite settles. The **Huber loss** joins the two: half the square for $|r| \le \delta$, and a straight line beyond.


# %%
def absolute_error(prediction, y):
    r = prediction - y
    return np.abs(r).mean(axis=-1), np.sign(r) / len(y)


points = toys.line(n=30, noise=0.3, seed=3).train
slipped = points.y.copy()
slipped[points.X[:, 0].argmax()] -= 12

fig, ax = plots.figure()
ax.plot(points.X[:, 0], slipped, "o", color="0.5", ms=4)
ends = np.array([points.X.min(), points.X.max()])
print("without the slip: slope 1.5, intercept 1.0 (the line the points were drawn from)")
losses = {"squared error": squared_error, "huber": huber(), "absolute error": absolute_error}
for k, (name, loss) in enumerate(losses.items()):
    g = Objective(MLP(1, 1), loss).on(points.X, slipped)
    a, c = descend(g, (0, 0), Optimizer(sgd, lr=0.05), steps=2000)[-1]
    print(f"{name:>14}: slope {a:.2f}, intercept {c:.2f}")
    style = plots.line_style("", k) | {"marker": ""}
    ax.plot(ends, a * ends + c, label=name, **style)
ax.set(xlabel="x", ylabel="y")
ax.legend()
plots.show(
    fig,
    "Thirty points rise along a line, one at the right lies far below. The line of the squared error is "
    "turned down towards it; those of Huber and the absolute error keep to the other points.",
)

# %% [markdown]
# ## On real data: stopping early
#
# Now the same descent on pictures. Fashion-MNIST holds 28 × 28 grey images of clothes in ten classes, numbered 0 to 9. We let the line predict the *class number* from the 784 pixels, and call an image right when the prediction is less than ½ away from it. Further down you will see why this is a poor way to classify. As a regression it is a good test: a parameter for each pixel, one for the intercept, and few images to learn from.

# %%
clothes = data.load("fashion_mnist", valid=0)
print(clothes)
few = 160 if clothes.fallback else 2000  # the stand-in has fewer pixels: keep it as hard
small = clothes.train[:few]
test = clothes.test


def share_right(theta, split):
    return np.mean(np.abs(with_ones(split.X) @ theta - split.y) <= 0.5)


def least_squares(split):
    X = with_ones(split.X).astype(float)
    return np.linalg.lstsq(X.T @ X, X.T @ split.y)[0]


# %%
pixels = small.X.shape[1]
g = Objective(MLP(pixels, 1), squared_error).on(small.X.astype(float), small.y)
lr = 0.9 * 2 / np.linalg.eigvalsh(hessian(small.X))[-1]
walked = descend(g, np.zeros(pixels + 1), Optimizer(sgd, lr=lr), steps=1000)[-1]
exact = least_squares(small)

print(f"learning rate, 0.9 of the limit: {lr:.4f}")
print(f"descent of 1,000 steps on {len(small):,} images: {share_right(walked, test):.4f} right")
print(f"least squares on {len(small):,} images: {share_right(exact, test):.4f} right")
everything = least_squares(clothes.train)
print(f"least squares on {len(clothes.train):,} images: {share_right(everything, test):.4f} right")

# %% [markdown]
# On the images learnt from, nothing beats the exact answer. On new images it is another matter. **Question.** What happens to both losses as the descent goes on towards the exact answer?
#
# A million steps would take a while. But each direction's error is multiplied by $1 - \eta\lambda$ in a step, so after $k$ steps by $(1 - \eta\lambda)^k$, and we can jump to any $k$ at once. That this is the same descent, the first line printed shows.


# %%
def jump(split, steps):
    """θ after each number of steps (K,) of the descent from 0, (K, P)."""
    X = with_ones(split.X).astype(float)
    eigenvalues, V = np.linalg.eigh(hessian(split.X.astype(float)))
    lr = 0.9 * 2 / eigenvalues[-1]
    eigenvalues[eigenvalues < 1e-9] = 0  # pixels that are 0 in every image pull nowhere
    pull = V.T @ (2 / len(X) * X.T @ split.y)
    goal = np.divide(pull, eigenvalues, out=np.zeros_like(pull), where=eigenvalues > 0)
    left = (1 - lr * eigenvalues) ** np.asarray(steps)[:, None]
    return (goal - left * goal) @ V.T


def loss_on(thetas, split):
    residuals = with_ones(split.X) @ thetas.T - split.y[:, None]
    return np.mean(residuals**2, axis=0)


print(f"difference between jump and walk: {np.abs(jump(small, [1000]) - walked).max():.0e}")
steps = np.geomspace(1, 1e6, 61).round()
thetas = jump(small, steps)
seen, new = loss_on(thetas, small), loss_on(thetas, test)
best = new.argmin()
print(f"lowest loss on new images: {new[best]:.2f} after {steps[best]:,.0f} steps,")
print(
    f"where {share_right(thetas[best], test):.4f} are right; exact answer: {loss_on(exact[None], test)[0]:.2f}"
)

# %%
ax = plots.curves({"images learnt from": seen, "new images": new}, x=steps, xlabel="step")
ax.plot(steps[best], new[best], "o", ms=11, mfc="none", mec="black")
ax.annotate("lowest", (steps[best], new[best]), (0, 12), textcoords="offset points", ha="center")
ax.set(xscale="log", yscale="log")
plots.show(
    ax,
    f"Both losses fall together at first. That on new images is lowest, {new[best]:.2f}, after "
    f"{steps[best]:,.0f} steps and then rises again to {new[-1]:.2f}; that on the images learnt from "
    f"goes on falling, to {seen[-1]:.2f}.",
)

# %% [markdown]
# The steep directions, which the images have in common, are learnt first. The flat ones, in which a few images say little that holds for others, come last: a descent that stops early never gets there. **Stopping early is regularisation**: it keeps the model simpler than the data would allow.
#
# A warning: here the new images were looked at after every step, to draw the figure. To *choose* when to stop one keeps a validation set for it; images by which one has chosen are no longer new.
#
# How much of such a figure is luck of the draw? Here it is for five different sets of as many images:

# %%
draws = [clothes.train[k * few : (k + 1) * few] for k in range(5)]
pairs = [
    jump(draw, [steps[best], np.inf]) for draw in draws
]  # after infinitely many: the exact answer
for name, thetas_of_draws in zip(("descent", "exact"), zip(*pairs, strict=True), strict=True):
    print(f"{name:>8}:", [f"{share_right(theta, test):.3f}" for theta in thetas_of_draws])

# %% [markdown]
# The draws differ; compare the two lines column by column.
#
# ### Why this is a poor way to classify
#
# A class number is a name, not a quantity: nothing makes a coat (4) lie between a dress (3) and a sandal (5). A line that is unsure between the first and the last class predicts the middle, which is another class altogether.

# %%
prediction = with_ones(test.X) @ thetas[best]
for k, name in enumerate(clothes.classes):
    mine = prediction[test.y == k]
    print(
        f"{k} {name:>9}: mean prediction {mine.mean():5.2f}, right {np.mean(np.abs(mine - k) <= 0.5):6.1%}"
    )

# %% [markdown]
# Every prediction is drawn towards the middle, and the classes at both ends suffer most. Lesson 7 does it properly, with an output for each class and the cross-entropy.
#
# ## Summary
#
# | | |
# |---|---|
# | loss | $L(\theta) = \frac1N \sum r_i^2$, with $r = X\theta - y$ |
# | gradient | $g = \frac2N X^\top r$ |
# | step | $\theta \leftarrow \theta - \eta\, g$ |
# | converges | for $\eta < 2/\lambda_{\max}$, λ the eigenvalues of $H = \frac2N X^\top X$ |
# | each direction | shrinks by $\lvert 1 - \eta\lambda\rvert$ in a step |
# | best η | $2/(\lambda_{\max} + \lambda_{\min})$, which leaves $(\kappa-1)/(\kappa+1)$ |
# | before you start | standardise the columns: κ falls |
# | fits | when every point counts; with outliers take Huber |
# | stop | early when data are few, by the loss on data kept apart |
#
# ## Questions
#
# <details><summary>1. A colleague doubles the data set and keeps the loss as a <em>sum</em> of squares. Her descent, which worked, now diverges. Why?</summary>
#
# The gradient of a sum grows with the number of terms, so it is about twice as long, and the limit of η is half of what it was. With the mean nothing would have changed.
# </details>
#
# <details><summary>2. The loss fell by 0.001 % in each of the last hundred steps. Has the descent arrived?</summary>
#
# Not necessarily. With a large condition number a flat direction may still be far from its lowest point. Look at the length of the gradient, or go on and see whether the parameters move.
# </details>
#
# <details><summary>3. With η a little below the limit, which direction is slowest, and how does its path look?</summary>
#
# The steepest one: its factor $1 - \eta\lambda_{\max}$ is a little above −1. It jumps from one side of the valley to the other and comes only slightly nearer at each jump.
# </details>
#
# <details><summary>4. All columns are standardised. Is κ then 1?</summary>
#
# Only if the columns are not correlated. Two columns that say nearly the same still make a narrow valley; the ten columns of the diabetes data are an example.
# </details>
#
# ## Now you
#
# The exercises of this lesson: [exercises/01_linear_regression.ipynb](../exercises/01_linear_regression.ipynb).
#
# ## Where to read on
#
# - Gabriel Goh, *Why Momentum Really Works*, Distill, 2017: the first part draws each direction's factor.
# - Stephen Boyd and Lieven Vandenberghe, *Convex Optimization*, chapter 9: descent methods and the condition number.
# - Peter J. Huber, *Robust Estimation of a Location Parameter*, 1964: where the Huber loss comes from.
# - Bradley Efron, Trevor Hastie, Iain Johnstone, Robert Tibshirani, *Least Angle Regression*, 2004: the diabetes data.
# - Han Xiao, Kashif Rasul, Roland Vollgraf, *Fashion-MNIST*, 2017: the images.
