"""Looking words up in an embedding: the one-hot vector of each times the table is its row."""

from unrolled import Picture, lookup


def draw(words: list[str], vocabulary: list[str] | None = None, language: str = "en") -> Picture:
    """Pick the rows of the `words` out of those of the `vocabulary`, which is the words themselves without one.

    `language` is the language of the picture's own words.
    """
    picture = lookup(words, vocabulary)
    return picture if language == "en" else picture.in_language(language)
