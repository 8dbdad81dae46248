"""The files for the host."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import REPOSITORY


def test_everything_loads_under_a_path(site):
    """Pages, styles and figures have URLs from the root of the host, whatever its name is."""
    site.article("guide", "![](/images/line.png) [other]({filename}other.md)")
    site.article("other", "text")
    built = site.publish(url="https://example.org/repo/")
    assert built.code == 0, built.report
    addresses = re.findall(r'(?:href|src|srcset)="([^"#]+)"', site.page("guide"))
    assert "/repo/images/line.png" in addresses
    assert any(re.fullmatch(r"/repo/theme/css/main\.[0-9a-f]+\.css", address) for address in addresses)
    whole = [address for address in addresses if not address.startswith("/repo/")]
    assert whole == ["https://example.org/repo/2026/11/guide/"]  # the canonical one
    for address in addresses:
        path = address.removeprefix("https://example.org").removeprefix("/repo").lstrip("/")
        place = site.root / "output" / path
        assert (place / "index.html" if place.is_dir() else place).is_file(), address


@pytest.mark.parametrize("url", ["", "example.org"])
def test_without_a_url_nothing_is_published(site, url):
    """One message says what to type in this folder, with a Makefile or without, and there is no traceback."""
    if url:
        site.write("Makefile", "publish: ready\n")
    built = site.publish(url=url)
    assert built.code == 1
    command = "make publish" if url else "pelican content -s publishconf.py"
    assert f"SITEURL=https://example.org/blog {command}\n" in built.report
    assert "Traceback" not in built.report + built.out
    assert not (site.root / "output").exists()


def test_urls_are_readable_and_tags_do_not_collide(site):
    """Page 2 of the tag t1 and page 1 of the tag t12 are two pages."""
    for number in range(12):
        site.article(f"post-{number}", "text", Tags="t1, t12")
    built = site.build()
    assert built.code == 0, built.report + built.out
    pages = site.output()
    assert {"tags/t1/index.html", "tags/t1/page/2/index.html", "tags/t12/index.html"} <= pages.keys()
    assert "2026/11/post-3/index.html" in pages


def test_relative_urls_work_from_a_folder(site):
    """With RELATIVE_URLS, the output can be opened from the disk."""
    site.article("guide", "![](/images/line.png)")
    assert site.build("-e", "RELATIVE_URLS=true").code == 0
    assert 'href="../../../images/line.png"' in site.page("guide")


def dated(site, name, ahead, **headers):
    """Write an article with a date in the future."""
    date = datetime.now(UTC) + ahead
    site.article(name, "![](/images/line.png)", Date=f"{date:%Y-%m-%d %H:%M}", **headers)
    return date


def test_an_article_with_a_future_date_is_not_published_with_a_note(site):
    """While writing, it is shown; but neither its page, its figure, nor any word in a list or feed is published."""
    site.article("now", "Words.")
    date = dated(site, "later", timedelta(days=40))
    dated(site, "latest", timedelta(days=90), Lang="de")
    dated(site, "sketch", timedelta(days=2), Status="draft")
    said = f"2 articles are scheduled, the first due on {date.day} {date:%B %Y}\n"
    built = site.build()
    assert said in built.out
    assert f"{date:%Y/%m}/later/index.html" in site.output()
    published = site.publish()
    assert published.code == 0, published.report
    assert said in published.out
    assert not [path for path in site.output() if re.search("later|latest|sketch|line", path)]
    for path, data in site.output().items():
        if path.endswith((".html", ".xml", ".json")):
            assert b"Later" not in data, path


def test_an_article_for_later_today_is_announced_with_the_time(site):
    """And there is no note if nothing is scheduled."""
    date = dated(site, "soon", timedelta(minutes=2))
    if date.date() == datetime.now(UTC).date():
        assert f"1 article is scheduled, due today at {date:%H:%M}\n" in site.publish().out
    site.article("soon", "Words.")
    assert "wait" not in site.publish().out


def test_our_own_guides_are_published():
    """None has a future date, so none is missing from the published site."""
    for path in (REPOSITORY / "content").glob("*/*.md"):
        header = path.read_text("utf-8").partition("\n\n")[0]
        for date in re.findall("^Date: (.+)", header, re.M):
            assert datetime.fromisoformat(date).replace(tzinfo=UTC) < datetime.now(UTC), path
