"""A model as columns of layers, with the shapes between them and each layer's parameter count worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Side, Wire
from ..flow.drawing import laid
from ..fonts import BLOCK_SECOND, CODE_NARROW, NAME, NUMBER_IN_TABLE, Style, width
from ..geometry import Frame, Point
from ..i18n import Clauses, Grouped, Listing, Paragraph, Series, Together, gettext, ngettext, pgettext
from ..layout import snug_box, wrapped
from ..model import Argument, Idle, Model, Node, Tensor
from ..picture import Picture, laid_anew
from ..shapes.blocks import Block, block_width
from ..shapes.plots import Line
from ..shapes.shape import Shape
from ..shapes.text import Label, Phrase, Run, phrase_width
from .counts import TIME_STEPS, Count, Shapes, options, size_argument
from .refusals import check_no_merges, refused
from .things import room

SHAPE, FORMULA, LEGEND = CODE_NARROW, NUMBER_IN_TABLE, BLOCK_SECOND
BLOCK_HEIGHT, LEAST_BLOCK = 52, 132
TO_COUNT, COUNT_UNDER, FORMULA_LEADING, LEGEND_LEADING = 24, 20, 18, 16
"""From a block to its count beside or below it, and the line spacings of formula and legend."""
ROOM = 232
"""The maximum width of the counts in the narrow layout."""
ASIDE = 10
"""From an arrow to the shape beside it."""
SHARE, SHARE_HIGH, SHARE_UNDER = 150, 4, 13
"""The length of the bar for all parameters, its thickness, and its distance below the count."""
LINE = 19
"""The line spacing of inputs, outputs and the total."""
OVER, UNDER, NAME_TO_SHAPE = 15, 17, 8
"""From a wire to the names above it, from a wire to the shape below it, and from name to shape on one line."""
LAYERS_CLOSER, ROUTE_ROOM, HAND_ROOM = -4, 6, 8
NAMES_BEGIN = 12
"""From a track's line to the names of states passed down."""
ALONG: tuple[Side, Side] = ("main-end", "main-start")
RIGHT: tuple[Side, Side] = ("cross-end", "cross-start")
LEFT: tuple[Side, Side] = ("cross-start", "cross-end")
MOST_TERMS = 4
NO_PARAMETERS, SHARED = gettext("no parameters"), gettext("the same weights again")
ANY_NUMBER = gettext("Here %(time_steps)s stands for any number of steps.", time_steps=TIME_STEPS)


@laid_anew
def model_shapes(model: Model, batch: str = "None") -> Picture:
    """Draw a model from input to output, with shapes as Keras writes them; `batch` is a label for the first axis.

    A model with two inputs, such as an encoder–decoder, has two columns.

    >>> model_shapes(read_keras(code))
    >>> model_shapes(read_keras(code), batch="batch")
    """
    if not model.nodes:
        raise PictureError("the model has no layers to draw", block=model.code or None)
    if not batch:
        raise PictureError("the batch axis needs a name, such as None or batch")
    columns = columns_of(model, batch)
    count = len(columns.nodes_in)
    wide = Layers(columns, beside=count == 1, stacked=not columns.is_side_by_side)
    narrow = Layers(columns, beside=False, stacked=count > 1)
    description, arguments = _description(columns), _arguments(model)
    forms = [laid(form.flow(), DOWN).shapes for form in (wide, narrow)]
    first, narrow_form = (Picture(shapes, snug_box(shapes), description, arguments=arguments) for shapes in forms)
    return replace(first, narrow=narrow_form)


def _arguments(model: Model) -> dict[str, Argument]:
    """Find the arguments in the code that determine the last length of each shape."""
    found: dict[str, Argument | None] = {key(number): size_argument(node) for number, node in enumerate(model.nodes)}
    for number, entry in enumerate(model.entries):
        call = entry.call or next((node.calls[0] for node in model.nodes if node.calls), None)
        said = (call.argument(name) for name in ("features", "time_steps")) if call else ()
        found[f"input-{number + 1}"] = next((argument for argument in said if argument is not None), None)
    return {name: argument for name, argument in found.items() if argument is not None}


def key(number: int) -> str:
    """Return the key of the argument that determines a layer's output size."""
    return f"layer-{number + 1}-size"


@dataclass(frozen=True, eq=False)
class Columns:
    """A model with its layers in columns, one for each input; nodes and inputs are identified by index."""

    model: Model
    nodes_in: tuple[tuple[int, ...], ...]
    """The nodes of each input's column, from input to output."""
    shapes: Shapes

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The uses of layers."""
        return self.model.nodes

    @cached_property
    def rows(self) -> dict[int, int]:
        """The row of each node: below its input, and not above the nodes that provide its initial state."""
        rows: dict[int, int] = {}
        for number, node in enumerate(self.nodes):
            over = -1 if node.given.node is None else rows[node.given.node]
            rows[number] = max(over + 1, *(rows[source] for source in self.state_sources(number)), 0)
        return rows

    def state_sources(self, number: int) -> tuple[int, ...]:
        """Return the nodes that provide a node's initial state."""
        states = self.nodes[number].states or ()
        return tuple(dict.fromkeys(each.node for each in states if each.node is not None))

    @property
    def handed(self) -> list[tuple[int, int]]:
        """All pairs of a node and one that gets its states."""
        return [(source, number) for number in range(len(self.nodes)) for source in self.state_sources(number)]

    def states_of(self, source: int, number: int) -> list[Tensor]:
        """List the states that one node passes to another."""
        return [each for each in self.nodes[number].states or () if each.node == source]

    @property
    def is_side_by_side(self) -> bool:
        """Return whether states are only passed within a column or to the adjacent one."""
        return all(abs(self.column_of(one) - self.column_of(other)) <= 1 for one, other in self.handed)

    def column_of(self, number: int) -> int:
        """Return a node's column."""
        return next(place for place, column in enumerate(self.nodes_in) if number in column)

    def entry(self, column: int) -> Tensor:
        """Return the input of a column."""
        return self.nodes[self.nodes_in[column][0]].given

    def returned(self, number: int) -> tuple[Tensor, ...]:
        """Return all outputs of a node."""
        return tuple(Tensor(number, output) for output in range(len(self.nodes[number].returned)))

    def outputs_of(self, number: int) -> tuple[Tensor, ...]:
        """List the model's outputs that a node produces."""
        return tuple(each for each in self.model.outputs if each.node == number)

    @cached_property
    def counts(self) -> tuple[Count | None, ...]:
        """The parameter calculation of each node."""
        return tuple(map(self.shapes.count, range(len(self.nodes))))

    @property
    def idle(self) -> list[tuple[Idle, int]]:
        """The layers that are counted, although they don't reach an output, each with its number of parameters."""
        return [(each, each.layer.parameter_count(*each.shapes)) for each in self.model.idle]

    @cached_property
    def idle_by_kind(self) -> dict[str, int]:
        """The parameters of these layers, added up for each kind."""
        found: dict[str, int] = {}
        for each, count in self.idle:
            found[each.layer.name_in_code] = found.get(each.layer.name_in_code, 0) + count
        return found

    def is_first_use(self, number: int) -> bool:
        """Return whether a node is the first to use its layer."""
        return number == next(place for place, node in enumerate(self.nodes) if node.place == self.nodes[number].place)


def columns_of(model: Model, batch: str) -> Columns:
    """Put each layer below the one it reads from. Raises PictureError, naming the layer, if that isn't possible."""
    check_no_merges(model, "model_shapes draws columns of layers without forks")
    chains: list[list[int]] = [[] for _ in model.entries]
    readers: dict[Tensor, Node] = {}
    for number, node in enumerate(model.nodes):
        if node.states is not None and any(each.node is None for each in node.states):
            raise _refused(model, node, "starts with states that are an input of the model")
        source = Tensor(None, node.given.output) if node.given.node is None else Tensor(node.given.node)
        if source in readers:
            raise _refused(model, node, f"has the same input as {readers[source].calls[0].text}")
        readers[source] = node
        chain = next(each for each in chains if node.given.node in each) if source.node is not None else None
        (chains[node.given.output] if chain is None else chain).append(number)
    for each in model.outputs:
        if each.node is None or Tensor(each.node) in readers:
            node = model.nodes[each.node or 0]
            raise _refused(
                model, node, "is in the middle of the model, but its input or output is an output of the model"
            )
    return Columns(model, tuple(map(tuple, chains)), Shapes(model, batch))


def _refused(model: Model, node: Node, why: str) -> PictureError:
    return refused(
        model,
        node,
        f"{node.calls[0].text} {why}; model_shapes draws columns of layers without forks: "
        "draw the parts of the model separately",
    )


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
class Layers:
    """The layers from top to bottom: each column on its own track, or one column below the other."""

    columns: Columns
    beside: bool
    """Whether counts are beside the blocks rather than below them."""
    stacked: bool

    def flow(self) -> Flow:
        """Add each layer between its input and output, then the links for states."""
        flow, columns = Flow(slot_room=LAYERS_CLOSER), self.columns
        for track in self._tracks():
            flow.track(*track)
        items: dict[int, Item] = {}
        for number in range(len(columns.nodes)):
            items[number] = self._layer(flow, number)
            taken = flow.put(self.slots[number] - 0.5, self.track(number), self._given(number))
            if columns.nodes[number].given.node is None:
                for earlier in (1, 0.25) if self.stacked and number else (0.25,):
                    flow.put(self.slots[number] - earlier, self.track(number), room)
            node, wire = columns.nodes[number].given.node, Wire(f"layer-{number + 1}-input-arrow")
            before, outside = (taken, False) if node is None else (items[node], not self.beside)
            flow.link(before, items[number], wire, sides=ALONG, outside=outside)
        for column in columns.nodes_in:
            self._returned(flow, items[column[-1]], column[-1])
        for route, (source, number) in enumerate(columns.handed):
            self._hand_over(flow, items, source, number, route)
        self._total(flow)
        notes = [gettext("%(batch)s: any number of samples", batch=self.columns.shapes.batch)]
        notes += [gettext("Bars: each layer’s share of the parameters")] if self.has_shares else []
        notes += [
            gettext("%(layer)s, %(number)s: counted, but not used", layer=kind, number=Grouped(count))
            for kind, count in self.columns.idle_by_kind.items()
        ]
        for place, note in enumerate(notes, start=1):
            flow.note(Caption(f"note-{place}", note, "muted", style=NAME))
        return flow

    @cached_property
    def slots(self) -> dict[int, int]:
        """The slot of each layer; in adjacent columns, layers in the same row share it."""
        if not self.stacked:
            return {number: row + 1 for number, row in self.columns.rows.items()}
        order = [(place, number) for place, column in enumerate(self.columns.nodes_in) for number in column]
        return {number: slot + place + 1 for slot, (place, number) in enumerate(order)}

    def track(self, number: int, kind: str = "layers") -> str:
        """Return the track of a layer, or of something next to its column."""
        return f"{kind}-{0 if self.stacked else self.columns.column_of(number) + 1}"

    def _tracks(self) -> Iterator[tuple[str, float]]:
        """For each column, from left to right: states passed down, its layers, and states passed to the next column."""
        for column in [0] if self.stacked else range(1, len(self.columns.nodes_in) + 1):
            yield f"routes-{column}", HAND_ROOM
            yield f"layers-{column}", ROUTE_ROOM
            yield f"hands-{column}", HAND_ROOM

    @cached_property
    def block_width(self) -> float:
        """The common width of all blocks, which fits the widest."""
        layers = [node.layer for node in self.columns.nodes]
        return max(block_width(each.name_in_code, options(each), LEAST_BLOCK) for each in layers)

    def _layer(self, flow: Flow, number: int) -> Item:
        """Put a layer's block and its count on a band, with a background if it has parameters."""
        layer, name, lines = self.columns.nodes[number].layer, f"layer-{number + 1}", self._lines(number)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, self.block_width, BLOCK_HEIGHT)
            text, second = layer.name_in_code, options(layer)
            block = Block(name=name, argument=key(number), frame=frame, text=text, second=second)
            if self.beside:
                begin = Point(frame.right + TO_COUNT, at.y - lines.height / 2)
                count, left = _count(lines, number, begin, "start"), begin.x
            else:
                begin = Point(at.x, frame.bottom + COUNT_UNDER)
                count, left = _count(lines, number, begin, "middle"), begin.x - SHARE / 2
            return [block, *count, *self._share(number, Point(left, begin.y + lines.height + SHARE_UNDER))]

        item = flow.put(self.slots[number], self.track(number), draw, loose=True, solid=True)
        flow.band(f"{name}-lane", [item], has_ground=self.columns.counts[number] is not None)
        return item

    def _share(self, number: int, at: Point) -> Iterator[Shape]:
        """Draw a layer's fraction of all parameters, if several layers have some."""
        count, whole = self.columns.counts[number], self.columns.model.parameter_count
        if count is None or not self.columns.is_first_use(number) or not self.has_shares:
            return
        name, at = f"layer-{number + 1}-share", Point(at.x + SHARE_HIGH / 2, at.y)  # its ends are rounded
        for part, role, share in ((f"{name}-whole", "hair", 1.0), (name, "flow", count.total / whole)):
            end = Point(at.x + (SHARE - SHARE_HIGH) * share, at.y)
            yield Line(name=part, role=role, start=at, to=end, width=SHARE_HIGH)

    @cached_property
    def has_shares(self) -> bool:
        """Whether several layers have parameters, so that it is worth comparing them."""
        counted = [count for number, count in enumerate(self.columns.counts) if self.columns.is_first_use(number)]
        return sum(bool(count and count.total) for count in counted) > 1

    def _lines(self, number: int) -> CountLines:
        count = self.columns.counts[number]
        if count is None or not self.columns.is_first_use(number):
            return CountLines((), (NO_PARAMETERS if count is None else SHARED,))
        if self.beside:
            return CountLines((count.runs,), (count.legend,))
        return CountLines(broken(count.runs, FORMULA), tuple(wrapped(count.legend, LEGEND, ROOM)))

    def _given(self, number: int) -> Draw:
        """Show a layer's input: beside the arrow from the layer above, or for a model input, below its name."""
        given, name = self.columns.nodes[number].given, f"layer-{number + 1}-input"

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            if given.node is not None:
                return [self._shape(name, given, Point(at.x + ASIDE, at.y), key(given.node), "start")]
            several = len(self.columns.nodes_in) > 1
            text = gettext("input %(number)s", number=given.output + 1) if several else gettext("input")
            return [
                self._shape(name, given, at, f"input-{given.output + 1}", "middle"),
                Label(name=f"{name}-name", role="muted", text=text, at=Point(at.x, at.y - LINE)),
            ]

        return draw

    def _shape(self, name: str, tensor: Tensor, at: Point, argument: str, anchor: str) -> Shape:
        runs = tuple(Run(text, token) for text, token in self.columns.shapes.pieces(tensor))
        lengths = self.columns.shapes.axes(tensor)
        role = lengths[-1].token if lengths else "ink"
        return Phrase(name=name, role=role, argument=argument, runs=runs, at=at, style=SHAPE, anchor=anchor)

    def _returned(self, flow: Flow, item: Item, number: int) -> None:
        """Show the output, with its name below."""
        tensors, name = self.columns.outputs_of(number), f"layer-{number + 1}-output"
        if not tensors:
            return
        text: str = gettext("output")
        if len(tensors) > 1:
            text = ngettext("%(num)s output", "%(num)s outputs", len(tensors))

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            lines = [Point(at.x, at.y + place * LINE) for place in range(len(tensors) + 1)]
            names = [name, *(f"{name}-{place}" for place in range(2, len(tensors) + 1))]
            shapes = [
                self._shape(each, tensor, line, key(number), "middle")
                for each, tensor, line in zip(names, tensors, lines, strict=False)
            ]
            return [*shapes, Label(name=f"{name}-name", role="muted", text=text, at=lines[-1])]

        flow.put(self.slots[number] + 0.25, self.track(number), room)
        output = flow.put(self.slots[number] + 0.5, self.track(number), draw)
        flow.link(item, output, Wire(f"{name}-arrow"), sides=ALONG, outside=not self.beside)

    def _hand_over(self, flow: Flow, items: dict[int, Item], source: int, number: int, route: int) -> None:
        """Pass states to the adjacent column, or down beside the column; label them only once."""
        tensors, before = self.columns.states_of(source, number), self.columns.handed[:route]
        known = [self.columns.states_of(*each) for each in before if each[0] == source]
        name = f"layer-{number + 1}-states" if route == 0 else f"layer-{number + 1}-states-{route + 1}"
        wire, one, other = Wire(f"{name}-arrow"), items[source], items[number]
        columns, slot = (self.columns.column_of(source), self.columns.column_of(number)), self.slots[source]
        if self.stacked or columns[0] == columns[1]:
            said = []
            if tensors not in known:
                between = slot + 0.5 + len(known) / 10
                draw = self._states_down(name, tensors, source)
                said = [flow.put(between, self.track(source, "routes"), draw)]
                flow.put(between, self.track(source), room)
            flow.link(one, other, wire, sides=("cross-start", "cross-start"), around=True, loads=said)
            return
        if tensors not in known:
            track = f"hands-{min(columns) + 1}"
            is_shared = [each for each, _ in self.columns.handed].count(source) > 1
            away = (UNDER, UNDER + LINE) if known else (-OVER - LINE, -OVER) if is_shared else (-OVER, UNDER)
            named, shaped = self._states_across(name, tensors, source, away)
            flow.put(self.slots[number] if known else slot, track, named)
            flow.put(slot if is_shared and not known else self.slots[number], track, shaped)
        flow.link(one, other, wire, sides=RIGHT if columns[0] < columns[1] else LEFT)

    def _states_down(self, name: str, tensors: Sequence[Tensor], source: int) -> Draw:
        """Show the names of states and their shape, on one line."""
        text = ", ".join(self._state_names(tensors))

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            start = Point(at.x + NAMES_BEGIN, at.y)
            after = Point(start.x + width(text, NAME) + NAME_TO_SHAPE, at.y)
            return [
                Label(name=f"{name}-name", role="state", argument=key(source), text=text, at=start, anchor="start"),
                self._shape(name, tensors[0], after, key(source), "start"),
            ]

        return draw

    def _states_across(
        self, name: str, tensors: Sequence[Tensor], source: int, away: tuple[float, float]
    ) -> tuple[Draw, Draw]:
        """Show the names of states and their shape, at this distance below the wire (negative: above)."""
        text = ", ".join(self._state_names(tensors))

        def named(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            place = Point(at.x, at.y + away[0])
            return [Label(name=f"{name}-name", role="state", argument=key(source), text=text, at=place)]

        def shaped(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            return [self._shape(name, tensors[0], Point(at.x, at.y + away[1]), key(source), "middle")]

        return named, shaped

    def _state_names(self, tensors: Sequence[Tensor]) -> list[str]:
        """Return the names of the states that are passed: `h`, `c`."""
        names: list[str] = []
        for each in tensors:
            layer = self.columns.nodes[each.node or 0].layer
            known = ("output", *getattr(layer, "state_names", ()))
            names.append(known[each.output] if each.output < len(known) else gettext("state"))
        return names

    def _total(self, flow: Flow) -> None:
        """Put the total of all counts below the last of them, or below all columns."""
        firsts = [count for number, count in enumerate(self.columns.counts) if self.columns.is_first_use(number)]
        terms = [count.total for count in firsts if count is not None]
        terms += [count for _, count in self.columns.idle]
        text: str = Grouped(self.columns.model.parameter_count)
        first, *others = map(Grouped, terms or [0])
        worked = Together(first, *(piece for term in others for piece in (" + ", term)), " = ", text)
        if 1 < len(terms) <= MOST_TERMS and (self.beside or width(worked, FORMULA.bold()) <= ROOM):
            text = worked
        aside, anchor = (self.block_width / 2 + TO_COUNT, "start") if self.beside else (0, "middle")

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            place, under = Point(at.x + aside, at.y), Point(at.x + aside, at.y + LINE)
            legend = gettext("parameters")
            return [
                Label(name="total", text=text, at=place, style=FORMULA.bold(), anchor=anchor),
                Label(name="total-legend", role="muted", text=legend, at=under, style=BLOCK_SECOND, anchor=anchor),
            ]

        last = max(self.slots.values())
        if self.beside:
            flow.put(last + 0.5, self.track(0), draw)
            return
        count = 1 if self.stacked else len(self.columns.nodes_in)
        kind, middle = ("layers", (count + 1) // 2) if count % 2 else ("hands", count // 2)
        track = f"{kind}-{0 if self.stacked else middle}"
        for each in dict.fromkeys([track, *map(self.track, range(len(self.columns.nodes)))]):
            flow.put(last + 1, each, room)
        flow.put(last + 1.5, track, draw)


def _count(lines: CountLines, number: int, at: Point, anchor: str) -> Iterator[Shape]:
    """Draw the calculation and what its numbers count."""
    name, y = f"layer-{number + 1}", at.y
    for place, runs in enumerate(lines.formula):
        formula = f"{name}-count" if place == 0 else f"{name}-count-{place + 1}"
        where = Point(at.x, y + place * FORMULA_LEADING)
        yield Phrase(name=formula, argument=key(number), runs=runs, at=where, style=FORMULA, anchor=anchor)
    y += FORMULA_LEADING * max(0, len(lines.formula) - 1) + (LEGEND_LEADING + 1 if lines.formula else 0)
    for place, text in enumerate(lines.legend):
        legend = f"{name}-legend" if place == 0 else f"{name}-legend-{place + 1}"
        where = Point(at.x, y + place * LEGEND_LEADING)
        yield Label(name=legend, role="muted", text=text, at=where, style=LEGEND, anchor=anchor)


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


def _description(columns: Columns) -> Description:
    """Describe each layer, its output shape and its parameters, with a table row for each."""
    shapes = columns.shapes
    entries = Listing(*(shapes.text(column) for column in map(columns.entry, range(len(columns.nodes_in)))))
    layers = Clauses(
        *(
            gettext(
                "%(layer)s returns %(shapes)s, %(parameters)s",
                layer=node.layer.name_in_code,
                shapes=_returned(columns, number),
                parameters=_parameters(columns, number),
            )
            for number, node in enumerate(columns.nodes)
        )
    )
    total = Grouped(columns.model.parameter_count)
    any_number = [ANY_NUMBER] if shapes.is_open else []
    alt = [
        ngettext(
            "A model of %(num)s layer, from input to output.",
            "A model of %(num)s layers, from input to output.",
            len(columns.nodes),
        ),
        gettext("The input is %(shapes)s.", shapes=entries),
        *any_number,
        gettext("%(layers)s.", layers=layers),
        gettext("%(number)s parameters in all.", number=total),
    ]
    text = [
        gettext("Each layer takes what the one before it returns."),
        gettext(
            "The first number of a shape, %(batch)s, stands for the samples in a batch, whose number the model "
            "leaves open; the others are computed from the layers, and so is the number of parameters, the "
            "numbers that training sets.",
            batch=shapes.batch,
        ),
        *any_number,
        *_handed_over(columns),
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
            for kind, count in columns.idle_by_kind.items()
        ),
    ]
    rows = []
    for number, node in enumerate(columns.nodes):
        count = columns.counts[number] if columns.is_first_use(number) else None
        given, returned = shapes.text(node.given), _returned(columns, number)
        worked = count.text if count else _parameters(columns, number)
        rows.append(
            TableRow.of(
                node.layer.name_in_code, options(node.layer), given, returned, worked, count.legend if count else ""
            )
        )
    for each, unused in columns.idle:
        why = pgettext("in a table", "not used")
        rows.append(TableRow.of(each.layer.name_in_code, options(each.layer), "", "", Grouped(unused), why))
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
        alt=Paragraph(*alt), text=Paragraph(*text), columns=tuple(map(TableColumn, heads)), rows=tuple(rows)
    )


def _returned(columns: Columns, number: int) -> str:
    return Series(*(columns.shapes.text(each) for each in columns.returned(number)))


def _parameters(columns: Columns, number: int) -> str:
    count = columns.counts[number]
    if count is None:
        return NO_PARAMETERS
    return gettext("%(number)s parameters", number=Grouped(count.total)) if columns.is_first_use(number) else SHARED


def _handed_over(columns: Columns) -> Iterator[str]:
    """Describe which layers get their initial states from others."""
    for number, node in enumerate(columns.nodes):
        if sources := columns.state_sources(number):
            yield gettext(
                "Layer %(number)s, %(layer)s, starts with the states of %(sources)s.",
                number=number + 1,
                layer=node.layer.name_in_code,
                sources=Listing(*(columns.nodes[source].layer.name_in_code for source in sources)),
            )
