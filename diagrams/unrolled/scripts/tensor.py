"""Sentences as the batch that goes into the model of the code above: sentences, words, and numbers for each word."""

from unrolled import Picture, read_keras, tensor


def draw(code: str, sentences: list[str], sample: int = 1) -> Picture:
    """Draw a card for each of the `sentences`, with the one numbered `sample` in front."""
    return tensor(read_keras(code), sentences, sample=sample)
