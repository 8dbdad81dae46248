"""Cards, strips, rings and lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled import PictureError
from unrolled.geometry import Frame, Point
from unrolled.shapes.blocks import Card
from unrolled.shapes.cells import Strip
from unrolled.shapes.plots import Decade, Line, Ring, Scale
from unrolled.shapes.shape import Area, Stroke


@given(st.integers(1, 5000))
def test_a_strip_has_a_cell_for_each_number_or_says_how_many(size):
    """Its text stays inside."""
    strip = Strip(name="s", role="state", at=Point(50, 20), size=size)
    between = [mark for mark in strip.marks() if isinstance(mark, Stroke) and mark.opacity < 1]
    assert len(between) == (size - 1 if size <= 4 else 0)
    assert [text.text for text in strip.texts] == ([] if size <= 4 else [str(size)])
    assert all(strip.frame.holds(text.frame) for text in strip.texts)
    assert (strip.frame.middle, strip.frame.centre) == (50, 20)


def test_a_strip_of_one_number_is_as_wide_as_high():
    """Round ends would meet otherwise, and a state of one unit would look like nothing."""
    one, two = (Strip(name="s", role="state", at=Point(50, 20), size=size).frame for size in (1, 2))
    assert one.width == one.height == two.height < two.width


@pytest.mark.parametrize(
    ("exponents", "labels"),
    [
        ((0, -1, -4), ["1", "0.1", "0.0001"]),
        ((0, -2, -5), ["1", "10", "−2", "10", "−5"]),
    ],
)
def test_the_labels_of_a_long_scale_are_powers(exponents, labels):
    """All of them, or none: nobody counts five noughts."""
    decades = tuple(Decade(each, Point(0, 10 * place), Point(80, 10 * place)) for place, each in enumerate(exponents))
    assert [text.text for text in Scale(name="s", decades=decades).texts] == labels


def test_a_card_hides_what_lies_under_it():
    """With a heavier outline where it is in front, a dashed one where it stands for several."""
    frame = Frame(0, 0, 100, 60)
    ground, outline = Card(name="c", frame=frame).marks()
    assert isinstance(ground, Area)
    assert ground.frame == frame
    (_, front), (_, several) = (
        Card(name="c", frame=frame, role="ink").marks(),
        Card(name="c", frame=frame, dashed=True).marks(),
    )
    assert front.width > outline.width
    assert (outline.dashes, several.dashes is None) == (None, False)


def test_a_ring_is_about_its_point_and_a_line_between_its_two():
    """Nothing else."""
    assert Ring(name="r", at=Point(3, 4), radius=8).marks()[0].frame == Frame(-5, -4, 16, 16)
    line = Line(name="l", start=Point(0, 0), to=Point(3, 4))
    assert line.marks()[0].path.points == (Point(0, 0), Point(3, 4))
    with pytest.raises(PictureError, match="no colour is named 'thread'"):
        Line(name="l", role="thread", start=Point(0, 0), to=Point(3, 4))
