"""Exercise 4.4: the best learning rate and momentum of heavy ball."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "4.4",
    inputs=[(1.0, 100.0), (1.0, 25.0), (0.5, 8.0), (3.0, 3.0)],
    returns="lr beta",
    hints=[
        "Both numbers need the square roots of the curvatures, not the curvatures.",
        "lr is 4 divided by the square of the sum of the two roots.",
        "With low and high for the roots, beta is the square of (high - low) / (high + low).",
    ],
)
def best_pair(smallest, largest):
    low, high = np.sqrt(smallest), np.sqrt(largest)
    return 4 / (low + high) ** 2, ((high - low) / (high + low)) ** 2


@best_pair.also_right
def by_the_condition_number(smallest, largest):
    q = (np.sqrt(largest / smallest) - 1) / (np.sqrt(largest / smallest) + 1)
    return (1 + q) ** 2 / largest, q**2


def lr(m, L):
    return best_pair.reference(m, L)[0]


def beta(m, L):
    return best_pair.reference(m, L)[1]


best_pair.mistake(
    "beta is the convergence factor, not yet squared. For heavy ball beta is its square.",
    lambda m, L: (lr(m, L), np.sqrt(beta(m, L))),
)
best_pair.mistake(
    "the square roots are missing in beta: it uses kappa where sqrt(kappa) is meant.",
    lambda m, L: (lr(m, L), ((L - m) / (L + m)) ** 2),
)
best_pair.mistake(
    "lr is that of plain descent, 2 / (largest + smallest). With momentum the best is larger.",
    lambda m, L: (2 / (L + m), beta(m, L)),
)
best_pair.mistake(
    "lr is 1 / largest, Nesterov's choice. Heavy ball can take more.",
    lambda m, L: (1 / L, beta(m, L)),
)
best_pair.mistake(
    "this is Nesterov's pair: 1 / largest, and the convergence factor without its square. "
    "The exercise asks for heavy ball's pair.",
    lambda m, L: (1 / L, np.sqrt(beta(m, L))),
)
best_pair.mistake(
    "the square is missing in lr: 4 / (low + high) ** 2, with low and high the roots.",
    lambda m, L: (4 / (np.sqrt(L) + np.sqrt(m)), beta(m, L)),
)
best_pair.mistake(
    "lr uses the curvatures and not their square roots: 4 / (low + high) ** 2 has the roots.",
    lambda m, L: (4 / (L + m) ** 2, beta(m, L)),
)
best_pair.mistake(
    "lr is lr times largest, as in a valley scaled to largest = 1. The input has its own scale.",
    lambda m, L: (L * lr(m, L), beta(m, L)),
)
best_pair.mistake(
    "the order is lr, beta; you return beta first.", lambda m, L: (beta(m, L), lr(m, L))
)
