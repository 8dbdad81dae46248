"""What the trained network would answer if its belt ended sooner: how likely the true next character is."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from _characters import CHARACTERS, read, shown
from unrolled import Picture, above, cells, label, read_keras, word
from unrolled.arrays import Array
from unrolled.floor.picture import Thing
from unrolled.layers import Add, Rescaling
from unrolled.layers.layer import Trace

WRITES = ("at the start", "attention 1", "feed-forward 1", "attention 2", "feed-forward 2")
SHORT = ("start", "att. 1", "ff 1", "att. 2", "ff 2")
ALT = "How likely each next character is, from what is on the belt so far: {}."


def draw(code: str, text: str, shown_last: int = 8) -> Picture:
    """Read the belt after each write, for the last characters of a `text`, each from all that stands before it."""
    trace = read(read_keras(code), text)
    belts = [each.output for each in trace.traces if isinstance(each.layer, Add | Rescaling)]
    norm, dense = trace.traces[-2:]
    places = np.arange(len(text) - shown_last - 1, len(text) - 1)
    target = [CHARACTERS.index(text[at + 1]) for at in places]
    chances = np.array([_chances(belt, norm, dense)[places, target] for belt in belts])
    following = [shown(text[at + 1]) for at in places]
    said = "; ".join(
        f"{name}: {', '.join(f'{letter} {value:.2f}' for letter, value in zip(following, row, strict=True))}"
        for name, row in zip(WRITES, chances, strict=True)
    )
    letters = [word(each, plain=True) for each in following]
    wide = _grid(chances, letters, [label(each, "ink") for each in WRITES], 46)
    narrow = _grid(chances.T, [label(each, "ink") for each in SHORT], letters, 44)
    return wide.picture(ALT.format(said), narrow=narrow)


def _grid(chances: Array, columns: Sequence[Thing], rows: Sequence[Thing], width: float) -> Thing:
    called = "chance of the next character"
    return above(
        cells(chances, "output", name=called, decimals=2, heat=1, columns=columns, rows=rows, least_width=width)
    )


def _chances(belt: Array, norm: Trace, dense: Trace) -> Array:
    """Let the last normalization and the Dense layer answer to what is on the belt: (places, characters)."""
    scores = dense.layer.compute(dense.weights, norm.layer.compute(norm.weights, belt))
    return cast("Array", np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)))
