"""Words as vectors: a row of numbers for each."""

from unrolled import Picture, table


def draw(words: list[str]) -> Picture:
    """Give each of the `words` a row and a colour."""
    return table(words)
