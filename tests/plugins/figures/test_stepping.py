"""The controls under a figure that goes step by step."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from plugins.figures.page.stepping import stepping

SENTENCES = ["Step 1 of 2: “I” & h₀ give\nh₁.", "Step 2 of 2: “<am>” gives h₂."]


def test_the_whole_figure_is_the_first_place_and_where_it_begins() -> None:
    """Buttons and slider have names, the sentence is told politely, and what leads nowhere says so."""
    group = ElementTree.fromstring(stepping(SENTENCES, "Figure 3"))
    assert (group.get("role"), group.get("aria-label")) == ("group", "Steps of Figure 3")
    assert [button.get("aria-label") for button in group.iter("button")] == ["Previous step", "Play", "Next step"]
    assert [button.get("aria-disabled") for button in group.iter("button")] == ["true", None, None]
    (slider,) = group.iter("input")
    assert [slider.get(name) for name in ("min", "max", "value")] == ["0", "2", "0"]
    (said,) = group.iter("output")
    assert (said.get("aria-live"), said.text, slider.get("aria-valuetext")) == ("polite", "All steps", "All steps")
    assert [it.text for it in group.iter("p")] == ["Step 1 of 2: “I” & h₀ give h₁.", SENTENCES[1]]


def test_nothing_inline_that_a_strict_policy_would_block() -> None:
    """Neither a style nor a script."""
    assert not re.search(r"<script|\bstyle=|\bon\w+=", stepping(SENTENCES, ""))


def test_a_figure_without_steps_has_no_controls() -> None:
    """Nor has one that has a single step: there is nowhere to go."""
    assert stepping([], "Figure 1") == stepping(SENTENCES[:1], "Figure 1") == ""
