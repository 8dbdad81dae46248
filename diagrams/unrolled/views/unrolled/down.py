"""Where everything stands in the turned form: layers one under another, in each of them time running down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...fonts import WORD_TURNED
from ...geometry import Frame
from ...layout import MOST_STEPS, shown_steps
from ...shapes.blocks import BLOCK_HEIGHT_TURNED, BLOCK_WIDTH
from ...shapes.cells import CELL
from ...shapes.text import word_width
from .plan import Group, Plan, Stage
from .shown import Row, Shown

MOST_CELLS = 4
WORD_LEFT, INPUT_RIGHT = 13.5, 138
"""The column of words and vectors, left of the lane; a long word makes it wider."""
LANE_GAP = 10
WORD_GAP, WORD_PADDING = 4.5, 5
STATE_GAP, STATE_GAP_STACKED = 20, 26
"""Between a block and a strip; more where words over their vectors come near the names of states, or for memory."""
LANE_TOP, STATE_IN_LANE = 8, 16
"""The upper edge of the first lane, and how far under a lane's edge its first state stands."""
BETWEEN_STATES = 7
"""Between two states that are handed on together."""
NAME_BEFORE_LANE = 8


@dataclass(frozen=True)
class Down:
    """The columns of the turned form."""

    plan: Plan

    def order(self, group: Group, stage: Stage) -> tuple[int, ...]:
        """The positions of a group in the order in which a layer, or the first that reads, goes through them."""
        reading = next(iter((*stage.readings, *group.readings)), None)
        return reading.order if reading else tuple(range(group.steps))

    def shown(self, group: Group, stage: Stage) -> tuple[int, ...]:
        """Those that are drawn."""
        order = self.order(group, stage)
        return tuple(order[turn - 1] for turn in shown_steps(len(order), MOST_STEPS))

    @cached_property
    def given(self) -> list[Row]:
        """The vectors that stand beside words: given, or looked up."""
        rows = [vectors_of(group) for group in self.plan.groups]
        return [row for row in rows if row is not None]

    @cached_property
    def embedding_width(self) -> float:
        """The width of the widest vector beside a word."""
        return max((each.width(MOST_CELLS) for row in self.given for each in row.vectors), default=0)

    @cached_property
    def widest_word(self) -> float:
        """What the longest of the shown words takes."""
        words = [
            group.words[at] for group in self.plan.groups if group.words for at in self.shown(group, group.stages[0])
        ]
        return max((word_width(word, WORD_TURNED, WORD_PADDING) for word in words), default=0)

    @property
    def stacked(self) -> bool:
        """Tell whether the words stand over their vectors, for want of room beside them."""
        return self.widest_word + WORD_GAP + self.embedding_width > INPUT_RIGHT - WORD_LEFT

    @property
    def state_gap(self) -> float:
        """The room between a block and a strip."""
        heavy = any(len(reading.states[0]) > 1 for reading in self.plan.readings)
        return STATE_GAP_STACKED if self.stacked or heavy else STATE_GAP

    @cached_property
    def input_right(self) -> float:
        """The right edge of the vectors."""
        return max(INPUT_RIGHT, WORD_LEFT + self.widest_word)

    @property
    def lane_left(self) -> float:
        """The left edge of every lane."""
        return self.input_right + LANE_GAP

    @property
    def lane_width(self) -> float:
        """As for the widest strip, so that nothing moves when the code changes."""
        return MOST_CELLS * CELL + 2 * LANE_GAP

    @property
    def axis(self) -> float:
        """The x along which states go down."""
        return self.lane_left + self.lane_width / 2

    @property
    def names_end(self) -> float:
        """Names stand left of the lane, all ending at one x."""
        return self.lane_left - NAME_BEFORE_LANE

    def lane(self, top: float, bottom: float) -> Frame:
        """A band from one height to another."""
        return Frame.between(self.lane_left, top, self.lane_left + self.lane_width, bottom)

    def strip(self, shown: Shown, top: float) -> Frame:
        """A vector on the axis."""
        across = shown.width(MOST_CELLS)
        return Frame(self.axis - across / 2, top, across, CELL)

    def block(self, top: float, wide: float = BLOCK_WIDTH) -> Frame:
        """A block on the axis."""
        return Frame(self.axis - wide / 2, top, wide, BLOCK_HEIGHT_TURNED)

    def beside(self, shown: Shown, centre: float) -> Frame:
        """A vector in the left column."""
        across = shown.width(MOST_CELLS)
        return Frame(self.input_right - across, centre - CELL / 2, across, CELL)

    def word(self, vector: Frame) -> Frame:
        """The word, left of its vector or over it."""
        if self.stacked:
            left = self.input_right - max(self.widest_word, self.embedding_width)
            return Frame.between(left, vector.top - WORD_GAP - CELL, self.input_right, vector.top - WORD_GAP)
        return Frame.between(WORD_LEFT, vector.top, vector.left - WORD_GAP, vector.bottom)


def looks_up(group: Group) -> bool:
    """Tell whether the words of a group are looked up by its first layer."""
    return bool(group.words) and group.given is None and group.stages[0].kind == "blocks"


def vectors_of(group: Group) -> Row | None:
    """The vectors beside the words of a group."""
    return group.stages[0].said if looks_up(group) else group.given


def pitch(down: Down, states: int) -> float:
    """From one block of a lane to the next."""
    return BLOCK_HEIGHT_TURNED + 2 * down.state_gap + height_of(states)


def height_of(states: int) -> float:
    """The height of so many strips, one under another."""
    return states * CELL + (states - 1) * BETWEEN_STATES
