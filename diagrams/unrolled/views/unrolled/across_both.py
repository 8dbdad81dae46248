"""Bidirectional across: two lanes, the lines that cross them, and where the two answers meet."""

from __future__ import annotations

from collections.abc import Iterator

from ...geometry import Frame, Point
from ...shapes.arrows import BRANCH_RADIUS, BREAK, CLEAR, Arrow, Dot
from ...shapes.blocks import LANE_PADDING, OPERATOR_SIZE, Lane, Operator
from ...shapes.cells import CELL, RIM
from ...shapes.shape import Shape
from . import pieces
from .across import MOST_CELLS, WORD_GAP
from .across_lane import lane_shapes
from .across_rows import Below, Placed, RowLabel, more, row_label
from .crossing import ASIDE, SIGNS, Crossing
from .plan import Stage
from .shown import Shown

BRANCH_OVER_VECTOR = 15
IN_UNDER_LANE, OUT_OVER_LANE = 22, 12
"""Where lines run sideways: into the upper lane, and out of the lower one or the upper one."""
ON_BLOCK = 25
"""How far from a block's middle a line may leave it upwards."""


def both_shapes(below: Below, stage: Stage) -> Placed:
    """Draw two lanes, and what is made of their answers over them."""
    crossing = Crossing(below, stage)
    lanes, labels = (crossing.forward, crossing.backward), list[RowLabel]()
    shapes: list[Shape] = []
    for place, label in zip(lanes, stage.labels, strict=True):
        layer, bottom = place.reading.layer, place.top + place.height + LANE_PADDING
        frames = below.across.lanes(below.group, stage, place.top - LANE_PADDING, bottom)
        shapes += [Lane(name=f"{layer}lane", frames=frames), *lane_shapes(place)]
        shapes += more(below, f"{layer}more", frames, place.top + CELL / 2)
        labels.append(RowLabel(f"{layer}layer", place.top + place.height / 2, label))
    shapes += _inputs(crossing)
    assert stage.said is not None
    for position, shown in zip(stage.said.at, stage.said.vectors, strict=True):
        if position in below.shown:
            also = None if stage.also is None else stage.also.vector(position)
            shapes += _said(crossing, position, shown, also)
    labels += row_label(stage.layer, stage.said, crossing.row)
    return Placed(tuple(shapes), crossing.row, tuple(labels), lanes)


def _inputs(crossing: Crossing) -> Iterator[Shape]:
    """A vector goes into the lower block, and by a branch into the upper one."""
    below, layer = crossing.below, crossing.stage.layer
    for position in below.shown:
        if crossing.forward.skips(position):
            continue
        x, lower, upper = below.x(position), crossing.forward.block(position), crossing.backward.block(position)
        right, into = lower.right + ASIDE, upper.bottom + LANE_PADDING + IN_UNDER_LANE
        name, steps = f"{layer}input-{position + 1}", [each.step(position) for each in crossing.stage.readings]
        branch = Point(x, below.top - BRANCH_OVER_VECTOR)
        stem, up = (Point(x, below.top - CLEAR), branch), (branch, Point(x, lower.bottom + CLEAR))
        by = branch, Point(right, branch.y), Point(right, into), Point(x, into), Point(x, upper.bottom + CLEAR)
        yield Arrow(name=f"{name}-line", step=min(steps), points=stem, head=False)
        yield Arrow(name=f"{name}-arrow", step=steps[0], points=up)
        yield Arrow(name=f"{name}-by-arrow", step=steps[1], points=by, radius=BRANCH_RADIUS)
        yield Dot(name=f"{name}-branch", step=min(steps), at=branch)


def _said(crossing: Crossing, position: int, shown: Shown, also: Shown | None) -> Iterator[Shape]:
    """What is said at a position, and the lines that bring it."""
    strips = _strips(crossing, crossing.below.x(position), shown, also)
    for each, strip in zip((shown, also) if also else (shown,), strips, strict=True):
        yield pieces.vector(each, strip, MOST_CELLS)
    if position in crossing.stage.silent:
        return
    bottom = strips[0].bottom + CLEAR + (RIM if shown.returned else 0)
    if crossing.stage.merge in SIGNS:
        yield from _signed(crossing, position, shown, bottom)
        return
    ends = strips if also else _halves(shown, strips[0])
    yield _from_forward(crossing, position, shown, Point(_reach(crossing, position, ends[0]), bottom))
    over = Point(_over(crossing, position, ends[-1]), bottom)
    yield from _from_backward(crossing, position, shown, over, also.step if also else shown.step)


def _strips(crossing: Crossing, x: float, shown: Shown, also: Shown | None) -> list[Frame]:
    across = shown.width(MOST_CELLS)
    if also is None:
        return [Frame(x - across / 2, crossing.row, across, CELL)]
    beside = also.width(MOST_CELLS)
    left = x - (across + WORD_GAP + beside) / 2
    return [Frame(left, crossing.row, across, CELL), Frame(left + across + WORD_GAP, crossing.row, beside, CELL)]


def _halves(shown: Shown, strip: Frame) -> list[Frame]:
    """The two halves of what was put side by side."""
    places = shown.places(MOST_CELLS)
    first = CELL * next(at for at, place in enumerate(places) if place is not None and place >= (shown.half or 0))
    return [
        Frame(strip.left, strip.top, first, strip.height),
        Frame(strip.left + first, strip.top, strip.width - first, strip.height),
    ]


def _reach(crossing: Crossing, position: int, half: Frame) -> float:
    """Where the line of the lower lane meets its half: straight up where it can."""
    left = crossing.left(position)
    return left if half.left + 8 <= left <= half.right - 6 else half.middle


def _over(crossing: Crossing, position: int, half: Frame) -> float:
    """Where the line of the upper lane meets its half: straight up from its block where it can."""
    nearest = min(half.middle, crossing.below.x(position) + ON_BLOCK)
    return half.middle if crossing.from_other_end or nearest < half.left + 8 else nearest


def _out(crossing: Crossing, position: int) -> tuple[Point, Point, Point]:
    """Out of a lower block and aside, to where a line can go up through the upper lane."""
    lower = crossing.forward.block(position)
    out = lower.top - LANE_PADDING - OUT_OVER_LANE
    return Point(lower.middle, lower.top - CLEAR), Point(lower.middle, out), Point(crossing.left(position), out)


def _from_forward(crossing: Crossing, position: int, shown: Shown, end: Point) -> Arrow:
    left, bend = crossing.left(position), crossing.lane_top - OUT_OVER_LANE - crossing.level
    aside = () if end.x == left else (Point(left, bend), Point(end.x, bend))
    return _line(f"{shown.name}-forward-arrow", shown.step, (*_out(crossing, position), *aside, end))


def _from_backward(crossing: Crossing, position: int, shown: Shown, end: Point, step: int | None) -> Iterator[Arrow]:
    name, level = f"{shown.name}-backward-arrow", crossing.lane_top - OUT_OVER_LANE
    if not crossing.from_other_end:
        upper = crossing.backward.block(position)
        x = min(max(end.x, upper.middle - ON_BLOCK), upper.middle + ON_BLOCK)
        bend = () if x == end.x else (Point(x, level), Point(end.x, level))
        yield _line(name, step, (Point(x, upper.top - CLEAR), *bend, end))
        return
    upper, crossed = crossing.backward.block(crossing.backward.reading.last), crossing.left(position)
    out = Point(upper.middle, upper.top - CLEAR), Point(upper.middle, level), Point(crossed - BREAK / 2, level)
    yield _line(f"{shown.name}-backward-line", step, out, head=False)
    yield _line(name, step, (Point(crossed + BREAK / 2, level), Point(end.x, level), end))


def _signed(crossing: Crossing, position: int, shown: Shown, bottom: float) -> Iterator[Shape]:
    """Both answers meet in a sign, number by number."""
    x, y, rim = crossing.below.x(position), crossing.sign, OPERATOR_SIZE / 2 + CLEAR
    there = *_out(crossing, position), Point(crossing.left(position), y), Point(x - rim, y)
    yield _line(f"{shown.name}-forward-arrow", shown.step, there)
    yield from _from_backward(crossing, position, shown, Point(x, y + rim), shown.step)
    yield Operator(name=f"{shown.name}-sign", step=shown.step, sign=SIGNS[crossing.stage.merge or ""], at=Point(x, y))
    yield _line(f"{shown.name}-arrow", shown.step, (Point(x, y - rim), Point(x, bottom)))


def _line(name: str, step: int | None, points: tuple[Point, ...], head: bool = True) -> Arrow:
    return Arrow(name=name, step=step, points=points, radius=BRANCH_RADIUS, head=head)
