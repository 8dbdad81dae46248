"""The network of the worked example as a column of layers, with its shapes and each count of weights worked out."""

from unrolled import Picture, model_shapes, read_keras


def draw(code: str) -> Picture:
    """Work the counts out."""
    return model_shapes(read_keras(code))
