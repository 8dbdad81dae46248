"""Plot elements: bars, dots, markers, regions, lines, rings and scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..fonts import NUMBER, Style, width
from ..geometry import Frame, Point, rectangle, rounded, straight
from ..i18n import Number
from ..palette import ink
from .cells import HEAT, warmed
from .shape import DASHES, Area, Mark, Shape, Stroke, centred

SPOT = 7


@dataclass(frozen=True, kw_only=True)
class Bar(Shape):
    """A solid bar from zero, with its value at the end if there is space."""

    frame: Frame
    text: str = ""
    at: Point | None = None
    """The position of the value."""
    anchor: str = "middle"

    def marks(self) -> Sequence[Mark]:
        """Draw the bar, then its value."""
        bar = Area(rectangle(self.frame), self.role)
        if self.at is None:
            return [bar]
        return [bar, centred(self.text, self.at.x, self.at.y, NUMBER, anchor=self.anchor)]


@dataclass(frozen=True, kw_only=True)
class Tile(Shape):
    """A filled rectangle: a bar from zero, a weight to scale, or the background of an interval."""

    frame: Frame
    fill: str | None = None
    """The token of its background, if it isn't that of the role."""
    rim: float = 1.5
    """The width of the outline; 0 for none."""
    radius: float = 2
    is_dashed: bool = False

    def marks(self) -> Sequence[Mark]:
        """Draw the background, then the outline."""
        path = rounded(self.frame, min(self.radius, self.frame.width / 2, self.frame.height / 2))
        ground = Area(path, self.fill or ink(self.role).fill)
        dashes = DASHES if self.is_dashed else None
        return [ground, Stroke(path, self.role, self.rim, dashes=dashes)] if self.rim else [ground]


SHARE_RADIUS, TO_SHARE = 3, 8
LEAST_SHARE = 0.005
"""Less than this rounds to 0.00."""


@dataclass(frozen=True, kw_only=True)
class Share(Shape):
    """A share of 1 as an outlined bar, with its number to the right."""

    frame: Frame
    """The frame of a share of 1."""
    share: float
    text: str
    fill: str | None = None
    style: Style = NUMBER
    is_largest: bool = False
    room: float = 0
    """The space reserved to the right of a share of 1, so that several columns can be compared."""
    is_toned: bool = False
    """Whether a larger share has a darker background."""

    @cached_property
    def bounds(self) -> Frame:
        """The bounds including the number, and at least the reserved space."""
        marks_frame, frame = Frame.around(mark.frame for mark in self.marks()), self.frame
        kept = Frame(frame.left, frame.top, frame.width + self.room, frame.height)
        return Frame.around([marks_frame, kept]) if self.room else marks_frame

    def marks(self) -> Sequence[Mark]:
        """Draw the bar, never narrower than its outline, and its number, bold for the largest.

        A negative share extends to the left. One that is printed as 0 has no bar.
        """
        frame = self.frame
        if self.text and abs(self.share) < LEAST_SHARE:
            return [centred(self.text, frame.left + TO_SHARE, frame.centre, self.style, anchor="start")]
        wide = max(2.5, abs(self.share) * frame.width)
        bar = Frame(frame.left - (wide if self.share < 0 else 0), frame.top, wide, frame.height)
        outline = rounded(bar, min(SHARE_RADIUS, bar.width / 2))
        style = self.style.bold() if self.is_largest else self.style
        tone: list[Mark] = [Area(outline, self.role, HEAT * min(1, abs(self.share)))] if self.is_toned else []
        return [
            Area(outline, self.fill or ("paper" if self.is_toned else "lane")),
            *tone,
            Stroke(outline, self.role),
            *([centred(self.text, bar.right + TO_SHARE, frame.centre, style, anchor="start")] if self.text else []),
        ]


@dataclass(frozen=True, kw_only=True)
class Spot(Shape):
    """A value as a dot; if it is off the scale, as text."""

    at: Point
    text: str = ""

    def marks(self) -> Sequence[Mark]:
        """Draw a solid circle, or just the text."""
        if self.text:
            return [centred(self.text, self.at.x, self.at.y, NUMBER)]
        return [Area(rounded(Frame.about(self.at.x, self.at.y, SPOT, SPOT), SPOT / 2), self.role)]


@dataclass(frozen=True, kw_only=True)
class Polyline(Shape):
    """A line that connects dots, or the baseline of bars."""

    points: tuple[Point, ...]
    width: float = 1.5
    dashes: tuple[float, float] | None = None

    def marks(self) -> Sequence[Mark]:
        """Draw straight segments from point to point."""
        return [Stroke(straight(*self.points), self.role, self.width, 1, self.dashes)] if len(self.points) > 1 else []


@dataclass(frozen=True, kw_only=True)
class Line(Shape):
    """A straight line without an arrowhead."""

    start: Point
    to: Point
    role: str = "rule"
    width: float = 1
    opacity: float = 1
    dashes: tuple[float, float] | None = None
    round_ends: bool = True

    def marks(self) -> Sequence[Mark]:
        """Draw a single stroke."""
        path = straight(self.start, self.to)
        return [Stroke(path, self.role, self.width, self.opacity, self.dashes, self.round_ends)]


@dataclass(frozen=True, kw_only=True)
class CurveDot(Shape):
    """A point on a curve: an open circle, or a larger solid one at the current position."""

    at: Point
    is_solid: bool = False
    radius: float = 4
    heat: float | None = None
    """How strongly it is filled according to its value, from -1 to 1; its outline is then as thin as that of a cell."""

    def marks(self) -> Sequence[Mark]:
        """Draw the background and outline, or a solid dot."""
        radius = self.radius + (1 if self.is_solid else 0)
        circle = rounded(Frame.about(self.at.x, self.at.y, 2 * radius, 2 * radius), radius)
        if self.heat is not None:
            return [Area(circle, "block"), warmed(circle, self.heat), Stroke(circle, self.role)]
        return [Area(circle, self.role)] if self.is_solid else [Area(circle, "block"), Stroke(circle, self.role, 2)]


@dataclass(frozen=True, kw_only=True)
class Spread(Shape):
    """The area between the lowest and the highest of several lines."""

    points: tuple[Point, ...]
    """Along the highest, and back along the lowest."""
    opacity: float = 0.16

    def marks(self) -> Sequence[Mark]:
        """Draw a pale area."""
        return [Area(straight(*self.points, closed=True), self.role, self.opacity)]


@dataclass(frozen=True, kw_only=True)
class Ring(Shape):
    """A dashed circle around a point."""

    at: Point
    radius: float = 7

    def marks(self) -> Sequence[Mark]:
        """Draw the background and outline."""
        circle = rounded(Frame.about(self.at.x, self.at.y, 2 * self.radius, 2 * self.radius), self.radius)
        return [Area(circle, "block"), Stroke(circle, self.role, dashes=DASHES, round_ends=False)]


POINT = 0.01
"""As short as a line can be that is still drawn."""


@dataclass(frozen=True, kw_only=True)
class Specks(Shape):
    """Many small dots as one thing, half as strong as others."""

    points: tuple[Point, ...]
    size: float
    opacity: float = 0.5

    def marks(self) -> Sequence[Mark]:
        """Draw solid circles: the round ends of lines without a length, since there may be hundreds."""
        paths = (straight(at, at.moved(Point(POINT, 0))) for at in self.points)
        return [Stroke(path, self.role, self.size, self.opacity) for path in paths]


MARKS = ("disc", "open", "up", "down", "square", "up-open")
"""The marker styles: filled or open circles, triangles pointing up or down, squares, open triangles."""
MARKER = 5.5
"""Half the height of a triangle; squares and circles have the same area."""


@dataclass(frozen=True, kw_only=True)
class Marker(Shape):
    """A point's marker, whose shape distinguishes it without relying on colour."""

    at: Point
    kind: str

    def marks(self) -> Sequence[Mark]:
        """Draw the marker; a filled one has a rim in background colour, so that two that touch don't merge."""
        x, y, half = self.at.x, self.at.y, MARKER
        if self.kind == "open":
            circle = rounded(Frame.about(x, y, 8, 8), 4)
            return [Area(circle, "block"), Stroke(circle, self.role, 2)]
        if self.kind == "square":
            corners = [Point(x + a * 0.72 * half, y + b * 0.72 * half) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        else:
            way = 1 if self.kind.startswith("up") else -1
            corners = [
                Point(x, y - way * half),
                Point(x + half, y + way * 0.8 * half),
                Point(x - half, y + way * 0.8 * half),
            ]
        path = straight(*corners, closed=True)
        if self.kind.endswith("open"):
            return [Area(path, "block"), Stroke(path, self.role, 1.5)]
        return [Area(path, self.role), Stroke(path, "block", 1)]


@dataclass(frozen=True, kw_only=True)
class Region(Shape):
    """The background of a group; without a fill, it has a dashed outline."""

    corners: tuple[Point, ...]
    fill: str | None = "lane"
    has_rim: bool = False

    def marks(self) -> Sequence[Mark]:
        """Draw the background or the outline."""
        path = straight(*self.corners, closed=True)
        if self.fill is None:
            return [Stroke(path, "rule", 1.25, dashes=DASHES, round_ends=False)]
        ground: list[Mark] = [Area(path, self.fill)]
        return [*ground, Stroke(path, "rule", 0.75)] if self.has_rim else ground


EXPONENT_RISE, LABEL_GAP, LABEL_OVER = 5, 6, 11
LONGEST = 4
"""If a scale needs more decimals than this, its labels are powers."""


class Decade(NamedTuple):
    """The line for a power of ten, from its label to its other end."""

    exponent: int
    start: Point
    end: Point


@dataclass(frozen=True, kw_only=True)
class Scale(Shape):
    """A logarithmic scale; labels are before horizontal lines, and above vertical ones."""

    decades: tuple[Decade, ...]
    text: tuple[Number, ...] = ()
    """The label of each line if they aren't powers; the decimal separator depends on the language."""
    role: str = "muted"

    def __post_init__(self) -> None:
        """Format the label of each line."""
        super().__post_init__()
        if not self.text:
            object.__setattr__(self, "text", tuple(Number(_plain(decade.exponent)) for decade in self.decades))

    def marks(self) -> Sequence[Mark]:
        """Draw hairlines and their labels."""
        marks: list[Mark] = []
        for decade in self.decades:
            marks.append(Stroke(straight(decade.start, decade.end), "rule", 0.75, opacity=0.55, round_ends=False))
        powers = as_powers([decade.exponent for decade in self.decades])
        for decade, text in zip(self.decades, self.text, strict=True):
            is_upright = decade.start.x == decade.end.x
            across = label_width(decade.exponent, powers)
            left = decade.start.x - (across / 2 if is_upright else across + LABEL_GAP)
            y = decade.start.y - (LABEL_OVER if is_upright else 0)
            marks += self._label(decade.exponent, "" if powers else text, left, y)
        return marks

    def _label(self, exponent: int, text: str, left: float, y: float) -> list[Mark]:
        if text or exponent == 0:
            return [centred(text or "1", left, y, NUMBER, self.role, "start")]
        raised = left + width("10", NUMBER)
        return [
            centred("10", left, y, NUMBER, self.role, "start"),
            centred(f"−{-exponent}", raised, y - EXPONENT_RISE, NUMBER, self.role, "start"),
        ]


def as_powers(exponents: Sequence[int]) -> bool:
    """Return whether a scale's labels are powers: either all of them or none."""
    return -min(exponents) > LONGEST


def labels_width(exponents: Sequence[int]) -> float:
    """Return the width of a scale's widest label."""
    return max(label_width(exponent, as_powers(exponents)) for exponent in exponents)


def label_width(exponent: int, powers: bool) -> float:
    """Return the width of a label."""
    return width(f"10−{-exponent}" if exponent and powers else _plain(exponent), NUMBER)


def _plain(exponent: int) -> str:
    return "1" if exponent == 0 else f"{10.0**exponent:.{-exponent}f}"
