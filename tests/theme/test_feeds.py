"""Feeds, opened in a browser by someone who doesn't know what a feed is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.chromium import served
from tests.theme.test_machines import PUBLISHED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(build: Callable[[str], Any]) -> Iterator[str]:
    """Serve the small site with its feeds."""
    with served(build(PUBLISHED).root) as address:
        yield address


def test_a_german_feed_explains_itself_in_german(build: Callable[[str], Any], tab: Callable[..., Any]) -> None:
    """Its language is that of its articles."""
    with served(build(f'{PUBLISHED}DEFAULT_LANG = "de"\n').root) as address:
        page = tab(320)
        page.goto(f"{address}feeds/all.atom.xml")
        said = page.evaluate("getComputedStyle(document.documentElement, '::before').content")
    assert "Das ist ein Feed" in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["feeds/all.atom.xml", "feeds/all.rss.xml"])
def test_a_feed_is_readable(address: str, tab: Callable[..., Any], name: str, scheme: str) -> None:
    """Titles, dates, summaries and URLs below each other, in the page's colours; no tags and no ids are shown."""
    page = tab(320, scheme)
    page.goto(address + name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    shown = """() => [...document.documentElement.querySelectorAll('*')]
        .filter(it => it.checkVisibility() && !it.children.length && it.textContent.trim()).map(it => it.localName)"""
    names = page.evaluate(shown)
    assert {"title", "link", "id", "guid", "content", "name"} & set(names) <= {"title", "link"}
    assert names.count("title") == 7
    ground, ink = page.evaluate(
        "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.documentElement).color]"
    )
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    assert ground != ink
    places = page.evaluate(
        """() => ['title', 'published, pubDate', 'summary, description', 'link'].map(part =>
            document.querySelector('entry, item').querySelector(part).getBoundingClientRect().top)"""
    )
    assert places == sorted(places)
