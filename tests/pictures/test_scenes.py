"""Each explorer shows what a single run computes, and its words hold at every position."""

import functools

import numpy as np
import pytest
from helpers.scenes import Scene, explorers

from course_lib import theory, toys
from course_lib.data import Data, Split, load
from course_lib.explorers.lesson_01.descent import verdict
from course_lib.explorers.lesson_01.directions import TEN_COLUMNS
from course_lib.explorers.lesson_04.valley import LEAST, MOST, THETA0
from course_lib.explorers.parts import with_ones
from course_lib.landscapes import lessard_recht_packard, quadratic
from course_lib.losses import binary_cross_entropy, huber, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import (
    Optimizer,
    adagrad,
    adam,
    amsgrad,
    descend,
    ema_momentum,
    momentum,
    rmsprop,
    sgd,
)
from course_lib.schedules import inverse_time
from course_lib.training import train

pytestmark = pytest.mark.xdist_group("test_scenes")  # one worker makes each scene once
EXPLORERS = explorers()
LINE = Objective(MLP(1, 1), squared_error)


@functools.cache
def scene_of(name):
    return Scene(EXPLORERS[name]())


def values(name):
    """The values of each control of an explorer but the step."""
    stage = scene_of(name).stage
    return [control.values for control in stage.controls if control.label != "step"]


def data_of(name):
    return EXPLORERS[name].args


# Single runs: each yields (actor, position, x, y), the data that the actor should show there.


def first_slider():
    (lrs,) = values("first_slider")
    for k in (0, 10, 20):
        theta = 2 * (1 - 2 * lrs[k]) ** np.arange(21)
        yield 0, (20, k), theta, theta**2


def three_panels():
    (lrs, slopes, intercepts), (x, y) = values("three_panels"), data_of("three_panels")
    across, f = x[[0, -1]], LINE.on(x[:, None], y)
    for k, i, j in ((0, 2, 3), (7, 0, 5), (10, 2, 3)):
        path = descend(f, (slopes[i], intercepts[j]), Optimizer(sgd, lr=lrs[k]), 30)
        for step in (0, 1, 30):
            yield 0, (step, k, i, j), across, path[step] @ [across, np.ones(2)]
        yield 1, (30, k, i, j), *path.T
        yield 3, (0, k, i, j), *path[0]
        yield 4, (30, k, i, j), np.arange(31), f(path)[0]


def contraction():
    (lrs, _), (eigenvalues,) = values("contraction"), data_of("contraction")
    for k, chosen in ((0, 0), (12, 1), (30, 0), (45, 1)):
        curvatures = np.array((eigenvalues, TEN_COLUMNS)[chosen])
        factors, n = np.abs(1 - lrs[k] / curvatures[-1] * curvatures), len(curvatures)
        for actor, shown in ((0, factors < 1), (1, factors >= 1)):
            heights = np.where(shown, factors, np.nan)
            yield actor + 2 * chosen, (k, chosen), (np.arange(n) + 0.5) / n, heights
        yield 7, (k, chosen), lrs[k], factors.max()


def moved_point(i, j):
    """The data of `outliers` at a position, x (30,) and y (30,), the moved point last."""
    (places, heights), data = values("outliers"), toys.line(n=30, noise=0.3, seed=3).train
    order = data.X[:, 0].argsort()
    x, y = data.X[order, 0], data.y[order]
    return np.append(x[:-1], places[i]), np.append(y[:-1], heights[j]), places[[0, -1]]


def outliers():
    for position in ((12, 12), (12, 0), (5, 3)):
        x, y, ends = moved_point(*position)
        for actor, loss in ((0, squared_error), (3, huber())):
            f = Objective(MLP(1, 1), loss).on(x[:, None], y)
            slope, intercept = descend(f, (0, 0), Optimizer(sgd, lr=0.2), 3000)[-1]
            yield actor, position, ends, slope * ends + intercept
        yield 9, position, x[-1], y[-1]


def units():
    (sizes, _), (x, y) = values("units"), data_of("units")
    for unit, origin in ((0, 0), (14, 2), (28, 1)):
        X = with_ones((x - [x.mean(), x.min(), 0][origin]) / (sizes[unit] * x.std()))
        best, eigenvalues = np.linalg.lstsq(X, y)[0], np.linalg.eigvalsh(2 / len(x) * X.T @ X)
        f, lr = LINE.on(X[:, :1], y), 2 / (eigenvalues[0] + eigenvalues[-1])
        path = descend(f, np.add(best, [-1, 1]), Optimizer(sgd, lr=lr), 30)
        yield 1, (30, unit, origin), *(path - best).T
        excess = f(path)[0] - f(best)[0]
        yield 3, (30, unit, origin), np.arange(6), excess[:6] / excess[0]


def cloud():
    (distances, *_), (x, y) = values("cloud"), data_of("cloud")
    best = np.linalg.lstsq(with_ones(x), y)[0]
    for away, targets in ((30, 0), (0, 0), (15, 1), (0, 1)):
        y_shown = (y, with_ones(x) @ best)[targets]
        theta = best + distances[away] * np.array([-0.6, 0.8])
        singles = [LINE(theta, x[[i], None], y_shown[[i]])[1] for i in range(len(x))]
        _, full = LINE(theta, x[:, None], y_shown)
        position = (away, targets, 7)
        yield 2, position, [x[7], x[7]], [theta @ [x[7], 1], y_shown[7]]
        yield 3, position, x[7], y_shown[7]
        yield 5, position, *theta
        yield 7, position, *np.transpose(singles)
        yield 9, position, *full
        yield 10, position, *np.transpose([np.zeros(2), singles[7]])


def budget():
    (lrs, halves, _), (x, y) = values("budget"), data_of("budget")
    f, best = LINE.on(x[:, None], y), np.linalg.lstsq(with_ones(x), y)[0]
    for k, j, end in ((0, 0, 1), (5, 4, 1), (8, 2, 1), (5, 4, 0)):
        draw = np.random.default_rng(0)

        def one(theta, draw=draw):
            i = draw.integers(len(x), size=1)
            return LINE(theta, x[i, None], y[i])

        sgd_path = descend(
            one, (-2.0, 3.0), Optimizer(sgd, lr=inverse_time(lrs[k], halves[j])), 240
        )
        gd_path = descend(f, (-2.0, 3.0), Optimizer(sgd, lr=lrs[k]), 240)
        cost = (len(x), 1)[end]  # in examples GD takes a step an epoch
        gd_path[240 // cost + 1 :] = np.nan
        step = np.arange(241)
        yield 0, (k, j, end), *sgd_path.T
        yield 1, (k, j, end), *gd_path.T
        yield 2, (k, j, end), step[::4], f(sgd_path[::4])[0] - f(best)[0]
        yield 4, (k, j, end), step * cost, f(gd_path)[0] - f(best)[0]


def noise_ellipse():
    (sizes, _), (g,) = values("noise_ellipse"), data_of("noise_ellipse")
    n, angle = len(g), np.linspace(0, 2 * np.pi, 61)
    root = np.linalg.cholesky(np.cov(g.T, bias=True))
    for k, drawing in ((0, 0), (4, 0), (4, 1), (len(sizes) - 1, 0)):
        factor = 1 if drawing else (n - sizes[k]) / (n - 1)
        spread = 2 * np.sqrt(factor / sizes[k])
        ellipse = g.mean(axis=0)[:, None] + spread * root @ [np.cos(angle), np.sin(angle)]
        yield 1, (k, drawing), *ellipse


def lr_and_batch():
    (lrs, sizes, _), (X, y) = values("lr_and_batch"), data_of("lr_and_batch")
    objective, lowest = Objective(MLP(1, 1), squared_error), np.linalg.lstsq(with_ones(X), y)[1][0]
    data = Data("one", Split(X, y), Split(X[:0], y[:0]), Split(X[:0], y[:0]))
    settings = {"epochs": 4, "theta": np.zeros(2), "progress": False}
    for k, size in ((0, 0), (8, 1), (12, 4)):
        run = train(objective, data, Optimizer(sgd, lr=lrs[k]), batch=int(sizes[size]), **settings)
        excess, passes = run["train_loss"] - lowest / len(y), np.arange(5)
        for budget, end in enumerate((1, 2, 4)):
            yield 5, (k, size, budget), passes, np.where(passes <= end, excess, np.nan)
        yield 3, (k, size, 2), lrs[k], sizes[size]


def rate_map():
    lrs, betas = values("rate_map")
    valley = quadratic(MOST)
    for i, j in ((0, 0), (12, 5), (31, 17)):
        path = descend(valley, THETA0, Optimizer(momentum, lr=lrs[i], beta=betas[j]), 40)
        yield 0, (40, i, j), betas[j], lrs[i]
        yield 1, (40, i, j), *path[:2].T
        yield 3, (40, i, j), np.arange(41), valley(path)[0]


def conventions():
    lrs, betas, _ = values("conventions")
    for (first, rule), (i, j) in (((0, momentum), (2, 3)), ((4, ema_momentum), (11, 7))):
        path = descend(quadratic(MOST), THETA0, Optimizer(rule, lr=lrs[i], beta=betas[j]), 50)
        yield first, (i, j, 0), *path.T
        yield first + 1, (i, j, 0), np.arange(51), quadratic(MOST)(path)[0]


def cycle():
    (starts,) = values("cycle")
    k = int(np.abs(starts - 3.3).argmin())
    plain, heavy = Optimizer(sgd, lr=2 / (LEAST + MOST)), Optimizer(momentum, lr=1 / 9, beta=4 / 9)
    for first, optimizer in ((0, plain), (3, heavy)):
        x = descend(lessard_recht_packard, (3.3,), optimizer, 45)[:, 0]
        yield first, (45, k), x[45], lessard_recht_packard(x[[45], None])[0][0]
        yield first + 1, (45, k), np.arange(46), x


def anatomy_of_a_step():
    g = scene_of("anatomy_of_a_step").stage.actors[0].y.ravel().reshape(4, -1)  # step 0 has none
    adam_parts, rms_parts = (2, 1, 1), (2, 0, 0)
    rules = [
        (adam_parts, Optimizer(adam, lr=1.0)),
        (rms_parts, Optimizer(rmsprop, lr=1.0, rho=0.999)),
    ]
    rules += [((0, 0, 0), Optimizer(sgd, lr=1.0)), ((0, 1, 0), Optimizer(ema_momentum, lr=1.0))]
    for kind in range(4):
        for parts, optimizer in rules:
            theta, optimizer, steps = np.zeros(1), optimizer.fresh(), []
            for t in range(1, 31):
                theta, before = optimizer.step(theta, g[kind, [t]]), theta
                steps.append((before - theta)[0])
            yield 10, (30, kind, *parts), np.arange(31), np.array([np.nan, *steps])


def amsgrad_game():
    Cs, betas, _ = values("amsgrad_game")
    for actor, rule, (i, j) in ((3, adam, (4, 2)), (3, adam, (18, 9)), (5, amsgrad, (8, 0))):
        optimizer, x, rounds = Optimizer(rule, lr=0.02, beta1=0.0, beta2=betas[j]), np.zeros(1), []
        for g in [Cs[i], -1.0, -1.0] * 600:
            x = np.clip(optimizer.step(x, [g]), -1, 1)
            rounds.append(x[0])
        shown = scene_of("amsgrad_game").stage.actors[actor].x[0, 0, 0].astype(int)
        yield actor, (i, j, 1), shown, np.array(rounds)[3 * shown - 1]


def rotate_the_valley():
    angles, _, _ = values("rotate_the_valley")
    shown = scene_of("rotate_the_valley").stage.actors
    lrs, rules = np.geomspace(1e-3, 1, 61), (sgd, momentum, adagrad, rmsprop, adam)
    for k, r, way in ((0, 2, 0), (15, 2, 0), (15, 4, 1), (7, 0, 0), (30, 1, 1)):
        left = {}
        for angle in {0, k}:
            f, turn = quadratic(100, angles[angle]), np.deg2rad(angles[angle] + 35)
            start = np.array([np.cos(turn), np.sin(turn)])
            path = descend(f, start, Optimizer(rules[r], lr=lrs), 100)
            path[np.abs(path) > 1e100] = np.nan
            loss = np.nan_to_num(f(path)[0] / f(start)[0], nan=np.inf)
            left[angle] = path, loss, loss[-10:].max(axis=0)
        path, loss, at_most = left[k]
        best = (at_most if way else left[0][2]).argmin()
        position = (100, k, r, way)
        yield 1, position, *path[:, best].T
        yield 3, position, *path[0, best]
        yield 4, position, np.arange(101), loss[:, best]
        if at_most[best] > 1e-14:
            np.testing.assert_allclose(shown[6 + r].y[0, 0, 0, way, k], at_most[best], rtol=1e-6)


def loss_against_lr():
    lrs, epochs, _ = values("loss_against_lr")
    moons, rules = toys.moons(300, noise=0.2), (sgd, ema_momentum, rmsprop, adam)
    objective = Objective(MLP(2, 5, 2, 1), binary_cross_entropy)
    for k, i, j in ((0, 2, 1), (3, 9, 1), (2, 17, 0), (1, 12, 1)):
        settings = {"epochs": int(epochs[j]), "batch": 64, "progress": False}
        optimizer = Optimizer(rules[k], lr=lrs[i])
        runs = [train(objective, moons, optimizer, seed=s, **settings) for s in (0, 1)]
        loss = np.median([run["train_loss"] for run in runs], axis=0)
        yield 2 + 3 * k, (i, j, 0), lrs[i], loss[-1]
        yield 3 + 3 * k, (i, j, 3), np.arange(0, epochs[j] + 1, 5), loss[::5]


RUNS = [
    first_slider, three_panels, contraction, outliers, units, cloud, budget, noise_ellipse,
    lr_and_batch, rate_map, conventions, cycle, anatomy_of_a_step, amsgrad_game,
    rotate_the_valley, loss_against_lr,
]  # fmt: skip


@pytest.mark.parametrize("single_runs", RUNS, ids=lambda runs: runs.__name__)
def test_an_actor_shows_the_single_run_of_its_position(single_runs):
    scene = scene_of(single_runs.__name__)
    for actor, position, x, y in single_runs():
        want = scene.expected(actor, x, y)
        got = scene.points(actor, position)[: len(want)]
        frame = scene.scene["actors"][actor]["panel"][2:]
        inside = ((want > 0) & (want < frame)).all(axis=1)
        np.testing.assert_allclose(got[inside], want[inside], atol=0.05)
        missing = np.isnan(want).any(axis=1)
        assert np.isnan(got[missing]).all()
        assert inside.any() or missing.all(), (actor, position)


def largest_curvature(name):
    X = with_ones(data_of(name)[0])
    return np.linalg.eigvalsh(2 / len(X) * X.T @ X)[-1]


DIVERGES = {  # the number of the text that says it, and where (controls) it is true
    "first_slider": (0, lambda lr: lr > 1),
    "three_panels": (1, lambda lr, *start: lr * largest_curvature("three_panels") > 2),
    "contraction": (2, lambda lr, chosen: (lr > 2) | (chosen < 0)),
    "floor": (2, lambda lr, noise: lr > 2),
    "rate_map": (0, lambda lr, beta: lr * MOST > 2 * (1 + beta) + 1e-9),
    "conventions": (0, lambda lr, beta, given: lr * MOST > 2 * (1 + beta)),
}


def texts(name):
    """The words of each text of an explorer, at every position."""
    stage = scene_of(name).stage
    return [np.broadcast_to(a.words, stage.shape) for a in stage.actors if a.kind == "text"]


@pytest.mark.parametrize("name", DIVERGES)
def test_divergence_is_said_where_it_is_true(name):
    number, diverges = DIVERGES[name]
    stage = scene_of(name).stage
    axes = [control.axis for control in stage.controls if control.label != "step"]
    said = np.vectorize(lambda words: "diverges" in words)(texts(name)[number])
    np.testing.assert_array_equal(said, np.broadcast_to(diverges(*axes), stage.shape))


WORDS = [  # explorer, position, words in the texts, words that are not
    ("cloud", (0, 0, 0), "mean 0 long, spread 0.666", "diverges"),
    ("cloud", (0, 1, 0), "spread 0", "diverges"),
    ("floor", (8, 2), "no floor", "diverges"),
    ("noise_ellipse", (-1, 0), "no noise", "theory"),
    ("noise_ellipse", (-1, 1), "in theory 0.158", "no noise"),
    (
        "contraction",
        (38, 1),
        "best 1.995 factors 0.996 to 0.950 1/1000 after 1,544 steps",
        "diverges",
    ),
    ("contraction", (39, 0), "never converges", "after"),
    ("outliers", (12, 0), "squared error: slope 0.490 Huber: slope 1.44", "nan"),
    ("outliers", (12, 12), "absolute error: slope 1.52", "slope 0"),
    ("lr_and_batch", (-1, 0, 2), "diverges", "loss"),
    ("lr_and_batch", (1, 0, 2), "loss", "diverges"),
    ("cycle", (45, 73), "cycles", "all three"),
    ("cycle", (0, 73), "≈ 0: none", "cycles"),
    ("cycle", (45, 65), "≈ 0: all three", "cycles"),
    ("three_panels", (30, -1, 0, 0), "the line has left the picture", "converges"),
    ("rate_map", (40, 20, 8), "1/1000 left after 22 steps", "diverge"),
    ("anatomy_of_a_step", (1, 0, 2, 1, 0), "this step: 3.16 η", "no step"),
    ("anatomy_of_a_step", (1, 0, 2, 1, 1), "Adam this step: 1.00 η", "without"),
    ("anatomy_of_a_step", (0, 3, 2, 0, 0), "no step yet", "η"),
    ("amsgrad_game", (4, 2, 0), "minimum is −1 Adam: x = 1.00, worst", "best Adam"),
    ("amsgrad_game", (4, -1, 0), "AMSGrad: x = −0.988, best", "worst"),
    ("amsgrad_game", (0, 2, 0), "minimum is +1 Adam: x = 1.00, best", "worst"),
    ("amsgrad_game", (2, 2, 0), "all x have the same loss", "best"),
    ("rotate_the_valley", (100, 0, 2, 0), "AdaGrad, η = 0.708 end: below", "at most"),
    ("rotate_the_valley", (100, 15, 2, 0), "at 0°: below 10⁻¹⁴ left here: at most 0.00172", "Adam"),
    (
        "rotate_the_valley",
        (100, 15, 4, 0),
        "Adam, η = 0.0251 end: at most 0.015",
        "below",
    ),
    ("loss_against_lr", (2, 0, 0), "here: SGD", "nan"),
    ("units", (30, -1, 2), "error falls by 6.20 %", "1.00"),
]


@pytest.mark.parametrize(("name", "position", "some", "others"), WORDS)
def test_a_text_says_what_is_shown(name, position, some, others):
    words = " ".join(text[position] for text in texts(name))
    assert some in words
    assert others not in words


@pytest.mark.parametrize(
    ("s", "words"),
    [
        (0.5, "stays on one side, converges"),
        (1.4, "oscillates, converges"),
        (2 + 1e-10, "oscillates, never converges"),
        (2.001, "diverges"),
    ],
)
def test_the_verdict_on_a_learning_rate(s, words):
    assert verdict(s) == words


def test_gd_diverges_in_words_beyond_its_limit_and_sgd_there_too():
    (lrs, *_), most = values("budget"), largest_curvature("budget")
    of_gd, of_sgd, _ = texts("budget")
    for k, lr in enumerate(lrs):
        assert ("diverges" in of_gd[k, 4, 1]) == (lr > 2 / most)
        assert ("diverges" in of_sgd[k, 4, 1]) or lr < 2 / most


def test_the_line_of_the_absolute_error_has_the_least_of_all_lines_through_two_points():
    line = scene_of("outliers").stage.actors[6]
    for position in ((12, 12), (12, 0), (6, 2), (0, 5)):
        x, y, ends = moved_point(*position)
        slope, intercept = np.polyfit(ends, line.y[position], 1)
        a, b = np.triu_indices(len(x), 1)
        a, b = a[x[a] != x[b]], b[x[a] != x[b]]
        slopes = (y[a] - y[b]) / (x[a] - x[b])
        errors = np.abs(np.outer(slopes, x) + (y[a] - slopes * x[a])[:, None] - y).mean(axis=1)
        assert np.abs(slope * x + intercept - y).mean() < errors.min() * 1.001


def test_the_ten_columns_have_the_eigenvalues_that_contraction_shows():
    X = load("diabetes").train.X
    X = with_ones((X - X.mean(axis=0)) / X.std(axis=0))
    found = np.linalg.eigvalsh(2 / len(X) * X.T @ X)
    np.testing.assert_allclose(found, TEN_COLUMNS, rtol=5e-3)
    assert round(found[-1] / found[0]) == 436


def test_equal_steps_favour_large_batches_and_equal_passes_small_ones():
    best = scene_of("lr_and_batch").stage.actors[4].y[0]  # (B, budgets, passes or steps)
    passes, steps = best[:, 2, -1], best[:, 3, -1]
    assert passes[0] < passes[-1]
    assert steps[0] > steps[-1]


def test_the_floor_is_the_formula_where_the_run_has_arrived():
    (lrs, _), scene = values("floor"), scene_of("floor")
    formula, ends = scene.stage.actors[2:4]
    arrived = (lrs > 0.05) & (lrs < 1.8)
    for noise in (0, 1):
        ratio = ends.y[0, noise, arrived] / formula.y[0, noise, arrived]
        assert np.abs(np.log(ratio)).max() < np.log(1.3)
    assert not np.isfinite(scene.points(2, (8, 2))).all(axis=1).any()  # no noise, no floor


def test_most_batches_lie_in_the_ellipse():
    (sizes, _), (g,) = values("noise_ellipse"), data_of("noise_ellipse")
    batches, n = scene_of("noise_ellipse").stage.actors[0], len(g)
    for k, drawing in ((0, 0), (4, 0), (8, 0), (4, 1), (8, 1)):
        factor = 1 if drawing else (n - sizes[k]) / (n - 1)
        away = np.stack([batches.x[k, drawing], batches.y[k, drawing]]) - g.mean(axis=0)[:, None]
        inverse = np.linalg.inv(np.cov(g.T, bias=True) * factor / sizes[k])
        inside = (away * (inverse @ away)).sum(axis=0) < 4
        assert 0.7 < inside.mean() <= 1
    last = batches.x[-1]
    assert np.ptp(last[0]) < 1e-12 < np.ptp(last[1])  # all examples, at most once: no noise


def test_the_loss_at_a_deadline_is_the_least_mean_of_simulated_descents():
    (costs, deadlines), actors = values("cost_model"), scene_of("cost_model").stage.actors
    left, rest, together, star = actors[:4]
    B, a, T = together.x.ravel()[18], costs[5], deadlines[2]
    rng, lrs = np.random.default_rng(0), np.geomspace(0.01, 1, 41)[:, None, None]
    theta, curvature = np.full((41, 2000, 2), 10.0), np.array([1.0, 0.1])
    for _ in range(round(T / (a + B))):
        noise = rng.standard_normal((2000, 2)) * 10 * np.sqrt(curvature / B)
        theta = theta - lrs * (curvature * theta + noise)
    loss = (curvature * theta**2).sum(axis=-1).mean(axis=-1) / 2
    np.testing.assert_allclose(together.y[5, 2, 18], loss.min(), rtol=0.05)
    np.testing.assert_allclose(left.y + rest.y, together.y)
    assert star.x[-1, 5, 0] > 3 * star.x[0, 5, 0]  # the best batch grows with the fixed cost


@pytest.mark.parametrize(
    ("position", "alike"),
    [
        ((2, 0, 1), True),
        ((10, 4, 1), True),
        ((11, 8, 1), True),
        ((5, 0, 0), True),
        ((11, 7, 0), False),
    ],
)
def test_the_conventions_agree_where_the_mean_has_its_own_learning_rate(position, alike):
    scene = scene_of("conventions")
    summed, velocity, mean = (scene.points(k, position) for k in (1, 3, 5))
    np.testing.assert_allclose(velocity, summed, atol=0.5)
    assert np.allclose(mean, summed, atol=0.5, equal_nan=True) == alike
    of_sum, of_mean = (text[position].split(":")[-1] for text in texts("conventions"))
    assert of_sum == of_mean or not alike


def test_what_is_said_of_a_start_holds_for_a_long_walk():
    (starts,) = values("cycle")
    heavy = Optimizer(momentum, lr=1 / 9, beta=4 / 9)
    walk = descend(lessard_recht_packard, starts[:, None], heavy, 3000)
    cycles = np.abs(walk[-5:, :, 0]).max(axis=0) > 0.1
    assert [("cycles" in words) for words in texts("cycle")[-1][-1]] == cycles.tolist()


def test_adam_ends_at_the_worst_point_in_the_grey_area_alone():
    Cs, betas, _ = values("amsgrad_game")
    x = scene_of("amsgrad_game").stage.actors[3].y[..., -1]  # (C, β2, η)
    drift = theory.adam_drift(Cs[:, None], betas)
    clear = (np.abs(drift) > 0.1) & (np.abs(Cs[:, None] - 2) > 0.1)
    assert clear.sum() > 200
    wrong = (drift < 0) & (Cs[:, None] > 2)
    for decay in (0, 1):
        ends = x[..., decay] * np.sign(Cs[:, None] - 2) > 0
        np.testing.assert_array_equal(ends[clear], wrong[clear])


def test_amsgrad_ends_at_the_minimum_for_every_c_and_beta2():
    Cs, _, _ = values("amsgrad_game")
    x = scene_of("amsgrad_game").stage.actors[5].y[..., -1]
    far = np.abs(Cs - 2) > 0.4
    assert (np.sign(2 - Cs[far, None, None]) * x[far] > 0.9).all()


def test_only_rules_that_divide_each_coordinate_notice_that_the_valley_turns():
    sweeps = scene_of("rotate_the_valley").stage.actors[6:11]
    of_gd, of_momentum, of_adagrad, of_rmsprop, of_adam = (a.y[0, 0, 0] for a in sweeps)
    for same in (of_gd, of_momentum):
        np.testing.assert_allclose(same, same[0, 0], rtol=1e-4)
    for worse in (of_adagrad, of_rmsprop):  # also with the best η of each angle
        assert (worse[:, 15] > 1e9 * worse[:, 0]).all()
    fixed, tuned = of_adam
    assert fixed[15] > 500 * fixed[0]
    assert tuned.max() < 2 * tuned[0]


@pytest.mark.slow
def test_the_lead_of_adam_disappears_when_each_rule_has_its_own_learning_rate():
    stage = EXPLORERS["loss_against_lr"].func()
    sweeps = [stage.actors[1 + 3 * k].y[0, -1, 0] for k in range(4)]  # at the last epoch
    of_sgd, of_adam = sweeps[0], sweeps[3]
    assert of_adam[2] < 0.75 * of_sgd[2]  # at η = 0.0007
    band = stage.actors[0].y[0, -1]  # (rules, points), low and high in turn
    low, high = band[3, ::2], band[3, 1::2]
    best = low[::6][of_adam[:-1].argmin()], high[::6][of_adam[:-1].argmin()]
    assert best[0] < of_sgd.min() < best[1]
    assert abs(of_sgd.min() - of_adam.min()) < 0.1 * (best[1] - best[0])


def test_the_three_steps_of_a_round_are_those_that_the_question_says():
    theta, optimizer, steps = np.zeros(1), Optimizer(adam, lr=1.0, beta1=0.0, beta2=0.1), []
    for g in [3.0, -1.0, -1.0] * 20:
        theta, before = optimizer.step(theta, [g]), theta
        steps.append((before - theta)[0])
    np.testing.assert_allclose(steps[-3:], [1.05, -0.76, -0.97], atol=0.005)
    why = scene_of("amsgrad_game").stage.question.why
    assert all(size in why for size in ("1.05 η", "0.76 η", "0.97 η"))
