"""Penalties beyond the table of test_protocol: one strength per run, and nothing to pay at zero."""

import numpy as np
import pytest
from helpers.compare import assert_close, assert_refused

from course_lib.penalties import elastic_net, l1, l2

makers = pytest.mark.parametrize(("make", "count"), [(l1, 1), (l2, 1), (elastic_net, 2)])


@makers
@pytest.mark.parametrize("lead", [(), (3,), (2, 3), (2, 1, 3)], ids=str)
def test_one_strength_per_run(make, count, lead):
    """Also with w (P,): the runs then are those of the strengths alone."""
    rng = np.random.default_rng(0)
    strengths, many = rng.uniform(0, 2, (count, *lead)), rng.normal(size=(*lead, 5))
    penalty = make(*strengths)
    assert penalty.runs == lead
    for w in (many, many[(0,) * len(lead)]):
        R, dR = penalty(w)
        assert (R.shape, dR.shape) == (lead, many.shape)
        for i in np.ndindex(lead):
            alone = make(*(float(s[i]) for s in strengths))
            expected, d_expected = alone(np.broadcast_to(w, many.shape)[i])
            assert_close(R[i], expected)
            assert_close(dR[i], d_expected)


def test_strengths_of_two_axes_make_a_grid():
    grid = elastic_net(np.array([0, 1, 2])[:, None], np.array([0.5, 1.5]))
    assert grid.runs == (3, 2)
    R, dR = grid(np.array([1.0, -2.0]))
    assert R.tolist() == [[3 * a + 2.5 * b for b in (0.5, 1.5)] for a in (0, 1, 2)]
    assert dR.shape == (3, 2, 2)
    assert_refused(
        ValueError, lambda: elastic_net([1, 2], [1, 2, 3]), "strengths", "(2,)", "(3,)", "axis"
    )


@makers
@pytest.mark.parametrize("kind", [float, np.float64, np.array, lambda s: np.full(2, s), int])
def test_float32_stays_float32(make, count, kind):
    R, dR = make(*[kind(0.3)] * count)(np.ones((2, 3), np.float32))
    assert R.dtype == dR.dtype == np.float32


@makers
def test_at_zero_there_is_nothing_to_pay_and_no_pull(make, count):
    R, dR = make(*[0.3] * count)(np.zeros(4))
    assert (R, dR.tolist()) == (0, [0, 0, 0, 0])
