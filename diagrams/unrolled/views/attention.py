"""Attention: how much each word attends to every other, and the resulting weighted average of the values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from ..arrays import Weights
from ..description import STAGE, STEP, Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Wire
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import NAME, NUMBER, NUMBER_IN_TABLE, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import (
    Clauses,
    Message,
    Paragraph,
    Series,
    Spaced,
    Translatable,
    counted,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    quoted,
    text_of,
)
from ..layers.attention import Attention, AttentionTrace, MultiHeadAttention
from ..layers.layer import Layer
from ..layout import LEAST_MARGIN, PAGE, PHONE, first_that_fits, fitted_box
from ..model import Argument, Call, Entry, Model, Node, Tensor
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..shapes.cells import HEAT_APART, LEFT_OUT, Shares, Vector, cells
from ..shapes.plots import Line, Share
from ..shapes.shape import Shape
from ..shapes.text import Label, Word
from .given import FEATURES, Inputs, Sentences, Words, entries_of, fit_words, model_of, traced
from .refusals import check_list, choose, refused
from .things import LARGE_NUMBER, ROUNDED, column_width, label, room, vector, word

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

HEADS_APART = 36
"""The gap between heads, side by side or stacked."""
MOST_HEADS, MOST_SELECTED, SAMPLED_KEYS = 4, 8, 6
"""How many heads are drawn by default, how many can be selected, and the most keys shown if heads are left out."""
ARROW = 16
"""The extra distance between the shares and the weighted sums."""
KEY_PADDING = 3
TO_WORD = 8
"""From a word's number to the word."""
DECIMALS = 2


@dataclass(frozen=True)
class TableSizes:
    """The sizes of one layout: the cells of the shares, the numbers of a vector, how many of each, and the words."""

    share: tuple[float, float]
    number: float
    most_keys: int = 8
    most_numbers: int = 4
    mixes: bool = True
    """Whether the weighted sums are next to the shares; otherwise, they are below."""
    stretches: bool = False
    """Whether columns are as wide as their words."""
    letters: float = 19
    """The font size of words."""

    @property
    def style(self) -> Style:
        """The font of words."""
        return WORD_NARROW.sized(self.letters)


WIDE = (
    *(TableSizes((50, 42), 42, stretches=True), TableSizes((50, 42), 42)),
    *(TableSizes((42, 36), 38, most_keys=6, most_numbers=3), TableSizes((36, 34), 36, most_keys=4, most_numbers=3)),
)
NARROW = (
    *(TableSizes((50, 42), 40), TableSizes((36, 36), 36), TableSizes((32, 32), 34, most_numbers=3)),
    *(TableSizes((30, 30), 34, most_keys=keys, mixes=False) for keys in (8, 7, 6, 5, 4)),
    *(TableSizes((30, 30), 34, most_keys=4, mixes=False, letters=size) for size in (16, 13)),
)
"""From the largest to the smallest; the first that fits is used."""


@laid_anew
def attention(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    query: int | None = None,
    head: int | Sequence[int] | None = None,
    layer: int | str | None = None,
    sums: bool = True,
) -> Picture:
    """Draw how much each word attends to every other, as a labelled heat map, and the weighted sum of the values.

    Rows are queries and columns are keys. Each row adds up to 1, and masked entries are blank. `query` selects one word
    by its step, from 1, and shows the whole computation for it: its query times each key, the softmax, and the sum of
    the weighted values. `head` selects one or several heads by number, from 1. By default, up to four heads are drawn,
    or the first two and the last of more; with `query`, only the first. Whatever is left out is replaced by an
    ellipsis, and a note has the real shapes. `layer` selects an attention layer by number, from 1, or by name.
    Without `sums`, the weighted sums are left out, which are hard to read where no values are drawn.
    Embeddings and weights are chosen as in `unroll`; a model with several inputs takes one sentence for each.

    A single layer attends to its own input.

    >>> attention(MultiHeadAttention(1, 4), ["was", "not", "bad"])
    >>> attention(MultiHeadAttention(1, 4), ["was", "not", "bad"], query=3)
    """
    found = attended(model, words, embeddings, weights, layer)
    heads = len(found.trace.shares)
    chosen = choose_heads(head, heads)
    if query is not None:
        if query not in range(1, len(found.queries) + 1):
            said = counted(len(found.queries), "word")
            raise PictureError(f"there is no query {query!r}: the sentence has {said}, counted from 1")
        return _one_query(OneQuery(found, (chosen or (0,))[0], query - 1))
    sample = Sample(found, chosen or _shown(heads, MOST_HEADS), sums)
    wide, narrow = ([replace(sizes, mixes=sizes.mixes and sums) for sizes in forms] for forms in (WIDE, NARROW))
    return replace(_form(sample, wide, PAGE), narrow=_form(sample, narrow, PHONE))


def choose_heads(head: int | Sequence[int] | None, count: int) -> tuple[int, ...]:
    """Return the indices of the selected heads; none if the view chooses. Raises PictureError for an invalid choice."""
    if head is None:
        return ()
    listed = (head,) if isinstance(head, int) else tuple(head)
    for each in listed:
        if isinstance(each, bool) or each not in range(1, count + 1):
            raise PictureError(f"there is no head {each!r}: the layer has {counted(count, 'head')}, counted from 1")
    if not 1 <= len(set(listed)) == len(listed) <= MOST_SELECTED:
        raise PictureError(f"choose at most {MOST_SELECTED} different heads, not {list(listed)}")
    return tuple(each - 1 for each in listed)


def _model_of(model: Model | Layer, words: Words, embeddings: Inputs | None) -> Model:
    """Wrap a single layer in a model in which it attends to its own input."""
    if not isinstance(model, Attention | MultiHeadAttention):
        return model_of(model, words, embeddings)
    check_list(words)
    shape = (len(words), FEATURES if embeddings is None else np.shape(cast("ArrayLike", embeddings))[-1])
    given, returned = (Tensor(None, 0), Tensor(None, 0)), model.output_shapes(shape, shape)
    node = Node(model, 0, given, None, (shape, shape), returned, (Call(f"{model.name_in_code}()", ()),))
    return Model((Entry(shape),), (node,), (Tensor(0),))


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Attended:
    """The results of an attention layer, and the words of its queries and keys."""

    model: Model
    node: Node
    trace: AttentionTrace
    queries: tuple[str, ...]
    keys: tuple[str, ...]

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colour of each word."""
        return word_fills((*self.keys, *self.queries))

    @property
    def is_causal(self) -> bool:
        """Whether the mask hides exactly the words after each word."""
        kept = self.trace.kept
        return len(kept) > 1 and np.array_equal(kept, np.tri(*kept.shape))

    @property
    def step_called(self) -> str:
        """With a causal mask, words attend one after another; otherwise, looking at one at a time is only a stage."""
        return STEP if self.is_causal else STAGE

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """Find the arguments in the code for the number of heads and their size."""
        call = self.node.calls[0]
        said = {name: call.argument(name) for name in ("num_heads", "key_dim", "value_dim")}
        return {name: argument for name, argument in said.items() if argument is not None}

    def argument(self, *names: str) -> str | None:
        """Return the first of these arguments that the code sets."""
        return next((name for name in names if name in self.arguments), None)


def attended(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None,
    weights: Weights | Sequence[Weights] | None,
    which: int | str | None,
) -> Attended:
    """Run a model, select one of its attention layers, and find the words of its inputs."""
    whole, sentences = fit_words(_model_of(model, words, embeddings), words)
    trace = traced(whole, sentences, embeddings, weights)
    pairs = zip(whole.nodes, trace.traces, strict=True)
    found = [(node, each) for node, each in pairs if isinstance(each, AttentionTrace)]
    names = [[name for name in (node.layer.name, node.layer.name_in_code) if name] for node, _ in found]
    kinds = "Attention, AdditiveAttention or MultiHeadAttention"
    node, chosen = found[choose(whole, names, which, "attention layer", kinds)]
    asked, looked_at = node.inputs[0], node.inputs[-1]
    return Attended(
        whole,
        node,
        chosen,
        _words(whole, node, asked, len(chosen.kept), sentences),
        _words(whole, node, looked_at, len(chosen.kept[0]), sentences),
    )


def _words(model: Model, node: Node, given: Tensor, steps: int, sentences: Sentences) -> tuple[str, ...]:
    """Find the words that reach an input of a layer."""
    entries = entries_of(model, [given])
    said = [sentences[entry] for entry in sorted(entries) if len(sentences[entry]) == steps]
    if len(entries) != 1 or not said:
        raise refused(
            model,
            node,
            f"{node.calls[0].text} reads {counted(steps, 'step')} that aren't the words of a single sentence",
        )
    return said[0]


@dataclass(frozen=True, eq=False)
class Sample:
    """The heads and words to draw: all of them, or some with an ellipsis in between."""

    found: Attended
    heads: tuple[int | None, ...]
    """The indices of the heads; None stands for those left out."""
    has_sums: bool = True
    """Whether the weighted sums are drawn, so that the steps speak of them."""

    @property
    def drawn(self) -> list[int]:
        """The heads without the gap."""
        return _drawn(self.heads)

    @property
    def has_several(self) -> bool:
        """Whether several heads are drawn, so that each needs a title."""
        return len(self.drawn) > 1

    def most_keys(self, sizes: TableSizes) -> int:
        """The most words shown in a row or column: fewer if even heads have to be left out."""
        return min(sizes.most_keys, SAMPLED_KEYS) if None in self.heads else sizes.most_keys

    @cached_property
    def rows(self) -> list[int]:
        """The queries that are described, and drawn if there is space."""
        return _drawn(_shown(len(self.found.queries), self.most_keys(WIDE[0])))

    @cached_property
    def columns(self) -> list[int]:
        """The keys that are described."""
        return _drawn(_shown(len(self.found.keys), self.most_keys(WIDE[0])))

    def step(self, row: int) -> int:
        """Return the step at which a word attends: one word after the other."""
        return self.rows.index(row) + 1

    @property
    def note(self) -> Message | None:
        """The real shapes, if anything is left out."""
        shares, mixed = self.found.trace.shares.shape, self.found.trace.mixed.shape
        is_all = (
            None not in self.heads
            and len(self.rows) == len(self.found.queries)
            and len(self.columns) == len(self.found.keys)
        )
        if is_all:
            return None
        return gettext(
            "A sample. In full: %(heads)s, shares %(shares)s, weighted sums %(sums)s.",
            heads=ngettext("%(num)s head", "%(num)s heads", shares[0]),
            shares=" × ".join(map(str, shares[1:])),
            sums=" × ".join(map(str, mixed[1:])),
        )


def _form(sample: Sample, tried: Sequence[TableSizes], most: float) -> Picture:
    """Lay out the heads side by side or stacked, as large as fits."""
    laid_out = (_laid(sample, sizes, axis) for sizes in tried for axis in (ACROSS, DOWN))
    shapes = first_that_fits(laid_out, most, LEAST_MARGIN)
    return Picture(
        shapes,
        fitted_box(shapes, most),
        _description(sample),
        step_called=sample.found.step_called,
        arguments=sample.found.arguments,
    )


def _laid(sample: Sample, sizes: TableSizes, axis: Axis) -> tuple[Shape, ...]:
    rows = replace(DOWN, cell=(sizes.number, 28))
    end: Literal["left", "middle"] = "middle" if axis.across else "left"
    if sample.has_several:
        flow = Flow(slot_room=HEADS_APART - axis.slot_gap)
        track = flow.track("heads")
        for number, head in enumerate(sample.heads):
            if head is None:
                more = gettext("%(count)s more heads", count=len(sample.found.trace.shares) - len(sample.drawn))
                draw = label("more-heads", Spaced(LEFT_OUT, more), begin=None if axis.across else 0)
            else:
                draw = grouped(Heat(sample, head, sizes).flow(), rows, end=end)
            flow.put(number, track, draw, loose=True)
    else:
        flow, axis = Heat(sample, sample.drawn[0], sizes).flow(), rows
    if (note := sample.note) is not None:
        flow.note(Caption("shapes", note, "muted", style=NAME))
    return laid(flow, axis).shapes


@dataclass(frozen=True)
class Heat:
    """The shares of one head as a table, with queries as rows and keys as columns."""

    sample: Sample
    head: int
    sizes: TableSizes

    @property
    def found(self) -> Attended:
        """The layer's words and numbers."""
        return self.sample.found

    @property
    def is_named(self) -> bool:
        """Whether the head has a title, because there are several."""
        return self.sample.has_several

    @cached_property
    def rows(self) -> tuple[int | None, ...]:
        """The indices of the rows shown; None stands for those left out."""
        return _shown(len(self.found.queries), self.sample.most_keys(self.sizes))

    @cached_property
    def columns(self) -> tuple[int | None, ...]:
        """The indices of the columns shown, likewise."""
        return _shown(len(self.found.keys), self.sample.most_keys(self.sizes))

    @cached_property
    def across(self) -> float:
        """The width of a column."""
        return max(self.sizes.share[0], self._widest_key) if self.sizes.stretches else self.sizes.share[0]

    @cached_property
    def has_words(self) -> bool:
        """Whether the columns have space for their words; otherwise they have numbers."""
        return self._widest_key <= self.across

    @cached_property
    def _widest_key(self) -> float:
        texts = self._texts(self.found.keys, self.columns)
        return column_width(texts, self.sizes.style, KEY_PADDING, least=0)

    @property
    def prefix(self) -> str:
        """The prefix of shape names, if there are several heads."""
        return f"head-{self.head + 1}-" if self.is_named else ""

    def flow(self) -> Flow:
        """Add a header above the columns, then a row for each query."""
        flow = Flow(slot_room=HEAT_APART - DOWN.slot_gap)
        said, looks = flow.track("queries"), flow.track("shares")
        mixes = flow.track("mixed", ARROW)
        if self.is_named:
            title = gettext("head %(number)s", number=self.head + 1)
            half = (self.word_width + self.number_width) / 2
            flow.put(
                -1,
                said,
                label(
                    f"{self.prefix}title",
                    title,
                    "ink",
                    NAME.sized(15).bold(),
                    begin=-half,
                    argument=self.found.argument("num_heads"),
                ),
                loose=True,
            )
        flow.put(0, looks, self._heads(), loose=True)
        if self.sizes.mixes:
            text = gettext("weighted sum")
            flow.put(0, mixes, label(f"{self.prefix}mixed", text, "output", NAME.bold()), loose=True)
        flow.put(0.5, looks, room)
        for slot, row in enumerate(self.rows, start=1):
            if row is None:
                more = self._more(len(self.found.queries), self.rows)
                flow.put(slot, looks, label(f"{self.prefix}more-rows", more, style=NAME), loose=True)
                continue
            flow.put(slot, said, self._query(row), loose=True)
            shares = flow.put(slot, looks, self._shares(row), loose=True)
            if self.sizes.mixes:
                mixed = flow.put(slot, mixes, self._mixed(row), loose=True)
                flow.link(shares, mixed, Wire(f"{self.prefix}arrow-{row + 1}", step=self.sample.step(row)))
        if self.sample.has_sums and not self.sizes.mixes:
            self._put_sums_below(flow)
        return flow

    def _put_sums_below(self, flow: Flow) -> None:
        """Add a table of the weighted sums, with the query words again, where there is no space beside the shares."""
        head = len(self.rows) + 2
        for between in (0.75, 0.5, 0.25):
            flow.put(head - between, "shares", room)
        title = label(f"{self.prefix}mixed", gettext("weighted sum"), "output", NAME.bold())
        flow.put(head, "shares", title, loose=True)
        for slot, row in enumerate(_drawn(self.rows), start=head + 1):
            flow.put(slot, "queries", self._query(row, "-again"), loose=True)
            flow.put(slot, "shares", self._mixed(row), loose=True)

    @cached_property
    def word_width(self) -> float:
        """The width of the column of query words, without their numbers."""
        return column_width(self._texts(self.found.queries, self.rows), self.sizes.style)

    @cached_property
    def number_width(self) -> float:
        """The width of the numbers before query words, if columns have numbers."""
        return 0 if self.has_words else width(str(len(self.found.queries)), NAME) + TO_WORD

    def _texts(self, words: Sequence[str], shown: Sequence[int | None]) -> list[str]:
        return [words[place] for place in shown if place is not None]

    def _more(self, count: int, shown: Sequence[int | None]) -> str:
        return gettext("%(count)s more", count=count - sum(place is not None for place in shown))

    @property
    def _shares_width(self) -> float:
        return len(self.columns) * (self.across + HEAT_APART) - HEAT_APART

    def _heads(self) -> Draw:
        """Draw the keys above their columns: as words, or as numbers if words don't fit."""

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            left = at.x - self._shares_width / 2
            found: list[Shape] = []
            for number, place in enumerate(self.columns):
                middle = Point(left + number * (self.across + HEAT_APART) + self.across / 2, at.y)
                name = f"{self.prefix}key-{'more' if place is None else place + 1}"
                if place is None:
                    found.append(Label(name=name, role="muted", text=LEFT_OUT, at=middle))
                elif self.has_words:
                    text = self.found.keys[place]
                    frame = Frame.about(middle.x, middle.y, self.across, axis.cell[1])
                    found.append(
                        Word(name=name, text=text, frame=frame, fill=self.found.fills[text], style=self.sizes.style)
                    )
                else:
                    found.append(Label(name=name, role="muted", text=str(place + 1), at=middle, style=NAME.bold()))
            return found

        return draw

    def _query(self, row: int, again: str = "") -> Draw:
        text, shift = self.found.queries[row], self.number_width / 2
        name, fill = f"{self.prefix}query-{row + 1}{again}", self.found.fills[text]
        drawn = word(name, text, self.word_width, fill, step=self.sample.step(row), style=self.sizes.style)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            end = Point(at.x + shift - self.word_width / 2 - TO_WORD, at.y)
            name, number = f"{self.prefix}place-{row + 1}{again}", str(row + 1)
            numbered = Label(name=name, role="muted", text=number, at=end, style=NAME.bold(), anchor="end")
            shapes = drawn(axis, Point(at.x + shift, at.y), length)
            return shapes if self.has_words else [*shapes, numbered]

        return draw

    def _shares(self, row: int) -> Draw:
        trace = self.found.trace
        shares, kept = trace.shares[self.head][row], trace.kept[row]
        texts = tuple(
            LEFT_OUT if place is None else text_of(float(shares[place]), DECIMALS) if kept[place] else None
            for place in self.columns
        )
        left_out = [at for at in range(len(shares)) if at not in self.columns]
        heat = tuple(max(shares[left_out]) if place is None else float(shares[place]) for place in self.columns)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, self._shares_width, self.sizes.share[1])
            style = LARGE_NUMBER if self.sizes.share[0] >= 36 else NUMBER
            name = f"{self.prefix}shares-{row + 1}"
            step = self.sample.step(row)
            return [Shares(name=name, role="flow", step=step, frame=frame, cells=texts, heat=heat, style=style)]

        return draw

    def _mixed(self, row: int) -> Draw:
        values = self.found.trace.mixed[self.head][row].tolist()
        printed = cells(values, self.sizes.most_numbers, ahead=1, decimals=DECIMALS)
        step, argument = self.sample.step(row), self.found.argument("value_dim", "key_dim")
        name, is_shown = f"{self.prefix}mixed-{row + 1}", bool(self.found.trace.kept[row].any())
        # The output for a masked query is computed all the same, but nothing reads it.
        fill, dashed = (None, False) if is_shown else ("block", True)
        return vector(name, printed, fill, role="output", step=step, argument=argument, dashed=dashed)


def _shown(count: int, most: int) -> tuple[int | None, ...]:
    """Choose the indices to show: all of them, or the first ones and the last."""
    if count <= most:
        return tuple(range(count))
    return (*range(most - 2), None, count - 1)


def _drawn(shown: Sequence[int | None]) -> list[int]:
    """List the indices shown, without the gap."""
    return [place for place in shown if place is not None]


def _description(sample: Sample) -> Description:
    """Describe which word each word attends to most, with all shares and sums in a table."""
    found, trace, heads = sample.found, sample.found.trace, sample.drawn
    rows, columns = sample.rows, sample.columns
    steps = {row: sample.step(row) for row in rows}
    alt = Clauses(*(looked(found, head, steps, sample.has_several) for head in heads))
    text = [
        gettext(
            "Each row is a word that looks, each column a word it looks at. The shares in a row add up to 1: "
            "they are the softmax of how well the word’s query fits each key."
        ),
        gettext("The weighted sum adds up the values of all words, each times its share."),
    ]
    if found.is_causal:
        text.append(gettext("A causal mask hides whatever follows."))
    elif not trace.kept.all():
        text.append(gettext("A mask hides some words: they get no share."))
    if (note := sample.note) is not None:
        text.append(note)
    head_names = [pgettext("in a table", "head")] if sample.has_several else []
    named = [*head_names, pgettext("in a table", "word"), *(found.keys[place] for place in columns)]
    table = [
        TableRow.of(
            *([str(head + 1)] if sample.has_several else []),
            found.queries[row],
            *(
                numbers([trace.shares[head][row][place]], DECIMALS) if trace.kept[row][place] else ""
                for place in columns
            ),
            numbers(trace.mixed[head][row].tolist(), DECIMALS),
            step=sample.step(row),
        )
        for head in heads
        for row in rows
    ]
    return Description(
        alt=gettext("Attention: %(looks)s.", looks=alt),
        text=Paragraph(*text),
        steps=tuple(Paragraph(*_sentences(sample, row)) for row in rows),
        columns=(
            *map(TableColumn, named[: -len(columns)]),
            *(TableColumn(key, "flow") for key in named[-len(columns) :]),
            TableColumn(pgettext("in a table", "weighted sum"), "output"),
        ),
        rows=tuple(table),
    )


def looked(found: Attended, head: int, steps: Mapping[int, int], is_named: bool) -> Translatable:
    """Describe which word each of some words attends to most, from its step on, naming the head only once."""
    said = []
    for row, step in steps.items():
        shares = found.trace.shares[head][row]
        place = int(shares.argmax())
        said.append(
            gettext(
                "%(word)s looks most at %(other)s (%(share)s)",
                word=quoted(found.queries[row]),
                other=quoted(found.keys[place]),
                share=known(text_of(float(shares[place]), DECIMALS), step, "flow"),
            )
        )
    if not said or not is_named:
        return Clauses(*said)
    return gettext("in head %(number)s, %(looks)s", number=head + 1, looks=Series(*said))


def _sentences(sample: Sample, row: int) -> Iterator[str]:
    """Describe how a word distributes its attention, head by head."""
    found, trace = sample.found, sample.found.trace
    kept = [place for place, is_kept in enumerate(trace.kept[row]) if is_kept]
    for head in sample.drawn:
        values = {
            "word": quoted(found.queries[row]),
            "shares": known(
                numbers([trace.shares[head][row][place] for place in kept], DECIMALS), sample.step(row), "flow"
            ),
        }
        if not kept:
            said = gettext("%(word)s isn’t read: the mask hides every word from it", **values)
        else:
            said = ngettext(
                "%(word)s gives one word all its attention",
                "%(word)s divides its attention into the shares %(shares)s",
                len(kept),
                **values,
            )
        if sample.has_sums:
            mixed = known(numbers(trace.mixed[head][row].tolist(), DECIMALS), sample.step(row), "output")
            said = gettext("%(looks)s; the weighted sum is %(sum)s", looks=said, sum=mixed)
        if sample.has_several:
            yield gettext("In head %(number)s, %(looks)s.", number=head + 1, looks=said)
        else:
            yield gettext("%(looks)s.", looks=said)


ROWS_APART = 44
TICK, TICK_UNDER = 10, 6
BEFORE_SCORES = 18
"""The extra distance between keys and scores, so that the arrows are visible."""
SIGN = NAME.sized(15)
SUM_RIM_ROOM = 6
SHARE_ROOM = 40
"""The space for the number to the right of a share."""


@dataclass(frozen=True, eq=False)
class OneQuery:
    """Everything one head computes for one word."""

    found: Attended
    head: int
    row: int

    @cached_property
    def query(self) -> list[float]:
        """The query vector."""
        return self.found.trace.queries[self.head][self.row].tolist()  # type: ignore[no-any-return]

    @cached_property
    def is_divided(self) -> bool:
        """Whether scores are divided by √key_dim, as in MultiHeadAttention."""
        return isinstance(self.found.trace.layer, MultiHeadAttention)

    @cached_property
    def is_product(self) -> bool:
        """Whether a score is a plain dot product of query and key, except for the division."""
        layer = self.found.trace.layer
        return not isinstance(layer, Attention) or (layer.multiplies and not layer.use_scale)

    @cached_property
    def is_sum_of_tanh(self) -> bool:
        """Whether a score is the sum of tanh(query + key), without weights."""
        layer = self.found.trace.layer
        return isinstance(layer, Attention) and not layer.multiplies and not layer.use_scale

    @cached_property
    def scale(self) -> float:
        """The divisor of the scores."""
        layer = self.found.trace.layer
        return sqrt(layer.key_dim) if isinstance(layer, MultiHeadAttention) else 1.0

    @cached_property
    def scores(self) -> list[float]:
        """How well the query matches each key, scaled."""
        return self.found.trace.scores[self.head][self.row].tolist()  # type: ignore[no-any-return]

    @cached_property
    def shares(self) -> list[float]:
        """The softmax of the scores."""
        return self.found.trace.shares[self.head][self.row].tolist()  # type: ignore[no-any-return]

    @cached_property
    def kept(self) -> list[bool]:
        """False for masked keys."""
        return self.found.trace.kept[self.row].tolist()  # type: ignore[no-any-return]

    @cached_property
    def products(self) -> list[list[float]]:
        """Each value times its share."""
        values = self.found.trace.values[self.head]
        return (values * self.found.trace.shares[self.head][self.row][:, None]).tolist()  # type: ignore[no-any-return]

    @cached_property
    def mixed(self) -> list[float]:
        """The sum of the products."""
        return self.found.trace.mixed[self.head][self.row].tolist()  # type: ignore[no-any-return]


@laid_anew
def _one_query(query: OneQuery) -> Picture:
    """Draw the columns side by side, or stacked in three stages."""
    description = _query_description(query)
    forms = (6, 4, WORD_NARROW, 92), (6, 3, WORD_NARROW, 92), (4, 3, WORD_NARROW, 92), (4, 3, WORD_NARROW.sized(17), 64)
    tables = (QueryTable(query, 42, *form) for form in forms)
    columns = ALL if query.is_divided else [each for each in ALL if each != "scaled"]
    across = (laid(table.flow(columns), replace(DOWN, cell=(34, 28))).shapes for table in tables)
    down = (
        _in_stages(
            QueryTable(query, two_decimals, most_keys, most_numbers, WORD_NARROW.sized(words), bar),
            replace(DOWN, cell=(number, 28)),
        )
        for most_keys, most_numbers, number, two_decimals, words, bar in NARROW_TABLES
    )
    return in_two_forms(across, down, description, step_called=STAGE, arguments=query.found.arguments)


ALL = ("words", "keys", "scores", "scaled", "shares", "times", "values", "equals", "products")
STAGES = (
    ("words", "keys", "scores"),
    ("words", "scaled", "shares"),
    ("numbers", "times", "values", "equals", "products"),
)
STAGES_APART = 18
NARROW_TABLES = (
    *((6, 4, 30, 36, 19, 92), (6, 4, 27, 34, 19, 80)),
    *((6, 3, 27, 34, 17, 64), (6, 3, 27, 32, 14, 50), (6, 3, 27, 30, 13, 40)),
)
"""The most keys and numbers shown; the widths of numbers with one and two decimals; the font size of words; and the
length of the bar for a share of 1.
"""


ARROW_INSET = 20
"""From the left edge of the stages to the arrows between them."""


def _right_of(thing: Draw, by: float) -> Draw:
    """Draw an item this far to the right of its point."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        return thing(axis, Point(at.x + by, at.y), length)

    return draw


def _in_stages(table: QueryTable, axis: Axis) -> tuple[Shape, ...]:
    """Stack the scores, the shares and the sum, with arrows between them in the column of the words."""
    flow = Flow(slot_room=STAGES_APART)
    track, stages = flow.track("stages"), []
    for place, columns in enumerate(STAGES):
        stage = table.flow(columns)
        first = [item for item in stage.items if item.track == columns[0] and item.draw is not room]
        draw = _right_of(grouped(stage, axis, first, "left"), -ARROW_INSET)
        stages.append(flow.put(place, track, draw, loose=True, whole=True, solid=True))
    for place, (one, other) in enumerate(pairwise(stages), start=1):
        flow.link(one, other, Wire(f"stage-{place}-arrow", step=place + 1), sides=("main-end", "main-start"))
    return laid(flow, DOWN).shapes


@dataclass(frozen=True, eq=False)
class QueryTable:
    """The equation of each key in a row, as far as it fits."""

    query: OneQuery
    cell: float
    """The width of a number with two decimals."""
    most_keys: int
    most_numbers: int
    style: Style = WORD_NARROW
    bar: float = 92
    """The length of the bar for a share of 1."""

    @property
    def found(self) -> Attended:
        """The layer's words and numbers."""
        return self.query.found

    @cached_property
    def rows(self) -> tuple[int | None, ...]:
        """The indices of the keys shown."""
        return _shown(len(self.found.keys), self.most_keys)

    @cached_property
    def word_width(self) -> float:
        """The common width of all words."""
        words = [self.found.keys[row] for row in self.rows if row is not None]
        return column_width([*words, self.found.queries[self.query.row]], self.style)

    @property
    def bar_start(self) -> float:
        """Where bars start, relative to the centre of their column."""
        return -(self.bar + SHARE_ROOM) / 2

    def flow(self, columns: Sequence[str]) -> Flow:
        """Put each column on a track: the query above the keys, a header, a row for each key, and the sum below."""
        flow, stage = Flow(slot_room=ROWS_APART - 28 - DOWN.slot_gap), f"{columns[1]}-"
        rooms = {"scores": BEFORE_SCORES, "scaled": BEFORE_SCORES if "scores" in columns else 4}
        rooms |= dict.fromkeys(("times", "values", "equals"), -4)
        tracks = {name: flow.track(name, rooms.get(name, 4)) for name in columns}
        if "keys" in tracks:
            self._ask(flow, tracks)
        for name in columns:
            if head := self._head(name, is_short=columns in STAGES):
                begin = self.bar_start if name == "shares" else None
                argument = self.found.argument("key_dim") if name == "scaled" and self.query.is_divided else None
                named = label(f"{stage}{name}-head", *head, begin=begin, argument=argument)
                flow.put(0, tracks[name], named, loose=True)
        flow.put(0.5, tracks[columns[0]], room)
        shares: list[Item] = []
        for slot, row in enumerate(self.rows, start=1):
            if row is None:
                text = gettext(
                    "%(count)s more", count=len(self.found.keys) - sum(each is not None for each in self.rows)
                )
                flow.put(slot, tracks[columns[0]], label(f"{stage}more", text), loose=True)
                continue
            items = {
                name: flow.put(slot, track, self._cell(name, row, stage), loose=True) for name, track in tracks.items()
            }
            if "scores" in items and self.query.kept[row]:
                flow.link(items["keys"], items["scores"], Wire(f"score-{row + 1}-arrow", step=1))
                if "scaled" in items:
                    flow.link(items["scores"], items["scaled"], Wire(f"scaled-{row + 1}-arrow", step=1))
            if "shares" in items:
                shares.append(items["shares"])
        last = len(self.rows) + 1
        if "shares" in tracks:
            total = label("total", gettext("1 in all"), begin=self.bar_start, step=2)
            flow.band("softmax", [*shares, flow.put(last - 0.5, tracks["shares"], total, loose=True)])
        if "products" in tracks:
            flow.put(last - 0.5, tracks["products"], self._line(), loose=True)
            flow.put(last, tracks["products"], self._sum(), loose=True)
        return flow

    def _ask(self, flow: Flow, tracks: dict[str, str]) -> None:
        """Put the query above the keys, aligned cell by cell."""
        text = self.found.queries[self.query.row]
        fill = self.found.fills[text]
        heading = label("query-head", gettext("query"), "state", NAME.bold())
        flow.put(-3, tracks["keys"], heading, loose=True)
        flow.put(-2, tracks["words"], word("query", text, self.word_width, fill, step=1, style=self.style), loose=True)
        flow.put(-2, tracks["keys"], self._query(), loose=True)

    def _query(self) -> Draw:
        """Draw the query, with a short line from each of its numbers to those below."""
        printed = cells(self.query.query, self.most_numbers, ahead=min(2, self.most_numbers - 2))
        drawn = vector("query-vector", printed, role="state", step=1, argument=self.found.argument("key_dim"))

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            left, top = at.x - axis.cell[0] * (len(printed) - 1) / 2, at.y + axis.cell[1] / 2 + TICK_UNDER
            ticks = [
                Line(
                    name=f"tick-{place + 1}",
                    start=Point(left + place * axis.cell[0], top),
                    to=Point(left + place * axis.cell[0], top + TICK),
                    role="flow",
                    step=1,
                )
                for place in range(len(printed))
            ]
            return [*drawn(axis, at, length), *ticks]

        return draw

    def _head(self, name: str, *, is_short: bool) -> tuple[str, str, Style] | None:
        bold = NAME.bold()
        length, scale = round(self.query.scale**2), text_of(self.query.scale, DECIMALS)
        root = gettext("÷ %(number)s (root of %(length)s)", number=scale, length=length)
        product = gettext("q · k") if is_short else gettext("query · key")
        if not self.query.is_product:
            product = gettext("sum of tanh(q + k)") if self.query.is_sum_of_tanh else gettext("score")
        return {
            "keys": (gettext("key"), "ink", bold),
            "scores": (product, "ink", bold),
            "scaled": (root if self.query.is_divided else product, "ink", bold),
            "shares": (gettext("softmax"), "ink", bold),
            "numbers": (gettext("share"), "ink", bold),
            "values": (gettext("value"), "embedding", bold),
            "products": (gettext("share × value"), "ink", bold),
        }.get(name)

    def _cell(self, name: str, row: int, stage: str) -> Draw:
        """Draw the cell of a key in a column."""
        query, trace, head = self.query, self.found.trace, self.query.head
        text, named = self.found.keys[row], f"{stage}{name}-{row + 1}"
        fill, kept = self.found.fills[text], self.query.kept[row]
        largest = query.shares[row] == max(query.shares)
        share = text_of(query.shares[row], DECIMALS)
        if name == "words":
            return word(named, text, self.word_width, fill, style=self.style)
        if name == "keys":
            printed = cells(trace.keys[head][row].tolist(), self.most_numbers, ahead=min(2, self.most_numbers - 2))
            return vector(named, printed, fill, role="flow", step=1, argument=self.found.argument("key_dim"))
        if not kept:
            return label(named, gettext("hidden"), begin=self.bar_start, step=2) if name == "shares" else room
        if name == "scores":
            return self._score(named, [score * query.scale for score in query.scores], row)
        if name == "scaled":
            return self._score(named, query.scores, row)
        if name == "numbers":
            style = NUMBER_IN_TABLE.bold() if largest else NUMBER_IN_TABLE
            return label(named, share, "ink", style, step=2)
        if name in ("times", "equals"):
            return label(named, "×" if name == "times" else "=", "muted", SIGN, step=3)
        if name == "values":
            printed = cells(trace.values[head][row].tolist(), self.most_numbers, ahead=1)
            return vector(named, printed, fill, step=3, argument=self.found.argument("value_dim"))
        if name == "products":
            return self._vector(named, query.products[row], fill, "flow")

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame(at.x + self.bar_start, at.y - 11, self.bar, 22)
            style = NUMBER_IN_TABLE
            return [
                Share(
                    name=named,
                    role="flow",
                    step=2,
                    frame=frame,
                    share=query.shares[row],
                    text=share,
                    fill=fill,
                    style=style,
                    is_largest=largest,
                )
            ]

        return draw

    def _score(self, name: str, scores: Sequence[float], row: int) -> Draw:
        """Draw a score; all scores in a column are left-aligned."""
        texts = [text_of(score, DECIMALS) for score in scores]
        begin = -max(width(text, NUMBER_IN_TABLE) for text in texts) / 2
        return label(name, texts[row], "ink", NUMBER_IN_TABLE, begin=begin, step=1)

    def _vector(
        self, name: str, values: Sequence[float], fill: str | None, role: str, second_rim: bool = False
    ) -> Draw:
        """Draw numbers with two decimals."""
        printed = cells(values, self.most_numbers, ahead=1, decimals=DECIMALS)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, self.cell * len(printed), axis.cell[1])
            style = LARGE_NUMBER
            return [
                Vector(
                    name=name,
                    role=role,
                    step=3,
                    frame=frame,
                    cells=printed,
                    fill=fill,
                    second_rim=second_rim,
                    style=style,
                )
            ]

        return draw

    def _line(self) -> Draw:
        """Draw the line above a sum."""
        count = len(cells(self.query.mixed, self.most_numbers, ahead=1))
        half = self.cell * count / 2

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            start, to = Point(at.x - half, at.y), Point(at.x + half, at.y)
            return [Line(name="sum-line", role="ink", step=3, start=start, to=to, width=1.5)]

        return draw

    def _sum(self) -> Draw:
        """Draw the sum, with its name before it."""
        drawn = self._vector("sum", self.query.mixed, None, "output", second_rim=True)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            (total,) = drawn(axis, at, length)
            end = Point(total.bounds.left - SUM_RIM_ROOM - 4, at.y)
            said = gettext("weighted sum")
            named = Label(name="sum-name", role="output", step=3, text=said, at=end, style=NAME.bold(), anchor="end")
            return [total, named]

        return draw


def _query_description(query: OneQuery) -> Description:
    """Describe the computation stage by stage, with a table row for each key."""
    found, head = query.found, query.head
    asks = quoted(found.queries[query.row])
    place = max(range(len(query.shares)), key=query.shares.__getitem__)
    alt = gettext(
        "Attention of %(word)s: it looks most at %(other)s (%(share)s), and the weighted sum is %(sum)s.",
        word=asks,
        other=quoted(found.keys[place]),
        share=known(text_of(query.shares[place], DECIMALS), 2, "ink"),
        sum=known(numbers(query.mixed, DECIMALS), 3, "output"),
    )
    kept = [row for row in range(len(query.kept)) if query.kept[row]]
    scores = known(numbers([query.scores[row] for row in kept], DECIMALS), 1, "ink")
    steps = (
        gettext(
            "The query of %(word)s is %(query)s. Compared with each key, it gives the scores %(scores)s.",
            word=asks,
            query=known(numbers(query.query), 1, "state"),
            scores=scores,
        ),
        gettext(
            "Softmax turns the scores into shares that add up to 1: %(shares)s.",
            shares=known(numbers([query.shares[row] for row in kept], DECIMALS), 2, "ink"),
        ),
        gettext(
            "Each value is multiplied by its share, and the products add up to %(sum)s.",
            sum=known(numbers(query.mixed, DECIMALS), 3, "output"),
        ),
    )
    heads = (
        *(pgettext("in a table", "word"), pgettext("in a table", "key"), pgettext("in a table", "score")),
        *(pgettext("in a table", "share"), pgettext("in a table", "value"), pgettext("in a table", "share × value")),
    )
    rows = [
        TableRow(
            (
                *TableRow.of(found.keys[row], numbers(found.trace.keys[head][row].tolist()), step=1).cells,
                *TableRow.of(numbers([query.scores[row]], DECIMALS) if query.kept[row] else "", step=1).cells,
                *TableRow.of(numbers([query.shares[row]], DECIMALS) if query.kept[row] else "", step=2).cells,
                *TableRow.of(numbers(found.trace.values[head][row].tolist()), step=3).cells,
                *TableRow.of(numbers(query.products[row], DECIMALS) if query.kept[row] else "", step=3).cells,
            )
        )
        for row in range(len(found.keys))
    ]
    return Description(
        alt=alt,
        text=Paragraph(
            gettext("A query is compared with the key of each word, which gives a score: how well the two fit."),
            gettext(
                "The shares are the softmax of these scores; the values, each times its share, add up to the output."
            ),
            ROUNDED,
        ),
        steps=steps,
        columns=tuple(map(TableColumn, heads, (None, "flow", "ink", "ink", "embedding", "flow"))),
        rows=tuple(rows),
    )
