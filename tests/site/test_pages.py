"""Figures in a built page, in a feed, and in another theme."""

import json
import re
import shutil
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.conftest import REPOSITORY, SIMPLE, Build, Site

ARTICLE = """\
Both {figure:cross} and [](#fig-hand) are below; `{figure:code}` is code.

Before it.
![](/images/cross.png "It *grows*.")
After it.

![The author's words](/images/line.png){.img-center}

/// caption
A caption with *emphasis*.
///

![](/images/line.png){.decorative}

![A hand.](/images/hand.png "A hand")

[![](/images/line.png)](/) in a link
"""
CROSS = '''
"""Not read."""
from matplotlib.figure import Figure


class Picture:
    alt = "A > B"
    description = {"text": "A stands before B.", "head": ["step", "value"], "rows": [["1", "−0.5"], ["2", "<b>"]]}

    def __init__(self, width):
        self.size_px = (width, 100)

    def figure(self):
        figure = Figure(figsize=(self.size_px[0] / 100, 1), dpi=100, facecolor="#FFFFFF")
        figure.text(0.5, 0.5, "A", color="#1B2430", family="Unrolled Sans")
        return figure


def draw():
    picture = Picture(600)
    picture.turned = Picture(280)
    return picture
'''

SUMMARY = """\
Words before, of {figure:line}.

![](/images/line.png "It grows.")

Words after.

![](/images/line.png)
/// figure-caption
Grows again, *much*.
///

<figure><img alt="" src="/images/line.png"><figcaption>My own.</figcaption></figure>

The end.
"""
LABELLED = """\
<em>Topics</em> and {figure:line}; *Figure 1* is the author's.

![](/images/line.png "Sie steigt.")
"""
OTHERS = {
    "missing": "![](/images/line.png)\n\nSee {figure:line}.\n\nSee {figure:lime}, or [](#fig-other).\n",
    "decorative": "Words.\n\n![](/images/mute.png){.decorative}\n",
    "prose": SUMMARY,
    "german": LABELLED,
    "english": LABELLED,
    "formulas": "So $x^2$ and \\(y\\), $$z$$ too.\n\n\\[w = 1\\]\n\nFor $5.",
}
MUTE = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build]:
    """A site with a figure of each kind, published."""
    site = Site(tmp_path_factory.mktemp("figures"), font_list)
    for name in ("tokens.json", "figures.mplstyle"):
        (site.root / "theme").mkdir(exist_ok=True)
        shutil.copy(REPOSITORY / "theme" / name, site.root / "theme")
    shutil.copytree(REPOSITORY / "diagrams/unrolled/fonts", site.root / "diagrams/unrolled/fonts")
    site.script("cross", CROSS)
    site.script(
        "line",
        '"""A line that rises."""\nimport matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\nplt.plot([0, 1])',
    )
    (site.root / "content/images").mkdir()
    Image.new("RGB", (30, 20), "red").save(site.root / "content/images/hand.png")
    site.add('DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = None', to="publishconf_here.py")
    site.article("guide", ARTICLE, Summary="Of {figure:cross}.")
    site.script("mute", MUTE)
    for name, text in OTHERS.items():
        site.article(name, text, Date="2026-10-01", **({"Lang": "de"} if name == "german" else {}))
    built = site.publish("-e", 'JSON_FEED_SAVE_AS="feed.json"')
    simple = site.build(*SIMPLE, "-o", str(site.root / "other"))
    assert [it.code for it in (built, simple)] == [1, 1]  # because of the article with missing references
    return site, built


def entry_of(site: Site, title: str) -> str:
    """Return an article's entry in the feed."""
    feed = ElementTree.fromstring(site.output()["feeds/all.atom.xml"])
    space = "{http://www.w3.org/2005/Atom}"
    entries = {it.findtext(f"{space}title"): it.findtext(f"{space}content") for it in feed.iter(f"{space}entry")}
    return entries[title] or ""


def figures(page: str) -> list[str]:
    """Return the figures of a page."""
    return re.findall(r'<figure class="diagram.*?</figure>', page, re.S)


def test_each_figure_is_numbered_captioned_and_referred_to_in_the_text(published: tuple[Site, Build]) -> None:
    """A decorative one isn't, nor one in a link."""
    site, built = published
    assert not [entry for entry in built.entries if not entry.startswith("content/nlp/missing.md")], built.report
    page = site.page("guide")
    captions = [re.findall(r"<figcaption>(.*?)</figcaption>", figure, re.S) for figure in figures(page)]
    assert captions == [
        ["<b>Figure 1</b> It *grows*."],
        ["<b>Figure 2</b> A caption with <em>emphasis</em>."],
        [],
        ["<b>Figure 3</b> A hand"],
    ]
    mentions = re.findall(r'<a class="mention" href="#([^"]*)">(.*?)</a>', page)
    assert mentions == [("fig-cross", "Figure 1"), ("fig-hand", "Figure 3")]
    assert re.search(r"<code[^>]*>\{figure:code\}</code>", page)
    assert "<p>Of Figure 1.</p>" in page
    assert "<p>Before it.</p>" in page
    assert "<p>After it.</p>" in page


def test_the_drawing_is_inline_in_both_forms_with_its_words(published: tuple[Site, Build]) -> None:
    """In the theme's colours, without style or script, and with real text."""
    (first, second, decorative, by_hand) = figures(published[0].page("guide"))
    opened = re.findall(
        r'<svg width="([\d.]+)em"[^>]* class="([^"]+)" role="img"><title>(.*?)</title><desc>(.*?)<', first
    )
    assert opened == [
        ("17.5", "narrow", "A &gt; B", "A stands before B."),
        ("37.5", "wide", "A &gt; B", "A stands before B."),
    ]
    assert first.startswith('<figure class="diagram wide w38" id="fig-cross"')
    assert 'fill="var(--ink)">A</text>' in first
    assert not re.search(r"style=|<script|<style|#[0-9a-f]{6}", first)
    assert "<title>The author's words</title>" in second
    assert "img-center" in second
    assert 'aria-hidden="true"' in decorative
    assert "<title>A line" not in decorative
    assert '<img alt="Figure 3"' in by_hand  # its words are in the caption, so they aren't read twice


def test_a_figure_s_data_can_be_read_and_downloaded(published: tuple[Site, Build]) -> None:
    """The values are a table, and the menu links to existing files."""
    site = published[0]
    (first, _, decorative, _) = figures(site.page("guide"))
    cells = re.findall(r"<(?:th|td)\b[^>]*>(.*?)</(?:th|td)>", first)
    assert cells == ["step", "value", "1", "−0.5", "2", "&lt;b&gt;"]
    links = dict(re.findall(r'<a href="([^"]*)" aria-label="([^,]*), Figure 1"', first))
    assert list(links.values()) == ["Description and data", "PNG", "SVG", "Script"]
    data, *files = links
    assert f'id="{data.removeprefix("#")}"' in first
    for address in files:
        path, _, place = address.removeprefix("/repo/").partition("#")
        file = site.root / "output" / path
        file = file / "index.html" if file.is_dir() else file
        assert file.is_file()
        assert not place or f'id="{place}"' in file.read_text("utf-8")
    assert 'class="more"' not in decorative


def test_no_id_is_duplicated(published: tuple[Site, Build]) -> None:
    """Even if a figure is shown twice."""
    page = published[0].page("guide")
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    pointed = set(re.findall(r'url\(#([^)]+)\)|<use[^>]* href="#([^"]+)"', page))
    assert {one or other for one, other in pointed} <= set(ids)
    assert {"fig-line", "fig-line--2"} <= set(ids)


def test_a_feed_has_complete_images_with_captions(published: tuple[Site, Build]) -> None:
    """No drawing, no menu; each image with its URL, its size and its alt text."""
    content = entry_of(published[0], "Guide")
    assert not re.search(r'<svg|class="more"|<picture', content)
    for image in re.findall(r"<img[^>]*>", content):
        assert re.search(r' src="https://example\.org/repo/images/[a-z]+\.png"', image)
        assert re.search(r' width="\d+" height="\d+"', image)
    assert 'alt="A &gt; B"' in content
    assert "<b>Figure 1</b> It *grows*." in content


def test_in_another_theme_the_images_are_complete(published: tuple[Site, Build]) -> None:
    """It doesn't use the filter."""
    page = (published[0].root / "other/2026/11/guide/index.html").read_text("utf-8")
    assert "<svg" not in page
    assert re.findall(r'<img alt="([^"]*)"[^>]*? src="/images/(\w+)\.png"', page)[:3] == [
        ("A &gt; B", "cross"),
        ("The author's words", "line"),
        ("", "line"),
    ]
    assert unescape(page).count("<b>Figure ") == 3


def test_a_reference_to_a_missing_figure_is_an_error_at_its_line(published: tuple[Site, Build]) -> None:
    """With the figures that the article does show."""
    said = [entry.splitlines()[:2] for entry in published[1].entries]
    assert said == [
        ["content/nlp/missing.md:10: [](#fig-other)", "    this article has no numbered figure 'other'"],
        ["content/nlp/missing.md:10: {figure:lime}", "    this article has no numbered figure 'lime'"],
    ]


def test_a_figure_without_alt_text_is_not_published(site: Site) -> None:
    """Unless it is marked as decorative, as in one of the articles above."""
    site.script("mute", MUTE)
    site.article("guide", OTHERS["decorative"].replace("{.decorative}", ""))
    built = site.publish()
    assert built.code == 1
    assert built.entries[0].startswith("content/nlp/guide.md:8: /images/mute.png\n    this image has no alt text")


def test_pelican_s_summary_consists_of_the_article_s_prose(published: tuple[Site, Build]) -> None:
    """Without a figure's number and caption, or an id that is only in the article; its picture may be there."""
    site = published[0]
    (summary,) = (it["summary"] for it in json.loads(site.output()["feed.json"])["items"] if it["title"] == "Prose")
    assert summary.split() == ["Words", "before,", "of", "Figure", "1.", "Words", "after.", "The", "end."]
    index = site.output()["index.html"].decode()
    assert "Words after." in index
    for unsaid in ("It grows", "Grows again", "My own", "Figure 2", "#fig-line", "Describe this figure", "Enlarge"):
        assert unsaid not in index, unsaid
    index = (site.root / "other/index.html").read_text("utf-8")
    assert "/images/line.png" in index.partition("Words before")[2].partition("Words after.")[0]
    for unsaid in ("It grows", "Grows again", "My own", "Figure 2", "fig-line"):
        assert unsaid not in index, unsaid


def test_a_summary_that_ends_after_a_figure_has_the_configured_number_of_words(site):
    """A caption doesn't count."""
    site.article("guide", '![](/images/line.png "A caption of five words.")\n\nOne two three four five six.')
    site.publish("-e", 'JSON_FEED_SAVE_AS="feed.json"', "SUMMARY_MAX_LENGTH=3")
    assert json.loads(site.output()["feed.json"])["items"][0]["summary"].split() == ["One", "two", "three", "…"]


def test_figures_are_labelled_in_the_language_of_their_article(published: tuple[Site, Build]) -> None:
    """In the page, below the figure, and in feeds; the author's own words are unchanged."""
    site = published[0]
    page = site.page("german/de", month="2026/10")
    assert "<b>Abbildung 1</b> Sie steigt." in page
    assert '<a class="mention" href="#fig-line">Abbildung 1</a>' in page
    assert "<em>Topics</em>" in page
    assert "<em>Figure 1</em>" in page
    assert 'aria-label="Vergrößern, Abbildung 1">Vergrößern</button>' in page
    assert "<b>Figure 1</b> Sie steigt." in site.page("english", month="2026/10")
    assert "Abbildung 1</b> Sie steigt." in entry_of(site, "German")
    assert "Figure 1</b> Sie steigt." in entry_of(site, "English")


def test_a_feed_has_the_formulas_of_its_articles(published: tuple[Site, Build]) -> None:
    """As MathML, without the delimiters."""
    content = entry_of(published[0], "Formulas")
    assert re.findall(r'<math [^>]*display="(\w+)">', content) == ["inline", "inline", "block", "block"]
    assert re.findall(r"\$\S*|\\\S*", content) == ["$5.</p>"]
