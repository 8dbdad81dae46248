"""States in the turned form: they sit in their arrows, from block to block, and leave under the lane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...geometry import Point
from ...i18n import gettext
from ...shapes.arrows import CLEAR, Arrow
from ...shapes.blocks import BLOCK_HEIGHT_TURNED, LANE_PADDING
from ...shapes.cells import CELL, RIM
from ...shapes.shape import Shape
from ...shapes.text import Label
from . import pieces
from .down import BETWEEN_STATES, MOST_CELLS, Down, height_of
from .lane_place import flow_role
from .plan import Reading, Stage
from .shown import Shown

DOTS = 3
"""How far inside the lane's gap the dots of an arrow begin and end."""
ANSWER_UNDER_LANE = 32
APART = 7
"""Half the distance of two lines that run side by side."""
NOUGHT_UNDER_NAME = 17


@dataclass(frozen=True)
class Ending:
    """How a lane ends, and what leaves it."""

    shapes: tuple[Shape, ...]
    lane_bottom: float
    bottom: float
    tips: tuple[Point, ...] = ()


def lines_of(count: int) -> list[float]:
    """Where the lines of so many states run, from the axis."""
    return [0.0] if count == 1 else [-APART, APART]


def strips(down: Down, states: Sequence[Shown], top: float) -> Iterator[Shape]:
    """States one under another, their names on the left."""
    for number, shown in enumerate(states):
        frame = down.strip(shown, top + number * (CELL + BETWEEN_STATES))
        yield pieces.vector(shown, frame, MOST_CELLS)
        yield from pieces.name_of(shown, Point(down.names_end, frame.centre), MOST_CELLS, "end")


def hand_overs(
    down: Down, stage: Stage, reading: Reading, tops: dict[int, float], bottom: float
) -> tuple[list[Shape], float]:
    """Draw the states between blocks and their lines, from the bottom of the first ones; tell where the last leave."""
    shapes: list[Shape] = []
    states, start, order = reading.states[0], bottom + CLEAR, list(tops)
    for number, position in enumerate(order):
        top, skipped = tops[position], reading.blocks[position].skipped
        cut = number > 0 and reading.turn(position) != reading.turn(order[number - 1]) + 1
        if cut:
            shapes += _dotted(down, reading, states, start, tops[order[number - 1]], top)
        elif not skipped:
            shapes += _lines(down, states, start, top - CLEAR, "arrow")
        start = start if skipped and not cut else top + BLOCK_HEIGHT_TURNED + CLEAR
        turn = reading.turn(position)
        states = reading.states[turn]
        if number + 1 < len(order) and reading.turn(order[number + 1]) == turn + 1:
            under = top + BLOCK_HEIGHT_TURNED + down.state_gap
            shown = as_said(stage, reading, position)
            rims = [RIM if each.returned else 0 for each in shown]
            shapes += strips(down, shown, under)
            shapes += _lines(down, states, start, under - CLEAR - rims[0], "line")
            shapes += nought(down, stage, reading, position, under)
            start = under + height_of(len(states)) + CLEAR + rims[-1]
    return shapes, start


def as_said(stage: Stage, reading: Reading, position: int) -> list[Shown]:
    """The states after a position; with a second rim where the state is what the model answers there."""
    *memory, state = reading.states[reading.turn(position)]
    said = stage.said
    if said is None or not said.whole or position in stage.silent or not said.vector(position).returned:
        return [*memory, state]
    return [*memory, replace(state, returned=True)]


def nought(down: Down, stage: Stage, reading: Reading, position: int, top: float) -> list[Shape]:
    """Say where the layer answers nought at a step that it skips, though its state is another."""
    said = stage.said
    if said is None or not said.whole or position not in stage.silent:
        return []
    y = top + height_of(len(reading.states[0])) - CELL / 2 + NOUGHT_UNDER_NAME
    name = f"{said.vector(position).name}-nought"
    return [Label(name=name, role="muted", text=gettext("answer: 0"), at=Point(down.names_end, y), anchor="end")]


def _lines(down: Down, states: Sequence[Shown], start: float, end: float, kind: str) -> Iterator[Arrow]:
    """A line for each state, from one height to another."""
    for shown, aside in zip(states, lines_of(len(states)), strict=True):
        x = down.axis + aside
        yield Arrow(
            name=f"{shown.name}-{kind}",
            role=flow_role(shown),
            step=shown.step,
            points=(Point(x, start), Point(x, end)),
            head=kind == "arrow",
        )


def _dotted(
    down: Down, reading: Reading, states: Sequence[Shown], start: float, before: float, after: float
) -> Iterator[Arrow]:
    """Where steps are left out, the lane is cut and the lines are dotted."""
    cut, again = before + BLOCK_HEIGHT_TURNED + LANE_PADDING, after - LANE_PADDING
    for shown, aside in zip(states, lines_of(len(states)), strict=True):
        x = down.axis + aside
        yield Arrow(
            name=f"{reading.layer}more-{shown.role}-arrow",
            role=flow_role(shown),
            points=(Point(x, start), Point(x, after - CLEAR)),
            dotted=(Point(x, cut + DOTS), Point(x, again - DOTS)),
        )


def end_of(down: Down, stage: Stage, reading: Reading, top: float, start: float, flows_on: bool) -> Ending:
    """End a lane after its last block, at `top`: with a last state in it, or with what leaves under it."""
    under = top + BLOCK_HEIGHT_TURNED + down.state_gap
    lane_bottom = top + BLOCK_HEIGHT_TURNED + LANE_PADDING
    states = reading.states[-1]
    whole = stage.said is not None and stage.said.whole
    if reading.hands and flows_on and not whole:
        tips = tuple(Point(down.axis + aside, start) for aside in lines_of(len(states)))
        return Ending((), lane_bottom, lane_bottom, tips)
    if whole or reading.hands:
        return _kept(down, stage, reading, under, start, flows_on)
    answer = [] if stage.said is None else [stage.said.vectors[0]]
    leaving = [*answer, *(each for each in reversed(reading.leaves))]
    strip_top = lane_bottom + ANSWER_UNDER_LANE
    shapes: list[Shape] = [*_stacked(down, leaving, strip_top)]
    memory = [each for each in leaving if each.role == "memory"]
    rim = RIM if pieces.has_rim(leaving[0]) else 0
    for shown, aside in zip((*memory, leaving[0]), lines_of(1 + len(memory)), strict=True):
        if not shown.dashed:
            points = Point(down.axis + aside, start), Point(down.axis + aside, strip_top - rim - CLEAR)
            shapes.append(Arrow(name=f"{shown.name}-arrow", role=flow_role(shown), step=shown.step, points=points))
    bottom = strip_top + len(leaving) * CELL + (len(leaving) - 1) * (BETWEEN_STATES + 2 * RIM)
    return Ending(tuple(shapes), lane_bottom, bottom, (Point(down.axis, bottom + rim + CLEAR),))


def _stacked(down: Down, leaving: Sequence[Shown], top: float) -> Iterator[Shape]:
    """What leaves, one under another, each with a second rim."""
    for number, shown in enumerate(leaving):
        frame = down.strip(shown, top + number * (CELL + BETWEEN_STATES + 2 * RIM))
        yield pieces.vector(shown, frame, MOST_CELLS)
        yield from pieces.name_of(shown, Point(down.names_end, frame.centre), MOST_CELLS, "end")


def _kept(down: Down, stage: Stage, reading: Reading, under: float, start: float, flows_on: bool) -> Ending:
    """A last state stays in its lane where it is one of the answers, or is handed on from there."""
    *memory, state = as_said(stage, reading, reading.last)
    kept_memory = memory if reading.hands else [each for each in reading.leaves if each.role == "memory"]
    if any(each.role == "state" for each in reading.leaves):
        state = replace(state, returned=True)
    if stage.said is not None and reading.last not in stage.silent:
        state = replace(state, name=stage.said.vector(reading.last).name)
    shown = [*kept_memory, state]
    shapes: list[Shape] = [*strips(down, shown, under)]
    rim = RIM if shown[0].returned else 0
    shapes += _lines(down, shown, start, under - rim - CLEAR, "line")
    shapes += nought(down, stage, reading, reading.last, under)
    bottom = under + height_of(len(shown))
    tips = [Point(down.axis + aside, bottom + CLEAR) for aside in lines_of(len(shown))] if flows_on else []
    extra = NOUGHT_UNDER_NAME if reading.last in stage.silent else 0
    return Ending(tuple(shapes), bottom + max(LANE_PADDING, extra), bottom + max(LANE_PADDING, extra), tuple(tips))
