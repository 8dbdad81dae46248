"""The toy networks that tell kind verdicts on films from unkind ones, and the sentences that they were trained on."""

import csv
import json
from functools import cache
from pathlib import Path

import numpy as np

from unrolled import Dense, Embedding, Model, ModelTrace, Weights, run_model, stack, weights_from
from unrolled.arrays import Array
from unrolled.layers.recurrent import Recurrent

DATA = Path("diagrams/data/sentiment")


@cache
def vocabulary() -> list[str]:
    """Load the words, by their indices."""
    words: list[str] = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    return words


def indices(words: list[str]) -> list[int]:
    """Look words up."""
    return [vocabulary().index(word.lower()) for word in words]


def toy(layer: Recurrent, name: str, steps: int) -> tuple[Model, tuple[Weights, ...]]:
    """Return a network, and its weights from a file."""
    layers = Embedding(len(vocabulary()), 2, mask_zero=True), layer, Dense(1, "sigmoid")
    model = stack(*layers, shape=(steps,))
    return model, weights_from(model, DATA / f"{name}.npz")


def read(layer: Recurrent, name: str, words: list[str]) -> ModelTrace:
    """Run a network on a sentence."""
    model, weights = toy(layer, name, len(words))
    return run_model(model, indices(words), weights=weights)


def answers(layer: Recurrent, name: str, words: list[str]) -> Array:
    """Return the answer after each word, from 0 to 1: (words,)."""
    kernel, bias = toy(layer, name, len(words))[1][-1].values()
    states = read(layer, name, words).trace_of(type(layer)).states[1:]
    found: Array = 1 / (1 + np.exp(-(states @ np.asarray(kernel) + np.asarray(bias))))
    return found[:, 0]


@cache
def scores() -> Array:
    """Fit a score for each word, so that the sums of the training sentences are as close as they can be to 1 and −1."""
    with (DATA / "sentences.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "train"]
    counts = np.zeros((len(rows), len(vocabulary())))
    for place, row in enumerate(rows):
        for index in indices(row["text"].replace(",", "").replace(".", "").split()):
            counts[place, index] += 1
    found: Array = np.linalg.lstsq(counts, np.array([2.0 * int(row["kind"]) - 1 for row in rows]), rcond=None)[0]
    return found
