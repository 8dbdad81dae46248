"""Schematic forms of models side by side: one to one, one to many, many to one, many to many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ..arrays import OpenShape, worked_out
from ..arrays import Shape as ArrayShape
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, Axis
from ..flow.description import Caption, Draw, Flow, Item, Side, Wire
from ..flow.panels import Panel, multiples
from ..flow.placing import placed
from ..fonts import BLOCK_SECOND, NAME
from ..geometry import Frame, Point
from ..i18n import LEFT_OUT, Clauses, Listing, Paragraph, Series, counted, gettext, ngettext, pgettext
from ..layers.activations import Activation
from ..layers.core import Dense, Embedding, Masking, TimeDistributed, TrainingOnly
from ..layers.recurrent import Recurrent
from ..layers.reshaping import RepeatVector
from ..layout import MARGIN, page_width
from ..model import Argument, Model, Node, Tensor
from ..picture import Picture, in_two_forms, laid_anew
from ..shapes.arrows import CLEAR
from ..shapes.blocks import Block
from ..shapes.cells import STRIP_HEIGHT, Strip
from ..shapes.plots import Line
from ..shapes.shape import Shape
from ..shapes.text import Label
from .refusals import check_no_merges, refused

NARROW_ROOM = 268
"""The width available on a phone, without the picture's margins, in pixels."""
MORE_THAN_DRAWN = 9
"""The number of steps that represents any number: enough that those in the middle are left out."""
SILENT = TrainingOnly | Activation | Masking | Embedding
"""Layers that act on each step separately, and change neither the number of steps nor what is drawn of them."""


@laid_anew
def formulation(*models: Model, examples: Sequence[str] = ()) -> Picture:
    """Draw the form of each model: which of its steps have inputs, and which have outputs.

    The form follows from the layers. Encoder–decoder models are distinguished from those with one output for each step.
    `examples` gives an example of use for each form, shown instead of its layers.

    >>> last, every = LSTM(4), LSTM(4, return_sequences=True)
    >>> formulation(stack(last, shape=(3, 2)), stack(every, shape=(3, 2)))
    """
    if not models:
        raise PictureError("formulation needs at least one model, such as formulation(read_keras(code))")
    if examples and len(examples) != len(models):
        counts = f"{counted(len(models), 'model')}, but {counted(len(examples), 'example')}"
        raise PictureError(f"formulation got {counts}: give one for each")
    forms = list(map(form_of, models))
    small = _small(forms, MOST, examples)
    panels = [small_form.panel() for small_form in small]
    wide = multiples(panels, page_width() - 2 * MARGIN, labels=_labels(small))
    narrow = (
        multiples(
            panels if most == MOST else [small_form.panel() for small_form in _small(forms, most, examples)],
            NARROW_ROOM,
            labels={},
            beside=beside,
        )
        for most, beside in ((MOST, True), (MOST, False), (FEWER, False))
    )
    return in_two_forms([wide], narrow, _description(forms), margin=MARGIN, arguments=_arguments(forms, wide))


@dataclass(frozen=True)
class FormRow:
    """A layer applied at some steps of a segment, counted from 1."""

    node: int
    name: str
    steps: Sequence[int]
    is_recurrent: bool
    backwards: bool = False
    """Whether it reads from the right."""


@dataclass(frozen=True)
class FormSegment:
    """A stretch of time: its rows from bottom to top, and the source of its inputs."""

    time_steps: int
    given: Sequence[int]
    """The steps with an input from outside; empty if a vector from the previous segment is repeated."""
    size: int
    """The size of each input."""
    is_repeated: bool = False
    """Whether the same vector is the input of every step."""
    rows: tuple[FormRow, ...] = ()

    def above(self, row: FormRow) -> FormSegment:
        """Add a row on top."""
        return replace(self, rows=(*self.rows, row))


@dataclass(frozen=True)
class Form:
    """A model as one or two segments, and the steps of the last one that have an output."""

    model: Model
    segments: tuple[FormSegment, ...]
    returned: Sequence[int]
    size: int
    role: str
    states: tuple[str, ...] = field(default=())
    """The initial states that the second segment gets from the first: `h`, `c`."""
    given: tuple[OpenShape, ...] = field(default=(), kw_only=True)
    """The input shapes as in the code, with None for an unknown number of time steps."""
    answered: OpenShape = field(default=(), kw_only=True)
    """The output shape, likewise."""

    @property
    def name(self) -> str:
        """The name of the form: `many to one`."""
        if self.takes_many:
            return gettext("many to many") if self.returns_many else gettext("many to one")
        return gettext("one to many") if self.returns_many else gettext("one to one")

    @property
    def kind(self) -> str:
        """Return which of the two kinds of many to many it is."""
        if len(self.segments) > 1:
            return gettext("encoder–decoder")
        return gettext("aligned") if self.takes_many and self.returns_many else ""

    @property
    def takes_many(self) -> bool:
        """Whether the input is a sequence."""
        return not self.segments[0].is_repeated and bool(_is_sequence(self.model, Tensor(None, self._first_entry)))

    @property
    def taken(self) -> int | None:
        """The number of input steps; None for any number."""
        if not self.takes_many:
            return 1
        is_open = self.given[self._first_entry][:1] == (None,)
        return None if is_open else self.segments[0].time_steps

    @property
    def yielded(self) -> int | None:
        """The number of output steps; None for any number, or for as many as there are inputs."""
        return None if self.returns_many and self.answered[:1] == (None,) else len(self.returned)

    @property
    def yields_as_many(self) -> bool:
        """Whether there are as many output steps as input steps, and any number of them."""
        return self.yielded is None and len(self.segments) == 1

    @property
    def _first_entry(self) -> int:
        first = self.segments[0].rows[0].node
        tensor = self.model.nodes[first].given
        while tensor.node is not None:
            tensor = self.model.nodes[tensor.node].given
        return tensor.output

    @property
    def returns_many(self) -> bool:
        """Whether the output is a sequence."""
        return _is_sequence(self.model, self.model.outputs[0])


def form_of(model: Model) -> Form:
    """Determine a model's form. Raises PictureError, naming the layer, if this view can't draw it."""
    check_no_merges(model, "formulation draws layers stacked on one another")
    if len(model.outputs) != 1:
        raise _refused(model, model.nodes[-1], f"the model has {len(model.outputs)} outputs")
    entry_shapes, answered = tuple(entry.shape for entry in model.entries), model.output_shapes[0]
    return replace(_form_of(model.sized(MORE_THAN_DRAWN)), given=entry_shapes, answered=answered)


def _form_of(model: Model) -> Form:
    if len(model.entries) == 1:
        return _finished(model, *_chain(model, list(range(len(model.nodes)))))
    return _encoder_decoder(model)


def _finished(
    model: Model, segments: tuple[FormSegment, ...], returned: Sequence[int], states: tuple[str, ...] = ()
) -> Form:
    rows = segments[-1].rows
    if not rows:
        raise PictureError("formulation draws models with a recurrent layer or a Dense", block=model.code or None)
    last = model.nodes[rows[-1].node].layer
    shape = worked_out(model.shape_of(model.outputs[0]))
    role = "state" if isinstance(last, Recurrent) else "output"
    return Form(model, segments, returned, shape[-1] if shape else 1, role, states)


def _chain(model: Model, nodes: list[int]) -> tuple[tuple[FormSegment, ...], Sequence[int]]:
    """Follow the input layer by layer; also return which steps of the last segment have an output.

    A layer with `go_backwards` reads from the right and ends on the left. Its outputs are in the order in which it read
    the steps, and so the next layer reads them in that order too.
    """
    first = model.nodes[nodes[0]]
    shape = _seen(model, nodes)
    steps = shape[0] if len(shape) > 1 else 1
    segments = [FormSegment(steps, range(1, steps + 1), shape[-1])]
    active: Sequence[int] = segments[0].given
    expected, leftwards = first.given, False
    for number in nodes:
        node = model.nodes[number]
        if node.given != expected:
            raise _refused(model, node, "does not read what the layer before it returns")
        if node.states is not None and len(model.entries) == 1:
            raise _refused(model, node, "starts with given states")
        expected = Tensor(number)
        match node.layer:
            case RepeatVector():
                if leftwards:
                    raise _refused(model, node, "repeats the last state of a layer that reads backwards")
                active = range(1, node.layer.n + 1)
                if segments[-1].rows:
                    segments.append(FormSegment(node.layer.n, (), node.shape[-1], is_repeated=True))
                else:
                    segments[-1] = replace(segments[-1], time_steps=node.layer.n, given=(1,), is_repeated=True)
            case Recurrent():
                if len(segments) > 2:
                    raise _refused(model, node, "is a third sequence")
                leftwards ^= node.layer.go_backwards
                segments[-1] = segments[-1].above(FormRow(number, node.layer.block_name, active, True, leftwards))
                ends = active[:1] if leftwards else active[-1:]
                active = active if node.layer.return_sequences else ends
            case Dense() | TimeDistributed() if isinstance(getattr(node.layer, "layer", node.layer), Dense):
                segments[-1] = segments[-1].above(FormRow(number, "Dense", active, False))
            case TrainingOnly() | Activation() | Masking() | Embedding():
                pass
            case TimeDistributed() if isinstance(node.layer.layer, SILENT):
                pass
            case _:
                raise _refused(model, node, "has no small drawing")
    return tuple(segments), active


def _seen(model: Model, nodes: list[int]) -> ArrayShape:
    """Return the shape drawn as input: for indices that are looked up, that of the vectors."""
    first = model.nodes[nodes[0]]
    return worked_out(first.returned[0]) if isinstance(first.layer, Embedding) else first.shape


def _is_sequence(model: Model, tensor: Tensor) -> bool:
    """Return whether a tensor has steps, as the indices read by an Embedding do."""
    rank = len(model.shape_of(tensor))
    return rank > 1 or any(node.given == tensor and isinstance(node.layer, Embedding) for node in model.nodes)


def _encoder_decoder(model: Model) -> Form:
    """Handle two inputs, where the final states for the first are the initial states for the second."""
    chains = [_nodes_from(model, entry) for entry in range(len(model.entries))]
    takers = [number for number, node in enumerate(model.nodes) if node.states is not None]
    if len(chains) != 2 or len(takers) != 1 or not all(chains):
        raise _refused(
            model, model.nodes[0], f"the model has {len(model.entries)} inputs, but isn't an encoder–decoder"
        )
    taker = model.nodes[takers[0]]
    encoder, decoder = sorted(chains, key=lambda chain: takers[0] in chain)
    (first, *encoder_rest), _ = _chain(model, encoder)
    (second, *decoder_rest), returned = _chain(model, decoder)
    sources = {state.node for state in taker.states or ()}
    if (
        encoder_rest
        or decoder_rest
        or len(first.rows) != 1
        or sources != {first.rows[0].node}
        or second.rows[0].node != takers[0]
    ):
        raise _refused(model, taker, "doesn't start with the states of the one layer that reads the other input")
    if any(row.backwards for row in (*first.rows, *second.rows)):
        raise _refused(model, taker, "gets states from or for a layer that reads backwards")
    names = getattr(model.nodes[first.rows[0].node].layer, "returned_states", ())
    return _finished(model, (first, second), returned, tuple(names))


def _nodes_from(model: Model, entry: int) -> list[int]:
    """List the nodes that one input passes through."""
    nodes: list[int] = []
    for number, node in enumerate(model.nodes):
        if node.given == Tensor(None, entry) or node.given.node in nodes:
            nodes.append(number)
    return nodes


def _refused(model: Model, node: Node, why: str) -> PictureError:
    message = f"formulation draws models from one or many steps to one or many; {node.calls[0].text}: {why}"
    return refused(model, node, message)


SMALL = replace(ACROSS, slot_gap=9, track_gap=28, band_padding=(4, 6), clear=(1, CLEAR), between_bands=0, least_wire=0)
BLOCK = (17, 28)
"""The width and height of a layer in these small pictures."""
LINE_UNDER_INPUT, LINE_TO_PART = 14, 11
"""From the middle of the inputs to the line below those of one part of a model, and from there to its name."""
DOTS_STYLE, DOTS_RISE = NAME.bold().sized(22), 6
"""The font of the dots for steps that are left out, and how far they are raised to the middle of the line."""


@dataclass(frozen=True)
class Most:
    """The most steps of a segment that are all drawn; of a longer one, only the first and the last."""

    of_one: int
    of_two: int
    """The same with two segments."""

    def shown(self, form: Form, segment: FormSegment) -> tuple[int, ...]:
        """The steps of a segment that are drawn."""
        steps = segment.time_steps
        most = self.of_one if len(form.segments) == 1 else self.of_two
        return tuple(range(1, steps + 1)) if steps <= most else (1, steps)


MOST, FEWER = Most(4, 3), Most(4, 2)


def _small(forms: Sequence[Form], most: Most, examples: Sequence[str]) -> list[Small]:
    rows = max(len(segment.rows) for form in forms for segment in form.segments)
    texts = examples or [""] * len(forms)
    return [Small(form, number, most, rows, texts[number - 1]) for number, form in enumerate(forms, start=1)]


def _labels(small: Sequence[Small]) -> dict[str, Caption]:
    """Label inputs and outputs, and the rows with their layers, if each row has the same layer in all forms."""
    labels = {INPUT: Caption("input-label", gettext("input"), "embedding", style=NAME)}
    rows: dict[str, set[str]] = {}
    for small_form in small:
        for track, names in small_form.names.items():
            rows.setdefault(track, set()).update(names)
    if all(len(names) == 1 for names in rows.values()):
        labels |= {track: Caption(f"{track}-label", name, style=NAME) for track, (name,) in rows.items()}
    roles = {small_form.form.role for small_form in small}
    role = roles.pop() if len(roles) == 1 else "ink"
    labels[OUTPUT] = Caption("output-label", gettext("output"), role, style=NAME)
    return labels


INPUT, OUTPUT = "input", "output"


class Small:
    """A form as a flow: the inputs, the rows of blocks above them, and the outputs."""

    def __init__(self, form: Form, number: int, most: Most, rows: int, example: str = "") -> None:
        self.form, self.most, self.prefix, self.rows = form, most, f"form-{number}", rows
        self.example = example
        """An example of use for this form, if the author gives one."""
        self.flow = Flow()
        self.names: dict[str, set[str]] = {}
        """The names of the layers on each track."""
        for track in (INPUT, *(f"row-{row + 1}" for row in range(rows)), OUTPUT):
            self.flow.track(track)
        slot = 0
        blocks: list[dict[int, Item]] = []
        for number, segment in enumerate(form.segments, start=1):
            steps = most.shown(form, segment)
            slots = {step: float(slot + place) for place, step in enumerate(steps, start=1)}
            cut = slot + 1.5 if len(steps) < segment.time_steps else None
            before, blocks = blocks, self._rows(number, segment, slots, cut)
            inputs = self._given(number, segment, slots, cut)
            if segment.is_repeated:
                source = self._handed(number, segment, before[-1], slot + 0.5) if before else inputs[1]
                self._repeated(number, source, blocks[0])
            for step, item in inputs.items() if not segment.is_repeated else ():
                wire = Wire(f"{self.prefix}-{number}-input-{step}-arrow", step=step)
                self.flow.link(item, blocks[0][step], wire)
            if before and form.states:
                self._states(before[0], blocks[0], slot + 0.5)
            slot += len(steps) + 1  # no step there: the two segments may differ in step width
        self._outputs(blocks[-1], slots, cut)

    def _rows(
        self, number: int, segment: FormSegment, slots: Mapping[int, float], cut: float | None
    ) -> list[dict[int, Item]]:
        """Add the blocks of each row, with links for states to the next block and for outputs to the row above."""
        rows: list[dict[int, Item]] = []
        for place, row in enumerate(segment.rows):
            track, name = self._track(segment, place), f"{self.prefix}-{number}-row-{place + 1}"
            self.names.setdefault(track, set()).add(row.name)
            argument = f"{self.prefix}-{row.node}"
            blocks = {
                step: self.flow.put(slot, track, _block(f"{name}-step-{step}", step, argument))
                for step, slot in slots.items()
                if step in row.steps
            }
            is_cut = cut is not None and len(blocks) > 1
            if cut is not None and is_cut:
                self.flow.put(cut, track, _dots(f"{name}-more"), loose=True, ghost=True)
            self.flow.band(f"{name}-lane", list(blocks.values()), cut=cut if is_cut else None)
            sides: tuple[Side, Side] = ("main-end", "main-start")
            for before, after in pairwise(blocks) if row.is_recurrent else ():
                ends = blocks[before], blocks[after]
                if row.backwards:
                    ends, sides = (ends[1], ends[0]), ("main-start", "main-end")
                self.flow.link(*ends, Wire(f"{name}-state-{before}-arrow"), sides=sides, dotted=after > before + 1)
            for step, block in blocks.items() if place else ():
                self.flow.link(rows[-1][step], block, Wire(f"{name}-step-{step}-arrow", step=step))
            rows.append(blocks)
        return rows

    def _track(self, segment: FormSegment, place: int) -> str:
        """Count rows from the bottom, except final ones applied to each step separately, which count from the top."""
        answering = 0
        if segment is self.form.segments[-1]:
            for row in reversed(segment.rows):
                if row.is_recurrent:
                    break
                answering += 1
        above = len(segment.rows) - place
        return f"row-{self.rows - above + 1 if above <= answering else place + 1}"

    def _given(
        self, number: int, segment: FormSegment, slots: Mapping[int, float], cut: float | None
    ) -> dict[int, Item]:
        name = f"{self.prefix}-{number}-input"
        inputs = {
            step: self.flow.put(slot, INPUT, _strip(f"{name}-{step}", "embedding", step, segment.size))
            for step, slot in slots.items()
            if step in segment.given
        }
        if cut is not None and len(inputs) > 1:
            self.flow.put(cut, INPUT, _dots(f"{name}-more"), loose=True)
        if inputs and len(self.form.model.entries) > 1:
            text = gettext("encoder") if number == 1 else gettext("decoder")
            span = slots[min(inputs)], slots[max(inputs)]
            self.flow.put(span if len(inputs) > 1 else span[0], INPUT, _part(f"{name}-part", text), solid=True)
        return inputs

    def _handed(self, number: int, segment: FormSegment, before: Mapping[int, Item], slot: float) -> Item:
        """Pass the last vector of the previous segment on to this one; it is drawn between them."""
        role = "state" if self.form.segments[number - 2].rows[-1].is_recurrent else "output"
        name = f"{self.prefix}-{number}-repeated"
        draw = _strip(name, role, None, segment.size)
        vector = self.flow.put(slot, INPUT, draw, loose=True)
        for row in range(self.rows):
            self.flow.put(slot, f"row-{row + 1}", draw, loose=True, ghost=True)
        last = list(before.values())[-1]
        self.flow.link(last, vector, Wire(f"{name}-handed-arrow"), sides=("main-end", "cross-end"))
        return vector

    def _repeated(self, number: int, source: Item, blocks: Mapping[int, Item]) -> None:
        """Add the same vector as the input of every step."""
        sides: tuple[Side, Side] = ("cross-end" if number == 1 else "main-end", "cross-start")
        for step, block in blocks.items():
            wire = Wire(f"{self.prefix}-{number}-repeated-{step}-arrow")
            self.flow.link(source, block, wire, sides=sides, branch=True)

    def _states(self, before: Mapping[int, Item], blocks: Mapping[int, Item], slot: float) -> None:
        name = f"{self.prefix}-states"
        caption = Caption(name, ", ".join(self.form.states), "state", style=NAME)
        last, first = list(before.values())[-1], next(iter(blocks.values()))
        if len(self.form.states) > 1:
            self.flow.put(slot, last.track, lambda axis, at, length: (), loose=True)
        self.flow.link(last, first, Wire(f"{name}-arrow", caption=caption), sides=("main-end", "main-start"))

    def _outputs(self, blocks: Mapping[int, Item], slots: Mapping[int, float], cut: float | None) -> None:
        name, form = f"{self.prefix}-output", self.form
        steps = [step for step in slots if step in form.returned]
        for step in steps:
            strip = self.flow.put(slots[step], OUTPUT, _strip(f"{name}-{step}", form.role, step, form.size))
            self.flow.link(blocks[step], strip, Wire(f"{name}-{step}-arrow", step=step))
        if cut is not None and len(steps) > 1:
            self.flow.put(cut, OUTPUT, _dots(f"{name}-more"), loose=True)

    def panel(self) -> Panel:
        """Lay it out."""
        return Panel(placed(self.flow, SMALL), tuple(self.title()))

    def title(self) -> Iterator[Caption]:
        """Build the title: the form, its example or layers, the numbers of steps, and which of two it is."""
        form = self.form
        layers = Series(*(row.name for segment in form.segments for row in segment.rows))
        yield Caption(self.prefix, form.name, style=NAME.bold())
        yield Caption(f"{self.prefix}-layers", self.example or layers, "muted", style=BLOCK_SECOND)
        yield Caption(f"{self.prefix}-steps", _counted(form), "muted", style=BLOCK_SECOND)
        if form.kind and not self.example:
            yield Caption(f"{self.prefix}-kind", form.kind, "muted", style=BLOCK_SECOND)


def _counted(form: Form) -> str:
    """Describe the numbers of input and output steps; a decoder's own inputs are added."""
    if form.taken is None or form.yielded is None:
        any_number = gettext("any number")
        yielded = gettext("as many") if form.yields_as_many else form.yielded or any_number
        return gettext("%(taken)s in, %(yielded)s out", taken=form.taken or any_number, yielded=yielded)
    more = len(form.segments[-1].given) if len(form.segments) > 1 else 0
    taken = ngettext("%(num)s input", "%(num)s inputs", form.taken)
    if more:
        taken = gettext("%(taken)s + %(more)s inputs", taken=form.taken, more=more)
    return Series(taken, ngettext("%(num)s output", "%(num)s outputs", form.yielded))


def _part(name: str, text: str) -> Draw:
    """Label the part of a model that the inputs above belong to."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        reach, y = length / 2 + STRIP_HEIGHT / 2, at.y + LINE_UNDER_INPUT
        line = Line(name=f"{name}-line", start=Point(at.x - reach, y), to=Point(at.x + reach, y))
        return [line, Label(name=name, role="muted", text=text, at=Point(at.x, y + LINE_TO_PART), style=BLOCK_SECOND)]

    return draw


def _block(name: str, step: int, argument: str) -> Draw:
    return lambda axis, at, length: [
        Block(name=name, step=step, argument=argument, frame=Frame.about(at.x, at.y, *BLOCK), text="")
    ]


def _strip(name: str, role: str, step: int | None, size: int) -> Draw:
    return lambda axis, at, length: [Strip(name=name, role=role, step=step, at=at, size=size)]


def _dots(name: str) -> Draw:
    return lambda axis, at, length: [
        Label(name=name, role="muted", text=LEFT_OUT, at=Point(at.x, at.y - DOTS_RISE), style=DOTS_STYLE)
    ]


def _description(forms: list[Form]) -> Description:
    intro = gettext(
        "Each model is drawn once per step: the inputs are at the bottom, the layers above them, each in the band of "
        "its weights, and the outputs at the top."
    )
    rows = [
        TableRow.of(
            str(number),
            Series(form.name, form.kind) if form.kind else form.name,
            Series(*(node.layer.name_in_code for node in form.model.nodes)),
            Listing(*map(str, form.given)),
            str(form.answered),
        )
        for number, form in enumerate(forms, start=1)
    ]
    heads = (
        pgettext("in a table", "model"),
        pgettext("in a table", "form"),
        pgettext("in a table", "layers"),
        pgettext("in a table", "in"),
        pgettext("in a table", "out"),
    )
    return Description(
        alt=ngettext(
            "A model, drawn small: %(models)s.",
            "%(num)s models, drawn small: %(models)s.",
            len(forms),
            models=Clauses(*map(_said, forms)),
        ),
        text=Paragraph(intro, *(_sentence(number, form) for number, form in enumerate(forms, start=1))),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _sentence(number: int, form: Form) -> str:
    values = {"number": number, "form": _said(form)}
    if len(form.segments) == 1:
        return gettext("Model %(number)s is %(form)s.", **values)
    if len(form.states) > 1:
        return gettext(
            "Model %(number)s is %(form)s; the encoder hands its states %(states)s to the decoder.",
            states=Listing(*form.states),
            **values,
        )
    return gettext("Model %(number)s is %(form)s; the encoder hands its last state to the decoder.", **values)


def _said(form: Form) -> str:
    """Describe a form in the middle of a sentence."""
    one_vector = gettext("one vector")
    taken = _steps(form.taken) if form.takes_many else one_vector
    yielded = gettext("as many") if form.yields_as_many else _steps(form.yielded) if form.returns_many else one_vector
    name = Series(form.name, form.kind) if form.kind else form.name
    return gettext("%(form)s, with %(taken)s in and %(yielded)s out", form=name, taken=taken, yielded=yielded)


def _steps(count: int | None) -> str:
    return gettext("any number of steps") if count is None else ngettext("%(num)s step", "%(num)s steps", count)


def _arguments(forms: list[Form], shapes: Sequence[Shape]) -> dict[str, Argument]:
    """Find the units of each layer that is drawn as blocks."""
    arguments = {
        f"form-{number}-{row.node}": argument
        for number, form in enumerate(forms, start=1)
        for segment in form.segments
        for row in segment.rows
        for call in form.model.nodes[row.node].calls
        if (argument := call.argument("units")) is not None
    }
    return {name: arguments[name] for name in {shape.argument for shape in shapes} if name in arguments}
