"""Blocks: layers, skipped steps, operators, the lane behind shared weights, and cards."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..fonts import BLOCK, BLOCK_SECOND, NAME, Style, width
from ..geometry import Frame, Point, rounded, straight
from .shape import DASHES, Area, Mark, Shape, Stroke, centred

BLOCK_WIDTH, BLOCK_HEIGHT, BLOCK_HEIGHT_NARROW = 62, 66, 46
BLOCK_RADIUS = 7
NAME_RISE, SECOND_FALL = 9, 10
"""How far above and below the middle the two lines of text are."""
BLOCK_INSET, SECOND_INSET = 12, 10


@dataclass(frozen=True, kw_only=True)
class Block(Shape):
    """A box with the short name of a layer, and below it a second line in small letters, or none."""

    frame: Frame
    text: str
    second: str = ""
    style: Style = BLOCK

    def marks(self) -> Sequence[Mark]:
        """Draw the background, outline and name."""
        outline = rounded(self.frame, BLOCK_RADIUS)
        x, y = self.frame.middle, self.frame.centre
        ground: list[Mark] = [Area(outline, "block"), Stroke(outline, "ink")]
        if not (self.text or self.second):
            return ground
        if not self.second:
            return [*ground, centred(self.text, x, y, self.style)]
        second = centred(self.second, x, y + SECOND_FALL, BLOCK_SECOND, "muted")
        return [*ground, centred(self.text, x, y - NAME_RISE, self.style), second]


def block_width(text: str, second: str = "", least: float = BLOCK_WIDTH) -> float:
    """Return the width of a block that fits its lines."""
    return max(least, width(text, BLOCK) + 2 * BLOCK_INSET, width(second, BLOCK_SECOND) + 2 * SECOND_INSET)


SKIPPED = "skipped"
SKIPPED_OVER_BOTTOM = 13
"""How far the text is above the bottom edge, clear of the state's line."""


@dataclass(frozen=True, kw_only=True)
class Skipped(Shape):
    """An empty, dashed box that the state passes through unchanged."""

    frame: Frame
    role: str = "rule"
    aside: float | None = None
    """How far the text is moved right of the middle, if the state's lines run down through it."""
    is_named: bool = True
    """Whether it has a text."""

    def marks(self) -> Sequence[Mark]:
        """Draw the outline and text."""
        outline = Stroke(rounded(self.frame, BLOCK_RADIUS), self.role, 1, dashes=DASHES, round_ends=False)
        if not self.is_named:
            return [outline]
        x, y = self.frame.middle, self.frame.centre
        if self.aside is not None:
            return [outline, centred(SKIPPED, x + self.aside, y, BLOCK_SECOND, "muted", "start")]
        return [outline, centred(SKIPPED, x, self.frame.bottom - SKIPPED_OVER_BOTTOM, BLOCK_SECOND, "muted")]


OPERATOR_SIZE = 24
OPERATOR_ARM = 5.5
"""Half the length of the strokes of + and, diagonally, of ×."""
OPERATOR_LINE = 2
TIMES, PLUS, EQUALS = "×", "+", "="
EQUALS_RISE = 3
"""How far the strokes of = are from the middle."""


@dataclass(frozen=True, kw_only=True)
class Operator(Shape):
    """×, + and = are drawn, so that they are centred in any font; other signs are text."""

    sign: str
    at: Point

    @property
    def frame(self) -> Frame:
        """The bounding square of the circle."""
        return Frame.about(self.at.x, self.at.y, OPERATOR_SIZE, OPERATOR_SIZE)

    def marks(self) -> Sequence[Mark]:
        """Draw the background, circle and sign."""
        circle = rounded(self.frame, OPERATOR_SIZE / 2)
        ground: list[Mark] = [Area(circle, "block"), Stroke(circle, "ink")]
        if self.sign not in (TIMES, PLUS, EQUALS):
            return [*ground, centred(self.sign, self.at.x, self.at.y, NAME.bold())]
        arm = OPERATOR_ARM * 0.5**0.5 if self.sign == TIMES else OPERATOR_ARM
        ways = [(arm, arm), (arm, -arm)] if self.sign == TIMES else [(arm, 0), (0, arm)]
        if self.sign == EQUALS:
            lines = [
                straight(*(Point(self.at.x + x, self.at.y + y) for x in (-arm, arm)))
                for y in (-EQUALS_RISE, EQUALS_RISE)
            ]
        else:
            lines = [
                straight(Point(self.at.x - x, self.at.y - y), Point(self.at.x + x, self.at.y + y)) for x, y in ways
            ]
        return [*ground, *(Stroke(line, "ink", OPERATOR_LINE) for line in lines)]


LANE_PADDING = 14
LANE_RADIUS = 10


@dataclass(frozen=True, kw_only=True)
class Lane(Shape):
    """One band, or several pieces of one if steps are left out."""

    frames: tuple[Frame, ...]

    def marks(self) -> Sequence[Mark]:
        """Draw the background only; a lane has no outline."""
        return [Area(rounded(frame, LANE_RADIUS), "lane") for frame in self.frames]


BAND, BAND_RADIUS = 0.16, 6
"""How much of its role's colour a band has."""


@dataclass(frozen=True, kw_only=True)
class Tint(Shape):
    """A pale ground in the colour of its role, below what matters."""

    frame: Frame
    is_lane: bool = False
    """Whether it colours a lane."""

    def marks(self) -> Sequence[Mark]:
        """Draw the ground only."""
        return [Area(rounded(self.frame, LANE_RADIUS if self.is_lane else BAND_RADIUS), self.role, BAND)]


CARD_RADIUS = 7
CARD_LINE, CARD_LINE_BEHIND = 1.5, 1


@dataclass(frozen=True, kw_only=True)
class Card(Shape):
    """A sheet with an outline, which is dashed if it represents several that are left out."""

    frame: Frame
    role: str = "rule"
    dashed: bool = False

    def marks(self) -> Sequence[Mark]:
        """Draw the background, which covers what is below, and the outline."""
        outline = rounded(self.frame, CARD_RADIUS)
        line = CARD_LINE if self.role == "ink" else CARD_LINE_BEHIND
        return [Area(outline, "block"), Stroke(outline, self.role, line, dashes=DASHES if self.dashed else None)]
