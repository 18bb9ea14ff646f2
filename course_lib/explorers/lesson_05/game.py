"""The AMSGrad game: rare large gradients that Adam's division makes too small."""

import numpy as np

from course_lib import theory
from course_lib.controls import Choice, Question, Slider, controls
from course_lib.explorers import explorer
from course_lib.explorers.parts import RED, set_plain_numbers
from course_lib.numbers import number
from course_lib.optim import Optimizer, adam, amsgrad, sgd
from course_lib.plots import figure, line_style
from course_lib.stage import Stage

ROUNDS = 600  # of three steps
SHOWN = np.unique(np.geomspace(1, ROUNDS, 36).round().astype(int))  # rounds in the figure
NAMES = {"sgd": "SGD", "adam": "Adam", "amsgrad": "AMSGrad"}
ALT = (
    "A map of C and β2 with a point, the positions of three rules on [−1, 1] after each round of "
    "three steps, and their average regret."
)
WHERE = Question(
    "The losses are 3x, −x, −x, and so on, for x in [−1, 1]. A round of three adds up to x, so −1 is "
    "the minimum. Where does Adam end, with β1 = 0 and β2 = 0.1?",
    ("at −1, the minimum", "between the ends", "at +1, the worst point"),
    "Drag the point up until Adam turns round. Then drag it across: which C needs which β2?",
    right=2,
    why="Divided by √v, the gradient 3 is a step of 1.05 η only, since v has just grown. The two "
    "gradients −1 are steps of 0.76 η and 0.97 η the other way, which is more.",
)


@explorer()
def amsgrad_game():
    """Gradients C, −1, −1, ... on [−1, 1]: where Adam goes | x after each round | average regret."""
    C, beta2, decay = controls(
        Slider("large gradient C", np.linspace(1, 10, 19), start=3),
        Slider("β2", [0.01, 0.05, *np.linspace(0.1, 0.9, 9), 0.95, 0.99], start=0.1),
        Choice("learning rate", ["0.5 / √t", "0.02"]),
    )
    lr = lambda t: np.where(decay.axis == 0, 0.5 / np.sqrt(t), 0.02)
    memory = {"beta1": 0.0, "beta2": beta2.axis}
    fig, (field, place, regret) = figure(1, 3, size=(9.9, 4))
    answer = _draw_map(field)
    _draw_axes(place, regret)
    about = {"question": WHERE, "still": {C: 3, beta2: 0.1}}
    stage = Stage("amsgrad-game", fig, [C, beta2, decay], alt=ALT, **about)
    stage.after_prediction(*answer)
    dot = {"color": "white", "markeredgecolor": "black", "markeredgewidth": 2, "markersize": 11}
    stage.point(field, C.axis, beta2.axis, drags=(C, beta2), **dot)
    ends, last = {}, {}
    for rule, hyper in ((sgd, {}), (adam, memory), (amsgrad, memory)):
        x, regrets = _play(C.axis, Optimizer(rule, lr=lr, **hyper))
        name = NAMES[rule.__name__]
        style = {"label": name, "markersize": 4} | line_style(rule.__name__)
        stage.line(place, SHOWN, x, after_prediction=rule is not sgd, **style)
        stage.line(regret, SHOWN, regrets, after_prediction=rule is not sgd, **style)
        ends[name], last[name] = x[..., -1], regrets[..., -1]
    _say(stage, (field, place, regret), C.axis, ends, last)
    for ax, corner in ((place, "center right"), (regret, "lower left")):
        ax.legend(loc=corner)
    return stage


def _play(C, optimizer):
    """x and the average regret after the rounds SHOWN, each (C, β2, η, rounds), from x = 0.

    The loss of a step is g x. The regret is its sum less that of the best fixed x, an end.
    """
    x = np.zeros((*np.broadcast_shapes(C.shape, optimizer.runs), 1))
    first, total, places, regrets = C.reshape(*C.shape, 1), 0.0, [], []
    for t in range(1, 3 * ROUNDS + 1):
        g = np.broadcast_to(np.where(t % 3 == 1, first, -1.0), x.shape)
        total = total + g * x
        x = np.clip(optimizer.step(x, g), -1, 1)
        if t % 3 == 0 and t // 3 in SHOWN:
            places.append(x)
            regrets.append(total / t + np.abs(first - 2) / 3)
    return np.concatenate(places, axis=-1), np.concatenate(regrets, axis=-1)


def _draw_map(ax):
    """The axes of C and β2. Returns what the answer adds: where Adam goes to the wrong end."""
    ax.set(xlim=(0.6, 10.4), ylim=(-0.03, 1.03), xlabel="C", ylabel="β2")
    ax.set_xticks([2, 4, 6, 8, 10])
    C, beta2 = np.linspace(2, 10.4, 200), np.linspace(1e-6, 0.999, 400)
    wrong = theory.adam_drift(C, beta2.reshape(-1, 1)) < 0  # from β2 = 0 up to an edge
    edge = beta2[wrong.sum(axis=0) - 1]
    area = ax.fill_between(C, edge, color="0.85", label="Adam ends at the worst x")
    (paper,) = ax.plot(C, 1 / (1 + C**2), ":", label="β2 = 1 / (1 + C²)", **RED)
    ax.axvline(2, color="0.3", linestyle="--", linewidth=1, label="C = 2: all x equal")
    ax.legend(loc="upper right", fontsize=10)
    return [area, paper]


def _draw_axes(place, regret):
    place.set(xscale="log", xlim=(0.9, 1.1 * ROUNDS), ylim=(-1.1, 1.1), xlabel="rounds", ylabel="x")
    regret.set(xscale="log", yscale="log", xlim=(0.9, 1.1 * ROUNDS), ylim=(1e-3, 30))
    regret.set(xlabel="rounds", ylabel="average regret")
    for ax in (place, regret):
        set_plain_numbers(ax, "{x:,.0f}")
    place.set(yscale="linear", yticks=[-1, -0.5, 0, 0.5, 1])


def _say(stage, panels, C, ends, regrets):
    """The words of `amsgrad_game` above its panels, of the last x (C, β2, η) and the last regrets."""
    field, place, regret = panels
    stage.text(field, lambda c: f"a round adds {number(c)} x", C - 2, at=(0, 1.1))
    stage.text(field, _minimum, C, at=(0, 1.02))
    for height, name in ((1.1, "Adam"), (1.02, "AMSGrad")):
        about = {"at": (0, height), "after_prediction": True}
        stage.text(place, _end_of(name), C, ends[name], **about)
        stage.text(regret, _regret_of(name), regrets[name], **about)


def _minimum(C):
    if C == 2:
        return "all x have the same loss"
    return f"the minimum is {'−1' if C > 2 else '+1'}"


def _end_of(name):
    def say(C, x):
        best = np.sign(2 - C)
        verdict = "" if abs(x) < 0.9 or C == 2 else ", best" if x * best > 0 else ", worst"
        return f"{name}: x = {number(x)}{verdict}"

    return say


def _regret_of(name):
    return lambda regret: f"{name}: regret {number(regret)}"
