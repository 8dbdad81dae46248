"""The gallery as readers see it: thumbnails in the page's colours, complete, and loaded lazily."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.guides import built, give_kit
from tests.conftest import Site

pytestmark = pytest.mark.browser

COUNT = 40
CURVE = '''
"""Curve {number}."""
import matplotlib.pyplot as plt

plt.figure(figsize=({width}, {height}))
plt.plot([0, {number}, 3])
'''
LOADED = "[...document.querySelectorAll('.thumb img')].filter(it => it.complete && it.naturalWidth).length"
FIRST_LOADED = """images => Promise.any(images.map(image => image.complete && image.naturalWidth
  ? true : new Promise(loaded => image.addEventListener('load', () => loaded(true)))))"""
LAST_LOADED = """images => {
  const last = images.filter(it => it.checkVisibility()).at(-1);
  return last.complete || new Promise(loaded => last.addEventListener('load', () => loaded(true)));
}"""
SEEN = """[...document.querySelectorAll('.thumb')].map(thumb => {
  const images = [...thumb.querySelectorAll('img')].filter(it => it.checkVisibility());
  return images.map(it => it.className).join();
})"""
# How far each image is from the centre of its plate, by how much it overflows it, whether it is distorted, and its
# scale.
PLACES = """[...document.querySelectorAll('.thumb img')].filter(it => it.checkVisibility()).map(image => {
  const own = image.getBoundingClientRect(), plate = image.parentElement.getBoundingClientRect();
  const off = [own.left + own.right - plate.left - plate.right, own.top + own.bottom - plate.top - plate.bottom];
  const [across, down] = [own.width / image.getAttribute('width'), own.height / image.getAttribute('height')];
  const distorted = getComputedStyle(image).objectFit === 'contain' ? 0 : Math.abs(across / down - 1);
  const outside = [plate.left - own.left, own.right - plate.right, plate.top - own.top, own.bottom - plate.bottom];
  return [Math.max(...off.map(Math.abs)) / 2, Math.max(...outside), distorted, Math.min(across, down)];
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, font_list: Any) -> Iterator[str]:
    """Serve a site with a guide that has many figures: wide, high, tiny, and one with a colour of its own."""
    site = Site(tmp_path_factory.mktemp("gallery"))
    give_kit(site, [], font_list)
    for number in range(COUNT):
        width, height = ((6, 1), (1, 4), (0.8, 0.6), (4, 3))[number % 4]
        site.script(f"curve_{number}", CURVE.format(number=number, width=width, height=height))
    site.script("own", CURVE.format(number=1, width=4, height=3) + "plt.plot([3, 1, 2], color='#bada55')\n")
    figures = "\n\n".join(f"## Part {number}\n\n![](/images/curve-{number}.png)" for number in range(COUNT))
    site.article("guide", f"![](/images/own.png)\n\n{figures}")
    settings = (site.root / "pelicanconf_here.py").read_text("utf-8")
    site.write("pelicanconf_here.py", f'{settings}DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n')
    with built(site) as address:
        yield f"{address}diagrams/"


def test_each_thumbnail_is_in_the_colours_of_the_page(address: str, tab: Callable[..., Any]) -> None:
    """The system's, until the reader chooses; a figure with a colour of its own stays light, on its own background."""
    for scheme in ("light", "dark"):
        page = tab(1280, scheme)
        page.goto(address)
        assert page.evaluate(SEEN) == ["on-paper", *[f"in-{scheme}"] * COUNT]
        other = {"light": "dark", "dark": "light"}[scheme]
        page.get_by_role("radio", name=other.capitalize()).check()
        assert page.evaluate(SEEN) == ["on-paper", *[f"in-{other}"] * COUNT]
        page.get_by_role("radio", name=scheme.capitalize()).check()
        assert page.evaluate(SEEN) == ["on-paper", *[f"in-{scheme}"] * COUNT]


@pytest.mark.parametrize("width", [1280, 768, 320])
def test_a_figure_is_whole_and_centred_and_never_scaled_up(address: str, tab: Callable[..., Any], width: int) -> None:
    """Whatever its aspect ratio."""
    page = tab(width)
    page.goto(address)
    places = page.evaluate(PLACES)
    assert len(places) == COUNT + 1
    for off, outside, distorted, scale in places:
        assert off < 1
        assert outside < 0
        assert distorted < 0.02
        assert 0.05 < scale < 1.01
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_images_are_loaded_lazily(address: str, tab: Callable[..., Any]) -> None:
    """On a phone most of them are far away; those of the other colour scheme are never loaded."""
    page = tab(320)
    page.goto(address)
    # The policy forbids evaluating a string repeatedly in the page
    page.locator(".thumb img").evaluate_all(FIRST_LOADED)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(LOADED) < COUNT
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(".thumb img").evaluate_all(LAST_LOADED)
    requested = page.evaluate("performance.getEntriesByType('resource').map(it => it.name)")
    assert [name for name in requested if "thumbnail" in name]
    assert not [name for name in requested if "thumbnail-dark" in name]


def test_a_card_is_one_link_with_its_number_and_title(address: str, tab: Callable[..., Any]) -> None:
    """With the keyboard, each is one tab stop; the linked page has links back, and to the next one."""
    page = tab(1280)
    page.goto(address)
    assert page.locator(".thumbs a").count() == COUNT + 1
    page.get_by_role("link", name="3 Part 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Part 1", level=1).wait_for()
    assert (
        page.get_by_role("navigation", name="Site").get_by_role("link", name="Diagrams").get_attribute("aria-current")
    )
    page.get_by_role("link", name="Next Part 2").click()
    page.get_by_role("heading", name="Part 2", level=1).wait_for()
    page.get_by_role("link", name="Guide, Figure 4").first.click()
    page.wait_for_url("**/guide/#fig-curve-2")
    page.goto(f"{address}#curve-2")
    assert page.locator(":target").get_by_text("Part 2").is_visible()
