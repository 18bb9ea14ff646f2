# %% [markdown]
# # Lesson 5, exercises: adaptive methods
#
# {minutes} minutes, {points} points
#
# These exercises go with the lesson [Adaptive methods](../notebooks/05_adaptive_methods.ipynb). In each you write a function. The cell below it tries the function and says whether it passed, and if not, on which input it fails and what the likely cause is. Try as often as you like.
#
# Each check has hints: type `check.learning_rates.hint()` in a new cell, and again for the next one. The last cell of an exercise is locked: it shows what your function returns. This is what is graded, together with inputs that are not shown.
#
# Exercise 5.1 is a warm-up. Exercise 5.7 is harder than the others, and 5.8 is open: there is no single right answer.
#
# Run the next cell first, and again each time you open this page.

# %%
import numpy as np

from course_lib import plots
from course_lib.checks import case
from course_lib.checks import lesson_05 as check
from course_lib.checks.contests import rare_score
from course_lib.checks.values import values
from course_lib.landscapes import quadratic
from course_lib.optim import (
    Optimizer,
    adagrad,
    adam,
    descend,
    gradient_noise,
    momentum,
    rmsprop,
    sgd,
)

# %% [markdown]
# ## 5.1 A learning rate for each parameter (8 minutes)
#
# AdaGrad gives each parameter a learning rate of its own: the number $\eta / (\sqrt{s} + \varepsilon)$, with which it multiplies the gradient. Compute all of them from a recorded run.
#
# `gradients` has the shape (T, P): the gradients of steps 1 to T, one row for each step. Return an array of the same shape that holds the learning rates that each step uses. Remember that AdaGrad adds the squared gradient to $s$ before it divides.
#
# **Example.** With the gradients (3, 0) and (4, 1), η = 1 and ε = 1, the first row is (1/4, 1) and the second is (1/6, 1/2).


# %% answer="5.1"
def learning_rates(gradients, lr, eps):
    """Return AdaGrad's learning rate of each parameter in each step, (T, P)."""
    ### BEGIN SOLUTION
    return lr / (np.sqrt(np.cumsum(gradients**2, axis=0)) + eps)
    ### END SOLUTION


# %% practice="5.1"
check.learning_rates(learning_rates)

# %% [markdown]
# **Question.** Two parameters get the gradient 1 in every step. But in the very first step the second one gets 100, because of a single outlier in the data. After how many steps has AdaGrad forgotten the outlier? Estimate first.

# %%
try:
    gradients = np.ones((100_000, 2))
    gradients[0, 1] = 100
    rates = learning_rates(gradients, 0.1, 1e-10)
    rows_of_table = [
        (t, *rates[t - 1], f"{rates[t - 1, 1] / rates[t - 1, 0]:.0%}")
        for t in (1, 10, 100, 1000, 10_000, 100_000)
    ]
    plots.table(rows_of_table, ["step", "η without outlier", "η with it", "second / first"])
except NotImplementedError:
    print("learning_rates is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# The outlier adds 100² = 10,000 to the sum, as much as 10,000 ordinary steps. Only after about this many steps is the second learning rate within a factor of √2 of the first. RMSProp, which forgets, needs only a few times 1 / (1 − ρ) steps.
# </details>

# %% graded="5.1" points=1
# Graded, and locked: run it, and leave it as it is.
values(
    "5.1",
    learning_rates,
    (np.array([[2.0, -1.0], [1.0, 0.0], [-2.0, 3.0]]), 0.2, 0.5),
    (np.array([[0.5, 0.0, 4.0]]), 2.0, 0.1),
)
### BEGIN HIDDEN TESTS
values(
    "5.1 hidden",
    learning_rates,
    (np.linspace(-3, 2, 12).reshape(4, 3), 0.3, 0.2),
    (np.array([[1.0], [0.0], [-7.0], [0.2], [2.0]]), 5.0, 0.7),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5.2 Adam without hats (10 minutes)
#
# Adam divides $m$ and $v$ by $1 - \beta_1^t$ and $1 - \beta_2^t$ before it uses them. Its authors mention a shorter way: leave $m$ and $v$ as they are, and let the learning rate depend on $t$. Find the numbers $\eta_t$ and $\varepsilon_t$ for which
#
# $$\theta - \eta_t \, \frac{m}{\sqrt{v} + \varepsilon_t} \;=\; \theta - \eta \, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# whatever $m$ and $v$ are. Return $\eta_t$ and $\varepsilon_t$, in this order. The steps $t$ count from 1.
#
# **Example.** With t = 1, β1 = 0.5, β2 = 0.75, η = 0.1 and ε = 0.01 the answer is 0.1 and 0.005.


# %% answer="5.2"
def without_hats(t, lr, beta1, beta2, eps):
    """Return the learning rate and the eps with which Adam's step t needs no m_hat and v_hat."""
    ### BEGIN SOLUTION
    root = np.sqrt(1 - beta2**t)
    return lr * root / (1 - beta1**t), eps * root
    ### END SOLUTION


# %% practice="5.2"
check.without_hats(without_hats)

# %% [markdown]
# **Question.** “The bias correction enlarges the tiny first steps of Adam.” True or false? The table shows $\eta_t / \eta$: the factor by which the correction changes the length of step $t$, for β1 = 0.9 and two values of β2. Decide before you run it.

# %%
try:
    rows_of_table = [
        (t, *(without_hats(t, 1.0, 0.9, beta2, 0.0)[0] for beta2 in (0.99, 0.999)))
        for t in (1, 3, 10, 30, 100, 1000, 5000)
    ]
    plots.table(rows_of_table, ["step", "ηₜ / η, β2 = 0.99", "ηₜ / η, β2 = 0.999"])
except NotImplementedError:
    print("without_hats is not written yet.")

# %%
check.without_hats.plot()

# %% [markdown]
# <details><summary>Answer</summary>
#
# False for these values. The correction of $m$ alone enlarges the steps, but that of $v$ makes them smaller, and it lasts longer. With β2 = 0.999 the first step is 0.316 times as long as without both corrections, the tenth is even shorter, and after 1,000 steps the factor is still below 0.8. The picture adds β2 = 0.9: here the correction of $m$ is the larger one, and the first steps do become longer.
#
# Some libraries use $\varepsilon$ in place of $\varepsilon_t$ in this form. Their Adam is then not quite the Adam of the lesson: the two differ where $\sqrt v$ is as small as ε.
# </details>

# %% graded="5.2" points=2
# Graded, and locked: run it, and leave it as it is.
values("5.2", without_hats, (1, 0.01, 0.8, 0.95, 0.5), (4, 0.2, 0.7, 0.9, 0.03))
### BEGIN HIDDEN TESTS
values(
    "5.2 hidden",
    without_hats,
    (2, 0.3, 0.95, 0.6, 0.2),
    (7, 0.05, 0.85, 0.97, 0.4),
    (1, 1.5, 0.4, 0.9, 0.1),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5.3 A rule from its paper: AdaBelief (12 minutes)
#
# New rules appear every month, and a library may not have the one that you need. Here is **AdaBelief** (Zhuang et al., 2020), as its paper writes it. Where Adam averages the squared gradient, AdaBelief averages the squared distance of the gradient from its own average:
#
# $$\begin{aligned} m &\leftarrow \beta_1 m + (1 - \beta_1)\, g \\ s &\leftarrow \beta_2 s + (1 - \beta_2)\,(g - m)^2 + \varepsilon \\ \hat m &= \frac{m}{1 - \beta_1^t}, \qquad \hat s = \frac{s}{1 - \beta_2^t} \\ \theta &\leftarrow \theta - \eta \, \frac{\hat m}{\sqrt{\hat s} + \varepsilon} \end{aligned}$$
#
# Write it as the library writes its rules, so that `Optimizer(adabelief, lr=0.1)` can use it. Return `theta`, `m` and `s`, in this order. Leave the arguments as they are.


# %% answer="5.3"
def adabelief(theta, g, t, m=0.0, s=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return theta, m and s after step t of AdaBelief."""
    ### BEGIN SOLUTION
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(s_hat) + eps), m, s
    ### END SOLUTION


# %% practice="5.3"
check.adabelief(adabelief)

# %% [markdown]
# **Question.** On a slope where the gradient is 1 everywhere, each step of Adam has the length η. How long are the steps of AdaBelief there? And where the gradient is +1 and −1 in turn? The cell takes 200 steps with η = 0.001 and shows the length of the last one.

# %%


def last_step(rule, slopes):
    optimizer, theta = Optimizer(rule, lr=0.001), np.zeros(1)
    for slope in slopes:
        before, theta = theta, optimizer.step(theta, np.array([slope]))
    return abs(theta - before)[0]


try:
    always_up, in_turn = np.ones(200), np.tile([1.0, -1.0], 100)
    rows_of_table = [
        (rule.__name__, last_step(rule, always_up), last_step(rule, in_turn))
        for rule in (adam, adabelief)
    ]
    plots.table(rows_of_table, ["rule", "last step, gradient 1", "last step, gradient ±1"])
except NotImplementedError:
    print("adabelief is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Where the gradient is always the same, it is what AdaBelief expects ("believes"): $g - m$ goes to 0, and the steps become several times as long as Adam's. Where the sign alternates, both take short steps, since $m$ is small.
# </details>

# %% graded="5.3" points=2
# Graded, and locked: run it, and leave it as it is.
values(
    "5.3",
    adabelief,
    case(np.array([1.0, 0.0]), np.array([4.0, -2.0]), 1, lr=0.5, beta1=0.75, beta2=0.5, eps=0.1),
    case(
        np.array([2.0, 1.0]),
        np.array([1.0, -3.0]),
        3,
        np.array([0.5, -1.0]),
        np.array([0.2, 2.0]),
        lr=0.2,
        beta1=0.6,
        beta2=0.9,
        eps=0.02,
    ),
    case(np.array([0.5, 1.0]), np.array([0.01, -0.02]), 1),
)


### BEGIN HIDDEN TESTS
def three_steps(theta, slopes, lr, beta1, beta2, eps):
    memory, path = (), []
    for t, g in enumerate(slopes, 1):
        step = adabelief(theta, g, t, *memory, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
        theta, *memory = map(np.asarray, step)
        path.append(step)
    return tuple(path)


values(
    "5.3 hidden",
    three_steps,
    (np.array([3.0, -1.0]), np.array([[2.0, 1], [-1, 3], [0.5, 2]]), 0.3, 0.7, 0.8, 0.05),
    (np.array([1.0]), np.array([[-5.0], [1.0], [4.0]]), 0.05, 0.85, 0.92, 0.3),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5.4 In other coordinates (12 minutes)
#
# You measure a parameter in metres, a colleague measures it in millimetres. Or you turn the axes so that they lie along the valley. Does an optimizer take the same path? Write a function that runs any rule in other coordinates.
#
# The new coordinates $u$ belong to the old ones by $\theta = A u$, with a square matrix `A` that has an inverse. A function of θ becomes a function of $u$. By the chain rule its gradient with respect to $u$ is
#
# $$A^\mathsf{T}\, \nabla f(A u).$$
#
# Start at the `theta` that is given, and take `steps` steps **in the coordinates u**, with `Optimizer(rule, lr=lr)`, whose `optimizer.step(u, g)` returns the new $u$. The function `gradient(theta)` returns the gradient with respect to θ, at θ. Return the θ where you end. Leave the arguments as they are.
#
# **Example.** $f(\theta) = \tfrac14 \theta^4$ in both coordinates, so `gradient(theta)` is `theta**3`; `A` has 2 and ½ on its diagonal; one step of gradient descent with η = 0.125 from θ = (2, 1). There $u$ = (1, 2), its gradient is (16, ½), and the new $u$ is (−1, 1.9375). The answer is (−2, 0.96875).


# %% answer="5.4"
def descend_in(A, rule, lr, gradient, theta, steps):
    """Return theta (P,) after so many steps of the rule in the coordinates u, where theta = A u."""
    ### BEGIN SOLUTION
    optimizer = Optimizer(rule, lr=lr)
    u = np.linalg.solve(A, theta)
    for _ in range(steps):
        u = optimizer.step(u, A.T @ gradient(A @ u))
    return A @ u
    ### END SOLUTION


# %% practice="5.4"
check.descend_in(descend_in)

# %% [markdown]
# **Question.** The same valley and the same start, 30 steps, in four versions: in the given coordinates, in coordinates turned by 30°, with the first coordinate in other units, and with a loss that is divided by 100. For which rules do two versions end at the same θ? Write down your expectation for each of the four rules.

# %%
valley = quadratic(condition=10)
c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
turned, other_units = np.array([[c, -s], [s, c]]), np.diag([0.25, 1.0])
try:
    rows_of_table = []
    for rule, lr in ((sgd, 0.05), (momentum, 0.01), (adagrad, 0.5), (adam, 0.1)):
        ends = [
            descend_in(A, rule, lr, lambda x, k=k: k * valley(x)[1], np.array([4.0, 2.0]), 30)
            for A, k in ((np.eye(2), 1), (turned, 1), (other_units, 1), (np.eye(2), 0.01))
        ]
        rows_of_table.append((rule.__name__, *(f"{end[0]:.4f}, {end[1]:.4f}" for end in ends)))
    plots.table(rows_of_table, ["rule", "θ as given", "turned by 30°", "other units", "loss / 100"])
except NotImplementedError:
    print("descend_in is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Gradient descent and momentum do not notice a rotation. AdaGrad and Adam treat each axis on its own, so a rotation changes their path. With the scale of the loss it is the reverse: AdaGrad and Adam do not notice it, because they divide by the size of the gradient. Gradient descent needs another learning rate.
#
# Other units change the paths of all four rules, but not by the same amount. With $\theta_1 = u_1 / 4$ the step of gradient descent in $\theta_1$ is 1/16 as long, since $A$ acts twice, on the gradient and on the step. The step of the adaptive methods is 1/4 as long.
# </details>


# %% graded="5.4" points=2
# Graded, and locked: run it, and leave it as it is.
def on_a_bowl(A, rule, lr, theta, steps):
    return descend_in(A, rule, lr, lambda x: x * np.arange(1, len(x) + 1) ** 2, theta, steps)


values(
    "5.4",
    on_a_bowl,
    (np.array([[1.0, 0.5], [-0.5, 2.0]]), sgd, 0.05, np.array([1.0, 2.0]), 3),
    (np.array([[2.0, 1.0], [0.0, 1.0]]), adam, 0.1, np.array([-1.0, 3.0]), 4),
)
### BEGIN HIDDEN TESTS
values(
    "5.4 hidden",
    on_a_bowl,
    (np.array([[1.0, 0.3, 0.0], [0.2, 2.0, -0.4], [0.5, 0.0, 0.7]]), adagrad, 0.3, np.ones(3), 5),
    (np.array([[0.6, -0.8], [0.8, 0.6]]), momentum, 0.02, np.array([2.0, -1.0]), 4),
    (np.array([[3.0, 1.0], [0.5, 0.25]]), sgd, 0.01, np.array([1.0, 1.0]), 1),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5.5 Find the faults: AMSGrad in a training loop (12 minutes)
#
# A colleague wrote AMSGrad: Adam that divides by the largest $v$ so far, so that the learning rates cannot grow again. `gradient(w, rows)` returns the gradient for a batch, `orders` is a list of arrays, the order of the rows in each epoch. The function has **two faults**.


# %%
def faulty_amsgrad(gradient, w, orders, B, lr, beta1, beta2, eps):
    m = v = v_max = np.zeros(len(w))
    for t, order in enumerate(orders, 1):
        for begin in range(0, len(order), B):
            g = gradient(w, order[begin : begin + B])
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            v_max = np.maximum(v_max, v)
            m_hat = m / (1 - beta1**t)
            v_hat = v / (1 - beta2**t)
            w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w


# %% [markdown]
# Two experiments show the faults. In the first, the gradient is 1 in each of 12 steps. Adam and AMSGrad should then move by η in every step, however the steps are divided into epochs. In the second, each epoch has one step, and the third of 100 gradients is 100 times as large as the others. Adam recovers from this outlier; the later steps of AMSGrad should stay at about 0.03 η.

# %%


def always_1(w, rows):
    return np.ones(1)


def one_outlier(w, rows):
    return np.full(1, 100.0 if rows[0] == 2 else 1.0)


for batches in (1, 3, 12):
    epochs = [np.arange(batches)] * (12 // batches)
    w = faulty_amsgrad(always_1, np.zeros(1), epochs, 1, 0.01, 0.9, 0.999, 1e-8)
    print(f"steps in an epoch: {batches:2}, mean length of a step: {-w[0] / 12 / 0.01:.3f} η")
one_step_each = [np.array([k]) for k in range(100)]
ends = [
    faulty_amsgrad(one_outlier, np.zeros(1), one_step_each[:n], 1, 0.01, 0.9, 0.9, 1e-8)
    for n in (99, 100)
]
print(f"long after the outlier, step 100 has the length {(ends[0] - ends[1])[0] / 0.01:.3f} η")

# %% [markdown]
# Write `fixed_amsgrad`, with the same arguments and without the faults. As in the library, the maximum is taken of $v$ itself, and corrected afterwards. Return the new `w`, and leave the arguments as they are.


# %% answer="5.5"
def fixed_amsgrad(gradient, w, orders, B, lr, beta1, beta2, eps):
    """Return w (P,) after an epoch of AMSGrad for each order in orders."""
    ### BEGIN SOLUTION
    m = v = v_max = np.zeros(len(w))
    t = 0
    for order in orders:
        for begin in range(0, len(order), B):
            g = gradient(w, order[begin : begin + B])
            t = t + 1
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            v_max = np.maximum(v_max, v)
            m_hat = m / (1 - beta1**t)
            v_hat = v_max / (1 - beta2**t)
            w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w
    ### END SOLUTION


# %% practice="5.5"
check.fixed_amsgrad(fixed_amsgrad)


# %% graded="5.5" points=2
# Graded, and locked: run it, and leave it as it is.
def toward_targets(w, targets, orders, B, lr, beta1, beta2, eps):
    """The answer on the mean squared distance of w from the rows of targets."""
    return fixed_amsgrad(
        lambda w, rows: 2 * (w - targets[rows].mean(axis=0)), w, orders, B, lr, beta1, beta2, eps
    )


targets = np.array([[1.0, 0.0], [50.0, 2.0], [0.0, -3.0], [2.0, 1.0], [1.0, 30.0]])
values(
    "5.5",
    toward_targets,
    (np.zeros(2), targets, [np.arange(5), np.array([4, 2, 0, 1, 3])], 2, 0.5, 0.6, 0.7, 0.2),
    (np.ones(2), targets, [np.array([1, 0, 2, 3])], 1, 0.3, 0.8, 0.5, 1.0),
    (np.ones(2), targets[:3], [np.arange(3)] * 3, 3, 0.2, 0.7, 0.6, 0.1),
)
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values(
    "5.5 hidden",
    toward_targets,
    (
        np.array([1.0, -1.0, 0.5]),
        np.random.default_rng(fresh(51)).standard_normal((7, 3))
        * np.array([30.0, 1, 1, 5, 1, 1, 9])[:, None],
        [np.random.default_rng((fresh(52), k)).permutation(7) for k in range(3)],
        3,
        0.4,
        0.8,
        0.6,
        0.3,
    ),
    (np.array([0.5]), targets[:3, :1], [np.array([2, 0, 1])] * 2, 1, 0.7, 0.5, 0.9, 0.5),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5.6 Which method wins? (14 minutes)
#
# Many comparisons of optimizers run every method with the same learning rate, once. Write the evaluation of a fair one. The array `losses` has the shape (methods, learning rates, seeds): the final loss of every run. A run that diverged is `nan`.
#
# The loss of a method at a learning rate is the **median** over the seeds; there, a diverged run counts as a loss of infinity (`np.inf`). Return three things, in this order:
#
# 1. the number of the method that wins at the learning rate with the number `k`,
# 2. the number of the method that wins when each method uses its own best learning rate,
# 3. an array with one value for each method: True where its best learning rate is the first or the last of those tried. Then the true best may lie outside, and the comparison is not finished.
#
# All numbers count from 0. Among equal ones the first counts, as `argmin` does.
#
# **Example.** Two methods, three learning rates, one seed: the losses (9, 2, 5) and (4, 3, 1), and k = 0. The second method wins at k, the second wins with tuning too, and its best learning rate is the last. The answer is 1, 1, (False, True).


# %% answer="5.6"
def compare(losses, k):
    """Return the winner at learning rate k, the winner with tuning, and who is best at an end."""
    ### BEGIN SOLUTION
    medians = np.median(np.where(np.isnan(losses), np.inf, losses), axis=-1)
    best = medians.argmin(axis=1)
    at_end = (best == 0) | (best == medians.shape[1] - 1)
    return medians[:, k].argmin(), medians.min(axis=1).argmin(), at_end
    ### END SOLUTION


# %% practice="5.6"
check.compare(compare)

# %% [markdown]
# **Question.** Five methods minimise a bowl with condition number 100 and noisy gradients, with 13 learning rates and five seeds: 325 runs of 200 steps. How many different winners can you produce by choosing the one learning rate that all methods get? And which of the five is not tuned yet?

# %%
rules = (sgd, momentum, adagrad, rmsprop, adam)
lrs, bowl = np.geomspace(1e-4, 1, 13), quadratic(condition=100)
losses = np.empty((5, 13, 5))
for i, rule in enumerate(rules):
    for seed in range(5):
        optimizer = Optimizer(rule, gradient_noise(1.0), lr=lrs)
        path = descend(bowl, (10, 2), optimizer, steps=200, seed=seed)
        losses[i, :, seed] = bowl(path[-1])[0]
try:
    winners = [compare(losses, k)[0] for k in range(13)]
    rows_of_table = [(f"{lr:.2g}", rules[i].__name__) for lr, i in zip(lrs, winners, strict=True)]
    _, tuned, at_end = compare(losses, 0)
    plots.table([*rows_of_table, ("each its own best", rules[tuned].__name__)], ["η", "winner"])
    print("best at an end of the grid:", *(rules[i].__name__ for i in np.flatnonzero(at_end)))
except NotImplementedError:
    print("compare is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Four of the five win at some learning rate. So a comparison at one learning rate says more about the learning rate than about the methods. With tuning AdaGrad wins here, but its best learning rate is the largest that was tried: an honest report says so, and tries larger ones.
# </details>

# %% graded="5.6" points=2
# Graded, and locked: run it, and leave it as it is.
nan = np.nan
some_losses = np.array(
    [
        [[6.0, 7.0, 50.0], [4.0, 3.0, 5.0], [nan, nan, 0.5]],
        [[8.0, 1.0, 9.0], [3.5, 3.6, nan], [2.0, nan, 1.5]],
        [[2.5, 2.8, 2.6], [3.0, 9.0, 8.0], [7.0, 7.0, 1.0]],
    ]
)
values("5.6", compare, (some_losses, 0), (some_losses, 1), (some_losses, 2), (some_losses[:2], 0))


### BEGIN HIDDEN TESTS
def on_drawn_losses(seed, methods, rates, seeds):
    rng = np.random.default_rng(seed)
    shape = methods, rates, seeds
    drawn = rng.integers(1, 12, shape) ** 3.0
    return compare(np.where(rng.random(shape) < 0.25, np.nan, drawn), int(rng.integers(rates)))


from course_lib.checks.secret import fresh

seed = fresh(53)
many = [(seed + j, 3 + j % 3, 4 + j % 2, 3 + j % 4) for j in range(24)]
values("5.6 hidden", on_drawn_losses, *many)
### END HIDDEN TESTS

# %% [markdown]
# ## 5.7 Stretch: the game of AMSGrad's paper (14 minutes)
#
# In the game of Reddi, Kale and Kumar the same few gradients come back round after round, whatever θ is: for instance 3, −1, −1. Their sum is positive, so θ should go down. The question is what an adaptive method does.
#
# `cycle` holds the gradients of one round, in order. **RMSProp** with η = 1, without ε, takes the steps $-g / \sqrt v$, where $v \leftarrow \rho v + (1 - \rho) g^2$ is updated with $g$ before the step. After many rounds $v$ repeats too: after the same gradient it has the same value as a round before. Return two numbers: by how much RMSProp then moves θ in one round, and by how much its AMSGrad version does, which divides every step by $\sqrt{v_{\max}}$, the root of the largest $v$ that occurs in such a round.
#
# **Example.** For a round of the one gradient 3, $v$ becomes 9. Both move by −1.
#
# **Before you write:** is it enough to simulate? How many rounds does it take when ρ = 0.99? There is also a way without a simulation: a geometric series.


# %% answer="5.7"
def drifts(cycle, rho):
    """Return the movement of theta in a round, of RMSProp and of its AMSGrad version."""
    ### BEGIN SOLUTION
    n, v = len(cycle), []
    for i in range(n):
        back = sum(
            rho**k * cycle[i - k] ** 2 for k in range(n)
        )  # once through the round, backwards
        v.append((1 - rho) * back / (1 - rho**n))
    return -np.sum(cycle / np.sqrt(v)), -np.sum(cycle) / np.sqrt(max(v))
    ### END SOLUTION


# %% practice="5.7"
check.drifts(drifts)

# %% [markdown]
# **Question.** A round consists of one gradient C and C − 1 gradients −1, so that their sum is always 1. A positive number in the table means that RMSProp moves in the wrong direction. How must ρ grow with the length of the round? And does the AMSGrad version ever move in the wrong direction?

# %%
try:
    rows_of_table = []
    for C in (3, 10, 100):
        cycle = np.array([C] + [-1.0] * (C - 1))
        both = [drifts(cycle, rho) for rho in (0.1, 0.5, 0.9, 0.99, 0.999)]
        rows_of_table.append((C, *(f"{first:+.3f}" for first, _ in both)))
        rows_of_table.append((f"{C}, AMSGrad", *(f"{second:+.3f}" for _, second in both)))
    plots.table(rows_of_table, ["C", "ρ = 0.1", "0.5", "0.9", "0.99", "0.999"])
except NotImplementedError:
    print("drifts is not written yet.")

# %% [markdown]
# <details><summary>Answer</summary>
#
# RMSProp must remember much more than one round. Its memory is about 1 / (1 − ρ) steps: with ρ = 0.99, 100 steps, a round of 10 goes well, and a round of 100 does not. For C = 100 even ρ = 0.999 is too small. This is the point of the paper: for every fixed ρ there is a game that is too long. The AMSGrad version divides all steps by the same number, so the sum of the gradients decides, and it moves in the right direction, although slowly.
# </details>


# %% graded="5.7" points=2
# Graded, and locked: run it, and leave it as it is.
def in_thousandths(cycle, rho):
    return drifts(cycle, rho / 1000)


values(
    "5.7",
    in_thousandths,
    (np.array([5.0, -1.0, -2.0]), 600),
    (np.array([2.0, 0.5, -1.0, 0.0]), 950),
    (np.array([-4.0, 3.0]), 990),
)
### BEGIN HIDDEN TESTS
values(
    "5.7 hidden",
    in_thousandths,
    (np.array([6.0, -1.0, -1.0, -1.0, -2.0]), 300),
    (np.array([1.5, -2.0, 4.0]), 995),
    (np.array([2.5, -0.5, 1.0, 0.25]), 880),
)
### END HIDDEN TESTS

# %% [markdown]
# ## 5.8 Open: rare features (14 minutes)
#
# A linear model has 20 features. Some are present in every example, others in only one of a hundred; where a feature is absent, its value is 0. The targets are noisy. Examples come one at a time: each call `gradient(theta)` returns the gradient of the squared error of the next example, with shape (20,). There are 3,000 examples, so you may call it 3,000 times. Write `my_learner(gradient, theta)`, which starts at `theta`, zeros, and returns the θ that you end with.
#
# The score compares your excess loss with that of the exact least-squares fit to the same 3,000 examples, as a mean over 20 sets of data: a score of 2 means twice its excess loss. Get below two marks, **8** and **3**, here and on data that are not shown. The board shows what the library reaches with a constant learning rate, each rule with its best of several.


# %% answer="5.8"
def my_learner(gradient, theta):
    """Return the theta that you reach with at most 3,000 calls of gradient."""
    ### BEGIN SOLUTION
    s, total = np.zeros(len(theta)), 0
    for t in range(3000):
        g = gradient(theta)
        s = s + g**2
        theta = theta - 0.5 * g / (np.sqrt(s) + 1e-10)
        if t >= 1500:
            total = total + theta
    return total / 1500
    ### END SOLUTION


# %% practice="5.8"
check.my_learner(my_learner)

# %%


def with_optimizer(rule, lr):
    def learner(gradient, theta):
        optimizer = Optimizer(rule, lr=lr)
        for _ in range(3000):
            theta = optimizer.step(theta, gradient(theta))
        return theta

    return learner


contestants = {
    "SGD, η = 0.01": with_optimizer(sgd, 0.01),
    "Adam, η = 0.005": with_optimizer(adam, 0.005),
    "AdaGrad, η = 0.2": with_optimizer(adagrad, 0.2),
    "yours": my_learner,
}
board = []
try:
    for name, learner in contestants.items():
        score, calls = rare_score(learner)
        board.append((name, f"{score:.1f}", calls))
except NotImplementedError:
    print("my_learner is not written yet.")
plots.table(board, ["method", "score", "calls of gradient"])


# %% graded="5.8" points=2
# Graded, and locked: run it, and leave it as it is.
def marks_reached(seed):
    score, calls = rare_score(my_learner, seed)
    return seed, np.isfinite(score), score < 8, score < 3, calls <= 3000


values("5.8", marks_reached, (0,))
### BEGIN HIDDEN TESTS
from course_lib.checks.secret import fresh

values("5.8 hidden", marks_reached, (fresh(55),))
### END HIDDEN TESTS
