"""The part of a drawing that says most, where the whole drawing would be too small to read: for cards and galleries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

LARGEST = 1.15
"""The largest scale of a drawing that is shown whole: one that is made for a card isn't blown up."""
STEP, EDGE = 8, 6
"""How far apart the parts are that are tried, and how much room a text needs at the edge, in pixels of the drawing."""
LETTER = 0.55
"""The width of a letter, relative to its height."""


class Window(NamedTuple):
    """A part of a drawing, in its CSS pixels."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, other: Window) -> bool:
        """Return whether another frame is inside, with room around it."""
        return (
            self.left + EDGE <= other.left
            and self.top + EDGE <= other.top
            and other.left + other.width <= self.left + self.width - EDGE
            and other.top + other.height <= self.top + self.height - EDGE
        )

    def meets(self, other: Window) -> bool:
        """Return whether they overlap."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )


def frame_of(text: str, attributes: Mapping[str, str | None], unit: float) -> Window | None:
    """Return about where an SVG's text is, as far as it is written; `unit` are the drawing's own in a CSS pixel."""
    size, x, y = (float((attributes.get(it) or "0").removesuffix("px")) / unit for it in ("font-size", "x", "y"))
    if not size or "transform" in attributes:
        return None
    width = len(text) * size * LETTER
    anchored = {"middle": 0.5, "end": 1.0}.get(attributes.get("text-anchor") or "", 0)
    return Window(x - anchored * width, y - 0.8 * size, width, size)


def best_part(
    size: Sequence[float], texts: Sequence[Window], room: tuple[float, float], readable: float
) -> tuple[float, Window | None]:
    """Return how much the best part of a drawing says, and where it is; None if nothing of it can be read.

    It is the whole drawing, if that leaves its letters `readable` in a room of so many pixels, and otherwise the part
    with the most labels. All have the shape of the room.
    """
    width, height = size
    least = min((text.height for text in texts), default=math.inf)
    whole = min(LARGEST, room[0] / width, room[1] / height)
    if least * whole >= readable:
        across, down = (side / whole for side in room)
        return math.inf if texts else 0, Window((width - across) / 2, (height - down) / 2, across, down)
    across, down = (side * min(least / readable, 1) for side in room)
    tried = (Window(left, top, across, down) for left, top in product(_steps(width - across), _steps(height - down)))
    said, frame = max(((_says(frame, texts), frame) for frame in tried), key=lambda it: it[0])
    return said, frame if said > 0 else None


def _steps(left_over: float) -> Iterator[float]:
    """Yield where a part can begin along one side; one that has room to spare is in the middle."""
    if left_over <= 0:
        yield left_over / 2
        return
    count = math.ceil(left_over / STEP)
    yield from (left_over * place / count for place in range(count + 1))


def _says(frame: Window, texts: Sequence[Window]) -> float:
    """Count the texts in a part, the larger ones for more, and against it those that it cuts."""
    return sum(text.height if frame.holds(text) else -2 * text.height for text in texts if frame.meets(text))
