"""Inside the LSTM of the code above, at the last word."""

from unrolled import Picture, cell, read_keras

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Show what is forgotten, what is written, and what comes out."""
    return cell(read_keras(code), WORDS, step=3)
