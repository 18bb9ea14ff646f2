"""The variants of a lab sheet on MNIST, with correct rules.

    python benchmarks/lab_b.py [--only Adam] [--regularised] [--epochs 10] [--seeds 0]

Sixteen ways to train [784, 100, 30, 10] (dropout: [784, 64, 10]) with batches of 100, each compared
with the best test accuracy in the solutions of a university lab. Each variant is one call of many
runs: the lab's learning rate and ours, which was chosen beforehand on the validation split with another
seed. As in the lab, the figure is the best test accuracy after any epoch; beside it we print the honest
one, the test accuracy of the epoch with the lowest validation loss, chosen without the test images.
`--regularised` runs the rows of lesson 6 alone and prints the test accuracy after the last epoch too.
"""

import argparse
import time
from dataclasses import dataclass, field

import numpy as np

from course_lib.augmentation import chain, rotate, shift
from course_lib.data import load
from course_lib.layers import sigmoid
from course_lib.losses import cross_entropy
from course_lib.models import MLP, xavier
from course_lib.objective import Objective
from course_lib.optim import RULES, Optimizer, gradient_noise
from course_lib.penalties import l1, l2, none
from course_lib.training import train_epochs

DEEP = (784, 100, 30, 10)
RELU, SIGMOID = MLP(*DEEP), MLP(*DEEP, activation=sigmoid, init=xavier)


@dataclass
class Variant:
    """A training, the lab's figure (None where it gives none), the lab's learning rate and ours."""

    name: str
    figure: float | None
    lr: tuple
    rule: str = "sgd"
    model: MLP = RELU
    penalty: object = none
    transforms: tuple = ()
    hyper: dict = field(default_factory=dict)
    augmented: bool = False


M = {"rule": "momentum", "hyper": {"beta": 0.9}}
VARIANTS = [
    Variant("SGD", 0.9758, (0.05, 0.2)),
    Variant("gradient noise", 0.9759, (0.05, 0.4), transforms=(gradient_noise(1e-4),)),
    Variant("L1 1e-4", 0.9715, (0.05, 0.4), penalty=l1(1e-4)),
    Variant("L2 1e-4", 0.9758, (0.05, 0.4), penalty=l2(1e-4)),
    Variant("momentum 0.9", 0.9770, (0.005, 0.05), **M),
    Variant("L2 1e-4, momentum 0.9", 0.9788, (0.01, 0.05), penalty=l2(1e-4), **M),
    Variant("Nesterov 0.9, sigmoid", 0.9526, (0.05, 0.4), "nesterov", SIGMOID),
    Variant("AdaGrad, sigmoid", 0.9495, (0.05, 0.1), "adagrad", SIGMOID),
    Variant("Adadelta, sigmoid", 0.9641, (0.05, 3.0), "adadelta", SIGMOID),
    Variant("RMSProp, sigmoid", 0.9669, (0.05, 0.006), "rmsprop", SIGMOID),
    Variant("Adam, sigmoid", 0.9563, (0.05, 0.004), "adam", SIGMOID, hyper={"beta2": 0.99}),
    Variant("AdaMax, sigmoid", 0.9704, (0.05, 0.01), "adamax", SIGMOID),
    Variant("Nadam", 0.924, (0.05, 0.002), "nadam"),
    Variant("AMSGrad, sigmoid", 0.9606, (0.05, 0.004), "amsgrad", SIGMOID),
    Variant("dropout 0.2", 0.9754, (0.5, 0.4), model=MLP(784, 64, 10, dropout=0.2)),
    Variant("batch norm", 0.1135, (0.05, 0.4), model=MLP(*DEEP, batch_norm=True)),
    Variant("shift 1, rotate 10°, momentum", None, (0.01, 0.05), augmented=True, **M),
]


def is_regularised(variant):
    """Whether a variant belongs to lesson 6: plain rules, with and without a regulariser."""
    return variant.rule in ("sgd", "momentum")


def accuracies(variant, data, epochs, seed):
    """The test accuracy for each learning rate: best, at the lowest validation loss, last."""
    objective = Objective(variant.model, cross_entropy, variant.penalty)
    hyper = {"lr": np.array(variant.lr), **variant.hyper}
    optimizer = Optimizer(RULES[variant.rule], *variant.transforms, **hyper)
    augment = chain(shift(1, data.shape), rotate(10, data.shape)) if variant.augmented else None
    settings = {"epochs": epochs, "seed": seed, "augment": augment, "progress": False}
    tests, losses = [], []
    for epoch in train_epochs(objective, data, optimizer, **settings):
        _, accuracy = objective.evaluate(epoch.theta, *data.test, epoch.stats)
        tests.append(accuracy)
        losses.append(epoch.valid_loss)
    chosen = np.nan_to_num(losses, nan=np.inf).argmin(axis=0)
    return np.nanmax(tests, axis=0), np.array(tests)[chosen, [0, 1]], tests[-1]


def row(variant, data, epochs, seeds, last):
    """Print the medians over the seeds for each learning rate; return whether the figure is reached."""
    began = time.perf_counter()
    figures = np.median([accuracies(variant, data, epochs, seed) for seed in seeds], axis=0)
    best, figures = figures[0], figures if last else figures[:2]
    cells = "".join(
        f" | {lr:5g} " + " ".join(f"{f:6.4f}" for f in figures[:, k])
        for k, lr in enumerate(variant.lr)
    )
    reached = variant.figure is None or best.max() >= variant.figure
    lab = "  -   " if variant.figure is None else f"{variant.figure:.4f}"
    took = time.perf_counter() - began
    print(
        f"{variant.name:30} {lab}{cells} | {'yes' if reached else 'NO':3} {took:4.0f} s", flush=True
    )
    return reached


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", default="", help="variants whose name holds this")
    parser.add_argument("--regularised", action="store_true", help="the rows of lesson 6")
    options = parser.parse_args()
    data = load("mnist")
    print(data)
    if data.fallback:
        raise SystemExit("This benchmark needs MNIST itself.")
    print(f"{options.epochs} epochs, median over the seeds {options.seeds}")
    last = ", and after the last epoch" if options.regularised else ""
    print(f"after each step size: best test accuracy, that at the best validation loss{last}")
    width = 26 if options.regularised else 19
    print(
        f"{'variant':30} {'lab':6} | {'step of the lab':{width}} | {'our step':{width}} | reached"
    )
    chosen = [v for v in VARIANTS if options.only.lower() in v.name.lower()]
    chosen = [v for v in chosen if is_regularised(v) or not options.regularised]
    settings = data, options.epochs, options.seeds, options.regularised
    missed = [v.name for v in chosen if not row(v, *settings)]
    raise SystemExit(f"below the lab's figure: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
