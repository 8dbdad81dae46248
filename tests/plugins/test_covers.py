"""How a list shows a figure: as much of it as can be read."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.covers import READABLE, ROOM, cover, drawing


def plated(width: float, height: float, unit: float = 1, room: float = ROOM) -> tuple[float, float, list[float]]:
    """Return the least size that a drawing asks for on a plate, and the part of it that is shown there."""
    box = f"0 0 {width * unit:g} {height * unit:g}"
    svg = f'<svg width="{width:g}" height="{height:g}" viewBox="{box}" class="wide"><text>1</text></svg>'
    shown = drawing(f'<figure class="diagram"><div class="scroll">{svg}</div></figure>', room)
    found = re.fullmatch(
        r'<svg width="(\d+)" height="(\d+)" viewBox="([^"]+)" class="wide"><text>1</text></svg>', shown
    )
    return float(found[1]), float(found[2]), [float(it) for it in found[3].split()]


def test_a_small_figure_stands_in_the_middle_of_its_room() -> None:
    """A plate that is larger than this makes it larger, but never so that it fills the plate."""
    wide, high, (left, top, across, down) = plated(117, 60)
    assert (left, across) == (-150, ROOM)
    assert down == pytest.approx(ROOM * 9 / 16, abs=0.01)
    assert top == pytest.approx((60 - down) / 2, abs=0.01)
    assert (wide, high) == (288, 162)
    assert plated(117, 60, room=520)[2][2] == 520


@given(st.integers(20, 2000), st.integers(20, 2000), st.sampled_from([1, 0.75, 0.5]))
def test_no_figure_is_shown_smaller_than_it_can_be_read(width: int, height: int, unit: float) -> None:
    """Whole, with a margin at every side, and at its least size; points or pixels are the same."""
    wide, high, (left, top, across, down) = plated(width, height, unit)
    assert wide == pytest.approx(READABLE * across / unit, abs=0.51)
    assert high == pytest.approx(READABLE * down / unit, abs=0.51)
    assert left <= -12 * unit + 0.01
    assert top <= -12 * unit + 0.01
    assert left + across >= (width + 12) * unit - 0.02
    assert top + down >= (height + 12) * unit - 0.02


def test_a_picture_stays_as_it_is() -> None:
    """The style sheet shows it whole; of two forms that across is shown."""
    assert drawing('<figure class="diagram"><img alt="" src="x.png" width="900" height="90"></figure>').startswith(
        "<img"
    )
    both = '<svg class="turned"></svg><svg class="wide"></svg>'
    assert drawing(f"<figure>{both}</figure>") == '<svg class="wide"></svg>'
    assert drawing("<figure></figure>") == ""


def test_the_cover_is_the_first_figure_that_says_something() -> None:
    """An ornament is passed over, and an article with nothing else has no cover."""
    ornament = '<img class="decorative" alt="" src="/a.png">'
    article = SimpleNamespace(get_content=lambda _: f'<p>{ornament}</p><p><img alt="A curve" src="/b.png"></p>')
    assert cover(article, "") == '<figure class="diagram"><img alt="" src="/b.png">\n</figure>'
    assert cover(SimpleNamespace(get_content=lambda _: ornament), "") == ""
