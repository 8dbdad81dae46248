"""Sentences as the batch that goes into the model of the code above: sentences, words, numbers of each word."""

from unrolled import Picture, read_keras, tensor


def draw(code: str, sentences: list[str], sample: int = 1, language: str = "en") -> Picture:
    """Draw a card for each of the `sentences`, and set one off, the `sample`th.

    `language` is the language of the picture's own words.
    """
    picture = tensor(read_keras(code), sentences, sample=sample)
    return picture if language == "en" else picture.in_language(language)
