"""Where the parts of a GRU stand: its columns, and heights that follow from where the reset gate acts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...fonts import NAME, width
from ...geometry import Frame
from ...i18n import gettext, pgettext
from ...layers.recurrent import GRU
from ...shapes.arrows import BRANCH_RADIUS, CLEAR, HEAD_LENGTH
from ...shapes.blocks import LANE_PADDING, OPERATOR_SIZE, block_width
from ...shapes.cells import CELL
from . import pieces
from .pieces import BLOCK_HEIGHT, CLIMB, REACH, SMALL_BLOCK
from .quantities import symbols
from .scene import Scene
from .sides import FROM_LANE, TO_LANE, UNDER_LANE, side_width

STATE, MIXING = 82, 188
"""The heights of the state's line, and of the operator under it that lets the candidate in."""
CANDIDATE = MIXING + OPERATOR_SIZE / 2 + CLIMB
LANE_TOP = 16
LEAST_PITCH, LEAST_INSET = 116, 66
BETWEEN_VECTORS, BETWEEN_BLOCKS, FROM_LINE = 24, 32, 12
DOWN = 20
"""From the lane's edge to the line that leads the state down."""
WRITTEN_ASIDE = 19
BETWEEN_LINES = 18
"""From the line of state and input down to that of the input alone."""
BREAK = 4
"""How much a line stops before and after one that it crosses: 8 in all."""


@dataclass(frozen=True)
class Plan:
    """Columns from left to right, heights from the top down."""

    scene: Scene

    @property
    def layer(self) -> GRU:
        """The layer that is drawn."""
        assert isinstance(self.scene.moment.layer, GRU)
        return self.scene.moment.layer

    @property
    def columns_named(self) -> tuple[tuple[str, str, str, int], ...]:
        """Key, name, second line and stage of each block, from left to right."""
        x, h, _ = symbols(self.scene.moment)
        gate = self.layer.recurrent_activation
        gates = (
            ("reset-gate", pgettext("a gate", "reset"), gate, 2),
            ("update-gate", pgettext("a gate", "update"), gate, 4),
        )
        if not self.layer.reset_after:
            return (*gates, ("candidate", gettext("candidate"), self.layer.activation, 3))
        return (
            ("from-state", gettext("candidate"), gettext("from %(symbol)s", symbol=h), 2),
            *gates,
            ("from-input", gettext("candidate"), gettext("from %(symbol)s", symbol=x), 3),
        )

    @cached_property
    def block_width(self) -> float:
        """One width for all blocks."""
        return max(block_width(text, second, pieces.BLOCK_WIDTH) for _, text, second, _ in self.columns_named)

    @cached_property
    def letter(self) -> float:
        """The room of a letter beside a vector."""
        return pieces.letter_room(self.scene, ["reset-gate", "update-gate", "candidate"])

    @cached_property
    def half(self) -> float:
        """From the middle of a column to its end."""
        return max(self.scene.strip / 2 + self.letter, self.block_width / 2)

    @property
    def left(self) -> float:
        """The lane's left edge; what comes in stands before it."""
        return side_width(self.scene, "state-before") + TO_LANE

    @property
    def down(self) -> float:
        """Where the state is led down."""
        return self.left + DOWN

    @cached_property
    def columns(self) -> dict[str, float]:
        """The middle of each column; between some of them vectors ride over their arrows."""
        pitch = max(LEAST_PITCH, self.block_width + BETWEEN_BLOCKS, self.scene.strip + self.letter + BETWEEN_VECTORS)
        recalled = max(self.scene.strip, width(self.scene.quantities["recalled"].symbol, NAME))
        riding = REACH + recalled + 2 * BREAK + FROM_LINE
        written = WRITTEN_ASIDE + self.scene.strip + pieces.NAME_ASIDE + self.scene.name_width("written") + FROM_LINE
        rest = 2 * CLEAR + pieces.HOP + OPERATOR_SIZE + HEAD_LENGTH + self.scene.strip + 2 * CLEAR + OPERATOR_SIZE / 2
        first = self.down + max(self.half + LANE_PADDING, LEAST_INSET if self.layer.reset_after else 0)
        gaps = [max(pitch, riding), max(pitch, written, rest)]
        gaps = [pitch, *gaps] if self.layer.reset_after else gaps
        middles = [first]
        for gap in gaps:
            middles.append(middles[-1] + gap)
        return {key: x for (key, *_), x in zip(self.columns_named, middles, strict=True)}

    @property
    def last(self) -> float:
        """The middle of the column in which the candidate comes about."""
        return list(self.columns.values())[-1]

    @cached_property
    def recalling(self) -> float:
        """The height of the operator at which the reset gate acts, and of the line from it."""
        box = CANDIDATE + CELL + CLIMB
        return box + SMALL_BLOCK + CLIMB + OPERATOR_SIZE / 2 if self.layer.reset_after else box + BLOCK_HEIGHT / 2

    @property
    def gates(self) -> float:
        """The top of the gates' vectors."""
        return self.recalling + OPERATOR_SIZE / 2 + CLIMB

    @property
    def blocks(self) -> float:
        """The top of the blocks."""
        return self.gates + CELL + CLIMB

    @property
    def bus(self) -> float:
        """The height of the line on which state and input go to the gates."""
        return self.blocks + BLOCK_HEIGHT + 27

    @property
    def alone(self) -> float:
        """The height of the line on which the input goes alone."""
        return self.bus + BETWEEN_LINES

    @property
    def lane(self) -> Frame:
        """The band."""
        right = self.last + max(LEAST_INSET, self.half + LANE_PADDING)
        return Frame.between(self.left, LANE_TOP, right, self.alone + LANE_PADDING)

    @property
    def given(self) -> float:
        """The top of what the layer is given."""
        return self.lane.bottom + UNDER_LANE

    @property
    def join(self) -> float:
        """Where the input joins the state."""
        reset = self.columns["reset-gate"]
        return (
            (self.columns["from-state"] + reset) / 2
            if self.layer.reset_after
            else (self.down + reset - 2 * BRANCH_RADIUS) / 2
        )

    @property
    def exit(self) -> float:
        """The middle of the state that leaves, on the right."""
        return self.lane.right + FROM_LANE + side_width(self.scene, "state-after") / 2
