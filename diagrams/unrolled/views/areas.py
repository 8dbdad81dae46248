"""The weights of a model's layers as areas: one tile for each weight or, of many, squares to scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, prod, sqrt
from typing import NamedTuple

from ..description import Description, TextColumn
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN
from ..flow.description import Draw, Flow, Wire
from ..flow.group import grouped, in_column
from ..flow.table import Table
from ..fonts import BLOCK, CODE_NARROW, width
from ..geometry import Frame, Point
from ..i18n import Grouped, Series, Together, gettext, pgettext
from ..layers.core import Embedding
from ..layout import COLUMN
from ..measures import Measures, measures
from ..model import Model, Tensor
from ..picture import Picture, in_two_forms, laid_anew
from ..sample import Sample
from ..shapes.arrows import Bracket
from ..shapes.cells import Tiles
from ..shapes.shape import Shape, moved
from ..shapes.shape import Shapes as Drawn
from ..shapes.text import Phrase, Run
from .counts import Count, Shapes, Sum, Term, worded
from .model_shapes import key, size_arguments
from .pieces import text
from .refusals import refused

MOST_TILES = 1_000
"""More weights in a layer are a single square."""
TILE, SETS_APART, MOST_DOWN, MOST_ALONG = 14, 8, 40, 120
"""The largest tile, the gap between sets, and how many tiles down and along still have names at their sides."""
ALONG, ALONG_NARROW = 600, 200
LONGER = 1.5
"""How many times as long as a square's a row of tiles may be, if then all rows are full."""
WIDE = measures(reach=[280, 240, 200, 160, 280], apart=30, is_full=[True, True, True, True, False])
NARROW = measures(reach=[180, 165, 150, 135, 120, 105], apart=16, is_full=False)
"""`reach` is the side of the largest square."""
LINE, OVER, LINES_APART, SHAPES_UNDER, NAME_UNDER = 21, 14, 8, 22, -12
TO_BRACKET, TO_SIDE, UNDER, SIDE_LINE, LAYERS_APART = 7, 9, 16, 17, 26
COUNT = BLOCK.sized(18)


@laid_anew
def areas(model: Model, *, shapes: bool = True) -> Picture:
    """Draw how many weights each layer of a chain has, as areas to scale, and the shapes that pass between layers.

    Without `shapes`, only the areas are drawn. Tiles have a row for each output where that fits, as the 17 weights of
    each unit of a Dense that reads 16 numbers, in a set for each gate, and their sides are named; otherwise, all rows
    are full where that needs no long ones.
    Layers without weights that leave the shape as it is, such as Dropout, are only described.

    >>> areas(stack(Embedding(77, 2), LSTM(2), Dense(1), shape=(12,)))
    """
    return Areas.of(model, has_shapes=shapes).picture


class Sides(NamedTuple):
    """How many sets a layer has, how long their rows are, and what the sets, rows and columns count, if said."""

    sets: int
    columns: int
    named_sets: tuple[Sum, ...] = ()
    down: Sum = ()
    along: Sum = ()


@dataclass(frozen=True, eq=False)
class Areas:
    """A chain of layers, and what each counts."""

    model: Model
    shapes: Shapes
    counts: tuple[Count | None, ...]
    has_shapes: bool
    """Whether the shapes are drawn."""

    @classmethod
    def of(cls, model: Model, *, has_shapes: bool) -> Areas:
        """Check that each layer reads the one before it, and that some have weights."""
        for number, node in enumerate(model.nodes):
            if node.inputs != (Tensor(number - 1 if number else None),) or node.states:
                message = (
                    f"{node.calls[0].text} doesn't just read the layer before it, but areas draws a chain of layers: "
                    "use model_shapes"
                )
                raise refused(model, node, message)
        shapes = Shapes(model)
        counts = tuple(map(shapes.count, range(len(model.nodes))))
        if not any(counts):
            raise PictureError("no layer has weights, so there are no areas to compare", block=model.code or None)
        return cls(model, shapes, counts, has_shapes)

    @property
    def picture(self) -> Picture:
        """Draw squares side by side, and any shapes below them."""
        wide, narrow = ([self._laid(sizes) for sizes in tried] for tried in (WIDE, NARROW))
        return in_two_forms(wide, narrow, self._description, room=COLUMN, arguments=size_arguments(self.model))

    @cached_property
    def _weighted(self) -> list[tuple[int, Count]]:
        return [(number, count) for number, count in enumerate(self.counts) if count is not None]

    @cached_property
    def _most(self) -> int:
        """The number of weights of the layer that has the most."""
        return max(count.total for _, count in self._weighted)

    def _token(self, number: int) -> str:
        return self.shapes.axes(Tensor(number))[-1].token

    def _laid(self, sizes: Measures) -> tuple[Shape, ...]:
        is_tiled = self._most <= MOST_TILES
        areas = self._rows_of_tiles(sizes.is_full) if is_tiled else [self._squares(sizes)]
        table = [] if not self.has_shapes or (sizes.is_full and not is_tiled) else [self._chain_in_lines]
        words = (
            gettext("One tile for each weight") if is_tiled else gettext("Areas to scale: the weights of each layer")
        )
        note = text(words, name="note", anchor="start")
        return in_column([*areas, *table, note], DOWN, LAYERS_APART if is_tiled else SHAPES_UNDER)

    def _squares(self, sizes: Measures) -> Draw:
        """Stand squares side by side, each with the name of its layer, its count and its share above it."""
        flow = Flow(slot_room=sizes.apart - ACROSS.slot_gap)
        if sizes.is_full and self.has_shapes:
            self._put_chain(flow)
        for number, count in self._weighted:
            side = sqrt(count.total / self._most) * sizes.reach
            name, layer = f"layer-{number + 1}", self.model.nodes[number].layer
            square = self._tiles(number, 1, 1, Frame(0, -side, side, side))
            percent = 100 * count.total / self.model.parameter_count
            share = gettext("%(percent)s %%", percent=round(percent)) if percent >= 1 else gettext("less than 1 %")
            lines: list[Drawn] = [
                text(share, name=f"{name}-share", anchor="start"),
                text(Grouped(count.total), "ink", COUNT, name=f"{name}-total", anchor="start"),
                text(layer.name_in_code, "ink", BLOCK, name=f"{name}-name", anchor="start"),
            ]
            over = [moved(shape, Point(0, -side - OVER - at * LINE)) for at, line in enumerate(lines) for shape in line]
            flow.put(self._chained.index(number) + 1, flow.track("areas"), [square, *over], loose=True)
        return grouped(flow, ACROSS, end="left")

    def _tiles(self, number: int, count: int, columns: int, frame: Frame, suffix: str = "") -> Tiles:
        return Tiles(
            name=f"layer-{number + 1}{suffix}",
            role=self._token(number),
            argument=key(number),
            frame=frame,
            count=count,
            columns=columns,
        )

    def _rows_of_tiles(self, is_full: bool) -> list[Drawn]:
        """Draw the sets of each layer side by side, with names at their sides, and its name and count above them."""
        sides = {number: self._sides(number, count) for number, count in self._weighted}
        longest = max(side.sets * side.columns for side in sides.values())
        gaps = max(side.sets - 1 for side in sides.values()) * SETS_APART
        tile = min(TILE, ((ALONG if is_full else ALONG_NARROW) - gaps) / longest)
        parts: list[Drawn] = []
        for number, count in self._weighted:
            name, layer, side = f"layer-{number + 1}", self.model.nodes[number].layer, sides[number]
            wide, high = side.columns * tile, ceil(count.total / side.sets / side.columns) * tile
            shapes = list(text(layer.name_in_code, "ink", BLOCK, name=f"{name}-name", anchor="start"))
            x = width(layer.name_in_code, BLOCK) + TO_SIDE
            shapes += text(Grouped(count.total), "ink", COUNT, name=f"{name}-total", x=x, anchor="start")
            for place in range(side.sets):
                frame = Frame(place * (wide + SETS_APART), LINE, wide, high)
                suffix = f"-set-{place + 1}" if place else ""
                shapes.append(self._tiles(number, count.total // side.sets, side.columns, frame, suffix))
            parts.append([*shapes, *self._side_names(name, side, frame, is_full)])
        return parts

    def _side_names(self, name: str, side: Sides, last: Frame, is_full: bool) -> Drawn:
        """Draw brackets after the tiles and below them, with what their rows and columns are."""
        if not side.along:
            return []
        x, y = last.right + TO_BRACKET, last.bottom + TO_BRACKET
        along = worded(side.along)
        lines = [along]
        if side.sets > 1:
            sets = Series(*(_bracketed(named_set) for named_set in side.named_sets))
            lines = (
                [Together(sets, " × ", _bracketed(side.along))]
                if is_full
                else [Together(sets, " ×"), _bracketed(side.along)]
            )
        down = text(worded(side.down), "ink", name=f"{name}-down", x=x + TO_SIDE, y=last.centre, anchor="start")
        return [
            Bracket(name=f"{name}-rows", start=Point(x, last.top), to=Point(x, last.bottom), tick=-4),
            *down,
            Bracket(name=f"{name}-columns", start=Point(0, y), to=Point(last.right, y), tick=-4),
            *(
                shape
                for at, line in enumerate(lines)
                for shape in text(
                    line, "ink", name=f"{name}-along-{at + 1}", y=y + UNDER + at * SIDE_LINE, anchor="start"
                )
            ),
        ]

    def _sides(self, number: int, count: Count) -> Sides:
        """Find what the rows and columns of a layer's tiles are; if there are too many, they have no names."""
        layer, plain = self.model.nodes[number].layer, Sides(1, self._columns(number, count.total))
        if len(count.products) > 1 or not count.is_named or len(count.products[0]) < 2:
            return plain
        *sets, down, along = count.products[0]
        if isinstance(layer, Embedding):
            vectors = Term(layer.input_dim, pgettext("counted", "vectors"))
            down, along = (Term(layer.output_dim, pgettext("counted", "numbers")),), (vectors,)
        rows, columns = (sum(term.number for term in terms) for terms in (down, along))
        number_of_sets = prod(sum(term.number for term in terms) for terms in sets)
        if rows > MOST_DOWN or number_of_sets * columns > MOST_ALONG:
            return plain
        return Sides(number_of_sets, columns, tuple(sets), down, along)

    def _columns(self, number: int, total: int) -> int:
        """Return how many tiles a row has: one row for each output, if no side is longer than the largest square's."""
        outputs = self.model.nodes[number].returned[0][-1]
        if outputs and total % outputs == 0 and max(outputs, total // outputs) <= ceil(sqrt(self._most)):
            return total // outputs
        square = ceil(sqrt(total))
        return next((divisor for divisor in range(square, int(LONGER * square) + 1) if total % divisor == 0), square)

    @cached_property
    def _chained(self) -> list[int]:
        """The layers whose shapes are drawn."""
        return [number for number in range(len(self.model.nodes)) if self._counts_or_changes(number)]

    @cached_property
    def _names(self) -> list[str]:
        return [gettext("input"), *(self.model.nodes[number].layer.name_in_code for number in self._chained)]

    def _shape(self, place: int) -> Drawn:
        """Write what a layer returns or, first, what comes in."""
        number = self._chained[place - 1] if place else None
        runs = tuple(Run(piece, token) for piece, token in self.shapes.pieces(Tensor(number)))
        argument, token = "input-1" if number is None else key(number), self.shapes.axes(Tensor(number))[-1].token
        at, name = Point(0, 0), f"shape-{place}"
        return [Phrase(name=name, role=token, argument=argument, runs=runs, at=at, style=CODE_NARROW)]

    @property
    def _chain_in_lines(self) -> Draw:
        """Put the shapes below one another."""
        table = Table(Sample.all(len(self._names)), LINES_APART)

        @table.column(align="left", name="shape")
        def shapes(row: int) -> Drawn:
            return self._shape(row)

        @table.column(gap=8, align="left", name="shape-of")
        def layer(row: int) -> Drawn:
            return text(self._names[row])

        return grouped(table.flow(), DOWN, end="left")

    def _put_chain(self, flow: Flow) -> None:
        """Put the shapes in a row with arrows between them, each in the slot of its layer."""
        under, along = flow.track("names"), flow.track("shapes", NAME_UNDER)
        flow.track("areas", SHAPES_UNDER)
        items = [flow.put(place, along, self._shape(place), loose=True) for place in range(len(self._names))]
        for place, name in enumerate(self._names):
            flow.put(place, under, text(name, name=f"shape-{place}-of", anchor="start"), loose=True)
            if place:
                wire = Wire(f"arrow-{place}")
                flow.link(items[place - 1], items[place], wire, sides=("main-end", "main-start"))

    def _counts_or_changes(self, number: int) -> bool:
        node = self.model.nodes[number]
        return self.counts[number] is not None or node.returned[0] != node.shapes[0]

    @property
    def _description(self) -> Description:
        names = [node.layer.name_in_code for node in self.model.nodes]
        layers = Series(
            *(
                gettext("%(layer)s %(number)s", layer=names[number], number=Grouped(count.total))
                for number, count in self._weighted
            )
        )
        idle = [names[number] for number in range(len(names)) if not self._counts_or_changes(number)]
        table: Mapping[str, list[str]] = {
            pgettext("in a table", "layer"): list(names),
            pgettext("in a table", "input shape"): [self.shapes.text(node.inputs[0]) for node in self.model.nodes],
            pgettext("in a table", "output shape"): [self.shapes.text(Tensor(at)) for at in range(len(names))],
            pgettext("in a table", "parameters"): [count.text if count else "0" for count in self.counts],
            pgettext("in a table", "counted"): [count.legend if count else "" for count in self.counts],
        }
        return Description.of(
            gettext(
                "The weights of each layer, as areas to scale: %(layers)s, of %(number)s in all.",
                layers=layers,
                number=Grouped(self.model.parameter_count),
            ),
            gettext(
                "Not drawn, because they have no weights and don’t change the shape: %(layers)s.",
                layers=Series(*dict.fromkeys(idle)),
            )
            if idle
            else None,
            table=[TextColumn(heading, column) for heading, column in table.items()],
        )


def _bracketed(terms: Sum) -> str:
    return Together("(", worded(terms), ")") if len(terms) > 1 else worded(terms)
