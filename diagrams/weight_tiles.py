"""The weights of the code's recurrent layer as tiles, beside those of a layer with twice the units."""

from collections.abc import Sequence
from dataclasses import replace

from _charts import VALUE, at, column, say
from _tiles import PARTS, rows_of, tiles
from unrolled import Picture, read_keras
from unrolled.description import Description, TextColumn
from unrolled.errors import PictureError
from unrolled.fonts import BLOCK, NAME
from unrolled.layers.recurrent import Recurrent
from unrolled.picture import in_two_forms
from unrolled.shapes.shape import Shape

NAMES = ("kernel", "recurrent kernel", "bias")
ALT = "{}, a tile each: {}. With {} units instead of {} there are {}: {}."


def draw(code: str) -> Picture:
    """Draw a column of tiles for each unit, in both layers to the same scale."""
    model = read_keras(code)
    layer, (_, features) = model.layers[0], model.entries[0].shape
    if not isinstance(layer, Recurrent) or features is None:
        raise PictureError("the first layer isn't recurrent, or its features are open", block=code)
    layers = [layer, replace(layer, units=2 * layer.units)]
    rows = [rows_of(each, features) for each in layers]
    said = [_counted(each.units, counts) for each, counts in zip(layers, rows, strict=True)]
    totals = [each.units * sum(counts) for each, counts in zip(layers, rows, strict=True)]
    sums = [", ".join(f"{name} {count}" for name, count in zip(NAMES, each, strict=True)) for each in said]
    alt = ALT.format(f"{totals[0]} weights", sums[0], layers[1].units, layer.units, totals[1], sums[1])
    table = [TextColumn("weights", [*NAMES, "in all"])]
    table += [
        TextColumn(f"{each.units} units", [*counts, str(total)])
        for each, counts, total in zip(layers, said, totals, strict=True)
    ]

    def drawn(tile: float, named: int) -> list[list[Shape]]:
        parts = enumerate(zip(layers, rows, said, strict=True))
        return [_layer(f"units-{each[0].units}", *each, tile, named=place < named) for place, each in parts]

    left, right = drawn(18, 1)
    wide = (*left, *at(right, (layers[0].units + layers[1].units) * 9 + 130))
    narrow = column([at(part, each.units * 6) for part, each in zip(drawn(12, 2), layers, strict=True)], 28)
    return in_two_forms([wide], [tuple(narrow)], Description.of(alt, table=table))


def _counted(units: int, rows: Sequence[int]) -> list[str]:
    return [f"{high} × {units} = {high * units}" if high > 1 else str(units) for high in rows]


def _layer(
    name: str, layer: Recurrent, rows: Sequence[int], said: Sequence[str], tile: float, *, named: bool
) -> list[Shape]:
    """Name a layer above its tiles, each array on its left if there is room, and its count on its right."""
    columns = tiles(name, layer.units, rows, tile)
    left, right = -layer.units * tile / 2, layer.units * tile / 2
    shapes: list[Shape] = list(columns)
    for part, (key, role), called, count in zip(columns, PARTS, NAMES, said, strict=True):
        middle = part.bounds.centre
        shapes.append(say(f"{name}-{key}-count", count, right + 10, middle, "start", VALUE, role))
        if named:
            shapes.append(say(f"{name}-{key}-name", called, left - 12, middle, "end", NAME.bold(), role))
    total = str(layer.units * sum(rows))
    end = columns[-1].bounds.bottom
    shapes.append(say(f"{name}-title", f"{layer.units} units", left, -22, "start", BLOCK))
    shapes.append(say(f"{name}-total", f"{total} weights", left, end + 20, "start", BLOCK))
    return shapes
