"""Core layers: a layer applied at every step, and layers that only act during training."""

import numpy as np

from tests.diagrams.running import run
from unrolled import (
    GRU,
    LSTM,
    Dense,
    Dropout,
    TimeDistributed,
    Weights,
    stack,
    unroll,
)
from unrolled.layers import known


def test_a_layer_is_applied_to_every_step_separately():
    """Any layer with one input; the weights are those of the wrapped layer."""
    inputs = np.random.default_rng(3).uniform(-1, 1, (4, 3, 2))
    inner = LSTM(2)
    weights = Weights(**{name: np.full(shape, 0.1) for name, shape in inner.weight_shapes((3, 2)).items()})
    found = run(TimeDistributed(inner), weights, inputs)
    assert found.output.tolist() == [run(inner, weights, step).output.tolist() for step in inputs]
    assert TimeDistributed(inner).output_shapes((None, 3, 2)) == ((None, 2),)


def test_training_only_layers_are_invisible():
    """Like Dropout, so its relatives."""
    dropout = unroll(stack(Dropout(0.5), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
    for name, options in (("SpatialDropout1D", {"rate": 0.5}), ("GaussianNoise", {"stddev": 0.1})):
        picture = unroll(stack(known()[name](**options), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
        assert [shape.name for shape in picture.shapes] == [shape.name for shape in dropout.shapes]
        assert picture.alt == dropout.alt
        assert f"{name}() acts only in training and changes nothing here." in picture.description["text"]
