"""The recurrent layer of the code above: the loop that it is, and the loop unrolled."""

from unrolled import Picture, read_keras, rolled


def draw(code: str, words: list[str] | None = None, language: str = "en") -> Picture:
    """Draw one block for all steps, and beside it one for each of the `words`.

    `language` is the language of the picture's own words.
    """
    picture = rolled(read_keras(code), words)
    return picture if language == "en" else picture.in_language(language)
