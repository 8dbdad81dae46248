"""A model as columns of layers, with the shapes between them and each layer's parameter count worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..description import STAGE, Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Side, Wire
from ..flow.drawing import laid
from ..fonts import CODE_NARROW, NAME, NUMBER_IN_TABLE, Style, width
from ..geometry import Frame, Point
from ..i18n import Clauses, Grouped, Listing, Paragraph, Series, Together, gettext, known, ngettext, pgettext
from ..layers.core import TensorAsMask
from ..layout import PHONE, fitted_box, snug_box, wrapped
from ..model import Argument, Idle, MaskOf, Model, Node, Tensor
from ..picture import Picture, laid_anew
from ..shapes.blocks import Block, block_width
from ..shapes.plots import Line
from ..shapes.shape import Shape
from ..shapes.text import Label, Phrase, Run, phrase_width
from .counts import TIME_STEPS, Count, Shapes, options, size_argument
from .pieces import text

SHAPE, FORMULA, LEGEND = CODE_NARROW, NUMBER_IN_TABLE, NAME.sized(12)
BLOCK_HEIGHT, LEAST_BLOCK = 52, 132
TO_COUNT, COUNT_UNDER, FORMULA_LEADING, LEGEND_LEADING = 24, 20, 18, 16
"""From a block to its count beside or below it, and the line spacings of formula and legend."""
ROOM, ROOM_BESIDE = 232, 560
"""The maximum width of counts below their blocks, and beside them."""
ASIDE, MOST_ASIDE = 10, 110
"""From an arrow to the shape beside it, and the widest shape beside an arrow on a phone if other lines need space."""
SHARE, SHARE_HIGH, SHARE_UNDER = 150, 4, 13
"""The length of the bar for all parameters, its thickness, and its distance below the count."""
LINE = 19
"""The line spacing of inputs, outputs and the total."""
OVER, UNDER, NAME_TO_SHAPE = 15, 17, 8
"""From a wire to the names above it, from a wire to the shape below it, and from name to shape on one line."""
LAYERS_CLOSER, ROUTE_ROOM, HAND_ROOM = -4, 6, 8
NAMES_BEGIN = 12
"""From a track's line to the names of states passed down."""
PORTS_APART = 12
"""The distance between the ends of lines at the side of a block."""
ALONG: tuple[Side, Side] = ("main-end", "main-start")
RIGHT: tuple[Side, Side] = ("cross-end", "cross-start")
LEFT: tuple[Side, Side] = ("cross-start", "cross-end")
MOST_TERMS = 4
NO_PARAMETERS, SHARED = gettext("no parameters"), gettext("the same weights again")
ANY_NUMBER = gettext("Here %(time_steps)s stands for any number of steps.", time_steps=TIME_STEPS)


@laid_anew
def model_shapes(model: Model, batch: str | None = None) -> Picture:
    """Draw a model from input to output, with shapes as Keras writes them; `batch` is a label for the first axis.

    By default, that is None, as Keras prints it. Shapes of PyTorch have the batch where the code has it, if anywhere.

    A model with two inputs, such as an encoder–decoder, has two columns. If layers share their input, or merge several,
    all layers are in one column, with lines beside it for whatever skips a layer.

    >>> model_shapes(read_keras(code))
    >>> model_shapes(read_keras(code), batch="batch")
    """
    if not model.nodes:
        raise PictureError("the model has no layers to draw", block=model.code or None)
    if batch == "":
        raise PictureError("the batch axis needs a name, such as None or batch")
    layers = columns_of(model, batch) or graph_of(model, batch)
    description, arguments = _description(layers), size_arguments(model)
    wide, narrow = (laid(form.flow(), DOWN).shapes for form in _forms(layers))
    first, narrow_form = (
        Picture(shapes, box, description, step_called=STAGE, arguments=arguments)
        for shapes, box in ((wide, snug_box(wide)), (narrow, fitted_box(narrow, PHONE)))
    )
    return replace(first, narrow=narrow_form)


def _forms(layers: Columns | ForkedModel) -> tuple[DrawnLayers, DrawnLayers]:
    """Choose the wide and the narrow layout."""
    if isinstance(layers, ForkedModel):
        return ForkedLayers(layers, beside=True), ForkedLayers(layers, beside=False)
    count = len(layers.nodes_in)
    wide = Layers(layers, beside=count == 1, stacked=not layers.is_side_by_side)
    return wide, Layers(layers, beside=False, stacked=count > 1)


def size_arguments(model: Model) -> dict[str, Argument]:
    """Find the arguments in the code that determine the last length of each shape."""
    arguments: dict[str, Argument | None] = {
        key(number): size_argument(node) for number, node in enumerate(model.nodes)
    }
    for number, entry in enumerate(model.entries):
        call = entry.call or next((node.calls[0] for node in model.nodes if node.calls), None)
        candidates = (call.argument(name) for name in ("features", "time_steps")) if call else ()
        arguments[f"input-{number + 1}"] = next((argument for argument in candidates if argument is not None), None)
    return {name: argument for name, argument in arguments.items() if argument is not None}


def key(number: int) -> str:
    """Return the key of the argument that determines a layer's output size."""
    return f"layer-{number + 1}-size"


@dataclass(frozen=True, eq=False)
class CountedModel:
    """A model with the shapes and parameter counts of its layers; nodes and inputs are identified by index."""

    model: Model
    shapes: Shapes

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The uses of layers."""
        return self.model.nodes

    @property
    def entries(self) -> list[Tensor]:
        """The inputs, in the order in which they are described."""
        return [Tensor(None, number) for number in range(len(self.model.entries))]

    @property
    def reading_order(self) -> Sequence[int]:
        """The nodes in the order of the steps."""
        return range(len(self.nodes))

    def state_sources(self, number: int) -> tuple[int, ...]:
        """Return the nodes that provide a node's initial state."""
        states = self.nodes[number].states or ()
        return tuple(dict.fromkeys(state.node for state in states if state.node is not None))

    def returned(self, number: int) -> tuple[Tensor, ...]:
        """Return all outputs of a node."""
        return tuple(Tensor(number, output) for output in range(len(self.nodes[number].returned)))

    def outputs_of(self, number: int) -> tuple[Tensor, ...]:
        """List the model's outputs that a node produces."""
        return tuple(tensor for tensor in self.model.outputs if tensor.node == number)

    def state_names(self, tensors: Sequence[Tensor]) -> list[str]:
        """Return the names of a layer's outputs: `h`, `c` for its states."""
        names: list[str] = []
        for tensor in tensors:
            layer = self.nodes[tensor.node or 0].layer
            output_names = ("output", *getattr(layer, "returned_states", ()))
            names.append(output_names[tensor.output] if tensor.output < len(output_names) else gettext("state"))
        return names

    @cached_property
    def counts(self) -> tuple[Count | None, ...]:
        """The parameter calculation of each node."""
        return tuple(map(self.shapes.count, range(len(self.nodes))))

    @property
    def idle(self) -> list[tuple[Idle, int]]:
        """The layers that are counted, although they don't reach an output, each with its number of parameters."""
        return [(idle, idle.layer.parameter_count(*idle.shapes)) for idle in self.model.idle]

    @cached_property
    def idle_by_kind(self) -> dict[str, int]:
        """The parameters of these layers, added up for each kind."""
        totals: dict[str, int] = {}
        for idle, count in self.idle:
            totals[idle.layer.name_in_code] = totals.get(idle.layer.name_in_code, 0) + count
        return totals

    def is_first_use(self, number: int) -> bool:
        """Return whether a node is the first to use its layer."""
        return number == next(place for place, node in enumerate(self.nodes) if node.place == self.nodes[number].place)


@dataclass(frozen=True, eq=False)
class Columns(CountedModel):
    """A model with its layers in columns, one for each input."""

    nodes_in: tuple[tuple[int, ...], ...]
    """The nodes of each input's column, from input to output."""

    @cached_property
    def rows(self) -> dict[int, int]:
        """The row of each node: below its input, and not above the nodes that provide its initial state."""
        rows: dict[int, int] = {}
        for number, node in enumerate(self.nodes):
            over = -1 if node.given.node is None else rows[node.given.node]
            rows[number] = max(over + 1, *(rows[source] for source in self.state_sources(number)), 0)
        return rows

    @property
    def entries(self) -> list[Tensor]:
        """The input of each column."""
        return [self.nodes[column[0]].given for column in self.nodes_in]

    @property
    def handed(self) -> list[tuple[int, int]]:
        """All pairs of a node and one that gets its states."""
        return [(source, number) for number in range(len(self.nodes)) for source in self.state_sources(number)]

    def states_of(self, source: int, number: int) -> list[Tensor]:
        """List the states that one node passes to another."""
        return [state for state in self.nodes[number].states or () if state.node == source]

    @property
    def is_side_by_side(self) -> bool:
        """Return whether states are only passed within a column or to the adjacent one."""
        return all(abs(self.column_of(source) - self.column_of(number)) <= 1 for source, number in self.handed)

    def column_of(self, number: int) -> int:
        """Return a node's column."""
        return next(place for place, column in enumerate(self.nodes_in) if number in column)


def columns_of(model: Model, batch: str | None) -> Columns | None:
    """Put each layer below the one it reads from; None if layers share an input or merge several."""
    chains: list[list[int]] = [[] for _ in model.entries]
    readers: set[Tensor] = set()
    for number, node in enumerate(model.nodes):
        if len(node.inputs) > 1 or _tensors_as_masks(node) or any(state.node is None for state in node.states or ()):
            return None
        source = Tensor(None, node.given.output) if node.given.node is None else Tensor(node.given.node)
        if source in readers:
            return None
        readers.add(source)
        chain = next(column for column in chains if node.given.node in column) if source.node is not None else None
        (chains[node.given.output] if chain is None else chain).append(number)
    if not all(chains) or any(output.node is None or Tensor(output.node) in readers for output in model.outputs):
        return None
    return Columns(model, Shapes(model, batch), tuple(map(tuple, chains)))


@dataclass(frozen=True, eq=False)
class ForkedModel(CountedModel):
    """A model with forks or merges: its inputs and layers in one column, and lines beside it for what skips some."""

    order: tuple[Tensor | int, ...]
    """From top to bottom: inputs as tensors, and nodes by index."""

    @property
    def reading_order(self) -> Sequence[int]:
        """The nodes in the order of the steps: from top to bottom."""
        return [member for member in self.order if isinstance(member, int)]

    @cached_property
    def places(self) -> dict[Tensor | int, int]:
        """The index of each input and node in the column."""
        return {member: place for place, member in enumerate(self.order)}

    def place(self, tensor: Tensor) -> int:
        """Return the index of the input or node that a tensor comes from."""
        return self.places[tensor if tensor.node is None else tensor.node]

    def reads(self, number: int) -> tuple[Tensor, ...]:
        """List the tensors a node reads, each once, including its initial state."""
        return _read_by(self.nodes[number])

    def goes_straight(self, number: int) -> Tensor | None:
        """Return the tensor that a node reads from what is directly above it; None if it reads nothing from there."""
        return next((tensor for tensor in self.reads(number) if self.place(tensor) == self.places[number] - 1), None)

    def skipping(self, number: int) -> list[Tensor]:
        """List the other tensors a node reads."""
        straight = self.goes_straight(number)
        return [tensor for tensor in self.reads(number) if tensor != straight]

    @cached_property
    def spans(self) -> dict[Tensor, tuple[int, int]]:
        """From where to where each tensor that skips something runs."""
        spans: dict[Tensor, tuple[int, int]] = {}
        for number in self.reading_order:
            for tensor in self.skipping(number):
                last = max(self.places[number], spans.get(tensor, (0, 0))[1])
                spans[tensor] = self.place(tensor), last
        return spans

    @cached_property
    def lanes(self) -> dict[Tensor, int]:
        """The line of each of these tensors, from the column outwards; the shortest are nearest."""
        lanes: dict[Tensor, int] = {}
        for tensor, (first, last) in sorted(self.spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1])):
            beside = [
                neighbour for neighbour in lanes if self.spans[neighbour][0] < last and first < self.spans[neighbour][1]
            ]
            beside += [
                neighbour for neighbour in lanes if self.spans[neighbour][0] == first and neighbour not in beside
            ]
            taken = {lanes[neighbour] for neighbour in beside}
            lanes[tensor] = next(lane for lane in range(len(self.spans)) if lane not in taken)
        return lanes

    def shown(self, number: int) -> list[Tensor]:
        """List the outputs of a node that are read, or are outputs of the model."""
        read = {tensor for reader in self.reading_order for tensor in self.reads(reader)}
        return [tensor for tensor in self.returned(number) if tensor in read or tensor in self.model.outputs]


def _read_by(node: Node) -> tuple[Tensor, ...]:
    return tuple(dict.fromkeys((*node.inputs, *(node.states or ()), *_tensors_as_masks(node))))


def _tensors_as_masks(node: Node) -> list[Tensor]:
    masks = [mask for mask in node.masks or () if isinstance(mask, MaskOf)]
    return [mask.inputs[0] for mask in masks if isinstance(mask.layer, TensorAsMask)]


def graph_of(model: Model, batch: str | None) -> ForkedModel:
    """Order the layers so that most are directly below what they read, with each input above its first reader."""
    order: list[Tensor | int] = [
        entry
        for entry in (Tensor(None, number) for number in range(len(model.entries)))
        if not any(entry in _read_by(node) for node in model.nodes)
    ]
    remaining = list(range(len(model.nodes)))
    while remaining:
        read = {number: _read_by(model.nodes[number]) for number in remaining}
        ready = [number for number in remaining if not any(tensor.node in remaining for tensor in read[number])]
        last = order[-1:]
        after = [
            number for number in ready if any([tensor] == last or [tensor.node] == last for tensor in read[number])
        ]
        number = (after or ready)[0]
        order += [tensor for tensor in read[number] if tensor.node is None and tensor not in order]
        order.append(number)
        remaining.remove(number)
    return ForkedModel(model, Shapes(model, batch), tuple(order))


@dataclass(frozen=True)
class CountLines:
    """The parameter count of a layer: the calculation on one or more lines, then what its numbers count."""

    formula: tuple[tuple[Run, ...], ...]
    legend: tuple[str, ...]

    @property
    def height(self) -> float:
        """From the middle of the first line to that of the last."""
        return FORMULA_LEADING * max(0, len(self.formula) - 1) + LEGEND_LEADING * len(self.legend) * bool(self.formula)


@dataclass(frozen=True, eq=False)
class DrawnLayers:
    """The parts that every layout has in common: blocks with their counts, shapes, the total and notes."""

    layers: CountedModel
    beside: bool
    """Whether counts are beside the blocks rather than below them."""

    def flow(self) -> Flow:
        """Describe the layout."""
        raise NotImplementedError

    @property
    def slots(self) -> Mapping[int, float]:
        """The slot of each layer."""
        raise NotImplementedError

    def track(self, number: int, kind: str = "layers") -> str:
        """Return the track of a layer, or of something next to its column."""
        raise NotImplementedError

    def put_total(self, flow: Flow, draw: Draw) -> None:
        """Put the total below everything."""
        raise NotImplementedError

    @property
    def room(self) -> float:
        """The maximum width of counts."""
        return ROOM_BESIDE if self.beside else ROOM

    def block_height(self, number: int) -> float:
        """Return the height of a block: that of the count beside it, if this has several lines."""
        beside = self._lines(number).height + 2 * (SHARE_UNDER + SHARE_HIGH) if self.beside else 0
        return max(BLOCK_HEIGHT, beside)

    @cached_property
    def _steps(self) -> dict[int, int]:
        return {number: step for step, number in enumerate(self.layers.reading_order, start=1)}

    def step(self, number: int | None) -> int | None:
        """Return the stage at which a layer appears: one layer after the other; None for an input."""
        return None if number is None else self._steps[number]

    @cached_property
    def block_width(self) -> float:
        """The common width of all blocks, which fits the widest."""
        layers = [node.layer for node in self.layers.nodes]
        return max(block_width(layer.name_in_code, options(layer), LEAST_BLOCK) for layer in layers)

    def _layer(self, flow: Flow, number: int) -> Item:
        """Put a layer's block and its count on a band, with a background if it has parameters."""
        layer, name, lines = self.layers.nodes[number].layer, f"layer-{number + 1}", self._lines(number)
        step, high = self.step(number), self.block_height(number)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, self.block_width, high)
            text, second = layer.name_in_code, options(layer)
            block = Block(name=name, step=step, argument=key(number), frame=frame, text=text, second=second)
            if self.beside:
                begin = Point(frame.right + TO_COUNT, at.y - lines.height / 2)
                count, left = _count(lines, number, step, begin, "start"), begin.x
            else:
                begin = Point(at.x, frame.bottom + COUNT_UNDER)
                count, left = _count(lines, number, step, begin, "middle"), begin.x - SHARE / 2
            return [block, *count, *self._share(number, Point(left, begin.y + lines.height + SHARE_UNDER))]

        item = flow.put(self.slots[number], self.track(number), draw, loose=True, solid=True)
        flow.band(f"{name}-lane", [item], has_ground=self.layers.counts[number] is not None)
        return item

    def _share(self, number: int, at: Point) -> Iterator[Shape]:
        """Draw a layer's fraction of all parameters, if several layers have some."""
        count, total = self.layers.counts[number], self.layers.model.parameter_count
        if count is None or not self.layers.is_first_use(number) or not self.has_shares:
            return
        name, at = f"layer-{number + 1}-share", Point(at.x + SHARE_HIGH / 2, at.y)  # its ends are rounded
        for bar_name, role, share in ((f"{name}-whole", "hair", 1.0), (name, "flow", count.total / total)):
            end = Point(at.x + (SHARE - SHARE_HIGH) * share, at.y)
            step = self.step(number) if bar_name == name else None
            yield Line(name=bar_name, role=role, step=step, start=at, to=end, width=SHARE_HIGH)

    @cached_property
    def has_shares(self) -> bool:
        """Whether several layers have parameters, so that it is worth comparing them."""
        counted = [count for number, count in enumerate(self.layers.counts) if self.layers.is_first_use(number)]
        return sum(bool(count and count.total) for count in counted) > 1

    def _lines(self, number: int) -> CountLines:
        count = self.layers.counts[number]
        if count is None or not self.layers.is_first_use(number):
            return CountLines((), (NO_PARAMETERS if count is None else SHARED,))
        return CountLines(broken(count.runs, FORMULA, self.room), tuple(wrapped(count.legend, LEGEND, self.room)))

    def _shape(
        self,
        name: str,
        tensor: Tensor,
        at: Point,
        argument: str,
        anchor: str,
        step: int | None,
        named: str = "",
    ) -> Shape:
        """Draw the shape of a tensor, after its name if it has one."""
        runs = tuple(Run(text, token) for text, token in self.layers.shapes.pieces(tensor))
        lengths = self.layers.shapes.axes(tensor)
        role = lengths[-1].token if lengths else "ink"
        if named:
            runs = (Run(f"{named} ", "muted"), *runs)
        return Phrase(name=name, role=role, step=step, argument=argument, runs=runs, at=at, style=SHAPE, anchor=anchor)

    def _entry(self, name: str, entry: Tensor) -> Draw:
        """Show an input of the model: its name above its shape."""
        several = len(self.layers.model.entries) > 1
        text = gettext("input %(number)s", number=entry.output + 1) if several else gettext("input")

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            over = Point(at.x, at.y - LINE)
            return [
                self._shape(name, entry, at, f"input-{entry.output + 1}", "middle", None),
                Label(name=f"{name}-name", role="muted", text=text, at=over),
            ]

        return draw

    def _notes(self, flow: Flow) -> None:
        """Explain the batch and the bars, and list what isn't used."""
        shapes, notes = self.layers.shapes, list[str]()
        if shapes.model.batch_axis is not None:
            notes.append(gettext("%(batch)s: any number of samples", batch=shapes.batch))
        notes += [gettext("Bars: each layer’s share of the parameters")] if self.has_shares else []
        notes += [
            gettext("%(layer)s, %(number)s: counted, but not used", layer=kind, number=Grouped(count))
            for kind, count in self.layers.idle_by_kind.items()
        ]
        for place, note in enumerate(notes, start=1):
            flow.note(Caption(f"note-{place}", note, "muted", style=NAME))

    def _total(self, flow: Flow) -> None:
        """Put the total of all counts below the last of them, or below all columns."""
        firsts = [count for number, count in enumerate(self.layers.counts) if self.layers.is_first_use(number)]
        terms = [count.total for count in firsts if count is not None]
        terms += [count for _, count in self.layers.idle]
        text: str = Grouped(self.layers.model.parameter_count)
        first, *other_terms = map(Grouped, terms or [0])
        worked = Together(first, *(piece for term in other_terms for piece in (" + ", term)), " = ", text)
        if 1 < len(terms) <= MOST_TERMS and (self.beside or width(worked, FORMULA.bold()) <= self.room):
            text = worked
        shapes, outputs = self.layers.shapes, self.layers.model.outputs
        # A shape can be wider than a block.
        widest = max(self.block_width, *(width(shapes.text(output), SHAPE) for output in outputs))
        aside, anchor = (widest / 2 + TO_COUNT, "start") if self.beside else (0, "middle")

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            place, under = Point(at.x + aside, at.y), Point(at.x + aside, at.y + LINE)
            legend = gettext("parameters")
            return [
                Label(name="total", text=text, at=place, style=FORMULA.bold(), anchor=anchor),
                Label(name="total-legend", role="muted", text=legend, at=under, style=LEGEND, anchor=anchor),
            ]

        self.put_total(flow, draw)


@dataclass(frozen=True, eq=False)
class Layers(DrawnLayers):
    """The layers from top to bottom: each column on its own track, or one column below the other."""

    layers: Columns
    stacked: bool

    def flow(self) -> Flow:
        """Add each layer between its input and output, then the links for states."""
        flow, columns = Flow(slot_room=LAYERS_CLOSER), self.layers
        for track in self._tracks():
            flow.track(*track)
        items: dict[int, Item] = {}
        for number in range(len(columns.nodes)):
            items[number] = self._layer(flow, number)
            taken = flow.put(self.slots[number] - 0.5, self.track(number), self._given(number))
            if columns.nodes[number].given.node is None:
                for earlier in (1, 0.25) if self.stacked and number else (0.25,):
                    flow.put(self.slots[number] - earlier, self.track(number), ())
            node, wire = (
                columns.nodes[number].given.node,
                Wire(f"layer-{number + 1}-input-arrow", step=self.step(number)),
            )
            before, outside = (taken, False) if node is None else (items[node], not self.beside)
            flow.link(before, items[number], wire, sides=ALONG, outside=outside)
        for column in columns.nodes_in:
            self._returned(flow, items[column[-1]], column[-1])
        for route, (source, number) in enumerate(columns.handed):
            self._hand_over(flow, items, source, number, route)
        self._total(flow)
        self._notes(flow)
        return flow

    @cached_property
    def slots(self) -> dict[int, int]:
        """The slot of each layer; in adjacent columns, layers in the same row share it."""
        if not self.stacked:
            return {number: row + 1 for number, row in self.layers.rows.items()}
        order = [(place, number) for place, column in enumerate(self.layers.nodes_in) for number in column]
        return {number: slot + place + 1 for slot, (place, number) in enumerate(order)}

    def track(self, number: int, kind: str = "layers") -> str:
        """Return the track of a layer, or of something next to its column."""
        return f"{kind}-{0 if self.stacked else self.layers.column_of(number) + 1}"

    def _tracks(self) -> Iterator[tuple[str, float]]:
        """For each column, from left to right: states passed down, its layers, and states passed to the next column."""
        for column in [0] if self.stacked else range(1, len(self.layers.nodes_in) + 1):
            yield f"routes-{column}", HAND_ROOM
            yield f"layers-{column}", ROUTE_ROOM
            yield f"hands-{column}", HAND_ROOM

    def _given(self, number: int) -> Draw:
        """Show a layer's input: beside the arrow from the layer above, or for a model input, below its name."""
        tensor, name = self.layers.nodes[number].given, f"layer-{number + 1}-input"
        if tensor.node is None:
            return self._entry(name, tensor)
        argument, step = key(tensor.node), self.step(tensor.node)
        return lambda axis, at, length: [self._shape(name, tensor, Point(at.x + ASIDE, at.y), argument, "start", step)]

    def _returned(self, flow: Flow, item: Item, number: int) -> None:
        """Show the output, with its name below."""
        tensors, name = self.layers.outputs_of(number), f"layer-{number + 1}-output"
        if not tensors:
            return
        text: str = gettext("output")
        if len(tensors) > 1:
            text = ngettext("%(num)s output", "%(num)s outputs", len(tensors))

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            lines = [Point(at.x, at.y + place * LINE) for place in range(len(tensors) + 1)]
            names = [name, *(f"{name}-{place}" for place in range(2, len(tensors) + 1))]
            shapes = [
                self._shape(shape_name, tensor, line, key(number), "middle", self.step(number))
                for shape_name, tensor, line in zip(names, tensors, lines, strict=False)
            ]
            return [*shapes, Label(name=f"{name}-name", role="muted", step=self.step(number), text=text, at=lines[-1])]

        flow.put(self.slots[number] + 0.25, self.track(number), ())
        output = flow.put(self.slots[number] + 0.5, self.track(number), draw)
        flow.link(item, output, Wire(f"{name}-arrow", step=self.step(number)), sides=ALONG, outside=not self.beside)

    def _hand_over(self, flow: Flow, items: dict[int, Item], source: int, number: int, route: int) -> None:
        """Pass states to the adjacent column, or down beside the column; label them only once."""
        tensors, before = self.layers.states_of(source, number), self.layers.handed[:route]
        labelled = [self.layers.states_of(*pair) for pair in before if pair[0] == source]
        name = f"layer-{number + 1}-states" if route == 0 else f"layer-{number + 1}-states-{route + 1}"
        wire, start, end = Wire(f"{name}-arrow", step=self.step(number)), items[source], items[number]
        columns, slot = (self.layers.column_of(source), self.layers.column_of(number)), self.slots[source]
        if self.stacked or columns[0] == columns[1]:
            labels = []
            if tensors not in labelled:
                between = slot + 0.5 + len(labelled) / 10
                draws = self._states(name, tensors, source, begin=NAMES_BEGIN)
                labels = [flow.put(between, self.track(source, "routes"), draw) for draw in draws]
                flow.put(between, self.track(source), ())
            flow.link(start, end, wire, sides=("cross-start", "cross-start"), around=True, loads=labels)
            return
        if tensors not in labelled:
            track = f"hands-{min(columns) + 1}"
            is_shared = [origin for origin, _ in self.layers.handed].count(source) > 1
            falls = (UNDER, UNDER + LINE) if labelled else (-OVER - LINE, -OVER) if is_shared else (-OVER, UNDER)
            named, shaped = self._states(name, tensors, source, falls=falls)
            flow.put(self.slots[number] if labelled else slot, track, named)
            flow.put(slot if is_shared and not labelled else self.slots[number], track, shaped)
        flow.link(start, end, wire, sides=RIGHT if columns[0] < columns[1] else LEFT)

    def _states(
        self,
        name: str,
        tensors: Sequence[Tensor],
        source: int,
        *,
        begin: float | None = None,
        falls: tuple[float, float] = (0, 0),
    ) -> tuple[Sequence[Shape], Draw]:
        """Show the names of states and their shape, each this far below a wire, or side by side from a point on."""
        names, step = ", ".join(self.layers.state_names(tensors)), self.step(source)
        after, anchor = (0.0, "middle") if begin is None else (begin + width(names, NAME) + NAME_TO_SHAPE, "start")

        def shaped(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            place = Point(at.x + after, at.y + falls[1])
            return [self._shape(name, tensors[0], place, key(source), anchor, step)]

        named = text(
            names,
            "state",
            name=f"{name}-name",
            x=begin or 0,
            y=falls[0],
            anchor=anchor,
            step=step,
            argument=key(source),
        )
        return named, shaped

    def put_total(self, flow: Flow, draw: Draw) -> None:
        """Put the total below the last count, or below all columns."""
        last = max(self.slots.values())
        if self.beside:
            flow.put(last + 0.5, self.track(0), draw)
            return
        count = 1 if self.stacked else len(self.layers.nodes_in)
        kind, middle = ("layers", (count + 1) // 2) if count % 2 else ("hands", count // 2)
        track = f"{kind}-{0 if self.stacked else middle}"
        for column_track in dict.fromkeys([track, *map(self.track, range(len(self.layers.nodes)))]):
            flow.put(last + 1, column_track, ())
        flow.put(last + 1.5, track, draw)


@dataclass(frozen=True, eq=False)
class ForkedLayers(DrawnLayers):
    """The inputs and layers from top to bottom, with a line beside the column for each tensor that skips some."""

    layers: ForkedModel

    @cached_property
    def slots(self) -> Mapping[int, float]:
        """The slot of each layer, which is its place in the column."""
        return {number: self.layers.places[number] + 1 for number in self.layers.reading_order}

    def track(self, number: int, kind: str = "layers") -> str:
        """Return the only column."""
        return kind

    @property
    def room(self) -> float:
        """The maximum width of counts, less if there are lines beside the column."""
        beside = DOWN.track_gap * len({*self.layers.lanes.values()})
        return super().room - beside

    def block_height(self, number: int) -> float:
        """Make room for the ends of lines at the side of a block."""
        ports = len(self.layers.skipping(number)) + len(self._leaving(number))
        return max(super().block_height(number), PORTS_APART * (ports + 1))

    def _leaving(self, number: int) -> list[Tensor]:
        """List the outputs of a node that skip something, from the outermost line to the innermost."""
        tensors = [tensor for tensor in self.layers.returned(number) if tensor in self.layers.lanes]
        return sorted(tensors, key=self.layers.lanes.__getitem__, reverse=True)

    def flow(self) -> Flow:
        """Add inputs and layers in their order, with the shapes between them, then the lines beside the column."""
        flow, graph = Flow(slot_room=LAYERS_CLOSER), self.layers
        for lane in range(max(graph.lanes.values(), default=-1), -1, -1):
            flow.put(1, flow.track(f"skip-{lane + 1}"), ())
        flow.track("layers", DOWN.band_padding[1] if graph.lanes else 0)
        items: dict[Tensor | int, Item] = {}
        lying: dict[int | None, list[Item]] = {}
        for place, member in enumerate(graph.order):
            if isinstance(member, Tensor):
                flow.put(place + 0.75, "layers", (), loose=True)
                entry = self._entry(f"input-{member.output + 1}", member)
                items[member] = flow.put(place + 1, "layers", entry, loose=True, solid=True)
            else:
                items[member] = self._layer(flow, member)
                lying[member] = self._between(flow, items, member)
                straight = graph.goes_straight(member)
                if straight is not None:
                    source = items[straight if straight.node is None else straight.node]
                    wire = Wire(f"layer-{member + 1}-input-arrow", step=self.step(member))
                    outside = straight.node is not None and not self.beside
                    loads = lying.get(straight.node, [])
                    flow.link(source, items[member], wire, sides=ALONG, outside=outside, loads=loads)
        for number in graph.reading_order:
            self._skips(flow, items, number)
        self._total(flow)
        self._notes(flow)
        return flow

    def _between(self, flow: Flow, items: Mapping[Tensor | int, Item], number: int) -> list[Item]:
        """Show the shapes that a layer returns: beside the arrow to the next one, or below the layer.

        Returns what lies in a gap of the arrow instead, because there is no space beside it.
        """
        graph, step = self.layers, self.step(number)
        tensors, place = graph.shown(number), graph.places[number]
        after = graph.order[place + 1] if place + 1 < len(graph.order) else None
        straight = graph.goes_straight(after) if isinstance(after, int) else None
        lines: list[tuple[Tensor | None, str]] = []
        outputs = graph.model.outputs
        for tensor, named in zip(tensors, graph.state_names(tensors), strict=True):
            lines.append((tensor, named if tensor.output else ""))
            if tensor in outputs:
                text = gettext("output %(number)s", number=outputs.index(tensor) + 1)
                lines.append((None, text if len(outputs) > 1 else gettext("output")))
        widths = [width(graph.shapes.text(tensor), SHAPE) for tensor, _ in lines if tensor is not None]
        is_in_arrow = straight is not None and not self.beside and max(widths) > MOST_ASIDE

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            x, anchor = (at.x, "middle") if straight is None or is_in_arrow else (at.x + ASIDE, "start")
            top = at.y if straight is None else at.y - LINE * (len(lines) - 1) / 2
            shapes: list[Shape] = []
            for row, (tensor, text) in enumerate(lines):
                where, name = Point(x, top + row * LINE), f"layer-{number + 1}-output-{row + 1}"
                if tensor is None:
                    shapes.append(
                        Label(name=f"{name}-name", role="muted", step=step, text=text, at=where, anchor=anchor)
                    )
                else:
                    shapes.append(self._shape(name, tensor, where, key(number), anchor, step, text))
            return shapes

        if not lines:
            return []
        slot = self.slots[number]
        if straight is None or is_in_arrow:
            flow.put(slot + 0.25, "layers", (), loose=True)
        item = flow.put(slot + 0.5, "layers", draw, loose=True, solid=is_in_arrow)
        if straight is None and any(tensor in outputs for tensor in tensors):
            wire = Wire(f"layer-{number + 1}-output-arrow", step=step)
            flow.link(items[number], item, wire, sides=ALONG, outside=not self.beside)
        return [item] if is_in_arrow else []

    def _skips(self, flow: Flow, items: Mapping[Tensor | int, Item], number: int) -> None:
        """Draw the lines to a layer from everything that isn't directly above it.

        At a block, lines that arrive are above those that leave. The innermost arrives first and leaves last, so that
        none cross there.
        """
        graph = self.layers
        skipping = sorted(graph.skipping(number), key=graph.lanes.__getitem__)
        ports = len(skipping) + len(self._leaving(number)) + 1
        for place, tensor in enumerate(skipping, start=1):
            start = 0.5
            if tensor.node is not None:
                leaving, arriving = self._leaving(tensor.node), len(graph.skipping(tensor.node))
                start = (arriving + leaving.index(tensor) + 1) / (arriving + len(leaving) + 1)
            flow.link(
                items[tensor if tensor.node is None else tensor.node],
                items[number],
                Wire(f"layer-{number + 1}-skip-arrow-{place}", step=self.step(number)),
                sides=("cross-start", "cross-start"),
                shares=(start, place / ports),
                branch=True,
                along=f"skip-{graph.lanes[tensor] + 1}",
            )

    def put_total(self, flow: Flow, draw: Draw) -> None:
        """Put the total below the column."""
        last = len(self.layers.order)
        if not self.beside:
            flow.put(last + 1, "layers", ())
        flow.put(last + (0.5 if self.beside else 1.5), "layers", draw)


def _count(lines: CountLines, number: int, step: int | None, at: Point, anchor: str) -> Iterator[Shape]:
    """Draw the calculation and what its numbers count."""
    name, y = f"layer-{number + 1}", at.y
    for place, runs in enumerate(lines.formula):
        formula = f"{name}-count" if place == 0 else f"{name}-count-{place + 1}"
        where = Point(at.x, y + place * FORMULA_LEADING)
        yield Phrase(name=formula, step=step, argument=key(number), runs=runs, at=where, style=FORMULA, anchor=anchor)
    y += FORMULA_LEADING * max(0, len(lines.formula) - 1) + (LEGEND_LEADING + 1 if lines.formula else 0)
    for place, line in enumerate(lines.legend):
        legend = f"{name}-legend" if place == 0 else f"{name}-legend-{place + 1}"
        where = Point(at.x, y + place * LEGEND_LEADING)
        yield Label(name=legend, role="muted", step=step, text=line, at=where, style=LEGEND, anchor=anchor)


def broken(runs: tuple[Run, ...], style: Style, room: float = ROOM) -> tuple[tuple[Run, ...], ...]:
    """Wrap a calculation before the top-level plus signs and the result, where it is too wide."""
    lines: list[list[Run]] = [[]]
    for piece in _pieces(runs):
        if lines[-1] and phrase_width([*lines[-1], *piece], style) > room:
            lines.append([Run(piece[0].text.lstrip(), piece[0].token), *piece[1:]])
        else:
            lines[-1] += piece
    return tuple(map(tuple, lines))


def _pieces(runs: tuple[Run, ...]) -> list[list[Run]]:
    pieces: list[list[Run]] = [[]]
    depth = 0
    for run in runs:
        if run.text.startswith((" + ", " = ")) and depth == 0:
            pieces.append([])
        depth += run.text.count("(") - run.text.count(")")
        pieces[-1].append(run)
    return pieces


def _description(layers: Columns | ForkedModel) -> Description:
    """Describe each layer, its output shape and its parameters, with a table row for each."""
    shapes = layers.shapes
    entries = Listing(*map(shapes.text, layers.entries))
    order = layers.reading_order
    clauses = Clauses(
        *(
            gettext(
                "%(layer)s returns %(shapes)s, %(parameters)s",
                layer=node.layer.name_in_code,
                shapes=_returned(layers, number),
                parameters=known(_parameters(layers, number), step),
            )
            for step, number, node in (
                (step, number, layers.nodes[number]) for step, number in enumerate(order, start=1)
            )
        )
    )
    total = Grouped(layers.model.parameter_count)
    any_number = [ANY_NUMBER] if shapes.is_open else []
    alt = [
        ngettext(
            "A model of %(num)s layer, from input to output.",
            "A model of %(num)s layers, from input to output.",
            len(layers.nodes),
        ),
        gettext("The input is %(shapes)s.", shapes=entries),
        *any_number,
        gettext("%(layers)s.", layers=clauses),
        gettext("%(number)s parameters in all.", number=total),
    ]
    text = [
        gettext("Each layer takes what the one before it returns.")
        if isinstance(layers, Columns)
        else gettext(
            "Each layer takes what arrows bring it: from the one above, or past others along a line beside them."
        ),
        _computed(shapes),
        *any_number,
        *(_handed_over(layers) if isinstance(layers, Columns) else _read(layers)),
        *(
            ngettext(
                "%(number)s of the parameters belongs to %(layer)s: Keras counts it, though nothing computed with it "
                "reaches an output.",
                "%(number)s of the parameters belong to %(layer)s: Keras counts them, though nothing computed with "
                "them reaches an output.",
                count,
                number=Grouped(count),
                layer=kind,
            )
            for kind, count in layers.idle_by_kind.items()
        ),
    ]
    rows = []
    steps = []
    for step, (number, node) in enumerate(((number, layers.nodes[number]) for number in order), start=1):
        count = layers.counts[number] if layers.is_first_use(number) else None
        inputs, returned = Series(*map(shapes.text, dict.fromkeys(node.inputs))), _returned(layers, number)
        worked = count.text if count else _parameters(layers, number)
        rows.append(
            TableRow.of(
                node.layer.name_in_code,
                options(node.layer),
                inputs,
                returned,
                worked,
                count.legend if count else "",
                step=step,
            )
        )
        steps.append(
            gettext(
                "%(layer)s takes %(given)s and returns %(shapes)s, %(parameters)s.",
                layer=node.layer.name_in_code,
                given=Listing(*map(shapes.text, dict.fromkeys(node.inputs))),
                shapes=returned,
                parameters=_parameters(layers, number),
            )
        )
    for idle, unused in layers.idle:
        why = pgettext("in a table", "not used")
        rows.append(TableRow.of(idle.layer.name_in_code, options(idle.layer), "", "", Grouped(unused), why))
    rows.append(TableRow.of(pgettext("in a table", "total"), "", "", "", total, ""))
    heads = (
        pgettext("in a table", "layer"),
        pgettext("in a table", "options"),
        pgettext("in a table", "input shape"),
        pgettext("in a table", "output shape"),
        pgettext("in a table", "parameters"),
        pgettext("in a table", "counted"),
    )
    return Description(
        alt=Paragraph(*alt),
        text=Paragraph(*text),
        steps=tuple(steps),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _returned(layers: CountedModel, number: int) -> str:
    return Series(*(layers.shapes.text(tensor) for tensor in layers.returned(number)))


def _parameters(layers: CountedModel, number: int) -> str:
    count = layers.counts[number]
    if count is None:
        return NO_PARAMETERS
    return gettext("%(number)s parameters", number=Grouped(count.total)) if layers.is_first_use(number) else SHARED


def _computed(shapes: Shapes) -> str:
    """Explain shapes: where they have a batch, and where the other numbers come from."""
    if shapes.model.batch_axis is None:
        return gettext(
            "A shape is that of one sample. It is computed from the layers, and so is the number of parameters, the "
            "numbers that training sets."
        )
    if shapes.model.batch_axis == 0:
        return gettext(
            "The first number of a shape, %(batch)s, stands for the samples in a batch, whose number the model "
            "leaves open; the others are computed from the layers, and so is the number of parameters, the "
            "numbers that training sets.",
            batch=shapes.batch,
        )
    return gettext(
        "In a shape, %(batch)s stands for the samples in a batch, whose number the model leaves open; in that of a "
        "sequence, the steps come first. The other numbers are computed from the layers, and so is the number of "
        "parameters, the numbers that training sets.",
        batch=shapes.batch,
    )


def _handed_over(layers: Columns) -> Iterator[str]:
    """Describe which layers get their initial states from others."""
    for number, node in enumerate(layers.nodes):
        if sources := layers.state_sources(number):
            yield gettext(
                "Layer %(number)s, %(layer)s, starts with the states of %(sources)s.",
                number=number + 1,
                layer=node.layer.name_in_code,
                sources=Listing(*(layers.nodes[source].layer.name_in_code for source in sources)),
            )


def _read(layers: ForkedModel) -> Iterator[str]:
    """Describe the inputs of layers that don't read the layer above."""
    for step, number in enumerate(layers.reading_order, start=1):
        node = layers.nodes[number]
        if {*node.inputs} - {layers.goes_straight(number)}:
            yield gettext(
                "Layer %(number)s, %(layer)s, reads %(sources)s.",
                number=step,
                layer=node.layer.name_in_code,
                sources=Listing(*dict.fromkeys(_named(layers, tensor) for tensor in node.inputs)),
            )
        if node.states:
            yield gettext(
                "Layer %(number)s, %(layer)s, starts with the states of %(sources)s.",
                number=step,
                layer=node.layer.name_in_code,
                sources=Listing(*dict.fromkeys(_named(layers, tensor) for tensor in node.states)),
            )


def _named(layers: ForkedModel, tensor: Tensor) -> str:
    """Name an input, or a layer by its number."""
    if tensor.node is None:
        several = len(layers.model.entries) > 1
        return gettext("input %(number)s", number=tensor.output + 1) if several else gettext("the input")
    number, layer = layers.reading_order.index(tensor.node) + 1, layers.nodes[tensor.node].layer.name_in_code
    return gettext("layer %(number)s (%(layer)s)", number=number, layer=layer)
