"""The memory and state of a trained LSTM with two units after each word of a sentence, as two heat maps."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from unrolled import (
    LSTM,
    Dense,
    Embedding,
    Picture,
    Thing,
    above,
    beside,
    cells,
    key,
    label,
    run_model,
    stack,
    weights_from,
    word,
)
from unrolled.arrays import Array

DATA = Path("diagrams/data/sentiment")
WORDS = ["nobody", "who", "saw", "the", "film", "with", "us", "yesterday", "found", "it", "really", "funny"]
COLUMN = 62
"""In pixels: wide enough for each word, and the same for memory and state."""
ALT = (
    "The memory c and the state h of two units after each of {} words. The memory goes from {:.2f} to {:.2f}; no "
    "number of the state is further from 0 than {:.2f}."
)


def draw() -> Picture:
    """Run the toy network on the sentence, with a row for each unit and a column for each word, or transposed."""
    vocabulary = json.loads((DATA / "vocabulary.json").read_text(encoding="utf-8"))
    rows = [vocabulary.index(each) for each in WORDS]
    model = stack(Embedding(len(vocabulary), 2, mask_zero=True), LSTM(2), Dense(1, "sigmoid"), shape=(len(WORDS),))
    trace = run_model(model, rows, weights=weights_from(model, DATA / "lstm_2_units.npz")).trace_of(LSTM)
    memories, states = trace.memories[1:], trace.states[1:]
    top = float(np.abs(memories).max())
    words = [word(each, plain=True) for each in WORDS]
    legend = key(f"−{top:.1f}", f"{top:.1f}")
    wide = above(
        _held(memories.T, "memory", "c", top, columns=words, rows=_rows("memory")),
        _held(states.T, "state", "h", top, rows=_rows("state")),
        legend,
    )
    upright = (
        above(label("c, memory", "memory"), _held(memories, "memory", "c", top, rows=words)),
        above(label("h, state", "state"), _held(states, "state", "h", top)),
    )
    alt = ALT.format(len(WORDS), memories.min(), memories.max(), np.abs(states).max()).replace("-", "−")
    return wide.picture(alt, narrow=above(beside(*upright, align="bottom"), legend))


def _rows(role: str) -> list[Thing]:
    return [label(f"{role} {unit}", role) for unit in (1, 2)]


def _held(
    values: Array, role: str, name: str, top: float, columns: Sequence[Thing] = (), rows: Sequence[Thing] = ()
) -> Thing:
    wide = COLUMN if values.shape[1] == len(WORDS) else 0
    return cells(values, role, name=name, decimals=2, heat=top, least_width=wide, columns=columns, rows=rows)
