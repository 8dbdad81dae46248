"""Which images of an article become figures, and what becomes of the text around them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.figures.page.numbering import Numbering
from plugins.figures.page.outline import outline
from plugins.figures.page.standing import Standing, with_figures
from plugins.figures.report import AddressError

OURS = '<img alt="" src="{static}/images/x.png" data-figure="0">'


def written(html: str) -> str:
    """Write each figure as its caption and classes in square brackets."""

    def write(standing: Standing) -> str:
        return f"[{' '.join(filter(None, (*standing.classes, standing.caption, standing.id)))}]"

    return with_figures(html, lambda image: bool(image.get("data-figure")), write)


@pytest.mark.parametrize(
    ("html", "becomes"),
    [
        (f"<p>{OURS}</p>", "[]"),
        (f'<p class="lead" id="x">{OURS}</p>', "[lead x]"),
        (f"<p>before<br>\n{OURS}<br>\nafter</p>", "<p>before</p>\n[]\n<p>after</p>"),
        (f'<p class="lead" id="x">a {OURS} b</p>', '<p class="lead" id="x">a</p>\n[]\n<p class="lead">b</p>'),
        (f"<p>{OURS} {OURS}</p>", "[]\n[]"),
        (f"<ul><li>one {OURS} two</li></ul>", "<ul><li>one []two</li></ul>"),
        (f"<blockquote>\n<p>{OURS}</p>\n</blockquote>", "<blockquote>\n[]\n</blockquote>"),
        (
            f"<figure>\n<p>{OURS}</p>\n<figcaption>\n<p>Said <em>so</em>.</p>\n</figcaption>\n</figure>",
            "[Said <em>so</em>.]",
        ),
        (f'<figure class="big" id="f">{OURS}<figcaption>Said.</figcaption></figure>', "[big Said. f]"),
        (f"<p>unclosed {OURS}<p>next", "<p>unclosed</p>\n[]<p>next"),
    ],
)
def test_an_image_that_can_be_a_figure_leaves_its_paragraph(html: str, becomes: str) -> None:
    """Prose keeps its own, with its classes; a caption, classes and an id go with the figure."""
    assert written(html) == becomes


@pytest.mark.parametrize(
    "html",
    [
        f'<p><a href="/">{OURS}</a></p>',
        f"<h2>{OURS}</h2>",
        f"<table><tr><td>{OURS}</td></tr></table>",
        f"<p><em>{OURS}</em></p>",
        f"<p><picture>{OURS}</picture></p>",
        f"<pre><code>{OURS}</code></pre>",
        f"<!-- {OURS} -->",
        f"<figure><p>{OURS} {OURS}</p><figcaption>Both.</figcaption></figure>",
        f"<figure><p>{OURS}</p><p>More.</p></figure>",
        '<p><img alt="" src="elsewhere.png"></p>',
    ],
)
def test_an_image_that_can_be_none_stays(html: str) -> None:
    """In a link, a heading, a table, within other words, in code."""
    assert written(html) == html


class Tree(HTMLParser):
    """What Python's own parser sees: the elements around each image."""

    VOID = frozenset(("br", "img"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.images: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "img":
            self.images.append(list(reversed(self.open)))
        elif tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Put HTML into an element, beside other HTML."""
    names = st.sampled_from(["div", "li", "blockquote", "em", "a", "section"])
    return st.builds(lambda name, parts: f"<{name} class='a>b'>{''.join(parts)}</{name}>", names, st.lists(inner))


@given(st.lists(st.recursive(st.sampled_from([OURS, "words", "<br>", "<!-- <p> -->"]), nested, max_leaves=12)))
def test_the_elements_around_an_image_are_those_that_a_parser_finds(parts: list[str]) -> None:
    """However they are nested."""
    html = "".join(parts)
    images = [element for element in outline(html) if element.name == "img"]
    assert [[around.name for around in image.ancestors] for image in images] == Tree(html).images


def numbered(*names: str) -> tuple[Numbering, list[str]]:
    """Number figures of some names."""
    numbering, captions = Numbering(), []
    for name in names:
        html = with_figures(
            f"<p>{OURS}</p>",
            lambda _: True,
            lambda standing, name=name: numbering.figure(standing, name, lambda number, _: f"<img {number}>"),
        )
        captions.append(html)
    return numbering, captions


def test_figures_are_numbered_and_each_has_a_place_of_its_own() -> None:
    """One that stands twice has two numbers; the text means the first."""
    numbering, (first, second, third) = numbered("a", "b c", "a")
    places = [re.search(r' id="([^"]*)"', html)[1] for html in (first, second, third)]
    assert places == ["fig-a", "fig-b_c", "fig-a--2"]
    assert "<figcaption><b>Figure 3</b></figcaption>" in third
    linked = numbering.mentioned('<a href="#fig-b_c"></a>, <a href="#fig-a"></a>', True, lambda *_: None)
    assert linked.count('class="figure-mention"') == 2
    assert re.findall(r">(\w+ \d)<", linked) == ["Figure 2", "Figure 1"]
    assert numbering.mentioned('<a href="#fig-a"></a>', False, lambda *_: None) == "Figure 1"


def test_a_name_that_no_figure_has_is_told_with_those_near_it() -> None:
    """What stands in the text is the name."""
    numbering, _ = numbered("rnn-default", "tanh")
    told: list[tuple[str, AddressError]] = []
    html = numbering.mentioned('<a href="#fig-rnn-defualt"></a>', True, lambda *what: told.append(what))
    assert html == "rnn-defualt"
    assert [name for name, _ in told] == ["rnn-defualt"]
    assert str(told[0][1]).endswith("it shows rnn-default")
