"""The forget gates of new LSTMs with different biases, and what they keep of the memory at the last word they read."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from _charts import Plot, at, say
from unrolled import LSTM, Picture, Weights, embed, initial_weights, read_keras, record, run_model
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.errors import PictureError
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame, Point
from unrolled.i18n import PrintedNumbers, text_of
from unrolled.model import Model
from unrolled.picture import in_two_forms
from unrolled.recorded.operations import of_step, origin
from unrolled.shapes.gates import FOOT, HANDLE, OPENING, Shutter
from unrolled.shapes.plots import Line, Tile
from unrolled.shapes.shape import Shape
from unrolled.views.pieces import LARGE_NUMBER

WORDS = ["I", "am", "groot"]
BIASES = 0, 0.5, 1, 2
FLOW = Plot.units(up=190)
"""The height of bars: this many pixels for a memory of 1."""
BAR, UNDER = 30, 22
ALT = (
    "New LSTMs with different forget biases at “{word}”: with a bias of {biases}, the forget gates are open by {gates}."
)
TITLES = ("forget bias", "forget gate", "old memory", "kept")


def draw(code: str) -> Picture:
    """Use Keras's initial weights for the code's layer, setting only the bias of its forget gates."""
    model = read_keras(code)
    found = [_last_step(model, bias) for bias in BIASES]
    biases, gates = [f"{bias:g}" for bias in BIASES], [_printed(gate) for gate, *_ in found]
    said = (f"{', '.join(each[:-1])} and {each[-1]}" for each in (biases, [" and ".join(each) for each in gates]))
    alt = ALT.format(word=WORDS[-1], **dict(zip(("biases", "gates"), said, strict=True)))
    columns: list[Sequence[str]] = [
        biases,
        *([PrintedNumbers(_printed(each)) for each in values] for values in zip(*found, strict=True)),
    ]
    table = [TextColumn(title, texts) for title, texts in zip(TITLES, columns, strict=True)]
    wide, narrow = (_drawn(found, *sizes) for sizes in ((132, 80), (72, 60)))
    return in_two_forms([wide], [narrow], Description.of(alt, table=table))


def _last_step(model: Model, forget_bias: float) -> Sequence[Any]:
    """Compute the forget gate, the old memory, and what is kept of it, with the record of each."""
    (layer,) = model.layers
    if not isinstance(layer, LSTM):
        raise PictureError("the layer isn't an LSTM, so it has no forget gate", block=model.code)
    fresh = initial_weights(layer, embed(WORDS).shape)
    bias = np.array(fresh["bias"])
    bias[layer.units : 2 * layer.units] = forget_bias  # input, forget, candidate, output
    weights = Weights(**{**fresh, "bias": bias})
    memories = run_model(model, record(embed(WORDS)), weights=[weights]).trace_of(LSTM).memories
    made = {each.name.key: each for each in of_step([origin(memories[-1], 0)[0]], len(WORDS)) if each.name}
    return made["forget-gate"], memories[-2], made["kept"]


def _drawn(found: Sequence[Sequence[Any]], pitch: float, wide: float) -> tuple[Shape, ...]:
    """Draw a tap for each bias, and below each of its cells what there was of the memory, and what is kept."""
    shapes: list[Shape] = []
    zero = (OPENING + FOOT) / 2 + UNDER - FLOW.y(max(abs(old).max() for _, old, _ in found))
    for place, (bias, (gate, old, kept)) in enumerate(zip(BIASES, found, strict=True), start=1):
        cells = len(gate)
        title = say(f"bias-{place}", f"bias {bias:g}", 0, -(OPENING + FOOT) / 2 - HANDLE - UNDER / 2, style=BLOCK)
        frame = Frame.about(0, 0, wide, OPENING + FOOT)
        shares = tuple(gate.tolist())
        tap = Shutter(
            name=f"gate-{place}", frame=frame, cells=_printed(gate), passing="memory", shares=shares, style=LARGE_NUMBER
        )
        bars: list[Shape] = [
            Line(name=f"zero-{place}", role="ink", start=Point(-wide / 2, 0), to=Point(wide / 2, 0), width=1.25)
        ]
        for cell, (before, after) in enumerate(zip(old.tolist(), kept.tolist(), strict=True), start=1):
            x = (cell - (cells + 1) / 2) * wide / cells
            high = min(BAR, wide / cells - 6)
            outline = FLOW.bar(0, before, high)
            name = f"old-{place}-{cell}"
            bars += at([Tile(name=name, role="muted", fill="paper", frame=outline, rim=1, is_dashed=True)], x)
            bars += at([Tile(name=f"kept-{place}-{cell}", role="memory", frame=FLOW.bar(0, after, high))], x)
        shapes += at([title, tap, *at(bars, 0, zero)], (place - 1) * pitch)
    return (*shapes, *_key(shapes, -wide / 2))


def _key(shapes: Sequence[Shape], left: float) -> list[Shape]:
    """Say below the bars what they are."""
    y = Frame.around(shape.bounds for shape in shapes).bottom + 24
    old, kept = (Frame.about(left + 9, middle, 18, 14) for middle in (y, y + 22))
    return [
        Tile(name="key-old", role="muted", fill="paper", frame=old, rim=1, is_dashed=True),
        say("key-old-said", "the old memory", old.right + 8, y, "start", NAME, "muted"),
        Tile(name="key-kept", role="memory", frame=kept),
        say("key-kept-said", "what is kept of it", kept.right + 8, y + 22, "start", NAME, "muted"),
    ]


def _printed(values: Array) -> tuple[str, ...]:
    return tuple(text_of(value, 2) for value in values.tolist())
