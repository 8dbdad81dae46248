"""Parts of the guides' charts, each about the origin, to be put above or beside one another."""

from collections.abc import Sequence
from typing import NamedTuple

from unrolled.fonts import NAME, NUMBER, Style
from unrolled.geometry import Frame, Point
from unrolled.shapes.plots import Tile
from unrolled.shapes.shape import Shape, Shapes, moved
from unrolled.shapes.text import Label

VALUE = NUMBER.sized(13)
HALF_VALUE = 5
"""Half the height of a number."""
LEAST_BAR = 3
"""Where a bar would be lower than this, only its number is drawn, above zero."""


class Scale(NamedTuple):
    """Where values are, in pixels: 0 is at the origin, and larger values are further up, or to the right."""

    unit: float

    def up(self, value: float) -> float:
        """Return how far down a value is."""
        return -self.unit * value

    def bar(self, value: float, wide: float, x: float = 0) -> Frame:
        """Return the frame of an upright bar from 0."""
        return Frame.about(x, self.up(value) / 2, wide, max(abs(self.up(value)), 1e-6))

    def lying(self, value: float, high: float, y: float = 0) -> Frame:
        """Return the frame of a bar from 0 to the right."""
        return Frame.about(self.unit * value / 2, y, max(abs(self.unit * value), 1e-6), high)


def column(parts: Sequence[Shapes], apart: float | Sequence[float]) -> list[Shape]:
    """Put parts below one another from the origin down, without moving them sideways; the gaps can differ."""
    gaps = [*apart] if isinstance(apart, Sequence) else [apart] * (len(parts) - 1)
    placed: list[Shape] = []
    for part, gap in zip(parts, [0.0, *gaps], strict=True):
        top = Frame.around(shape.bounds for shape in part).top
        bottom = Frame.around(shape.bounds for shape in placed).bottom if placed else 0.0
        placed += at(part, 0, bottom + gap - top)
    return placed


def at(shapes: Shapes, x: float = 0, y: float = 0) -> list[Shape]:
    """Move shapes right and down."""
    return [moved(shape, Point(x, y)) for shape in shapes]


def say(
    name: str, said: str, x: float, y: float, anchor: str = "middle", style: Style = NAME, role: str = "ink"
) -> Label:
    """Write a text."""
    return Label(name=name, role=role, text=said, at=Point(x, y), anchor=anchor, style=style)


def upright(name: str, value: float, said: str, scale: Scale, wide: float, x: float, gap: float = 10) -> list[Shape]:
    """Draw an upright bar from 0, filled by its sign, and its number beyond its end."""
    if is_small := abs(scale.up(value)) < LEAST_BAR:
        value = 0
    number = say(f"{name}-value", said, x, scale.up(value) + (gap if value < 0 else -gap), style=VALUE)
    if is_small:
        return [number]
    fill = "plus" if value > 0 else "minus"
    return [Tile(name=name, role="flow", fill=fill, rim=1, frame=scale.bar(value, wide, x)), number]
