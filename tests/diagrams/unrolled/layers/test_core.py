"""Core layers: those that only act during training."""

from unrolled import GRU, Dense, Dropout, stack, unroll
from unrolled.layers import known


def test_training_only_layers_are_invisible():
    """Like Dropout, so its relatives."""
    dropout = unroll(stack(Dropout(0.5), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
    for name, options in (("SpatialDropout1D", {"rate": 0.5}), ("GaussianNoise", {"stddev": 0.1})):
        picture = unroll(stack(known()[name](**options), GRU(2), Dense(1), shape=(3, 2)), ["I", "am", "groot"])
        assert [shape.name for shape in picture.shapes] == [shape.name for shape in dropout.shapes]
        assert picture.alt == dropout.alt
        assert f"{name}() acts only in training and changes nothing here." in picture.description["text"]
