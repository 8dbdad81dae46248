"""Bidirectional: two ways along the sequence, and what is made of their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ...i18n import Series, gettext
from ...model import Tensor
from .labels import DIRECTIONS, label_of
from .plan import Flow, Reading, Stage
from .planned_readings import Way
from .scene import Scene
from .shown import Line, Row, Shown, floats

if TYPE_CHECKING:
    from ...arrays import Array
    from ...layers.bidirectional import Bidirectional, BidirectionalTrace

SAID = {
    "sum": gettext("forward + backward"),
    "mul": gettext("forward × backward"),
    "ave": gettext("half the sum"),
}


def both_of(scene: Scene, node: int, flow: Flow, fills: tuple[str, ...]) -> tuple[Stage, Flow]:
    """Draw both directions and what they say together."""
    trace = cast("BidirectionalTrace", scene.trace.traces[node])
    layer = cast("Bidirectional", trace.layer)
    ways = [
        Way(scene, node, flow, trace.forward, "forward"),
        Way(scene, node, flow, trace.backward, "backward"),
    ]
    outputs = 2 if layer.merge_mode is None else 1
    states = layer.layer.state_names if layer.layer.return_state else ()
    places = range(outputs, outputs + 2 * len(states), len(states) or 1)
    leaves = [[(letter, Tensor(node, first + at)) for at, letter in enumerate(states)] for first in places] or [[], []]
    whole = layer.layer.return_sequences
    readings = tuple(way.reading(each) for way, each in zip(ways, leaves, strict=True))
    rows = [_row(scene, flow, trace, place, readings) for place in range(outputs)]
    skipped = [] if trace.mask is None or not whole else [at for at, kept in enumerate(trace.mask) if not kept]
    stage = Stage(
        kind="both",
        node=node,
        layer=f"layer{node}-",
        readings=readings,
        labels=tuple(label_of(scene, node, way.layer, way.direction) for way in ways),
        said=rows[0],
        also=rows[1] if len(rows) > 1 else None,
        merge=layer.merge_mode,
        silent=frozenset(flow.order[at] for at in skipped),
    )
    if not whole:
        return stage, Flow(flow.first_step, flow.order[-1:], whole, (max(each.steps[-1] for each in readings),))
    ready = tuple(max(each.step(position) for each in readings) for position in flow.order)
    return stage, Flow(flow.first_step, flow.order, whole, ready)


def _row(scene: Scene, flow: Flow, trace: BidirectionalTrace, place: int, readings: tuple[Reading, ...]) -> Row:
    """What is said at every step, or in the end: merged, once both directions have read it, or by one of them."""
    layer = cast("Bidirectional", trace.layer)
    node = next(number for number, each in enumerate(scene.trace.traces) if each is trace)
    kind = "output" if layer.merge_mode is not None else ("forward-output", "backward-output")[place]
    values, label = trace.returned[place], _label(scene, node, layer) if place == 0 else ()
    saying = readings if layer.merge_mode is not None else readings[place : place + 1]

    def vector(each: Array, name: str, step: int, dashed: bool) -> Shown:
        return Shown(
            name=f"layer{node}-{name}{kind}",
            role="state",
            values=floats(each),
            step=step,
            argument=scene.key(node, "units"),
            dashed=dashed,
            returned=Tensor(node, place) in scene.returned,
            half=layer.forward.units if layer.merge_mode == "concat" else None,
        )

    if values.ndim == 1:
        last = max(each.steps[-1] for each in saying)
        return Row(flow.order[-1:], (vector(values, "", last, dashed=False),), label, whole=False)
    kept = [True] * len(flow.order) if trace.mask is None else trace.mask
    shown = {
        position: vector(values[at], f"step{at + 1}-", max(each.step(position) for each in saying), dashed=not kept[at])
        for at, position in enumerate(flow.order)
    }
    at = tuple(sorted(shown))
    return Row(at, tuple(shown[each] for each in at), label)


def _label(scene: Scene, node: int, layer: Bidirectional) -> tuple[Line, ...]:
    key = scene.key(node, "merge_mode")
    if layer.merge_mode is None:
        both = Series(DIRECTIONS["forward"], DIRECTIONS["backward"])
        return Line("merge_mode=None", "state", key), Line(both, "state", key)
    first, second = layer.forward.units, layer.backward.units
    says = f"{first} + {second} = {first + second}" if layer.merge_mode == "concat" else SAID[layer.merge_mode]
    return Line(layer.merge_mode, "state", key), Line(says, "state", key)
