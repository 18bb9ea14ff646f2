"""Objective beyond the table of test_protocol: penalties per run, accuracy; and check_gradient."""

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused

from course_lib import losses
from course_lib.landscapes import quadratic, rosenbrock
from course_lib.models import MLP, sine
from course_lib.objective import Objective, check_gradient
from course_lib.optim import Optimizer, descend, sgd
from course_lib.penalties import l2

rng = np.random.default_rng(0)
X, CLASSES = rng.normal(size=(9, 3)), rng.integers(0, 4, 9)


def test_on_is_the_same_function_of_theta_alone():
    objective = Objective(MLP(3, 5, 4), losses.cross_entropy, l2(0.1))
    theta = objective.model.start()
    np.testing.assert_equal(objective.on(X, CLASSES)(theta), objective(theta, X, CLASSES))
    assert check_gradient(objective.on(X, CLASSES), theta) < 1e-7


EPOCHS = {
    "drawn": lambda rng: [rng.integers(9, size=9) for _ in range(3)],
    "reshuffled": lambda rng: [rng.permutation(9) for _ in range(3)],
    "fixed": lambda rng: [range(9)] * 3,
}


@pytest.mark.parametrize("order", EPOCHS)
def test_one_by_one_is_the_objective_of_the_next_example(order):
    objective = Objective(MLP(3, 4), losses.cross_entropy, l2(np.array([0, 0.1])))
    f, theta = objective.one_by_one(X, CLASSES, order, seed=5), objective.model.start()
    assert f.runs == (2,)
    for rows in EPOCHS[order](np.random.default_rng(5)):
        for i in rows:
            np.testing.assert_equal(f(theta), objective(theta, X[[i]], CLASSES[[i]]))


def test_one_by_one_draws_by_default_and_knows_its_orders():
    objective = Objective(MLP(3, 4), losses.cross_entropy)
    theta = objective.model.start()
    default, drawn, other = (
        objective.one_by_one(X, CLASSES, **how)(theta)[0]
        for how in ({}, {"order": "drawn", "seed": 0}, {"seed": 1})
    )
    assert default == drawn != other
    assert_refused(
        ValueError, lambda: objective.one_by_one(X, CLASSES, "random"), "'random'", "reshuffled"
    )


def test_one_penalty_strength_per_run():
    model, strengths = MLP(3, 4), np.array([0, 0.1, 3])
    objective = Objective(model, losses.cross_entropy, l2(strengths))
    assert objective.runs == objective.on(X, CLASSES).runs == (3,)
    theta = np.random.default_rng(1).normal(size=model.size)
    path = descend(objective.on(X, CLASSES), theta, Optimizer(sgd, lr=0.1), 10)
    assert path.shape == (11, 3, model.size)
    for k, s in enumerate(strengths):
        alone = Objective(model, losses.cross_entropy, l2(s)).on(X, CLASSES)
        assert_close(path[:, k], descend(alone, theta, Optimizer(sgd, lr=0.1), 10))


def test_dropout_works_where_an_rng_is_given_and_only_there():
    objective = Objective(MLP(3, 50, 4, dropout=0.5), losses.cross_entropy)
    theta = objective.model.start(0)
    with_rng, without = (
        objective(theta, X, CLASSES, r)[0] for r in (np.random.default_rng(1), None)
    )
    assert without == objective.evaluate(theta, X, CLASSES)[0] != with_rng


@pytest.mark.parametrize(
    ("loss", "outputs", "theta", "y", "accuracy"),
    [
        (losses.cross_entropy, 2, [1, -1, 0, 0], [0, 1, 0], 2 / 3),
        (losses.sigmoid_squared_error, 2, [1, -1, 0, 0], [0, 1, 1], 1),
        (losses.binary_cross_entropy, 1, [1, 0], [1, 0, 1], 2 / 3),
        (losses.squared_error, 1, [1, 0], [1, 0, 1], np.nan),
    ],
)
def test_accuracy_is_the_share_of_right_classes(loss, outputs, theta, y, accuracy):
    """Of each run; the loss beside it leaves out the penalty."""
    rows, theta, y = np.array([[2.0], [-1.0], [-3.0]]), np.array(theta, float), np.array(y)
    model, two_runs = MLP(1, outputs), np.stack([theta, -theta])
    value, share = Objective(model, loss, l2(5)).evaluate(two_runs, rows, y)
    assert share == pytest.approx([accuracy, 1 - accuracy], nan_ok=True)
    assert_close(value, loss(model(two_runs, rows)[0], y)[0])


def test_evaluate_normalises_with_the_statistics_it_gets():
    objective = Objective(MLP(3, 5, 4, batch_norm=True), losses.cross_entropy)
    theta = objective.model.start(0)
    stats = objective.model.statistics(theta, X)
    few = [objective.evaluate(theta, X[:2], CLASSES[:2], s)[0] for s in (stats, None)]
    logits = objective.model(theta, X)[0][:2]  # normalised with all rows
    assert_close(few[0], losses.cross_entropy(logits, CLASSES[:2])[0])
    assert abs(few[1] - few[0]) > 1e-3


def test_a_diverged_run_has_no_accuracy():
    theta = np.array([np.full(8, np.nan), np.ones(8)])
    value, share = Objective(MLP(1, 4), losses.cross_entropy).evaluate(theta, X[:, :1], CLASSES)
    assert np.isnan([value[0], share[0]]).all()
    assert np.isfinite([value[1], share[1]]).all()


WRONG = {
    "sign": lambda v, g: (v, -g), "a factor": lambda v, g: (v, 2 * g),
    "one entry": lambda v, g: (v, g * [1, 1.001]), "transposed": lambda v, g: (v, g[..., ::-1]),
    "zero": lambda v, g: (v, 0 * g),
}  # fmt: skip


@pytest.mark.parametrize("f", [quadratic(30, 40), rosenbrock])
def test_check_gradient_tells_right_from_wrong(f):
    assert check_gradient(f, (0.7, -0.4)) < 1e-7
    for change in WRONG.values():
        assert check_gradient(lambda p, change=change: change(*f(p)), (0.7, -0.4)) > 1e-4


def test_check_gradient_is_the_relative_error_in_float64():
    twice = lambda p: (rosenbrock(p)[0], 2 * rosenbrock(p)[1])
    error = check_gradient(twice, (0.7, -0.4))
    assert type(error) is float
    assert error == pytest.approx(1 / 3)
    assert check_gradient(rosenbrock, np.array([1.1, 1.2], np.float32)) < 1e-7


def test_check_gradient_at_a_minimum_is_zero_not_nan():
    assert check_gradient(lambda p: (0 * p.sum(axis=-1), 0 * p), (1.0, 2.0)) == 0


@pytest.mark.parametrize(
    ("f", "theta", "words"),
    [
        (lambda p: ((p**2).sum(), 2 * p), (1.0, 2.0), ["(2, 2)", "shape ()", "(2,)"]),
        (lambda p: (p[..., 0], p[..., :1]), (1.0, 2.0), ["gradient has shape (1,)", "(2,)"]),
        (rosenbrock, np.ones((3, 2)), ["theta (P,)", "(3, 2)"]),
    ],
)
def test_check_gradient_says_what_it_needs(f, theta, words):
    assert_refused(ValueError, lambda: check_gradient(f, theta), *words)


def test_repr():
    model = MLP(3, 4)
    assert repr(Objective(model, losses.cross_entropy)) == "Objective(MLP(3, 4), cross_entropy)"
    wide = Objective(model, losses.huber(2.0), l2(0.1))
    assert repr(wide) == "Objective(MLP(3, 4), huber(2.0), l2(0.1))"
    assert repr(Objective(sine, losses.squared_error)) == "Objective(sine, squared_error)"
