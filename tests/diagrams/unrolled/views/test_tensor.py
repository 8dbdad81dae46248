"""Batches as decks of cards."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_rules, saved_svg, shapes_of, texts_of
from tests.sampling import sampled
from unrolled import embed, read_keras, tensor
from unrolled.i18n import text_of
from unrolled.shapes.blocks import Card
from unrolled.shapes.cells import Vector

WORDS = ["I", "am", "groot", "understanding", "a", "transformers", "not"]
CODE = "model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))"
SENTENCES = ["I am groot", "You are kind", "We like trees", "He grows tall"]


@st.composite
def batches(draw):
    """Generate a batch with or without words."""
    samples, steps, features = draw(st.integers(1, 9)), draw(st.integers(1, 12)), draw(st.integers(1, 9))
    words = st.lists(st.sampled_from(WORDS), min_size=steps, max_size=steps)
    sentences = draw(st.none() | st.lists(words, min_size=samples, max_size=samples))
    values = np.linspace(-1, 1, samples * steps * features).reshape(samples, steps, features)
    return values, sentences, draw(st.integers(1, samples))


@sampled(60)
@given(batches())
def test_every_card_can_be_read_and_none_hides_another_s_words(batch):
    """Whatever the batch, the selected sample is in front of all others, and each of those shows its strip."""
    values, sentences, chosen = batch
    picture = tensor(values, sentences, sample=chosen)
    assert (picture.narrow is None) == (picture.size_px[0] <= 288)
    for form in check_rules(picture, page=None, phone=None):
        *behind, front = [shape for shape in form.shapes if isinstance(shape, Card)]
        assert (front.name, front.role) == (f"sample-{chosen}", "ink")
        frames = [card.frame for card in [*behind, front]]
        for one, other in pairwise(frames):
            assert (one.width, one.height) == (other.width, other.height)
            assert one.top + 36 <= other.top
            assert one.left > other.left
        if behind:
            bracket = next(shape for shape in form.shapes if shape.name == "samples").bounds
            assert bracket.top <= frames[0].top + 2
            assert bracket.bottom >= front.frame.bottom - 2
            (count,) = [it.frame for it in shapes_of(form)["shape"].texts if it.text.startswith("(")]
            assert abs(shapes_of(form)["samples"].way[-1].x - count.middle) <= count.width / 2
        rises = {round(other.top - one.top, 6) for one, other in pairwise(frames[:-1])}
        assert len(rises) <= 1
        assert all(front.frame.holds(shape.frame) for shape in form.shapes if isinstance(shape, Vector))


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_shows_more_of_a_batch_than_a_phone(language):
    """More features, and more words of the other samples; never fewer."""
    words = [["the", "understanding", "of", "transformers"]] * 3
    picture = tensor(np.linspace(-1, 1, 96).reshape(3, 4, 8), words).in_language(language)
    wide, narrow = shapes_of(picture), shapes_of(picture.narrow)
    assert (len(wide["embedding-1"].cells), len(narrow["embedding-1"].cells)) == (6, 3)
    assert {f"sample-2-word-{step}" for step in (1, 2, 3, 4)} <= set(wide)
    assert "sample-2-word-3" not in narrow
    assert picture.narrow.parts["embedding-1"] == picture.parts["embedding-1"]


def test_the_guide_s_batch_fits_a_phone_and_shows_its_numbers(tmp_path):
    """Read from the SVG: the numbers of the embedding."""
    picture = tensor(read_keras(CODE), SENTENCES)
    assert (picture.narrow or picture).size_px[0] <= 288
    svg = saved_svg(picture, tmp_path / "p.svg")
    for step, vector in enumerate(embed(["I", "am", "groot"]), start=1):
        assert texts_of(svg, f"embedding-{step}") == [text_of(value) for value in vector]


def test_the_bracket_of_the_steps_has_a_gap_where_steps_are_left_out():
    """After the second."""
    assert shapes_of(tensor(np.zeros((32, 12, 50))))["steps"].gap_after == 2
