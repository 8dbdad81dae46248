"""The form of the model in the code above: which of its steps have inputs, and which have outputs."""

from unrolled import Picture, formulation, read_keras


def draw(code: str, language: str = "en") -> Picture:
    """Draw the form, which follows from the layers. `language` is the language of the picture's own text."""
    picture = formulation(read_keras(code))
    return picture if language == "en" else picture.in_language(language)
