"""The files and headers for a host."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from plugins.hosting import KEPT, POLICY, headers, headers_file, nginx
from tests.conftest import PLAIN, REPOSITORY, Site
from tests.hosts import rules

DOCS = (REPOSITORY / "docs/hosting.md").read_text("utf-8")
NGINX = (REPOSITORY / "docs/hosting-nginx.md").read_text("utf-8")
SITES = [("https://example.org/a/blog", "/a/blog"), pytest.param(("https://example.org", ""), marks=pytest.mark.slow)]
HASHED = re.compile(r"\.[0-9a-f]{10}(?=\.\w+$)")


class Published(NamedTuple):
    """A site, its URL, and the path in it."""

    site: Site
    url: str
    root: str


@pytest.fixture(scope="module", params=SITES)
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Published:
    """Publish a site at a URL, under a path or without one."""
    url, root = request.param
    site = Site(tmp_path_factory.mktemp("published"), font_list)
    site.script("line", PLAIN)
    images = "![](/images/line.png) [other]({filename}other.md)\n\n![](/images/line.png){#again}"
    site.article("guide", images, Summary="See [it]({filename}other.md).", Tags="state")
    site.article("other", "text", Lang="en")
    site.article("andere", "Text", Slug="other", Lang="de")
    built = site.publish(url=url)
    assert built.code == 0, built.report
    return Published(site, url, root)


def test_everything_cached_for_a_year_is_named_by_its_contents_and_exists(published):
    """And everything with such a name may be cached. Under a path, the rules include it."""
    files, root = published.site.output(), published.root
    told = rules(files["_headers"].decode())
    assert told.pop(f"{root}/*") == headers()
    assert all(said == {"Cache-Control": KEPT} for said in told.values())
    assert {path.removeprefix(f"{root}/") for path in told} == {path for path in files if HASHED.search(path)}
    kinds = {path.rpartition(".")[2] for path in told}
    assert kinds == {"css", "js", "woff2"}


def test_urls_that_leave_the_site_are_absolute_with_and_without_a_path(published):
    """Canonical links, previews, the site map, feeds; URLs within the site start with the path."""
    site, url, root = published
    page, files = site.page("guide"), {path: data.decode("utf-8", "replace") for path, data in site.output().items()}
    assert f'<link rel="canonical" href="{url}/2026/11/guide/">' in page
    assert f'<meta property="og:url" content="{url}/2026/11/guide/">' in page
    assert f'<meta property="og:image" content="{url}/images/line.png">' in page
    assert f'"url": "{url}/2026/11/guide/"' in page
    assert f"<loc>{url}/2026/11/guide/</loc>" in files["sitemap.xml"]
    assert f"Sitemap: {url}/sitemap.xml" in files["robots.txt"]
    assert f'<link href="{url}/2026/11/guide/" rel="alternate"/>' in files["feeds/tags/state.atom.xml"]
    assert f'"url": "{url}/2026/11/guide/"' in files["feeds/all.json"]
    assert f'hreflang="x-default" href="{url}/2026/11/other/"' in site.page("other/de")
    assert f'<a class="brand" href="{root}/">' in page
    assert f'<a href="{root}/tags/state/" rel="tag">' in page
    assert f'<a href="{root}/2026/11/other/">it</a>' in files["index.html"]
    assert f'href="{root}/images/line.svg"' in page
    assert f'"start_url": "{root}/"' in files["manifest.json"]


def test_nothing_refers_to_a_plain_name(published):
    """No page, feed, style sheet, script or figure: files with hashed names are only loaded by these."""
    files = published.site.output()
    plain = {HASHED.sub("", path).removeprefix("theme/") for path in files if HASHED.search(path)}
    assert {"css/main.css", "js/page.js", "fonts/unrolled-sans.woff2"} <= plain
    for path, data in files.items():
        if path.endswith((".html", ".xml", ".json", ".css", ".js", ".svg")):
            text = data.decode()
            assert [name for name in plain if name in text] == [], path
            for address in re.findall(r"url\([\"']?([^)\"'#]+)", text):
                place = (published.site.root / "output" / path).parent / address
                assert place.is_file(), (path, address)


def test_pages_do_not_name_their_host_so_that_a_copy_elsewhere_works(published):
    """Links in templates, in texts and in summaries; only URLs that leave the site are absolute."""
    whole = {("link", "canonical"), ("link", "alternate"), ("meta", ""), ("script", "")}
    for path, data in published.site.output().items():
        if path.endswith(".html"):
            for tag, text in re.findall(r"<(\w+)([^>]*https://example\.org[^>]*)>", data.decode()):
                rel = re.search(r'rel="(\w+)"', text)
                assert (tag, rel[1] if rel else "") in whole, (path, text)
                assert "alternate" not in text or "hreflang" in text, (path, text)


@pytest.mark.slow
def test_names_are_the_same_as_in_a_clean_build(site):
    """An edit of the style sheet in between leaves nothing behind; a new name of a font changes the sheet's, too."""
    site.article("guide", "text")
    theme = site.root / "mine"
    shutil.copytree(REPOSITORY / "theme", theme)
    sheet, font = theme / "static/css/main.css", theme / "static/fonts/unrolled-serif-600.woff2"
    own, drawn = sheet.read_text("utf-8"), font.read_bytes()

    def names():
        assert site.publish("-t", str(theme)).code == 0
        page = site.page("guide")
        return site.output(), re.search(r"main\.\w+\.css", page)[0]

    clean, name = names()
    sheet.write_text(own + "h1 { color: #123456 }", "utf-8")
    _, edited = names()
    sheet.write_text(own, "utf-8")
    font.write_bytes(drawn + b" ")
    _, other_font = names()
    font.write_bytes(drawn)
    again, _ = names()
    assert len({name, edited, other_font}) == 3
    assert again == clean


def test_while_writing_names_are_plain_and_there_are_no_headers(site):
    """A preview replaces a style sheet by name."""
    site.article("guide", "text")
    assert site.build().code == 0
    assert 'href="/theme/css/main.css"' in site.page("guide")
    assert "_headers" not in site.output()
    assert not [path for path in site.output() if HASHED.search(path) and not path.startswith("pagefind/")]


def test_a_style_sheet_of_the_site_s_own_is_named_by_its_contents_too(site):
    """Whether it is added to the theme's or replaces one."""
    site.article("guide", "text")
    site.write("content/extra/mine.css", "h1 { color: #123456 }")
    own = '{"extra/mine.css": {"path": "theme/css/main.css"}}'
    built = site.publish("-e", f"EXTRA_PATH_METADATA={own}")
    assert built.code == 0, built.report
    name = re.search(r"theme/css/main\.\w+\.css", site.page("guide"))[0]
    assert site.output()[name] == site.output()["theme/css/main.css"] == b"h1{color:#123456}"


def test_the_policy_can_be_changed_by_directive(site):
    """In the settings; other directives are unchanged."""
    site.article("guide", "text")
    site.add(MORE, to="publishconf_here.py")
    assert site.publish().code == 0
    said = rules(site.output()["_headers"].decode())["/repo/*"]["Content-Security-Policy"]
    directives = dict(it.split(" ", 1) for it in said.split("; "))
    assert directives.pop("img-src") == "'self' https://img.example.net"
    assert directives == {name: value for name, value in POLICY.items() if name != "frame-ancestors"}


MORE = """
CONTENT_SECURITY_POLICY = {"img-src": "'self' https://img.example.net", "frame-ancestors": ""}
"""


def test_the_docs_match_the_site():
    """The configuration for nginx word for word, and, of `_headers`, the headers of every file, and of a cached one."""
    assert f"```nginx\n{nginx('example.org')}```" in NGINX
    everything, kept = re.findall(r"```text\n(.*?)```", DOCS, re.DOTALL)
    assert everything == headers_file("", [])
    assert everything + kept == headers_file("", [kept.splitlines()[0].removeprefix("/")])


def test_nginx_gets_the_same_headers():
    """And the same caching for the same names."""
    text = nginx("example.org", root="/blog")
    said = dict(re.findall(r'add_header ([\w-]+) "(.*)" always;', text))
    assert said == headers()
    kept = re.compile(re.search(r'"~(.+)" "(.+)";', text)[1])
    for path, is_kept in {
        "/blog/theme/css/main.85c0e4c556.css": True,
        "/blog/theme/fonts/unrolled-sans.84b1b1b888.woff2": True,
        "/blog/theme/css/main.css": False,
        "/blog/theme/logo.svg": False,
        "/blog/images/main.85c0e4c556.png": False,
    }.items():
        assert bool(kept.search(path)) == is_kept, path
    assert f'"{KEPT}"' in text
    assert urlsplit(re.search(r"error_page 404 (\S+);", text)[1]).path == "/blog/404.html"
