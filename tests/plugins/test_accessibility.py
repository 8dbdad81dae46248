"""Additions to an article's HTML in a page: table of contents, linked headings, labels for what scrolls."""

import pytest

from plugins.accessibility import Heading, accessible, headings
from tests.tables import Case, texts


@texts(__file__, "Pages")
def test_a_page_can_be_used_by_everybody(case: Case) -> None:
    """Each case says how."""
    case.check(accessible)


WORDS = (
    '<h2 class="x" id="a">The <code class="nb">4</code> <a href="/x">units</a>'
    '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup><img alt="" src="x.png"></h2><h2 id="e"></h2>'
)


@pytest.mark.parametrize(
    ("html", "contents"),
    [
        pytest.param(
            '<h3 id="z">Z</h3><h2 id="a">A</h2><h3 id="b">B</h3><h4 id="c">C</h4><h2 id="d">D</h2>',
            [Heading("z", "Z"), Heading("a", "A", [Heading("b", "B")]), Heading("d", "D")],
            id="two levels, of which the second may come first",
        ),
        pytest.param(WORDS, [Heading("a", "The <code>4</code> units")], id="only the words of a heading"),
    ],
)
def test_the_table_of_contents_lists_the_headings(html: str, contents: list[Heading]) -> None:
    """Links would be nested, ids duplicated, and a footnote's number means nothing there."""
    assert headings(html) == contents
