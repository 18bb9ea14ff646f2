# %% [markdown]
# # Start here
#
# A neural network learns by walking downhill. This course is about the walk: how long the steps should be, in which
# direction, with how much of the data, and how to tell whether a method is better or just luckier.
#
# About 20 minutes. You need: school mathematics, and a little Python.
#
# ## Cells
#
# A notebook is made of **cells**. Text cells, such as this one, are to be read. Code cells are to be run: click on the next one
# and press **Shift + Enter**. What it prints appears below it.

# %%
print("The sum of the first 100 numbers is", sum(range(1, 101)))

# %% [markdown]
# Cells share one memory, the **kernel**, in the order in which you run them. After a break, or when something looks strange:
# *Kernel → Restart Kernel and Run All Cells*. Nothing you can type in a notebook breaks the course.
#
# ## Sliders
#
# The next cell makes a picture with a slider. Run it, choose an answer, then drag the slider, or click on it and use the arrow keys.
#
# **Question.** A ball lies on a curve. At each step it moves downhill, by the **learning rate** η (eta) times the slope under it.
# What does a larger η do?

# %%
from course_lib.explorers import lesson_00 as explore

explore.first_slider()

# %% [markdown]
# All of it is computed when the cell runs; the slider only looks up. So it answers at once, on any laptop.
# Where no kernel runs, on a web page or in print, you see a still picture in its place.
#
# ## Data
#
# Small data sets come with the course and need no network: 1,797 handwritten digits, and the measurements of 442 people with
# diabetes. Larger ones, MNIST and Fashion-MNIST, are fetched at first use. Where that fails, the digits take their place,
# and the cell says so.

# %%
from course_lib import data, plots

digits = data.load("digits")
titles = [f"this is {k}" for k in digits.train.y[:10]]
ax = plots.pictures(digits.train.X[:10], digits.shape, titles)
plots.show(ax, "Ten handwritten digits of 8 by 8 grey squares: " + ", ".join(titles) + ".")

# %% [markdown]
# ## Where next
#
# | lesson | minutes | what it is about |
# |---|---|---|
# | [1. Linear regression](01_linear_regression.ipynb) | 60 | loss, gradient, learning rate |
