"""Inside the SimpleRNN of the code above, at the last word."""

from unrolled import Picture, cell, read_keras

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Show the two weighted sums, the bias, and what becomes of them."""
    return cell(read_keras(code), WORDS, step=3)
