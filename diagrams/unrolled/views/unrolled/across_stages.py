"""Each kind of layer across: its lane, its blocks, and what it says above them."""

from __future__ import annotations

from collections.abc import Iterator

from ...geometry import Frame, Point
from ...shapes.arrows import CLEAR, Arrow
from ...shapes.blocks import BLOCK_HEIGHT_TURNED, LANE_PADDING, Block, Lane
from ...shapes.cells import CELL, RIM
from ...shapes.shape import Shape
from . import pieces
from .across import MOST_CELLS, stage_width
from .across_lane import lane_shapes, rise
from .across_rows import NAME_OVER_OUTPUT, Below, Placed, RowLabel, inputs, more, row_label, said_row
from .lane_place import LanePlace, height_of
from .plan import Stage
from .shown import Shown

LANE_TO_VECTOR, VECTOR_OVER_LANE = 26, 22
"""From a vector up to a lane, and from a lane up to a vector."""
OUTPUT_OVER_LANE, OUTPUT_ASIDE = 12, 38
BLOCK_HEIGHT = BLOCK_HEIGHT_TURNED
FLAT_PADDING = 8


def reading_shapes(below: Below, stage: Stage) -> Placed:
    """A recurrent layer: one lane, and what it says over it."""
    (reading,), said = stage.readings, stage.said
    bottom = below.top - LANE_TO_VECTOR
    top = bottom - LANE_PADDING - height_of(reading)
    answers = set(said.at if said else ()) & set(below.shown)
    skipped = {position for position in answers if reading.blocks[position].skipped}
    place = LanePlace(
        below.across, below.group, reading, top, stage_width(stage), rising=frozenset(skipped - stage.silent)
    )
    frames = below.across.lanes(below.group, stage, top - LANE_PADDING, bottom)
    shapes: list[Shape] = [Lane(name=f"{stage.layer}lane", frames=frames), *lane_shapes(place)]
    ends = {position: place.block(position).bottom for position in place.order if not place.skips(position)}
    shapes += inputs(below, stage, ends)
    shapes += more(below, f"{stage.layer}more", frames, top + CELL / 2)
    labels = [RowLabel(f"{stage.layer}layer", top + height_of(reading) / 2, stage.label)]
    row_top = top - LANE_PADDING
    if said is not None and stage.elbow:
        shapes += _elbow(place, said.vectors[0], below.raised)
        row_top -= OUTPUT_OVER_LANE + CELL
    elif said is not None:
        row_top -= VECTOR_OVER_LANE + CELL
        shapes += said_row(below, said, row_top, lambda position: rise(place, position))
        labels += row_label(stage.layer, said, row_top)
    return Placed(tuple(shapes), row_top, tuple(labels), (place,))


def _elbow(place: LanePlace, shown: Shown, raised: float) -> Iterator[Shape]:
    """The last state leaves by an elbow, up and then on in the direction of reading."""
    last = place.block(place.reading.last)
    across = shown.width(MOST_CELLS)
    bottom = place.top - LANE_PADDING - OUTPUT_OVER_LANE - raised
    inner = last.middle + place.way * OUTPUT_ASIDE
    strip = Frame(min(inner, inner + place.way * across), bottom - CELL, across, CELL)
    yield pieces.vector(shown, strip, MOST_CELLS)
    start = rise(place, place.reading.last)
    if start is not None:
        tip = Point(inner - place.way * (RIM + CLEAR), strip.centre)
        points = (start, Point(last.middle, strip.centre), tip)
        yield Arrow(name=f"{shown.name}-arrow", step=shown.step, points=points)
    yield from pieces.name_of(shown, Point(strip.middle, strip.top - NAME_OVER_OUTPUT), MOST_CELLS)


def blocks_shapes(below: Below, stage: Stage) -> Placed:
    """A layer that answers each step by itself: a lane of equal blocks."""
    bottom = below.top - LANE_TO_VECTOR
    top = bottom - LANE_PADDING - BLOCK_HEIGHT
    across = stage_width(stage)
    frames = below.across.lanes(below.group, stage, top - LANE_PADDING, bottom)
    shapes: list[Shape] = [Lane(name=f"{stage.layer}lane", frames=frames)]
    ends = {}
    for position, each in zip(stage.at, stage.blocks, strict=True):
        if position in below.shown:
            frame = Frame(below.x(position) - across / 2, top, across, BLOCK_HEIGHT)
            ends[position] = frame.bottom
            shapes.append(pieces.block(each, frame))
    shapes += inputs(below, stage, ends)
    return _with_answer(below, stage, shapes, top, LANE_PADDING)


def flat_shapes(below: Below, stage: Stage) -> Placed:
    """All vectors go into one wide block, and one vector comes out."""
    bottom = below.top - LANE_TO_VECTOR
    top, half, (last,) = bottom - BLOCK_HEIGHT, stage_width(stage) / 2, stage.at
    under = below.group.under(stage)
    at = [position for position in below.shown if under is None or position in under.at]
    frame = Frame.between(below.x(at[0]) - half, top, below.x(last) + half, bottom)
    (each,) = stage.blocks
    shapes: list[Shape] = [Block(name=each.name, step=each.step, frame=frame, text=each.text)]
    shapes += inputs(below, stage, dict.fromkeys(at, bottom))
    return _with_answer(below, stage, shapes, top, FLAT_PADDING)


def _with_answer(below: Below, stage: Stage, shapes: list[Shape], top: float, padding: float) -> Placed:
    said = stage.said
    assert said is not None
    row_top = top - padding - VECTOR_OVER_LANE - CELL
    shapes += said_row(below, said, row_top, lambda position: Point(below.x(position), top - CLEAR))
    layer = RowLabel(f"{stage.layer}layer", top + BLOCK_HEIGHT / 2, stage.label)
    return Placed(tuple(shapes), row_top, (layer, *row_label(stage.layer, said, row_top)))
