"""A figure's SVG for the page: the theme's colours by name, or a ground of its own."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from plugins.figures.svg import SVG, standalone
from plugins.figures.themed import LARGEST_BYTES, themed

NAMES = {"#ffffff": "paper", "#1b2430": "ink", "#1749a6": "state", "#7b8694": "rule"}
STYLE = {
    "svg.fonttype": "none",
    "font.family": "Unrolled Sans",
    "figure.facecolor": "#ffffff",
    "axes.facecolor": "none",
    "axes.edgecolor": "#7b8694",
    "xtick.color": "#7b8694",
    "ytick.color": "#7b8694",
    "text.color": "#1b2430",
    "axes.labelcolor": "#1b2430",
    "axes.prop_cycle": mpl.cycler(color=["#1749a6"]),
}


def of(paint: Callable[[Axes], object], **style: object) -> str | None:
    """Draw in the theme's colours, and write it for the page."""
    with mpl.rc_context({**STYLE, **style}):
        figure = Figure(figsize=(3, 2))
        paint(figure.add_subplot())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    alone = standalone(buffer.getvalue(), "x", (288.0, 192.0), {"alt": "Words.", "description": {}}, {})
    data = themed(alone, NAMES)
    return data.decode() if data is not None else None


@pytest.mark.filterwarnings("ignore:.*font family")
@pytest.mark.parametrize(
    "paint",
    [
        lambda axes: axes.plot([0, 1], [0, 1], marker="o"),
        lambda axes: axes.text(0.5, 0.5, "words"),
        lambda axes: axes.fill_between([0, 1], [1, 0], color="#1749a6", alpha=0.2),
        lambda axes: axes.bar(["a", "b"], [1, 2]),
    ],
)
def test_a_figure_in_tokens_names_them_and_has_no_ground(paint: Callable[[Axes], object]) -> None:
    """The page shines through: neither a colour nor the paper is left, nor words, which are the page's to say."""
    svg = of(paint)
    assert svg
    assert not re.search(r"#[0-9a-f]{6}|on-paper|<title|style", svg)
    assert "var(--state)" in svg or "var(--ink)" in svg
    assert "var(--paper)" not in svg.partition("</path>")[0][:400]


@pytest.mark.filterwarnings("ignore:.*font family")
@pytest.mark.parametrize(
    ("paint", "style"),
    [
        (lambda axes: axes.plot([0, 1], color="crimson"), {}),
        (lambda axes: axes.plot([0, 1], "k-"), {}),
        (lambda axes: axes.fill_between([0, 1], [1, 0], color="black"), {}),
        (lambda axes: axes.text(0.5, 0.5, "black"), {"text.color": "black"}),
        (lambda axes: axes.plot([0, 1]), {"figure.facecolor": "#eeeeee"}),
    ],
)
def test_one_colour_of_its_own_and_the_whole_figure_keeps_its_ground(
    paint: Callable[[Axes], object], style: dict[str, object]
) -> None:
    """Also black, which an SVG need not even name."""
    svg = of(paint, **style)
    assert svg
    assert 'class="on-paper"' in svg


@pytest.mark.filterwarnings("ignore:.*font family")
def test_an_image_or_too_much_of_it_cannot_stand_in_a_page() -> None:
    """The policy blocks the one, and the other is more than a page should carry."""
    assert of(lambda axes: axes.imshow([[0, 1]])) is None
    long = of(lambda axes: [axes.text(0, 0, "word" * 20) for _ in range(LARGEST_BYTES // 150)])
    assert long is None


@pytest.mark.filterwarnings("ignore:.*font family")
def test_letters_wait_for_the_font_of_figures() -> None:
    """It is said once, for all of them."""
    svg = of(lambda axes: axes.text(0.5, 0.5, "words"))
    assert svg
    assert svg.count("font-family") == svg.count("Unrolled Figures") == 1


def test_parts_say_when_they_come_about() -> None:
    """For the script that steps; other parts say nothing, and what marks a step stays where it was told to be."""
    groups = '<g data-part="a"><path d="M 0 0 L 1 1"/></g><g data-part="b"/>'
    svg = f'<svg xmlns="{SVG}" role="img" viewBox="0 0 9 9">{groups}</svg>'
    moments = {"a": {"step": 2, "kind": "arrow", "bars": [(1.5, 2, 30, 3), (4, 2, 1, 3)]}}
    data = themed(svg.encode(), NAMES, moments)
    assert data
    one, other = ElementTree.fromstring(data).iter("g")
    assert one.attrib == {
        "data-part": "a",
        "data-step": "2",
        "data-kind": "arrow",
        "data-bars": "M1.5 2h30v3h-30z M4 2h1v3h-1z",
    }
    assert other.attrib == {"data-part": "b"}


def test_what_an_argument_governs_can_be_lit() -> None:
    """A shape by a rim 4 px outside of it, a line by a heavier one; what nothing governs by nothing."""
    shape = (
        '<g data-part="s" data-arg="units"><path d="M 3 0 \nL 40 0 \nL 40 27 \nL 0 27 \nL 0 3 \nz\n" fill="none"/></g>'
    )
    line = '<g data-part="l" data-arg="units"><path d="M 0 0 \nL 40 0" stroke="#1749a6" stroke-width="1.5"/></g>'
    other = '<g data-part="o"><path d="M 0 0 L 1 1" fill="none"/></g>'
    data = themed(f'<svg xmlns="{SVG}" role="img" viewBox="0 0 99 99">{shape}{line}{other}</svg>'.encode(), NAMES)
    assert data
    halos = [part.find("*[@class='halo']") for part in ElementTree.fromstring(data)]
    assert [halo.tag if halo is not None else None for halo in halos] == ["rect", "path", None]
    rim, heavier = halos[:2]
    assert rim is not None
    assert [rim.get(name) for name in ("x", "y", "width", "height", "rx")] == ["-4", "-4", "48", "35", "7"]
    assert heavier is not None
    assert (heavier.get("d"), heavier.get("stroke-width")) == ("M0 0h40", "3")
