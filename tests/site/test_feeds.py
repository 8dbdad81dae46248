"""Feeds as programs read them: in three formats, each conforming to its specification."""

import json
import re
from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from PIL import Image

from plugins.html import parse, text_of
from tests.conftest import PLAIN, Site

HOME = "https://example.org/blog"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "{http://www.w3.org/2005/Atom}"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"

GUIDE = """\
    A [link]({filename}other.md), one [to a part](#part), a [mail](mailto:a@example.net), and a note.[^1]

    ![](/images/line.png "It *rises*.")

    <picture><source srcset="/images/a.png 1x, /images/b.png 2x"><img alt="By hand." src="/images/a.png"></picture>

    <svg width="9" height="9"><use href="#dot"/></svg>

    ## Part

    An end, with “quotes” & <em>signs</em>.

    /// details | Answer
    Twelve.
    ///

    [^1]: The note.
    """


@pytest.fixture(scope="module")
def published(tmp_path_factory, font_list) -> Site:
    """Publish a site with a path, two languages, two topics and two tags."""
    root = tmp_path_factory.mktemp("feeds")
    site = Site(root, font_list)
    site.script("line", PLAIN)
    (root / "content/images").mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (8, 8)).save(root / "content/images" / name)
    site.article(
        "guide", GUIDE, Title="Gates & <em>doors</em>", Tags="state, gates", Summary="What a *gate* lets & keeps."
    )
    site.article("tor", "Ein [Absatz](#absatz).", Slug="guide", Lang="de", Tags="state", Date="2026-11-02 10:30")
    site.article("other", "Some words.", Category="site", Modified="2026-11-05", Authors="A. Reader; B. Writer")
    site.article("draft", "A secret.", Status="draft", Tags="state")
    built = site.publish(url=HOME)
    assert built.code == 0, built.report + built.out
    return site


def paths(site: Site, ending: str) -> list[str]:
    """Return the feeds in one format."""
    return sorted(path for path in site.output() if path.startswith("feeds/") and path.endswith(ending))


def test_there_are_feeds_of_all_articles_topics_tags_and_languages(published):
    """In each format; every page lists its own first, and all links work."""
    kinds = {"all", "topics/nlp", "topics/site", "tags/state", "tags/gates", "languages/de", "languages/en"}
    for ending in (".atom.xml", ".rss.xml", ".json"):
        assert {path.removeprefix("feeds/").removesuffix(ending) for path in paths(published, ending)} == kinds
    files = published.output()
    for path, first in {
        "index.html": "languages/en",
        "2026/11/guide/de/index.html": "languages/de",
        "topics/nlp/index.html": "topics/nlp",
        "tags/state/index.html": "tags/state",
    }.items():
        links = re.findall(r'<link rel="alternate" href="([^"]+)" type="application/(\S+)"', files[path].decode())
        assert [kind for _, kind in links[:3]] == ["atom+xml", "rss+xml", "feed+json"]
        addresses = [address.removeprefix("/blog/") for address, _ in links]
        assert {*addresses} <= files.keys()
        assert f"feeds/{first}.atom.xml" in addresses
        assert "feeds/all.atom.xml" in addresses
    assert '<a href="/blog/feeds/languages/de.atom.xml">' in files["2026/11/guide/de/index.html"].decode()


def entries(site: Site, kind: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return the data of each article in each format: title, text, summary, language and URL."""
    files = site.output()
    atom = ElementTree.fromstring(files[f"feeds/{kind}.atom.xml"])
    rss = ElementTree.fromstring(files[f"feeds/{kind}.rss.xml"])
    found: dict[str, dict[str, dict[str, str]]] = {"atom": {}, "rss": {}, "json": {}}
    for entry in atom.iter(f"{ATOM}entry"):
        address = entry.find(f"{ATOM}link").attrib["href"]
        said = {name: entry.findtext(f"{ATOM}{name}") for name in ("title", "content", "summary")}
        found["atom"][address] = said | {"lang": entry.attrib[XML_LANG], "when": entry.findtext(f"{ATOM}published")}
    for item in rss.iter("item"):
        said = {"title": item.findtext("title"), "content": item.findtext(ENCODED)}
        when = parsedate_to_datetime(item.findtext("pubDate")).isoformat()
        said |= {"summary": item.findtext("description"), "lang": item.attrib[XML_LANG], "when": when}
        found["rss"][item.findtext("link")] = said
    for item in json.loads(files[f"feeds/{kind}.json"])["items"]:
        said = {"title": item["title"], "content": item["content_html"], "summary": item["summary"]}
        found["json"][item["url"]] = said | {"lang": item["language"], "when": item["date_published"]}
    return found


@pytest.mark.parametrize("kind", ["all", "topics/nlp", "tags/state", "languages/de", "languages/en"])
def test_the_three_formats_have_the_same_contents(published, kind):
    """The full text, the same plain summary, the language of each article; in the same order, the newest first."""
    atom, rss, feed = entries(published, kind).values()
    assert [*atom] == [*rss] == [*feed]
    for address, said in atom.items():
        assert {**rss[address], "summary": ""} == {**feed[address], "summary": ""} == {**said, "summary": ""}
        summaries = {it[address]["summary"].replace("&amp;", "&") for it in (atom, rss, feed)}
        assert len(summaries) == 1
        assert address.startswith(f"{HOME}/2026/11/")
    assert sorted((it["when"] for it in atom.values()), reverse=True) == [it["when"] for it in atom.values()]


def test_each_feed_has_its_articles_and_no_draft(published):
    """Languages are separate; a topic and a tag list the same as their pages."""
    addresses = {
        kind: {it.removeprefix(f"{HOME}/2026/11/") for it in entries(published, kind)["atom"]} for kind in KINDS
    }
    assert addresses == KINDS
    said = entries(published, "all")["atom"]
    assert {address.removeprefix(f"{HOME}/2026/11/"): it["lang"] for address, it in said.items()} == {
        "guide/": "en",
        "guide/de/": "de",
        "other/": "en",
    }
    guide = said[f"{HOME}/2026/11/guide/"]
    assert guide["title"] == "Gates & doors"
    assert "What a gate lets" in guide["summary"]
    assert "An end, with" in guide["content"]


KINDS = {
    "all": {"guide/", "guide/de/", "other/"},
    "topics/nlp": {"guide/"},
    "topics/site": {"other/"},
    "tags/state": {"guide/"},
    "languages/de": {"guide/de/"},
    "languages/en": {"guide/", "other/"},
}


def test_every_url_is_absolute(published):
    """Even those of footnotes and parts, which lead to the page; a drawing's own stay within it."""
    for kind in KINDS:
        for format_, said in entries(published, kind).items():
            for entry in said.values():
                found = re.findall(
                    r'(?:href|src|cite|poster)="([^"]*)"', re.sub(r"<svg.*?</svg>", "", entry["content"])
                )
                assert all(urlsplit(address).scheme for address in found), (kind, format_, found)
    content = entries(published, "all")["json"][f"{HOME}/2026/11/guide/"]["content"]
    assert f'href="{HOME}/2026/11/other/"' in content
    assert f'href="{HOME}/2026/11/guide/#part"' in content
    assert f'href="{HOME}/2026/11/guide/#fn' in content
    assert f'src="{HOME}/images/line.png"' in content
    assert 'srcset="https://example.org/images/a.png 1x, https://example.org/images/b.png 2x"' in content
    assert 'href="mailto:a@example.net"' in content
    assert '<use href="#dot"' in content


def test_nothing_is_folded(published):
    """A feed reader may not be able to unfold it; a page is."""
    for said in entries(published, "all").values():
        assert '<details open="">' in said[f"{HOME}/2026/11/guide/"]["content"]
    assert "<details>" in published.output()["2026/11/guide/index.html"].decode()


# The numbers of an element's children in a specification: minimum and maximum.
MANY = 10**6
ATOM_FEED = {
    **dict.fromkeys(("id", "title", "updated"), (1, 1)),
    **dict.fromkeys(("generator", "icon", "logo", "rights", "subtitle"), (0, 1)),
    **dict.fromkeys(("author", "category", "contributor", "entry", "link"), (0, MANY)),
}
ATOM_ENTRY = {
    **dict.fromkeys(("id", "title", "updated"), (1, 1)),
    **dict.fromkeys(("content", "published", "rights", "source", "summary"), (0, 1)),
    **dict.fromkeys(("author", "category", "contributor", "link"), (0, MANY)),
}
RSS_CHANNEL = {
    **dict.fromkeys(("title", "link", "description"), (1, 1)),
    **dict.fromkeys(("language", "copyright", "pubDate", "lastBuildDate", "generator", "docs", "ttl", "image"), (0, 1)),
    **dict.fromkeys(("category", "item"), (0, MANY)),
}
RSS_ITEM = {
    **dict.fromkeys(("title", "link"), (1, 1)),
    **dict.fromkeys(("description", "author", "comments", "enclosure", "guid", "pubDate", "source"), (0, 1)),
    "category": (0, MANY),
}


def children(element: Element, namespace: str, allowed: dict[str, tuple[int, int]]) -> None:
    """Check which children of an element in a namespace are allowed, and how often."""
    inside = [
        child.tag for child in element if child.tag.startswith(namespace) and ("{" in child.tag) == bool(namespace)
    ]
    counts = Counter(tag.removeprefix(namespace) for tag in inside)
    assert counts.keys() <= allowed.keys()
    for name, (least, most) in allowed.items():
        assert least <= counts[name] <= most, (element.tag, name, counts[name])


def is_date(text: str) -> bool:
    """Return whether a date conforms to RFC 3339: with its time, and its offset from UTC."""
    return datetime.fromisoformat(text).tzinfo is not None and bool(re.fullmatch(r"\S{10}T\S{8}.*", text))


def test_atom_feeds_conform_to_rfc_4287(published):
    """Required elements occur once; nothing else does; URLs, dates and languages are valid."""
    feeds = set()
    for path in paths(published, ".atom.xml"):
        root = ElementTree.fromstring(published.output()[path])
        assert root.tag == f"{ATOM}feed"
        children(root, ATOM, ATOM_FEED)
        feeds.add(root.findtext(f"{ATOM}id"))
        links = {link.attrib["rel"]: link.attrib["href"] for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"{HOME}/{path}"
        page = f"{links['alternate']}index.html".removeprefix(f"{HOME}/")
        assert page in published.output()
        assert root.attrib[XML_LANG] == ("de" if path == "feeds/languages/de.atom.xml" else "en")
        entries = root.findall(f"{ATOM}entry")
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert len({*ids}) == len(ids)
        assert root.findtext(f"{ATOM}updated") == max(entry.findtext(f"{ATOM}updated") for entry in entries)
        for entry in entries:
            children(entry, ATOM, ATOM_ENTRY)
            assert urlsplit(entry.findtext(f"{ATOM}id")).scheme in ("tag", "https")
            assert [it.attrib["rel"] for it in entry.findall(f"{ATOM}link")] == ["alternate"]
            assert entry.findtext(f"{ATOM}author/{ATOM}name")
            assert entry.find(f"{ATOM}content").attrib == {"type": "html"}
            assert is_date(entry.findtext(f"{ATOM}updated"))
            assert is_date(entry.findtext(f"{ATOM}published"))
            assert all(it.attrib["term"] for it in entry.findall(f"{ATOM}category"))
    assert len(feeds) == len(paths(published, ".atom.xml"))


def test_rss_feeds_conform_to_version_2(published):
    """And have the full text in the element that readers use for it, in addition to the summary."""
    for path in paths(published, ".rss.xml"):
        root = ElementTree.fromstring(published.output()[path])
        assert (root.tag, root.attrib["version"]) == ("rss", "2.0")
        (channel,) = root
        children(channel, "", RSS_CHANNEL)
        assert channel.find(f"{ATOM}link").attrib == {"rel": "self", "href": f"{HOME}/{path}"}
        assert channel.findtext("language") == root.attrib[XML_LANG]
        for item in channel.findall("item"):
            children(item, "", RSS_ITEM)
            assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
            assert item.find("guid").attrib == {"isPermaLink": "false"}
            assert len(item.findall(ENCODED)) == 1
            assert not re.search("<[a-z]", item.findtext("description"))


def test_json_feeds_conform_to_version_1_1(published):
    """According to jsonfeed.org: everything required, and nothing obsolete."""
    allowed = {"id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image"}
    allowed |= {"date_published", "date_modified", "authors", "tags", "language", "attachments"}
    for path in paths(published, ".json"):
        feed = json.loads(published.output()[path])
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"]
        assert feed["feed_url"] == f"{HOME}/{path}"
        assert feed["language"] == ("de" if path == "feeds/languages/de.json" else "en")
        for name in ("icon", "favicon"):
            assert feed[name].removeprefix(f"{HOME}/") in published.output()
        assert "author" not in feed
        for item in feed["items"]:
            assert item.keys() <= allowed
            assert item["id"] == item["url"]
            assert item["content_html"]
            assert is_date(item["date_published"])
            assert is_date(item.get("date_modified", item["date_published"]))
            assert all(author["name"] for author in item.get("authors", ()))
    everything = json.loads(published.output()["feeds/all.json"])["items"]
    other = next(item for item in everything if item["url"].endswith("/other/"))
    assert [author["name"] for author in other["authors"]] == ["A. Reader", "B. Writer"]


def test_a_feed_reader_can_parse_them(published):
    """The one that most Python programs use has no complaints."""
    import feedparser  # only used by this test

    for path in [*paths(published, ".atom.xml"), *paths(published, ".rss.xml")]:
        read = feedparser.parse(published.output()[path])
        assert not read.bozo, (path, read.get("bozo_exception"))
        assert read.version == ("atom10" if "atom" in path else "rss20")
        assert read.feed.language == ("de" if "languages/de" in path else "en")
        for entry in read.entries:
            assert entry.published_parsed
            (content,) = entry.content
            assert content.type == "text/html"
            assert content.language == ("de" if entry.link.endswith("/de/") else "en")
            assert "<p>" in content.value
            assert entry.link.startswith(f"{HOME}/2026/11/")
        if "languages/de" in path:
            assert read.feed.title == "Unrolled (Deutsch)"
        if "topics/nlp" in path:
            assert (read.feed.title, read.feed.link) == ("Language · Unrolled", f"{HOME}/topics/nlp/")


def test_a_site_in_one_language_does_not_mention_languages(site):
    """Its feeds have its title, and pages list those of all articles; in every build, they have the same bytes."""
    site.article("guide", "Words.", Tags="one")
    feeds = []
    for _ in range(2):
        assert site.publish("--ignore-cache").code == 0
        feeds.append({path: data for path, data in site.output().items() if path.startswith("feeds/")})
    assert feeds[0] == feeds[1]
    feed = ElementTree.fromstring(feeds[0]["feeds/languages/en.atom.xml"])
    assert feed.findtext(f"{ATOM}title") == "Unrolled"
    assert "feeds/languages" not in site.page("guide")


def test_a_page_lists_and_explains_all_feeds(published):
    """Each is at the URL given there."""
    files = published.output()
    page = parse(files["subscribe/index.html"].decode())
    assert [it.text() for it in page.css("section h2")] == [*("Everything", "One language", "One topic", "One tag")]
    said = [text_of(it) for it in page.css(".page-title .summary")]
    assert said[0].startswith("A feed tells your feed reader when something new appears here.")
    assert said[1].startswith("Copy one of these addresses into a feed reader, an app or website that collects")
    root = urlsplit(HOME).path
    addresses = [link.attributes["href"] for link in page.css(".rows a")]
    assert len(addresses) == 3 * len(page.css(".rows li"))
    assert {address.removeprefix(f"{root}/") for address in addresses} <= set(files)
    assert f'<a href="{root}/subscribe/" aria-current="page">' in files["subscribe/index.html"].decode()
