"""A sentence that is read from both ends."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Draw both directions, and what is made of their answers."""
    return unroll(read_keras(code), WORDS)
