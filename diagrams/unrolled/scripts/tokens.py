"""A sentence as tokens, one for each time step."""

from unrolled import Picture, tokens


def draw(words: list[str], language: str = "en") -> Picture:
    """Place the `words` side by side in reading order.

    `language` is the language of the picture's own text.
    """
    picture = tokens(words)
    return picture if language == "en" else picture.in_language(language)
