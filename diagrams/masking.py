"""A sentence that is shorter than the others: what fills it up is skipped."""

import numpy as np

from unrolled import Picture, embed, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Fill the sentence up with zeros, as a batch does, and let the state go past them."""
    model = read_keras(code)
    filled = np.zeros((model.time_steps, model.features))
    filled[: len(WORDS)] = embed(WORDS, model.features)
    return unroll(model, [*WORDS, "[PAD]"], filled)
