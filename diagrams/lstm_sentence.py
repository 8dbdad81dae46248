"""The memory and state of a trained LSTM with two units after each word of a sentence, as bars from zero."""

import numpy as np

from _charts import VALUE, Plot, at, column, say
from _sentiment import read, toy
from unrolled import LSTM, Picture
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.flow.table import flush
from unrolled.fonts import NAME, WORD, Style
from unrolled.geometry import Frame, Point
from unrolled.i18n import quoted, text_of
from unrolled.palette import WordFill
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import Line, Tile
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import word_width
from unrolled.views.pieces import word

WORDS = ["nobody", "who", "saw", "the", "film", "with", "us", "yesterday", "found", "it", "really", "funny"]
FILLS = {"nobody": "ink", "funny": WordFill("funny", 0)}
ROW = 33
UNITS = {1: 74, 2: 0}
"""How far down the zero of each unit is, time running across."""
UP, ALONG = Plot.units(up=27), Plot.units(across=19)
ALT = (
    "Bars for the memory c and the state h of two units after each of {} words. The memory leaves the range from −1 to "
    "1 at the second word, and goes from {} to {} in the end; no number of the state is further from 0 than {}."
)


def draw() -> Picture:
    """Run the toy network on the sentence; time runs across, or on a phone down."""
    trace = read(*toy(LSTM(2), "lstm_2_units", len(WORDS)), WORDS).trace_of(LSTM)
    memories, states = trace.memories[1:], trace.states[1:]
    alt = ALT.format(len(WORDS), *(text_of(float(value), 2) for value in (*memories[-1], np.abs(states).max())))
    named = (
        ("c, unit 1", memories[:, 0]),
        ("c, unit 2", memories[:, 1]),
        ("h, unit 1", states[:, 0]),
        ("h, unit 2", states[:, 1]),
    )
    table = [
        TextColumn("word", [quoted(said) for said in WORDS]),
        *(TextColumn(name, [text_of(float(value), 2) for value in values]) for name, values in named),
    ]
    return in_two_forms(
        (tuple(_wide(memories, states, *sizes)) for sizes in ((65, 14), (59, 13))),
        [tuple(_narrow(memories, states))],
        Description.of(alt, table=table),
    )


def _wide(memories: Array, states: Array, pitch: float, letters: float) -> list[Shape]:
    left, right = 0.0, len(WORDS) * pitch
    bars: list[Shape] = []
    for unit, down in UNITS.items():
        bars.append(_band(Frame.between(left, UP.y(1) + down, right, UP.y(-1) + down), f"band-{unit}"))
        bars.append(Line(name=f"zero-{unit}", start=Point(left, down), to=Point(right, down), width=1.25))
        for level in (-1, 0, 1):
            at_level = left - 8, UP.y(level) + down
            bars.append(say(f"level-{unit}-{level}", text_of(level, 0), *at_level, "end", VALUE.bold()))
    words: list[Shape] = []
    for number, (said, memory, state) in enumerate(zip(WORDS, memories, states, strict=True), start=1):
        x = (number - 0.5) * pitch
        words += at(_word(number, said, WORD.sized(letters)), x)
        for unit, (stored, shown) in enumerate(zip(memory.tolist(), state.tolist(), strict=True), start=1):
            name, beyond = f"{number}-{unit}", UP.y(stored) + (11 if stored < 0 else -11)
            both = [
                Tile(name=f"memory-{name}", role="memory", frame=UP.bar(x, stored, 32)),
                Tile(name=f"state-{name}", role="state", fill="state", rim=0, frame=UP.bar(x, shown, 14)),
                say(f"memory-{name}-value", text_of(stored, 1), x, beyond, style=VALUE),
            ]
            bars += at(both, 0, UNITS[unit])
    for unit, value in enumerate(memories[0].tolist(), start=1):
        y = UP.y(3.2) * (1 if value > 0 else -1) + UNITS[unit]
        bars.append(say(f"unit-{unit}", f"unit {unit}", left + 14, y, "start", NAME.bold()))
    return column([_key(112), bars, words], (16, 12))


def _narrow(memories: Array, states: Array) -> list[Shape]:
    bottom = len(WORDS) * ROW
    bars: list[Shape] = [_band(Frame.between(ALONG.x(-1), 0, ALONG.x(1), bottom))]
    bars += [Line(name="zero", start=Point(0, 0), to=Point(0, bottom), width=1.25)]
    widest = max(word_width(said, WORD.sized(15), 5, 0) for said in WORDS)
    edge = ALONG.x(-float(np.abs(memories).max())) - 6 - widest
    for unit in (1, 2):
        bars.append(say(f"unit-{unit}", f"unit {unit}", ALONG.x(6 * unit - 9), -10, style=NAME, role="muted"))
    for level in (-1, 0, 1):
        bars.append(say(f"level-{level}", text_of(level, 0), ALONG.x(level), -10, style=VALUE.bold()))
    for number, (said, memory, state) in enumerate(zip(WORDS, memories, states, strict=True), start=1):
        y = (number - 0.5) * ROW
        bars += at(flush(_word(number, said, WORD.sized(15)), edge, "left"), 0, y)
        for unit, (stored, shown) in enumerate(zip(memory.tolist(), state.tolist(), strict=True), start=1):
            bars.append(Tile(name=f"memory-{number}-{unit}", role="memory", frame=ALONG.lying(stored, y, 20)))
            bars.append(
                Tile(name=f"state-{number}-{unit}", role="state", fill="state", rim=0, frame=ALONG.lying(shown, y, 10))
            )
        if number in (1, len(WORDS)):
            beyond = ALONG.x(float(memory[1])) + 6
            bars.append(say(f"memory-{number}-value", text_of(memory[1].tolist(), 1), beyond, y, "start", VALUE))
    return column([at(_key(97), edge), bars], 16)


def _word(number: int, said: str, style: Style) -> list[Shape]:
    return list(word(said, word_width(said, style, 5, 0), FILLS.get(said), style, name=f"word-{number}", high=26))


def _band(frame: Frame, name: str = "band") -> Tile:
    return Tile(name=name, role="muted", fill="lane", rim=0, radius=0, frame=frame)


def _key(apart: float) -> list[Shape]:
    """Say what the bars are."""
    shapes: list[Shape] = []
    samples = (
        ("memory", "memory c", None, 1.5, 14),
        ("state", "state h", "state", 0, 10),
        ("muted", "−1 to 1", "lane", 0, 16),
    )
    for place, (role, said, fill, rim, high) in enumerate(samples):
        x = place * apart
        shapes.append(Tile(name=f"key-{role}", role=role, fill=fill, rim=rim, frame=Frame.about(x + 11, 0, 22, high)))
        style = NAME if role == "muted" else NAME.bold()
        shapes.append(say(f"key-{role}-name", said, x + 29, 0, "start", style, role))
    return shapes
