"""Exercise 3.18, open: batch sizes and learning rates for a budget of gradients."""

from course_lib.checks import exercise
from course_lib.checks.contests import plan_score


def reached(plan, seed):
    """Whether the plan's score on ten sets of data gets below each mark."""
    score = plan_score(plan, seed)
    return score < 2, score < 0.9


@exercise(
    "3.18",
    inputs=[(0,), (20,)],
    returns="below_2 below_0.9",
    through=reached,
    hints=[
        "Small constant learning rates are slow, large ones noisy. When does a run need long steps, "
        "and when little noise?",
        "spent goes from 0 to 1: begin with a large learning rate and lower it, or begin with small "
        "batches and enlarge them.",
        "lr * (1 - spent) lowers a learning rate to 0 in a straight line.",
    ],
)
def my_plan(spent):
    return 20, 0.2 * (1 - spent)


@my_plan.also_right
def with_growing_batches(spent):
    return 5 + 120 * spent**2, 0.07


def constant(B, lr):
    """The same batch size and learning rate throughout."""
    return lambda spent: (B, lr)


my_plan.mistake(
    "a good constant pair reaches the first mark and not the second: the noise of its last steps "
    "stays. Let the learning rate or the batch size depend on spent.",
    constant(5, 0.02),
)
my_plan.mistake(
    "neither mark is reached: the learning rate is too small for the budget, or too large for the "
    "batch size.",
    constant(20, 0.001),
)
