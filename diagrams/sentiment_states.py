"""The trained LSTM's answers and memory after each word of two verdicts that consist of the same words."""

import json
from pathlib import Path

import numpy as np

from unrolled import LSTM, Picture, read_keras, reading, run_model, weights_from

DATA = Path("diagrams/data/sentiment")
VERDICTS = ["The movie was good, not bad", "The movie was bad, not good"]
MEANINGS = {"good": "kind", "bad": "unkind", "not": "turning"}


def draw(code: str) -> Picture:
    """Run the trained network on both."""
    model = read_keras(code)
    weights = weights_from(model, DATA / "lstm_2_units.npz")
    kernel, bias = weights[-1].values()
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    sentences, answers, memories = [], [], []
    for verdict in VERDICTS:
        words = verdict.replace(",", "").split()
        found = [vocabulary.index(each.lower()) for each in words]
        trace = run_model(model, np.pad(found, (0, model.time_steps - len(found))), weights=weights).trace_of(LSTM)
        steps = slice(1, len(words) + 1)
        sentences.append(words)
        memories.append(trace.memories[steps])
        answers.append(1 / (1 + np.exp(-(trace.states[steps] @ kernel + bias))))
    return reading(sentences, answers, memories, ends=("unkind", "kind"), meanings=MEANINGS)
