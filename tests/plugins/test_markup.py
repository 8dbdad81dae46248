"""The output of our Markdown extensions."""

from __future__ import annotations

import markdown
import pytest

from pelicanconf import MARKDOWN


def html(text: str) -> str:
    """Convert as the site does; the figure plugin adds the second extension itself."""
    extensions = [*MARKDOWN["extensions"], "plugins.claims"]
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
