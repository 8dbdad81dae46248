"""The network trained on real reviews, for figures that show it reading."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unrolled import LSTM, Model, run_model, weights_from

DATA = Path("diagrams/data/reviews")
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


@cache
def vocabulary() -> dict[str, int]:
    """Load the index of each word the network knows."""
    words = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    return {word: number for number, word in enumerate(words)}


def examples() -> list[dict[str, Any]]:
    """List the quoted sentences that people agreed on: number in the source, mean rating, text."""
    found: list[dict[str, Any]] = json.loads((DATA / "examples.json").read_text(encoding="utf-8"))
    return [each for each in found if not each.get("undecided")]


def read(model: Model, text: str) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Run the network on a sentence; return its words, the answers (words,) and the memory (words, units)."""
    weights = weights_from(model, DATA / "lstm.npz")
    kernel, bias = weights[-1].values()
    found = list(WORD.finditer(text.lower()))
    row = [vocabulary().get(each[0], 1) for each in found]
    trace = run_model(model, np.pad(row, (0, model.time_steps - len(row))), weights=weights).trace_of(LSTM)
    steps = slice(1, len(row) + 1)
    answers = 1 / (1 + np.exp(-(trace.states[steps] @ kernel + bias)))
    said = [text[each.start() : each.end()].replace("'", "’") for each in found]
    return said, answers[:, 0], trace.memories[steps]


def answer_to_nothing(model: Model) -> float:
    """Return the network's answer before the first word, which the bias of its Dense layer determines."""
    _, bias = weights_from(model, DATA / "lstm.npz")[-1].values()
    return float(1 / (1 + np.exp(-np.asarray(bias)[0])))
