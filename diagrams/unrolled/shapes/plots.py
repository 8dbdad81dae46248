"""What plots are made of: bars, spots, markers, regions, lines, rings and scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..fonts import NUMBER, Style, width
from ..geometry import Frame, Point, rounded, straight
from ..numbers import Number
from .cells import HEAT, warmed
from .shape import DASHES, Area, Mark, Shape, Stroke, centred

SPOT = 7


@dataclass(frozen=True, kw_only=True)
class Bar(Shape):
    """A solid bar that begins at zero, with its value at its end where there is room for it."""

    frame: Frame
    text: str = ""
    at: Point | None = None
    """Where the value is written."""
    anchor: str = "middle"

    def marks(self) -> Sequence[Mark]:
        """The bar, then its value."""
        frame = self.frame
        corners = (
            Point(frame.left, frame.top),
            Point(frame.right, frame.top),
            Point(frame.right, frame.bottom),
            Point(frame.left, frame.bottom),
        )
        bar = Area(straight(*corners, closed=True), self.role)
        if self.at is None:
            return [bar]
        return [bar, centred(self.text, self.at.x, self.at.y, NUMBER, anchor=self.anchor)]


SHARE_RADIUS, TO_SHARE = 3, 8


@dataclass(frozen=True, kw_only=True)
class Share(Shape):
    """A share of 1 as a bar with an outline, and its number right of it."""

    frame: Frame
    """What a share of 1 would cover."""
    share: float
    text: str
    fill: str | None = None
    style: Style = NUMBER
    is_largest: bool = False
    room: float = 0
    """How much is kept free right of a share of 1, where shares of several columns are to be compared."""
    is_toned: bool = False
    """Whether the ground is the darker the larger the share."""

    @cached_property
    def bounds(self) -> Frame:
        """Out to the number, and at least as far as is kept free."""
        drawn, whole = Frame.around(mark.frame for mark in self.marks()), self.frame
        kept = Frame(whole.left, whole.top, whole.width + self.room, whole.height)
        return Frame.around([drawn, kept]) if self.room else drawn

    def marks(self) -> Sequence[Mark]:
        """The bar, which is never narrower than its outline, and its number, bold where it is the largest.

        The bar of a share below 0 leads to the left.
        """
        whole = self.frame
        wide = max(2.5, abs(self.share) * whole.width)
        bar = Frame(whole.left - (wide if self.share < 0 else 0), whole.top, wide, whole.height)
        outline = rounded(bar, min(SHARE_RADIUS, bar.width / 2))
        style = self.style.bold() if self.is_largest else self.style
        tone: list[Mark] = [Area(outline, "flow", HEAT * min(1, abs(self.share)))] if self.is_toned else []
        return [
            Area(outline, self.fill or ("paper" if self.is_toned else "lane")),
            *tone,
            Stroke(outline, self.role),
            *([centred(self.text, bar.right + TO_SHARE, whole.centre, style, anchor="start")] if self.text else []),
        ]


@dataclass(frozen=True, kw_only=True)
class Spot(Shape):
    """A value by its place; one that the scale does not reach is said in a text."""

    at: Point
    text: str = ""

    def marks(self) -> Sequence[Mark]:
        """A solid circle, or the text alone."""
        if self.text:
            return [centred(self.text, self.at.x, self.at.y, NUMBER)]
        return [Area(rounded(Frame.about(self.at.x, self.at.y, SPOT, SPOT), SPOT / 2), self.role)]


@dataclass(frozen=True, kw_only=True)
class Polyline(Shape):
    """What joins spots, or what bars stand on."""

    points: tuple[Point, ...]
    width: float = 1.5
    dashes: tuple[float, float] | None = None

    def marks(self) -> Sequence[Mark]:
        """Straight from point to point."""
        return [Stroke(straight(*self.points), self.role, self.width, 1, self.dashes)] if len(self.points) > 1 else []


@dataclass(frozen=True, kw_only=True)
class Line(Shape):
    """A straight line without a head."""

    start: Point
    to: Point
    role: str = "rule"
    width: float = 1
    opacity: float = 1
    dashes: tuple[float, float] | None = None
    round_ends: bool = True

    def marks(self) -> Sequence[Mark]:
        """One stroke."""
        path = straight(self.start, self.to)
        return [Stroke(path, self.role, self.width, self.opacity, self.dashes, self.round_ends)]


@dataclass(frozen=True, kw_only=True)
class CurveDot(Shape):
    """A point of a line: an open circle, or a larger solid one where the line has got to."""

    at: Point
    is_solid: bool = False
    radius: float = 4
    heat: float | None = None
    """How strongly it is filled by its value, from -1 to 1; its outline is as fine as that of a cell then."""

    def marks(self) -> Sequence[Mark]:
        """Ground and outline, or all of it."""
        radius = self.radius + (1 if self.is_solid else 0)
        circle = rounded(Frame.about(self.at.x, self.at.y, 2 * radius, 2 * radius), radius)
        if self.heat is not None:
            return [Area(circle, "block"), warmed(circle, self.heat), Stroke(circle, self.role)]
        return [Area(circle, self.role)] if self.is_solid else [Area(circle, "block"), Stroke(circle, self.role, 2)]


@dataclass(frozen=True, kw_only=True)
class Spread(Shape):
    """The ground between the lowest and the highest of several lines."""

    points: tuple[Point, ...]
    """Along the highest, and back along the lowest."""
    opacity: float = 0.16

    def marks(self) -> Sequence[Mark]:
        """One pale area."""
        return [Area(straight(*self.points, closed=True), self.role, self.opacity)]


@dataclass(frozen=True, kw_only=True)
class Ring(Shape):
    """A dashed circle about a point."""

    at: Point
    radius: float = 7

    def marks(self) -> Sequence[Mark]:
        """Ground and outline."""
        circle = rounded(Frame.about(self.at.x, self.at.y, 2 * self.radius, 2 * self.radius), self.radius)
        return [Area(circle, "block"), Stroke(circle, self.role, dashes=DASHES, round_ends=False)]


MARKS = ("disc", "open", "up", "down", "square", "up-open")
"""How points are marked: solid or open circles, triangles that point up or down, squares, open triangles."""
MARKER = 5.5
"""Half the height of a triangle; squares and circles have as much ink."""


@dataclass(frozen=True, kw_only=True)
class Marker(Shape):
    """A point by what it is: its outline differs, so that it is told apart without colours."""

    at: Point
    kind: str

    def marks(self) -> Sequence[Mark]:
        """The marker, on a rim of paper where it is solid, or two that touch would be one."""
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
    """The ground of what belongs together; without a fill it has a dashed rim."""

    corners: tuple[Point, ...]
    fill: str | None = "lane"
    has_rim: bool = False

    def marks(self) -> Sequence[Mark]:
        """The ground or the rim."""
        path = straight(*self.corners, closed=True)
        if self.fill is None:
            return [Stroke(path, "rule", 1.25, dashes=DASHES, round_ends=False)]
        ground: list[Mark] = [Area(path, self.fill)]
        return [*ground, Stroke(path, "rule", 0.75)] if self.has_rim else ground


EXPONENT_RISE, LABEL_GAP, LABEL_OVER = 5, 6, 11
LONGEST = 4
"""Where a scale goes further than so many digits behind the point, its labels are powers."""


class Decade(NamedTuple):
    """The line of a power of ten, from its label to its other end."""

    exponent: int
    start: Point
    end: Point


@dataclass(frozen=True, kw_only=True)
class Scale(Shape):
    """Powers of ten; the labels stand before sideways lines, and over upright ones."""

    decades: tuple[Decade, ...]
    text: tuple[Number, ...] = ()
    """What each is called where the labels are no powers; languages have other signs before the decimals."""
    role: str = "muted"

    def __post_init__(self) -> None:
        """Call each by its number."""
        super().__post_init__()
        if not self.text:
            object.__setattr__(self, "text", tuple(Number(_plain(decade.exponent)) for decade in self.decades))

    def marks(self) -> Sequence[Mark]:
        """Hair lines and their labels."""
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
    """Return whether a scale's labels are powers: all of them, or none."""
    return -min(exponents) > LONGEST


def labels_width(exponents: Sequence[int]) -> float:
    """Measure the widest label of a scale."""
    return max(label_width(exponent, as_powers(exponents)) for exponent in exponents)


def label_width(exponent: int, powers: bool) -> float:
    """Measure a label."""
    return width(f"10−{-exponent}" if exponent and powers else _plain(exponent), NUMBER)


def _plain(exponent: int) -> str:
    return "1" if exponent == 0 else f"{10.0**exponent:.{-exponent}f}"
