"""The whole computation of attention for one word: its query times each key, the softmax, and the weighted sum."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import compress, pairwise
from math import sqrt
from typing import Any

from ..description import STAGE, Description, TextColumn
from ..flow.axis import DOWN
from ..flow.description import Flow, Wire
from ..flow.drawing import laid
from ..flow.table import Table
from ..fonts import NAME, NUMBER_IN_TABLE
from ..geometry import Point
from ..i18n import Fields, gettext, known, numbers, pgettext, quoted, text_of
from ..layers.activations import activation_of
from ..layers.attention import Attention, MultiHeadAttention
from ..measures import Measures, measures
from ..picture import Picture, in_two_forms
from ..recorded.arrays import call_numbers, named
from ..sample import Sample
from ..shapes.cells import cells
from ..shapes.plots import Line
from ..shapes.shape import Shape, Shapes
from .attended import DECIMALS, Attended
from .given import of_word
from .pieces import ROUNDED, ROW, bar, before, column_width, heading, over, rule, spread, text, vector, word

ALL = ("words", "keys", "added", "scores", "scaled", "shares", "times", "values", "equals", "products")
SUMS = ("times", "values", "equals", "products")
STAGES = (("words", "keys", "scores"), ("words", "scaled", "shares"), ("numbers", *SUMS))
STAGES_APART, ARROW_INSET = 18, 20
"""The distance between stages below one another, and from their left edge to the arrows between them."""
WIDE = measures(most=[6, 6, 4], numbers=[4, 3], letters=[19, 19, 19, 17], bar=[92, 92, 92, 64])
NARROW = measures(
    most=6,
    numbers=[4, 4, 3],
    cell=[(30, ROW), (27, ROW)],
    sum_cell=[(36, ROW), (34, ROW), (34, ROW), (32, ROW), (30, ROW)],
    letters=[19, 19, 17, 14, 13],
    bar=[92, 80, 64, 50, 40],
)
ROWS_APART = 11
TICK, TICK_CLEAR = 15, 3
"""The length of the lines between the numbers of the query and those of the keys, and their distance to them."""
HEAD_LEADING = 3
BEFORE_SCORES, APART, AROUND_SIGN = 18, 4, -4
"""The extra distance between columns: before scores, so that the arrows are visible, usually, and around signs."""
SIGN = NAME.sized(15)
SHARE_ROOM, SUM_ROOM = 40, 10
"""The space for the number to the right of a share, and from the rim of the sum to its name."""


class OneQuery:
    """Everything one head computes for one word."""

    def __init__(self, layer_run: Attended, head: int, row: int, *, has_sums: bool = True) -> None:
        trace, layer = layer_run.trace, layer_run.trace.layer
        self.found, self.asks, self.kept = layer_run, layer_run.queries[row], trace.kept[row].tolist()
        self.has_sums = has_sums
        query, keys, values = trace.queries[head][row], trace.keys[head], trace.values[head]
        self.is_divided = isinstance(layer, MultiHeadAttention)
        self.is_product = not isinstance(layer, Attention) or (layer.multiplies and not layer.use_scale)
        self.is_sum_of_tanh = isinstance(layer, Attention) and not layer.multiplies and not layer.use_scale
        self.divisor = sqrt(layer.key_dim) if isinstance(layer, MultiHeadAttention) else 1.0
        # In the order in which it is drawn: the layer divides the query, which differs in the last bit.
        compared, shares = trace.scores[head][row], trace.shares[head][row]
        scores = compared
        if self.is_divided:
            compared = named("compared", keys @ query, gettext("query · key"))
            scores = named("score", compared / self.divisor, gettext("score"))
            if all(self.kept):
                shares = named("share", activation_of("softmax")(scores), gettext("share"))
        products = named("product", shares[:, None] * values, gettext("share × value"))
        mixed = named("sum", products.sum(axis=0), gettext("weighted sum"))
        for array in (compared, scores, shares, products):
            call_numbers(array, partial(of_word, layer_run.keys))
        if self.is_sum_of_tanh:
            added = named("added", activation_of("tanh")(query + keys), gettext("tanh(q + k)"))
            call_numbers(added, partial(of_word, layer_run.keys))
            self.added = added.tolist()
        self.query, self.keys, self.values, self.products = (
            array.tolist() for array in (query, keys, values, products)
        )
        self.compared, self.scores, self.shares, self.mixed = (
            array.tolist() for array in (compared, scores, shares, mixed)
        )

    @property
    def picture(self) -> Picture:
        """Draw the columns side by side, or stacked in three stages."""
        is_drawn = {"added": self.is_sum_of_tanh, "scaled": self.is_divided} | dict.fromkeys(SUMS, self.has_sums)
        names = tuple(name for name in ALL if is_drawn.get(name, True))
        across = (laid(self.table(names, sizes).flow(), DOWN).shapes for sizes in WIDE)
        down, arguments = map(self.in_stages, NARROW), self.found.arguments
        return in_two_forms(across, down, self.description, step_called=STAGE, arguments=arguments)

    def in_stages(self, sizes: Measures) -> tuple[Shape, ...]:
        """Stack the scores, the shares and the sum, with arrows between them in the column of the words."""
        flow = Flow(slot_room=STAGES_APART)
        track, stages = flow.track("stages"), []
        first = (*STAGES[0][:-1], "added") if self.is_sum_of_tanh else STAGES[0]
        for place, names in enumerate((first, *STAGES[1 : 2 + self.has_sums])):
            draw = self.table(names, sizes).draw(names[0], "left", ARROW_INSET)
            stages.append(flow.put(place, track, draw, loose=True, whole=True, solid=True))
        for place, (start, end) in enumerate(pairwise(stages), start=1):
            flow.link(start, end, Wire(f"stage-{place}-arrow", step=place + 1), sides=("main-end", "main-start"))
        return laid(flow, DOWN).shapes

    def table(self, names: Sequence[str], sizes: Measures) -> Table:
        """Put the equation of each key in a row, as far as these columns are drawn, below the query."""
        layer_run, key_dim, is_short = self.found, self.found.argument("key_dim"), names in STAGES
        rows = Sample.ends(len(layer_run.keys), sizes.most)
        table = Table(rows, ROWS_APART, names, f"{names[1]}-", is_set_off="words" not in names)
        table.more = lambda at: {names[0]: text(rows.more, name=f"{names[1]}-more")}
        wide = column_width([*rows.of(layer_run.keys), self.asks], sizes.style)
        fills = [layer_run.fills[key] for key in layer_run.keys]

        def short(values: Sequence[float]) -> tuple[str, ...]:
            return cells(values, sizes.numbers, ahead=min(2, sizes.numbers - 2))

        def exact(values: Sequence[float]) -> tuple[str, ...]:
            return cells(values, sizes.numbers, ahead=1, decimals=DECIMALS)

        def filled(
            printed: Sequence[str], values: Sequence[float], group: Sequence[float], fill: str | None
        ) -> dict[str, Any]:
            """Fill cells by their value, relative to the largest of a group, or all alike where some are left out."""
            top = max(map(abs, group)) or 1.0
            heat = tuple(value / top for value in values)
            return {"heat": heat} if len(printed) == len(values) else {"fill": fill}

        has_query = "keys" in names
        compared = [*self.query, *(value for key in self.keys for value in key)]
        summed = [*self.mixed, *(value for row in (*self.values, *self.products) for value in row)]

        @table.column(heading(gettext("key")) if has_query else (), head_align="right")
        def words(row: int) -> Shapes:
            return word(layer_run.keys[row], wide, fills[row], sizes.style)

        @table.column(gap=APART, step=1, argument=key_dim)
        def keys(row: int) -> Shapes:
            printed = short(self.keys[row])
            more = filled(printed, self.keys[row], compared, fills[row])
            key_vector = vector(printed, sizes.cell, role="flow", name=f"{table.prefix}keys-{row + 1}", **more)
            return [*key_vector, *ticks(len(printed), sizes, -1, f"key-{row + 1}-")]

        product = gettext("score")
        if self.is_product:
            product = gettext("q · k") if is_short else gettext("query · key")
        elif self.is_sum_of_tanh:
            product = gettext("tanh(q + k)")
        root = Fields(number=text_of(self.divisor, DECIMALS), length=round(self.divisor**2))
        scaled_head = in_lines(
            root.gettext("÷ %(number)s"), root.gettext("root of %(length)s"), f"{table.prefix}scaled", argument=key_dim
        )
        has_both = "scores" in names

        product_head = heading(product)
        if self.is_sum_of_tanh:
            product_head = (
                heading(gettext("sum"))
                if "added" in names
                else in_lines(gettext("sum of"), product, f"{table.prefix}scaled")
            )

        @table.column(heading(product), APART, step=1)
        def added(row: int) -> Shapes:
            printed = exact(self.added[row])
            more = filled(printed, self.added[row], (1,), fills[row])
            return vector(printed, sizes.sum_cell, role="flow", **more) if self.kept[row] else ()

        @table.column(product_head, BEFORE_SCORES, align="left", step=1, arrow="score-%s-arrow")
        def scores(row: int) -> Shapes:
            return number(self.compared[row]) if self.kept[row] else ()

        @table.column(
            scaled_head if self.is_divided else product_head,
            BEFORE_SCORES if has_both else APART,
            align="left",
            step=1,
            arrow="scaled-%s-arrow" if has_both else "",
        )
        def scaled(row: int) -> Shapes:
            return number(self.scores[row]) if self.kept[row] else ()

        @table.column(
            heading(gettext("softmax")),
            APART,
            align="left",
            head_align="left",
            width=sizes.bar + SHARE_ROOM,
            step=2,
            band="softmax",
        )
        def shares(row: int) -> Shapes:
            if not self.kept[row]:
                return text(gettext("hidden"))
            share, is_largest = self.shares[row], self.shares[row] == max(self.shares)
            return bar(share, text_of(share, DECIMALS), sizes.bar, fill=fills[row], is_largest=is_largest)

        @table.column(heading(gettext("share")), step=2, name="numbers")
        def plain(row: int) -> Shapes:
            is_bold = self.shares[row] == max(self.shares)
            return number(self.shares[row], is_bold=is_bold) if self.kept[row] else ()

        @table.column(gap=AROUND_SIGN, step=3)
        def times(row: int) -> Shapes:
            return text("×", style=SIGN) if self.kept[row] else ()

        @table.column(
            heading(gettext("value"), "embedding"), AROUND_SIGN, step=3, argument=layer_run.argument("value_dim")
        )
        def values(row: int) -> Shapes:
            printed = cells(self.values[row], sizes.numbers, ahead=1)
            more = filled(printed, self.values[row], summed, fills[row])
            return vector(printed, sizes.cell, **more) if self.kept[row] else ()

        @table.column(gap=AROUND_SIGN, step=3)
        def equals(row: int) -> Shapes:
            return text("=", style=SIGN) if self.kept[row] else ()

        @table.column(heading(gettext("share × value")), APART, step=3)
        def products(row: int) -> Shapes:
            printed = exact(self.products[row])
            more = filled(printed, self.products[row], summed, fills[row])
            return vector(printed, sizes.sum_cell, role="flow", **more) if self.kept[row] else ()

        if has_query:
            printed = short(self.query)
            more = filled(printed, self.query, compared, None)
            query = vector(printed, sizes.cell, role="state", name="query-vector", step=1, argument=key_dim, **more)
            asks = word(self.asks, wide, layer_run.fills[self.asks], sizes.style, name="query", step=1)
            table.above = [
                {"keys": heading(gettext("query"), "state", name="query-head")},
                {"words": asks, "keys": [*query, *ticks(len(printed), sizes, 1, "")]},
            ]
        printed = exact(self.mixed)
        line = rule(len(printed) * sizes.sum_cell[0], name="sum-line", step=3)
        more = filled(printed, self.mixed, summed, None)
        total = vector(printed, sizes.sum_cell, role="output", name="sum", step=3, second_rim=True, **more)
        label = heading(gettext("weighted sum"), "output", name="sum-name", step=3)
        table.below = [{"shares": text(gettext("1 in all"), name="total", step=2), "products": line}]
        if self.has_sums:
            table.below = [*table.below, {"products": [*total, *before(total, label, SUM_ROOM)]}]
        return table

    @property
    def description(self) -> Description:
        """Describe the computation stage by stage, with a table row for each key."""
        keys, asks = self.found.keys, quoted(self.asks)
        best = self.shares.index(max(self.shares))
        sums = Fields(
            word=asks,
            other=quoted(keys[best]),
            share=known(text_of(self.shares[best], DECIMALS), 2, "ink"),
            sum=known(numbers(self.mixed, DECIMALS), 3, "output"),
            query=known(numbers(self.query), 1, "state"),
            scores=known(numbers(compress(self.scores, self.kept), DECIMALS), 1, "ink"),
            shares=known(numbers(compress(self.shares, self.kept), DECIMALS), 2, "ink"),
        )

        def column(heading: str, rows: Sequence[Sequence[float]], step: int, role: str) -> TextColumn:
            texts = [numbers(row, DECIMALS) if kept else "" for row, kept in zip(rows, self.kept, strict=True)]
            return TextColumn(heading, texts, step, role)

        return Description.of(
            sums.gettext(
                "Attention of %(word)s: it looks most at %(other)s (%(share)s), and the weighted sum is %(sum)s."
            ),
            gettext("A query is compared with the key of each word, which gives a score: how well the two fit."),
            gettext(
                "The shares are the softmax of these scores; the values, each times its share, add up to the output."
            ),
            ROUNDED,
            steps=[
                sums.gettext(
                    "The query of %(word)s is %(query)s. Compared with each key, it gives the scores %(scores)s."
                ),
                sums.gettext("Softmax turns the scores into shares that add up to 1: %(shares)s."),
                sums.gettext("Each value is multiplied by its share, and the products add up to %(sum)s."),
            ][: None if self.has_sums else 2],
            table=[
                TextColumn(pgettext("in a table", "word"), keys, 1),
                TextColumn(pgettext("in a table", "key"), map(numbers, self.keys), 1, "flow"),
                column(gettext("tanh(q + k)"), self.added, 1, "flow") if self.is_sum_of_tanh else None,
                column(pgettext("in a table", "score"), [[score] for score in self.scores], 1, "ink"),
                column(pgettext("in a table", "share"), [[share] for share in self.shares], 2, "ink"),
                TextColumn(pgettext("in a table", "value"), map(numbers, self.values), 3, "embedding"),
                column(pgettext("in a table", "share × value"), self.products, 3, "flow"),
            ],
        )


def ticks(count: int, sizes: Measures, way: int, prefix: str) -> Shapes:
    """Draw a short line below (1) or above (-1) each number of a vector: the rail on which the query meets each key."""
    near, far = (way * (ROW / 2 + off) for off in (TICK_CLEAR, TICK_CLEAR + TICK))
    lines = [
        [Line(name=f"{prefix}tick-{at + 1}", role="state", step=1, start=Point(0, near), to=Point(0, far))]
        for at in range(count)
    ]
    return spread(lines, sizes.cell[0])


def in_lines(first: str, second: str, name: str, **more: Any) -> Shapes:
    """Write what a column is called in two lines."""
    return over(
        heading(first, name=f"{name}-head", **more), heading(second, name=f"{name}-head-2", **more), HEAD_LEADING
    )


def number(value: float, *, is_bold: bool = False) -> Shapes:
    """Write a number with two decimals."""
    return text(text_of(value, DECIMALS), "ink", NUMBER_IN_TABLE.bold() if is_bold else NUMBER_IN_TABLE)
