"""Exercise 5.7: how far the game of AMSGrad's paper moves RMSProp and AMSGrad in one round."""

import numpy as np

from course_lib.checks import exercise


@exercise(
    "5.7",
    inputs=[
        (np.array([3.0]), 0.5),
        (np.array([4.0, -1.0, -1.0]), 0.5),
        (np.array([3.0, -1.0, -1.0]), 0.9),
        (np.array([-2.0, 1.0, 0.0, 5.0]), 0.75),
        (np.array([1.0, -1.0, -1.0, 2.5, -1.0]), 0.99),
    ],
    returns="rmsprop amsgrad",
    hints=[
        "Write v out: after the gradient g it holds (1 - rho) g², rho (1 - rho) times the square of "
        "the gradient before it, and so on, round after round. Or let a loop do it.",
        "Play many rounds, until v before and after a round no longer differs. Then play one more "
        "round and record v after each step.",
        "With the n recorded values in an array v: the first answer is -np.sum(cycle / np.sqrt(v)). "
        "For AMSGrad put the maximum of v in place of v.",
    ],
)
def drifts(cycle, rho):
    n, v = len(cycle), []
    for i in range(n):
        back = sum(
            rho**k * cycle[i - k] ** 2 for k in range(n)
        )  # once through the round, backwards
        v.append((1 - rho) * back / (1 - rho**n))
    return -np.sum(cycle / np.sqrt(v)), -np.sum(cycle) / np.sqrt(max(v))


@drifts.also_right
def by_playing(gradients, keep):
    v = 0.0
    for _ in range(3000):
        for g in gradients:
            v = keep * v + (1 - keep) * g**2
    plain, sizes = 0.0, []
    for g in gradients:
        v = keep * v + (1 - keep) * g**2
        plain -= g / v**0.5
        sizes.append(v)
    return plain, -sum(gradients) / max(sizes) ** 0.5


def settled(cycle, rho, rounds=None):
    """v after each step of the round that follows so many rounds, (n,)."""
    n = len(cycle)
    shares = np.array([[rho ** ((i - j) % n) for j in range(n)] for i in range(n)])
    v = (1 - rho) * shares @ cycle**2 / (1 - rho**n)
    return v if rounds is None else v - v[-1] * rho ** (n * rounds + np.arange(1, n + 1))


def drift_with(
    v=settled,
    by_root=lambda cycle, v: -np.sum(cycle / np.sqrt(v)),
    by_maximum=lambda cycle, v: -np.sum(cycle) / np.sqrt(v.max()),
):
    """drifts, or a wrong version where a part is replaced."""

    def wrong(cycle, rho):
        sizes = v(cycle, rho)
        return by_root(cycle, sizes), by_maximum(cycle, sizes)

    return wrong


drifts.mistake(
    "this is the first round, from v = 0. Play many rounds before you measure.",
    drift_with(v=lambda cycle, rho: settled(cycle, rho, rounds=0)),
)
drifts.mistake(
    "v has not settled yet: after ten rounds it still grows where rho is near 1. Play thousands.",
    drift_with(v=lambda cycle, rho: settled(cycle, rho, rounds=10)),
)
drifts.mistake(
    "v has not quite settled: with rho = 0.99 a hundred rounds of a short cycle are too few. Play "
    "thousands.",
    drift_with(v=lambda cycle, rho: settled(cycle, rho, rounds=100)),
)
drifts.mistake(
    "v goes back over one round only. The rounds before it add a geometric series: divide by "
    "1 - rho**n.",
    drift_with(v=lambda cycle, rho: settled(cycle, rho) * (1 - rho ** len(cycle))),
)
drifts.mistake(
    "this is the first round, with a bias correction. Play many rounds before you measure.",
    drift_with(
        v=lambda cycle, rho: (
            settled(cycle, rho, rounds=0) / (1 - rho ** np.arange(1, len(cycle) + 1))
        )
    ),
)
drifts.mistake(
    "each step divides by the v before its own gradient. First the new v, then the step.",
    drift_with(v=lambda cycle, rho: np.roll(settled(cycle, rho), 1)),
)
drifts.mistake(
    "the root is missing: a step is -g / √v.",
    drift_with(
        by_root=lambda cycle, v: -np.sum(cycle / v),
        by_maximum=lambda cycle, v: -np.sum(cycle) / v.max(),
    ),
)
drifts.mistake(
    "both signs are wrong: a step goes against the gradient.",
    drift_with(
        by_root=lambda cycle, v: np.sum(cycle / np.sqrt(v)),
        by_maximum=lambda cycle, v: np.sum(cycle) / np.sqrt(v.max()),
    ),
)
drifts.mistake(
    "these are means over the round. The movement of a round is the sum of its steps.",
    drift_with(
        by_root=lambda cycle, v: -np.mean(cycle / np.sqrt(v)),
        by_maximum=lambda cycle, v: -np.mean(cycle) / np.sqrt(v.max()),
    ),
)
drifts.mistake(
    "every step divides by the mean of the squares. v changes within the round.",
    drift_with(v=lambda cycle, rho: np.full(len(cycle), np.mean(cycle**2))),
)
drifts.mistake(
    "v holds each gradient's own square only: there is no memory in it.",
    drift_with(v=lambda cycle, rho: np.maximum(cycle**2, 1e-300)),
)
drifts.mistake(
    "v is too large: each new square gets the weight 1 - rho.",
    drift_with(v=lambda cycle, rho: settled(cycle, rho) / (1 - rho)),
)
drifts.mistake(
    "rho and 1 - rho are exchanged: rho belongs to the old v.",
    drift_with(v=lambda cycle, rho: settled(cycle, 1 - rho)),
)
drifts.mistake(
    "the first number is right. For AMSGrad divide by the root of the largest v of the round, not of "
    "the largest gradient.",
    drift_with(by_maximum=lambda cycle, v: -np.sum(cycle) / np.abs(cycle).max()),
)
drifts.mistake(
    "the first number is right. AMSGrad's is RMSProp's again: the maximum has no effect.",
    drift_with(by_maximum=lambda cycle, v: -np.sum(cycle / np.sqrt(v))),
)
drifts.mistake(
    "the first number is right. AMSGrad's maximum never falls, from round to round: all steps divide "
    "by the same number. Yours starts again in each round.",
    drift_with(by_maximum=lambda cycle, v: -np.sum(cycle / np.sqrt(np.maximum.accumulate(v)))),
)
drifts.mistake(
    "the first number is right. AMSGrad divides by the root of the largest v: the root is missing.",
    drift_with(by_maximum=lambda cycle, v: -np.sum(cycle) / v.max()),
)
drifts.mistake(
    "the first number is right. For AMSGrad you took the last v of the round. Take the largest.",
    drift_with(by_maximum=lambda cycle, v: -np.sum(cycle) / np.sqrt(v[-1])),
)
drifts.mistake(
    "the order of the returned values is RMSProp, AMSGrad.",
    lambda cycle, rho: drifts.reference(cycle, rho)[::-1],
)
