"""Exercise 6.3: L2 in the gradient against weight decay outside it, for any rule."""

import numpy as np

from course_lib.checks import exercise


def sgd(theta, g, memory, lr):
    """Gradient descent, which needs no memory."""
    return theta - lr * g, None


def heavy_ball(theta, g, memory, lr):
    """Heavy ball in the sum convention with beta = 0.5; the memory is the velocity."""
    v = g if memory is None else 0.5 * memory + g
    return theta - lr * v, v


def adagrad(theta, g, memory, lr):
    """AdaGrad; the memory is the sum of the squared gradients."""
    s = g**2 if memory is None else memory + g**2
    return theta - lr * g / (np.sqrt(s) + 1e-8), s


def slope(theta):
    """The gradient of a bowl with curvatures 1, 2, 3, ... and minimum at (1, 1, ...)."""
    return np.arange(1, len(theta) + 1) * (theta - 1)


both = np.array([True, True])


@exercise(
    "6.3",
    inputs=[
        (sgd, slope, np.array([2.0, -1.0]), both, 0.1, 0.5, 1),
        (adagrad, slope, np.array([2.0, -1.0]), both, 0.1, 0.5, 1),
        (heavy_ball, slope, np.array([3.0, 2.0, -2.0]), np.array([True, True, False]), 0.1, 0.2, 3),
        (adagrad, slope, np.array([4.0, 0.5, 3.0]), np.array([False, True, True]), 0.5, 0.3, 4),
    ],
    returns="l2 decoupled",
    hints=[
        "Write one loop for each of the two runs. Each starts at theta, with a memory of its own.",
        "L2 changes the gradient: g = gradient(theta) + decay * is_weight * theta. A mask of True and "
        "False counts as 1 and 0 in a product.",
        "Decoupled: first g = gradient(theta), then theta = theta - lr * decay * is_weight * theta, "
        "then the step with g.",
    ],
)
def two_decays(step, gradient, theta, is_weight, lr, decay, steps):
    coupled, memory = theta, None
    for _ in range(steps):
        g = gradient(coupled) + decay * is_weight * coupled
        coupled, memory = step(coupled, g, memory, lr)
    decoupled, memory = theta, None
    for _ in range(steps):
        g = gradient(decoupled)
        decoupled = decoupled - lr * decay * is_weight * decoupled
        decoupled, memory = step(decoupled, g, memory, lr)
    return coupled, decoupled


@two_decays.also_right
def side_by_side(rule, slope_at, start, mask, rate, strength, count):
    ends, memories = [start, start], [None, None]
    shrink = np.where(mask, 1 - rate * strength, 1)
    for _ in range(count):
        slopes = [slope_at(end) for end in ends]
        slopes[0][mask] += strength * ends[0][mask]
        ends[1] = ends[1] * shrink
        for k in (0, 1):
            ends[k], memories[k] = rule(ends[k], slopes[k], memories[k], rate)
    return tuple(ends)


def in_gradient(theta, g, mask, lr, decay):
    """theta and g before a step with L2."""
    return theta, g + decay * mask * theta


def outside(theta, g, mask, lr, decay):
    """theta and g before a step with decoupled decay."""
    return theta - lr * decay * mask * theta, g


def runs_with(
    first=in_gradient,
    second=outside,
    masked=lambda mask: mask,
    memory=lambda old, new: new,
    goes_on=(False, False),
    late=False,
    steps=lambda steps: steps,
    returned=lambda l2, decoupled: (l2, decoupled),
):
    """two_decays, or a wrong version. goes_on: does the second run start with the first one's theta,
    and with its memory? late: is its gradient that of theta after the decay?"""

    def wrong(step, gradient, theta, is_weight, lr, decay, count):
        ends, mask, here, kept = [], masked(is_weight), theta, None
        for before in (first, second):
            here, kept = (here if goes_on[0] else theta), (kept if goes_on[1] else None)
            for _ in range(steps(count)):
                g = gradient(here)
                if late and before is second:
                    g = gradient(before(here, g, mask, lr, decay)[0])
                here, new = step(*before(here, g, mask, lr, decay), kept, lr)
                kept = memory(kept, new)
            ends.append(here)
        return returned(*ends)

    return wrong


def scaled_gradient(factor):
    """L2 with another factor: factor(lr, decay) times theta is added to the gradient."""
    return lambda theta, g, mask, lr, decay: (theta, g + factor(lr, decay) * mask * theta)


def scaled_decay(factor):
    """Decoupled decay with another factor: theta shrinks by factor(lr, decay) of itself."""
    return lambda theta, g, mask, lr, decay: (theta - factor(lr, decay) * mask * theta, g)


two_decays.mistake(
    "the memory of the first run goes on in the second. Set memory = None again before it.",
    runs_with(goes_on=(False, True)),
)
two_decays.mistake(
    "the second run starts where the first one ended. Both start at theta.",
    runs_with(goes_on=(True, False)),
)
two_decays.mistake(
    "the second run goes on with theta and memory of the first. Both start at theta, with None.",
    runs_with(goes_on=(True, True)),
)
two_decays.mistake(
    "the memory is not passed on: the step after the first needs the memory that step returned.",
    runs_with(memory=lambda old, new: None),
)
two_decays.mistake(
    "the biases decay too. Only entries where is_weight is True do.",
    runs_with(masked=lambda mask: np.ones(len(mask))),
)
two_decays.mistake(
    "the biases decay and the weights do not. is_weight is True for the weights.",
    runs_with(masked=lambda mask: ~mask),
)
for cause, factor in {
    "lr * decay * theta is added. The step multiplies by lr already.": lambda lr, decay: lr * decay,
    "2 * decay * theta is added. The derivative of ½ decay w² is decay w.": lambda lr, decay: (
        2 * decay
    ),
    "decay * theta is subtracted, so the weights grow. Add it.": lambda lr, decay: -decay,
    "there is no decay.": lambda lr, decay: 0,
}.items():
    two_decays.mistake(f"in the run with L2, {cause}", runs_with(first=scaled_gradient(factor)))
for cause, factor in {
    "lr is missing: theta shrinks by lr * decay of itself.": lambda lr, decay: decay,
    "the weights grow. Multiply them by 1 - lr * decay.": lambda lr, decay: -lr * decay,
    "there is no decay.": lambda lr, decay: 0,
}.items():
    two_decays.mistake(f"in the decoupled run, {cause}", runs_with(second=scaled_decay(factor)))
two_decays.mistake(
    "in the decoupled run the gradient is that of the shrunken theta. Compute it before the decay.",
    runs_with(late=True),
)
two_decays.mistake(
    "both runs have L2 in the gradient. In the second, decay acts on theta and g stays as it is.",
    runs_with(second=in_gradient),
)
two_decays.mistake(
    "both runs are decoupled. In the first, decay * theta is added to the gradient.",
    runs_with(first=outside),
)
two_decays.mistake(
    "the second run has both: L2 in the gradient, and decay outside it.",
    runs_with(
        second=lambda theta, g, mask, lr, decay: (
            outside(theta, g, mask, lr, decay)[0],
            g + decay * mask * theta,
        )
    ),
)
two_decays.mistake("the order is L2, decoupled.", runs_with(returned=lambda l2, other: (other, l2)))
two_decays.mistake(
    "one step is missing: there are `steps` of them.", runs_with(steps=lambda count: count - 1)
)
two_decays.mistake(
    "there is one step too many: there are `steps` of them.",
    runs_with(steps=lambda count: count + 1),
)


@two_decays.mistake(
    "in the decoupled run theta shrinks after the step, so the step shrinks too. The decay comes first."
)
def decays_after_the_step(step, gradient, theta, is_weight, lr, decay, steps):
    first, _ = two_decays.reference(step, gradient, theta, is_weight, lr, decay, steps)
    memory = None
    for _ in range(steps):
        theta, memory = step(theta, gradient(theta), memory, lr)
        theta = theta - lr * decay * is_weight * theta
    return first, theta


@two_decays.mistake("only one step is taken in each run. Is the return inside the loop?")
def one_step(step, gradient, theta, is_weight, lr, decay, steps):
    return two_decays.reference(step, gradient, theta, is_weight, lr, decay, 1)


@two_decays.mistake(
    "decay is multiplied by the theta of the start. Multiply by theta as it is in this step."
)
def by_the_start(step, gradient, theta, is_weight, lr, decay, steps):
    shift = decay * is_weight * theta
    l2, _ = two_decays.reference(
        step, lambda x: gradient(x) + shift, theta, is_weight, lr, 0, steps
    )
    _, decoupled = two_decays.reference(step, gradient, theta, is_weight, lr, decay, steps)
    return l2, decoupled


@two_decays.mistake(
    "every step uses the gradient at the start. Call gradient with theta as it is in this step."
)
def same_gradient(step, gradient, theta, is_weight, lr, decay, steps):
    g = gradient(theta)
    return two_decays.reference(step, lambda x: g, theta, is_weight, lr, decay, steps)


@two_decays.mistake(
    "in the decoupled run theta decays once, before the loop. It decays in every step."
)
def decays_once(step, gradient, theta, is_weight, lr, decay, steps):
    l2, _ = two_decays.reference(step, gradient, theta, is_weight, lr, decay, steps)
    shrunken = theta - lr * decay * is_weight * theta
    return l2, two_decays.reference(step, gradient, shrunken, is_weight, lr, 0, steps)[1]


@two_decays.mistake("both runs use one memory, in turn. Each needs a memory of its own.")
def one_memory(step, gradient, theta, is_weight, lr, decay, steps):
    l2, decoupled, memory = theta, theta, None
    for _ in range(steps):
        l2, memory = step(l2, gradient(l2) + decay * is_weight * l2, memory, lr)
        g = gradient(decoupled)
        decoupled, memory = step(decoupled - lr * decay * is_weight * decoupled, g, memory, lr)
    return l2, decoupled
