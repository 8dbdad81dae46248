"""Which part of a drawing lists show, by the marks in it."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from plugins.figures.child.views import EDGE, LEGIBLE_PX, Mark, Recorder, best_view, whole
from plugins.figures.routing import BOX_PX

SIZE = 1000, BOX_PX[1]
"""The size of a drawing that is shown in part: as high as a list's box."""


def text(left: float, top: float, width: float = 20, letters: float = LEGIBLE_PX) -> Mark:
    """Write a word."""
    return Mark(left, top, left + width, top + letters, letters)


def box(left: float, top: float, width: float, height: float) -> Mark:
    """Draw an outlined shape, or a line."""
    return Mark(left, top, left + width, top + height)


def ground(left: float, top: float, width: float, height: float) -> Mark:
    """Fill an area."""
    return Mark(left, top, left + width, top + height, is_area=True)


def is_cut(mark: Mark, *others: Mark) -> bool:
    """Return whether the view of a drawing shows a mark, but not all of it."""
    view = best_view(SIZE, [mark, *others])
    assert view
    return mark.is_in(view) and not (
        view.left + EDGE <= mark.left
        and view.top + EDGE <= mark.top
        and mark.right <= view.left + view.width - EDGE
        and mark.bottom <= view.top + view.height - EDGE
    )


def test_a_drawing_with_large_letters_is_whole() -> None:
    """In the middle of the box, and hardly enlarged."""
    assert best_view((100, 50), [text(10, 10, letters=20)]) == whole((100, 50))
    assert whole((100, 50)).width == pytest.approx(BOX_PX[0] / 1.15)
    assert whole((1000, 50))[1:] == pytest.approx(
        (0, 25 - 500 * BOX_PX[1] / BOX_PX[0], 1000, 1000 * BOX_PX[1] / BOX_PX[0])
    )


def test_the_part_with_most_text_is_shown() -> None:
    """Of a drawing that would be too small as a whole."""
    view = best_view(SIZE, [text(30, 60), *(text(600 + 30 * it, 60) for it in range(4))])
    assert view
    assert view.left < 600
    assert view.left + view.width > 710


def test_a_drawing_that_cannot_be_read_has_no_view() -> None:
    """As when its only text is longer than a part."""
    assert best_view(SIZE, [text(0, 60, 900)]) is None


@example((20, 20), [(0, 0, 4)])
@given(
    st.tuples(st.floats(20, 3000), st.floats(20, 3000)),
    st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000), st.floats(4, 100))),
)
def test_no_text_is_too_small_to_read(size: tuple[float, float], texts: list[tuple[float, float, float]]) -> None:
    """Whatever the drawing's size, and wherever its texts are."""
    view = best_view(size, [text(left, top, letters=letters) for left, top, letters in texts])
    if view and texts:
        assert min(texts, key=lambda it: it[2])[2] * BOX_PX[0] / view.width >= LEGIBLE_PX - 0.01
        assert view.width / view.height == pytest.approx(BOX_PX[0] / BOX_PX[1])


WORDS = [text(200 + 30 * it, 20) for it in range(9)]
"""Longer than the box."""


@pytest.mark.parametrize(
    "mark",
    [box(300, 40, 100, 40), box(300, 40, 8, 8), ground(300, 40, 100, 40), text(300, 50, 100), box(240, 40, 40, 2)],
)
def test_nothing_is_cut_that_fits(mark: Mark) -> None:
    """An outlined shape, a head of an arrow, a word's ground, a text, a line."""
    for away in range(0, 240, 24):
        assert not is_cut(mark._replace(left=mark.left + away, right=mark.right + away), *WORDS)


def test_what_is_larger_than_any_part_runs_into_the_edge() -> None:
    """A ground anywhere; a line at right angles."""
    assert is_cut(ground(100, 30, 700, 80), *WORDS)
    assert is_cut(box(100, 80, 700, 2), *WORDS)


def frames(figure: Figure) -> list[tuple[int, ...]]:
    """Return the left, top, right, bottom and letters of what is in a figure of 200 by 100 px, rounded."""
    figure.set_dpi(72)
    recorder = Recorder(RendererSVG(150, 75, io.StringIO()), 96 / 72)
    figure.draw(recorder)
    return [tuple(round(side) for side in mark[:5]) for mark in recorder.marks]


@pytest.mark.parametrize(
    ("artist", "frame"),
    [
        (Rectangle((0.1, 0.2), 0.3, 0.4, lw=0), (20, 40, 80, 80, 0)),
        (Rectangle((0.1, 0.2), 0.3, 0.4, lw=3, ec="k"), (18, 38, 82, 82, 0)),
        (Line2D([0.1, 0.5], [0.9, 0.9], lw=3), (18, 8, 102, 12, 0)),
        (Line2D([0.5], [0.5], lw=0, marker="s", markersize=6, mew=0), (96, 46, 104, 54, 0)),
        (PathCollection([Path.unit_rectangle()], sizes=[36], offsets=[(0.5, 0.5)], lw=0), (99, 41, 109, 51, 0)),
    ],
)
def test_a_mark_is_where_it_is_drawn(artist, frame) -> None:
    """In CSS pixels from the top left, with its outline."""
    figure = Figure(figsize=(200 / 96, 100 / 96), frameon=False)
    if isinstance(artist, PathCollection):
        artist.set(transform=IdentityTransform(), offset_transform=figure.transFigure)
    figure.add_artist(artist)
    assert frames(figure) == [frame]


@pytest.mark.parametrize("turned", [False, True])
def test_a_text_is_where_it_is_written(turned) -> None:
    """Also one that is turned; half a letter of it may be clipped."""
    figure = Figure(figsize=(200 / 96, 100 / 96), frameon=False)
    figure.text(0.5, 0.5, "four", size=9, ha="center", va="center", rotation=90 if turned else 0)
    ((left, top, right, bottom, letters),) = frames(figure)
    assert letters == 12
    assert (left + right) / 2 == pytest.approx(100, abs=1.5)
    assert (top + bottom) / 2 == pytest.approx(50, abs=1.5)
    assert (bottom - top > right - left) is turned


def test_what_is_clipped_is_no_mark() -> None:
    """Beyond the limits of axes, nothing is seen."""
    figure = Figure(figsize=(200 / 96, 100 / 96), frameon=False)
    axes = figure.add_axes((0, 0, 0.5, 1), frameon=False, xticks=[], yticks=[], xlim=(0, 1), ylim=(0, 1))
    axes.add_patch(Rectangle((0.5, 0), 1, 1, lw=0))
    axes.add_patch(Rectangle((2, 0), 1, 1, lw=0))
    axes.text(2, 0.5, "beyond", clip_on=True)
    assert frames(figure) == [(50, 0, 100, 100, 0)]
