"""A page for each update rule: its docstring, code and path in a valley, and where it is used."""

import inspect
import re

import numpy as np

from course_lib import plots
from course_lib.landscapes import quadratic
from course_lib.numbers import number
from course_lib.optim import Optimizer, descend
from course_lib.rules import RULES

VALLEY, WINDOW, START, STEPS = quadratic(20), (-10, 4, -4, 4), (-9.0, 3.0), 60
RATES = np.geomspace(1e-4, 10, 101)
INDEX = """# Update rules

Each rule is one function, written as in its paper. It takes θ, the gradient g, the step count t
and its states, and returns the new θ and the new states. The figures show {steps} steps in the same
valley. Each rule uses the learning rate, from a grid of {rates}, that ends at the lowest loss.

:::{{toctree}}
:maxdepth: 1

{names}
:::
"""
PAGE = """# {name}

{docstring}

```python
{code}
```

{picture}

{taught}
"""


def rule_pages(lessons):
    """{file name: page}; `lessons` is {path of a lesson from here: its notebook}."""
    pages = {f"{name}.md": _page(name, rule, lessons) for name, rule in RULES.items()}
    return pages | {"index.md": INDEX.format(steps=STEPS, rates=len(RATES), names="\n".join(RULES))}


def _page(name, rule, lessons):
    code = inspect.getsource(rule).replace(f'    """{rule.__doc__}"""\n', "")
    return PAGE.format(
        name=name,
        docstring=inspect.cleandoc(rule.__doc__).replace("*", r"\*").replace("_", r"\_"),
        code=code.removeprefix("@rule\n").strip(),
        picture=_picture(name, rule),
        taught=_taught(name, lessons),
    )


def _picture(name, rule):
    paths = descend(VALLEY, START, Optimizer(rule, lr=RATES), STEPS)
    with np.errstate(over="ignore", invalid="ignore"):  # too large a learning rate diverges
        losses = np.nan_to_num(VALLEY(paths[-1])[0], nan=np.inf)
    best = losses.argmin()
    ax = plots.contours(VALLEY, WINDOW)
    label = f"{name}, η = {number(RATES[best])}"
    plots.paths({label: paths[:, best]}, ax)
    at_end = f"loss {number(losses[best])} at the end"
    alt = f"{STEPS} steps of {label} in a valley with condition number 20: {at_end}."
    return plots.figure_html(plots.png(ax.figure), alt, 560)


def _taught(name, lessons):
    """Links to the lessons whose code uses the rule."""
    used = re.compile(rf"\b{name}\b")
    links = [
        f"[{_title(notebook)}]({path})"
        for path, notebook in lessons.items()
        if any(cell.cell_type == "code" and used.search(cell.source) for cell in notebook.cells)
    ]
    return f"Used in {', '.join(links)}." if links else ""


def _title(notebook):
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")
