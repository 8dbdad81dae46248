"""The toy networks that tell kind verdicts on films from unkind ones, and the sentences that they were trained on."""

import csv
import json
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np

from unrolled import Dense, Embedding, Model, ModelTrace, Weights, record, run_model, stack, weights_from
from unrolled.arrays import Array
from unrolled.layers.recurrent import Recurrent
from unrolled.recorded.arrays import AtStep, call_numbers

DATA = Path("diagrams/data/sentiment")


@cache
def vocabulary() -> list[str]:
    """Load the words, by their indices."""
    words: list[str] = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    return words


def indices(words: Sequence[str]) -> list[int]:
    """Look words up."""
    return [vocabulary().index(word.lower()) for word in words]


def toy(layer: Recurrent, name: str, steps: int) -> tuple[Model, tuple[Weights, ...]]:
    """Return a network, and its weights from a file."""
    layers = Embedding(len(vocabulary()), 2, mask_zero=True), layer, Dense(1, "sigmoid")
    model = stack(*layers, shape=(steps,))
    return model, weights_from(model, DATA / f"{name}.npz")


def read(model: Model, weights: Sequence[Weights], words: Sequence[str]) -> ModelTrace:
    """Run a network on a sentence, padded to its length, so that its numbers can be asked."""
    rows = [*indices(words), *[0] * ((model.time_steps or 0) - len(words))]
    trace = run_model(model, record(rows), weights=weights)
    table = trace.trace_of(Embedding).weights["embeddings"]
    call_numbers(table, lambda symbol, at: f"embedding of “{vocabulary()[at[0]]}”")
    return trace


def answers(trace: ModelTrace, words: Sequence[str]) -> Array:
    """Compute the answer after each word, from 0 to 1: (words,)."""
    states, dense = trace.trace_of(Recurrent).states, trace.trace_of(Dense)
    found = []
    for step, word in enumerate(words, start=1):
        with AtStep(step):
            found.append(dense.layer.compute(dense.weights, states[step]))
        call_numbers(found[-1], partial(_after, word))
    return np.concatenate(found)


def _after(word: str, symbol: str, at: tuple[int, ...]) -> str:
    return f"answer after “{word}”"


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
