"""A page in another language than English: all its texts are translated, and each version links to the others."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from plugins.catalogues import FILE, OURS
from tests import builds
from tests.theme.conftest import CONTENT, REPOSITORY, SETTINGS
from tests.theme.reading import Page, Site
from tools.lint import PAGES

SPEAKING = f"""
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
PLUGINS = ["plugins.i18n", "plugins.accessibility", "plugins.articles"]
DIRECT_TEMPLATES = ["index", "archives", "tags", "categories", "authors", "series", "search", "404"]
RELATIVE_URLS = True
ARTICLE_LANG_URL = "{{date:%Y}}/{{slug}}/{{lang}}/"
ARTICLE_LANG_SAVE_AS = "{{date:%Y}}/{{slug}}/{{lang}}/index.html"
MONTH_ARCHIVE_URL = "{{date:%Y}}/{{date:%m}}/"
MONTH_ARCHIVE_SAVE_AS = "{{date:%Y}}/{{date:%m}}/index.html"
MARKDOWN = {{"extensions": [
    "markdown.extensions.extra", "markdown.extensions.admonition", "markdown.extensions.meta",
    "pymdownx.highlight", "pymdownx.superfences", "pymdownx.quotes", "plugins.markup",
], "extension_configs": {{
    "pymdownx.highlight": {{"css_class": "highlight"}}, "pymdownx.quotes": {{"callouts": True}}
}}}}
"""
HEADERS = "Date: 2026-11-03\nModified: 2026-11-20\nSlug: both\nCategory: rd\nTags: memory\nSeries: Gates\n"
BODY = Path(__file__).with_name("languages.md").read_text("utf-8")
FIGURE = '\n<figure><img alt="Eine Linie" src="x.png"><figcaption><b>Figure 1</b> Mein Bild.</figcaption></figure>\n'


def built(root: Path, more: str = "", lang: str = "de", runs_in: str = ".") -> tuple[int, str]:
    """Build the small site with an article in two languages."""
    if not (root / "content").exists():
        shutil.copytree(CONTENT, root / "content")
    for name, head, body in (
        ("both", "Title: Gates twice\nLang: en\n", BODY),
        ("other", f"Title: Tore\nLang: {lang}\n", BODY.replace("One", "Eins").replace("Two", "Zwei") + FIGURE),
    ):
        (root / f"content/rd/{name}.md").write_text(head + HEADERS + body, "utf-8")
    (root / "settings.py").write_text(SETTINGS + SPEAKING + more, "utf-8")
    options = ["-s", str(root / "settings.py"), "-o", str(root / "output")]
    code, out, errors = builds.run("pelican", options, root / runs_in, {**os.environ, "COLUMNS": "400"})
    return code, out + errors


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site, with the plugins that add text."""
    root = tmp_path_factory.mktemp("languages")
    code, told = built(root)
    assert code == 0, told
    assert "ERROR" not in told
    return Site(root / "output")


@pytest.fixture
def german(spoken: Site) -> Page:
    """The German version."""
    return spoken.page("2026/both/de/index.html")


def around_the_text(page: Page) -> set[str]:
    """Return the texts and accessible names of a page, except for the author's text."""
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


def test_all_texts_of_a_page_are_in_its_language(spoken: Site, german: Page) -> None:
    """Texts that are the same in both are names: of the site, a tag, a language, an author's series."""
    english = spoken.page("2026/both/index.html")
    assert german.all("html")[0].attributes["lang"] == "de"
    both = around_the_text(english) & around_the_text(german)
    names = {"Unrolled", "memory", "rd", "Unrolled. Drawn from the code.", "About", "Feed", "Gates", "System", "·", "1"}
    assert both <= names, both - names
    assert {"Zum Inhalt springen", "Auch auf", "English", "Schlagwörter"} <= around_the_text(german)
    assert [time.text for time in german.all("time")] == ["Dienstag, 3. November 2026", "Freitag, 20. November 2026"]


def test_the_author_s_words_are_not_translated(german: Page) -> None:
    """Even words that the theme uses too: emphasized, linked, in code, or as the title of a callout."""
    prose = german.html.partition('<div class="prose"')[2]
    assert "<em>Topics</em>" in prose
    assert '<a href="#one">Tags</a>' in prose
    assert 'title="Search"' in prose
    assert "<b>Figure 1</b> Mein Bild." in prose
    assert "Search = 1" in " ".join(german.all("code")[0].text.split())
    titles = [element.text for element in german.all("p", class_="admonition-title")]
    assert titles == ["Hinweis", "Tip", "Warnung", "Note"]


def test_plugins_name_scrollable_boxes(german: Page) -> None:
    """Code, tables: in the language of the article."""
    assert [region.attributes["aria-label"] for region in german.all("div", role="group")] == ["Tabelle 1"]
    assert german.all("pre")[0].attributes["aria-label"] == "Code 1"


def test_lists_use_the_language_of_the_site(spoken: Site) -> None:
    """Even for an article in another language."""
    for path in ("index.html", "archives.html", "topics/index.html", "2026/11/index.html"):
        page = spoken.page(path)
        assert "Skip to content" in around_the_text(page)
        assert not re.search("Zum Text|Minute[n ]|Dienstag", page.html), path


def test_a_site_in_german_is_entirely_in_german(tmp_path: Path) -> None:
    """Its lists, its dates, its error page."""
    code, told = built(tmp_path, 'DEFAULT_LANG = "de"\n')
    assert code == 0, told
    site = Site(tmp_path / "output")
    assert {"Anleitungen", "Themen", "Archiv"} <= around_the_text(site.page("index.html"))
    assert "Seite 1 von" in site.page("index.html").html
    assert site.page("404.html").all("h1")[0].text == "Unter dieser Adresse gibt es keine Seite"
    assert site.page("2026/11/index.html").all("h1")[0].text == "November 2026"
    assert site.page("2025/03/index.html").all("h1")[0].text == "März 2025"
    english = site.page("2026/both/en/index.html")
    assert "Skip to content" in around_the_text(english)
    versions = languages(english)
    assert versions["x-default"] == versions["de"] != versions["en"]  # for readers of neither language


def test_the_author_s_own_date_format_is_kept(tmp_path: Path) -> None:
    """One for the language, and otherwise one with digits."""
    built(tmp_path, 'DEFAULT_DATE_FORMAT = "%Y-%m-%d"\nDATE_FORMATS = {"de": "am %d.%m."}\n')
    site = Site(tmp_path / "output")
    pages = ("2026/both/de/index.html", "2026/both/index.html", "2025/arabic/ar/index.html")
    assert [site.page(it).all("time")[0].text for it in pages] == ["am 03.11.", "2026-11-03", "2025-01-05"]


def languages(page: Page) -> dict[str, str]:
    """Return the URLs of an article's versions by language, as search engines see them."""
    links = [link.attributes for link in page.all("link", rel="alternate") if "hreflang" in link.attributes]
    return {link["hreflang"]: link["href"] for link in links}


def test_each_version_links_to_the_other_and_lists_all(spoken: Site, german: Page) -> None:
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
        versions = languages(page)
        assert versions.keys() == {"de", "en", "x-default"}
        assert versions["x-default"] == versions["en"] != versions["de"]


def test_scripts_receive_their_texts(german: Page, spoken: Site) -> None:
    """They add buttons of their own; a page in English passes no texts to them."""
    words = json.loads(german.all("meta", name="words")[0].attributes["content"])
    assert words["Copy"] == "Kopieren"
    assert words["%(num)s page with “%(words)s”"]["other"] == "%(num)s Seiten mit „%(words)s“"
    assert not spoken.page("2026/both/index.html").all("meta", name="words")


def test_a_language_without_translations_stays_english(spoken: Site) -> None:
    """Nothing is guessed."""
    assert "Skip to content" in around_the_text(spoken.page("2025/arabic/ar/index.html"))


def marked(message: str) -> str:
    """Return a message in no particular language."""
    return f"⟦{message}⟧"


def write_language(folder: Path, language: str) -> None:
    """Write a catalogue that has every message in brackets, and plurals with the number of their form."""
    catalogue = Catalog(locale=language)
    for _, (message, context) in PAGES.extracted:
        one, *many = message
        strings = tuple(marked(f"{form}:{(many or [one])[0]}") for form in range(catalogue.num_plurals))
        catalogue.add(message if many else one, string=strings if many else marked(one), context=context)
    file = folder / language / FILE
    file.parent.mkdir(parents=True)
    with file.open("wb") as text:
        write_po(text, catalogue)


@pytest.mark.slow
def test_a_third_language_only_needs_a_catalogue(tmp_path: Path) -> None:
    """Every text of the page around the article, of plugins and for scripts, and three plural forms."""
    write_language(tmp_path / "words", "pl")
    code, told = built(tmp_path, f"LANGUAGES = {str(tmp_path / 'words')!r}\n", lang="pl")
    assert code == 0, told
    page = Site(tmp_path / "output").page("2026/both/pl/index.html")
    names = {
        "Unrolled",
        "memory",
        "rd",
        "Unrolled. Drawn from the code.",
        "About",
        "·",
        "English",
        "Tore",
        "Gates",
        "1",
        "1: Tore",
    }
    dates = {"wtorek, 3 listopada 2026", "piątek, 20 listopada 2026"}
    said = around_the_text(page) - names - dates
    assert dates <= around_the_text(page)
    left = {text for text in said if "⟦" not in text}
    assert left == set(), left
    assert "⟦Table 1⟧" in page.html
    assert page.all("p", class_="admonition-title")[0].text == "⟦Note⟧"
    assert "⟦0:" in page.html  # one minute
    words = json.loads(page.all("meta", name="words")[0].attributes["content"])
    forms = words["%(num)s page with “%(words)s”"]
    assert {form: said[1] for form, said in forms.items()} == {"one": "0", "few": "1", "many": "2"}


def written(folder: Path, text: str) -> Path:
    """Write a German catalogue of the site's own."""
    file = folder / "words/de" / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


OWN = r"""
msgid "Guides"
msgstr "Artikel"

msgctxt "topic"
msgid "Research"
msgstr "Forschung"

msgctxt "page"
msgid "About"
msgstr "Über \"uns\" & <mich>"

msgctxt "site"
msgid "Drawn from the code"
msgstr "Aus dem Code gezeichnet"

msgid "Written by hand"
msgstr "Von Hand"

msgid "by %(who)s"
msgstr "von %(who)s"
"""
TEMPLATE = (
    '{% extends "!theme/article.html" %}{% block footer %}{{ super() }}<p>{{ gettext("Written by hand") }}, '
    "{% trans who=SITENAME %}by {{ who }}{% endtrans %}</p>{% endblock %}"
)


@pytest.mark.slow
def test_a_site_can_have_translations_of_its_own(tmp_path: Path) -> None:
    """Message by message: the theme's texts, topics, pages, the subtitle, and its own templates, by functions or tags.

    The folder is found next to that of the articles, wherever the build runs. The next build uses an edited catalogue:
    there is no compiled file that could be out of date.
    """
    file = written(tmp_path, OWN)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/article.html").write_text(TEMPLATE, "utf-8")
    more = f"LANGUAGES, THEME_TEMPLATES_OVERRIDES = 'words', [{str(tmp_path / 'mine')!r}]\n"
    more += "TOPIC_NAMES = {'rd': 'Research'}\n"
    assert built(tmp_path, more, runs_in="words")[0] == 0
    site = Site(tmp_path / "output")
    german = site.page("2026/both/de/index.html")
    said = around_the_text(german)
    assert {"Artikel", "Themen", "Forschung", 'Über "uns" & <mich>', "Von Hand, von Unrolled"} <= said
    assert "<p>Unrolled. Aus dem Code gezeichnet.</p>" in german.html
    assert {"Research", "Written by hand, by Unrolled"} <= around_the_text(site.page("2026/both/index.html"))
    file.write_text(OWN.replace("Artikel", "Zweite"), "utf-8")
    built(tmp_path, more, runs_in="words")
    assert "Zweite" in around_the_text(site.page("2026/both/de/index.html"))
    assert [*tmp_path.rglob("*.mo"), *OURS.rglob("*.mo")] == []


def test_an_invalid_catalogue_is_an_error_with_its_line(tmp_path: Path) -> None:
    """Reported once. The site is still written, with the theme's texts."""
    written(tmp_path, 'msgid "Guides"\nmsgst "Artikel"\n')
    code, told = built(tmp_path, "LANGUAGES = 'words'\nPLUGINS.insert(0, 'plugins.strict')\n")
    assert code == 1
    assert told.count("words/de/LC_MESSAGES/messages.po:2: not a gettext catalogue") == 1, told
    assert "Anleitungen" in around_the_text(Site(tmp_path / "output").page("2026/both/de/index.html"))
