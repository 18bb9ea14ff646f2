"""A course of one lesson and one sheet of exercises, for the tests of the build."""

import argparse

from course_lib.build.command import add_arguments

SHEET = '''# %% [markdown]
# # A sheet
#
# {minutes} minutes, {points} points

# %%
from course_lib.checks.values import values

# %% [markdown]
# ## 1.1 Double (10 minutes)


# %% answer="1.1"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    secret = 2 * x
    return secret
    ### END SOLUTION


# %% practice="1.1"
print("practice", double(1))

# %% graded="1.1" points=2
values("1.1", double, (2.0,))
### BEGIN HIDDEN TESTS
values("1.1 hidden", double, (1234.5,))
### END HIDDEN TESTS

# %% [markdown]
# ## 1.2 Choose (5 minutes)


# %% answer="1.2"
def choose():
    ### BEGIN SOLUTION
    return "b"
    ### END SOLUTION


# %% practice="1.2"
print("practice")

# %% graded="1.2" points=1
values("1.2", choose)
'''

PARTS = """
# %% [markdown]
# ## 1. One ({minutes} minutes)

# %% [markdown] tags=["teacher"]
# aim: one

# %% [markdown]
# ## 2. Two ({minutes} minutes)

# %% [markdown] tags=["teacher"]
# aim: two
"""

LESSON = f"""# %% [markdown] about="small things" builds_on="0"
# # Lesson 1: a lesson
#
# About {{minutes}} minutes.

# %%
from IPython.display import display
from ipywidgets import IntSlider

print("Digits: 10 to train")
display(IntSlider(description="steps"))

# %% jupyter={{"source_hidden": true}} tags=["wide"]
1 + 1
{PARTS}
# %%
2 + 2
"""

# The notebook's references stand beside it: the small course has no lesson of the library.
TURNS = f'''# %% [markdown] about="small things" builds_on="0"
# # Lesson 1: a lesson
#
# About {{minutes}} minutes.

# %%
from course_lib.turns import turn


class explore:
    def nothing():
        print("an explorer")


# %% [markdown]
# ## 1. Doubling ({{minutes}} minutes)

# %% [markdown] tags=["teacher"]
# aim: doubling

# %%
explore.nothing()
turn.double = turn("1.a", inputs=[(2.0,)])(lambda x: 2 * x)
turn.guess = turn("2.a", predict=True)(lambda: 1)

# %% [markdown]
# {"word " * 300}
#
# **Question.** Why?
#
# ### Your turn: double


# %% turn="1.a"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% tags=["test"]
assert double(7) == 14

# %% tags=["hide-output"]
double(7)

# %% [markdown]
# ## 2. Guessing ({{minutes}} minutes)

# %% [markdown] tags=["teacher"]
# aim: guessing

# %%
{"1 + 1; 2" + chr(10)}{("x = 1" + chr(10)) * 24}
# %% [markdown]
# ### Your turn: guess


# %% turn="2.a"
def guess():
    ### BEGIN SOLUTION
    return 14
    ### END SOLUTION


# %% tags=["hide-input"]
print(guess())

# %% [markdown]
# ## Summary
#
# {"word " * 300}
'''


def arguments(*typed):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(typed)


def make(root, sheet=SHEET, lesson=LESSON):
    """A course in the folder root with one lesson and one sheet, as sources."""
    for folder, text in (("lessons", lesson), ("exercises", sheet)):
        path = root / "source" / folder / "01_tiny.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def sheet_at(root, text):
    return make(root, sheet=text) / "source" / "exercises" / "01_tiny.py"
