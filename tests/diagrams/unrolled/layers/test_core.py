"""Core layers: a layer applied at every step, and layers that only act during training."""

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


def test_a_layer_is_applied_to_every_step_separately():
    """Any layer with one input; the weights are those of the wrapped layer."""
    inputs = np.random.default_rng(3).uniform(-1, 1, (4, 3, 2))
    inner = LSTM(2)
    weights = Weights(**{name: np.full(shape, 0.1) for name, shape in inner.weight_shapes((3, 2)).items()})
    found = run(TimeDistributed(inner), weights, inputs)
    assert found.output.tolist() == [run(inner, weights, step).output.tolist() for step in inputs]
    assert TimeDistributed(inner).output_shapes((None, 3, 2)) == ((None, 2),)


def test_layers_that_cannot_be_applied_to_a_step_are_an_error():
    """With several inputs, several outputs, or the mask of a single step."""
    with pytest.raises(NumbersError, match="wraps a layer with one input"):
        TimeDistributed(known()["Subtract"]())
    with pytest.raises(ShapeError, match="returns 3 values per step"):
        TimeDistributed(LSTM(2, return_state=True)).output_shapes((4, 3, 2))
    softmax = TimeDistributed(known()["Softmax"]())
    with pytest.raises(NumbersError, match="would give each step its part of a mask"):
        softmax.run(Weights(), np.ones((2, 2)), masks=[np.array([True, False])])


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        (known()["Conv1D"](2, 1), r"Conv1D\(\) can't be drawn by unroll, which draws SimpleRNN, .*Dense"),
        (TimeDistributed(known()["LayerNormalization"]()), "LayerNormalization at every step can't be drawn by unroll"),
    ],
)
def test_unroll_raises_an_error_for_layers_it_cannot_draw(layer, says):
    """Rather than drawing them as an ordinary block."""
    with pytest.raises(PictureError, match=says):
        unroll(stack(layer, GRU(2), shape=(3, 2)), ["I", "am", "groot"])


def test_training_only_layers_are_invisible():
    """Like Dropout, so its relatives."""
    dropout = unroll(stack(Dropout(0.5), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
    for name, options in (("SpatialDropout1D", {"rate": 0.5}), ("GaussianNoise", {"stddev": 0.1})):
        picture = unroll(stack(known()[name](**options), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
        assert [shape.name for shape in picture.shapes] == [shape.name for shape in dropout.shapes]
        assert picture.alt == dropout.alt
        assert f"{name}() acts only in training and changes nothing here." in picture.description["text"]
