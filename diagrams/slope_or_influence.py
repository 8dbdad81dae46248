"""Two trained networks' answers when the first word is replaced, next to the slope of their last state at that word."""

import json
from pathlib import Path

import numpy as np

from unrolled import (
    LSTM,
    Dense,
    Embedding,
    Picture,
    SimpleRNN,
    Thing,
    above,
    beside,
    cells,
    label,
    run_model,
    stack,
    weights_from,
    word,
)
from unrolled.layers.recurrent import Recurrent
from unrolled.numbers.gradients import gradients_of

DATA = Path("diagrams/data/sentiment")
FIRST = ["nobody", "everybody"]
REST = ["who", "saw", "the", "dialogue", "with", "us", "yesterday", "found", "it", "lovely"]
NETWORKS: dict[str, Recurrent] = {"simple_rnn": SimpleRNN(4), "lstm": LSTM(4)}
FLAT = 0.02
"""A smaller slope is marked as negligible."""
ALT = (
    "“{first} {rest}” and “{second} {rest}”: the SimpleRNN answers {:.2f} to the one and {:.2f} to the other, the LSTM "
    "{:.2f} and {:.2f}. The slope of the last state at the first word is {:.2f} and {:.2f} in the SimpleRNN, {:.2f} "
    "and {:.2f} in the LSTM."
)


def draw() -> Picture:
    """Run both toy networks on both sentences, and pair each answer with the slope at the first word."""
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    answers, slopes = [], []
    for name, layer in NETWORKS.items():
        model = stack(Embedding(len(vocabulary), 2, mask_zero=True), layer, Dense(1, "sigmoid"), shape=(1 + len(REST),))
        weights = weights_from(model, DATA / f"{name}.npz")
        traces = [
            run_model(model, [vocabulary.index(each) for each in (first, *REST)], weights=weights) for first in FIRST
        ]
        answers.append([float(trace.output[0]) for trace in traces])
        slopes.append([float(gradients_of(trace.trace_of(type(layer))).input_strengths[0]) for trace in traces])
    networks = zip(NETWORKS.values(), answers, slopes, strict=True)
    parts = [_network(layer.name_in_code, said, steep) for layer, said, steep in networks]
    numbers = [number for grid in (answers, slopes) for line in grid for number in line]
    first, second = FIRST
    alt = ALT.format(*numbers, first=first, second=second, rest=" ".join(REST))
    begins, half = f"“{first}” or “{second}”", 1 + len(REST) // 2
    says = label(f"{begins} {' '.join(REST)}", "ink")
    lines = [label(part, "ink") for part in (begins, " ".join(REST[:half]), " ".join(REST[half:]))]
    notes = [
        label("answer: after the whole sentence, from 0 to 1"),
        label("slope: how far a tiny change in the first word moves the end"),
        label("filled: a slope of nearly 0, and yet the word decides the answer"),
    ]
    short = [label("answer: after all words, from 0 to 1"), label("slope: how far a tiny change in the")]
    short += [label("first word moves the end"), label("filled: nearly 0, yet the word decides")]
    wide = above(says, beside(*parts), *notes)
    return wide.picture(alt, narrow=above(*lines, *parts, *short))


def _network(name: str, answers: list[float], slopes: list[float]) -> Thing:
    """Put a network's answer next to its slope, with a row for each first word."""
    flat = np.array(slopes)[:, None] < FLAT
    answered = cells(
        np.array(answers)[:, None],
        "output",
        name=f"{name}, answer",
        decimals=2,
        levels=True,
        columns=[label("answer", "output")],
        rows=[word(each, plain=True) for each in FIRST],
        least_width=62,
    )
    sloping = cells(
        np.array(slopes)[:, None],
        name=f"{name}, slope",
        decimals=2,
        large=True,
        marked=flat,
        columns=[label("slope", "ink")],
        least_width=62,
    )
    return above(label(name, "ink", strong=True), beside(answered, sloping))
