"""Numbers that nobody has to read, as bars: every bar of a picture is on one scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from .emphasis import Emphasized
from .i18n import value_in
from .shapes.cells import Grid, Vector
from .shapes.shape import Shape, is_part
from .stepping import Staged, as_drawn


def barred(shapes: Sequence[Shape], printed: Sequence[str], full: float) -> tuple[Shape, ...]:
    """Draw bars for all numbers but those of the printed parts; `full` is the value of the longest bar."""
    return tuple(_barred(shape, full) if _has_bars(shape, printed) else shape for shape in shapes)


def longest(shapes: Sequence[Shape], printed: Sequence[str]) -> float:
    """Return the largest number, without its sign, that is drawn as a bar."""
    return max((abs(value) for shape in shapes if _has_bars(shape, printed) for value in _values(shape)), default=0)


def _has_bars(shape: Shape, printed: Sequence[str]) -> bool:
    """Return whether a shape has numbers that may be bars; one that draws them already, as gauges or shades, hasn't."""
    inner = as_drawn(shape)
    draws = isinstance(inner, Vector) or (isinstance(inner, Grid) and not (inner.levels or inner.shades))
    return draws and not any(is_part(shape.name, part) for part in printed)


def _values(shape: Shape) -> Iterator[float]:
    match as_drawn(shape):
        case Vector(cells=texts):
            rows = (texts,)
        case Grid(rows=rows):
            pass
    for text in (text for row in rows for text in row):
        value = value_in(text)
        if value is not None:
            yield value


def _barred(shape: Shape, full: float) -> Shape:
    """Draw bars in a shape, also within one that has weight or is at a step; they replace fills by value."""
    match shape:
        case Emphasized() | Staged():
            return replace(shape, shape=_barred(shape.shape, full))
        case Vector():
            return replace(shape, full=full, heat=(), fill=_ground(shape))
        case Grid():
            return replace(shape, full=full, heat=(), fill=_ground(shape))
    return shape


def _ground(shape: Vector | Grid) -> str | None:
    """Return the ground of bars: below fills by value it was never that of the role, which may be ink."""
    return shape.fill or ("block" if shape.heat else None)
