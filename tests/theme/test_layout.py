"""The built pages in Chromium, at the widths of a phone, a tablet and a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chromium import served
from tests.theme.reading import Site

pytestmark = pytest.mark.browser

FREE_PX = 10  # what a picture of the kit keeps free around it, so that the drawing begins at the text's edge

# The edges of each image without its ground, and those of a paragraph that holds only words, in CSS pixels.
MEASURE = """() => {
  const box = element => element.getBoundingClientRect();
  const words = [...document.querySelectorAll('.prose > p')].filter(p => !p.querySelector('img'))[0];
  const text = words && [box(words).left, box(words).right];
  return [...document.querySelectorAll('img.diagram')].map(image => {
    const ground = parseFloat(getComputedStyle(image).borderLeftWidth), scroller = image.closest('p');
    return {name: image.src.split('/').pop(), left: box(image).left + ground, right: box(image).right - ground,
            centred: image.classList.contains('img-center'), scrolls: scroller.scrollWidth > scroller.clientWidth,
            ground: getComputedStyle(image).backgroundColor, text};
  });
}"""


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Serve the site for the tests of this module."""
    with served(site.root) as address:
        yield address


@pytest.mark.parametrize("width", [320, 768, 900, 1024, 1280])
def test_no_page_scrolls_sideways_nor_complains(site: Site, address: str, tab: Callable[..., Any], width: int) -> None:
    """Code, tables and figures scroll in their own boxes, and the console stays empty."""
    page = tab(width)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.route("**/x.png", lambda route: route.fulfill(status=200, content_type="image/png", body=b""))
    page.route("**/gates.png", lambda route: route.fulfill(status=200, content_type="image/png", body=b""))
    for name in site.pages:
        page.goto(address + name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert said == []


@pytest.mark.parametrize("width", [320, 768, 900, 1024, 1280])
def test_figures_stand_at_their_own_size_at_the_edge_or_in_the_middle_of_the_text(
    address: str, tab: Callable[..., Any], width: int
) -> None:
    """A figure is never scaled; what the wide box holds does not scroll."""
    page = tab(width)
    page.goto(f"{address}2025/figures/index.html")
    plain, middle, wide, huge = page.evaluate(MEASURE)
    assert [round(figure["right"] - figure["left"]) for figure in (plain, middle, wide, huge)] == [240, 240, 720, 1400]
    left, right = plain["text"]
    edge = left - (FREE_PX if width >= 640 else 0)
    assert plain["left"] == pytest.approx(edge, abs=1)
    assert huge["left"] == pytest.approx(edge, abs=1)
    assert middle["left"] - left == pytest.approx(right - middle["right"], abs=1)
    assert huge["scrolls"]
    if width >= 768:
        assert wide["left"] == pytest.approx(edge, abs=1)
        assert not wide["scrolls"]


def test_the_ground_of_a_figure_is_paper_in_the_dark_too(address: str, tab: Callable[..., Any]) -> None:
    """A figure that is an image has the colours of light paper."""
    page = tab(1280, "dark")
    page.goto(f"{address}2025/figures/index.html")
    assert {figure["ground"] for figure in page.evaluate(MEASURE)} == {"rgb(255, 255, 255)"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
