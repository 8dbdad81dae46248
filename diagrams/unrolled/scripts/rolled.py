"""The recurrent layer of the code above as a loop, and the loop unrolled."""

from unrolled import Picture, read_keras, rolled


def draw(code: str, words: list[str] | None = None) -> Picture:
    """Draw a single block for all steps, next to one for each of the `words`."""
    return rolled(read_keras(code), words)
