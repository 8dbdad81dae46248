"""What the trained network would answer if its belt ended sooner: the probability of the true next character."""

from collections.abc import Iterator, Sequence

import numpy as np

from _chances import chances
from _characters import CHARACTERS, read, shown
from _charts import VALUE, Plot, Scale, say
from unrolled import Picture, read_keras
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME, WORD_NARROW
from unrolled.geometry import Frame
from unrolled.i18n import text_of
from unrolled.layers import Add, Rescaling
from unrolled.layers.layer import Trace
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import named
from unrolled.shapes.plots import Tile
from unrolled.shapes.shape import Shape

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
LIKELY, PRINTED = 0.5, 0.25
"""Chances above the first are solid, and those above the second are printed."""
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
    mean = named("mean", found.mean(axis=1))
    table = [
        TextColumn("part", WRITES),
        *(TextColumn(letter, [f"{each:.2f}" for each in found[:, at]]) for at, letter in enumerate(following)),
        TextColumn("mean", [f"{each:.2f}" for each in mean]),
    ]
    wide = [tuple(_wide(found, mean, following, pitch, long)) for pitch, long in ((40, 110), (36, 96))]
    narrow = tuple(_narrow(found, mean, following))
    return in_two_forms(wide, [narrow], Description.of(ALT.format(said), table=table))


def _wide(found: Array, mean: Array, letters: Sequence[str], pitch: float, long: float) -> Iterator[Shape]:
    """Draw a row of bars for each part, a column for each letter, and at the end the mean as a long bar."""
    high, apart = 44, 12
    right = pitch * len(letters) + 26
    yield say("title", TITLE, 0, -52, "start", BLOCK)
    yield say("mean-title", "mean", right, -24, "start", NAME)
    for column, letter in enumerate(letters):
        yield say(f"letter-{column + 1}", letter, (column + 0.5) * pitch, -24, style=WORD_NARROW)
    for row, (name, values) in enumerate(zip(LATER, found, strict=True)):
        top = row * (high + apart)
        yield say(f"part-{row + 1}", name, -14, top + high / 2, "end", NAME)
        for column, value in enumerate(values.tolist()):
            yield from _chance(f"{row + 1}-{column + 1}", value, Frame(column * pitch + 2, top, pitch - 4, high))
        plot = Plot(Frame(right, top, long, high), Scale(0, 1), Scale(0, 1))
        bar, middle = f"mean-{row + 1}", top + high / 2
        yield Tile(name=f"{bar}-all", role="output", fill="lane", frame=plot.lying(1, middle, 18), rim=0)
        yield Tile(name=bar, role="output", fill="output", frame=plot.lying(float(mean[row]), middle, 18), rim=0)
        yield say(f"{bar}-value", text_of(mean.tolist()[row], 2), right + long + 8, middle, "start", VALUE.bold())


def _narrow(found: Array, mean: Array, letters: Sequence[str]) -> Iterator[Shape]:
    """Draw a column for each part, a row of bars for each letter, and below them the means."""
    pitch, high, apart = 48, 32, 6
    yield say("title", TITLE, -34, -46, "start", BLOCK)
    for column, name in enumerate(SHORT):
        yield say(f"part-{column + 1}", name, (column + 0.5) * pitch, -18, style=NAME)
    for row, (letter, values) in enumerate(zip(letters, found.T, strict=True)):
        top = row * (high + apart)
        yield say(f"letter-{row + 1}", letter, -14, top + high / 2, style=WORD_NARROW)
        for column, value in enumerate(values.tolist()):
            yield from _chance(f"{column + 1}-{row + 1}", value, Frame(column * pitch + 2, top, pitch - 4, high))
    top = len(letters) * (high + apart) + 18
    yield say("mean-title", "mean", -4, top + high / 2, "end", NAME)
    for column, value in enumerate(mean.tolist()):
        frame = Frame(column * pitch + 2, top, pitch - 4, high)
        box = Plot(frame, Scale(0, 1), Scale(0, 1)).bar(0.5, value, frame.width)
        yield Tile(name=f"mean-{column + 1}-all", role="output", fill="lane", frame=frame, rim=0)
        yield Tile(name=f"mean-{column + 1}", role="output", fill="output", frame=box, rim=0)
        yield say(f"mean-{column + 1}-value", text_of(value, 2), frame.middle, top + high + 14, style=VALUE.bold())


def _chance(name: str, value: float, frame: Frame) -> Iterator[Shape]:
    """Fill a frame from below as far as a chance goes, in full colour and with its number if it is likely."""
    is_likely = value > LIKELY
    box = Plot(frame, Scale(0, 1), Scale(0, 1)).bar(0.5, value, frame.width)
    yield Tile(name=f"all-{name}", role="state", fill="lane", frame=frame, rim=0)
    yield Tile(name=f"chance-{name}", role="state", fill="state" if is_likely else None, frame=box, rim=1)
    if value > PRINTED and not is_likely:
        yield say(f"chance-{name}-value", text_of(value, 2), frame.middle, box.top - 9, style=VALUE)
    if is_likely:
        said, style = text_of(value, 2), VALUE.bold()
        yield say(f"chance-{name}-value", said, frame.middle, box.centre, style=style, role="paper")


def _scores(belt: Array, norm: Trace, dense: Trace) -> Array:
    """Apply the last normalization and the Dense layer to what is on the belt: (places, characters)."""
    return dense.layer.compute(dense.weights, norm.layer.compute(norm.weights, belt))
