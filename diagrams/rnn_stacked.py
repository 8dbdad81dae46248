"""Recurrent layers upon one another: the lower one says something at every step."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Draw a lane for each layer of the code."""
    return unroll(read_keras(code), WORDS)
