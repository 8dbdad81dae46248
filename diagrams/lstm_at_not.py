"""Inside the LSTM trained to judge verdicts on films, at “not” in “The movie was good, not bad”."""

import json
from pathlib import Path

from unrolled import LSTM, Dense, Embedding, Picture, cell, stack, weights_from

DATA = Path("diagrams/data/sentiment")
WORDS = ["The", "movie", "was", "good", "not", "bad"]


def draw() -> Picture:
    """Show what it does with its memory of “good”."""
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    rows = [vocabulary.index(word.lower()) for word in WORDS]
    layers = Embedding(len(vocabulary), 2, mask_zero=True), LSTM(2), Dense(1, "sigmoid")
    model = stack(*layers, shape=(len(WORDS),))
    return cell(model, WORDS, rows, weights_from(model, DATA / "lstm_2_units.npz"), step=5)
