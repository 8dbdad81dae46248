"""A grid: rows of cells with a number in each, some of them marked, or with a gauge under the number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..fonts import NUMBER, Style
from ..geometry import BEND, Frame, Path, Point, rounded, straight
from ..marks import Area, Mark, Stroke, centred
from ..palette import ink
from .shape import Shape
from .vector import ROUND_ENDS, SQUARE_ENDS

Place = tuple[int, int]
"""A row and a column, from 0."""
HEAVY = 2.5
GAUGE_INSET, GAUGE_HEIGHT = 9, 4
GAUGE_FALL, NUMBER_RISE = 8.5, 4.5
"""How far a gauge stands under the middle of its cell, and the number over it."""


@dataclass(frozen=True, kw_only=True)
class Grid(Shape):
    """Numbers in rows and columns; marked cells have the role's ground and a heavy rim, a single one is solid."""

    frame: Frame
    rows: tuple[tuple[str, ...], ...]
    fill: str | None = None
    """The token of the ground, where it is not the role's own."""
    marked: frozenset[Place] = frozenset()
    levels: tuple[tuple[float, ...], ...] = ()
    """How full the gauge of each cell is, from 0 to 1."""
    style: Style = NUMBER

    def cell(self, place: Place) -> Frame:
        """Find a cell."""
        across, down = self.frame.width / len(self.rows[0]), self.frame.height / len(self.rows)
        return Frame(self.frame.left + place[1] * across, self.frame.top + place[0] * down, across, down)

    def marks(self) -> Sequence[Mark]:
        """Ground, what is marked, gauges, lines between the cells, outline, rim, numbers."""
        colours = ink(self.role)
        ground = "block" if self.marked or self.levels else self.fill or colours.fill
        outline = rounded(self.frame, self._radius)
        marks: list[Mark] = [Area(outline, "block" if ground == self.role else ground)]
        marked = sorted(self.marked)
        solid = len(marked) == 1
        marks += [Area(self._outline(place), colours.line if solid else self._soft) for place in marked]
        for row, levels in enumerate(self.levels):
            for column, level in enumerate(levels):
                marks += self._gauge((row, column), level)
        marks += [Stroke(line, colours.line, 0.75, opacity=0.55, round_ends=False) for line in self._between()]
        marks.append(Stroke(outline, colours.line, round_ends=False))
        if not solid:
            marks += [Stroke(line, colours.line, HEAVY) for line in self._rims(marked)]
        return [*marks, *self._numbers(solid)]

    @property
    def _radius(self) -> float:
        return SQUARE_ENDS if self.role == "embedding" else ROUND_ENDS

    @property
    def _soft(self) -> str:
        fill = ink(self.role).fill
        return "lane" if fill == self.role else self.fill or fill

    def _numbers(self, solid: bool) -> Iterator[Mark]:
        for row, texts in enumerate(self.rows):
            for column, text in enumerate(texts):
                cell, winner = self.cell((row, column)), solid and (row, column) in self.marked
                style = self.style.bold() if winner else self.style
                y = cell.centre - (NUMBER_RISE if self.levels else 0)
                yield centred(text, cell.middle, y, style, "paper" if winner else "ink")

    def _gauge(self, place: Place, level: float) -> Iterator[Mark]:
        """A bar as long as its share of 1, on a pale one as long as 1; in paper where the cell is solid."""
        cell, is_solid = self.cell(place), self.marked == {place}
        y = cell.centre + GAUGE_FALL - GAUGE_HEIGHT / 2
        whole = Frame(cell.left + GAUGE_INSET, y, cell.width - 2 * GAUGE_INSET, GAUGE_HEIGHT)
        if not is_solid:
            yield Area(rounded(whole, 0), self._soft)
        yield Area(rounded(replace(whole, width=level * whole.width), 0), "paper" if is_solid else self.role)

    def _between(self) -> Iterator[Path]:
        frame = self.frame
        for column in range(1, len(self.rows[0])):
            x = self.cell((0, column)).left
            yield straight(Point(x, frame.top), Point(x, frame.bottom))
        for row in range(1, len(self.rows)):
            y = self.cell((row, 0)).top
            yield straight(Point(frame.left, y), Point(frame.right, y))

    def _rims(self, marked: Sequence[Place]) -> Iterator[Path]:
        """A rim around every rectangle of marked cells; around another cluster, its edges."""
        for cluster in _clusters(frozenset(marked)):
            (top, left), (bottom, right) = map(min, zip(*cluster, strict=True)), map(max, zip(*cluster, strict=True))
            if len(cluster) == (bottom - top + 1) * (right - left + 1):
                corners = [(top, left), (top, right), (bottom, right), (bottom, left)]
                yield _cornered(Frame.around(map(self.cell, corners)), self._radii(corners))
            else:
                yield from self._edges(cluster)

    def _edges(self, cluster: frozenset[Place]) -> Iterator[Path]:
        """The edges of cells beyond which none is marked."""
        for place in sorted(cluster):
            cell = self.cell(place)
            ends = [Point(x, y) for x, y in ((cell.left, cell.top), (cell.right, cell.top))]
            ends += [Point(x, y) for x, y in ((cell.right, cell.bottom), (cell.left, cell.bottom))]
            for side, neighbour in enumerate(_beside(place)):
                if neighbour not in cluster:
                    yield straight(ends[side], ends[(side + 1) % 4])

    def _outline(self, place: Place) -> Path:
        """A cell, as round as the grid where it is at a corner."""
        return _cornered(self.cell(place), self._radii([place] * 4))

    def _radii(self, places: Sequence[Place]) -> list[float]:
        """How round corners are, from the upper left one clockwise: as the grid's own, where these cells are there."""
        last_row, last_column = len(self.rows) - 1, len(self.rows[0]) - 1
        corners = [(0, 0), (0, last_column), (last_row, last_column), (last_row, 0)]
        return [self._radius if place == corner else 0 for place, corner in zip(places, corners, strict=True)]


def _beside(place: Place) -> list[Place]:
    """The cells over, right of, under and left of one."""
    row, column = place
    return [(row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1)]


def _clusters(marked: frozenset[Place]) -> Iterator[frozenset[Place]]:
    """Split places into those that hang together."""
    left = set(marked)
    while left:
        cluster, edge = set[Place](), [min(left)]
        while edge:
            place = edge.pop()
            if place in left:
                left.remove(place)
                cluster.add(place)
                edge += _beside(place)
        yield frozenset(cluster)


def _cornered(frame: Frame, radii: Sequence[float]) -> Path:
    """Draw a frame whose corners, from the upper left one clockwise, are each as round as they are told."""
    corners = [
        (Point(frame.left, frame.top), (0, 1)),
        (Point(frame.right, frame.top), (-1, 0)),
        (Point(frame.right, frame.bottom), (0, -1)),
        (Point(frame.left, frame.bottom), (1, 0)),
    ]
    pieces: list[tuple[Point, ...]] = []
    for (corner, (x, y)), radius in zip(corners, radii, strict=True):
        # It is reached along one edge, from (x, y) of it, and left along the next, a quarter turn on.
        before = Point(corner.x + x * radius, corner.y + y * radius)
        after = Point(corner.x + y * radius, corner.y - x * radius)
        reach = 1 - BEND
        handles = (
            Point(corner.x + x * radius * reach, corner.y + y * radius * reach),
            Point(corner.x + y * radius * reach, corner.y - x * radius * reach),
        )
        pieces += [(before,), (*handles, after)] if radius else [(corner,)]
    start = pieces[0][0]
    return Path(start, tuple(pieces[1:]), closed=True)
