"""A panel in shapes: its segments, what joins them, what comes out, and the title."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...fonts import BLOCK_SECOND, NAME
from ...geometry import Frame, Point
from ...shapes.arrows import CLEAR, Arrow, Dot
from ...shapes.blocks import Block, Lane
from ...shapes.cells import STRIP_HEIGHT, Strip
from ...shapes.shape import Shape
from ...shapes.text import Label
from .form import Row, Segment
from .panel import RISE, Panel

BUS = 16
"""How far under a lane a repeated vector runs along."""
TITLE_UNDER, LINE = 24, 18
STATES_OVER = 12
RADIUS = 9
DOTS = "…"
DOTS_FROM, DOTS_TO = 2, 11
"""How far from an arrow's ends its dots begin and end."""


def shapes_of(panel: Panel) -> Iterator[Shape]:
    """Draw the segments, what joins them, what comes out, and the title."""
    for number, segment in enumerate(panel.form.segments):
        for place, row in enumerate(segment.rows):
            yield from _row(panel, number, segment, place, row)
        yield from _inputs(panel, number, segment)
    if len(panel.form.segments) > 1 and panel.form.states:
        yield from _states(panel)
    yield from _outputs(panel)
    middle = panel.left + panel.width / 2
    y = panel.base + STRIP_HEIGHT / 2 + TITLE_UNDER
    yield Label(name=panel.prefix, text=panel.form.name, at=Point(middle, y), style=NAME.bold())
    second = Point(middle, y + LINE)
    yield Label(name=f"{panel.prefix}-kind", role="muted", text=panel.second, at=second, style=BLOCK_SECOND)


def _row(panel: Panel, number: int, segment: Segment, place: int, row: Row) -> Iterator[Shape]:
    steps = [step for step in panel.shown(segment) if step in row.steps]
    frames = {step: panel.block(number, step, place) for step in steps}
    name = f"{panel.prefix}-{number + 1}-row-{place + 1}"
    yield Lane(name=f"{name}-lane", frames=(Frame.around(frames.values()).grown(panel.measures.pad),))
    for step, frame in frames.items():
        yield Block(
            name=f"{name}-step-{step}",
            step=step,
            argument=f"{panel.prefix}-{row.node}",
            frame=frame,
            text=row.name,
            style=panel.measures.style,
        )
        if place:
            below = panel.block(number, step, place - 1)
            up = Point(frame.middle, below.top - CLEAR), Point(frame.middle, frame.bottom + CLEAR)
            yield Arrow(name=f"{name}-step-{step}-arrow", step=step, points=up)
    if row.is_recurrent:
        for one, other in pairwise(steps):
            yield _sideways(f"{name}-state-{one}", frames[one], frames[other], other > one + 1, row.backwards)


def _sideways(name: str, one: Frame, other: Frame, is_cut: bool, backwards: bool) -> Shape:
    """Hand a state on; the arrow is dotted where steps are left out."""
    start, end = Point(one.right + CLEAR, one.centre), Point(other.left - CLEAR, one.centre)
    if backwards:
        start, end = end, start
    dotted = (start.towards(end, DOTS_FROM), end.towards(start, DOTS_TO)) if is_cut else None
    return Arrow(name=f"{name}-arrow", points=(start, end), dotted=dotted)


def _inputs(panel: Panel, number: int, segment: Segment) -> Iterator[Shape]:
    shown, name = panel.shown(segment), f"{panel.prefix}-{number + 1}-input"
    given = [step for step in shown if step in segment.given]
    for step in given:
        x = panel.columns[number, step]
        yield Strip(name=f"{name}-{step}", role="embedding", step=step, at=Point(x, panel.base), size=segment.size)
    if len(given) > 1 and given[-1] > given[-2] + 1:
        yield _dots(panel, f"{name}-more", number, given, panel.base)
    if segment.is_repeated:
        yield from _bus(panel, number, segment)
        return
    for step in given:
        frame = panel.block(number, step, 0)
        up = Point(frame.middle, panel.base - STRIP_HEIGHT / 2 - CLEAR), Point(frame.middle, frame.bottom + CLEAR)
        yield Arrow(name=f"{name}-{step}-arrow", step=step, points=up)


def _dots(panel: Panel, name: str, number: int, steps: list[int], y: float) -> Shape:
    x = (panel.columns[number, steps[-2]] + panel.columns[number, steps[-1]]) / 2
    return Label(name=name, role="muted", text=DOTS, at=Point(x, y), style=NAME.bold())


def _bus(panel: Panel, number: int, segment: Segment) -> Iterator[Shape]:
    """One vector goes in at every step: along under the lane, and up into each block."""
    frames = [panel.block(number, step, 0) for step in panel.shown(segment)]
    y, name = frames[0].bottom + panel.measures.pad + BUS, f"{panel.prefix}-{number + 1}-repeated"
    if number:
        trunk, branches = _from_encoder(panel, number, y), frames[:-1]
    else:
        first = frames[0].middle
        trunk, branches = (Point(first, y),), frames[1:-1]
        up = Point(first, panel.base - STRIP_HEIGHT / 2 - CLEAR), Point(first, frames[0].bottom + CLEAR)
        yield Arrow(name=f"{name}-arrow", points=up)
        if len(frames) == 1:
            return
        yield Dot(name=f"{name}-dot", at=trunk[0])
    for place, frame in enumerate(branches, start=1):
        corner = Point(frame.middle, y)
        yield Arrow(name=f"{name}-{place}-arrow", points=(corner, Point(frame.middle, frame.bottom + CLEAR)))
        yield Dot(name=f"{name}-{place}-dot", at=corner)
    last = frames[-1]
    way = (*trunk, Point(last.middle, y), Point(last.middle, last.bottom + CLEAR))
    yield Arrow(name=f"{name}-last-arrow", points=way, radius=RADIUS)


def _from_encoder(panel: Panel, number: int, y: float) -> tuple[Point, ...]:
    """Leave the encoder's last block on its right, and go down between the two lanes."""
    before = panel.form.segments[number - 1]
    source = panel.block(number - 1, before.time_steps, len(before.rows) - 1)
    x = source.right + panel.measures.pad + panel.measures.between / 2
    return Point(source.right + CLEAR, source.centre), Point(x, source.centre), Point(x, y)


def _states(panel: Panel) -> Iterator[Shape]:
    first = panel.form.segments[0]
    source, into = panel.block(0, first.time_steps, 0), panel.block(1, 1, 0)
    name = f"{panel.prefix}-states"
    points = Point(source.right + CLEAR, source.centre), Point(into.left - CLEAR, into.centre)
    yield Arrow(name=f"{name}-arrow", points=points)
    at = Point((source.right + into.left) / 2, source.centre - STATES_OVER)
    yield Label(name=name, role="state", text=", ".join(panel.form.states), at=at)


def _outputs(panel: Panel) -> Iterator[Shape]:
    number = len(panel.form.segments) - 1
    segment = panel.form.segments[number]
    place = len(segment.rows) - 1
    y = panel.base + panel.top_of(place) - RISE - STRIP_HEIGHT / 2
    steps = [step for step in panel.shown(segment) if step in panel.form.returned]
    name = f"{panel.prefix}-output"
    for step in steps:
        frame = panel.block(number, step, place)
        up = Point(frame.middle, frame.top - CLEAR), Point(frame.middle, y + STRIP_HEIGHT / 2 + CLEAR)
        yield Arrow(name=f"{name}-{step}-arrow", step=step, points=up)
        yield Strip(
            name=f"{name}-{step}", role=panel.form.role, step=step, at=Point(frame.middle, y), size=panel.form.size
        )
    if len(steps) > 1 and steps[-1] > steps[-2] + 1:
        yield _dots(panel, f"{name}-more", number, steps, y)
