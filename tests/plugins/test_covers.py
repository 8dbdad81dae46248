"""How a list shows a figure: with its labels, whole or in part."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.covers import CARD, READABLE_PX, cover, drawing
from plugins.html import Tag, parse


def drawn(width: float, height: float, *texts: tuple[float, float, str], size: float = 13, unit: float = 1) -> str:
    """Draw a figure with texts, each with the place of its middle."""
    box = f"0 0 {width * unit:g} {height * unit:g}"
    said = "".join(
        f'<text x="{x * unit:g}" y="{y * unit:g}" font-size="{size * unit:g}px" text-anchor="middle">{text}</text>'
        for x, y, text in texts
    )
    svg = f'<svg width="{width:g}" height="{height:g}" viewBox="{box}" class="wide">{said}</svg>'
    return f'<figure class="diagram"><div class="scroll">{svg}</div></figure>'


def shown(figure: str, is_lead: bool = False) -> tuple[list[float], float, list[str]]:
    """Return the part of a drawing that is shown, its scale, and all its texts."""
    root = parse(drawing(figure, is_lead))
    svg = Tag.of(root.css("svg")[0])
    part = [float(side) for side in svg.get("viewBox").split()]
    return part, float(svg.get("width")) / part[2], [text.text() for text in root.css("text")]


@pytest.mark.parametrize("unit", [1, 0.75])
def test_a_drawing_made_for_a_card_is_shown_at_its_size(unit: float) -> None:
    """Whole, with all its words and numbers; in points or pixels."""
    part, scale, texts = shown(drawn(*CARD, (40, 40, "I"), (200, 90, "0.52"), unit=unit))
    assert part == [0, 0, *(side * unit for side in CARD)]
    assert scale * unit == pytest.approx(1)
    assert texts == ["I", "0.52"]


def test_of_a_larger_drawing_the_part_with_most_labels_is_shown() -> None:
    """Large enough to read; no label is left out, and none in the part is cut."""
    many = [(600 + 36 * column, 300 + 24 * row, "0.5") for column in range(5) for row in range(4)]
    (left, top, width, height), scale, texts = shown(drawn(835, 513, (30, 30, "c"), *many))
    assert len(texts) == 21
    assert 13 * scale >= READABLE_PX
    assert left < 580
    assert top < 290
    assert left + width > 760
    assert top + height > 380


def test_the_lead_shows_its_drawing_whole() -> None:
    """However large, with everything that is written in it."""
    part, _, texts = shown(drawn(835, 513, (30, 30, "c"), (800, 500, "h")), is_lead=True)
    assert part == [0, 0, 835, 513]
    assert texts == ["c", "h"]


def test_a_drawing_without_labels_is_shown_whole() -> None:
    """However large: nothing in it has to be read."""
    (_, _, width, height), _, _ = shown(drawn(835, 513))
    assert width >= 835
    assert height >= 513


@given(
    st.integers(20, 2000),
    st.integers(20, 2000),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 2000), st.text("01.−", min_size=1, max_size=5))),
)
def test_nothing_on_a_card_is_illegible(width: int, height: int, texts: list[tuple[float, float, str]]) -> None:
    """However wide or high the drawing is: rather than that, the card has no picture."""
    figure = drawn(width, height, *texts)
    if drawing(figure):
        _, scale, said = shown(figure)
        assert len(said) == len(texts)
        assert not said or 13 * scale >= READABLE_PX - 0.1


def test_a_drawing_without_a_legible_part_is_not_shown() -> None:
    """A title says more than half a word."""
    assert drawing(drawn(835, 513, (400, 250, "a" * 90), size=6)) == ""


def test_a_picture_is_unchanged() -> None:
    """The style sheet shows it whole."""
    image = '<img alt="" src="x.png" width="900" height="90">'
    assert drawing(f'<figure class="diagram">{image}</figure>') == image
    assert drawing("<figure></figure>") == ""


def test_of_two_forms_the_one_that_shows_more_is_used() -> None:
    """The narrow one, if more of its labels fit side by side."""
    labels = [(140, 20 + 20 * row, "0.25 0.75") for row in range(6)]
    apart = [(140 + 300 * row, 20, "0.25 0.75") for row in range(6)]
    one, other = drawn(280, 540, *labels).replace("wide", "narrow"), drawn(1900, 360, *apart)
    assert 'class="narrow"' in drawing(one + other)
    assert 'class="wide"' in drawing(drawn(280, 540).replace("wide", "narrow") + drawn(250, 130, *labels[:2]))


def test_the_cover_is_the_first_figure_that_is_not_decorative() -> None:
    """An article with only decorative ones has no cover."""
    ornament = '<img class="decorative" alt="" src="/a.png">'
    article = SimpleNamespace(get_content=lambda _: f'<p>{ornament}</p><p><img alt="A curve" src="/b.png"></p>')
    assert cover(article, "") == '<figure class="diagram"><img alt="" src="/b.png">\n</figure>'
    assert cover(SimpleNamespace(get_content=lambda _: ornament), "") == ""
