"""A learned kernel sliding along a verdict: the one that contributes most to the network's answer."""

import json
from pathlib import Path

import numpy as np

from unrolled import Picture, convolution, read_keras, run_model, weights_from
from unrolled.arrays import worked_out
from unrolled.layers import Conv1D

DATA = Path("diagrams/data/sentiment")
WORDS = ["The", "movie", "was", "good", "not", "bad"]


def draw(code: str) -> Picture:
    """Find the kernel whose largest output adds most to the sum of the Dense layer, and draw its positions."""
    model = read_keras(code)
    weights = weights_from(model, DATA / "windows.npz")
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    (length,) = worked_out(model.entries[0].shape)
    words = [*WORDS, *["[PAD]"] * (length - len(WORDS))]
    rows = [0 if word == "[PAD]" else vocabulary.index(word.lower()) for word in words]
    found = run_model(model, rows, weights=weights).trace_of(Conv1D).output.max(axis=0)
    kernel = int(np.argmax(found * weights[-1]["kernel"][:, 0])) + 1
    return convolution(model, words, rows, weights, kernel=kernel).print_only("output")
