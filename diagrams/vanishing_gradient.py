"""How much each word of a sentence still moves the last state: SimpleRNN beside LSTM, with the kit's weights."""

from unrolled import LSTM, Picture, SimpleRNN, gradient

SENTENCE = "the film that we saw last night was long and slow but in the end it was not bad at all"


def draw() -> Picture:
    """Compare what is left of the first words."""
    return gradient([SimpleRNN(8), LSTM(8)], SENTENCE.split())
