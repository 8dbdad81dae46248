"""A layer that returns its state after every word, read from the code above it."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Show the states that go up, one over each word."""
    return unroll(read_keras(code), WORDS)
