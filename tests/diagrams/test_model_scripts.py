"""The diagram scripts of models, each over the code of the article that asks for it."""

import pytest

import encoder_decoder
import keras_groot_ner
import keras_time_distributed
import lstm_unrolled
import masking
import rnn_bidirectional
import rnn_return_sequences
import rnn_stacked
from tests.diagrams.asked import request_of
from tests.diagrams.pictures import check_picture
from tests.diagrams.wiring import check_wiring
from unrolled.shapes.vector import Vector

SCRIPTS = (
    encoder_decoder,
    keras_groot_ner,
    keras_time_distributed,
    lstm_unrolled,
    masking,
    rnn_bidirectional,
    rnn_return_sequences,
    rnn_stacked,
)


def drawn(script):
    """Draw a script from the code that the article shows."""
    return script.draw(**request_of(script.__name__).code)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_each_figure_keeps_to_the_rules(script):
    """It fits the page as it is, and a phone when it is turned; both directions at once have no turned form."""
    picture = drawn(script)
    assert picture.size_px[0] <= 912
    for form in (picture, picture.turned):
        if form is not None:
            check_picture(form)
            check_wiring(form)
    assert picture.turned is None or picture.turned.size_px[0] <= 288
    assert (picture.turned is None) == (script is rnn_bidirectional)
    assert picture.alt
    assert picture.description["rows"]
    assert picture.steps


def test_the_tags_are_those_that_the_weights_were_found_for():
    """The words of the picture are not written into it: the layer answers them."""
    picture = drawn(keras_groot_ner)
    answers = [shape for shape in picture.shapes if isinstance(shape, Vector) and shape.role == "output"]
    assert [answer.winner for answer in answers] == keras_groot_ner.RIGHT
    assert "“name”" in picture.steps[-1]
