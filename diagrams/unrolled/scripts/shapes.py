"""The model of the code above from input to output: the shapes between its layers, and the parameters of each."""

from unrolled import Picture, model_shapes, read_keras


def draw(code: str) -> Picture:
    """Draw the layers as a column, with each count worked out."""
    return model_shapes(read_keras(code))
