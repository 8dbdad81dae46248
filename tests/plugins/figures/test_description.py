"""What a figure says in words and values, below it."""

from __future__ import annotations

import re

from plugins.figures.page.description import description

TOLD = {
    "text": "It rises.\n\nThen it <falls>.",
    "head": ["step", "word", "state", "mixed"],
    "rows": [["1", "I", "−0.7", "0.1"], ["2", "am", "", "none"]],
}


def test_only_columns_of_numbers_are_set_to_their_end() -> None:
    """One word among them and it is a column of words; an empty cell says nothing."""
    html = description(TOLD, "Figure 1")
    assert re.findall(r'<th scope="col"( class="to-end")?>(\w+)</th>', html) == [
        (' class="to-end"', "step"),
        ("", "word"),
        (' class="to-end"', "state"),
        ("", "mixed"),
    ]
    assert re.findall(r"<td( class=\"to-end\")?>([^<]*)</td>", html)[3:] == [
        ("", "am"),
        (' class="to-end"', ""),
        ("", "none"),
    ]


def test_paragraphs_stay_apart_and_signs_are_text() -> None:
    """And without anything to say there is nothing to fold out."""
    assert "<p>It rises.</p>\n<p>Then it &lt;falls&gt;.</p>\n<div" in description(TOLD, "Figure 1")
    assert 'aria-label="Values of Figure 1"' in description(TOLD, "Figure 1")
    assert description({"text": " ", "head": [], "rows": []}, "Figure 1") == ""
