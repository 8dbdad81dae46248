"""A model from input to output: what flows between its layers, and how many parameters each of them has."""

from unrolled import Picture, model_shapes, read_keras


def draw(code: str) -> Picture:
    """Work the counts out."""
    return model_shapes(read_keras(code))
