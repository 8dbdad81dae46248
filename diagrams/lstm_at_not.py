"""Inside the LSTM trained to judge verdicts on films, at “not” in “The movie was good, not bad”."""

from _sentiment import indices, toy
from unrolled import LSTM, Picture, cell

WORDS = ["The", "movie", "was", "good", "not", "bad"]


def draw() -> Picture:
    """Show what it does with its memory of “good”."""
    model, weights = toy(LSTM(2), "lstm_2_units", len(WORDS))
    return cell(model, WORDS, indices(WORDS), weights, step=5).emphasize("memory-before", "forget-gate", "kept")
