"""`sentence`: words that turn others, and what is read."""

from unrolled import Picture, sentence


def draw() -> list[Picture]:
    """One reading, several, and none."""
    film = sentence("The movie was not good", turning="not")
    return [
        sentence("I am groot"),
        film.reads("good", "positive"),
        film.reads("good", "positive").reads("not good", "negative"),
    ]
