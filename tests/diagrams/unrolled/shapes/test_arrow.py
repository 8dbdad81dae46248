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


def test_the_memory_s_arrow_is_twice_as_heavy_and_ends_at_its_tip_too():
    """Line and head tell it from every other arrow without its colour."""
    light, heavy = (Arrow(name="a", points=(Point(0, 0), Point(80, 0)), role=role) for role in ("flow", "memory"))
    assert strokes(heavy)[0].width == 2 * strokes(light)[0].width
    assert areas(heavy)[0].frame.height > areas(light)[0].frame.height
    assert areas(heavy)[0].path.start == Point(80, 0)
