"""Where everything stands in the wide form, with time running across."""

from dataclasses import dataclass
from functools import cached_property

from ...fonts import NAME, width
from ...geometry import Frame
from ...layout import LAST_BEFORE_GAP, row, shown_steps
from ...shapes import block, lane
from ...shapes.vector import CELL
from ...shapes.word import HEIGHT as WORD_HEIGHT
from ...shapes.word import word_width
from .scene import Scene, more_steps

MOST_UNITS, MOST_FEATURES = 6, 6
BLOCK_TOP = 90
BLOCK_GAP = 9
"""Between a block and a strip."""
LANE_TO_VECTOR, VECTOR_TO_WORD = 26, 14
OUTPUT_OVER_LANE, OUTPUT_ASIDE = 12, 38
WORD_GAP = 14
LANE_LEFT = 17
WIDEST_BOX = 900
"""About what the widest page has room for."""
MORE_WORDS, MORE_WORDS_STYLE = "…", NAME.bold().sized(22)
"""What stands for the words that are left out."""
CLEAR_OF = 10
"""What a tie, or a label, keeps from a long word or vector."""


@dataclass(frozen=True)
class Across:
    """Where everything stands, column by column; y is fixed, x follows from the widest of each kind."""

    scene: Scene
    shown: tuple[int, ...]
    raised: float = 0
    """How much higher the output stands, to leave room for a bracket under it."""

    @cached_property
    def strip(self) -> float:
        """The width of a state."""
        return CELL * len(self.scene.state_cells(0, MOST_UNITS))

    @cached_property
    def slot(self) -> float:
        """The room of a state between two blocks: its strip, or its name where that is wider."""
        named = [step for step in (0, *self.shown) if step < self.scene.last]
        return max(self.strip, *(width(self.scene.state_name(step, MOST_UNITS), NAME) for step in named))

    @cached_property
    def pitches(self) -> list[float]:
        """From each block to the next: equal, but where steps are left out and their number needs more room."""
        words = [word_width(self.scene.words[step - 1]) for step in self.shown]
        widest = max(*words, self.embedding_width)
        pitches = [max(block.WIDTH + 2 * BLOCK_GAP + self.slot, widest + WORD_GAP)] * len(self.shown)
        if self.hidden:
            said = width(more_steps(self.hidden), NAME.bold()) + 2 * (lane.PADDING + CLEAR_OF) + block.WIDTH
            dots = width(MORE_WORDS, MORE_WORDS_STYLE) + 2 * CLEAR_OF + (words[LAST_BEFORE_GAP - 1] + words[-1]) / 2
            pitches[LAST_BEFORE_GAP - 1] = max(pitches[0], said, dots)
        return pitches

    @cached_property
    def blocks(self) -> dict[int, Frame]:
        """The block of each shown step."""
        lefts = row(self.pitches, gap=0, left=LANE_LEFT + lane.PADDING + self.slot + BLOCK_GAP)
        return {step: Frame(x, BLOCK_TOP, block.WIDTH, block.HEIGHT) for step, x in zip(self.shown, lefts, strict=True)}

    @property
    def hidden(self) -> int:
        """How many steps are left out."""
        return self.scene.last - len(self.shown)

    @property
    def embedding_width(self) -> float:
        """The width of a word's vector."""
        return CELL * len(self.scene.embedding_cells(1, MOST_FEATURES))

    @cached_property
    def lanes(self) -> tuple[Frame, ...]:
        """The band, or its two pieces; its end leaves room for a strip over the last block."""
        top, bottom = BLOCK_TOP - lane.PADDING, BLOCK_TOP + block.HEIGHT + lane.PADDING
        last = self.blocks[self.scene.last]
        if self.hidden:
            cut = self.blocks[LAST_BEFORE_GAP].right + lane.PADDING
            end = Frame.between(last.left - lane.PADDING, top, last.right + lane.PADDING, bottom)
            return Frame.between(LANE_LEFT, top, cut, bottom), end
        right = max(last.right + lane.PADDING, last.middle + self.strip / 2)
        return (Frame.between(LANE_LEFT, top, right, bottom),)

    def state(self, step: int) -> Frame:
        """The strip of a state on its way: before the first block, or between two."""
        if step == 0:
            middle = LANE_LEFT + lane.PADDING + self.slot / 2
        else:
            middle = (self.blocks[step].right + self.blocks[step + 1].left) / 2
        return Frame(middle - self.strip / 2, BLOCK_TOP, self.strip, CELL)

    @cached_property
    def output(self) -> Frame:
        """The strip that the layer returns."""
        bottom = BLOCK_TOP - lane.PADDING - OUTPUT_OVER_LANE - self.raised
        return Frame(self.blocks[self.scene.last].middle + OUTPUT_ASIDE, bottom - CELL, self.strip, CELL)

    def embedding(self, step: int) -> Frame:
        """The vector of a word, under its block."""
        top = BLOCK_TOP + block.HEIGHT + lane.PADDING + LANE_TO_VECTOR
        return Frame(self.blocks[step].middle - self.embedding_width / 2, top, self.embedding_width, CELL)

    def word(self, step: int) -> Frame:
        """The word, under its vector."""
        across = word_width(self.scene.words[step - 1])
        top = self.embedding(step).bottom + VECTOR_TO_WORD
        return Frame(self.blocks[step].middle - across / 2, top, across, WORD_HEIGHT)

    @property
    def right(self) -> float:
        """What a tie on the right, or a label, may not come nearer to: the lane, or a wider word or vector."""
        last = self.scene.last
        return max(self.lanes[-1].right, self.word(last).right + CLEAR_OF, self.embedding(last).right + CLEAR_OF)

    @property
    def left(self) -> float:
        """The same on the left."""
        return min(self.lanes[0].left, self.word(1).left - CLEAR_OF, self.embedding(1).left - CLEAR_OF)


def place_across(scene: Scene, raised: float = 0) -> Across:
    """Lay a scene out; where all steps would be too wide for any page, leave some out."""
    whole = Across(scene, shown_steps(scene.last), raised)
    if len(whole.shown) > 3 and whole.output.right > WIDEST_BOX:
        return Across(scene, shown_steps(scene.last, most=3), raised)
    return whole
