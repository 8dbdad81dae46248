"""`reset`: with both biases, without them, and with more units than fit."""

from unrolled import GRU, Picture, reset

WORDS = ["I", "am", "groot"]


def draw() -> list[Picture]:
    """Range from two units to five."""
    return [
        reset(GRU(2), WORDS),
        reset(GRU(2, use_bias=False), WORDS, step=2),
        reset(GRU(5, activation="relu", reset_after=False), WORDS),
    ]
