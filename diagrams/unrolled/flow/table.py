"""A table: columns on tracks and rows in slots, with its headers, gaps, totals, bands and arrows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Literal

from ..geometry import Point
from ..sample import Sample
from ..shapes.shape import Shapes, moved
from ..shapes.text import Label
from .axis import DOWN, Axis
from .description import Draw, Flow, Item, Wire
from .group import grouped
from .placing import ORIGIN, core_of

Cell = Callable[[int], Shapes]
"""Returns what a column has in the row of a place, counted from 0; an empty cell has no shapes.

A shape without a name gets that of its cell, and one without a step or an argument those of its row or column.
"""
Along = Callable[[float], Shapes]
"""Returns what runs along all rows, about their middle, given the distance from the first to the last."""
Align = Literal["left", "middle", "right"]
Row = Mapping[str, Shapes]
"""What a row has in some of the columns, by their names."""

SEQUEL_APART = 0.75, 0.5, 0.25
"""What leaves space above a table below another: each takes the distance between two rows."""


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table: what it has in each row, and what it has once."""

    name: str
    cell: Cell
    head: Shapes = ()
    gap: float = 0
    align: Align = "middle"
    head_align: Align = "middle"
    width: float | None = None
    step: int | Literal["row"] | None = "row"
    argument: str | None = None
    arrow: str = ""
    band: str = ""
    is_solid: bool = False
    along: Along | None = None

    def shapes(self, place: int) -> Shapes:
        """Return what it has in a row, with the argument that governs all of it."""
        return [replace(shape, argument=shape.argument or self.argument) for shape in self.cell(place)]


@dataclass(eq=False)
class Table:
    """Rows of cells in aligned columns, as a flow, or as one item of another flow.

    >>> table = Table(Sample.ends(len(words), 8), apart=16)
    >>> @table.column(text("word"))
    >>> def word(row: int) -> Shapes:
    >>>     return text(words[row])
    """

    rows: Sample
    apart: float
    """The distance between rows."""
    names: Sequence[str] | None = None
    """The columns that are drawn, in this order, by their names; all of them if there are none."""
    prefix: str = ""
    """What the names of cells and heads start with: `prefixname-1`, `prefixname-head`."""
    first: int = 1
    """The number of the first place in names."""
    axis: Axis = DOWN
    step: Callable[[int], int | None] = lambda place: None
    """Returns the step at which a row appears."""
    is_even: bool = False
    """Whether all rows are equally far apart, as in a sentence."""
    is_set_off: bool = False
    """Whether there is twice the distance below the first head."""
    title: Shapes = ()
    """What is above everything, flush with the first column."""
    above: Sequence[Row] = ()
    """The rows above the header, from the top."""
    more: Callable[[int], Row] = lambda at: {}
    """Returns the row for a gap, given which one of all those shown it is, from 0."""
    below: Sequence[Row] = ()
    """The rows below the others, from the top; of two, the upper one is halfway, as the line above a sum."""
    sequel: Table | None = None
    """A table below all rows, whose columns are some of these."""
    marked: int | None = None
    """The place of the row with a band behind it, if there is one."""
    mark: str = "marked"
    """The name of that band."""
    columns: dict[str, Column] = field(default_factory=dict, init=False)
    _widths: dict[str, float] = field(default_factory=dict, init=False)

    def column(
        self,
        head: Shapes = (),
        gap: float = 0,
        *,
        name: str = "",
        align: Align = "middle",
        head_align: Align = "middle",
        width: float | None = None,
        step: int | Literal["row"] | None = "row",
        argument: str | None = None,
        arrow: str = "",
        band: str = "",
        is_solid: bool = False,
    ) -> Callable[[Cell], Cell]:
        """Add a column whose cells a function returns; it is called like the function.

        It is this much further away from the one before. Its cells appear with their rows, all at the same `step`, or
        with None from the start. `width` is what they are aligned within, if that isn't the widest of them. `arrow`
        names the arrows that lead to each cell from the one before, with `%s` for the row, and `band` the band behind
        all cells. If it is solid, bands end at its texts as well.
        """

        def added(cell: Cell) -> Cell:
            called = name or cell.__name__
            how = head, gap, align, head_align, width, step, argument, arrow, band, is_solid
            self.columns[called] = Column(called, cell, *how)
            return cell

        return added

    def along(self, head: Shapes = (), gap: float = 0) -> Callable[[Along], Along]:
        """Add a column with what a function draws along all rows; it is called like the function."""

        def added(along: Along) -> Along:
            self.columns[along.__name__] = Column(along.__name__, lambda row: (), head, gap, along=along)
            return along

        return added

    def flow(self) -> Flow:
        """Put the cells in slots and on tracks."""
        flow = Flow(slot_room=self.apart - self.axis.slot_gap)
        for column in self._drawn:
            flow.track(column.name, column.gap)
        self._fill(flow, 0)
        if self.sequel is not None:
            start = len(self.rows.shown) + len(self.below) + 2
            headed = next(column.name for column in self.sequel._drawn if column.head)
            for fraction in SEQUEL_APART:
                flow.put(start - fraction, headed, ())
            self.sequel._fill(flow, start)
        return flow

    def _fill(self, flow: Flow, start: int) -> None:
        """Put everything in slots from this one on, that of the headers."""
        columns = self._drawn
        if self.title:
            title = self._aligned(columns[0], self.title, "left")
            flow.put(start - 1 - len(self.above), columns[0].name, title, loose=True)
        for slot, row in enumerate(self.above, start=start - len(self.above)):
            self._put(flow, slot, row)
        headed = [column for column in columns if column.head]
        for column in headed:
            head = _filled(column.head, f"{self.prefix}{column.name}-head")
            flow.put(start, column.name, self._aligned(column, head, column.head_align), loose=True)
        if self.is_set_off:
            flow.put(start + 0.5, headed[0].name, ())
        rows = [
            self._row(flow, slot, place)
            if place is not None
            else self._put(flow, slot, self.more(slot - start - 1), is_row=True)
            for slot, place in enumerate(self.rows.shown, start=start + 1)
        ]
        for number, row in enumerate(self.below, start=1 - len(self.below)):
            rows.append(self._put(flow, start + len(self.rows.shown) + 1 + number / 2, row))
        for column in columns:
            if column.band:
                flow.band(column.band, [row[column.name] for row in rows if column.name in row])
        if self.marked is not None:
            cells = rows[self.rows.shown.index(self.marked)]
            flow.band(f"{self.prefix}{self.mark}", list(cells.values()))
        first, last = start + 1, start + len(self.rows.shown)
        for column in columns:
            if column.along is not None:
                flow.put((first, last) if last > first else first, column.name, partial(_drawn_along, column.along))

    def draw(
        self, about: str | None = None, end: Align = "middle", inset: float = 0, rows: Collection[int] | None = None
    ) -> Draw:
        """Make it an item of another flow, whose point is at an end of all of it or of a column, or this far inside.

        With `rows`, only the cells of these places count.
        """
        flow = self.flow()
        slots = None if rows is None else [at + 1 for at, place in enumerate(self.rows.shown) if place in rows]
        items = [item for item in flow.items if item.track == about and item.draw(self.axis, ORIGIN, 0)]
        return grouped(flow, self.axis, [item for item in items if slots is None or item.slot in slots], end, inset)

    @cached_property
    def _drawn(self) -> list[Column]:
        return [self.columns[name] for name in self.names or self.columns]

    def _aligned(self, column: Column, shapes: Shapes, align: Align) -> Shapes:
        """Move shapes to an edge of its column, which is as wide as its widest cell, unless its width is given."""
        if align == "middle" or not shapes:
            return shapes
        if column.name not in self._widths:
            cells = filter(None, map(column.cell, self.rows.places)) if column.width is None else ()
            self._widths[column.name] = max((core_of(cell[0]).width for cell in cells), default=column.width or 0)
        half = self._widths[column.name] / 2
        return flush(shapes, half if align == "right" else -half, align)

    def _row(self, flow: Flow, slot: int, place: int) -> dict[str, Item]:
        """Put the cells of a row, with arrows to those that aren't empty."""
        items: dict[str, Item] = {}
        before: Item | None = None
        for column in (column for column in self._drawn if column.along is None):
            step = self.step(place) if column.step == "row" else column.step
            cell = _filled(column.shapes(place), f"{self.prefix}{column.name}-{place + self.first}", step)
            item = self._item(flow, slot, column, cell, is_row=True)
            if column.arrow and before is not None and cell:
                flow.link(before, item, Wire(column.arrow % (place + self.first), step=step))
            before = items[column.name] = item
        return items

    def _put(self, flow: Flow, slot: float, row: Row, *, is_row: bool = False) -> dict[str, Item]:
        """Put things in some columns, if they are drawn."""
        columns = [column for column in self._drawn if column.name in row]
        return {column.name: self._item(flow, slot, column, row[column.name], is_row=is_row) for column in columns}

    def _item(self, flow: Flow, slot: float, column: Column, shapes: Shapes, *, is_row: bool) -> Item:
        aligned = self._aligned(column, shapes, column.align)
        is_loose, is_solid = not (is_row and self.is_even), is_row and column.is_solid
        return flow.put(slot, column.name, aligned, loose=is_loose, solid=is_solid)


def flush(shapes: Shapes, x: float, align: Align) -> Shapes:
    """Move shapes sideways until an edge of their core is at x; a text is set from there."""
    core = shapes[0]
    if isinstance(core, Label) and len(shapes) == 1:
        return [replace(core, at=Point(x, core.at.y), anchor="start" if align == "left" else "end")]
    frame = core_of(core)
    by = Point(x - (frame.left if align == "left" else frame.right), 0)
    return [moved(shape, by) for shape in shapes]


def _drawn_along(along: Along, axis: Axis, at: Point, length: float) -> Shapes:
    return [moved(shape, at) for shape in along(length)]


def _filled(shapes: Shapes, name: str, step: int | None = None) -> Shapes:
    """Give shapes the name and the step of their cell, unless they have their own."""
    return [
        replace(shape, name=shape.name or name, step=step if shape.step is None else shape.step) for shape in shapes
    ]
