"""A sentence that is shorter than the others: what fills it up is skipped."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot", "[PAD]"]


def draw(code: str) -> Picture:
    """Look the words up, and let the state go past the word that is none."""
    return unroll(read_keras(code), WORDS)
