"""The code line under an unrolled layer, and the ties from its arguments; no two of them cross."""

from ...fonts import CODE, width
from ...geometry import Frame, Point
from ...shapes import bracket, steps_line
from ...shapes.bracket import Bracket, Tie
from ...shapes.code_line import CodeLine, Spot
from ...shapes.shape import Shape
from ...shapes.vector import RIM
from .across import CLEAR_OF, Across, place_across
from .across_shapes import shapes_of
from .code import code_lines
from .scene import Scene

LINE_TO_CODE = 56
"""From the line under the words to the middle of the code."""
OVER_CODE, LEVEL = 13, 31
"""How far over the middle of the code a tie ends, and how far over it ties run sideways."""
EXTRA_LEVEL = 12
"""The room of one more tie: under the output, and over the code."""
LEFT_OF_LANE = 7
BEND_ROOM = 27
"""What a tie needs to come down to an argument from the side."""


def tied_across(scene: Scene) -> list[Shape]:
    """Draw the wide form with its code.

    The units' tie comes from the left where its argument stands first, as in `SimpleRNN(4, input_shape=(3, 2))`. Where
    it stands last it would be cut off from the left by the others: it then comes from the output, round the right.
    """
    lines, spots = code_lines(scene)
    starts = {spot.argument: spot.start for spot in spots}
    units_last = "units" in starts and starts["units"] > min(starts.values())
    extra = EXTRA_LEVEL if units_last else 0
    across = place_across(scene, raised=extra)
    shapes = shapes_of(across)
    if not spots:
        return shapes
    code = _code(across, lines, spots, lower=extra)
    ends = {spot.argument: code.place(spot) for spot in spots}
    if units_last:
        beyond = max(shape.bounds.right for shape in shapes)
        shapes.append(_units_from_right(across, ends["units"], beyond))
    elif "units" in ends:
        shapes.append(_units_from_left(across, ends["units"]))
    if "time_steps" in ends:
        shapes.append(_steps(across, ends["time_steps"]))
    if "features" in ends:
        shapes.append(_features(across, ends["features"], ends["features"].y - LEVEL - extra))
    return [*shapes, code]


def _code(across: Across, lines: tuple[str, ...], spots: tuple[Spot, ...], lower: float) -> CodeLine:
    """Put the code under the middle of the words."""
    shown = [across.word(step) for step in across.shown]
    middle = (across.blocks[across.shown[0]].middle + across.blocks[across.shown[-1]].middle) / 2
    left = middle - len(lines[0]) * width("0", CODE) / 2
    y = shown[0].bottom + steps_line.OFFSET + LINE_TO_CODE + lower
    return CodeLine(name="code", lines=lines, spots=spots, at=Point(left, y))


def _units_from_left(across: Across, end: Point) -> Shape:
    strip = across.state(0)
    y = strip.top - bracket.GAP
    x = min(across.left - LEFT_OF_LANE, end.x - BEND_ROOM)
    start, to = Point(strip.right - bracket.INSET, y), Point(strip.left + bracket.INSET, y)
    way = _way(Point(x, y), end, end.y - LEVEL)
    return Bracket(name="tie-units", role="state", argument="units", start=start, to=to, way=way)


def _units_from_right(across: Across, end: Point, beyond: float) -> Shape:
    strip = across.output
    y = strip.bottom + RIM + bracket.GAP
    x = max(beyond + CLEAR_OF, end.x + BEND_ROOM)
    return _under("units", "state", strip, _way(Point(x, y), end, end.y - LEVEL))


def _features(across: Across, end: Point, level: float) -> Shape:
    strip = across.embedding(across.shown[-1])
    x = max(across.right, end.x + BEND_ROOM)
    return _under("features", "embedding", strip, _way(Point(x, strip.bottom + bracket.GAP), end, level))


def _under(argument: str, role: str, strip: Frame, way: tuple[Point, ...]) -> Shape:
    """Bracket a strip from below, at the height at which its tie sets out, to the right."""
    start, to = (Point(x, way[0].y) for x in (strip.left + bracket.INSET, strip.right - bracket.INSET))
    return Bracket(
        name=f"tie-{argument}", role=role, argument=argument, start=start, to=to, tick=-bracket.TICK, way=way
    )


def _way(corner: Point, end: Point, level: float) -> tuple[Point, ...]:
    """Go down from a corner beside the figure, in along a level, and down to the argument."""
    return corner, Point(corner.x, level), Point(end.x, level), Point(end.x, end.y - OVER_CODE)


def _steps(across: Across, end: Point) -> Shape:
    """Go straight up to the line under the words; where it does not reach so far, from its near end."""
    left, right = across.word(across.shown[0]).left, across.word(across.shown[-1]).right
    line = across.word(across.shown[0]).bottom + steps_line.OFFSET
    x = min(max(end.x, left + bracket.TICK), right - bracket.TICK)
    top, bottom = Point(x, line), Point(end.x, end.y - OVER_CODE)
    level = line + OVER_CODE
    points = (top, bottom) if x == end.x else (top, Point(x, level), Point(end.x, level), bottom)
    return Tie(name="tie-time_steps", role="steps", argument="time_steps", points=points)
