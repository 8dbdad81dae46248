"""What other programs read of the site: feeds, the site map, link previews, search engines."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.tables import table
from tests.theme.reading import Page, Site

REPOSITORY = Path(__file__).resolve().parents[2]
ADDRESS = "https://example.org/blog"
PUBLISHED = f"""
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
SITEURL = {ADDRESS!r}
PLUGINS = ["plugins.feeds", "plugins.branding"]
FEED_ALL_RSS = "feeds/all.rss.xml"
DIRECT_TEMPLATES = ["index", "archives", "tags", "categories", "authors", "sitemap", "robots", "json_feed", "manifest"]
MANIFEST_SAVE_AS = "manifest.json"
SITEMAP_SAVE_AS, ROBOTS_SAVE_AS, JSON_FEED_SAVE_AS = "sitemap.xml", "robots.txt", "feeds/all.json"
"""
MAP = {"": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(scope="module")
def published(build: Callable[[str], Site]) -> Site:
    """The small site at a URL with a path."""
    return build(PUBLISHED)


def read(site: Site, path: str) -> ElementTree.Element:
    """Read an XML file."""
    return ElementTree.fromstring((site.root / path).read_text("utf-8"))


def told(page: Page) -> dict[str, str]:
    """Return the `meta` data in the head of a page."""
    found = [meta.attributes for meta in page.all("meta") if "content" in meta.attributes]
    return {meta.get("property") or meta.get("name", ""): meta["content"] for meta in found}


def facts(page: Page) -> dict[str, object]:
    """Read the JSON-LD of a page, of which there is one."""
    (script,) = page.all("script", type="application/ld+json")
    found: dict[str, object] = json.loads(script.text)
    return found


def is_there(site: Site, address: str) -> bool:
    """Return whether a URL of the site is one of its files."""
    path = site.root / address.removeprefix(ADDRESS).lstrip("/")
    return address.startswith(ADDRESS) and (path.is_file() or (path / "index.html").is_file())


@pytest.mark.parametrize("name", ["feeds/all.atom.xml", "feeds/all.rss.xml"])
def test_a_feed_links_to_an_existing_style_sheet(published: Site, name: str) -> None:
    """With a relative URL, so that it is found wherever the site is; the style sheet has the theme's colours."""
    head = (published.root / name).read_text("utf-8").splitlines()[:2]
    assert head[0].startswith("<?xml version")
    assert head[1].startswith('<?xml-stylesheet type="text/css" href="../theme/css/feed.css"?>')
    sheet = (published.root / "theme/css/feed.css").read_text("utf-8")
    assert '@import url("main.css")' in sheet
    assert "#" not in sheet.partition("*/")[2]


def test_the_site_map_has_exactly_the_public_pages(published: Site) -> None:
    """No drafts, and no broken URLs."""
    entries = {
        url.findtext("loc", "", MAP): url.findtext("lastmod", "", MAP)
        for url in read(published, "sitemap.xml").findall("url", MAP)
    }
    assert all(is_there(published, address) for address in entries)
    assert f"{ADDRESS}/" in entries
    assert f"{ADDRESS}/pages/about.html" in entries
    assert f"{ADDRESS}/tag/memory.html" in entries
    assert not any("draft" in address for address in entries)
    assert entries[f"{ADDRESS}/2026/gates/"].startswith("2026-11-20")
    robots = (published.root / "robots.txt").read_text("utf-8").split()
    assert robots == ["User-agent:", "*", "Allow:", "/", "Sitemap:", f"{ADDRESS}/sitemap.xml"]


def test_every_page_has_its_canonical_url(published: Site) -> None:
    """One page, one URL, without the file's name."""
    said = {}
    for name, page in published.pages.items():
        (canonical,) = page.all("link", rel="canonical")
        said[name] = canonical.attributes["href"]
        assert told(page)["og:url"] == said[name]
        assert is_there(published, said[name])
    assert said["2026/gates/index.html"] == f"{ADDRESS}/2026/gates/"
    assert len(set(said.values())) == len(said)


@table(__file__, "A page says")
def test_a_page_says(published: Site, page: str, name: str, says: str) -> None:
    """For link previews: Open Graph, and Twitter's own tags."""
    said = told(published.page(page))[name]
    assert re.fullmatch(re.escape(says).replace("…", ".*", 1), said), said


def test_every_page_has_a_title_and_description_of_its_own(published: Site) -> None:
    """Link previews and search results show them: no two pages have the same ones."""
    said = {}
    for name, page in published.pages.items():
        about = told(page)
        assert about["og:description"] == about["description"]
        title = page.all("title")[0].text
        assert about["og:title"] == title.removesuffix(" · Unrolled")
        said[name] = about["og:title"], about["description"]
    for part in (0, 1):
        alike = Counter(it[part] for name, it in said.items() if not name.startswith("2026/short-"))  # equal texts
        assert [text for text, count in alike.items() if count > 1] == []


@table(__file__, "Search engines get structured data")
def test_search_engines_get_structured_data(published: Site, page: str, name: str, value: object) -> None:
    """About each article, and about the site."""
    assert json.dumps(facts(published.page(page))[name]) == json.dumps(value).replace("HOME", ADDRESS)


def test_structured_data_tell_when_an_article_was_changed(published: Site) -> None:
    """Later than it was published."""
    gates = facts(published.page("2026/gates/index.html"))
    assert str(gates["datePublished"]) < str(gates["dateModified"])


def test_a_page_has_an_existing_icon(published: Site) -> None:
    """As an SVG, so that it is sharp at any size; and as a PNG of the declared size, for programs without SVG."""
    for page in published.pages.values():
        icons = [link.attributes for link in page.all("link") if "icon" in link.attributes["rel"]]
        assert [icon.get("sizes") for icon in icons] == ["192x192", None]
        assert all(is_there(published, icon["href"]) for icon in icons)
        for icon, size in ((icons[0], 192), (icons[1], 180)):
            with Image.open(published.root / icon["href"].removeprefix(f"{ADDRESS}/")) as picture:
                assert picture.size == (size, size)
                assert picture.format == "PNG"


def test_a_phone_that_installs_the_site_finds_its_name_and_icons(published: Site) -> None:
    """In the manifest linked in every page; each icon has the declared size."""
    for page in published.pages.values():
        (link,) = page.all("link", rel="manifest")
        assert link.attributes["href"] == f"{ADDRESS}/manifest.json"
    manifest = json.loads((published.root / "manifest.json").read_text("utf-8"))
    assert (manifest["name"], manifest["lang"], manifest["start_url"]) == ("Unrolled", "en", f"{ADDRESS}/")
    kinds = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= kinds
    for icon in manifest["icons"]:
        assert is_there(published, icon["src"])
        if icon["type"] == "image/png":
            with Image.open(published.root / icon["src"].removeprefix(f"{ADDRESS}/")) as picture:
                assert "x".join(map(str, picture.size)) == icon["sizes"]


def test_a_site_without_a_url_has_no_absolute_links(site: Site) -> None:
    """Relative URLs wouldn't work in a link preview."""
    for name, page in site.pages.items():
        assert not page.all("link", rel="canonical"), name
        assert not page.all("script", type="application/ld+json"), name
        assert "og:url" not in told(page), name
