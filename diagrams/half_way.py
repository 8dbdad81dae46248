"""What the trained network would answer if its belt ended sooner: the probability of the true next character."""

from collections.abc import Sequence

import numpy as np

from _chances import chances
from _characters import CHARACTERS, read, shown
from unrolled import Picture, Thing, above, beside, cells, label, read_keras, word
from unrolled.arrays import Array
from unrolled.layers import Add, Rescaling
from unrolled.layers.layer import Trace
from unrolled.recorded.arrays import named

WRITES = ("at the start", "attention 1", "feed-forward 1", "attention 2", "feed-forward 2")
LATER = (
    "letter and place alone",
    "after attention 1",
    "after feed-forward 1",
    "after attention 2",
    "after feed-forward 2",
)
SHORT = ("start", "att. 1", "ff. 1", "att. 2", "ff. 2")
TITLE = "chance of the true next letter"
NOTES = "The stronger the fill, the more likely;", "numbers from 0.10 up."
LIKELY = 0.1
"""Only larger chances are printed."""
ALT = "How likely each next character is, judging by what is on the belt so far: {}."


def draw(code: str, text: str, shown_last: int = 8) -> Picture:
    """Read the belt after each write, for the last characters of a `text`, each given all characters before it."""
    trace = read(read_keras(code), text)
    belts = [each.output for each in trace.traces if isinstance(each.layer, Add | Rescaling)]
    norm, dense = trace.traces[-2:]
    places = np.arange(len(text) - shown_last - 1, len(text) - 1)
    target = [CHARACTERS.index(text[at + 1]) for at in places]
    names = [*map(shown, CHARACTERS)]
    scores = [_scores(belt[places], norm, dense) for belt in belts]
    found = np.stack([chances(each, names)[range(shown_last), target] for each in scores])
    following = [shown(text[at + 1]) for at in places]
    said = "; ".join(
        f"{name}: {', '.join(f'{letter} {value:.2f}' for letter, value in zip(following, row, strict=True))}"
        for name, row in zip(WRITES, found, strict=True)
    )
    letters = [word(each, plain=True) for each in following]
    mean = named("mean", found.mean(axis=1))[:, None]
    title = label(TITLE, "ink", strong=True)
    parts, short = ([label(each, "ink") for each in names] for names in (LATER, SHORT))
    wide = beside(_grid(found, letters, parts, 36), _means(mean, [label("mean", "ink")], ()))
    narrow = above(_grid(found.T, short, letters, 46), _means(mean.T, (), [label("mean", "ink")]))
    wide = above(title, wide, label(" ".join(NOTES)))
    return wide.picture(ALT.format(said), narrow=above(title, narrow, *map(label, NOTES)))


def _grid(values: Array, columns: Sequence[Thing], rows: Sequence[Thing], least_width: float) -> Thing:
    called = "chance of the next character"
    return cells(
        values,
        name=called,
        decimals=2,
        printed=values > LIKELY,
        heat=1,
        large=True,
        columns=columns,
        rows=rows,
        least_width=least_width,
    )


def _means(mean: Array, columns: Sequence[Thing], rows: Sequence[Thing]) -> Thing:
    """Draw the means of all letters, with bars."""
    return cells(mean, "output", name="mean", decimals=2, levels=True, columns=columns, rows=rows, least_width=46)


def _scores(belt: Array, norm: Trace, dense: Trace) -> Array:
    """Apply the last normalization and the Dense layer to what is on the belt: (places, characters)."""
    return dense.layer.compute(dense.weights, norm.layer.compute(norm.weights, belt))
