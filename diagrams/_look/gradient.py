"""`gradient`: one to three layers, few and many words, both scales."""

from unrolled import GRU, LSTM, Picture, SimpleRNN, gradient

SHORT = "I do not like this film at all"
SENTENCE = "the film that we saw last night was long and slow but in the end it was not bad at all"


def draw() -> list[Picture]:
    """Draw charts across and down the page, with bars and with dots."""
    two, three = [SimpleRNN(8), LSTM(8)], [SimpleRNN(4), GRU(4), LSTM(4)]
    return [
        gradient(two, 20),
        gradient(two, 30, weights="initial", scale="log"),
        gradient(three, SHORT.split()),
        gradient(two, SENTENCE.split(), scale="log"),
        gradient(LSTM(2), ["I", "am", "groot"]),
    ]
