"""How much each word still moves the last state of two trained networks: SimpleRNN beside LSTM.

Both learnt to tell kind verdicts from unkind ones (`diagrams/data/sentiment`). A small number does not mean that a word
is forgotten: it means that the last state would be the same if that word had been a little different.
"""

import json
from pathlib import Path

from unrolled import LSTM, Dense, Embedding, Picture, SimpleRNN, gradient, stack, weights_from

TRAINED = Path(__file__).parent / "data" / "sentiment"
SENTENCE = "nobody who saw the dialogue with us yesterday found it lovely"


def draw() -> Picture:
    """Compare what is left of the first words, above all of *nobody*."""
    words = SENTENCE.split()
    vocabulary = json.loads((TRAINED / "vocabulary.json").read_text(encoding="utf-8"))
    rows = [vocabulary.index(word) for word in words]
    models = [
        stack(Embedding(len(vocabulary), 2, mask_zero=True), layer, Dense(1, "sigmoid"), shape=(len(words),))
        for layer in (SimpleRNN(4), LSTM(4))
    ]
    files = [TRAINED / "simple_rnn.npz", TRAINED / "lstm.npz"]
    weights = [weights_from(model, file) for model, file in zip(models, files, strict=True)]
    return gradient(models, words, rows, weights)
