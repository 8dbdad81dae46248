"""Two words, read by the layer of the code above."""

from unrolled import Picture, read_keras, unroll


def draw(code: str) -> Picture:
    """Look up the words in the code's own table, and pass the state on."""
    return unroll(read_keras(code), ["hello", "world"])
