"""What the trained LSTM holds in mind after each word of two verdicts that consist of the same words."""

import json
from pathlib import Path

import numpy as np

from unrolled import LSTM, Picture, above, beside, cells, label, read_keras, run_model, weights_from, word

DATA = Path("diagrams/data/sentiment")
VERDICTS = ["The movie was good, not bad", "The movie was bad, not good"]
ALT = "After “good, not bad” the network’s answer is {:.2f}, kind; after “bad, not good”, the same words, it is {:.2f}."
TOLD = "The memory and the state of the trained LSTM after each word, and what the Dense layer would answer then."


def draw(code: str) -> Picture:
    """Run the network over both, with the weights that it has learnt, and set what it holds beside the words."""
    model = read_keras(code)
    weights = weights_from(model, DATA / "lstm_2_units.npz")
    kernel, bias = weights[-1].values()
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    things, last = [], []
    for verdict in VERDICTS:
        words = verdict.replace(",", "").split()
        found = [vocabulary.index(each.lower()) for each in words]
        trace = run_model(model, np.pad(found, (0, model.time_steps - len(found))), weights=weights).trace_of(LSTM)
        memories, states = trace.memories[1 : len(words) + 1], trace.states[1 : len(words) + 1]
        answers = 1 / (1 + np.exp(-(states @ kernel + bias)))
        last.append(answers[-1, 0])
        held = [
            ("memory", "memory", cells(memories, "memory", name="memory", rows=list(map(word, words)), large=True)),
            ("state", "state", cells(states, "state", name="state", large=True)),
            ("answer", "output", cells(answers, "output", name="answer", decimals=2, large=True)),
        ]
        columns = (above(label(said, role), numbers) for said, role, numbers in held)
        things.append(above(label(f"“{verdict}”", "ink", strong=True), beside(*columns, align="bottom")))
    return beside(*things).picture(ALT.format(*last), TOLD, narrow=above(*things))
