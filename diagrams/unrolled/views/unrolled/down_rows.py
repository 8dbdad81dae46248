"""Layers without states in the turned form: at every step, on one vector, or on all of them."""

from __future__ import annotations

from collections.abc import Sequence

from ...geometry import Frame, Point
from ...layout import LAST_BEFORE_GAP
from ...shapes.arrows import CLEAR, Arrow
from ...shapes.blocks import BLOCK_HEIGHT_TURNED, LANE_PADDING, Lane
from ...shapes.cells import CELL, RIM
from ...shapes.shape import Shape
from . import pieces
from .across import stage_width
from .down import MOST_CELLS, Down
from .down_lane import Section, beside, into
from .plan import Group, Stage
from .shown import Shown

BLOCK_IN_LANE = 14
STRIP_GAP, STRIP_UNDER_LANE, LANE_UNDER_STRIP = 20, 26, 24
STEP_GAP = 24
"""Between a strip and the next block, which it has nothing to do with."""


def steps_section(down: Down, group: Group, stage: Stage, top: float) -> Section:
    """A layer that answers each step by itself: a block and its answer for each."""
    assert stage.said is not None
    order = [at for at in down.shown(group, stage) if at in stage.at]
    pitch = BLOCK_HEIGHT_TURNED + STRIP_GAP + CELL + STEP_GAP
    hidden, gap = group.steps - len(order), 0
    shapes: list[Shape] = []
    words: list[Frame] = []
    edges: list[tuple[float, float]] = []
    for number, position in enumerate(order):
        gap = LANE_PADDING if hidden and number >= LAST_BEFORE_GAP else 0
        block_top = top + BLOCK_IN_LANE + number * pitch + 2 * gap
        frame = down.block(block_top, stage_width(stage))
        shapes.append(pieces.block(stage.blocks[stage.at.index(position)], frame))
        left, word = beside(down, group, stage, position, position + 1, frame.centre)
        shapes += [*left, into(down, group, stage, position, frame.centre)]
        words += word
        answer = stage.said.vector(position)
        strip_top = frame.bottom + STRIP_GAP
        shapes += _answered(down, answer, frame.bottom, strip_top)
        edges.append((block_top - LANE_PADDING, strip_top + CELL + LANE_PADDING))
    frames: tuple[Frame, ...] = (down.lane(top, edges[-1][1]),)
    if hidden:
        frames = (down.lane(top, edges[LAST_BEFORE_GAP - 1][1]), down.lane(*edges[-1]))
        said = Point(down.names_end, (frames[0].bottom + frames[1].top) / 2)
        shapes.append(pieces.more(f"{stage.layer}more", hidden, said, "end"))
    return Section((Lane(name=f"{stage.layer}lane", frames=frames), *shapes), frames[-1].bottom, tuple(words))


def _answered(down: Down, answer: Shown, start: float, top: float) -> list[Shape]:
    """An answer under its block, its class named on the left."""
    frame = down.strip(answer, top)
    rim = RIM if pieces.has_rim(answer) else 0
    points = Point(down.axis, start + CLEAR), Point(down.axis, top - rim - CLEAR)
    shapes: list[Shape] = [pieces.vector(answer, frame, MOST_CELLS)]
    shapes.append(Arrow(name=f"{answer.name}-arrow", step=answer.step, points=points))
    shapes += pieces.class_beside(answer, Point(down.names_end, frame.centre))
    return shapes


def one_section(down: Down, group: Group, stage: Stage, above: Sequence[Point]) -> Section:
    """A layer that goes on from the one vector above it."""
    assert stage.said is not None
    (start,) = above
    top = start.y - CLEAR + LANE_UNDER_STRIP
    frame = down.block(top + BLOCK_IN_LANE, stage_width(stage))
    band = down.lane(top, frame.bottom + BLOCK_IN_LANE)
    (answer,) = stage.said.vectors
    points = start, Point(down.axis, frame.top - CLEAR)
    into_block = Arrow(name=f"{stage.layer}input-arrow", step=stage.blocks[0].step, points=points)
    strip_top = band.bottom + STRIP_UNDER_LANE
    shapes: list[Shape] = [pieces.block(stage.blocks[0], frame), into_block]
    shapes += _answered(down, answer, frame.bottom, strip_top)
    if stage.kind != "flatten":
        shapes.insert(0, Lane(name=f"{stage.layer}lane", frames=(band,)))
    bottom = strip_top + CELL
    return Section(tuple(shapes), bottom, (), (Point(down.axis, bottom + CLEAR),))


def flat_section(down: Down, group: Group, stage: Stage, top: float) -> Section:
    """All vectors on the left go into one tall block."""
    assert stage.said is not None
    order = sorted(down.shown(group, stage))
    pitch = CELL + 12
    shapes: list[Shape] = []
    words: list[Frame] = []
    for number, position in enumerate(order):
        centre = top + CELL / 2 + number * pitch
        left, word = beside(down, group, stage, position, position + 1, centre)
        shapes += [*left, into(down, group, stage, position, centre)]
        words += word
    (each,) = stage.blocks
    height = max(BLOCK_HEIGHT_TURNED, (len(order) - 1) * pitch + CELL)
    across = stage_width(stage)
    frame = Frame(down.axis - across / 2, top, across, height)
    (answer,) = stage.said.vectors
    strip_top = frame.bottom + STRIP_GAP + 6
    shapes += [pieces.block(each, frame), *_answered(down, answer, frame.bottom, strip_top)]
    hidden = group.steps - len(order)
    if hidden:
        said = Point(down.names_end, strip_top + CELL / 2)
        shapes.append(pieces.more(f"{stage.layer}more", hidden, said, "end"))
    return Section(tuple(shapes), strip_top + CELL, tuple(words), (Point(down.axis, strip_top + CELL + CLEAR),))
