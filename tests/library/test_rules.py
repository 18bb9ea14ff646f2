"""Every rule, from one table: step by step against PyTorch or its paper, and for many runs at once."""

import functools
import inspect
import re
import warnings
from typing import NamedTuple

import numpy as np
import pytest
import torch
from helpers.compare import assert_close

from course_lib import optim, rules
from course_lib.landscapes import lessard_recht_packard, quadratic, rosenbrock
from course_lib.optim import Optimizer, descend
from course_lib.rules import RULES, convert_lr, lookahead_nesterov
from course_lib.transforms import clip_norm, gradient_noise

torch.set_num_threads(1)
STEPS, SIZE = 50, 6
START, BOWL = np.array([1.5, -0.7]), quadratic(7, 30)


@pytest.fixture(autouse=True)
def strict():
    """No warnings; and float64 in torch's NAdam, which keeps its product of μ in the default dtype."""
    torch.set_default_dtype(torch.float64)
    with warnings.catch_warnings(action="error"):
        yield
    torch.set_default_dtype(torch.float32)


# What torch does not have, number by number as the papers write it: step(theta, g, memory, **hyper).


def lion_by_hand(theta, g, memory, lr, beta1, beta2, weight_decay):
    """Chen et al., 2023, algorithm 2."""
    m = memory.setdefault("m", [0.0] * len(theta))
    for i in range(len(theta)):
        c = beta1 * m[i] + (1 - beta1) * g[i]
        update = 1 if c > 0 else -1 if c < 0 else 0
        theta[i] = theta[i] - lr * (update + weight_decay * theta[i])
        m[i] = beta2 * m[i] + (1 - beta2) * g[i]


def proximal_by_hand(theta, g, memory, lr, l1):
    """The minimum over w of ½ (w - u)² + lr l1 |w|, u = θ - lr g: soft thresholding."""
    for i in range(len(theta)):
        u = theta[i] - lr * g[i]
        if u > lr * l1:
            theta[i] = u - lr * l1
        elif u < -lr * l1:
            theta[i] = u + lr * l1
        else:
            theta[i] = 0.0


def ema_by_hand(theta, g, memory, lr, beta):
    """A moving average of gradients started at 0."""
    m = memory.setdefault("m", [0.0] * len(theta))
    for i in range(len(theta)):
        m[i] = beta * m[i] + (1 - beta) * g[i]
        theta[i] -= lr * m[i]


# THE TABLE. A new rule needs its function under @rule and its row here.

T = torch.optim
LR, EPS = (1e-4, 1e-1, "log"), (1e-10, 1e-3, "log")
HEAVY_BALL = {"lr": LR, "beta": (0.3, 0.99)}
ADAM = {"lr": LR, "beta1": (0.5, 0.99), "beta2": (0.8, 0.9999), "eps": EPS}


def betas(beta1, beta2, **hyper):
    return {"betas": (beta1, beta2), **hyper}


class Row(NamedTuple):
    """reference  torch's class, or the rule number by number
    ranges     for each hyper-parameter (from, to), or (from, to, "log"): where the tests draw it
    defaults   ours, where torch has none, or one that a course cannot use; without it they are torch's
    arguments  torch's arguments from our hyper-parameters, where the names differ
    """

    reference: object
    ranges: dict
    defaults: dict | None = None
    arguments: object = dict


TABLE = {
    "sgd": Row(T.SGD, {"lr": LR}, {"lr": 0.01}),
    "proximal_sgd": Row(
        proximal_by_hand, {"lr": LR, "l1": (0.05, 0.5)}, {"lr": 0.01, "l1": 1e-4}
    ),
    "momentum": Row(
        T.SGD, HEAVY_BALL, {"lr": 0.01, "beta": 0.9}, lambda lr, beta: {"lr": lr, "momentum": beta}
    ),
    "velocity_momentum": Row(
        T.SGD, HEAVY_BALL, {"lr": 0.01, "beta": 0.9}, lambda lr, beta: {"lr": lr, "momentum": beta}
    ),
    "ema_momentum": Row(ema_by_hand, HEAVY_BALL, {"lr": 0.01, "beta": 0.9}),
    "nesterov": Row(
        functools.partial(T.SGD, nesterov=True), HEAVY_BALL, {"lr": 0.01, "beta": 0.9},
        lambda lr, beta: {"lr": lr, "momentum": beta},
    ),
    "adagrad": Row(T.Adagrad, {"lr": LR, "eps": EPS}),
    "rmsprop": Row(
        T.RMSprop, {"lr": LR, "rho": (0.3, 0.99), "eps": EPS},
        arguments=lambda lr, rho, eps: {"lr": lr, "alpha": rho, "eps": eps},
    ),
    "adadelta": Row(T.Adadelta, {"lr": LR, "rho": (0.3, 0.99), "eps": EPS}),
    "adam": Row(T.Adam, ADAM, arguments=betas),
    "adamw": Row(T.AdamW, ADAM | {"weight_decay": (0, 0.5)}, arguments=betas),
    "adamax": Row(T.Adamax, ADAM, arguments=betas),
    "nadam": Row(T.NAdam, ADAM | {"momentum_decay": (1e-3, 1e-1, "log")}, arguments=betas),
    "amsgrad": Row(functools.partial(T.Adam, amsgrad=True), ADAM, arguments=betas),
    "lion": Row(
        lion_by_hand,
        {"lr": LR, "beta1": (0.5, 0.99), "beta2": (0.8, 0.9999), "weight_decay": (0, 0.5)},
        {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0},
    ),
}  # fmt: skip
HYPER = [(name, hyper) for name, row in TABLE.items() for hyper in row.ranges]


def at(share, low, high, log=None):
    """The number at a share, from 0 to 1, of a range."""
    return float(low * (high / low) ** share if log else low + share * (high - low))


def draw(name, seed):
    """Random hyper-parameters for a rule; at seed 0 the rule's own defaults."""
    if seed == 0:
        return dict(Optimizer(RULES[name]).hyper)
    rng = np.random.default_rng((seed, 17))
    return {hyper: at(rng.random(), *limits) for hyper, limits in TABLE[name].ranges.items()}


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


def walk_reference(name, hyper, start, g):
    row = TABLE[name]
    if inspect.isfunction(row.reference):
        return walk_by_hand(row.reference, hyper, start, g)
    return walk_torch(row.reference, row.arguments(**hyper), start, g)


def test_every_rule_has_its_row():
    assert list(TABLE) == list(RULES)


@pytest.mark.parametrize("name", RULES)
def test_the_signature_of_a_rule_is_its_definition(name):
    parameters = inspect.signature(RULES[name]).parameters
    assert list(parameters)[:3] == ["theta", "g", "t"]
    moving = [p for p in parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD][3:]
    hyper = [p for p in parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert len(moving) + len(hyper) + 3 == len(parameters)
    assert all(isinstance(p.default, float) for p in moving + hyper)
    assert hyper[0].name == "lr"
    assert [p.name for p in hyper] == list(TABLE[name].ranges)
    assert getattr(optim, name) is RULES[name]


@pytest.mark.parametrize("name", [*RULES, "lookahead_nesterov"])
def test_help_of_a_rule_gives_formula_and_reference(name):
    doc = inspect.getdoc(getattr(rules, name))
    assert "←" in doc.splitlines()[0]
    assert "θ ←" in doc or "x ←" in doc
    assert re.search(r"\([A-Z][^()]*, (18|19|20)\d\d[^()]*\)", " ".join(doc.split())), doc


@pytest.mark.parametrize("name", TABLE)
def test_defaults_are_torchs_or_those_of_the_table(name):
    row, ours = TABLE[name], Optimizer(RULES[name]).hyper
    if row.defaults:
        assert ours == row.defaults
    else:
        theirs = inspect.signature(row.reference).parameters
        assert row.arguments(**ours) == {a: theirs[a].default for a in row.arguments(**ours)}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", RULES)
def test_fifty_steps_equal_the_reference(name, seed):
    hyper, g = draw(name, seed), gradients(seed)
    start = np.random.default_rng((seed, 19)).normal(size=SIZE)
    ours = walk(RULES[name], hyper, start, g)
    assert len(np.unique(ours[:, 2])) > STEPS // 2  # it moved
    assert_close(ours, walk_reference(name, hyper, start, g), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_fifty_steps_on_a_function_equal_the_reference(name):
    """Where the gradient depends on the path, as in a training."""
    hyper = draw(name, 0) | {"lr": 1e-3}
    path = descend(rosenbrock, (-1.2, 1), Optimizer(RULES[name], **hyper), STEPS)
    g = np.array([rosenbrock(theta)[1] for theta in path[:-1]])
    assert_close(path, walk_reference(name, hyper, path[0], g), rtol=1e-10)


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


def unregistered(name):
    return functools.wraps(RULES[name])(lambda *args, **hyper: RULES[name](*args, **hyper))


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_registered_or_not_a_rule_gives_the_same_bits(name, dtype):
    """Also once its states decay to subnormal numbers, which both set to 0."""
    results = []
    for rule in (RULES[name], unregistered(name)):
        optimizer, theta = Optimizer(rule), np.ones((2, 3), dtype)
        for t in range(1000):
            theta = optimizer.step(theta, np.full((2, 3), t < 2, dtype))
        results.append([theta.tobytes(), *(np.array(s).tobytes() for s in optimizer.state)])
        assert optimizer.is_registered == (rule is RULES[name])
    assert results[0] == results[1]


# Many runs against single ones.


@pytest.mark.parametrize(("name", "hyper"), HYPER)
def test_a_hyper_parameter_of_many_runs(name, hyper):
    values = [at(share, *TABLE[name].ranges[hyper]) for share in (0, 0.5, 1)]
    run = lambda value: descend(
        BOWL, START, Optimizer(RULES[name], **{"lr": 0.05, hyper: value}), STEPS
    )
    many = run(np.array(values))
    assert many.shape == (STEPS + 1, 3, 2)
    for k, value in enumerate(values):
        assert_close(many[:, k], run(value))
    assert not np.array_equal(many[:, 0], many[:, 2])


@pytest.mark.parametrize("name", RULES)
def test_a_grid_of_all_hyper_parameters_and_starts(name):
    """The first three hyper-parameters have an axis each, theta0 the last."""
    ranges = dict(list(TABLE[name].ranges.items())[:3])
    values = {
        hyper: [at(share, *limits) for share in (0.3, 0.7)] for hyper, limits in ranges.items()
    }
    axes = np.meshgrid(*values.values(), indexing="ij")
    starts = np.array([START, (0.3, 0.4), (-2, 1)])
    grid = {hyper: axis[..., None] for hyper, axis in zip(ranges, axes, strict=True)}
    many = descend(BOWL, starts, Optimizer(RULES[name], **grid), STEPS)
    assert many.shape == (STEPS + 1, *[2] * len(ranges), 3, 2)
    for i in np.ndindex(*many.shape[1:-1]):
        hyper = {h: values[h][k] for h, k in zip(ranges, i, strict=False)}
        alone = descend(BOWL, starts[i[-1]], Optimizer(RULES[name], **hyper), STEPS)
        assert_close(many[:, *i], alone)


KINDS = {
    "number": float, "np.float64": np.float64, "whole number": lambda v: int(v > 0.5),
    "one per run": lambda v: np.full(3, v), "schedule": lambda v: lambda t: np.float64(v),
    "schedule of arrays": lambda v: lambda t: np.full(3, v) / t, "0-d": np.array,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("registered", [True, False])
def test_float32_stays_float32(name, kind, registered):
    rule = RULES[name] if registered else unregistered(name)
    hyper = {h: kind(at(0.5, *limits)) for h, limits in TABLE[name].ranges.items()}
    optimizer = Optimizer(rule, clip_norm(np.float64(1)), gradient_noise(np.float64(0.1)), **hyper)
    theta = np.ones((3, 4), np.float32)
    for _ in range(20):
        with np.errstate(all="ignore"):
            theta = optimizer.step(theta, theta.astype(float))
    states = [s for s in optimizer.state if isinstance(s, np.ndarray)]
    assert {theta.dtype, *(s.dtype for s in states)} == {np.dtype(np.float32)}


# Identities: two ways to the same path.

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
    assert str(inspect.signature(lookahead_nesterov)) == "(f, x, v=0.0, *, lr=0.01, beta=0.9)"
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
