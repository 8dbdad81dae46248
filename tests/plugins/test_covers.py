"""How a list shows a figure: whole, with its legible letters."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.covers import LARGEST, LEAD, PLATE, READABLE_PX, cover, drawing
from plugins.html import Tag, parse


def plated(
    width: float, height: float, *sizes: float, unit: float = 1
) -> tuple[float, float, list[tuple[float, bool]]]:
    """Return a drawing's maximum size on a plate, and the sizes of its letters, each with whether only the lead has it.

    `sizes` are the sizes of its letters in CSS pixels; illegible ones are left out.
    """
    box = f"0 0 {width * unit:g} {height * unit:g}"
    texts = "".join(f'<text font-size="{size * unit:g}px">1</text>' for size in sizes)
    svg = f'<svg width="{width:g}" height="{height:g}" viewBox="{box}" class="wide">{texts}</svg>'
    root = parse(drawing(f'<figure class="diagram"><div class="scroll">{svg}</div></figure>'))
    shown = Tag.of(root.css("svg")[0])
    assert shown.get("viewBox") == box, "nothing is cropped"
    letters = [Tag.of(text) for text in root.css("text")]
    kept = [(float(text.get("font-size")[:-2]) / unit, "roomy" in text.classes) for text in letters]
    return float(shown.get("width")), float(shown.get("height")), kept


def test_a_small_figure_does_not_fill_a_large_plate() -> None:
    """It may become half as large again."""
    assert plated(117, 60, 13) == (176, 90, [(13, False)])


@pytest.mark.parametrize("unit", [1, 0.75])
def test_illegible_letters_are_left_out(unit: float) -> None:
    """At 288 px, a phone's plate, or on the lead's; in points or pixels."""
    assert plated(264, 100, 9, 13, unit=unit)[2] == [(9, False), (13, False)]
    assert plated(528, 100, 13, 18, unit=unit)[2] == [(13, True), (18, False)]
    assert plated(1280, 100, 13, 18, 36, unit=unit)[2] == [(18, True), (36, True)]


@given(st.integers(20, 2000), st.integers(20, 2000), st.lists(st.integers(8, 40)))
def test_every_letter_that_is_kept_is_legible(width: int, height: int, sizes: list[int]) -> None:
    """However wide or high the drawing is."""
    _, _, kept = plated(width, height, *sizes)
    for size, is_roomy in kept:
        across, down = LEAD if is_roomy else PLATE
        assert size * min(LARGEST, across / width, down / height) >= READABLE_PX


def test_a_picture_is_unchanged() -> None:
    """The style sheet shows it whole."""
    image = '<img alt="" src="x.png" width="900" height="90">'
    assert drawing(f'<figure class="diagram">{image}</figure>') == image
    assert drawing("<figure></figure>") == ""


def test_of_two_forms_the_one_that_a_plate_shows_larger_is_used() -> None:
    """The narrow one of a two-line sentence, the wide one of a network."""

    def form(kind: str, width: int, height: int) -> str:
        return f'<svg class="{kind}" width="{width}" height="{height}" viewBox="0 0 {width} {height}"></svg>'

    sentence = drawing(f"<figure>{form('narrow', 280, 130)}{form('wide', 380, 130)}</figure>")
    network = drawing(f"<figure>{form('narrow', 280, 540)}{form('wide', 720, 360)}</figure>")
    assert 'class="narrow"' in sentence
    assert 'class="wide"' in network


def test_the_cover_is_the_first_figure_that_is_not_decorative() -> None:
    """An article with only decorative ones has no cover."""
    ornament = '<img class="decorative" alt="" src="/a.png">'
    article = SimpleNamespace(get_content=lambda _: f'<p>{ornament}</p><p><img alt="A curve" src="/b.png"></p>')
    assert cover(article, "") == '<figure class="diagram"><img alt="" src="/b.png">\n</figure>'
    assert cover(SimpleNamespace(get_content=lambda _: ornament), "") == ""
