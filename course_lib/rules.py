"""The update rules, each one written as in its paper.

    theta, *state = rule(theta, g, t, *state, **hyper)

theta, the gradient g and the states are (..., P); t counts steps from 1. The signature defines the
rule: first what changes, with the initial states as defaults; after the star the hyper-parameters,
spelled as in PyTorch. Rules are pure: they return new arrays. A hyper-parameter is a number, or an
array with one value per run, which `Optimizer` shapes so that it broadcasts against theta.
"""

import numpy as np

RULES = {}  # name: rule, in the order of this file


def rule(function):
    """Add the function to RULES, which `course_lib.optim`, the plots and the tests read; returns it.

    A rule under `@rule` must be pure, since `Optimizer` calls it without protective copies.
    """
    RULES[function.__name__] = function
    return function


@rule
def sgd(theta, g, t, *, lr=0.01):
    """θ ← θ - lr g. With the gradient of all data this is gradient descent, of a batch it is SGD.

    (Cauchy, 1847; Robbins, Monro, 1951)
    """
    return theta - lr * g


@rule
def proximal_sgd(theta, g, t, *, lr=0.01, l1=1e-4):
    """u ← θ - lr g;  θ ← sign(u) max(|u| - lr l1, 0): a step, then the penalty l1 Σ |θ| solved exactly.

    Entries smaller than lr l1 become exactly 0. It acts on all of theta, biases too. (Daubechies,
    Defrise, De Mol, 2004; Duchi, Singer, 2009)
    """
    u = theta - lr * g
    return np.sign(u) * np.maximum(np.abs(u) - lr * l1, 0)


@rule
def momentum(theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
    """v ← β v + g;  θ ← θ - lr v. Heavy ball in the sum convention, PyTorch's (no dampening).

    Under a constant gradient the step grows to 1 / (1 - β) times SGD's. `velocity_momentum` and
    `ema_momentum` are the other two conventions; `convert_lr` converts between them. (Polyak, 1964)
    """
    v = beta * v + g
    return theta - lr * v, v


@rule
def velocity_momentum(theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
    """v ← β v - lr g;  θ ← θ + v. Heavy ball in the velocity convention: v is the step itself.

    Equal to `momentum` while lr is constant; when lr changes, v keeps the lr of earlier steps.
    (Sutskever et al., 2013)
    """
    v = beta * v - lr * g
    return theta + v, v


@rule
def ema_momentum(theta, g, t, m=0.0, *, lr=0.01, beta=0.9):
    """m ← β m + (1 - β) g;  θ ← θ - lr m. Heavy ball in the EMA convention: m averages gradients.

    The same path as `momentum` with 1 / (1 - β) times its lr. PyTorch's SGD with dampening = beta,
    except for its first step; Adam's m before the bias correction. (Kingma, Ba, 2015)
    """
    m = beta * m + (1 - beta) * g
    return theta - lr * m, m


@rule
def nesterov(theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
    """v ← β v + g;  θ ← θ - lr (g + β v). Nesterov's momentum as PyTorch writes it.

    theta is the look-ahead point θ = x - lr β v, so each step needs one gradient only; see
    `lookahead_nesterov` for x itself. (Nesterov, 1983; Bengio et al., 2013)
    """
    v = beta * v + g
    return theta - lr * (g + beta * v), v


@rule
def adagrad(theta, g, t, s=0.0, *, lr=0.01, eps=1e-10):
    """s ← s + g²;  θ ← θ - lr g / (√s + eps). The sum grows, so the steps shrink.

    eps stands outside the root, as in PyTorch. (Duchi, Hazan, Singer, 2011)
    """
    s = s + g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@rule
def rmsprop(theta, g, t, s=0.0, *, lr=0.01, rho=0.99, eps=1e-8):
    """s ← ρ s + (1 - ρ) g²;  θ ← θ - lr g / (√s + eps). Adagrad that forgets.

    rho is PyTorch's `alpha`; eps stands outside the root, as in PyTorch. (Tieleman, Hinton, 2012)
    """
    s = rho * s + (1 - rho) * g**2
    return theta - lr * g / (np.sqrt(s) + eps), s


@rule
def adadelta(theta, g, t, s=0.0, d=0.0, *, lr=1.0, rho=0.9, eps=1e-6):
    """s ← ρ s + (1 - ρ) g²;  Δ = g √((d + eps) / (s + eps));  d ← ρ d + (1 - ρ) Δ²;  θ ← θ - lr Δ.

    eps is added to both averages and sets the size of the first step, √(eps / (1 - ρ)) where
    eps << g². The paper has no lr, which is the same as lr = 1. (Zeiler, 2012, algorithm 1)
    """
    s = rho * s + (1 - rho) * g**2
    delta = np.sqrt((d + eps) / (s + eps)) * g
    d = rho * d + (1 - rho) * delta**2
    return theta - lr * delta, s, d


@rule
def adam(theta, g, t, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """θ ← θ - lr m̂ / (√v̂ + eps), with m and v the moving averages of g and g², started at 0.

    The hats correct the bias of that start: m̂ = m / (1 - β1ᵗ), v̂ = v / (1 - β2ᵗ). eps stands outside
    the root, as in the paper and in PyTorch. (Kingma, Ba, 2015, algorithm 1)
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@rule
def adamw(
    theta, g, t, m=0.0, v=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """θ ← θ - lr weight_decay θ, then Adam's step. The decay is not divided by √v̂, as l2's is.

    All of theta decays, biases too, as in PyTorch. (Loshchilov, Hutter, 2019, algorithm 2)
    """
    theta = theta - lr * weight_decay * theta
    return adam(theta, g, t, m, v, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


@rule
def adamax(theta, g, t, m=0.0, u=0.0, *, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """u ← max(β2 u, |g| + eps);  θ ← θ - lr m̂ / u. Adam with a decaying maximum of |g| as divisor.

    The paper has no eps; we add it to |g|, as PyTorch does. (Kingma, Ba, 2015, algorithm 2)
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    return theta - lr * m_hat / u, m, u


@rule
def nadam(
    theta, g, t, m=0.0, v=0.0, product=1.0, *,
    lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3,
):  # fmt: skip
    """θ ← θ - lr m̄ / (√v̂ + eps). Adam with Nesterov's look-ahead in its average of gradients.

    m̄ = μ' m / (1 - Π μ') + (1 - μ) g / (1 - Π), with μ = β1 (1 - ½ 0.96^(t ψ)), μ' its value at t + 1,
    Π the product of all μ up to t and ψ = momentum_decay, PyTorch's spelling. (Dozat, 2016)
    """
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    product = product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_bar / (np.sqrt(v_hat) + eps), m, v, product


@rule
def amsgrad(theta, g, t, m=0.0, v=0.0, v_max=0.0, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """v_max ← max(v_max, v);  θ ← θ - lr m̂ / (√v̂_max + eps). Adam whose v_max never decreases.

    The maximum is taken before the bias correction v̂_max = v_max / (1 - β2ᵗ), as in PyTorch; the
    paper has no bias correction. (Reddi, Kale, Kumar, 2018, algorithm 2)
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max


@rule
def lion(theta, g, t, m=0.0, *, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """θ ← θ - lr (sign(β1 m + (1 - β1) g) + weight_decay θ);  m ← β2 m + (1 - β2) g.

    Without weight decay every entry moves by exactly lr. The update averages with β1, the memory m
    with β2. (Chen et al., 2023, algorithm 2)
    """
    update = np.sign(beta1 * m + (1 - beta1) * g)
    m = beta2 * m + (1 - beta2) * g
    return theta - lr * (update + weight_decay * theta), m


CONVENTIONS = ("sum", "velocity", "ema")


def convert_lr(lr, beta, source, target):
    """The lr with which heavy ball follows the same path in another convention.

    source and target are "sum" (`momentum`), "velocity" (`velocity_momentum`) or "ema"
    (`ema_momentum`): lr_sum = lr_velocity = (1 - β) lr_ema. Raises ValueError for another name.
    """
    for name in (source, target):
        if name not in CONVENTIONS:
            raise ValueError(f"no convention {name!r}: choose from {', '.join(CONVENTIONS)}")
    as_sum = lr * (1 - beta) if source == "ema" else lr
    return as_sum / (1 - beta) if target == "ema" else as_sum


def lookahead_nesterov(f, x, v=0.0, *, lr=0.01, beta=0.9):
    """v ← β v + ∇f(x - lr β v);  x ← x - lr v. Nesterov's momentum with its look-ahead written out.

    f(theta) -> value, gradient; returns x, v. The gradient is taken at the look-ahead point, so this is
    not a rule of a given g; the path of `nesterov` is θ = x - lr β v. (Sutskever et al., 2013)
    """
    _, g = f(x - lr * beta * v)
    v = beta * v + g
    return x - lr * v, v


__all__ = ["RULES", "convert_lr", *RULES]  # what `course_lib.optim` offers too
