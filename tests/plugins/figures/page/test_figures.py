"""Which images of an article become figures, and how the text around them changes."""

import re

from plugins.figures.page.figures import Numbering, Shown, Write, for_summary, make_figures
from plugins.figures.report import AddressError
from plugins.html import Tag, parse, write
from tests.tables import table

OURS = '<img alt="" src="{static}/images/x.png" data-figure="0">'


def written(html: str) -> str:
    """Write each figure as its caption and classes in square brackets."""

    def bracketed(shown: Shown) -> str:
        return f"[{' '.join(filter(None, (*shown.classes, shown.caption, shown.id)))}]"

    return with_figures(html, bracketed)


def with_figures(html: str, bracketed: Write) -> str:
    """Return a piece of HTML with its figures written in this way."""
    root = parse(html)
    make_figures(root, lambda image: bool(image.get("data-figure")), bracketed)
    return write(root)


def mentioned(numbering: Numbering, html: str, is_linked: bool, told: list[tuple[str, AddressError]]) -> str:
    """Write the numbers into a piece of HTML."""
    root = parse(html)
    numbering.mention(root, is_linked, lambda *what: told.append(what))
    return write(root)


@table(__file__, "An image that can be a figure leaves its paragraph")
def test_an_image_that_can_be_a_figure_leaves_its_paragraph(html: str, becomes: str) -> None:
    """Prose keeps its own paragraph, with its classes; a caption, classes and an id go with the figure."""
    assert written(html.replace("IMG", OURS)) == becomes


@table(__file__, "An image that cannot be a figure is unchanged")
def test_an_image_that_cannot_be_a_figure_is_unchanged(html: str) -> None:
    """In a link, a heading, a table, between other words, in code."""
    assert written(html.replace("IMG", OURS)) == html.replace("IMG", OURS)


def numbered(*names: str) -> tuple[Numbering, list[str]]:
    """Number figures with some names."""
    numbering, captions = Numbering(), []
    for name in names:
        html = with_figures(
            f"<p>{OURS}</p>", lambda shown, name=name: numbering.figure(shown, name, lambda *_: Tag("img"))
        )
        captions.append(html)
    return numbering, captions


def test_figures_are_numbered_and_each_has_its_own_id() -> None:
    """One that is shown twice has two numbers; the text refers to the first."""
    numbering, (first, second, third) = numbered("a", "b c", "a")
    places = [re.search(r' id="([^"]*)"', html)[1] for html in (first, second, third)]
    assert places == ["fig-a", "fig-b_c", "fig-a--2"]
    assert "<figcaption><b>Figure 3</b></figcaption>" in third
    linked = mentioned(numbering, '<a href="#fig-b_c"></a>, <a href="#fig-a"></a>', True, [])
    assert linked.count('class="figure-mention"') == 2
    assert re.findall(r">(\w+ \d)<", linked) == ["Figure 2", "Figure 1"]
    assert mentioned(numbering, '<a href="#fig-a"></a>', False, []) == "Figure 1"


def test_an_unknown_name_is_reported_with_similar_ones() -> None:
    """The text then contains the name."""
    numbering, _ = numbered("rnn-default", "tanh", "whole")
    told: list[tuple[str, AddressError]] = []
    html = mentioned(numbering, '<a href="#fig-rnn-defualt"></a>', True, told)
    assert html == "rnn-defualt"
    assert [name for name, _ in told] == ["rnn-defualt"]
    assert str(told[0][1]).endswith("did you mean rnn-default?")
    for name, advice in (("hole", "did you mean whole?"), ("xyz", "its figures are rnn-default, tanh, whole")):
        mentioned(numbering, f'<a href="#fig-{name}"></a>', True, told)
        assert str(told[-1][1]).endswith(advice)


def test_a_summary_contains_only_the_article_s_prose() -> None:
    """No caption, no duplicate id, and no link into another page; an author's own figure is kept."""
    figure = (
        f'<figure class="diagram wide" id="fig-x">{OURS}\n<figcaption><b>Figure 1</b> Said.</figcaption>\n</figure>'
    )
    own = '<figure id="own"><figcaption>Own.</figcaption></figure>'
    prose = '<p>As <a class="figure-mention" href="#fig-x">Figure 1</a> <a href="/">shows</a>.</p>'
    assert for_summary(figure + own + prose) == (
        f'<figure class="diagram wide">{OURS}\n\n</figure>{own}<p>As Figure 1 <a href="/">shows</a>.</p>'
    )
