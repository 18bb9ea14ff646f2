"""One epoch of MNIST, ours and PyTorch's, side by side.

    python benchmarks/epoch.py [--repeats 7]

Lab E's network, [784, 30, 10] with sigmoid and cross-entropy, batch 10, SGD; both sides take the same
batches in the same order from the same weights. The sides take turns, so that a busy machine slows
both. Each ratio is that of two neighbouring measurements; we report the median.
"""

import argparse
import time
from statistics import median

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from course_lib.data import batches, load
from course_lib.layers import sigmoid
from course_lib.losses import cross_entropy
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, sgd
from course_lib.training import train_epochs

LR = 1.0


def ours(objective, data, rows):
    """The steps alone, as a student writes the loop."""
    theta, optimizer = objective.model.start(0, np.float32), Optimizer(sgd, lr=LR)
    with threadpool_limits(1):
        for row in rows:
            _, g = objective(theta, *data.train[row])
            theta = optimizer.step(theta, g)
    return theta


def ours_whole(objective, data, batch):
    """`train_epochs`, with its measuring of loss and accuracy before and after the epoch."""
    settings = {"epochs": 1, "batch": batch, "progress": False}
    *_, last = train_epochs(objective, data, Optimizer(sgd, lr=LR), **settings)
    return last.theta


def pytorch(objective, data, rows, threads):
    torch.set_num_threads(threads)
    net = torch_net(objective.model)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=LR), torch.nn.CrossEntropyLoss()
    X, y = map(torch.from_numpy, data.train)
    for row in map(torch.from_numpy, rows):
        optimizer.zero_grad()
        loss(net(X[row]), y[row]).backward()
        optimizer.step()
    return np.concatenate([p.detach().numpy().T.ravel() for p in net.parameters()])


def torch_net(model):
    modules = []
    for W, b in model.unflatten(model.start(0, np.float32)):
        linear = torch.nn.Linear(*W.shape)
        linear.weight.data, linear.bias.data = torch.tensor(W.T), torch.tensor(b[0])
        modules += [linear, torch.nn.Sigmoid()]
    return torch.nn.Sequential(*modules[:-1])


def timed(function, *args):
    began = time.perf_counter()
    function(*args)
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--batch", type=int, default=10)
    options = parser.parse_args()
    data, threads = load("mnist"), torch.get_num_threads()
    print(data)
    objective = Objective(MLP(784, 30, 10, activation=sigmoid), cross_entropy)
    rows = list(batches(len(data.train), options.batch, np.random.default_rng(0)))
    all_threads = f"PyTorch eager, {threads} threads (its default)"
    sides = {
        "ours, the steps alone": (ours, objective, data, rows),
        "ours, train_epochs() with its measuring": (ours_whole, objective, data, options.batch),
        "PyTorch eager, 1 thread": (pytorch, objective, data, rows, 1),
        all_threads: (pytorch, objective, data, rows, threads),
    }
    a, b = ours(objective, data, rows[:100]), pytorch(objective, data, rows[:100], 1)
    print(f"After 100 steps the weights of the two differ by at most {np.abs(a - b).max():.0e}.")
    seconds = {name: [] for name in sides}
    for _ in range(options.repeats):
        for name, (function, *args) in sides.items():
            seconds[name].append(timed(function, *args))
    report(seconds)


def report(seconds):
    first, second, *rest = seconds
    for name, took in seconds.items():
        print(f"{name:45} {median(took):6.2f} s  ({min(took):.2f} to {max(took):.2f})")
    for name in rest:
        for side in (first, second):
            ratios = [b / a for a, b in zip(seconds[side], seconds[name], strict=True)]
            print(f"{name} takes {median(ratios):.2f} times as long as {side}")


if __name__ == "__main__":
    main()
