"""The weights of a model's layers as areas: one tile for each weight or, of many, squares to scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, sqrt

from ..description import Description, TextColumn
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN
from ..flow.description import Draw, Flow, Wire
from ..flow.group import grouped, in_column
from ..flow.table import Table
from ..fonts import BLOCK, CODE_NARROW, NAME
from ..geometry import Frame, Point
from ..i18n import Grouped, Series, gettext, pgettext
from ..layout import COLUMN
from ..measures import Measures, measures
from ..model import Model, Tensor
from ..picture import Picture, in_two_forms, laid_anew
from ..sample import Sample
from ..shapes.cells import Tiles
from ..shapes.shape import Shape, moved
from ..shapes.shape import Shapes as Drawn
from ..shapes.text import Phrase, Run
from .counts import Count, Shapes
from .model_shapes import key, size_arguments
from .pieces import text
from .refusals import refused

MOST_TILES = 1_000
"""More weights in a layer are a single square."""
TILE = 14
LONGER = 1.5
"""How many times as long as a square's a row of tiles may be, if then all rows are full."""
WIDE = measures(reach=[280, 240, 200, 160, 280], apart=30, is_full=[True, True, True, True, False])
NARROW = measures(reach=[180, 165, 150, 135, 120, 105], apart=16, is_full=False)
"""`reach` is the side of the largest square."""
LINE, OVER, LINES_APART, SHAPES_UNDER, ARROW, NAME_UNDER = 21, 14, 8, 22, 30, -12
COUNT = BLOCK.sized(18)


@laid_anew
def areas(model: Model, *, shapes: bool = True) -> Picture:
    """Draw how many weights each layer of a chain has, as areas to scale, and the shapes that pass between layers.

    Without `shapes`, only the areas are drawn. Tiles have a row for each output where that fits, as the 17 weights of
    each unit of a Dense that reads 16 numbers; otherwise, all rows are full where that needs no long ones.
    Layers without weights that leave the shape as it is, such as Dropout, are only described.

    >>> areas(stack(Embedding(77, 2), LSTM(2), Dense(1), shape=(12,)))
    """
    return Areas.of(model, has_shapes=shapes).picture


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
        tile = min(TILE, sizes.reach / ceil(sqrt(self._most))) if is_tiled else sizes.reach / sqrt(self._most)
        flow = Flow(slot_room=sizes.apart - ACROSS.slot_gap)
        if sizes.is_full and self.has_shapes:
            self._put_chain(flow)
        for number, count in self._weighted:
            area = self._area(number, count, tile, is_tiled, sizes.is_full)
            flow.put(self._chained.index(number) + 1, flow.track("areas"), area, loose=True)
        said = gettext("One tile for each weight") if is_tiled else gettext("Areas to scale: the weights of each layer")
        note = text(said, name="note", anchor="start")
        table = [] if sizes.is_full or not self.has_shapes else [self._chain_in_lines]
        return in_column([grouped(flow, ACROSS, end="left"), *table, note], DOWN, SHAPES_UNDER)

    def _area(self, number: int, count: Count, tile: float, is_tiled: bool, is_full: bool) -> Drawn:
        """Stand tiles on the origin, with the name of the layer, its count and the calculation above them."""
        name, layer, argument = f"layer-{number + 1}", self.model.nodes[number].layer, key(number)
        columns = self._columns(number, count.total)
        rows = ceil(count.total / columns)
        wide, high = (columns * tile, rows * tile) if is_tiled else (sqrt(count.total) * tile,) * 2
        tiles = Tiles(
            name=name,
            role=self._token(number),
            argument=argument,
            frame=Frame(0, -high, wide, high),
            count=count.total if is_tiled else 1,
            columns=columns if is_tiled else 1,
        )
        worked = count.runs[:-1]
        lines: list[Drawn] = [
            [Phrase(name=f"{name}-count", runs=worked, at=Point(0, 0), style=NAME, argument=argument)],
            text(Grouped(count.total), "ink", COUNT, name=f"{name}-total", anchor="start"),
            text(layer.name_in_code, "ink", BLOCK, name=f"{name}-name", anchor="start"),
        ]
        if len(worked) == 1 or not is_full:
            del lines[0]
        over = [moved(shape, Point(0, -high - OVER - at * LINE)) for at, line in enumerate(lines) for shape in line]
        return [tiles, *over]

    def _columns(self, number: int, total: int) -> int:
        """Return how many tiles a row has: one row for each output, if no side is longer than the largest square's."""
        outputs = self.model.nodes[number].returned[0][-1]
        if outputs and total % outputs == 0 and max(outputs, total // outputs) <= ceil(sqrt(self._most)):
            return total // outputs
        square = ceil(sqrt(total))
        return next((each for each in range(square, int(LONGER * square) + 1) if total % each == 0), square)

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
        runs = tuple(Run(said, token) for said, token in self.shapes.pieces(Tensor(number)))
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
        for place, said in enumerate(self._names):
            flow.put(place, under, text(said, name=f"shape-{place}-of", anchor="start"), loose=True)
            if place:
                wire = Wire(f"arrow-{place}")
                flow.link(items[place - 1], items[place], wire, sides=("main-end", "main-start"))

    def _counts_or_changes(self, number: int) -> bool:
        node = self.model.nodes[number]
        return self.counts[number] is not None or node.returned[0] != node.shapes[0]

    @property
    def _description(self) -> Description:
        names = [node.layer.name_in_code for node in self.model.nodes]
        said = Series(
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
                layers=said,
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
