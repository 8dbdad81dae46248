"""What the network of the reviews answers after each word of a real sentence, and all 32 numbers of its memory then."""

from _reviews import examples, read
from unrolled import Picture, read_keras, reading


def draw(code: str, number: int = 1746) -> Picture:
    """Read the sentence that has this number in the source."""
    (text,) = [each["text"] for each in examples() if each["number"] == number]
    return reading(*read(read_keras(code), text), ends=("negative", "positive"))
