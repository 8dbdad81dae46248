"""A sentence and how it reads."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture
from unrolled import PictureError, sentence
from unrolled.shapes.text import Word

words = st.sampled_from(["The", "movie", "was", "not", "good", "wonderful", "I", "groot"])


def shapes_of(picture, kind):
    """List the shapes of a kind."""
    return [shape for shape in picture.shapes if isinstance(shape, kind)]


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=14))
def test_a_sentence_of_any_length_keeps_to_its_lines(said):
    """Too long a sentence breaks; a phrase that is read together does not."""
    picture = sentence(" ".join(said)).reads(said[-1], "positive").reads(" ".join(said[-2:]), "negative")
    check_picture(picture)
    check_picture(picture.turned)
    assert picture.size_px[0] <= 720
    assert picture.turned.size_px[0] <= 288


def test_the_turning_word_is_solid_and_the_word_it_turns_has_a_fill():
    """Ink against paper."""
    picture = sentence("The movie was not good", turning="not").reads("good", "positive")
    fills = {word.text: word.fill for word in shapes_of(picture, Word)}
    assert fills == {"The": None, "movie": None, "was": None, "not": "ink", "good": "word-1"}


def test_a_sentence_says_how_it_reads():
    """In its alt text and as rows."""
    picture = sentence("The movie was not good").reads("good", "positive").reads("not good", "negative")
    assert picture.alt == "The sentence “The movie was not good”: “good” is positive, “not good” is negative."
    assert picture.description["rows"] == [["good", "positive"], ["not good", "negative"]]


def test_a_phrase_that_the_sentence_lacks_is_an_error():
    """With the sentence as it is."""
    with pytest.raises(PictureError, match="not bad"):
        sentence("The movie was not good").reads("not bad", "positive")
    with pytest.raises(PictureError, match="never"):
        sentence("The movie was not good", turning="never")
    with pytest.raises(PictureError, match="'great'"):
        sentence("The movie was not good").reads("good", "great")
    with pytest.raises(PictureError, match="at least one word"):
        sentence("  ")
