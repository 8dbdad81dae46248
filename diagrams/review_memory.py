"""The reviews network's answer after each word of a real sentence, with all 32 numbers of its memory."""

from _reviews import examples, read
from unrolled import Picture, read_keras, reading


def draw(code: str, number: int = 1746) -> Picture:
    """Read the sentence with this number in the source."""
    (text,) = [each["text"] for each in examples() if each["number"] == number]
    return reading(*read(read_keras(code), text), ends=("negative", "positive"))
