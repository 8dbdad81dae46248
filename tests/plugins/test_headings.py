"""The contents of an article, and headings as links."""

from __future__ import annotations

from plugins.headings import Heading, headings, linked


def test_the_second_level_stands_below_the_first():
    """Two levels are enough for contents; a page that begins on the second has it on top."""
    html = '<h3 id="z">Z</h3><h2 id="a">A</h2><h3 id="b">B</h3><h4 id="c">C</h4><h2 id="d">D</h2>'
    assert headings(html) == [Heading("z", "Z"), Heading("a", "A", [Heading("b", "B")]), Heading("d", "D")]


def test_an_entry_has_the_words_of_its_heading_and_nothing_that_belongs_to_its_place():
    """Links would stand in links, ids twice, and a note's number means nothing there."""
    html = (
        '<h2 class="x" id="a">The <code class="nb">4</code> <a href="/x">units</a>'
        '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup><img alt="" src="x.png"></h2>'
        '<h2 id="e"></h2>'
    )
    assert headings(html) == [Heading("a", "The <code>4</code> units")]


def test_a_heading_is_a_link_to_itself_unless_it_holds_one():
    """A link in a link is not HTML."""
    assert linked('<h2 id="a">A <em>b</em></h2>') == '<h2 id="a"><a href="#a">A <em>b</em></a></h2>'
    for html in ('<h2 id="a"><a href="/x">A</a></h2>', "<h2>A</h2>", '<h1 id="a">A</h1>'):
        assert linked(html) == html
