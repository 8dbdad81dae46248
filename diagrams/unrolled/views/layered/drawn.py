"""A model's layers in shapes: lanes, blocks, what flows between them, and the counts."""

from __future__ import annotations

from collections.abc import Iterator

from ...fonts import BLOCK_SECOND, NAME, width
from ...geometry import Frame, Point
from ...i18n import Grouped, Together, gettext, ngettext
from ...model import Tensor
from ...shapes.arrows import CLEAR, Arrow
from ...shapes.blocks import Block, Lane
from ...shapes.shape import Shape
from ...shapes.text import Label, Phrase, Run
from .axes import options
from .setting import (
    COUNT_UNDER,
    ENTRY,
    FORMULA,
    FORMULA_LEADING,
    LEGEND,
    LEGEND_LEADING,
    ROOM,
    ROUTE,
    ROUTE_STEP,
    SHAPE,
    TO_COUNT,
    Setting,
)

ASIDE = 10
"""From an arrow to the shape that stands beside it."""
LINE = 19
SHAPE_TO_ARROW = 12
OUT = 44
"""From the last lane to the middle of what comes out."""
TOTAL_UNDER = 40
MOST_TERMS = 4
OVER, UNDER, NAME_TO_SHAPE = 15, 17, 8
Way = tuple[tuple[Point, ...], Point, Point, str]
"""The points of an arrow, where the names of what it carries and their shape stand, and by which end."""


def shapes_of(setting: Setting) -> list[Shape]:
    """Draw a setting in painting order."""
    shapes: list[Shape] = []
    for number in range(len(setting.nodes)):
        shapes += [*_layer(setting, number), *_count(setting, number), *_given(setting, number)]
    for column in setting.plan.columns:
        shapes += _returned(setting, column[-1])
    routes = 0
    for number in range(len(setting.nodes)):
        for source in setting.plan.state_sources(number):
            shapes += _states(setting, source, number, routes)
            routes += 1
    return [*shapes, *_total(setting, shapes)]


def key(number: int) -> str:
    """Name the argument that says how much a layer returns."""
    return f"layer-{number + 1}-size"


def _layer(setting: Setting, number: int) -> Iterator[Shape]:
    layer, name = setting.nodes[number].layer, f"layer-{number + 1}"
    if setting.counts[number] is not None:
        yield Lane(name=f"{name}-lane", frames=(setting.lane(number),))
    yield Block(
        name=name,
        argument=key(number),
        frame=setting.block(number),
        text=layer.name_in_code,
        second=options(layer),
    )


def _count(setting: Setting, number: int) -> Iterator[Shape]:
    """The calculation, and what its numbers count."""
    lines, block, name = setting.lines[number], setting.block(number), f"layer-{number + 1}"
    if setting.beside:
        x, anchor = block.right + TO_COUNT, "start"
        y = block.centre - lines.height / 2
    else:
        x, anchor = block.middle, "middle"
        y = block.bottom + COUNT_UNDER
    for place, runs in enumerate(lines.formula):
        formula = f"{name}-count" if place == 0 else f"{name}-count-{place + 1}"
        at = Point(x, y + place * FORMULA_LEADING)
        yield Phrase(name=formula, argument=key(number), runs=runs, at=at, style=FORMULA, anchor=anchor)
    y += FORMULA_LEADING * max(0, len(lines.formula) - 1) + (LEGEND_LEADING + 1 if lines.formula else 0)
    for place, text in enumerate(lines.legend):
        legend = f"{name}-legend" if place == 0 else f"{name}-legend-{place + 1}"
        at = Point(x, y + place * LEGEND_LEADING)
        yield Label(name=legend, role="muted", text=text, at=at, style=LEGEND, anchor=anchor)


def _given(setting: Setting, number: int) -> Iterator[Shape]:
    """What goes into a layer: from the layer above, or from outside."""
    given, block = setting.nodes[number].given, setting.block(number)
    name = f"layer-{number + 1}-input"
    if given.node is None:
        top = setting.tops[number] - ENTRY
        several = len(setting.plan.columns) > 1
        text = gettext("input %(number)s", number=given.output + 1) if several else gettext("input")
        yield Label(name=f"{name}-name", role="muted", text=text, at=Point(block.middle, top + 6))
        yield _shape(setting, name, given, Point(block.middle, top + 6 + LINE), f"input-{given.output + 1}", "middle")
        start = top + 6 + LINE + SHAPE_TO_ARROW
    else:
        above = setting.block(given.node)
        start = max(above.bottom, setting.lane(given.node).bottom if not setting.beside else 0) + CLEAR
        low, high = setting.lane(number).top, setting.lane(given.node).bottom
        at = Point(block.middle + ASIDE, (low + high) / 2)
        yield _shape(setting, name, given, at, key(given.node), "start")
    arrow = Point(block.middle, start), Point(block.middle, block.top - CLEAR)
    yield Arrow(name=f"{name}-arrow", points=arrow)


def _shape(setting: Setting, name: str, tensor: Tensor, at: Point, argument: str, anchor: str) -> Shape:
    runs = tuple(Run(text, token) for text, token in setting.flow.pieces(tensor))
    axes = setting.flow.axes(tensor)
    role = axes[-1].token if axes else "ink"
    return Phrase(name=name, role=role, argument=argument, runs=runs, at=at, style=SHAPE, anchor=anchor)


def _returned(setting: Setting, number: int) -> Iterator[Shape]:
    """What comes out, and its name under it."""
    tensors, lane = setting.plan.outputs_of(number), setting.lane(number)
    if not tensors:
        return
    x, y = setting.block(number).middle, lane.bottom + OUT
    start = (setting.block(number) if setting.beside else lane).bottom + CLEAR
    name = f"layer-{number + 1}-output"
    yield Arrow(name=f"{name}-arrow", points=(Point(x, start), Point(x, y - SHAPE_TO_ARROW)))
    for place, tensor in enumerate(tensors):
        shape = name if place == 0 else f"{name}-{place + 1}"
        yield _shape(setting, shape, tensor, Point(x, y + place * LINE), key(number), "middle")
    text = gettext("output")
    if len(tensors) > 1:
        text = ngettext("%(num)s output", "%(num)s outputs", len(tensors))
    yield Label(name=f"{name}-name", role="muted", text=text, at=Point(x, y + len(tensors) * LINE))


def _states(setting: Setting, source: int, number: int, route: int) -> Iterator[Shape]:
    """First states, handed over sideways, or down the left side."""
    tensors = [each for each in setting.nodes[number].states or () if each.node == source]
    names = ", ".join(state_names(setting, tensors))
    name = f"layer-{number + 1}-states" if route == 0 else f"layer-{number + 1}-states-{route + 1}"
    down = setting.stacked or setting.plan.column_of(source) == setting.plan.column_of(number)
    points, named, shaped, anchor = (_way_down if down else _way_across)(setting, source, number, route, names)
    yield Arrow(name=f"{name}-arrow", points=points)
    yield Label(name=f"{name}-name", role="state", text=names, at=named, argument=key(source), anchor=anchor)
    yield _shape(setting, name, tensors[0], shaped, key(source), anchor)


def _way_down(setting: Setting, source: int, number: int, route: int, names: str) -> Way:
    start, end = setting.block(source), setting.block(number)
    x = setting.lane(source).left - ROUTE - route * ROUTE_STEP
    first, last = Point(start.left - CLEAR, start.centre), Point(end.left - CLEAR, end.centre)
    named = Point(x + ASIDE, setting.lane(source).bottom + LINE)
    shaped = Point(named.x + width(names, NAME) + NAME_TO_SHAPE, named.y)
    return (first, Point(x, first.y), Point(x, last.y), last), named, shaped, "start"


def _way_across(setting: Setting, source: int, number: int, route: int, names: str) -> Way:
    """Go straight across, or half way, down, and on; the names stand over the line, the shape under it."""
    start, end = setting.block(source), setting.block(number)
    leftwards = end.left < start.left
    out, into = (start.left - CLEAR, end.right + CLEAR) if leftwards else (start.right + CLEAR, end.left - CLEAR)
    middle = (setting.lane(source).middle + setting.lane(number).middle) / 2
    first, last = Point(out, start.centre), Point(into, end.centre)
    bend = () if first.y == last.y else (Point(middle, first.y), Point(middle, last.y))
    return (first, *bend, last), Point(middle, first.y - OVER), Point(middle, last.y + UNDER), "middle"


def state_names(setting: Setting, tensors: list[Tensor]) -> list[str]:
    """Name what is handed over: `h`, `c`."""
    names: list[str] = []
    for each in tensors:
        layer = setting.nodes[each.node or 0].layer
        known = ("output", *getattr(layer, "state_names", ()))
        names.append(known[each.output] if each.output < len(known) else gettext("state"))
    return names


def _total(setting: Setting, shapes: list[Shape]) -> Iterator[Shape]:
    """The sum of all counts, under the last of them."""
    terms = [
        count.total for number, count in enumerate(setting.counts) if count is not None and setting.is_first_use(number)
    ]
    total = setting.plan.model.parameter_count
    text: str = Grouped(total)
    first, *others = map(Grouped, terms or [0])
    worked = Together(first, *(piece for term in others for piece in (" + ", term)), " = ", text)
    if 1 < len(terms) <= MOST_TERMS and (setting.beside or width(worked, FORMULA.bold()) <= ROOM):
        text = worked
    lanes = list(map(setting.lane, range(len(setting.nodes))))
    if setting.beside:
        x, y, anchor = setting.block(0).right + TO_COUNT, lanes[-1].bottom + OUT, "start"
    else:
        x, anchor = Frame.around(lanes).middle, "middle"
        y = max(shape.bounds.bottom for shape in shapes) + TOTAL_UNDER
    yield Label(name="total", text=text, at=Point(x, y), style=FORMULA.bold(), anchor=anchor)
    yield Label(
        name="total-legend",
        role="muted",
        text=gettext("parameters"),
        at=Point(x, y + LINE),
        style=BLOCK_SECOND,
        anchor=anchor,
    )
