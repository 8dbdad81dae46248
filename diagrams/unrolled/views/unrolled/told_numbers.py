"""The numbers of an unrolled model as a table: a row a step, or where that is too wide, a row a vector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...numbers import text_of
from .plan import Group, Plan, Stage
from .shown import Row, Shown

MOST_COLUMNS = 7
"""A wider table is told with a row for each vector."""
MOST_NUMBERS = 12
"""A longer vector is told by its first three numbers and its last."""


Cell = tuple[str, int]
"""What a cell of the table says, and the step at which it comes about."""


@dataclass(frozen=True)
class Column:
    """What a layer makes of the steps of a group."""

    head: str
    group: Group
    cells: dict[int, Cell]
    """By position."""
    start: Cell = ("", 0)
    """What there is before the first step."""


@dataclass(frozen=True)
class Table:
    """Head and rows of a table, and the step at which each of its cells comes about."""

    head: list[str]
    rows: list[list[str]]
    steps: tuple[tuple[int, ...], ...]


def table_of(plan: Plan) -> Table:
    """Tell the numbers, a row for each step, or where that is too wide a row for each vector."""
    head, rows = _wide(plan)
    if len(head) > MOST_COLUMNS:
        # Steps and words stand in the first two columns; of each other cell there is a row of its own.
        rows = [
            [*row[:2], (name, 0), cell] for row in rows for name, cell in zip(head[2:], row[2:], strict=True) if cell[0]
        ]
        head = [*head[:2], "what", "numbers"]
    texts = [[text for text, _ in row] for row in rows]
    return Table(head, texts, tuple(tuple(step for _, step in row) for row in rows))


def _wide(plan: Plan) -> tuple[list[str], list[list[Cell]]]:
    """A row for each step, a column for all that a layer makes of it."""
    columns = [column for group in plan.groups for column in _columns_of(plan, group)]
    gives = ["embedding"] if any(group.given for group in plan.groups) else []
    empty: Cell = "", 0
    rows: list[list[Cell]] = [[("start", 0), empty, *(empty for _ in gives), *(column.start for column in columns)]]
    for group in plan.groups:
        for position in range(group.steps):
            word = group.words[position] if group.words else ""
            given = _cell(group.given.vector(position)) if group.given else empty
            cells = [each.cells.get(position, empty) if each.group is group else empty for each in columns]
            rows.append([(str(_time_step(group, position)), 0), (word, 0), *(given for _ in gives), *cells])
    return ["time step", "word", *gives, *(column.head for column in columns)], rows


def _time_step(group: Group, position: int) -> int:
    """Count a position among those of all groups, as the first layer that reads goes through them."""
    first = next(iter(group.readings), None)
    return group.first_step + (first.turn(position) if first else position + 1)


def _cell(shown: Shown) -> Cell:
    return vector(shown.values), shown.step or 0


def _columns_of(plan: Plan, group: Group) -> list[Column]:
    found: list[Column] = []
    for stage in group.stages:
        found += _states(plan, group, stage)
        row = stage.said
        if row is not None and not is_told(stage, row):
            cells = {at: _cell(each) for at, each in zip(row.at, row.vectors, strict=True)}
            name = both_of(stage) if stage.kind == "both" else name_of(stage)
            found.append(Column(_head(plan, name, "answer"), group, cells))
    return found


def _states(plan: Plan, group: Group, stage: Stage) -> list[Column]:
    found = []
    for way, reading in enumerate(stage.readings):
        name = way_of(stage, way)
        for place, first in reversed(list(enumerate(reading.states[0]))):
            turns = enumerate(reading.order, start=1)
            cells = {position: _cell(reading.states[turn][place]) for turn, position in turns}
            found.append(Column(_head(plan, name, first.role), group, cells, _cell(first)))
    return found


def _head(plan: Plan, name: str, kind: str) -> str:
    return kind if plan.single else f"{name}: {kind}"


def is_told(stage: Stage, row: Row) -> bool:
    """Tell whether an answer is a state that has been told already."""
    if stage.kind != "reading":
        return stage.also is not None
    (reading,) = stage.readings
    states = [reading.states[reading.turn(at)][-1].values for at in row.at]
    return states == [shown.values for shown in row.vectors]


def way_of(stage: Stage, way: int) -> str:
    """Name a recurrent layer, or one of two directions."""
    return name_of(stage) if len(stage.readings) == 1 else stage.labels[way][0].text


def both_of(stage: Stage) -> str:
    """Name two directions together: `both`, or `layer 1, both`."""
    return way_of(stage, 0).replace("forward", "both")


def name_of(stage: Stage) -> str:
    """Name a layer in one line."""
    if stage.kind == "both":
        return f"Bidirectional ({', '.join(' '.join(line.text for line in label) for label in stage.labels)})"
    return " ".join(line.text for line in stage.label if "=True" not in line.text)


def vector(values: Iterable[float]) -> str:
    """Print a vector in a sentence or a cell of a table."""
    texts = [text_of(value) for value in values]
    if len(texts) > MOST_NUMBERS:
        texts = [*texts[:3], "…", texts[-1]]
    return ", ".join(texts)
