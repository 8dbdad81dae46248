"""The heads of an attention layer, and how their sums for one word become what the layer adds to it."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from unrolled import Picture, embed, read_keras, record, run_model
from unrolled.arrays import Array
from unrolled.description import Description
from unrolled.flow.axis import ACROSS, DOWN, Axis
from unrolled.flow.description import Flow, Wire
from unrolled.flow.group import grouped, in_column
from unrolled.flow.table import Table
from unrolled.fonts import WORD_NARROW
from unrolled.i18n import text_of
from unrolled.layers import MultiHeadAttention
from unrolled.layers.attention import AttentionTrace
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.recorded.arrays import named
from unrolled.sample import Sample
from unrolled.shapes.cells import cells
from unrolled.shapes.shape import Shape, Shapes
from unrolled.shapes.text import word_width
from unrolled.views.pieces import bar, before, heading, rule, text, vector, word

ALT = "What “{word}” looks at, and the sums of the values: {heads}. Joined and projected, they are {written}."
HEAD = "head {number}: shares {shares}, weighted sum {sum}"
PRODUCTS = "In head {number}, each value times its share is {products}."
CELL, LONG, SHORT, AFTER_BAR, TO_SUM, OVER_ARROW = (52, 34), 110, 56, 40, 8, 12


def draw(code: str, words: list[str], step: int = 1) -> Picture:
    """Draw the shares of the word at a `step` in each head, their sums, and what these become."""
    model = read_keras(code)
    vectors = record(embed(words, model.entries[0].shape[-1]))
    trace = cast("AttentionTrace", run_model(model, vectors).trace_of(MultiHeadAttention))
    shares, mixed, written = trace.shares[:, step - 1], trace.mixed[:, step - 1], trace.output[step - 1]
    products = named("product", shares[:, :, None] * trace.values, "share × value")

    top = max(float(np.abs(values).max()) for values in (products, mixed, written))

    def said(values: Array) -> str:
        return ", ".join(text_of(float(each), 2) for each in values)

    heads = [
        HEAD.format(number=at, shares=said(one), sum=said(other))
        for at, (one, other) in enumerate(zip(shares, mixed, strict=True), start=1)
    ]
    told = [
        PRODUCTS.format(number=at, products="; ".join(map(said, each))) for at, each in enumerate(products, start=1)
    ]
    alt = ALT.format(word=words[step - 1], heads="; ".join(heads), written=said(written))

    def drawn(axis: Axis) -> tuple[Shape, ...]:
        """Put the heads beside or below one another, and under them their sums joined and projected."""
        flow = Flow(slot_room=40 if axis.across else 8)
        for number, head in enumerate(zip(shares, products, mixed, strict=True), start=1):
            table = _head(number, *head, words, words[step - 1], top, LONG if axis.across else SHORT)
            flow.put(number, flow.track("heads"), table.draw(end="left"), loose=True)
        joined = _named("both sums, joined", np.concatenate(mixed), "output", "joined", top)
        added = _named(f"added to “{words[step - 1]}”", written, "memory", "added", top)
        after = Flow(slot_room=90 if axis.across else 20)
        sums = after.track("sums")
        start, end = after.put(0, sums, joined), after.put(1, sums, added)
        after.link(start, end, Wire("projection"), sides=("main-end", "main-start"))
        beside = {"y": -OVER_ARROW} if axis.across else {"x": OVER_ARROW, "anchor": "start"}
        after.put(0.5, sums, text("output projection", name="projection-name", **beside), loose=True)
        return in_column([grouped(flow, axis, end="left"), grouped(after, axis, end="left")], DOWN, 30)

    return in_two_forms([drawn(ACROSS)], [drawn(DOWN)], Description(alt, " ".join(told)))


def _numbers(values: Array, top: float, role: str, name: str = "") -> Shapes:
    """Draw a vector whose cells are filled by their values, relative to the largest of all."""
    heat = tuple(value / top for value in values.tolist())
    return vector(cells(values.tolist(), len(heat), decimals=2), CELL, role=role, name=name, heat=heat)


def _named(said: str, values: Array, role: str, name: str, top: float) -> Shapes:
    """Draw a vector with its name above its beginning, where no arrow comes down."""
    strip = _numbers(values, top, role, name)
    left, above = -CELL[0] * len(values) / 2, -CELL[1] / 2 - OVER_ARROW
    return [*strip, *heading(said, role, name=f"{name}-name", x=left, y=above, anchor="start")]


def _head(
    number: int,
    shares: Array,
    products: Array,
    mixed: Array,
    words: Sequence[str],
    asking: str,
    top: float,
    long: float,
) -> Table:
    """Put a bar and a share of the value beside each word, and below them the sum."""
    prefix, fills, listed = f"head-{number}-", word_fills(words), shares.tolist()
    wide = max(word_width(each, WORD_NARROW, 8, 48) for each in words)
    table = Table(Sample.all(len(words)), 8, prefix=prefix, is_even=True)

    @table.column(
        heading(f"head {number}: “{asking}” looks at", name=f"{prefix}title"), align="left", head_align="left"
    )
    def looked_at(row: int) -> Shapes:
        return word(words[row], wide, fills[words[row]], WORD_NARROW)

    @table.column(align="left", width=long + AFTER_BAR)
    def share(row: int) -> Shapes:
        return bar(listed[row], text_of(listed[row], 2), long, "heat", fill="state-fill", room=AFTER_BAR)

    @table.column(heading("share × value", name=f"{prefix}values"))
    def value(row: int) -> Shapes:
        return _numbers(products[row], top, "flow")

    line = rule(len(mixed) * CELL[0], name=f"{prefix}line")
    total = _numbers(mixed, top, "output", f"{prefix}sum")
    name = heading("weighted sum", "output", name=f"{prefix}sum-name")
    table.below = [{"value": line}, {"value": [*total, *before(total, name, TO_SUM)]}]
    return table
