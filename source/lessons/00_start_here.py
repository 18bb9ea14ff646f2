# %% [markdown] about="notebooks, sliders, checks, loss curves, notation"
# # Start here
#
# About {minutes} minutes.
# Afterwards, keep [Notation and terms](#Notation-and-terms) at hand: it is a page to look things up.
#
# Training a neural network means changing its numbers, step by step, so that its error becomes smaller.
# This course is about these steps: how long they should be, in which direction they should go, how much data each of them should use, and how to tell whether a method is better or was only lucky.
#
# You need: school mathematics, and a little Python.
#
# At the end you will be able to
#
# - run a lesson, move its sliders, and write code inside it;
# - let a check tell you what is wrong with your answer, and ask it for a hint;
# - read a loss curve, and say what it cannot tell you;
# - say when a program gives the same numbers again, and when it need not.
#
# A notebook consists of **cells**.
# You read text cells, such as this one.
# You run code cells: click on the next one and press **Shift + Enter**.
# It loads what this lesson uses; every lesson begins with such a cell.

# %%
import numpy as np

from course_lib import data, doctor, network_plots, plots
from course_lib.checks import lesson_00 as check
from course_lib.explorers import lesson_00 as explore
from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, sgd
from course_lib.turns import lesson_00 as turn

# %% [markdown]
# ## 1. Cells, sliders and checks ({minutes} minutes)
#
# All cells share the memory of the **kernel**, the Python program behind the page.
# What counts is the order in which you *run* the cells, not the order in which they stand.
# If a cell says `NameError`, you have probably not run a cell above it.
# When something looks strange, choose *Kernel → Restart Kernel and Run All Cells*.
# Nothing that you type in a notebook can damage the course.
#
# The next cell checks your installation, and says what is missing and what to type.

# %% [markdown] tags=["teacher"]
# **Aim.** Every student has run a cell, moved a slider, written a function in a *Your turn* cell and read a check.
#
# **For the room**, with the explorer on the screen and locked: "What does a much larger learning rate do?"
# Expect all three answers, each with good reasons; the slider then shows that each is right somewhere.
#
# **Can be cut.** The check of the installation, where the machines are known to work.
#
# **Exercises.** None: this lesson has no sheet.

# %%
findings = doctor.report()

# %% [markdown]
# ### Explore: the first slider
#
# A ball lies on the curve $f(\theta) = \theta^2$; θ (theta) is its position, and $f(\theta)$ its height.
# At each step it moves downhill by the **learning rate** η (eta) times the slope of the curve at θ.
# Run the cell and choose an answer to its question.
# Then drag the slider, or click on it and use the arrow keys.

# %%
explore.first_slider()

# %% [markdown]
# The height is the **loss**: a number that says how far we are from what we want.
# Going downhill on the loss by such steps is **gradient descent**, and the slope is the **gradient**.
# Lesson 1 explains all three.
#
# All positions of the slider were calculated when you ran the cell, so it answers at once.
# A notebook that you open again shows a still picture: run the cell to get the slider back.
#
# ### Your turn: one step
#
# Now you write the step.
# Replace the line `raise NotImplementedError()` by your code, and run the cell and the one below it.
# The cell below checks your function.
# If it is right, the lesson goes on with *your* function; otherwise with a reference, so you can always read on.
#
# The slope of $\theta^2$ at θ is $2\theta$.
# Return the new θ after one step with the learning rate `lr`: θ minus the learning rate times the slope.


# %% turn="1.a"
def step(theta, lr):
    """θ after one step downhill on f(θ) = θ²; theta and lr are numbers."""
    ### BEGIN SOLUTION
    return theta - lr * 2 * theta
    ### END SOLUTION


# %% [markdown]
# The worked answer opens when you click on it; try first.
#
# Here are five steps from θ = 2, with η = 0.1: compare with the slider at 0.1.

# %%
theta, rows = 2.0, []
for t in range(6):
    rows.append((t, theta, theta**2))
    theta = step(theta, lr=0.1)
plots.table(rows, ["step", "θ", "loss θ²"])

# %% tags=["test"]
positions = np.array(rows)[:, 1]
assert np.allclose(positions, 2 * 0.8 ** np.arange(6))

# %% [markdown]
# Each step multiplies θ by the same number, 0.8.
#
# ### What a check tells you
#
# A **check** has three outcomes.
# *Not attempted* means that you have not written anything, ✓ that your function is right, ✗ that it is wrong.
# Then you see an input on which it fails, the expected result and what your function returned; a common mistake is named.
# Run the next cell, correct the function, and run it again.


# %%
def mean(x):
    """The mean of the numbers x, an array (n,)."""
    return x.sum() / (len(x) - 1)


check.mean(mean)

# %% [markdown]
# If you cannot find the mistake, ask for a hint; each call gives one more.
# In a *Your turn* you type `turn.step.hint()`.

# %%
check.mean.hint()

# %% [markdown]
# Use checks as often as you like: nobody counts.
# Each lesson from 1 on has a sheet of exercises with such checks.
# There, a locked cell below each check shows what your function returns for other inputs; this cell is graded.
#
# **To keep:** run the cells from top to bottom; write, check, correct.

# %% [markdown]
# ## 2. What a loss curve tells you ({minutes} minutes)
#
# A **loss curve** shows the loss against the number of steps.
# What can you read from it, and what not?

# %% [markdown] tags=["teacher"]
# **Aim.** Students read a logarithmic axis, know that a flat loss curve has more than one cause, and expect a spread between seeds.
#
# **For the room**, before 2.a: "C and D both become flat. Which of the two learning rates would you increase?"
# Expect "both, they are slow" and "D, it is lower, so its learning rate is better".
# The curves alone do not decide it, the figure with the paths does.
# Before 2.b expect 0 ("the computer is exact") and 10 or more ("it is all random").
#
# **Can be cut.** The pictures of the digits.
#
# **Exercises.** None.

# %%
from course_lib.losses import cross_entropy
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.training import train

digits = data.load("digits")
valley = quadratic(condition=10)  # a long valley in the plane of θ₁ and θ₂
rates = np.array([0.1, 0.202, 0.004, 0.199])
paths = descend(valley, (4.0, 1.0), Optimizer(sgd, lr=rates), steps=40)
losses, _ = valley(paths)  # the loss of each of the four runs, step by step

# %% [markdown]
# The cell above ran gradient descent four times in the same valley, from the same start, with four learning rates.
# The axis of the loss is **logarithmic**: equal *factors* are equal distances, so from 10 to 1 is as far as from 1 to 0.1.
# If the loss shrinks or grows by the same factor in each step, the curve is a straight line.
#
# **Question.** Which run had a good learning rate, and which run diverges, that is, goes further and further away?

# %% tags=["hide-input"]
fig, ax = plots.figure()
plots.curves({name: losses[:, k] for k, name in enumerate("ABCD")}, xlabel="step", log=True, ax=ax)
plots.show(
    fig,
    "Four loss curves with a logarithmic axis. A falls in a straight line to almost nothing. "
    "B falls at first, then rises steadily. C falls slowly. D falls at first, then hardly at all.",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# A had a good learning rate: its curve is a straight line downwards.
# B diverges, but not at once: its steps are only a little too long, so the loss first falls and then grows by the same factor in each step.
# </details>
#
# ### Your turn: predict
#
# C and D both end far above A.
# For one of them the learning rate is much too small, for the other nearly too large.
# For which one is it nearly too large?
# Return `"C"` or `"D"`.
# Nobody checks whether a prediction is right: the next cell shows it.


# %% turn="2.a"
def too_large():
    """Return your prediction, "C" or "D"."""
    ### BEGIN SOLUTION
    return "D"
    ### END SOLUTION


# %% tags=["hide-output"]
said = str(too_large()).upper()
rows = [
    (name, rates[k], losses[-1, k], "nearly too large" if name == said else None)
    for k, name in enumerate("ABCD")
]
plots.table(rows, ["run", "learning rate η", "loss after 40 steps", "you predicted"])

# %% tags=["test"]
A, B, C, D = losses.T
assert A[-1] < 0.01 < 1 < D[-1] < C[-1] < C[0]
assert np.allclose(A[2:] / A[1:-1], A[-1] / A[-2])
assert np.allclose(B[31:] / B[30:-1], B[-1] / B[-2], rtol=1e-3)
assert 0 < B.argmin() < 10
assert B[-1] > B[0]
assert rates[1] > rates[3] > rates[0] > rates[2]

# %% [markdown]
# The curve alone does not say *why* a run is slow.
# The next figure shows the first 20 steps of C and D in the valley; its lines join points of equal loss.
#
# What makes C slow, and what makes D slow?

# %% tags=["hide-input", "hide-output"]
fig, ax = plots.figure()
plots.contours(valley, (-0.8, 4.8, -1.5, 1.5), ax=ax)
plots.paths({"C, η = 0.004": paths[:21, 2], "D, η = 0.199": paths[:21, 3]}, ax=ax)
ax.set(xlabel="θ₁", ylabel="θ₂")
plots.show(
    fig,
    "Contours of a long valley with two paths. C takes many tiny steps and stays near the start. "
    "D jumps from one side of the valley to the other at each step, while it moves to the middle.",
)

# %% tags=["test"]
c, d = paths[:21, 2], paths[:21, 3]
assert (np.sign(d[1:, 1]) != np.sign(d[:-1, 1])).all()
assert abs(d[-1, 0]) < 0.1
assert c[-1, 0] > 3.5

# %% [markdown]
# <details><summary>Answer</summary>
#
# C takes tiny steps and is still near its start.
# D jumps from one side of the valley to the other at each step, and each jump is nearly as long as the one before.
# So C needs a larger learning rate, and D a smaller one.
# Lesson 1 calculates where the limit is.
# </details>
#
# ### Data
#
# Two small data sets come with the course and need no network: 1,797 handwritten digits, and measurements of 442 people with diabetes.
# Two larger ones, MNIST and Fashion-MNIST, are downloaded when a lesson first uses them.
# If this is not possible, the digits take their place, and the cell says so.

# %%
print(digits)
titles = [f"this is {k}" for k in digits.train.y[:10]]
ax = network_plots.pictures(digits.train.X[:10], digits.shape, titles)
plots.show(ax, "Ten handwritten digits of 8 by 8 grey squares: " + ", ".join(titles) + ".")

# %% [markdown]
# Every data set has three parts.
# A model learns from the **training** set.
# With the **validation** set we compare choices, such as learning rates.
# The **test** set is used once, at the very end.
# If you choose by it, it can no longer tell you how well your choice does on new data.
#
# ### When results repeat
#
# A network starts from random numbers and sees its data in random order.
# A **seed** starts the generator of these numbers, and the same seed gives the same numbers.
# The next cell trains a small network to read the digits, twice with the same seed; lesson 3 explains how.
# The **accuracy** is the share of the validation digits that the network classifies correctly.


# %%
def accuracy(seed):
    """The accuracy of a small network after ten passes through the training digits."""
    network = Objective(MLP(64, 32, 10), cross_entropy)
    history = train(network, digits, Optimizer(sgd, lr=0.1), epochs=10, seed=seed, progress=False)
    return float(history[-1].valid_accuracy)


plots.table([(1, accuracy(1)), ("1 again", accuracy(1))], ["seed", "accuracy"])

# %% tags=["test"]
assert accuracy(1) == accuracy(1)

# %% [markdown]
# ### Your turn: predict the luck
#
# Train it with the seeds 0, 1, 2, 3 and 4, and change nothing else.
# How far apart are the best and the worst accuracy, in percentage points?
# Return a number.


# %% turn="2.b"
def difference():
    """Return your prediction, in percentage points."""
    ### BEGIN SOLUTION
    return 3
    ### END SOLUTION


# %% tags=["hide-output"]
of_seed = 100 * np.array([accuracy(seed) for seed in range(5)])
rows = [(f"seed {seed}", value, None) for seed, value in enumerate(of_seed)]
rows.append(("best minus worst", of_seed.max() - of_seed.min(), difference()))
plots.table(rows, ["", "accuracy, %", "you predicted"])

# %% tags=["test"]
assert of_seed.max() - of_seed.min() > 2

# %% [markdown]
# The difference is luck: all five networks were trained by the same method.
# If another method is better by less than this in a single run, you have learnt nothing about the method.
# So this course repeats an experiment with several seeds before it compares.
# A seed makes a result repeatable; it does not make it right.
#
# Another machine may differ in the last digits, because it adds the same numbers in a different order.
#
# **To keep:** a loss curve says *that* a run is slow, not why; and one run says little about a method.

# %% [markdown]
# ## The course
#
# - Lesson 1: which way is down, how long may a step be, and why is a descent slow?
# - Lesson 2: how much do you lose if each step sees a single example, and how do you get it back?
# - Lesson 3: how many examples should a step use, and what does this cost?
# - Lesson 4: what does a memory of earlier steps gain?
# - Lesson 5: what does a step size for each parameter gain?
# - Lesson 6: how do you keep a model from fitting only its training data?
#
# Each lesson has two to four parts; you can stop after each part, and begin with any of them once you have run the lesson's first cell.
#
# {lessons}
#
# Lessons 7 and 8 do not exist yet.
# They are planned: 7 deep networks, 8 comparing methods fairly.
# Where a lesson refers to one of them, read: later.

# %% [markdown]
# ## Notation and terms
#
# The lessons, the exercises and the library use the same letters and the same words.
# The last column is the lesson that explains it; numbers in brackets are lessons that do not exist yet.
#
# **Symbols**, with the names that they have in code
#
# | symbol | what it is | lesson |
# | --- | --- | --- |
# | $\theta$ (theta), `theta` | all parameters in one vector; $P$ is their number | 1 |
# | $w$, $b$; $W$, $b$; `w`, `b`; `W`, `b` | weight and bias of a line; weight matrix and bias vector of a layer | 1; 3 |
# | $X$, $y$, `X`, `y` | the data: one row of $X$ for each example, and the targets | 1 |
# | $N$ or $n$, `len(X)` | the number of examples | 1 |
# | $r$, `r`, `residuals` | residual, prediction minus target | 1 |
# | $L$, $f$, `loss`, `f` | the loss; `f(theta)` returns a value and its gradient | 1 |
# | $g$, $g_i$, `g`, `g_each` | gradient of the loss; of the loss of example $i$ | 1; 2 |
# | $H$, `H`, `hessian` | Hessian, the matrix of second derivatives (in lesson 3, part 1, the values after the ReLU) | 1 |
# | $\lambda$ (lambda), `eigenvalues` | curvature; eigenvalue of the Hessian, from $\lambda_{\min}$ to $\lambda_{\max}$ (in lesson 6 the strength of a penalty) | 1 |
# | $\kappa$ (kappa), `condition` | condition number, $\lambda_{\max}/\lambda_{\min}$ | 1 |
# | $\eta$ (eta), $\eta_t$, `lr` | learning rate; at step $t$ | 1; 2 |
# | $t$, `t` | the number of the step, from 1; 0 is the start | 1 |
# | $e$, `error` | error, the distance to the minimum along a direction | 1 |
# | $r$, $r^t$, `rate` | convergence factor, and its power | 2, 4 |
# | $\xi$ (xi), $s^2$, `noise` | noise added to the gradient, and its variance | 2 |
# | $v_t$, $v_\infty$ | the mean of θ² after $t$ steps; its limit, the stationary variance | 2 |
# | $B$, `batch` | batch size | 3 |
# | $\sigma^2$, $\operatorname{tr}\Sigma$ | variance of the gradient of one example | 3 |
# | $\mathcal B$ | gradient noise scale | 3 |
# | logits, `logits` | outputs of a network before the softmax | 3 |
# | $v$, `v` | velocity (in lesson 2 the mean of θ²) | 4 |
# | $\beta$ (beta), `beta` | momentum: the share of the velocity that a step keeps | 4 |
# | $s$, `s` | sum (AdaGrad) or mean (RMSProp) of the squared gradients of each parameter | 5 |
# | $m$, $v$, `m`, `v` | in Adam the means of gradients and of their squares (in lesson 4 $v$ is the velocity) | 5 |
# | $\hat m$, $\hat v$, `m_hat`, `v_hat` | $m$ and $v$ with bias correction | 5 |
# | $\rho$ (rho), $\beta_1$, $\beta_2$, `rho`, `beta1`, `beta2` | the share of the old mean that a step keeps: of $s$, $m$, $v$ | 5 |
# | $\varepsilon$ (epsilon), `eps` | the number added to the denominator of a step | 5 |
# | $R(w)$; $\lambda$, `lam` | penalty; its strength | 6 |
# | $h$ | curvature, where λ is the strength of a penalty | 6 |
# | `weight_decay` | strength of weight decay | 6 |
# | $p$, `rate` | dropout rate | 6 |
# | $c$, $\hat x$, `c`, `x_hat` | a feature minus its mean over the batch; divided by its spread as well | 6 |
# | $\gamma$ (gamma), $\beta$, `gamma`, `beta` | gain and shift of batch normalisation | 6 |
# | `dy`, `d_hat`, `dc` | derivative of the loss with respect to $y$, $\hat x$, $c$ | 6 |

# %% [markdown]
# **Terms: what is minimised**
#
# | term | meaning | lesson |
# |---|---|---|
# | parameters | the numbers that training changes | 1 |
# | loss | how far the predictions are from the targets, as one number | 1 |
# | training, validation, test error | on the data of the fit; on data for choosing; on data used once, at the end | 6 |
# | gap, underfitting, overfitting | validation error minus training error; both errors large; a large gap | 6 |
# | bias and variance of a fit | error on average over many draws of the data; how much the fits differ | 6 |
# | cross-validation, fold | every part of the data, a fold, validates once; the mean of the errors | 6 |
# | leak | information from validation or test data that reaches the training | 6 |
# | penalty | a number that grows with the weights, whatever the data | 6 |
# | objective | what is minimised: loss plus penalty; without a penalty it is the loss | 6 |
# | L2, ridge regression | penalty on the squared length of the weights; least squares with it | 6 |
# | L1, elastic net | penalty on the sizes of the weights; L1 and L2 together | 6 |
# | excess loss | loss minus its minimum | 2 |
# | gradient | the vector of the derivatives of the loss with respect to the parameters | 1 |
# | curvature | second derivative of the loss along a direction | 1 |
# | eigenvector, eigenvalue | a direction that the Hessian only stretches, and by how much; it is the curvature along it | 1 |
# | condition number | largest curvature divided by smallest | 1 |
# | minimum | the point of smallest loss, also its value | 1 |
# | saddle point | a point with gradient 0 that is a minimum along some directions and a maximum along others | 2 |
# | logits, softmax, cross-entropy | outputs of a network; how they become probabilities; their loss | 3 |
#
# **Terms: what a training does**
#
# | term | meaning | lesson |
# |---|---|---|
# | step | one update of θ | 1 |
# | learning rate | the factor η of a step; never called rate alone | 1 |
# | rule | the formula of a step, such as `sgd` | 1 |
# | optimizer | a rule with its memory and its learning rate: `Optimizer(sgd, lr=0.1)` | 1 |
# | path | θ at the start and after each step | 1 |
# | run | one descent or training from its start to its end | 1 |
# | seed | the number that starts a random generator | 0 |
# | gradient evaluation | calculating the gradient of one example | 2 |
# | epoch | one pass through the data: as many gradient evaluations as there are examples | 2 |
# | full batch | all examples in each step; GD is gradient descent with the full batch | 2 |
# | batch, mini-batch | the examples of one step; a few of all | 3 |
# | SGD | gradient descent with the gradient of randomly drawn examples | 2 |
# | reshuffle, i.i.d. draws | a new random order in each epoch; draws without regard to earlier ones | 2 |
# | schedule | a learning rate that depends on the step | 2 |
# | Polyak averaging | using the mean of the path instead of its end | 2 |
# | gradient accumulation | adding up the gradients of several batches before a step | 3 |
# | heavy ball, Nesterov's momentum | rules with a velocity | 4 |
# | effective learning rate | $\eta/(1-\beta)$: how heavy ball acts on gradients that agree | 4 |
# | Newton's method | a step that divides by the curvature along each direction | 5 |
# | adaptive method | a rule that divides the step of each parameter by the size of its gradients | 5 |
# | AdaGrad, RMSProp, Adam | adaptive methods: with a sum, with a mean, with a mean and momentum | 5 |
# | sign descent | a rule that uses only the sign of each component of the gradient | 5 |
# | bias correction | division by $1 - \beta^t$, because a mean that starts at 0 is too small at first | 5 |
# | weight decay | multiplying the weights by a number below 1 in each step | 6 |
# | proximal step, soft thresholding | a step on the loss, then every weight towards 0, and not beyond | 6 |
# | dropout, thinned network | setting random outputs to 0 in each training step; the network that remains | 6 |
# | augmentation | random changes of the training images that keep the label | 6 |
# | batch normalisation | giving each feature mean 0 and variance 1 over the batch, then a gain and a shift | 6 |
# | running average, exact statistics | two ways to get the mean and variance that batch normalisation uses after training | 6 |
# | pull | a step's function backward: from the derivative with respect to its output to that of its input | 6 |
#
# **Terms: how it ends**
#
# | term | meaning | lesson |
# |---|---|---|
# | converges, diverges | approaches a minimum; moves away without limit | 1 |
# | oscillates | passes the minimum again and again, on alternating sides | 1 |
# | convergence factor | the factor by which a step multiplies the error in the long run; for gradient descent $\lvert 1 - \eta\lambda \rvert$ | 1, 4 |
# | linear convergence | the error falls by the same factor in each step | 2 |
# | overdamped, underdamped, critically damped | approaches from one side; oscillates; the border between them | 4 |
# | noise | the difference between the gradient of a step and the full gradient | 2 |
# | bias of an estimate, unbiased | an error that averaging does not remove; without such an error | 2 |
# | variance, spread | mean squared length of the noise; its root | 2 |
# | transient | the first phase of SGD, as without noise | 2 |
# | noise ball | the region around the minimum in which SGD fluctuates later | 2 |
# | noise floor | the mean excess loss in the noise ball | 2 |
# | gradient noise scale | the batch size at which noise and gradient weigh the same | 3 |
# | critical batch size | the batch size above which a larger batch saves few steps | 3 |
# | early stopping | stopping when the validation loss is smallest | 1, 6 |
# | patience | how many epochs without a smaller validation loss end a training | 6 |
# | regularisation | everything that keeps a model simpler: a little bias for much less variance | 1, 6 |
# | outlier | a point far from what the others suggest, often a wrong entry | 1 |

# %% [markdown]
# ## Symptom, suspect, test
#
# | symptom | suspect | test |
# |---|---|---|
# | `NameError: name ... is not defined` | a cell above was not run | run the lesson's first cell and the part's first code cell |
# | a slider does not move anything | the still picture of an earlier day | run its cell |
# | the sliders are grey | the explorer waits for your answer | choose one, or press *Skip* |
# | the check talks about code that you have changed | the cell with your function was not run again | run it, then the check |
# | a cell has shown `[*]` for a long time | a loop that never ends | *Kernel → Interrupt Kernel* |
# | other numbers than your neighbour's | another seed, or stand-in data | read the first line that the cell prints |
# | a package or a file is missing | the installation | `python -m course_lib doctor` |
#
# **Next:** [lesson 1, linear regression by gradient descent](01_linear_regression.ipynb).
