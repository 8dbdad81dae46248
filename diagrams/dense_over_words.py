"""The weights of a dense layer over six words, and those of a kernel, each below the number that it multiplies."""

from collections.abc import Mapping

import numpy as np

from kernel_over_words import VECTORS, WORDS
from unrolled import Conv1D, Dense, Picture, read_keras, record, run_model
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import DOWN
from unrolled.flow.description import Draw, Flow
from unrolled.flow.group import grouped, in_column
from unrolled.flow.table import Table
from unrolled.fonts import BLOCK, width
from unrolled.i18n import numbers, text_of
from unrolled.measures import Measures, measures
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.sample import Sample
from unrolled.shapes.cells import cells
from unrolled.shapes.shape import Shape, Shapes
from unrolled.views.pieces import LARGE_NUMBER, spread, text, vector, word

Layers = Mapping[str, tuple[Array, Array]]
"""The weights of each layer (outputs, inputs), NaN where it has none, and its sums."""
WIDE, NARROW = measures(cell=(38, 28), letters=19), measures(cell=(34, 24), letters=17, is_full=False)
OUT, APART = (41, 26), 12
ALT = "Above, {} weights of a dense layer, of which none is shared. Below, {} weights of a kernel, used {} times."


def draw(code: str, window: str) -> Picture:
    """Run both layers on the same words, and put each weight where its input is."""
    given = record(VECTORS)
    conv = run_model(read_keras(window), given).trace_of(Conv1D)
    dense = run_model(read_keras(code), given.ravel()).trace_of(Dense)
    kernel = conv.weights["kernel"][:, :, 0].ravel()
    places = range(len(conv.output))
    steps = [np.pad(kernel, (2 * at, np.size(VECTORS) - len(kernel) - 2 * at), constant_values=np.nan) for at in places]
    layers = {
        "dense": (dense.weights["kernel"].T, dense.output),
        "kernel": (np.stack(steps), conv.product[:, 0]),
    }
    count = dense.weights["kernel"].size
    titles = {
        "dense": (f"Dense({len(dense.output)})", f"{count} weights, none shared"),
        "kernel": (f"Conv1D(1, {len(kernel) // 2})", f"{len(kernel)} weights, used {len(places)} times"),
    }
    table = [
        TextColumn("layer", [titles[name][0] for name, (rows, _) in layers.items() for _ in rows]),
        TextColumn("weights", [numbers(row[~np.isnan(row)].tolist()) for rows, _ in layers.values() for row in rows]),
        TextColumn("sum", [text_of(each, 2) for _, sums in layers.values() for each in sums.tolist()]),
    ]
    listed = "; ".join(f"“{each}”, {numbers(row)}" for each, row in zip(WORDS, VECTORS, strict=True))
    said = Description.of(ALT.format(count, len(kernel), len(places)), f"The words are {listed}.", table=table)
    wide, narrow = ([_laid(layers, titles, sizes) for sizes in tried] for tried in (WIDE, NARROW))
    return in_two_forms(wide, narrow, said)


def _laid(layers: Layers, titles: Mapping[str, tuple[str, str]], sizes: Measures) -> tuple[Shape, ...]:
    """Put the layers below one another, and above them, the words with their numbers, or beside them on a phone."""
    parts: list[Draw | Shapes] = [_words(sizes)] if sizes.is_full else []
    for name, (rows, sums) in layers.items():
        layer, count = titles[name]
        wide = width(layer, BLOCK) + 12
        title = [
            *text(layer, "ink", BLOCK, name=f"{name}-title", anchor="start"),
            *text(count, name=f"{name}-count", x=wide, anchor="start"),
        ]
        parts += [title, (_rows if sizes.is_full else _columns)(name, rows, sums, sizes)]
    return in_column(parts, DOWN, APART)


def _words(sizes: Measures) -> Draw:
    """Write each word above its numbers."""
    fills, pitch = word_fills(WORDS), 2 * sizes.cell[0]
    said = [word(each, pitch - 6, fills[each], sizes.style, name=f"word-{each}") for each in WORDS]
    given = [
        vector(cells(each, 2), (sizes.cell[0] - 1, 28), fills[it], name=f"vector-{it}")
        for it, each in zip(WORDS, VECTORS, strict=True)
    ]
    flow = Flow(slot_room=4 - DOWN.slot_gap)
    for slot, each in enumerate((spread(said, pitch), spread(given, pitch))):
        flow.put(slot, flow.track("words"), each, loose=True)
    return grouped(flow, DOWN, end="left")


def _rows(name: str, rows: Array, sums: Array, sizes: Measures) -> Draw:
    """Put the weights of each output in a row, each in the column of its input."""
    table, whole = Table(Sample.all(len(rows)), 4, prefix=f"{name}-"), float(np.nanmax(np.abs(rows)))

    @table.column()
    def weights(row: int) -> Shapes:
        return spread(
            [
                _weight(value, whole, sizes.cell, f"{name}-{row + 1}-{at}")
                for at, value in enumerate(rows[row].tolist(), start=1)
            ],
            sizes.cell[0],
        )

    @table.column(gap=16, arrow=f"{name}-%s-arrow")
    def output(row: int) -> Shapes:
        return _sum(sums, row, f"{name}-output-{row + 1}")

    return grouped(table.flow(), DOWN, end="left")


def _columns(name: str, rows: Array, sums: Array, sizes: Measures) -> Draw:
    """Put the weights of each output in a column, each in the row of its input."""
    table, whole = Table(Sample.all(rows.shape[1]), 2, prefix=f"{name}-"), float(np.nanmax(np.abs(rows)))
    fills = word_fills(WORDS)

    @table.column()
    def said(row: int) -> Shapes:
        return (
            word(WORDS[row // 2], 48, fills[WORDS[row // 2]], sizes.style, high=sizes.cell[1]) if row % 2 == 0 else ()
        )

    @table.column()
    def number(row: int) -> Shapes:
        return vector(cells([np.ravel(VECTORS)[row]], 2), sizes.cell, fills[WORDS[row // 2]])

    for column in range(len(rows)):

        @table.column(gap=-6, name=f"weights-{column + 1}")
        def weights(row: int, column: int = column) -> Shapes:
            return _weight(rows[column, row].tolist(), whole, sizes.cell, f"{name}-{column + 1}-{row + 1}")

    table.below = [{f"weights-{at + 1}": _sum(sums, at, f"{name}-output-{at + 1}") for at in range(len(rows))}]
    return grouped(table.flow(), DOWN, end="left")


def _weight(value: float, whole: float, cell: tuple[float, float], name: str) -> Shapes:
    """Fill a tile by its value; where a kernel isn’t, only outline it."""
    said = "" if np.isnan(value) else text_of(value)
    heat = () if np.isnan(value) else (value / whole,)
    size = cell[0] - 2, cell[1]
    return vector([said], size, "block", "hair" if np.isnan(value) else "flow", name=name, heat=heat)


def _sum(sums: Array, at: int, name: str) -> Shapes:
    style = LARGE_NUMBER.bold() if at == int(np.argmax(sums)) else LARGE_NUMBER
    return vector([text_of(sums[at].tolist(), 2)], OUT, role="output", name=name, style=style)
