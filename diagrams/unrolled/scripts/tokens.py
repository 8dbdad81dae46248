"""A sentence as tokens, one for each time step."""

from unrolled import Picture, tokens


def draw(words: list[str], language: str = "en") -> Picture:
    """Set the `words` beside one another, in the order in which they are read.

    `language` is the language of the picture's own words.
    """
    picture = tokens(words)
    return picture if language == "en" else picture.in_language(language)
