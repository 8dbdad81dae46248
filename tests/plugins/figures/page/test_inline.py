"""What a page has around the drawing of a figure: its words and values, and what its steps are gone through by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any
from xml.etree import ElementTree

from plugins.figures.page.figures import MARK
from plugins.figures.page.inline import foot, steps
from plugins.figures.records import Figure, Form
from plugins.html import Tag, parse
from plugins.i18n.catalogues import Language


class Catalogue(NullTranslations):
    """Says every message so."""

    def gettext(self, message: str) -> str:
        return f'<b> "{message}" &'


TOLD = {
    "text": "It rises.\n\nThen it <falls>.",
    "head": ["step", "word", "state", "mixed"],
    "rows": [["1", "I", "−0.7", "0.1"], ["2", "am", "", "none"]],
}

SAYING = Language("xx", Catalogue())
"""A language whose translator uses the signs of HTML."""
SENTENCES = ("Step 1 of 2: “I” & h₀ give\nh₁.", "Step 2 of 2: “<am>” gives h₂.")


def under(description: Mapping[str, Any]) -> str:
    """Return what is under a figure that says this."""
    figure = Figure(Form({}, 10, 10), description=description)
    return foot(Tag("img", ((MARK, "x"), ("src", "/images/x.png"))), figure, "Figure 1", {})


def test_only_columns_of_numbers_are_set_to_their_end() -> None:
    """One word among them and it is a column of words; an empty cell says nothing."""
    html = under(TOLD)
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
    assert "<p>It rises.</p>\n<p>Then it &lt;falls&gt;.</p>\n<div" in under(TOLD)
    assert 'aria-label="Values of Figure 1"' in under(TOLD)
    assert "<details" not in under({"text": " ", "head": [], "rows": []})


def test_the_whole_figure_is_the_first_place_and_where_it_begins() -> None:
    """Buttons and slider have names, the sentence is told politely, and what leads nowhere says so."""
    group = ElementTree.fromstring(steps(SENTENCES, "Figure 3"))
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
    assert not re.search(r"<script|\bstyle=|\bon\w+=", steps(SENTENCES, ""))


def test_a_figure_without_steps_has_no_controls() -> None:
    """Nor has one that has a single step: there is nowhere to go."""
    assert steps((), "Figure 1") == steps(SENTENCES[:1], "Figure 1") == ""


def test_what_a_translator_writes_is_text() -> None:
    """Also in the name of a button, where a quotation mark would end it."""
    figure = Figure(Form({}, 10, 10), description=TOLD)
    html = foot(Tag("img"), figure, "Figure 1", {}, SAYING) + steps(SENTENCES, "", SAYING)
    page = parse(html)
    assert page.css_first("summary").text() == '<b> "Describe this figure" &'
    assert page.css_first("div.table").attributes["aria-label"] == '<b> "Values of Figure 1" &'
    assert [it.attributes["aria-label"] for it in page.css(".steps button")][1] == '<b> "Play" &'
    assert page.css("b") == []
