"""Where a recurrent layer stands across: its blocks, and the lines that its states ride on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ...geometry import Frame
from ...shapes.arrows import CLEAR
from ...shapes.blocks import BLOCK_HEIGHT
from ...shapes.cells import CELL
from .across import BLOCK_GAP, Across
from .plan import Group, Reading
from .shown import Shown

ARROW_UNDER_STRIP = 6
STATE_PITCH = 66
"""From one state of a hand-over to the next one under it."""


@dataclass(frozen=True)
class LanePlace:
    """Where a recurrent layer stands."""

    across: Across
    group: Group
    reading: Reading
    top: float
    """The top of its blocks."""
    width: float
    """The width of its blocks."""
    breaks: tuple[float, ...] = ()
    """The x at which other lines cross its arrows."""
    rising: frozenset[int] = frozenset()
    """The skipped positions at which the state that goes past is said as well."""

    @property
    def height(self) -> float:
        """The height of its blocks."""
        return height_of(self.reading)

    @property
    def way(self) -> int:
        """Which way it reads: 1 to the right, -1 to the left."""
        return -1 if self.reading.backwards else 1

    @cached_property
    def order(self) -> list[int]:
        """The positions that are drawn, in the order in which it reads them."""
        shown = self.across.shown(self.group)
        return [position for position in self.reading.order if position in shown]

    def block(self, position: int) -> Frame:
        """The block at a position."""
        return Frame(self.across.x(self.group, position) - self.width / 2, self.top, self.width, self.height)

    def near(self, position: int, clear: float = CLEAR) -> float:
        """Where an arrow into a block ends."""
        return self.block(position).middle - self.way * (self.width / 2 + clear)

    def far(self, position: int, clear: float = CLEAR) -> float:
        """Where an arrow out of a block begins."""
        return self.block(position).middle + self.way * (self.width / 2 + clear)

    def line(self, state: int) -> float:
        """The y of the arrow that a state of a hand-over rides on."""
        return self.top + state * STATE_PITCH + CELL + ARROW_UNDER_STRIP

    def outer(self) -> float:
        """The middle of the slot before the first block."""
        middle = self.block(self.order[0]).middle
        return middle - self.way * (self.across.reading_block / 2 + BLOCK_GAP + self.across.slot / 2)

    def skips(self, position: int) -> bool:
        """Tell whether the layer skips a position."""
        return self.reading.blocks[position].skipped

    def leaving(self, state: int) -> Shown | None:
        """The last state that is returned, where it is."""
        role = self.reading.states[0][state].role
        return next((each for each in self.reading.leaves if each.role == role), None)


def height_of(reading: Reading) -> float:
    """The height of a layer's blocks: room for each state of a hand-over."""
    return BLOCK_HEIGHT + STATE_PITCH * (len(reading.states[0]) - 1)


def flow_role(shown: Shown) -> str:
    """The role of an arrow: memory has its own."""
    return "memory" if shown.role == "memory" else "flow"
