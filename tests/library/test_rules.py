"""Every rule step by step against torch.optim or against its paper, and what ties rules together."""

import numpy as np
import pytest
import torch
from helpers.compare import assert_close

from course_lib import rules
from course_lib.landscapes import lessard_recht_packard, quadratic, rosenbrock
from course_lib.optim import Optimizer, descend
from course_lib.rules import RULES, convert_lr, lookahead_nesterov

torch.set_num_threads(1)
STEPS, SIZE = 50, 6


@pytest.fixture(autouse=True)
def double():
    """torch's NAdam keeps the product of its μ in the default dtype, float32 unless told."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


# How far each hyper-parameter is drawn: (from, to), as powers of ten where `log` says so.
DRAWS = {
    "lr": (1e-4, 1e-1, "log"), "beta": (0.3, 0.99), "rho": (0.3, 0.99), "beta1": (0.5, 0.99),
    "beta2": (0.8, 0.9999), "eps": (1e-10, 1e-3, "log"), "weight_decay": (0, 0.5),
    "momentum_decay": (1e-3, 1e-1, "log"), "l1": (0.05, 0.5),
}  # fmt: skip

# rule, torch's class, its arguments from ours
T = torch.optim
TORCH = {
    "sgd": (T.SGD, lambda lr: {"lr": lr}),
    "momentum": (T.SGD, lambda lr, beta: {"lr": lr, "momentum": beta}),
    "velocity_momentum": (T.SGD, lambda lr, beta: {"lr": lr, "momentum": beta}),
    "nesterov": (T.SGD, lambda lr, beta: {"lr": lr, "momentum": beta, "nesterov": True}),
    "adagrad": (T.Adagrad, lambda lr, eps: {"lr": lr, "eps": eps}),
    "rmsprop": (T.RMSprop, lambda lr, rho, eps: {"lr": lr, "alpha": rho, "eps": eps}),
    "adadelta": (T.Adadelta, lambda lr, rho, eps: {"lr": lr, "rho": rho, "eps": eps}),
    "adam": (T.Adam, lambda lr, beta1, beta2, eps: {"lr": lr, "betas": (beta1, beta2), "eps": eps}),
    "amsgrad": (
        T.Adam,
        lambda lr, beta1, beta2, eps: {
            "lr": lr, "betas": (beta1, beta2), "eps": eps, "amsgrad": True,
        },
    ),
    "adamw": (
        T.AdamW,
        lambda lr, beta1, beta2, eps, weight_decay: {
            "lr": lr, "betas": (beta1, beta2), "eps": eps, "weight_decay": weight_decay,
        },
    ),
    "adamax": (
        T.Adamax, lambda lr, beta1, beta2, eps: {"lr": lr, "betas": (beta1, beta2), "eps": eps},
    ),
    "nadam": (
        T.NAdam,
        lambda lr, beta1, beta2, eps, momentum_decay: {
            "lr": lr, "betas": (beta1, beta2), "eps": eps, "momentum_decay": momentum_decay,
        },
    ),
}  # fmt: skip


# What torch does not have, number by number as the papers write it.


def lion_by_hand(theta, g, memory, lr, beta1, beta2, weight_decay):
    """Chen et al., 2023, algorithm 2."""
    m = memory.setdefault("m", [0.0] * SIZE)
    for i in range(SIZE):
        c = beta1 * m[i] + (1 - beta1) * g[i]
        update = 1 if c > 0 else -1 if c < 0 else 0
        theta[i] = theta[i] - lr * (update + weight_decay * theta[i])
        m[i] = beta2 * m[i] + (1 - beta2) * g[i]


def proximal_by_hand(theta, g, memory, lr, l1):
    """The minimum over w of ½ (w - u)² + lr l1 |w|, u = θ - lr g: soft thresholding."""
    for i in range(SIZE):
        u = theta[i] - lr * g[i]
        if u > lr * l1:
            theta[i] = u - lr * l1
        elif u < -lr * l1:
            theta[i] = u + lr * l1
        else:
            theta[i] = 0.0


def ema_by_hand(theta, g, memory, lr, beta):
    """A moving mean of gradients started at 0."""
    m = memory.setdefault("m", [0.0] * SIZE)
    for i in range(SIZE):
        m[i] = beta * m[i] + (1 - beta) * g[i]
        theta[i] -= lr * m[i]


BY_HAND = {"lion": lion_by_hand, "proximal_sgd": proximal_by_hand, "ema_momentum": ema_by_hand}


def drawn(rule, seed):
    """Random hyper-parameters for a rule, the rule's own defaults at seed 0."""
    rng = np.random.default_rng((seed, 17))
    known = Optimizer(rule).hyper
    if seed == 0:
        return dict(known)
    hyper = {}
    for name in known:
        low, high, *log = DRAWS[name]
        hyper[name] = float(
            np.exp(rng.uniform(*np.log((low, high)))) if log else rng.uniform(low, high)
        )
    return hyper


def gradients(seed):
    """(STEPS, SIZE): entries of very different size, one always 0, one mostly 0, one constant."""
    rng = np.random.default_rng((seed, 18))
    g = rng.normal(size=(STEPS, SIZE)) * 10.0 ** rng.integers(-3, 4, SIZE)
    g[:, 0] = 0
    g[rng.random(STEPS) < 0.8, 1] = 0
    g[:, 2] = 0.7
    return g


def walk(rule, hyper, start, g):
    optimizer, path = Optimizer(rule, **hyper), [start]
    for row in g:
        path.append(optimizer.step(path[-1], row))
    return np.array(path)


def walk_torch(make, arguments, start, g):
    p = torch.nn.Parameter(torch.tensor(start))
    optimizer, path = make([p], **arguments), [start]
    for row in g:
        p.grad = torch.tensor(row)
        optimizer.step()
        path.append(p.detach().numpy().copy())
    return np.array(path)


def walk_by_hand(step, hyper, start, g):
    theta, memory, path = start.tolist(), {}, [start]
    for row in g:
        step(theta, row.tolist(), memory, **hyper)
        path.append(np.array(theta))
    return np.array(path)


def test_every_rule_has_a_reference():
    assert set(RULES) == set(TORCH) | set(BY_HAND)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", RULES)
def test_fifty_steps_equal_the_reference(name, seed):
    hyper, g = drawn(RULES[name], seed), gradients(seed)
    start = np.random.default_rng((seed, 19)).normal(size=SIZE)
    ours = walk(RULES[name], hyper, start, g)
    if name in TORCH:
        make, arguments = TORCH[name]
        theirs = walk_torch(make, arguments(**hyper), start, g)
    else:
        theirs = walk_by_hand(BY_HAND[name], hyper, start, g)
    assert len(np.unique(ours[:, 2])) > STEPS // 2  # it moved
    assert_close(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_fifty_steps_on_a_function_equal_the_reference(name):
    """Where the gradient depends on the path, as it does in life."""
    hyper = drawn(RULES[name], 0) | {"lr": 1e-3}
    path = descend(rosenbrock, (-1.2, 1), Optimizer(RULES[name], **hyper), STEPS)
    g = [rosenbrock(theta)[1] for theta in path[:-1]]
    if name in TORCH:
        make, arguments = TORCH[name]
        assert_close(path, walk_torch(make, arguments(**hyper), path[0], g), rtol=1e-10)
    else:
        assert_close(path, walk(RULES[name], hyper, path[0], g), rtol=1e-10)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rules_are_pure(name, dtype):
    """What goes in is not written to, and what comes out is not what went in."""
    rng = np.random.default_rng(0)
    optimizer = Optimizer(RULES[name])
    theta, g = rng.normal(size=(2, 3, SIZE)).astype(dtype)
    theta = optimizer.step(theta, g)
    arrays = [theta, g, *(s for s in optimizer.state if np.ndim(s))]
    for a in arrays:
        a.flags.writeable = False
    new = RULES[name](theta, g, 2, *optimizer.state)
    for part in new if isinstance(new, tuple) else [new]:
        assert not any(np.shares_memory(part, a) for a in arrays)
        assert np.ndim(part) == 0 or part.dtype == dtype


# Identities: two ways to the same path.

START = np.array([1.5, -0.7])
PAIRS = {
    "momentum with beta 0 is sgd": [("momentum", {"beta": 0}), ("sgd", {})],
    "nesterov with beta 0 is sgd": [("nesterov", {"beta": 0}), ("sgd", {})],
    "ema_momentum with beta 0 is sgd": [("ema_momentum", {"beta": 0}), ("sgd", {})],
    "proximal_sgd with l1 0 is sgd": [("proximal_sgd", {"l1": 0}), ("sgd", {})],
    "adamw with decay 0 is adam": [("adamw", {"weight_decay": 0}), ("adam", {})],
    "velocity_momentum is momentum": [("velocity_momentum", {}), ("momentum", {})],
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_two_names_of_one_path(pair):
    paths = [descend(quadratic(7), START, Optimizer(RULES[n], lr=0.02, **h), 40) for n, h in pair]
    assert_close(*paths, rtol=1e-12)
    assert not np.allclose(paths[0][-1], START)


SCALE = {"sum": 1, "velocity": 1, "ema": 1 - 0.8}
MOMENTA = dict(
    zip(rules.CONVENTIONS, ("momentum", "velocity_momentum", "ema_momentum"), strict=True)
)


@pytest.mark.parametrize("source", rules.CONVENTIONS)
@pytest.mark.parametrize("target", rules.CONVENTIONS)
def test_conventions_convert(source, target):
    lr = convert_lr(0.03, 0.8, source, target)
    assert lr == pytest.approx(0.03 * SCALE[source] / SCALE[target])
    here = descend(quadratic(7), START, Optimizer(RULES[MOMENTA[source]], lr=0.03, beta=0.8), 40)
    there = descend(quadratic(7), START, Optimizer(RULES[MOMENTA[target]], lr=lr, beta=0.8), 40)
    assert_close(here, there, rtol=1e-11)


@pytest.mark.parametrize(("source", "target"), [("mean", "sum"), ("sum", "pytorch")])
def test_an_unknown_convention_is_named(source, target):
    with pytest.raises(ValueError, match=r"no convention '(mean|pytorch)': .* sum, velocity, ema"):
        convert_lr(0.1, 0.9, source, target)


def test_nesterov_walks_along_the_points_ahead():
    """θ = x - lr β v: the look-ahead form and PyTorch's are one path seen from two points."""
    lr, beta, f = 0.02, 0.9, quadratic(7)
    path = descend(f, START, Optimizer(rules.nesterov, lr=lr, beta=beta), 30)
    x, v = START, 0.0
    for theta in path:
        assert_close(theta, x - lr * beta * v, rtol=1e-12)
        x, v = lookahead_nesterov(f, x, v, lr=lr, beta=beta)


@pytest.mark.parametrize("name", ["adam", "amsgrad", "adamax"])
def test_the_first_step_of_adam_is_lr_times_sign(name):
    g = np.array([1e3, -1e-3, 5.0])
    step = RULES[name](np.zeros(3), g, 1, lr=0.1, eps=0.0)[0]
    assert_close(step, -0.1 * np.sign(g))


def test_the_first_step_of_adadelta_is_set_by_eps():
    g = np.array([1e3, -50.0])
    step = rules.adadelta(np.zeros(2), g, 1, rho=0.9, eps=1e-6)[0]
    assert_close(step, -np.sqrt(1e-6 / 0.1) * np.sign(g), rtol=1e-7)


@pytest.mark.parametrize(
    "name", ["adagrad", "rmsprop", "adam", "adamax", "nadam", "amsgrad", "lion"]
)
def test_the_size_of_the_gradient_does_not_matter(name):
    """The path of a rule that divides by the gradient's own size, with eps 0, is that of 1e-20 g."""
    hyper = {"eps": 0.0} if "eps" in Optimizer(RULES[name]).hyper else {}
    g = gradients(3)[:, 2:]
    paths = [walk(RULES[name], hyper, np.ones(SIZE - 2), c * g) for c in (1, 1e-20)]
    assert_close(*paths, rtol=1e-10)


def test_proximal_sgd_stops_at_exact_zeros_and_a_subgradient_does_not():
    """f = ½ |θ - a|² + l1 |θ|: entries with |a| < l1 are 0 at the minimum, others move in by l1."""
    a, l1 = np.array([3.0, 0.4, -0.2, -5.0]), 0.5
    pull = lambda theta: (0.5 * ((theta - a) ** 2).sum(axis=-1), theta - a)
    end = descend(pull, np.ones(4), Optimizer(rules.proximal_sgd, lr=0.3, l1=l1), 100)[-1]
    assert (end == 0).tolist() == [False, True, True, False]
    assert_close(end, [2.5, 0, 0, -4.5])
    kinked = lambda theta: (0.0, theta - a + l1 * np.sign(theta))
    assert (descend(kinked, np.ones(4), Optimizer(rules.sgd, lr=0.3), 100)[-1] != 0).all()


def test_heavy_ball_cycles_where_gradient_descent_converges():
    """Lessard, Recht, Packard, 2016: the pair that is best for quadratics goes round three points."""
    hyper = {"lr": 1 / 9, "beta": 4 / 9}
    path = descend(lessard_recht_packard, 3.3, Optimizer(rules.momentum, **hyper), 300)[:, 0]
    assert_close(path[-3:], path[-6:-3], rtol=1e-12)
    assert sorted(path[-3:]) == pytest.approx([-1.802, 0.647, 2.116], abs=5e-4)
    plain = descend(lessard_recht_packard, 3.3, Optimizer(rules.sgd, lr=2 / 26), 300)
    assert abs(plain[-1, 0]) < 1e-9


def test_amsgrad_never_lets_its_divisor_shrink_and_adam_does():
    g = np.concatenate([[[100.0]], np.full((49, 1), 0.1)])
    hyper = {"lr": 0.1, "beta1": 0.0, "beta2": 0.5}
    adam, amsgrad = (
        np.abs(np.diff(walk(RULES[n], hyper, np.zeros(1), g), axis=0)) for n in ("adam", "amsgrad")
    )
    assert adam[-1] > 0.05
    assert amsgrad[-1] < 0.001
