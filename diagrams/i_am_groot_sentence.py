"""The sentence of the guide: one token for each time step, while a plant grows."""

from unrolled import Picture, tokens

WORDS = ["I", "am", "groot"]


def draw() -> Picture:
    """Place the words side by side in reading order."""
    return tokens(WORDS)
