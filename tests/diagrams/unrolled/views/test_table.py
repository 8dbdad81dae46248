"""A table of embeddings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, saved_svg, texts_of
from unrolled import PictureError, embed, table
from unrolled.numbers import text_of
from unrolled.shapes.cells import Vector
from unrolled.shapes.text import Word

words = st.sampled_from(["The", "movie", "was", "not", "good", "wonderful", "I", "groot"])


def shapes_of(picture, kind):
    """List the shapes of a kind."""
    return [shape for shape in picture.shapes if isinstance(shape, kind)]


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=5, unique=True), st.integers(1, 7))
def test_a_table_has_a_row_for_each_word(said, features):
    """With the word's fill behind its numbers."""
    picture = table(said, embed(said, features))
    check_picture(picture)
    fills = [word.fill for word in shapes_of(picture, Word)]
    assert [vector.fill for vector in shapes_of(picture, Vector)] == fills
    assert [row[1] for row in picture.description["rows"]] == said


def test_the_guide_s_table_fits_a_phone_and_says_its_numbers():
    """No turned form is needed."""
    picture = table(["I", "am", "groot"])
    assert picture.size_px[0] <= 288
    first = [text.text for text in shapes_of(picture, Vector)[0].texts]
    assert ", ".join(first) in picture.alt
    assert picture.description["rows"][0] == ["0", "I", ", ".join(first)]


def test_the_numbers_in_the_svg_are_the_rows(tmp_path):
    """Read back: each word's own, to the last printed digit."""
    words, rows = ["I", "am"], [[0.52, -0.47], [-0.61, 0.38]]
    svg = saved_svg(table(words, rows), tmp_path / "table.svg")
    for number, row in enumerate(rows, start=1):
        assert texts_of(svg, f"embedding-{number}") == [text_of(value) for value in row]
        assert texts_of(svg, f"word-{number}") == [words[number - 1]]


def test_a_table_with_too_few_vectors_is_an_error():
    """Each word needs one."""
    with pytest.raises(PictureError, match="2 words and 1 embedding: give one"):
        table(["I", "am"], [[0.1, 0.2]])
