"""Each kind of layer across: its lane, its blocks, and what it says above them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...geometry import Frame, Point
from ...shapes import block, lane
from ...shapes.arrow import BRANCH_RADIUS, CLEAR, Arrow
from ...shapes.block import Block
from ...shapes.dot import Dot
from ...shapes.lane import Lane
from ...shapes.shape import Shape
from ...shapes.vector import CELL, RIM
from . import pieces
from .across import MOST_CELLS, Across, stage_width
from .across_lane import LanePlace, height_of, lane_shapes, rise
from .plan import Group, Line, Row, Shown, Stage

LANE_TO_VECTOR, VECTOR_OVER_LANE = 26, 22
"""From a vector up to a lane, and from a lane up to a vector."""
OUTPUT_OVER_LANE, OUTPUT_ASIDE = 12, 38
NAME_OVER_OUTPUT = 16
BLOCK_HEIGHT = block.HEIGHT_TURNED
FLAT_PADDING = 8


@dataclass(frozen=True)
class Below:
    """What a layer stands on: the vectors, or the words, that go up into it."""

    across: Across
    group: Group
    top: float
    """The upper edge of what is below."""
    source: Point | None = None
    """Where the line of a vector that is repeated begins; `top` is then the height at which it branches."""
    raised: float = 0
    """How much higher an output, or its name, stands: room for a bracket."""

    def x(self, position: int) -> float:
        """The middle of a position's column."""
        return self.across.x(self.group, position)

    @property
    def shown(self) -> tuple[int, ...]:
        """The positions that are drawn."""
        return self.across.shown(self.group)


@dataclass(frozen=True)
class RowLabel:
    """What a row is called on the right."""

    name: str
    y: float
    """The middle of its row."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Placed:
    """A layer in shapes, and how far up it reaches."""

    shapes: tuple[Shape, ...]
    top: float
    labels: tuple[RowLabel, ...]
    lanes: tuple[LanePlace, ...] = ()


def reading_shapes(below: Below, stage: Stage) -> Placed:
    """A recurrent layer: one lane, and what it says over it."""
    (reading,), said = stage.readings, stage.said
    bottom = below.top - LANE_TO_VECTOR
    top = bottom - lane.PADDING - height_of(reading)
    answers = set(said.at if said else ()) & set(below.shown)
    skipped = {position for position in answers if reading.blocks[position].skipped}
    place = LanePlace(
        below.across, below.group, reading, top, stage_width(stage), rising=frozenset(skipped - stage.silent)
    )
    frames = below.across.lanes(below.group, stage, top - lane.PADDING, bottom)
    shapes: list[Shape] = [Lane(name=f"{stage.layer}lane", frames=frames), *lane_shapes(place)]
    ends = {position: place.block(position).bottom for position in place.order if not place.skips(position)}
    shapes += inputs(below, stage, ends)
    shapes += more(below, f"{stage.layer}more", frames, top + CELL / 2)
    labels = [RowLabel(f"{stage.layer}layer", top + height_of(reading) / 2, stage.label)]
    row_top = top - lane.PADDING
    if said is not None and stage.elbow:
        shapes += _elbow(place, said.vectors[0], below.raised)
        row_top -= OUTPUT_OVER_LANE + CELL
    elif said is not None:
        row_top -= VECTOR_OVER_LANE + CELL
        shapes += said_row(below, said, row_top, lambda position: rise(place, position))
        labels += row_label(stage.layer, said, row_top)
    return Placed(tuple(shapes), row_top, tuple(labels), (place,))


def more(below: Below, name: str, frames: tuple[Frame, ...], y: float) -> list[Shape]:
    """Where steps are left out, say how many in the lane's gap."""
    if len(frames) == 1:
        return []
    middle = (frames[0].right + frames[1].left) / 2
    return [pieces.more(name, below.across.hidden(below.group), Point(middle, y))]


def _elbow(place: LanePlace, shown: Shown, raised: float) -> Iterator[Shape]:
    """The last state leaves by an elbow, up and then on in the direction of reading."""
    last = place.block(place.reading.last)
    across = shown.width(MOST_CELLS)
    bottom = place.top - lane.PADDING - OUTPUT_OVER_LANE - raised
    inner = last.middle + place.way * OUTPUT_ASIDE
    strip = Frame(min(inner, inner + place.way * across), bottom - CELL, across, CELL)
    yield pieces.vector(shown, strip, MOST_CELLS)
    start = rise(place, place.reading.last)
    if start is not None:
        tip = Point(inner - place.way * (RIM + CLEAR), strip.centre)
        points = (start, Point(last.middle, strip.centre), tip)
        yield Arrow(name=f"{shown.name}-arrow", step=shown.step, points=points)
    yield from pieces.name_of(shown, Point(strip.middle, strip.top - NAME_OVER_OUTPUT), MOST_CELLS)


def inputs(below: Below, stage: Stage, ends: dict[int, float]) -> Iterator[Shape]:
    """The arrows from what is below into the blocks; a repeated vector comes along a line that branches."""
    if below.source is not None:
        yield from _branching(below, stage, below.source, ends)
        return
    for position, end in sorted(ends.items()):
        x = below.x(position)
        points = Point(x, below.top - CLEAR), Point(x, end + CLEAR)
        yield Arrow(name=_input_name(below, stage, position), step=_step(below, stage, position), points=points)


def _input_name(below: Below, stage: Stage, position: int) -> str:
    if stage is below.group.stages[0] and below.group.given is not None:
        return f"{below.group.given.vector(position).name}-arrow"
    return f"{stage.layer}input-{position + 1}-arrow"


def _step(below: Below, stage: Stage, position: int) -> int:
    """Tell when a position is read."""
    readings = stage.readings
    turn = readings[0].turn(position) if len(readings) == 1 else position + 1
    return below.group.first_step + turn


def _branching(below: Below, stage: Stage, source: Point, ends: dict[int, float]) -> Iterator[Shape]:
    y = below.top
    for position, end in sorted(ends.items()):
        x, tip = below.x(position), Point(below.x(position), end + CLEAR)
        points = (source, tip) if x == source.x else (source, Point(source.x, y), Point(x, y), tip)
        name = f"{stage.layer}input-{position + 1}-arrow"
        yield Arrow(name=name, step=_step(below, stage, position), points=points, radius=BRANCH_RADIUS)
    across = sorted({below.x(position) for position in ends} | {source.x})
    forks = set(across[1:-1]) | ({source.x} if source.x in map(below.x, ends) and len(across) > 1 else set())
    for number, x in enumerate(sorted(forks), start=1):
        yield Dot(name=f"{stage.layer}branch-{number}", at=Point(x, y))


def said_row(below: Below, row: Row, top: float, begins: Callable[[int], Point | None]) -> Iterator[Shape]:
    """Vectors over their blocks, each at the end of its arrow."""
    for position, shown in zip(row.at, row.vectors, strict=True):
        if position not in below.shown:
            continue
        frame, start = vector_frame(below, position, shown, top), begins(position)
        yield pieces.vector(shown, frame, MOST_CELLS)
        if start is not None:
            end = Point(start.x, frame.bottom + (RIM if pieces.has_rim(shown) else 0) + CLEAR)
            yield Arrow(name=f"{shown.name}-arrow", step=shown.step, points=(start, end))
        over = frame.top - NAME_OVER_OUTPUT
        yield from pieces.name_of(shown, Point(frame.middle, over - below.raised), MOST_CELLS)
        yield from pieces.chosen(shown, frame, over, MOST_CELLS)


def vector_frame(below: Below, position: int, shown: Shown, top: float) -> Frame:
    """A vector that stands over, or under, its block."""
    across = shown.width(MOST_CELLS)
    return Frame(below.x(position) - across / 2, top, across, CELL)


def row_label(layer: str, row: Row, top: float) -> list[RowLabel]:
    """The label of a row of vectors, with their size where not all of it is shown and nothing else says it."""
    lines, shown = list(row.label), row.vectors[0]
    if lines and not shown.says and shown.is_cut(MOST_CELLS) and "=" not in lines[-1].text.replace("=True", ""):
        lines[0] = Line(f"{lines[0].text}, {len(shown.values)}", lines[0].role, lines[0].argument)
    return [RowLabel(f"{layer}output", top + CELL / 2, tuple(lines))] if lines else []


def blocks_shapes(below: Below, stage: Stage) -> Placed:
    """A layer that answers each step by itself: a lane of equal blocks."""
    bottom = below.top - LANE_TO_VECTOR
    top = bottom - lane.PADDING - BLOCK_HEIGHT
    across = stage_width(stage)
    frames = below.across.lanes(below.group, stage, top - lane.PADDING, bottom)
    shapes: list[Shape] = [Lane(name=f"{stage.layer}lane", frames=frames)]
    ends = {}
    for position, each in zip(stage.at, stage.blocks, strict=True):
        if position in below.shown:
            frame = Frame(below.x(position) - across / 2, top, across, BLOCK_HEIGHT)
            ends[position] = frame.bottom
            shapes.append(pieces.block(each, frame))
    shapes += inputs(below, stage, ends)
    return _with_answer(below, stage, shapes, top, lane.PADDING)


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
