"""Training: epochs of batches of an objective on data, for one run or a thousand at once.

    history = train(Objective(MLP(64, 32, 10), cross_entropy), digits, Optimizer(adam), epochs=10)
    for epoch in train_epochs(objective, digits, Optimizer(adam), epochs=30):
        print(epoch.number, epoch.valid_accuracy)

The loop over the steps of an epoch is `_Trainer.one_pass`.
"""

import time
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from threadpoolctl import ThreadpoolController
from tqdm.auto import tqdm

from course_lib.data import Data, batches
from course_lib.history import Epoch, History, better_epoch
from course_lib.runs import mask_diverged, repeat_for_runs

STREAMS = ("order", "masks", "augmentation")  # one generator each, shared by all runs
MEASURED = 10_000  # `train_loss` is measured on at most so many training examples
CHUNK = 1_000  # rows that are measured at once


def train_epochs(
    objective, data, optimizer, *, epochs, batch=100, seed=0, theta=None, augment=None,
    early_stopping=None, progress=True,
):  # fmt: skip
    """Yields an Epoch before the first and after every epoch of batches in random order.

    batch           examples in a step
    seed            of all randomness: start, order, dropout masks, augmentation, gradient noise; the
                    runs share it, so a row of many equals the same run alone
    theta           where to start, (P,) or (..., P); the default is `model.start(seed)`
    augment         function (X, rng) -> X for the rows of a batch
    early_stopping  epochs without a lower validation loss after which a run stops: its theta is
                    frozen and its measures are nan from then on
    progress        show a bar with the time left
    A run whose loss is not finite becomes nan; the others go on. The optimizer does not change.
    """
    trainer = _Trainer(objective, data, optimizer, batch, seed, theta, augment)
    patience = _Patience(early_stopping, data.valid, trainer.runs)
    with tqdm(total=epochs * trainer.steps, unit="step", disable=not progress) as bar:
        for number in range(epochs + 1):
            epoch = trainer.epoch(number, patience.active, bar)
            yield epoch
            if not patience.update(epoch.valid_loss):
                break


def train(objective, data, optimizer, *, epochs, keep="best", **settings):
    """The History of a training; the settings are those of `train_epochs`.

    keep="best" keeps the theta of the best and of the last epoch, keep="all" that of every epoch. An
    interrupt (the stop button, Ctrl-C) ends the training; the completed epochs are returned.
    """
    if keep not in ("best", "all"):
        raise ValueError(f'keep is "best" or "all", got {keep!r}')
    history = History()
    try:
        for epoch in train_epochs(objective, data, optimizer, epochs=epochs, **settings):
            if history and keep == "best":
                history[-1] = replace(history[-1], theta=None, stats=None)
            history.append(epoch)
            history.best = better_epoch(history.best, epoch) if len(data.valid) else epoch
    except KeyboardInterrupt:
        print(f"Interrupted: {max(len(history) - 1, 0)} of {epochs} epochs are kept.")
    return history


class _Trainer:
    """What changes during training: theta, the optimizer's memory, the streams of random numbers."""

    def __init__(self, objective, data, optimizer, batch, seed, theta, augment):
        if not isinstance(data, Data):
            raise TypeError(
                f"data must be a Data with train and valid splits, got {type(data).__name__}"
            )
        self.objective, self.data, self.batch = objective, data, batch
        self.augment = augment or (lambda X, rng: X)
        first = objective.model.start(seed) if theta is None else theta
        first = np.asarray(first, np.result_type(data.train.X, np.float32))
        self.theta = repeat_for_runs(first, optimizer=optimizer.runs, penalty=objective.runs)
        self.runs, self.steps = self.theta.shape[:-1], len([*batches(len(data.train), batch)])
        self.stats, self.optimizer = None, optimizer.fresh(seed)
        # (seed, t) is the noise of step t, and NumPy takes (seed, 0) for seed itself, that of the start
        self.streams = {n: np.random.default_rng((seed, 0, k)) for k, n in enumerate(STREAMS, 1)}
        self.threads = ThreadpoolController()

    def one_pass(self, active, bar):
        """Steps along the batches of one epoch; returns the loss of each, (steps, ...)."""
        losses = []
        for rows in batches(len(self.data.train), self.batch, self.streams["order"]):
            X, y = self.data.train[rows]
            X = self.augment(X, self.streams["augmentation"])
            loss, g = self.objective(self.theta, X, y, rng=self.streams["masks"])
            theta = mask_diverged(self.optimizer.step(self.theta, g), np.isfinite(loss))
            self.theta = theta if active.all() else np.where(active[..., None], theta, self.theta)
            losses.append(loss)
            bar.update()
        self.theta = mask_diverged(self.theta, np.isfinite(self.theta).all(axis=-1))
        return np.where(np.isfinite(losses) & active, losses, np.nan)

    def epoch(self, number, active, bar):
        """The Epoch after one more pass over the data; number 0 is the start, without a pass."""
        began = time.perf_counter()
        with self._quietly():
            none = np.empty((0, *self.runs), self.theta.dtype)
            step_loss = self.one_pass(active, bar) if number else none
            measures = [np.where(active, measure, np.nan) for measure in self.measure()]
        seconds = time.perf_counter() - began
        epoch = Epoch(number, self.theta, self.stats, *measures, step_loss, seconds)
        finite = epoch.valid_loss[np.isfinite(epoch.valid_loss)]
        lowest = finite.min() if finite.size else np.nan
        bar.set_postfix_str(f"validation loss {lowest:.4g}", refresh=False)
        return epoch

    def measure(self):
        """[train_loss, train_accuracy, valid_loss, valid_accuracy], each (...,)."""
        self.stats = self.objective.model.statistics(self.theta, self.data.train.X)
        return [*self._evaluate(self.data.train[:MEASURED]), *self._evaluate(self.data.valid)]

    def _evaluate(self, split):
        sums = np.zeros((2, *self.runs))
        for begin in range(0, len(split), CHUNK):
            X, y = split[begin : begin + CHUNK]
            sums += len(y) * np.array(self.objective.evaluate(self.theta, X, y, self.stats))
        sums[~np.isfinite(sums)] = np.nan
        return sums / len(split) if len(split) else np.full_like(sums, np.nan)

    @contextmanager
    def _quietly(self):
        """Divergence gives no warning; one BLAS thread, the fastest choice for small networks."""
        with np.errstate(all="ignore"), self.threads.limit(limits=1):
            yield


class _Patience:
    """Early stopping: which runs are still active, and how long each has had no lower loss."""

    def __init__(self, epochs, valid, runs):
        if epochs is not None and epochs < 1:
            raise ValueError(f"early_stopping is a number of epochs, at least 1, got {epochs}")
        if epochs is not None and not len(valid):
            raise ValueError("early_stopping needs the validation loss, but data.valid is empty")
        self.epochs, self.active = epochs, np.ones(runs, bool)
        self.lowest, self.waited = np.full(runs, np.inf), np.zeros(runs, int)

    def update(self, valid_loss):
        """Takes in an epoch's validation loss, (...,); returns whether any run is still active."""
        better = valid_loss < self.lowest
        self.lowest = np.where(better, valid_loss, self.lowest)
        self.waited = np.where(better, 0, self.waited + 1)
        if self.epochs is not None:
            self.active = self.active & (self.waited < self.epochs)
        return self.active.any()
