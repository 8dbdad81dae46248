"""The recurrent layer of the code above: the loop that it is, and the loop unrolled over the sentence."""

from unrolled import Picture, read_keras, rolled

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Draw one block for all steps, and beside it one for each."""
    return rolled(read_keras(code), WORDS)
