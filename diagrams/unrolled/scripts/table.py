"""Words as vectors: a row of numbers for each."""

from unrolled import Picture, table


def draw(words: list[str], language: str = "en") -> Picture:
    """Give each of the `words` a row, and its colour. `language` is the language of the picture's own words."""
    picture = table(words)
    return picture if language == "en" else picture.in_language(language)
