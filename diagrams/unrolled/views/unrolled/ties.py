"""The code line under an unrolled model, and the ties from its arguments; no two of them cross."""

from __future__ import annotations

from dataclasses import dataclass

from ...fonts import CODE, width
from ...geometry import Frame, Point
from ...shapes.arrows import BRACKET_GAP, INSET, STEPS_OFFSET, TICK, Bracket, Tie
from ...shapes.blocks import Lane
from ...shapes.cells import RIM, Vector
from ...shapes.shape import Shape
from ...shapes.text import CodeLine, CodeSpan, Word
from .across import CLEAR_OF
from .across_shapes import fitted
from .code import code_lines
from .plan import Plan
from .scene import ROLES, Scene

LINE_TO_CODE = 56
"""From the line under the words to the middle of the code."""
OVER_CODE, LEVEL = 13, 31
"""How far over the middle of the code a tie ends, and how far over it ties run sideways."""
EXTRA_LEVEL = 12
"""The room of one more tie: under the output, and over the code."""
LEFT_OF_LANE = 7
BEND_ROOM = 27
"""What a tie needs to come down to an argument from the side."""


@dataclass(frozen=True)
class Ground:
    """What ties set out from, and what they keep clear of."""

    plan: Plan
    shapes: tuple[Shape, ...]

    @property
    def words(self) -> list[Frame]:
        """The words from left to right."""
        return sorted((each.frame for each in self.shapes if isinstance(each, Word)), key=lambda frame: frame.left)

    @property
    def vectors(self) -> list[Frame]:
        """The words' vectors from left to right."""
        found = [each.frame for each in self.shapes if isinstance(each, Vector) and each.role == "embedding"]
        return sorted(found, key=lambda frame: frame.left)

    @property
    def near(self) -> Frame:
        """What stands close to where ties go down, with what they keep from it."""
        lanes = [frame for each in self.shapes if isinstance(each, Lane) for frame in each.frames]
        return Frame.around([*lanes, *(frame.grown(CLEAR_OF) for frame in (*self.words, *self.vectors))])

    @property
    def whole(self) -> Frame:
        """All that is drawn."""
        return Frame.around(shape.bounds for shape in self.shapes)

    @property
    def backwards(self) -> bool:
        """Whether the layer reads from the right, so that everything is mirrored."""
        return self.plan.readings[0].backwards

    def named(self, *names: str) -> Frame | None:
        """Find the vector of one of these names."""
        found = {each.name: each.frame for each in self.shapes if isinstance(each, Vector)}
        return next((found[name] for name in names if name in found), None)


def tied_across(scene: Scene, plan: Plan) -> list[Shape]:
    """Draw the wide form with its code.

    The units' tie comes from the left where its argument stands first, as in `SimpleRNN(4, input_shape=(3, 2))`. Where
    it stands last it would be cut off from the left by the others: it then comes round the right.
    """
    lines, spots = code_lines(scene)
    starts = {spot.argument: spot.start for spot in spots}
    units_last = "units" in starts and starts["units"] > min(starts.values())
    extra = EXTRA_LEVEL if "units" in starts and units_last != plan.readings[0].backwards else 0
    shapes = fitted(plan, extra)
    if not spots:
        return shapes
    ground, lower = Ground(plan, tuple(shapes)), EXTRA_LEVEL if units_last else 0
    code = _code(ground, lines, spots, lower)
    ends = {spot.argument: code.place(spot) for spot in spots}
    if "units" in ends:
        shapes.append(_units(ground, ends["units"], from_left=not units_last))
    if "time_steps" in ends:
        shapes.append(_steps(ground, ends["time_steps"]))
    if "features" in ends:
        shapes.append(_features(ground, ends["features"], ends["features"].y - LEVEL - lower))
    return [*shapes, code]


def _code(ground: Ground, lines: tuple[str, ...], spots: tuple[CodeSpan, ...], lower: float) -> CodeLine:
    """Put the code under the middle of the words."""
    words = ground.words
    left = (words[0].middle + words[-1].middle) / 2 - len(lines[0]) * width("0", CODE) / 2
    y = words[0].bottom + STEPS_OFFSET + LINE_TO_CODE + lower
    return CodeLine(name="code", lines=lines, spots=spots, at=Point(left, y))


def _units(ground: Ground, end: Point, *, from_left: bool) -> Shape:
    """Tie the units to the first state where that is on the tie's side, else to what leaves there."""
    begins = from_left != ground.backwards
    strip = _first_state(ground) if begins else _answer(ground)
    under = not begins and ground.named("output") is not None
    rim = 0 if begins else RIM
    y = strip.bottom + rim + BRACKET_GAP if under else strip.top - rim - BRACKET_GAP
    if from_left:
        x = ground.near.left - LEFT_OF_LANE if begins else ground.whole.left - CLEAR_OF
        corner = Point(min(x, end.x - BEND_ROOM), y)
    else:
        corner = Point(max(ground.whole.right + CLEAR_OF, end.x + BEND_ROOM), y)
    near, far = strip.left + INSET, strip.right - INSET
    start, to = (far, near) if from_left else (near, far)
    return Bracket(
        name="tie-units",
        role=ROLES["units"],
        argument="units",
        start=Point(start, y),
        to=Point(to, y),
        tick=-TICK if under else TICK,
        way=_way(corner, end, end.y - LEVEL),
    )


def _first_state(ground: Ground) -> Frame:
    found = ground.named("memory-0", "state-0")
    assert found is not None
    return found


def _answer(ground: Ground) -> Frame:
    """What the layer answers last: at the end of its way."""
    last = len(ground.plan.readings[0].order)
    found = ground.named("output", f"output-{last}", "last-memory", "last-state")
    assert found is not None
    return found


def _features(ground: Ground, end: Point, level: float) -> Shape:
    strip = ground.vectors[-1]
    y = strip.bottom + BRACKET_GAP
    corner = Point(max(ground.near.right, end.x + BEND_ROOM), y)
    return Bracket(
        name="tie-features",
        role=ROLES["features"],
        argument="features",
        start=Point(strip.left + INSET, y),
        to=Point(strip.right - INSET, y),
        tick=-TICK,
        way=_way(corner, end, level),
    )


def _way(corner: Point, end: Point, level: float) -> tuple[Point, ...]:
    """Go down from a corner beside the figure, in along a level, and down to the argument."""
    return corner, Point(corner.x, level), Point(end.x, level), Point(end.x, end.y - OVER_CODE)


def _steps(ground: Ground, end: Point) -> Shape:
    """Go straight up to the line under the words; where it does not reach so far, from its near end."""
    words = ground.words
    line = words[0].bottom + STEPS_OFFSET
    x = min(max(end.x, words[0].left + TICK), words[-1].right - TICK)
    top, bottom = Point(x, line), Point(end.x, end.y - OVER_CODE)
    level = line + OVER_CODE
    points = (top, bottom) if x == end.x else (top, Point(x, level), Point(end.x, level), bottom)
    return Tie(name="tie-time_steps", role=ROLES["time_steps"], argument="time_steps", points=points)
