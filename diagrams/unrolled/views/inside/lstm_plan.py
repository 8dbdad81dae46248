"""Where the parts of an LSTM stand; wide vectors of neighbouring gates stand at two heights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...geometry import Frame
from ...i18n import gettext, pgettext
from ...layers.recurrent import LSTM
from ...shapes.arrows import MEMORY_HEAD_LENGTH
from ...shapes.blocks import LANE_PADDING, OPERATOR_SIZE, block_width
from ...shapes.cells import CELL
from . import pieces
from .pieces import BLOCK_HEIGHT, CLIMB, REACH
from .scene import Scene
from .sides import FROM_LANE, TO_LANE, UNDER_LANE, side_width

MEMORY, MIXING = 82, 178
"""The heights of the memory's line, and of the operators under it."""
GATES = MIXING + OPERATOR_SIZE / 2 + 47
LANE_TOP = 16
LEAST_PITCH, LEAST_INSET = 116, 66
BETWEEN_VECTORS, BETWEEN_BLOCKS, FROM_LINE = 24, 32, 10
LOWER = CELL + 14
"""How much lower every second vector stands, where they would be too wide side by side."""
WRITTEN, WRITTEN_ASIDE = MIXING - 42, 19
COLUMNS = (
    ("forget-gate", pgettext("a gate", "forget"), 2),
    ("input-gate", pgettext("a gate", "input"), 3),
    ("candidate", gettext("candidate"), 3),
    ("output-gate", pgettext("a gate", "output"), 5),
)
LOWERED = ("input-gate", "output-gate")


@dataclass(frozen=True)
class Plan:
    """Columns from left to right, heights from the top down."""

    scene: Scene

    @property
    def layer(self) -> LSTM:
        """The layer that is drawn."""
        assert isinstance(self.scene.moment.layer, LSTM)
        return self.scene.moment.layer

    def function(self, key: str) -> str:
        """Tell the activation of a column."""
        return self.layer.activation if key == "candidate" else self.layer.recurrent_activation

    @cached_property
    def block_width(self) -> float:
        """One width for all blocks."""
        return max(block_width(title, self.function(key), pieces.BLOCK_WIDTH) for key, title, _ in COLUMNS)

    @cached_property
    def letter(self) -> float:
        """The room of a letter beside its vector."""
        return pieces.letter_room(self.scene, [key for key, _, _ in COLUMNS])

    @cached_property
    def is_staggered(self) -> bool:
        """Whether the vectors of neighbours have no room side by side."""
        return self.scene.strip + self.letter + BETWEEN_VECTORS > max(LEAST_PITCH, self.block_width + BETWEEN_BLOCKS)

    @cached_property
    def pitch(self) -> float:
        """From one column to the next."""
        if not self.is_staggered:
            return max(LEAST_PITCH, self.block_width + BETWEEN_BLOCKS)
        strip = self.scene.strip
        kept = strip + 2 * REACH + MEMORY_HEAD_LENGTH
        written = WRITTEN_ASIDE + max(strip, self.scene.name_width("written")) + FROM_LINE
        beside_a_line = strip / 2 + self.letter + FROM_LINE
        return max(self.block_width + BETWEEN_VECTORS, beside_a_line, kept / 2, written / 2)

    @property
    def left(self) -> float:
        """The lane's left edge; what comes in stands before it."""
        return side_width(self.scene, "state-before", "memory-before") + TO_LANE

    @cached_property
    def columns(self) -> dict[str, float]:
        """The middle of each column."""
        half = max(self.scene.strip / 2 + self.letter, self.block_width / 2)
        first = self.left + max(LEAST_INSET, half + LANE_PADDING)
        return {key: first + place * self.pitch for place, (key, _, _) in enumerate(COLUMNS)}

    def gate(self, key: str) -> float:
        """The top of a gate's vector."""
        return GATES + (LOWER if self.is_staggered and key in LOWERED else 0)

    @property
    def blocks(self) -> float:
        """The top of the blocks."""
        return self.gate(LOWERED[0]) + CELL + CLIMB

    @property
    def bus(self) -> float:
        """The height of the line on which state and input go to the blocks."""
        return self.blocks + BLOCK_HEIGHT + 27

    @cached_property
    def lane(self) -> Frame:
        """The band."""
        half = max(self.scene.strip, self.block_width) / 2
        right = self.columns["output-gate"] + max(LEAST_INSET, half + LANE_PADDING)
        return Frame.between(self.left, LANE_TOP, right, self.bus + LANE_PADDING)

    @property
    def given(self) -> float:
        """The top of what the layer is given."""
        return self.lane.bottom + UNDER_LANE

    @cached_property
    def exit(self) -> float:
        """The middle of the states that leave, on the right."""
        return self.lane.right + FROM_LANE + side_width(self.scene, "state-after", "memory-after") / 2
