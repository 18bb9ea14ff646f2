"""Landscapes beyond the table of test_protocol: their minima, and the quadratic that is asked for."""

import numpy as np
import pytest
from helpers.compare import assert_close

from course_lib import landscapes as land


@pytest.mark.parametrize(
    ("f", "minimum", "value"),
    [
        (land.quadratic(100, 30), (0, 0), 0),
        (land.rosenbrock, (1, 1), 0),
        (land.beale, (3, 0.5), 0),
        (land.himmelblau, (3, 2), 0),
        (land.himmelblau, (-2.805118086952745, 3.131312518250573), 0),
        (land.himmelblau, (-3.779310253377747, -3.283185991286170), 0),
        (land.himmelblau, (3.584428340330492, -1.848126526964404), 0),
        (land.saddle, (0, 1), -0.25),
        (land.saddle, (0, -1), -0.25),
        (land.lessard_recht_packard, (0,), 0),
    ],
)
def test_minimum(f, minimum, value):
    lowest, g = f(minimum)
    assert_close(lowest, value, atol=1e-12)
    assert_close(g, np.zeros(len(minimum)), atol=1e-10)
    around = minimum + np.random.default_rng(2).normal(0, 1e-3, (100, len(minimum)))
    assert (f(around)[0] > value).all()


@pytest.mark.parametrize("condition", [1, 1.5, 40])
@pytest.mark.parametrize("rotation", [0, 30, -75])
def test_quadratic_has_the_condition_number_and_the_axes_asked_for(condition, rotation):
    A = land.quadratic(condition, rotation).hessian
    assert_close(np.linalg.eigvalsh(A), [1, condition], atol=1e-12)
    flat = np.array([np.cos(np.deg2rad(rotation)), np.sin(np.deg2rad(rotation))])
    assert_close(A @ flat, flat, atol=1e-12)


def test_lessards_pieces_meet():
    value, slope = land.lessard_recht_packard([[1.0], [1.5], [2.0], [2.5]])
    assert value.tolist() == [12.5, 25.125, 38, 54.125]
    assert slope.tolist() == [[25], [25.5], [26], [38.5]]


def test_whole_numbers_are_points_too():
    for f in (land.quadratic(9, 20), land.rosenbrock):
        np.testing.assert_equal(f([2, 3]), f([2.0, 3.0]))
