"""Looking words up in an embedding table: each word's one-hot vector times the table is a row of it."""

from unrolled import Picture, lookup


def draw(words: list[str], vocabulary: list[str] | None = None) -> Picture:
    """Select the rows of the `words` from those of the `vocabulary`, by default the words themselves."""
    return lookup(words, vocabulary)
