"""Former URLs: each redirects, isn't indexed, and never takes the place of anything else."""

import json
import os
from xml.etree import ElementTree

import pytest

from plugins.aliases import file_of
from plugins.html import parse
from tests import builds
from tests.conftest import Build, Site
from tests.sampling import some


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/old/", "old/index.html"),
        ("/old", "old/index.html"),
        ("/2024/a%20b/", "2024/a b/index.html"),
        ("/old.html", "old.html"),
        ("/v1.2/", "v1.2/index.html"),
        ("/größe/", "größe/index.html"),
        *((wrong, "") for wrong in ("", "/", "old/", "/../up/", "/a//b/", "//host/a/", "https://x.org/a/")),
        *((wrong, "") for wrong in ("/a/#part", "/a/?b=c", "/feed.xml", "/a\\b/", "/a/../b/", "/./a/")),
        *(
            (wrong, "")
            for wrong in ("/..", "/../", "/%2e%2e", "/%2Fetc/", "/./", "/a%00b/", "//[x", "/a/%2e%2e/%2e%2e/b/")
        ),
    ],
)
def test_a_url_of_a_page_has_one_file(address: str, place: str) -> None:
    """Any other URL has none."""
    assert file_of(address) == place


@pytest.mark.parametrize("root", some(["/a/blog", ""], one_in=2))
def test_a_former_url_redirects_and_is_not_indexed(site: Site, root: str) -> None:
    """For articles and pages; without a host, so that a copy of the site redirects within itself."""
    url = f"https://example.org{root}"
    site.article("guide", "Words.", Aliases="/old/, /2024/guide.html", Title="Guide to <em>cells</em> & more")
    site.write("content/pages/about.md", "Title: About\nAliases: /who/\n    /what/\n\nWords.\n")
    built = site.publish(url=url)
    assert built.code == 0, built.report
    files = site.output()
    for place in ("old/index.html", "2024/guide.html"):
        page = parse(files[place].decode())
        refresh = page.css_first('meta[http-equiv="refresh"]')
        assert refresh.attributes["content"] == f"0; url={root}/2026/11/guide/"
        assert page.css_first('link[rel="canonical"]').attributes["href"] == f"{url}/2026/11/guide/"
        assert page.css_first('meta[name="robots"]').attributes["content"] == "noindex"
        assert page.css_first("title").text() == "Guide to cells & more"
        assert page.css_first("a").attributes["href"] == f"{root}/2026/11/guide/"
    assert {"who/index.html", "what/index.html"} <= files.keys()
    listed = [it.text for it in ElementTree.fromstring(files["sitemap.xml"]).iter() if it.tag.endswith("loc")]
    assert f"{url}/2026/11/guide/" in listed
    assert not [it for it in listed if it and ("old" in it or "who" in it or "2024" in it)]
    assert "/old/" not in json.dumps(json.loads(files["feeds/all.json"]))


def test_a_stock_pelican_site_can_use_them(site: Site) -> None:
    """With no other plugin, its own theme, and relative URLs."""
    site.article("guide", "Words.", Aliases="/old/guide/")
    options = ("-t", "simple", "--relative-urls", "-e", 'PLUGINS=["plugins.aliases"]', 'DIRECT_TEMPLATES=["index"]')
    built = site.build(*options)
    assert built.code == 0, built.report
    page = parse(site.output()["old/guide/index.html"].decode())
    assert page.css_first("a").attributes["href"] == "../../2026/11/guide/index.html"
    assert page.css_first('link[rel="canonical"]') is None


def test_an_alias_replaces_nothing(site: Site) -> None:
    """Not a page, a list, a picture, its own page, or another alias; each conflict is reported at its line."""
    site.article("one", "Words.", Tags="state", Aliases="/2026/11/two/, /tags/state/, /2026/11/one/, /both/, /fine/")
    site.article("two", "Words.", Aliases="/both/, nowhere, /feed.xml")
    site.article("three", "Words.", Status="draft", Aliases="/drafted/")
    site.write("content/extra/page.html", "By hand.")
    site.article("four", "Words.", Aliases="/extra/page.html, /extra/page.html/below/")
    built = site.build("-e", 'READERS={"html": null}')  # so that it is copied
    assert built.code == 1
    told = {(line.split(": ")[0], line.split(": ", 1)[1].splitlines()[0]) for line in built.entries}
    one, two = "content/nlp/one.md:6", "content/nlp/two.md:5"
    assert told == {
        (one, "the alias /2026/11/two/ is already the URL of something else on this site"),
        (one, "the alias /tags/state/ is already the URL of something else on this site"),
        (one, "the alias /2026/11/one/ is the page's current URL"),
        ("content/nlp/four.md:5", "the alias /extra/page.html is already the URL of something else on this site"),
        (
            "content/nlp/four.md:5",
            "the alias /extra/page.html/below/ is already the URL of something else on this site",
        ),
        (two, "the alias /both/ is also an alias of content/nlp/one.md, so it redirects there"),
        (two, "the alias nowhere is not the URL of a page on this site"),
        (two, "the alias /feed.xml is not the URL of a page on this site"),
    }
    files = site.output()
    assert b"Words." in files["2026/11/two/index.html"]
    assert files["extra/page.html"] == b"By hand."
    assert b"/2026/11/one/" in files["both/index.html"]
    assert b"/2026/11/one/" in files["fine/index.html"]
    assert "drafted/index.html" not in files


def test_a_link_to_a_former_url_is_reported_with_the_new_one(site: Site) -> None:
    """By the content check, which also finds conflicts."""
    site.article("one", "[Two](/old/)")
    site.article("two", "Words.", Aliases="/old/, /2026/11/one/")
    told = Build(*builds.run("plugins.content", ["-s", "pelicanconf_here.py"], site.root, dict(os.environ)))
    assert [entry.splitlines() for entry in told.entries] == [
        ["content/nlp/one.md:6: the link /old/ is an old URL of content/nlp/two.md", "    write {filename}/nlp/two.md"],
        [
            "content/nlp/two.md:5: the alias /2026/11/one/ is already the URL of something else on this site",
            "    remove it, or move the other page",
        ],
    ]
