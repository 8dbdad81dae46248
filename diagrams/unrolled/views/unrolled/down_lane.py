"""A layer in the turned form: its lane from top to bottom, with what it reads on the left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...fonts import WORD_TURNED
from ...geometry import Frame, Point
from ...layout import LAST_BEFORE_GAP
from ...shapes.arrows import CLEAR, Arrow
from ...shapes.blocks import BLOCK_HEIGHT_TURNED, BLOCK_WIDTH, LANE_PADDING, Lane, Skipped
from ...shapes.shape import Shape
from ...shapes.text import Label
from . import pieces
from .across import stage_width
from .down import MOST_CELLS, STATE_IN_LANE, Down, height_of, looks_up, pitch
from .down_states import end_of, hand_overs, lines_of, strips
from .lane_place import flow_role
from .plan import Group, Reading, Stage
from .shown import Row

ROW_UNDER_VECTOR = 11
SKIPPED_IN_LANE, SKIPPED_ASIDE = 4, 5
"""What the outline of a skipped step keeps from the lane's edge, and its text from the lines that pass."""


@dataclass(frozen=True)
class Section:
    """A layer in shapes, and where it ends."""

    shapes: tuple[Shape, ...]
    bottom: float
    words: tuple[Frame, ...] = ()
    tips: tuple[Point, ...] = ()
    """Where a single vector, or handed states, go on from."""


def reading_section(
    down: Down, group: Group, stage: Stage, top: float, above: Sequence[Point] = (), flows_on: bool = False
) -> Section:
    """Draw a recurrent layer; states come from right above, and flow on to the next lane, where that is so."""
    (reading,) = stage.readings
    count, order = len(reading.states[0]), down.shown(group, stage)
    first = top + STATE_IN_LANE
    step = pitch(down, count)
    tops = {at: first + height_of(count) + down.state_gap + number * step for number, at in enumerate(order)}
    shapes: list[Shape] = [*_first(down, reading, first, above)]
    words: list[Frame] = []
    for position in order:
        centre = tops[position] + BLOCK_HEIGHT_TURNED / 2
        shapes.append(_block(down, reading, position, tops[position]))
        left, word = beside(down, group, stage, position, reading.turn(position), centre)
        shapes += left
        words += word
        if not reading.blocks[position].skipped:
            shapes.append(into(down, group, stage, position, centre))
    runs, leave = hand_overs(down, stage, reading, tops, first + height_of(count))
    ending = end_of(down, stage, reading, tops[order[-1]], leave, flows_on)
    frames: tuple[Frame, ...] = (down.lane(top, ending.lane_bottom),)
    if len(order) < group.steps:
        before, after = tops[order[LAST_BEFORE_GAP - 1]], tops[order[LAST_BEFORE_GAP]]
        upper = down.lane(top, before + BLOCK_HEIGHT_TURNED + LANE_PADDING)
        frames = (upper, down.lane(after - LANE_PADDING, ending.lane_bottom))
        said = Point(down.names_end, (frames[0].bottom + frames[1].top) / 2)
        shapes.append(pieces.more(f"{stage.layer}more", group.steps - len(order), said, "end"))
    band = Lane(name=f"{stage.layer}lane", frames=frames)
    return Section((band, *shapes, *runs, *ending.shapes), ending.bottom, tuple(words), ending.tips)


def _block(down: Down, reading: Reading, position: int, top: float) -> Shape:
    each = reading.blocks[position]
    if each.skipped:
        frame, aside = down.block(top, down.lane_width - 2 * SKIPPED_IN_LANE), lines_of(len(reading.states[0]))[-1]
        return Skipped(name=each.name, step=each.step, frame=frame, aside=aside + SKIPPED_ASIDE)
    return pieces.block(each, down.block(top))


def beside(
    down: Down, group: Group, stage: Stage, position: int, turn: int, centre: float
) -> tuple[list[Shape], list[Frame]]:
    """What a layer reads at a position: a word and its vector, or what the layer before it said."""
    row, is_first = _read(down, group, stage)
    shown = row.vector(position) if row.whole else row.vectors[0]
    if not is_first:
        again = replace(
            shown, name=f"{shown.name}-again" if row.whole else f"{shown.name}-again-{turn}", returned=False
        )
        return [pieces.vector(again, down.beside(again, centre), MOST_CELLS)], []
    frame = down.beside(shown, centre)
    word = down.word(frame)
    found: list[Shape] = [
        pieces.word(group, position, word, WORD_TURNED),
        pieces.vector(shown, frame, MOST_CELLS),
    ]
    if looks_up(group):
        each = group.stages[0].blocks[position]
        at = Point(frame.right, frame.bottom + ROW_UNDER_VECTOR)
        found.append(
            Label(name=f"{each.name}-row", role="muted", step=each.step, text=each.second, at=at, anchor="end")
        )
    return found, [word]


def _read(down: Down, group: Group, stage: Stage) -> tuple[Row, bool]:
    """The row that a layer reads, and whether words stand beside it."""
    number, row = group.stages.index(stage), group.under(stage)
    is_first = bool(group.words) and number == (1 if looks_up(group) else 0)
    if row is None:  # what is repeated stands over the group
        groups = down.plan.groups
        row = groups[groups.index(group) - 1].stages[-1].said
    assert row is not None
    return row, is_first


def into(down: Down, group: Group, stage: Stage, position: int, centre: float) -> Arrow:
    """The arrow from what is read into its block."""
    row, is_first = _read(down, group, stage)
    name = f"{stage.layer}input-{position + 1}-arrow"
    if is_first and not looks_up(group):
        name = f"{row.vector(position).name}-arrow"
    step = stage.entered(position)
    half = (BLOCK_WIDTH if stage.readings else stage_width(stage)) / 2
    points = Point(down.input_right + CLEAR, centre), Point(down.axis - half - CLEAR, centre)
    return Arrow(name=name, step=step, points=points)


def _first(down: Down, reading: Reading, top: float, above: Sequence[Point]) -> Iterator[Shape]:
    """The states before the first turn, and the lines that bring them where they come from above."""
    states = reading.states[0]
    yield from strips(down, states, top)
    for shown, start in zip(states, above, strict=False):
        points = start, Point(start.x, top - CLEAR)
        yield Arrow(name=f"{shown.name}-line", role=flow_role(shown), step=shown.step, points=points, head=False)
