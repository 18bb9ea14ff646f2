"""training: History's columns and rows, many runs against single ones, chance, early stopping."""

import inspect
import time

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused
from helpers.small_runs import (
    EPOCHS,
    STEPS,
    TRAIN,
    assert_same,
    blobs,
    data,
    objective,
    run,
    shifted,
)

from course_lib import schedules
from course_lib.data import Data, Split
from course_lib.history import MEASURES, History
from course_lib.losses import binary_cross_entropy, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import RULES, Optimizer, adam, clip_norm, gradient_noise, momentum, sgd
from course_lib.penalties import elastic_net, l1, l2
from course_lib.training import train_epochs

# Many runs against single ones. What differs: for all at once with slice(None), for run k alone.

LR, STRENGTH = np.array([0.003, 0.03, 0.3]), np.array([0, 0.01, 0.5])
THETAS = np.stack([MLP(2, 4, 3).start(seed) for seed in (7, 8, 9)])
ROWS = {
    "lr": lambda k: (objective(), Optimizer(sgd, lr=LR[k]), {}),
    "beta": lambda k: (objective(), Optimizer(momentum, lr=0.1, beta=np.array([0, 0.5, 0.9])[k]), {}),
    "eps": lambda k: (objective(), Optimizer(adam, eps=np.array([1e-8, 1e-3, 1])[k]), {}),
    "l1": lambda k: (objective(l1(STRENGTH[k])), Optimizer(sgd, lr=0.1), {}),
    "l2": lambda k: (objective(l2(STRENGTH[k])), Optimizer(adam, lr=0.1), {}),
    "elastic_net": lambda k: (objective(elastic_net(STRENGTH[k], 0.1)), Optimizer(sgd, lr=0.1), {}),
    "l2 and lr": lambda k: (objective(l2(STRENGTH[k])), Optimizer(sgd, lr=LR[k]), {}),
    "theta": lambda k: (objective(), Optimizer(adam, lr=0.1), {"theta": THETAS[k]}),
    "schedule": lambda k: (objective(), Optimizer(adam, lr=schedules.cosine(LR[k], STEPS)), {}),
    "warm_up": lambda k: (
        objective(), Optimizer(sgd, lr=schedules.warm_up(schedules.step(LR[k], 4), 6)), {},
    ),
    "clip_norm": lambda k: (objective(), Optimizer(sgd, clip_norm(0.3), lr=LR[k]), {}),
    "gradient_noise": lambda k: (objective(), Optimizer(adam, gradient_noise(0.1), lr=LR[k]), {}),
    "dropout": lambda k: (objective(dropout=0.3), Optimizer(adam, lr=LR[k]), {}),
    "batch_norm": lambda k: (objective(batch_norm=True), Optimizer(adam, lr=LR[k]), {}),
    "augment": lambda k: (objective(), Optimizer(adam, lr=LR[k]), {"augment": shifted}),
    "early_stopping": lambda k: (
        objective(), Optimizer(sgd, lr=np.array([1e-9, 0.1, 3])[k]),
        {"epochs": 8, "early_stopping": 2},
    ),
    "keep all": lambda k: (objective(batch_norm=True), Optimizer(sgd, lr=LR[k]), {"keep": "all"}),
    "regression": lambda k: (
        objective(loss=squared_error, outputs=1), Optimizer(sgd, lr=LR[k] / 3), {},
    ),
    "everything": lambda k: (
        objective(l2(STRENGTH[k]), dropout=0.2, batch_norm=True),
        Optimizer(adam, clip_norm(1), gradient_noise(0.1), lr=schedules.cosine(LR[k], STEPS)),
        {"augment": shifted, "early_stopping": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_a_row_of_many_runs_is_the_run_alone(case):
    many_objective, optimizer, settings = case(slice(None))
    many = run(many_objective, optimizer, **settings)
    assert many["valid_loss"].shape[1:] == (3,)
    for k in range(3):
        alone_objective, optimizer, settings = case(k)
        assert_same(many, run(alone_objective, optimizer, **settings), (k,))
    assert not np.array_equal(many[-1].theta[0], many[-1].theta[2])


@pytest.mark.parametrize("name", RULES)
def test_every_rule_trains_many_runs(name):
    lr = Optimizer(RULES[name]).hyper["lr"] * np.array([1, 3])
    many = run(objective(), Optimizer(RULES[name], lr=lr))
    for k in range(2):
        assert_same(many, run(objective(), Optimizer(RULES[name], lr=lr[k])), (k,))


def test_a_grid_of_learning_rates_decays_and_starts():
    lr, decay = LR[:2, None, None], STRENGTH[:, None]
    many = run(objective(l2(decay)), Optimizer(sgd, lr=lr), theta=THETAS[:2])
    assert many["valid_loss"].shape == (EPOCHS + 1, 2, 3, 2)
    for i, j, k in np.ndindex(2, 3, 2):
        alone = run(objective(l2(STRENGTH[j])), Optimizer(sgd, lr=LR[i]), theta=THETAS[k])
        assert_same(many, alone, (i, j, k))


# History.


def test_defaults():
    assert str(inspect.signature(train_epochs)) == (
        "(objective, data, optimizer, *, epochs, batch=100, seed=0, theta=None, augment=None, "
        "early_stopping=None, progress=True)"
    )


@pytest.mark.parametrize(
    ("lr", "runs"), [(0.1, ()), (np.full(3, 0.1), (3,)), (np.full((2, 1), 0.1), (2, 1))]
)
def test_history_answers_by_row_and_by_column(lr, runs):
    began = time.perf_counter()
    history = run(objective(), Optimizer(adam, lr=lr), keep="all")
    assert 0 < history["seconds"].sum() < time.perf_counter() - began
    assert len(history) == EPOCHS + 1
    assert [epoch.number for epoch in history] == history["number"].tolist() == [0, 1, 2, 3]
    for name in MEASURES:
        assert history[name].shape == (EPOCHS + 1, *runs)
        np.testing.assert_array_equal(history[name][2], getattr(history[2], name))
    assert history["theta"].shape == (EPOCHS + 1, *runs, objective().model.size)
    assert history["seconds"].shape == (EPOCHS + 1,)
    assert history["step_loss"].shape == (STEPS, *runs)


def test_row_0_is_the_start():
    history = run(objective(l2(0.1)), Optimizer(sgd), seed=5, keep="all")
    theta = objective().model.start(5)
    np.testing.assert_array_equal(history[0].theta, theta)
    for split, name in ((data().train, "train"), (data().valid, "valid")):
        measured = [history[f"{name}_loss"][0], history[f"{name}_accuracy"][0]]
        assert_close(measured, objective().evaluate(theta, *split))


def test_measures_are_of_theta_after_the_epoch_without_the_penalty():
    history = run(objective(l2(0.1)), Optimizer(adam, lr=0.1), keep="all")
    for epoch in history:
        loss, accuracy = objective().evaluate(epoch.theta, *data().valid)
        assert_close([epoch.valid_loss, epoch.valid_accuracy], [loss, accuracy])


def test_the_loss_of_a_step_is_that_of_its_batch_before_the_step_with_the_penalty():
    history = run(objective(l2(0.1)), Optimizer(sgd, lr=0), batch=TRAIN)
    theta = objective().model.start(0)
    assert_close(history["step_loss"], [objective(l2(0.1))(theta, *data().train)[0]] * EPOCHS)


def test_an_epoch_meets_every_row_once_in_an_order_of_its_own():
    met = []
    run(objective(), Optimizer(sgd), augment=lambda X, rng: met.append(X) or X)
    assert [len(X) for X in met] == [5, 5, 5, 5, 3] * EPOCHS
    orders = np.concatenate(met)[:, 0].reshape(EPOCHS, TRAIN)
    assert (np.sort(orders) == np.sort(data().train.X[:, 0])).all()
    assert len({order.tobytes() for order in orders}) == EPOCHS


@pytest.mark.parametrize("batch", [TRAIN, 1000])
def test_a_batch_of_everything_is_gradient_descent(batch):
    from course_lib.optim import descend

    history = run(objective(), Optimizer(momentum, lr=0.1), batch=batch, keep="all")
    f, start = objective().on(*data().train), objective().model.start(0)
    assert_close(
        history["theta"], descend(f, start, Optimizer(momentum, lr=0.1), EPOCHS), rtol=1e-10
    )


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("keep", ["best", "all"])
def test_keep_holds_on_to_best_and_last_or_to_all(keep, norm):
    history = run(objective(batch_norm=norm), Optimizer(adam, lr=LR), keep=keep, epochs=5)
    held = [epoch.theta is not None for epoch in history]
    assert held == [True] * 6 if keep == "all" else [False] * 5 + [True]
    for epoch in (history.best, history[-1], *(history if keep == "all" else ())):
        assert (epoch.stats is not None) == norm
    loss = objective(batch_norm=norm).evaluate(
        history.best.theta, *data().valid, history.best.stats
    )[0]
    assert_close(loss, history["valid_loss"].min(axis=0))


def test_best_is_chosen_for_each_run_on_its_own():
    history = run(objective(), Optimizer(sgd, lr=np.array([1e-3, 5.0])), epochs=8, keep="all")
    best = history.best
    np.testing.assert_array_equal(best.number, history["valid_loss"].argmin(axis=0))
    assert best.number[0] != best.number[1]
    for k, n in enumerate(best.number):
        np.testing.assert_array_equal(best.theta[k], history[n].theta[k])
        for name in MEASURES:
            assert getattr(best, name)[k] == history[name][n, k]


def test_of_equal_epochs_the_first_is_the_best():
    history = run(objective(), Optimizer(sgd, lr=np.array([0.0, 0.1])))
    assert history.best.number.tolist() == [0, EPOCHS]


def test_a_start_that_cannot_be_measured_is_not_the_best():
    """w = 1 on a row of 1e25 overflows float32; one step of lr ½ on (w + b)² makes w 0."""
    row = lambda x: Split(np.array([[x]], np.float32), np.zeros(1))
    line = Objective(MLP(1, 1), squared_error)
    settings = {"data": Data("d", row(1), row(1e25), row(1)), "theta": [1.0, 0.0], "epochs": 1}
    history = run(line, Optimizer(sgd, lr=0.5), **settings)
    assert np.isnan(history[0].valid_loss)
    assert history.best is history[1]
    assert history.best.valid_loss == 1


def test_without_a_validation_split_the_last_is_the_best():
    history = run(objective(), Optimizer(adam, lr=1.0), data=data(valid=0))
    assert np.isnan(history["valid_loss"]).all()
    assert np.isnan(history["valid_accuracy"]).all()
    assert np.isfinite(history["train_loss"]).all()
    assert history.best is history[-1]


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda h: h["loss"], KeyError, ["no column 'loss'", "train_loss", "valid_accuracy"]),
        (lambda h: h["theta"], ValueError, ["theta", 'keep="all"']),
    ],
)
def test_a_column_that_is_not_there(call, kind, words):
    assert_refused(kind, lambda: call(run(objective(), Optimizer(sgd))), *words)


def test_reprs_say_the_result():
    history = run(objective(), Optimizer(adam))
    loss, accuracy = history[-1].valid_loss, history[-1].valid_accuracy
    assert repr(history[-1]) == f"Epoch 3: validation loss {loss:.4g}, accuracy {accuracy:.4f}"
    assert repr(history) == f"History of 3 epochs; last: {history[-1]!r}"
    assert repr(History()) == "History, empty"
    assert repr(run(objective(), Optimizer(adam, lr=LR))[1]) == "Epoch 1 of 3 runs"
    regression = run(objective(loss=squared_error, outputs=1), Optimizer(sgd))
    assert "accuracy" not in repr(regression[-1])


def test_a_binary_model_learns():
    cloud = blobs(200, 4)
    two = Split(cloud.X, (cloud.y == 0).astype(int))
    binary = objective(loss=binary_cross_entropy, outputs=1)
    history = run(binary, Optimizer(adam, lr=0.05), data=Data("two", two, two, two), epochs=10)
    assert history[0].valid_accuracy < 0.8 < 0.9 < history[-1].valid_accuracy
