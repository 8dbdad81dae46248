"""Where everything stands across the wide form: columns, one for each shown step, and the lanes behind them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...fonts import BLOCK, BLOCK_SECOND, NAME, width
from ...geometry import Frame
from ...layout import LAST_BEFORE_GAP, MOST_STEPS, shown_steps
from ...shapes.blocks import BLOCK_INSET, BLOCK_WIDTH, LANE_PADDING
from ...shapes.text import word_width
from .plan import Group, Plan, Stage
from .scene import more_steps

MOST_CELLS = 6
BLOCK_GAP, BLOCK_GAP_CROSSED = 9, 32
"""Between a block and a strip; more where lines pass between them."""
WORD_GAP, PAIR_GAP = 14, 18
"""Between what stands side by side at two steps; more between pairs of vectors."""
BOTH_WIDTH = 74
BLOCK_PADDING, SECOND_PADDING = 20, 9
"""What a block of a layer without states keeps around its name, and any block around its second line."""
MORE_WORDS, MORE_WORDS_STYLE = "…", NAME.bold().sized(22)
"""What stands for the words that are left out."""
CLEAR_OF = 10
"""What a tie, or a label, keeps from a long word or vector."""


@dataclass(frozen=True)
class Across:
    """The columns of a plan; x follows from the widest of each kind."""

    plan: Plan
    most_steps: int = MOST_STEPS

    def shown(self, group: Group) -> tuple[int, ...]:
        """The positions of a group that are drawn."""
        return tuple(step - 1 for step in shown_steps(group.steps, self.most_steps))

    def hidden(self, group: Group) -> int:
        """How many steps of a group are left out."""
        return group.steps - len(self.shown(group))

    def x(self, group: Group, position: int) -> float:
        """The middle of a position's column."""
        return self.middles[self.shown(group).index(position)]

    @cached_property
    def middles(self) -> list[float]:
        """The middle of each column."""
        found = [0.0]
        for pitch in self._pitches:
            found.append(found[-1] + pitch)
        return found

    @property
    def _pitches(self) -> list[float]:
        """From each column to the next: equal, but where steps are left out and their number needs more room."""
        columns = max(len(self.shown(group)) for group in self.plan.groups)
        pitches = [self.pitch] * (columns - 1)
        for group in (each for each in self.plan.groups if self.hidden(each)):
            said = width(more_steps(self.hidden(group)), NAME.bold()) + 2 * (self.cut + CLEAR_OF) + self._widest_block
            dots = 0.0
            if group.words:
                before, after = (word_width(group.words[at]) for at in (LAST_BEFORE_GAP - 1, -1))
                dots = width(MORE_WORDS, MORE_WORDS_STYLE) + 2 * CLEAR_OF + (before + after) / 2
            pitches[LAST_BEFORE_GAP - 1] = max(pitches[LAST_BEFORE_GAP - 1], said, dots)
        return pitches

    @cached_property
    def pitch(self) -> float:
        """The room of a step: for lanes, for the vectors that stand over them, for words."""
        gap = BLOCK_GAP_CROSSED if self.plan.both else BLOCK_GAP
        apart = (self._widest_block, self._widest_row, self._widest_word)
        return max(self.reading_block + 2 * gap + self.slot, *(each + WORD_GAP for each in apart))

    @property
    def cut(self) -> float:
        """How far a lane goes on beyond a block where it is cut."""
        return LANE_PADDING + (BLOCK_GAP_CROSSED / 2 if self.plan.both else 0)

    @cached_property
    def slot(self) -> float:
        """The room of a state between two blocks: its strip, or its name where that is wider."""
        states = [each for way in self.plan.readings for some in way.states[:-1] for each in some]
        return max(max(each.width(MOST_CELLS), width(each.called(MOST_CELLS), NAME)) for each in states)

    @cached_property
    def reading_block(self) -> float:
        """The width of the widest block of a recurrent layer."""
        return max(stage_width(stage) for stage in self.plan.stages if stage.readings)

    @property
    def _widest_block(self) -> float:
        return max(stage_width(stage) for stage in self.plan.stages if stage.kind != "flatten")

    @property
    def _widest_row(self) -> float:
        pairs = [
            one.width(MOST_CELLS) + other.width(MOST_CELLS) + WORD_GAP + PAIR_GAP
            for stage in self.plan.stages
            if stage.said and stage.also
            for one, other in zip(stage.said.vectors, stage.also.vectors, strict=True)
        ]
        return max((*pairs, *(each.width(MOST_CELLS) for row in self.plan.rows for each in row.vectors)), default=0)

    @property
    def _widest_word(self) -> float:
        words = [word_width(group.words[at]) for group in self.plan.groups if group.words for at in self.shown(group)]
        return max(words, default=0)

    @property
    def lead(self) -> float:
        """From the middle of a first block to the lane's end beyond its first state."""
        return self.reading_block / 2 + BLOCK_GAP + self.slot + LANE_PADDING

    def left(self, group: Group) -> float:
        """The left edge of a group's lanes: with room for first states, or flush with the strips that go up."""
        middle = self.x(group, 0)
        if any(not reading.backwards for reading in self.plan.readings):
            return middle - self.lead
        return middle - self._around(group, 0)

    def right(self, group: Group) -> float:
        """The right edge of a group's lanes."""
        middle = self.x(group, group.steps - 1)
        if any(reading.backwards for reading in group.readings):
            return middle + self.lead
        return middle + self._around(group, group.steps - 1)

    def _around(self, group: Group, position: int) -> float:
        """From a column's middle to a lane's end: past a block, and flush with what stands over it."""
        return max(self._over(group, position) / 2, self._widest_block / 2 + LANE_PADDING)

    def _over(self, group: Group, position: int) -> float:
        """The widest vector that goes up over a position."""
        rows = [stage.said for stage in group.stages if stage.said and not stage.elbow]
        return max((row.vector(position).width(MOST_CELLS) for row in rows if position in row.at), default=0)

    def lanes(self, group: Group, stage: Stage, top: float, bottom: float) -> tuple[Frame, ...]:
        """The band of a layer, or its two pieces where steps are left out."""
        left, right = (self.left(group), self.right(group)) if stage.readings else self._flush(group, stage)
        if not self.hidden(group) or not (stage.readings or len(stage.at) > 1):
            return (Frame.between(left, top, right, bottom),)
        before, after = (self.x(group, at) for at in (LAST_BEFORE_GAP - 1, group.steps - 1))
        out = self._widest_block / 2 + self.cut
        return Frame.between(left, top, before + out, bottom), Frame.between(after - out, top, right, bottom)

    def _flush(self, group: Group, stage: Stage) -> tuple[float, float]:
        """The lane of a layer without states begins and ends flush with its strips."""
        first, last = (self.x(group, stage.at[at]) for at in (0, -1))
        half = max(self._over(group, stage.at[0]) / 2, stage_width(stage) / 2 + LANE_PADDING)
        if len(stage.at) == 1 or any(reading.backwards for reading in group.readings):
            return first - half, last + half
        return first - half, self.right(group)


def stage_width(stage: Stage) -> float:
    """The width of a layer's blocks."""
    least = BOTH_WIDTH if stage.kind == "both" else BLOCK_WIDTH
    padding = BLOCK_INSET if stage.readings else BLOCK_PADDING
    blocks = [*stage.blocks, *(each for reading in stage.readings for each in reading.blocks)]
    texts = [width(each.text, BLOCK) + 2 * padding for each in blocks]
    seconds = [width(each.second, BLOCK_SECOND) + 2 * SECOND_PADDING for each in blocks if each.second]
    return max(least, *texts, *seconds) if texts else least
