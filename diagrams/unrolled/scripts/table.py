"""Words as vectors: a row of numbers for each."""

from unrolled import Picture, table


def draw(words: list[str], language: str = "en") -> Picture:
    """Give each of the `words` a row and a colour. `language` is the language of the picture's own text."""
    picture = table(words)
    return picture if language == "en" else picture.in_language(language)
