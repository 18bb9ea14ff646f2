"""Every schedule against its formula, number by number, and with one value per run."""

import numpy as np
import pytest
import torch
from helpers.compare import assert_close

from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, sgd
from course_lib.schedules import constant, cosine, inverse_time, step, warm_up

torch.set_num_threads(1)


# schedule, {t: value}
TABLE = [
    pytest.param(constant(0.3), {1: 0.3, 1000: 0.3}, id="constant"),
    pytest.param(step(8, 3, 0.5), {1: 8, 3: 8, 4: 4, 6: 4, 7: 2, 10: 1}, id="step"),
    pytest.param(step(1, 10), {10: 1, 11: 0.1, 21: 0.01}, id="step by ten"),
    pytest.param(inverse_time(6, 2), {1: 6, 3: 3, 5: 2, 11: 1}, id="inverse_time"),
    pytest.param(inverse_time(6, np.inf), {1: 6, 1000: 6}, id="inverse_time that never halves"),
    pytest.param(cosine(4, 8), {1: 4, 5: 2, 9: 0, 10: 0, 99: 0}, id="cosine"),
    pytest.param(cosine(4, 8, floor=1), {1: 4, 5: 2.5, 9: 1, 99: 1}, id="cosine with a floor"),
    pytest.param(warm_up(2.0, 4), {1: 0.5, 2: 1, 4: 2, 5: 2, 99: 2}, id="warm_up of a number"),
    pytest.param(
        warm_up(step(8, 3, 0.5), 4), {1: 2, 2: 4, 3: 6, 4: 4, 7: 2}, id="warm_up of a schedule"
    ),
]


@pytest.mark.parametrize(("schedule", "values"), TABLE)
def test_formula(schedule, values):
    for t, value in values.items():
        assert schedule(t) == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (step(0.1, 7, 0.3), lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.3)),
        (cosine(0.1, 30, 0.02), lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 30, 0.02)),
    ],
)
def test_thirty_steps_equal_torch(ours, theirs):
    """What torch gives before its k-th call of scheduler.step() is ours at t = k."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = theirs(optimizer)
    for t in range(1, 31):
        assert ours(t) == pytest.approx(scheduler.get_last_lr()[0], rel=1e-12)
        optimizer.step()
        scheduler.step()


MAKE = {
    "constant": constant, "step": lambda v: step(v, 3), "inverse_time": lambda v: inverse_time(v, 4),
    "cosine": lambda v: cosine(v, 9, v / 10), "warm_up": lambda v: warm_up(v, 5),
    "warm_up of cosine": lambda v: warm_up(cosine(v, 9), 5),
}  # fmt: skip


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_one_value_per_run(make):
    values = np.array([0.01, 0.1])
    for t in (1, 2, 5, 20):
        assert_close(make(values)(t), [make(v)(t) for v in values])
    many = descend(quadratic(3), (1, 1), Optimizer(sgd, lr=make(values)), 12)
    for k, v in enumerate(values):
        assert_close(many[:, k], descend(quadratic(3), (1, 1), Optimizer(sgd, lr=make(v)), 12))


def test_inverse_time_meets_robbins_and_monro():
    """The sum of the steps grows for ever, that of their squares does not."""
    lr = np.array([inverse_time(1, 1)(t) for t in range(1, 40_001)])
    sums, squares = lr.cumsum(), (lr**2).cumsum()
    assert sums[39_999] - sums[19_999] == pytest.approx(np.log(2), rel=1e-3)
    assert squares[39_999] - squares[19_999] < 1e-4
