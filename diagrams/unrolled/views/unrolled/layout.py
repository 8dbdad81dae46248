"""Choosing the layout of an unrolled model: with large cells if they fit, otherwise with small ones or fewer steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...flow.axis import ACROSS, DOWN, Axis
from ...flow.drawing import laid
from ...fonts import width
from ...geometry import Frame
from ...layout import FEWEST_STEPS, MOST_STEPS, snug_box
from ...shapes.shape import Shape
from .narrow import Narrow
from .pieces import LARGE_NUMBER, strip_width
from .plan import Plan
from .scene import Scene
from .wide import Wide

BOX, WIDE_BOX, NARROW_BOX = 728, 848, 288
"""The maximum size on a tablet, a page and a phone, in pixels."""
CODE_MARGIN = 9
"""The margin of a full line of code on a phone; smaller, because letters don't fill their full width."""
LANE_MARGIN = 3
"""The margin if two lanes fill the width of a phone."""
BOTH_PADDING = 14, 4
"""The padding of lanes when two of them are side by side on a phone."""
FEWEST_CELLS = 3
"""The cells of a vector if two lanes have to share the width of a phone."""
BETWEEN_STATES = 6
"""The gap between a state and its memory side by side on a phone."""
TIGHT_GAP = 4
"""The gap between items in a lane when two sentences are side by side."""
SHRINKS = 0.75, 0.7
"""How much narrower a layout can be with the smallest cells: more with two sentences side by side in small blocks."""
IN_CELL = 5
"""The least space beside a number in a cell, on both sides together."""
Try = tuple[Axis, int, bool]
"""A candidate layout: the cell size, the number of steps, and whether sentences follow one another."""
Form = tuple[tuple[Shape, ...], Frame]


def wide(scene: Scene, plan: Plan) -> Form:
    """Lay out the wide form, choosing the most readable candidate that fits the text or the page.

    If time can't run to the right in that space, it runs down, as on a phone.
    """
    over = 0.0
    if scene.tied:
        from .ties import raised  # most pictures don't show code

        over = raised(scene, plan)
    forms: dict[Try, Form] = {}
    for most_width, tried in _tries(plan, scene.most_steps):
        axis, most_steps, beside = tried
        large = forms.get((ACROSS, most_steps, beside))
        if large and large[1].width * SHRINKS[beside] > most_width:
            continue
        if tried not in forms:
            flow = Wide(plan, axis, most_steps, beside=beside, raised=over).flow
            shapes = _with_code(scene, plan, axis, laid(flow, axis).shapes)
            forms[tried] = shapes, snug_box(shapes)
        if forms[tried][1].width <= most_width:
            return forms[tried]
    down = _down(scene, plan, WIDE_BOX, most_cells=ACROSS.most_cells)
    return min(*forms.values(), down, key=lambda form: form[1].width)


def _tries(plan: Plan, asked: int | None) -> Iterator[tuple[float, Try]]:
    """Yield candidates in order of preference, with their maximum widths; `asked` is the requested number of steps."""
    besides = (True, False) if any(reading.handed for reading in plan.readings) else (False,)
    steps = [asked or MOST_STEPS]
    if asked is None and max(group.steps for group in plan.groups) >= MOST_STEPS:
        steps.append(FEWEST_STEPS)
    large, *smaller = ACROSS, *_smaller(plan, ACROSS)
    for most_steps in steps:
        for beside in besides:
            axes = [large, *(replace(axis, slot_gap=TIGHT_GAP) if beside else axis for axis in smaller)]
            found = [(box, axis) for box in (BOX, WIDE_BOX) for axis in axes if not (box == BOX and axis.is_dense)]
            yield from ((box, (axis, most_steps, beside)) for box, axis in found)


def _smaller(plan: Plan, axis: Axis) -> list[Axis]:
    """Return the tighter variants of an axis: with the same numbers if they fit the cells, and with smaller ones."""
    close = axis.close()
    fits = all(width(text, LARGE_NUMBER) <= close.cell[0] - IN_CELL for text in plan.printed(axis.most_cells))
    return [close, close.dense()] if fits else [close.dense()]


def narrow(scene: Scene, plan: Plan) -> Form:
    """Lay out the narrow form, which fits a phone."""
    return _down(scene, plan, NARROW_BOX)


def _down(scene: Scene, plan: Plan, room: float, most_cells: int = DOWN.most_cells) -> Form:
    """Let time run down, with small cells, fewer of them, or brackets instead of ties if it wouldn't fit otherwise."""
    down = replace(DOWN, most_cells=most_cells)
    if plan.both:
        down = replace(down, band_padding=BOTH_PADDING)
    most_steps = scene.most_steps or MOST_STEPS
    axes = down, *_smaller(plan, down)
    tries = [(axis, True, False) for axis in (*_parallel(plan, axes), *axes)]
    tries += [(axes[-1], False, False)] if scene.tied else []
    if plan.both:
        squeezed = [replace(axis, most_cells=FEWEST_CELLS) for axis in axes]
        tries += [(axis, True, True) for axis in squeezed]
    large = 0.0
    for axis, has_ties, apart in tries:
        if large * SHRINKS[False] > room and not apart and axis is not tries[-1][0]:
            continue
        flow = Narrow(plan, axis, most_steps, len(scene.tied) if has_ties else 0, apart=apart).flow
        shapes = _with_code(scene, plan, axis, laid(flow, axis).shapes, has_ties)
        box = snug_box(shapes)
        if box.width > room:
            box = snug_box(shapes, LANE_MARGIN if apart else CODE_MARGIN)
        if box.width <= room:
            break
        if axis.wires_apart is None:
            large = large or box.width
    return shapes, box


def _parallel(plan: Plan, axes: Sequence[Axis]) -> Iterator[Axis]:
    """Yield variants of axes in which a state and its memory are side by side, if they always go on together."""
    pairs = [(stage, each) for stage in plan.stages for each in stage.readings if len(each.states[0]) > 1]
    go_on = all(each.hands or (stage.said is not None and stage.said.whole) for stage, each in pairs)
    if not pairs or plan.both or not go_on or any(block.skipped for _, each in pairs for block in each.blocks):
        return
    states = [state for _, each in pairs for both in (*each.states, each.leaves) for state in both]
    for axis in axes:
        if not axis.is_dense:
            yield replace(axis, wires_apart=max(strip_width(state, axis) for state in states) + BETWEEN_STATES)


def _with_code(
    scene: Scene, plan: Plan, axis: Axis, shapes: tuple[Shape, ...], has_ties: bool = True
) -> tuple[Shape, ...]:
    if not scene.tied:
        return shapes
    from .ties import tied

    return tuple(tied(scene, plan, axis, shapes, has_ties))
