"""One Dense layer for all steps: the same weights answer each of them."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Draw the layer that all steps share over the one that they come from."""
    return unroll(read_keras(code), WORDS)
