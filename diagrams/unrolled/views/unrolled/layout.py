"""Which form of an unrolled model fits: with large cells if there is room, else with small ones or fewer steps."""

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
"""What a tablet has room for, a page, and a phone. Pixels."""
CODE_MARGIN = 9
"""What a full line of code leaves on a phone: its outermost letters do not fill their width."""
BOTH_PADDING = 14, 3
"""What lanes keep around their things where two of them stand side by side on a phone."""
TIGHT_GAP = 5
"""What things in a lane keep from one another where two sentences stand side by side."""
Try = tuple[Axis, int, bool]
"""How things are laid, how many steps are shown, and whether one sentence stands after the other."""
Form = tuple[tuple[Shape, ...], Frame]


def wide(scene: Scene, plan: Plan) -> Form:
    """Lay the wide form out: of the forms that fit the text, the page, or neither, the one that is easiest to read."""
    over = 0.0
    if scene.tied:
        from .ties import raised  # most pictures show no code

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
    """The forms in the order in which they are preferred, with what each may be wide; `asked` is how many steps."""
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
    """Lay the narrow form out, with small cells where it would not fit a phone, and then with brackets for ties."""
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
