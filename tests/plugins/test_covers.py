"""How a list shows a figure: with its labels, whole or in part."""

from types import SimpleNamespace

import pytest

from plugins import covers
from plugins.covers import cover, drawing
from plugins.figures.page.figures import MARK
from plugins.figures.records import Figure, Form, View
from plugins.figures.routing import BOX_PX
from plugins.html import Tag, parse

SIZE = 835, 513


def drawn(*forms: str, unit: float = 1) -> str:
    """Draw a figure in some forms, each with a word."""
    width, height = SIZE
    box = f"0 0 {width * unit:g} {height * unit:g}"
    images = [
        f'<svg width="{width}" height="{height}" viewBox="{box}" class="{it}"><text>I</text></svg>' for it in forms
    ]
    return f'<figure class="diagram" {MARK}="x"><div class="scroll">{"".join(images)}</div></figure>'


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, Figure]:
    """The figures of a run, by their names."""
    figures: dict[str, Figure] = {}
    monkeypatch.setattr(covers, "plugin", SimpleNamespace(run=SimpleNamespace(figures=figures)))
    return figures


def form(view: View | None) -> Form:
    """Return a form with a view."""
    return Form({}, *SIZE, view=view)


def shown(figure: str, is_lead: bool = False) -> tuple[list[float], float]:
    """Return the part of a drawing that is shown, and its scale."""
    svg = Tag.of(parse(drawing(figure, is_lead)).css("svg")[0])
    part = [float(side) for side in svg.get("viewBox").split()]
    return part, float(svg.get("width")) / part[2]


@pytest.mark.parametrize("unit", [1, 0.75])
def test_a_card_shows_the_view_of_a_drawing(unit: float, known: dict[str, Figure]) -> None:
    """In the width of the smallest card; in points or pixels."""
    known["x"] = Figure(form(View(9, 20, 40, 2 * BOX_PX[0], 2 * BOX_PX[1])), None)
    part, scale = shown(drawn("wide", unit=unit))
    assert part == [20 * unit, 40 * unit, *(2 * side * unit for side in BOX_PX)]
    assert scale * unit == pytest.approx(0.5)


def test_the_lead_shows_its_drawing_whole() -> None:
    """However large."""
    part, _ = shown(drawn("wide"), is_lead=True)
    assert part == [0, 0, *SIZE]


def test_a_drawing_without_a_legible_part_is_not_shown(known: dict[str, Figure]) -> None:
    """A title says more than half a word."""
    known["x"] = Figure(form(None), None)
    assert drawing(drawn("wide")) == ""


def test_of_two_forms_the_one_that_shows_more_is_used(known: dict[str, Figure]) -> None:
    """The narrow one, if more fits into its view."""
    for score, best in ((9, "wide"), (11, "narrow")):
        known["x"] = Figure(form(View(10, 0, 0, *BOX_PX)), form(View(score, 0, 0, *BOX_PX)))
        assert f'class="{best}"' in drawing(drawn("narrow", "mid", "wide"))


def test_a_picture_is_unchanged() -> None:
    """The style sheet shows it whole."""
    image = '<img alt="" src="x.png" width="900" height="90">'
    assert drawing(f'<figure class="diagram">{image}</figure>') == image
    assert drawing("<figure></figure>") == ""


def test_the_cover_is_the_first_figure_that_is_not_decorative() -> None:
    """An article with only decorative ones has no cover."""
    ornament = '<img class="decorative" alt="" src="/a.png">'
    article = SimpleNamespace(get_content=lambda _: f'<p>{ornament}</p><p><img alt="A curve" src="/b.png"></p>')
    assert cover(article, "") == '<figure class="diagram"><img alt="" src="/b.png">\n</figure>'
    assert cover(SimpleNamespace(get_content=lambda _: ornament), "") == ""
