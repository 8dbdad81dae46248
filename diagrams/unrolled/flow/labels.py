"""Labels at points: each beside its own point, none over another, nor over a point or a line."""

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
"""What hits what: a row for each of the first, a column for each of the second."""
SPACE = 2
"""The least room between two labels, and between a label and a point that is not its own."""
DOT = 4
"""Half the side of what a point takes."""
RING = 5
"""How much further out the next places are."""
NEAR = 10
"""A label that far outside its point's own room has a line that leads to it …"""
DOUBT = 2
"""… and so has one that is hardly nearer to its own point than to another."""
CROWD = 70
"""How near others must be to count among the crowd of a point."""
FAR, CARELESS = 20, 120
"""How long a line to a label is worth another round, and what less care is as bad as."""
ROUNDS, FEW = 4, 3
"""How many rounds there are at most, and how many may stand far off in one; in a heap no order helps."""
ALONG = 1.6
"""How soon a label aslant stands wholly beside, over or under its point."""


class Care(IntEnum):
    """What a label keeps clear of: other labels and points, then lines that lead to labels, the bounds, all lines."""

    LABELS = 0
    LEADERS = 1
    BOUNDS = 2
    LINES = 3


RINGS = {Care.LINES: 48, Care.BOUNDS: 48, Care.LEADERS: 60, Care.LABELS: 400}
"""How many rings are searched with so much care."""


@dataclass(frozen=True)
class Wanted:
    """A label to be placed: its point, its size, and how far from the point it stands at least."""

    at: Point
    width: float
    height: float
    clear: float = 6


@dataclass(frozen=True)
class PlacedLabel:
    """A label's frame, and where a line to it ends, where it needs one."""

    frame: Frame
    leader: Point | None = None
    care: Care = Care.LINES


@dataclass
class Taken:
    """What is taken already."""

    dots: Array
    lines: Array
    bounds: Frame
    frames: Array
    leaders: Array

    def free(self, own: int, places: Array, leaders: Array, led: Table, care: Care) -> Table:
        """Tell at which of some places a label may stand."""
        room = places + np.array([-SPACE, -SPACE, SPACE, SPACE])
        hit = each_hits(frames_meet(room, self.frames)) | each_hits(frames_meet(room, self.dots))
        hit |= each_hits(lines_cross_frames(self.leaders, places).T)
        if care >= Care.LEADERS:
            hit |= led & each_hits(lines_cross_frames(leaders, self.frames))
        if care >= Care.BOUNDS:
            (whole,) = edges([self.bounds])
            hit |= each_hits(places[:, :2] < whole[:2]) | each_hits(places[:, 2:] > whole[2:])
        if care >= Care.LINES:
            others = self.dots[each_hits(self.dots != self.dots[own])]
            crossing = each_hits(lines_cross_frames(leaders, others)) | each_hits(lines_cross(leaders, self.leaders))
            hit |= led & (crossing | each_hits(lines_cross(leaders, self.lines)))
            hit |= each_hits(lines_cross_frames(self.lines, places).T)
        return ~hit

    def is_ambiguous(self, own: int, places: Array, far: Array) -> Table:
        """Tell which places are as near to another point as to their own, from which they are so far."""
        middles = (self.dots[:, :2] + self.dots[:, 2:]) / 2
        others = middles[each_hits(middles != middles[own])]
        off = np.clip(others[None], places[:, None, :2], places[:, None, 2:]) - others[None]
        return each_hits(np.hypot(off[..., 0], off[..., 1]) < far[:, None] + DOUBT)


def labels_at(
    wanted: Sequence[Wanted], lines: Sequence[tuple[Point, Point]], bounds: Frame, taken: Sequence[Frame] = ()
) -> list[PlacedLabel]:
    """Place a label at each point, and none in frames that are taken.

    The most crowded points choose first. Where one comes to stand far off, it chooses before all others in another
    round, and the best round counts.
    """
    crowds = [sum(hypot(a.at.x - b.at.x, a.at.y - b.at.y) < CROWD for b in wanted) for a in wanted]
    order = sorted(range(len(wanted)), key=lambda each: (-crowds[each], each))
    rounds: list[tuple[float, list[PlacedLabel]]] = []
    for _ in range(ROUNDS):
        found = _in_order(order, wanted, lines, bounds, taken)
        away = [_away(each, placed) for each, placed in zip(wanted, found, strict=True)]
        rounds.append((sum(away) + CARELESS * sum(Care.LINES - placed.care for placed in found), found))
        if not 1 <= sum(each > FAR for each in away) <= FEW:
            break
        worst = away.index(max(away))
        order = [worst, *(each for each in order if each != worst)]
    return min(rounds, key=lambda each: each[0])[1]


def _in_order(
    order: Sequence[int],
    wanted: Sequence[Wanted],
    lines: Sequence[tuple[Point, Point]],
    bounds: Frame,
    taken: Sequence[Frame],
) -> list[PlacedLabel]:
    dots = edges(Frame.about(each.at.x, each.at.y, 2 * DOT, 2 * DOT) for each in wanted)
    board = Taken(dots, ends(lines), bounds, edges(taken), ends([]))
    found: dict[int, PlacedLabel] = {}
    for number in order:
        placed = _place(board, number, wanted[number])
        found[number] = placed
        board.frames = np.vstack([board.frames, edges([placed.frame])])
        if placed.leader:
            board.leaders = np.vstack([board.leaders, ends([(wanted[number].at, placed.leader)])])
    return [found[number] for number in range(len(wanted))]


def _away(wanted: Wanted, placed: PlacedLabel) -> float:
    """How far a line leads from a point to its label."""
    return hypot(placed.leader.x - wanted.at.x, placed.leader.y - wanted.at.y) if placed.leader else 0


def _place(board: Taken, number: int, wanted: Wanted) -> PlacedLabel:
    """Go round the point in growing rings, with less care each time; far enough out there is always room."""
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
    """List 24 directions, the best first: right, left, over, under, then aslant; y runs down."""
    turns = [0, 12, 18, 6, *(turn for off in (1, 2, 3) for turn in (24 - off, off, 12 + off, 12 - off))]
    turns += [turn for turn in range(24) if turn not in turns]
    angles = np.array(turns) * tau / 24
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


WAYS = _ways()


def _around(wanted: Wanted, ring: int) -> Array:
    """Find the places of a ring (24, 4), by their edges."""
    half = np.array([wanted.width, wanted.height]) / 2
    aside = np.clip(ALONG * WAYS, -1, 1)
    middles = [wanted.at.x, wanted.at.y] + WAYS * (wanted.clear + ring * RING) + aside * half
    return np.hstack([middles - half, middles + half])


def edges(frames: Iterable[Frame]) -> Array:
    """Put frames into an array (n, 4): left, top, right, bottom."""
    found = [(each.left, each.top, each.right, each.bottom) for each in frames]
    return np.array(found, dtype=np.float64).reshape(len(found), 4)


def ends(lines: Iterable[tuple[Point, Point]]) -> Array:
    """Put lines into an array (n, 4): the ends, x, y, x, y."""
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
