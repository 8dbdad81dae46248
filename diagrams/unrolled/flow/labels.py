"""Placing labels at points: each next to its own point, without overlapping other labels, points or lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import hypot, tau

import numpy as np
from numpy.typing import NDArray

from ..arrays import Array
from ..errors import PictureError
from ..geometry import Frame, Point

Table = NDArray[np.bool_]
"""A hit table with a row for each of the first items and a column for each of the second."""
SPACE = 2
"""The least distance between two labels, and between a label and another point."""
DOT = 4
"""Half the side of the square that a point occupies."""
RING = 5
"""The distance between consecutive rings of candidate positions."""
NEAR = 10
"""A label this far beyond the space of its point gets a leader line …"""
DOUBT = 2
"""… as does one that isn't clearly closer to its own point than to another."""
CROWD = 70
"""How close other points must be to count as crowding a point."""
FAR, CARELESS = 20, 120
"""The length of a leader line that justifies another round, and the length that a lower level of care is worth."""
ROUNDS, FEW = 4, 3
"""The maximum number of rounds, and of distant labels in one; in a dense cluster, the order doesn't matter."""
ALONG = 1.6
"""At what offset a diagonal label counts as entirely beside, above or below its point."""


class Care(IntEnum):
    """What a label avoids: other labels and points, then leader lines, the bounds, and all lines."""

    LABELS = 0
    LEADERS = 1
    BOUNDS = 2
    LINES = 3


RINGS = {Care.LINES: 48, Care.BOUNDS: 48, Care.LEADERS: 60, Care.LABELS: 400}
"""How many rings are searched at each level of care."""


@dataclass(frozen=True)
class Wanted:
    """A label to place: its point, its size, and the least distance to the point."""

    at: Point
    width: float
    height: float
    clear: float = 6


@dataclass(frozen=True)
class PlacedLabel:
    """The frame of a label, and the end of its leader line if it needs one."""

    frame: Frame
    leader: Point | None = None
    care: Care = Care.LINES


@dataclass
class Taken:
    """Occupied space."""

    dots: Array
    lines: Array
    bounds: Frame
    frames: Array
    leaders: Array

    def free(self, number: int, places: Array, leaders: Array, led: Table, care: Care) -> Table:
        """Return which of these positions are free."""
        room = places + np.array([-SPACE, -SPACE, SPACE, SPACE])
        hit = each_hits(frames_meet(room, self.frames)) | each_hits(frames_meet(room, self.dots))
        hit |= each_hits(lines_cross_frames(self.leaders, places).T)
        if care >= Care.LEADERS:
            hit |= led & each_hits(lines_cross_frames(leaders, self.frames))
        if care >= Care.BOUNDS:
            (bounds,) = edges([self.bounds])
            hit |= each_hits(places[:, :2] < bounds[:2]) | each_hits(places[:, 2:] > bounds[2:])
        if care >= Care.LINES:
            other_dots = self.dots[each_hits(self.dots != self.dots[number])]
            crossing = each_hits(lines_cross_frames(leaders, other_dots)) | each_hits(
                lines_cross(leaders, self.leaders)
            )
            hit |= led & (crossing | each_hits(lines_cross(leaders, self.lines)))
            hit |= each_hits(lines_cross_frames(self.lines, places).T)
        return ~hit

    def is_ambiguous(self, number: int, places: Array, far: Array) -> Table:
        """Return which positions are as close to another point as to their own, at this distance from it."""
        middles = (self.dots[:, :2] + self.dots[:, 2:]) / 2
        other_middles = middles[each_hits(middles != middles[number])]
        off = np.clip(other_middles[None], places[:, None, :2], places[:, None, 2:]) - other_middles[None]
        return each_hits(np.hypot(off[..., 0], off[..., 1]) < far[:, None] + DOUBT)


def labels_at(
    wanted: Sequence[Wanted], lines: Sequence[tuple[Point, Point]], bounds: Frame, taken: Sequence[Frame] = ()
) -> list[PlacedLabel]:
    """Place a label at each point, avoiding occupied frames.

    The most crowded points go first. If a label ends up far away, it goes first in another round, and the best round
    wins.
    """
    crowds = [sum(hypot(a.at.x - b.at.x, a.at.y - b.at.y) < CROWD for b in wanted) for a in wanted]
    order = sorted(range(len(wanted)), key=lambda number: (-crowds[number], number))
    rounds: list[tuple[float, list[PlacedLabel]]] = []
    for _ in range(ROUNDS):
        labels = _in_order(order, wanted, lines, bounds, taken)
        away = [_away(want, placed) for want, placed in zip(wanted, labels, strict=True)]
        rounds.append((sum(away) + CARELESS * sum(Care.LINES - placed.care for placed in labels), labels))
        if not 1 <= sum(distance > FAR for distance in away) <= FEW:
            break
        worst = away.index(max(away))
        order = [worst, *(number for number in order if number != worst)]
    return min(rounds, key=lambda attempt: attempt[0])[1]


def _in_order(
    order: Sequence[int],
    wanted: Sequence[Wanted],
    lines: Sequence[tuple[Point, Point]],
    bounds: Frame,
    taken: Sequence[Frame],
) -> list[PlacedLabel]:
    dots = edges(Frame.about(want.at.x, want.at.y, 2 * DOT, 2 * DOT) for want in wanted)
    board = Taken(dots, ends(lines), bounds, edges(taken), ends([]))
    labels: dict[int, PlacedLabel] = {}
    for number in order:
        placed = _place(board, number, wanted[number])
        labels[number] = placed
        board.frames = np.vstack([board.frames, edges([placed.frame])])
        if placed.leader:
            board.leaders = np.vstack([board.leaders, ends([(wanted[number].at, placed.leader)])])
    return [labels[number] for number in range(len(wanted))]


def _away(wanted: Wanted, placed: PlacedLabel) -> float:
    """Return the length of the leader line."""
    return hypot(placed.leader.x - wanted.at.x, placed.leader.y - wanted.at.y) if placed.leader else 0


def _place(board: Taken, number: int, wanted: Wanted) -> PlacedLabel:
    """Search growing rings around the point, with less care each time; far enough out, there is always space."""
    x, y = wanted.at.x, wanted.at.y
    for care, rings in RINGS.items():
        for ring in range(rings):
            places = _around(wanted, ring)
            near = np.clip([x, y], places[:, :2], places[:, 2:])
            leaders = np.hstack([np.broadcast_to([x, y], near.shape), near])
            far = np.hypot(*(near - [x, y]).T)
            led = (far > wanted.clear + NEAR) | board.is_ambiguous(number, places, far)
            free = board.free(number, places, leaders, led, care)
            if free.any():
                best = int(np.argmax(free & ~led if (free & ~led).any() else free))
                end = Point(*near[best].tolist()) if led[best] else None
                return PlacedLabel(Frame.between(*places[best].tolist()), end, care)
    raise PictureError(f"{len(board.dots)} words are too many for one picture: draw fewer")


def _ways() -> Array:
    """List 24 directions, best first: right, left, above, below, then diagonals; y points down."""
    turns = [0, 12, 18, 6, *(turn for off in (1, 2, 3) for turn in (24 - off, off, 12 + off, 12 - off))]
    turns += [turn for turn in range(24) if turn not in turns]
    angles = np.array(turns) * tau / 24
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


WAYS = _ways()


def _around(wanted: Wanted, ring: int) -> Array:
    """Return the frames of a ring's positions, as edges (24, 4)."""
    half = np.array([wanted.width, wanted.height]) / 2
    aside = np.clip(ALONG * WAYS, -1, 1)
    middles = [wanted.at.x, wanted.at.y] + WAYS * (wanted.clear + ring * RING) + aside * half
    return np.hstack([middles - half, middles + half])


def edges(frames: Iterable[Frame]) -> Array:
    """Convert frames to an array (n, 4): left, top, right, bottom."""
    rows = [(frame.left, frame.top, frame.right, frame.bottom) for frame in frames]
    return np.array(rows, dtype=np.float64).reshape(len(rows), 4)


def ends(lines: Iterable[tuple[Point, Point]]) -> Array:
    """Convert lines to an array (n, 4): x and y of both ends."""
    rows = [(start.x, start.y, end.x, end.y) for start, end in lines]
    return np.array(rows, dtype=np.float64).reshape(len(rows), 4)


def frames_meet(frames: Array, other_frames: Array) -> Table:
    """Return which frames overlap by more than an edge."""
    a, b = frames[:, None], other_frames[None]
    sideways = (a[..., 0] < b[..., 2]) & (b[..., 0] < a[..., 2])
    overlaps: Table = sideways & (a[..., 1] < b[..., 3]) & (b[..., 1] < a[..., 3])
    return overlaps


def lines_cross_frames(lines: Array, frames: Array) -> Table:
    """Return which lines enter which frames."""
    start, way = lines[:, None, :2], (lines[:, 2:] - lines[:, :2])[:, None]
    low, high = frames[None, :, :2], frames[None, :, 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        at_low, at_high = (low - start) / way, (high - start) / way
    enter, leave = np.minimum(at_low, at_high), np.maximum(at_low, at_high)
    inside = (low < start) & (start < high)
    still = np.broadcast_to(way == 0, enter.shape)  # an axis-parallel line is inside for its full length or not at all
    enter = np.where(still, np.where(inside, -np.inf, np.inf), enter)
    leave = np.where(still, np.where(inside, np.inf, -np.inf), leave)
    crosses: Table = np.maximum(enter.max(axis=2), 0) < np.minimum(leave.min(axis=2), 1)
    return crosses


def lines_cross(lines: Array, other_lines: Array) -> Table:
    """Return which lines cross; touching at an end doesn't count."""
    a, b = lines[:, None], other_lines[None]
    first = _side(a, b[..., :2]) * _side(a, b[..., 2:])
    second = _side(b, a[..., :2]) * _side(b, a[..., 2:])
    crosses: Table = (first < 0) & (second < 0)
    return crosses


def each_hits(table: Table) -> Table:
    """Return which rows of a table have a hit."""
    return np.asarray(table.any(axis=1))


def _side(line: Array, point: Array) -> Array:
    """Return the side of a line on which a point lies, as a sign."""
    way = line[..., 2:] - line[..., :2]
    off = point - line[..., :2]
    side: Array = way[..., 0] * off[..., 1] - way[..., 1] * off[..., 0]
    return side
