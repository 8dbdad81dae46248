"""A decoder block from the code above, with the branch that reads the encoder."""

from unrolled import Picture, read_keras, transformer

THIRD = ("read-2", "block-2", "looked-2-arrow", "written-2", "adding-2")
"""The branch that a block which only reads its own sentence doesn't have."""
SENTENCES = (["I", "am", "groot"], ["je", "suis"])


def draw(code: str) -> Picture:
    """Draw the decoder at the last word it has said."""
    return transformer(read_keras(code), SENTENCES, block=2).print_only().emphasize(*THIRD)
