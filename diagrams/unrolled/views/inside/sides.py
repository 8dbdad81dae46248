"""What stands around a cell: the states that come and go, the word under it, and its formula."""

from ...fonts import NAME
from ...geometry import Point
from ...i18n import gettext
from ...shapes.cells import CELL
from ...shapes.shape import Shape
from ...shapes.text import Phrase, Run
from . import pieces
from .formula import formula_of
from .scene import Scene

TO_LANE, FROM_LANE, UNDER_LANE = 26, 22, 18
"""From a state to the lane, from the lane to a state, and from the lane down to what the layer is given."""
LINE_HEIGHT = 28
FORMULA_GAP, ASIDE = 32, 24
ROUNDED = gettext("Two decimals, rounded after the arithmetic: a last digit may differ.")


def side_width(scene: Scene, *keys: str) -> float:
    """Measure the room of a state beside the lane: its strip, or its name where that is wider."""
    return max(scene.strip, *(scene.name_width(key) for key in keys))


def foot(scene: Scene, middle: float, top: float, least_left: float = 0) -> list[Shape]:
    """Set the word under the cell, and the formula beside it."""
    given = pieces.given_word(scene, middle, top)
    right = max(shape.bounds.right for shape in given)
    left = max(least_left, right + FORMULA_GAP)
    lines: list[Shape] = [
        Phrase(name=f"formula-{row + 1}", step=stage, runs=runs, at=Point(left, top + CELL / 2 + row * LINE_HEIGHT))
        for row, (stage, runs) in enumerate(formula_of(scene))
    ]
    if "squashed" in scene.quantities:
        lines += _squashed(scene, lines[-1].bounds.right, top + CELL / 2 + LINE_HEIGHT)
    if not scene.is_exact_as_printed:
        at = Point(left, top + CELL / 2 + len(formula_of(scene)) * LINE_HEIGHT)
        lines.append(Phrase(name="rounded", runs=(Run(ROUNDED, "muted"),), at=at, style=NAME))
    return [*given, *lines]


def _squashed(scene: Scene, after: float, y: float) -> list[Shape]:
    """Show, beside the formula, what an LSTM's activation makes of the memory: nobody works out a tanh by eye."""
    name = pieces.name(scene, "squashed", Point(after + ASIDE, y), anchor="start")
    middle = name.bounds.right + pieces.NAME_ASIDE + scene.strip / 2
    return [name, pieces.strip(scene, "squashed", middle, y - CELL / 2)]
