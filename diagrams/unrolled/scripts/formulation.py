"""The form of the model of the code above: which of its steps go in, and which come out."""

from unrolled import Picture, formulation, read_keras


def draw(code: str, language: str = "en") -> Picture:
    """Draw the form, found from the layers. `language` is the language of the picture's own words."""
    picture = formulation(read_keras(code))
    return picture if language == "en" else picture.in_language(language)
