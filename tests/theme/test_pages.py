"""The pages of the theme, read as a browser without a style sheet reads them."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pelican

from tests.tables import table
from tests.theme.reading import Page, Site

ADDRESSES = ("href", "src", "srcset", "poster", "action")
LOADED = ("link", "script", "img", "source", "iframe", "video", "audio")


def addresses(page: Page, *tags: str) -> list[str]:
    """Return every URL in these tags, or in all."""
    return [
        value
        for element in page.elements
        for name, value in element.attributes.items()
        if name in ADDRESSES and (not tags or element.tag in tags)
    ]


def test_there_is_a_template_for_every_template_of_the_simple_theme() -> None:
    """Pelican, and plugins that add pages, use these template names."""
    ours = Path(__file__).resolve().parents[2] / "theme" / "templates"
    simple = Path(pelican.__file__).parent / "themes" / "simple" / "templates"
    assert {path.name for path in simple.iterdir()} <= {path.name for path in ours.iterdir()}


def test_every_page_has_one_heading_and_the_landmarks(site: Site) -> None:
    """Screen readers navigate a page by its headings and landmarks."""
    for name, page in site.pages.items():
        assert len(page.all("h1")) == 1, name
        assert len(page.all("main", id="main")) == 1, name
        assert page.all("a", class_="skip")[0].attributes["href"] == "#main", name
        assert page.all("header", class_="site-head")[0].around == ("html", "body"), name
        assert page.all("footer", class_="site-foot")[0].around == ("html", "body"), name
        names = [nav.attributes["aria-label"] for nav in page.all("nav")]
        assert len(names) == len(set(names)), name


def test_an_article_has_the_parts_that_scripts_and_styles_need(site: Site) -> None:
    """The structure is a contract with future features."""
    page = site.page("2026/gates/index.html")
    assert page.all("article", class_="article")[0].around == ("html", "body", "main")
    inside = ("html", "body", "main", "article")
    for tag, name in (("header", "title"), ("div", "prose"), ("footer", "end")):
        assert page.all(tag, class_=name)[0].around == inside
    for tag, name in (("p", "kicker"), ("h1", ""), ("div", "summary"), ("p", "byline")):
        found = page.all(tag, class_=name) if name else page.all(tag)
        assert found[0].around == (*inside, "header")


def test_nothing_is_inline_and_nothing_comes_from_another_host(site: Site) -> None:
    """The pages comply with the policy default-src 'self'."""
    for name, page in site.pages.items():
        assert [script.attributes["src"].rpartition("/")[2] for script in page.all("script")] == ["theme.js", "page.js"]
        assert not [script for script in page.all("script") if script.text], name
        assert not page.all("style"), name
        for element in page.elements:
            assert not [key for key in element.attributes if key == "style" or key.startswith("on")], name
        assert not [address for address in addresses(page, *LOADED) if urlsplit(address).netloc], name


def test_every_relative_url_leads_to_a_file(site: Site) -> None:
    """The site works from a disk, from a sub-path, from anywhere."""
    missing = []
    for name, page in site.pages.items():
        for address in addresses(page):
            url = urlsplit(address)
            if url.scheme or not url.path or url.path in ("/images/gates.png", "x.png"):
                continue
            target = (site.root / name).parent / unquote(url.path)
            if not (target / "index.html" if target.is_dir() else target).is_file():
                missing.append(f"{name}: {address}")
    assert missing == []


@table(__file__, "The current entry of the navigation is marked")
def test_the_current_entry_of_the_navigation_is_marked(site: Site, page: str, entry: str, current: str) -> None:
    """The page itself is distinguished from the section that contains it."""
    marked = [link for link in site.page(page).all("a") if "aria-current" in link.attributes]
    assert [(link.text, link.attributes["aria-current"]) for link in marked] == [(entry, current)]


def test_names_are_escaped(site: Site) -> None:
    """A topic may be called R&D."""
    for name, page in site.pages.items():
        assert "R&D" not in page.html, name
    assert [
        link.text for link in site.page("2026/gates/index.html").all("a") if "category" in link.attributes["href"]
    ] == ["R&D"]


def test_a_card_without_a_summary_shows_words_only(site: Site) -> None:
    """The summary that Pelican makes from an article may contain an image, and its text may need escaping."""
    card = site.page("index.html")
    assert not card.all("img")
    assert "One &lt; two &amp; so on." in card.html
    assert "What a gate lets through." in [summary.text for summary in card.all("div", class_="summary")]


def test_the_newest_article_is_featured_on_the_first_page_only(site: Site) -> None:
    """It is news there, so the second page and the lists of a topic don't feature one."""
    assert [card.text[:5] for card in site.page("index.html").all("li", class_="lead")] == ["Gates"]
    assert not site.page("index2.html").all("li", class_="lead")
    assert not site.page("category/rd.html").all("li", class_="lead")


def test_an_empty_site_builds(build: Callable[[str], Site]) -> None:
    """Before the first article there is an index that says so, with the site's own sign."""
    settings = "ARTICLE_PATHS = ['nowhere']\nPLUGINS = ['plugins.articles']\nSITE_LOGO = 'images/mark.svg'\n"
    page = build(settings).page("index.html")
    assert [it.attributes["src"] for it in page.all("img", class_="mark")] == ["/images/mark.svg"] * 2
    assert "The first guide is still being written." in page.html
    assert [link.text for link in page.all("nav")[0:1]] == ["Guides About"]
