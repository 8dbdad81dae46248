"""Inside a new LSTM, which has learnt nothing yet, at the last word that it reads."""

from dataclasses import replace

import numpy as np

from unrolled import Picture, Weights, cell, embed, initial_weights, read_keras

WORDS = ["I", "am", "groot"]


def draw(code: str, forget_bias: float = 1) -> Picture:
    """Take Keras's weights for a new layer, and set nothing but the bias of its forget gates."""
    model = read_keras(code)
    (layer,) = model.layers
    fresh = initial_weights(layer, embed(WORDS).shape)
    bias = np.array(fresh["bias"])
    bias[len(bias) // 4 : len(bias) // 2] = forget_bias  # input, forget, candidate, output
    picture = cell(model, WORDS, weights=Weights(**{**fresh, "bias": bias}), step=len(WORDS))
    # It is the bias that the reader moves here, and nothing of what it changes is to wait for its stage.
    return replace(picture, description=replace(picture.description, steps=()))
