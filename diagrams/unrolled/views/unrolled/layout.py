"""Which form of an unrolled model fits: with large cells if there is room, else with small ones or fewer steps."""

from __future__ import annotations

from collections.abc import Iterator

from ...flow.axis import ACROSS, DOWN, Axis
from ...flow.drawing import laid
from ...geometry import Frame
from ...layout import LAST_BEFORE_GAP, MARGIN, MOST_STEPS, snug_box
from ...shapes.shape import Shape
from .narrow import Narrow
from .plan import Plan
from .scene import Scene
from .wide import Wide

BOX, WIDE_BOX, NARROW_BOX = 720, 848, 288
"""What a page has room for: in its text, beyond it, and on a phone. Pixels."""
LEAST_MARGIN = 4
FEWEST_STEPS = LAST_BEFORE_GAP + 1
Form = tuple[tuple[Shape, ...], Frame]


def wide(scene: Scene, plan: Plan) -> Form:
    """Lay the wide form out: of the forms that fit the text, the page, or neither, the one that is easiest to read."""
    for most_width, axis, most_steps, beside in _tries(plan):
        found = laid(Wide(plan, axis, most_steps, beside=beside).flow, axis)
        shapes = found.shapes
        box = snug_box(shapes)
        if box.width <= most_width:
            break
    return shapes, box


def _tries(plan: Plan) -> Iterator[tuple[float, Axis, int, bool]]:
    """The forms in the order in which they are preferred, with what each may be wide."""
    besides = (True, False) if any(reading.handed for reading in plan.readings) else (False,)
    steps = [MOST_STEPS]
    if max(group.steps for group in plan.groups) >= MOST_STEPS:
        steps.append(FEWEST_STEPS)
    for most_steps in steps:
        for beside in besides:
            for width in (BOX, WIDE_BOX):
                for axis in (ACROSS, ACROSS.dense()):
                    yield width, axis, most_steps, beside
    yield float("inf"), ACROSS.dense(), steps[-1], False


def narrow(scene: Scene, plan: Plan) -> Form:
    """Lay the narrow form out, with small cells and a small margin where it would not fit a phone."""
    for axis in (DOWN, DOWN.dense()):
        found = laid(Narrow(plan, axis, MOST_STEPS).flow, axis)
        box = snug_box(found.shapes)
        if box.width <= NARROW_BOX:
            break
    margin = min(MARGIN, max(LEAST_MARGIN, MARGIN - (box.width - NARROW_BOX) / 2))
    return found.shapes, snug_box(found.shapes, margin)
