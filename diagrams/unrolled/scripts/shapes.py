"""The model of the code above from input to output: the shapes between its layers, and the parameters of each."""

from unrolled import Picture, model_shapes, read_keras


def draw(code: str, language: str = "en") -> Picture:
    """Draw the layers as a column, with each count worked out. `language` is the language of the picture's own text."""
    picture = model_shapes(read_keras(code))
    return picture if language == "en" else picture.in_language(language)
