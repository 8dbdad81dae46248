"""Blocks, skipped steps, operators and cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_text_in_shape
from unrolled.geometry import Frame, Point
from unrolled.shapes.arrows import Disc
from unrolled.shapes.blocks import BLOCK_HEIGHT_NARROW, Block, Card, Operator, Skipped, block_width
from unrolled.shapes.shape import Area, Stroke


def test_a_block_contains_its_name():
    """The text stays within the box."""
    block = Block(name="b", frame=Frame(0, 0, 62, 66), text="RNN")
    assert block.frame.holds(block.texts[0].frame)


def test_a_name_that_is_too_long_for_its_block_is_noticed():
    """By the rules for pictures, as with any shape whose text is on an area of its own."""
    block = Block(name="b", frame=Frame(0, 0, 62, 66), text="BatchNormalization")
    with pytest.raises(AssertionError):
        check_text_in_shape(block, block.texts[0])


@given(st.text("abMW gi", max_size=20), st.text("abMW gi", max_size=20))
def test_a_block_of_the_computed_width_contains_both_lines(name, second):
    """Both stay inside, and don't touch each other."""
    block = Block(name="b", frame=Frame(0, 0, block_width(name, second), BLOCK_HEIGHT_NARROW), text=name, second=second)
    assert all(block.frame.holds(text.frame) for text in block.texts)
    if second:
        one, other = block.texts
        assert not one.frame.meets(other.frame)


FRAME = Frame(0, 0, 120, 66)


@pytest.mark.parametrize("aside", [None, 5, 12])
def test_the_line_of_a_state_passes_clear_of_the_text(aside):
    """Horizontally in the middle, or vertically to the left of the text."""
    skipped = Skipped(name="block-2", frame=FRAME, aside=aside)
    (text,) = skipped.texts
    assert FRAME.holds(text.frame)
    if aside is None:
        assert text.frame.top > FRAME.centre + 3
    else:
        assert text.frame.left >= FRAME.middle + aside


def test_a_skipped_step_has_no_background():
    """Nothing is applied there."""
    outline, text = Skipped(name="block-2", frame=FRAME).marks()
    assert (outline.token, outline.dashes is not None) == ("rule", True)
    assert text.token == "muted"


@pytest.mark.parametrize("sign", ["×", "+", "=", "1−"])
def test_a_sign_stays_within_its_24_px_circle(sign):
    """Drawn or written."""
    operator = Operator(name="o", sign=sign, at=Point(50, 70))
    assert operator.frame == Frame(38, 58, 24, 24)
    _, circle, *signs = operator.marks()
    assert isinstance(circle, Stroke)
    assert all(operator.frame.grown(-1).holds(mark.frame) for mark in signs)


def test_times_is_plus_rotated():
    """Strokes of the same length with the same centre."""
    times, plus = ([mark.path for mark in Operator(name="o", sign=sign, at=Point(0, 0)).marks()[2:]] for sign in "×+")
    lengths = {
        round((path.points[0].x - path.points[-1].x) ** 2 + (path.points[0].y - path.points[-1].y) ** 2, 6)
        for path in (*times, *plus)
    }
    assert len(lengths) == 1


def test_a_dot_is_6_px_wide_and_larger_on_the_memory_s_line():
    """So that each stands out from its line."""
    assert Disc(name="d", at=Point(0, 0)).bounds == Frame(-3, -3, 6, 6)
    assert Disc(name="d", role="memory", at=Point(0, 0)).bounds == Frame(-4, -4, 8, 8)


def test_a_card_hides_what_is_below_it():
    """With a thicker outline if it is in front, and a dashed one if it represents several."""
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
