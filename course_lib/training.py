"""training: epoch after epoch of an objective on data, for one run or a thousand; History keeps them.

history = train(Objective(MLP(64, 32, 10), cross_entropy), digits, Optimizer(adam), epochs=10)
for epoch in train_epochs(objective, digits, Optimizer(adam), epochs=30):
    print(epoch.number, epoch.valid_accuracy)
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import ThreadpoolController
from tqdm.auto import tqdm

from course_lib.data import Data, batches
from course_lib.runs import mask_diverged, repeat_for_runs

STREAMS = ("order", "masks", "augmentation")  # one generator each, shared by all runs
MEASURED = 10_000  # training examples, at most, behind `train_loss`
MEASURES = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")
COLUMNS = ("number", "theta", "stats", *MEASURES, "seconds")
CHUNK = 1_000  # rows a measurement takes at once


@dataclass(frozen=True, repr=False)
class Epoch:
    """What one epoch left behind; number 0 stands for the start. Measures are (...,), one per run.

    theta (..., P); stats, of a model with batch norm; train_loss and train_accuracy, after the epoch
    and on at most the first 10,000 examples; valid_loss and valid_accuracy; step_loss (steps, ...),
    loss and penalty of each batch before its step; seconds of the epoch, measuring included.
    """

    number: int
    theta: np.ndarray
    stats: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    valid_loss: np.ndarray
    valid_accuracy: np.ndarray
    step_loss: np.ndarray
    seconds: float

    def __repr__(self):
        if np.ndim(self.valid_loss):
            return f"Epoch {self.number} of {self.valid_loss.size} runs"
        text = f"Epoch {self.number}: validation loss {self.valid_loss:.4g}"
        known = np.isfinite(self.valid_accuracy)
        return f"{text}, accuracy {self.valid_accuracy:.4f}" if known else text


class History(list):
    """The epochs of a training in order; `history["valid_loss"]` is a column, (epochs + 1, ...).

    `history.steps["loss"]` is (steps, ...), the loss and penalty of every batch, before its step.
    `history.best` is the Epoch of the lowest validation loss, chosen for each run on its own; without
    a validation split it is the last. `history[-1].theta` is the last theta.
    """

    best = None

    def __getitem__(self, key):
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in COLUMNS:
            raise KeyError(
                f"no column {key!r}: there are {', '.join(COLUMNS)}, and history.steps['loss']"
            )
        column = [getattr(epoch, key) for epoch in self]
        if any(entry is None for entry in column):
            raise ValueError(f'not every epoch holds its {key}: train(..., keep="all") keeps it')
        return np.stack(column)

    @property
    def steps(self):
        return {"loss": np.concatenate([epoch.step_loss for epoch in self])}

    def __repr__(self):
        return (
            f"History of {len(self) - 1} epochs; last: {self[-1]!r}" if self else "History, empty"
        )


def train(objective, data, optimizer, *, epochs, keep="best", **settings):
    """The History of a training; the settings are those of `train_epochs`.

    keep="best" holds on to the theta of the best and the last epoch, keep="all" to every one. An
    interrupt (the stop button, Ctrl-C) ends the training and keeps the epochs that are done.
    """
    if keep not in ("best", "all"):
        raise ValueError(f'keep is "best" or "all", got {keep!r}')
    history = History()
    try:
        for epoch in train_epochs(objective, data, optimizer, epochs=epochs, **settings):
            if history and keep == "best":
                history[-1] = replace(history[-1], theta=None, stats=None)
            history.append(epoch)
            history.best = _better(history.best, epoch, choose=len(data.valid) > 0)
    except KeyboardInterrupt:
        print(f"Interrupted: {max(len(history) - 1, 0)} of {epochs} epochs are kept.")
    return history


def train_epochs(
    objective,
    data,
    optimizer,
    *,
    epochs,
    batch=100,
    seed=0,
    theta=None,
    augment=None,
    early_stopping=None,
    progress=True,
):
    """Yields an Epoch before the first and after every epoch of batches in random order.

    The runs are those of theta, of the optimizer's hyper-parameters and of the penalty, broadcast.
    batch           examples in a step
    seed            of everything random: start, order, dropout masks, augmentation, gradient noise;
                    all runs share it, so a row of many equals the same run alone
    theta           where to start, (P,) or (..., P); the default is `model.start(seed)`
    augment         function (X, rng) -> X for the rows of a batch
    early_stopping  epochs without a lower validation loss after which a run stands still: its theta
                    stays, its measures are nan from then on
    progress        show a bar with time left
    A run whose loss is no longer finite becomes nan; the others go on. The optimizer stays as it is.
    """
    if not isinstance(data, Data):
        raise TypeError(
            f"data must be a Data with train and valid splits, got {type(data).__name__}"
        )
    if early_stopping is not None and not len(data.valid):
        raise ValueError("early_stopping watches the validation loss, but data.valid is empty")
    trainer = _Trainer(objective, data, optimizer, batch, seed, theta, augment)
    patience = _Patience(early_stopping, trainer.theta.shape[:-1])
    steps = epochs * len([*batches(len(data.train), batch)])
    with tqdm(total=steps, unit="step", disable=not progress) as bar:
        for number in range(epochs + 1):
            began = time.perf_counter()
            losses = trainer.epoch(patience.active, bar) if number else trainer.no_losses()
            measures = patience.hide(trainer.measure())
            seconds = time.perf_counter() - began
            epoch = Epoch(number, trainer.theta, trainer.stats, *measures, losses, seconds)
            bar.set_postfix_str(f"validation loss {_lowest(epoch.valid_loss):.4g}", refresh=False)
            yield epoch
            if not patience.look(epoch.valid_loss):
                break


class _Trainer:
    """What changes while training: theta, the optimizer's memory, the streams of random numbers."""

    def __init__(self, objective, data, optimizer, batch, seed, theta, augment):
        self.objective, self.data, self.batch, self.augment = objective, data, batch, augment
        first = objective.model.start(seed) if theta is None else theta
        first = np.asarray(first, np.result_type(data.train.X, np.float32))
        self.theta = repeat_for_runs(first, optimizer=optimizer.runs, penalty=objective.runs)
        self.stats = None
        self.optimizer = optimizer.fresh(seed)
        # (seed, t) is the noise of step t, and numpy takes (seed, 0) for seed itself, that of the start
        self.streams = {n: np.random.default_rng((seed, 0, k)) for k, n in enumerate(STREAMS, 1)}
        self.threads = ThreadpoolController()

    def no_losses(self):
        return np.empty((0, *self.theta.shape[:-1]), self.theta.dtype)

    def epoch(self, active, bar):
        """One pass over the training split; returns the loss of each step, (steps, ...)."""
        losses = []
        with self._quietly():
            for rows in batches(len(self.data.train), self.batch, self.streams["order"]):
                losses.append(self.step(*self.data.train[rows], active))
                bar.update()
            self.theta = mask_diverged(self.theta, np.isfinite(self.theta).all(axis=-1))
        losses = np.array(losses)
        losses[~(np.isfinite(losses) & active)] = np.nan
        return losses

    def step(self, X, y, active):
        if self.augment is not None:
            X = self.augment(X, self.streams["augmentation"])
        value, g = self.objective(self.theta, X, y, rng=self.streams["masks"])
        new = mask_diverged(self.optimizer.step(self.theta, g), np.isfinite(value))
        self.theta = new if active.all() else np.where(active[..., None], new, self.theta)
        return value

    def measure(self):
        """[train_loss, train_accuracy, valid_loss, valid_accuracy], each (...,)."""
        with self._quietly():
            self.stats = self.objective.model.statistics(self.theta, self.data.train.X)
            return [*self._evaluate(self.data.train[:MEASURED]), *self._evaluate(self.data.valid)]

    def _evaluate(self, split):
        sums = np.zeros((2, *self.theta.shape[:-1]))
        for begin in range(0, len(split), CHUNK):
            X, y = split[begin : begin + CHUNK]
            sums += len(y) * np.array(self.objective.evaluate(self.theta, X, y, self.stats))
        sums[~np.isfinite(sums)] = np.nan
        return sums / len(split) if len(split) else np.full_like(sums, np.nan)

    @contextmanager
    def _quietly(self):
        """Divergence gives no warning; one BLAS thread, for several slow nets of this size down."""
        with np.errstate(all="ignore"), self.threads.limit(limits=1):
            yield


class _Patience:
    """Early stopping for each run: which are still active, and for how long none got better."""

    def __init__(self, epochs, runs):
        if epochs is not None and epochs < 1:
            raise ValueError(f"early_stopping is a number of epochs, at least 1, got {epochs}")
        self.epochs, self.active = epochs, np.ones(runs, bool)
        self.lowest, self.waited = np.full(runs, np.inf), np.zeros(runs, int)

    def hide(self, measures):
        return [np.where(self.active, measure, np.nan) for measure in measures]

    def look(self, valid_loss):
        """Takes in an epoch's validation loss, (...,); says whether any run goes on."""
        better = valid_loss < self.lowest
        self.lowest = np.where(better, valid_loss, self.lowest)
        self.waited = np.where(better, 0, self.waited + 1)
        if self.epochs is not None:
            self.active = self.active & (self.waited < self.epochs)
        return self.active.any()


def _better(best, epoch, choose):
    """For each run the one of two epochs with the lower validation loss, as one Epoch."""
    if best is None or not choose:
        return epoch
    better = (epoch.valid_loss < best.valid_loss) | np.isnan(best.valid_loss)
    if better.all() or not better.any():
        return epoch if better.all() else best
    fields = {}
    for name in ("number", "theta", "stats", *MEASURES):
        new, old = getattr(epoch, name), getattr(best, name)
        which = better[..., None] if name in ("theta", "stats") else better
        fields[name] = None if new is None else np.where(which, new, old)
    return replace(epoch, **fields)


def _lowest(values):
    finite = values[np.isfinite(values)]
    return finite.min() if finite.size else np.nan
