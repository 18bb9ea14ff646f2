"""A Your turn of a lesson: one cell of the source becomes the blank, its check and the worked answer.

    # %% turn="1.a"
    def step(theta, g, lr):
        ### BEGIN SOLUTION
        return theta - lr * g
        ### END SOLUTION

The worked answer is Markdown: a collapsed code cell would be run by Run All and replace the student's
function. A prediction, a function without arguments, has none: the lesson's next cell measures it.
"""

import ast

from nbformat.v4 import new_code_cell, new_markdown_cell

from course_lib.build.blanks import stub
from course_lib.build.parts import part_of
from course_lib.sheet_format import SOLUTION, TURN, exercise_of, role_of

HEADING = "### Your turn: "
ANSWER = """<details>
<summary>Worked answer</summary>

```python
{}
```

</details>"""


def problems(cells):
    """What is wrong with the turns among the cells of a lesson, as sentences."""
    faults, part, letters = [], 0, []
    for place, cell in enumerate(cells, 1):
        if part_of(cell):
            part, letters = int(part_of(cell)[1]), []
        if role_of(cell) != TURN:
            continue
        expected = f"{part}.{chr(ord('a') + len(letters))}"
        letters.append(exercise_of(cell))
        if letters[-1] != expected:
            faults.append(f"cell {place}: this turn should be {expected}, its part and its letter")
        before = cells[place - 2]
        if not any(line.startswith(HEADING) for line in before.source.splitlines()):
            faults.append(f"cell {place}: the cell before a turn gives the task under {HEADING}...")
    return faults


def cells_of(cell):
    """The cells of the notebook for the source cell of a turn."""
    name, lines = cell.id, cell.source.splitlines()
    function = parsed(cell)
    blank = new_code_cell(stub(cell.source), id=name, metadata=cell.metadata)
    check = f"{function.name} = turn.{function.name}({function.name})"
    made = [blank, new_code_cell(check, id=f"{name}-check")]
    if is_prediction(function):
        return made
    whole = "\n".join(line for line in lines if line.strip() not in SOLUTION)
    return [*made, new_markdown_cell(ANSWER.format(whole), id=f"{name}-answer")]


def parsed(cell):
    """The function in the source cell of a turn, as a syntax tree."""
    return ast.parse(cell.source).body[-1]


def is_prediction(function):
    """True for a function, as parsed, that takes no arguments."""
    return not any(isinstance(node, ast.arg) for node in ast.walk(function.args))
