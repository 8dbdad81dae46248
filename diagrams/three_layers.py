"""How many sets of weights a SimpleRNN, an LSTM and a GRU have, and what each set is for: a gate, or a proposal."""

from collections.abc import Sequence

from _charts import VALUE, at, column, say
from _tiles import PARTS, rows_of, sets_of, tiles
from unrolled import GRU, LSTM, Picture, SimpleRNN
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME
from unrolled.geometry import Frame
from unrolled.layers.recurrent import Recurrent
from unrolled.picture import in_two_forms
from unrolled.shapes.cells import Tiles
from unrolled.shapes.gates import FOOT, Shutter
from unrolled.shapes.shape import Shape

FEATURES, UNITS = 2, 4
GATES = {SimpleRNN: (), LSTM: ("forget", "input", "output"), GRU: ("update", "reset")}
PASSED = {SimpleRNN: "passes on h", LSTM: "passes on h and c", GRU: "passes on h"}
TILE, PITCH, TAP, COUNT_UNDER, TO_PART = 11, 66, (58, 48), 118, 8
ALT = "Layers of {} units that read {} features, with a tile for each weight: {}."
EACH = "{} has {} weights, for {}"


def draw() -> Picture:
    """Draw each set of weights below the tap that it opens, or below the name of what it proposes."""
    layers: list[Recurrent] = [kind(UNITS) for kind in GATES]
    counts = [str(UNITS * sum(rows_of(layer, FEATURES)) * sets_of(layer, FEATURES)) for layer in layers]
    sets = [(*_gates(layer), "candidate" if _gates(layer) else "new state") for layer in layers]
    names = [layer.name_in_code for layer in layers]
    said = [EACH.format(*each) for each in zip(names, counts, map(", ".join, sets), strict=True)]
    heads = ("layer", "weights", "sets of weights", "passed on")
    passed = [PASSED[type(layer)].removeprefix("passes on ") for layer in layers]
    cells = (names, counts, map(", ".join, sets), passed)
    table = [TextColumn(head, list(texts)) for head, texts in zip(heads, cells, strict=True)]
    groups = [_layer(layer, each, count) for layer, each, count in zip(layers, sets, counts, strict=True)]
    wide: list[Shape] = []
    for group in groups:
        start = Frame.around(shape.bounds for shape in wide).right + 44 if wide else 0
        wide += at(group, start - Frame.around(shape.bounds for shape in group).left)
    description = Description.of(ALT.format(UNITS, FEATURES, "; ".join(said)), table=table)
    return in_two_forms([tuple(wide)], [tuple(column(groups, 28))], description)


def _gates(layer: Recurrent) -> tuple[str, ...]:
    return GATES[type(layer)]


def _layer(layer: Recurrent, sets: Sequence[str], count: str) -> list[Shape]:
    """Put the sets of a layer side by side, from the origin."""
    name = layer.name_in_code
    shapes: list[Shape] = [
        say(f"{name}-title", name, 0, -104, "start", BLOCK),
        say(f"{name}-passed", PASSED[type(layer)], 0, -83, "start", NAME, "muted"),
    ]
    for place, said in enumerate(sets):
        x = TAP[0] / 2 + place * PITCH
        shapes += at(tiles(f"{name}-{said}", layer.units, rows_of(layer, FEATURES), TILE), x)
        if said in _gates(layer):
            frame = Frame(x - TAP[0] / 2, -TAP[1] - 8, *TAP)
            gate = Shutter(
                name=f"{name}-{said}-tap", frame=frame, cells=(said,), passing="memory", shares=(0.5,), style=VALUE
            )
            shapes.append(gate)
        else:
            shapes.append(say(f"{name}-{said}-name", said, x, -8 - FOOT / 2, style=VALUE.bold()))
    if len(sets) == 1:  # there is room to name the parts
        for (part, role), tile in zip(PARTS, [each for each in shapes if isinstance(each, Tiles)], strict=True):
            beside = tile.frame.right + TO_PART
            shapes.append(say(f"{part}-name", part.replace("_", " "), beside, tile.frame.centre, "start", NAME, role))
    shapes.append(say(f"{name}-count", f"{count} weights", 0, COUNT_UNDER, "start", BLOCK))
    if rows_of(layer, FEATURES)[-1] > 1:
        shapes.append(say(f"{name}-biases", "with two rows of biases", 0, COUNT_UNDER + 21, "start", NAME, "muted"))
    return shapes
