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
    """Run both toy networks on both sentences, with a row for each network and a column for each first word."""
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
    # Where the slope is negligible, the answers show that the word matters all the same.
    flat = np.nonzero(np.array(slopes) < FLAT)
    heads = [word(each, plain=True) for each in FIRST]
    names = [label(layer.name_in_code, "ink") for layer in NETWORKS.values()]
    answered = above(
        label("Answer, from 0 to 1", "output", strong=True),
        label("after the whole sentence"),
        cells(answers, "output", name="answer", decimals=2, levels=True, columns=heads, rows=names),
    )
    sloping = above(
        label("Slope at the first word", "ink", strong=True),
        label("how far a tiny change in it moves the end"),
        cells(slopes, name="slope", decimals=2, large=True, marked=flat, columns=heads, rows=names),
    )
    numbers = [number for grid in (answers, slopes) for line in grid for number in line]
    first, second = FIRST
    alt = ALT.format(*numbers, first=first, second=second, rest=" ".join(REST))
    begins, half = f"“{first}” or “{second}”", 1 + len(REST) // 2
    says = label(f"{begins} {' '.join(REST)}", "ink")
    lines = [label(part, "ink") for part in (begins, " ".join(REST[:half]), " ".join(REST[half:]))]
    wide = above(says, beside(answered, sloping))
    return wide.picture(alt, narrow=above(*lines, answered, sloping))
