"""A sentence shorter than the others, whose padding is skipped."""

import numpy as np

from unrolled import Picture, embed, read_keras, unroll

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Pad the sentence with zeros, as in a batch, and pass the state around them."""
    model = read_keras(code)
    filled = np.zeros((model.time_steps, model.features))
    filled[: len(WORDS)] = embed(WORDS, model.features)
    return unroll(model, [*WORDS, "[PAD]"], filled).print_only()
