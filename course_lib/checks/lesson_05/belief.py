"""Exercise 5.3: a rule from its paper that the library does not have, AdaBelief."""

import numpy as np

from course_lib.checks import case, exercise

start = np.array([1.0, -2.0])
slow = {"lr": 0.1, "beta1": 0.5, "beta2": 0.75, "eps": 0.01}


@exercise(
    "5.3",
    inputs=[
        case(start, np.array([2.0, -4.0]), 1, **slow),
        case(start, np.array([2.0, 1.0]), 2, np.array([1.0, 0.5]), np.array([4.0, 1.0]), **slow),
        case(
            np.array([0.5]),
            np.array([-1.0]),
            4,
            np.array([3.0]),
            np.array([0.25]),
            lr=2.0,
            beta1=0.9,
            beta2=0.6,
            eps=0.5,
        ),
        case(start, np.array([0.01, -0.03]), 1),
    ],
    returns="theta m s",
    hints=[
        "Five lines, one for each formula: m, s, m_hat, s_hat, and the return with the step.",
        "The m in (g - m) is the new one, from the line above. eps stands in two places: it is added "
        "to s, and to the root.",
        "s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps. Return s itself, not s_hat: the next step "
        "goes on with it.",
    ],
)
def adabelief(theta, g, t, m=0.0, s=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


@adabelief.also_right
def by_differences(place, g, t, mean=0.0, spread=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    mean = mean + (1 - beta1) * (g - mean)
    spread = spread + (1 - beta2) * ((mean - g) ** 2 - spread) + eps
    divisor = (spread / (1 - beta2**t)) ** 0.5 + eps
    return place - lr / (1 - beta1**t) * mean / divisor, mean, spread


def belief_with(
    mean=lambda m, g, beta1: beta1 * m + (1 - beta1) * g,
    squares=lambda g, old, m, m_hat: (g - m) ** 2,
    memory=lambda s, new, beta2, eps: beta2 * s + (1 - beta2) * new + eps,
    m_hat=lambda m, t, beta1: m / (1 - beta1**t),
    s_hat=lambda s, t, beta1, beta2: s / (1 - beta2**t),
    divisor=lambda s_hat, eps: np.sqrt(s_hat) + eps,
    step=lambda lr, m_hat, divisor, g: -lr * m_hat / divisor,
    returned=lambda theta, m, s, m_hat, s_hat: (theta, m, s),
):
    """adabelief, or a wrong version where a part is replaced."""

    def wrong(theta, g, t, m=0.0, s=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        old, m = m, mean(m, g, beta1)
        high = m_hat(m, t, beta1)
        s = memory(s, squares(g, old, m, high), beta2, eps)
        wide = s_hat(s, t, beta1, beta2)
        theta = theta + step(lr, high, divisor(wide, eps), g)
        return returned(theta, m, s, high, wide)

    return wrong


adabelief.mistake(
    "s averages g², as Adam's v does. AdaBelief averages (g - m)².",
    belief_with(squares=lambda g, old, m, m_hat: g**2),
)
adabelief.mistake(
    "(g - m) uses the old m. First the new m, then s.",
    belief_with(squares=lambda g, old, m, m_hat: (g - old) ** 2),
)
adabelief.mistake(
    "(g - m) uses the corrected m̂. In the formula it is m itself.",
    belief_with(squares=lambda g, old, m, m_hat: (g - m_hat) ** 2),
)
adabelief.mistake(
    "g - m is not squared.", belief_with(squares=lambda g, old, m, m_hat: np.abs(g - m))
)
adabelief.mistake(
    "this is g² - m². The formula squares the difference: (g - m) ** 2.",
    belief_with(squares=lambda g, old, m, m_hat: np.abs(g**2 - m**2)),
)
adabelief.mistake(
    "eps is missing in s. It stands in two places of the formula.",
    belief_with(memory=lambda s, new, beta2, eps: beta2 * s + (1 - beta2) * new),
)
adabelief.mistake(
    "eps in s is multiplied by 1 - beta2. It is added at the end, as it is.",
    belief_with(memory=lambda s, new, beta2, eps: beta2 * s + (1 - beta2) * (new + eps)),
)
adabelief.mistake(
    "eps is missing beside the root. It stands in two places of the formula.",
    belief_with(divisor=lambda s_hat, eps: np.sqrt(s_hat)),
)
adabelief.mistake(
    "eps is missing altogether. It stands in s, and beside the root.",
    belief_with(
        memory=lambda s, new, beta2, eps: beta2 * s + (1 - beta2) * new,
        divisor=lambda s_hat, eps: np.sqrt(s_hat),
    ),
)
adabelief.mistake(
    "in the step eps stands inside the root. It is added to the root.",
    belief_with(divisor=lambda s_hat, eps: np.sqrt(s_hat + eps)),
)
adabelief.mistake(
    "the root is missing: the step divides by √ŝ + eps.",
    belief_with(divisor=lambda s_hat, eps: s_hat + eps),
)
adabelief.mistake(
    "m is not corrected: m̂ = m / (1 - β1ᵗ).", belief_with(m_hat=lambda m, t, beta1: m)
)
adabelief.mistake(
    "s is not corrected: ŝ = s / (1 - β2ᵗ).", belief_with(s_hat=lambda s, t, beta1, beta2: s)
)
adabelief.mistake(
    "neither m nor s is corrected: m̂ = m / (1 - β1ᵗ) and ŝ = s / (1 - β2ᵗ) are missing.",
    belief_with(m_hat=lambda m, t, beta1: m, s_hat=lambda s, t, beta1, beta2: s),
)
adabelief.mistake(
    "the corrections lack the power t: they are 1 - beta1**t and 1 - beta2**t.",
    belief_with(
        m_hat=lambda m, t, beta1: m / (1 - beta1),
        s_hat=lambda s, t, beta1, beta2: s / (1 - beta2),
    ),
)
adabelief.mistake(
    "s is corrected with β1. It has its own β2.",
    belief_with(s_hat=lambda s, t, beta1, beta2: s / (1 - beta1**t)),
)
adabelief.mistake(
    "you return the corrected m̂ and ŝ. The next step goes on with m and s themselves.",
    belief_with(returned=lambda theta, m, s, m_hat, s_hat: (theta, m_hat, s_hat)),
)
adabelief.mistake(
    "the order of the returned values is theta, m, s.",
    belief_with(returned=lambda theta, m, s, m_hat, s_hat: (theta, s, m)),
)
adabelief.mistake(
    "theta moves uphill: subtract the step.",
    belief_with(step=lambda lr, m_hat, divisor, g: lr * m_hat / divisor),
)
adabelief.mistake(
    "the step uses g. Its numerator is m̂.",
    belief_with(step=lambda lr, m_hat, divisor, g: -lr * g / divisor),
)
adabelief.mistake(
    "m adds the whole gradient. It is an average: the gradient gets the weight 1 - beta1.",
    belief_with(mean=lambda m, g, beta1: beta1 * m + g),
)


@adabelief.mistake(
    "brackets are missing: np.sqrt(s_hat) + eps must stand in brackets below the fraction line."
)
def without_brackets(theta, g, t, m=0.0, s=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    _, m, s = adabelief.reference(theta, g, t, m, s, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return theta - lr * m_hat / np.sqrt(s_hat) + eps, m, s


adabelief.mistake(
    "the new square is added whole. It gets the weight 1 - beta2.",
    belief_with(memory=lambda s, new, beta2, eps: beta2 * s + new + eps),
)
adabelief.mistake(
    "brackets are missing: m / 1 - beta1**t is m minus a power. Write m / (1 - beta1**t).",
    belief_with(m_hat=lambda m, t, beta1: m / 1 - beta1**t),
)
adabelief.mistake(
    "you overwrite m with the corrected m̂ before s uses it, and s with ŝ. Give m̂ and ŝ names of "
    "their own.",
    belief_with(
        squares=lambda g, old, m, m_hat: (g - m_hat) ** 2,
        returned=lambda theta, m, s, m_hat, s_hat: (theta, m_hat, s_hat),
    ),
)


@adabelief.mistake("β1 and β2 are exchanged: β1 belongs to m, β2 to s.")
def exchanged(theta, g, t, m=0.0, s=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return adabelief.reference(theta, g, t, m, s, lr=lr, beta1=beta2, beta2=beta1, eps=eps)


adabelief.mistake(
    "you return the corrected m̂ in place of m. The next step goes on with m itself.",
    belief_with(returned=lambda theta, m, s, m_hat, s_hat: (theta, m_hat, s)),
)
adabelief.mistake(
    "you return the corrected ŝ in place of s. The next step goes on with s itself.",
    belief_with(returned=lambda theta, m, s, m_hat, s_hat: (theta, m, s_hat)),
)
