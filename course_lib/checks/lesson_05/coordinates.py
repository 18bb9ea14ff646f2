"""Exercise 5.4: a rule run in other coordinates, turned or stretched ones."""

import numpy as np

from course_lib import optim
from course_lib.checks import exercise
from course_lib.optim import Optimizer


def valley(theta):
    """The gradient of a long valley, and of a bend in it."""
    return np.array([1.0, 10.0]) * theta + 0.5 * theta[::-1]


def curve(theta):
    """The gradient of the sum of θ⁴ / 4."""
    return theta**3


shear = np.array([[1.0, 2.0], [0.0, 1.0]])
stretch = np.diag([2.0, 0.5])
turn = np.array([[0.8, -0.6], [0.6, 0.8]])
mixed = np.array([[2.0, -1.0, 0.0], [0.5, 1.0, 1.0], [0.0, -0.5, 3.0]])


def plain(theta, g, t, *, lr):
    """A step of gradient descent."""
    return theta - lr * g


@exercise(
    "5.4",
    inputs=[
        (stretch, optim.sgd, 0.125, curve, np.array([2.0, 1.0]), 1),
        (shear, optim.sgd, 0.01, valley, np.array([1.0, -2.0]), 3),
        (turn, optim.adagrad, 0.5, valley, np.array([2.0, 1.0]), 4),
        (stretch, optim.adam, 0.1, valley, np.array([-1.0, 1.0]), 5),
        (mixed, optim.momentum, 0.01, curve, np.array([1.0, 2.0, -1.0]), 6),
        (shear, optim.adagrad, 0.2, curve, np.array([1.0, 3.0]), 0),
    ],
    returns="theta",
    hints=[
        "Three things change: the start, the gradient in each step, and the answer at the end. "
        "Which formula belongs to each?",
        "The start is the u with A u = theta: np.linalg.solve(A, theta). At the end return A @ u.",
        "In each step gradient must be called with A @ u, and A.T turns its result into the gradient "
        "with respect to u: u = optimizer.step(u, A.T @ gradient(A @ u)).",
    ],
)
def descend_in(A, rule, lr, gradient, theta, steps):
    optimizer = Optimizer(rule, lr=lr)
    u = np.linalg.solve(A, theta)
    for _ in range(steps):
        u = optimizer.step(u, A.T @ gradient(A @ u))
    return A @ u


@descend_in.also_right
def with_the_inverse(columns, method, rate, slope, place, count):
    memory, back = Optimizer(method, lr=rate), np.linalg.inv(columns)
    for _ in range(count):
        place = columns @ memory.step(back @ place, slope(place) @ columns)
    return place


def descent_with(
    start=np.linalg.solve,
    gradient=lambda A, gradient, u: A.T @ gradient(A @ u),
    end=lambda A, u: A @ u,
    steps=lambda steps: steps,
    forget=False,
):
    """descend_in, or a wrong version where a part is replaced."""

    def wrong(A, rule, lr, slope, theta, count):
        optimizer, u = Optimizer(rule, lr=lr), start(A, theta)
        for _ in range(steps(count)):
            optimizer = Optimizer(rule, lr=lr) if forget else optimizer
            u = optimizer.step(u, gradient(A, slope, u))
        return end(A, u)

    return wrong


descend_in.mistake(
    "the gradient is not converted: with respect to u it is Aᵀ times the gradient at θ = A u.",
    descent_with(gradient=lambda A, gradient, u: gradient(A @ u)),
)
descend_in.mistake(
    "the gradient is multiplied by A. The chain rule multiplies by the transpose, A.T.",
    descent_with(gradient=lambda A, gradient, u: A @ gradient(A @ u)),
)
descend_in.mistake(
    "the gradient is converted like a place, with the inverse of A. The chain rule multiplies it "
    "by A.T.",
    descent_with(gradient=lambda A, gradient, u: np.linalg.solve(A, gradient(A @ u))),
)
descend_in.mistake(
    "gradient is called with u. It takes θ, which is A @ u.",
    descent_with(gradient=lambda A, gradient, u: A.T @ gradient(u)),
)
descend_in.mistake(
    "gradient is called with u, and its result is not converted: A.T @ gradient(A @ u).",
    descent_with(gradient=lambda A, gradient, u: gradient(u)),
)
descend_in.mistake(
    "the gradient is multiplied with A entry by entry. The matrix product is @.",
    descent_with(gradient=lambda A, gradient, u: (A.T * gradient(A @ u)).sum(axis=0)),
)
descend_in.mistake(
    "u starts at theta itself. It starts where A u = theta.",
    descent_with(start=lambda A, theta: theta),
)
descend_in.mistake(
    "u starts at A @ theta. It starts where A u = theta: np.linalg.solve(A, theta).",
    descent_with(start=lambda A, theta: A @ theta),
)
descend_in.mistake(
    "u starts at A.T @ theta. That is the inverse for a rotation alone: use np.linalg.solve(A, theta).",
    descent_with(start=lambda A, theta: A.T @ theta),
)
descend_in.mistake(
    "you return u. The answer is θ, which is A @ u.", descent_with(end=lambda A, u: u)
)
descend_in.mistake(
    "at the end A.T stands where A belongs: θ is A @ u.", descent_with(end=lambda A, u: A.T @ u)
)
descend_in.mistake(
    "at the end u is converted with the inverse of A: θ is A @ u.",
    descent_with(end=np.linalg.solve),
)
descend_in.mistake(
    "A and A.T are exchanged everywhere: θ = A u, and the gradient is multiplied by A.T.",
    lambda A, *rest: descend_in.reference(A.T, *rest),
)
descend_in.mistake(
    "A and its inverse are exchanged everywhere: θ = A u.",
    lambda A, *rest: descend_in.reference(np.linalg.inv(A), *rest),
)
descend_in.mistake(
    "A has no effect: this is the descent in the old coordinates.",
    lambda A, *rest: descend_in.reference(np.eye(len(A)), *rest),
)
descend_in.mistake(
    "a new Optimizer is made in every step, so the rule forgets everything. Make it once, before "
    "the loop.",
    descent_with(forget=True),
)
descend_in.mistake(
    "there is one step too many: there are `steps` of them.",
    descent_with(steps=lambda steps: steps + 1),
)
descend_in.mistake(
    "one step is missing: there are `steps` of them.", descent_with(steps=lambda steps: steps - 1)
)
descend_in.mistake(
    "there is only one step. Is the return indented too far, or the loop missing?",
    descent_with(steps=lambda steps: min(1, steps)),
)


@descend_in.mistake("the Optimizer was made without lr=lr, so the rule uses its own default.")
def with_the_default(A, rule, lr, gradient, theta, steps):
    return descend_in.reference(A, rule, Optimizer(rule).hyper["lr"], gradient, theta, steps)


descend_in.mistake(
    "the conversion is the wrong way round: θ = A u, so u starts at np.linalg.solve(A, theta), and "
    "gradient and the return need A @ u.",
    descent_with(
        start=lambda A, theta: A @ theta,
        gradient=lambda A, gradient, u: A.T @ gradient(np.linalg.solve(A, u)),
        end=np.linalg.solve,
    ),
)
descend_in.mistake(
    "θ itself takes the steps, with the gradient that belongs to u. Take the steps with u, and "
    "convert at the start and at the end.",
    descent_with(
        start=lambda A, theta: theta,
        gradient=lambda A, gradient, u: A.T @ gradient(u),
        end=lambda A, u: u,
    ),
)
descend_in.mistake(
    "θ does not move. optimizer.step returns the new u: write u = optimizer.step(...).",
    lambda A, rule, lr, gradient, theta, steps: theta,
)
descend_in.mistake(
    "these are steps of gradient descent, whatever the rule is. Use Optimizer(rule, lr=lr).",
    lambda A, rule, *rest: descend_in.reference(A, plain, *rest),
)


@descend_in.mistake("you return the whole path. Return the last θ only.")
def the_path(A, rule, lr, gradient, theta, steps):
    return np.array(
        [descend_in.reference(A, rule, lr, gradient, theta, k) for k in range(steps + 1)]
    )
