"""A cell that the article writes, as a ledger: a row for each name of its code, with its numbers and its formula."""

from __future__ import annotations

from collections.abc import Iterator

from ...flow.axis import DOWN
from ...flow.drawing import laid
from ...flow.table import Table
from ...fonts import NAME
from ...layout import wrapped
from ...sample import Sample
from ...shapes.shape import Shape, Shapes
from ..pieces import TABLE_CELL, heading, over, text, vector
from .things import PrintedMoment

ROWS_APART, WITH_FORMULA = 12, 18
"""The space between rows, and between those with a formula below the numbers."""
APART, CLOSE = 16, 10
BELOW, LINES_APART = 5, 3
FORMULAS, NARROW_FORMULAS = (420, 300, 220), (230, 170, 120)
"""How wide a formula is, from the most spacious layout to the tightest."""


def wide_layouts(printed: PrintedMoment) -> Iterator[tuple[Shape, ...]]:
    """Lay a ledger out with the formulas beside the numbers."""
    for room in FORMULAS:
        yield tuple(laid(_table(printed, room, ("name", "numbers", "formula")).flow(), DOWN).shapes)


def narrow_layouts(printed: PrintedMoment) -> Iterator[tuple[Shape, ...]]:
    """Lay a ledger out with the formulas below the numbers."""
    for room in NARROW_FORMULAS:
        yield tuple(laid(_table(printed, room, ("name", "both")).flow(), DOWN).shapes)


def _table(printed: PrintedMoment, room: float, names: tuple[str, ...]) -> Table:
    rows = list(printed.quantities.items())
    cell = max(TABLE_CELL[0], printed.cell), TABLE_CELL[1]
    wide = max(len(printed.cells(key)) for key, _ in rows) * cell[0]
    table = Table(
        Sample.all(len(rows)),
        WITH_FORMULA if "both" in names else ROWS_APART,
        names,
        is_even=True,
        step=lambda place: rows[place][1].stage,
    )

    @table.column(align="right")
    def name(row: int) -> Shapes:
        key, quantity = rows[row]
        return heading(printed.name(key), "ink" if quantity.role == "flow" else quantity.role, name=f"{key}-name")

    @table.column((), CLOSE, align="left", width=wide)
    def numbers(row: int) -> Shapes:
        key, quantity = rows[row]
        return vector(
            printed.cells(key),
            cell,
            printed.fill if key == "x" else "block" if quantity.role == "flow" else None,
            quantity.role,
            name=key,
            argument=quantity.argument,
        )

    @table.column((), APART, align="left", width=0)
    def formula(row: int) -> Shapes:
        return _formula(row, 0)

    def _formula(row: int, x: float) -> Shapes:
        key, quantity = rows[row]
        lines = wrapped(quantity.how, NAME, room)
        return [
            shape
            for number, line in enumerate(lines)
            for shape in text(
                line,
                name=f"{key}-formula-{number + 1}" if number else f"{key}-formula",
                x=x,
                y=(number - (len(lines) - 1) / 2) * (NAME.size + LINES_APART),
                anchor="start",
            )
        ]

    @table.column((), CLOSE, align="left", width=wide)
    def both(row: int) -> Shapes:
        return over(numbers(row), _formula(row, -len(printed.cells(rows[row][0])) * cell[0] / 2), BELOW)

    return table
