"""A decoder block from the code above, with the branch that reads the encoder."""

from unrolled import Picture, read_keras, transformer

SENTENCES = (["I", "am", "groot"], ["je", "suis"])


def draw(code: str) -> Picture:
    """Draw the decoder at the last word it has said."""
    return transformer(read_keras(code), SENTENCES, block=2)
