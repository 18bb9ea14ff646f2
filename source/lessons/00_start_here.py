# %% [markdown] about="notebooks, sliders, checks, loss curves"
# # Start here
#
# A neural network learns by walking downhill. This course is about the walk: how long the steps should be, in which direction, with how much of the data, and how to tell whether one method is better than another or only luckier.
#
# About 30 minutes. You need: school mathematics, and to have seen a little Python.
#
# At the end you will be able to
#
# - run a lesson, move its sliders and read its pictures;
# - let a check tell you what is wrong with an answer, and ask for hints;
# - read a loss curve;
# - say when the same program gives the same numbers, and when it need not.
#
# ## Cells
#
# A notebook is made of **cells**. Text cells, such as this one, are to be read. Code cells are to be run: click on the next one and press **Shift + Enter**. What it prints appears below it.

# %%
print("The sum of the first 100 numbers is", sum(range(1, 101)))

# %% [markdown]
# All cells share one memory, that of the **kernel**, the Python program behind the page. It is filled in the order in which you *run* cells, not in which they stand. So a cell can fail, or give another result, because one above it was not run. After a break, or when something looks strange: *Kernel → Restart Kernel and Run All Cells*. Nothing you can type here breaks the course.
#
# ## Is everything here?
#
# The next cell looks at your installation and says in words what is missing and what to type.

# %%
from course_lib import doctor

doctor.report()
# %% [markdown]
# ## Sliders
#
# Run the next cell, choose an answer, then drag the slider; or click on it and use the arrow keys.
#
# A ball lies on a curve. At each step it moves downhill by the **learning rate** η (eta) times the slope under it.

# %%
from course_lib.explorers import lesson_00 as explore

explore.first_slider()

# %% [markdown]
# The height of the ball is the **loss**, a number that says how far from good we are. Walking downhill on it is **gradient descent**, and the slope is the **gradient**. Lesson 1 explains all three.
#
# Every position of the slider was computed when the cell ran; the slider only looks one up. So it answers at once, on any laptop. Where no kernel runs, on a web page or in print, you see a still picture in its place. So do you when you open a notebook again: run the cell to get the sliders back.
#
# ## Checks
#
# In the exercises you write functions, and a **check** tells you how yours does. There are three outcomes. The first: the function is still as you were given it.

# %%
from course_lib.checks import lesson_00 as check


def mean(x):
    """The mean of the numbers x (n,)."""
    raise NotImplementedError()


check.mean(mean)

# %% [markdown]
# The second: the answer is wrong. You see an input for which it is, what was expected and what came. Where the answer looks like a common mistake, the check names it:


# %%
def mean(x):
    return x.sum()


check.mean(mean)

# %% [markdown]
# The third: it is right. **Now you:** mend the function below and run the cell again. You can try as often as you like; a check costs nothing, and nobody counts.


# %%
def mean(x):
    return x.sum() / (len(x) - 1)


check.mean(mean)

# %% [markdown]
# When you are stuck, ask for a hint. Each call gives one more; the last one almost says it.

# %%
check.mean.hint()

# %% [markdown]
# The sheets in [exercises](../exercises/) have such a check after each answer, and then a locked cell that is graded: it shows what your function returns for other inputs. Whoever studies alone finds worked answers in the folder `solutions`; one learns more by trying first.
#
# ## Data
#
# Small data sets come with the course and need no network: 1,797 handwritten digits, and the measurements of 442 people with diabetes. Larger ones, MNIST and Fashion-MNIST, are fetched at first use. Where that fails, the digits take their place, and the cell says so.

# %%
from course_lib import data, network_plots, plots

digits = data.load("digits")
print(digits)
titles = [f"this is {k}" for k in digits.train.y[:10]]
ax = network_plots.pictures(digits.train.X[:10], digits.shape, titles)
plots.show(ax, "Ten handwritten digits of 8 by 8 grey squares: " + ", ".join(titles) + ".")

# %% [markdown]
# Every data set comes in three parts. On the first a network learns. On the second, for **validation**, we compare choices. The third, the **test** set, is looked at once, at the end: whoever chooses by it no longer knows how good the choice is on data never seen.
#
# ## Reading a loss curve
#
# A **loss curve** shows the loss against the number of steps. It is the first thing to look at, and often tells what to do.
#
# **Question.** The same valley was walked down with four learning rates. Which curve had one much too small, which one a good one, which one was about to fail, and which one failed?

# %%
import numpy as np

from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, sgd

valley = quadratic(condition=10)
rates = np.array([0.1, 0.202, 0.004, 0.199])
paths = descend(valley, (4.0, 1.0), Optimizer(sgd, lr=rates), steps=40)
losses, _ = valley(paths)

fig, ax = plots.figure()
plots.curves({name: losses[:, k] for k, name in enumerate("ABCD")}, xlabel="step", log=True, ax=ax)
plots.show(
    fig,
    "Four loss curves with a logarithmic axis. A falls in a straight line to almost nothing. B falls at first, then rises "
    "steadily. C hardly falls at all. D falls at first, then stays almost level.",
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# C is much too small: it falls smoothly, and will take for ever. A is good: on the logarithmic axis it is a straight line downwards, that is, each step takes the same share off the loss. D is at the edge of failing: after a good start it jumps to and fro across the valley and hardly gets lower. B has failed, though not at once: a jump that is too long by a hair grows by a hair each time.
#
# A **logarithmic axis** shows equal *factors* as equal distances: from 10 to 1 is as far as from 1 to 0.1. So what shrinks by the same factor in each step is a straight line.
# </details>
#
# ## When results repeat
#
# Networks start from random numbers and see their data in random order. The numbers are drawn by a generator that a **seed** starts, and the same seed gives the same numbers. So the same cell gives the same result, to the last digit, as often as you run it:

# %%
from course_lib.losses import cross_entropy
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import adam
from course_lib.training import train

network = Objective(MLP(64, 32, 10), cross_entropy)


def accuracy(seed):
    history = train(network, digits, Optimizer(adam, lr=0.01), epochs=10, seed=seed, progress=False)
    return float(history[-1].valid_accuracy)


print("the same seed twice:", accuracy(seed=1), accuracy(seed=1))

# %% [markdown]
# Another seed is another start and another order. **Question.** By how much does the accuracy, the share of digits classified rightly, differ between five seeds?

# %%
print("five seeds:", [round(accuracy(seed), 3) for seed in range(5)])

# %% [markdown]
# That spread is luck. A method that is better by less than this in a single run has shown nothing, and a seed does not make a result right. So this course repeats an experiment with several seeds before it compares.
#
# Two machines may differ in the last digits, because they add the same numbers in another order. In long trainings such a difference can grow.
#
# ## The course
#
# {lessons}
