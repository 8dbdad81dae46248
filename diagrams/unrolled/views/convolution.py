"""Convolutions over words: a kernel sliding along them, or a stack of layers and the receptive field of an output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Array, Weights
from ..description import STAGE, Description, TableCell, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Edge, Flow, Item, Wire
from ..flow.drawing import laid
from ..flow.group import in_column
from ..fonts import NAME, NUMBER, NUMBER_IN_TABLE, WORD_NARROW, Style
from ..geometry import Frame, Point
from ..i18n import (
    LEFT_OUT,
    Clauses,
    Listing,
    Paragraph,
    Series,
    Translatable,
    counted,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    text_of,
)
from ..layers.activations import Activation, ReLU, activation_of
from ..layers.convolution import Conv1D, Convolution, ConvolutionTrace, GlobalPooling, Kernel, Pooling, Windowed
from ..layers.core import Embedding, TrainingOnly
from ..layers.layer import OUTPUT, SUM, Layer
from ..model import Argument, Model, Node
from ..numbers.run import ModelTrace
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..recorded.arrays import named
from ..shapes.arrows import TICK, Bracket
from ..shapes.cells import Vector, cells
from ..shapes.shape import DASHES, Shape, Shapes, moved
from ..shapes.text import Label
from .given import Inputs, Sentences, Words, entry_of, fit_words, model_of, traced
from .pieces import LARGE_NUMBER, column_width, text, vector, word
from .pixels import check_options, window_on
from .refusals import choose_layer, pick, refused

MOST_WORDS = 8
SIGN = NAME.sized(15)
OVER = 3
"""From a word to the vector below it."""


@laid_anew
def convolution(
    model: Model | Layer,
    words: Words | ArrayLike,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    kernel: int = 1,
    layer: int | str | None = None,
    receptive_field: bool = False,
    place: int | tuple[int, int] | None = None,
    values: bool = True,
) -> Picture:
    """Draw how a Conv1D slides one of its kernels along the words: what it covers, the sum, and the activation.

    `kernel` selects a kernel by number, from 1. `layer` selects a Conv1D layer by number, from 1, or by name.
    Embeddings and weights are chosen as in `unroll`.

    With `receptive_field`, draws the whole stack from the words up to the last convolution or pooling layer, or up to
    `layer`, and the words that one of its outputs depends on. `place` selects that output by number, from 1; the
    default is the largest. Without `values`, the outputs have no numbers.

    Instead of words, you can pass an image (height, width) for a Conv2D or a pooling layer. `place` then selects the
    position of the window, as row and column or counted row by row, from 1.

    >>> convolution(Conv1D(2, 3, activation="relu"), ["we", "did", "not", "like", "it"])
    >>> layers = stack(Conv1D(1, 3, activation="relu"), Conv1D(1, 3), shape=(6, 2))
    >>> convolution(layers, ["we", "did", "not", "like", "the", "film"], receptive_field=True)
    """
    if _is_of_numbers(words):
        return window_on(model, words, weights, kernel, layer, place).picture()
    words = cast("Words", words)
    fitted_model, sentences = fit_words(model_of(model, words, embeddings), words)
    trace = traced(fitted_model, sentences, embeddings, weights)
    if receptive_field:
        return _field_picture(replace(_field(trace, sentences, kernel, layer, place), has_values=values))
    if not values:
        raise PictureError("values=False works only with receptive_field=True: add that")
    if place is not None:
        raise PictureError("place= works only with receptive_field=True: add that")
    pairs = zip(fitted_model.nodes, trace.traces, strict=True)
    convolutions = [
        (node, cast("ConvolutionTrace", layer_trace)) for node, layer_trace in pairs if isinstance(node.layer, Conv1D)
    ]
    node, chosen = convolutions[
        choose_layer(fitted_model, [node for node, _ in convolutions], layer, "convolution", "Conv1D")
    ]
    sentence = sentences[entry_of(fitted_model, node)]
    conv = cast("Conv1D", node.layer)
    if len(chosen.inputs) != len(sentence):
        raise refused(
            fitted_model,
            node,
            f"{node.calls[0].text} reads {counted(len(chosen.inputs), 'step')}, not {len(sentence)} words",
        )
    check_options(fitted_model, node)
    return _picture(Slide(chosen, sentence, pick(kernel, "kernel", conv.filters), _arguments_of(node)))


def _arguments_of(node: Node) -> dict[str, Argument]:
    """Find the arguments in the code for the size of a layer's window and for the number of its kernels."""
    arguments = {name: node.calls[0].argument(name) for name in ("kernel_size", "pool_size", "filters")}
    return {name: argument for name, argument in arguments.items() if argument is not None}


def _is_of_numbers(values: object) -> bool:
    """Return whether the argument is an image rather than words."""
    while isinstance(values, list | tuple) and values:
        values = values[0]
    return isinstance(values, np.ndarray | np.number | int | float)


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Slide:
    """A kernel sliding along a sentence."""

    trace: ConvolutionTrace
    words: tuple[str, ...]
    filter: int
    arguments: Mapping[str, Argument]
    """The arguments in the code for the kernel's size and the number of kernels."""
    most: int = 4
    """The most numbers shown for a vector."""
    style: Style = WORD_NARROW
    cell: tuple[float, float] = (34, 28)

    @property
    def layer(self) -> Conv1D:
        """The layer."""
        assert isinstance(self.trace.layer, Conv1D)
        return self.trace.layer

    @cached_property
    def kernel(self) -> Array:
        """The weights of the kernel: (kernel size, features)."""
        return self.layer.kernel_of(self.trace.weights)[:, :, self.filter]

    @cached_property
    def bias(self) -> Array | None:
        """The bias added to each sum, if there is one."""
        bias = self.trace.weights.get("bias")
        return None if bias is None else bias[self.filter]

    @cached_property
    def covered(self) -> list[list[int]]:
        """The indices of the words under the kernel at each position; those outside the sentence are padding."""
        return _covered(self.layer, len(self.words), len(self.trace.output))

    @cached_property
    def totals(self) -> list[Array]:
        """The kernel's result for the words it covers, including the bias, before the activation, in each array."""
        sums = [products.sum() for products in self.products]
        return [named("sum", total if self.bias is None else total + self.bias, SUM) for total in sums]

    @property
    def sums(self) -> list[float]:
        """These results."""
        return [total.tolist() for total in self.totals]

    @cached_property
    def products(self) -> list[Array]:
        """The numbers under the kernel at each position, times its weights: (kernel size, features); 0 for padding."""
        return [named("products", window * self.kernel, "=") for window in self.trace.windows]

    @cached_property
    def largest_product(self) -> float:
        """The largest product, of either sign; 1 if all are zero."""
        return max(float(np.abs(products).max()) for products in self.products) or 1.0

    @cached_property
    def outputs(self) -> list[float]:
        """The activation of the sums, which is the layer's output."""
        if self.layer.activation == "softmax":  # which is over all filters
            return self.trace.output[:, self.filter].tolist()  # type: ignore[no-any-return]
        activation = activation_of(self.layer.activation)
        return [named("output", activation(total), OUTPUT).tolist() for total in self.totals]

    @cached_property
    def shown(self) -> list[int]:
        """The positions that are drawn: those within the first words, and at most as many."""
        if len(self.words) <= MOST_WORDS:
            return list(range(len(self.covered)))
        return [place for place, at in enumerate(self.covered) if max(at) < MOST_WORDS - 1][: MOST_WORDS - 1]

    def step(self, place: int) -> int:
        """Return the step at which the results of a position are known; those that aren't drawn, at the last one."""
        return place + 1 if place in self.shown else len(self.shown)

    @property
    def left_out(self) -> int:
        """The number of positions that aren't drawn."""
        return len(self.covered) - len(self.shown)

    @cached_property
    def slots(self) -> list[int]:
        """The indices of the words drawn, and of the padding around them."""
        last = len(self.words) - 1 if len(self.words) <= MOST_WORDS else MOST_WORDS - 2
        ends = [at for place in self.shown for at in self.covered[place]] or [0]
        return list(range(min(0, *ends), max(last, *ends) + 1))

    @cached_property
    def best(self) -> int:
        """The index of the position with the largest output."""
        return max(range(len(self.outputs)), key=self.outputs.__getitem__)

    @property
    def sum_called(self) -> str:
        """The label of the column of sums, which mentions the bias if there is one."""
        return gettext("sum + bias") if self.bias else gettext("sum")

    @property
    def activation(self) -> str:
        """The name of the activation; “output” if there is none."""
        return gettext("output") if self.layer.activation == "linear" else self.layer.activation

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colours of the words."""
        return word_fills(self.words)


def _covered(layer: Layer, length: int, places: int) -> list[list[int]]:
    """List the indices a window covers at each position; those outside the sentence are padding."""
    if not isinstance(layer, Windowed):  # a global pooling layer
        return [list(range(length))]
    (size,), (stride,), (dilation,), padding = layer.window()
    reach = dilation * (size - 1) + 1
    missing = max((places - 1) * stride + reach - length, 0)
    before = {"causal": reach - 1, "same": missing // 2}.get(padding, 0)
    return [[place * stride - before + dilation * step for step in range(size)] for place in range(places)]


@laid_anew
def _picture(slide: Slide) -> Picture:
    """Draw every position of the kernel below the words; narrow, draw one of them and list the others."""
    description = _description(slide)

    wide = (_laid(slide, *form) for form in WIDE_FORMS)
    narrow = (_laid(slide, *form) for form in NARROW_FORMS)
    return in_two_forms(wide, narrow, description, arguments=slide.arguments)


PRODUCT_CELL = 36
"""The width of a cell with two decimals."""
SLIDING = replace(ACROSS, track_gap=6, slot_gap=10, band_padding=(6, 10))
WIDE_FORMS = [
    (replace(SLIDING, cell=(cell, 28), slot_gap=gap), most, 19, False)
    for cell, gap, most in ((39, 10, 4), (PRODUCT_CELL, 4, 4), (34, 10, 4), (27, 10, 4), (27, 10, 3))
]
NARROW_FORMS = [
    (replace(DOWN, cell=(cell, 28)), most, size, is_stacked)
    for cell, most, size, is_stacked in ((34, 4, 19, False), (27, 4, 19, False), (27, 3, 17, False), (27, 3, 17, True))
]
"""The axis, the most numbers shown for a vector, the font size of words, and whether these are above their vectors."""
PARTS_APART, ROWS_CLOSER = 26, -8


def _laid(slide: Slide, axis: Axis, most: int, size: float, is_stacked: bool) -> tuple[Shape, ...]:
    sized = replace(slide, most=most, style=WORD_NARROW.sized(size), cell=axis.cell)
    return in_column(_parts(sized, axis, is_stacked), axis, PARTS_APART)


def _parts(slide: Slide, axis: Axis, is_stacked: bool) -> list[Flow]:
    """Lay the kernel on the words where its output is largest, with the products at each position below it.

    Down the page, all results are listed in a part of their own.
    """
    flow, places, down = Flow(slot_room=0 if axis.across else ROWS_CLOSER), slide.shown, not axis.across
    laid_on = max(places, key=slide.outputs.__getitem__, default=None)
    rows = {} if down else {place: f"place-{place + 1}" for place in places}
    closer = {"signs": -4, "kernel": -4} if down else {"vectors": 6, "words": 2, "kernel": 8}
    for track in axis.reading_order(
        ["words", "vectors", *(["signs"] if down else []), "kernel", "heads", *rows.values()]
    ):
        flow.track(track, closer.get(track, 0))
    wide = column_width([slide.words[at] for at in slide.slots if 0 <= at < len(slide.words)], slide.style)
    for at in slide.slots:
        word_shapes, embedded = _said(slide, at, wide if down else None), _embedded(slide, at)
        if is_stacked:
            over = [moved(shape, Point(0, -slide.cell[1] - OVER)) for shape in word_shapes]
            flow.put(at, "vectors", [*embedded, *over])
        else:
            flow.put(at, "words", word_shapes)
            flow.put(at, "vectors", embedded)
    covered = [] if laid_on is None else slide.covered[laid_on]
    kernel = [flow.put(at, "kernel", _weights(slide, step)) for step, at in enumerate(covered)]
    if kernel:
        window = [item for item in flow.items if item.slot in covered and item.track in ("words", "vectors")]
        flow.band("window", [*window, *kernel])
    for step, at in enumerate(covered if down else (), start=1):
        flow.put(at, "signs", text("×", "muted", SIGN, name=f"times-{step}"))
    if axis.across:
        after = max(slide.slots) + 1
        flow.label(kernel, Caption("kernel", gettext("kernel")))
        for place, row in rows.items():
            product_items = [
                flow.put(at, row, _products(slide, place, step)) for step, at in enumerate(slide.covered[place])
            ]
            _result(flow, slide, place, product_items[-1], (after, row), (after + 1, row))
        flow.put(min(slide.slots), "heads", text(gettext("products"), "ink", BOLD, name="products-head"))
        flow.put(after, "heads", _sum_head(slide))
        flow.put(after + 1, "heads", _output_head(slide), loose=True)
        return [_with_note(flow, slide)]
    before = min(slide.slots)
    flow.put(before - 0.5, "vectors", ())
    flow.put(before - 1, "vectors", text(gettext("embedding"), "embedding", BOLD, name="vectors-head"), loose=True)
    flow.put(before - 1, "kernel", text(gettext("kernel"), "ink", BOLD, name="kernel"), loose=True)
    return [flow, _listed(slide)]


BOLD = NAME.bold()


def _sum_head(slide: Slide) -> Shapes:
    return text(slide.sum_called, "ink", BOLD, name="sum-head")


def _output_head(slide: Slide) -> Shapes:
    return text(slide.activation, "output", BOLD, name="output-head")


def _listed(slide: Slide) -> Flow:
    """List the sum and the output of each position, in rows."""
    flow = Flow(slot_room=ROWS_CLOSER)
    covers, sums, outputs = flow.track("covers"), flow.track("sums", 20), flow.track("outputs", 20)
    heads = text(gettext("words"), "ink", BOLD, name="covers-head"), _sum_head(slide), _output_head(slide)
    for track, head in zip((covers, sums, outputs), heads, strict=True):
        flow.put(0, track, head, loose=True)
    for slot, place in enumerate(slide.shown, start=1):
        covered = text(_covers(slide, place), "ink", NUMBER_IN_TABLE, name=f"covers-{place + 1}", step=place + 1)
        _result(flow, slide, place, flow.put(slot, covers, covered), (slot, sums), (slot, outputs))
    return _with_note(flow, slide)


def _with_note(flow: Flow, slide: Slide) -> Flow:
    """Say below everything how many positions are left out."""
    if slide.left_out:
        other_outputs = [output for place, output in enumerate(slide.outputs) if place not in slide.shown]
        more = ngettext(
            "%(num)s more step, whose output is %(output)s",
            "%(num)s more steps, whose outputs are at most %(output)s",
            slide.left_out,
            output=text_of(max(other_outputs), 2),
        )
        flow.note(Caption("more", more, "muted", style=NAME))
    return flow


def _result(
    flow: Flow, slide: Slide, place: int, source: Item, at_sum: tuple[float, str], at_output: tuple[float, str]
) -> None:
    """Lead from one item to the sum and on to the output, along their line or from column to column."""
    is_beside = at_sum[1] == at_output[1]
    total = flow.put(*at_sum, _sum(slide, place, "start" if is_beside else "middle"))
    output = flow.put(*at_output, _output(slide, place), loose=is_beside)
    for name, start, end in (("sum", source, total), ("output", total, output)):
        wire = Wire(f"{name}-{place + 1}-arrow", step=place + 1)
        flow.link(start, end, wire, sides=flow.way(start, end), outside=is_beside)


def _said(slide: Slide, at: int, wide: float | None = None) -> Shapes:
    """Draw a word, or the placeholder for padding."""
    if not 0 <= at < len(slide.words):
        return text(gettext("padding"), name=f"padding-{at + 1}")
    letters = slide.words[at]
    wide = wide or column_width([letters], slide.style)
    return word(letters, wide, slide.fills[letters], slide.style, name=f"word-{at + 1}", high=slide.cell[1])


def _embedded(slide: Slide, at: int) -> Shapes:
    """Draw the vector of a word, or zeros."""
    is_word = 0 <= at < len(slide.words)
    values = slide.trace.inputs[at] if is_word else np.zeros(len(slide.trace.inputs[0]))
    printed = cells(values.tolist(), slide.most, ahead=1)
    name = f"vector-{at + 1}"
    if is_word:
        return vector(printed, slide.cell, slide.fills[slide.words[at]], name=name)
    return vector(printed, slide.cell, "block", name=name, dashed=True, style=NUMBER)


def _weights(slide: Slide, number: int) -> Shapes:
    """Draw the weights applied to one of the words under the kernel."""
    printed, argument = cells(slide.kernel[number].tolist(), slide.most, ahead=1), _tied(slide.arguments, "kernel_size")
    return vector(printed, slide.cell, "block", "ink", name=f"kernel-{number + 1}", argument=argument)


def _products(slide: Slide, place: int, number: int) -> Shapes:
    """Draw the products for one of the words under the kernel, filled by their values, with numbers if they fit."""
    values = slide.products[place][number].tolist()
    printed = cells(values, slide.most, ahead=1, decimals=2)
    heat = [
        0.0 if digits == LEFT_OUT else value / slide.largest_product
        for digits, value in zip(printed, (*values[: len(printed) - 1], values[-1]), strict=True)
    ]
    labels = printed if slide.cell[0] >= PRODUCT_CELL else [""] * len(printed)
    name = f"products-{place + 1}-{number + 1}"
    return vector(labels, slide.cell, role="flow", name=name, step=place + 1, heat=tuple(heat))


def _tied(arguments: Mapping[str, Argument], *names: str) -> str | None:
    """Return the first of these arguments that the code sets."""
    return next((name for name in names if name in arguments), None)


def _sum(slide: Slide, place: int, anchor: str) -> Shapes:
    """Draw a sum, centred on its point or starting there."""
    return text(
        text_of(slide.sums[place], 2), "ink", NUMBER_IN_TABLE, name=f"sum-{place + 1}", step=place + 1, anchor=anchor
    )


def _output(slide: Slide, place: int) -> Draw:
    text = text_of(slide.outputs[place], 2)

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(at.x, at.y, 44, axis.cell[1])
        name, is_best = f"output-{place + 1}", place == slide.best
        return [
            Vector(
                name=name,
                role="output",
                step=place + 1,
                argument=_tied(slide.arguments, "filters"),
                frame=frame,
                cells=(text,),
                second_rim=is_best,
                winner=0 if is_best else None,
                style=LARGE_NUMBER,
            )
        ]

    return draw


def _covers(slide: Slide, place: int) -> str:
    """List the words under the kernel, counted from 1; padding isn't a word."""
    words = [at + 1 for at in slide.covered[place] if 0 <= at < len(slide.words)]
    if len(words) > 1 and slide.layer.window()[2] == (1,):
        return gettext("%(first)s to %(last)s", first=words[0], last=words[-1])
    return Series(*words) if words else gettext("padding")


def _words_covered(slide: Slide, place: int) -> str:
    """Say which words these are in the middle of a sentence."""
    count = sum(0 <= at < len(slide.words) for at in slide.covered[place])
    covers = _covers(slide, place)
    return ngettext("word %(covers)s", "words %(covers)s", count, covers=covers) if count else covers


def _found(slide: Slide, place: int) -> tuple[str, ...]:
    """List for the table what is computed at a position."""
    products = Clauses(*(numbers(row, 2) for row in slide.products[place].tolist()))
    return _covers(slide, place), products, numbers([slide.sums[place]], 2), numbers([slide.outputs[place]], 2)


def _description(slide: Slide) -> Description:
    """Describe the sliding kernel and its results, with all numbers in a table."""
    best = slide.best
    weights = slide.kernel.tolist()
    steps: list[Translatable] = [
        gettext(
            "On %(covers)s, the kernel gives the sum %(sum)s, and the output is %(output)s.",
            covers=_words_covered(slide, place),
            sum=known(text_of(slide.sums[place], 2), slide.step(place), "ink"),
            output=known(text_of(slide.outputs[place], 2), slide.step(place), "output"),
        )
        for place in slide.shown
    ]
    largest = known(text_of(slide.outputs[best], 2), slide.step(best), "output")
    if best in slide.shown[:-1]:  # the text at rest is about another place than the kernel
        remark = gettext(
            "The largest output is %(output)s, on %(covers)s, and that’s where the kernel is drawn.",
            output=largest,
            covers=_words_covered(slide, best),
        )
        steps[-1] = Paragraph(steps[-1], remark)
    bias = slide.trace.weights.get("bias")
    text = [
        ngettext(
            "The kernel has %(num)s row of weights, for the word it covers: %(weights)s.",
            "The kernel has %(num)s rows of weights, one for each word it covers: %(weights)s.",
            len(weights),
            weights=Clauses(*(numbers(row) for row in weights)),
        ),
        gettext("The same weights are used at every place."),
    ]
    if bias is not None and slide.bias:
        text.append(gettext("The bias, %(bias)s, is added to each sum.", bias=text_of(float(slide.bias), 2)))
    starts = {covered[0]: place for place, covered in enumerate(slide.covered)}
    rows = []
    for at, letters in enumerate(slide.words):
        place = starts.get(at)
        values = ("", "", "", "") if place is None else _found(slide, place)
        word_cells = TableRow.of(letters, numbers(slide.trace.inputs[at].tolist())).cells
        step = 0 if place is None else slide.step(place)
        rows.append(TableRow((*word_cells, *(TableCell(value, step) for value in values))))
    for first in sorted(start for start in starts if not 0 <= start < len(slide.words)):
        place = starts[first]
        cells = (TableCell(value, slide.step(place)) for value in _found(slide, place))
        rows.append(TableRow((TableCell(""), TableCell(""), *cells)))
    heads = (
        *(pgettext("in a table", "word"), pgettext("in a table", "embedding"), pgettext("in a table", "words covered")),
        *(pgettext("in a table", "products"), pgettext("in a table", "sum"), pgettext("in a table", "output")),
    )
    return Description(
        alt=ngettext(
            "One kernel over %(num)s word at a time; its largest output is %(output)s, on %(covers)s.",
            "One kernel over %(num)s words at a time; its largest output is %(output)s, on %(covers)s.",
            len(weights),
            output=largest,
            covers=_words_covered(slide, best),
        ),
        text=Paragraph(*text),
        steps=tuple(steps),
        columns=tuple(map(TableColumn, heads, (None, "embedding", None, "flow", "ink", "output"))),
        rows=tuple(rows),
    )


MOST_ACROSS, MOST_DOWN, MOST_LAYERS = 9, 16, 4
"""The most words in a receptive field, across and down the page, and the most layers it may span."""
SMALL_CELL = 35
"""The cell width up to which an output has small numbers."""


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Story:
    """A layer of a stack, and the kernel or feature of it that is drawn."""

    node: Node
    outputs: list[float]
    filter: int
    """Which one, from 0, and how many there are."""
    filters: int
    covered: list[list[int]]
    """The indices in the previous layer that its window covers at each position."""
    slots: list[float]
    """The coordinate of each position, in units of words."""
    seen: list[frozenset[int]]
    """The words that each output depends on."""

    @property
    def is_padded(self) -> bool:
        """Whether the ends are padded with zeros; pooling ignores them instead."""
        return isinstance(self.node.layer, Kernel)

    @property
    def head(self) -> str:
        """The start of the layer's call in the code."""
        layer = self.node.layer
        if isinstance(layer, Convolution):
            return f"{layer.name_in_code}({layer.filters}, {layer.window()[0][0]})"
        if isinstance(layer, Pooling):
            return f"{layer.name_in_code}({layer.window()[0][0]})"
        return layer.name_in_code

    @property
    def spread(self) -> str:
        """How far apart a kernel's weights and positions are, if that is more than one step."""
        layer = self.node.layer
        if not isinstance(layer, Convolution):
            return ""
        _, (stride,), (dilation,), _ = layer.window()
        spacing = [gettext("dilation %(number)s", number=dilation)] if dilation > 1 else []
        spacing += [gettext("stride %(number)s", number=stride)] if stride > 1 else []
        return Series(*spacing) if spacing else ""

    @property
    def sees(self) -> str:
        """The most words one of its outputs depends on."""
        return ngettext("sees %(num)s word", "sees %(num)s words", max(map(len, self.seen)))

    @property
    def chosen(self) -> str:
        """Which of several kernels, or of the features that pooling keeps separate, is drawn."""
        if self.filters == 1:
            return ""
        values = {"number": self.filter + 1, "count": self.filters}
        if self.is_padded:
            return gettext("kernel %(number)s of %(count)s", **values)
        return gettext("feature %(number)s of %(count)s", **values)


@dataclass(frozen=True, eq=False)
class Field:
    """A stack over words, and the output of its last layer whose receptive field is drawn."""

    words: tuple[str, ...]
    stories: tuple[Story, ...]
    place: int
    style: Style = WORD_NARROW
    cell: float = 44
    """The width of an output."""
    has_values: bool = True
    """Whether outputs are printed."""

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """The arguments in the code for the windows of the layers, by layer."""
        by_layer = [(number, _arguments_of(story.node)) for number, story in enumerate(self.stories, start=1)]
        return {
            f"layer-{number}-window": arguments[name]
            for number, arguments in by_layer
            if (name := _tied(arguments, "kernel_size", "pool_size"))
        }

    @cached_property
    def reached(self) -> list[set[int]]:
        """The positions in each layer, words first, that the selected output depends on, including padding."""
        reached = [{self.place}]
        for at in range(len(self.stories) - 1, -1, -1):
            story, length = self.stories[at], len(self.stories[at - 1].outputs) if at else len(self.words)
            covered = {
                position for place in reached[0] if 0 <= place < len(story.outputs) for position in story.covered[place]
            }
            reached.insert(0, {position for position in covered if story.is_padded or 0 <= position < length})
        return reached

    @cached_property
    def seen(self) -> list[int]:
        """The words in the receptive field, in order."""
        return sorted(self.stories[-1].seen[self.place])

    @cached_property
    def shown(self) -> range:
        """The words drawn: all of them, or the receptive field and one word on each side."""
        if len(self.words) <= MOST_ACROSS:
            return range(len(self.words))
        ends = (self.seen[0], self.seen[-1]) if self.seen else (0, 0)
        return range(max(0, ends[0] - 1), min(len(self.words), ends[1] + 2))

    @cached_property
    def drawn(self) -> list[list[int]]:
        """The positions drawn in each layer: those that depend only on words that are drawn."""
        return [
            [at for at, seen in enumerate(story.seen) if seen <= set(self.shown)] if story.seen else []
            for story in self.stories
        ]

    def scale(self, layer: int) -> tuple[float, float]:
        """The coordinate of a layer's position 0, where the words are layer 0, and the distance to the next one."""
        if layer == 0:
            return 0.0, 1.0
        slots = self.stories[layer - 1].slots
        return slots[0], slots[1] - slots[0] if len(slots) > 1 else 1.0

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colours of the words."""
        return word_fills(self.words)


def _field(trace: ModelTrace, sentences: Sentences, kernel: int, layer: int | str | None, place: object) -> Field:
    """Collect the layers from the words up to the selected one.

    Raises PictureError at the line of an unsupported one.
    """
    model = trace.model
    windows = [node for node in model.nodes if isinstance(node.layer, Windowed | GlobalPooling) and _is_flat(node)]
    last = len(windows) if layer is None and windows else None
    node = windows[choose_layer(model, windows, layer if last is None else last, "convolution", "Conv1D or a pooling")]
    words, way = sentences[entry_of(model, node)], [node]
    while (at := way[0].inputs[0].node) is not None:
        way.insert(0, model.nodes[at])
    for layer_node in way:
        _check_story(model, layer_node)
    way = [candidate for candidate in way if candidate in windows]
    if len(way) > MOST_LAYERS:
        raise refused(
            model, way[MOST_LAYERS], f"a receptive field can span at most {MOST_LAYERS} layers: layer={MOST_LAYERS}"
        )
    stories: list[Story] = []
    filters = _filters(trace, way, node, kernel)
    for layer_node, number in zip(way, filters, strict=True):
        inputs = trace.value(layer_node.inputs[0])
        output = trace.traces[model.nodes.index(layer_node)].output
        rows = output.reshape(-1, output.shape[-1])
        covered = _covered(layer_node.layer, len(inputs), len(rows))
        before = stories[-1] if stories else None
        slots, seen = _placed_over(layer_node.layer, covered, before, len(words))
        stories.append(Story(layer_node, rows[:, number].tolist(), number, rows.shape[1], covered, slots, seen))
    if len(trace.value(way[0].inputs[0])) != len(words):
        raise refused(model, way[0], f"{way[0].calls[0].text} doesn't read the {len(words)} words one by one")
    outputs = stories[-1].outputs
    largest = max(range(len(outputs)), key=outputs.__getitem__)
    chosen = largest if place is None else pick(place, "place", len(outputs), "the last layer")
    field = Field(words, tuple(stories), chosen)
    if len(field.shown) > MOST_DOWN:
        raise PictureError(
            f"the receptive field has {len(field.seen)} words, but at most {MOST_DOWN - 2} can be drawn: choose an "
            "earlier layer "
            "with layer=1, or use smaller windows"
        )
    return field


def _is_flat(node: Node) -> bool:
    """Return whether a layer reads a sequence, not an image."""
    return getattr(node.layer, "spatial_axes", 0) == 1


def _check_story(model: Model, node: Node) -> None:
    """Check that a receptive field can be traced through a layer."""
    layer, call_text = node.layer, node.calls[0].text
    if len(node.inputs) > 1:
        raise refused(
            model, node, f"{call_text} merges {len(node.inputs)} inputs, but a receptive field is drawn of a chain"
        )
    if isinstance(layer, Windowed | GlobalPooling):
        check_options(model, node)
        return
    if not isinstance(layer, Embedding | TrainingOnly | Activation | ReLU):
        raise refused(
            model, node, f"{call_text} is neither a convolution nor a pooling layer, so a receptive field can't span it"
        )


def _filters(trace: ModelTrace, way: Sequence[Node], node: Node, kernel: int) -> list[int]:
    """Choose what to draw of each layer: the last one's kernel, the same one through pooling, otherwise the first."""
    many = trace.traces[trace.model.nodes.index(node)].output.shape[-1]
    filters = [pick(kernel, "kernel", many)]
    for layer_node in reversed(way[1:]):
        filters.insert(0, 0 if isinstance(layer_node.layer, Kernel) else filters[0])
    return filters


def _placed_over(
    layer: Layer, covered: list[list[int]], before: Story | None, words: int
) -> tuple[list[float], list[frozenset[int]]]:
    """Compute the coordinates of a layer's outputs above what they cover, and the words each depends on."""
    length = len(before.outputs) if before else words
    first, apart = 0.0, 1.0
    if before:
        first = before.slots[0]
        apart = before.slots[1] - before.slots[0] if len(before.slots) > 1 else 1.0
    is_causal = isinstance(layer, Windowed) and layer.window()[3] == "causal"
    slots = [first + apart * (at[-1] if is_causal else (at[0] + at[-1]) / 2) for at in covered]
    inside = [[position for position in at if 0 <= position < length] for at in covered]
    seen = list(map(frozenset, inside))
    if before:
        seen = [frozenset().union(*(before.seen[position] for position in at)) for at in inside]
    return slots, seen


@laid_anew
def _field_picture(field: Field) -> Picture:
    """Draw the words below the layers; in the narrow layout, or with many words, to the left of them."""
    across = [(ACROSS_FIELD, size, 44, False) for size in (22, 19) if len(field.shown) <= MOST_ACROSS]
    turned = [
        (replace(DOWN, track_gap=gap), 19, 44, is_short) for gap, is_short in ((70, False), (40, False), (40, True))
    ]
    wide = (_laid_field(field, *form) for form in (*across, *turned))
    narrow = (_laid_field(field, replace(DOWN, track_gap=gap), size, cell, True) for gap, size, cell in DOWN_FIELD)
    arguments = field.arguments
    return in_two_forms(wide, narrow, _field_description(field), step_called=STAGE, arguments=arguments)


def _laid_field(field: Field, axis: Axis, size: float, cell: float, is_short: bool) -> tuple[Shape, ...]:
    sized = replace(field, style=WORD_NARROW.sized(size), cell=cell)
    return laid(_field_flow(sized, axis, is_short), axis).shapes


ACROSS_FIELD = replace(ACROSS, track_gap=58)
DOWN_FIELD = (
    *((62, 19, 40), (48, 19, 40), (42, 17, 38), (36, 15, 38), (30, 15, 36)),
    *((26, 13, 36), (22, 12, 36), (18, 11.5, 36), (12, 11.5, 34), (8, 11.5, 32), (4, 11.5, 32)),
)
"""The gap between layers, the font size of words, and the width of an output."""


def _field_flow(field: Field, axis: Axis, is_short: bool) -> Flow:
    """Put words and outputs on one scale, with each output above the middle of what it covers, connected by lines."""
    flow = Flow(to_scale=True, slot_room=0 if axis.across else -8)
    bracket, words = flow.track("bracket"), flow.track("words", 12 - axis.track_gap)
    wide = None if axis.across else column_width([field.words[at] for at in field.shown], field.style)
    items: dict[tuple[int, int], Item] = {}
    for at in field.shown:
        items[0, at] = flow.put(at, words, _said_at(field, at, wide))
    for number, story in enumerate(field.stories, start=1):
        track = flow.track(f"layer-{number}")
        for place in field.drawn[number - 1]:
            is_chosen = number == len(field.stories) and place == field.place
            printed = text_of(story.outputs[place], 2) if field.has_values else ""
            output = _output_at(number, place, printed, field.cell, is_chosen=is_chosen)
            items[number, place] = flow.put(story.slots[place], track, output)
    for layer, reached in enumerate(field.reached[:-1]):
        first, apart = field.scale(layer)
        for at in sorted(reached):
            if (layer, at) not in items:
                track = f"layer-{layer}" if layer else words
                items[layer, at] = flow.put(first + apart * at, track, _padding_at(layer, at))
    slots = [float(item.slot) for item in flow.items if not isinstance(item.slot, tuple)]
    low, high = min(slots), max(slots)
    for number, story in enumerate(field.stories, start=1):
        lines = [line for line in (story.head, story.spread, story.sees, story.chosen) if line]
        if is_short:
            title = gettext("layer %(number)s", number=number)
            lines = [title, gettext("sees %(count)s", count=max(map(len, story.seen)))]
            note = gettext(
                "%(number)s: %(layer)s",
                number=title,
                layer=Series(*filter(None, (story.head, story.spread, story.chosen))),
            )
            flow.note(Caption(f"note-{number}", note, "muted", style=NAME))
        flow.put(
            high + 0.8 if axis.across else low - 1,
            f"layer-{number}",
            _head_of(
                number,
                lines,
                NAME if field.cell > SMALL_CELL else NUMBER,
                _tied(field.arguments, f"layer-{number}-window"),
            ),
        )
    for is_seen in (False, True):
        for number, story in enumerate(field.stories, start=1):
            for place in field.drawn[number - 1]:
                if (place in field.reached[number]) is is_seen:
                    for at in story.covered[place]:
                        if (number - 1, at) in items:
                            flow.edge(_line(items[number - 1, at], items[number, place], number, place, at, is_seen))
    levels = [
        (items[layer, min(reached)], items[layer, max(reached)])
        for layer, reached in reversed(list(enumerate(field.reached)))
        if reached
    ]
    last = len(field.stories)
    flow.cone("field", levels, "output", last)
    if field.seen:
        ends = field.seen[0], field.seen[-1]
        flow.put(ends if ends[0] < ends[1] else ends[0], bracket, _bracket(field, ends, wide, last))
    if left_out := len(field.words) - len(field.shown):
        more = ngettext("%(num)s more word", "%(num)s more words", left_out)
        flow.note(Caption("more", more, "muted", style=NAME))
    return flow


def _said_at(field: Field, at: int, wide: float | None) -> Shapes:
    letters = field.words[at]
    wide = wide or column_width([letters], field.style)
    return word(letters, wide, field.fills[letters], field.style, name=f"word-{at + 1}")


def _output_at(layer: int, place: int, printed: str, wide: float, *, is_chosen: bool) -> Draw:
    """Draw an output; the selected one has a second rim."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(at.x, at.y, wide, 28)
        style = LARGE_NUMBER if wide > SMALL_CELL else NUMBER
        return [
            Vector(
                name=f"output-{layer}-{place + 1}",
                role="output",
                step=layer,
                frame=frame,
                cells=(printed,),
                second_rim=is_chosen,
                style=style.bold() if is_chosen else style,
            )
        ]

    return draw


def _padding_at(layer: int, at: int) -> Draw:
    """Draw the zeros beyond an end."""

    def draw(axis: Axis, place: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(place.x, place.y, 28, 28)
        name = f"padding-{layer}-{at + 1 if at >= 0 else f'before-{-at}'}"
        return [Vector(name=name, role="rule", frame=frame, cells=("0",), fill="block", dashed=True)]

    return draw


def _head_of(layer: int, lines: Sequence[str], style: Style, argument: str | None) -> Draw:
    """Label a layer, to the right of its outputs or above them."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        top = at.y - HEAD_LEADING * (len(lines) - 1) / 2
        return [
            Label(
                name=f"layer-{layer}-{number + 1}",
                role="muted" if number else "ink",
                argument=None if number else argument,
                text=line,
                at=Point(at.x, top + HEAD_LEADING * number),
                style=style if number else style.bold(),
                anchor="start" if axis.across else "middle",
            )
            for number, line in enumerate(lines)
        ]

    return draw


HEAD_LEADING = 18


def _line(source: Item, target: Item, layer: int, place: int, at: int, is_seen: bool) -> Edge:
    """Draw a line to an output: solid if it leads on to the selected one, otherwise dashed."""
    name = f"line-{layer}-{place + 1}-{at + 1 if at >= 0 else f'before-{-at}'}"
    if is_seen:
        return Edge(source, target, name, role="flow", step=layer, width=1.5)
    return Edge(source, target, name, role="rule", step=layer, width=0.9, dashes=DASHES)


def _bracket(field: Field, ends: tuple[int, int], wide: float | None, step: int) -> Draw:
    """Draw a bracket along the words of the receptive field, from outer edge to outer edge."""
    outer = [wide or column_width([field.words[at]], field.style) for at in ends]

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        before, after = (outer[0] / 2, outer[1] / 2) if axis.across else (14.0, 14.0)
        if axis.across:
            start, to = Point(at.x - length / 2 - before, at.y), Point(at.x + length / 2 + after, at.y)
        else:
            start, to = Point(at.x, at.y - length / 2 - before), Point(at.x, at.y + length / 2 + after)
        return [Bracket(name="seen", role="output", step=step, start=start, to=to, tick=-TICK if axis.across else TICK)]

    return draw


def _field_description(field: Field) -> Description:
    """Describe how many words each layer sees, and which ones each output sees."""
    last = field.stories[-1]
    value = known(text_of(last.outputs[field.place], 2), len(field.stories), "output")
    steps, rows = [], []
    for number, story in enumerate(field.stories, start=1):
        most = max(map(len, story.seen))
        seen_by = ngettext(
            "%(layer)s: each output sees up to %(num)s word.",
            "%(layer)s: each output sees up to %(num)s words.",
            most,
            layer=story.head,
        )
        steps.append(
            ngettext(
                "%(layer)s: each output sees up to %(num)s word; the outputs are %(outputs)s.",
                "%(layer)s: each output sees up to %(num)s words; the outputs are %(outputs)s.",
                most,
                layer=story.head,
                outputs=known(numbers(story.outputs, 2), number, "output"),
            )
            if field.has_values
            else seen_by
        )
        for place, output in enumerate(story.outputs):
            seen = Series(*(field.words[at] for at in sorted(story.seen[place]))) if story.seen[place] else ""
            rows.append(TableRow.of(story.head, str(place + 1), seen, numbers([output], 2), step=number))
    heads = (
        *(pgettext("in a table", "layer"), pgettext("in a table", "place")),
        *(pgettext("in a table", "words it sees"), pgettext("in a table", "output")),
    )
    return Description(
        alt=ngettext(
            "One output of %(layers)s, %(value)s, sees %(num)s word: %(words)s.",
            "One output of %(layers)s, %(value)s, sees %(num)s words: %(words)s.",
            len(field.seen),
            layers=Listing(*(story.head for story in field.stories)),
            value=value,
            words=Series(*(field.words[at] for at in field.seen)) if field.seen else gettext("padding"),
        ),
        text=Paragraph(
            gettext(
                "Each layer sees what its window covers in the layer before it, so each layer sees more words than "
                "the one before."
            ),
            gettext("Solid lines lead to the marked output, dashed lines to the others."),
        ),
        steps=tuple(steps),
        columns=tuple(map(TableColumn, heads, (None, None, None, "output"))),
        rows=tuple(rows),
    )
