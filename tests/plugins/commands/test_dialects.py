"""The Markdown of other systems."""

from plugins.commands.dialects import (
    below_the_title,
    highest_level,
    unread,
    with_details,
    with_formulas,
    with_kramdown,
    with_links,
    with_lists,
    with_whole_formulas,
)
from tests.tables import table


@table(__file__, "Lists are indented by four spaces")
def test_lists_are_indented_by_four_spaces(text, result):
    """Python-Markdown would otherwise read them as text, or as one list."""
    assert with_lists(text) == result


@table(__file__, "Headings are below the title")
def test_headings_are_below_the_title(text, result):
    """The title is the first heading of the page."""
    assert below_the_title(text, highest_level(text)) == result


@table(__file__, "Formulas have one backslash")
def test_formulas_have_one_backslash(text, result):
    """With kramdown, two dollars within a line are for that line."""
    assert with_formulas(text, is_kramdown=True) == result


@table(__file__, "Formulas have no blank lines")
def test_formulas_have_no_blank_lines(text, result):
    """Only those in lines of their own; other dollars and code stay as they are."""
    assert with_whole_formulas(text) == result


@table(__file__, "Details are a block")
def test_details_are_a_block(text, result):
    """Python-Markdown reads no Markdown between tags."""
    assert with_details(text) == result


@table(__file__, "Addresses are replaced where they are one")
def test_addresses_are_replaced_where_they_are_one(text, result):
    """Not in the words of the text, nor in code."""
    missed = []
    made = with_links(text, {"old": "new"}.get, lambda *it: missed.append(it))
    assert (made, missed) == (result, [])


def test_what_python_markdown_reads_otherwise_of_kramdown_is_found():
    """Attributes of a table or a list; those of a paragraph or a picture are read as they are."""
    text = '| a |\n|---|\n\n{: .wide}\n\nText.\n{: .lead}\n\n`{:x}`\n\n{::options a="b" /}'
    assert [number for number, _ in unread(text)] == [4, 11]
    assert with_kramdown("* TOC\n{:toc}\n\n## A\n{:.no_toc}") == "[TOC]\n\n\n## A {:.no_toc}"
