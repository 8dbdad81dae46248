"""A step that a mask skips: what goes past the layer."""

from ...fonts import NAME, width
from ...geometry import Frame, Point
from ...i18n import gettext
from ...shapes.blocks import LANE_PADDING, Lane
from ...shapes.shape import Shape
from ...shapes.text import Label
from . import pieces
from .scene import Scene
from .sides import FROM_LANE, TO_LANE, UNDER_LANE, side_width

LANE_TOP, FIRST, BETWEEN = 16, 82, 96
"""The top of the lane, the height of the first line, and how far down the next one is."""
UNDER_LINES = 50
"""The room of what is said in the lane."""
LEAST_WIDTH = 260


def skipped_shapes(scene: Scene) -> list[Shape]:
    """Lead the memory and the state straight past; the input is shown, and led nowhere."""
    kinds = ["state"] if scene.moment.memories is None else ["memory", "state"]
    keys = [f"{kind}-{when}" for kind in kinds for when in ("before", "after")]
    side = side_width(scene, *keys)
    said = gettext("masked: it goes past unchanged")
    if len(kinds) == 2:
        said = gettext("masked: both go past unchanged")
    left = side + TO_LANE
    right = left + max(LEAST_WIDTH, width(said, NAME) + 2 * LANE_PADDING)
    bottom = FIRST + BETWEEN * (len(kinds) - 1) + UNDER_LINES
    lane = Frame.between(left, LANE_TOP, right, bottom)
    shapes: list[Shape] = [Lane(name="lane", frames=(lane,))]
    for row, kind in enumerate(kinds):
        shapes += _past(scene, kind, FIRST + row * BETWEEN, side, right + FROM_LANE + side / 2)
    at = Point(lane.middle, bottom - UNDER_LINES / 2)
    shapes.append(Label(name="skipped", role="muted", step=2, text=said, at=at))
    return [*shapes, *pieces.given_word(scene, lane.middle, bottom + UNDER_LANE)]


def _past(scene: Scene, kind: str, y: float, side: float, leaving: float) -> list[Shape]:
    role = "memory" if kind == "memory" else "flow"
    start, end = Point(side / 2 - scene.strip / 2, y), Point(leaving + scene.strip / 2, y)
    return [
        *pieces.over(scene, f"{kind}-before", side / 2, y),
        pieces.arrow(f"{kind}-arrow", 2, start, end, role=role),
        *pieces.over(scene, f"{kind}-after", leaving, y),
    ]
