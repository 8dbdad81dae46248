"""Scales, rings and lines."""

import pytest

from unrolled import PictureError
from unrolled.geometry import Frame, Point
from unrolled.shapes.plots import Decade, Line, Ring, Scale


@pytest.mark.parametrize(
    ("exponents", "labels"), [((0, -1, -4), ["1", "0.1", "0.0001"]), ((0, -2, -5), ["1", "10", "−2", "10", "−5"])]
)
def test_the_labels_of_a_long_scale_are_powers(exponents, labels):
    """All or none: nobody counts five zeros."""
    decades = tuple(Decade(each, Point(0, 10 * place), Point(80, 10 * place)) for place, each in enumerate(exponents))
    assert [text.text for text in Scale(name="s", decades=decades).texts] == labels


def test_a_ring_is_drawn_about_its_point_and_a_line_between_two_points():
    """Nothing else."""
    assert Ring(name="r", at=Point(3, 4), radius=8).marks()[0].frame == Frame(-5, -4, 16, 16)
    line = Line(name="l", start=Point(0, 0), to=Point(3, 4))
    assert line.marks()[0].path.points == (Point(0, 0), Point(3, 4))
    with pytest.raises(PictureError, match="there is no colour 'thread'"):
        Line(name="l", role="thread", start=Point(0, 0), to=Point(3, 4))
