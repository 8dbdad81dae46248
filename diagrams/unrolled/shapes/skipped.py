"""A step that a layer skips: where its block would stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import BLOCK_SECOND
from ..geometry import Frame, rounded
from ..marks import Mark, Stroke, centred
from .block import RADIUS
from .shape import Shape
from .vector import DASHES

TEXT = "skipped"
OVER_BOTTOM = 13
"""How far over the lower edge the text stands: clear of the state's line."""


@dataclass(frozen=True, kw_only=True)
class Skipped(Shape):
    """An empty, dashed outline that the state passes through unchanged."""

    frame: Frame
    role: str = "rule"
    aside: float | None = None
    """How far right of the middle the text stands instead, where the lines of states run down through it."""

    def marks(self) -> Sequence[Mark]:
        """Outline and text."""
        outline = Stroke(rounded(self.frame, RADIUS), self.role, 1, dashes=DASHES, round_ends=False)
        x, y = self.frame.middle, self.frame.centre
        if self.aside is not None:
            return [outline, centred(TEXT, x + self.aside, y, BLOCK_SECOND, "muted", "start")]
        return [outline, centred(TEXT, x, self.frame.bottom - OVER_BOTTOM, BLOCK_SECOND, "muted")]
