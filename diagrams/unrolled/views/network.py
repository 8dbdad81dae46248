"""A network of Dense layers: nodes with the activations for one sample, and an edge for each weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, pairwise
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Array, Weights, read_only
from ..description import STAGE, Description, TextColumn
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Edge, Flow, Item
from ..flow.drawing import laid
from ..flow.group import grouped, in_column
from ..fonts import NAME, NUMBER, width
from ..geometry import Point
from ..i18n import (
    LEFT_OUT,
    MINUS,
    Fields,
    Listing,
    Message,
    Number,
    PrintedNumbers,
    Spaced,
    Together,
    gettext,
    known,
    ngettext,
    number_in,
    pgettext,
    shorten,
    text_of,
)
from ..layers.activations import Activation, ReLU, Softmax
from ..layers.core import Dense, TrainingOnly
from ..layers.layer import Layer, Trace
from ..layers.reshaping import Flatten
from ..layout import LEAST_MARGIN, PHONE, wrapped
from ..measures import Measures, measures
from ..model import Argument, Model, Node, Tensor, stack
from ..numbers.embedding import embed
from ..numbers.run import ModelTrace
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import call_numbers
from ..sample import Sample
from ..shapes.arrows import Disc
from ..shapes.plots import Line
from ..shapes.shape import Shape, Shapes
from ..shapes.text import Phrase, Run, broken
from .given import layer_weights, recorded_run
from .pieces import ROUNDED, spread, text, vector
from .refusals import choose_layer, pick, refused

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MOST_LAYERS = 6
"""The most columns drawn, including the inputs; of more, the first ones and the last two."""
VALUE = NUMBER.sized(15)
HEAD, SECOND = NAME.bold(), NAME
DOT_APART, DOTS_RISE = 8, 10
"""The distance between the dots that represent what is left out, and how far they are above the count."""
THIN, THICKER = 0.9, 4.2
"""The line width for a weight of 0, and the increment for the largest one."""
FAINT = 0.72
"""The colour intensity for a weight of 0; for the largest, it is 1."""
MANY_EDGES = 24
"""The most edges that are all in full colour. Of more, those to other nodes than the summed one are paler."""
FAN = 6
"""The distance between the ends of neighbouring edges at a node."""
SAMPLE, AFTER_SAMPLE = 34, 10
"""The length of a sample line in the key, and the gap to its text."""
DOTS_LEADING = 15


WIDE = measures(cell=(46, 46), gap=32, apart=[150, 110, 76, 48, 28], most=[6, 6, 6, 5])
NARROW = measures(
    cell=[*[(40, 40)] * 5, (38, 38)], gap=[15, 12, 8, 12, 8, 4], apart=[96, 96, 96, 96, 84], most=[4, 4, 4, 3]
)
TALL = measures(cell=(40, 40), gap=10, apart=[300, 220, 170, 120, 80, 50, 36], most=12)
"""A node is a cell, and layers are `apart`. A tall layout has more nodes, and runs from left to right even in the
narrow form.
"""
MOST_EDGES, MOST_TALL = 64, 3
"""The most edges between two columns of a tall network, and the most columns."""


@laid_anew
def network(
    model: Model | Layer,
    inputs: ArrayLike | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    node: int = 1,
    layer: int | str | None = None,
) -> Picture:
    """Draw a stack of Dense layers as nodes and edges, with the activations for one sample in the nodes.

    Each edge is a weight: thicker for larger absolute values, solid if positive, dashed if negative. If there are too
    many nodes or layers to read, the first ones and the last are drawn, with a count of those left out. `node`, from 1,
    selects the node whose sum is written out, in the Dense layer selected by `layer` (its number, from 1, or its name),
    by default the first. `inputs` are the input values, in the model's own shape. The steps of this picture are layers.

    >>> network(stack(Dense(4, "tanh"), Dense(2, "softmax"), shape=(3,)), [0.5, -0.2, 0.8])
    """
    trace = _traced(model, inputs, weights)
    levels = tuple(_levels(trace))
    dense = [level for level in levels if level.node is not None]
    nodes = [level.node for level in dense if level.node is not None]
    place = choose_layer(trace.model, nodes, layer, "Dense layer", "Dense") if layer is not None or not dense else 0
    return _picture(NodeColumns(trace.model, levels, place + 1, pick(node, "node", len(dense[place].values))))


def _traced(model: Model | Layer, inputs: ArrayLike | None, weights: Weights | Sequence[Weights] | None) -> ModelTrace:
    """Run the model on one sample, by default one of the kit's own."""
    if isinstance(model, Layer):
        model = stack(model, shape=(3,) if inputs is None else np.shape(inputs))
    if not isinstance(model, Model):
        raise PictureError(f"pass a model or a layer, such as read_keras(code) or Dense(2), not {model!r}")
    if len(model.entries) != 1:
        raise PictureError(f"a network is drawn from one input, but the model has {len(model.entries)}")
    for node in model.nodes:
        _check_kind(model, node)
    shape = model.entries[0].shape
    if inputs is None:
        if None in shape:
            raise PictureError(f"the model has an unknown length, {shape}: pass the inputs of one sample")
        lengths = [length or 0 for length in shape]
        inputs = embed(["input"], prod(lengths))[0].reshape(lengths)
    return recorded_run(model, [read_only(inputs)], layer_weights(model, weights))


BENDING = (Activation, ReLU, Softmax)
PASSING = (*BENDING, TrainingOnly)


def _check_kind(model: Model, node: Node) -> None:
    """Check that a layer on the path from the inputs is supported. Raises PictureError at its line."""
    call_text, at = node.calls[0].text, model.nodes.index(node)
    before = Tensor(None) if at == 0 else Tensor(at - 1)
    if node.inputs != (before,):
        raise refused(
            model,
            node,
            f"{call_text} doesn't read the output of the layer before it, but a network can't have branches",
        )
    if not isinstance(node.layer, (Dense, Flatten, *PASSING)):
        raise refused(
            model,
            node,
            f"{call_text} isn't a Dense layer: a network has Dense layers, with Flatten before them and activations or "
            "Dropout between them; for other layers, use model_shapes",
        )
    if isinstance(node.layer, Dense) and len(node.shapes[0]) != 1:
        raise refused(
            model,
            node,
            f"{call_text} works on each row of {node.shapes[0]} separately: put Flatten before it",
        )


OF_ALL = ("softmax", "log_softmax")
"""Activations that need the sums of all nodes."""


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Level:
    """A column of nodes: the inputs, or a Dense layer with its activations."""

    values: Array
    node: Node | None = None
    trace: Trace | None = None
    bends: tuple[Layer, ...] = ()
    """The activations applied to the sums, in order."""

    @cached_property
    def numbers(self) -> list[float]:
        """The values, to be printed."""
        return self.values.tolist()  # type: ignore[no-any-return]

    @property
    def layer(self) -> Dense:
        """The layer."""
        assert self.node is not None
        assert isinstance(self.node.layer, Dense)
        return self.node.layer

    @property
    def given(self) -> Array:
        """The terms that the nodes add up."""
        assert self.trace is not None
        return self.trace.inputs

    @property
    def kernel(self) -> Array:
        """The weights (inputs, nodes)."""
        assert self.trace is not None
        return self.layer.kernel_of(self.trace.weights)

    def bias(self, node: int) -> float | None:
        """The bias of the nodes; None if the layer has none."""
        assert self.trace is not None
        bias = self.trace.weights.get("bias")
        return None if bias is None else float(bias[node])

    def total(self, node: int) -> float:
        """Return the sum of a node."""
        return float(self.given @ self.kernel[:, node]) + (self.bias(node) or 0.0)

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """The names of the activations."""
        names = [bend.activation if isinstance(bend, Activation) else bend.name_in_code for bend in self.bends]
        return tuple("softmax" if name == "Softmax" else name for name in names if name != "linear")

    @property
    def has_winner(self) -> bool:
        """Whether the values are shares, the largest of which is the answer."""
        return self.functions[-1:] == ("softmax",) and len(self.values) > 1


def _levels(trace: ModelTrace) -> Iterator[Level]:
    """Collect the columns of nodes. Layers that change no number or act element-wise join the Dense layer before."""
    level, number = Level(trace.inputs[0].reshape(-1)), 0
    for node, layer_trace in zip(trace.model.nodes, trace.traces, strict=True):
        if isinstance(node.layer, Dense):
            yield level
            number += 1
            call_numbers(layer_trace.output, partial(_called, number))
            level = Level(layer_trace.output, node, layer_trace, (Activation(node.layer.activation),))
        elif isinstance(node.layer, BENDING):
            level = replace(level, values=layer_trace.output.reshape(-1), bends=(*level.bends, node.layer))
    yield level


def _called(layer: int, symbol: str, at: tuple[int, ...]) -> str:
    return gettext("node %(node)s of layer %(layer)s", node=at[-1] + 1, layer=layer)


@dataclass(frozen=True, eq=False)
class NodeColumns:
    """The columns of nodes, and the node whose sum is written out."""

    model: Model
    levels: tuple[Level, ...]
    summed: int
    """The column of that node, and its index in the column."""
    node: int

    @cached_property
    def columns(self) -> tuple[int | None, ...]:
        """The columns that are drawn; None stands for those left out."""
        count = len(self.levels)
        if count <= MOST_LAYERS:
            return tuple(range(count))
        return (*range(MOST_LAYERS - 3), None, count - 2, count - 1)

    @property
    def is_tall(self) -> bool:
        """Whether a column has more nodes than usual, and all can be drawn because there are few edges."""
        counts = [len(level.values) for level in self.levels]
        edges = max(count * next_count for count, next_count in pairwise(counts))
        few = edges <= MOST_EDGES and len(counts) <= MOST_TALL
        return few and NARROW[0].most < max(counts) <= TALL[0].most

    def shown(self, column: int, most: int) -> tuple[int | range, ...]:
        """Return the nodes of a column that are drawn, including the winner, and the ranges left out."""
        level, count = self.levels[column], len(self.levels[column].values)
        if count <= most:
            return tuple(range(count))
        kept = {count - 1, int(level.values.argmax())} if level.has_winner else {count - 1}
        for node in range(count):
            if len(_with_gaps({*kept, node})) > most:
                return _with_gaps(kept)
            kept.add(node)
        return _with_gaps(kept)

    def role(self, column: int) -> str:
        """Return whether a column has the role of inputs, outputs or a hidden layer."""
        return "embedding" if column == 0 else "output" if column == len(self.levels) - 1 else "state"

    def head(self, column: int) -> str:
        """Return the header of a column: its layer, with its actual size."""
        if column == 0:
            return ngettext("%(num)s input", "%(num)s inputs", len(self.levels[0].values))
        return self.levels[column].layer.in_code

    def second(self, column: int) -> str:
        """Return the names of a column's activations."""
        return ", ".join(self.levels[column].functions)

    def argument(self, column: int) -> str | None:
        """Return the argument for the number of units, if the code sets it."""
        node = self.levels[column].node
        is_set = node is not None and any(call.argument("units") for call in node.calls)
        return f"layer-{column}-units" if is_set else None

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """The positions in the code of each layer's units."""
        calls = [(at, call) for at, level in enumerate(self.levels) if level.node for call in level.node.calls]
        return {f"layer-{at}-units": units for at, call in calls if (units := call.argument("units"))}


def _with_gaps(nodes: set[int]) -> tuple[int | range, ...]:
    """List nodes in order, with what is left out in between."""
    entries: list[int | range] = []
    for before, node in pairwise([-1, *sorted(nodes)]):
        entries += [range(before + 1, node), node] if node > before + 1 else [node]
    return tuple(entries)


def _brief(value: float) -> Number:
    """Format a number with one decimal if that is exact, otherwise with two; a long one with fewer."""
    is_short = abs(value * 10 - round(value * 10)) < 1e-9
    for decimals in (1 if is_short else 2, 1, 0):
        text = text_of(value, decimals)
        if width(text, VALUE) <= NODE_ROOM:
            return text
    raise PictureError(f"the number {value:.4g} doesn't fit in a node: scale the inputs or the weights")


NODE_ROOM = 42


@laid_anew
def _picture(net: NodeColumns) -> Picture:
    """Draw the layers from left to right or, in the narrow form, from top to bottom."""
    description = _description(net)
    tall = TALL if net.is_tall else ()
    narrow = (
        *(_form(net, sizes, DOWN, NARROW_SUM) for sizes in tall),
        *(_form(net, sizes, ACROSS, NARROW_SUM) for sizes in NARROW),
    )
    wide = (_form(net, sizes, DOWN, MOST_SUM) for sizes in (*tall, *WIDE))
    return in_two_forms(wide, narrow, description, step_called=STAGE, arguments=net.arguments)


def _form(net: NodeColumns, sizes: Measures, along: Axis, least: float) -> tuple[Shape, ...]:
    """Stack the network, the key to its lines, and the written sum, which has at least this width.

    Nodes of a layer follow one another along this axis, so layers run from left to right if that is down, otherwise
    from top to bottom.
    """
    axis = replace(along, slot_gap=sizes.gap, track_gap=sizes.apart)
    nodes, key = _nodes(net, sizes, axis), _key(net)
    room = max(laid(nodes, axis).around.width, least)
    rows = next((key_axis for key_axis in KEY_AXES if laid(key, key_axis).around.width <= room), KEY_AXES[-1])
    return in_column((nodes, grouped(key, rows, end="left"), _sum(net, sizes, room)), axis, PARTS_APART)


KEY_AXES = replace(ACROSS, slot_gap=30), replace(DOWN, slot_gap=9)
PARTS_APART, MOST_SUM, NARROW_SUM = 26, 560, PHONE - 2 * LEAST_MARGIN


def _nodes(net: NodeColumns, sizes: Measures, axis: Axis) -> Flow:
    """Put each column on its own track, centred on one line, with an edge for each weight between two of them."""
    flow = Flow(to_scale=True)
    nodes_of = {column: net.shown(column, sizes.most) for column in net.columns if column is not None}
    longest = max(map(len, nodes_of.values()))
    tracks = [f"layer-{place}" for place in range(len(net.columns))]
    order = axis.reading_order(list(zip(tracks, net.columns, strict=True)))
    for (_, before), (name, column) in pairwise([("", 0), *order]):
        flow.track(name, GAP_BESIDE - sizes.apart if None in (before, column) else 0)
    items: dict[tuple[int, int], Item] = {}
    for name, column in zip(tracks, net.columns, strict=True):
        if column is None:
            left_out = len(net.levels) - len(net.columns) + 1
            more = ngettext("%(num)s more layer", "%(num)s more layers", left_out)
            flow.put((longest - 1) / 2, name, _dots("more-layers", more, axis, across=True))
            continue
        count, put = len(nodes_of[column]), []
        pitch = min(SPREAD, (longest - 1) / max(1, count - 1)) if net.is_tall and count < longest else 1
        first = (longest - 1 - (count - 1) * pitch) / 2
        for place, node in enumerate(nodes_of[column]):
            if isinstance(node, range):
                more = gettext("%(count)s more", count=len(node))
                dots = _dots(f"more-{column}-{node[0] + 1}", more, axis, column or None)
                put.append(flow.put(first + place * pitch, name, dots))
            else:
                put.append(flow.put(first + place * pitch, name, _node(net, column, node, sizes)))
                items[column, node] = put[-1]
        lines = [Caption(f"layer-{column}", net.head(column), net.role(column), net.argument(column), HEAD)]
        if net.second(column):
            lines.append(Caption(f"function-{column}", net.second(column), "muted", style=SECOND))
        if axis.across:
            flow.label(put, *lines)
        else:
            flow.put(min(HEAD_SLOT, -HEAD_OVER / (sizes.cell[0] + sizes.gap)), name, _head(lines))
    for edge in _edges(net, items):
        flow.edge(edge)
    return flow


GAP_BESIDE = 14
"""The clearance around the dots for layers that are left out."""
SPREAD = 1.8
"""The maximum ratio between the node distance of a short column and that of a tall one."""
HEAD_SLOT = -0.8
"""The minimum distance of headers from the first node of the longest column, in nodes."""
HEAD_LEADING, HEAD_OVER = 18, 62


def _edges(net: NodeColumns, items: dict[tuple[int, int], Item]) -> Iterator[Edge]:
    """Draw each weight between nodes that are shown: small ones first, so that large and summed ones are on top."""
    weights = [
        (float(net.levels[column].kernel[before, node]), column, before, node)
        for column, node in items
        for before in (at for layer, at in items if layer == column - 1)
    ]
    largest = max((abs(weight) for weight, *_ in weights), default=0) or 1.0
    beside = {(net.summed, node) for column, node in items if column == net.summed and node != net.node}
    if len(weights) <= MANY_EDGES:
        beside = set()
    for weight, column, before, node in sorted(weights, key=lambda entry: (entry[1::2] not in beside, abs(entry[0]))):
        share = abs(weight) / largest
        wide = THIN + THICKER * share
        yield Edge(
            items[column - 1, before],
            items[column, node],
            f"weight-{column}-{before + 1}-{node + 1}",
            role=_sign(weight, "rule"),
            step=column,
            width=wide,
            opacity=FAINT if (column, node) in beside else FAINT + (1 - FAINT) * share if weight else 1,
            dashes=_dashes(wide) if weight < 0 else None,
            fan=(FAN, FAN),
        )


def _sign(weight: float, of_nought: str) -> str:
    """Choose the colour of a weight."""
    return "state" if weight > 0 else "output" if weight < 0 else of_nought


def _dashes(wide: float) -> tuple[float, float]:
    """Create a dash pattern that differs visibly from a solid line at any width."""
    return 5 + wide, 3.5 + wide / 2


def _node(net: NodeColumns, column: int, node: int, sizes: Measures) -> Shapes:
    """Draw a node with its number; the largest share is bold and has a second rim."""
    level, role = net.levels[column], net.role(column)
    is_winner = level.has_winner and node == int(level.values.argmax())
    style = VALUE if sizes.cell[0] > NODE_ROOM else VALUE.sized(13)
    style = style.bold() if is_winner else style
    return vector(
        (_brief(level.numbers[node]),),
        sizes.cell,
        role=role,
        name=f"node-{column}-{node + 1}",
        step=column or None,
        argument=net.argument(column),
        second_rim=is_winner,
        style=style,
    )


def _dots(name: str, text_: str, axis: Axis, step: int | None = None, *, across: bool = False) -> Shapes:
    """Draw three dots for nodes that are left out, along main, or for layers, `across`; with a count below."""
    is_level = axis.across is not across
    lines = wrapped(text_, NAME, 0) if axis.across and not across else [text_]
    rise, fall = (DOTS_RISE, 4.0) if is_level else (DOT_APART, DOT_APART + 6)
    dots = spread(
        ([Disc(name=f"{name}-dot-{number}", at=Point(0, -rise), step=step)] for number in (1, 2, 3)),
        DOT_APART,
        down=not is_level,
    )
    labels = (
        text(line, name=f"{name}-{number + 1}", y=fall + number * DOTS_LEADING, step=step)
        for number, line in enumerate(lines)
    )
    return [*dots, *chain(*labels)]


def _head(lines: Sequence[Caption]) -> Shapes:
    """Draw the lines of a header above each other, the first one at its point."""
    labels = (
        text(line.text, line.role, line.style, name=line.name, y=HEAD_LEADING * number, argument=line.argument)
        for number, line in enumerate(lines)
    )
    return [*chain(*labels)]


def _key(net: NodeColumns) -> Flow:
    """Explain the line styles that occur."""
    flow = Flow(even_slots=False)
    track = flow.track("key")
    wide = THIN + THICKER / 2
    largest = max(float(level.kernel.max()) for level in net.levels[1:])
    least = min(float(level.kernel.min()) for level in net.levels[1:])
    entries: list[tuple[str, str, tuple[float, float] | None]] = []
    if largest > 0:
        entries.append((gettext("positive weight"), "state", None))
    if least < 0:
        entries.append((gettext("negative weight"), "output", _dashes(wide)))

    for place, (meaning, role, dashes) in enumerate(entries, start=1):
        start, to = Point(0, 0), Point(SAMPLE, 0)
        sample_line = Line(
            name=f"key-{place}-line", role=role, start=start, to=to, width=wide, dashes=dashes, round_ends=False
        )
        named = text(meaning, "ink", name=f"key-{place}", x=SAMPLE + AFTER_SAMPLE, anchor="start")
        flow.put(place, track, [sample_line, *named], loose=True, solid=True)
    thick = text(gettext("the thicker, the further from 0"), name="key-thickness", anchor="start")
    flow.put(len(entries) + 1, track, thick, loose=True, solid=True)
    return flow


FORMULA, SUM_LEADING, NOTE_LEADING = NAME.sized(14), 23, 17


def _sum(net: NodeColumns, sizes: Measures, room: float) -> Shapes:
    """Write out the sum of a node, line by line."""
    title = gettext("node %(number)s of %(layer)s:", number=net.node + 1, layer=net.head(net.summed))
    lines = list(broken(list(_clauses(net, sizes.most)), room, FORMULA))
    notes = wrapped(ROUNDED, NAME, room) if _is_rounded(net, sizes.most) else []
    shapes = [*text(title, name="sum-of", step=net.summed, anchor="start")]
    for number, runs in enumerate(lines, start=1):
        at = Point(0, SUM_LEADING * number)
        shapes.append(Phrase(name=f"sum-{number}", step=net.summed, runs=runs, at=at, style=FORMULA))
    for number, line in enumerate(notes):
        y = SUM_LEADING * (len(lines) + 1) + NOTE_LEADING * number
        shapes += text(line, name=f"rounded-{number + 1}", y=y, anchor="start")
    return shapes


def _clauses(net: NodeColumns, most: int) -> Iterator[tuple[Run, ...]]:
    """Write a sum as clauses between which it can be wrapped: number times weight, the bias, what follows."""
    level, node = net.levels[net.summed], net.node
    inner = [name for name in level.functions if name not in OF_ALL]
    role = net.role(net.summed - 1)
    for place, at in enumerate(net.shown(net.summed - 1, most)):
        begin = Run("".join(f"{name}(" for name in reversed(inner)) if place == 0 else " + ")
        if isinstance(at, range):
            yield (begin, Run(LEFT_OUT))
            continue
        weight = level.kernel[at, node].tolist()
        number = level.given[at].tolist()
        factor = _brief(number) if place == 0 else _signed(number)
        yield (begin, Run(factor, role), Run(" × "), Run(_signed(weight), _sign(weight, "ink")))
    if (bias := level.bias(node)) is not None:
        yield (Run(" + "), Run(Spaced(gettext("bias"), _signed(bias))))
    value = _brief(level.numbers[node])
    of_all = [name for name in level.functions if name in OF_ALL]
    result = _brief(level.total(node)) if of_all else value
    end = "," if of_all else ""
    yield (Run(f"{')' * len(inner)} = "), Run(result, "ink" if of_all else net.role(net.summed)), Run(end))
    if of_all:
        clause = gettext("which %(function)s turns into %(value)s", function=of_all[-1], value=value)
        yield (Run(Together(" ", clause)),)


def _signed(value: float) -> str:
    """Format a number, in brackets if its sign would follow an operator."""
    text = _brief(value)
    return Together("(", text, ")") if text.startswith(MINUS) else text


def _is_rounded(net: NodeColumns, most: int) -> bool:
    """Return whether the printed numbers don't add up to the printed result; if some are left out, nobody can tell."""
    level, node = net.levels[net.summed], net.node
    if len(level.given) > most or len(level.functions) > 1:
        return False
    total = _read(level.bias(node) or 0.0)
    total += sum(_read(float(x)) * _read(float(w)) for x, w in zip(level.given, level.kernel[:, node], strict=True))
    if level.functions and level.functions[0] in OF_ALL:
        return _brief(total) != _brief(level.total(node))
    for bend in level.bends:
        total = float(bend.compute(Weights(), np.array([total]))[0])
    return _brief(total) != _brief(float(level.values[node]))


def _read(value: float) -> float:
    """Parse a printed number."""
    return number_in(_brief(value))


def _printed(values: Sequence[float] | Array, most: int = 12) -> PrintedNumbers:
    """Format numbers as in nodes; of a long list, the first three and the last."""
    return PrintedNumbers(shorten([_brief(float(value)) for value in values], most))


MOST_ROWS = 12
"""In a column with more nodes, the table has only the first ones and the last."""


def _description(net: NodeColumns) -> Description:
    """Describe the number of nodes and what each layer does, with each node's number, weights and bias in a table."""
    rows = [
        (column, level, node)
        for column, level in enumerate(net.levels)
        for node in Sample.ends(len(level.values), MOST_ROWS + (len(level.values) > MOST_ROWS)).places
    ]
    steps = [column for column, _, _ in rows]
    biases = [level.bias(node) if column else None for column, level, node in rows]
    ends = Fields(
        inputs=net.head(0),
        layers=Listing(*map(net.head, range(1, len(net.levels)))),
        given=known(_printed(net.levels[0].values), role=net.role(0)),
        answer=known(_printed(net.levels[-1].values), len(net.levels) - 1, net.role(len(net.levels) - 1)),
    )
    return Description.of(
        ends.gettext("A network from %(inputs)s through %(layers)s: it turns %(given)s into %(answer)s."),
        gettext("Every node adds up all numbers of the layer before it, each times its own weight."),
        ngettext(
            "%(num)s weight joins the nodes: thick lines are far from 0, dashed ones are negative.",
            "%(num)s weights join the nodes: thick lines are far from 0, dashed ones are negative.",
            sum(level.kernel.size for level in net.levels[1:]),
        ),
        steps=[_told(net, column) for column in range(1, len(net.levels))],
        table=[
            TextColumn(pgettext("in a table", "layer"), [net.head(column) for column, _, _ in rows], steps),
            TextColumn(pgettext("in a table", "node"), [str(node + 1) for _, _, node in rows], steps),
            TextColumn(
                pgettext("in a table", "number"),
                [_printed([float(level.values[node])]) for _, level, node in rows],
                steps,
            ),
            TextColumn(
                pgettext("in a table", "weights"),
                [_printed(level.kernel[:, node]) if column else "" for column, level, node in rows],
                steps,
            ),
            TextColumn(
                pgettext("in a table", "bias"), ["" if bias is None else _printed([bias]) for bias in biases], steps
            ),
        ],
        row_roles=[net.role(column) for column, _, _ in rows],
    )


def _told(net: NodeColumns, column: int) -> Message:
    """Describe what a layer does."""
    level = net.levels[column]
    fields = Fields(
        layer=net.head(column),
        count=len(level.given),
        answer=known(_printed(level.values), column, net.role(column)),
        functions=net.second(column),
    )
    if not level.functions:
        return fields.gettext("%(layer)s: each node adds up %(count)s products; the sums are %(answer)s.")
    return fields.gettext(
        "%(layer)s: each node adds up %(count)s products, and %(functions)s turns the sums into %(answer)s."
    )
