"""The core layers: a layer at every step, and what acts in training alone."""

import numpy as np
import pytest

from tests.diagrams.running import run
from unrolled import (
    GRU,
    LSTM,
    Dense,
    Dropout,
    NumbersError,
    TimeDistributed,
    Weights,
    stack,
    unroll,
)
from unrolled.errors import PictureError
from unrolled.layers import known
from unrolled.layers.layer import ShapeError


def test_a_layer_at_every_step_answers_each_by_itself():
    """Any layer with one input; its weights are its own."""
    inputs = np.random.default_rng(3).uniform(-1, 1, (4, 3, 2))
    inner = LSTM(2)
    weights = Weights(**{name: np.full(shape, 0.1) for name, shape in inner.weight_shapes((3, 2)).items()})
    found = run(TimeDistributed(inner), weights, inputs)
    assert found.output.tolist() == [run(inner, weights, step).output.tolist() for step in inputs]
    assert TimeDistributed(inner).output_shapes((None, 3, 2)) == ((None, 2),)


def test_what_no_step_can_have_is_an_error():
    """Several inputs, several things returned, a mask of one step."""
    with pytest.raises(NumbersError, match="wraps a layer with one input"):
        TimeDistributed(known()["Subtract"]())
    with pytest.raises(ShapeError, match="returns 3 things a step"):
        TimeDistributed(LSTM(2, return_state=True)).output_shapes((4, 3, 2))
    softmax = TimeDistributed(known()["Softmax"]())
    with pytest.raises(NumbersError, match="would hand each step its part of a mask"):
        softmax.run(Weights(), np.ones((2, 2)), masks=[np.array([True, False])])


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (known()["Conv1D"](2, 1), r"Conv1D\(\) is not drawn by unroll, which draws SimpleRNN, .*Dense"),
        (TimeDistributed(known()["LayerNormalization"]()), "LayerNormalization at every step is not drawn by unroll"),
    ],
)
def test_unroll_refuses_what_it_has_no_drawing_for(layer, says):
    """Rather than drawing it as a block like another."""
    with pytest.raises(PictureError, match=says):
        unroll(stack(layer, GRU(2), shape=(3, 2)), ["I", "am", "groot"])


def test_what_acts_in_training_alone_is_not_seen():
    """As Dropout, so its relatives."""
    dropout = unroll(stack(Dropout(0.5), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
    for name, options in (("SpatialDropout1D", {"rate": 0.5}), ("GaussianNoise", {"stddev": 0.1})):
        picture = unroll(stack(known()[name](**options), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
        assert [shape.name for shape in picture.shapes] == [shape.name for shape in dropout.shapes]
        assert picture.alt == dropout.alt
        assert f"{name}() acts in training only and changes nothing here." in picture.description["text"]
