"""A page in another language than English: all that it says is said in it, and each version leads to the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plugins.tongues import Tongue
from tests.theme.conftest import REPOSITORY, SETTINGS, write_content
from tests.theme.reading import Page, Site

SPEAKING = f"""
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
PLUGINS = ["plugins.tongues", "plugins.reading_time", "plugins.headings", "plugins.dressing", "plugins.series"]
DIRECT_TEMPLATES = ["index", "archives", "tags", "categories", "authors", "series", "search"]
RELATIVE_URLS = True
"""
HEADERS = "Date: 2026-11-03\nModified: 2026-11-20\nSlug: both\nCategory: rd\nTags: memory\nSeries: Gates\n"
BODY = (
    "\n## One\n\nA link to [Tags](#one).\n\n```python\nSearch = 1\n```\n\n## Two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"
)
CALLED = '<figure><img alt="Eine Linie" src="x.png"><figcaption><b>Figure 1</b> Die erste.</figcaption></figure>\n'
GERMAN = BODY.replace("One", "Eins").replace("Two", "Zwei") + CALLED


def built(root: Path, more: str = "") -> subprocess.CompletedProcess[str]:
    """Build the small site with an article in two languages."""
    if not (root / "content").exists():
        write_content(root / "content")
    for name, head, body in (
        ("both", "Title: Gates twice\nLang: en\n", BODY),
        ("beide", "Title: Tore\nLang: de\n", GERMAN),
    ):
        (root / f"content/rd/{name}.md").write_text(head + HEADERS + body, "utf-8")
    settings = SETTINGS + (
        'ARTICLE_LANG_URL = "{date:%Y}/{slug}/{lang}/"\nARTICLE_LANG_SAVE_AS = "{date:%Y}/{slug}/{lang}/index.html"\n'
    )
    (root / "settings.py").write_text(settings + SPEAKING + more, "utf-8")
    command = [sys.executable, "-m", "pelican", "-s", "settings.py", "-o", "output", "--fatal", "errors"]
    wide = {**os.environ, "COLUMNS": "400"}
    return subprocess.run(command, cwd=root, env=wide, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site, with its plugins that say something."""
    root = tmp_path_factory.mktemp("languages")
    done = built(root)
    assert done.returncode == 0, done.stdout + done.stderr
    return Site(root / "output")


@pytest.fixture
def german(spoken: Site) -> Page:
    """The German version."""
    return spoken.page("2026/both/de/index.html")


def test_a_feed_calls_figures_as_the_page_does(spoken: Site) -> None:
    """What a plugin wrote into the article, while the author's own words stay."""
    feed = (spoken.root / "feeds/all.atom.xml").read_text("utf-8")
    assert "Abbildung 1&lt;/b&gt; Die erste." in feed
    assert "Figure 1" not in feed
    assert "Search" in feed


def around_the_text(page: Page) -> set[str]:
    """Return what a page says, and calls its parts, outside of the author's text."""
    start, _, rest = page.html.partition('<div class="prose"')
    frame = Page(start + rest.partition("</div>\n  ")[2])
    said = {
        element.text
        for element in frame.elements
        if element.tag in ("a", "b", "span", "p", "h2", "legend", "time", "button")
    }
    named = {
        element.attributes[name]
        for element in frame.elements
        for name in ("aria-label", "title")
        if name in element.attributes
    }
    return {text for text in said | named if text}


def test_all_that_a_page_says_is_in_its_language(spoken: Site, german: Page) -> None:
    """What is the same in both is a name: of the site, a tag, a language, an author's series."""
    english = spoken.page("2026/both/index.html")
    assert german.all("html")[0].attributes["lang"] == "de"
    both = around_the_text(english) & around_the_text(german)
    names = {"Unrolled", "memory", "rd", "Unrolled. Drawn from the code.", "About", "Feed", "Gates", "·"}
    assert both <= names, both - names
    assert {"Zum Text springen", "Auch auf", "English", "Schlagwörter"} <= around_the_text(german)
    assert [time.text for time in german.all("time")] == ["Di., 03. November 2026", "Fr., 20. November 2026"]


def test_what_the_author_wrote_stays(german: Page) -> None:
    """A word of the text that the theme also says, and every code."""
    assert "Search = 1" in " ".join(german.all("code")[0].text.split())
    assert [region.attributes["aria-label"] for region in german.all("div", role="region")] == ["Tabelle 1"]
    assert german.all("pre")[0].attributes["aria-label"] == "Code 1"


def test_each_version_leads_to_the_other_and_names_all(spoken: Site, german: Page) -> None:
    """For readers in the page, for machines in the head."""
    english = spoken.page("2026/both/index.html")
    (there,) = english.all("a", hreflang="de")
    (back,) = german.all("a", hreflang="en")
    assert (there.text, there.attributes["lang"], back.text, back.attributes["lang"]) == (
        "Deutsch",
        "de",
        "English",
        "en",
    )
    for page in (english, german):
        assert {
            link.attributes["hreflang"] for link in page.all("link", rel="alternate") if "hreflang" in link.attributes
        } == {
            "de",
            "en",
        }


def test_scripts_are_told_their_words(german: Page, spoken: Site) -> None:
    """They make buttons of their own; a page in English tells them nothing."""
    words = json.loads(german.all("meta", name="words")[0].attributes["content"])
    assert words["Copy"] == "Kopieren"
    assert not spoken.page("2026/both/index.html").all("meta", name="words")


def test_a_language_without_words_stays_english(spoken: Site) -> None:
    """Nothing is guessed."""
    assert "Skip to the text" in around_the_text(spoken.page("2025/arabic/ar/index.html"))


def test_a_site_brings_words_of_its_own(tmp_path: Path) -> None:
    """A file in LANGUAGES goes before the theme's, word by word; one that cannot be read is an error that names it."""
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "de.json").write_text('{"page": {"Guides": "Artikel"}}', "utf-8")
    more = f"LANGUAGES = {str(folder)!r}\n"
    assert built(tmp_path, more).returncode == 0
    page = Site(tmp_path / "output").page("2026/both/de/index.html")
    assert {"Artikel", "Themen"} <= around_the_text(page)
    (folder / "de.json").write_text('{"page": ', "utf-8")
    done = built(tmp_path, more)
    assert done.returncode != 0
    assert "words/de.json is no catalogue" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>Figure 3</p>", "<p>Bild 3</p>"),
        ("<p>See Figure 3 there</p>", "<p>See Figure 3 there</p>"),
        (
            '<a aria-label="Figure 3" href="Figure 3"> Figure 3 </a>',
            '<a aria-label="Bild 3" href="Figure 3"> Bild 3 </a>',
        ),
        (
            "<code>Figure 3</code><svg><text>Figure 3</text></svg>",
            "<code>Figure 3</code><svg><text>Figure 3</text></svg>",
        ),
        ("<p>Gates &amp; more, 2 parts</p>", "<p>Gates &amp; more, 2 Teile</p>"),
        ("<p>Figure three</p>", "<p>Figure three</p>"),
    ],
)
def test_only_whole_texts_are_said(html: str, said: str) -> None:
    """Not a word within a sentence, nor within code or a drawing; and what is escaped stays so."""
    assert (
        Tongue({"Figure {number}": "Bild {number}", "{series}, {parts} parts": "{series}, {parts} Teile"}, {}).page(
            html
        )
        == said
    )


def test_the_catalogue_keeps_its_holes() -> None:
    """A hole that is lost would lose a number."""
    for file in (REPOSITORY / "theme/languages").glob("*.json"):
        for words in json.loads(file.read_text("utf-8")).values():
            for english, other in words.items():
                assert sorted(part.partition("}")[0] for part in english.split("{")[1:]) == sorted(
                    part.partition("}")[0] for part in other.split("{")[1:]
                )
