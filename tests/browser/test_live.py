"""The preview as an author sees it: changes appear in place, and errors are shown on top of the page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.conftest import REPOSITORY, Site
from tests.previews import Preview

pytestmark = pytest.mark.browser

GUIDE = "2026/11/guide/"
SETTINGS = """
import sys
sys.path.insert(0, {root!r})
from pelicanconf_here import *
THEME = {root!r} + "/theme"
"""
FIELD = """
import matplotlib.pyplot as plt
plt.figure(figsize=(4, 2), facecolor={colour!r})
"""
LONG = "\n\n".join(f"## Part {number}\n\n{'Words of a long guide. ' * 40}" for number in range(1, 30))

# Not asynchronous: a promise would count as truthy.
# A page that is loaded again may not have what these look for yet: then they wait.
SEEN = """colour => {
  const ground = document.querySelector('figure[data-figure] svg path');
  return ground && getComputedStyle(ground).fill === `rgb(${colour})`;
}"""
TOP = "document.getElementById('part-9')?.getBoundingClientRect().top"
TEXT = "words => document.querySelector('main')?.innerText.includes(words)"


@pytest.fixture
def themed(site: Site) -> Site:
    """Return a site with a theme of its own, an article and a figure."""
    shutil.copytree(REPOSITORY / "theme", site.root / "theme")
    site.write("themed.py", SETTINGS.format(root=str(site.root)))
    site.script("field", FIELD.format(colour="#ff0000"))
    site.article("guide", f"![A field](/images/field.png)\n\n{LONG}\n")
    site.article("other", "Words.\n", Date="2026-11-02", Summary="Next.")
    return site


@pytest.fixture
def run(themed: Site) -> Iterator[Preview]:
    """Start the preview, and stop it at the end."""
    preview = Preview(themed, settings="themed.py")
    yield preview
    assert preview.stop() == 0


@pytest.fixture
def page(run: Preview, tab: Callable[..., Any]) -> Any:
    """Open the article, marked in order to detect a reload; the browser must not report any problem."""
    opened = tab(900)
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(run.address + GUIDE)
    opened.evaluate("window.isOld = true")
    opened.said = said
    return opened


def is_loaded_anew(page: Any) -> bool:
    """Return whether the page has been reloaded since it was opened."""
    return not page.evaluate("window.isOld === true")


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_saved_article_is_shown_at_the_same_scroll_position(themed, run, page):
    """Although the text above it has grown: the words at the top are at the same height."""
    page.evaluate("document.getElementById('part-9').scrollIntoView({behavior: 'instant'})")
    page.evaluate("scrollBy({top: -37, behavior: 'instant'})")
    before = page.evaluate(TOP)
    edit(themed.root / "content/nlp/guide.md", "## Part 3\n", f"## Part 3\n\nSaved now. {'More words. ' * 300}\n")
    page.wait_for_function(TEXT, arg="Saved now.")
    assert is_loaded_anew(page)
    page.wait_for_function(f"before => Math.abs({TOP} - before) <= 1", arg=before)  # fonts may come after the page
    assert page.said == []


def test_the_paragraph_being_read_may_be_the_one_that_is_edited(themed, run, page):
    """Then the words around it tell where the reader was."""
    page.evaluate("document.getElementById('part-9').nextElementSibling.scrollIntoView({behavior: 'instant'})")
    next_part = "document.getElementById('part-10')?.getBoundingClientRect().top"
    before = page.evaluate(next_part)
    edit(themed.root / "content/nlp/guide.md", "## Part 9\n\nWords of", "## Part 9\n\nWoods of")
    page.wait_for_function(TEXT, arg="Woods of")
    page.wait_for_function(f"before => Math.abs({next_part} - before) <= 1", arg=before)


def test_a_page_without_changes_is_not_reloaded(themed, run, page):
    """A change in the text of another article doesn't concern it, not even in the next, whose summary it shows."""
    themed.article("other", "Other words.\n", Date="2026-11-02", Summary="Next.")
    run.built()
    page.wait_for_timeout(200)  # there is nothing to wait for: nothing must happen
    assert not is_loaded_anew(page)


def test_a_style_sheet_is_replaced_without_a_reload(themed, run, page):
    """The old one is removed once the new one has loaded."""
    css = themed.root / "theme/static/css/main.css"
    sheets = "document.querySelectorAll('head link[rel=stylesheet]').length"
    before = page.evaluate(sheets)
    css.write_text(css.read_text("utf-8") + "h1 { color: rgb(1, 2, 3); }\n", "utf-8")
    page.wait_for_function("getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)'")
    page.wait_for_function(f"{sheets} === {before}")
    css.write_text(css.read_text("utf-8").replace("rgb(1, 2, 3)", "rgb(4, 5, 6)"), "utf-8")
    page.wait_for_function("getComputedStyle(document.querySelector('h1')).color === 'rgb(4, 5, 6)'")
    assert not is_loaded_anew(page)
    assert page.said == []


def test_a_changed_figure_is_updated_in_the_page(themed, run, page):
    """The drawing is part of the page, which keeps its scroll position."""
    page.wait_for_function(SEEN, arg="255, 0, 0")
    page.evaluate("scrollTo(0, 400)")
    for colour, seen in (("#00ff00", "0, 255, 0"), ("#0000ff", "0, 0, 255")):
        themed.script("field", FIELD.format(colour=colour))
        page.wait_for_function(SEEN, arg=seen)
        page.wait_for_function("() => Math.abs(scrollY - 400) <= 1")


def test_errors_are_shown_on_top_of_the_page_until_they_are_fixed(themed, run, page):
    """With the location and the lines around it; Esc hides them, and they come back with the next error."""
    themed.script("field", FIELD.format(colour="#ff0000") + "plt.plat()\n")
    panel = page.locator("unrolled-live section.panel")
    panel.wait_for(state="visible")
    assert panel.locator("h2").inner_text() == "1 error"
    assert panel.locator(".place").inner_text() == "content/nlp/guide.md:6: /images/field.png"
    assert "plt.plat()" in panel.locator(".blamed").inner_text()
    assert panel.evaluate("it => getComputedStyle(it).display") == "flex"
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    chip = page.locator("unrolled-live .chip")
    assert chip.inner_text() == "1 error"
    chip.click()
    panel.wait_for(state="visible")
    page.keyboard.press("Escape")
    page.reload()
    chip.wait_for(state="visible")
    assert not panel.is_visible()
    themed.article("other", "Words.\n", Date="soon")
    panel.wait_for(state="visible")
    assert panel.locator("h2").inner_text() == "2 errors"
    themed.article("other", "Words.\n", Date="2026-11-02")
    themed.script("field", FIELD.format(colour="#ff0000"))
    page.wait_for_function("document.querySelector('unrolled-live')?.shadowRoot.querySelector('.panel').hidden")
    chip.wait_for(state="hidden")


def test_a_warning_alone_is_shown_unobtrusively(themed, run, page):
    """It is a short text in the corner."""
    themed.article("other", "[A link]({filename}/none.md)\n", Date="2026-11-02")
    chip = page.locator("unrolled-live .chip")
    chip.wait_for(state="visible")
    assert chip.inner_text() == "1 warning"
    assert not page.locator("unrolled-live .panel").is_visible()


def test_everything_works_under_a_strict_policy(themed, run, tab):
    """No inline script, no inline style, no other host."""
    page = tab(900)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    def strict(route: Any) -> None:
        fetched = route.fetch()
        route.fulfill(response=fetched, headers={**fetched.headers, "Content-Security-Policy": "default-src 'self'"})

    page.route(run.address + GUIDE, strict)
    page.goto(run.address + GUIDE)
    themed.article("guide", "Saved now.\n", Date="2026-11-01")
    page.wait_for_function(TEXT, arg="Saved now.")
    themed.article("other", "Words.\n", Date="soon")
    panel = page.locator("unrolled-live .panel")
    panel.wait_for(state="visible")
    assert panel.evaluate("it => getComputedStyle(it).display") == "flex"
    assert said == []


def test_a_draft_is_marked_and_redirects_when_it_is_published(themed, run, tab):
    """Its URL changes then."""
    page = tab(900)
    themed.article("other", "Words.\n", Date="2026-11-02", Status="draft")
    run.built()
    page.goto(run.address + "drafts/other/")
    mark = page.locator("unrolled-live .mark")
    mark.wait_for(state="visible")
    assert mark.inner_text().split("\n")[0].startswith("Draft")
    themed.article("other", "Words.\n", Date="2026-11-02")
    page.wait_for_url("**/2026/11/other/")
    mark.wait_for(state="hidden")


def test_a_page_that_outlived_the_server_reconnects_to_the_next_one(themed, run, page):
    """It says that the server is gone, and catches up by itself."""
    port = run.address.rpartition(":")[2].strip("/")
    assert run.stop() == 0
    page.locator("unrolled-live .silent").wait_for(state="visible")
    themed.article("guide", "Saved meanwhile.\n")
    another = Preview(themed, "--port", port, settings="themed.py")
    page.wait_for_function(TEXT, arg="Saved meanwhile.")
    assert not page.locator("unrolled-live .silent").is_visible()
    assert another.stop() == 0


def test_a_fixed_site_replaces_the_page_with_the_errors(themed, tab):
    """From the first moment on, the author needs no terminal."""
    good = (themed.root / "themed.py").read_text("utf-8")
    themed.write("themed.py", good + dedent("def (:\n"))
    run = Preview(themed, settings="themed.py")
    page = tab(900)
    page.goto(run.address + GUIDE)
    assert page.locator("h1").inner_text() == "Not built yet"
    page.locator("unrolled-live .panel").wait_for(state="visible")
    themed.write("themed.py", good)
    page.wait_for_function("document.querySelector('h1')?.innerText === 'Guide'")
    assert run.stop() == 0
