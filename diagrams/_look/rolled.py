"""`rolled`: the loop alone, and next to its unrolling."""

from unrolled import GRU, LSTM, Picture, SimpleRNN, rolled, stack

WORDS = ["I", "am", "groot"]


def draw() -> list[Picture]:
    """Draw each kind of layer, with and without words."""
    layers = [SimpleRNN(4), GRU(2), LSTM(2)]
    return [rolled(stack(layer, shape=(3, 2)), words) for layer in layers for words in (None, WORDS)]
