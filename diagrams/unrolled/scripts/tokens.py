"""A sentence as tokens, one for each time step."""

from unrolled import Picture, tokens


def draw(words: list[str]) -> Picture:
    """Place the `words` side by side in reading order."""
    return tokens(words)
