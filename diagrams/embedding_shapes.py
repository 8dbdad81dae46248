"""The table of the code above as a layer: indices go in, a row for each comes out, and its weights are counted."""

from unrolled import Picture, model_shapes, read_keras


def draw(code: str) -> Picture:
    """Work the count out."""
    return model_shapes(read_keras(code))
