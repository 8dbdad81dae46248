"""Ties: lines from arguments in the code below a picture to what they govern, which never cross each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point
from ..shapes.arrows import BRACKET_GAP, INSET, TICK, Bracket, Tie
from ..shapes.shape import Shape
from ..shapes.text import CodeLine, CodeSpan

OVER_CODE = 13
"""From the end of a tie to the centre of the code."""
LEVEL_OVER_CODE, BETWEEN_LEVELS = 31, 12
"""How far above the centre of the code the lowest horizontal tie runs, and the distance between ties."""
OVER_LEVELS = 25
"""From the drawing to the highest horizontal tie."""
BEND_ROOM = 27
"""The space a tie needs to turn down to an argument from the side."""
BESIDE, BETWEEN_CHANNELS = 6, 7
"""From the drawing to the first tie that runs down beside it if space is limited, and between such ties."""
CLEAR_BESIDE = 13
"""The same with ample space, so that the tie isn't mistaken for the edge of a band."""


@dataclass(frozen=True)
class Source:
    """The start of a tie: a bracket above or below an item, or without a span, a point on the timeline."""

    argument: str
    role: str
    side: str
    """Whether it runs down to the `left` or `right` of the drawing, or straight `down` to an argument below it."""
    at: Point
    """The starting point; for a bracket, the end on that side."""
    far: Point | None = None
    """The other end of the bracket."""
    is_under: bool = False
    """Whether the bracket is below its item."""


def bracket(argument: str, role: str, side: str, thing: Frame, *, is_under: bool = False) -> Source:
    """Start a tie at a bracket along an item, including its rims."""
    y = thing.bottom + BRACKET_GAP if is_under else thing.top - BRACKET_GAP
    left, right = Point(thing.left + INSET, y), Point(thing.right - INSET, y)
    at, far = (left, right) if side == "left" else (right, left)
    return Source(argument, role, side, at, far, is_under)


def room_over_code(sources: Sequence[Source]) -> float:
    """Return the distance from the bottom of the drawing to the centre of the first line of code."""
    sides = [source.side for source in sources]
    levels = max(sides.count("left"), sides.count("right"), 1)
    return OVER_LEVELS + LEVEL_OVER_CODE + BETWEEN_LEVELS * (levels - 1)


def room_beside(sources: Sequence[Source], side: str) -> float:
    """Return the space for ties that run down on a side."""
    count = sum(source.side == side for source in sources)
    return BESIDE + BETWEEN_CHANNELS * (count - 1) if count else 0


def ties(sources: Sequence[Source], shapes: Sequence[Shape], code: CodeLine, beside: float = BESIDE) -> list[Shape]:
    """Route each tie down to its argument if that is on the first line of code; otherwise draw only the bracket.

    On each side, lower ties run closer to the picture, and ties to arguments closer to that side run lower. So no two
    cross, as long as ties that end further left don't start lower.
    """
    spots = {spot.argument: spot for spot in code.spots}
    tie_shapes: list[Shape] = []
    for source in sources:
        spot = spots[source.argument]
        if spot.line > 0:
            tie_shapes += _bracket(source, ())
            continue
        end = code.place(spot)
        level = end.y - LEVEL_OVER_CODE - BETWEEN_LEVELS * _level(source, sources, spots, code)
        way: tuple[Point, ...] = ()
        if source.side != "down":
            x = _channel(source, sources, shapes, end.x, beside)
            way = Point(x, source.at.y), Point(x, level), Point(end.x, level)
        tie_shapes += _bracket(source, (*way, Point(end.x, end.y - OVER_CODE)))
    return tie_shapes


def brackets(sources: Sequence[Source]) -> list[Shape]:
    """Draw the start of each tie, if there is no space to lead it to its argument."""
    return [shape for source in sources for shape in _bracket(source, ())]


def _level(source: Source, sources: Sequence[Source], spots: Mapping[str, CodeSpan], code: CodeLine) -> int:
    """Count the ties on the same side that end closer to it."""
    x = code.place(spots[source.argument]).x
    ends = [code.place(spots[peer.argument]).x for peer in sources if peer.side == source.side]
    return sum(end < x if source.side == "left" else end > x for end in ends)


def _channel(source: Source, sources: Sequence[Source], shapes: Sequence[Shape], end: float, beside: float) -> float:
    """Return where a tie runs down: outside everything below its start, and beyond its end, to which it returns."""
    lower = [peer for peer in sources if peer.side == source.side and peer.at.y > source.at.y]
    away = beside + BETWEEN_CHANNELS * len(lower)
    passed = [shape.bounds for shape in shapes if shape.bounds.bottom > source.at.y - BRACKET_GAP]
    left, right = min(frame.left for frame in passed), max(frame.right for frame in passed)
    return min(left - away, end - BEND_ROOM) if source.side == "left" else max(right + away, end + BEND_ROOM)


def _bracket(source: Source, way: tuple[Point, ...]) -> list[Shape]:
    name = f"tie-{source.argument}"
    if source.far is None:
        return [Tie(name=name, role=source.role, argument=source.argument, points=(source.at, *way))] if way else []
    tick = -TICK if source.is_under else TICK
    return [
        Bracket(
            name=name, role=source.role, argument=source.argument, start=source.far, to=source.at, tick=tick, way=way
        )
    ]
