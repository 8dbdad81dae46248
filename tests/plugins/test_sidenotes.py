"""Footnotes next to the text that they belong to."""

from __future__ import annotations

import re

from tests.plugins.test_markup import html


def test_a_note_follows_the_block_that_refers_to_it():
    """Its number links back; nothing is left at the end of the article."""
    page = html("One.[^a]\n\nTwo.\n\n[^a]: A *note*.\n")
    assert page == (
        '<p>One.<sup id="fnref:a"><a class="footnote-ref" href="#fn:a">1</a></sup></p>\n'
        '<aside class="sidenote" role="note">\n'
        '<div id="fn:a"><a href="#fnref:a">1</a> A <em>note</em>.</div>\n</aside>\n<p>Two.</p>'
    )


def test_the_notes_of_one_block_are_together():
    """Two of them next to one paragraph would push each other down."""
    page = html("One[^a] two.[^b]\n\n- three[^c]\n\n[^a]: A\n[^b]: B\n[^c]: C\n")
    assert [re.findall(r'id="fn:(\w)"', aside) for aside in page.split("<aside")[1:]] == [["a", "b"], ["c"]]
    assert page.index('id="fn:b"') < page.index("<ul>") < page.index('id="fn:c"')


def test_a_note_with_two_references_is_shown_once_after_the_first():
    """Without its back links, except for its number."""
    page = html("One.[^a]\n\nTwo.[^a]\n\n[^a]: A\n")
    assert page.count('id="fn:a"') == 1
    assert page.index('id="fn:a"') < page.index("Two.")
    assert "footnote-backref" not in page
    assert "qq3936677670287331zz" not in page


def test_a_note_can_have_several_blocks():
    """They are kept, with the number in the first one."""
    page = html("One.[^a]\n\n[^a]:\n    First.\n\n    ```python\n    x = 1\n    ```\n\n    - a list\n")
    note = page[page.index("<aside") :]
    assert '<a href="#fnref:a">1</a> First.' in note
    assert '<div class="highlight">' in note
    assert "<li>a list</li>" in note


def test_a_note_without_a_reference_comes_last():
    """So that it isn't lost."""
    page = html("One.\n\nTwo.\n\n[^a]: A\n")
    assert page.index("Two.") < page.index('id="fn:a"')


def test_an_article_that_consists_of_a_note_keeps_it():
    """There is no block for it to go with."""
    assert "A lonely note." in html("[^a]: A lonely note.\n")
