"""Animations are played by their own rules."""

from __future__ import annotations

import itertools

import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.figure import Figure

from plugins.figures.animation import MOST_FRAMES, SHORTEST_MS, animations_of, figure_animated, play
from plugins.figures.report import NothingDrawnError


def test_an_animation_is_found_by_its_figure_and_leads_back_to_it():
    """Nothing is drawn for that."""
    shown, other, drawn = Figure(), Figure(), []
    moving = FuncAnimation(shown, drawn.append, frames=3)
    assert animations_of(shown) == [moving]
    assert animations_of(other) == []
    assert figure_animated(moving) is shown
    assert drawn == []


def test_it_ends_when_enough_is_seen_and_tells_its_pace():
    """The frames that follow are not drawn."""
    drawn: list[int] = []
    moving = FuncAnimation(Figure(), drawn.append, frames=range(5, 9), interval=40, init_func=lambda: None)
    assert play([moving], lambda: len(drawn) == 2) == 40
    assert drawn == [5, 6]


@pytest.mark.filterwarnings("ignore:frames=")
def test_one_without_an_end_says_what_to_write():
    """As a figure of a thousand frames is more likely to be one without an end."""
    moving = FuncAnimation(Figure(), lambda frame: None, frames=itertools.count, init_func=lambda: None)
    with pytest.raises(NothingDrawnError, match=f"more than {MOST_FRAMES} frames") as raised:
        play([moving], lambda: False)
    assert "FuncAnimation(fig, update, frames=100)" in raised.value.advice


def test_one_without_a_pause_is_shown_as_fast_as_browsers_can():
    """Though matplotlib divides by its interval."""
    moving = FuncAnimation(Figure(), lambda frame: None, frames=2, interval=0, init_func=lambda: None)
    assert play([moving], lambda: False) == SHORTEST_MS
