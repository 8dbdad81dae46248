"""An LSTM that gives back its last state and its last memory beside its output."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Draw all that leaves the layer."""
    return unroll(read_keras(code), WORDS)
