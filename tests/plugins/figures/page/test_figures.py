"""Which images of an article become figures, and how the text around them changes."""

import re

import pytest

from plugins.figures.page.figures import Numbering, Shown, Write, for_summary, is_one_sentence, make_figures
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
    """One that is shown twice has two numbers; its name means the first."""
    numbering, (first, second, third) = numbered("a", "b c", "a")
    places = [re.search(r' id="([^"]*)"', html)[1] for html in (first, second, third)]
    assert places == ["fig-a", "fig-b_c", "fig-a--2"]
    assert "<figcaption><b>Figure 3</b></figcaption>" in third
    assert numbering.labels == {"fig-a": "Figure 1", "fig-b_c": "Figure 2"}


def test_a_summary_contains_only_the_article_s_prose() -> None:
    """No caption, no duplicate id, and no link into another page; an author's own figure is kept."""
    figure = (
        f'<figure class="diagram wide" id="fig-x">{OURS}\n<figcaption><b>Figure 1</b> Said.</figcaption>\n</figure>'
    )
    own = '<figure id="own"><figcaption>Own.</figcaption></figure>'
    prose = '<p>As <a class="mention" href="#fig-x">Figure 1</a> <a href="/">shows</a>.</p>'
    assert for_summary(figure + own + prose) == (
        f'<figure class="diagram wide">{OURS}\n\n</figure>{own}<p>As Figure 1 <a href="/">shows</a>.</p>'
    )


@pytest.mark.parametrize(
    ("typed", "typeset", "is_one"),
    [
        ('"It\'s one" -- so...', "“It’s one” – so…", True),
        ("The  line.", "the line", True),
        ("It is -1.", "It is 1", False),
    ],
)
def test_a_sentence_is_one_as_typed_and_as_typeset(typed: str, typeset: str, is_one: bool) -> None:
    """A caption has its language's quotation marks, an alt text those of the keyboard; everything else counts."""
    assert is_one_sentence(typed, typeset) == is_one
