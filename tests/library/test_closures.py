"""Functions with parameters: checked when they are made, and named after the call that made them."""

from typing import NamedTuple

import numpy as np
import pytest
from helpers.compare import assert_refused

from course_lib.augmentation import chain, rotate, shift
from course_lib.landscapes import quadratic
from course_lib.losses import huber, squared_error
from course_lib.models import MLP
from course_lib.objective import Objective
from course_lib.optim import Optimizer, sgd
from course_lib.penalties import elastic_net, l1, l2
from course_lib.schedules import constant, cosine, inverse_time, step, warm_up
from course_lib.transforms import clip_norm, gradient_noise


class Number(NamedTuple):
    """A good value of a parameter, and which others are good too."""

    good: float
    least: float | None = None
    above: float | None = None
    whole: bool = False
    per_run: bool = False
    finite: bool = True


ANY, POSITIVE, STRENGTH = Number(0.5), Number(0.5, above=0), Number(0.5, least=0, per_run=True)
VALUE, SHAPE = Number(0.5, per_run=True), (8, 8)
# the parameters of each maker, as in its signature
MAKERS = {
    l1: {"strength": STRENGTH},
    l2: {"strength": STRENGTH},
    elastic_net: {"l1": STRENGTH, "l2": STRENGTH},
    huber: {"delta": POSITIVE},
    clip_norm: {"largest": POSITIVE},
    gradient_noise: {"eta": Number(0.5, least=0), "gamma": ANY},
    quadratic: {"condition": Number(2.0, least=1), "rotation": ANY},
    constant: {"value": VALUE},
    step: {"value": VALUE, "every": POSITIVE, "factor": ANY},
    inverse_time: {"value": VALUE, "half": Number(0.5, above=0, per_run=True, finite=False)},
    cosine: {"value": VALUE, "steps": POSITIVE, "floor": VALUE},
    warm_up: {"schedule": VALUE, "steps": POSITIVE},
    shift: {"pixels": Number(2, least=0, whole=True), "shape": SHAPE},
    rotate: {"degrees": Number(0.5, least=0), "shape": SHAPE},
}
NUMBERS = [
    pytest.param(maker, name, number, id=f"{name} of {maker.__name__}")
    for maker, parameters in MAKERS.items()
    for name, number in parameters.items()
    if number is not SHAPE
]


def made(maker, **others):
    good = {k: SHAPE if n is SHAPE else n.good for k, n in MAKERS[maker].items()}
    return maker(**good | others)


def bad(number):
    """Values that are refused, each with the error and its words."""
    a_number = "a whole number" if number.whole else "a number"
    array = np.array([1, 2] if number.whole else [0.5, np.nan])
    if number.per_run:
        a_number += " or an array"
        yield array, ValueError, "got [0.5 nan]"
    else:
        yield array, TypeError, f"{a_number}, got array"
    if number.whole:
        yield 1.5, TypeError, f"{a_number}, got 1.5"
    else:
        yield np.nan, ValueError, "got nan"
    if number.finite and not number.whole:
        yield np.inf, ValueError, "finite, got inf"
    if number.least is not None:
        yield number.least - 1, ValueError, f"at least {number.least}, got {number.least - 1}"
    if number.above is not None:
        yield number.above, ValueError, f"above {number.above}, got {number.above}"
    yield "1", TypeError, f"{a_number}, got '1'"


@pytest.mark.parametrize(("maker", "name", "number"), NUMBERS)
def test_numbers_are_checked_when_a_function_is_made(maker, name, number):
    subject = ["value of constant"] if name == "schedule" else [name, maker.__name__]
    for value, kind, words in bad(number):
        call = lambda value=value: made(maker, **{name: value})
        assert_refused(kind, call, *subject, words)
    made(maker, **{name: number.good if number.least is None else number.least})
    if number.per_run:
        made(maker, **{name: np.array([number.good, 1.0])})
    if not number.finite:
        made(maker, **{name: np.inf})


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_a_function_has_the_name_of_its_call(maker):
    good = [repr(SHAPE if n is SHAPE else n.good) for n in MAKERS[maker].values()]
    function = made(maker)
    assert function.__name__ == function.__qualname__ == f"{maker.__name__}({', '.join(good)})"


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (huber(), "huber(1.0)"),
        (quadratic(), "quadratic(10.0, 0.0)"),
        (gradient_noise(0.1), "gradient_noise(0.1, 0.55)"),
        (step(1, 2), "step(1, 2, 0.1)"),
        (warm_up(cosine(0.1, 30), 5), "warm_up(cosine(0.1, 30, 0.0), 5)"),
        (chain(shift(1, SHAPE), np.copy), "chain(shift(1, (8, 8)), copy)"),
    ],
)
def test_defaults_and_functions_stand_in_names(function, name):
    assert function.__name__ == name


NET = MLP(3, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: shift(1, ()), ["(height, width)", "shift(2, data.shape)", "got ()"]),
        (lambda: shift(SHAPE, 1), ["pixels of shift", "whole number", "(8, 8)"]),
        (lambda: rotate(10, (8, 8, 3)), ["(height, width)", "(8, 8, 3)"]),
        (lambda: rotate(10, (8, 0)), ["(height, width)", "(8, 0)"]),
        (lambda: rotate(10, (8, 2.0)), ["(height, width)", "(8, 2.0)"]),
        (lambda: chain([shift(1, SHAPE)]), ["chain takes functions", "shift(1, data.shape)"]),
        (lambda: chain(shift), ["must be called first: write shift(pixels, shape)"]),
        (lambda: chain(rotate), ["write rotate(degrees, shape)"]),
        (lambda: Objective(NET, huber), ["must be called first: write huber()"]),
        (lambda: Objective(NET, squared_error, l1), ["write l1(strength)"]),
        (lambda: Objective(NET, squared_error, l2), ["write l2(strength)"]),
        (lambda: Objective(NET, squared_error, elastic_net), ["write elastic_net(l1, l2)"]),
        (lambda: Optimizer(sgd, clip_norm), ["write clip_norm(largest)"]),
        (lambda: Optimizer(sgd, gradient_noise), ["write gradient_noise(eta)"]),
    ],
)
def test_what_is_not_a_function_yet_is_refused(call, words):
    assert_refused(TypeError, call, *words)
