"""Choosing the layout of an unrolled model: with large cells if they fit, otherwise with small ones or fewer steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...flow.axis import ACROSS, DOWN, Axis
from ...flow.drawing import laid
from ...geometry import Frame
from ...layout import FEWEST_STEPS, MOST_STEPS, snug_box
from ...shapes.shape import Shape
from .narrow import Narrow
from .plan import Plan
from .scene import Scene
from .wide import Wide

BOX, WIDE_BOX, NARROW_BOX = 728, 848, 288
"""The maximum size on a tablet, a page and a phone, in pixels."""
CODE_MARGIN = 9
"""The margin of a full line of code on a phone; smaller, because letters don't fill their full width."""
BOTH_PADDING = 14, 3
"""The padding of lanes when two of them are side by side on a phone."""
TIGHT_GAP = 5
"""The gap between items in a lane when two sentences are side by side."""
Try = tuple[Axis, int, bool]
"""A candidate layout: the cell size, the number of steps, and whether sentences follow one another."""
Form = tuple[tuple[Shape, ...], Frame]


def wide(scene: Scene, plan: Plan) -> Form:
    """Lay out the wide form, choosing the most readable candidate that fits the text, the page, or neither."""
    over = 0.0
    if scene.tied:
        from .ties import raised  # most pictures don't show code

        over = raised(scene, plan)
    forms: dict[Try, Form] = {}
    for most_width, tried in _tries(plan, scene.most_steps):
        if tried not in forms:
            axis, most_steps, beside = tried
            flow = Wide(plan, axis, most_steps, beside=beside, raised=over).flow
            shapes = _with_code(scene, plan, axis, laid(flow, axis).shapes)
            forms[tried] = shapes, snug_box(shapes)
        if forms[tried][1].width <= most_width:
            break
    return forms[tried]


def _tries(plan: Plan, asked: int | None) -> Iterator[tuple[float, Try]]:
    """Yield candidates in order of preference, with their maximum widths; `asked` is the requested number of steps."""
    besides = (True, False) if any(reading.handed for reading in plan.readings) else (False,)
    steps = [asked or MOST_STEPS]
    if asked is None and max(group.steps for group in plan.groups) >= MOST_STEPS:
        steps.append(FEWEST_STEPS)
    for most_steps in steps:
        for beside in besides:
            dense = replace(ACROSS.dense(), slot_gap=TIGHT_GAP) if beside else ACROSS.dense()
            for width in (BOX, WIDE_BOX):
                for axis in (ACROSS, dense):
                    yield width, (axis, most_steps, beside)
    yield float("inf"), (ACROSS.dense(), steps[-1], False)


def narrow(scene: Scene, plan: Plan) -> Form:
    """Lay out the narrow form, with small cells and brackets instead of ties if it wouldn't fit a phone otherwise."""
    down = replace(DOWN, band_padding=BOTH_PADDING) if plan.both else DOWN
    most_steps = scene.most_steps or MOST_STEPS
    tries = [(down, True), (down.dense(), True), *([(down.dense(), False)] if scene.tied else [])]
    for axis, has_ties in tries:
        flow = Narrow(plan, axis, most_steps, len(scene.tied) if has_ties else 0).flow
        shapes = _with_code(scene, plan, axis, laid(flow, axis).shapes, has_ties)
        box = snug_box(shapes)
        if box.width > NARROW_BOX:
            box = snug_box(shapes, CODE_MARGIN)
        if box.width <= NARROW_BOX:
            break
    return shapes, box


def _with_code(
    scene: Scene, plan: Plan, axis: Axis, shapes: tuple[Shape, ...], has_ties: bool = True
) -> tuple[Shape, ...]:
    if not scene.tied:
        return shapes
    from .ties import tied

    return tuple(tied(scene, plan, axis, shapes, has_ties))
