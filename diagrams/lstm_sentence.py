"""A sentence passing through the LSTM of the code above: three pictures, each with one more word read."""

from unrolled import Picture, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> list[Picture]:
    """Draw what is known after each word; nothing moves from one picture to the next."""
    picture = unroll(read_keras(code), WORDS)
    return [*(picture.until(step) for step in range(1, len(WORDS))), picture]
