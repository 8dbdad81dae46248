"""Rows across: what a layer stands on, the arrows into it, and the vectors that it says over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...geometry import Frame, Point
from ...i18n import Series
from ...shapes.arrows import BRANCH_RADIUS, CLEAR, Arrow, Dot
from ...shapes.cells import CELL, RIM
from ...shapes.shape import Shape
from . import pieces
from .across import MOST_CELLS, Across
from .lane_place import LanePlace
from .plan import Group, Stage
from .shown import Line, Row, Shown

NAME_OVER_OUTPUT = 16


@dataclass(frozen=True)
class Below:
    """What a layer stands on: the vectors, or the words, that go up into it."""

    across: Across
    group: Group
    top: float
    """The upper edge of what is below."""
    source: Point | None = None
    """Where the line of a vector that is repeated begins; `top` is then the height at which it branches."""
    raised: float = 0
    """How much higher an output, or its name, stands: room for a bracket."""

    def x(self, position: int) -> float:
        """The middle of a position's column."""
        return self.across.x(self.group, position)

    @property
    def shown(self) -> tuple[int, ...]:
        """The positions that are drawn."""
        return self.across.shown(self.group)


@dataclass(frozen=True)
class RowLabel:
    """What a row is called on the right."""

    name: str
    y: float
    """The middle of its row."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Placed:
    """A layer in shapes, and how far up it reaches."""

    shapes: tuple[Shape, ...]
    top: float
    labels: tuple[RowLabel, ...]
    lanes: tuple[LanePlace, ...] = ()


def inputs(below: Below, stage: Stage, ends: dict[int, float]) -> Iterator[Shape]:
    """The arrows from what is below into the blocks; a repeated vector comes along a line that branches."""
    if below.source is not None:
        yield from _branching(below, stage, below.source, ends)
        return
    for position, end in sorted(ends.items()):
        x = below.x(position)
        points = Point(x, below.top - CLEAR), Point(x, end + CLEAR)
        yield Arrow(name=_input_name(below, stage, position), step=stage.entered(position), points=points)


def _input_name(below: Below, stage: Stage, position: int) -> str:
    if stage is below.group.stages[0] and below.group.given is not None:
        return f"{below.group.given.vector(position).name}-arrow"
    return f"{stage.layer}input-{position + 1}-arrow"


def _branching(below: Below, stage: Stage, source: Point, ends: dict[int, float]) -> Iterator[Shape]:
    y = below.top
    for position, end in sorted(ends.items()):
        x, tip = below.x(position), Point(below.x(position), end + CLEAR)
        points = (source, tip) if x == source.x else (source, Point(source.x, y), Point(x, y), tip)
        name = f"{stage.layer}input-{position + 1}-arrow"
        yield Arrow(name=name, step=stage.entered(position), points=points, radius=BRANCH_RADIUS)
    across = sorted({below.x(position) for position in ends} | {source.x})
    forks = set(across[1:-1]) | ({source.x} if source.x in map(below.x, ends) and len(across) > 1 else set())
    for number, x in enumerate(sorted(forks), start=1):
        yield Dot(name=f"{stage.layer}branch-{number}", at=Point(x, y))


def said_row(below: Below, row: Row, top: float, begins: Callable[[int], Point | None]) -> Iterator[Shape]:
    """Vectors over their blocks, each at the end of its arrow."""
    for position, shown in zip(row.at, row.vectors, strict=True):
        if position not in below.shown:
            continue
        frame, start = vector_frame(below, position, shown, top), begins(position)
        yield pieces.vector(shown, frame, MOST_CELLS)
        if start is not None:
            end = Point(start.x, frame.bottom + (RIM if pieces.has_rim(shown) else 0) + CLEAR)
            yield Arrow(name=f"{shown.name}-arrow", step=shown.step, points=(start, end))
        over = frame.top - NAME_OVER_OUTPUT
        yield from pieces.name_of(shown, Point(frame.middle, over - below.raised), MOST_CELLS)
        yield from pieces.chosen(shown, frame, over, MOST_CELLS)


def vector_frame(below: Below, position: int, shown: Shown, top: float) -> Frame:
    """A vector that stands over, or under, its block."""
    across = shown.width(MOST_CELLS)
    return Frame(below.x(position) - across / 2, top, across, CELL)


def row_label(layer: str, row: Row, top: float) -> list[RowLabel]:
    """The label of a row of vectors, with their size where not all of it is shown and nothing else says it."""
    lines, shown = list(row.label), row.vectors[0]
    if lines and not shown.says and shown.is_cut(MOST_CELLS) and "=" not in lines[-1].text.replace("=True", ""):
        lines[0] = Line(Series(lines[0].text, len(shown.values)), lines[0].role, lines[0].argument)
    return [RowLabel(f"{layer}output", top + CELL / 2, tuple(lines))] if lines else []


def more(below: Below, name: str, frames: tuple[Frame, ...], y: float) -> list[Shape]:
    """Where steps are left out, say how many in the lane's gap."""
    if len(frames) == 1:
        return []
    middle = (frames[0].right + frames[1].left) / 2
    return [pieces.more(name, below.across.hidden(below.group), Point(middle, y))]
