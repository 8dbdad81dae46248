"""The diagram scripts of models, each over a code block of its own."""

import pytest

import encoder_decoder
import keras_groot_ner
import keras_time_distributed
import lstm_unrolled
import masking
import rnn_bidirectional
import rnn_return_sequences
import rnn_stacked
from tests.diagrams.pictures import check_picture
from tests.diagrams.wiring import check_wiring
from unrolled.shapes.vector import Vector

LINES = "m = Sequential([\n  Input((3, 2)),\n  {},\n])"
TRANSLATOR = """a, b = Input((3, 2)), Input((3, 2))
_, h, c = LSTM(4, return_state=True)(a)
y = LSTM(4, return_sequences=True)(b, initial_state=[h, c])
m = Model([a, b], y)
"""
PICTURES = {
    "encoder-decoder": lambda: encoder_decoder.draw(TRANSLATOR),
    "keras-groot-ner": lambda: keras_groot_ner.draw(
        LINES.format("SimpleRNN(4, return_sequences=True), TimeDistributed(Dense(2, activation='softmax'))")
    ),
    "keras-time-distributed": lambda: keras_time_distributed.draw(
        LINES.format("SimpleRNN(4, return_sequences=True), TimeDistributed(Dense(4, activation='softmax'))")
    ),
    "lstm-unrolled": lambda: lstm_unrolled.draw("m = Sequential([LSTM(4, input_shape=(3, 2))])"),
    "masking": lambda: masking.draw("m = Sequential([Input((4,)), Embedding(4, 2, mask_zero=True), SimpleRNN(3)])"),
    "rnn-bidirectional": lambda: rnn_bidirectional.draw(
        LINES.format("Bidirectional(SimpleRNN(2, return_sequences=True))")
    ),
    "rnn-return-sequences": lambda: rnn_return_sequences.draw(LINES.format("SimpleRNN(4, return_sequences=True)")),
    "rnn-stacked": lambda: rnn_stacked.draw(LINES.format("SimpleRNN(4, return_sequences=True), SimpleRNN(4)")),
}


@pytest.mark.parametrize("name", PICTURES)
def test_each_figure_keeps_to_the_rules(name):
    """It fits the page as it is, and a phone when it is turned; both directions at once have no turned form."""
    picture = PICTURES[name]()
    assert picture.size_px[0] <= 912
    for form in (picture, picture.turned):
        if form is not None:
            check_picture(form)
            check_wiring(form)
    assert picture.turned is None or picture.turned.size_px[0] <= 288
    assert (picture.turned is None) == (name == "rnn-bidirectional")
    assert picture.alt
    assert picture.description["rows"]
    assert picture.steps


def test_the_tags_are_those_that_the_weights_were_found_for():
    """The words of the picture are not written into it: the layer answers them."""
    picture = PICTURES["keras-groot-ner"]()
    answers = [shape for shape in picture.shapes if isinstance(shape, Vector) and shape.role == "output"]
    assert [answer.winner for answer in answers] == keras_groot_ner.RIGHT
    assert "“name”" in picture.steps[-1]
