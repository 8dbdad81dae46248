"""A convolution over words: one kernel, laid on a few words at a time, and moved on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..arrays import Array, Weights
from ..description import Description, TableCell, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Wire
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import NAME, NUMBER_IN_TABLE, WORD_NARROW, Style
from ..geometry import Frame, Point
from ..i18n import Clauses, Paragraph, Series, gettext, ngettext, numbers, pgettext
from ..layers.convolution import Conv1D
from ..layers.layer import Layer, Trace
from ..layout import first_that_fits, snug_box
from ..model import Model
from ..numbers import counted, text_of
from ..palette import word_fills
from ..picture import Picture, laid_anew
from ..shapes.cells import Vector, cells
from ..shapes.shape import Shape
from .given import Inputs, Words, entry_of, fit_words, model_of, traced
from .refusals import choose, refused
from .things import LARGE_NUMBER, column_width, label, room, vector, word

BOX, NARROW_BOX = 848, 288
"""What a page has room for, and a phone. Pixels."""
LEAST_MARGIN = 4
MOST_WORDS = 8
SIGN = NAME.sized(15)
OVER = 3
"""From a word to its vector under it."""
SUM_AFTER, OUTPUT_AFTER = 1, 2
"""How many slots after the last word the sums stand, and what the activation makes of them."""


@laid_anew
def convolution(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    kernel: int = 1,
    layer: int | str | None = None,
) -> Picture:
    """Draw how a Conv1D moves one of its kernels along the words: what it covers, the sum, and the activation.

    `kernel` chooses one by its number, from 1. Of several Conv1D layers `layer` chooses one by its number, from
    1, or by its name. Embeddings and weights are those of `unroll`.

    >>> convolution(Conv1D(2, 3, activation="relu"), ["we", "did", "not", "like", "it"])
    """
    whole, sentences = fit_words(model_of(model, words, embeddings), words)
    trace = traced(whole, sentences, embeddings, weights)
    pairs = zip(whole.nodes, trace.traces, strict=True)
    found = [(node, each) for node, each in pairs if isinstance(node.layer, Conv1D)]
    names = [[name for name in (node.layer.name, node.layer.name_in_code) if name] for node, _ in found]
    node, chosen = found[choose(whole, names, layer, "convolution", "Conv1D")]
    sentence = sentences[entry_of(whole, node)]
    slide = Slide(chosen, sentence, kernel - 1)
    conv = slide.layer
    if len(chosen.inputs) != len(sentence):
        raise refused(
            whole, node, f"{node.calls[0].text} reads {counted(len(chosen.inputs), 'step')}, not {len(sentence)} words"
        )
    if conv.groups != 1 or conv.has_channels_first:
        raise refused(whole, node, "a convolution is drawn with groups=1 and the features last: leave the options out")
    if not isinstance(kernel, int) or not 1 <= kernel <= conv.filters:
        raise PictureError(f"there is no kernel {kernel!r}: the layer has {counted(conv.filters, 'kernel')}, from 1")
    return _picture(slide)


@dataclass(frozen=True, eq=False)  # arrays have no single answer to ==
class Slide:
    """A kernel on its way along a sentence."""

    trace: Trace
    words: tuple[str, ...]
    filter: int
    most: int = 4
    """How many numbers of a vector are shown at most."""
    style: Style = WORD_NARROW

    @property
    def layer(self) -> Conv1D:
        """The layer."""
        assert isinstance(self.trace.layer, Conv1D)
        return self.trace.layer

    @cached_property
    def kernel(self) -> Array:
        """The weights of the filter: (kernel size, features)."""
        return self.trace.weights["kernel"][:, :, self.filter]

    @property
    def bias(self) -> float:
        """What is added to each sum."""
        bias = self.trace.weights.get("bias")
        return 0.0 if bias is None else float(bias[self.filter])

    @cached_property
    def covered(self) -> list[list[int]]:
        """The words, from 0, on which the kernel lies at each place; beyond the sentence there is padding."""
        (size,), (stride,), (dilation,), padding = self.layer.window()
        reach, length, places = dilation * (size - 1) + 1, len(self.words), len(self.trace.output)
        missing = max((places - 1) * stride + reach - length, 0)
        before = {"causal": reach - 1, "same": missing // 2}.get(padding, 0)
        return [[place * stride - before + dilation * step for step in range(size)] for place in range(places)]

    @cached_property
    def sums(self) -> list[float]:
        """What the kernel makes of the words that it covers, with the bias, before the activation."""
        inputs, length = self.trace.inputs, len(self.words)
        return [
            self.bias + sum(float(self.kernel[step] @ inputs[at]) for step, at in enumerate(places) if 0 <= at < length)
            for places in self.covered
        ]

    @cached_property
    def outputs(self) -> list[float]:
        """What the activation makes of the sums: what the layer returns."""
        return self.trace.output[:, self.filter].tolist()  # type: ignore[no-any-return]

    @cached_property
    def shown(self) -> list[int]:
        """The places of the kernel that are drawn: those within the first words, and of these no more than as many."""
        if len(self.words) <= MOST_WORDS:
            return list(range(len(self.covered)))
        return [place for place, at in enumerate(self.covered) if max(at) < MOST_WORDS - 1][: MOST_WORDS - 1]

    @property
    def left_out(self) -> int:
        """How many places are not drawn."""
        return len(self.covered) - len(self.shown)

    @cached_property
    def slots(self) -> list[int]:
        """The words that are drawn, from 0, and the padding around them."""
        last = len(self.words) - 1 if len(self.words) <= MOST_WORDS else MOST_WORDS - 2
        ends = [at for place in self.shown for at in self.covered[place]] or [0]
        return list(range(min(0, *ends), max(last, *ends) + 1))

    @property
    def activation(self) -> str:
        """The layer's activation by its name; none is called output."""
        return gettext("output") if self.layer.activation == "linear" else self.layer.activation

    @cached_property
    def fills(self) -> dict[str, str]:
        """The grounds of the words."""
        return word_fills(self.words)


@laid_anew
def _picture(slide: Slide) -> Picture:
    """Draw every place of the kernel under the words, or, narrow, one place of it and a list of the others."""
    description = _description(slide)
    across = (
        laid(_wide(replace(slide, most=most)), replace(ACROSS, cell=(cell, 28), track_gap=6, slot_gap=10)).shapes
        for cell, most in ((34, 4), (27, 4), (27, 3))
    )
    wide = first_that_fits(across, BOX)
    down = (
        _narrow(replace(slide, most=most, style=WORD_NARROW.sized(size)), cell, is_stacked)
        for cell, most, size, is_stacked in NARROW_FORMS
    )
    narrow = first_that_fits(down, NARROW_BOX, LEAST_MARGIN)
    form = Picture(narrow, snug_box(narrow, LEAST_MARGIN), description)
    return Picture(wide, snug_box(wide), description, narrow=form)


NARROW_FORMS = ((34, 4, 19, False), (27, 4, 19, False), (27, 3, 17, False), (27, 3, 17, True))
"""The width of a cell, how many numbers are shown at most, the size of words, and whether these stand over vectors."""


def _narrow(slide: Slide, cell: float, is_stacked: bool) -> tuple[Shape, ...]:
    """Lay one place of the kernel out, and under it the list of all."""
    axis, flow = replace(DOWN, cell=(cell, 28)), Flow(slot_room=8)
    track = flow.track("parts")
    for place, part in enumerate((_placed(slide, is_stacked), _listed(slide))):
        flow.put(place, track, grouped(part, axis, end="left"), loose=True)
    return laid(flow, DOWN).shapes


def _wide(slide: Slide) -> Flow:
    """Time runs to the right; under the words and their vectors, a row for each place of the kernel."""
    flow, places = Flow(even_slots=True), slide.shown
    rows = {place: flow.track(f"place-{place + 1}") for place in reversed(places)}
    vectors, said = flow.track("vectors", 12), flow.track("words", 2)
    after = max(slide.slots)
    for at in slide.slots:
        flow.put(at, said, _said(slide, at))
        flow.put(at, vectors, _embedded(slide, at))
    heads = {SUM_AFTER: label("sum-head", gettext("sum"), "ink", NAME.bold(), begin=0, fall=30)}
    heads[OUTPUT_AFTER] = label("output-head", slide.activation, "output", NAME.bold(), fall=30)
    for slot, head in heads.items():
        flow.put(after + slot, vectors, head, loose=slot == OUTPUT_AFTER)
    for place in places:
        kernel = [
            flow.put(at, rows[place], _weights(slide, place, step)) for step, at in enumerate(slide.covered[place])
        ]
        title = [Caption("kernel", gettext("kernel"))] if place == places[0] else []
        flow.band(f"kernel-{place + 1}", kernel, *title)
        total = flow.put(after + SUM_AFTER, rows[place], _sum(slide, place, 0))
        output = flow.put(after + OUTPUT_AFTER, rows[place], _output(slide, place), loose=True)
        ends: tuple[Item, Item] = kernel[-1], total
        flow.link(*ends, Wire(f"sum-{place + 1}-arrow", step=place + 1), sides=("main-end", "main-start"), outside=True)
        flow.link(total, output, Wire(f"output-{place + 1}-arrow", step=place + 1), sides=("main-end", "main-start"))
    if slide.left_out:
        flow.note(Caption("more", _more(slide), "muted", style=NAME))
    return flow


def _placed(slide: Slide, is_stacked: bool) -> Flow:
    """The words down the page, each before its vector or over it, and beside them the kernel at its largest output."""
    flow = Flow(slot_room=-8)
    words, vectors = flow.track("words"), flow.track("vectors")
    signs, kernel = flow.track("signs", -4), flow.track("kernel", -4)
    flow.put(
        min(slide.slots) - 2, vectors, label("vectors-head", gettext("embedding"), "embedding", NAME.bold()), loose=True
    )
    flow.put(min(slide.slots) - 2, kernel, label("kernel-head", gettext("kernel"), "ink", NAME.bold()), loose=True)
    flow.put(min(slide.slots) - 1, words, room)
    for at in slide.slots:
        said, embedded = _said(slide, at, _column(slide)), _embedded(slide, at)
        if is_stacked:
            flow.put(at, vectors, _over(said, embedded))
        else:
            flow.put(at, words, said)
            flow.put(at, vectors, embedded)
    if slide.shown:
        best = max(slide.shown, key=lambda place: slide.outputs[place])
        laid_on = []
        for step, at in enumerate(slide.covered[best]):
            flow.put(at, signs, label(f"times-{step + 1}", "×", "muted", SIGN))
            laid_on.append(flow.put(at, kernel, _weights(slide, None, step)))
        flow.band("kernel", laid_on)
    return flow


def _listed(slide: Slide) -> Flow:
    """The sum and the output of each place, a row for each."""
    flow = Flow(slot_room=-8)
    covers, sums, outputs = flow.track("covers"), flow.track("sums", 20), flow.track("outputs", 20)
    flow.put(0, covers, label("covers-head", gettext("words"), "ink", NAME.bold()), loose=True)
    flow.put(0, sums, label("sum-head", gettext("sum"), "ink", NAME.bold()), loose=True)
    flow.put(0, outputs, label("output-head", slide.activation, "output", NAME.bold()), loose=True)
    for slot, place in enumerate(slide.shown, start=1):
        text = _covers(slide, place)
        covered = flow.put(slot, covers, label(f"covers-{place + 1}", text, "ink", NUMBER_IN_TABLE, step=place + 1))
        total = flow.put(slot, sums, _sum(slide, place))
        output = flow.put(slot, outputs, _output(slide, place))
        flow.link(covered, total, Wire(f"sum-{place + 1}-arrow", step=place + 1))
        flow.link(total, output, Wire(f"output-{place + 1}-arrow", step=place + 1))
    if slide.left_out:
        flow.put(len(slide.shown) + 1, covers, label("more", _more(slide)), loose=True)
    return flow


def _over(one: Draw, other: Draw) -> Draw:
    """Draw a thing over another, whose place is where both are put."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        over = Point(at.x, at.y - axis.cell[1] - OVER)
        return [*other(axis, at, length), *one(axis, over, length)]

    return draw


def _column(slide: Slide) -> float:
    """The width of the words down the page."""
    return column_width([slide.words[at] for at in slide.slots if 0 <= at < len(slide.words)], slide.style)


def _said(slide: Slide, at: int, wide: float | None = None) -> Draw:
    """Draw a word, or what stands for one beyond the sentence."""
    if not 0 <= at < len(slide.words):
        return label(f"padding-{at + 1}", gettext("padding"))
    text = slide.words[at]
    wide = wide or column_width([text], slide.style)
    return word(f"word-{at + 1}", text, wide, slide.fills[text], style=slide.style)


def _embedded(slide: Slide, at: int) -> Draw:
    """Draw the vector of a word, or zeros."""
    is_word = 0 <= at < len(slide.words)
    values = slide.trace.inputs[at] if is_word else np.zeros(len(slide.trace.inputs[0]))
    printed = cells(values.tolist(), slide.most, ahead=1)
    if is_word:
        return vector(f"vector-{at + 1}", printed, slide.fills[slide.words[at]])

    def draw(axis: Axis, place: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(place.x, place.y, axis.cell[0] * len(printed), axis.cell[1])
        return [
            Vector(name=f"vector-{at + 1}", role="embedding", frame=frame, cells=printed, fill="block", dashed=True)
        ]

    return draw


def _weights(slide: Slide, place: int | None, step: int) -> Draw:
    """Draw the weights that are laid on one word."""
    printed = cells(slide.kernel[step].tolist(), slide.most, ahead=1)
    name, now = ("kernel", None) if place is None else (f"kernel-{place + 1}", place + 1)
    return vector(f"{name}-{step + 1}", printed, "block", role="ink", step=now)


def _sum(slide: Slide, place: int, begin: float | None = None) -> Draw:
    """Draw a sum, about its place or beginning there."""
    return label(f"sum-{place + 1}", text_of(slide.sums[place], 2), "ink", NUMBER_IN_TABLE, begin=begin, step=place + 1)


def _output(slide: Slide, place: int) -> Draw:
    text = text_of(slide.outputs[place], 2)

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        frame = Frame.about(at.x, at.y, 44, axis.cell[1])
        name = f"output-{place + 1}"
        return [Vector(name=name, role="output", step=place + 1, frame=frame, cells=(text,), style=LARGE_NUMBER)]

    return draw


def _covers(slide: Slide, place: int) -> str:
    """Say on which words the kernel lies, counted from 1; padding is no word."""
    words = [at + 1 for at in slide.covered[place] if 0 <= at < len(slide.words)]
    if len(words) > 1 and slide.layer.window()[2] == (1,):
        return gettext("%(first)s to %(last)s", first=words[0], last=words[-1])
    return Series(*words) if words else gettext("padding")


def _more(slide: Slide) -> str:
    return ngettext("%(num)s more step", "%(num)s more steps", slide.left_out)


def _description(slide: Slide) -> Description:
    """Say what is moved along, what comes of it, and all numbers in a table."""
    best = max(range(len(slide.outputs)), key=slide.outputs.__getitem__)
    weights = slide.kernel.tolist()
    steps = tuple(
        gettext(
            "On the words %(covers)s the kernel makes %(sum)s, and out comes %(output)s.",
            covers=_covers(slide, place),
            sum=text_of(slide.sums[place], 2),
            output=text_of(slide.outputs[place], 2),
        )
        for place in range(len(slide.outputs))
    )
    bias = slide.trace.weights.get("bias")
    text = [
        ngettext(
            "The kernel has %(num)s row of weights, one for the word that it covers: %(weights)s.",
            "The kernel has %(num)s rows of weights, one for each word that it covers: %(weights)s.",
            len(weights),
            weights=Clauses(*(numbers(each) for each in weights)),
        ),
        gettext("The same weights are used at every place."),
    ]
    if bias is not None and slide.bias:
        text.append(gettext("To each sum the bias is added, %(bias)s.", bias=text_of(slide.bias, 2)))
    starts = {covered[0]: place for place, covered in enumerate(slide.covered)}
    rows = []
    for at, said in enumerate(slide.words):
        place = starts.get(at)
        values = (
            ("", "", "")
            if place is None
            else (_covers(slide, place), numbers([slide.sums[place]], 2), numbers([slide.outputs[place]], 2))
        )
        step = None if place is None else place + 1
        given = TableRow.of(said, numbers(slide.trace.inputs[at].tolist())).cells
        rows.append(TableRow((*given, *(TableCell(value, step) for value in values))))
    for first in sorted(start for start in starts if not 0 <= start < len(slide.words)):
        place = starts[first]
        values = _covers(slide, place), numbers([slide.sums[place]], 2), numbers([slide.outputs[place]], 2)
        rows.append(TableRow((TableCell(""), TableCell(""), *(TableCell(value, place + 1) for value in values))))
    heads = (
        *(pgettext("in a table", "word"), pgettext("in a table", "embedding"), pgettext("in a table", "words covered")),
        *(pgettext("in a table", "sum"), pgettext("in a table", "output")),
    )
    return Description(
        alt=ngettext(
            "One kernel over %(num)s word at a time; its largest output is %(output)s, on the words %(covers)s.",
            "One kernel over %(num)s words at a time; its largest output is %(output)s, on the words %(covers)s.",
            len(weights),
            output=text_of(slide.outputs[best], 2),
            covers=_covers(slide, best),
        ),
        text=Paragraph(*text),
        steps=steps,
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )
