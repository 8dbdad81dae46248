"""The turned form's code below it, and the brackets at what its arguments govern."""

from collections.abc import Sequence

from ...fonts import CODE_TURNED, width
from ...geometry import Frame, Point
from ...layout import MARGIN
from ...shapes.arrows import BRACKET_GAP, INSET, TICK, Bracket
from ...shapes.cells import Vector
from ...shapes.shape import Shape
from ...shapes.text import CodeLine
from .code import code_lines
from .scene import ROLES, Scene

OUTPUT_TO_CODE = 38.5
"""From what is drawn to the middle of the first line of code."""
MOST_CHARS = 32


def tied_down(scene: Scene, shapes: Sequence[Shape], right: float) -> tuple[list[Shape], float]:
    """Add brackets and, in the middle, the code to a figure that is at least so wide; tell how wide it is then."""
    found = [*shapes, *_brackets(scene, shapes)]
    right = max(right, *(shape.bounds.right + MARGIN for shape in found))
    lines, spots = code_lines(scene, MOST_CHARS)
    if not spots:
        return found, right
    code_width = max(map(len, lines)) * width("0", CODE_TURNED)
    right = max(right, code_width + 2 * MARGIN - 1)
    at = Point((right - code_width) / 2, max(shape.bounds.bottom for shape in found) + OUTPUT_TO_CODE)
    return [*found, CodeLine(name="code", lines=lines, spots=spots, at=at, style=CODE_TURNED)], right


def _brackets(scene: Scene, shapes: Sequence[Shape]) -> list[Shape]:
    """There is no room for ties; brackets and colours remain."""
    frames = {shape.name: shape.frame for shape in shapes if isinstance(shape, Vector)}
    embeddings = [shape.frame for shape in shapes if isinstance(shape, Vector) and shape.role == "embedding"]
    first = frames.get("memory-0", frames.get("state-0"))
    found: list[Shape] = []
    if scene.is_tied("units") and first is not None:
        found.append(_bracket("units", first, first.top - BRACKET_GAP, TICK))
    if scene.is_tied("features") and embeddings:
        last = max(embeddings, key=lambda frame: frame.top)
        found.append(_bracket("features", last, last.bottom + BRACKET_GAP, -TICK))
    return found


def _bracket(argument: str, strip: Frame, y: float, tick: float) -> Shape:
    start, to = (Point(x, y) for x in (strip.left + INSET, strip.right - INSET))
    role = ROLES[argument]
    return Bracket(name=f"tie-{argument}", role=role, argument=argument, start=start, to=to, tick=tick)
