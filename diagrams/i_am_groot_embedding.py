"""The three words of the guide as vectors with two numbers each."""

from unrolled import Picture, embed, table

WORDS = ["I", "am", "groot"]


def draw() -> Picture:
    """Draw a row for each word, which keeps its colour in the figures that follow."""
    return table(WORDS, embed(WORDS))
