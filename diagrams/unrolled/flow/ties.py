"""Ties: lines from the arguments of the code under a picture to what they govern; no two of them cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..geometry import Frame, Point
from ..shapes.arrows import BRACKET_GAP, INSET, TICK, Bracket, Tie
from ..shapes.shape import Shape
from ..shapes.text import CodeLine, CodeSpan

OVER_CODE = 13
"""From the end of a tie to the middle of the code."""
LEVEL_OVER_CODE, BETWEEN_LEVELS = 31, 12
"""How far over the middle of the code the lowest tie runs sideways, and the next ones over that."""
OVER_LEVELS = 25
"""From what is drawn to the highest tie that runs sideways."""
BEND_ROOM = 27
"""What a tie needs to come down to an argument from the side."""
BESIDE, BETWEEN_CHANNELS = 6, 7
"""From what is drawn to the first tie that runs down beside it, where room is short, and to the next ones."""
CLEAR_BESIDE = 13
"""The same where there is room, so that it is not taken for the edge of a band."""


@dataclass(frozen=True)
class Source:
    """Where a tie begins: a bracket over or under a thing or, with no span, a point of the line of time steps."""

    argument: str
    role: str
    side: str
    """Whether it runs down `left` or `right` of all that is drawn, or straight `down`, over its argument."""
    at: Point
    """Where it sets out; of a bracket the end on its side."""
    far: Point | None = None
    """The other end of the bracket."""
    is_under: bool = False
    """Whether the bracket is under its thing."""


def bracket(argument: str, role: str, side: str, thing: Frame, *, is_under: bool = False) -> Source:
    """Begin a tie at a bracket along a thing, whose rims count."""
    y = thing.bottom + BRACKET_GAP if is_under else thing.top - BRACKET_GAP
    left, right = Point(thing.left + INSET, y), Point(thing.right - INSET, y)
    at, far = (left, right) if side == "left" else (right, left)
    return Source(argument, role, side, at, far, is_under)


def room_over_code(sources: Sequence[Source]) -> float:
    """How far under what is drawn the middle of the first line of code is."""
    sides = [source.side for source in sources]
    levels = max(sides.count("left"), sides.count("right"), 1)
    return OVER_LEVELS + LEVEL_OVER_CODE + BETWEEN_LEVELS * (levels - 1)


def room_beside(sources: Sequence[Source], side: str) -> float:
    """How much ties that run down on a side take there."""
    count = sum(source.side == side for source in sources)
    return BESIDE + BETWEEN_CHANNELS * (count - 1) if count else 0


def ties(sources: Sequence[Source], shapes: Sequence[Shape], code: CodeLine, beside: float = BESIDE) -> list[Shape]:
    """Lead each tie down to its argument, where that stands in the first line of code; else there is a bracket only.

    Of those on one side the lower ones set out nearer to the picture, and the ones that end nearer to that side run
    lower: so none crosses another as long as those that end further left do not begin lower.
    """
    spots = {spot.argument: spot for spot in code.spots}
    found: list[Shape] = []
    for source in sources:
        spot = spots[source.argument]
        if spot.line > 0:
            found += _bracket(source, ())
            continue
        end = code.place(spot)
        level = end.y - LEVEL_OVER_CODE - BETWEEN_LEVELS * _level(source, sources, spots, code)
        way: tuple[Point, ...] = ()
        if source.side != "down":
            x = _channel(source, sources, shapes, end.x, beside)
            way = Point(x, source.at.y), Point(x, level), Point(end.x, level)
        found += _bracket(source, (*way, Point(end.x, end.y - OVER_CODE)))
    return found


def brackets(sources: Sequence[Source]) -> list[Shape]:
    """Begin each tie, where there is no room to lead it to its argument."""
    return [shape for source in sources for shape in _bracket(source, ())]


def _level(source: Source, sources: Sequence[Source], spots: Mapping[str, CodeSpan], code: CodeLine) -> int:
    """Count the ties on the same side that end nearer to it."""
    x = code.place(spots[source.argument]).x
    others = [code.place(spots[each.argument]).x for each in sources if each.side == source.side]
    return sum(other < x if source.side == "left" else other > x for other in others)


def _channel(source: Source, sources: Sequence[Source], shapes: Sequence[Shape], end: float, beside: float) -> float:
    """Where a tie runs down: beside what stands under its beginning, and beyond its end, to which it comes back."""
    lower = [each for each in sources if each.side == source.side and each.at.y > source.at.y]
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
