"""What Markdown becomes."""

from __future__ import annotations

import markdown

from pelicanconf import MARKDOWN


def html(text: str) -> str:
    """Convert as the site does."""
    return markdown.markdown(text, extensions=MARKDOWN["extensions"], extension_configs=MARKDOWN["extension_configs"])


def test_a_fence_that_touches_prose_stands_on_its_own():
    """`<div>` in `<p>` is not HTML."""
    page = html("prose\n```python\nx = 1\n```\nmore")
    assert page.startswith('<p>prose</p>\n<div class="highlight">')
    assert page.endswith("</div>\n<p>more</p>")


def test_what_stands_in_a_fence_is_not_changed():
    """Not even what looks like another fence."""
    page = html("````text\na\n```python\nb\n```\nc\n````")
    assert "a\n```python\nb\n```\nc\n" in page


def test_short_code_stays_in_one_piece():
    """And long code may break; a block is neither."""
    assert html("`(batch, 3, 2)`") == '<p><code class="nb">(batch, 3, 2)</code></p>'
    assert "nb" not in html("`SimpleRNN(4, input_shape=(3, 2))`") + html("```\nx\n```")


def test_a_cell_says_its_side_by_a_class():
    """The style attribute would be blocked."""
    page = html("| a | b | c |\n|---|:-:|--:|\n| 1 | 2 | 3 |\n")
    assert "style" not in page
    assert '<td class="to-middle">2</td>' in page
    assert '<td class="to-end">3</td>' in page
