"""Why a network needs memory: one word reverses the meaning of the next."""

from unrolled import Picture, sentence


def draw() -> Picture:
    """Read “good” alone, then with the word before it."""
    text = sentence("The movie was not good", turning="not")
    return text.reads("good", "positive").reads("not good", "negative")
