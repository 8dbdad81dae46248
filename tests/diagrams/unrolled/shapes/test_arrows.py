"""Arrows."""

import pytest

from tests.diagrams.pictures import areas, strokes
from unrolled.geometry import Point
from unrolled.shapes.arrows import Arrow
from unrolled.shapes.shape import Stroke


@pytest.mark.parametrize("tip", [Point(80, 0), Point(-80, 0), Point(0, 80), Point(0, -80)])
def test_an_arrow_ends_at_its_tip(tip):
    """And its line stops in the notch of the head."""
    arrow = Arrow(name="a", points=(Point(0, 0), tip))
    (head,) = areas(arrow)
    assert head.path.start == tip
    assert strokes(arrow)[0].path.points[-1] != tip


def test_the_memory_s_arrow_is_twice_as_thick_and_ends_at_its_tip_too():
    """Line and head distinguish it from every other arrow without colour."""
    light, heavy = (Arrow(name="a", points=(Point(0, 0), Point(80, 0)), role=role) for role in ("flow", "memory"))
    assert strokes(heavy)[0].width == 2 * strokes(light)[0].width
    assert areas(heavy)[0].frame.height > areas(light)[0].frame.height
    assert areas(heavy)[0].path.start == Point(80, 0)


@pytest.mark.parametrize("way", [1, -1])
def test_a_horizontal_arrow_has_a_gap_where_others_cross_it(way):
    """Of 8 px, in either direction, even where it is dotted."""
    arrow = Arrow(
        name="a",
        points=(Point(0, 0), Point(100 * way, 0)),
        breaks=(Point(80 * way, 0), Point(20 * way, 0)),
        dotted=(Point(40 * way, 0), Point(60 * way, 0)),
    )
    solid = [mark.path.frame for mark in arrow.marks() if isinstance(mark, Stroke) and mark.dashes is None]
    edges = sorted(abs(x) for frame in solid for x in (frame.left, frame.right))
    assert edges[:7] == [0, 16, 24, 40, 60, 76, 84]
    assert edges[7] < 100
    assert not [frame for frame in solid for x in (20, 80) if frame.left - 3.9 < way * x < frame.right + 3.9]
