"""Blocks."""

from unrolled.geometry import Frame
from unrolled.shapes.block import Block


def test_a_block_holds_its_name():
    """The text does not leave the box."""
    block = Block(name="b", frame=Frame(0, 0, 62, 66), text="RNN")
    assert block.frame.holds(block.texts[0].frame)
