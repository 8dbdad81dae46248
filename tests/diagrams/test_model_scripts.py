"""The diagram scripts of models, each over the code of the article that asks for it."""

import pytest

import keras_groot_ner
from tests.diagrams.asked import drawn, request_of
from tests.diagrams.pictures import check_picture
from tests.diagrams.wiring import check_wiring
from unrolled.shapes.cells import Vector

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
    """It fits the page as it is, and a phone in its narrow form."""
    (picture,) = drawn(request_of(name))
    assert picture.size_px[0] <= 848
    for form in (picture, picture.narrow):
        check_picture(form)
        check_wiring(form)
    assert picture.narrow.size_px[0] <= 288
    assert picture.alt
    assert picture.description["rows"]
    assert picture.steps


def test_the_tags_are_those_that_the_weights_were_found_for():
    """The words of the picture are not written into it: the layer answers them."""
    (picture,) = drawn(request_of("keras-groot-ner"))
    answers = [shape for shape in picture.shapes if isinstance(shape, Vector) and shape.role == "output"]
    assert [answer.winner for answer in answers] == keras_groot_ner.RIGHT
    assert "“name”" in picture.steps[-1]
