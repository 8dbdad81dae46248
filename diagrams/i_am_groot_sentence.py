"""The sentence of the guide: one token for each time step, while a plant grows."""

from unrolled import Picture, tokens

WORDS = ["I", "am", "groot"]


def draw() -> Picture:
    """Set the words beside one another, in the order in which they are read."""
    return tokens(WORDS)
