"""Where a block would stand if its step were not skipped."""

import pytest

from unrolled.geometry import Frame
from unrolled.shapes.skipped import Skipped

FRAME = Frame(0, 0, 120, 66)


@pytest.mark.parametrize("aside", [None, 5, 12])
def test_the_line_of_a_state_passes_clear_of_the_text(aside):
    """Sideways in the middle, or downwards left of the text."""
    skipped = Skipped(name="block-2", frame=FRAME, aside=aside)
    (text,) = skipped.texts
    assert FRAME.holds(text.frame)
    if aside is None:
        assert text.frame.top > FRAME.centre + 3
    else:
        assert text.frame.left >= FRAME.middle + aside


def test_it_has_no_ground():
    """Nothing is applied there."""
    outline, text = Skipped(name="block-2", frame=FRAME).marks()
    assert (outline.token, outline.dashes is not None) == ("rule", True)
    assert text.token == "muted"
