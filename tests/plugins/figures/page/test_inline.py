"""The elements around the drawing of a figure: its words and values, and the controls for its steps."""

import re
from collections.abc import Mapping, Sequence
from gettext import NullTranslations
from typing import Any
from xml.etree import ElementTree

from plugins.catalogues import ENGLISH, Language
from plugins.figures.page.inline import drawing, steps, under
from plugins.figures.records import Figure, Form
from plugins.html import children, parse


class Catalogue(NullTranslations):
    """Translates every message this way."""

    def gettext(self, message: str) -> str:
        return f'<b> "{message}" &'


TOLD = {
    "text": "It rises.\n\nThen it <falls>.",
    "head": ["step", "word", "state", "mixed"],
    "rows": [["1", "I", "−0.7", "0.1"], ["2", "am", "", "none"]],
}

SAYING = Language("xx", Catalogue())
"""A language whose translator uses HTML's special characters."""
SIZE = ("width", "height", "viewBox")
SENTENCES = ("“I” & h₀ give\nh₁.", "“<am>” gives h₂.")


def saying(description: Mapping[str, Any], rows: Sequence[str] = (), language: Language = ENGLISH) -> str:
    """Return the elements below a figure with this description."""
    figure = Figure(Form({}, 10, 10), None, description=description)
    return under(figure, rows, {"PNG": "/images/x.png"}, "Figure 1", "fig-x", language)


def test_a_drawing_has_the_size_of_the_reader_s_letters() -> None:
    """A narrow one begins at the text’s edge; one lower than what may take its place has room below."""
    stored = '<svg width="160" height="80" viewBox="0 0 160 80" data-margin="4"></svg>'
    sizes = {
        (form, height): [drawing(stored, form, {}, 1, {}, height)[0].attributes[name] for name in SIZE]
        for form, height in [("wide", 0), ("narrow", 0), ("mid", 96)]
    }
    assert sizes == {
        ("wide", 0): ["10em", "5em", "0 0 160 80"],
        ("narrow", 0): ["10.375em", "5em", "-6 0 166 80"],
        ("mid", 96): ["10em", "6em", "0 0 160 96"],
    }


def test_only_columns_of_numbers_are_right_aligned() -> None:
    """A single word makes it a column of words; an empty cell doesn't matter."""
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


def test_a_table_says_how_its_values_were_computed() -> None:
    """In a last column, if the figure does."""
    html = saying({**TOLD, "computed": ["−0.7 = 2 × (−0.35)\n0.1 = 0 < 1", ""]})
    assert re.findall(r'<th scope="col">([^<]*)</th></tr>', html) == ["how computed"]
    assert re.findall(r'<td class="computed">([^<]*)</td>\s*</tr>', html) == ["−0.7 = 2 × (−0.35)\n0.1 = 0 &lt; 1", ""]
    assert "how computed" not in saying(TOLD)


def test_paragraphs_are_separate_and_special_characters_are_escaped() -> None:
    """And without any text, there is nothing to unfold."""
    assert "<p>It rises.</p>\n<p>Then it &lt;falls&gt;.</p>\n<div" in saying(TOLD)
    assert 'aria-label="Values of Figure 1"' in saying(TOLD)
    assert "fig-x-data" not in saying({"text": " ", "head": [], "rows": []})


def test_all_controls_of_a_figure_form_one_toolbar_unless_there_is_only_a_menu() -> None:
    """In reading order: the steps, other rows, the menu, and what it opens."""
    root = parse(saying(TOLD, [steps(SENTENCES, "Figure 1"), "", '<div class="param"></div>']))
    bar, data = root.css_first("[role=toolbar]"), root.css_first(".data")
    assert bar.attributes["aria-label"] == "Figure 1"
    assert [it.attributes["class"] for it in children(bar)] == ["steps", "param", "more"]
    assert data.attributes["id"] == bar.css_first(".menu a").attributes["href"].removeprefix("#") == "fig-x-data"
    assert [it.text() for it in bar.css(".menu li")] == ["Description and data", "Enlarge", "PNG"]
    assert [it.attributes["class"] for it in children(parse(saying(TOLD)))] == ["more", "data"]


def test_a_figure_rests_at_its_last_step() -> None:
    """Button and slider have names, and the sentence is announced politely, after its position."""
    group = ElementTree.fromstring(steps(SENTENCES, "Figure 3"))
    assert (group.get("role"), group.get("aria-label")) == ("group", "Steps of Figure 3")
    (button,) = group.iter("button")
    assert "".join(button.itertext()) == "Play"
    (slider,) = group.iter("input")
    assert [slider.get(name) for name in ("min", "max", "value")] == ["1", "2", "2"]
    (said,) = group.iter("output")
    assert (said.get("aria-live"), slider.get("aria-valuetext")) == ("polite", "2 of 2")
    sentences = ["1 of 2 “I” & h₀ give h₁.", "2 of 2 “<am>” gives h₂."]
    assert ["".join(it.itertext()) for it in [said, *group.iter("p")]] == [sentences[-1], *sentences]


def test_each_step_has_a_dot_if_there_are_few() -> None:
    """For more than eight, a line shows the progress."""
    for count, dots in ((2, 2), (8, 8), (9, 0)):
        assert steps(("It rises.",) * count, "").count("<i></i>") == dots


def test_nothing_inline_would_be_blocked_by_a_strict_policy() -> None:
    """Neither a style nor a script."""
    assert not re.search(r"<script|\bstyle=|\bon\w+=", steps(SENTENCES, ""))


def test_a_figure_without_steps_has_no_controls() -> None:
    """The same with a single step: there is nowhere to go."""
    assert steps((), "Figure 1") == steps(SENTENCES[:1], "Figure 1") == ""


def test_translations_are_escaped() -> None:
    """Even in the name of a button, where a quotation mark would end it."""
    page = parse(saying(TOLD, [steps(SENTENCES, "", SAYING)], SAYING))
    assert page.css_first(".menu a").text() == '<b> "Description and data" &'
    assert page.css_first("div.table").attributes["aria-label"] == '<b> "Values of Figure 1" &'
    assert page.css_first(".steps button").text() == '<b> "Play" &'
    assert page.css_first("summary").attributes["aria-label"] == '<b> "More about Figure 1" &'
    assert [it.css("b") for it in page.css("b")] == [[it] for it in page.css("b")]
