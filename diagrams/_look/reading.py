"""`reading`: one sentence and two, few units and many, long words, without a memory."""

import numpy as np

from unrolled import Picture, reading

CRITIC = ["The", "film", "was", "good,", "not", "bad"]
ENDS = ("unkind", "kind")


def two() -> Picture:
    """Put two sentences side by side, with words that have a meaning for the answer."""
    answers = [[1.0, 1.0, 1.0, 0.98, 0.02, 0.96], [1.0, 0.9, 0.1, 0.7, 0.03]]
    memory = [np.linspace(-2, 2, 2 * len(row)).reshape(-1, 2) for row in answers]
    meanings = {"good,": "kind", "bad": "unkind", "not": "turning"}
    return reading([CRITIC, CRITIC[1:]], answers, memory, ends=ENDS, meanings=meanings)


def many() -> Picture:
    """Show a memory of 32 numbers for each word."""
    words = ["An", "extraordinarily", "uninteresting", "film"]
    return reading(words, [0.5, 0.7, 0.2, 0.1], np.sin(np.arange(128.0)).reshape(4, 32), ends=("negative", "positive"))


def draw() -> list[Picture]:
    """Draw all of them."""
    return [two(), many(), reading(["Never"], [0.5]), reading(["not", "bad"], [0.0, 1.0], [[0.5], [0.0]])]
