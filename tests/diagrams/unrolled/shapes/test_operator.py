"""Operators in circles, and dots on lines."""

import pytest

from unrolled.geometry import Frame, Point
from unrolled.marks import Stroke
from unrolled.shapes.dot import Dot
from unrolled.shapes.operator import Operator


@pytest.mark.parametrize("sign", ["×", "+", "1−"])
def test_a_sign_stays_in_its_circle_of_24(sign):
    """Drawn or written."""
    operator = Operator(name="o", sign=sign, at=Point(50, 70))
    assert operator.frame == Frame(38, 58, 24, 24)
    _, circle, *signs = operator.marks()
    assert isinstance(circle, Stroke)
    assert all(operator.frame.grown(-1).holds(mark.frame) for mark in signs)


def test_times_and_plus_are_the_same_cross_turned():
    """Equally long lines about one middle."""
    times, plus = ([mark.path for mark in Operator(name="o", sign=sign, at=Point(0, 0)).marks()[2:]] for sign in "×+")
    lengths = {
        round((path.points[0].x - path.points[-1].x) ** 2 + (path.points[0].y - path.points[-1].y) ** 2, 6)
        for path in (*times, *plus)
    }
    assert len(lengths) == 1


def test_a_dot_is_6_across_and_larger_on_the_memory_s_line():
    """So that each stands out from its line."""
    assert Dot(name="d", at=Point(0, 0)).bounds == Frame(-3, -3, 6, 6)
    assert Dot(name="d", role="memory", at=Point(0, 0)).bounds == Frame(-4, -4, 8, 8)
