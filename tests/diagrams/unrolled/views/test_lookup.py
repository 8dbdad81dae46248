"""Words and their vectors: as a table, and looked up as one-hot vector times matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_rules, saved_svg, shapes_of, texts_of
from tests.sampling import sampled
from unrolled import embed, lookup, table
from unrolled.i18n import text_of
from unrolled.shapes.cells import Vector
from unrolled.shapes.text import Word

WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree", "not", "movie", "w", "x", "y"]
GUIDE = ["I", "am", "groot"]


def of_kind(picture, kind):
    """List the shapes of a kind."""
    return [shape for shape in picture.shapes if isinstance(shape, kind)]


@st.composite
def lookups(draw):
    """Generate words of a vocabulary, and its vectors."""
    known = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12, unique=True))
    said = draw(st.lists(st.sampled_from(known), min_size=1, max_size=6))
    return said, known, embed(known, draw(st.integers(1, 12)))


@sampled(60)
@given(lookups())
def test_each_word_s_row_is_selected_and_is_the_result(given_words):
    """In colour among rows without; the 1 is at its index; nothing touches in either layout."""
    said, known, vectors = given_words
    picture = lookup(said, known, vectors)
    for form in check_rules(picture, page=None, phone=None):
        shapes = shapes_of(form)
        coloured = {name for name, shape in shapes.items() if name.startswith("row-") and shape.fill != "block"}
        assert coloured == {f"row-{known.index(word)}" for word in said}
        for number, word in enumerate(said, start=1):
            row, result = shapes[f"row-{known.index(word)}"], shapes[f"result-{number}"]
            assert (result.cells, result.fill) == (row.cells, row.fill)
            one_hot = shapes[f"one-hot-{number}"]
            assert one_hot.cells[one_hot.winner] == "1"
            assert set(one_hot.cells) - {"…"} <= {"0", "1"}
            assert one_hot.cells.count("1") == 1
            place = shapes[f"place-{known.index(word)}"].at.x
            cell = one_hot.frame.width / len(one_hot.cells)
            assert place == pytest.approx(one_hot.frame.left + (one_hot.winner + 0.5) * cell)


@sampled(30)
@given(st.integers(1, 30), st.integers(1, 60), st.integers(0, 29))
def test_short_words_fit_a_phone_when_stacked(size, features, row):
    """However many words and features there are."""
    known = [f"w{number}" for number in range(size)]
    picture = lookup(known[row % size], known, embed(known, features))
    assert picture.narrow.size_px[0] <= 288
    check_picture(picture.narrow)


def test_the_product_is_computed_and_described(tmp_path):
    """Read from the SVG: the numbers of the embedding, and no others."""
    picture = lookup("am", GUIDE)
    svg = saved_svg(picture, tmp_path / "p.svg")
    numbers = [text_of(value) for value in np.array([0, 1, 0]) @ embed(GUIDE)]
    assert texts_of(svg, "result-1") == texts_of(svg, "row-1") == numbers
    assert texts_of(svg, "one-hot-1") == ["0", "1", "0"]
    picked, *others = picture.description["rows"]
    assert picked == ["am", "1", "0, 1, 0", ", ".join(numbers)]
    assert [row[:3] for row in others] == [["I", "0", ""], ["groot", "2", ""]]
    assert "“am” has the index 1" in picture.alt
    assert ["".join(texts_of(svg, f"{name}-shape")) for name in ("one-hot", "matrix", "result")] == [
        "(1,3)",
        "(3,2)",
        "(1,2)",
    ]


def test_a_single_word_is_level_with_its_row():
    """So that the eye can move straight across."""
    shapes = shapes_of(lookup("groot", GUIDE))
    assert shapes["one-hot-1"].frame.top == shapes["row-2"].frame.top == shapes["result-1"].frame.top


def test_numbers_are_large_if_there_is_space():
    """In the guide's figures, 13 px in cells of 34 by 28, in both layouts; smaller if they wouldn't fit."""
    picture = lookup(GUIDE, GUIDE)
    for form in (picture, picture.narrow):
        vectors = of_kind(form, Vector)
        assert {(vector.frame.width / len(vector.cells), vector.frame.height) for vector in vectors} == {(34, 28)}
        assert {vector.style.size for vector in vectors} == {13}
    known = [f"w{number}" for number in range(8)]
    crowded = lookup(known[:2], known, embed(known, 4))
    assert {vector.style.size for vector in of_kind(crowded, Vector)} == {11.5}
    assert crowded.size_px[0] <= 720


@sampled(60)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True), st.integers(1, 7))
def test_a_table_has_a_row_for_each_word(said, features):
    """With the word's colour behind its numbers."""
    picture = table(said, embed(said, features))
    for form in check_rules(picture, page=None):
        cells = {vector.cells for vector in of_kind(form, Vector)}
        assert form is picture or form.size_px[0] <= 288
        assert cells == {vector.cells for vector in of_kind(picture, Vector)}
    fills = [word.fill for word in of_kind(picture, Word)]
    assert [vector.fill for vector in of_kind(picture, Vector)] == fills
    assert [row[1] for row in picture.description["rows"]] == said


def test_the_guide_s_table_fits_a_phone_with_its_numbers():
    """It needs no narrow layout."""
    picture = table(["I", "am", "groot"])
    assert picture.size_px[0] <= 288
    first = [text.text for text in of_kind(picture, Vector)[0].texts]
    assert ", ".join(first) in picture.alt
    assert picture.description["rows"][0] == ["0", "I", ", ".join(first)]
