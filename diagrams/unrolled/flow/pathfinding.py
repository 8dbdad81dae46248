"""Routing arrows between things, straight or around corners, without crossing things or running along one another.

A* search on a grid of lines beside and between all frames. Length, bends and crossings have a cost. Text goes where an
arrow has space for it, and horizontal segments are interrupted where vertical ones cross them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import NamedTuple

from ..errors import PictureError
from ..fonts import NAME
from ..geometry import Frame, Point
from ..shapes.arrows import BRANCH_RADIUS, BREAK, CLEAR, HEAD_LENGTH
from ..shapes.shape import centred

DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
OPPOSITE = {"right": "left", "left": "right", "down": "up", "up": "down"}
NOTE_ROOM = 6
"""How close to a note an arrow may pass."""
OVER_ARROW, BESIDE_ARROW = 12, 8
"""From an arrow to the centre of text above it, and to the start of text beside it."""
TEXT_ROOM = 2
"""The clearance around text."""

BEND_TOLL = 40.0
"""The cost of a bend, in pixels of length."""
JOG, JOG_TOLL = 14, 80.0
"""Within this many pixels, a second bend costs extra."""
ASIDE_TOLL = 12.0
"""The cost of an end away from the middle of its side, in pixels of length."""
SHARED_TOLL, CROSSING_TOLL, NEAR_BEND_TOLL = 300.0, 60.0, 200.0
"""The costs of running along another arrow, crossing one, and crossing one at its bend, in pixels of length."""
APART, TOUCHING = 10, 2
"""The distance between parallel arrows, and the distance at which they count as crossing or touching."""
NEAR_END = 12
"""Lines that meet this close to the end of one of them join rather than cross."""
AROUND = (12, 24)
"""The distance of the outermost grid lines from everything."""
SLACK = 0.01
"""The tolerance for rounding errors."""
INSET = 8
"""How close to a corner an arrow may end."""

Way = tuple[Point, ...]
Edges = tuple[float, float, float, float]
"""Left, top, right and bottom. The search compares thousands of these, and a frame would compute them each time."""


class Clearance(NamedTuple):
    """The clearance of a path from things and from its own bends."""

    pad: float
    """How close it may pass things it doesn't connect."""
    beside: float
    """The distance at which it runs along a rim."""
    stub: float
    """The length of the straight segment at its start."""
    head_stub: float
    """The length of the straight segment at its end."""


EASY = HEAD_LENGTH + 9.5
CLEARANCES = (Clearance(6, 14, 10, EASY), Clearance(3, 7, 3, EASY), Clearance(1, 7, 3, HEAD_LENGTH + 0.25))
"""In order: ample space; out of a gap that no link has widened; into such a gap."""


@dataclass(frozen=True)
class End:
    """An end of an arrow: the rim of a thing, and the space it takes including notes."""

    rim: Frame
    room: Frame
    notes: tuple[Frame, ...] = ()

    def port(self, side: str, at: float | None = None) -> Point:
        """Return the start or end point of an arrow on a side, clear of the rim and of any note there."""
        across = side in ("up", "down")
        along = at if at is not None else self.rim.middle if across else self.rim.centre
        frame = self.room if any(self._is_in_the_way(note, side, along) for note in self.notes) else self.rim
        if across:
            return Point(along, frame.bottom + CLEAR if side == "down" else frame.top - CLEAR)
        return Point(frame.right + CLEAR if side == "right" else frame.left - CLEAR, along)

    def _is_in_the_way(self, note: Frame, side: str, along: float) -> bool:
        """Return whether a note lies between the rim and the outer edge of the space."""
        wide = note.grown(NOTE_ROOM)
        if side in ("up", "down"):
            beyond = note.top >= self.rim.bottom if side == "down" else note.bottom <= self.rim.top
            return beyond and wide.left < along < wide.right
        beyond = note.left >= self.rim.right if side == "right" else note.right <= self.rim.left
        return beyond and wide.top < along < wide.bottom


class TextPlace(NamedTuple):
    """The position of a text: a point, and which end of the text is at that point."""

    at: Point
    anchor: str

    def frame(self, text: str) -> Frame:
        """Return the frame the text covers."""
        return centred(text, self.at.x, self.at.y, NAME, anchor=self.anchor).frame


@dataclass(frozen=True)
class FoundPath:
    """The path of an arrow, the gaps where others cross it, and the position of its text."""

    points: Way
    breaks: tuple[Point, ...] = ()
    """The gaps in its horizontal segments where vertical ones cross."""
    text: TextPlace | None = None


def find_paths(
    walls: Sequence[Frame], ends: Sequence[tuple[End, End, str]], taken: Sequence[Way] = ()
) -> list[FoundPath]:
    """Find a path for each pair of ends, with its text; each avoids earlier paths and their texts.

    Paths that run straight between the middles of facing sides come first, wherever they are in the list, so that no
    other path blocks them. `walls` are all frames, including the ends; `taken` are existing paths.

    Raises:
        PictureError: an end is walled in.

    """
    standing, paths = list(walls), list(taken)
    results: dict[int, tuple[Way, TextPlace | None]] = {}
    open_ground = Ground(walls, ())
    facing = {
        number: way
        for number, (source, target, _) in enumerate(ends)
        if (way := _face_to_face(source, target, open_ground))
    }
    for number in sorted(range(len(ends)), key=lambda number: number not in facing):
        source, target, text = ends[number]
        expected = [way for later, way in facing.items() if later not in results and later != number]
        results[number] = points, place = _with_text(source, target, text, standing, paths, expected)
        paths.append(points)
        if place is not None:
            standing.append(place.frame(text))
    return [
        FoundPath(points, crossings(points, [path for path in paths if path is not points]), place)
        for _, (points, place) in sorted(results.items())
    ]


def ways(source: End, target: End, obstacles: Sequence[Frame], taken: Sequence[Way] = ()) -> Iterator[Way]:
    """Yield paths, cheapest first by length, bends and crossings; after a straight one, the best with bends."""
    end_frames = {frame for frame in obstacles if source.room.holds(frame, SLACK) or target.room.holds(frame, SLACK)}
    for care in CLEARANCES:
        walls = [frame.grown(CLEAR - SLACK if frame in end_frames else care.pad) for frame in obstacles]
        ground = Ground(walls, taken)
        paths = _with_care(source, target, ground, care)
        first = next(paths, None)
        if first is not None:
            yield first
            yield from paths
            return


def through(frame: Frame, towards: str) -> tuple[Point, Point]:
    """Yield straight lines through a frame, away from its edges: right, left, up and down."""
    x, y = DIRECTIONS[towards]
    across, down = x * (frame.width / 2 - CLEAR), y * (frame.height / 2 - CLEAR)
    middle = frame.midpoint
    return Point(middle.x - across, middle.y - down), Point(middle.x + across, middle.y + down)


def text_places(points: Sequence[Point]) -> Iterator[TextPlace]:
    """Yield text positions at each segment of a path, longest first: above or below it, to its right or left.

    Each is at the middle of the segment, or a quarter from its ends.
    """
    for start, end in sorted(pairwise(points), key=lambda stretch: distance(*stretch), reverse=True):
        for share in (0.5, 0.25, 0.75):
            x, y = start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)
            if start.y == end.y:
                yield TextPlace(Point(x, y - OVER_ARROW), "middle")
                yield TextPlace(Point(x, y + OVER_ARROW), "middle")
            else:
                yield TextPlace(Point(x + BESIDE_ARROW, y), "start")
                yield TextPlace(Point(x - BESIDE_ARROW, y), "end")


def crossings(points: Way, paths: Sequence[Way]) -> tuple[Point, ...]:
    """Find where vertical segments of others cross a horizontal one of this path, well inside both."""
    uprights = [
        (start.x, *sorted((start.y, end.y))) for way in paths for start, end in pairwise(way) if start.x == end.x
    ]
    places = []
    for start, end in pairwise(points):
        if start.y == end.y:
            left, right = sorted((start.x, end.x))
            crossed = {
                x
                for x, top, bottom in uprights
                if left + NEAR_END < x < right - NEAR_END and top + NEAR_END < start.y < bottom - NEAR_END
            }
            places += [Point(x, start.y) for x in sorted(crossed)]
    return tuple(places)


def distance(start: Point, end: Point) -> float:
    """Return the Manhattan distance."""
    return abs(start.x - end.x) + abs(start.y - end.y)


def _with_text(
    source: End, target: End, text: str, walls: Sequence[Frame], taken: Sequence[Way], expected: Sequence[Way]
) -> tuple[Way, TextPlace | None]:
    """Find the best path with space for its text, also next to the expected paths; otherwise the best path."""
    best: tuple[Way, TextPlace | None] | None = None
    for points in ways(source, target, walls, taken):
        if not text:
            return points, None
        lines = [
            Frame.between(*_edges(*stretch)).grown(1)
            for way in (*taken, *expected, points)
            for stretch in pairwise(way)
        ]
        for place in text_places(points):
            room = place.frame(text).grown(TEXT_ROOM)
            if not any(room.meets(frame) for frame in (*walls, *lines)):
                return points, place
        best = best or (points, next(text_places(points)))
    if best is None:
        raise PictureError(
            "an arrow can't reach one of its ends, which is surrounded: link to the group around it, "
            "or move it to the edge of that group"
        )
    return best


def _with_care(source: End, target: End, ground: Ground, care: Clearance) -> Iterator[Way]:
    """Find the best straight path and the best one with bends, better one first."""
    candidates: list[tuple[float, Way]] = [
        (toll + ground.toll(*ends), ends) for toll, ends in _straight(source, target) if ground.is_free(*ends)
    ]
    best = sorted(candidates, key=_cost)[:1]
    if best and best[0][0] - distance(*best[0][1]) <= BEND_TOLL:  # no path with a bend could be cheaper
        yield best.pop()[1]
    bent = Net(source, target, ground, care).cheapest()
    yield from (points for _, points in sorted([*best, *([bent] if bent else [])], key=_cost))


def _cost(candidate: tuple[float, Way]) -> float:
    return candidate[0]


def _face_to_face(source: End, target: End, open_ground: Ground) -> Way | None:
    """Find an unobstructed straight path between the middles of facing sides."""
    straight = (ends for toll, ends in _straight(source, target) if toll == distance(*ends))
    return next((ends for ends in straight if open_ground.is_free(*ends)), None)


def _straight(source: End, target: End) -> Iterator[tuple[float, tuple[Point, Point]]]:
    """Yield straight paths between facing sides, from middle to middle or as close to that as possible."""
    for side, apart in {
        "right": target.rim.left - source.rim.right,
        "left": source.rim.left - target.rim.right,
        "down": target.rim.top - source.rim.bottom,
        "up": source.rim.top - target.rim.bottom,
    }.items():
        if apart <= 0:
            continue
        across = side in ("up", "down")
        low = max(source.rim.left, target.rim.left) if across else max(source.rim.top, target.rim.top)
        high = min(source.rim.right, target.rim.right) if across else min(source.rim.bottom, target.rim.bottom)
        middles = [source.rim.middle, target.rim.middle] if across else [source.rim.centre, target.rim.centre]
        inset = min(INSET, (high - low) / 4)
        for at in (*middles, (low + high) / 2):
            if low + inset <= at <= high - inset:
                start, end = source.port(side, at), target.port(OPPOSITE[side], at)
                x, y = DIRECTIONS[side]
                length = (end.x - start.x) * x + (end.y - start.y) * y
                if length > HEAD_LENGTH + 2:
                    aside = sum(abs(at - middle) > 0.5 for middle in middles)
                    yield length + ASIDE_TOLL * aside, (start, end)


class Ground:
    """Frames that paths must avoid, and the segments of existing paths, which determine the cost of a new one."""

    def __init__(self, walls: Sequence[Frame], taken: Sequence[Way]) -> None:
        self.walls = walls
        self._edges = [(wall.left, wall.top, wall.right, wall.bottom) for wall in walls]
        self._taken = [(start.x == end.x, *_edges(start, end)) for way in taken for start, end in pairwise(way)]

    def is_free(self, start: Point, end: Point) -> bool:
        """Return whether a segment avoids every wall; it may run along an edge."""
        left, top, right, bottom = _edges(start, end)
        for wall_left, wall_top, wall_right, wall_bottom in self._edges:
            if wall_left < right and left < wall_right and wall_top < bottom and top < wall_bottom:
                return False
        return True

    def toll(self, start: Point, end: Point) -> float:
        """Return the cost of meeting other segments: low for crossing one, high for running along it."""
        left, top, right, bottom = _edges(start, end)
        is_upright, toll = start.x == end.x, 0.0
        for upright, x, y, beyond_x, beyond_y in self._taken:
            near = APART if is_upright == upright else TOUCHING
            if x < right + near and left < beyond_x + near and y < bottom + near and top < beyond_y + near:
                if is_upright == upright:
                    toll += SHARED_TOLL
                else:
                    across = min(abs(left - x), abs(left - beyond_x))
                    to_bend = across if is_upright else min(abs(top - y), abs(top - beyond_y))
                    toll += CROSSING_TOLL if to_bend > BREAK / 2 + BRANCH_RADIUS else NEAR_BEND_TOLL
        return toll


def _edges(start: Point, end: Point) -> Edges:
    return min(start.x, end.x), min(start.y, end.y), max(start.x, end.x), max(start.y, end.y)


State = tuple[int, int, str]
"""An intersection of two grid lines, by index, and the direction in which a path leaves it."""
ARRIVED = "arrived"


class Net:
    """The grid lines beside and between everything, and the cheapest path along them."""

    def __init__(self, source: End, target: End, ground: Ground, care: Clearance) -> None:
        self._ground, self._care = ground, care
        self._tolls: dict[State, float | None] = {}
        """The cost of each segment; None if it is blocked."""
        self._starts = {side: _stub(source, side, care.stub) for side in DIRECTIONS}
        self._goals = {side: _stub(target, side, care.head_stub) for side in DIRECTIONS}
        stubs = [stub for ends in (self._starts, self._goals) for _, stub in ends.values()]
        frames = [wall.grown(care.beside - care.pad) for wall in ground.walls]
        self._xs = _lines([x for frame in frames for x in (frame.left, frame.right)], [stub.x for stub in stubs])
        self._ys = _lines([y for frame in frames for y in (frame.top, frame.bottom)], [stub.y for stub in stubs])
        self._ahead: dict[tuple[int, int], float] = {}
        """A lower bound on the remaining cost from each intersection."""

    def cheapest(self) -> tuple[float, Way] | None:
        """Run A* search, from all sides of the first end to all sides of the other."""
        tickets, done = count(), set[State]()
        queue: list[tuple[float, int, float, State, Way]] = []
        for side, (port, stub) in self._starts.items():
            if self._ground.is_free(port, stub):
                first = self._xs.index(stub.x), self._ys.index(stub.y), side
                length = self._care.stub
                heappush(queue, (length + self._at_least(*first[:2]), next(tickets), length, first, (port, stub)))
        while queue:
            _, _, cost, state, points = heappop(queue)
            column, row, heading = state
            if heading == ARRIVED:
                return cost, _cornered(points)
            if state in done:
                continue
            done.add(state)
            jog = JOG_TOLL if _run(points) < JOG else 0
            for toll, after, point in self._arriving(state):
                if after not in done:
                    heappush(queue, (cost + toll, next(tickets), cost + toll, after, (*points, point)))
            for direction, (x, y) in DIRECTIONS.items():
                after = column + x, row + y, direction
                if direction == OPPOSITE[heading] or after in done:
                    continue
                onwards = self._toll(column, row, direction)
                if onwards is not None:
                    total = cost + (onwards if direction == heading else onwards + BEND_TOLL + jog)
                    intersection = Point(self._xs[after[0]], self._ys[after[1]])
                    rest = self._at_least(*after[:2])
                    heappush(queue, (total + rest, next(tickets), total, after, (*points, intersection)))
        return None

    def _at_least(self, column: int, row: int) -> float:
        """Return a lower bound on the remaining cost."""
        bound = self._ahead.get((column, row))
        if bound is None:
            x, y = self._xs[column], self._ys[row]
            nearest = min(abs(x - goal.x) + abs(y - goal.y) for _, goal in self._goals.values())
            bound = self._ahead[column, row] = self._care.head_stub + nearest
        return bound

    def _toll(self, column: int, row: int, direction: str) -> float | None:
        """Return the cost of moving to the next line; None if there is none, or it is blocked."""
        stretch = column, row, direction
        if stretch not in self._tolls:
            x, y = DIRECTIONS[direction]
            self._tolls[stretch] = None
            if 0 <= column + x < len(self._xs) and 0 <= row + y < len(self._ys):
                start = Point(self._xs[column], self._ys[row])
                end = Point(self._xs[column + x], self._ys[row + y])
                if self._ground.is_free(start, end):
                    self._tolls[stretch] = distance(start, end) + self._ground.toll(start, end)
        return self._tolls[stretch]

    def _arriving(self, state: State) -> Iterator[tuple[float, State, Point]]:
        """Enter the other end from the point in front of one of its sides."""
        column, row, heading = state
        x, y = self._xs[column], self._ys[row]
        for side, (port, stub) in self._goals.items():
            if stub.x == x and stub.y == y and heading != side and self._ground.is_free(stub, port):
                turn = BEND_TOLL if heading != OPPOSITE[side] else 0
                yield self._care.head_stub + turn + self._ground.toll(stub, port), (column, row, ARRIVED), port


def _stub(end: End, side: str, length: float) -> tuple[Point, Point]:
    """Return where a path meets a side of an end, and the point in front of it, beyond which bends are allowed."""
    port, (x, y) = end.port(side), DIRECTIONS[side]
    return port, Point(port.x + x * length, port.y + y * length)


def _run(points: Way) -> float:
    """Return how far a path has been going straight."""
    along_x = points[-1].y == points[-2].y
    run = 0.0
    for later, earlier in pairwise(reversed(points)):
        if (later.y == earlier.y) != along_x:
            break
        run += distance(later, earlier)
    return run


def _lines(edges: Sequence[float], positions: Sequence[float]) -> list[float]:
    """Return the grid lines: along edges, halfway between those with space for it, and through other positions."""
    low, high = min(edges), max(edges)
    ordered = sorted({*edges, *(low - away for away in AROUND), *(high + away for away in AROUND)})
    halves = [
        (line + next_line) / 2 for line, next_line in pairwise(ordered) if next_line - line > CLEARANCES[0].beside
    ]
    return sorted({*ordered, *halves, *positions})


def _cornered(points: Way) -> Way:
    """Remove points at which a path doesn't turn."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        straight_on = (before.x == here.x == after.x) or (before.y == here.y == after.y)
        if not straight_on:
            kept.append(here)
    return (*kept, points[-1])
