"""Layout helpers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unrolled.fonts import NAME
from unrolled.fonts import width as width_of
from unrolled.geometry import Frame
from unrolled.layout import row, shown_steps, snug_box, wrapped
from unrolled.shapes.blocks import Lane


@given(st.lists(st.floats(1, 200), min_size=1), st.floats(0, 50), st.floats(-50, 50))
def test_things_in_a_row_are_a_gap_apart(widths, gap, left):
    """From the left edge on."""
    lefts = row(widths, gap, left)
    assert lefts[0] == left
    for (edge, width), (following, _) in pairwise(zip(lefts, widths, strict=True)):
        assert abs(following - edge - width - gap) < 1e-6


@pytest.mark.parametrize("time_steps", [*range(1, 9), 50])
def test_the_first_two_steps_and_the_last_are_always_shown(time_steps):
    """And if there are at most four, all of them."""
    assert shown_steps(time_steps) == ((1, 2, 3, 4)[:time_steps] if time_steps <= 4 else (1, 2, time_steps))


def test_a_snug_box_ends_on_whole_pixels():
    """So that a figure isn't half a pixel wide."""
    box = snug_box([Lane(name="lane", frames=(Frame(0.4, 0.4, 20.3, 20.3),))])
    assert (box.left, box.top, box.right, box.bottom) == (-10, -10, 31, 31)


texts = st.lists(st.sampled_from(["I", "scale", "0.", "the", "internationalization"]), min_size=1, max_size=20)


@given(texts.map(" ".join), st.floats(10, 400))
def test_lines_are_as_few_and_as_even_as_possible(text, room):
    """No single word on the last line if the others could make space for it."""
    lines = wrapped(text, NAME, room)
    assert " ".join(lines) == text
    assert all(width_of(line, NAME) <= room or " " not in line for line in lines)
    broken = [width_of(line, NAME) for line in lines if " " in line]
    assert not broken or len(wrapped(text, NAME, max(broken) - 0.02)) > len(lines)


def test_the_note_of_a_gradient_has_no_widow():
    """It once ended with "from 0." on a line of its own."""
    note = "How far a small change moves the last state; the step that moves it most is 1. Linear scale from 0."
    first, second = wrapped(note, NAME, 500)
    assert width_of(second, NAME) > 0.8 * width_of(first, NAME)
