# %% [markdown] about="validation, penalties, dropout, early stopping, batch norm" builds_on="1, 3 to 5"
# # Lesson 6: regularisation
#
# About {minutes} minutes.
# It has four parts, and you can stop after each of them.
#
# A network with a million parameters can reproduce its training data perfectly and still be useless for new data.
# This lesson measures how much worse a model is on new data than on its training data, and shows what helps: penalties, noise, stopping early and normalisation.
#
# You need the eigenvalues of the Hessian ([lesson 1](01_linear_regression.ipynb)), mini-batches and networks ([lesson 3](03_mini_batches.ipynb)), and Adam ([lesson 5](05_adaptive_methods.ipynb)).
# Symbols are explained in [Notation and terms](00_start_here.ipynb#Notation-and-terms).
# **In this lesson λ is the strength of a penalty**, as in most papers, and a curvature is called $h$.
#
# At the end you will be able to
#
# - measure the error on new data honestly, and find the leak when it looks too good;
# - add L2, L1, weight decay, dropout and early stopping to a training run, and say what each of them does to the weights;
# - write batch normalisation with its backward pass;
# - choose the strength of a regulariser, and know when it does harm.
#
# Run the next cell first. After it, you can begin with any part.

# %%
import numpy as np

from course_lib import data, plots, theory, toys
from course_lib.explorers import lesson_06 as explore
from course_lib.losses import cross_entropy, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, descend
from course_lib.turns import lesson_06 as turn

# %% [markdown]
# ## 1. Measure before you regularise ({minutes} minutes)
#
# Your model fits the training data well.
# How well will it do on data that it has never seen, and which part of its error can you reduce?

# %% [markdown] tags=["teacher"]
# **Aim.** Training, validation and test error have different jobs; bias and variance explain the gap; a leak makes any method look good.
#
# **Ask the room** before the table of leaks: "200 models toss coins. What does the best of them score on 100 test images?"
# Expect 50 % ("they know nothing") and 100 % ("the best of many"); ask how the answer changes with 20,000 models.
# Before the figure of the fits: "Which of the three models is best?" Expect the one with degree 12, "because it goes through the points".
#
# **Can be cut.** The comparison of cross-validation with a single split.
#
# **Exercises.** 6.5 on sheet 6.

# %%
truth = lambda x: np.sin(2 * x + 0.5)
x_train, degrees = np.linspace(-3, 3, 16), range(14)


def powers(x, degree):
    """The columns x^degree, ..., x, 1 (N, degree + 1), with x divided by 3 to keep them small."""
    return np.vander(x / 3, degree + 1)


def error(x, y, new_x, new_y, degree):
    """The mean squared error on new points of the polynomial fitted to x and y."""
    w = theory.least_squares(powers(x, degree), y)
    return np.mean((powers(new_x, degree) @ w - new_y) ** 2)


# %% [markdown]
# ### Three errors
#
# We fit 16 noisy points of a sine by a polynomial.
# A polynomial of degree $d$ has $d + 1$ weights and is linear in them, so least squares finds the minimum at once.
# Data are split three ways, and each split has one job:
#
# - **training**: the fit sees these points and no others;
# - **validation**: with these you compare models, and choose the degree;
# - **test**: with these you measure the chosen model, once, at the end.
#
# **Question.** The table shows five degrees from 1 to 13.
# Which error, training or validation, falls from row to row? For which degree is the other error smallest?

# %% tags=["hide-output"]
rng = np.random.default_rng(4)
x_valid = rng.uniform(-3, 3, 200)
y_train, y_valid = (truth(x) + 0.3 * rng.standard_normal(len(x)) for x in (x_train, x_valid))
rows = []
for d in (1, 4, 7, 10, 13):
    train_error = error(x_train, y_train, x_train, y_train, d)
    valid_error = error(x_train, y_train, x_valid, y_valid, d)
    rows.append((str(d), train_error, valid_error, valid_error - train_error))
plots.table(rows, ["degree", "training error", "validation error", "gap"])

# %% tags=["test"]
_, on_train, on_valid, gap = zip(*rows, strict=True)
assert np.all(np.diff(on_train) < 0)
assert np.argmin(on_valid) == 2
assert np.all(np.array(on_valid) > 0.09 * 0.8)
assert np.argmax(gap) == 4
assert gap[4] > 5 * gap[2]

# %% [markdown]
# The training error falls from row to row, because each degree can do everything that the lower ones can.
# The validation error is smallest for degree 7.
# The **gap** is validation error minus training error.
# A model **underfits** when both errors are large, and **overfits** when the gap is large.
#
# Degree 7 was *chosen* because its validation error is small, so this error may be small by luck.
# The test error is measured on points that had no part in the choice:

# %%
x_test = rng.uniform(-3, 3, 200)
y_test = truth(x_test) + 0.3 * rng.standard_normal(200)
print(f"test error of degree 7: {error(x_train, y_train, x_test, y_test, 7):.3f}")

# %% [markdown]
# ### Bias and variance
#
# One set of 16 points is one random draw.
# We draw the noise 200 times, and fit each time.
#
# **Question.** In which of the three panels with fits are the fits wrong *on average*? In which do they differ most from each other?

# %%
rng = np.random.default_rng(0)
y_draws = truth(x_train)[:, None] + 0.3 * rng.standard_normal((16, 200))
grid = np.linspace(-3, 3, 121)
fits = [powers(grid, d) @ theory.least_squares(powers(x_train, d), y_draws) for d in degrees]
bias2 = np.array([np.mean((fit.mean(axis=1) - truth(grid)) ** 2) for fit in fits])
variance = np.array([np.mean(fit.var(axis=1)) for fit in fits])

# %% tags=["hide-input", "hide-output"]
fig, panels = plots.figure(2, 2, size=(8.6, 6.2))
for d, ax in zip((1, 7, 12), panels.flat, strict=False):
    ax.plot(grid, fits[d][:, :30], color="0.7", linewidth=0.7)
    ax.plot(grid, truth(grid), "--", color=plots.COLOURS["black"], label="truth")
    ax.plot(grid, fits[d].mean(axis=1), color=plots.COLOURS["red"], label="mean of the fits")
    ax.set(ylim=(-2.2, 2.2), xlabel="x", ylabel="y", title=f"degree {d}: 30 fits")
panels[0, 0].legend(loc="lower left", fontsize=9)
columns = {"bias²": bias2, "variance": variance, "error on new data": bias2 + variance + 0.3**2}
plots.curves(columns, xlabel="degree", ylabel="mean over x", log=True, ax=panels[1, 1])
panels[1, 1].set(ylim=(1e-3, 30), title="what the error consists of")
panels[1, 1].legend(loc="upper center", fontsize=9)
plots.show(
    fig,
    "Degree 1: 30 nearly equal lines, all far from the sine. Degree 7: the fits follow the sine closely. Degree 12: "
    "their mean is the sine, and each fit is far from it at the ends. Last panel: bias² falls with the degree, "
    "variance rises, and the error has its minimum at degree 7.",
)

# %% tags=["test"]
total = bias2 + variance + 0.3**2
assert total.argmin() == 7
assert np.all(np.diff(variance) > 0)
assert bias2[1] > 10 * variance[1]
assert variance[12] > 10 * bias2[12]
assert np.all(np.diff(bias2[:8]) < 0)
new = truth(grid)[:, None] + 0.3 * rng.standard_normal((121, 200))
for d in (1, 7, 12):
    assert np.isclose(np.mean((fits[d] - new) ** 2), total[d], rtol=0.05)

# %% [markdown]
# For degree 1 the fits agree with each other and are wrong on average: high **bias**.
# (As in lesson 2, this is the bias of an estimate, not the parameter $b$.)
# For degree 12 they are right on average, and each single one is far off: high **variance**.
# The mean error on new data is a sum:
#
# $$\text{error} = \text{bias}^2 + \text{variance} + \text{noise},$$
#
# where the noise of the data, here $0.3^2$, cannot be reduced by any method.
# More data reduce the variance, not the bias.
# **Regularisation** accepts a little bias in exchange for much less variance.
# *More regularisation is always safer* is therefore a misconception: too much of it is underfitting.

# %% tags=["test"]
x_many = np.linspace(-3, 3, 160)
y_many = truth(x_many)[:, None] + 0.3 * np.random.default_rng(0).standard_normal((160, 200))
for d in (1, 12):
    many = powers(grid, d) @ theory.least_squares(powers(x_many, d), y_many)
    assert np.mean(many.var(axis=1)) < 0.3 * variance[d]
    if d == 1:
        assert np.mean((many.mean(axis=1) - truth(grid)) ** 2) > 0.8 * bias2[1]

# %% [markdown]
# ### When data are few: cross-validation
#
# With 40 points, a validation split has perhaps 8, and the chosen degree depends on which 8.
# **Cross-validation** lets every point take part in both jobs.
# Divide the rows into $k$ **folds**; train on all folds but one and measure the error on that one; do this for each fold, and take the mean.
#
# ### Your turn: cross-validation
#
# `error(X, y, new_X, new_y)` fits a model to `X` and `y` and returns its error on `new_X` and `new_y`.
# Return the mean of the $k$ errors.
# Fold $j$ consists of the rows $j$, $j + k$, $j + 2k$, and so on: `np.arange(len(X)) % k` is the fold of each row.


# %% turn="1.a"
def cross_validation(error, X, y, k):
    """Return the mean over k folds of the error on the fold after training on the other folds."""
    ### BEGIN SOLUTION
    fold = np.arange(len(X)) % k
    errors = [error(X[fold != j], y[fold != j], X[fold == j], y[fold == j]) for j in range(k)]
    return np.mean(errors)
    ### END SOLUTION


# %% [markdown]
# Now 50 data sets of 40 points, and 50 of 400.
# For each, the degree is chosen by a single split (the last fifth of the points validates) and by 5 folds.
# The table shows the error of the chosen models on new data: the median of the 50, and the value that one in ten exceeds.


# %% tags=["hide-input"]
def chosen_errors(n, rng):
    """Errors on new data of the degrees chosen by one split, by 5 folds, and of the best degree."""
    x, cut = rng.uniform(-3, 3, n), n - n // 5
    y = truth(x) + 0.3 * rng.standard_normal(n)
    one = [error(x[:cut], y[:cut], x[cut:], y[cut:], d) for d in degrees]
    five = [cross_validation(lambda *split, d=d: error(*split, d), x, y, 5) for d in degrees]
    new = np.array([error(x, y, grid, truth(grid), d) + 0.3**2 for d in degrees])
    return new[np.argmin(one)], new[np.argmin(five)], new.min()


rows = []
for n in (40, 400):
    errors = np.array([chosen_errors(n, np.random.default_rng((n, k))) for k in range(50)]).T
    for name, each in zip(("one split", "5 folds", "best degree"), errors, strict=True):
        rows.append((f"{n} points, {name}", np.median(each), np.quantile(each, 0.9)))
plots.table(rows, ["degree chosen by", "median error", "exceeded by one in ten"])

# %% tags=["test"]
forty, many = [row[1:] for row in rows[:3]], [row[1:] for row in rows[3:]]
assert forty[2][0] < forty[1][0] < forty[0][0]
assert forty[2][1] < forty[1][1] < forty[0][1]
assert np.ptp([median for median, _ in many]) < 0.03 * many[2][0]

# %% [markdown]
# With 40 points cross-validation chooses better.
# With 400 both choose equally well, and the single split costs a fifth of the work.
# So networks, which take long to train and have much data, usually get one split.
#
# ### Leaks
#
# No information from the test set may enter the training.
# When some does, we speak of a **leak**: the measured error is smaller than the error on new data.
#
# *The test set may be used to tune λ, if you are careful* is a misconception: tuning means choosing among models.
# Take 200 models that know nothing: each tosses a coin for each of 100 test images of two classes.
# You test all of them and report the best.
#
# ### Your turn: a prediction
#
# Which share of the test images does the best of the 200 get right?


# %% turn="1.b"
def best_of_200():
    """Return your prediction, a number from 0 to 1."""
    ### BEGIN SOLUTION
    return 0.6
    ### END SOLUTION


# %% [markdown]
# The next two cells make this leak and two others.
#
# - *Choosing columns with all rows*: 60 people, 1,000 columns of random numbers, two random classes. The ten columns that agree best with the classes are chosen, then 40 people train and 20 validate.
# - *Standardising before splitting*: 20 rows of the diabetes data train and 10 validate; means and scales come from all 30, or from the 20.


# %%
def share_right(X, y, rows_to_choose):
    """Ten columns chosen with some rows, weights from the first 40; the share right of the last 20."""
    agreement = np.abs(X[rows_to_choose].T @ y[rows_to_choose])
    best = np.argsort(-agreement)[:10]
    w = X[:40, best].T @ y[:40]
    return np.mean(np.sign(X[40:, best] @ w) == y[40:])


def diabetes_error(X, y, rows_to_scale):
    """Standardise with some rows, take 30 steps of GD on the first 20; the error on the last 10."""
    mean, scale = X[rows_to_scale].mean(axis=0), X[rows_to_scale].std(axis=0)
    Z, y = (X - mean) / scale, y - y[rows_to_scale].mean()
    (w,) = theory.least_squares_path(Z[:20], y[:20], lr=0.05, steps=[30])
    return np.mean((Z[20:] @ w - y[20:]) ** 2)


# %% tags=["hide-output"]
rng, patients = np.random.default_rng(0), data.load("diabetes", valid=0).train
tuned, chosen, scaled = np.zeros((3, 300, 2))
for k in range(300):
    coins = rng.integers(0, 2, (200, 100)) == rng.integers(0, 2, 100)
    tuned[k] = coins.mean(axis=1).max(), 0.5
    X, y = rng.standard_normal((60, 1000)), rng.choice([-1, 1], 60)
    chosen[k] = [share_right(X, y, slice(n)) for n in (60, 40)]
    X, y = patients[rng.permutation(len(patients))[:30]]
    scaled[k] = [diabetes_error(X, y, slice(n)) for n in (30, 20)]
tuned, chosen, scaled = (pairs.mean(axis=0) for pairs in (tuned, chosen, scaled))
rows = [("best of 200 on the test set: share right", *tuned, best_of_200())]
rows.append(("columns chosen with all rows: share right", *chosen, None))
rows.append(("standardised with all rows: squared error", *scaled, None))
plots.table(rows, ["leak", "with the leak", "without it", "you predicted"])

# %% tags=["test"]
assert 0.6 < tuned[0] < 0.68
assert chosen[0] > 0.8
assert abs(chosen[1] - 0.5) < 0.03
assert 0.84 < scaled[0] / scaled[1] < 0.94
assert chosen[0] / chosen[1] > tuned[0] / tuned[1] > scaled[1] / scaled[0]

# %% [markdown]
# All three look better than they are.
# The choice of columns is the worst: noise looks like knowledge.
# Standardising with all rows is the smallest leak: it reports about a tenth too little, and with thousands of rows you would not notice it.
#
# **Keep in mind:** every number that is calculated from data (means, scales, chosen columns, λ, the epoch to stop at) belongs to the training; choose with validation data, and use the test set once.

# %% [markdown]
# ## 2. Penalties ({minutes} minutes)
#
# Large weights mean large variance: in part 1 the polynomial of degree 12 has weights of size 1,000 that almost cancel.
# A **penalty** $R(w)$ makes them expensive; you then minimise the **objective**, loss plus penalty.
# Which weights shrink, which become exactly 0, and why does Adam need a rule of its own?

# %% [markdown] tags=["teacher"]
# **Aim.** L2 shrinks the weak directions, L1 makes zeros if its step is proximal, and a penalty inside Adam is something else than weight decay.
#
# **Ask the room** before the explorer: "5,000 steps with the penalty Σ|w|: how many of the weights are exactly 0?"
# Expect "most of them"; with the subgradient none is. Before the table of Adam expect "the one with large gradients, Adam takes large steps there".
#
# **Can be cut.** Elastic net; the bias under weight decay.
#
# **Exercises.** 6.2 and 6.3 on sheet 6; 6.8 is open.

# %%
from course_lib.optim import adam, adamw, proximal_sgd, sgd
from course_lib.penalties import l2

patients = data.load("diabetes", valid=0.7)  # few rows to train: they can be overfitted
print(patients)
mean, scale = patients.train.X.mean(axis=0), patients.train.X.std(axis=0)
X, X_valid = ((split.X - mean) / scale for split in (patients.train, patients.valid))
y_mean, y_scale = patients.train.y.mean(), patients.train.y.std()
y, y_valid = ((split.y - y_mean) / y_scale for split in (patients.train, patients.valid))

# %% tags=["test"]
sixteen = np.linspace(-3, 3, 16)
draws = np.sin(2 * sixteen + 0.5)[:, None] + 0.3 * np.random.default_rng(0).standard_normal(
    (16, 200)
)
largest = np.abs(theory.least_squares(np.vander(sixteen / 3, 13), draws)).max(axis=0)
assert 800 < np.median(largest) < 1300

# %% [markdown]
# The task is to predict how diabetes progresses from ten measurements.
# Columns and targets are standardised (with the training rows), so no bias is needed.
#
# ### L2
#
# The **L2 penalty** is half the squared length of the weights times a strength λ:
#
# $$R(w) = \tfrac12 \lambda \lVert w \rVert^2, \qquad \nabla R = \lambda w .$$
#
# It pulls all weights to 0; the loss resists, most in directions of large curvature.
# Follow an eigenvector of the Hessian with curvature $h$, and let $w^*$ be the minimum of the loss along it.
# The objective $\tfrac12 h (w - w^*)^2 + \tfrac12 \lambda w^2$ has its minimum where $h (w - w^*) + \lambda w = 0$:
#
# $$w = \frac{h}{h + \lambda}\, w^* .$$
#
# A steep direction ($h \gg \lambda$) keeps its value, a flat one ($h \ll \lambda$) goes to nearly 0.
# The figure shows the loss for two of the ten columns, s1 and s2, which say nearly the same, and the minimum of the objective for λ from 0 to 30.
# Along which direction does the minimum move first?

# %% tags=["hide-input"]
pair = X[:, 4:6]
pair_loss = lambda w: (np.mean((w @ pair.T - y) ** 2, axis=-1), None)
H = theory.squared_error_hessian(pair)
w_min = theory.least_squares(pair, y)
strengths = np.array([0, 0.1, 0.3, 1, 3, 10, 30])
shrunk = np.array([np.linalg.solve(H + lam * np.eye(2), H @ w_min) for lam in strengths])
ax = plots.contours(pair_loss, (-0.08, 0.42, -0.2, 0.2))
ax.plot(*shrunk.T, "o-", color=plots.COLOURS["red"], label="minimum with L2")
for lam, (left, up) in zip(strengths, shrunk, strict=True):
    side = {"xytext": (-8, 5), "ha": "right"} if lam > 1 else {"xytext": (8, 5)}
    ax.annotate(f"λ = {lam:g}", (left, up), textcoords="offset points", fontsize=9, **side)
ax.plot(0, 0, "k+", ms=10)
ax.set(xlabel="weight of s1", ylabel="weight of s2", aspect="equal")
ax.legend(loc="upper left")
plots.show(
    ax,
    "Contours of the loss: a long valley. The minimum with the penalty first moves along the floor of the valley, "
    "and then slowly to zero.",
)

# %% tags=["test"]
h_pair, V_pair = np.linalg.eigh(H)
assert h_pair[1] > 8 * h_pair[0]
kept = (shrunk @ V_pair) / (w_min @ V_pair)
assert np.allclose(kept, h_pair / (h_pair + strengths[:, None]))
moved = np.abs((shrunk - w_min) @ V_pair)
assert np.all(moved[1:4, 0] > 3 * moved[1:4, 1])

# %% [markdown]
# Along the floor of the valley, the flat direction.
#
# ### Your turn: the minimum in closed form
#
# The loss is the mean of $(Xw - y)^2$: its Hessian is $\frac2N X^\top X$, and its gradient $\frac2N X^\top (Xw - y)$.
# Set the gradient of the objective to 0 and return the solution $w$; this is **ridge regression**.
# `np.linalg.solve(A, b)` solves $A w = b$, and `np.eye(n)` is the identity matrix.


# %% turn="2.a"
def ridge(X, y, lam):
    """The minimum w (n,) of mean((X w - y)²) + ½ λ ‖w‖², for X (N, n) and y (N,)."""
    ### BEGIN SOLUTION
    N, n = X.shape
    return np.linalg.solve(2 / N * X.T @ X + lam * np.eye(n), 2 / N * X.T @ y)
    ### END SOLUTION


# %% [markdown]
# Gradient descent finds the same weights.
# The third argument of the library's `Objective` is the penalty; it acts on the weights, not on the bias.

# %%
objective = Objective(MLP(10, 1), squared_error, l2(0.1))
end = descend(objective.on(X, y), np.zeros(11), Optimizer(sgd, lr=0.1), steps=3000)[-1]
print(f"largest difference from ridge: {np.abs(end[:10] - ridge(X, y, 0.1)).max():.0e}")

# %%
strengths = (0, 0.01, 0.1, 1, 10)
solutions = [ridge(X, y, lam) for lam in strengths]
rows = [
    (str(lam), np.linalg.norm(w), np.mean((X @ w - y) ** 2), np.mean((X_valid @ w - y_valid) ** 2))
    for lam, w in zip(strengths, solutions, strict=True)
]
plots.table(rows, ["λ", "length of w", "training error", "validation error"])

# %% tags=["test"]
assert np.abs(end[:10] - ridge(X, y, 0.1)).max() < 1e-8
_, lengths, on_train, on_valid = map(np.array, zip(*rows, strict=True))
assert np.all(np.diff(lengths) < 0)
assert np.all(np.diff(on_train) > 0)
assert 0 < on_valid.argmin() < 4
assert on_valid[4] > on_valid[0]

# %% [markdown]
# The training error grows with λ, the validation error has a minimum in between, and λ = 10 is worse than no penalty.
# A step of gradient descent on the objective is
#
# $$w \leftarrow w - \eta\,(g + \lambda w) = (1 - \eta\lambda)\, w - \eta\, g .$$
#
# It first multiplies the weights by a number below 1, which is called **weight decay**; for gradient descent and SGD, L2 and weight decay are the same.
#
# ### L1
#
# The **L1 penalty** is $R(w) = \lambda \sum_i \lvert w_i \rvert$.
# It pulls with the constant force λ, however small a weight is, so that small weights can become exactly 0.
# But at 0 the absolute value has a corner and no derivative.
# A **subgradient** takes the sign, λ sign($w$), and 0 at the corner.
#
# A **proximal step** does better: take the gradient step on the loss alone, to $u$; then move each entry towards 0 by $\eta\lambda$, and stop *at* 0 if it would cross it.
# This second half is called **soft thresholding**.
#
# ### Your turn: soft thresholding
#
# Return `u` with each entry moved towards 0 by `amount`; an entry whose absolute value is at most `amount` becomes 0.


# %% turn="2.b"
def soft_threshold(u, amount):
    """The array u with each entry moved towards 0 by amount, and not beyond 0."""
    ### BEGIN SOLUTION
    return np.sign(u) * np.maximum(np.abs(u) - amount, 0)
    ### END SOLUTION


# %% [markdown]
# ### Explore: the path of λ
#
# Choose a penalty, and follow each weight while λ grows.
# The **elastic net** is the sum of L1 and L2.

# %%
explore.lambda_path()

# %% [markdown]
# Now with your function: we add 30 columns of random numbers to the ten measurements, and take 5,000 steps with λ = 0.15.

# %%
rng = np.random.default_rng(0)
wide, wide_valid = (
    np.column_stack([columns, rng.standard_normal((len(columns), 30))]) for columns in (X, X_valid)
)
gradient = lambda w: 2 / len(y) * wide.T @ (wide @ w - y)
proximal, sub, lr, lam = np.zeros(40), np.zeros(40), 0.1, 0.15
for _ in range(5000):
    proximal = soft_threshold(proximal - lr * gradient(proximal), lr * lam)
    sub = sub - lr * (gradient(sub) + lam * np.sign(sub))

# %% tags=["hide-input"]
ends = {"none": np.linalg.lstsq(wide, y)[0], "L1, proximal step": proximal}
ends |= {"L1, subgradient": sub, "L2": ridge(wide, y, lam)}
rows = []
for name, w in ends.items():
    zeros = [int(np.sum(part == 0)) for part in (w[:10], w[10:])]
    rows.append((name, *zeros, np.mean((wide_valid @ w - y_valid) ** 2)))
plots.table(rows, ["penalty", "zeros of 10 measurements", "zeros of 30 random", "validation error"])

# %% tags=["test"]
zeros = {name: real + random for name, real, random, _ in rows}
assert zeros["none"] == zeros["L2"] == zeros["L1, subgradient"] == 0
assert rows[1][2] > 20
assert rows[1][2] / 30 > rows[1][1] / 10
assert rows[1][3] < rows[3][3] < rows[0][3]
assert np.isclose(rows[1][3], rows[2][3], rtol=0.02)
more = [sub]
for _ in range(200):
    more.append(more[-1] - lr * (gradient(more[-1]) + lam * np.sign(more[-1])))
signs = np.sign(more)[:, proximal == 0]
assert np.all(signs.min(axis=0) < signs.max(axis=0))
library = Objective(MLP(40, 1), squared_error).on(wide, y)
same = descend(library, np.zeros(41), Optimizer(proximal_sgd, lr=lr, l1=lam), 5000)[-1]
assert np.allclose(same[:40], proximal, atol=1e-3)

# %% [markdown]
# *L1 with SGD gives zeros* is a misconception: with subgradient steps, a weight that should be 0 jumps from one side of 0 to the other.
# Only the proximal step, the library's `proximal_sgd`, gives exact zeros, and a larger share of them among the random columns.
# The two forms of L1 predict equally well; the zeros tell you which columns you can leave out.
#
# When two columns are equal, only the sum of their weights matters to L1, and it keeps whatever split it started with.
# The elastic net shares the weight equally:

# %%
twice = np.column_stack([X[:, 2], X[:, 2]])  # the body-mass index, twice
start = np.array([1.0, 0.0, 0.0])  # two weights and a bias
rows = []
for name, lam1, lam2 in (("L1", 0.2, 0), ("elastic net", 0.2, 0.2)):
    f = Objective(MLP(2, 1), squared_error, l2(lam2)).on(twice, y)
    end = descend(f, start, Optimizer(proximal_sgd, lr=0.1, l1=lam1), 2000)[-1]
    rows.append((name, *end[:2]))
plots.table(rows, ["penalty", "first weight", "second weight"])

# %% tags=["test"]
assert rows[0][2] == 0 < rows[0][1]
assert np.isclose(rows[1][1], rows[1][2])

# %% [markdown]
# ### Weight decay under Adam
#
# Adam divides by $\sqrt{\hat v}$. If you add $\lambda w$ to the gradient, it is divided too.
#
# Two weights start at 1.
# Their gradients only alternate in sign: ±10 for weight A and ±0.1 for weight B, so the data do not pull them anywhere.
#
# **Question.** L2 with λ = 0.1 is added to the gradient, and Adam takes 1,000 steps with η = 0.01.
# Which weight shrinks more?


# %% tags=["hide-output"]
def alternating(rule, lam=0.0, **hyper):
    """The two weights after 1,000 steps, with the L2 penalty in the gradient."""
    w, state = np.ones(2), ()
    for t in range(1, 1001):
        g = np.array([10, 0.1]) * (-1) ** t + lam * w
        w, *state = rule(w, g, t, *state, lr=0.01, **hyper)
    return w


rows = [
    ("Adam, λ w added to the gradient", *alternating(adam, lam=0.1)),
    ("AdamW, weight decay 0.1", *alternating(adamw, weight_decay=0.1)),
]
plots.table(rows, ["1,000 steps from 1", "weight A, ±10", "weight B, ±0.1"])

# %% tags=["test"]
assert rows[0][1] > 0.9
assert abs(rows[0][2]) < 0.01
assert np.isclose(rows[1][1], rows[1][2])
assert abs(rows[1][1] - (1 - 0.01 * 0.1) ** 1000) < 0.02
w = u = np.array([1.0, -2.0])
for g in (np.array([0.3, 1.0]), np.array([-2.0, 0.1])):
    w, u = w - 0.1 * (g + 0.5 * w), (1 - 0.1 * 0.5) * u - 0.1 * g
assert np.allclose(w, u)

# %% [markdown]
# The penalty of A is divided by about 10 and does almost nothing; that of B is divided by about 0.1, and B is pulled to 0.
# **AdamW** (Loshchilov and Hutter, 2019) takes the decay out of the gradient, $\theta \leftarrow (1 - \eta\lambda)\,\theta$, and then Adam's step: both weights shrink by the same factor.
# *Weight decay is L2* holds for SGD, not for adaptive methods.
#
# ### What should not decay
#
# A bias moves all predictions up or down and cannot overfit much, so there is no reason to pull it to 0; the same holds for the gains γ of part 4.
# The library's penalties leave both out; `adamw`, like PyTorch's, decays everything it gets.
# Here the target is not centred:


# %%
def decay_only(is_weight):
    """AdamW that decays the entries of θ where is_weight is True."""

    def rule(theta, g, t, m=0.0, v=0.0, *, lr, weight_decay):
        theta = theta - lr * weight_decay * is_weight * theta
        return adam(theta, g, t, m, v, lr=lr)

    return rule


f = Objective(MLP(10, 1), squared_error).on(X, patients.train.y / y_scale)
rows = [("in the data", y_mean / y_scale)]
for name, rule in (("all decays", adamw), ("weights only", decay_only(np.arange(11) < 10))):
    end = descend(f, np.zeros(11), Optimizer(rule, lr=0.01, weight_decay=0.3), 2000)[-1]
    rows.append((name, np.mean(X @ end[:10] + end[10])))
plots.table(rows, ["", "mean prediction"])

# %% tags=["test"]
assert np.isclose(rows[2][1], rows[0][1], atol=1e-3)
assert rows[1][1] < 0.95 * rows[0][1]

# %% [markdown]
# With a decaying bias, the predictions are too small on average.
# In PyTorch, give biases and gains a parameter group of their own with `weight_decay=0`.
#
# **Keep in mind:** L2 keeps $h/(h+\lambda)$ of each direction, L1 needs a proximal step, and under Adam use decoupled weight decay, on weights only.

# %% [markdown]
# ## 3. Noise, and when to stop ({minutes} minutes)
#
# A network that relies on a single detail fails when noise hides it.
# Which noise helps, what does it have to do with L2, and what does stopping early have to do with both?

# %% [markdown] tags=["teacher"]
# **Aim.** Dropout, augmentation and early stopping in code; dropout of the inputs and early stopping act like L2.
#
# **Ask the room** before the table of dropout: "After training, do you keep dropout on?" Expect "yes, the network was trained with it".
# Before the last table: "You can compute the minimum for these 2,000 images exactly. Would you stop before it?"
#
# **Can be cut.** Gradient noise.
#
# **Exercises.** 6.1 and 6.7 on sheet 6.

# %%
from dataclasses import replace

from course_lib.augmentation import rotate, shift
from course_lib.models import sine
from course_lib.optim import adam, gradient_noise, sgd
from course_lib.training import train

digits = data.load("mnist")
print(digits)
few = replace(digits, train=digits.train[:500])
pixels = digits.train.X.shape[1]


def accuracy(model, theta, split, rng=None):
    """The share of a split that is classified correctly; with rng, dropout is on."""
    return np.mean(model(theta, split.X, rng)[0].argmax(axis=-1) == split.y)


# %% [markdown]
# ### Dropout
#
# In each training step, **dropout** (Srivastava et al., 2014) sets every output of a hidden layer to 0 with probability $p$, the **dropout rate**.
# What remains is a **thinned network**, another one in each step.
#
# With some outputs missing, the next layer would receive less than without dropout.
# **Inverted dropout** corrects this: it divides the outputs that are kept by $1 - p$, so that their mean stays the same.
#
# ### Your turn: inverted dropout
#
# `u` holds a random number from 0 to 1 for each entry of `x`.
# An entry is kept where its `u` is at least `rate`.
# Return `x` after inverted dropout.


# %% turn="3.a"
def drop(x, rate, u):
    """Inverted dropout of x, with one uniform random number u for each entry."""
    ### BEGIN SOLUTION
    return x * (u >= rate) / (1 - rate)
    ### END SOLUTION


# %% [markdown]
# ### Explore: thinned networks

# %%
explore.thinned_nets()

# %% [markdown]
# *Dropout stays on when you use the network* is a misconception.
#
# **Question.** A network is trained on 500 images with $p = 0.5$.
# How much higher is its accuracy on test images with dropout off?

# %% tags=["hide-output"]
net = MLP(pixels, 100, 10, dropout=0.5)
history = train(
    Objective(net, cross_entropy), few, Optimizer(adam), epochs=40, batch=50, progress=False
)
theta, test, rng = history[-1].theta, digits.test[:1000], np.random.default_rng(0)
rows = [(f"on, draw {k}", accuracy(net, theta, test, rng)) for k in (1, 2, 3)]
logits = np.mean([net(theta, test.X, rng)[0] for _ in range(50)], axis=0)
rows += [("on, mean output of 50 draws", np.mean(logits.argmax(axis=-1) == test.y))]
rows += [("off", accuracy(net, theta, test))]
plots.table(rows, ["dropout", "share of test images right"])

# %% tags=["test"]
assert max(right for _, right in rows[:3]) < min(rows[3][1], rows[4][1])
assert abs(rows[3][1] - rows[4][1]) < 0.025

# %% [markdown]
# Off is about as good as the mean of many thinned networks, with a fiftieth of the work.
#
# For a linear model you can calculate what dropout does.
# Drop *inputs* of a least-squares problem, and let $r_i$ be the residuals that result.
# The mean over all masks, $\mathbb{E}$, is
#
# $$\mathbb{E} \sum_i r_i^2 = \lVert Xw - y \rVert^2 + \frac{p}{1-p} \sum_j w_j^2 \sum_i x_{ij}^2 .$$
#
# This is ridge regression, with a strength for each column: the larger the column, the stronger the penalty.
# Compare with 20,000 masks:

# %%
rng, p = np.random.default_rng(0), 0.3
X, w, y = rng.standard_normal((20, 3)), np.array([1.0, -2.0, 0.5]), rng.standard_normal(20)
masked = drop(np.broadcast_to(X, (20_000, 20, 3)), p, rng.random((20_000, 20, 3)))
measured = np.mean(np.sum((masked @ w - y) ** 2, axis=-1))
formula = np.sum((X @ w - y) ** 2) + p / (1 - p) * np.sum(w**2 * np.sum(X**2, axis=0))
plots.table([("sum of squares", measured, formula)], ["", "mean over masks", "formula"])

# %% tags=["test"]
assert np.isclose(measured, formula, rtol=0.02)

# %% [markdown]
# ### Gradient noise
#
# You can also add normal noise to the gradient, with a variance that falls: $\sigma^2 / t^{\gamma}$ in step $t$, with γ = 0.55 (Neelakantan et al., 2015).
# Early noise can carry a run out of a poor minimum; late noise must be small so that the run converges.
# A student lab published on the web chose γ = 10.
# Here 200 runs fit a sine, as in lesson 2, with $\sigma^2 = 6$ and three seeds of the noise. Which share ends in the deepest minimum?

# %%
f = Objective(sine, squared_error).on(*toys.sine_fit(seed=1).train)
rng, rows = np.random.default_rng(0), []
starts = np.stack([rng.uniform(0.2, 4, 200), rng.uniform(-2, 2, 200)], axis=-1)
for name, variance, gamma in (("no noise", 0, 1), ("γ = 0.55", 6, 0.55), ("γ = 10", 6, 10)):
    shares, noise = [], gradient_noise(variance, gamma)
    for seed in range(3):
        ends = descend(f, starts, Optimizer(sgd, noise, lr=0.05), 1000, seed=seed)[-1]
        ends = descend(f, ends, Optimizer(sgd, lr=0.05), 200)[-1]
        shares.append(np.mean(f(ends)[0] < 0.02))
    rows.append((name, min(shares), max(shares)))
plots.table(rows, ["share in the deepest minimum", "smallest of 3 seeds", "largest"])

# %% tags=["test"]
assert rows[1][1] > rows[0][2]
assert np.allclose(rows[2][1:], rows[0][1:], atol=0.03)

# %% [markdown]
# With γ = 10 the noise is practically over after one step, and changes next to nothing.
#
# ### Augmentation
#
# A digit that you move by a pixel, or rotate a little, is the same digit.
# **Augmentation** changes the images of each batch at random and keeps the labels.
#
# **Question.** Three networks train on the same 500 images: as they are, shifted by up to 1 pixel, rotated by up to 25°.
# Which is best on test images as they are, on shifted ones and on rotated ones?

# %% tags=["hide-output"]
net = MLP(pixels, 64, 10)
changes = {"none": None, "shift": shift(1, digits.shape), "rotate": rotate(25, digits.shape)}
tests = [test]
for change in (changes["shift"], changes["rotate"]):
    tests.append(replace(test, X=change(test.X, np.random.default_rng(0))))
settings = {"epochs": 40, "batch": 50, "progress": False}
rows = []
for name, augment in changes.items():
    optimizer = Optimizer(adam, lr=2e-3)
    history = train(Objective(net, cross_entropy), few, optimizer, augment=augment, **settings)
    rows.append((name, *(accuracy(net, history[-1].theta, each) for each in tests)))
plots.table(rows, ["augmentation", "test images as they are", "shifted", "rotated"])

# %% tags=["test"]
none, shifted, rotated = (np.array(row[1:]) for row in rows)
assert shifted[1] > max(none[1], rotated[1])
assert rotated[2] > max(none[2], shifted[2])
assert digits.fallback or shifted[0] > none[0]
assert not digits.fallback or shifted[0] < none[0]

# %% [markdown]
# Training with shifts is best on shifted images, training with rotations on rotated ones.
# Augmentation also helps on images as they are if such changes occur in the data, as in MNIST.
# In the 8 × 8 digits (the stand-in) a pixel is an eighth of the image and all are centred: the shift costs accuracy.
# And a rotation by 180° does not keep the label: 6 becomes 9.
#
# ### Early stopping
#
# Lesson 1 predicted class numbers of clothes from pixels by least squares, and stopping early was better than the exact minimum.
# Now we can say why.
# After $t$ steps from 0, a direction of curvature $h$ has reached the share $1 - (1 - \eta h)^t$ of its minimum; ridge gives it the share $h/(h+\lambda)$.
# Both keep steep directions and suppress flat ones.
# Ridge gives half the minimum where $h = \lambda$, and $t$ steps reach 63 % of it where $h = 1/(\eta t)$; so the two are alike for
#
# $$\lambda \approx \frac{1}{\eta t} .$$
#
# *Early stopping acts like L2*: more steps mean a smaller λ.
#
# **Question.** The next cells stop at the smallest validation error, and calculate ridge with this λ.
# How far apart are the test errors of the two? And that of exact least squares?

# %%
clothes = data.load("fashion_mnist")
print(clothes)
some = clothes.train[: 160 if clothes.fallback else 2000]
with_ones = lambda X: np.column_stack([X, np.ones(len(X))]).astype(float)
X = with_ones(some.X)
H, pull_to = theory.squared_error_hessian(X), 2 / len(X) * X.T @ some.y
lr = 0.9 * theory.lr_limit(np.linalg.eigvalsh(H)[-1])
steps = np.geomspace(1, 1e5, 51).round()
path = theory.least_squares_path(X, some.y, lr, [*steps, np.inf])
losses = lambda split: np.mean((path @ with_ones(split.X).T - split.y) ** 2, axis=-1)
best = losses(clothes.valid).argmin()

# %% tags=["hide-input", "hide-output"]
lam = 1 / (lr * steps[best])
ridge = np.linalg.solve(H + lam * np.eye(len(H)), pull_to)
names = "exact least squares", f"stopped after {steps[best]:,.0f} steps", f"ridge, λ = {lam:.2g}"
rows = []
for name, theta in zip(names, (path[-1], path[best], ridge), strict=True):
    r = with_ones(clothes.test.X) @ theta - clothes.test.y
    rows.append((name, np.mean(r**2), np.mean(np.abs(r) <= 0.5)))
plots.table(rows, ["", "test error", "share within ½ of the class number"])

# %% tags=["test"]
assert rows[1][1] < 0.7 * rows[0][1]
assert rows[1][2] > rows[0][2]
assert abs(rows[2][1] / rows[1][1] - 1) < 0.1
h, t = np.geomspace(1e-3, 1 / lr, 200), 1000
assert round(1 - (1 - 1 / t) ** t, 2) == 0.63
assert np.abs(1 - (1 - lr * h) ** t - h / (h + 1 / (lr * t))).max() < 0.22


# %% [markdown]
# Ridge with this λ and the early stop have nearly the same test error; that of exact least squares is much larger.
# With a network you watch the validation loss, keep the parameters of the best epoch, and stop when it has not improved for some epochs, the **patience**: `train(..., early_stopping=5)`.
#
# ### Explore: all of them
#
# 500 digits, and a quarter of the training labels is wrong on purpose; validation and test labels are right.
# So a network that learns only the right labels has a training error of about 0.25.

# %%
explore.regularisers()

# %% [markdown]
# With few images and wrong labels, regularisers matter.
# And with 54,000 images and right labels? From the course's benchmarks (a network with 100 and 30 hidden units on MNIST, 15 epochs, median of three seeds, test accuracy at the best validation loss):
#
# | added to SGD | accuracy |
# |---|---|
# | nothing | 0.9761 |
# | gradient noise | 0.9739 |
# | L1 1e-4 | 0.9751 |
# | L2 1e-4 | 0.9773 |
# | batch norm | 0.9775 |
# | momentum | 0.9765 |
# | momentum, shifts, rotations | 0.9794 |
#
# The first six differ by less than 0.004; augmentation, which adds information, is best.
#
# **Keep in mind:** noise in training, none in use; stopping after $t$ steps acts like L2 with $\lambda \approx 1/(\eta t)$.

# %% tags=["test"]
from pathlib import Path

results = Path(plots.__file__).parents[1].joinpath("benchmarks", "RESULTS.md").read_text("utf-8")
lines = {
    line[:30].strip(): line.split("|")[2].split()[-1]
    for line in results.split("\n### ")[0].splitlines()
    if line.count("|") == 3
}
quoted = {
    "SGD": 0.9761,
    "gradient noise": 0.9739,
    "L1 1e-4": 0.9751,
    "L2 1e-4": 0.9773,
    "batch norm": 0.9775,
    "momentum 0.9": 0.9765,
}
assert max(quoted.values()) - min(quoted.values()) < 0.004
quoted["shift 1, rotate 10°, momentum"] = 0.9794
assert all(float(lines[name]) == right for name, right in quoted.items())
assert max(quoted, key=quoted.get).startswith("shift")

# %% [markdown]
# ## 4. Batch normalisation ({minutes} minutes)
#
# This layer was not invented as a regulariser: it makes training faster.
# What does it do to the weights before it, and why are its faults so hard to find?

# %% [markdown] tags=["teacher"]
# **Aim.** A backward pass as a chain of small steps; what the batch does to batch norm; finding faults in a layer that trains without an error message.
#
# **Ask the room** before *Small batches*: "What comes out of batch norm when the batch is a single image?"
# Expect "the image, normalised". Before the scale: "All weights of the layer times 10: what happens to the loss?"
#
# **Can be cut.** The comparison with the running average.
#
# **Exercises.** 6.4 and 6.6 on sheet 6.

# %%
from dataclasses import replace

from course_lib.layers import batch_norm
from course_lib.models import flatten
from course_lib.optim import sgd
from course_lib.training import train

digits = data.load("mnist")
print(digits)
some = replace(digits, train=digits.train[:5000])
pixels = digits.train.X.shape[1]

# %% [markdown]
# ### Forward
#
# **Batch normalisation** (Ioffe and Szegedy, 2015) stands between the affine part of a layer and its activation.
# It treats each feature (each unit) separately.
# Let $x$ be the $N$ values of a feature in the batch. Three small steps:
#
# $$c = x - \operatorname{mean}(x), \qquad \hat x = \frac{c}{\sqrt{\operatorname{mean}(c^2) + \varepsilon}}, \qquad y = \gamma\, \hat x + \beta .$$
#
# So $\hat x$ has mean 0 and variance 1 (ε only avoids a division by 0), and the layer learns the **gain** γ and the **shift** β (not the β of momentum).
#
# ### Backward
#
# Backward, each step receives the derivative of the loss $L$ with respect to its output, and returns that with respect to its input.
# In the library this function of a step is called its `pull`.
# The last step shows how: with `dy` for $\partial L/\partial y$,
#
# $$\frac{\partial L}{\partial \hat x} = \gamma\, dy, \qquad \frac{\partial L}{\partial \gamma} = \sum_i dy_i\, \hat x_i, \qquad \frac{\partial L}{\partial \beta} = \sum_i dy_i .$$
#
# ### Your turn: the pull of the first step
#
# $c_i = x_i - \frac1N \sum_k x_k$.
# Every $x_j$ occurs in *all* $c_i$: in $c_j$ with $1 - \frac1N$, in the others with $-\frac1N$.
# Use the chain rule, $\partial L/\partial x_j = \sum_i \partial L/\partial c_i \cdot \partial c_i/\partial x_j$, and return all $N$ derivatives.


# %% turn="4.a"
def pull_centre(dc):
    """∂L/∂x (N,) for c = x - mean(x), from dc = ∂L/∂c (N,)."""
    ### BEGIN SOLUTION
    return dc - dc.mean()
    ### END SOLUTION


# %% [markdown]
# ### Your turn: the pull of the second step
#
# $\hat x_i = c_i / s$ with $s = \sqrt{\frac1N\sum_k c_k^2 + \varepsilon}$.
# Each $c_j$ acts in two ways: directly on its own $\hat x_j$, with $1/s$, and through $s$ on *all* $\hat x_i$, with $\partial s / \partial c_j = c_j / (N s)$.
# Add both, and return $\partial L/\partial c$.


# %% turn="4.b"
def pull_scale(c, d_hat, eps):
    """∂L/∂c (N,) for x̂ = c / √(mean(c²) + eps), from d_hat = ∂L/∂x̂ (N,)."""
    ### BEGIN SOLUTION
    s = np.sqrt(np.mean(c**2) + eps)
    return d_hat / s - c * np.mean(d_hat * c) / s**3
    ### END SOLUTION


# %% [markdown]
# Chain the three, and compare with the library's `batch_norm`:

# %%
rng = np.random.default_rng(0)
x, dy, gamma, eps = 3 + 2 * rng.standard_normal(6), rng.standard_normal(6), 1.5, 1e-5
dx = pull_centre(pull_scale(x - x.mean(), gamma * dy, eps))

_, pull = batch_norm(x[:, None], gamma, 0.2)
same, d_gamma, d_beta = pull(dy[:, None])
print(f"largest difference: {np.abs(dx - same[:, 0]).max():.0e}")

# %% tags=["test"]
assert np.abs(dx - same[:, 0]).max() < 1e-12
loss_at = lambda x: batch_norm(x[:, None], gamma, 0.2)[0][:, 0] @ dy
numeric = [(loss_at(x + 1e-6 * e) - loss_at(x - 1e-6 * e)) / 2e-6 for e in np.eye(6)]
assert np.allclose(dx, numeric, atol=1e-7)

# %% [markdown]
# ### Small batches
#
# For a batch of one image the mean is the image itself: $\hat x = 0$ whatever it shows, the layer outputs β, and nothing can be learnt.
# And for two?

# %%
explore.batch_norm_and_batch_size()

# %%
rows = []
for batch in ([7.0], [1.0, 5.0], [1.0, 900.0], [1.0, 2.0, 900.0]):
    x_hat, _ = batch_norm(np.array(batch)[:, None], 1.0, 0.0)
    rows.append((", ".join(f"{v:g}" for v in batch), ", ".join(f"{v:.2f}" for v in x_hat[:, 0])))
plots.table(rows, ["x", "x̂"])

# %% tags=["test"]
hats = [[float(v) for v in row[1].split(",")] for row in rows]
assert hats[0] == [0]
assert hats[1] == hats[2] == [-1, 1]

# %% [markdown]
# Of two images only the order is left.
# *Batch norm does not care about the batch size* is a misconception.

# %% [markdown]
# ### Scale invariance
#
# If you multiply the weights $W$ before a batch norm by 10, its $x$ is 10 times as large, and $\hat x$ the same.
#
# **Question.** What happens to the loss, and what to the length of its gradient with respect to $W$?

# %%
net = MLP(pixels, 100, 30, 10, batch_norm=True)
objective = Objective(net, cross_entropy)
f = objective.on(*some.train[:500])

# %% tags=["hide-output"]
start, rows = net.start(seed=0), []
for factor in (1, 10, 100):
    theta = start.copy()
    net.unflatten(theta)[0][0][:] *= factor  # W of the first layer, a view into θ
    loss, g = f(theta)
    rows.append((str(factor), loss, np.linalg.norm(net.unflatten(g)[0][0])))
plots.table(rows, ["W times", "loss", "length of its gradient"])

# %% tags=["test"]
assert np.isclose(rows[1][1], rows[0][1], rtol=1e-3)
assert np.isclose(rows[1][2], rows[0][2] / 10, rtol=1e-2)
assert np.isclose(rows[2][2], rows[0][2] / 100, rtol=1e-2)

# %% [markdown]
# The loss stays the same, $L(cW) = L(W)$, and the gradient is divided by $c$.
# So L2 on such weights does not make the function simpler; it keeps $W$ small and thereby the gradient large, like a larger learning rate.
#
# ### Which mean in use?
#
# In use, batch norm needs a fixed mean and variance: there may be only one image.
# Libraries keep a **running average** during training: $\text{average} \leftarrow 0.9\, \text{average} + 0.1\, \text{batch}$, from mean 0 and variance 1.
# This course calculates **exact statistics** of the training data when they are needed, `model.statistics(theta, X)`.

# %%
theta = train(objective, some, Optimizer(sgd, lr=0.05), epochs=3, progress=False)[-1].theta
average = flatten([np.full((1, k), v) for k in (100, 30) for v in (0.0, 1.0)])
test, rng, rows = digits.test[:1000], np.random.default_rng(0), []
for t in range(1, 101):
    batch = some.train.X[rng.integers(0, len(some.train), 100)]
    average = 0.9 * average + 0.1 * net.statistics(theta, batch)
    if t in (1, 10, 100):
        name = f"running average after batch {t}"
        rows.append((name, objective.evaluate(theta, *test, average)[1]))
exact = net.statistics(theta, some.train.X)
rows.append(("exact statistics", objective.evaluate(theta, *test, exact)[1]))
plots.table(rows, ["statistics", "share of test images right"])

# %% tags=["test"]
assert rows[0][1] < rows[1][1] < rows[2][1]
assert abs(rows[2][1] - rows[3][1]) < 0.02

# %% [markdown]
# The running average needs tens of batches to forget its start; a network tested too early looks bad.
#
# ### A bug hunt
#
# A student lab's network with batch norm stayed at a test accuracy of 0.1135, about what guessing gives.
# This is its layer:
#
# ```python
# gamma, beta = np.zeros(m), np.ones(m)          # A
# x_hat = (x - mean) / np.sqrt(var + eps)        # B
# y = gamma * x_hat + beta                       # C
# running_mean -= lr * d_mean                    # D
# W -= lr * dW; b -= lr * db                     # E
# ```
#
# **Question.** Three of the five lines have a fault. Which ones, and why is no error message shown?
#
# <details><summary>Answer</summary>
#
# *A*: with γ = 0 the layer outputs β = 1 for every image; start with γ = 1 and β = 0.
# *E*: γ and β are never updated. With γ = 0, $\partial L/\partial \hat x = \gamma\, dy$ is 0, so the weights below never move.
# *D*: the running mean is no parameter but an average; gradient descent does not belong there.
# All shapes are right, so there is no error message.
# </details>
#
# The hidden cells below correct A and E, each alone and both.

# %% tags=["hide-input"]
norms = net.unflatten(np.arange(net.size))[:2]  # the places of W, b, γ and β in θ
gains, shifts = (np.concatenate([layer[k].ravel() for layer in norms]) for k in (2, 3))
wrong, learns = start.copy(), np.ones(net.size, bool)
wrong[gains], wrong[shifts], learns[np.r_[gains, shifts]] = 0, 1, False
frozen = lambda theta, g, t, *, lr: theta - lr * learns * g  # γ and β never move

# %% tags=["hide-input", "hide-output"]
rows = []
for name, theta, rule in (
    ("as in the lab", wrong, frozen),
    ("γ and β are updated", wrong, sgd),
    ("right start, never updated", start, frozen),
    ("both corrected", start, sgd),
):
    settings = {"epochs": 3, "theta": theta, "progress": False}
    end = train(objective, some, Optimizer(rule, lr=0.05), **settings)[-1]
    rows.append((name, objective.evaluate(end.theta, *digits.test, end.stats)[1]))
plots.table(rows, ["γ and β", "share of test images right"])

# %% tags=["test"]
assert rows[0][1] < 0.13
assert digits.fallback or rows[0][1] == 0.1135
assert rows[0][1] < 0.25 < rows[1][1] < min(rows[2][1], rows[3][1])

# %% [markdown]
# With the lab's fault every test image gets the same class; 0.1135 is the share of ones among the test images of MNIST.
# Either correction makes the network learn; the wrong start does more harm than γ and β that never move.
#
# *Batch norm works because it fixes internal covariate shift* (the change of a layer's inputs while the layers below learn) is the paper's explanation, and contested.
# Santurkar et al. (2018) added such a shift on purpose, and the training stayed fast; they explain the gain by a smoother loss.
#
# **Keep in mind:** batch norm removes shift and scale of each feature, uses the batch in training and fixed statistics in use, and needs batches that are not tiny.

# %% [markdown]
# ## Further: penalties are priors
#
# Before you see data, you may expect weights near 0: a **prior**, for example a normal distribution with variance $\tau^2$.
# Data with noise of variance $s^2$ then turn the prior into a posterior distribution, and the **maximum a posteriori** (MAP) estimate is its peak.
# The negative logarithm of the posterior is, up to a constant,
#
# $$\frac{1}{2 s^2} \sum_i r_i^2 + \frac{1}{2\tau^2} \lVert w \rVert^2 .$$
#
# Divide by $N/(2s^2)$: the first term becomes the mean squared error, the second is L2 with $\lambda = 2 s^2/(N\tau^2)$.
# So L2 is a normal prior; a prior with the density $e^{-\lvert w \rvert}$ (Laplace) gives L1.
# The formula says what λ should depend on: more noise, larger λ; more data, smaller λ.
#
# The cell draws 300 problems from the prior. Is the λ of the formula the best one on average?

# %%
N, s, tau, rng = 20, 1.0, 0.5, np.random.default_rng(0)
lams = 2 * s**2 / (N * tau**2) * np.array([0.04, 0.2, 1, 5, 25])
X, w = rng.standard_normal((300, N, 10)), tau * rng.standard_normal((300, 10, 1))
H = 2 / N * X.mT @ X + lams[:, None, None, None] * np.eye(10)
found = np.linalg.solve(H, 2 / N * X.mT @ (X @ w + s * rng.standard_normal((300, N, 1))))
far = ((found - w) ** 2).sum(axis=2).mean(axis=(1, 2))
plots.table(list(zip(lams, far, strict=True)), ["λ", "mean squared distance to the true w"])

# %% tags=["test"]
assert far.argmin() == 2

# %% [markdown]
# The middle row has the λ of the formula, and the smallest distance.

# %% [markdown]
# ## Further: max-norm
#
# A penalty pulls all the time; a **constraint** acts only at its border.
# **Max-norm** limits the length of the weights into each unit: after each step, a column of $W$ longer than $c$ is scaled back to the length $c$.
# Weights inside the border are free.
# The original paper on dropout used both together: with a large learning rate the weights cannot explode.

# %%
W = np.array([[3.0, 0.5], [4.0, 0.5]])
length = np.linalg.norm(W, axis=0)
print(W * np.minimum(1, 2 / length))  # c = 2: the first column is scaled, the second is not

# %% [markdown]
# ## Further: label smoothing
#
# With the cross-entropy, a correct prediction can always become better by being more confident, so the weights never stop growing.
# **Label smoothing** (Szegedy et al., 2016) gives the right class the target $1 - \varepsilon + \varepsilon/K$, and each of the other of the $K$ classes $\varepsilon/K$.
# The loss then has a minimum at a finite difference of the logits.
#
# For ten classes and ε = 0.1, with the difference $d$ between the logit of the right class and those of the others:

# %%
d, K, eps = np.array([1.0, 3, 4.51, 6, 10, 20]), 10, 0.1
log_total = np.log(np.exp(d) + K - 1)
hard, smoothed = log_total - d, log_total - (1 - eps + eps / K) * d
plots.table(list(zip(d, hard, smoothed, strict=True)), ["difference d", "hard target", "smoothed"])

# %% tags=["test"]
assert np.all(np.diff(hard) < 0)
assert smoothed.argmin() == 2
assert np.isclose(np.log((1 - eps + eps / K) / (eps / K)), 4.51, atol=0.01)

# %% [markdown]
# The hard target is best without limit; the smoothed one at $d = \ln(0.91/0.01) = 4.51$.

# %% [markdown]
# ## Further: ensembles, and averages of weights
#
# Variance falls when you average.
# An **ensemble** averages the *outputs* of networks with different seeds; it costs as many networks as it has members.
#
# Averaging their *weights* fails: unit 7 of one network has nothing to do with unit 7 of another.
# Along *one* run it works: **stochastic weight averaging** (Izmailov et al., 2018) takes the mean of the parameters of the last epochs, as Polyak averaging does in lesson 2, and costs one network in use.

# %%
small = data.load("digits")
net, X, y = MLP(64, 32, 10), *small.test
optimizer = Optimizer(sgd, lr=0.5)
settings = {"epochs": 10, "batch": 50, "keep": "all", "progress": False}
objective = Objective(net, cross_entropy)
runs = [train(objective, small, optimizer, seed=k, **settings)["theta"] for k in range(5)]
ends = np.array([thetas[-1] for thetas in runs])
right = lambda logits: np.mean(logits.argmax(axis=-1) == y)
rows = [("single networks, mean", np.mean([right(net(end, X)[0]) for end in ends]))]
rows.append(("mean of their outputs", right(net(ends, X)[0].mean(axis=0))))
rows.append(("mean of their weights", right(net(ends.mean(axis=0), X)[0])))
averaged = [right(net(thetas[-5:].mean(axis=0), X)[0]) for thetas in runs]
rows.append(("mean of the weights of 5 epochs", np.mean(averaged)))
plots.table(rows, ["digits", "share of test images right"])

# %% tags=["test"]
assert rows[1][1] > rows[0][1]
assert rows[2][1] < rows[0][1] - 0.1
assert rows[3][1] > rows[0][1] - 0.01

# %% [markdown]
# ## Further: regularisation that nobody added
#
# Gradient descent from 0 finds the minimum of least norm (lesson 1).
# The step size regularises too: gradient descent cannot stay at a minimum with a curvature above $2/\eta$, so a large η leads to a flatter minimum.
# To first order in η, gradient descent follows the loss plus $\frac{\eta}{4} \lVert \nabla L \rVert^2$ (Barrett and Dherin, 2021), and SGD has a similar term for the noise of its batches (Smith et al., 2021).
#
# All points with $ab = 1$ are minima of $L = (ab - 1)^2$; the curvature there is $2(a^2 + b^2)$.
# The cell starts near a sharp one, with three learning rates.

# %%
product = lambda v: (
    (v[..., 0] * v[..., 1] - 1) ** 2,
    2 * (v[..., :1] * v[..., 1:] - 1) * v[..., ::-1],
)
rows = []
for lr in (0.01, 0.12, 0.2):
    a, b = descend(product, (3.0, 0.34), Optimizer(sgd, lr=lr), 2000)[-1]
    rows.append((str(lr), a * b, 2 * (a**2 + b**2), 2 / lr))
plots.table(rows, ["η", "ab at the end", "curvature there", "2/η"])

# %% tags=["test"]
assert all(np.isclose(row[1], 1, atol=1e-3) for row in rows)
assert rows[2][2] < rows[1][2] < rows[0][2]
assert all(row[2] <= row[3] * 1.001 for row in rows)

# %% [markdown]
# The larger η is, the flatter the minimum.

# %% [markdown]
# ## Further: layer norm and RMS norm
#
# **Layer norm** (Ba et al., 2016) calculates mean and variance over the *features of one example* instead of over the batch.
# It does the same in training and in use, for any batch size.
# **RMS norm** (Zhang and Sennrich, 2019) leaves out the mean and divides by the root of the mean square alone.
# Language models use these two: their batches are small, and their sequences have different lengths.

# %%
layer_norm = lambda x: (x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True)
rms_norm = lambda x: x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True))
x = np.array([[1.0, 2.0, 6.0], [10.0, 20.0, 60.0]])
print(layer_norm(x), rms_norm(x), sep="\n")  # in each, both rows are the same: scale is gone

# %% tags=["test"]
assert np.allclose(*layer_norm(x))
assert np.allclose(*rms_norm(x))

# %% [markdown]
# ## Further: double descent
#
# Part 1 ended with 14 weights for 16 points, where the variance was largest.
# With as many weights as points, the fit goes through all of them.
# What happens with *more* weights?
# Then many solutions fit the training data exactly, and least squares by `lstsq` takes the one of least norm.
# With more weights to choose from, this norm can become smaller again, and so can the test error: **double descent** (Belkin et al., 2019).
#
# Here, 200 digits train a linear model on random features, $\max(0, xW)$ with a fixed random $W$; the number of features grows from 10 to 2,000.
#
# **Question.** Where is the peak?

# %% tags=["hide-output"]
small, rng = data.load("digits"), np.random.default_rng(0)
counts, (X, y), one_hot = np.geomspace(10, 2000, 24).astype(int), small.train[:200], np.eye(10)
W, wrong = rng.standard_normal((64, 2000)) / 8, {"training images": [], "test images": []}
for k in counts:
    features = [np.maximum(part @ W[:, :k], 0) for part in (X, small.test.X)]
    weights = np.linalg.lstsq(features[0], one_hot[y])[0]
    for each, part, target in zip(wrong, features, (y, small.test.y), strict=True):
        wrong[each].append(np.mean((part @ weights).argmax(axis=-1) != target))
ax = plots.curves(wrong, x=counts, xlabel="features", ylabel="share wrong")
ax.set(xscale="log")
plots.show(
    ax,
    "The share of wrong training images falls to 0. That of test images falls, rises to a peak at 200 "
    "features, the number of training images, and falls again, below all earlier values.",
)

# %% tags=["test"]
peak = np.argmax(np.where(counts > 60, wrong["test images"], 0))
assert 150 < counts[peak] < 260
assert wrong["test images"][-1] < min(np.array(wrong["test images"])[: peak + 1])
assert wrong["training images"][-1] == 0
features = [np.maximum(part @ W[:, : counts[peak]], 0) for part in (X, small.test.X)]
H = features[0].T @ features[0] + 0.1 * np.eye(counts[peak])
weights = np.linalg.solve(H, features[0].T @ one_hot[y])
with_l2 = np.mean((features[1] @ weights).argmax(axis=-1) != small.test.y)
assert with_l2 < min(np.array(wrong["test images"])[: peak + 1])

# %% [markdown]
# At 200 features, as many as training images.
# A little L2 removes the peak: it is variance.

# %% [markdown]
# ## Summary
#
# | what | formula, or what to do |
# |---|---|
# | error on new data | bias² + variance + noise |
# | gap | validation error − training error |
# | cross-validation | mean error over $k$ folds, each left out once; for few data |
# | objective | loss + penalty |
# | L2, weight decay for SGD | $\tfrac12\lambda\lVert w\rVert^2$; keeps $h/(h+\lambda)$ along curvature $h$ |
# | ridge | $(\tfrac2N X^\top X + \lambda I)\, w = \tfrac2N X^\top y$ |
# | L1 | soft thresholding of $w - \eta g$ by $\eta\lambda$; exact zeros |
# | AdamW | $\theta \leftarrow (1-\eta\lambda)\theta$, then Adam's step; weights only |
# | inverted dropout | keep with probability $1-p$, divide by $1-p$; off in use |
# | dropout of inputs | ridge with $\frac{p}{1-p}\sum_i x_{ij}^2$ for column $j$ |
# | early stopping | acts like L2 with $\lambda \approx 1/(\eta t)$ |
# | batch norm | $y = \gamma\hat x + \beta$, $\hat x = (x - \text{mean})/\sqrt{\text{variance} + \varepsilon}$; start with γ = 1, β = 0 |
# | its backward pass | $dc = (d\hat x - \hat x \operatorname{mean}(d\hat x\, \hat x))/s$ with $s = \sqrt{\text{variance} + \varepsilon}$, then $dx = dc - \operatorname{mean}(dc)$ |
# | weights before it | $L(cW) = L(W)$, gradient divided by $c$ |

# %% [markdown]
# ## Symptom, suspect, test
#
# | symptom | suspect | test |
# |---|---|---|
# | validation error excellent, poor in use | a leak | recalculate everything that comes from data (scales, columns) with training rows only |
# | training and validation error both large | underfitting, too much regularisation | train without any; overfit 50 examples on purpose |
# | training error 0, validation error large | overfitting | more data, augmentation, then a larger λ |
# | L1, but no weight is 0 | a subgradient step | count `w == 0`; use `proximal_sgd` |
# | λ does nothing under Adam | L2 in the gradient | use `adamw` |
# | predictions too small on average | the bias decays | leave biases and gains out of the decay |
# | other predictions at each call | dropout is on in use | call the model twice and compare |
# | good in training, bad in use, with batch norm | running average not finished, or tiny batches | use exact statistics and compare |
# | every input gets the same class | γ starts at 0 and is not updated | print γ before and after a step |
# | validation loss falls, then rises | trained too long | keep the best epoch |

# %% [markdown]
# ## Questions
#
# <details><summary>1. You collect ten times as much data. Which part of the error becomes smaller, and should λ grow or shrink?</summary>
#
# The variance. With less variance there is less to gain from a penalty, so λ should shrink.
# The bias of the model stays.
# </details>
#
# <details><summary>2. You try 50 values of λ on the test set and publish the smallest error. What is wrong, if the values themselves are sensible?</summary>
#
# The smallest of 50 noisy numbers is too small on average, as with the coin tossers.
# Choose λ on validation data and measure the chosen model on the test set, once.
# </details>
#
# <details><summary>3. Your inputs are 1,000 columns, of which perhaps 20 matter. L1 or L2?</summary>
#
# L1: it sets most weights to exactly 0.
# L2 makes all of them small and none of them 0.
# If some of the 20 are nearly equal, use the elastic net.
# </details>
#
# <details><summary>4. Two colleagues use weight decay 0.01, one with SGD and η = 0.1, the other with SGD and η = 0.001. Do their weights decay equally fast?</summary>
#
# No. A step multiplies by $1 - \eta\lambda$, so the first decays 100 times as fast per step.
# The weights at which decay and gradient balance do not depend on η, only the speed does.
# </details>
#
# <details><summary>5. With dropout, the training loss is larger than the validation loss. Is that a fault?</summary>
#
# Not necessarily: the training loss was measured with dropout on, on thinned networks, the validation loss with dropout off.
# Measure both with dropout off.
# </details>
#
# <details><summary>6. You add batch norm before every activation. Which parameters of the layers below become useless?</summary>
#
# The biases $b$: the mean is subtracted right after them. β takes over their work.
# </details>

# %% [markdown]
# ## Read on
#
# - Trevor Hastie, Robert Tibshirani, Jerome Friedman, *The Elements of Statistical Learning*, 2009: chapters 3 and 7, penalties, bias and variance, cross-validation and how to do it wrong.
# - Robert Tibshirani, *Regression shrinkage and selection via the lasso*, 1996; Hui Zou, Trevor Hastie, *Regularization and variable selection via the elastic net*, 2005.
# - Ilya Loshchilov, Frank Hutter, *Decoupled weight decay regularization*, 2019.
# - Nitish Srivastava et al., *Dropout: a simple way to prevent neural networks from overfitting*, 2014; Stefan Wager, Sida Wang, Percy Liang, *Dropout training as adaptive regularization*, 2013.
# - Arvind Neelakantan et al., *Adding gradient noise improves learning for very deep networks*, 2015.
# - Sergey Ioffe, Christian Szegedy, *Batch normalization*, 2015; Shibani Santurkar et al., *How does batch normalization help optimization?*, 2018; Twan van Laarhoven, *L2 regularization versus batch and weight normalization*, 2017.
# - Mikhail Belkin et al., *Reconciling modern machine-learning practice and the classical bias–variance trade-off*, 2019.
#
# **Next:** the [exercises of this lesson](../exercises/06_regularisation.ipynb); lesson 7, deep networks, is about what goes wrong when layers are stacked: vanishing gradients, dead units, and how to find faults.
