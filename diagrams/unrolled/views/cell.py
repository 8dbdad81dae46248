"""One step inside a recurrent layer, as Keras computes it, and the two places where a GRU can reset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import cast

import numpy as np

from ..arrays import Array, Weights
from ..description import STAGE, Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Draw, Flow, Wire
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import BLOCK, NAME, WORD_NARROW, width
from ..geometry import Frame, Point
from ..i18n import Fields, Known, Paragraph, counted, gettext, known, numbers, pgettext
from ..layers.activations import activation_of
from ..layers.layer import Layer
from ..layers.own_cell import OwnCell
from ..layers.recurrent import GRU
from ..layout import PHONE, fitted_box, page_width, snug_box, wrapped
from ..model import Model
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import named
from ..shapes.arrows import Arrow
from ..shapes.blocks import PLUS, TIMES, Block, Lane, Operator, block_width
from ..shapes.cells import Vector, cells
from ..shapes.gates import Board
from ..shapes.shape import Shape, moved
from ..shapes.text import Label, Phrase, Run, broken, word_width
from .given import Inputs, Words, entry_of, fit_words, model_of, traced
from .inside.description import description_of
from .inside.flows import CLOSE, COLUMNS, ROWS, flow_of
from .inside.ledger import narrow_layouts, wide_layouts
from .inside.moment import Moment, reader_of, role_of
from .inside.quantities import H_TILDE, symbols
from .inside.things import MOST_UNITS, PrintedMoment
from .pieces import LARGE_NUMBER, text, word
from .refusals import pick, refused

MOST_UNITS_DOWN = 4
NARROW_MARGIN = 6


def cell(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    step: int | None = None,
    layer: int | str | None = None,
) -> Picture:
    """Draw what happens inside a SimpleRNN, an LSTM or a GRU when it reads one word, or inside an article's own cell.

    `step` selects the word, from 1; the default is the one read last. `layer` selects a recurrent layer by number, from
    1, or by name; a Bidirectional counts as two. Embeddings and weights are chosen as in `unroll`; a model with several
    inputs takes one sentence and one array of embeddings for each. The steps of this picture are stages within the
    cell.

    >>> cell(read_keras(code), ["I", "am", "groot"], step=3)
    >>> cell(LSTM(2), ["I", "am", "groot"]).until(2)
    """
    return _picture(_moment_of(model, words, embeddings, weights, step, layer))


@laid_anew
def reset(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    step: int | None = None,
    layer: int | str | None = None,
) -> Picture:
    """Draw the two places where a GRU can reset, after the recurrent matrix or before it, with the same weights.

    Keras resets after it unless `reset_after=False`, which gives a different candidate. The state and the gates are
    those of the given layer at a `step`, as in `cell`. The bias of the recurrent kernel, which exists only with
    `reset_after`, is added to that of the kernel in the variant that resets first.

    >>> reset(GRU(2), ["I", "am", "groot"], step=3)
    """
    moment = _moment_of(model, words, embeddings, weights, step, layer)
    if not isinstance(moment.layer, GRU):
        call_text = moment.node.calls[0].text
        raise refused(
            moment.model, moment.node, f"{call_text} has no reset gate: draw a GRU, or draw this layer with cell"
        )
    if moment.is_skipped:
        raise PictureError(f"step {moment.step} is skipped by a mask, so nothing is reset there: choose another step")
    return _two_ways(moment)


def _moment_of(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None,
    weights: Weights | Sequence[Weights] | None,
    step: int | None,
    layer: int | str | None,
) -> Moment:
    """Select a recurrent layer, and one of its steps."""
    fitted_model, sentences = fit_words(model_of(model, words, embeddings), words)
    trace = traced(fitted_model, sentences, embeddings, weights)
    reader = reader_of(trace, layer)
    steps = len(reader.trace.inputs)
    sentence = sentences[entry_of(fitted_model, reader.node)]
    if steps != len(sentence):
        raise PictureError(f"the layer reads {counted(steps, 'step')}, not {len(sentence)}: give it that many words")
    last = reader.trace.order[-1] if step is None else pick(step, "step", steps, "the sentence", "word")
    return Moment(
        fitted_model,
        reader.node,
        reader.layer,
        reader.trace,
        sentence,
        last + 1,
        role_of(fitted_model, reader.node.given),
    )


@laid_anew
def _picture(moment: Moment) -> Picture:
    """Draw the cell across the page unless it is too wide, and down the page for the narrow layout."""
    printed = PrintedMoment(moment, MOST_UNITS)
    longest = max(len(moment.states[0]), len(moment.x))
    narrow = printed if longest <= MOST_UNITS_DOWN else PrintedMoment(moment, MOST_UNITS_DOWN)
    description = description_of(printed)
    if isinstance(moment.layer, OwnCell) and not moment.is_skipped:
        forms = wide_layouts(printed), narrow_layouts(narrow)
        return in_two_forms(*forms, description, step_called=STAGE, arguments=moment.arguments)

    def drawn(shapes: Sequence[Shape], box: Frame, narrow_form: Picture | None = None) -> Picture:
        return Picture(
            tuple(shapes), box, description, arguments=moment.arguments, step_called=STAGE, narrow=narrow_form
        )

    columns = _laid(narrow, ROWS)
    if (box := _narrow_box(columns)).width > PHONE:
        single = _laid(narrow, ROWS, single=True)
        down = drawn(single, _narrow_box(single))
    else:
        down = drawn(columns, box)
    for axis in (COLUMNS, CLOSE):
        shapes = _laid(printed, axis)
        if (box := snug_box(shapes)).width <= page_width():
            return drawn(shapes, box, down)
    if narrow is not printed:
        columns = _laid(printed, ROWS)
    return drawn(columns, _narrow_box(columns), down)


def _laid(printed: PrintedMoment, axis: Axis, *, single: bool = False) -> tuple[Shape, ...]:
    """Lay a cell out, and say beside a board that it is closed, where nothing else is."""
    shapes = laid(flow_of(printed, axis, single=single), axis).shapes
    for board in [shape for shape in shapes if isinstance(shape, Board)]:
        at = Point(board.frame.left - BESIDE_BOARD, board.opening.centre)
        label = text(pgettext("a board", "closed"), name=f"{board.name}-closed", step=board.step, anchor="end")
        closed = moved(label[0], at)
        # Lanes are behind everything.
        obstacles = [shape.bounds for shape in shapes if not isinstance(shape, Arrow | Lane)]
        lines = [
            Frame.between(min(start.x, end.x), min(start.y, end.y), max(start.x, end.x), max(start.y, end.y))
            for shape in shapes
            if isinstance(shape, Arrow)
            for start, end in pairwise(shape.points)
        ]
        if not any(closed.bounds.meets(frame) for frame in (*obstacles, *lines)):
            shapes = (*shapes, closed)
    return shapes


def _narrow_box(shapes: Sequence[Shape]) -> Frame:
    """Let the lane extend to the edges if it must, and keep everything else away from them."""
    if (box := fitted_box(shapes, PHONE)).width <= PHONE:
        return box
    around = Frame.around(
        shape.bounds if isinstance(shape, Lane) else shape.bounds.grown(NARROW_MARGIN) for shape in shapes
    )
    return Frame(around.left, around.top, ceil(around.width), ceil(around.height))


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Candidate:
    """A GRU's candidate, computed in one of two ways."""

    moment: Moment
    is_after: bool
    most: int = 4
    cell: float = 44

    @property
    def name(self) -> str:
        """The prefix of shape names."""
        return "after" if self.is_after else "before"

    @cached_property
    def numbers(self) -> dict[str, Array]:
        """The state, the gate, the results of the two operations, the input's contribution, and the candidate."""
        moment, layer = self.moment, cast("GRU", self.moment.layer)
        weights, columns = moment.trace.weights, slice(2 * layer.units, None)
        zeros = np.zeros(layer.units)
        of_input, of_state = (zeros if bias is None else bias[columns] for bias in layer.biases(weights))
        kernel, matrix = (stacked[:, columns] for stacked in layer.kernels(weights))
        state, gate = moment.states[0], moment.gate("reset")
        from_input = moment.x @ kernel + of_input
        if self.is_after:
            first = state @ matrix + of_state
            second = gate * first
        else:
            first = gate * state
            second, from_input = first @ matrix, from_input + of_state
        candidate: Array = named("candidate", activation_of(layer.activation)(from_input + second), H_TILDE)
        return {
            "state": state,
            "gate": gate,
            "first": first,
            "second": second,
            "given": from_input,
            "candidate": candidate,
        }

    @property
    def has_bias(self) -> bool:
        """Whether the recurrent kernel has its own bias."""
        bias = self.moment.layer.biases(self.moment.trace.weights)[1]
        return bias is not None and bool(np.any(bias[2 * self.moment.layer.units :]))

    def strip(self, key: str, role: str, step: int, *, fill: str | None = None, named: Label | None = None) -> Draw:
        """Draw a vector with its name beside it."""
        printed = cells(self.numbers[key].tolist(), self.most, ahead=1, decimals=2)
        name = f"{self.name}-{key}"

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, self.cell * len(printed), 28)
            style = LARGE_NUMBER.bold() if key == "candidate" else LARGE_NUMBER
            argument = {"state": "units", "flow": "units", "embedding": "features"}.get(role)
            vector = Vector(
                name=name,
                role=role,
                step=step,
                argument=argument,
                frame=frame,
                cells=printed,
                fill=fill,
                style=style,
            )
            if named is None:
                return [vector]
            beside = {"end": frame.left - NAME_GAP, "start": frame.right + NAME_GAP, "middle": frame.middle}
            over = at.y if named.anchor != "middle" else frame.top - NAME_OVER
            return [vector, replace(named, at=Point(beside[named.anchor], over))]

        return draw

    def named(self, key: str, text: str, role: str, step: int, anchor: str) -> Label:
        """Label a vector before, after or above it."""
        style = NAME if role == "embedding" or anchor == "end" else NAME.bold()
        name = f"{self.name}-{key}-name"
        return Label(name=name, role=role, step=step, text=text, at=Point(0, 0), style=style, anchor=anchor)

    def block(self, key: str, text: str, step: int, second: str = "") -> Draw:
        """Draw a matrix or a function."""
        wide = block_width(text, second)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, wide, MATRIX_HEIGHT)
            return [Block(name=f"{self.name}-{key}", text=text, second=second, step=step, frame=frame)]

        return draw

    def operator(self, key: str, sign: str, step: int) -> Draw:
        """Draw an operator in a circle."""
        return lambda axis, at, length: [Operator(name=f"{self.name}-{key}", sign=sign, step=step, at=at)]

    def flow(self) -> Flow:
        """Lead the state up through both operations, and the input's contribution into the sum."""
        x, h, _ = symbols(self.moment)
        flow = Flow(even_slots=False)
        tracks = [
            flow.track(name) for name in ("state", "one", "first", "other", "second", "sum", "squash", "candidate")
        ]
        second = gettext("+ bias") if self.is_after and self.has_bias else ""
        matrix = self.block("matrix", gettext("matrix %(name)s", name="U"), 2 if self.is_after else 3, second)
        times = self.operator("times", TIMES, 3 if self.is_after else 2)
        pair = (matrix, times) if self.is_after else (times, matrix)
        role = self.moment.given_role
        fill = word_fills(self.moment.words)[self.moment.word] if role == "embedding" else None
        state = flow.put(0, "state", self.strip("state", "state", 1, named=self.named("state", h, "state", 1, "end")))
        way = [
            flow.put(0, "one", pair[0]),
            flow.put(0, "first", self.strip("first", "flow", 2, fill="block")),
            flow.put(0, "other", pair[1]),
            flow.put(0, "second", self.strip("second", "flow", 3, fill="block")),
            flow.put(0, "sum", self.operator("plus", PLUS, 4)),
            flow.put(0, "squash", self.block("squash", self.moment.layer.activation, 4)),
        ]
        # Both are as tall as a matrix, so that corresponding stages of both columns are at the same height.
        room = [flow.put(0, track, matrix, ghost=True) for track in ("one", "other")]
        gate_name = self.named("gate", gettext("reset gate %(name)s", name="r"), "ink", 1, "middle")
        gate = flow.put(
            1, "other" if self.is_after else "one", self.strip("gate", "flow", 1, fill="block", named=gate_name)
        )
        given_text = gettext("from %(symbol)s", symbol=x)
        if self.has_bias and not self.is_after:
            given_text = gettext("from %(symbol)s, both biases", symbol=x)
        given_name = self.named("given", given_text, role, 4, "middle")
        input_item = flow.put(1, "sum", self.strip("given", role, 4, fill=fill, named=given_name))
        source = []
        if fill is not None:
            moment_word = self.moment.word
            across = word_width(moment_word, WORD_NARROW, least=0)
            name = f"{self.name}-word"
            word_shapes = word(moment_word, across, fill, WORD_NARROW, name=name, argument="time_steps")
            source.append(flow.put(1, "squash", word_shapes, loose=True))
        candidate_name = self.named("candidate", gettext("candidate"), "state", 4, "start")
        candidate = flow.put(0, "candidate", self.strip("candidate", "state", 4, named=candidate_name))
        flow.band(f"{self.name}-lane", [*way, *room, gate, input_item, *source])
        steps = (2, 2, 3, 3, 4, 4, 4)
        for number, (start, end) in enumerate(pairwise([state, *way, candidate])):
            flow.link(start, end, Wire(f"{self.name}-{tracks[number + 1]}-arrow", step=steps[number]))
        target = way[2] if self.is_after else way[0]
        flow.link(
            gate,
            target,
            Wire(f"{self.name}-gate-arrow", step=3 if self.is_after else 2),
            sides=("main-start", "main-end"),
        )
        flow.link(input_item, way[4], Wire(f"{self.name}-given-arrow", step=4), sides=("main-start", "main-end"))
        return flow

    def title(self, room: float) -> Draw:
        """Return the title: where the reset happens, and who does it that way."""
        head = gettext("After the matrix") if self.is_after else gettext("Before the matrix")
        second = (
            gettext("reset_after=True: PyTorch; the default in Keras")
            if self.is_after
            else gettext("reset_after=False: Cho et al. (2014); an option in Keras")
        )
        is_in_code = self.is_after == bool(getattr(self.moment.layer, "reset_after", None))
        lines = [
            (head, BLOCK, "ink"),
            *((line, NAME, "muted") for line in wrapped(second, NAME, min(room, TITLE_SHARE * width(second, NAME)))),
        ]

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            return [
                Label(
                    name=f"{self.name}-title-{number + 1}",
                    role=role,
                    argument="reset_after" if is_in_code and number == 0 else None,
                    text=text,
                    at=Point(at.x, at.y + TITLE_LEADING * number),
                    style=style,
                    anchor="start",
                )
                for number, (text, style, role) in enumerate(lines)
            ]

        return draw

    def formula(self, room: float) -> Draw:
        """Build the candidate's formula, with each symbol in the colour of its vector."""
        x, h, _ = symbols(self.moment)
        bias = " + bias" if self.is_after and self.has_bias else ""
        inner = (
            [Run(" + "), Run("r × ", "ink"), Run("("), Run(h, "state"), Run(f" U{bias}))")]
            if self.is_after
            else [Run(" + "), Run("(r × "), Run(h, "state"), Run(") U)")]
        )
        begin = (Run(gettext("candidate"), "state"), Run(f" = {self.moment.layer.activation}("))
        clauses = [(*begin, Run(gettext("from %(symbol)s", symbol=x), self.moment.given_role)), tuple(inner)]
        lines = list(broken(clauses, room, NAME.sized(14)))

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            return [
                Phrase(
                    name=f"{self.name}-formula-{number + 1}",
                    step=4,
                    runs=runs,
                    at=Point(at.x, at.y + TITLE_LEADING * number),
                    style=NAME.sized(14),
                )
                for number, runs in enumerate(lines)
            ]

        return draw


NAME_GAP, NAME_OVER, BESIDE_BOARD = 10, 12, 8
MATRIX_HEIGHT, TITLE_LEADING = 46, 20
TITLE_SHARE = 0.7
"""Titles are wrapped at this fraction of their width, so that both have two lines."""
STATIONS = replace(ACROSS, track_gap=25, slot_gap=18, least_wire=40, band_padding=(14, 14))
"""The stages of a column, from bottom to top."""
WAYS_APART = 30


@laid_anew
def _two_ways(moment: Moment) -> Picture:
    """Draw both variants side by side, or stacked in the narrow layout."""
    ways = [Candidate(moment, is_after) for is_after in (True, False)]
    description = _reset_description(moment, ways)

    def tried(axis: Axis) -> Iterator[tuple[Shape, ...]]:
        for cell, most in ((44, 4), (44, 3), (40, 3), (36, 3), (33, 3)):
            yield _columns_of([replace(way, cell=cell, most=most) for way in ways], axis)

    wide, narrow, arguments = tried(ACROSS), tried(DOWN), moment.arguments
    return in_two_forms(wide, narrow, description, margin=NARROW_MARGIN, step_called=STAGE, arguments=arguments)


def _columns_of(ways: Sequence[Candidate], axis: Axis) -> tuple[Shape, ...]:
    """Give each variant a column with its title, stages and formula."""
    flow = Flow(slot_room=WAYS_APART - axis.slot_gap)
    track = flow.track("ways")
    for place, way in enumerate(ways):
        stations = way.flow()
        room = laid(stations, STATIONS).around.width
        column = Flow(slot_room=-2)
        parts = column.track("parts")
        pieces = (way.title(room), grouped(stations, STATIONS, end="left"), way.formula(room))
        put = [column.put(number, parts, piece, loose=True) for number, piece in enumerate(pieces)]
        about = [put[1]] if axis.across else put
        flow.put(place, track, grouped(column, DOWN, about, end="middle" if axis.across else "left"), loose=True)
    return laid(flow, axis).shapes


def _reset_description(moment: Moment, ways: Sequence[Candidate]) -> Description:
    """Describe what each variant does with the state, and both candidates; all numbers are in a table."""
    after, before = ways

    x, h, _ = symbols(moment)
    names = {
        "state": (1, "state", h),
        "gate": (1, "flow", gettext("reset gate %(name)s", name="r")),
        "first": (2, "flow", gettext("first")),
        "second": (3, "flow", gettext("second")),
        "given": (4, moment.given_role, gettext("from %(symbol)s", symbol=x)),
        "candidate": (4, "state", gettext("candidate")),
    }

    def said(way: Candidate, key: str) -> Known:
        step, role, _ = names[key]
        return known(numbers(way.numbers[key].tolist(), 2), step, role)

    text = [gettext("Both variants have the same weights, but the reset and the recurrent matrix swap places.")]
    if after.has_bias:
        text.append(
            gettext("The bias of the recurrent matrix moves, too: before the matrix, the reset gate doesn’t scale it.")
        )
    text.append(
        gettext("Keras resets after the matrix by default, as PyTorch does, and before it with reset_after=False.")
    )
    last = Fields(
        given=said(after, "given"),
        both=said(before, "given"),
        activation=moment.layer.activation,
        one=said(after, "candidate"),
        other=said(before, "candidate"),
    )
    steps = (
        gettext(
            "The state %(symbol)s is %(state)s, the reset gate %(gate)s.",
            symbol=h,
            state=said(after, "state"),
            gate=said(after, "gate"),
        ),
        gettext(
            "Reset after the matrix: first, the matrix turns the state into %(one)s. Reset before it: first, the "
            "gate turns the state into %(other)s.",
            one=said(after, "first"),
            other=said(before, "first"),
        ),
        gettext(
            "Reset after the matrix: then the gate turns that into %(one)s. Reset before it: then the matrix "
            "turns that into %(other)s.",
            one=said(after, "second"),
            other=said(before, "second"),
        ),
        last.gettext(
            "With %(given)s from the input, or before the matrix %(both)s with both biases, and %(activation)s, the "
            "candidates are %(one)s and %(other)s."
        )
        if after.has_bias
        else last.gettext(
            "With %(given)s from the input, and %(activation)s, the candidates are %(one)s and %(other)s."
        ),
    )
    rows = [
        TableRow.of(called, said(after, key), said(before, key), step=step, role=role)
        for key, (step, role, called) in names.items()
    ]
    heads = pgettext("in a table", "what"), gettext("After the matrix"), gettext("Before the matrix")
    return Description(
        alt=gettext(
            "A GRU that resets after the matrix gets the candidate %(one)s; one that resets before it gets %(other)s.",
            one=said(after, "candidate"),
            other=said(before, "candidate"),
        ),
        text=Paragraph(*text),
        steps=steps,
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )
