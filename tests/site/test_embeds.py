"""Embedded content: folded if it is from another site, titled, with its aspect ratio, and allowed by the policy."""

from __future__ import annotations

import pytest

from plugins.html import parse
from tests.conftest import Site

VIDEO = "https://www.youtube-nocookie.com/embed/abc"
ALLOWED = ("-e", 'EMBEDS=["www.youtube-nocookie.com"]')


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ("", "wide"),
        ('width="560" height="315"', "wide"),
        ('width="640" height="480"', "classic"),
        ('width="400" height="400"', "square"),
        ('width="315" height="560"', "tall"),
        ('width="100%" height="80"', "wide"),
    ],
)
def test_a_frame_from_another_site_is_folded_and_has_its_aspect_ratio(site: Site, size: str, shape: str) -> None:
    """Its summary has the title and the host; a browser loads it when it is opened."""
    site.article("guide", f'Words.\n\n<iframe {size} src="{VIDEO}" title="A cell at work" frameborder="0"></iframe>\n')
    built = site.publish(*ALLOWED)
    assert built.code == 0, built.report
    page = parse(site.page("guide"))
    folded = page.css_first(".prose details.embed")
    assert "open" not in folded.attributes
    assert folded.css_first("summary").text() == "A cell at work (www.youtube-nocookie.com)"
    frame = folded.css_first("iframe")
    assert frame.attributes["loading"] == "lazy"
    assert frame.attributes["class"] == f"embedded {shape}"
    assert not {"width", "height", "frameborder"} & set(frame.attributes)
    feed = site.output()["feeds/all.atom.xml"].decode()
    assert "iframe" not in feed
    assert f'&lt;a href="{VIDEO}"&gt;A cell at work (www.youtube-nocookie.com)&lt;/a&gt;' in feed
    policy = site.output()["_headers"].decode()
    assert "frame-src 'self' https://www.youtube-nocookie.com;" in policy
    assert "media-src 'self' https://www.youtube-nocookie.com" in policy


def test_content_of_the_site_itself_is_shown_at_once(site: Site) -> None:
    """And without EMBEDS, the policy doesn't mention frames."""
    site.article(
        "guide",
        '<video src="/images/cell.mp4" title="A cell" autoplay></video>\n\n<iframe src="/demo/" title="Demo"></iframe>',
    )
    built = site.publish()
    assert built.code == 0, built.report
    page = parse(site.page("guide"))
    assert page.css_first("details.embed") is None
    video = page.css_first("video")
    assert {"controls", "preload"} <= set(video.attributes)
    assert "autoplay" not in video.attributes
    assert "frame-src" not in site.output()["_headers"].decode()


def test_no_embed_can_break_a_page(site: Site) -> None:
    """Capitals, an invalid URL, an invalid size."""
    site.article(
        "guide",
        f'<IFRAME SRC="{VIDEO}" TITLE="A" WIDTH="inf" HEIGHT="0"></IFRAME>\n\n'
        '<iframe src="http://[bad" title="B"></iframe>',
    )
    built = site.publish(*ALLOWED)
    assert built.code == 1
    (entry,) = built.entries
    assert entry.startswith("content/nlp/guide.md:8: <iframe> has an invalid URL, http://[bad: ")
    page = parse(site.page("guide"))
    assert [it.text() for it in page.css("details.embed summary")] == ["A (www.youtube-nocookie.com)"]
    assert [it.attributes["class"] for it in page.css("iframe")] == ["embedded wide"]


def test_a_missing_title_or_permission_is_reported(site: Site) -> None:
    """At its line; the page is written."""
    site.article("guide", f'Words.\n\n<iframe src="{VIDEO}"></iframe>\n')
    built = site.build()
    assert built.code == 1
    told = sorted(entry.splitlines()[0] for entry in built.entries)
    assert told == [
        "content/nlp/guide.md:8: <iframe> embeds a page from www.youtube-nocookie.com, which the site's content "
        "security policy blocks",
        f"content/nlp/guide.md:8: <iframe> has no title, so a screen reader can't say what it is: {VIDEO}",
    ]
    assert "details" in site.page("guide")


COMMENTS = "https://giscus.app/en/widget?repo=you/blog&term={slug}&origin={page}"


def test_comments_are_folded_and_only_shown_where_wanted(site: Site) -> None:
    """Off by default, and for an article that turns them off, or a draft."""
    site.article("guide", "Words.")
    site.article("quiet", "Words.", Comments="no")
    options = (
        "-e",
        f'COMMENTS_URL="{COMMENTS}"',
        'EMBEDS=["giscus.app"]',
        'NEWSLETTER_URL="https://news.example.org/"',
    )
    built = site.publish(*options)
    assert built.code == 0, built.report
    page = parse(site.page("guide"))
    folded = page.css_first("aside.end details.embed")
    assert folded.css_first("summary").text() == "Comments (giscus.app)"
    assert folded.css_first("iframe").attributes["src"] == (
        "https://giscus.app/en/widget?repo=you/blog&term=guide"
        "&origin=https%3A%2F%2Fexample.org%2Frepo%2F2026%2F11%2Fguide%2F"
    )
    assert page.css_first("aside.end > p > a").attributes["href"] == "https://news.example.org/"
    assert "giscus" not in site.page("quiet")
    assert site.publish().code == 0
    assert 'class="embed"' not in site.page("guide")
    (told,) = site.build("-e", f'COMMENTS_URL="{COMMENTS}"').entries
    assert told.startswith(
        "pelicanconf_here.py:1: COMMENTS_URL points to giscus.app, which the site's content security policy blocks"
    )
