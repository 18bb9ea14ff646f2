"""training at its limits: divergence, precision, chance, interrupts, early stopping, wrong input."""

import itertools
import warnings

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused
from helpers.own_rules import in_place_momentum
from helpers.small_runs import BATCH, EPOCHS, STEPS, TRAIN, blobs, data, objective, run, shifted
from tqdm import tqdm

from course_lib import schedules
from course_lib import training as module
from course_lib.data import Data, Split
from course_lib.history import MEASURES
from course_lib.losses import squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import RULES, Optimizer, adam, clip_norm, gradient_noise, momentum, sgd
from course_lib.penalties import elastic_net, l2
from course_lib.training import train_epochs


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings(action="error"):
        yield


# Divergence.


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", [sgd, momentum, adam])
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
def test_divergence_is_silent_local_and_final(rule, dtype, loss):
    made = objective() if loss == "cross_entropy" else objective(loss=squared_error, outputs=1)
    lr = np.array([0.01, 1e200, 0.02])
    settings = {"data": data(dtype), "keep": "all"}
    history = run(made, Optimizer(rule, lr=lr), **settings)
    assert np.isnan(history[-1].theta).all(axis=-1).tolist() == [False, True, False]
    gone = np.isnan(history["train_loss"])
    assert gone[-1].tolist() == [False, True, False]
    assert (np.diff(gone.astype(int), axis=0) >= 0).all()
    assert np.isnan(history["step_loss"][-1]).tolist() == [False, True, False]
    assert history.best.number[1] == 0
    others = run(made, Optimizer(rule, lr=lr[[0, 2]]), **settings)
    assert history["theta"][:, [0, 2]].tobytes() == others["theta"].tobytes()
    for name in MEASURES:
        assert history[name][:, [0, 2]].tobytes() == others[name].tobytes()


def test_a_single_run_that_diverges_ends_in_nan():
    history = run(objective(), Optimizer(sgd, lr=1e300), keep="all")
    assert len(history) == EPOCHS + 1
    assert np.isnan(history[-1].theta).all()
    assert np.isfinite(history["valid_loss"]).tolist() == [True, False, False, False]
    assert history.best is history[0]


def test_a_loss_that_overflows_ends_a_run_though_its_gradient_does_not():
    one = Split(np.ones((1, 1)), np.zeros(1))
    settings = {"data": Data("one", one, one, one), "theta": [1e200, 0.0], "epochs": 1}
    history = run(Objective(MLP(1, 1), squared_error), Optimizer(sgd, lr=0.25), **settings)
    assert np.isnan(history[-1].theta).all()


def test_a_theta_that_overflows_in_the_last_step_is_nan_not_inf():
    history = run(objective(), Optimizer(sgd, lr=np.inf), epochs=1, batch=TRAIN)
    assert np.isnan(history[-1].theta).all()


# Precision and purity.

OPTIMIZERS = {
    "np.float64": lambda: Optimizer(adam, lr=np.float64(0.01)),
    "one per run": lambda: Optimizer(adam, lr=np.array([0.01, 0.1])),
    "schedule": lambda: Optimizer(adam, lr=schedules.cosine(np.float64(0.01), STEPS)),
    "transforms": lambda: Optimizer(adam, clip_norm(np.float64(1)), gradient_noise(0.1), lr=0.01),
    "own rule": lambda: Optimizer(in_place_momentum, lr=np.float64(0.01)),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_theta_takes_the_dtype_of_the_data(optimizer, dtype):
    """Whatever the optimizer, the penalty and the augmentation bring along."""
    made = objective(elastic_net(np.float64(0.1), 0.1), dropout=0.2, batch_norm=True)
    augment = lambda X, rng: X + rng.normal(size=X.shape)
    history = run(made, optimizer(), data=data(dtype), augment=augment, theta=made.model.start(0))
    for epoch in (history.best, history[-1]):
        assert epoch.theta.dtype == epoch.stats.dtype == dtype


def test_step_losses_take_the_dtype_of_the_data():
    history = run(objective(l2(0.1)), Optimizer(adam), data=data(np.float32))
    assert history["step_loss"].dtype == np.float32


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_whole_numbers_as_data_do_not_make_theta_whole(dtype):
    split = Split(np.arange(40).reshape(20, 2).astype(dtype) % 7, np.arange(20) % 3)
    history = run(objective(), Optimizer(adam, lr=0.1), data=Data("whole", split, split, split))
    assert (history[-1].theta % 1 != 0).all()


def test_nothing_that_comes_in_is_changed():
    split = blobs(TRAIN, 1)
    theta = objective().model.start(3)
    for array in (split.X, split.y, theta):
        array.flags.writeable = False
    for optimizer in (Optimizer(adam, lr=0.1), Optimizer(in_place_momentum, lr=0.1)):
        run(objective(), optimizer, data=Data("d", split, split, split), theta=theta)
        assert (optimizer.t, optimizer.state) == (0, optimizer.fresh().state)


def test_an_own_rule_that_works_in_place_trains_like_ours():
    ours, theirs = (
        run(objective(), Optimizer(r), keep="all") for r in (momentum, in_place_momentum)
    )
    assert_close(ours["theta"], theirs["theta"])


# Chance.

NOISY = lambda: Optimizer(adam, gradient_noise(0.1), lr=0.01)


@pytest.mark.parametrize("part", ["start", "order", "dropout", "augment", "noise"])
def test_same_seed_same_bits_and_other_seeds_differ(part):
    made = objective(dropout=0.5 if part == "dropout" else 0)
    settings = {"theta": None if part == "start" else made.model.start(0)}
    settings["batch"] = BATCH if part == "order" else TRAIN
    settings["augment"] = shifted if part == "augment" else None
    optimizer = NOISY() if part == "noise" else Optimizer(sgd, lr=0.1)
    bits = lambda seed: run(made, optimizer, seed=seed, **settings)[-1].theta
    assert bits(1).tobytes() == bits(1).tobytes()
    assert np.abs(bits(1) - bits(2)).max() > 1e-6


def test_every_purpose_has_a_stream_of_its_own():
    """Start, order, masks, augmentation and the noise of each step: no two draw the same numbers."""
    drawn = {}

    class Spy(Objective):
        def __call__(self, theta, X, y, rng=None):
            drawn.setdefault("masks", rng.bit_generator.state["state"]["state"])
            return super().__call__(theta, X, y, rng)

    def augment(X, rng):
        drawn.setdefault("augmentation", rng.bit_generator.state["state"]["state"])
        return X

    spy = Spy(MLP(2, 4, 3), objective().loss)
    trainer = module._Trainer(spy, data(), NOISY(), BATCH, 5, None, augment)
    drawn["order"] = trainer.streams["order"].bit_generator.state["state"]["state"]
    trainer.one_pass(np.ones((), bool), tqdm(disable=True))
    for name, seed in {"start": 5, **{f"noise {t}": (5, t) for t in range(1, 30)}}.items():
        drawn[name] = np.random.default_rng(seed).bit_generator.state["state"]["state"]
    assert len(set(drawn.values())) == len(drawn) == 4 + 29


def test_the_global_random_state_is_left_alone():
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    run(objective(dropout=0.5), NOISY(), augment=shifted)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


# Interrupts.


def interrupted_at(step):
    steps = itertools.count(1)

    def augment(X, rng):
        if next(steps) == step:
            raise KeyboardInterrupt
        return X

    return augment


@pytest.mark.parametrize(("step", "kept"), [(1, 0), (5, 0), (6, 1), (12, 2), (15, 2)])
def test_an_interrupt_keeps_the_epochs_that_are_done(step, kept, capsys):
    whole = run(objective(), Optimizer(adam), keep="all")
    history = run(objective(), Optimizer(adam), keep="all", augment=interrupted_at(step))
    assert len(history) == kept + 1
    assert f"{kept} of {EPOCHS} epochs are kept" in capsys.readouterr().out
    assert history["theta"].tobytes() == whole["theta"][: kept + 1].tobytes()
    assert history.best.number <= kept


def test_a_loop_may_be_left_and_leaves_nothing_behind():
    before = np.geterr()
    for epoch in train_epochs(objective(), data(), Optimizer(adam), epochs=50, progress=False):
        assert np.geterr() == before
        if epoch.number == 2:
            break
    loop = train_epochs(objective(), data(), Optimizer(adam), epochs=50, progress=False)
    next(loop)
    loop.close()
    assert np.geterr() == before


def test_progress_is_shown_where_it_is_wanted(capsys):
    run(objective(), Optimizer(adam), progress=False)
    assert capsys.readouterr().err == ""
    run(objective(), Optimizer(adam), progress=True)
    shown = capsys.readouterr().err
    assert f"{STEPS}/{STEPS}" in shown
    assert "validation loss" in shown


# Early stopping.


def test_a_single_run_stops_when_it_has_waited_long_enough():
    settings = {"epochs": 60, "keep": "all"}
    whole = run(objective(), Optimizer(adam, lr=0.3), **settings)["valid_loss"]
    history = run(objective(), Optimizer(adam, lr=0.3), early_stopping=3, **settings)
    lowest = np.minimum.accumulate(whole)
    waited = [n - np.flatnonzero(whole[: n + 1] == lowest[n])[0] for n in range(61)]
    stop = waited.index(3)
    assert stop < 60
    assert len(history) == stop + 1
    assert_close(history["valid_loss"], whole[: stop + 1])
    assert history.best.number == stop - 3


def test_a_stopped_run_stands_still_while_others_go_on():
    lr = np.array([0.003, 1.0])  # the second soon overfits
    history = run(objective(), Optimizer(adam, lr=lr), early_stopping=2, epochs=12, keep="all")
    seen = np.isfinite(history["valid_loss"]).sum(axis=0)
    assert seen[0] == 13 > seen[1]
    last = seen[1] - 1
    assert (history["theta"][last:, 1] == history["theta"][last, 1]).all()
    assert np.isnan(history["train_accuracy"][last + 1 :, 1]).all()
    assert np.isnan(history["step_loss"][5 * last :, 1]).all()
    assert np.isfinite(history["step_loss"][: 5 * last, 1]).all()
    assert history.best.number[1] == last - 2
    np.testing.assert_array_equal(history.best.theta[1], history["theta"][last - 2, 1])


def test_training_ends_when_every_run_has_stopped_or_diverged():
    history = run(
        objective(), Optimizer(sgd, lr=np.array([0.0, 1e300])), early_stopping=2, epochs=50
    )
    assert len(history) == 3


# Measuring.


@pytest.mark.parametrize("norm", [False, True])
def test_measuring_in_chunks_equals_measuring_at_once(norm, monkeypatch):
    histories = []
    for chunk in (1000, 7):
        monkeypatch.setattr(module, "CHUNK", chunk)
        histories.append(run(objective(batch_norm=norm), Optimizer(adam, lr=np.array([0.1, 1]))))
    for name in MEASURES:
        assert_close(histories[0][name], histories[1][name], rtol=1e-12)


def test_only_the_first_examples_are_behind_the_training_loss(monkeypatch):
    assert module.MEASURED == 10_000
    monkeypatch.setattr(module, "MEASURED", 10)
    history = run(objective(), Optimizer(adam), keep="all")
    expected = [objective().evaluate(epoch.theta, *data().train[:10])[0] for epoch in history]
    assert_close(history["train_loss"], expected)


def test_batch_norm_is_measured_with_the_statistics_of_the_training_split():
    made = objective(batch_norm=True)
    for epoch in run(made, Optimizer(adam, lr=0.1), keep="all"):
        stats = made.model.statistics(epoch.theta, data().train.X)
        assert_close(epoch.stats, stats)
        assert_close(epoch.valid_loss, made.evaluate(epoch.theta, *data().valid, stats)[0])


MADE, SGD = objective(), Optimizer(sgd)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: run(MADE, SGD, data=(1, 2)), TypeError, ["must be a Data", "got tuple"]),
        (lambda: run(MADE, SGD, keep="last"), ValueError, ['"best" or "all"', "'last'"]),
        (lambda: run(MADE, SGD, batch=0), ValueError, ["at least 1", "got 0"]),
        (lambda: run(MADE, SGD, early_stopping=0), ValueError, ["at least 1", "got 0"]),
        (lambda: run(MADE, SGD, early_stopping=2, data=data(valid=0)), ValueError,
         ["early_stopping", "data.valid is empty"]),
        (lambda: run(MADE, SGD, theta=np.zeros(5)), ValueError, ["27 parameters", "shape (5,)"]),
        (lambda: run(objective(l2([1, 2])), Optimizer(sgd, lr=np.ones(3))), ValueError,
         ["optimizer (3,), penalty (2,)", "own axis"]),
        (lambda: run(objective(loss=squared_error), SGD), ValueError,
         ["prediction has shape (23, 3)", "y (23,)"]),
        (lambda: run(objective(outputs=2), SGD), ValueError, ["0 to 2", "2 classes"]),
    ],
)  # fmt: skip
def test_errors_say_what_came_and_what_is_needed(call, kind, words):
    assert_refused(kind, call, *words)


@pytest.mark.parametrize("name", RULES)
def test_no_epochs_is_the_start_alone(name):
    history = run(objective(), Optimizer(RULES[name]), epochs=0)
    assert len(history) == 1
    assert history["step_loss"].shape == (0,)
