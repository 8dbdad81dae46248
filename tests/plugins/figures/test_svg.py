"""What is left of matplotlib's SVG."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from plugins.figures.svg import standalone

WORDS = {
    "alt": "Two <lines>.",
    "description": {"text": "They cross."},
}
PARTS = {"curve": {"argument": {"name": "units"}}, "title": {"argument": None}}


@pytest.fixture(scope="module")
def drawn() -> bytes:
    """An SVG with markers, a clip path, text and two named artists."""
    figure = Figure(figsize=(3, 2))
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], marker="o", gid="curve")
    axes.plot([1, 0], [0, 1])
    axes.set_title("crossing", gid="title")
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "x"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


@pytest.fixture(scope="module")
def clean(drawn) -> str:
    """The same, cleaned."""
    return standalone(drawn, "crossing", (288.0, 192.0), WORDS, PARTS).decode()


def test_nothing_is_left_that_a_strict_policy_blocks(clean):
    """No style, neither element nor attribute, and no script, no metadata."""
    assert not re.search(r"<style|style=|<script|<metadata|xlink:", clean)


def test_it_says_its_size_and_its_words(clean):
    """CSS pixels outside, matplotlib's points inside; title and description come first."""
    root = ElementTree.fromstring(clean)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("288", "192", "0 0 216 144")
    assert [(child.tag.split("}")[1], child.text) for child in root[:2]] == [
        ("title", "Two <lines>."),
        ("desc", "They cross."),
    ]


def test_what_is_named_can_be_found(clean):
    """The text is text, and the parts carry their names and the arguments that govern them."""
    root = ElementTree.fromstring(clean)
    (curve,) = root.findall(".//*[@data-part='curve']")
    assert curve.get("data-arg") == "units"
    (title,) = root.findall(".//*[@data-part='title']")
    assert "crossing" in "".join(title.itertext())


def test_every_id_is_its_own_and_every_reference_is_met(drawn, clean):
    """So two figures can stand in one page."""
    other = standalone(drawn, "other", (288.0, 192.0), WORDS, PARTS).decode()
    ids = set(re.findall(r' id="([^"]+)"', clean))
    pointed = set(re.findall(r'href="#([^"]+)"', clean)) | set(re.findall(r"url\(#([^)]+)\)", clean))
    assert ids
    assert ids == pointed
    assert not ids & set(re.findall(r' id="([^"]+)"', other))
