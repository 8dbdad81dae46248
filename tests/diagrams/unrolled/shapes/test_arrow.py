"""Arrows."""

import pytest

from unrolled.geometry import Point
from unrolled.marks import Area, Stroke
from unrolled.shapes.arrow import Arrow


def strokes(shape):
    """List its lines."""
    return [mark for mark in shape.marks() if isinstance(mark, Stroke)]


def areas(shape):
    """List its fills."""
    return [mark for mark in shape.marks() if isinstance(mark, Area)]


@pytest.mark.parametrize("tip", [Point(80, 0), Point(-80, 0), Point(0, 80), Point(0, -80)])
def test_an_arrow_ends_at_its_tip(tip):
    """And its line stops in the head's notch."""
    arrow = Arrow(name="a", points=(Point(0, 0), tip))
    (head,) = areas(arrow)
    assert head.path.start == tip
    assert strokes(arrow)[0].path.points[-1] != tip
