"""A kernel that was chosen by hand, moved along six words: it finds a word that turns round a kind one."""

from unrolled import Picture, convolution, read_keras

WORDS = ["we", "did", "not", "like", "the", "film"]
VECTORS = [[0.1, -0.3], [0.2, 0.0], [-0.1, 0.9], [0.8, 0.1], [0.0, 0.1], [0.3, -0.2]]


def draw(code: str, receptive_field: bool = False) -> Picture:
    """Give the words these vectors; the weights are the code's."""
    return convolution(read_keras(code), WORDS, VECTORS, receptive_field=receptive_field)
