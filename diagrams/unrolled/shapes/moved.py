"""A shape that stands somewhere else than it was drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..geometry import Path, Point
from ..marks import Mark, Text
from .shape import Shape


@dataclass(frozen=True, kw_only=True)
class Moved(Shape):
    """Another shape, so far to the right and so far down."""

    shape: Shape
    by: Point

    def marks(self) -> Sequence[Mark]:
        """Its marks, each moved."""
        return [moved(mark, self.by) for mark in self.shape.marks()]


def moved(mark: Mark, by: Point) -> Mark:
    """Move a mark."""
    if isinstance(mark, Text):
        return replace(mark, at=_moved(mark.at, by))
    pieces = tuple(tuple(_moved(point, by) for point in piece) for piece in mark.path.pieces)
    return replace(mark, path=Path(_moved(mark.path.start, by), pieces, mark.path.closed))


def _moved(point: Point, by: Point) -> Point:
    return Point(point.x + by.x, point.y + by.y)
