"""What frames and straight lines hit, asked for many at once: frames (n, 4) by their edges, lines (n, 4) by their ends.

Edges are left, top, right, bottom; ends are x, y, x, y. An answer is a table: a row for each of the first, a column for
each of the second.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ...arrays import Array
from ...geometry import Frame, Point

Table = NDArray[np.bool_]


def edges(frames: Iterable[Frame]) -> Array:
    """Put frames into an array."""
    found = [(each.left, each.top, each.right, each.bottom) for each in frames]
    return np.array(found, dtype=np.float64).reshape(len(found), 4)


def ends(lines: Iterable[tuple[Point, Point]]) -> Array:
    """Put lines into an array."""
    found = [(one.x, one.y, other.x, other.y) for one, other in lines]
    return np.array(found, dtype=np.float64).reshape(len(found), 4)


def frames_meet(frames: Array, others: Array) -> Table:
    """Tell which frames share more than an edge."""
    a, b = frames[:, None], others[None]
    sideways = (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2])
    found: Table = sideways & (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    return found


def lines_cross_frames(lines: Array, frames: Array) -> Table:
    """Tell which lines come inside which frames."""
    start, way = lines[:, None, :2], (lines[:, 2:] - lines[:, :2])[:, None]
    low, high = frames[None, :, :2], frames[None, :, 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - start) / way, (high - start) / way
    enter, leave = np.minimum(one, other), np.maximum(one, other)
    inside = (low < start) & (start < high)
    still = np.broadcast_to(way == 0, enter.shape)  # a line along one axis is inside all the way, or never
    enter = np.where(still, np.where(inside, -np.inf, np.inf), enter)
    leave = np.where(still, np.where(inside, np.inf, -np.inf), leave)
    found: Table = np.maximum(enter.max(axis=2), 0) < np.minimum(leave.min(axis=2), 1)
    return found


def lines_cross(lines: Array, others: Array) -> Table:
    """Tell which lines cross; those that only touch at an end do not."""
    a, b = lines[:, None], others[None]
    first = _side(a, b[..., :2]) * _side(a, b[..., 2:])
    second = _side(b, a[..., :2]) * _side(b, a[..., 2:])
    found: Table = (first < 0) & (second < 0)
    return found


def each_hits(table: Table) -> Table:
    """Tell which rows of a table have a hit."""
    return np.asarray(table.any(axis=1))


def _side(line: Array, point: Array) -> Array:
    """Tell on which side of a line a point lies, by the sign."""
    way = line[..., 2:] - line[..., :2]
    off = point - line[..., :2]
    side: Array = way[..., 0] * off[..., 1] - way[..., 1] * off[..., 0]
    return side
