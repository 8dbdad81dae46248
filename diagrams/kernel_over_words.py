"""A kernel chosen by hand, sliding along six words, that detects a word reversing a kind one."""

from unrolled import Picture, convolution, read_keras

WORDS = ["we", "did", "not", "like", "the", "film"]
VECTORS = [[0.1, -0.3], [0.2, 0.0], [-0.1, 0.9], [0.8, 0.1], [0.0, 0.1], [0.3, -0.2]]


def draw(code: str, receptive_field: bool = False) -> Picture:
    """Give the words these vectors; the weights are the code's own."""
    return convolution(read_keras(code), WORDS, VECTORS, receptive_field=receptive_field, values=not receptive_field)
