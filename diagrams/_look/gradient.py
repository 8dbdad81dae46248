"""`gradient`: one layer and two to compare, few words and many, both scales."""

from unrolled import GRU, LSTM, Picture, SimpleRNN, gradient

WORDS = ["the", "film", "was", "not", "bad", "at", "all"]


def draw() -> list[Picture]:
    """Words, or only their number; readable weights and those of a new layer."""
    return [
        gradient(SimpleRNN(4), WORDS[:3]),
        gradient([SimpleRNN(8), LSTM(8)], WORDS),
        gradient([SimpleRNN(8), LSTM(8), GRU(8)], 20, weights="initial"),
        gradient([SimpleRNN(8), LSTM(8)], 20, scale="log"),
    ]
