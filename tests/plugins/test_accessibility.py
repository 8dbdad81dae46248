"""Additions to an article's HTML in a page: table of contents, linked headings, labels for what scrolls."""

from __future__ import annotations

import re

import pytest

from plugins.accessibility import Heading, accessible, headings


def test_the_second_level_is_below_the_first():
    """Two levels are enough for a table of contents; a page that starts with the second has it at the top."""
    html = '<h3 id="z">Z</h3><h2 id="a">A</h2><h3 id="b">B</h3><h4 id="c">C</h4><h2 id="d">D</h2>'
    assert headings(html) == [Heading("z", "Z"), Heading("a", "A", [Heading("b", "B")]), Heading("d", "D")]


def test_an_entry_has_only_the_words_of_its_heading():
    """Links would be nested, ids duplicated, and a footnote's number means nothing there."""
    html = (
        '<h2 class="x" id="a">The <code class="nb">4</code> <a href="/x">units</a>'
        '<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup><img alt="" src="x.png"></h2>'
        '<h2 id="e"></h2>'
    )
    assert headings(html) == [Heading("a", "The <code>4</code> units")]


def test_a_heading_is_a_link_to_itself_unless_it_contains_one():
    """A link in a link is invalid HTML."""
    assert accessible('<h2 id="a">A <em>b</em></h2>') == '<h2 id="a"><a href="#a">A <em>b</em></a></h2>'
    for html in ('<h2 id="a"><a href="/x">A</a></h2>', "<h2>A</h2>", '<h1 id="a">A</h1>'):
        assert accessible(html) == html


def test_code_can_be_reached_by_keyboard_and_has_a_unique_label():
    """Two regions with the same label couldn't be told apart."""
    code = '<div class="highlight"><span class="filename">a "b".py</span><pre><span></span><code>x</code></pre></div>'
    bare = '<div class="highlight"><pre><span></span><code>y</code></pre></div>'
    page = accessible(code + bare)
    assert '<pre tabindex="0" role="group" aria-label="Code 1: a &quot;b&quot;.py">' in page
    assert '<pre tabindex="0" role="group" aria-label="Code 2">' in page


def test_code_with_a_class_of_its_own_has_a_label_too() -> None:
    """An author may give a block one, as in `{.python .warns}`."""
    block = '<div class="warns highlight"><pre><code>x</code></pre></div>'
    assert '<pre tabindex="0" role="group" aria-label="Code 1">' in accessible(block)


def test_code_gets_a_row_for_its_button_if_the_first_line_would_be_under_it() -> None:
    """Code with a title already has such a row; lines after the first are below the button anyway."""
    short, long, below = "x" * 40, "<b>&lt;</b>" + "x" * 40, "x\n" + "x" * 60
    blocks = [
        f'<div class="highlight"><pre><span></span><code>{code}</code></pre></div>' for code in (short, long, below)
    ]
    titled = '<div class="highlight"><span class="filename">a.py</span><pre><code>' + "x" * 60 + "</code></pre></div>"
    assert re.findall(r'class="(highlight.*?)"', accessible("".join([*blocks, titled]))) == [
        "highlight",
        "highlight long",
        "highlight",
        "highlight",
    ]


def test_html_in_code_stays_text():
    """HTML shown in an article is escaped, and so unchanged."""
    html = '<div class="highlight"><pre><code>&lt;table&gt;&lt;h2 id="a"&gt;</code></pre></div>'
    assert "&lt;table&gt;&lt;h2 id" in accessible(html)


def test_a_table_scrolls_in_a_box_labelled_by_its_caption():
    """Layout tables, such as those for line numbers, have a class and are unchanged."""
    assert accessible("<table><caption>The <b>weights</b></caption><tr></tr></table>").startswith(
        '<div class="table" tabindex="0" role="group" aria-label="Table 1: The weights"><table>'
    )
    layout = '<table class="highlighttable"><tbody><tr></tr></tbody></table>'
    assert accessible(layout) == layout


def test_an_empty_corner_cell_is_not_a_header():
    """A Markdown table has one if its first column names the rows."""
    table = '<table class="x"><thead><tr><th style="text-align: left;"></th><th>GRU</th></tr></thead></table>'
    assert accessible(table) == table.replace(
        '<th style="text-align: left;"></th>', '<td style="text-align: left;"></td>'
    )


def test_only_a_long_formula_is_a_keyboard_stop():
    """A short one fits every page."""
    short, long = (f'<div class="formula"><math><mi>{name}</mi></math></div>' for name in ("x", "x" * 30))
    assert accessible(short) == short
    assert '<div class="formula" tabindex="0" role="group" aria-label="Formula 2">' in accessible(short + long)
    in_line = '<p><span class="formula inline"><math><mi>xxxxxxxxxxxxxxxxxxxx</mi></math></span></p>'
    assert '<span class="formula inline" tabindex="0" role="group" aria-label="Formula 1">' in accessible(in_line)
    assert "tabindex" not in accessible(in_line.replace("<p>", '<h2 id="a">').replace("</p>", "</h2>")), (
        "a link can't contain another stop"
    )


def test_a_checkbox_says_whether_its_task_is_done():
    """In words, because it has no text of its own."""
    item = '<li class="task-list-item"><input type="checkbox" disabled="" {}aria-label="{}">x</li>'
    shown = "".join((item.format('checked="" ', "done"), item.format("", "to do")))
    assert accessible(re.sub(' aria-label="[^"]*"', "", shown)) == shown


@pytest.mark.parametrize(
    ("address", "text", "is_bare"),
    [
        ("https://example.org/", "https://example.org/", True),
        ("https://example.org/", "example.org", True),
        ("https://doi.org/10.1109/72.27", "doi:10.1109/72.27", True),
        ("https://example.org/keras", "keras", False),
    ],
)
def test_a_link_whose_text_is_its_address_is_marked(address: str, text: str, is_bare: bool) -> None:
    """Print says the address after the text of every other link."""
    marked = f'<a class="x address" href="{address}">{text}</a>'
    plain = marked.replace(" address", "")
    assert accessible(plain) == (marked if is_bare else plain)
