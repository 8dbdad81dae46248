"""The recurrent layer of the code above as a loop, and the loop unrolled."""

from unrolled import Picture, read_keras, rolled


def draw(code: str, words: list[str] | None = None, language: str = "en") -> Picture:
    """Draw a single block for all steps, next to one for each of the `words`.

    `language` is the language of the picture's own text.
    """
    picture = rolled(read_keras(code), words)
    return picture if language == "en" else picture.in_language(language)
