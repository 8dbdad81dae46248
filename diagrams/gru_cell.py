"""Inside the GRU of the code above, at the last word."""

from unrolled import Picture, cell, read_keras

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Show how much of the state is kept, and what takes the place of the rest."""
    return cell(read_keras(code), WORDS, step=3)
