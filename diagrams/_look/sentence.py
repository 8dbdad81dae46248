"""`sentence`: words that reverse others, and readings."""

from unrolled import Picture, sentence


def draw() -> list[Picture]:
    """Draw sentences with one reading, several, and none."""
    film = sentence("The movie was not good", turning="not")
    return [
        sentence("I am groot"),
        film.reads("good", "positive"),
        film.reads("good", "positive").reads("not good", "negative"),
    ]
