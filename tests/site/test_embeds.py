"""Embedded content: folded if it is from another site, titled, with its aspect ratio, and allowed by the policy."""

from __future__ import annotations

from html import escape

from plugins.html import document, parse
from tests.conftest import Site

VIDEO = "https://www.youtube-nocookie.com/embed/abc"
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


def test_a_frame_from_another_site_waits_and_has_its_aspect_ratio(site: Site) -> None:
    """Its summary has the title and the host; it holds a page of our own with a link, until a reader follows that."""
    frames = (f'<iframe {size} src="{VIDEO}" title="A cell at work" frameborder="0"></iframe>\n' for size in SIZES)
    site.article("guide", "Words.\n\n" + "\n".join(frames))
    built = site.publish(*ALLOWED)
    assert built.code == 0, built.report
    page = parse(site.page("guide"))
    for folded, shape in zip(page.css(".prose details.embed"), SIZES.values(), strict=True):
        assert "open" in folded.attributes
        assert folded.css_first("summary").text() == "A cell at work (www.youtube-nocookie.com)"
        frame = folded.css_first("iframe")
        assert "src" not in frame.attributes
        waiting = document(frame.attributes["srcdoc"])
        (link,) = waiting.css("a")
        assert (link.attributes["href"], link.text()) == (VIDEO, "Load from www.youtube-nocookie.com")
        sheet = waiting.css_first("link").attributes["href"]
        assert sheet.removeprefix("/repo/") in site.output()
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


def test_media_from_another_site_load_nothing_while_they_are_folded(site: Site) -> None:
    """Neither a poster nor subtitles, wherever the film is from; the author hears of a poster that isn't shown."""
    host = "https://www.youtube-nocookie.com"
    site.article(
        "guide",
        f'<video src="/images/cell.mp4" title="A cell" poster="{host}/cell.png"></video>\n\n'
        f'<video title="B" poster="/images/b.png"><source src="/b.mp4"><source src="{host}/b.webm">'
        f'<track src="{host}/b.vtt" default><track src="/b.vtt" default></video>\n\n'
        f'<audio title="C"><source src="{host}/c.ogg"></audio>\n\n'
        '<audio title="D" src="https://elsewhere.example/d.ogg"></audio>',
    )
    told = [entry.splitlines()[0] for entry in site.publish(*ALLOWED).entries]
    assert told == [
        "content/nlp/guide.md:6: <video> has a poster from another site, which would load before a reader asks for it, "
        "so it isn't shown",
        "content/nlp/guide.md:12: <audio> embeds a page from elsewhere.example, which the site's content security "
        "policy blocks",
    ]
    page = parse(site.page("guide")).css_first(".prose")
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


def test_an_author_s_own_page_in_a_frame_loads_nothing_from_other_sites(site: Site) -> None:
    """A page in `srcdoc` that does isn't shown, with a warning; one that doesn't is, instead of `src`."""
    for number, loading in enumerate(LOADING):
        good, bad = (escape(it) for it in (OWN_PAGE, OWN_PAGE + loading))
        site.article(
            f"guide-{number}",
            f'Words.\n\n<iframe title="A" srcdoc="{good}" src="{VIDEO}"></iframe>\n\n'
            f'<iframe title="B" srcdoc="{bad}"></iframe>\n\n'
            f'<iframe title="C" srcdoc="{bad}" src="{VIDEO}"></iframe>\n',
        )
    told = [entry.splitlines()[0].partition(": ") for entry in site.publish(*ALLOWED).entries]
    assert {what for _, _, what in told} == {
        "<iframe> has a page in srcdoc that loads something from elsewhere.example before a reader asks for it, "
        "so it isn't shown"
    }
    assert {place.partition(".")[0] for place, _, _ in told} == {
        f"content/nlp/guide-{number}" for number in range(len(LOADING))
    }
    for number in range(len(LOADING)):
        page = parse(site.page(f"guide-{number}")).css_first(".prose")
        own, waits = page.css("iframe")
        assert (own.attributes["title"], own.attributes["srcdoc"]) == ("A", OWN_PAGE)
        assert "src" not in own.attributes
        assert waits.attributes["title"] == "C"
        assert document(waits.attributes["srcdoc"]).css_first("a").attributes["href"] == VIDEO
        assert len(page.css("details.embed")) == 1


ADDRESSES = [
    ("HTTPS://EXAMPLE.org:443/demo/", True),
    ("//example.org:443/demo/", True),
    ("https://example.org:8443/demo/", False),
    ("http://example.org:443/demo/", False),
    ("https://example.org@elsewhere.example/", False),
    ("https:\\\\elsewhere.example/", False),
]
"""The URL of a frame, and whether it is a page of the site."""


def test_a_site_s_own_pages_are_known_however_their_url_is_written(site: Site) -> None:
    """Capitals and the usual port make no difference; another port does, and so does another host behind an @."""
    for number, (address, _) in enumerate(ADDRESSES):
        site.article(f"guide-{number}", f'<iframe src="{address}" title="A"></iframe>')
    told = {entry.partition(":")[0] for entry in site.publish().entries}
    for number, (address, is_own) in enumerate(ADDRESSES):
        assert (f"content/nlp/guide-{number}.md" not in told) == is_own, address
        folded = parse(site.page(f"guide-{number}")).css_first(".prose details.embed")
        assert (folded is None) == is_own, address


def test_a_frame_allows_to_the_other_site_what_it_allowed(site: Site) -> None:
    """The policy of a frame without `src` would allow it to our own page instead."""
    allow = "autoplay; fullscreen 'src'; camera *; picture-in-picture"
    site.article("guide", f'<iframe src="{VIDEO}" title="A" allow="{allow}" allowfullscreen sandbox="x"></iframe>')
    assert site.publish(*ALLOWED).code == 0
    frame = parse(site.page("guide")).css_first("iframe")
    host = "https://www.youtube-nocookie.com"
    assert frame.attributes["allow"] == f"autoplay {host}; fullscreen {host}; camera *; picture-in-picture {host}"
    assert {"allowfullscreen", "sandbox"} <= set(frame.attributes)


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
