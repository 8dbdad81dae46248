"""The search as readers use it: its results, its messages, its transfer size, and the policy it works under."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.chromium import Quiet, served
from tests.conftest import PLAIN, Site
from tests.hosts import host

pytestmark = pytest.mark.browser

LONG = "A layer remembers its state from step to step, and its shape follows from that. " * 400
GERMAN = "Eine Schicht merkt sich ihren Zustand. Viele Häuser stehen am Fluss."
WINDOWS = """\
Glass comes first. Cho et al. made it.

```python
widget = pane(widget, widget, sash=widget)
```

A widget is part of a window, they say. It opens.

<div class="ask"><p>Point at any number.</p></div>
<ul class="thumbs"><li>1 A transom</li></ul>

## Frames and sills

Outside is the sill.
"""
ENGINE = re.compile(r"/pagefind/(pagefind(-worker|-entry)?\.js(on)?|.*\.(pagefind|pf_meta|pf_index|pf_filter))$")
BUDGET = 60_000


class Counting(Quiet):
    """Records how many bytes of each file were requested, by workers too."""

    sent: ClassVar[dict[str, int]] = {}

    def send_header(self, keyword: str, value: str) -> None:
        """Record the size of a file."""
        if keyword == "Content-Length":
            self.sent[self.path] = int(value)
        super().send_header(keyword, value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Site:
    """Publish a site with more long guides than are shown at once, and one in German."""
    site = Site(tmp_path_factory.mktemp("search"), font_list)
    for number in range(1, 13):
        site.script(
            f"line-{number}".replace("-", "_"),
            PLAIN + f"plt.plot(range(40), [{number} % (x + 1) for x in range(40)])\n",
        )
        site.article(f"guide-{number}", f"![](/images/line-{number}.png)\n\n{LONG}")
    site.article(
        "lstm",
        "The LSTM forgets; x is an input, an embedding of a word. Call `return_sequences` for help.",
        Title="A cell",
    )
    site.article("windows", WINDOWS, Title="Windows")
    site.write("content/pages/help.md", "Title: Help\n\nA widget, a widget and a widget: all about it.\n")
    site.article("schicht", GERMAN, Title="Die Schicht", Lang="de")
    published = site.publish(url="https://example.org")
    assert published.code == 0, published.out + published.report
    return site


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Serve it with the headers that it was published with."""
    output = site.root / "output"
    handler = host((output / "_headers").read_text("utf-8"), output / "404.html")
    with served(output, type("Counted", (Counting, handler), {})) as address:
        yield address


def asked(page: Any, words: str) -> str:
    """Type words, and return the text of the page once it has results."""
    page.get_by_role("searchbox").fill(words)
    status = page.get_by_role("status").filter(has_text=words)
    status.wait_for()
    said: str = status.text_content()
    return said


def test_one_query_transfers_at_most_60_kb_besides_engine_and_index(
    address: str, tab: Callable[..., Any], say: Any
) -> None:
    """However long the guides are and however many figures they have; more results are loaded on demand."""
    page = tab(1280)
    page.goto(address + "search/")
    page.wait_for_load_state("networkidle")
    before = dict(Counting.sent)
    assert asked(page, "state") == "12 pages with “state”"
    page.locator(".hit .plate svg").first.wait_for()
    page.wait_for_load_state("networkidle")
    new = {path: size for path, size in Counting.sent.items() if path not in before}
    cost = sum(size for path, size in new.items() if not ENGINE.search(path))
    say(f"one query: {cost} bytes beyond engine and index, in {len(new)} requests")
    assert 0 < cost <= BUDGET
    assert page.locator(".hit").count() == 10
    assert page.locator(".hit mark").first.text_content() == "state"
    page.get_by_role("button", name="Show more").click()
    page.locator(".hit").nth(11).wait_for()
    assert len({*page.locator(".hit h2").all_text_contents()}) == 12
    assert not page.get_by_role("button", name="Show more").is_visible()
    assert page.locator(".hit").nth(10).locator("a:focus").count() == 1


def test_a_phone_loads_no_pictures_of_results(address: str, tab: Callable[..., Any]) -> None:
    """It wouldn't show them."""
    page = tab(320)
    Counting.sent.clear()
    page.goto(address + "search/?q=state")
    page.locator(".hit").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert not [path for path in Counting.sent if "/plates/" in path]


@pytest.mark.parametrize("words", ["xyzzy", "zz", "state xyzzy", "x1", '"state layer"', "point"])
def test_words_that_do_not_occur_are_not_found(address: str, tab: Callable[..., Any], words: str) -> None:
    """Pagefind alone would return a page that contains "x". What a figure's controls say isn't searched."""
    page = tab(1280)
    page.goto(address + "search/")
    assert asked(page, words) == f"Nothing found for “{words}”"
    assert page.locator(".hit").count() == 0


@pytest.mark.parametrize("words", ["LSTM", "lstms", "embeddin", "forgetting", "sequence", "return_sequences", "cell"])
def test_words_are_found_by_any_form_of_them(address: str, tab: Callable[..., Any], words: str) -> None:
    """A prefix while typing, a plural, another ending, part of a name, a word of the title."""
    page = tab(1280)
    page.goto(address + "search/")
    assert asked(page, words) == f"1 page with “{words}”"
    assert page.locator(".hit h2").all_text_contents() == ["A cell"]


def test_each_language_is_searched_on_its_own_pages(address: str, tab: Callable[..., Any]) -> None:
    """The page says which language it searches, and links to the other one with the same words."""
    page = tab(1280)
    page.goto(address + "2026/11/schicht/de/")
    page.keyboard.press("/")
    page.wait_for_url("**/search/de/")
    assert page.get_by_text("auf Deutsch").is_visible()
    assert asked(page, "Haus") == "1 Seite mit „Haus“"
    assert page.locator(".hit a").get_attribute("href").endswith("/2026/11/schicht/de/")
    assert asked(page, "state") == "Nichts gefunden für „state“"
    page.get_by_role("link", name="English").click()
    page.get_by_role("status").filter(has_text="12 pages with “state”").wait_for()


def test_an_excerpt_is_a_sentence_and_never_code(address: str, tab: Callable[..., Any]) -> None:
    """A word that occurs only in code, or below a thumbnail, is found; then the page's first sentences are shown."""
    page = tab(1280)
    page.goto(address + "search/")
    for words, said, marked in [
        ("widget", "A widget is part of a window, they say. It opens.", ["widget"]),
        ("sash", "Glass comes first. Cho et al. made it. A widget is part of a window, they say. It opens.", []),
        ("transom", "Glass comes first. Cho et al. made it. A widget is part of a window, they say. It opens.", []),
        ("opens", "It opens.", ["opens."]),
    ]:
        asked(page, words)
        hit = page.locator(".hit", has_text="Windows").locator("p")
        assert hit.text_content() == said
        assert hit.locator("mark").all_text_contents() == marked


def test_guides_come_before_other_pages(address: str, tab: Callable[..., Any]) -> None:
    """Although a short page says the word more often; but not before one with the word in its title."""
    page = tab(1280)
    page.goto(address + "search/")
    for words, titles in [("widget", ["Windows", "Help"]), ("help", ["Help", "A cell"])]:
        asked(page, words)
        assert page.locator(".hit h2").all_text_contents() == titles


def test_a_result_leads_to_the_heading_that_it_is_below(address: str, tab: Callable[..., Any]) -> None:
    """What is above all headings has none. An arrow pressed while the results load reaches the first one."""
    page = tab(1280)
    page.goto(address + "search/")
    asked(page, "widget")
    assert page.locator(".hit .section").count() == 0
    page.get_by_role("searchbox").fill("outside")
    page.keyboard.press("ArrowDown")
    page.locator(".hit h2 a:focus").wait_for()
    section = page.locator(".hit .section")
    assert section.text_content() == "Frames and sills"
    assert section.get_attribute("href").endswith("/windows/#frames-and-sills")


def test_arrow_keys_move_through_the_results(address: str, tab: Callable[..., Any]) -> None:
    """From the form down to the last one and back up; Escape goes back at once, and Enter follows the link."""
    page = tab(1280)
    page.goto(address + "search/?q=state")
    hits = page.locator(".hit a")
    hits.nth(9).wait_for()
    assert page.get_by_role("searchbox").get_attribute("aria-controls") == page.locator(".hits").get_attribute("id")
    page.keyboard.press("ArrowDown")
    assert hits.first.evaluate("it => it === document.activeElement"), "from a link with words"
    page.get_by_role("button", name="Search").focus()
    for key, at in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)]:
        page.keyboard.press(key)
        assert hits.nth(at).evaluate("it => it === document.activeElement"), key
    hits.nth(9).focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(":focus").text_content() == "Show more"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    for key in ("ArrowUp", "Escape"):
        page.keyboard.press(key)
        assert page.locator(":focus").get_attribute("type") == "search"
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/guide-*/")


def test_the_console_is_empty_under_the_published_policy(address: str, tab: Callable[..., Any]) -> None:
    """WebAssembly and no `eval`; scripts of the site insert none of the author's HTML into the page."""
    page = tab(1280)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    answer = page.goto(address + "search/?q=state")
    assert "script-src 'self' 'wasm-unsafe-eval';" in answer.headers["content-security-policy"]
    page.locator(".hit mark").first.wait_for()
    assert said == []


def test_a_policy_that_forbids_the_engine_shows_a_link_to_the_archive(site: Site, tab: Callable[..., Any]) -> None:
    """So does any other reason why the index can't be loaded."""

    class Strict(Quiet):
        def send_header(self, keyword: str, value: str) -> None:
            super().send_header(keyword, value.replace(" 'wasm-unsafe-eval'", ""))

    with served(site.root / "output", Strict) as address:
        page = tab(1280)
        page.goto(address + "search/?q=state")
        page.get_by_text("The index could not be loaded. The archive lists every guide.").wait_for()
