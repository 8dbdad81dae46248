"""Placing: columns side by side, which steps are shown, and the box around everything."""

from collections.abc import Sequence
from math import ceil, floor

from .geometry import Frame
from .shapes.shape import Shape

MARGIN = 10
MOST_STEPS = 4
LAST_BEFORE_GAP = 2
"""The step after which others are left out, where not all are shown."""


def snug_box(shapes: Sequence[Shape], margin: float = MARGIN) -> Frame:
    """Leave a margin around everything, out to whole pixels."""
    bounds = Frame.around(shape.bounds for shape in shapes).grown(margin)
    return Frame.between(floor(bounds.left), floor(bounds.top), ceil(bounds.right), ceil(bounds.bottom))


def row(widths: Sequence[float], gap: float, left: float = 0) -> list[float]:
    """Put things of these widths side by side; answer their left edges."""
    edges = [left]
    for width in widths:
        edges.append(edges[-1] + width + gap)
    return edges[:-1]


def shown_steps(time_steps: int, most: int = MOST_STEPS) -> tuple[int, ...]:
    """Choose the steps to draw, from 1: all of them, or the first two and the last."""
    return tuple(range(1, time_steps + 1)) if time_steps <= most else (*range(1, LAST_BEFORE_GAP + 1), time_steps)
