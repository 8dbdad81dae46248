"""Numbers in cells: vectors, compact strips without numbers, and grids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import NamedTuple

from ..fonts import NAME, NUMBER, Style, width
from ..geometry import Frame, Path, Point, cornered, rectangle, rounded, straight
from ..i18n import LEFT_OUT, shorten, text_of, value_in
from ..palette import ink
from .shape import DASHES, Area, Mark, Shape, Stroke, Text, centred

CELL = 27
"""The size of a cell for one decimal, across and down; the unit of the grid."""
RIM = 3.5
"""The gap between the first rim and a second one around it."""
PROUD = 3
"""How far the line between two halves sticks out at the top and bottom."""
ROUND_ENDS, SQUARE_ENDS = 8, 3
HOLLOW = "block"
"""The background of the backward direction, where the forward direction has that of its role."""


Corner = tuple[float, float, float]
"""A point of a way, in pixels right and down from the vector's place, and the share of the way up to there."""


class Ride(NamedTuple):
    """How a vector travels when a step is played."""

    step: int
    beat: int
    """In which of the two beats of the step: 0 or 1."""
    corners: tuple[Corner, ...]
    numbers: tuple[str, ...] | None = None
    """None if it comes to its place. Else a copy goes: with these numbers, if any, which a gate doesn't let through."""


@dataclass(frozen=True, kw_only=True)
class Vector(Shape):
    """Numbers in a row of cells; states have round ends, embeddings square ones."""

    frame: Frame
    cells: tuple[str, ...]
    fill: str | None = None
    """The background token, if it isn't that of the role."""
    dashed: bool = False
    second_rim: bool = False
    winner: int | None = None
    """The index of the highlighted cell, which is solid with a bold number."""
    half: int | None = None
    """The number of cells in the first of two concatenated halves; the others are hollow."""
    style: Style = NUMBER
    ways: tuple[Ride, ...] = ()
    """The ways that end at its place, when it appears, and those that start there, when it is read."""
    remainder: tuple[str, ...] = ()
    """The numbers that the gate it goes through doesn't let through."""
    heat: tuple[float, ...] = ()
    """How strongly each cell is filled according to its value, from -1 to 1; the role then shows only in the outline.
    """
    full: float = 0
    """If its numbers are bars, the value of the longest one."""

    @cached_property
    def bounds(self) -> Frame:
        """The bounds including the outermost line; numbers stay within their cells."""
        rim = self.frame.grown(RIM + 0.5 if self.second_rim else 0.75)
        if self.half is None or self.second_rim:
            return rim
        return Frame.between(rim.left, self.frame.top - PROUD - 1, rim.right, self.frame.bottom + PROUD + 1)

    @property
    def radius(self) -> float:
        """The corner radius, which distinguishes roles without relying on colour."""
        return SQUARE_ENDS if self.role == "embedding" else ROUND_ENDS

    def marks(self) -> Sequence[Mark]:
        """Draw the fill, the highlighted cell, lines between the cells, outline and numbers."""
        frame, line = self.frame, ink(self.role).line
        outline = rounded(frame, self.radius)
        cell = frame.width / len(self.cells)
        marks: list[Mark] = [Area(outline, behind(self.fill) or ("block" if self.heat else ink(self.role).fill))]
        marks += [warmed(self._cell(place), share) for place, share in enumerate(self.heat) if share]
        if self.half is not None:
            marks += [Area(self._cell(place), HOLLOW) for place in range(self.half, len(self.cells))]
        if self.winner is not None:
            marks.append(Area(self._cell(self.winner), self.role))
        marks += [Stroke(path, line, 0.75, opacity=0.55, round_ends=False) for path in between(frame, len(self.cells))]
        marks.append(Stroke(outline, line, dashes=DASHES if self.dashed else None, round_ends=False))
        if self.second_rim:
            marks.append(Stroke(rounded(frame.grown(RIM), self.radius + RIM), line, 1))
        if self.half is not None:
            x = frame.left + self.half * cell
            marks.append(Stroke(straight(Point(x, frame.top - PROUD), Point(x, frame.bottom + PROUD)), line, 2))
        for place, text in enumerate(self.cells):
            style, token = (self.style.bold(), "paper") if place == self.winner else (self.style, "ink")
            number = centred(text, frame.left + (place + 0.5) * cell, frame.centre, style, token)
            marks += barred(number, self._frame_of(place), self.full, "paper" if token == "paper" else line)
        return marks

    def _frame_of(self, place: int) -> Frame:
        frame, cell = self.frame, self.frame.width / len(self.cells)
        return Frame(frame.left + place * cell, frame.top, cell, frame.height)

    def _cell(self, place: int) -> Path:
        """Outline a cell, with the vector's round ends if it is the first or last."""
        ends = place == 0, place == len(self.cells) - 1
        return rounded(self._frame_of(place), self.radius, at_left=ends[0], at_right=ends[1])


BAR_INSET, BAR_REACH = 0.24, 0.44
"""How far a bar is from the sides of its cell, and how far the longest reaches from its middle, as fractions."""


def barred(number: Text, cell: Frame, full: float, token: str) -> list[Mark]:
    """Draw a number as a bar from the middle of its cell, up or down, if a value for the longest is given.

    The number stays in its place, without ink, so that a page can be asked for it.
    """
    value = value_in(number.text) if full else None
    if value is None:
        return [number]
    across = cell.grown(-BAR_INSET * cell.width)
    zero = Stroke(straight(Point(across.left, cell.centre), Point(across.right, cell.centre)), token, 0.75, 0.55)
    reach = BAR_REACH * cell.height * value / full
    ends = sorted((cell.centre, cell.centre - reach))
    bar = Area(rectangle(Frame.between(across.left, ends[0], across.right, ends[1])), token)
    return [zero, *([bar] if value else []), replace(number, is_inked=False)]


def behind(fill: str | None) -> str | None:
    """Return the background of numbers whose word has this one; numbers are ink, so a solid word's are on the lane."""
    return "lane" if fill == "ink" else fill


def warmed(path: Path, share: float, role: str = "") -> Area:
    """Fill a cell according to its value: one colour for each sign, stronger the closer the value is to 1 or -1.

    A share of attention has a colour of its own.
    """
    if role == "heat":
        return Area(path, "heat", HEAT * min(1.0, share))
    return Area(path, "plus" if share > 0 else "minus", min(1.0, abs(share)))


HEAT = 0.48
"""How much of the colour of attention is mixed into the background at share 1; numbers stay legible."""
HEAT_RADIUS, HEAT_APART, HIDDEN_INSET = 3, 3, 3


@dataclass(frozen=True, kw_only=True)
class Shares(Shape):
    """A row of shares that add up to 1, in separate cells, darker for larger shares; masked ones are missing."""

    frame: Frame
    cells: tuple[str | None, ...]
    """The numbers; None where masked."""
    heat: tuple[float, ...]
    """From 0 to 1."""
    style: Style = NUMBER

    @cached_property
    def bounds(self) -> Frame:
        """The bounds including outlines; numbers stay within their cells."""
        return self.frame.grown(0.5)

    def cell(self, place: int) -> Frame:
        """Return the frame of a cell."""
        wide = (self.frame.width + HEAT_APART) / len(self.cells)
        return Frame(self.frame.left + place * wide, self.frame.top, wide - HEAT_APART, self.frame.height)

    def marks(self) -> Sequence[Mark]:
        """Draw each cell: background, outline, and number."""
        marks: list[Mark] = []
        for place, (text, share) in enumerate(zip(self.cells, self.heat, strict=True)):
            cell = self.cell(place)
            if text is None:
                gone = rounded(cell.grown(-HIDDEN_INSET), HEAT_RADIUS)
                marks.append(Stroke(gone, "rule", 0.9, dashes=DASHES, round_ends=False))
                continue
            if text == LEFT_OUT:
                marks.append(centred(text, cell.middle, cell.centre, self.style))
                continue
            outline = rounded(cell, HEAT_RADIUS)
            marks += [Area(outline, "paper"), warmed(outline, share, "heat"), Stroke(outline, "hair", 1)]
            marks.append(centred(text, cell.middle, cell.centre, self.style))
        return marks


TILE_APART = 1
FAINTEST = 0.03
"""A smaller share is as good as none."""


@dataclass(frozen=True, kw_only=True)
class HeatTiles(Shape):
    """Rows of shares in cells at a fixed pitch, more opaque for larger shares; rows may have different lengths."""

    at: Point
    """The upper left corner."""
    pitch: tuple[float, float]
    rows: tuple[tuple[float, ...], ...]
    """How strongly each cell is filled, from 0 to 1."""
    role: str = "heat"

    def marks(self) -> Sequence[Mark]:
        """Draw each cell as one short path, since there may be hundreds."""
        marks: list[Mark] = []
        for row, shares in enumerate(self.rows):
            for column, share in enumerate(shares):
                cell = Frame(self.at.x + column * self.pitch[0], self.at.y + row * self.pitch[1], *self.pitch)
                path = rectangle(cell.grown(-TILE_APART / 2))
                marks.append(Area(path, self.role, share) if share > FAINTEST else Area(path, "lane"))
        return marks


def between(frame: Frame, count: int) -> Iterator[Path]:
    """Draw the vertical lines between cells."""
    for place in range(1, count):
        x = frame.left + place * frame.width / count
        yield straight(Point(x, frame.top), Point(x, frame.bottom))


def cells(values: Sequence[float], most: int, ahead: int = 2, decimals: int = 1) -> tuple[str, ...]:
    """Format values; if there are too many, only the first ones, an ellipsis and the last."""
    return shorten([text_of(value, decimals) for value in values], most, ahead)


STRIP_CELL, STRIP_HEIGHT = 9, 16
STRIP_MOST = 4
"""A longer vector shows its length as a number."""
STRIP_PADDING = 6


@dataclass(frozen=True, kw_only=True)
class Strip(Shape):
    """A compact vector of this many numbers, centred on a point; states have round ends, embeddings square ones."""

    at: Point
    size: int

    @property
    def frame(self) -> Frame:
        """The frame it covers."""
        return Frame.about(self.at.x, self.at.y, strip_width(self.size), STRIP_HEIGHT)

    def marks(self) -> Sequence[Mark]:
        """Draw the fill, the lines between cells or the length, then the outline."""
        frame, colours = self.frame, ink(self.role)
        outline = rounded(frame, SQUARE_ENDS if self.role == "embedding" else ROUND_ENDS)
        marks: list[Mark] = [Area(outline, colours.fill)]
        if self.size > STRIP_MOST:
            marks.append(centred(str(self.size), self.at.x, self.at.y, NUMBER))
        else:
            for place in range(1, self.size):
                x = frame.left + place * STRIP_CELL
                line = straight(Point(x, frame.top), Point(x, frame.bottom))
                marks.append(Stroke(line, colours.line, 0.75, opacity=0.55, round_ends=False))
        return [*marks, Stroke(outline, colours.line, round_ends=False)]


def strip_width(size: int) -> float:
    """Return the width of a strip; a single cell is square."""
    if size > STRIP_MOST:
        return width(str(size), NUMBER) + 2 * STRIP_PADDING
    return max(STRIP_HEIGHT, size * STRIP_CELL)


@dataclass(frozen=True, kw_only=True)
class Patch(Shape):
    """Many numbers in rows of small cells filled according to their values; the fill of a negative one is smaller."""

    frame: Frame
    heat: tuple[float, ...]
    """How strongly each cell is filled, from -1 to 1."""
    columns: int

    def marks(self) -> Sequence[Mark]:
        """Draw the background, cells, lines between them, and outline."""
        line, outline = ink(self.role).line, rounded(self.frame, SQUARE_ENDS)
        marks: list[Mark] = [Area(outline, "block")]
        frames = [self._cell(place) for place in range(len(self.heat))]
        for cell, share in zip(frames, self.heat, strict=True):
            if share:
                marks.append(warmed(rounded(cell.grown(-INSET * cell.width if share < 0 else 0), 0), share))
        marks += [Stroke(path, line, 0.75, 0.4, round_ends=False) for path in self._between()]
        return [*marks, Stroke(outline, line, round_ends=False)]

    def _cell(self, place: int) -> Frame:
        size = self.frame.width / self.columns
        row, column = divmod(place, self.columns)
        return Frame(self.frame.left + column * size, self.frame.top + row * size, size, size)

    def _between(self) -> Iterator[Path]:
        frame, size = self.frame, self.frame.width / self.columns
        yield from between(frame, self.columns)
        for row in range(1, round(frame.height / size)):
            y = frame.top + row * size
            yield straight(Point(frame.left, y), Point(frame.right, y))


@dataclass(frozen=True, kw_only=True)
class Tiles(Shape):
    """Many things as equal tiles, row by row, of which the last row may have fewer; a single one is a plain area."""

    frame: Frame
    """The frame of full rows."""
    count: int
    columns: int

    def marks(self) -> Sequence[Mark]:
        """Draw the fill, the lines between tiles, and the outline."""
        colours = ink(self.role)
        outline = straight(*self._corners, closed=True)
        marks: list[Mark] = [Area(outline, "lane" if colours.fill == self.role else colours.fill)]
        marks += [Stroke(path, colours.line, 0.75, opacity=0.45, round_ends=False) for path in self._between]
        return [*marks, Stroke(outline, colours.line)]

    @property
    def _full(self) -> int:
        return self.count // self.columns

    def _at(self, column: float, row: float) -> Point:
        rows = ceil(self.count / self.columns)
        return Point(
            self.frame.left + column * self.frame.width / self.columns, self.frame.top + row * self.frame.height / rows
        )

    @property
    def _corners(self) -> Iterator[Point]:
        frame, more = self.frame, self.count % self.columns
        yield from (Point(frame.left, frame.bottom), Point(frame.left, frame.top), Point(frame.right, frame.top))
        if more:
            yield from (self._at(self.columns, self._full), self._at(more, self._full))
        yield Point(self._at(more or self.columns, 0).x, frame.bottom)

    @property
    def _between(self) -> Iterator[Path]:
        more = self.count % self.columns
        rows = self._full + bool(more)
        for column in range(1, self.columns):
            yield straight(self._at(column, 0), self._at(column, rows if column < more else self._full))
        for row in range(1, rows):
            yield straight(self._at(0, row), self._at(self.columns if row < self._full or not more else more, row))


INSET = 0.16
"""How far the fill of a negative small cell stays away from its edges, as a fraction of the cell."""

Place = tuple[int, int]
"""A row and a column, from 0."""
HEAVY = 2.5
SHADE = 0.4
"""How much `flow` is mixed into the darkest cell with a number, which stays legible in light and dark."""
FAINT_LINES = 0.2
"""The strength of the lines between cells without numbers."""
GAUGE_INSET, GAUGE_HEIGHT = 9, 4
GAUGE_FALL, NUMBER_RISE = 8.5, 4.5
"""How far below the middle of a cell its gauge is, and how far above it the number."""


@dataclass(frozen=True, kw_only=True)
class Grid(Shape):
    """Numbers in rows and columns. Marked cells have the role's background and a thick rim; a single one is solid."""

    frame: Frame
    rows: tuple[tuple[str, ...], ...]
    fill: str | None = None
    """The background token, if it isn't that of the role."""
    marked: frozenset[Place] = frozenset()
    levels: tuple[tuple[float, ...], ...] = ()
    """How full the gauge of each cell is, from 0 to 1."""
    style: Style = NUMBER
    heat: tuple[tuple[float, ...], ...] = ()
    """How strongly each cell is filled according to its value, from -1 to 1."""
    shades: tuple[tuple[float, ...], ...] = ()
    """The darkness of each cell, from background (0) to ink (1); less where it has a number, to keep that legible."""
    full: float = 0
    """If its numbers are bars, the value of the longest one."""

    def cell(self, place: Place) -> Frame:
        """Return the frame of a cell."""
        across, down = self.frame.width / len(self.rows[0]), self.frame.height / len(self.rows)
        return Frame(self.frame.left + place[1] * across, self.frame.top + place[0] * down, across, down)

    def marks(self) -> Sequence[Mark]:
        """Draw the background, marked cells, gauges, lines between the cells, outline, rim and numbers."""
        colours = ink(self.role)
        ground = (
            "block" if self.marked or self.levels or self.heat or self.shades else behind(self.fill) or colours.fill
        )
        outline = rounded(self.frame, self._radius)
        marks: list[Mark] = [Area(outline, "block" if ground == self.role else ground)]
        for row, shares in enumerate(self.heat):
            marks += [
                warmed(self._outline((row, column)), share, self.role) for column, share in enumerate(shares) if share
            ]
        for row, shares in enumerate(self.shades):
            for column, share in enumerate(shares):
                strength = share * (SHADE if self.rows[row][column] else 1)
                marks += [Area(self._outline((row, column)), "flow", strength)] if strength else []
        marked = sorted(self.marked)
        solid = len(marked) == 1
        if solid or not (self.heat or self.shades):  # otherwise their fills keep showing their values
            marks += [Area(self._outline(place), colours.line if solid else self._soft) for place in marked]
        for row, levels in enumerate(self.levels):
            for column, level in enumerate(levels):
                marks += self._gauge((row, column), level)
        between = 0.55 if any(map(any, self.rows)) else FAINT_LINES
        marks += [Stroke(line, colours.line, 0.75, opacity=between, round_ends=False) for line in self._between()]
        # If the fills show values, only the rim shows the role; the memory's is thick.
        heavy = bool(self.heat) and self.role == "memory"
        marks.append(Stroke(outline, colours.line, HEAVY if heavy else 1.5, round_ends=False))
        if not solid:
            marks += [Stroke(line, colours.line, HEAVY) for line in self._rims(marked)]
        return [*marks, *self._numbers(solid)]

    @property
    def _radius(self) -> float:
        return SQUARE_ENDS if self.role == "embedding" else ROUND_ENDS

    @property
    def _soft(self) -> str:
        fill = ink(self.role).fill
        return "lane" if fill == self.role else behind(self.fill) or fill

    def _numbers(self, solid: bool) -> Iterator[Mark]:
        for row, texts in enumerate(self.rows):
            for column, text in enumerate(texts):
                if not text:
                    continue
                cell, winner = self.cell((row, column)), solid and (row, column) in self.marked
                style = self.style.bold() if winner else self.style
                y = cell.centre - (NUMBER_RISE if self.levels else 0)
                token = "paper" if winner else "ink"
                number = centred(text, cell.middle, y, style, token)
                yield from barred(number, cell, self.full, token if winner else ink(self.role).line)

    def _gauge(self, place: Place, level: float) -> Iterator[Mark]:
        """Draw a bar as long as its share, on a pale bar of length 1; in the background colour if the cell is solid."""
        cell, is_solid = self.cell(place), self.marked == {place}
        y = cell.centre + GAUGE_FALL - GAUGE_HEIGHT / 2
        full_bar = Frame(cell.left + GAUGE_INSET, y, cell.width - 2 * GAUGE_INSET, GAUGE_HEIGHT)
        if not is_solid:
            yield Area(rounded(full_bar, 0), self._soft)
        yield Area(rounded(replace(full_bar, width=level * full_bar.width), 0), "paper" if is_solid else self.role)

    def _between(self) -> Iterator[Path]:
        frame = self.frame
        for column in range(1, len(self.rows[0])):
            x = self.cell((0, column)).left
            yield straight(Point(x, frame.top), Point(x, frame.bottom))
        for row in range(1, len(self.rows)):
            y = self.cell((row, 0)).top
            yield straight(Point(frame.left, y), Point(frame.right, y))

    def _rims(self, marked: Sequence[Place]) -> Iterator[Path]:
        """Draw a rim around each rectangle of marked cells; around other clusters, along their edges."""
        for cluster in _clusters(frozenset(marked)):
            (top, left), (bottom, right) = map(min, zip(*cluster, strict=True)), map(max, zip(*cluster, strict=True))
            if len(cluster) == (bottom - top + 1) * (right - left + 1):
                corners = [(top, left), (top, right), (bottom, right), (bottom, left)]
                yield cornered(Frame.around(map(self.cell, corners)), self._radii(corners))
            else:
                yield from self._edges(cluster)

    def _edges(self, cluster: frozenset[Place]) -> Iterator[Path]:
        """Return the edges of marked cells without a marked neighbour."""
        for place in sorted(cluster):
            cell = self.cell(place)
            ends = [Point(x, y) for x, y in ((cell.left, cell.top), (cell.right, cell.top))]
            ends += [Point(x, y) for x, y in ((cell.right, cell.bottom), (cell.left, cell.bottom))]
            for side, neighbour in enumerate(_beside(place)):
                if neighbour not in cluster:
                    yield straight(ends[side], ends[(side + 1) % 4])

    def _outline(self, place: Place) -> Path:
        """Outline a cell, rounded like the grid if it is at a corner."""
        return cornered(self.cell(place), self._radii([place] * 4))

    def _radii(self, places: Sequence[Place]) -> list[float]:
        """Return the corner radii, clockwise from the upper left: the grid's own if these cells are at its corners."""
        last_row, last_column = len(self.rows) - 1, len(self.rows[0]) - 1
        corners = [(0, 0), (0, last_column), (last_row, last_column), (last_row, 0)]
        return [self._radius if place == corner else 0 for place, corner in zip(places, corners, strict=True)]


KEY_WIDTH, KEY_HEIGHT, KEY_PIECES = 96, 12, 24
KEY_GAP, KEY_FALL = 8, 15
"""The gap between a colour key and the labels at its ends, and the distance of its 0 below the middle."""


@dataclass(frozen=True, kw_only=True)
class Key(Shape):
    """The colour key of a heat map: all fills from −1 to 1, and what the ends and the middle represent."""

    frame: Frame
    low: str
    high: str

    def marks(self) -> Sequence[Mark]:
        """Draw the fills from left to right, their outline, and the three labels."""
        frame, outline = self.frame, rounded(self.frame, SQUARE_ENDS)
        marks: list[Mark] = [Area(outline, "block")]
        across = frame.width / KEY_PIECES
        for place in range(KEY_PIECES):
            piece_frame = Frame(frame.left + place * across, frame.top, across, frame.height)
            ends = place == 0, place == KEY_PIECES - 1
            piece = rounded(piece_frame, SQUARE_ENDS, at_left=ends[0], at_right=ends[1])
            marks.append(warmed(piece, (2 * place + 1) / KEY_PIECES - 1))
        return [
            *marks,
            Stroke(outline, "rule", 1, round_ends=False),
            centred(self.low, frame.left - KEY_GAP, frame.centre, NAME, "muted", "end"),
            centred(self.high, frame.right + KEY_GAP, frame.centre, NAME, "muted", "start"),
            centred("0", frame.middle, frame.centre + KEY_FALL, NAME, "muted"),
        ]


def _beside(place: Place) -> list[Place]:
    """Return the cells above, right of, below and left of one."""
    row, column = place
    return [(row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1)]


def _clusters(marked: frozenset[Place]) -> Iterator[frozenset[Place]]:
    """Split cells into connected clusters."""
    remaining = set(marked)
    while remaining:
        cluster, edge = set[Place](), [min(remaining)]
        while edge:
            place = edge.pop()
            if place in remaining:
                remaining.remove(place)
                cluster.add(place)
                edge += _beside(place)
        yield frozenset(cluster)
