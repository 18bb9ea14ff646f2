"""What students write in lesson 4, momentum."""

import numpy as np

from course_lib.landscapes import quadratic
from course_lib.turns import turn

THETA, G, V = np.array([1.0, 2.0]), np.array([0.5, -1.0]), np.array([2.0, 4.0])


@turn(
    "1.a",
    inputs=[(THETA, G, V, 0.1, 0.8), (np.array([-1.0, 3.0]), np.array([1.5, 2.0]), V, 0.2, 0.5)],
    returns="theta v",
    hints=[
        "The first formula gives the new velocity: β times the old one, plus the gradient.",
        "The second formula uses the new velocity. Return both, θ first.",
    ],
)
def heavy_ball(theta, g, v, lr, beta):
    v = beta * v + g
    return theta - lr * v, v


@heavy_ball.also_right
def _new_arrays(theta, g, v, lr, beta):
    velocity = np.add(g, np.multiply(beta, v))
    return np.subtract(theta, lr * velocity), velocity


@heavy_ball.mistake("you use the old velocity in the step: calculate the new one first.")
def _old_velocity(theta, g, v, lr, beta):
    return theta - lr * v, beta * v + g


@heavy_ball.mistake("the step is that of gradient descent: θ moves by η times the new v, not g.")
def _gradient_step(theta, g, v, lr, beta):
    return theta - lr * g, beta * v + g


@heavy_ball.mistake(
    "this is the velocity convention, in which v is the step itself. Here v is a sum of gradients, "
    "and η comes in only when θ moves."
)
def _velocity_convention(theta, g, v, lr, beta):
    v = beta * v - lr * g
    return theta + v, v


@heavy_ball.mistake("your v contains η. Here v is a sum of gradients, and η comes in when θ moves.")
def _lr_in_velocity(theta, g, v, lr, beta):
    v = beta * v + lr * g
    return theta - v, v


@heavy_ball.mistake(
    "you multiply the gradient by 1 - β: this is the mean convention of part 3. Here v ← β v + g."
)
def _mean(theta, g, v, lr, beta):
    v = beta * v + (1 - beta) * g
    return theta - lr * v, v


@heavy_ball.mistake("you add the step. Subtract it: θ ← θ - η v.")
def _uphill(theta, g, v, lr, beta):
    v = beta * v + g
    return theta + lr * v, v


@heavy_ball.mistake("the two results are swapped: return θ first, then v.")
def _swapped(theta, g, v, lr, beta):
    v = beta * v + g
    return v, theta - lr * v


@turn("1.b", predict=True)
def alternating_velocity():
    return 1 / 1.9


@turn("1.c", predict=True)
def steps_with_momentum():
    return 100


@turn(
    "2.a",
    inputs=[(1.0, 0.81, 1.0), (0.01, 0.5, 2.0), (2.1, 0.1, 1.0), (0.1, 0.0, 3.0)],
    hints=[
        "The coefficients are 1, -(1 + β - ηλ) and β.",
        "np.abs of the roots gives both sizes; return the larger one.",
    ],
)
def convergence_factor(lr, beta, curvature):
    roots = np.roots([1, -(1 + beta - lr * curvature), beta])
    return np.abs(roots).max()


@convergence_factor.also_right
def _by_formula(lr, beta, curvature):
    half = (1 + beta - lr * curvature) / 2
    root = np.sqrt(half**2 - beta + 0j)
    return max(abs(half + root), abs(half - root))


@convergence_factor.mistake("this is the smaller |r|. The larger one dominates in the long run.")
def _smaller(lr, beta, curvature):
    return np.abs(np.roots([1, -(1 + beta - lr * curvature), beta])).min()


@convergence_factor.mistake(
    "the coefficients are in reverse order: np.roots begins with that of r²."
)
def _reversed(lr, beta, curvature):
    return np.abs(np.roots([beta, -(1 + beta - lr * curvature), 1])).max()


@convergence_factor.mistake("take the size of each root, np.abs, before you take the larger one.")
def _without_size(lr, beta, curvature):
    return np.roots([1, -(1 + beta - lr * curvature), beta]).real.max()


@convergence_factor.mistake("ηλ is subtracted: the middle coefficient is -(1 + β - ηλ).")
def _wrong_sign(lr, beta, curvature):
    return np.abs(np.roots([1, -(1 + beta + lr * curvature), beta])).max()


@convergence_factor.mistake("the last coefficient is +β, not -β.")
def _minus_beta(lr, beta, curvature):
    return np.abs(np.roots([1, -(1 + beta - lr * curvature), -beta])).max()


@convergence_factor.mistake("this is the factor without momentum, |1 - ηλ|: β is missing.")
def _no_momentum(lr, beta, curvature):
    return abs(1 - lr * curvature)


@turn("2.b", predict=True)
def steps_for_400():
    return 190


@turn(
    "3.a",
    inputs=[
        (quadratic(10), np.array([2.0, -1.0]), np.array([0.5, 3.0]), 0.05, 0.8),
        (quadratic(4, rotation=30), np.array([1.0, 1.0]), np.array([-2.0, 1.0]), 0.2, 0.5),
    ],
    returns="x v",
    hints=[
        "The gradient ahead is the second of the two results of f(x - lr * beta * v).",
        "With this gradient the rest is a step of heavy ball, from x.",
    ],
)
def look_ahead(f, x, v, lr, beta):
    _, g = f(x - lr * beta * v)
    v = beta * v + g
    return x - lr * v, v


@look_ahead.mistake("you take the gradient at x: this is heavy ball. Take it at x - ηβv.")
def _heavy_ball(f, x, v, lr, beta):
    _, g = f(x)
    v = beta * v + g
    return x - lr * v, v


@look_ahead.mistake("the look-ahead is x - ηβv: β is missing.")
def _without_beta(f, x, v, lr, beta):
    _, g = f(x - lr * v)
    v = beta * v + g
    return x - lr * v, v


@look_ahead.mistake("the look-ahead is x - ηβv: η is missing.")
def _without_lr(f, x, v, lr, beta):
    _, g = f(x - beta * v)
    v = beta * v + g
    return x - lr * v, v


@look_ahead.mistake("the look-ahead goes the wrong way: the step is -ηv, so look at x - ηβv.")
def _behind(f, x, v, lr, beta):
    _, g = f(x + lr * beta * v)
    v = beta * v + g
    return x - lr * v, v


@look_ahead.mistake("you step from the point ahead, so the old velocity counts twice. Step from x.")
def _from_ahead(f, x, v, lr, beta):
    ahead = x - lr * beta * v
    v = beta * v + f(ahead)[1]
    return ahead - lr * v, v


@look_ahead.mistake("the first result of f is the value; the gradient is the second.")
def _value(f, x, v, lr, beta):
    g, _ = f(x - lr * beta * v)
    v = beta * v + g
    return x - lr * v, v


@turn(
    "4.a",
    inputs=[(0.01, 0.9, 0.99), (0.1, 0.0, 0.5), (0.3, 0.8, 0.6)],
    hints=["lr / (1 - beta) must equal the new learning rate divided by 1 - new_beta."],
)
def new_lr(lr, beta, new_beta):
    return lr * (1 - new_beta) / (1 - beta)


@new_lr.mistake("the fraction is upside down: a larger β needs a smaller η.")
def _upside_down(lr, beta, new_beta):
    return lr * (1 - beta) / (1 - new_beta)


@new_lr.mistake("this is the effective learning rate. Multiply by 1 - new_beta to get the new η.")
def _effective(lr, beta, new_beta):
    return lr / (1 - beta)


@new_lr.mistake("the old momentum is missing: the effective learning rate is lr / (1 - beta).")
def _old_is_missing(lr, beta, new_beta):
    return lr * (1 - new_beta)


@new_lr.mistake("the effective learning rate is η / (1 - β), not proportional to β.")
def _ratio_of_betas(lr, beta, new_beta):
    return lr * beta / new_beta
