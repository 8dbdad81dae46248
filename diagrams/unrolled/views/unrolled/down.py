"""Where everything stands in the turned form, with time running down, for narrow boxes."""

from dataclasses import dataclass
from functools import cached_property

from ...fonts import WORD_TURNED
from ...geometry import Frame
from ...layout import LAST_BEFORE_GAP, shown_steps
from ...shapes import block, lane
from ...shapes.vector import CELL
from ...shapes.word import word_width
from .scene import Scene

MOST_UNITS, MOST_FEATURES = 4, 4
WORD_LEFT, INPUT_RIGHT = 13.5, 138
"""The column of words and vectors, left of the lane; a long word makes it wider."""
LANE_GAP = 10
WORD_GAP, WORD_PADDING = 4.5, 5
STATE_GAP, STATE_GAP_STACKED = 20, 26
"""Between a block and a strip; more where words over their vectors come near the names of states."""
LANE_TOP, ZERO_TOP = 8, 24
OUTPUT_UNDER_LANE = 32


@dataclass(frozen=True)
class Down:
    """Where everything stands, step by step."""

    scene: Scene

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The steps that are drawn."""
        return shown_steps(self.scene.last)

    @property
    def hidden(self) -> int:
        """How many steps are left out."""
        return self.scene.last - len(self.shown)

    @cached_property
    def strip(self) -> float:
        """The width of a state."""
        return CELL * len(self.scene.state_cells(0, MOST_UNITS))

    @cached_property
    def embedding_width(self) -> float:
        """The width of a word's vector."""
        return CELL * len(self.scene.embedding_cells(1, MOST_FEATURES))

    @cached_property
    def widest_word(self) -> float:
        """What the longest of the shown words takes."""
        words = [self.scene.words[step - 1] for step in self.shown]
        return max(word_width(word, WORD_TURNED, WORD_PADDING) for word in words)

    @property
    def stacked(self) -> bool:
        """Tell whether the words stand over their vectors, for want of room beside them."""
        return self.widest_word + WORD_GAP + self.embedding_width > INPUT_RIGHT - WORD_LEFT

    @property
    def state_gap(self) -> float:
        """The room between a block and a strip."""
        return STATE_GAP_STACKED if self.stacked else STATE_GAP

    @cached_property
    def input_right(self) -> float:
        """The right edge of the vectors."""
        return max(INPUT_RIGHT, WORD_LEFT + self.widest_word)

    @cached_property
    def lanes(self) -> tuple[Frame, ...]:
        """The band, or its two pieces."""
        left, width = self.input_right + LANE_GAP, self.lane_width
        bottom = self.block(self.scene.last).bottom + lane.PADDING
        if not self.hidden:
            return (Frame(left, LANE_TOP, width, bottom - LANE_TOP),)
        cut, again = self.block(LAST_BEFORE_GAP).bottom + lane.PADDING, self.block(self.scene.last).top - lane.PADDING
        return Frame(left, LANE_TOP, width, cut - LANE_TOP), Frame(left, again, width, bottom - again)

    @property
    def lane_width(self) -> float:
        """As for the widest strip, so that nothing moves when the code changes."""
        return MOST_UNITS * CELL + 2 * LANE_GAP

    @property
    def axis(self) -> float:
        """The x along which states go down."""
        return self.input_right + LANE_GAP + self.lane_width / 2

    def block(self, step: int) -> Frame:
        """The block of a step."""
        pitch = block.HEIGHT_TURNED + 2 * self.state_gap + CELL
        top = ZERO_TOP + CELL + self.state_gap + self.shown.index(step) * pitch
        return Frame(self.axis - block.WIDTH / 2, top, block.WIDTH, block.HEIGHT_TURNED)

    def state(self, step: int) -> Frame:
        """The strip of a state: above the first block, under its own, or below the lane."""
        if step == 0:
            top: float = ZERO_TOP
        elif step == self.scene.last:
            top = self.lanes[-1].bottom + OUTPUT_UNDER_LANE
        else:
            top = self.block(step).bottom + self.state_gap
        return Frame(self.axis - self.strip / 2, top, self.strip, CELL)

    def embedding(self, step: int) -> Frame:
        """The vector of a word, beside its block."""
        left = self.input_right - self.embedding_width
        return Frame(left, self.block(step).centre - CELL / 2, self.embedding_width, CELL)

    def word(self, step: int) -> Frame:
        """The word, left of its vector or over it."""
        vector = self.embedding(step)
        if self.stacked:
            left = self.input_right - max(self.widest_word, self.embedding_width)
            return Frame.between(left, vector.top - WORD_GAP - CELL, self.input_right, vector.top - WORD_GAP)
        return Frame.between(WORD_LEFT, vector.top, vector.left - WORD_GAP, vector.bottom)
