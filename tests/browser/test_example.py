"""The example in the docs, which uses everything: built and read, with no third-party requests until a reader acts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugins.html import parse, text_of
from tests.browser.guides import give_kit
from tests.chromium import Quiet, served
from tests.conftest import REPOSITORY, Site

pytestmark = pytest.mark.browser

CARD = {"Ada Lovelace": {"text": "Writes of engines.", "links": {"Website": "https://ada.example"}}}
OPTIONS = (
    "-e",
    'EMBEDS=["www.youtube-nocookie.com", "giscus.app"]',
    'COMMENTS_URL="https://giscus.app/en/widget?term={slug}"',
    'NEWSLETTER_URL="https://news.example.org/"',
    'REPOSITORY="https://github.com/me/blog"',
    f"AUTHOR_CARDS={json.dumps(CARD)}",
)


HOST = "https://www.youtube-nocookie.com"
FILMS = f"""
    <iframe src="{HOST}/film" title="Film" allow="autoplay; encrypted-media" allowfullscreen></iframe>

    <video src="{HOST}/film.mp4" title="Video"></video>

    <audio title="Sound"><source src="{HOST}/sound.ogg"></audio>
    """


class Own(Quiet):
    """Sends the site's own policy, which allows the frames."""

    def end_headers(self) -> None:
        written = Path(self.directory, "_headers").read_text("utf-8")
        name, _, policy = next(it for it in written.splitlines() if "-Security-" in it).strip().partition(": ")
        self.send_header(name, policy)
        super(Quiet, self).end_headers()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Site:
    """Return a site with just this article, built as for publishing."""
    site = Site(tmp_path_factory.mktemp("example"))
    give_kit(site, (), font_list)
    for ending in ("md", "bib"):
        shutil.copy(REPOSITORY / f"docs/example.{ending}", site.root / f"content/example.{ending}")
    site.article("films", FILMS)
    built = site.publish(*OPTIONS, url="http://localhost")
    assert (built.code, built.report) == (0, "")
    return site


@pytest.fixture
def address(example: Site) -> Iterator[str]:
    """Serve the site."""
    with served(example.root / "output", Own) as root:
        yield f"{root}2026/11/example/"


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("name", ["example", "films"])
def test_there_are_no_third_party_requests_before_a_reader_acts(
    address: str, chromium: Any, name: str, has_scripts: bool
) -> None:
    """Then only to the one host, for the one frame; comments wait too. Without scripts, nothing is lazy."""
    context = chromium.new_context(java_script_enabled=has_scripts)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(f"{HOST}/**", lambda route: route.fulfill(body="<p>A film.</p>", content_type="text/html"))
    page.goto(address.replace("example", name))
    for _ in range(20):
        page.mouse.wheel(0, 800)
    page.locator("aside.end").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    assert [url for url in asked if "localhost" not in url and "127.0.0.1" not in url] == []
    waiting = page.frame_locator("iframe.wide")
    waiting.get_by_role("link", name="Load from www.youtube-nocookie.com").press("Enter")
    waiting.get_by_text("A film.").wait_for()
    assert [url for url in asked if "127.0.0.1" not in url] == [page.frames[1].url]
    if name == "films" and has_scripts:
        allows = "document.featurePolicy.allowedFeatures()"
        assert {"autoplay", "encrypted-media", "fullscreen"} <= {*page.frames[1].evaluate(allows)}
    page.locator("details.embed:has(iframe.comments) summary").click()
    page.frame_locator("iframe.comments").get_by_role("link", name="Load from giscus.app").wait_for()
    assert [url for url in asked if "giscus" in url] == []
    context.close()


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_a_frame_that_waits_looks_like_its_page(address: str, chromium: Any, chosen: str) -> None:
    """In the colours that the reader chose; its link fills it."""
    page = chromium.new_page(color_scheme="null")  # any other would hold for the frame, whatever its page has
    page.goto(address)
    page.evaluate(f"document.documentElement.dataset.theme = '{chosen}'")
    frame = page.locator("iframe.wide")
    frame.scroll_into_view_if_needed()
    link, colour = page.frame_locator("iframe.wide").locator("a"), "it => getComputedStyle(it).backgroundColor"
    assert link.evaluate(colour) == frame.evaluate(colour)
    assert link.bounding_box() == pytest.approx(frame.bounding_box(), abs=1)
    page.close()


def test_everything_that_people_type_is_what_they_mean(example: Site) -> None:
    """A term's definition, an abbreviation, marked words, tasks, and the small letters above and below a line."""
    page = parse(example.page("example")).css_first(".prose")
    assert [text_of(it) for it in page.css("dl > dt")] == ["Forget gate", "Input gate"]
    assert text_of(page.css_first("dl > dd")) == "How much of the memory stays."
    assert page.css_first("abbr").attributes["title"] == "gated recurrent unit"
    shown = {name: text_of(page.css_first(name)) for name in ("del", "mark", "ins", "sub", "sup")}
    assert shown == {"del": "struck", "mark": "marked", "ins": "inserted", "sub": "2", "sup": "2"}
    boxes = page.css('li input[type="checkbox"]')
    assert ["checked" in it.attributes for it in boxes] == [True, False, False]
    assert all("disabled" in it.attributes for it in boxes)


@pytest.mark.takes_turns(one_in=2)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(address: str, chromium: Any, width: int, scheme: str) -> None:
    """Nor does anything overflow the viewport."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_timeout(300)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    assert axe.run(page, options=rules).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_work_is_beside_the_paragraph_that_cites_it(address: str, chromium: Any) -> None:
    """In the column for notes, at the paragraph's first line; on a phone, only in the list."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    text, work = page.locator("p:has(+ .works)").first.bounding_box(), page.locator(".works").first.bounding_box()
    assert work["x"] >= text["x"] + text["width"]
    assert 0 <= work["y"] - text["y"] <= 10
    page.set_viewport_size({"width": 375, "height": 900})
    assert not page.locator(".works").first.is_visible()
    page.close()
