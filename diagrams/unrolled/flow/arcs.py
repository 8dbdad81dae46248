"""Arcs between items on a line, from query to key: spread out where they meet, each with space for its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from ..fonts import width
from ..geometry import Cubic, Frame, Point
from ..shapes.arrows import ARC_NUMBER, CLEAR, DIGITS_HIGH, NUMBER_CLEAR, Arc, number_frame
from .axis import Axis
from .description import Item, Look
from .placing import Placed

APART_ACROSS, APART_DOWN = 13, 10
"""The distance between arc ends at one item, side by side or one below the other."""
END_INSET = 6
"""From the edge of an item to the first arc end."""
LOOP, LOOP_BULGE = 14, 4
"""The distance between the ends of an arc from an item to itself, and how far its handles bulge on both sides."""
LOOP_SHARE = 1 / 3
"""The share of the extra height for each slot that an arc to the same item gets."""
BEYOND = 11
"""From an arc to the centre of a number outside it."""
LONG = 10
"""How much wider than its number an arc must be for the number to go inside a gap in it."""
NUMBERS_APART = 3
PEAK = 0.75
"""The peak of a curve, as a fraction of its handles' distance."""
ALONG = (0.5, 0.46, 0.54, 0.42, 0.58, 0.38, 0.62, 0.34, 0.66, 0.3, 0.7)
"""Positions along an arc for its number, best first."""
LEAST_LEG = 0.08
"""The least part of an arc drawn before and after its number, as a fraction of its length."""


@dataclass(frozen=True)
class Port:
    """The end of an arc at an item, or both ends of an arc to the same item, and the space it takes."""

    look: Look
    lands: bool
    breadth: float


def way(look: Look) -> float:
    """Return how many slots ahead an arc leads; negative for backward arcs."""
    return cast("float", look.other.slot) - cast("float", look.one.slot)


def ports(looks: Sequence[Look], axis: Axis) -> dict[tuple[Item, bool], list[Port]]:
    """List the arc ends at each item, in order along the main axis, for backward and forward arcs.

    Arcs leading to one side end on that side, the longest nearest to the middle, and arcs to the same item end in
    between. This way, no two arcs cross at an item.
    """
    arc_ends: dict[tuple[Item, bool], list[tuple[tuple[float, float], Port]]] = defaultdict(list)
    apart = APART_ACROSS if axis.across else APART_DOWN
    for look in looks:
        far = way(look)
        if not far:
            number = width(look.text, ARC_NUMBER) + 2 * NUMBERS_APART if axis.across and look.text else 0
            arc_ends[look.one, False].append(((0, 0), Port(look, True, max(LOOP + apart, number))))
            continue
        side = 1 if far > 0 else -1
        arc_ends[look.one, far > 0].append(((side, -far), Port(look, False, apart)))
        arc_ends[look.other, far > 0].append(((-side, far), Port(look, True, apart)))
    return {
        key: [port for _, port in sorted(listed, key=lambda arc_end: arc_end[0])] for key, listed in arc_ends.items()
    }


def breadths(looks: Sequence[Look], axis: Axis) -> dict[Item, float]:
    """Compute how long each item must be along the main axis to fit the ends of its arcs."""
    lengths: dict[Item, float] = defaultdict(float)
    for (item, _), listed in ports(looks, axis).items():
        margin = max(
            END_INSET - (port.breadth - (0 if way(port.look) else LOOP)) / 2 for port in (listed[0], listed[-1])
        )
        lengths[item] = max(lengths[item], sum(port.breadth for port in listed) + 2 * max(margin, 0))
    return lengths


def reach(away: Collection[float], rise: tuple[float, float], *, numbered: bool) -> float:
    """Compute how far arcs of this length rise from their items, including numbers; 0 if there are none."""
    if not away:
        return 0
    beyond = BEYOND + DIGITS_HIGH / 2 if numbered else 2.5
    return CLEAR + PEAK * _off(rise, max(away)) + beyond


def _off(rise: tuple[float, float], away: float) -> float:
    """Compute how far an arc's handles are from its items, by its length; arcs to the same item are slightly lower."""
    base, more = rise
    return base + more * (away or LOOP_SHARE)


def arcs(place: Placed) -> list[Arc]:
    """Draw the arcs, longest first, and place the numbers, shortest arc first."""
    starts, ends = _ends(place)
    looks = sorted(place.flow.looks, key=lambda look: abs(way(look)))
    arc_of = {
        look: Arc(name=look.name, step=look.step, curve=_curve(place, look, starts[look], ends[look]), share=look.share)
        for look in looks
    }
    board = ArcNumbers(arc_of)
    for look in looks:
        if look.text:
            arc_of[look] = board.numbered(look, _outward(place.axis, look))
    return [arc_of[look] for look in reversed(looks)]


def _ends(place: Placed) -> tuple[dict[Look, float], dict[Look, float]]:
    """Find where each arc starts and ends along the main axis."""
    starts: dict[Look, float] = {}
    ends: dict[Look, float] = {}
    for (item, _), listed in ports(place.flow.looks, place.axis).items():
        low, high = place.axis.main(place.core(item))
        main = (low + high - sum(port.breadth for port in listed)) / 2
        for port in listed:
            middle = main + port.breadth / 2
            if not way(port.look):
                starts[port.look], ends[port.look] = middle + LOOP / 2, middle - LOOP / 2
            else:
                (ends if port.lands else starts)[port.look] = middle
            main += port.breadth
    return starts, ends


def _curve(place: Placed, look: Look, start: float, end: float) -> Cubic:
    """Draw backward arcs at the end of the cross axis and forward arcs at its start."""
    axis, far = place.axis, way(look)
    lows, highs = zip(*(axis.cross(place.core(item)) for item in (look.one, look.other)), strict=True)
    side = -1 if far > 0 else 1
    cross = max(highs) + CLEAR if side > 0 else min(lows) - CLEAR
    off = cross + side * _off(place.flow.arc_rise, abs(far))
    bulge = 0 if far else LOOP_BULGE
    handles = axis.point(start + bulge, off), axis.point(end - bulge, off)
    return Cubic(axis.point(start, cross), handles, axis.point(end, cross))


def _outward(axis: Axis, look: Look) -> Point:
    """Return the direction away from the items."""
    return axis.point(0, -1 if way(look) > 0 else 1)


class ArcNumbers:
    """Arcs, and numbers already placed."""

    def __init__(self, arc_of: dict[Look, Arc]) -> None:
        self.drawn = arc_of
        self.rows = {look: row for row, look in enumerate(arc_of)}
        self.x = np.array([[point.x for point in arc.curve.points] for arc in arc_of.values()])
        self.y = np.array([[point.y for point in arc.curve.points] for arc in arc_of.values()])
        self.clear = np.array([[NUMBER_CLEAR - 1 + arc.width / 2] for arc in arc_of.values()])
        self.frames: list[Frame] = []

    def numbered(self, look: Look, outward: Point) -> Arc:
        """Place the number in a gap in its arc or outside it, wherever there is space; otherwise in the first position.

        Arcs barely wider than their number, or leading to the same item, stay closed if there is space outside.
        """
        arc = self.drawn[look]
        peak = arc.curve.at(0.5)
        out = BEYOND + arc.width / 2
        beyond = peak.moved(Point(outward.x * out, outward.y * out))
        inside = [arc.curve.at(share) for share in ALONG] if way(look) else []
        narrow = arc.curve.around.width < width(look.text, ARC_NUMBER) + LONG
        tried = [beyond, *inside] if narrow or not inside else [*inside, beyond]
        for at in tried:
            numbered = replace(arc, text=look.text, at=at)
            frame = number_frame(look.text, ARC_NUMBER, at)
            if self._is_free(look, numbered, frame):
                break
        else:
            numbered, frame = (
                replace(arc, text=look.text, at=tried[0], is_clear=False),
                number_frame(look.text, ARC_NUMBER, tried[0]),
            )
        self.frames.append(frame)
        return numbered

    def _is_free(self, look: Look, arc: Arc, frame: Frame) -> bool:
        if any(frame.grown(NUMBERS_APART).meets(placed_number) for placed_number in self.frames):
            return False
        x, y, clear = self.x, self.y, self.clear
        sideways = (x > frame.left - clear) & (x < frame.right + clear)
        inside = sideways & (y > frame.top - clear) & (y < frame.bottom + clear)
        inside[self.rows[look]] = False
        if inside.any():
            return False
        opened = arc.opened
        if not opened:
            return True
        is_one = len(opened) == opened[-1] - opened[0] + 1
        least = LEAST_LEG * len(arc.curve.points)
        return is_one and opened[0] > least and opened[-1] < len(arc.curve.points) - 1 - least
