"""Nesting a flow as one item of another: a table next to others, a line of words below others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..geometry import Frame, Point
from ..shapes.shape import Shape, Shapes, moved
from .axis import DOWN, Axis
from .description import Draw, Flow, Item
from .drawing import laid


def grouped(
    flow: Flow,
    axis: Axis,
    about: Sequence[Item] = (),
    end: Literal["left", "middle", "right"] = "middle",
    inset: float = 0,
) -> Draw:
    """Lay out a flow along its own axis, as an item.

    Its reference point is the centre, or an end, of some or all of its items, or this far to the right of it.
    """
    layout = laid(flow, axis)
    bounds = layout.around  # measured before moving, so that it isn't measured again
    frame = Frame.around(map(layout.placed.around, about)) if about else bounds
    origin = Point({"left": frame.left, "middle": frame.middle, "right": frame.right}[end] + inset, frame.centre)

    def draw(_: Axis, at: Point, length: float) -> Sequence[Shape]:
        by = Point(at.x - origin.x, at.y - origin.y)
        return [moved(shape, by) for shape in layout.shapes]

    return draw


def in_column(parts: Sequence[Flow | Draw | Shapes], axis: Axis, apart: float) -> tuple[Shape, ...]:
    """Lay out parts below one another, this far apart and flush on the left, and flows among them along the axis."""
    if len(parts) == 1 and isinstance(parts[0], Flow):
        return laid(parts[0], axis).shapes
    flow = Flow(slot_room=apart - DOWN.slot_gap)
    for place, part in enumerate(parts):
        draw = grouped(part, axis, end="left") if isinstance(part, Flow) else part
        flow.put(place, flow.track("parts"), draw, loose=True)
    return laid(flow, DOWN).shapes
