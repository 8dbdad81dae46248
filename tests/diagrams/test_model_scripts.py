"""Diagram scripts of models, each with the code of the article that uses it."""

import numpy as np
import pytest

import encoder_decoder
import keras_groot_ner
from tests.diagrams.asked import drawn, request_of
from tests.diagrams.pictures import check_picture
from tests.diagrams.wiring import check_wiring
from unrolled.shapes.cells import Grid, Vector
from unrolled.shapes.text import Word
from unrolled.stepping import as_drawn

FIGURES = (
    "encoder-decoder",
    "keras-groot-ner",
    "keras-time-distributed",
    "lstm-unrolled",
    "masking",
    "rnn-bidirectional",
    "rnn-return-sequences",
    "rnn-stacked",
)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_keeps_to_the_rules(name):
    """It fits the page as it is, and a phone in its narrow layout."""
    (picture,) = drawn(request_of(name))
    assert picture.size_px[0] <= 848
    for form in (picture, picture.narrow):
        check_picture(form)
        check_wiring(form)
    assert picture.narrow.size_px[0] <= 288
    assert picture.alt
    assert picture.description["rows"]
    assert picture.steps


def test_the_tags_are_those_the_weights_were_found_for():
    """The picture's words aren't hard-coded: they are the layer's output."""
    (picture,) = drawn(request_of("keras-groot-ner"))
    answers = [shape for shape in picture.shapes if isinstance(shape, Vector) and shape.role == "output"]
    assert [answer.winner for answer in answers] == keras_groot_ner.RIGHT
    assert "“name”" in picture.steps[-1]


def test_the_decoder_says_the_words_its_dense_layer_picks():
    """Each is above the state it was picked from, and the table has its probability, the largest in its row."""
    (picture,) = drawn(request_of("encoder-decoder"))
    shapes = [as_drawn(shape) for shape in picture.shapes]
    said = [shape for shape in shapes if isinstance(shape, Word) and shape.name.startswith("layer2")]
    assert [word.text for word in said] == encoder_decoder.SAID
    states = {shape.name: shape for shape in shapes if isinstance(shape, Vector)}
    for step, word in enumerate(said, start=1):
        below = states[f"layer1-step{step}-output"].frame
        assert word.frame.middle == pytest.approx(below.middle)
        assert word.frame.bottom < below.top
        assert f"gives “{word.text}”" in " ".join(picture.steps)


def test_attention_of_each_word_in_a_translation_adds_up_to_one():
    """“la” attends most to the article, then to the noun that determines its gender, as the alt text says."""
    (picture,) = drawn(request_of("attention-weights"))
    assert picture.size_px[0] <= 288
    check_picture(picture)
    (grid,) = (shape for shape in picture.shapes if isinstance(shape, Grid))
    shares = np.array([[float(number) for number in row] for row in grid.rows])
    assert shares.sum(axis=1) == pytest.approx(np.ones(6), abs=0.03)
    assert list(np.argsort(shares[2])[::-1][:2]) == [2, 4]
    assert f"{shares[2, 2]:.2f} of 1" in picture.alt
