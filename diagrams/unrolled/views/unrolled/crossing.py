"""Where the lanes of a Bidirectional stand, and where the lines run that cross them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from ...shapes.blocks import LANE_PADDING, OPERATOR_SIZE
from ...shapes.cells import CELL
from .across import stage_width
from .across_rows import Below
from .lane_place import LanePlace, height_of
from .plan import Reading, Stage

LANE_TO_VECTOR, BETWEEN_LANES = 38, 57
ASIDE = 16
"""How far from a block a line passes that goes by it."""
VECTOR_OVER_LANE, LEVEL = 36, 14
"""From the upper lane to the merged vector; more by a level where one answer comes from the other end."""
SIGNS = {"sum": "+", "ave": "+", "mul": "×"}
SIGN_OVER_LANE, VECTOR_OVER_SIGN = 20, 22


@dataclass(frozen=True)
class Crossing:
    """Where the lines of a Bidirectional run."""

    below: Below
    stage: Stage

    @cached_property
    def forward(self) -> LanePlace:
        """The lower lane; lines into the upper one cross its arrows."""
        place = self._place(self.stage.readings[0], self.below.top - LANE_TO_VECTOR)
        risers = [at for at in self.below.shown if not place.skips(at)]
        return replace(place, breaks=tuple(place.block(at).right + ASIDE for at in risers))

    @cached_property
    def backward(self) -> LanePlace:
        """The upper lane; what the lower one says crosses its arrows."""
        place = self._place(self.stage.readings[1], self.forward.top - LANE_PADDING - BETWEEN_LANES)
        return replace(place, breaks=tuple(self.left(at) for at in self.said_at))

    def _place(self, reading: Reading, bottom: float) -> LanePlace:
        top = bottom - LANE_PADDING - height_of(reading)
        return LanePlace(self.below.across, self.below.group, reading, top, stage_width(self.stage))

    @property
    def said_at(self) -> list[int]:
        """The positions at which the lower lane says something that goes up through the upper one."""
        at = self.stage.said.at if self.stage.said else ()
        return [each for each in at if each in self.below.shown and each not in self.stage.silent]

    def left(self, position: int) -> float:
        """The x of a line that goes up by a block, on its left."""
        return self.forward.block(position).left - ASIDE

    @property
    def lane_top(self) -> float:
        """The upper edge of the upper lane."""
        return self.backward.top - LANE_PADDING

    @property
    def from_other_end(self) -> bool:
        """Whether the answer of the upper lane comes from where it stops reading, at the other end."""
        return self.stage.said is not None and not self.stage.said.whole and self.below.group.steps > 1

    @property
    def level(self) -> float:
        """The room that such an answer takes."""
        return LEVEL if self.from_other_end else 0

    @property
    def sign(self) -> float:
        """The middle of the sign in which two answers meet."""
        return self.lane_top - SIGN_OVER_LANE - self.level - OPERATOR_SIZE / 2

    @property
    def row(self) -> float:
        """The top of what is said."""
        if self.stage.merge in SIGNS:
            return self.sign - OPERATOR_SIZE / 2 - VECTOR_OVER_SIGN - CELL
        return self.lane_top - VECTOR_OVER_LANE - self.level - CELL
