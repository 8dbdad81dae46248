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
"""How far over the lower edge the text stands: the line of the state passes over it."""


@dataclass(frozen=True, kw_only=True)
class Skipped(Shape):
    """An empty, dashed outline that the state passes through unchanged."""

    frame: Frame
    role: str = "rule"

    def marks(self) -> Sequence[Mark]:
        """Outline and text."""
        outline = Stroke(rounded(self.frame, RADIUS), self.role, 1, dashes=DASHES, round_ends=False)
        return [outline, centred(TEXT, self.frame.middle, self.frame.bottom - OVER_BOTTOM, BLOCK_SECOND, "muted")]
