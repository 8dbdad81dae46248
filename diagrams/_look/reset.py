"""`reset`: with both biases, without one, and with more units than there is room for."""

from unrolled import GRU, Picture, reset

WORDS = ["I", "am", "groot"]


def draw() -> list[Picture]:
    """Go from two units to five."""
    return [
        reset(GRU(2), WORDS),
        reset(GRU(2, use_bias=False), WORDS, step=2),
        reset(GRU(5, activation="relu", reset_after=False), WORDS),
    ]
