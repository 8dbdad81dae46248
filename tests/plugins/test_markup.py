"""The output of our Markdown extensions."""

from __future__ import annotations

import re

import markdown
import pytest

from pelicanconf import MARKDOWN


def html(text: str) -> str:
    """Convert as the site does; the figure plugin adds the second extension itself."""
    extensions = [*MARKDOWN["extensions"], "plugins.figures.page.mentions"]
    return markdown.markdown(text, extensions=extensions, extension_configs=MARKDOWN["extension_configs"])


def test_a_fence_that_touches_prose_is_separated():
    """`<div>` in `<p>` is invalid HTML."""
    page = html("prose\n```python\nx = 1\n```\nmore")
    assert page.startswith('<p>prose</p>\n<div class="highlight">')
    assert page.endswith("</div>\n<p>more</p>")


def test_the_contents_of_a_fence_are_unchanged():
    """Not even lines that look like another fence."""
    page = html("````text\na\n```python\nb\n```\nc\n````")
    assert "a\n```python\nb\n```\nc\n" in page
    assert "a\n```python\nb\n" in html("```text\na\n```python\nb\n```\nmore")


def test_short_code_is_unbroken():
    """And long code may break; a block is neither."""
    assert html("`(batch, 3, 2)`") == '<p><code class="nb">(batch, 3, 2)</code></p>'
    assert "nb" not in html("`SimpleRNN(4, input_shape=(3, 2))`") + html("```\nx\n```")


def test_a_cell_has_a_class_for_its_alignment():
    """The style attribute would be blocked."""
    page = html("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n")
    assert "style" not in page
    assert '<td class="to-middle">2</td>' in page
    assert '<td class="to-end">3</td>' in page


def test_words_that_repeat_an_argument_name_it():
    """The page ties them to it; code itself is unchanged."""
    assert html("[four]{param=units} cells") == '<p><span class="tie tie-units" data-arg="units">four</span> cells</p>'
    assert '<code class="nb">2</code></span>' in html("[`2`]{param=features code=first}")
    assert 'data-code="first"' in html("[`2`]{param=features code=first}")
    assert "<span" not in html("`[4]{param=units}`")
    assert "<span" not in html("[4](#units){.param} and [4][units]\n\n[units]: /x")


def test_assertions_for_tests_are_not_part_of_the_page():
    """But a block may show how to write them."""
    assert html("one\n\n<!-- assert x == 1 -->\n\ntwo") == "<p>one</p>\n<p>two</p>"
    assert html("1. one\n\n    <!-- assert x == 1 -->\n") == html("1. one\n")
    assert "assert" in html("```text\n<!-- assert x == 1 -->\n```")


def test_a_list_continues_after_an_answer():
    """So that the second exercise isn't number one again."""
    exercise = "{}. Why?\n\n/// details | Answer\nBecause.\n///\n\n"
    page = html(exercise.format(1) + exercise.format(2))
    assert [page.count(f"<ol{start}>") for start in ("", ' start="2"')] == [1, 1]
    assert page.count("<details>\n<summary>Answer</summary>\n<p>Because.</p>\n</details>") == 2


def test_only_a_default_title_of_a_callout_is_marked():
    """An author's own stays; so does text that only looks like a callout, and no marker is left."""
    ours = "> [!note]\n> One.\n\n> [!tip]- \n> Two.\n\n!!! danger\n    Three.\n\n"
    page = html(f"{ours}> [!note] Note\n> Four.\n\n> Words\n> [!note]")
    assert '<p class="admonition-title" data-callout="note">Note</p>' in page
    assert '<summary data-callout="tip">Tip</summary>' in page
    assert '<p class="admonition-title">Note</p>' in page
    assert "Words\n[!note]</p>" in page
    assert '<p class="admonition-title" data-callout="danger">Danger</p>' in page
    assert "\ue000" not in page


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("H~2~O and x^2^", "H<sub>2</sub>O and x<sup>2</sup>"),
        ("~~old~~ ^^new^^ ==seen==", "<del>old</del> <ins>new</ins> <mark>seen</mark>"),
        ("about ~5 to ~6 and a^b, c == d == e", "about ~5 to ~6 and a^b, c == d == e"),
        ("`a~b~ ==c==`", '<code class="nb">a~b~ ==c==</code>'),
        (":smile:", ":smile:"),
    ],
)
def test_typographic_characters_between_words_are_converted(written: str, shown: str) -> None:
    """Not between spaces, where they are literal, nor in code."""
    assert html(written) == f"<p>{shown}</p>"


def test_a_task_is_an_item_with_a_checkbox():
    """Even below another one."""
    page = html("- [ ] open\n- [x] done\n    - [x] below\n")
    assert page.count('<li class="task-list-item"><input type="checkbox" disabled') == 3
    assert page.count("checked") == 2


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


def test_notes_stay_at_the_end_if_the_site_says_so():
    """As plain footnotes, with their links back."""
    options = {"plugins.markup": {"sidenotes": False}}
    page = markdown.markdown(
        "One.[^a]\n\nTwo.\n\n[^a]: A note.\n", extensions=["footnotes", "plugins.markup"], extension_configs=options
    )
    assert "aside" not in page
    assert page.index("Two.") < page.index('<div class="footnote">') < page.index("footnote-backref")
