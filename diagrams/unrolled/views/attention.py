"""Attention: how much each word attends to every other, and the resulting weighted average of the values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from ..arrays import Weights
from ..description import Description, TextColumn
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Flow
from ..flow.drawing import laid
from ..flow.table import Table
from ..fonts import NAME, width
from ..i18n import (
    LEFT_OUT,
    Clauses,
    Fields,
    Message,
    Paragraph,
    Spaced,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    quoted,
    text_of,
)
from ..layers.layer import Layer
from ..layout import LEAST_MARGIN
from ..measures import Measures, measures
from ..model import Model
from ..picture import Picture, in_two_forms, laid_anew
from ..sample import Sample
from ..shapes.cells import HEAT_APART, cells
from ..shapes.shape import Shape, Shapes
from .attended import DECIMALS, Attended, attended, choose_heads, looked
from .given import Inputs, Words
from .one_query import OneQuery
from .pieces import BOLD, column_width, heading, heat, spread, text, vector, word
from .refusals import pick

MOST_HEADS, SAMPLED = 4, 6
"""How many heads are drawn by default, and the most words in a row or column if heads are left out."""
HEADS_APART = 36
"""The gap between heads, side by side or stacked."""
ARROW = 16
"""The extra distance between the shares and the weighted sums."""
KEY_PADDING = 3
TO_WORD = 8
"""From a word's number to the word."""
ABOVE_KEYS = 5
WIDE = measures(
    share=[(50, 42), (50, 42), (42, 36), (36, 34)],
    cell=[(42, 28), (42, 28), (38, 28), (36, 28)],
    most=[8, 8, 6, 4],
    numbers=[4, 4, 3],
    stretches=[True, False],
)
NARROW = measures(
    share=[(50, 42), (36, 36), (32, 32), (30, 30)],
    cell=[(40, 28), (36, 28), (34, 28)],
    numbers=[4, 4, 3, 4],
    is_full=[True, True, True, False],
    most=[8, 8, 8, 8, 7, 6, 5, 4],
    letters=[*[19] * 8, 16, 13],
)


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
    Without `sums`, the weighted sums are left out, which are hard to read where no values are drawn; with `query`,
    the values are left out, too.
    Embeddings and weights are chosen as in `unroll`; a model with several inputs takes one sentence for each.

    A single layer attends to its own input.

    >>> attention(MultiHeadAttention(1, 4), ["was", "not", "bad"])
    >>> attention(MultiHeadAttention(1, 4), ["was", "not", "bad"], query=3)
    """
    layer_run = attended(model, words, embeddings, weights, layer)
    heads = len(layer_run.trace.shares)
    chosen = choose_heads(head, heads)
    if query is not None:
        row = pick(query, "query", len(layer_run.queries), "the sentence", "word")
        return OneQuery(layer_run, (chosen or (0,))[0], row, has_sums=sums).picture
    sample = Sample(len(chosen), chosen) if chosen else Sample.ends(heads, MOST_HEADS)
    return HeatMaps(layer_run, sample, sums).picture


@dataclass(frozen=True, eq=False)
class HeatMaps:
    """The shares of some heads as tables, with queries as rows and keys as columns."""

    found: Attended
    heads: Sample
    has_sums: bool
    """Whether the weighted sums are drawn, so that the steps speak of them."""

    @property
    def picture(self) -> Picture:
        """Put the heads side by side or below one another, as large as fits."""
        wide, narrow = (
            (self._laid(sizes, axis) for sizes in tried for axis in (ACROSS, DOWN)) for tried in (WIDE, NARROW)
        )
        arguments, called = self.found.arguments, self.found.step_called
        return in_two_forms(
            wide, narrow, self.description, wide_margin=LEAST_MARGIN, step_called=called, arguments=arguments
        )

    @property
    def has_several(self) -> bool:
        """Whether several heads are drawn, so that each needs a title."""
        return len(self.heads.places) > 1

    def shown(self, words: Sequence[str], sizes: Measures = WIDE[0]) -> Sample:
        """Choose the words in a row or column: fewer if even heads have to be left out."""
        return Sample.ends(len(words), min(sizes.most, SAMPLED) if self.heads.left_out else sizes.most)

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The queries that are described, and drawn if there is space: one step each."""
        return self.shown(self.found.queries).places

    def step(self, row: int) -> int:
        """Return the step at which a word attends: one word after the other."""
        return self.rows.index(row) + 1

    @property
    def note(self) -> Message | None:
        """The real shapes, if anything is left out."""
        shares, mixed = self.found.trace.shares.shape, self.found.trace.mixed.shape
        if not any(
            sample.left_out for sample in (self.heads, self.shown(self.found.queries), self.shown(self.found.keys))
        ):
            return None
        return gettext(
            "A sample. In full: %(heads)s, shares %(shares)s, weighted sums %(sums)s.",
            heads=ngettext("%(num)s head", "%(num)s heads", shares[0]),
            shares=" × ".join(map(str, shares[1:])),
            sums=" × ".join(map(str, mixed[1:])),
        )

    def _laid(self, sizes: Measures, axis: Axis) -> tuple[Shape, ...]:
        flow = Flow(slot_room=HEADS_APART - axis.slot_gap)
        if self.has_several:
            more = gettext("%(count)s more heads", count=self.heads.left_out)
            gap = text(Spaced(LEFT_OUT, more), name="more-heads", anchor="middle" if axis.across else "start")
            for slot, head in enumerate(self.heads.shown):
                draw = gap if head is None else self._table(head, sizes).draw(end="middle" if axis.across else "left")
                flow.put(slot, flow.track("heads"), draw, loose=True)
        else:
            flow, axis = self._table(self.heads.places[0], sizes).flow(), DOWN
        if (note := self.note) is not None:
            flow.note(Caption("shapes", note, "muted", style=NAME))
        return laid(flow, axis).shapes

    def _table(self, number: int, sizes: Measures) -> Table:
        """Put a row for each query below the keys, with its shares and its weighted sum."""
        layer_run, trace, prefix = self.found, self.found.trace, f"head-{number + 1}-" if self.has_several else ""
        rows, keys = self.shown(layer_run.queries, sizes), self.shown(layer_run.keys, sizes)
        table = Table(rows, HEAT_APART, prefix=prefix, step=self.step, is_set_off=True)
        table.more = lambda at: {"shares": text(rows.more, name=f"{prefix}more-rows")}
        wide = column_width(rows.of(layer_run.queries), sizes.style)
        widest = column_width(keys.of(layer_run.keys), sizes.style, KEY_PADDING, least=0)
        across = max(sizes.share[0], widest) if sizes.stretches else sizes.share[0]
        if self.has_several:
            title, argument = gettext("head %(number)s", number=number + 1), layer_run.argument("num_heads")
            table.title = text(title, "ink", BOLD.sized(15), name=f"{prefix}title", argument=argument)

        def add_words(table: Table, again: str = "") -> None:
            """Add a column of query words; they have numbers if that is all that the keys have space for."""
            if widest > across:

                @table.column(align="right", width=width(str(len(layer_run.queries)), NAME), step=None)
                def place(row: int) -> Shapes:
                    return text(str(row + 1), style=BOLD, name=f"{prefix}place-{row + 1}{again}")

            asks = () if again else text(gettext("query: asks"))

            @table.column(asks, TO_WORD - DOWN.track_gap, align="right", head_align="right", width=wide)
            def query(row: int) -> Shapes:
                letters, name = layer_run.queries[row], f"{prefix}query-{row + 1}{again}"
                return word(letters, wide, layer_run.fills[letters], sizes.style, name=name)

        def key(place: int | None) -> Shapes:
            name = f"{prefix}key-{'more' if place is None else place + 1}"
            if place is None or widest > across:
                return text(LEFT_OUT, name=name) if place is None else text(str(place + 1), style=BOLD, name=name)
            return word(layer_run.keys[place], across, layer_run.fills[layer_run.keys[place]], sizes.style, name=name)

        table.above = [{"shares": text(gettext("key: answers"), name=f"{prefix}answers", y=-ABOVE_KEYS)}]
        add_words(table)

        @table.column(spread(map(key, keys.shown), across + HEAT_APART))
        def shares(row: int) -> Shapes:
            listed, kept = trace.shares[number][row].tolist(), trace.kept[row]
            printed = (
                text_of(share, DECIMALS) if is_kept else None for share, is_kept in zip(listed, kept, strict=True)
            )
            size = len(keys.shown) * (across + HEAT_APART) - HEAT_APART, sizes.share[1]
            return heat(keys.filled([*printed], LEFT_OUT), keys.filled(listed, 0.0), size)

        def mixed(row: int) -> Shapes:
            printed = cells(trace.mixed[number][row].tolist(), sizes.numbers, ahead=1, decimals=DECIMALS)
            is_read = trace.kept[row].any()  # otherwise, it is computed all the same, but nothing reads it
            fill, name = None if is_read else "block", f"{prefix}mixed-{row + 1}"
            return vector(printed, sizes.cell, fill, "output", name=name, dashed=not is_read)

        argument = layer_run.argument("value_dim", "key_dim")
        head = heading(gettext("weighted sum"), "output", name=f"{prefix}mixed")
        if self.has_sums and sizes.is_full:
            table.column(head, ARROW, argument=argument, arrow=f"{prefix}arrow-%s")(mixed)
        elif self.has_sums:
            table.sequel = Table(Sample(rows.count, rows.places), HEAT_APART, step=self.step)
            add_words(table.sequel, "-again")
            table.sequel.column(head, name="shares", argument=argument)(mixed)
        return table

    @property
    def description(self) -> Description:
        """Describe which word each word attends to most, with all shares and sums in a table."""
        layer_run, trace, keys = self.found, self.found.trace, self.shown(self.found.keys).places
        steps, listed = {row: self.step(row) for row in self.rows}, [*product(self.heads.places, self.rows)]
        looks = Clauses(*(looked(layer_run, head, steps, self.has_several) for head in self.heads.places))
        at = [steps[row] for _, row in listed]
        shares = {
            place: [
                numbers([trace.shares[head][row][place]], DECIMALS) if trace.kept[row][place] else ""
                for head, row in listed
            ]
            for place in keys
        }
        sums = [numbers(trace.mixed[head][row], DECIMALS) for head, row in listed]
        heads = TextColumn(pgettext("in a table", "head"), [str(head + 1) for head, _ in listed], at)
        return Description.of(
            gettext("Attention: %(looks)s.", looks=looks),
            gettext(
                "Each row is a word that looks, each column a word it looks at. The shares in a row add up to 1: "
                "they are the softmax of how well the word’s query fits each key."
            ),
            gettext("The weighted sum adds up the values of all words, each times its share."),
            layer_run.mask_note,
            self.note,
            steps=[Paragraph(*self._sentences(row)) for row in self.rows],
            table=[
                heads if self.has_several else None,
                TextColumn(pgettext("in a table", "word"), [layer_run.queries[row] for _, row in listed], at),
                *(TextColumn(layer_run.keys[place], texts, at, "flow") for place, texts in shares.items()),
                TextColumn(pgettext("in a table", "weighted sum"), sums, at, "output"),
            ],
        )

    def _sentences(self, row: int) -> Iterator[str]:
        """Describe how a word distributes its attention, head by head."""
        trace, kept = self.found.trace, self.found.trace.kept[row]
        for head in self.heads.places:
            look = Fields(
                word=quoted(self.found.queries[row]),
                shares=known(numbers(trace.shares[head][row][kept], DECIMALS), self.step(row), "flow"),
                sum=known(numbers(trace.mixed[head][row], DECIMALS), self.step(row), "output"),
                number=head + 1,
            )
            message = look.ngettext(
                "%(word)s gives one word all its attention",
                "%(word)s divides its attention into the shares %(shares)s",
                int(kept.sum()),
            )
            if not kept.any():
                message = look.gettext("%(word)s isn’t read: the mask hides every word from it")
            look.values["looks"] = message
            if self.has_sums:
                look.values["looks"] = look.gettext("%(looks)s; the weighted sum is %(sum)s")
            yield look.gettext("In head %(number)s, %(looks)s.") if self.has_several else look.gettext("%(looks)s.")
