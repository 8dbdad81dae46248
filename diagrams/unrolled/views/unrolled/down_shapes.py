"""The turned form in shapes, with its code below."""

from math import ceil

from ...fonts import CODE_TURNED, WORD_TURNED, width
from ...geometry import Frame, Point
from ...layout import LAST_BEFORE_GAP, MARGIN
from ...picture import Picture
from ...shapes import bracket
from ...shapes.arrow import CLEAR, Arrow
from ...shapes.bracket import Bracket
from ...shapes.code_line import CodeLine
from ...shapes.lane import Lane
from ...shapes.shape import Shape
from ...shapes.steps_line import BAR, StepsLine
from ...shapes.vector import RIM
from . import pieces
from .code import code_lines
from .down import MOST_FEATURES, MOST_UNITS, Down
from .scene import Scene
from .told import Told

BAR_BEFORE_WORD = 8.25
NAME_BEFORE_LANE = 8
DOTS = 3
"""How far inside the lane's gap the dots of an arrow begin and end."""
OUTPUT_TO_CODE = 42
RIGHT_MARGIN = 12
MOST_CHARS = 32


def turned(scene: Scene, told: Told) -> Picture:
    """Draw the turned form; told alike, since it shows the same."""
    down = Down(scene)
    shapes = shapes_of(down)
    right = down.lanes[-1].right + RIGHT_MARGIN
    bottom = down.state(scene.last).bottom
    lines, spots = code_lines(scene, MOST_CHARS)
    if spots:
        code_width = max(map(len, lines)) * width("0", CODE_TURNED)
        right = max(right, code_width + 2 * MARGIN - 1)
        at = Point((right - code_width) / 2, bottom + OUTPUT_TO_CODE)
        code = CodeLine(name="code", lines=lines, spots=spots, at=at, style=CODE_TURNED)
        shapes.append(code)
        bottom = code.bounds.bottom
    box = Frame.between(0, 0, ceil(right), ceil(bottom + MARGIN))
    return Picture(tuple(shapes), box, told.alt, told.description, told.steps, arguments=scene.arguments)


def shapes_of(down: Down) -> list[Shape]:
    """Draw everything but the code, in painting order."""
    shapes: list[Shape] = [Lane(name="lane", frames=down.lanes), *_state(down, 0)]
    for step in down.shown:
        shapes += _step(down, step)
        if not (down.hidden and step == LAST_BEFORE_GAP):
            shapes += _state(down, step)
    if down.hidden:
        shapes += _gap(down)
    return [*shapes, _steps_line(down), *_brackets(down)]


def _step(down: Down, step: int) -> list[Shape]:
    vector, block = down.embedding(step), down.block(step)
    into = Point(vector.right + CLEAR, block.centre), Point(block.left - CLEAR, block.centre)
    return [
        pieces.word(down.scene, step, down.word(step), WORD_TURNED),
        pieces.embedding(down.scene, step, vector, MOST_FEATURES),
        Arrow(name=f"embedding-{step}-arrow", step=step, points=into),
        pieces.block(down.scene, step, block),
    ]


def _state(down: Down, step: int) -> list[Shape]:
    """A state sits in its arrow: a line leads into it, an arrow on to the next block."""
    strip, is_output = down.state(step), step == down.scene.last
    gid, x = pieces.state_gid(down.scene, step), down.axis
    shapes: list[Shape] = [
        pieces.state(down.scene, step, strip, MOST_UNITS),
        pieces.state_name(down.scene, step, Point(_names_end(down), strip.centre), MOST_UNITS, "end"),
    ]
    if step > 0:
        rim = RIM if is_output else 0
        into = Point(x, down.block(step).bottom + CLEAR), Point(x, strip.top - rim - CLEAR)
        shapes.append(
            Arrow(name=f"{gid}-arrow" if is_output else f"{gid}-line", step=step, points=into, head=is_output)
        )
    if not is_output:
        on = Point(x, strip.bottom + CLEAR), Point(x, down.block(step + 1).top - CLEAR)
        shapes.append(Arrow(name=f"{gid}-arrow", step=step, points=on))
    return shapes


def _names_end(down: Down) -> float:
    """Names stand left of the lane, all ending at one x."""
    return down.lanes[0].left - NAME_BEFORE_LANE


def _gap(down: Down) -> list[Shape]:
    above, below = down.lanes
    x = down.axis
    start, end = down.block(LAST_BEFORE_GAP).bottom + CLEAR, down.block(down.scene.last).top - CLEAR
    dotted = Point(x, above.bottom + DOTS), Point(x, below.top - DOTS)
    said = Point(_names_end(down), (above.bottom + below.top) / 2)
    return [
        Arrow(name="more-arrow", points=(Point(x, start), Point(x, end)), dotted=dotted),
        pieces.more(down.hidden, said, "end"),
    ]


def _steps_line(down: Down) -> Shape:
    words = [down.word(step) for step in down.shown]
    bars = tuple(Frame(word.left - BAR_BEFORE_WORD, word.top, BAR, word.height) for word in words)
    return StepsLine(name="steps", bars=bars, upright=True, gap_after=LAST_BEFORE_GAP if down.hidden else None)


def _brackets(down: Down) -> list[Shape]:
    """There is no room for ties; brackets and colours remain."""
    first, last = down.state(0), down.embedding(down.shown[-1])
    ends = {
        "units": ("state", first, first.top - bracket.GAP, bracket.TICK),
        "features": ("embedding", last, last.bottom + bracket.GAP, -bracket.TICK),
    }
    return [
        Bracket(
            name=f"tie-{argument}",
            role=role,
            argument=argument,
            start=Point(strip.left + bracket.INSET, y),
            to=Point(strip.right - bracket.INSET, y),
            tick=tick,
        )
        for argument, (role, strip, y, tick) in ends.items()
        if down.scene.is_tied(argument)
    ]
