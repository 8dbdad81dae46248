"""Embedded content: folded if it is from another site, titled, with its aspect ratio, and allowed by the policy."""

from html import escape
from pathlib import Path

import pytest

from plugins.html import document, parse
from tests.conftest import Site
from tests.zoo import by_article

HOST = "https://www.youtube-nocookie.com"
VIDEO = f"{HOST}/embed/abc"
ALLOWED = ("-e", 'EMBEDS=["www.youtube-nocookie.com"]')


SIZES = {
    "": "wide",
    'width="560" height="315"': "wide",
    'width="640" height="480"': "classic",
    'width="400" height="400"': "square",
    'width="315" height="560"': "tall",
    'width="100%" height="80"': "wide",
}
"""Sizes of frames, and the nearest aspect ratio."""


OWN_PAGE = (
    '<style>@import "/a.css"; p {background: url(/b.png)}</style><a href="https://elsewhere.example/">Words</a>'
    '<img src="/c.png" srcset="/d.png 2x"><svg><path fill="url(#e)"></path></svg>'
)
LOADING = [
    '<img src="//elsewhere.example/a.png">',
    '<img srcset="/a.png, https://elsewhere.example/b.png 2x">',
    '<link rel="stylesheet" href="https:\\elsewhere.example/a.css">',
    '<base href="https://elsewhere.example/">',
    '<meta http-equiv="refresh" content="0; url=https://elsewhere.example/">',
    '<iframe srcdoc="<img src=https://elsewhere.example/a.png>"></iframe>',
    '<style>@\\69mport "https://elsewhere.example/a.css";</style>',
    "<p style=\"background: url('https://elsewhere.example/a.png')\">Words</p>",
    '<svg><path fill="url(https://elsewhere.example/a.svg#b)"></path></svg>',
]
"""What loads something from another site, in as many ways."""


def own_pages(loading: str) -> str:
    """Write frames with pages of the author's own, of which all but the first load something."""
    good, bad = (escape(it) for it in (OWN_PAGE, OWN_PAGE + loading))
    return (
        f'Words.\n\n<iframe title="A" srcdoc="{good}" src="{VIDEO}"></iframe>\n\n'
        f'<iframe title="B" srcdoc="{bad}"></iframe>\n\n<iframe title="C" srcdoc="{bad}" src="{VIDEO}"></iframe>\n'
    )


ALLOW = "autoplay; fullscreen 'src'; camera *; picture-in-picture"
ARTICLES = {
    "sized": "Words.\n\n"
    + "\n".join(f'<iframe {it} src="{VIDEO}" title="A cell at work" frameborder="0"></iframe>\n' for it in SIZES),
    "broken": f'<IFRAME SRC="{VIDEO}" TITLE="A" WIDTH="inf" HEIGHT="0"></IFRAME>\n\n'
    '<iframe src="http://[bad" title="B"></iframe>',
    "media": f'<video src="/images/cell.mp4" title="A cell" poster="{HOST}/cell.png"></video>\n\n'
    f'<video title="B" poster="/images/b.png"><source src="/b.mp4"><source src="{HOST}/b.webm">'
    f'<track src="{HOST}/b.vtt" default><track src="/b.vtt" default></video>\n\n'
    f'<audio title="C"><source src="{HOST}/c.ogg"></audio>\n\n'
    '<audio title="D" src="https://elsewhere.example/d.ogg"></audio>',
    "allowing": f'<iframe src="{VIDEO}" title="A" allow="{ALLOW}" allowfullscreen sandbox="x"></iframe>',
    **{f"own-{number}": own_pages(loading) for number, loading in enumerate(LOADING)},
}


Published = tuple[Site, dict[str, list[str]]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Published:
    """Publish a site of these articles, which allows one host; return the first lines of the report, by article."""
    site = Site(tmp_path_factory.mktemp("embeds"), font_list)
    for name, text in ARTICLES.items():
        site.article(name, text)
    told = by_article(site.publish(*ALLOWED))
    return site, {name: [entry.splitlines()[0] for entry in entries] for name, entries in told.items()}


def test_a_frame_from_another_site_waits_and_has_its_aspect_ratio(published: Published) -> None:
    """Its summary has the title and the host; it holds a page of our own with a link, until a reader follows that."""
    site, told = published
    assert "sized" not in told
    page, files = parse(site.page("sized")), site.output()
    for folded, shape in zip(page.css(".prose details.embed"), SIZES.values(), strict=True):
        assert "open" in folded.attributes
        assert folded.css_first("summary").text() == "A cell at work (www.youtube-nocookie.com)"
        frame = folded.css_first("iframe")
        assert "src" not in frame.attributes
        waiting = document(frame.attributes["srcdoc"])
        (link,) = waiting.css("a")
        assert (link.attributes["href"], link.text()) == (VIDEO, "Load from www.youtube-nocookie.com")
        sheet = waiting.css_first("link").attributes["href"]
        assert sheet.removeprefix("/repo/") in files
        assert frame.attributes["class"] == f"embedded {shape}"
        assert not {"width", "height", "frameborder"} & set(frame.attributes)
    (entry,) = (it for it in files["feeds/all.atom.xml"].decode().split("<entry") if "/2026/11/sized/" in it)
    assert "iframe" not in entry
    assert f'&lt;a href="{VIDEO}"&gt;A cell at work (www.youtube-nocookie.com)&lt;/a&gt;' in entry


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


def test_no_embed_can_break_a_page(published: Published) -> None:
    """Capitals, an invalid URL, an invalid size."""
    site, told = published
    (entry,) = told["broken"]
    assert entry.startswith("content/nlp/broken.md:8: <iframe> has an invalid URL, http://[bad: ")
    page = parse(site.page("broken"))
    assert [it.text() for it in page.css("details.embed summary")] == ["A (www.youtube-nocookie.com)"]
    assert [it.attributes["class"] for it in page.css("iframe")] == ["embedded wide"]


def test_media_from_another_site_load_nothing_while_they_are_folded(published: Published) -> None:
    """Neither a poster nor subtitles, wherever the film is from; the author hears of a poster that isn't shown."""
    site, told = published
    assert told["media"] == [
        "content/nlp/media.md:6: <video> has a poster from another site, which would load before a reader asks for it, "
        "so it isn't shown",
        "content/nlp/media.md:12: <audio> embeds a page from elsewhere.example, which the site's content security "
        "policy blocks",
    ]
    page = parse(site.page("media")).css_first(".prose")
    own, mixed = page.css("video")
    assert "poster" not in own.attributes
    assert mixed.attributes["poster"].endswith("/images/b.png")
    assert ["default" in it.attributes for it in mixed.css("track")] == [False, True]
    folded = page.css("details.embed")
    assert [it.css_first("summary").text() for it in folded] == [
        *(f"{title} (www.youtube-nocookie.com)" for title in "BC"),
        "D (elsewhere.example)",
    ]
    assert all("open" not in it.attributes for it in folded)
    assert {it.attributes["preload"] for it in page.css("video, audio")} == {"none"}


@pytest.mark.parametrize("number", range(len(LOADING)))
def test_an_author_s_own_page_in_a_frame_loads_nothing_from_other_sites(published: Published, number: int) -> None:
    """A page in `srcdoc` that does isn't shown, with a warning; one that doesn't is, instead of `src`."""
    site, told = published
    assert {entry.partition(": ")[2] for entry in told[f"own-{number}"]} == {
        "<iframe> has a page in srcdoc that loads something from elsewhere.example before a reader asks for it, "
        "so it isn't shown"
    }
    page = parse(site.page(f"own-{number}")).css_first(".prose")
    own, waits = page.css("iframe")
    assert (own.attributes["title"], own.attributes["srcdoc"]) == ("A", OWN_PAGE)
    assert "src" not in own.attributes
    assert waits.attributes["title"] == "C"
    assert document(waits.attributes["srcdoc"]).css_first("a").attributes["href"] == VIDEO
    assert len(page.css("details.embed")) == 1


def test_a_frame_allows_to_the_other_site_what_it_allowed(published: Published) -> None:
    """The policy of a frame without `src` would allow it to our own page instead."""
    site, told = published
    assert "allowing" not in told
    frame = parse(site.page("allowing")).css_first("iframe")
    assert frame.attributes["allow"] == f"autoplay {HOST}; fullscreen {HOST}; camera *; picture-in-picture {HOST}"
    assert {"allowfullscreen", "sandbox"} <= set(frame.attributes)


ADDRESSES = [
    ("HTTPS://EXAMPLE.org:443/demo/", True),
    ("//example.org:443/demo/", True),
    ("https://example.org:8443/demo/", False),
    ("http://example.org:443/demo/", False),
    ("https://example.org@elsewhere.example/", False),
    ("https:\\\\elsewhere.example/", False),
]
"""The URL of a frame, and whether it is a page of the site."""


def test_what_is_not_the_site_s_own_needs_a_title_and_permission(site: Site) -> None:
    """At its line; the page is written. Capitals and the usual port make no URL another site's; an @ does."""
    site.article("untitled", f'Words.\n\n<iframe src="{VIDEO}?rel=0&amp;start=1"></iframe>\n')
    for number, (address, _) in enumerate(ADDRESSES):
        site.article(f"guide-{number}", f'<iframe src="{address}" title="A"></iframe>')
    told = by_article(site.publish())
    assert sorted(entry.splitlines()[0] for entry in told["untitled"]) == [
        "content/nlp/untitled.md:8: <iframe> embeds a page from www.youtube-nocookie.com, which the site's content "
        "security policy blocks",
        "content/nlp/untitled.md:8: <iframe> has no title, so a screen reader can't say what it is: "
        f"{VIDEO}?rel=0&start=1",
    ]
    assert "details" in site.page("untitled")
    for number, (address, is_own) in enumerate(ADDRESSES):
        assert (f"guide-{number}" not in told) == is_own, address
        folded = parse(site.page(f"guide-{number}")).css_first(".prose details.embed")
        assert (folded is None) == is_own, address


COMMENTS = "https://giscus.app/en/widget?repo=you/blog&term={slug}&origin={page}"


@pytest.mark.slow
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
    policy = site.output()["_headers"].decode()
    assert "frame-src 'self' https://giscus.app;" in policy
    assert "media-src 'self' https://giscus.app" in policy
    page = parse(site.page("guide"))
    folded = page.css_first("aside.end details.embed")
    assert folded.css_first("summary").text() == "Comments (giscus.app)"
    frame = folded.css_first("iframe")
    assert "src" not in frame.attributes
    assert document(frame.attributes["srcdoc"]).css_first("a").attributes["href"] == (
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
