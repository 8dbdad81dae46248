"""The built pages in Chromium, at the widths of a phone, a tablet and a desktop."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chromium import served
from tests.theme.reading import Site

pytestmark = pytest.mark.browser

# Each image, and a paragraph that contains only words, in CSS pixels.
MEASURE = """() => {
  const edges = element => [element.getBoundingClientRect().left, element.getBoundingClientRect().right];
  const words = [...document.querySelectorAll('.prose > p')].filter(p => !p.querySelector('img'))[0];
  return [...document.querySelectorAll('img.diagram')].map(image => ({
    edges: edges(image), size: [image.getBoundingClientRect().width, image.getBoundingClientRect().height],
    ground: getComputedStyle(image).backgroundColor, text: words && edges(words),
  }));
}"""


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Serve the site for the tests in this module."""
    with served(site.root) as address:
        yield address


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_an_image_among_paragraphs_is_no_wider_than_they_are(address: str, tab: Callable[..., Any], width: int) -> None:
    """It has its own size if that fits, otherwise the text's width, with its aspect ratio."""
    page = tab(width)
    page.goto(f"{address}2025/figures/index.html")
    plain, middle, *larger = page.evaluate(MEASURE)
    left, right = plain["text"]
    assert [figure["size"] for figure in (plain, middle)] == [[240, 90]] * 2
    assert plain["edges"][0] == pytest.approx(left, abs=1)
    assert middle["edges"][0] - left == pytest.approx(right - middle["edges"][1], abs=1)
    for figure, own in zip(larger, (720, 1400), strict=True):
        assert figure["edges"] == pytest.approx([left, right], abs=1)
        assert figure["size"][1] == pytest.approx(figure["size"][0] * 90 / own, abs=1)


def test_the_background_of_a_figure_is_light_in_dark_mode_too(address: str, tab: Callable[..., Any]) -> None:
    """A figure that is an image has the colours of the light theme."""
    page = tab(1280, "dark")
    page.goto(f"{address}2025/figures/index.html")
    assert {figure["ground"] for figure in page.evaluate(MEASURE)} == {"rgb(255, 255, 255)"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
