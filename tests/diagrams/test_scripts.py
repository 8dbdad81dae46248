"""The guide's diagram scripts."""

from functools import partial

import pytest

import embedding_space
import formulations
import i_am_groot_embedding
import i_am_groot_sentence
import rnn_default_keras
import rnn_necessity
from tests.diagrams.asked import drawn, request_of
from tests.diagrams.pictures import check_picture

SHOWN = ("batch-tensor", "embedding-lookup", "model-shapes", "rnn-rolled")
CODE = "model = Sequential()\nmodel.add(SimpleRNN(4, input_shape=(3, 2)))"


def only(name):
    """Draw a figure with the kit's script that its article uses."""
    (picture,) = drawn(request_of(name))
    return picture


PICTURES = {
    "rnn-necessity": rnn_necessity.draw,
    "i-am-groot-sentence": i_am_groot_sentence.draw,
    "i-am-groot-embedding": i_am_groot_embedding.draw,
    "embedding-space": embedding_space.draw,
    "formulations": formulations.draw,
    "rnn-default-keras": lambda: rnn_default_keras.draw(CODE),
} | {name: partial(only, name) for name in SHOWN}


@pytest.mark.parametrize("name", PICTURES)
def test_each_figure_keeps_to_the_rules_and_fits_a_phone(name):
    """In its wide layout, or in the narrow one."""
    picture = PICTURES[name]()
    check_picture(picture)
    narrowest = picture.narrow or picture
    check_picture(narrowest)
    assert narrowest.size_px[0] <= 288
    assert picture.alt
    assert picture.description["rows"]


@pytest.mark.parametrize("name", PICTURES)
def test_each_figure_has_the_size_it_reports(name):
    """One pixel of the page is one point."""
    picture = PICTURES[name]()
    assert tuple(picture.figure().get_size_inches() * 72) == pytest.approx(picture.size_px)


def test_the_table_has_the_numbers_of_the_unrolled_figure():
    """The same small example is used throughout the guide."""
    table = {row[1]: row[2] for row in i_am_groot_embedding.draw().description["rows"]}
    unrolled = {row[1]: row[2] for row in rnn_default_keras.draw(CODE).description["rows"][1:]}
    assert table == unrolled
