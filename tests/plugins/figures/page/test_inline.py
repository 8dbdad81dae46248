"""What a page has around the drawing of a figure: its words and values, and what its steps are gone through by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from gettext import NullTranslations
from typing import Any
from xml.etree import ElementTree

from plugins.figures.page.inline import steps, under
from plugins.figures.records import Figure, Form
from plugins.html import children, parse
from plugins.i18n.catalogues import ENGLISH, Language


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
SENTENCES = ("“I” & h₀ give\nh₁.", "“<am>” gives h₂.")


def saying(description: Mapping[str, Any], rows: Sequence[str] = (), language: Language = ENGLISH) -> str:
    """Return what is under a figure that says this."""
    figure = Figure(Form({}, 10, 10), description=description)
    return under(figure, rows, {"PNG": "/images/x.png"}, "Figure 1", "fig-x", language)


def test_only_columns_of_numbers_are_set_to_their_end() -> None:
    """One word among them and it is a column of words; an empty cell says nothing."""
    html = saying(TOLD)
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
    assert "<p>It rises.</p>\n<p>Then it &lt;falls&gt;.</p>\n<div" in saying(TOLD)
    assert 'aria-label="Values of Figure 1"' in saying(TOLD)
    assert "fig-x-data" not in saying({"text": " ", "head": [], "rows": []})


def test_all_controls_of_a_figure_are_one_toolbar_and_a_menu_alone_is_none() -> None:
    """In the order in which they are read: the steps, other rows, the menu, and what it opens."""
    root = parse(saying(TOLD, [steps(SENTENCES, "Figure 1"), "", '<div class="param"></div>']))
    bar, data = root.css_first("[role=toolbar]"), root.css_first(".data")
    assert bar.attributes["aria-label"] == "Figure 1"
    assert [it.attributes["class"] for it in children(bar)] == ["steps", "param", "more"]
    assert data.attributes["id"] == bar.css_first(".menu a").attributes["href"].removeprefix("#") == "fig-x-data"
    assert [it.text() for it in bar.css(".menu li")] == ["Description and data", "Enlarge", "PNG"]
    assert [it.attributes["class"] for it in children(parse(saying(TOLD)))] == ["more", "data"]


def test_a_figure_begins_at_its_first_step() -> None:
    """Button and slider have names, and the sentence is told politely, with its place in front."""
    group = ElementTree.fromstring(steps(SENTENCES, "Figure 3"))
    assert (group.get("role"), group.get("aria-label")) == ("group", "Steps of Figure 3")
    (button,) = group.iter("button")
    assert "".join(button.itertext()) == "Play"
    (slider,) = group.iter("input")
    assert [slider.get(name) for name in ("min", "max", "value")] == ["1", "2", "1"]
    (said,) = group.iter("output")
    assert (said.get("aria-live"), slider.get("aria-valuetext")) == ("polite", "1 of 2")
    sentences = ["1 of 2 “I” & h₀ give h₁.", "2 of 2 “<am>” gives h₂."]
    assert ["".join(it.itertext()) for it in [said, *group.iter("p")]] == [sentences[0], *sentences]


def test_each_step_has_its_dot_as_long_as_they_can_be_told_apart() -> None:
    """Of more than eight, a line shows how far it is."""
    for count, dots in ((2, 2), (8, 8), (9, 0)):
        assert steps(("It rises.",) * count, "").count("<i></i>") == dots


def test_nothing_inline_that_a_strict_policy_would_block() -> None:
    """Neither a style nor a script."""
    assert not re.search(r"<script|\bstyle=|\bon\w+=", steps(SENTENCES, ""))


def test_a_figure_without_steps_has_no_controls() -> None:
    """Nor has one that has a single step: there is nowhere to go."""
    assert steps((), "Figure 1") == steps(SENTENCES[:1], "Figure 1") == ""


def test_what_a_translator_writes_is_text() -> None:
    """Also in the name of a button, where a quotation mark would end it."""
    page = parse(saying(TOLD, [steps(SENTENCES, "", SAYING)], SAYING))
    assert page.css_first(".menu a").text() == '<b> "Description and data" &'
    assert page.css_first("div.table").attributes["aria-label"] == '<b> "Values of Figure 1" &'
    assert page.css_first(".steps button").text() == '<b> "Play" &'
    assert page.css_first("summary").attributes["aria-label"] == '<b> "More about Figure 1" &'
    assert [it.css("b") for it in page.css("b")] == [[it] for it in page.css("b")]
