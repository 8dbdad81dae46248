"""How much each of twenty steps still moves the last state of a new LSTM, with the forget gate's bias at 0, 1 and 2."""

import numpy as np

from unrolled import LSTM, Picture, Weights, embed, gradient, initial_weights

UNITS, STEPS = 8, 20


def draw() -> Picture:
    """Take Keras's weights for a new layer, and set nothing but that bias."""
    inputs = embed([str(step) for step in range(1, STEPS + 1)])
    fresh = initial_weights(LSTM(UNITS), inputs.shape)
    biases = {f"forget bias {bias}": bias for bias in (0, 1, 2)}
    layers = [LSTM(UNITS, name=name) for name in biases]
    return gradient(layers, STEPS, inputs, [[_opened(fresh, bias)] for bias in biases.values()])


def _opened(weights: Weights, forget: float) -> Weights:
    bias = np.array(weights["bias"])
    bias[UNITS : 2 * UNITS] = forget
    return Weights(**{**weights, "bias": bias})
