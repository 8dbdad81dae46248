"""The sizes that the loop and its unrolling share, with the block's upper edge at 0."""

from __future__ import annotations

from dataclasses import dataclass

from ...shapes.blocks import BLOCK_HEIGHT

INNER, LEVEL = 32, 22
"""How far the inner loop stands off the block, and the next one off it."""
NAME_OVER, NAME_UNDER = 12, 14
TOP_ROOM = 24
"""Over the outer loop, for its name, within the lane."""
OUT = 18
"""How far an arrow that leaves upwards reaches over its lane."""
OUT_NAME = 15
WORD_GAP = 30
"""Between a lane and the words under it."""


@dataclass(frozen=True)
class Track:
    """Where a state enters and leaves a block, and how far off its loop runs."""

    name: str
    y: float
    off: float


def tracks(states: tuple[str, ...]) -> tuple[Track, ...]:
    """Give each state its height: the loop of an upper one runs inside that of a lower one, so that none cross."""
    if len(states) == 1:
        return (Track(states[0], BLOCK_HEIGHT / 2, INNER),)
    heights = (BLOCK_HEIGHT * 0.3, BLOCK_HEIGHT * 0.7)
    return tuple(
        Track(name, y, INNER + place * LEVEL) for place, (name, y) in enumerate(zip(states, heights, strict=True))
    )
