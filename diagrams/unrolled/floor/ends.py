"""Ends: where an arrow meets what it joins, on each of its sides."""

from dataclasses import dataclass

from ..geometry import Frame, Point
from ..shapes.arrows import CLEAR

DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
OPPOSITE = {"right": "left", "left": "right", "down": "up", "up": "down"}
NOTE_ROOM = 6
"""How near to a note an arrow may pass."""


@dataclass(frozen=True)
class End:
    """What an arrow comes from, or goes to: its rim, and the room that it takes with its notes."""

    rim: Frame
    room: Frame
    notes: tuple[Frame, ...] = ()

    def port(self, side: str, at: float | None = None) -> Point:
        """Find the point where an arrow begins or ends, clear of the rim on a side, and of a note that stands there."""
        across = side in ("up", "down")
        along = at if at is not None else self.rim.middle if across else self.rim.centre
        frame = self.rim
        if any(self._is_in_the_way(note, side, along) for note in self.notes):
            frame = self.room
        return {
            "right": Point(frame.right + CLEAR, along),
            "left": Point(frame.left - CLEAR, along),
            "down": Point(along, frame.bottom + CLEAR),
            "up": Point(along, frame.top - CLEAR),
        }[side]

    def _is_in_the_way(self, note: Frame, side: str, along: float) -> bool:
        """Tell whether a note stands between the rim and the outer edge of the room."""
        wide = note.grown(NOTE_ROOM)
        if side in ("up", "down"):
            beyond = note.top >= self.rim.bottom if side == "down" else note.bottom <= self.rim.top
            return beyond and wide.left < along < wide.right
        beyond = note.left >= self.rim.right if side == "right" else note.right <= self.rim.left
        return beyond and wide.top < along < wide.bottom
