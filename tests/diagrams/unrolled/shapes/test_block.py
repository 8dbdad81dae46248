"""Blocks."""

from hypothesis import given
from hypothesis import strategies as st

from unrolled.geometry import Frame
from unrolled.shapes.block import HEIGHT_TURNED, Block, block_width


def test_a_block_holds_its_name():
    """The text does not leave the box."""
    block = Block(name="b", frame=Frame(0, 0, 62, 66), text="RNN")
    assert block.frame.holds(block.texts[0].frame)


@given(st.text("abMW gi", max_size=20), st.text("abMW gi", max_size=20))
def test_a_block_as_wide_as_measured_holds_both_lines(name, second):
    """Neither leaves the box, nor touches the other."""
    block = Block(name="b", frame=Frame(0, 0, block_width(name, second), HEIGHT_TURNED), text=name, second=second)
    assert all(block.frame.holds(text.frame) for text in block.texts)
    if second:
        one, other = block.texts
        assert not one.frame.meets(other.frame)
